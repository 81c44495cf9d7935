//! `entry`: looking an entry up to change it, or to fill it in.

use super::GoMap;
use crate::hash::Rand;
use crate::hmap::{Found, Table};
use crate::key::KeyHash;
use core::fmt;

impl<K, V, S: KeyHash<K>> GoMap<K, V, S> {
    /// The entry of `key`, there or not.
    ///
    /// To Go this is one access; if the entry is then inserted, one assignment more, with the hash
    /// computed once.
    ///
    /// # Panics
    /// If hashing the key does. Inserting into a nil map panics with Go's words.
    ///
    /// ```
    /// let mut letters = tophash::GoMap::new();
    /// for letter in "a short treatise on fungi".chars() {
    ///     letters.entry(letter).and_modify(|n| *n += 1).or_insert(1);
    /// }
    /// assert_eq!(letters[&'s'], 2);
    /// ```
    pub fn entry(&mut self, key: K) -> Entry<'_, K, V, S> {
        let hash = self.hash_of(&key);
        self.entry_hashed(hash, key)
    }

    pub(crate) fn entry_hashed(&mut self, hash: u64, key: K) -> Entry<'_, K, V, S> {
        let Self { table, hasher, rand } = self;
        match table.find(hash, |k| hasher.eq(k, &key)) {
            Ok(found) => {
                Entry::Occupied(OccupiedEntry { found, key: Some(key), hash, hasher, rand })
            }
            Err(table) => Entry::Vacant(VacantEntry { table, key, hash, hasher, rand }),
        }
    }
}

/// An entry of a map, there or not; see [`GoMap::entry`].
///
/// ```
/// use tophash::{Entry, GoMap};
/// let mut map = GoMap::from([("a", 1)]);
/// match map.entry("a") {
///     Entry::Occupied(mut entry) => *entry.get_mut() += 1,
///     Entry::Vacant(entry) => *entry.insert(0) = 5,
/// }
/// assert_eq!(map["a"], 2);
/// ```
pub enum Entry<'a, K, V, S> {
    /// It is there.
    Occupied(OccupiedEntry<'a, K, V, S>),
    /// It is not.
    Vacant(VacantEntry<'a, K, V, S>),
}

/// An entry that is there.
///
/// ```
/// use tophash::{Entry, GoMap};
/// let mut map = GoMap::from([("a", 1)]);
/// if let Entry::Occupied(mut entry) = map.entry("a") {
///     assert_eq!(entry.insert(2), 1);
///     assert_eq!(entry.remove_entry(), ("a", 2));
/// }
/// ```
pub struct OccupiedEntry<'a, K, V, S> {
    found: Found<'a, K, V>,
    /// The key that was asked for; `None` if it went into the map.
    key: Option<K>,
    hash: u64,
    hasher: &'a S,
    rand: &'a Rand,
}

/// The place of an entry that is not there.
///
/// ```
/// use tophash::{Entry, GoMap};
/// let mut map: GoMap<&str, i32> = GoMap::new();
/// if let Entry::Vacant(entry) = map.entry("a") {
///     *entry.insert(1) += 1;
/// }
/// assert_eq!(map["a"], 2);
/// ```
pub struct VacantEntry<'a, K, V, S> {
    table: &'a mut Table<K, V>,
    key: K,
    hash: u64,
    hasher: &'a S,
    rand: &'a Rand,
}

impl<'a, K, V, S: KeyHash<K>> Entry<'a, K, V, S> {
    /// The value, `default` if there was none.
    ///
    /// ```
    /// let mut map = tophash::GoMap::new();
    /// *map.entry("a").or_insert(10) *= 2;
    /// assert_eq!(map["a"], 20);
    /// ```
    pub fn or_insert(self, default: V) -> &'a mut V {
        self.or_insert_with(|| default)
    }

    /// The value, what `default` returns if there was none.
    ///
    /// ```
    /// let mut map = tophash::GoMap::new();
    /// map.entry("a").or_insert_with(|| String::from("made"));
    /// assert_eq!(map["a"], "made");
    /// ```
    pub fn or_insert_with(self, default: impl FnOnce() -> V) -> &'a mut V {
        self.or_insert_with_key(|_| default())
    }

    /// The value, what `default` returns for the key if there was none.
    ///
    /// ```
    /// let mut map = tophash::GoMap::new();
    /// map.entry("three").or_insert_with_key(|key| key.len());
    /// assert_eq!(map["three"], 5);
    /// ```
    pub fn or_insert_with_key(self, default: impl FnOnce(&K) -> V) -> &'a mut V {
        match self {
            Self::Occupied(entry) => entry.into_mut(),
            Self::Vacant(entry) => {
                let value = default(&entry.key);
                entry.insert(value)
            }
        }
    }

    /// The value, `V::default()` if there was none.
    ///
    /// ```
    /// let mut map: tophash::GoMap<&str, Vec<i32>> = tophash::GoMap::new();
    /// map.entry("a").or_default().push(1);
    /// assert_eq!(map["a"], [1]);
    /// ```
    pub fn or_default(self) -> &'a mut V
    where
        V: Default,
    {
        self.or_insert_with(V::default)
    }

    /// Changes the value if there is one.
    ///
    /// ```
    /// let mut map = tophash::GoMap::from([("a", 1)]);
    /// map.entry("a").and_modify(|value| *value += 1).or_insert(7);
    /// assert_eq!(map["a"], 2);
    /// ```
    pub fn and_modify(mut self, change: impl FnOnce(&mut V)) -> Self {
        if let Self::Occupied(entry) = &mut self {
            change(entry.get_mut());
        }
        self
    }

    /// The key: that in the map, or else the one asked for.
    ///
    /// ```
    /// let mut map: tophash::GoMap<&str, i32> = tophash::GoMap::new();
    /// assert_eq!(map.entry("a").key(), &"a");
    /// ```
    pub fn key(&self) -> &K {
        match self {
            Self::Occupied(entry) => entry.key(),
            Self::Vacant(entry) => entry.key(),
        }
    }

    /// Sets the value, whatever was there.
    ///
    /// ```
    /// let mut map = tophash::GoMap::new();
    /// let entry = map.entry("a").insert_entry(1);
    /// assert_eq!((entry.key(), entry.get()), (&"a", &1));
    /// ```
    pub fn insert_entry(self, value: V) -> OccupiedEntry<'a, K, V, S> {
        match self {
            Self::Occupied(mut entry) => {
                entry.insert(value);
                entry
            }
            Self::Vacant(entry) => entry.insert_entry(value),
        }
    }
}

