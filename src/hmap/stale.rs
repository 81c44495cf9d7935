//! Hiding the copies of a key that leaves the map alive.
//!
//! Evacuation copies bits: the old slot still holds those of the key, and a cursor that comes by
//! reads them. A key that the map drops is buried for as long as that may happen. A key that is
//! handed to the caller cannot be; so its copies are made unreadable.
//!
//! They are found without asking the key anything, since a user's `Hash` may say something else
//! today: evacuation keeps order, so the entry at position p of a chain can only have come from the
//! p-th slot that is marked evacuated to it.
//!
//! ```text
//! old bucket 1       . X Y X . X . . ─▶ Y X . . . . . .     the fourth X: position 3 of X
//!                      │   │   │          │
//!                      ╰┐  ╰┐  ╰┐ ╭───────╯
//! X = new bucket 1      A   B   C D                         and so on, one array further back
//! ```
//!
//! If an entry has taken the place of another since, the copy that is found is that of the other,
//! which is gone: hiding it does no harm.

use super::bucket::{BUCKET_COUNT, EVACUATED_X, EVACUATED_Y};
use super::retired::Array;
use super::{Bucket, Slot, Table};
use crate::key::KeyHash;

/// A place in an array: the chain, and how many slots of the chain lie before it.
#[derive(Clone, Copy)]
struct Place {
    chain: usize,
    position: usize,
}

impl<K, V> Table<K, V> {
    /// Sees to it that no cursor takes a copy of this entry's key for an entry: because the key is
    /// handed out, or because it is a key not equal to itself, of which a record leads here.
    ///
    /// # Safety
    /// The slot holds an entry, in the chain that `head` heads: of the present array, or of the old
    /// array and not evacuated.
    pub(super) unsafe fn hide_copies<S: KeyHash<K>>(
        &mut self,
        hasher: &S,
        head: Bucket<K, V>,
        slot: Slot<K, V>,
        handed_out: bool,
    ) {
        if !self.retired.stale_copies(self.h.is_growing()) {
            return;
        }
        let owns = core::mem::needs_drop::<K>() || Self::SHAPE.key_indirect;
        // SAFETY: the slot holds a key (caller).
        let key = unsafe { slot.bucket.key(slot.lane).as_ref() };
        let recorded = !S::REFLEXIVE && !hasher.eq(key, key);
        if !(handed_out && owns || recorded) {
            return;
        }
        let is_in = |extent: Option<super::Extent>| {
            extent.and_then(|extent| extent.index_of(head.as_ptr().addr().get(), Self::BUCKET_SIZE))
        };
        let (in_present, in_old) = (is_in(self.extent()), is_in(self.old_extent()));
        let Some(chain) = in_present.or(in_old) else {
            unreachable!("caller: `head` is in the present or the old array")
        };
        // SAFETY: the chain is live (caller).
        let before = unsafe { head.chain() }.take_while(|&b| b != slot.bucket).count();
        let mut place = Place { chain, position: before * BUCKET_COUNT + slot.lane };
        // From a bucket of the old array the way leads straight to the arrays before it.
        let through_old = in_present.is_some() && self.h.oldbuckets.is_some();
        let old_array = through_old.then_some(&mut self.old_array);
        for array in old_array.into_iter().chain(self.retired.arrays_in_reach()) {
            // SAFETY: an array of this table that is in memory: the map's own, or in a cursor's
            // reach and therefore kept.
            match unsafe { hide_in::<K, V>(array, place) } {
                Some(origin) => place = origin,
                None => return,
            }
        }
    }
}

/// Hides the slot of `array` from which evacuation filled `place`; returns where it is.
///
/// # Safety
/// The array holds buckets of this shape, all of them in memory.
unsafe fn hide_in<K, V>(array: &mut Array, place: Place) -> Option<Place> {
    // Without a block these are the leftovers of a clear, which ends every key's history.
    let base = array.block.as_ref()?.at();
    let regular = array.regular(Bucket::<K, V>::SHAPE.size);
    let chain = place.chain & (regular - 1);
    let mark = if place.chain & regular == 0 { EVACUATED_X } else { EVACUATED_Y };
    let mut to_skip = place.position;
    // SAFETY: masked to the array's regular buckets; links lead to buckets that are kept with it,
    // and the link of a head that was zeroed is in its copy.
    unsafe {
        let mut b = Bucket::<K, V>::in_array(base, chain);
        for number in 0.. {
            for (lane, &top) in b.tophash().iter().enumerate() {
                if top != mark {
                    continue;
                }
                if to_skip == 0 {
                    array.ghosts.get_or_insert_default().hide(b.as_ptr(), lane);
                    return Some(Place { chain, position: number * BUCKET_COUNT + lane });
                }
                to_skip -= 1;
            }
            b = array.copy_of(b.as_ptr()).map_or(b, Bucket::new).overflow()?;
        }
    }
    None
}
