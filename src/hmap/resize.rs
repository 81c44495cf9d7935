//! Resizing by wish, which Go's map does not know: `reserve` and `shrink_to`.

use super::bucket::tophash;
use super::header::{ITERATOR, OLD_ITERATOR, SAME_SIZE_GROW};
use super::sweep::Sweep;
use super::{Bucket, Slot, Table};
use crate::hash::Rand;
use crate::key::KeyHash;
use alloc::vec::Vec;
use core::mem;
use tophash_arch::match_empty;

impl<K, V> Table<K, V> {
    /// The entries that the map holds before their number alone makes it grow.
    pub(crate) fn capacity(&self) -> usize {
        if self.nil { 0 } else { self.dialect.capacity(self.h.b) }
    }

    /// Grows, all at once, until `additional` more entries fit. If `hasher` panics, the map is as
    /// it would be midway through a growth.
    ///
    /// # Panics
    /// If there are not that many entries.
    pub(crate) fn reserve<S: KeyHash<K>>(&mut self, hasher: &S, rand: &Rand, additional: usize) {
        let Some(entries) = self.h.count.checked_add(additional) else {
            panic!("capacity overflow")
        };
        if entries <= self.capacity() {
            return;
        }
        self.refuse_nil();
        let b = (self.h.b..60).find(|&b| entries <= self.dialect.capacity(b));
        let Some(b) = b.filter(|&b| self.array_layout::<S>(b).is_some()) else {
            panic!("capacity overflow")
        };
        if self.h.buckets.is_none() {
            // First of all, as it may fail.
            let block = self.allocate_array::<S>(b);
            self.h.b = b;
            self.install_array(block);
        }
        // Doubling after doubling, since that is the only growth that cursors understand.
        while {
            self.finish_growth(hasher, rand);
            self.h.b < b
        } {
            self.hash_grow::<S>(true);
        }
        self.retired.flush();
        self.end_mutation(hasher);
    }

    fn finish_growth<S: KeyHash<K>>(&mut self, hasher: &S, rand: &Rand) {
        while self.h.is_growing() {
            self.evacuate(hasher, rand, self.h.nevacuate);
        }
    }

    /// Moves all entries to the smallest array that holds `entries` of them, and no less than there
    /// are; gives back what the map has outgrown. `hasher` may panic: before anything has changed.
    ///
    /// Does nothing to the array while a cursor lives: cursors understand growth only.
    pub(crate) fn shrink_to<S: KeyHash<K>>(&mut self, hasher: &S, rand: &Rand, entries: usize) {
        let entries = entries.max(self.h.count);
        let b = (0..self.h.b).find(|&b| entries <= self.dialect.capacity(b)).unwrap_or(self.h.b);
        let no_array = entries == 0 && self.h.buckets.is_some();
        if (no_array || b < self.h.b || self.h.is_growing()) && !self.retired.cursor_lives() {
            let hashes: Vec<u64> = self
                .entries_in_memory()
                .map(|(key, _)| hasher.hash(key, self.h.hash0, rand))
                .collect();
            self.rebuild::<S>(rand, b, no_array, &hashes);
        }
        self.retired.flush();
        self.end_mutation(hasher);
    }

    /// Moves all entries, whose hashes are given in the order of memory, to a new array of 2^`b`
    /// buckets, or drops the array of a map without entries.
    fn rebuild<S: KeyHash<K>>(&mut self, rand: &Rand, b: u8, no_array: bool, hashes: &[u64]) {
        let block = (!no_array).then(|| self.allocate_array::<S>(b));
        let sweep = Sweep::over(self);
        self.h.b = b;
        self.h.change_flags(ITERATOR | OLD_ITERATOR | SAME_SIZE_GROW, 0);
        self.h.noverflow = 0;
        self.h.nevacuate = 0;
        self.h.extra = None;
        self.h.oldbuckets = None;
        self.h.buckets = None;
        let left = [mem::take(&mut self.array), mem::take(&mut self.old_array)];
        match block {
            Some(block) => self.install_array(block),
            None => self.get_ready(),
        }
        self.append_all(rand, sweep, hashes);
        for array in left {
            self.retired.bury_array(array);
        }
    }

    fn append_all(&mut self, rand: &Rand, mut sweep: Sweep<K, V>, hashes: &[u64]) {
        for &hash in hashes {
            // SAFETY: the arrays that the sweep goes through are the caller's, in memory and as
            // they were; each entry moves as bytes to a free slot of the new array.
            unsafe {
                let Some(from) = sweep.next() else { unreachable!("one hash for each entry") };
                let to = self.free_slot(rand, hash as usize & self.h.bucket_mask());
                from.bucket.copy_slot(from.lane, to.bucket, to.lane);
                to.bucket.set_tophash(to.lane, tophash(hash));
            }
        }
    }

    /// The first free slot of a chain of the present array.
    ///
    /// # Safety
    /// The map has an array, and `index` is below 2^B.
    unsafe fn free_slot(&mut self, rand: &Rand, index: usize) -> Slot<K, V> {
        // SAFETY: the caller's promise; links lead to live buckets.
        unsafe {
            let mut b: Bucket<K, V> = self.bucket(index);
            loop {
                if let Some(lane) = match_empty(&b.tophash()).lowest() {
                    return Slot { bucket: b, lane };
                }
                b = match b.overflow() {
                    Some(next) => next,
                    None => self.new_overflow(rand, b),
                };
            }
        }
    }
}
