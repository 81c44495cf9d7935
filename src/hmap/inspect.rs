//! Reading a map's memory without changing it: what images and checks are made from.

use super::bucket::{BUCKET_COUNT, Bucket, MIN_TOP_HASH};
use super::retired::Array;
use super::{Shape, Table};
use crate::key::KeyHash;
use alloc::vec::Vec;
use bytemuck::NoUninit;
use core::marker::PhantomData;
use core::ptr::NonNull;

/// A bucket of a borrowed map.
pub(crate) struct View<'a, K, V> {
    bucket: Bucket<K, V>,
    _table: PhantomData<&'a Table<K, V>>,
}

impl<K, V> Clone for View<'_, K, V> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K, V> Copy for View<'_, K, V> {}

/// The eight key slots or the eight elem slots of a bucket, as memory.
pub struct Slots<'a, T> {
    at: NonNull<u8>,
    bytes: usize,
    _of: PhantomData<&'a T>,
}

impl<'a, T> Slots<'a, T> {
    /// The slots' bytes, those of entries that are gone included.
    ///
    /// Only types without padding have bytes that can be read; `NoUninit` says so.
    pub fn bytes(&self) -> &'a [u8]
    where
        T: NoUninit,
    {
        // SAFETY: `bytes` is the size of eight inline slots (`View`), in memory for 'a. They were
        // zeroed once, and whatever was written since was a `T`, none of whose bytes is padding.
        unsafe { core::slice::from_raw_parts(self.at.as_ptr(), self.bytes) }
    }
}

impl<'a, K, V> View<'a, K, V> {
    pub(super) fn new(bucket: Bucket<K, V>) -> Self {
        Self { bucket, _table: PhantomData }
    }

    pub(super) fn bucket(self) -> Bucket<K, V> {
        self.bucket
    }

    /// The bucket's address, to tell buckets apart.
    pub(crate) fn addr(self) -> usize {
        self.bucket.as_ptr().addr().get()
    }

    pub(crate) fn tophash(self) -> [u8; BUCKET_COUNT] {
        // SAFETY: a view's bucket is live while the table is borrowed.
        unsafe { self.bucket.tophash() }
    }

    pub(crate) fn evacuated(self) -> bool {
        // SAFETY: as above.
        unsafe { self.bucket.evacuated() }
    }

    /// The next bucket of the chain.
    pub(crate) fn overflow(self) -> Option<Self> {
        // SAFETY: as above; links lead to live buckets.
        unsafe { self.bucket.overflow().map(Self::new) }
    }

    /// The bucket and those behind it.
    pub(crate) fn chain(self) -> impl Iterator<Item = Self> {
        core::iter::successors(Some(self), |view| view.overflow())
    }

    /// The key of a full slot.
    pub(crate) fn key(self, lane: usize) -> Option<&'a K> {
        // SAFETY: as above; a full slot owns a key.
        (self.tophash()[lane] >= MIN_TOP_HASH).then(|| unsafe { self.bucket.key(lane).as_ref() })
    }

    /// The elem of a full slot.
    pub(crate) fn elem(self, lane: usize) -> Option<&'a V> {
        // SAFETY: as above; a full slot owns an elem.
        (self.tophash()[lane] >= MIN_TOP_HASH).then(|| unsafe { self.bucket.elem(lane).as_ref() })
    }

    /// The key slots, unless keys live outside the bucket.
    pub(crate) fn keys(self) -> Option<Slots<'a, K>> {
        let Shape { key_indirect, key_slot, .. } = Bucket::<K, V>::SHAPE;
        // SAFETY: lane 0 exists.
        (!key_indirect).then(|| Slots::new(unsafe { self.bucket.key_slot(0) }, key_slot))
    }

    /// The elem slots, unless elems live outside the bucket.
    pub(crate) fn elems(self) -> Option<Slots<'a, V>> {
        let Shape { elem_indirect, elem_slot, .. } = Bucket::<K, V>::SHAPE;
        // SAFETY: lane 0 exists.
        (!elem_indirect).then(|| Slots::new(unsafe { self.bucket.elem_slot(0) }, elem_slot))
    }
}

