//! Finding an entry.

use super::bucket::tophash;
use super::{Bucket, Slot, Table};
use tophash_arch::{match_end, match_tophash};

impl<K, V> Table<K, V> {
    /// The entry whose key satisfies `eq`, among those that `hash` can lead to.
    #[inline]
    pub(crate) fn get(&self, hash: u64, eq: impl FnMut(&K) -> bool) -> Option<(&K, &V)> {
        // SAFETY: just found, in a map that stays borrowed.
        self.access(hash, eq).map(|slot| unsafe { slot.entry() })
    }

    /// The elem of that entry, to be changed.
    #[inline]
    pub(crate) fn get_mut(&mut self, hash: u64, eq: impl FnMut(&K) -> bool) -> Option<&mut V> {
        // SAFETY: just found, in a map that stays borrowed and is nobody else's.
        self.access(hash, eq).map(|slot| unsafe { slot.bucket.elem(slot.lane).as_mut() })
    }

    /// The slot of the entry whose key satisfies `eq`, among those that `hash` can lead to.
    ///
    /// Does no work of a growth: while the entry's old bucket is not evacuated, it is read there.
    /// `eq` may panic.
    ///
    /// Go: runtime/map.go mapaccess1, mapaccess2, mapaccessK, 1.22.
    #[doc(alias = "mapaccess1")]
    #[doc(alias = "mapaccess2")]
    #[doc(alias = "mapaccessK")]
    #[inline]
    pub(crate) fn access(&self, hash: u64, mut eq: impl FnMut(&K) -> bool) -> Option<Slot<K, V>> {
        if self.h.count == 0 {
            return None;
        }
        // SAFETY: a map with an entry has an array; the index is masked to it. Links lead to live
        // buckets, and a slot whose tophash is full holds a key. `eq` cannot change the map: `self`
        // is borrowed.
        unsafe {
            let mut b = self.bucket(hash as usize & self.h.bucket_mask());
            if self.h.is_growing()
                && let Some(old) = self.not_evacuated(hash)
            {
                b = old;
            }
            let top = tophash(hash);
            loop {
                let tops = b.tophash();
                for lane in match_tophash(&tops, top) {
                    if eq(b.key(lane).as_ref()) {
                        return Some(Slot { bucket: b, lane });
                    }
                }
                if match_end(&tops).any() {
                    return None;
                }
                b = b.overflow()?;
            }
        }
    }

    /// The old bucket in which an entry of this hash stands while its chain has not been moved.
    #[cold]
    #[inline(never)]
    fn not_evacuated(&self, hash: u64) -> Option<Bucket<K, V>> {
        let index = hash as usize & (self.h.old_buckets() - 1);
        // SAFETY: the index is masked to the old array.
        unsafe {
            let old = Bucket::in_array(self.h.oldbuckets?, index);
            (!old.evacuated()).then_some(old)
        }
    }
}
