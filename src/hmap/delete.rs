//! Removing an entry.

use super::bucket::{EMPTY_ONE, EMPTY_REST, tophash};
use super::{BUCKET_COUNT, Bucket, Slot, Table};
use crate::hash::Rand;
use crate::key::KeyHash;
use alloc::boxed::Box;
use tophash_arch::{match_end, match_tophash};

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
        mut eq: impl FnMut(&K) -> bool,
    ) -> Option<V> {
        if self.h.count == 0 {
            self.end_mutation(hasher);
            return None;
        }
        let index = hash as usize & self.h.bucket_mask();
        if self.h.is_growing() {
            self.grow_work(hasher, rand, index);
        }
        let top = tophash(hash);
        // SAFETY: a map with an entry has an array, the index is masked to it, links lead to live
        // buckets, and a slot whose tophash is full owns a key and an elem.
        let removed = unsafe {
            let head = self.bucket(index);
            'search: {
                for b in head.chain() {
                    let tops = b.tophash();
                    for lane in match_tophash(&tops, top) {
                        if eq(b.key(lane).as_ref()) {
                            break 'search Some(self.remove_entry::<S>(rand, head, b, lane));
                        }
                    }
                    if match_end(&tops).any() {
                        break;
                    }
                }
                None
            }
        };
        self.end_mutation(hasher);
        removed
    }

    /// Takes an entry out of its slot and marks the slot empty.
    ///
    /// # Safety
    /// The slot `lane` of `b` owns an entry, and `b` is in the chain of the present array that
    /// `head` heads.
    unsafe fn remove_entry<S: KeyHash<K>>(
        &mut self,
        rand: &Rand,
        head: Bucket<K, V>,
        b: Bucket<K, V>,
        lane: usize,
    ) -> V {
        // SAFETY: the slot owns an entry (caller), which leaves it here as a whole: nothing
        // between the first read and the tophash can panic.
        let (key, elem) = unsafe {
            let key = Self::take_key(Slot { bucket: b, lane });
            if S::POINTERS || Self::SHAPE.key_indirect {
                b.key_slot(lane).write_bytes(0, Self::SHAPE.key_slot);
            }
            let elem = if Self::SHAPE.elem_indirect {
                *Box::from_raw(b.elem(lane).as_ptr())
            } else {
                b.elem(lane).read()
            };
            b.elem_slot(lane).write_bytes(0, Self::SHAPE.elem_slot);
            mark_empty(head, b, lane);
            (key, elem)
        };
        self.h.count -= 1;
        if self.h.count == 0 {
            // Whoever found colliding keys for the old seed begins again.
            self.h.hash0 = rand.seed();
        }
        // SAFETY: taken out of its slot above.
        unsafe { self.dispose_key(key) };
        elem
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
        b.set_tophash(lane, EMPTY_ONE);
        let rest_follows = if lane == BUCKET_COUNT - 1 {
            b.overflow().is_none_or(|next| next.tophash()[0] == EMPTY_REST)
        } else {
            b.tophash()[lane + 1] == EMPTY_REST
        };
        if !rest_follows {
            return;
        }
        loop {
            b.set_tophash(lane, EMPTY_REST);
            if lane > 0 {
                lane -= 1;
            } else if b == head {
                return;
            } else {
                // Chains have no links back; they are short, and this is rare.
                let before = head.chain().find(|before| before.overflow() == Some(b));
                let Some(before) = before else { unreachable!("caller: `b` is in the chain") };
                (b, lane) = (before, BUCKET_COUNT - 1);
            }
            if b.tophash()[lane] != EMPTY_ONE {
                return;
            }
        }
    }
}