impl<T> Slots<'_, T> {
    fn new(at: NonNull<u8>, slot: usize) -> Self {
        Self { at, bytes: BUCKET_COUNT * slot, _of: PhantomData }
    }
}

/// A bucket array: where it begins, its regular buckets, and all of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extent {
    pub(crate) base: NonNull<u8>,
    pub(crate) regular: usize,
    pub(crate) all: usize,
}

impl Extent {
    /// The index of the bucket at `addr`, if it is one of this array.
    pub(crate) fn index_of(self, addr: usize, size: usize) -> Option<usize> {
        let index = addr.checked_sub(self.base.addr().get())? / size;
        (index < self.all).then_some(index)
    }
}

impl<K, V> Table<K, V> {
    /// The size of a bucket in bytes.
    pub(crate) const BUCKET_SIZE: usize = Self::SHAPE.size;

    /// The present array.
    pub(crate) fn extent(&self) -> Option<Extent> {
        let regular = self.h.bucket_mask() + 1;
        Some(Extent { base: self.h.buckets?, regular, all: self.array.buckets(Self::SHAPE.size) })
    }

    /// The array that a growth is leaving.
    pub(crate) fn old_extent(&self) -> Option<Extent> {
        let all = self.old_array.buckets(Self::SHAPE.size);
        Some(Extent { base: self.h.oldbuckets?, regular: self.h.old_buckets(), all })
    }

    /// The buckets of the present array's chains: each regular one, and behind it its overflow
    /// buckets.
    pub(crate) fn chained(&self) -> impl Iterator<Item = View<'_, K, V>> {
        self.chained_in([self.extent(), None])
    }

    /// The buckets of the old array's chains.
    pub(crate) fn old_chained(&self) -> impl Iterator<Item = View<'_, K, V>> {
        self.chained_in([self.old_extent(), None])
    }

    /// The entries in the order of memory: array by array, chain by chain.
    pub(crate) fn entries_in_memory(&self) -> impl Iterator<Item = (&K, &V)> {
        let slots = self.all_chained().flat_map(|b| (0..BUCKET_COUNT).map(move |lane| (b, lane)));
        slots.filter_map(|(b, lane)| b.key(lane).zip(b.elem(lane)))
    }

    /// The buckets of all chains.
    pub(super) fn all_chained(&self) -> impl Iterator<Item = View<'_, K, V>> {
        self.chained_in([self.extent(), self.old_extent()])
    }

    fn chained_in(&self, arrays: [Option<Extent>; 2]) -> impl Iterator<Item = View<'_, K, V>> {
        // SAFETY: the extents are those of live arrays, and stay so while the table is borrowed.
        unsafe { Chained::new(arrays, &Self::SHAPE) }.map(|at| View::new(Bucket::new(at)))
    }

    /// The regular buckets of the present array.
    pub(crate) fn heads(&self) -> impl Iterator<Item = View<'_, K, V>> {
        // SAFETY: the extent is that of a live array.
        unsafe { views(self.extent()) }
    }

    /// The regular buckets of the old array.
    pub(crate) fn old_heads(&self) -> impl Iterator<Item = View<'_, K, V>> {
        // SAFETY: the extent is that of a live array.
        unsafe { views(self.old_extent()) }
    }

    /// A bucket of the present array, spare or not.
    pub(super) fn array_bucket(&self, extent: Extent, index: usize) -> View<'_, K, V> {
        assert!(index < extent.all && self.h.buckets == Some(extent.base));
        // SAFETY: a bucket of the present array, as asserted.
        View::new(unsafe { Bucket::in_array(extent.base, index) })
    }

    /// The overflow buckets of the present array, in the order in which they were chained on: the
    /// list that Go keeps where buckets hold no pointers. Empty elsewhere.
    ///
    /// Not kept here but told by where the buckets are: the spare ones are taken first, in their
    /// order, then the arena's. A list would be copied as it grows: 4 MiB at 2^24 entries, within
    /// one insert.
    pub(crate) fn overflow_list<S: KeyHash<K>>(&self) -> Vec<NonNull<u8>> {
        let next = self.h.extra.as_ref().and_then(|extra| extra.next_overflow);
        Self::listed::<S>(self.extent(), &self.array, next)
    }

    /// The same of the array that a growth is leaving.
    pub(crate) fn old_overflow_list<S: KeyHash<K>>(&self) -> Vec<NonNull<u8>> {
        let next = self.h.extra.as_ref().and_then(|extra| extra.old_next_overflow);
        Self::listed::<S>(self.old_extent(), &self.old_array, next)
    }

    fn listed<S: KeyHash<K>>(
        extent: Option<Extent>,
        array: &Array,
        next: Option<NonNull<u8>>,
    ) -> Vec<NonNull<u8>> {
        let Some(extent) = extent.filter(|_| !Self::pointers::<S>()) else { return Vec::new() };
        let Shape { size, align, .. } = Self::SHAPE;
        let free = next.and_then(|next| extent.index_of(next.addr().get(), size));
        // SAFETY: indices of the extent's array, which is live.
        let spare = (extent.regular..free.unwrap_or(extent.all))
            .map(|index| unsafe { extent.base.add(index * size) });
        spare.chain(array.arena.buckets(size, align)).collect()
    }
}

