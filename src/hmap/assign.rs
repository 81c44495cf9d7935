//! Storing an entry.

use super::bucket::tophash;
use super::found::Found;
use super::retired::Corpse;
use super::{Bucket, FAR_TO_WRITE, Slot, Table};
use crate::hash::Rand;
use crate::key::KeyHash;
use alloc::boxed::Box;
use core::mem::{self, MaybeUninit};
use core::ptr::NonNull;
use tophash_arch::{match_empty, match_tophash};

/// What a search for a key's place came to.
enum Place<K, V> {
    /// The key's entry.
    Found(Slot<K, V>),
    /// No entry; the first free slot of the chain.
    Free(Slot<K, V>),
    /// No entry and no free slot; the chain's last bucket.
    Full(Bucket<K, V>),
}

impl<K, V> Table<K, V> {
    /// Stores `elem` under `key`; returns the elem that was there.
    ///
    /// Does a share of a growth under way, and may begin one. If `hasher` panics nothing was
    /// stored, though a growth may have gone on.
    ///
    /// Go: runtime/map.go mapassign, 1.22.
    #[doc(alias = "mapassign")]
    pub(crate) fn assign<S: KeyHash<K>>(
        &mut self,
        hasher: &S,
        rand: &Rand,
        hash: u64,
        key: K,
        elem: V,
    ) -> Option<V> {
        self.assign_at(hasher, rand, hash, key, elem).1
    }

    /// As [`Table::assign`]; also returns the entry.
    pub(crate) fn assign_found<S: KeyHash<K>>(
        &mut self,
        hasher: &S,
        rand: &Rand,
        hash: u64,
        key: K,
        elem: V,
    ) -> Found<'_, K, V> {
        let (slot, _) = self.assign_at(hasher, rand, hash, key, elem);
        // SAFETY: the entry was stored there just now, and the table stays borrowed.
        unsafe { Found::new(self, slot) }
    }

    #[inline]
    fn assign_at<S: KeyHash<K>>(
        &mut self,
        hasher: &S,
        rand: &Rand,
        hash: u64,
        key: K,
        elem: V,
    ) -> (Slot<K, V>, Option<V>) {
        let slot = loop {
            if !self.ready.direct {
                self.prepare(hasher, rand, hash);
            }
            // SAFETY: the map has an array now. Its buckets begin with a word of tophashes.
            let place = unsafe {
                let head = self.head_for(hash, FAR_TO_WRITE);
                if self.h.count < self.fresh_until {
                    tophash_arch::touch(head.as_ptr().as_ptr().cast());
                }
                place(head, hash, |k| hasher.eq(k, &key))
            };
            if let Place::Found(slot) = place {
                // SAFETY: the slot holds the entry just found.
                let old = unsafe { self.overwrite::<S>(slot, key, elem) };
                self.end_mutation(hasher);
                return (slot, Some(old));
            }
            if self.must_grow(rand) && !self.h.is_growing() {
                // Growing moves everything, so the search begins again. It does so once: the
                // second time the map is growing, or has ended a growth of one or two buckets.
                self.hash_grow::<S>(self.is_full());
                continue;
            }
            match place {
                Place::Found(_) => unreachable!("returned above"),
                Place::Free(slot) => break slot,
                Place::Full(last) => {
                    let bucket = self.new_overflow(rand, last);
                    break Slot { bucket, lane: 0 };
                }
            }
        };
        // SAFETY: a free slot of a live chain, owning nothing.
        unsafe {
            let Slot { bucket: b, lane } = slot;
            if Self::SHAPE.key_indirect {
                let key = NonNull::from(Box::leak(Box::new(key)));
                b.key_slot(lane).cast().write(key);
            } else {
                b.key_slot(lane).cast().write(key);
            }
            if Self::SHAPE.elem_indirect {
                let elem = NonNull::from(Box::leak(Box::new(elem)));
                b.elem_slot(lane).cast().write(elem);
            } else {
                b.elem_slot(lane).cast().write(elem);
            }
            b.set_tophash(lane, tophash(hash));
        }
        self.h.count += 1;
        self.end_mutation(hasher);
        (slot, None)
    }

    /// Sees to it that the chain of `hash` can be assigned to: allocates the one bucket of a map
    /// that had none, or does this operation's share of a growth.
    #[cold]
    #[inline(never)]
    fn prepare<S: KeyHash<K>>(&mut self, hasher: &S, rand: &Rand, hash: u64) {
        if self.h.is_growing() {
            self.grow_work(hasher, rand, hash as usize & self.ready.mask);
        } else {
            self.refuse_nil();
            let block = self.allocate_array::<S>(0);
            self.install_array(block);
        }
    }

    /// Puts a new elem, and the new key where Go does, over those of an entry.
    ///
    /// # Safety
    /// The slot holds an entry, whose key is equal to `key`.
    unsafe fn overwrite<S: KeyHash<K>>(&mut self, slot: Slot<K, V>, key: K, elem: V) -> V {
        let Slot { bucket: b, lane } = slot;
        // SAFETY: the slot owns an elem (caller).
        let old = mem::replace(unsafe { b.elem(lane).as_mut() }, elem);
        if !S::NEEDS_UPDATE {
            drop(key);
        } else if Self::SHAPE.key_indirect {
            // Stale slots point at the same box: they see the new key too, so the old one can go.
            // SAFETY: the slot owns a key (caller).
            drop(mem::replace(unsafe { b.key(lane).as_mut() }, key));
        } else {
            // SAFETY: the slot owns a key (caller); its bits move to the corpse, and the new key
            // takes their place before anything can panic.
            unsafe {
                let at = b.key(lane).cast::<MaybeUninit<K>>();
                let corpse = Corpse::Inline(at.replace(MaybeUninit::new(key)));
                self.dispose_key(corpse);
            }
        }
        old
    }

    /// Chains a bucket onto `last`, the last of its chain: a spare one while there are any.
    ///
    /// Go: runtime/map.go newoverflow, 1.22.
    #[doc(alias = "newoverflow")]
    pub(super) fn new_overflow(&mut self, rand: &Rand, last: Bucket<K, V>) -> Bucket<K, V> {
        let next = match self.h.next_overflow().map(Bucket::<K, V>::new) {
            // SAFETY: `next_overflow` is a spare bucket of the present array. A link of `None`
            // says that another follows it; the last one's is the sentinel, taken off here.
            Some(spare) => unsafe {
                let following = match spare.overflow() {
                    None => Some(spare.as_ptr().add(Self::SHAPE.size)),
                    Some(_) => {
                        spare.set_overflow(None);
                        None
                    }
                };
                self.h.extra.get_or_insert_default().next_overflow = following;
                spare
            },
            None => Bucket::new(self.array.arena.bucket(Self::SHAPE.size, Self::SHAPE.align)),
        };
        self.incr_noverflow(rand);
        // SAFETY: `last` is a live bucket of the present array's chains.
        unsafe { last.set_overflow(Some(next)) };
        next
    }

    /// Counts an overflow bucket: each of them up to B = 15, from there on one in 2^(B - 15), since
    /// the counter has 16 bits.
    ///
    /// Go: runtime/map.go incrnoverflow, 1.22.
    #[doc(alias = "incrnoverflow")]
    fn incr_noverflow(&mut self, rand: &Rand) {
        if self.h.b < 16 || rand.coin(self.h.b) {
            self.h.noverflow = self.h.noverflow.wrapping_add(1);
        }
    }
}

