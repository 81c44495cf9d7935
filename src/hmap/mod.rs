//! Go's runtime map: one file per operation, and what they stand on.
//!
//! A [`Table`] is the map without its hash function and its randomness; operations take the
//! computed hash, and whoever owns the table passes the rest in.

mod access;
mod assign;
mod bucket;
mod clear;
mod delete;
mod dialect;
mod dispose;
mod entries;
mod found;
mod grow;
mod header;
mod hooks;
mod inspect;
mod invariants;
mod iter;
mod memory;
mod position;
mod reach;
mod ready;
mod resize;
mod retired;
mod shape;
mod sizeclass;
mod stale;
mod sweep;

use bucket::Slot;
pub(crate) use bucket::{BUCKET_COUNT, Bucket};
pub use dialect::Dialect;
pub(crate) use entries::Entries;
pub(crate) use found::Found;
#[cfg(feature = "std")]
pub(crate) use header::HASH_WRITING;
pub use header::{Growing, Hmap};
pub use inspect::Slots;
pub(crate) use inspect::{Extent, View};
pub use invariants::Violation;
pub(crate) use iter::Range;
pub use position::{Age, Position, Stand};
pub(crate) use reach::Hold;
use shape::Shape;
pub(crate) use sweep::{EntriesMut, Extract, IntoEntries};

use crate::hash::Rand;
use crate::key::KeyHash;
use alloc::alloc::handle_alloc_error;
use core::alloc::Layout;
use core::marker::PhantomData;
#[cfg(feature = "std")]
use core::mem::offset_of;
use core::sync::atomic::Ordering::Relaxed;
use memory::Block;
use ready::Ready;
use retired::{Array, Retired};

/// The most bytes that Go's allocator serves; a hint that asks for more counts as none.
/// Go: runtime/malloc.go maxAlloc, 1.22, on 64-bit Linux.
const MAX_ALLOC: u128 = 1 << 48;

/// From so many bytes on an array is taken to be far away, so that a bucket's cache lines are better
/// asked for all at once: by an operation that writes, which needs them all, and by a look-up, which
/// needs one if the key is not there.
///
/// Times relative to those without, `u64` to `u64`, foldhash:
///
/// ```text
/// entries  bytes    hit   each waiting for the last  miss   overwrite  delete  delete + insert
/// 2^16     2.4 MB   0.84  –                          1.28   0.84       0.85    0.93
/// 2^20     38 MB    0.80  0.72                       1.1    0.72       0.81    0.71
/// ```
const FAR_TO_WRITE: usize = 1 << 20;
const FAR_TO_READ: usize = 4 << 20;

/// A map of keys `K` and elems `V`: Go's header, its arrays, and what Go's collector would hold.
///
/// What every operation may rely on and keeps, and [`Table::audit`] checks in part:
/// - `h.buckets` is `None`, or the base of `array`, which has at least 2^B buckets; `h.oldbuckets`
///   likewise of `old_array`. Only then is a bucket's memory live.
/// - An overflow link is `None` or leads to a live bucket: a spare one of the same array or one of
///   its arena; the last free spare bucket's leads to bucket 0.
/// - A slot whose tophash is at least `MIN_TOP_HASH` owns a key and an elem; no other slot owns
///   anything. An evacuated slot still holds the bits of its key, readable for as long as a cursor
///   could come by; if its bucket was zeroed, the copy laid aside does.
pub(crate) struct Table<K, V> {
    h: Hmap,
    ready: Ready,
    /// With fewer entries, most pages of the array have never been used.
    fresh_until: usize,
    dialect: &'static Dialect,
    /// Go's nil map: empty for ever.
    nil: bool,
    /// Large arrays are asked for in huge pages.
    pub(crate) huge_pages: bool,
    array: Array,
    old_array: Array,
    retired: Retired<K>,
    _owns: PhantomData<(K, V)>,
}

// SAFETY: the table owns its keys and elems, and its raw pointers lead to memory that it owns; what
// `&self` changes is atomic.
unsafe impl<K: Send, V: Send> Send for Table<K, V> {}
// SAFETY: as above: `&self` gives out `&K` and `&V`, and changes only atomics.
unsafe impl<K: Sync, V: Sync> Sync for Table<K, V> {}

impl<K, V> Table<K, V> {
    const SHAPE: Shape = Shape::of::<K, V>();

