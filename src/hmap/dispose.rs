//! Letting go of keys and elems.

use super::retired::Corpse;
use super::sweep::Sweep;
use super::{Slot, Table};
use alloc::boxed::Box;

impl<K, V> Table<K, V> {
    /// Whether entries need anything done when they go.
    pub(super) const fn entries_need_drop() -> bool {
        core::mem::needs_drop::<K>()
            || core::mem::needs_drop::<V>()
            || Self::SHAPE.key_indirect
            || Self::SHAPE.elem_indirect
    }

    /// Lets go of a key: drops it, or buries it where a cursor may still meet its bits.
    ///
    /// # Safety
    /// The corpse holds a key that no slot owns any more.
    pub(super) unsafe fn dispose_key(&mut self, key: Corpse<K>) {
        let must_stay = core::mem::needs_drop::<K>() || Self::SHAPE.key_indirect;
        if must_stay && self.retired.stale_copies(self.h.is_growing()) {
            self.retired.bury_key(key);
        } else {
            // SAFETY: owned by the caller, and read by nobody else: no cursor has a stale copy.
            unsafe { key.drop() };
        }
    }

    /// Takes the bits of a key out of its slot.
    ///
    /// # Safety
    /// The slot owns a key; from now on the caller does.
    pub(super) unsafe fn take_key(slot: Slot<K, V>) -> Corpse<K> {
        // SAFETY: the slot owns a key (caller).
        unsafe {
            let key = slot.bucket.key(slot.lane);
            if Self::SHAPE.key_indirect {
                Corpse::Indirect(key)
            } else {
                Corpse::Inline(key.cast().read())
            }
        }
    }

    /// Takes the elem out of its slot.
    ///
    /// # Safety
    /// The slot owns an elem; from now on the caller does.
    pub(super) unsafe fn take_elem(slot: Slot<K, V>) -> V {
        // SAFETY: the slot owns an elem (caller), boxed if it is indirect.
        unsafe {
            let elem = slot.bucket.elem(slot.lane);
            if Self::SHAPE.elem_indirect { *Box::from_raw(elem.as_ptr()) } else { elem.read() }
        }
    }

    /// Drops the elem of a slot in place.
    ///
    /// # Safety
    /// The slot owns an elem; from now on it does not.
    unsafe fn drop_elem(slot: Slot<K, V>) {
        // SAFETY: the slot owns an elem (caller), boxed if it is indirect.
        unsafe {
            let elem = slot.bucket.elem(slot.lane);
            if Self::SHAPE.elem_indirect {
                drop(Box::from_raw(elem.as_ptr()));
            } else {
                elem.drop_in_place();
            }
        }
    }

    /// Lets go of every entry, and leaves bits and tophashes as they are: the caller sees to it
    /// that nobody takes them for entries, even if this panics.
    ///
    /// If a drop panics, the rest is dropped all the same; a second panic then aborts, as it does
    /// for a slice.
    pub(super) fn drop_entries(&mut self) {
        if !Self::entries_need_drop() {
            return;
        }
        let sweep = Sweep::over(self);
        DropEntries { table: self, sweep, key_of: None }.run();
    }
}

/// A drop of all entries under way; its own drop goes on with it.
struct DropEntries<'a, K, V> {
    table: &'a mut Table<K, V>,
    sweep: Sweep<K, V>,
    /// The slot whose elem has been dropped and whose key has not.
    key_of: Option<Slot<K, V>>,
}

impl<K, V> DropEntries<'_, K, V> {
    fn run(&mut self) {
        loop {
            if let Some(slot) = self.key_of.take() {
                // SAFETY: a full slot owns a key, and each slot comes by once.
                unsafe { self.table.dispose_key(Table::take_key(slot)) };
            }
            // SAFETY: the table keeps its arrays while it is borrowed.
            let Some(slot) = (unsafe { self.sweep.next() }) else { return };
            self.key_of = Some(slot);
            // SAFETY: as above, of the elem.
            unsafe { Table::drop_elem(slot) };
        }
    }
}

impl<K, V> Drop for DropEntries<'_, K, V> {
    fn drop(&mut self) {
        self.run();
    }
}

impl<K, V> Drop for Table<K, V> {
    fn drop(&mut self) {
        /// Frees the arrays even if an entry's drop panics.
        struct Arrays<'a, K, V>(&'a mut Table<K, V>);
        impl<K, V> Drop for Arrays<'_, K, V> {
            fn drop(&mut self) {
                // SAFETY: the table is going, and cursors read only through `&` of it.
                unsafe {
                    self.0.array.release();
                    self.0.old_array.release();
                }
            }
        }
        // No cursor can read any more, so nothing needs to be buried.
        self.retired.forget_cursors();
        Arrays(self).0.drop_entries();
    }
}
