//! An entry that was found, while the map stays borrowed.

use super::{Slot, Table};
use crate::hash::Rand;
use crate::key::KeyHash;
use core::mem;

/// An entry of a map that nobody else uses.
pub(crate) struct Found<'a, K, V> {
    table: &'a mut Table<K, V>,
    slot: Slot<K, V>,
}

impl<K, V> Table<K, V> {
    /// The entry whose key satisfies `eq`, among those that `hash` can lead to; or the map again.
    pub(crate) fn find(
        &mut self,
        hash: u64,
        eq: impl FnMut(&K) -> bool,
    ) -> Result<Found<'_, K, V>, &mut Self> {
        match self.access(hash, eq) {
            Some(slot) => Ok(Found { table: self, slot }),
            None => Err(self),
        }
    }

    /// The elems of several entries at once; `find(self, i)` finds the i-th.
    ///
    /// # Panics
    /// If two are the same.
    pub(crate) fn disjoint_mut<const N: usize>(
        &mut self,
        mut find: impl FnMut(&Self, usize) -> Option<Slot<K, V>>,
    ) -> [Option<&mut V>; N] {
        let slots: [Option<Slot<K, V>>; N] = core::array::from_fn(|i| find(self, i));
        let is = |slot: &Slot<K, V>| (slot.bucket.as_ptr(), slot.lane);
        for (i, slot) in slots.iter().flatten().enumerate() {
            let mut before = slots.iter().flatten().take(i);
            assert!(before.all(|other| is(other) != is(slot)), "duplicate keys found");
        }
        // SAFETY: entries of this map, just found; no two are the same, so no elem is lent twice.
        slots.map(|slot| slot.map(|slot| unsafe { slot.bucket.elem(slot.lane).as_mut() }))
    }
}

impl<'a, K, V> Found<'a, K, V> {
    /// # Safety
    /// The slot holds an entry of this table.
    pub(super) unsafe fn new(table: &'a mut Table<K, V>, slot: Slot<K, V>) -> Self {
        Self { table, slot }
    }

    pub(crate) fn key(&self) -> &K {
        // SAFETY: the slot holds an entry (`new`) of a map that has been borrowed since.
        unsafe { self.slot.entry().0 }
    }

    pub(crate) fn elem(&self) -> &V {
        // SAFETY: as above.
        unsafe { self.slot.entry().1 }
    }

    pub(crate) fn elem_mut(&mut self) -> &mut V {
        // SAFETY: as above; the borrow is exclusive.
        unsafe { self.slot.bucket.elem(self.slot.lane).as_mut() }
    }

    pub(crate) fn replace(&mut self, elem: V) -> V {
        mem::replace(self.elem_mut(), elem)
    }

    pub(crate) fn into_mut(self) -> &'a mut V {
        // SAFETY: as above, for as long as the map is borrowed.
        unsafe { self.slot.bucket.elem(self.slot.lane).as_mut() }
    }

    /// Gives the map back.
    pub(crate) fn into_table(self) -> &'a mut Table<K, V> {
        self.table
    }

    /// Deletes the entry, which was assigned just now, under this hash.
    pub(crate) fn delete<S: KeyHash<K>>(self, hasher: &S, rand: &Rand, hash: u64) -> (K, V) {
        // SAFETY: the entry stands where the assignment put it: in the chain of its hash, which was
        // evacuated before.
        unsafe { self.table.delete_at(hasher, rand, hash, self.slot) }
    }
}
