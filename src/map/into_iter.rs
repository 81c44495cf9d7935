//! Iteration that gives the map up.

use super::GoMap;
use crate::hmap::IntoEntries;
use crate::key::KeyHash;
use core::fmt;
use core::iter::FusedIterator;

impl<K, V, S> GoMap<K, V, S> {
    /// The keys, in the order of memory.
    ///
    /// ```
    /// let map = tophash::GoMap::from([("a", 1), ("b", 2)]);
    /// let mut keys: Vec<&str> = map.into_keys().collect();
    /// keys.sort_unstable();
    /// assert_eq!(keys, ["a", "b"]);
    /// ```
    pub fn into_keys(self) -> IntoKeys<K, V> {
        IntoKeys(IntoIter(self.table.into_entries()))
    }

    /// The values, in the order of memory.
    ///
    /// ```
    /// let map = tophash::GoMap::from([("a", 1), ("b", 2)]);
    /// assert_eq!(map.into_values().sum::<i32>(), 3);
    /// ```
    pub fn into_values(self) -> IntoValues<K, V> {
        IntoValues(IntoIter(self.table.into_entries()))
    }
}

impl<K, V, S: KeyHash<K>> IntoIterator for GoMap<K, V, S> {
    type Item = (K, V);
    type IntoIter = IntoIter<K, V>;

    /// The entries, in the order of memory.
    fn into_iter(self) -> IntoIter<K, V> {
        IntoIter(self.table.into_entries())
    }
}

/// The entries of a map that was given up; those not taken are dropped with it.
///
/// ```
/// let mut entries = tophash::GoMap::from([("a", 1), ("b", 2)]).into_iter();
/// assert_eq!(entries.len(), 2);
/// assert!(entries.next().is_some());
/// ```
pub struct IntoIter<K, V>(IntoEntries<K, V>);

impl<K, V> Iterator for IntoIter<K, V> {
    type Item = (K, V);

    fn next(&mut self) -> Option<(K, V)> {
        self.0.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<K, V> ExactSizeIterator for IntoIter<K, V> {}
impl<K, V> FusedIterator for IntoIter<K, V> {}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for IntoIter<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.rest()).finish()
    }
}

/// The keys of a map that was given up; see [`GoMap::into_keys`].
pub struct IntoKeys<K, V>(IntoIter<K, V>);

impl<K, V> Iterator for IntoKeys<K, V> {
    type Item = K;

    fn next(&mut self) -> Option<K> {
        let (key, value) = self.0.next()?;
        // A drop that panicked at the end of the scope would leak what is returned.
        drop(value);
        Some(key)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<K, V> ExactSizeIterator for IntoKeys<K, V> {}
impl<K, V> FusedIterator for IntoKeys<K, V> {}

impl<K: fmt::Debug, V> fmt::Debug for IntoKeys<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.0.rest().map(|(key, _)| key)).finish()
    }
}

/// The values of a map that was given up; see [`GoMap::into_values`].
pub struct IntoValues<K, V>(IntoIter<K, V>);

impl<K, V> Iterator for IntoValues<K, V> {
    type Item = V;

    fn next(&mut self) -> Option<V> {
        let (key, value) = self.0.next()?;
        // As above.
        drop(key);
        Some(value)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<K, V> ExactSizeIterator for IntoValues<K, V> {}
impl<K, V> FusedIterator for IntoValues<K, V> {}

impl<K, V: fmt::Debug> fmt::Debug for IntoValues<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.0.rest().map(|(_, value)| value)).finish()
    }
}
