//! Operations in two steps, the hash first: for who looks at a flag, or flips one, in between.

use super::GoMap;
use crate::key::KeyHash;
use core::borrow::Borrow;
#[cfg(feature = "std")]
use core::mem::offset_of;

impl<K, V, S: KeyHash<K>> GoMap<K, V, S> {
    /// The hash of a key that is to be inserted; see [`GoMap::insert`].
    #[inline]
    pub(crate) fn hash_to_insert(&self, key: &K) -> u64 {
        // Go refuses before it hashes. That shows only where hashing can fail: with interfaces,
        // and what contains them is not reflexive. Others are refused where the first array is made.
        if !S::REFLEXIVE {
            self.table.refuse_nil();
        }
        self.hasher.hash(key, self.table.header().hash0(), &self.rand)
    }

    #[inline]
    pub(crate) fn insert_hashed(&mut self, hash: u64, key: K, value: V) -> Option<V> {
        self.table.assign(&self.hasher, &self.rand, hash, key, value)
    }

    /// The hash of a key that is to be removed; see [`GoMap::remove`].
    #[inline]
    pub(crate) fn hash_to_remove<Q: ?Sized>(&self, key: &Q) -> u64
    where
        S: KeyHash<Q>,
    {
        // Unlike a look-up this draws for a NaN, as Go does: the hash says which old bucket's turn
        // it is to be evacuated.
        self.hasher.hash(key, self.table.header().hash0(), &self.rand)
    }

    #[inline]
    pub(crate) fn remove_hashed<Q: ?Sized>(&mut self, hash: u64, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        S: KeyHash<Q>,
    {
        let hasher = &self.hasher;
        self.table.delete(hasher, &self.rand, hash, |k| hasher.eq(k.borrow(), key))
    }

    #[inline]
    pub(crate) fn get_mut_hashed<Q: ?Sized>(&mut self, hash: u64, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
        S: KeyHash<Q>,
    {
        let hasher = &self.hasher;
        self.table.get_mut(hash, |k| hasher.eq(k.borrow(), key))
    }
}

#[cfg(feature = "std")]
impl<K, V, S> GoMap<K, V, S> {
    /// Where the header of a map is, without a look at the map.
    #[inline]
    pub(crate) fn header_at(map: *const Self) -> *const crate::hmap::Hmap {
        let table = map.wrapping_byte_add(offset_of!(Self, table));
        crate::hmap::Table::<K, V>::header_at(table.cast())
    }
}
