//! Walking over the entries of a map that cannot change meanwhile.

use super::iter::Walker;
use super::{Bucket, Slot, Table};
use crate::hash::Rand;
use crate::key::KeyHash;
use tophash_arch::match_full;

/// The entries of a borrowed map, in the order in which Go's `range` takes them.
pub(crate) struct Entries<'a, K, V> {
    table: &'a Table<K, V>,
    walk: Walk<K, V>,
}

enum Walk<K, V> {
    /// Through a map that is not growing: every entry stands where it hashes to.
    Plain(Plain<K, V>),
    /// Through one that is; it stays so for as long as it is borrowed.
    Growing(Walker),
}

/// The position in a map that is not growing.
///
/// A [`Walker`] comes by the same entries in the same order. It takes 10 to 15 ns for each, since it
/// must think of growths at every slot; this takes 3 to 6 (criterion, `Iter/u64`).
struct Plain<K, V> {
    /// The bucket under way, and those of its full slots that are to come: bit i is slot `offset` + i.
    bucket: Bucket<K, V>,
    due: u8,
    offset: u8,
    /// The head of the chain under way, and how many more chains are to come.
    head: usize,
    chains: usize,
}

impl<K, V> Clone for Entries<'_, K, V> {
    fn clone(&self) -> Self {
        let walk = match &self.walk {
            Walk::Plain(plain) => Walk::Plain(Plain { ..*plain }),
            Walk::Growing(walker) => Walk::Growing(walker.clone()),
        };
        Self { table: self.table, walk }
    }
}

impl<K, V> Table<K, V> {
    /// Begins a walk that borrows the map.
    pub(crate) fn entries(&self, rand: &Rand) -> Entries<'_, K, V> {
        let walker = self.walk(rand);
        let walk = if self.h.is_growing() || walker.buckets.is_none() {
            Walk::Growing(walker)
        } else {
            let Walker { start_bucket: head, offset, .. } = walker;
            // SAFETY: a walk over something begins in the present array, below 2^B.
            let bucket = unsafe { self.bucket(head) };
            let mut plain = Plain { bucket, due: 0, offset, head, chains: self.h.bucket_mask() };
            // SAFETY: as above: a live bucket.
            unsafe { plain.enter(bucket) };
            Walk::Plain(plain)
        };
        Entries { table: self, walk }
    }
}

impl<K, V> Plain<K, V> {
    /// # Safety
    /// The bucket is live, and of a map that is not growing.
    unsafe fn enter(&mut self, bucket: Bucket<K, V>) {
        self.bucket = bucket;
        // SAFETY: the caller's promise.
        let tops = unsafe { bucket.tophash() };
        self.due = match_full(&tops).bits().rotate_right(self.offset.into());
    }

    /// # Safety
    /// The walk began on `table`, which has been borrowed since.
    #[inline]
    unsafe fn next(&mut self, table: &Table<K, V>) -> Option<Slot<K, V>> {
        while self.due == 0 {
            // SAFETY: the table's buckets are live; chains begin at heads below 2^B.
            unsafe {
                let next = match self.bucket.overflow() {
                    Some(next) => next,
                    None => {
                        self.chains = self.chains.checked_sub(1)?;
                        self.head = (self.head + 1) & table.h.bucket_mask();
                        table.bucket(self.head)
                    }
                };
                self.enter(next);
            }
        }
        let lane = self.due.trailing_zeros() as usize + usize::from(self.offset);
        self.due &= self.due - 1;
        Some(Slot { bucket: self.bucket, lane: lane % super::BUCKET_COUNT })
    }
}

impl<'a, K, V> Entries<'a, K, V> {
    #[inline]
    pub(crate) fn next<S: KeyHash<K>>(&mut self, hasher: &S) -> Option<(&'a K, &'a V)> {
        // SAFETY: the map has been borrowed since the walk began.
        let slot = unsafe {
            match &mut self.walk {
                Walk::Plain(plain) => plain.next(self.table),
                Walk::Growing(walker) => walker.next(self.table, hasher),
            }
        }?;
        // SAFETY: the slot holds an entry of the borrowed map.
        Some(unsafe { slot.entry() })
    }
}
