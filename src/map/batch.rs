//! Many look-ups or inserts at once, so that their cache misses overlap.

use super::GoMap;
use crate::key::KeyHash;
use core::borrow::Borrow;
use core::fmt;
use core::iter::FusedIterator;

/// How many operations ahead a batch asks for buckets.
///
/// Look-ups that hit (`u64` to `u64`, foldhash), ns:
///
/// ```text
/// entries  one by one  8 ahead  16 ahead  32 ahead   hashbrown, one by one
/// 2^16     8.6         –        5.0       –          4.5
/// 2^20     25.7        21.4     18.8      19.7       21.1
/// 2^23     47.4        45.7     43.9      47.7       34.1
/// ```
///
/// At 2^23 the memory itself is the limit: a bare loop over as many bytes takes 22 ns for one random
/// line, 35 for two, 45 for three (with pages of 4 KiB). Asking for the key's and the elem's lines
/// only, when the tophashes have come, took 40 there, 23 at 2^20 and 7.4 at 2^16.
const AHEAD: usize = 16;

impl<K, V, S: KeyHash<K>> GoMap<K, V, S> {
    /// The values of many keys, in their order; `None` for a key that is not in the map.
    ///
    /// Each key is hashed, and its bucket asked for, a number of keys ahead of its look-up, so that
    /// the waits for memory overlap: for maps much larger than the caches. Small ones are better
    /// asked key by key. Nothing is allocated.
    ///
    /// # Panics
    /// The iterator does, or this, if hashing a key does.
    ///
    /// ```
    /// let map = tophash::GoMap::from([(1, "a"), (2, "b")]);
    /// assert!(map.get_batch(&[2, 3, 1]).eq([Some(&"b"), None, Some(&"a")]));
    /// ```
    pub fn get_batch<'a, 'k, Q>(&'a self, keys: &'k [Q]) -> GetBatch<'a, 'k, K, V, S, Q>
    where
        K: Borrow<Q>,
        S: KeyHash<Q>,
    {
        let mut hashes = [0; AHEAD];
        for (hash, key) in hashes.iter_mut().zip(keys) {
            *hash = self.hash_ahead(key);
        }
        GetBatch { map: self, keys, next: 0, hashes }
    }

    /// Inserts many entries, as [`insert`](Self::insert) would one by one, in their order.
    ///
    /// Each key is hashed, and its bucket asked for, a number of entries ahead of its insertion, so
    /// that the waits for memory overlap: for maps much larger than the caches. The map grows as it
    /// would, and the same bytes come of it. Nothing is allocated beyond what inserting does.
    ///
    /// # Panics
    /// As [`insert`](Self::insert), and if the iterator does. Entries that were taken from it and not
    /// inserted, 17 at most, are dropped then.
    ///
    /// ```
    /// let mut map = tophash::GoMap::new();
    /// map.insert_batch((0..1000).map(|i| (i, 2 * i)));
    /// assert_eq!((map.len(), map[&7]), (1000, 14));
    /// ```
    pub fn insert_batch(&mut self, entries: impl IntoIterator<Item = (K, V)>) {
        if !S::REFLEXIVE {
            // The hashes of NaNs are draws, which the growth between two inserts makes too: only in
            // turn do they come out as they would.
            for (key, value) in entries {
                self.insert(key, value);
            }
            return;
        }
        let mut entries = entries.into_iter().fuse();
        let mut waiting: [Option<(u64, K, V)>; AHEAD] = [const { None }; AHEAD];
        // The oldest of those that wait stands at `turn`; when none is left, all are in.
        for turn in (0..AHEAD).cycle() {
            let next = entries.next().map(|(key, value)| {
                self.table.refuse_nil();
                let hash = self.hasher.hash(&key, self.table.header().hash0(), &self.rand);
                self.table.prefetch(hash);
                (hash, key, value)
            });
            let more = next.is_some();
            let waited = core::mem::replace(&mut waiting[turn], next);
            if let Some((hash, key, value)) = waited {
                self.table.assign(&self.hasher, &self.rand, hash, key, value);
            } else if !more && waiting.iter().all(Option::is_none) {
                return;
            }
        }
    }

    /// The hash of a key that is looked for later, and whose bucket is asked for now.
    #[inline]
    fn hash_ahead<Q>(&self, key: &Q) -> u64
    where
        S: KeyHash<Q>,
    {
        let hash = self.hash_of(key);
        self.table.prefetch(hash);
        hash
    }
}

/// The values of many keys; see [`GoMap::get_batch`].
pub struct GetBatch<'a, 'k, K, V, S, Q> {
    map: &'a GoMap<K, V, S>,
    keys: &'k [Q],
    /// The key whose turn it is.
    next: usize,
    /// The hashes of that key and of those that follow it, the i-th key's at i modulo [`AHEAD`].
    hashes: [u64; AHEAD],
}

impl<'a, K: Borrow<Q>, V, S: KeyHash<K> + KeyHash<Q>, Q> Iterator for GetBatch<'a, '_, K, V, S, Q> {
    type Item = Option<&'a V>;

    #[inline]
    fn next(&mut self) -> Option<Option<&'a V>> {
        let GetBatch { map, keys, next, ref mut hashes } = *self;
        let key = keys.get(next)?;
        let hash = hashes[next % AHEAD];
        if let Some(later) = keys.get(next + AHEAD) {
            hashes[next % AHEAD] = map.hash_ahead(later);
        }
        self.next += 1;
        let entry = map.table.get(hash, |k| map.hasher.eq(k.borrow(), key));
        Some(entry.map(|(_, value)| value))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.keys.len() - self.next;
        (left, Some(left))
    }
}

impl<K: Borrow<Q>, V, S: KeyHash<K> + KeyHash<Q>, Q> ExactSizeIterator
    for GetBatch<'_, '_, K, V, S, Q>
{
}
impl<K: Borrow<Q>, V, S: KeyHash<K> + KeyHash<Q>, Q> FusedIterator
    for GetBatch<'_, '_, K, V, S, Q>
{
}

impl<K, V, S, Q> Clone for GetBatch<'_, '_, K, V, S, Q> {
    fn clone(&self) -> Self {
        Self { map: self.map, keys: self.keys, next: self.next, hashes: self.hashes }
    }
}

impl<K, V, S, Q> fmt::Debug for GetBatch<'_, '_, K, V, S, Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GetBatch").field("left", &(self.keys.len() - self.next)).finish()
    }
}
