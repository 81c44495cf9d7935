//! What std's collections implement besides.

use super::GoMap;
use crate::hash::Rand;
use crate::hmap::Table;
use crate::key::KeyHash;
#[cfg(feature = "std")]
use crate::key::{GoHash, GoKey};
use core::fmt;

#[cfg(feature = "std")]
impl<K, V, S: KeyHash<K> + Default> Default for GoMap<K, V, S> {
    /// An empty map, not a nil one.
    fn default() -> Self {
        Self::with_hasher(S::default())
    }
}

impl<K: fmt::Debug, V: fmt::Debug, S: KeyHash<K>> fmt::Debug for GoMap<K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not by `iter`, which leaves traces in the map.
        f.debug_map().entries(self.table.entries_in_memory()).finish()
    }
}

/// The clone is a map of its own: made for as many entries, with the same seed, of the same release;
/// cursors of the original are not its own. It draws its randomness from the original's once.
/// A nil map's clone is nil.
///
/// Go: runtime/map.go mapclone2, 1.22.
impl<K: Clone, V: Clone, S: KeyHash<K> + Clone> Clone for GoMap<K, V, S> {
    fn clone(&self) -> Self {
        let hasher = self.hasher.clone();
        if self.is_nil() {
            return Self {
                table: Table::nil::<S>(self.dialect()),
                ..Self::nil_with_hasher(hasher)
            };
        }
        let rand = Rand::from_seed(self.rand.next());
        let hint = i64::try_from(self.len()).unwrap_or(0);
        let mut table = Table::new::<S>(hint, &rand, self.dialect());
        let hash0 = self.table.header().hash0();
        table.set_hash0(hash0);
        for (key, value) in self.table.entries_in_memory() {
            let (key, value) = (key.clone(), value.clone());
            let hash = hasher.hash(&key, hash0, &rand);
            table.assign(&hasher, &rand, hash, key, value);
        }
        Self { table, hasher, rand }
    }
}

/// Maps are equal that have equal keys with equal values; a nil map equals an empty one. A map with
/// a key that is not equal to itself equals none, as for Go's `maps.Equal`.
impl<K, V: PartialEq, S: KeyHash<K>> PartialEq for GoMap<K, V, S> {
    fn eq(&self, other: &Self) -> bool {
        let mut entries = self.table.entries_in_memory();
        self.len() == other.len() && entries.all(|(key, value)| other.get(key) == Some(value))
    }
}

impl<K: Eq, V: Eq, S: KeyHash<K>> Eq for GoMap<K, V, S> {}

/// One insert after the other.
impl<K, V, S: KeyHash<K>> Extend<(K, V)> for GoMap<K, V, S> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        entries.into_iter().for_each(|(key, value)| {
            self.insert(key, value);
        });
    }
}

impl<'a, K: Copy, V: Copy, S: KeyHash<K>> Extend<(&'a K, &'a V)> for GoMap<K, V, S> {
    fn extend<I: IntoIterator<Item = (&'a K, &'a V)>>(&mut self, entries: I) {
        self.extend(entries.into_iter().map(|(&key, &value)| (key, value)));
    }
}

/// A map made for as many entries as the iterator says there are at least.
#[cfg(feature = "std")]
impl<K, V, S: KeyHash<K> + Default> FromIterator<(K, V)> for GoMap<K, V, S> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let entries = entries.into_iter();
        let mut map = Self::with_capacity_and_hasher(entries.size_hint().0, S::default());
        map.extend(entries);
        map
    }
}

#[cfg(feature = "std")]
impl<K: GoKey, V, const N: usize> From<[(K, V); N]> for GoMap<K, V, GoHash> {
    fn from(entries: [(K, V); N]) -> Self {
        Self::from_iter(entries)
    }
}