/// Looks for the key that satisfies `eq`, and for a free slot, in the chain that `head` heads.
///
/// # Safety
/// The chain is live, and `eq` does not change it.
#[inline(always)]
unsafe fn place<K, V>(
    head: Bucket<K, V>,
    hash: u64,
    mut eq: impl FnMut(&K) -> bool,
) -> Place<K, V> {
    let (mut b, top) = (head, tophash(hash));
    let mut free = None;
    // SAFETY: links of a live chain lead to live buckets, and a slot whose tophash is full holds a
    // key.
    unsafe {
        loop {
            let tops = b.tophash();
            let mut matches = match_tophash(&tops, top);
            while let Some(lane) = matches.lowest() {
                if eq(b.key(lane).as_ref()) {
                    return Place::Found(Slot { bucket: b, lane });
                }
                matches = matches.without_lowest();
            }
            if free.is_none() {
                free = match_empty(&tops).lowest().map(|lane| Slot { bucket: b, lane });
            }
            // Where the chain's entries end there is a free slot, and no need for the link.
            let next = if b.ends_chain() { None } else { b.overflow() };
            match (next, free) {
                (Some(next), _) => b = next,
                (None, Some(slot)) => return Place::Free(slot),
                (None, None) => return Place::Full(b),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Dialect;
    use crate::hash::Aes;
    use crate::key::Go;

    #[test]
    fn from_b_16_on_coins_count_overflow_buckets_and_a_recording_says_what_they_came_to() {
        for (b, coins, counted, set) in [(15, 0, 1, 1), (16, 1, 0, 7), (17, 1, 0, 7)] {
            let rand = Rand::scripted();
            let mut map = Table::<u64, u8>::new::<Go<Aes>>(0, &rand, Dialect::LATEST);
            // Without an array, any B will do.
            map.h.b = b;
            map.incr_noverflow(&rand);
            assert_eq!(rand.script().map(|script| script.coins()), Some(coins));
            assert_eq!(map.h.noverflow, counted);
            map.set_noverflow(7);
            assert_eq!(map.h.noverflow, set);
        }
    }
}
