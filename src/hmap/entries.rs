//! Walking over the entries of a map that cannot change meanwhile.

use super::iter::Walker;
use super::{Bucket, Slot, Table};
use crate::hash::Rand;
use crate::key::KeyHash;
use tophash_arch::match_full;

/// Bytes by which a walk asks for buckets ahead of where it is: the processor's own look-ahead ends
/// at each page.
///
/// At 2^20 entries (`u64` to `u64`) an entry takes 7.5 ns without, 5.0 with 1 KiB, 4.6 with 2 and 4;
/// by [`Entries::for_each`] 6.6, 4.6, 4.1 and 3.9; hashbrown's 4.2. At 2^16 all are equal.
const LOOK_AHEAD: usize = 2048;

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
    #[inline(always)]
    unsafe fn enter(&mut self, bucket: Bucket<K, V>) {
        self.bucket = bucket;
        // SAFETY: the caller's promise.
        let tops = unsafe { bucket.tophash() };
        self.due = match_full(&tops).bits().rotate_right(self.offset.into());
    }

    /// # Safety
    /// The walk began on `table`, which has been borrowed since.
    #[inline(always)]
    unsafe fn next(&mut self, table: &Table<K, V>) -> Option<Slot<K, V>> {
        while self.due == 0 {
            // SAFETY: as for this function.
            if !unsafe { self.enter_next(table) } {
                return None;
            }
        }
        Some(self.take_due())
    }

    /// Goes on to the next bucket, unless there is none.
    ///
    /// # Safety
    /// As for [`Plain::next`].
    #[inline(always)]
    unsafe fn enter_next(&mut self, table: &Table<K, V>) -> bool {
        // SAFETY: the table's buckets are live; chains begin at heads below 2^B.
        unsafe {
            let next = match self.bucket.overflow() {
                Some(next) => next,
                None => {
                    let Some(chains) = self.chains.checked_sub(1) else { return false };
                    self.chains = chains;
                    self.head = (self.head + 1) & table.ready.mask;
                    let next = table.bucket(self.head);
                    next.prefetch_ahead(LOOK_AHEAD);
                    next
                }
            };
            self.enter(next);
        }
        true
    }

    /// The next of the full slots that are to come, of which there is one.
    #[inline(always)]
    fn take_due(&mut self) -> Slot<K, V> {
        let lane = self.due.trailing_zeros() as usize + usize::from(self.offset);
        self.due &= self.due - 1;
        Slot { bucket: self.bucket, lane: lane % super::BUCKET_COUNT }
    }
}

impl<'a, K, V> Entries<'a, K, V> {
    #[inline]
    pub(crate) fn next<S: KeyHash<K>>(&mut self, hasher: &S) -> Option<(&'a K, &'a V)> {
        // SAFETY: the map has been borrowed since the walk began; the slot holds an entry of it.
        unsafe {
            let slot = match &mut self.walk {
                Walk::Plain(plain) => plain.next(self.table)?,
                Walk::Growing(walker) => next_while_growing(walker, self.table, hasher)?,
            };
            Some(slot.entry())
        }
    }

    /// Calls `f` with every entry that is to come.
    ///
    /// Half the instructions of a loop of [`next`](Self::next), which must find out at every entry
    /// where it stands.
    #[inline]
    pub(crate) fn for_each<S: KeyHash<K>>(mut self, hasher: &S, mut f: impl FnMut((&'a K, &'a V))) {
        let Walk::Plain(mut plain) = self.walk else {
            while let Some(entry) = self.next(hasher) {
                f(entry);
            }
            return;
        };
        // SAFETY: as for `next`.
        unsafe {
            loop {
                while plain.due != 0 {
                    f(plain.take_due().entry());
                }
                if !plain.enter_next(self.table) {
                    return;
                }
            }
        }
    }
}

/// Out of line, so that the walk through a map that is not growing is inlined into its loop.
///
/// # Safety
/// As for [`Walker::next`].
#[inline(never)]
unsafe fn next_while_growing<K, V, S: KeyHash<K>>(
    walker: &mut Walker,
    table: &Table<K, V>,
    hasher: &S,
) -> Option<Slot<K, V>> {
    // SAFETY: the caller's promise.
    unsafe { walker.next(table, hasher) }
}
