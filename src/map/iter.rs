//! Borrowing iteration.

use super::GoMap;
use crate::hmap::Entries;
use crate::key::KeyHash;
use core::fmt;
use core::iter::FusedIterator;

/// The entries of a map; see [`GoMap::iter`].
pub struct Iter<'a, K, V, S> {
    entries: Entries<'a, K, V>,
    hasher: &'a S,
    left: usize,
}

impl<'a, K, V, S: KeyHash<K>> Iter<'a, K, V, S> {
    pub(super) fn new(map: &'a GoMap<K, V, S>) -> Self {
        Self { entries: map.table.entries(&map.rand), hasher: &map.hasher, left: map.len() }
    }
}

impl<'a, K, V, S: KeyHash<K>> Iterator for Iter<'a, K, V, S> {
    type Item = (&'a K, &'a V);

    fn next(&mut self) -> Option<Self::Item> {
        let entry = self.entries.next(self.hasher);
        self.left = if entry.is_some() { self.left.saturating_sub(1) } else { 0 };
        entry
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl<K, V, S: KeyHash<K>> ExactSizeIterator for Iter<'_, K, V, S> {}
impl<K, V, S: KeyHash<K>> FusedIterator for Iter<'_, K, V, S> {}

impl<K, V, S> Clone for Iter<'_, K, V, S> {
    fn clone(&self) -> Self {
        Self { entries: self.entries.clone(), hasher: self.hasher, left: self.left }
    }
}

impl<K: fmt::Debug, V: fmt::Debug, S: KeyHash<K>> fmt::Debug for Iter<'_, K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.clone()).finish()
    }
}

impl<'a, K, V, S: KeyHash<K>> IntoIterator for &'a GoMap<K, V, S> {
    type Item = (&'a K, &'a V);
    type IntoIter = Iter<'a, K, V, S>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