    /// Go: runtime/map.go makemap, 1.22.
    #[doc(alias = "makemap")]
    pub(crate) fn new<S: KeyHash<K>>(hint: i64, rand: &Rand, dialect: &'static Dialect) -> Self {
        let mut h = Hmap::new(rand.seed());
        h.b = Self::b_for(hint, dialect);
        let mut table = Self {
            ready: Ready::of(&h, dialect),
            fresh_until: 0,
            h,
            dialect,
            nil: false,
            huge_pages: false,
            array: Array::default(),
            old_array: Array::default(),
            retired: Retired::new(),
            _owns: PhantomData,
        };
        // With one bucket, its allocation waits for the first assign.
        if table.h.b != 0 {
            let block = table.allocate_array::<S>(table.h.b);
            table.install_array(block);
        }
        table
    }

    /// The map that can be read, and not written to.
    pub(crate) fn nil<S: KeyHash<K>>(dialect: &'static Dialect) -> Self {
        let mut table = Self::new::<S>(0, &Rand::from_seed(0), dialect);
        table.nil = true;
        table
    }

    pub(crate) fn is_nil(&self) -> bool {
        self.nil
    }

    /// # Panics
    /// With Go's words, if this is a nil map.
    #[inline]
    pub(crate) fn refuse_nil(&self) {
        assert!(!self.nil, "assignment to entry in nil map");
    }

    /// The B that Go gives a map for `hint` entries; hints that it calls bogus count as 0.
    fn b_for(hint: i64, dialect: &Dialect) -> u8 {
        let bytes = u128::try_from(hint).map_or(u128::MAX, |hint| hint * Self::SHAPE.size as u128);
        let hint = if bytes > MAX_ALLOC { 0 } else { hint as usize };
        let fits = |b: &u8| !dialect.over_load_factor(hint, *b);
        (0..).find(fits).unwrap_or_else(|| unreachable!("{hint} entries fit 2^63 buckets"))
    }

    /// The bytes of the array that a map made for `hint` entries allocates at once.
    pub(crate) fn array_bytes_for<S: KeyHash<K>>(hint: i64, dialect: &Dialect) -> u64 {
        let b = Self::b_for(hint, dialect);
        let size = Self::SHAPE.size;
        let buckets = sizeclass::buckets_for(b, size, Shape::pointers::<K, V, S>(), dialect);
        buckets.map_or(u64::MAX, |buckets| buckets as u64 * size as u64)
    }

    /// Allocates an array of 2^`b` buckets and the spare ones that Go adds.
    fn allocate_array<S: KeyHash<K>>(&self, b: u8) -> Block {
        // More than any machine has; Go dies of it in its allocator too.
        let too_much = || handle_alloc_error(Layout::new::<u8>());
        Block::zeroed(self.array_layout::<S>(b).unwrap_or_else(too_much), self.huge_pages)
    }

    /// The layout of such an array; `None` if no array can be so large.
    fn array_layout<S: KeyHash<K>>(&self, b: u8) -> Option<Layout> {
        let Shape { size, align, .. } = Self::SHAPE;
        let pointers = Shape::pointers::<K, V, S>();
        let buckets = sizeclass::buckets_for(b, size, pointers, self.dialect)?;
        Layout::from_size_align(buckets.checked_mul(size)?, align).ok()
    }

    /// Makes a zeroed array the present one.
    #[doc(alias = "makeBucketArray")]
    fn install_array(&mut self, block: Block) {
        self.h.buckets = Some(block.at());
        self.fresh_until = block.fresh_until();
        self.array.block = Some(block);
        self.get_ready();
        self.set_spare_buckets();
    }

    /// To be called when B or an array has changed.
    fn get_ready(&mut self) {
        self.ready = Ready::of(&self.h, self.dialect);
    }

    /// Marks the buckets past 2^B of the zeroed present array as spare.
    ///
    /// `next_overflow` walks through them. The last one's link is a sentinel (it leads to bucket 0)
    /// that tells it from the others, whose links are nil, so that taking a spare bucket needs no
    /// end pointer.
    fn set_spare_buckets(&mut self) {
        let Some(base) = self.h.buckets else { return };
        let (regular, all) = (self.h.bucket_mask() + 1, self.array.buckets(Self::SHAPE.size));
        if all == regular {
            return;
        }
        // SAFETY: both lie inside the present array, `regular` < `all`.
        unsafe {
            let next = Bucket::<K, V>::in_array(base, regular);
            Bucket::<K, V>::in_array(base, all - 1).set_overflow(Some(Bucket::new(base)));
            self.h.extra.get_or_insert_default().next_overflow = Some(next.as_ptr());
        }
    }

