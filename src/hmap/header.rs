//! The header of a map: Go's `hmap`, field for field.

use alloc::boxed::Box;
use core::mem::offset_of;
use core::ptr::NonNull;
use core::sync::atomic::{AtomicU8, Ordering::Relaxed};

/// There may be an iterator using `buckets`. Go: runtime/map.go iterator, 1.22.
pub(crate) const ITERATOR: u8 = 1;
/// There may be an iterator using `oldbuckets`. Go: runtime/map.go oldIterator, 1.22.
pub(crate) const OLD_ITERATOR: u8 = 2;
/// A writer is inside the map. Set from above only, by `detect::WriteFlag`: `&mut` excludes what it
/// looks for. Go: runtime/map.go hashWriting, 1.22.
pub(crate) const HASH_WRITING: u8 = 4;
/// The growth under way is to an array of the same size. Go: runtime/map.go sameSizeGrow, 1.22.
pub(crate) const SAME_SIZE_GROW: u8 = 8;

/// The header of Go's map, as Go lays it out: 48 bytes.
///
/// ```text
///  0  count        entries
///  8  flags        9  B, log2 of the buckets      10  noverflow, overflow buckets (a count up to
/// 12  hash0, the seed                                 B = 15, an estimate from there on)
/// 16  buckets      2^B buckets and the spare ones behind them; none before the first assign
/// 24  oldbuckets   the array that a growth is leaving; none otherwise
/// 32  nevacuate    old buckets below this have been left
/// 40  extra        the next spare bucket
/// ```
///
/// Go: runtime/map.go hmap, 1.22.
///
/// ```
/// let mut map = tophash::GoMap::with_capacity(100);
/// map.insert("a", 1);
/// let header = map.header();
/// assert_eq!((header.count(), header.b(), header.flags()), (1, 4, 0));
/// assert_eq!(size_of_val(header), 48);
/// ```
#[derive(Debug)]
#[repr(C)]
pub struct Hmap {
    pub(crate) count: usize,
    // Atomic because `range` and `iter` set bits through `&self`. Relaxed throughout: the bits say
    // "some iterator has begun since the last growth", and whoever acts on them holds `&mut`. The
    // writer's bit protects nothing either: it is a help in finding what is wrong without it.
    pub(crate) flags: AtomicU8,
    pub(crate) b: u8,
    pub(crate) noverflow: u16,
    pub(crate) hash0: u32,
    pub(crate) buckets: Option<NonNull<u8>>,
    pub(crate) oldbuckets: Option<NonNull<u8>>,
    pub(crate) nevacuate: usize,
    pub(crate) extra: Option<Box<MapExtra>>,
}

const _: () = {
    assert!(size_of::<Hmap>() == 48);
    assert!(offset_of!(Hmap, count) == 0);
    assert!(offset_of!(Hmap, flags) == 8);
    assert!(offset_of!(Hmap, b) == 9);
    assert!(offset_of!(Hmap, noverflow) == 10);
    assert!(offset_of!(Hmap, hash0) == 12);
    assert!(offset_of!(Hmap, buckets) == 16);
    assert!(offset_of!(Hmap, oldbuckets) == 24);
    assert!(offset_of!(Hmap, nevacuate) == 32);
    assert!(offset_of!(Hmap, extra) == 40);
};

/// What not every map has. Go: runtime/map.go mapextra, 1.22.
///
/// Go has two lists more, of all overflow buckets, to keep those alive that hold no pointers; see
/// `Table::overflow_list`.
#[derive(Debug, Default)]
pub(crate) struct MapExtra {
    /// The first spare bucket that is not in use.
    pub(crate) next_overflow: Option<NonNull<u8>>,
    /// The one of `oldbuckets` that was never used.
    pub(crate) old_next_overflow: Option<NonNull<u8>>,
}

/// Whether a map is growing, and how.
///
/// ```
/// use tophash::{GoMap, Growing};
/// let mut map = GoMap::new();
/// while map.header().growing() == Growing::No {
///     map.insert(map.len(), ());
/// }
/// assert_eq!(map.header().growing(), Growing::Double);
/// assert!(map.len() > 26); // to two and to four buckets: those growths end at once
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Growing {
    /// There is no old array.
    No,
    /// To twice as many buckets.
    Double,
    /// To as many buckets, to leave overflow buckets behind.
    Same,
}

impl Hmap {
    pub(crate) fn new(hash0: u32) -> Self {
        Self {
            count: 0,
            flags: AtomicU8::new(0),
            b: 0,
            noverflow: 0,
            hash0,
            buckets: None,
            oldbuckets: None,
            nevacuate: 0,
            extra: None,
        }
    }

    /// Entries in the map.
    #[inline]
    pub fn count(&self) -> usize {
        self.count
    }

    /// Go's flag byte: 1 an iterator has begun since the last growth, 2 one may use the old array,
    /// 4 a writer is inside, 8 the growth is to the same size.
    #[inline]
    pub fn flags(&self) -> u8 {
        self.flags.load(Relaxed)
    }

    /// The byte itself, for who stands above and keeps [`HASH_WRITING`] in it.
    #[cfg(feature = "std")]
    #[inline]
    pub(crate) fn flags_byte(&self) -> &AtomicU8 {
        &self.flags
    }

    /// The map has 2^B buckets, spare and overflow ones not counted.
    #[doc(alias = "B")]
    #[inline]
    pub fn b(&self) -> u8 {
        self.b
    }

    /// Overflow buckets chained on since the last growth or clear; an estimate from B = 16 on.
    pub fn noverflow(&self) -> u16 {
        self.noverflow
    }

    /// The seed of the hash.
    #[inline]
    pub fn hash0(&self) -> u32 {
        self.hash0
    }

    /// Old buckets below this one have been evacuated; keeps its value when a growth ends.
    pub fn nevacuate(&self) -> usize {
        self.nevacuate
    }

    /// Whether the map is growing, and how.
    #[inline]
    pub fn growing(&self) -> Growing {
        match self.oldbuckets {
            None => Growing::No,
            Some(_) if self.same_size_grow() => Growing::Same,
            Some(_) => Growing::Double,
        }
    }

    #[inline]
    pub(crate) fn is_growing(&self) -> bool {
        self.oldbuckets.is_some()
    }

    #[inline]
    pub(crate) fn same_size_grow(&self) -> bool {
        self.flags() & SAME_SIZE_GROW != 0
    }

    #[inline]
    pub(crate) fn bucket_mask(&self) -> usize {
        (1 << self.b) - 1
    }

    /// Regular buckets of the old array; meaningful while growing.
    #[doc(alias = "noldbuckets")]
    #[inline]
    pub(crate) fn old_buckets(&self) -> usize {
        1 << (self.b - u8::from(!self.same_size_grow()))
    }

    #[inline]
    pub(crate) fn next_overflow(&self) -> Option<NonNull<u8>> {
        self.extra.as_ref()?.next_overflow
    }

    /// Sets the bits `set` after clearing the bits `clear`.
    pub(crate) fn change_flags(&mut self, clear: u8, set: u8) {
        let flags = self.flags.get_mut();
        *flags = *flags & !clear | set;
    }
}
