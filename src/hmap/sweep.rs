//! Going through all entries in the order of memory: to change them, to take them out, to drop
//! them.
//!
//! Unlike a [`Walker`](super::iter) a sweep asks no key for its hash or its equality, so it comes by
//! each entry exactly once whatever a user's `Hash` does; that is what makes `&mut` sound.

use super::inspect::Chained;
use super::{Bucket, Slot, Table};
use crate::hash::Rand;
use crate::key::KeyHash;
use core::iter::FusedIterator;
use core::marker::PhantomData;
use tophash_arch::{Mask, match_full};

/// A position among the entries of a map that neither gains nor moves any.
pub(super) struct Sweep<K, V> {
    buckets: Chained,
    /// The bucket under way, and the lanes in it that are still to come.
    slots: Option<(Bucket<K, V>, <Mask as IntoIterator>::IntoIter)>,
}

impl<K, V> Clone for Sweep<K, V> {
    fn clone(&self) -> Self {
        Self { buckets: self.buckets.clone(), slots: self.slots.clone() }
    }
}

impl<K, V> Sweep<K, V> {
    pub(super) fn over(table: &Table<K, V>) -> Self {
        // SAFETY: `next`'s callers keep the arrays in memory.
        let buckets =
            unsafe { Chained::new([table.extent(), table.old_extent()], &Table::<K, V>::SHAPE) };
        Self { buckets, slots: None }
    }

    /// The next entry: a slot that was full when the sweep came to its bucket.
    ///
    /// # Safety
    /// Since the sweep began, the table has kept its arrays and its chains, and slots have at most
    /// been emptied, none but those that the sweep has come by.
    pub(super) unsafe fn next(&mut self) -> Option<Slot<K, V>> {
        loop {
            if let Some((bucket, lanes)) = &mut self.slots
                && let Some(lane) = lanes.next()
            {
                return Some(Slot { bucket: *bucket, lane });
            }
            let bucket = Bucket::new(self.buckets.next()?);
            // SAFETY: a live bucket (caller).
            let tops = unsafe { bucket.tophash() };
            self.slots = Some((bucket, match_full(&tops).into_iter()));
        }
    }

    /// The entries that are still to come.
    ///
    /// # Safety
    /// As for [`Sweep::next`]; they live, and nobody changes them, for 'a.
    unsafe fn rest<'a>(&self) -> impl Iterator<Item = (&'a K, &'a V)> + use<'a, K, V>
    where
        K: 'a,
        V: 'a,
    {
        let mut sweep = self.clone();
        // SAFETY: the caller's promise.
        core::iter::from_fn(move || unsafe { sweep.next().map(|slot| slot.entry()) })
    }

    /// The head of the chain in which the entry stands that came last.
    fn head(&self) -> Bucket<K, V> {
        let Some(head) = self.buckets.chain_head() else {
            unreachable!("caller: an entry has come")
        };
        Bucket::new(head)
    }
}

impl<K, V> Table<K, V> {
    pub(crate) fn entries_mut(&mut self) -> EntriesMut<'_, K, V> {
        EntriesMut { sweep: Sweep::over(self), left: self.h.count, _table: PhantomData }
    }

    pub(crate) fn into_entries(self) -> IntoEntries<K, V> {
        IntoEntries { sweep: Sweep::over(&self), table: self }
    }

    pub(crate) fn extract<'a, S: KeyHash<K>>(
        &'a mut self,
        hasher: &'a S,
        rand: &'a Rand,
    ) -> Extract<'a, K, V, S> {
        Extract { sweep: Sweep::over(self), table: self, hasher, rand }
    }

    /// Removes the entries that `keep` refuses, each where it stands: no growth goes on.
    pub(crate) fn retain<S: KeyHash<K>>(
        &mut self,
        hasher: &S,
        rand: &Rand,
        mut keep: impl FnMut(&K, &mut V) -> bool,
    ) {
        let mut sweep = Sweep::over(self);
        // SAFETY: the table is borrowed, and only slots that the sweep has come by are emptied.
        while let Some(slot) = unsafe { sweep.next() } {
            // SAFETY: the entry is lent to `keep` alone; it stands in the chain of the sweep's head.
            let elem = unsafe {
                let (key, elem) = slot.entry_mut();
                if keep(key, elem) {
                    continue;
                }
                self.hide_copies(hasher, sweep.head(), slot, false);
                self.drop_key_at::<S>(rand, sweep.head(), slot)
            };
            drop(elem);
            self.end_mutation(hasher);
        }
    }
}

