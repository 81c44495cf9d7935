//! Removing everything.

use super::Table;
use super::header::SAME_SIZE_GROW;
use super::memory::Arena;
use super::retired::Array;
use crate::hash::Rand;
use crate::key::KeyHash;
use core::mem;

impl<K, V> Table<K, V> {
    /// Removes every entry; the array stays, as large as it is.
    ///
    /// Drops all entries first. If a drop panics the map is empty all the same.
    ///
    /// Go: runtime/map.go mapclear, 1.22.
    #[doc(alias = "mapclear")]
    pub(crate) fn clear<S: KeyHash<K>>(&mut self, hasher: &S, rand: &Rand) {
        struct Reset<'a, K, V>(&'a mut Table<K, V>, &'a Rand);
        impl<K, V> Drop for Reset<'_, K, V> {
            fn drop(&mut self) {
                self.0.reset(self.1);
            }
        }
        if self.h.count > 0 {
            Reset(self, rand).0.drop_entries();
        }
        self.end_mutation(hasher);
    }

    /// Makes the map empty without dropping anything.
    fn reset(&mut self, rand: &Rand) {
        // A live cursor may stand in any of these chains. It reads them as empty, and follows the
        // links of those that are not zeroed below: overflow buckets outside of the array. Old
        // chains that evacuation unlinked are not reached; a cursor in one goes on looking up the
        // keys that were there, which `drop_entries` has buried because the old array was there.
        for b in self.all_chained() {
            // SAFETY: a live bucket; views hold no reference into it.
            unsafe { b.bucket().clear_tophash() };
        }
        self.h.change_flags(SAME_SIZE_GROW, 0);
        self.h.oldbuckets = None;
        self.get_ready();
        self.h.nevacuate = 0;
        self.h.noverflow = 0;
        self.h.count = 0;
        self.h.hash0 = rand.seed();
        self.h.extra = None;
        self.retired.forget_moves();
        let mut old_array = mem::take(&mut self.old_array);
        if let Some(ghosts) = &mut old_array.ghosts {
            ghosts.forget_moves();
        }
        self.retired.bury_array(old_array);
        let arena: Arena = mem::take(&mut self.array.arena);
        self.retired.bury_array(Array { arena, ..Array::default() });

        let Some(base) = self.h.buckets else { return };
        let bytes = self.array.buckets(Self::BUCKET_SIZE) * Self::BUCKET_SIZE;
        // SAFETY: the present array, all of it; its entries are gone.
        unsafe { base.write_bytes(0, bytes) };
        self.set_spare_buckets();
    }
}
