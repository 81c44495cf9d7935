//! Walking over the entries: what Go's `range` does between two turns of its loop.

use super::bucket::{EVACUATED_EMPTY, EVACUATED_X, EVACUATED_Y, MIN_TOP_HASH};
use super::retired::{Array, Generation};
use super::{BUCKET_COUNT, Bucket, Slot, Table};
use crate::hash::Rand;
use crate::key::{GoKey, KeyHash};
use alloc::sync::Arc;
use core::ptr::NonNull;
use tophash_arch::{match_empty, match_tophash};

/// A position in a walk over a map. Go: runtime/map.go hiter, 1.22.
///
/// The walk is over the array that the map had when it began, from a random bucket around to it,
/// and from a random slot in each bucket. If the map grows meanwhile, the array becomes the old one,
/// and its evacuated slots tell where to ask for their entries now.
#[derive(Clone, Debug)]
pub(super) struct Walker {
    /// The array that the walk is over; `None` once the walk has ended.
    pub(super) buckets: Option<NonNull<u8>>,
    pub(super) b: u8,
    pub(super) start_bucket: usize,
    pub(super) offset: u8,
    /// The next bucket to begin with.
    pub(super) bucket: usize,
    /// The walk has passed the array's end and come back to its first bucket.
    pub(super) wrapped: bool,
    /// The bucket the walk stands in, and the next of its slots, counted from `offset`.
    pub(super) bptr: Option<NonNull<u8>>,
    pub(super) i: u8,
    /// Walking an old bucket: the new one whose entries are due.
    pub(super) check_bucket: Option<usize>,
    /// That old bucket is to be split between two new ones: the map was doubling, so `b` > 0. Go
    /// remembers no such thing, and asks how the map grows at each step.
    split: bool,
    /// The walk came here by a link that Go has zeroed; see [`Range::go_lost_its_place`].
    by_zeroed_link: bool,
}

// SAFETY: numbers and addresses. A walker reads only through a borrowed table, which must be `Sync`
// to be borrowed on another thread.
unsafe impl Send for Walker {}
// SAFETY: as above.
unsafe impl Sync for Walker {}

impl<K, V> Table<K, V> {
    /// Begins a walk at a random place. Go: runtime/map.go mapiterinit, 1.22, which also takes the
    /// first step.
    #[doc(alias = "mapiterinit")]
    pub(super) fn walk(&self, rand: &Rand) -> Walker {
        let mut walker = Walker {
            buckets: None,
            b: self.h.b,
            start_bucket: 0,
            offset: 0,
            bucket: 0,
            wrapped: false,
            bptr: None,
            i: 0,
            check_bucket: None,
            split: false,
            by_zeroed_link: false,
        };
        if self.h.count == 0 {
            return walker;
        }
        walker.buckets = self.h.buckets;
        let r = rand.iteration();
        walker.start_bucket = r as usize & self.h.bucket_mask();
        walker.offset = (r >> self.h.b) as u8 & (BUCKET_COUNT - 1) as u8;
        walker.bucket = walker.start_bucket;
        self.note_iterator();
        walker
    }

    /// Begins a walk that does not borrow the map.
    pub(crate) fn range(&self, rand: &Rand) -> Range {
        // The token comes first: it makes the map keep what the walk may read. A walk over nothing
        // needs none.
        let generation = (self.h.count > 0).then(|| self.retired.join());
        Range { walker: self.walk(rand), map: self.retired.identity(), generation }
    }
}

/// A walk over a map that may change meanwhile: a position, and the token that makes the map keep
/// what the walk may read. Go: runtime/map.go hiter, 1.22.
#[derive(Clone, Debug)]
pub(crate) struct Range {
    walker: Walker,
    map: u64,
    /// Given back at the walk's end: a cursor that is left lying about keeps nothing.
    generation: Option<Arc<Generation>>,
}

