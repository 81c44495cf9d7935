//! Removing everything.

use super::Table;
use super::header::SAME_SIZE_GROW;
use super::memory::Arena;
use super::retired::Array;
use crate::hash::Rand;
use crate::key::KeyHash;
use core::mem;

/// Arrays of at least this many bytes are replaced by a clear, not zeroed.
///
/// With 2^20 entries (38 MB) that takes 0.03 ns an entry, zeroing 4.0. Clearing and inserting as many
/// again takes 55 ns an entry so and 32 by zeroing, since the kernel hands out its pages anew: the
/// price of a clear without a pause.
const REPLACE_FROM: usize = 4 << 20;

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
        let cursor_lives = self.retired.cursor_lives();
        if cursor_lives {
            // It may stand in any of these chains. It reads them as empty, and follows the links of
            // those that are not zeroed below: overflow buckets outside of the array. Old chains
            // that evacuation unlinked are not reached; a cursor in one goes on looking up the keys
            // that were there, which `drop_entries` has buried because the old array was there.
            for b in self.all_chained() {
                // SAFETY: a live bucket; views hold no reference into it.
                unsafe { b.bucket().clear_tophash() };
            }
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
        self.zero_array(cursor_lives);
    }

    /// Zeroes the present array, and lets go of its overflow buckets.
    ///
    /// A cursor would go on in the array; without one, a large array is left behind for a new one,
    /// whose pages the kernel zeroes one by one as they are used. Unless as much waits already to be
    /// given back: a map that is cleared again and again would leave arrays behind faster than it
    /// gives them back. And unless there is no memory for it: a clear must not need any.
    fn zero_array(&mut self, cursor_lives: bool) {
        let Some(block) = &self.array.block else { return };
        let (bytes, waiting) = (block.bytes(), self.retired.bytes());
        let replace = !cursor_lives && bytes >= REPLACE_FROM && waiting < bytes;
        let fresh = if replace { block.another(self.huge_pages) } else { None };
        let arena: Arena = mem::take(&mut self.array.arena);
        if let Some(fresh) = fresh {
            let block = self.array.block.take();
            self.retired.bury_array(Array { block, arena, ..Array::default() });
            self.install_array(fresh);
            return;
        }
        self.retired.bury_array(Array { arena, ..Array::default() });
        let Some(base) = self.h.buckets else { return };
        let bytes = self.array.buckets(Self::BUCKET_SIZE) * Self::BUCKET_SIZE;
        // SAFETY: the present array, all of it; its entries are gone.
        unsafe { base.write_bytes(0, bytes) };
        self.set_spare_buckets();
    }
}
