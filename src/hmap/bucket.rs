//! A bucket: eight tophash bytes, eight keys, eight elems, and a link to the next bucket.

use super::shape::Shape;
use core::marker::PhantomData;
use core::ptr::{self, NonNull};

pub(crate) use tophash_arch::{
    EMPTY_ONE, EMPTY_REST, EVACUATED_EMPTY, EVACUATED_X, EVACUATED_Y, MIN_TOP_HASH,
};

/// Slots in a bucket. Go: internal/abi/map.go MapBucketCount, 1.22.
pub(crate) const BUCKET_COUNT: usize = 8;

const CACHE_LINE: usize = 64;

/// The byte that a bucket keeps of `hash`: its topmost, moved past the values that mark states.
pub(crate) const fn tophash(hash: u64) -> u8 {
    let top = (hash >> 56) as u8;
    if top < MIN_TOP_HASH { top + MIN_TOP_HASH } else { top }
}

/// A pointer to a bucket of keys `K` and elems `V`.
///
/// Every method but the constructor reads or writes the bucket, so all of them are unsafe under
/// one contract: the pointer is to a live bucket of this shape, in an array or an arena of a
/// `Table<K, V>`, whose bytes have been zeroed once; and no reference into the bytes that a
/// method writes is in use. Beyond it, reading a key or an elem needs a slot that holds one.
pub(crate) struct Bucket<K, V> {
    at: NonNull<u8>,
    _shape: PhantomData<fn() -> (K, V)>,
}

impl<K, V> Clone for Bucket<K, V> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K, V> Copy for Bucket<K, V> {}

// SAFETY: an address; each method's caller says why the bucket may be read or written.
unsafe impl<K, V> Send for Bucket<K, V> {}
// SAFETY: as above.
unsafe impl<K, V> Sync for Bucket<K, V> {}

impl<K, V> PartialEq for Bucket<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.at == other.at
    }
}

impl<K, V> Bucket<K, V> {
    pub(crate) const SHAPE: Shape = Shape::of::<K, V>();

    pub(crate) fn new(at: NonNull<u8>) -> Self {
        Self { at, _shape: PhantomData }
    }

    /// Bucket `index` of the array that begins at `base`.
    pub(crate) unsafe fn in_array(base: NonNull<u8>, index: usize) -> Self {
        // SAFETY: the caller's array has more than `index` buckets of this size.
        Self::new(unsafe { base.add(index * Self::SHAPE.size) })
    }

    pub(crate) fn as_ptr(self) -> NonNull<u8> {
        self.at
    }

    /// Asks for the cache lines of the bucket that follow its first, while that is on its way.
    ///
    /// Which key and which elem are wanted is known only when the tophashes have come: then the two
    /// fetches would follow one another. Two lines more are asked for at the most: a bucket of
    /// integers of 64 bits spans three.
    #[inline(always)]
    pub(crate) fn prefetch(self) {
        for line in 1..Self::LINES {
            tophash_arch::prefetch(self.at.as_ptr().wrapping_add(line * CACHE_LINE));
        }
    }

    /// Asks for a bucket's worth of lines, so many bytes ahead of this bucket, be there one or not.
    #[inline(always)]
    pub(crate) fn prefetch_ahead(self, bytes: usize) {
        for line in 0..Self::LINES {
            tophash_arch::prefetch(self.at.as_ptr().wrapping_add(bytes + line * CACHE_LINE));
        }
    }

    /// Cache lines of a bucket that are asked for.
    const LINES: usize = match Self::SHAPE.size {
        0..32 => 1,
        32..=128 => 2,
        _ => 3,
    };

    pub(crate) unsafe fn tophash(self) -> [u8; BUCKET_COUNT] {
        // SAFETY: a bucket begins with its tophashes (type contract).
        unsafe { self.at.cast::<[u8; BUCKET_COUNT]>().read() }
    }

    /// Whether the entries of the chain end in this bucket.
    ///
    /// From an emptyRest on there is nothing else, so the last slot tells: one comparison instead of a
    /// scan by [`match_end`](tophash_arch::match_end). The byte is read by itself, so that the eight
    /// go straight from memory into the register that is scanned.
    pub(crate) unsafe fn ends_chain(self) -> bool {
        // SAFETY: as in `tophash`.
        unsafe { self.at.add(BUCKET_COUNT - 1).read() == EMPTY_REST }
    }

    pub(crate) unsafe fn set_tophash(self, lane: usize, top: u8) {
        debug_assert!(lane < BUCKET_COUNT);
        // SAFETY: as in `tophash`; lanes are below 8.
        unsafe { self.at.add(lane).write(top) }
    }

    pub(crate) unsafe fn set_tophashes(self, tops: [u8; BUCKET_COUNT]) {
        // SAFETY: as in `tophash`.
        unsafe { self.at.cast::<[u8; BUCKET_COUNT]>().write(tops) }
    }

    /// Makes all eight slots empty, and the bucket the end of its chain's entries.
    pub(crate) unsafe fn clear_tophash(self) {
        // SAFETY: the same contract.
        unsafe { self.set_tophashes([EMPTY_REST; BUCKET_COUNT]) }
    }