impl Range {
    /// The next entry; the outer `None` says that the walk began on another map.
    ///
    /// `K: GoKey` because the walk hashes and compares copies of keys: their own bytes must not
    /// change under it.
    pub(crate) fn next<'a, K: GoKey, V, S: KeyHash<K>>(
        &mut self,
        table: &'a Table<K, V>,
        hasher: &S,
    ) -> Option<Option<(&'a K, &'a V)>> {
        if !self.began_on(table) {
            return None;
        }
        // SAFETY: the walk began on this table, which has kept all that the walk may read, since
        // it counts the token among its cursors. Without a token the walk has ended.
        let slot = unsafe { self.walker.next(table, hasher) };
        if slot.is_none() {
            self.generation = None;
        }
        // SAFETY: the slot holds an entry of the borrowed map.
        Some(slot.map(|slot| unsafe { slot.entry() }))
    }

    pub(super) fn walker_on<K, V>(&self, table: &Table<K, V>) -> Option<&Walker> {
        (self.began_on(table) && self.walker.buckets.is_some()).then_some(&self.walker)
    }

    /// The arrays that the map has left and keeps for this walk.
    pub(super) fn arrays_left<'a, K, V>(
        &'a self,
        table: &'a Table<K, V>,
    ) -> impl Iterator<Item = &'a Array> {
        self.generation.iter().flat_map(|generation| table.retired.arrays_for(generation))
    }

    fn began_on<K, V>(&self, table: &Table<K, V>) -> bool {
        table.retired.identity() == self.map
    }

    /// Whether real Go has lost this walk's place. Either it zeroed the bucket in which the walk
    /// stands, or unlinked it, taking no iterator to be there. Or the walk stands in a bucket that a
    /// doubling was to split, and a growth to the same size has begun since: then Go takes both
    /// halves to be due, and returns those of the other one twice.
    pub(crate) fn go_lost_its_place<K, V>(&self, table: &Table<K, V>) -> bool {
        let zeroed = |b| table.retired.aside(&table.old_array, b).is_some();
        let Walker { by_zeroed_link, bptr, check_bucket, split, .. } = self.walker;
        let both_halves = split && check_bucket.is_some() && table.h.same_size_grow();
        self.began_on(table) && (by_zeroed_link || bptr.is_some_and(|b| zeroed(b) || both_halves))
    }
}

impl Walker {
    /// In the stead of which new bucket the walk is in an old one, and whether that is to be split.
    pub(super) fn split_of(&self) -> Option<(usize, bool)> {
        self.check_bucket.map(|bucket| (bucket, self.split))
    }

    /// The next entry of the walk over `table`, which no longer changes the position once it has
    /// answered `None`.
    ///
    /// # Safety
    /// The walk began on `table`, and every array that `table` has had since is still in memory,
    /// with the keys that its evacuated slots hold copies of: `table` is borrowed since, or a
    /// token of its `Retired` is held.
    ///
    /// Go: runtime/map.go mapiternext, 1.22.
    #[doc(alias = "mapiternext")]
    pub(super) unsafe fn next<K, V, S: KeyHash<K>>(
        &mut self,
        table: &Table<K, V>,
        hasher: &S,
    ) -> Option<Slot<K, V>> {
        let base = self.buckets?;
        loop {
            let b = match self.bptr {
                Some(b) => Bucket::<K, V>::new(b),
                None if self.wrapped && self.bucket == self.start_bucket => {
                    self.buckets = None;
                    return None;
                }
                // SAFETY: the caller keeps the array in memory.
                None => unsafe { self.enter_bucket(table, base) },
            };
            // SAFETY: the caller keeps the array in memory, and what it is chained to.
            unsafe {
                if let Some(slot) = self.scan(table, hasher, b) {
                    return Some(slot);
                }
                let shown = readable(table, b);
                self.by_zeroed_link |= shown != b;
                self.bptr = shown.overflow().map(Bucket::as_ptr);
            }
            self.i = 0;
        }
    }

    /// Goes on to the next bucket of the array, or to the old bucket whose entries it will get.
    ///
    /// # Safety
    /// `base` is this walk's array, in memory.
    unsafe fn enter_bucket<K, V>(
        &mut self,
        table: &Table<K, V>,
        base: NonNull<u8>,
    ) -> Bucket<K, V> {
        let bucket = self.bucket;
        // SAFETY: `bucket` is below 2^b, the buckets of the walk's array; an index masked to the
        // old array's buckets is in it.
        let mut b = unsafe { Bucket::<K, V>::in_array(base, bucket) };
        self.check_bucket = None;
        if let Some(old) = table.h.oldbuckets
            && self.b == table.h.b
        {
            // SAFETY: as above.
            unsafe {
                let old = Bucket::in_array(old, bucket & (table.h.old_buckets() - 1));
                if !old.evacuated() {
                    b = old;
                    self.check_bucket = Some(bucket);
                    self.split = !table.h.same_size_grow();
                }
            }
        }
        self.bucket += 1;
        if self.bucket == 1 << self.b {
            self.bucket = 0;
            self.wrapped = true;
        }
        self.bptr = Some(b.as_ptr());
        self.by_zeroed_link = false;
        self.i = 0;
        b
    }