/// The buckets of up to two arrays' chains.
///
/// Not generic, as images and clears of every map go by it: it knows the shape at run time.
#[derive(Clone)]
pub(super) struct Chained {
    arrays: [Option<Extent>; 2],
    shape: &'static Shape,
    /// The head of the chain under way.
    chain: Option<NonNull<u8>>,
    /// The next bucket of the chain under way.
    next: Option<NonNull<u8>>,
    /// The next head: its array and its index.
    head: (usize, usize),
}

// SAFETY: numbers and addresses; whoever goes to such an address says why it may.
unsafe impl Send for Chained {}
// SAFETY: as above.
unsafe impl Sync for Chained {}

impl Chained {
    /// # Safety
    /// The arrays hold buckets of this shape, live until the iterator's last use.
    pub(super) unsafe fn new(arrays: [Option<Extent>; 2], shape: &'static Shape) -> Self {
        Self { arrays, shape, chain: None, next: None, head: (0, 0) }
    }

    /// The head of the chain of the bucket that came last.
    pub(super) fn chain_head(&self) -> Option<NonNull<u8>> {
        self.chain
    }

    fn next_head(&mut self) -> Option<NonNull<u8>> {
        loop {
            let (array, index) = self.head;
            match self.arrays.get(array)? {
                Some(extent) if index < extent.regular => {
                    self.head.1 += 1;
                    // SAFETY: an array has at least its regular buckets (`new`'s caller).
                    return Some(unsafe { extent.base.add(index * self.shape.size) });
                }
                _ => self.head = (array + 1, 0),
            }
        }
    }
}

impl Iterator for Chained {
    type Item = NonNull<u8>;

    fn next(&mut self) -> Option<NonNull<u8>> {
        let at = match self.next {
            Some(at) => at,
            None => {
                self.chain = self.next_head();
                self.chain?
            }
        };
        // SAFETY: a live bucket (`new`'s caller), whose link is where the shape says.
        self.next = unsafe { at.add(self.shape.overflow_at).cast::<Option<NonNull<u8>>>().read() };
        Some(at)
    }
}

/// # Safety
/// The extent is that of an array of keys `K` and elems `V`, live for 'a.
pub(super) unsafe fn views<'a, K: 'a, V: 'a>(
    extent: Option<Extent>,
) -> impl Iterator<Item = View<'a, K, V>> {
    extent.into_iter().flat_map(|Extent { base, regular, .. }| {
        // SAFETY: an array has at least its regular buckets (caller).
        (0..regular).map(move |index| View::new(unsafe { Bucket::in_array(base, index) }))
    })
}
