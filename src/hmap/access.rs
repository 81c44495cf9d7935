//! Finding an entry.

use super::bucket::tophash;
use super::{Bucket, FAR_TO_READ, Slot, Table};
use tophash_arch::match_tophash;

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
    pub(crate) fn access(&self, hash: u64, eq: impl FnMut(&K) -> bool) -> Option<Slot<K, V>> {
        let head = if self.ready.direct {
            // SAFETY: the map has an array.
            unsafe { self.head_for(hash, FAR_TO_READ) }
        } else {
            self.head_aside(hash)?
        };
        // SAFETY: a chain of the map. `eq` cannot change it: `self` is borrowed.
        unsafe { find(head, hash, eq) }
    }

    /// The chain in which an entry of this hash stands, in a map that is growing; none in one
    /// without an array.
    #[cold]
    #[inline(never)]
    fn head_aside(&self, hash: u64) -> Option<Bucket<K, V>> {
        let old = self.h.oldbuckets?;
        // SAFETY: the indices are masked to the arrays; a growing map has both.
        unsafe {
            let old = Bucket::in_array(old, hash as usize & (self.h.old_buckets() - 1));
            Some(if old.evacuated() { self.bucket(hash as usize & self.ready.mask) } else { old })
        }
    }
}

/// The slot of the entry whose key satisfies `eq`, in the chain that `head` heads.
///
/// # Safety
/// The chain is live, and `eq` does not change it.
#[inline(always)]
pub(super) unsafe fn find<K, V>(
    head: Bucket<K, V>,
    hash: u64,
    mut eq: impl FnMut(&K) -> bool,
) -> Option<Slot<K, V>> {
    let (mut b, top) = (head, tophash(hash));
    // SAFETY: links of a live chain lead to live buckets, and a slot whose tophash is full holds a
    // key.
    unsafe {
        loop {
            let tops = b.tophash();
            let mut matches = match_tophash(&tops, top);
            while let Some(lane) = matches.lowest() {
                if eq(b.key(lane).as_ref()) {
                    return Some(Slot { bucket: b, lane });
                }
                matches = matches.without_lowest();
            }
            if b.ends_chain() {
                return None;
            }
            b = b.overflow()?;
        }
    }
}
