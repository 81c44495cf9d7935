//! Removing an entry.

use super::access::find;
use super::bucket::{EMPTY_ONE, EMPTY_REST};
use super::retired::Corpse;
use super::{BUCKET_COUNT, Bucket, FAR_TO_WRITE, Slot, Table};
use crate::hash::Rand;
use crate::key::KeyHash;
use tophash_arch::match_tophash;

impl<K, V> Table<K, V> {
    /// Removes the entry whose key satisfies `eq`, among those that `hash` can lead to; returns its
    /// elem.
    ///
    /// Does a share of a growth under way, even if there is no such entry. `eq` and the key's drop
    /// may panic: before anything was removed, or after all was.
    ///
    /// Go: runtime/map.go mapdelete, 1.22.
    #[doc(alias = "mapdelete")]
    pub(crate) fn delete<S: KeyHash<K>>(
        &mut self,
        hasher: &S,
        rand: &Rand,
        hash: u64,
        eq: impl FnMut(&K) -> bool,
    ) -> Option<V> {
        let (head, slot) = self.find_to_delete(hasher, rand, hash, eq)?;
        // SAFETY: just found in that chain.
        let elem = unsafe { self.drop_key_at::<S>(rand, head, slot) };
        self.end_mutation(hasher);
        Some(elem)
    }

    /// As [`Table::delete`], and hands the key out.
    pub(crate) fn delete_entry<S: KeyHash<K>>(
        &mut self,
        hasher: &S,
        rand: &Rand,
        hash: u64,
        eq: impl FnMut(&K) -> bool,
    ) -> Option<(K, V)> {
        let (head, slot) = self.find_to_delete(hasher, rand, hash, eq)?;
        // SAFETY: just found in that chain.
        let entry = unsafe { self.take_at(hasher, rand, head, slot) };
        self.end_mutation(hasher);
        Some(entry)
    }

    /// As [`Table::delete_entry`], of an entry whose place is known.
    ///
    /// # Safety
    /// The slot holds an entry, in the chain of the present array that `hash` leads to.
    pub(super) unsafe fn delete_at<S: KeyHash<K>>(
        &mut self,
        hasher: &S,
        rand: &Rand,
        hash: u64,
        slot: Slot<K, V>,
    ) -> (K, V) {
        let index = hash as usize & self.h.bucket_mask();
        if self.h.is_growing() {
            // It moves entries into other chains only: an entry in this one says it was moved.
            self.grow_work(hasher, rand, index);
        }
        // SAFETY: the caller's promise; the map has an array, and the index is masked to it.
        let entry = unsafe { self.take_at(hasher, rand, self.bucket(index), slot) };
        self.end_mutation(hasher);
        entry
    }

    /// The entry to delete, and the head of its chain; if there is none, the deletion has ended.
    #[inline]
    fn find_to_delete<S: KeyHash<K>>(
        &mut self,
        hasher: &S,
        rand: &Rand,
        hash: u64,
        eq: impl FnMut(&K) -> bool,
    ) -> Option<(Bucket<K, V>, Slot<K, V>)> {
        if !self.ready.direct && self.h.count > 0 {
            self.grow_work(hasher, rand, hash as usize & self.ready.mask);
        }
        if self.h.count > 0 {
            // SAFETY: a map with an entry has an array, and the index is masked to it. `eq` cannot
            // change the map: it is borrowed.
            unsafe {
                let head = self.head_for(hash, FAR_TO_WRITE);
                if let Some(slot) = find(head, hash, eq) {
                    return Some((head, slot));
                }
            }
        }
        self.end_mutation(hasher);
        None
    }

    /// Removes an entry where it stands, and lets go of its key.
    ///
    /// # Safety
    /// As for [`Table::vacate`].
    pub(super) unsafe fn drop_key_at<S: KeyHash<K>>(
        &mut self,
        rand: &Rand,
        head: Bucket<K, V>,
        slot: Slot<K, V>,
    ) -> V {
        // SAFETY: the caller's promise; the key is out of its slot when it is disposed of.
        unsafe {
            let (key, elem) = self.vacate::<S>(rand, head, slot);
            self.dispose_key(key);
            elem
        }
    }

    /// Removes an entry where it stands, and hands it out. May panic if asking whether the key is
    /// equal to itself does, with nothing removed.
    ///
    /// # Safety
    /// As for [`Table::vacate`].
    pub(super) unsafe fn take_at<S: KeyHash<K>>(
        &mut self,
        hasher: &S,
        rand: &Rand,
        head: Bucket<K, V>,
        slot: Slot<K, V>,
    ) -> (K, V) {
        // SAFETY: the caller's promise. Nobody reads a key that was handed out: the map has it no
        // more, and cursors pass over its copies.
        unsafe {
            self.hide_copies(hasher, head, slot, true);
            let (key, elem) = self.vacate::<S>(rand, head, slot);
            (key.into_key(), elem)
        }
    }