    /// Whether the chain that this bucket heads has been moved to the new array.
    pub(crate) unsafe fn evacuated(self) -> bool {
        // SAFETY: as in `tophash`.
        let first = unsafe { self.at.read() };
        first > EMPTY_ONE && first < MIN_TOP_HASH
    }

    pub(crate) unsafe fn key_slot(self, lane: usize) -> NonNull<u8> {
        debug_assert!(lane < BUCKET_COUNT);
        // SAFETY: the slot lies inside the bucket (`Shape`).
        unsafe { self.at.add(Self::SHAPE.keys_at + lane * Self::SHAPE.key_slot) }
    }

    pub(crate) unsafe fn elem_slot(self, lane: usize) -> NonNull<u8> {
        debug_assert!(lane < BUCKET_COUNT);
        // SAFETY: the slot lies inside the bucket (`Shape`).
        unsafe { self.at.add(Self::SHAPE.elems_at + lane * Self::SHAPE.elem_slot) }
    }

    /// Where the key of `lane` is: in its slot, or where its slot points.
    pub(crate) unsafe fn key(self, lane: usize) -> NonNull<K> {
        // SAFETY: `key_slot` is in bounds; an indirect slot that holds a key holds a pointer made
        // by `Table` from a box, never null.
        unsafe {
            let slot = self.key_slot(lane);
            if Self::SHAPE.key_indirect { slot.cast::<NonNull<K>>().read() } else { slot.cast() }
        }
    }

    /// Where the elem of `lane` is: in its slot, or where its slot points.
    pub(crate) unsafe fn elem(self, lane: usize) -> NonNull<V> {
        // SAFETY: as in `key`.
        unsafe {
            let slot = self.elem_slot(lane);
            if Self::SHAPE.elem_indirect { slot.cast::<NonNull<V>>().read() } else { slot.cast() }
        }
    }

    pub(crate) unsafe fn overflow(self) -> Option<Self> {
        // SAFETY: the link is in bounds and aligned (`Shape`); zeroed bytes are `None`.
        let next =
            unsafe { self.at.add(Self::SHAPE.overflow_at).cast::<Option<NonNull<u8>>>().read() };
        next.map(Self::new)
    }

    pub(crate) unsafe fn set_overflow(self, next: Option<Self>) {
        let next = next.map(Self::as_ptr);
        // SAFETY: as in `overflow`.
        unsafe { self.at.add(Self::SHAPE.overflow_at).cast::<Option<NonNull<u8>>>().write(next) }
    }

    /// Copies one slot pair as bytes: ownership of both values moves, the old bytes stay.
    pub(crate) unsafe fn copy_slot(self, lane: usize, to: Self, to_lane: usize) {
        // SAFETY: slots are in bounds, and two different slots do not overlap.
        unsafe {
            let (key, elem) = (to.key_slot(to_lane), to.elem_slot(to_lane));
            ptr::copy_nonoverlapping(
                self.key_slot(lane).as_ptr(),
                key.as_ptr(),
                Self::SHAPE.key_slot,
            );
            ptr::copy_nonoverlapping(
                self.elem_slot(lane).as_ptr(),
                elem.as_ptr(),
                Self::SHAPE.elem_slot,
            );
        }
    }

    /// Zeroes all but the tophashes, the overflow link included.
    pub(crate) unsafe fn zero_slots_and_link(self) {
        // SAFETY: the bytes from 8 to the bucket's size lie inside it.
        unsafe { self.at.add(BUCKET_COUNT).write_bytes(0, Self::SHAPE.size - BUCKET_COUNT) }
    }

    /// The bucket and those chained onto it.
    pub(crate) unsafe fn chain(self) -> impl Iterator<Item = Self> {
        // SAFETY: an overflow link of a live bucket is `None` or leads to a live bucket. (The
        // sentinel leads back to bucket 0, but is taken off before its bucket joins a chain.)
        core::iter::successors(Some(self), |b| unsafe { b.overflow() })
    }
}

/// A slot that holds an entry.
pub(crate) struct Slot<K, V> {
    pub(crate) bucket: Bucket<K, V>,
    pub(crate) lane: usize,
}

impl<K, V> Clone for Slot<K, V> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K, V> Copy for Slot<K, V> {}

impl<K, V> Slot<K, V> {
    /// # Safety
    /// The slot holds an entry that lives, and is not changed, for 'a.
    pub(crate) unsafe fn entry<'a>(self) -> (&'a K, &'a V) {
        // SAFETY: the caller's promise.
        unsafe { (self.bucket.key(self.lane).as_ref(), self.bucket.elem(self.lane).as_ref()) }
    }

    /// # Safety
    /// The slot holds an entry that lives for 'a and is used by nobody else.
    pub(crate) unsafe fn entry_mut<'a>(self) -> (&'a K, &'a mut V) {
        // SAFETY: the caller's promise.
        unsafe { (self.bucket.key(self.lane).as_ref(), self.bucket.elem(self.lane).as_mut()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_hash_has_the_tophash_of_a_state() {
        for byte in 0..=255u64 {
            let top = tophash(byte << 56 | 0x00ff_ffff_ffff_ffff);
            assert!(top >= MIN_TOP_HASH);
            assert_eq!(u64::from(top), if byte < 5 { byte + 5 } else { byte });
        }
    }
}