    #[inline]
    pub(crate) fn header(&self) -> &Hmap {
        &self.h
    }

    /// Where the header of a map is, without a look at the map.
    #[cfg(feature = "std")]
    #[inline]
    pub(crate) fn header_at(table: *const Self) -> *const Hmap {
        table.wrapping_byte_add(offset_of!(Self, h)).cast()
    }

    pub(crate) fn dialect(&self) -> &'static Dialect {
        self.dialect
    }

    /// Sets the seed of a map without entries: a clone has that of its original.
    pub(crate) fn set_hash0(&mut self, hash0: u32) {
        debug_assert!(self.h.count == 0, "entries stand where the old seed put them");
        self.h.hash0 = hash0;
    }

    /// Sets the overflow counter to what a recording says that its coins came to; where none are
    /// tossed, does nothing.
    pub(crate) fn set_noverflow(&mut self, noverflow: u16) {
        if self.h.b >= 16 {
            self.h.noverflow = noverflow;
        }
    }

    /// Bucket `index` of the present array.
    ///
    /// # Safety
    /// The map has an array, and `index` is below 2^B.
    #[inline]
    unsafe fn bucket(&self, index: usize) -> Bucket<K, V> {
        debug_assert!(self.h.buckets.is_some() && index <= self.ready.mask);
        // SAFETY: the map has an array (caller), which has at least 2^B buckets.
        unsafe { Bucket::in_array(self.h.buckets.unwrap_unchecked(), index) }
    }

    /// The chain of the present array that `hash` leads to; its cache lines are asked for if the
    /// array has at least `far` bytes.
    ///
    /// # Safety
    /// The map has an array.
    #[inline(always)]
    unsafe fn head_for(&self, hash: u64, far: usize) -> Bucket<K, V> {
        // SAFETY: the map has an array (caller), to whose 2^B buckets the index is masked.
        let head = unsafe { self.bucket(hash as usize & self.ready.mask) };
        if self.ready.mask >= far / Self::SHAPE.size {
            head.prefetch();
        }
        head
    }

    /// Asks for the bucket that `hash` leads to, for an operation some operations ahead.
    #[inline(always)]
    pub(crate) fn prefetch(&self, hash: u64) {
        if self.h.buckets.is_some() {
            // SAFETY: the map has an array, and the index is masked to it.
            unsafe { self.bucket(hash as usize & self.ready.mask) }.prefetch_ahead(0);
        }
    }

    /// Whether a bucket holds pointers, so that Go's collector would look inside.
    const fn pointers<S: KeyHash<K>>() -> bool {
        Shape::pointers::<K, V, S>()
    }

    /// The last step of every mutation.
    fn end_mutation<S: KeyHash<K>>(&mut self, hasher: &S) {
        if !self.retired.is_idle() {
            self.retired.step();
        }
        hooks::after_mutation(self, hasher);
    }

    /// Sets the bits that say an iterator has begun. Go: runtime/map.go mapiterinit, 1.22.
    fn note_iterator(&self) {
        let both = header::ITERATOR | header::OLD_ITERATOR;
        if self.h.flags() & both != both {
            self.h.flags.fetch_or(both, Relaxed);
        }
    }

    /// Bytes that wait to be given back, and keys that wait to be dropped.
    pub(crate) fn retired(&self) -> (usize, usize) {
        (self.retired.bytes(), self.retired.keys())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::Aes;
    use crate::key::Go;

    #[test]
    fn a_hint_counts_up_to_what_gos_allocator_serves() {
        // Buckets of 16 bytes. Go multiplies the hint itself by that.
        let b_for = |hint| Table::<(), ()>::b_for(hint, Dialect::LATEST);
        assert_eq!([b_for(1 << 44), b_for((1 << 44) + 1)], [42, 0]);
        assert_eq!([b_for(0), b_for(-1), b_for(i64::MAX)], [0; 3]);
    }

    #[test]
    fn a_map_grows_amid_coins_if_a_recording_says_that_gos_did() {
        let rand = Rand::scripted();
        let script = rand.script().expect("it is scripted");
        let table = Table::<u64, u8>::new::<Go<Aes>>(0, &rand, Dialect::LATEST);
        for (reached, tosses, grows) in
            [(false, 0, false), (true, 0, false), (false, 1, false), (true, 1, true)]
        {
            script.begin(None);
            script.set_limit_reached(reached);
            (0..tosses).for_each(|_| assert!(!rand.coin(16)));
            assert_eq!(table.must_grow(&rand), grows, "{reached}, {tosses}");
        }
    }
}
