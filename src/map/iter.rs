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

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let entry = self.entries.next(self.hasher);
        self.left = if entry.is_some() { self.left.saturating_sub(1) } else { 0 };
        entry
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }

    #[inline]
    fn fold<B, F: FnMut(B, Self::Item) -> B>(self, init: B, mut f: F) -> B {
        // The accumulator is out of its place while `f` has it; if `f` panics it is `f`'s to drop.
        let mut all = Some(init);
        self.entries.for_each(self.hasher, |entry| {
            all = all.take().map(|all| f(all, entry));
        });
        all.unwrap_or_else(|| unreachable!("`f` returned"))
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
        f.debug_list().entries(self.clone()).finish()
    }
}

impl<K, V, S: KeyHash<K>> GoMap<K, V, S> {
    /// The keys, as [`iter`](Self::iter) comes by them: each call begins at a random place, so keys
    /// and values of two calls do not go together.
    ///
    /// ```
    /// let map = tophash::GoMap::from([("a", 1), ("b", 2)]);
    /// let mut keys: Vec<&str> = map.keys().copied().collect();
    /// keys.sort_unstable();
    /// assert_eq!(keys, ["a", "b"]);
    /// ```
    pub fn keys(&self) -> Keys<'_, K, V, S> {
        Keys(self.iter())
    }

    /// The values, as [`iter`](Self::iter) comes by them: each call begins at a random place, so keys
    /// and values of two calls do not go together.
    ///
    /// ```
    /// let map = tophash::GoMap::from([("a", 1), ("b", 2)]);
    /// assert_eq!(map.values().sum::<i32>(), 3);
    /// ```
    pub fn values(&self) -> Values<'_, K, V, S> {
        Values(self.iter())
    }
}

/// The keys of a map; see [`GoMap::keys`].
pub struct Keys<'a, K, V, S>(Iter<'a, K, V, S>);

impl<'a, K, V, S: KeyHash<K>> Iterator for Keys<'a, K, V, S> {
    type Item = &'a K;

    #[inline]
    fn next(&mut self) -> Option<&'a K> {
        self.0.next().map(|(key, _)| key)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }

    #[inline]
    fn fold<B, F: FnMut(B, &'a K) -> B>(self, init: B, mut f: F) -> B {
        self.0.fold(init, |all, (key, _)| f(all, key))
    }
}

impl<K, V, S: KeyHash<K>> ExactSizeIterator for Keys<'_, K, V, S> {}
impl<K, V, S: KeyHash<K>> FusedIterator for Keys<'_, K, V, S> {}

impl<K, V, S> Clone for Keys<'_, K, V, S> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<K: fmt::Debug, V, S: KeyHash<K>> fmt::Debug for Keys<'_, K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

/// The values of a map; see [`GoMap::values`].
pub struct Values<'a, K, V, S>(Iter<'a, K, V, S>);

impl<'a, K, V, S: KeyHash<K>> Iterator for Values<'a, K, V, S> {
    type Item = &'a V;

    #[inline]
    fn next(&mut self) -> Option<&'a V> {
        self.0.next().map(|(_, value)| value)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }

    #[inline]
    fn fold<B, F: FnMut(B, &'a V) -> B>(self, init: B, mut f: F) -> B {
        self.0.fold(init, |all, (_, value)| f(all, value))
    }
}

impl<K, V, S: KeyHash<K>> ExactSizeIterator for Values<'_, K, V, S> {}
impl<K, V, S: KeyHash<K>> FusedIterator for Values<'_, K, V, S> {}

impl<K, V, S> Clone for Values<'_, K, V, S> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<K, V: fmt::Debug, S: KeyHash<K>> fmt::Debug for Values<'_, K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

impl<'a, K, V, S: KeyHash<K>> IntoIterator for &'a GoMap<K, V, S> {
    type Item = (&'a K, &'a V);
    type IntoIter = Iter<'a, K, V, S>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