/// The entries of a map, with elems to be changed.
pub(crate) struct EntriesMut<'a, K, V> {
    sweep: Sweep<K, V>,
    left: usize,
    _table: PhantomData<(&'a K, &'a mut V)>,
}

// SAFETY: nobody else can come by the entries that are left, so they may as well be given to another
// thread.
unsafe impl<K: Send, V: Send> Send for EntriesMut<'_, K, V> {}

impl<K, V> EntriesMut<'_, K, V> {
    /// The entries that are left.
    pub(crate) fn rest(&self) -> impl Iterator<Item = (&K, &V)> {
        // SAFETY: the map has been borrowed since the sweep began; what is left was not lent.
        unsafe { self.sweep.rest() }
    }
}

impl<'a, K, V> Iterator for EntriesMut<'a, K, V> {
    type Item = (&'a K, &'a mut V);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        // SAFETY: the map has been borrowed since the sweep began, and comes by each entry once.
        let entry = unsafe { self.sweep.next()?.entry_mut() };
        self.left -= 1;
        Some(entry)
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl<K, V> ExactSizeIterator for EntriesMut<'_, K, V> {}
impl<K, V> FusedIterator for EntriesMut<'_, K, V> {}

/// The entries of a map that is given up for them. Those that were not taken go with it.
pub(crate) struct IntoEntries<K, V> {
    table: Table<K, V>,
    sweep: Sweep<K, V>,
}

impl<K, V> IntoEntries<K, V> {
    /// The entries that are left.
    pub(crate) fn rest(&self) -> impl Iterator<Item = (&K, &V)> {
        // SAFETY: the table is borrowed; entries that are left have not been taken.
        unsafe { self.sweep.rest() }
    }
}

impl<K, V> Iterator for IntoEntries<K, V> {
    type Item = (K, V);

    fn next(&mut self) -> Option<Self::Item> {
        // SAFETY: the table is this iterator's own, and no operation has been performed on it. The
        // entry leaves its slot, whose tophash says so, so the table will not drop it. Cursors read
        // only through `&` of the map that was given up, so no copy is read any more.
        unsafe {
            let slot = self.sweep.next()?;
            slot.bucket.set_tophash(slot.lane, super::bucket::EMPTY_ONE);
            self.table.h.count -= 1;
            let key = Table::take_key(slot).into_key();
            Some((key, Table::take_elem(slot)))
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.table.h.count, Some(self.table.h.count))
    }
}

impl<K, V> ExactSizeIterator for IntoEntries<K, V> {}
impl<K, V> FusedIterator for IntoEntries<K, V> {}

/// A sweep that takes entries out of a map, each where it stands: no growth goes on.
pub(crate) struct Extract<'a, K, V, S> {
    table: &'a mut Table<K, V>,
    sweep: Sweep<K, V>,
    hasher: &'a S,
    rand: &'a Rand,
}

impl<K, V, S: KeyHash<K>> Extract<'_, K, V, S> {
    /// The next entry that `wanted` accepts, taken out.
    pub(crate) fn next_if(&mut self, mut wanted: impl FnMut(&K, &mut V) -> bool) -> Option<(K, V)> {
        // SAFETY: the table is borrowed, and only slots that the sweep has come by are emptied.
        while let Some(slot) = unsafe { self.sweep.next() } {
            // SAFETY: the entry is lent to `wanted` alone; it stands in the chain of the sweep's
            // head.
            let entry = unsafe {
                let (key, elem) = slot.entry_mut();
                if !wanted(key, elem) {
                    continue;
                }
                self.table.take_at(self.hasher, self.rand, self.sweep.head(), slot)
            };
            self.table.end_mutation(self.hasher);
            return Some(entry);
        }
        None
    }
}

impl<K, V, S> Extract<'_, K, V, S> {
    /// Entries in the map, those included that the sweep has passed.
    pub(crate) fn count(&self) -> usize {
        self.table.h.count
    }

    /// The entries that are left.
    pub(crate) fn rest(&self) -> impl Iterator<Item = (&K, &V)> {
        // SAFETY: the table is borrowed; entries that are left have not been taken.
        unsafe { self.sweep.rest() }
    }
}