    /// The next entry in the bucket the walk stands in.
    ///
    /// # Safety
    /// As for [`Walker::next`]; `b` is that bucket.
    unsafe fn scan<K, V, S: KeyHash<K>>(
        &mut self,
        table: &Table<K, V>,
        hasher: &S,
        b: Bucket<K, V>,
    ) -> Option<Slot<K, V>> {
        // SAFETY: the bucket is in memory (caller).
        let tops = unsafe { b.tophash() };
        let vacant = match_empty(&tops).union(match_tophash(&tops, EVACUATED_EMPTY)).bits();
        // The walk's slot i is lane (i + offset) mod 8.
        let occupied = (!vacant).rotate_right(u32::from(self.offset));
        while usize::from(self.i) < BUCKET_COUNT {
            let due = occupied >> self.i;
            if due == 0 {
                return None;
            }
            self.i += due.trailing_zeros() as u8 + 1;
            let lane = usize::from(self.i - 1 + self.offset) % BUCKET_COUNT;
            // SAFETY: as for this function.
            if let Some(slot) = unsafe { self.entry(table, hasher, b, lane, tops[lane]) } {
                return Some(slot);
            }
        }
        None
    }

    /// The entry that a slot holds, or held before it was evacuated, if it is due and still there.
    ///
    /// # Safety
    /// As for [`Walker::next`]; the slot's tophash is `top`, neither empty nor evacuatedEmpty.
    unsafe fn entry<K, V, S: KeyHash<K>>(
        &self,
        table: &Table<K, V>,
        hasher: &S,
        b: Bucket<K, V>,
        lane: usize,
        top: u8,
    ) -> Option<Slot<K, V>> {
        let evacuated = top == EVACUATED_X || top == EVACUATED_Y;
        if evacuated && table.retired.hidden(&table.old_array, b.as_ptr(), lane) {
            return None;
        }
        // SAFETY: a full slot holds a key. An evacuated one that is not hidden holds the bits of a
        // key that lives in another slot or is buried (caller), or its bucket was zeroed and copied
        // aside before.
        let key = unsafe { readable(table, b).key(lane).as_ref() };
        let reflexive = S::REFLEXIVE || hasher.eq(key, key);
        // Go asks only whether the map grows to its own size now: see `go_lost_its_place`.
        if let Some(check_bucket) = self.check_bucket
            && (self.split || !table.h.same_size_grow())
        {
            let due = if reflexive {
                let hash = hasher.hash(key, table.h.hash0, &Rand::from_seed(0));
                hash as usize & ((1 << self.b) - 1) == check_bucket
            } else {
                // A NaN's hash cannot be repeated: evacuation goes by this bit instead. If the
                // bucket was not split, all of it is due. Go forgets that once the growth to the
                // same size has ended, and skips the NaNs of the upper half.
                !self.split || (check_bucket >> (self.b - 1)) as u8 == top & 1
            };
            if !due {
                return None;
            }
        }
        if !evacuated {
            return Some(Slot { bucket: b, lane });
        }
        if !reflexive {
            // Go shows the stale slot. Nobody can delete or overwrite such an entry; a clear can.
            let mut to = table.retired.moved(&table.old_array, b.as_ptr(), lane)?;
            while let Some(next) = table.retired.moved(&table.old_array, to.0, to.1) {
                to = next;
            }
            let bucket = Bucket::new(to.0);
            // A key that is equal to itself now and then may have left: then no entry is there.
            // SAFETY: what an array was moved to is the map's, or kept for this walk as it is.
            let full = unsafe { bucket.tophash()[to.1] } >= MIN_TOP_HASH;
            return full.then_some(Slot { bucket, lane: to.1 });
        }
        // The entry may have been deleted, overwritten, or deleted and inserted again.
        let hash = hasher.hash(key, table.h.hash0, &Rand::from_seed(0));
        table.access(hash, |k| hasher.eq(key, k))
    }
}

/// The bucket itself, or the copy of it that was made before it was zeroed.
///
/// # Safety
/// The bucket is in memory.
pub(super) unsafe fn readable<K, V>(table: &Table<K, V>, b: Bucket<K, V>) -> Bucket<K, V> {
    // SAFETY: the caller's promise.
    if unsafe { b.evacuated() } {
        table.retired.aside(&table.old_array, b.as_ptr()).map_or(b, Bucket::new)
    } else {
        b
    }
}