    /// Takes an entry out of its slot and marks the slot empty.
    ///
    /// # Safety
    /// The slot owns an entry, and is in the chain that `head` heads: one of the present array, or
    /// one of the old array that has not been evacuated.
    unsafe fn vacate<S: KeyHash<K>>(
        &mut self,
        rand: &Rand,
        head: Bucket<K, V>,
        slot: Slot<K, V>,
    ) -> (Corpse<K>, V) {
        let Slot { bucket: b, lane } = slot;
        // SAFETY: the slot owns an entry (caller), which leaves it here as a whole: nothing
        // between the first read and the tophash can panic.
        let entry = unsafe {
            let key = Self::take_key(slot);
            if S::POINTERS || Self::SHAPE.key_indirect {
                b.key_slot(lane).write_bytes(0, Self::SHAPE.key_slot);
            }
            let elem = Self::take_elem(slot);
            b.elem_slot(lane).write_bytes(0, Self::SHAPE.elem_slot);
            mark_empty(head, b, lane);
            (key, elem)
        };
        self.h.count -= 1;
        if self.h.count == 0 {
            // Whoever found colliding keys for the old seed begins again.
            self.h.hash0 = rand.seed();
        }
        entry
    }
}

/// Marks a slot emptyOne; and if nothing follows it in its chain, emptyRest, together with the
/// emptyOnes before it, over as many links as they reach back.
///
/// ```text
/// head:  A B 1 1 1 1 1 1 ─▶ C 0 0 0 0 0 0 0      delete C
///        A B 0 0 0 0 0 0 ─▶ 0 0 0 0 0 0 0 0
/// ```
///
/// # Safety
/// `b` is in the chain that `head` heads, all of whose buckets are live.
unsafe fn mark_empty<K, V>(head: Bucket<K, V>, mut b: Bucket<K, V>, mut lane: usize) {
    // SAFETY: only buckets of the caller's chain are touched, in lanes below 8.
    unsafe {
        let rest_follows = if lane == BUCKET_COUNT - 1 {
            b.overflow().is_none_or(|next| next.tophash()[0] == EMPTY_REST)
        } else {
            b.tophash()[lane + 1] == EMPTY_REST
        };
        if !rest_follows {
            b.set_tophash(lane, EMPTY_ONE);
            return;
        }
        loop {
            let tops = b.tophash();
            let empty = match_tophash(&tops, EMPTY_ONE).bits() | 1 << lane;
            // The slot and the emptyOnes right before it, as far as the bucket goes.
            let run = (u32::from(empty) << (31 - lane)).leading_ones() as usize;
            let first = lane + 1 - run;
            b.set_tophashes(clear_bytes(tops, first, run));
            if first > 0 || b == head {
                return;
            }
            // Chains have no links back; they are short, and this is rare.
            let before = head.chain().find(|before| before.overflow() == Some(b));
            let Some(before) = before else { unreachable!("caller: `b` is in the chain") };
            (b, lane) = (before, BUCKET_COUNT - 1);
            if b.tophash()[lane] != EMPTY_ONE {
                return;
            }
        }
    }
}

/// The tophashes with `run` of them, from `first` on, made emptyRest.
fn clear_bytes(tops: [u8; BUCKET_COUNT], first: usize, run: usize) -> [u8; BUCKET_COUNT] {
    const { assert!(EMPTY_REST == 0) };
    let bytes = u64::MAX >> (64 - 8 * run) << (8 * first);
    (u64::from_le_bytes(tops) & !bytes).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Dialect;
    use crate::hash::Aes;
    use crate::key::{Go, GoKey};
    use alloc::vec::Vec;
    use core::slice;

    /// The memory of a key's slot when the key is gone.
    fn left_of<K: GoKey + Copy>(key: K) -> Vec<u8> {
        let (hasher, rand) = (Go(Aes::new([7; 128])), Rand::from_seed(1));
        let mut map = Table::<K, u8>::new::<Go<Aes>>(0, &rand, Dialect::LATEST);
        let hash = hasher.hash(&key, map.h.hash0, &rand);
        map.assign(&hasher, &rand, hash, key, 1);
        let is_key = |other: &K| key.go_eq(other);
        let slot = map.access(hash, is_key).expect("it is there");
        assert_eq!(map.delete(&hasher, &rand, hash, is_key), Some(1));
        let bytes = Table::<K, u8>::SHAPE.key_slot;
        // SAFETY: the array is there, and its memory was zeroed before anything was written.
        unsafe { slice::from_raw_parts(slot.bucket.key_slot(slot.lane).as_ptr(), bytes) }.to_vec()
    }

    #[test]
    fn the_slot_of_a_deleted_key_is_zeroed_only_if_it_held_a_pointer() {
        assert_eq!(left_of(0x0102_0304_u32), 0x0102_0304_u32.to_ne_bytes());
        assert_eq!(left_of([5u8; 128]), [5; 128]);
        assert_eq!(left_of([5u8; 129]), [0; size_of::<usize>()]);
        assert_eq!(left_of(core::ptr::from_ref(&0u8)), [0; size_of::<usize>()]);
    }
}
