//! Iteration that changes values.

use super::GoMap;
use crate::hmap::EntriesMut;
use crate::key::KeyHash;
use core::fmt;
use core::iter::FusedIterator;

impl<K, V, S> GoMap<K, V, S> {
    /// The entries, with values to be changed, in the order of memory.
    ///
    /// Not Go's order: that depends on what keys hash to, and a hash that changes its mind would
    /// lead to the same value twice.
    ///
    /// ```
    /// let mut map = tophash::GoMap::from([("a", 1), ("b", 2)]);
    /// for (_, value) in map.iter_mut() {
    ///     *value *= 2;
    /// }
    /// assert_eq!((map["a"], map["b"]), (2, 4));
    /// ```
    pub fn iter_mut(&mut self) -> IterMut<'_, K, V> {
        IterMut(self.table.entries_mut())
    }

    /// The values, to be changed, in the order of memory.
    ///
    /// ```
    /// let mut map = tophash::GoMap::from([("a", 1), ("b", 2)]);
    /// map.values_mut().for_each(|value| *value += 10);
    /// assert_eq!((map["a"], map["b"]), (11, 12));
    /// ```
    pub fn values_mut(&mut self) -> ValuesMut<'_, K, V> {
        ValuesMut(self.iter_mut())
    }
}

/// The entries of a map, with values to be changed; see [`GoMap::iter_mut`].
pub struct IterMut<'a, K, V>(EntriesMut<'a, K, V>);

impl<'a, K, V> Iterator for IterMut<'a, K, V> {
    type Item = (&'a K, &'a mut V);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.0.next()
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<K, V> ExactSizeIterator for IterMut<'_, K, V> {}
impl<K, V> FusedIterator for IterMut<'_, K, V> {}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for IterMut<'_, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.rest()).finish()
    }
}

/// The values of a map, to be changed; see [`GoMap::values_mut`].
pub struct ValuesMut<'a, K, V>(IterMut<'a, K, V>);

impl<'a, K, V> Iterator for ValuesMut<'a, K, V> {
    type Item = &'a mut V;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(_, value)| value)
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<K, V> ExactSizeIterator for ValuesMut<'_, K, V> {}
impl<K, V> FusedIterator for ValuesMut<'_, K, V> {}

impl<K, V: fmt::Debug> fmt::Debug for ValuesMut<'_, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.0.rest().map(|(_, value)| value)).finish()
    }
}

impl<'a, K, V, S: KeyHash<K>> IntoIterator for &'a mut GoMap<K, V, S> {
    type Item = (&'a K, &'a mut V);
    type IntoIter = IterMut<'a, K, V>;

    fn into_iter(self) -> IterMut<'a, K, V> {
        self.iter_mut()
    }
}