impl<'a, K, V, S: KeyHash<K>> OccupiedEntry<'a, K, V, S> {
    /// The key that is in the map.
    pub fn key(&self) -> &K {
        self.found.key()
    }

    /// The value.
    pub fn get(&self) -> &V {
        self.found.elem()
    }

    /// The value, to be changed.
    pub fn get_mut(&mut self) -> &mut V {
        self.found.elem_mut()
    }

    /// The value, to be changed for as long as the map is borrowed.
    pub fn into_mut(self) -> &'a mut V {
        self.found.into_mut()
    }

    /// Replaces the value, and never the key; returns the one that was there.
    pub fn insert(&mut self, value: V) -> V {
        self.found.replace(value)
    }

    /// Removes the entry; returns its value.
    ///
    /// # Panics
    /// If the key no longer equals itself.
    ///
    /// ```
    /// use tophash::{Entry, GoMap};
    ///
    /// let mut map = GoMap::from([("a", 1)]);
    /// if let Entry::Occupied(entry) = map.entry("a") {
    ///     assert_eq!(entry.remove(), 1);
    /// }
    /// assert!(map.is_empty());
    /// ```
    pub fn remove(self) -> V {
        let (key, value) = self.remove_entry();
        drop(key);
        value
    }

    /// Removes the entry; returns its key and its value. To Go this is one deletion.
    ///
    /// # Panics
    /// If the key no longer equals itself.
    pub fn remove_entry(self) -> (K, V) {
        let Self { found, key, hash, hasher, rand } = self;
        let Some(key) = key else { return found.delete(hasher, rand, hash) };
        let table = found.into_table();
        let Some(entry) = table.delete_entry(hasher, rand, hash, |k| hasher.eq(k, &key)) else {
            panic!("tophash: a key that was found is not equal to itself any more");
        };
        // Not at the end of the scope: a drop that panicked there would leak what is returned.
        drop(key);
        entry
    }
}

impl<'a, K, V, S: KeyHash<K>> VacantEntry<'a, K, V, S> {
    /// The key that was asked for.
    pub fn key(&self) -> &K {
        &self.key
    }

    /// Gives the key back.
    pub fn into_key(self) -> K {
        self.key
    }

    /// Inserts a value; returns it as it is in the map.
    ///
    /// # Panics
    /// On a nil map, with Go's words.
    pub fn insert(self, value: V) -> &'a mut V {
        self.insert_entry(value).into_mut()
    }

    /// Inserts a value; returns the entry.
    ///
    /// # Panics
    /// On a nil map, with Go's words.
    pub fn insert_entry(self, value: V) -> OccupiedEntry<'a, K, V, S> {
        let Self { table, key, mut hash, hasher, rand } = self;
        if !S::REFLEXIVE {
            // The look-up drew nothing for a NaN; an assignment does.
            hash = hasher.hash(&key, table.header().hash0(), rand);
        }
        let found = table.assign_found(hasher, rand, hash, key, value);
        OccupiedEntry { found, key: None, hash, hasher, rand }
    }
}

impl<K: fmt::Debug, V: fmt::Debug, S: KeyHash<K>> fmt::Debug for Entry<'_, K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Occupied(entry) => f.debug_tuple("Entry").field(entry).finish(),
            Self::Vacant(entry) => f.debug_tuple("Entry").field(entry).finish(),
        }
    }
}

impl<K: fmt::Debug, V: fmt::Debug, S: KeyHash<K>> fmt::Debug for OccupiedEntry<'_, K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OccupiedEntry")
            .field("key", self.key())
            .field("value", self.get())
            .finish_non_exhaustive()
    }
}

impl<K: fmt::Debug, V, S> fmt::Debug for VacantEntry<'_, K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("VacantEntry").field(&self.key).finish()
    }
}
