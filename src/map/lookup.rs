//! Looking entries up, beyond `get`.

use super::GoMap;
use crate::key::KeyHash;
use core::borrow::Borrow;
use core::ops::Index;

impl<K, V, S: KeyHash<K>> GoMap<K, V, S> {
    /// The entry of `key`: the key that is in the map, and its value.
    ///
    /// # Panics
    /// If hashing the key does, on an empty map too.
    ///
    /// ```
    /// let map = tophash::GoMap::from([(0.0f64, "zero")]);
    /// let (key, _) = map.get_key_value(&-0.0).expect("it is equal");
    /// assert!(key.is_sign_positive());
    /// ```
    #[doc(alias = "mapaccessK")]
    pub fn get_key_value<Q: ?Sized>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q>,
        S: KeyHash<Q>,
    {
        self.entry_of(key)
    }

    /// The values of several keys, to be changed; `None` for a key that is not in the map.
    ///
    /// # Panics
    /// If two of the keys have the same entry, or hashing one panics.
    ///
    /// ```
    /// let mut map = tophash::GoMap::from([("a", 1), ("b", 2)]);
    /// if let [Some(a), Some(b), None] = map.get_disjoint_mut(["a", "b", "c"]) {
    ///     std::mem::swap(a, b);
    /// }
    /// assert_eq!((map["a"], map["b"]), (2, 1));
    /// ```
    pub fn get_disjoint_mut<Q: ?Sized, const N: usize>(
        &mut self,
        keys: [&Q; N],
    ) -> [Option<&mut V>; N]
    where
        K: Borrow<Q>,
        S: KeyHash<Q>,
    {
        let hashes = keys.map(|key| self.hash_of(key));
        let hasher = &self.hasher;
        self.table
            .disjoint_mut(|table, i| table.access(hashes[i], |k| hasher.eq(k.borrow(), keys[i])))
    }
}

impl<K: Borrow<Q>, Q: ?Sized, V, S: KeyHash<K> + KeyHash<Q>> Index<&Q> for GoMap<K, V, S> {
    type Output = V;

    /// # Panics
    /// If the map has no such entry.
    fn index(&self, key: &Q) -> &V {
        self.get(key).expect("no entry found for key")
    }
}
