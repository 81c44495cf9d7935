//! Taking entries out of a map, beyond `remove` and `clear`.
//!
//! All of these remove entries where they stand, in the order of memory, and do no work of a growth.

use super::GoMap;
use crate::hmap::Extract;
use crate::key::KeyHash;
use core::borrow::Borrow;
use core::fmt;
use core::iter::FusedIterator;

impl<K, V, S: KeyHash<K>> GoMap<K, V, S> {
    /// Removes the entry of `key`; returns the key that was in the map, and its value.
    ///
    /// One deletion of Go's, as [`remove`](Self::remove) is. A [`Cursor`](super::Cursor) that comes
    /// by a copy of the key passes over it: if the key is inserted again, that cursor may miss it.
    ///
    /// # Panics
    /// If hashing the key does; the map is as it was then.
    ///
    /// ```
    /// let mut map = tophash::GoMap::from([(1, "a")]);
    /// assert_eq!(map.remove_entry(&1), Some((1, "a")));
    /// assert_eq!(map.remove_entry(&1), None);
    /// ```
    pub fn remove_entry<Q: ?Sized>(&mut self, key: &Q) -> Option<(K, V)>
    where
        K: Borrow<Q>,
        S: KeyHash<Q>,
    {
        let hash = self.hasher.hash(key, self.table.header().hash0(), &self.rand);
        let hasher = &self.hasher;
        self.table.delete_entry(hasher, &self.rand, hash, |k| hasher.eq(k.borrow(), key))
    }

    /// Removes the entries that `keep` refuses.
    ///
    /// If `keep` panics, the entries that it has refused are gone and all others are there.
    ///
    /// ```
    /// let mut map: tophash::GoMap<i32, i32> = (0..8).map(|x| (x, x * 10)).collect();
    /// map.retain(|&key, _| key % 2 == 0);
    /// assert_eq!(map.len(), 4);
    /// ```
    pub fn retain(&mut self, keep: impl FnMut(&K, &mut V) -> bool) {
        self.table.retain(&self.hasher, &self.rand, keep);
    }

    /// Takes all entries out; those that are left when the iterator is dropped are dropped too.
    ///
    /// If the iterator is leaked, the entries that it has not come to stay in the map.
    ///
    /// ```
    /// let mut map = tophash::GoMap::from([(1, "a"), (2, "b")]);
    /// for (key, value) in map.drain().take(1) {
    ///     assert!(key == 1 || key == 2);
    ///     assert!(value == "a" || value == "b");
    /// }
    /// assert!(map.is_empty());
    /// ```
    pub fn drain(&mut self) -> Drain<'_, K, V, S> {
        Drain(self.table.extract(&self.hasher, &self.rand))
    }

    /// Takes out the entries that `wanted` accepts, as the iterator comes by them.
    ///
    /// Entries that it has not come by when it is dropped stay. If `wanted` panics, the entry that it
    /// was asked about stays too.
    ///
    /// ```
    /// let mut map: tophash::GoMap<i32, i32> = (0..8).map(|x| (x, x)).collect();
    /// let mut evens: Vec<i32> = map.extract_if(|key, _| key % 2 == 0).map(|(key, _)| key).collect();
    /// evens.sort_unstable();
    /// assert_eq!(evens, [0, 2, 4, 6]);
    /// assert_eq!(map.len(), 4);
    /// ```
    pub fn extract_if<F>(&mut self, wanted: F) -> ExtractIf<'_, K, V, F, S>
    where
        F: FnMut(&K, &mut V) -> bool,
    {
        ExtractIf { entries: self.table.extract(&self.hasher, &self.rand), wanted }
    }
}

/// An iterator that empties a map; see [`GoMap::drain`].
pub struct Drain<'a, K, V, S: KeyHash<K>>(Extract<'a, K, V, S>);

impl<K, V, S: KeyHash<K>> Iterator for Drain<'_, K, V, S> {
    type Item = (K, V);

    fn next(&mut self) -> Option<(K, V)> {
        self.0.next_if(|_, _| true)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.0.count(), Some(self.0.count()))
    }
}

impl<K, V, S: KeyHash<K>> ExactSizeIterator for Drain<'_, K, V, S> {}
impl<K, V, S: KeyHash<K>> FusedIterator for Drain<'_, K, V, S> {}

impl<K, V, S: KeyHash<K>> Drop for Drain<'_, K, V, S> {
    fn drop(&mut self) {
        /// Goes on if an entry's drop panics.
        struct Rest<'a, 'm, K, V, S: KeyHash<K>>(&'a mut Drain<'m, K, V, S>);
        impl<K, V, S: KeyHash<K>> Drop for Rest<'_, '_, K, V, S> {
            fn drop(&mut self) {
                self.0.for_each(drop);
            }
        }
        Rest(self).0.for_each(drop);
    }
}

impl<K: fmt::Debug, V: fmt::Debug, S: KeyHash<K>> fmt::Debug for Drain<'_, K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.rest()).finish()
    }
}

/// An iterator that takes some entries out of a map; see [`GoMap::extract_if`].
pub struct ExtractIf<'a, K, V, F, S> {
    entries: Extract<'a, K, V, S>,
    wanted: F,
}

impl<K, V, F, S> Iterator for ExtractIf<'_, K, V, F, S>
where
    F: FnMut(&K, &mut V) -> bool,
    S: KeyHash<K>,
{
    type Item = (K, V);

    fn next(&mut self) -> Option<(K, V)> {
        self.entries.next_if(&mut self.wanted)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(self.entries.count()))
    }
}

impl<K, V, F, S> FusedIterator for ExtractIf<'_, K, V, F, S>
where
    F: FnMut(&K, &mut V) -> bool,
    S: KeyHash<K>,
{
}

impl<K: fmt::Debug, V: fmt::Debug, F, S> fmt::Debug for ExtractIf<'_, K, V, F, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.entries.rest()).finish()
    }
}
