//! The map that a user holds.

mod batch;
mod cursor;
mod entry;
mod hashed;
mod into_iter;
mod iter;
mod iter_mut;
mod lookup;
mod removal;
#[cfg(feature = "serde")]
mod serde;
mod size;
mod traits;

pub use batch::GetBatch;
pub use cursor::{Cursor, ForeignCursor};
pub use entry::{Entry, OccupiedEntry, VacantEntry};
pub use into_iter::{IntoIter, IntoKeys, IntoValues};
pub use iter::{Iter, Keys, Values};
pub use iter_mut::{IterMut, ValuesMut};
pub use removal::{Drain, ExtractIf};

use crate::hash::Rand;
use crate::hmap::{Dialect, Hmap, Table, Violation};
use crate::key::{GoKey, KeyHash};
use core::borrow::Borrow;

#[cfg(feature = "std")]
use crate::key::GoHash;

/// Defines `GoMap`; only with `std` is there a default hash.
macro_rules! go_map {
    ($($default:tt)*) => {
        /// Go's map, with the API of a Rust map.
        ///
        /// `S` says how keys hash and compare: by default (with the feature `std`) as in a Go
        /// process on this machine, under a key schedule drawn once per process; any
        /// [`BuildHasher`](core::hash::BuildHasher) serves too. Without `std` there is no
        /// randomness, so a map is made from a source of it.
        ///
        /// ```
        /// use tophash::GoMap;
        ///
        /// let mut ages = GoMap::new();
        /// ages.insert("ada", 36);
        /// ages.insert("alan", 41);
        /// assert_eq!(ages.get("ada"), Some(&36));
        /// assert_eq!(ages.insert("ada", 37), Some(36));
        /// assert_eq!(ages.remove("alan"), Some(41));
        /// assert_eq!(ages.len(), 1);
        /// ```
        ///
        /// # What no operation does
        /// However large the map: no insert or remove moves more than four buckets' chains (two,
        /// unless a growth ends in it and the next begins), or gives back more than a bounded part
        /// of the arrays that the map has outgrown. It never shrinks: as in Go, removed entries
        /// leave their room.
        pub struct GoMap<K, V, S $($default)*> {
            table: Table<K, V>,
            hasher: S,
            rand: Rand,
        }
    };
}

#[cfg(feature = "std")]
go_map!(= GoHash);
#[cfg(not(feature = "std"))]
go_map!();

#[cfg(feature = "std")]
impl<K: GoKey, V> GoMap<K, V> {
    /// An empty map, without memory until the first insert.
    #[doc(alias = "makemap_small")]
    pub fn new() -> Self {
        Self::with_capacity(0)
    }

    /// An empty map that holds `capacity` entries before it first grows.
    ///
    /// As in Go, the capacity is a hint: one that asks for more than 2^48 bytes counts as 0. One
    /// that asks for less, yet more than there is, ends the process as every failed allocation
    /// does.
    #[doc(alias = "makemap")]
    pub fn with_capacity(capacity: usize) -> Self {
        Self::with_capacity_and_hasher(capacity, GoHash::default())
    }

    /// Go's nil map: it reads as empty, and nothing can be put into it.
    ///
    /// ```
    /// use tophash::GoMap;
    ///
    /// let mut map: GoMap<u8, u8> = GoMap::nil();
    /// assert!(map.is_nil() && map.is_empty());
    /// assert_eq!(map.get(&1), None);
    /// assert_eq!(map.remove(&1), None);
    /// map = GoMap::new(); // Go: m = make(map[uint8]uint8)
    /// map.insert(1, 2);
    /// ```
    ///
    /// ```should_panic
    /// let mut map: tophash::GoMap<u8, u8> = tophash::GoMap::nil();
    /// map.insert(1, 2); // assignment to entry in nil map
    /// ```
    pub fn nil() -> Self {
        Self::nil_with_hasher(GoHash::default())
    }
}

#[cfg(feature = "std")]
impl<K, V, S: KeyHash<K>> GoMap<K, V, S> {
    /// An empty map whose keys hash under `hasher`.
    ///
    /// ```
    /// use std::hash::RandomState;
    /// use tophash::GoMap;
    ///
    /// let mut map = GoMap::with_hasher(RandomState::new());
    /// map.insert(vec![1, 2], "any type that is Hash and Eq");
    /// ```
    pub fn with_hasher(hasher: S) -> Self {
        Self::with_capacity_and_hasher(0, hasher)
    }

    /// An empty map that holds `capacity` entries before it first grows, with keys hashed under
    /// `hasher`; see [`GoMap::with_capacity`].
    pub fn with_capacity_and_hasher(capacity: usize, hasher: S) -> Self {
        let hint = i64::try_from(capacity).unwrap_or(0);
        Self::with_source(hint, hasher, Rand::system(), Dialect::LATEST)
    }
}

impl<K, V, S: KeyHash<K>> GoMap<K, V, S> {
    /// An empty map with everything said: the hint as Go's `make` takes it (a negative one counts
    /// as 0), the hash, the source of all randomness, and the release of Go whose map it is.
    ///
    /// Two maps made alike, from sources with the same seed, that undergo the same operations have
    /// the same bytes.
    ///
    /// ```
    /// use tophash::hash::{Edition, Fallback, Rand};
    /// use tophash::key::Go;
    /// use tophash::{Dialect, GoMap};
    ///
    /// let hash = Go(Fallback::new([1, 3, 5, 7], Edition::Before123));
    /// let mut map = GoMap::with_source(100, hash, Rand::from_seed(1), Dialect::GO_1_21);
    /// map.insert(1u64, "one");
    /// assert_eq!(map.header().b(), 5);
    /// ```
    pub fn with_source(hint: i64, hasher: S, rand: Rand, dialect: &'static Dialect) -> Self {
        Self { table: Table::new::<S>(hint, &rand, dialect), hasher, rand }
    }

    /// Go's nil map, with a hasher, which is only ever asked whether a key can be hashed; see
    /// [`GoMap::nil`].
    ///
    /// ```
    /// use std::hash::RandomState;
    /// let map: tophash::GoMap<u8, u8, _> = tophash::GoMap::nil_with_hasher(RandomState::new());
    /// assert!(map.is_nil());
    /// ```
    pub fn nil_with_hasher(hasher: S) -> Self {
        let table = Table::nil::<S>(Dialect::LATEST);
        Self { table, hasher, rand: Rand::from_seed(0) }
    }

    /// The bytes of the bucket array that a map made with this hint allocates at once.
    pub fn array_bytes_for(hint: i64, dialect: &Dialect) -> u64 {
        Table::<K, V>::array_bytes_for::<S>(hint, dialect)
    }

    /// Stores `value` under `key`; returns the value that was there.
    ///
    /// When the key was there, it is replaced too where Go replaces it: under Go's hash, if it is
    /// a float, a string, an interface or contains one (`+0` becomes `-0`); never under a
    /// `BuildHasher`, as in std.
    ///
    /// # Panics
    /// If hashing the key does: Go cannot hash an interface that holds a slice, say. Nothing is
    /// stored then. On a nil map, with Go's words.
    ///
    /// ```
    /// let mut map = tophash::GoMap::new();
    /// assert_eq!(map.insert(37, "a"), None);
    /// assert_eq!(map.insert(37, "b"), Some("a"));
    /// assert_eq!(map[&37], "b");
    /// ```
    #[doc(alias = "mapassign")]
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        let hash = self.hash_to_insert(&key);
        self.insert_hashed(hash, key, value)
    }

    /// Removes the entry of `key`; returns its value.
    ///
    /// The key is dropped, unless a [`Cursor`] may still come by a copy of it; then a later
    /// operation drops it.
    ///
    /// # Panics
    /// If hashing the key does; the map is as it was then.
    ///
    /// ```
    /// let mut map = tophash::GoMap::from([(1, "a")]);
    /// assert_eq!(map.remove(&1), Some("a"));
    /// assert_eq!(map.remove(&1), None);
    /// ```
    #[doc(alias = "mapdelete")]
    pub fn remove<Q: ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        S: KeyHash<Q>,
    {
        let hash = self.hash_to_remove(key);
        self.remove_hashed(hash, key)
    }

    /// Removes all entries; the array of buckets stays as large as it is.
    ///
    /// ```
    /// let mut map = tophash::GoMap::from([(1, "a")]);
    /// map.clear();
    /// assert!(map.is_empty());
    /// ```
    #[doc(alias = "mapclear")]
    pub fn clear(&mut self) {
        self.table.clear(&self.hasher, &self.rand);
    }

    /// The value of `key`.
    ///
    /// # Panics
    /// If hashing the key does, on an empty map too.
    ///
    /// ```
    /// let map = tophash::GoMap::from([(1, "a")]);
    /// assert_eq!(map.get(&1), Some(&"a"));
    /// assert_eq!(map.get(&2), None);
    /// ```
    #[doc(alias = "mapaccess1")]
    #[doc(alias = "mapaccess2")]
    #[inline]
    pub fn get<Q: ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
        S: KeyHash<Q>,
    {
        self.entry_of(key).map(|(_, value)| value)
    }

    /// The value of `key`, to be changed.
    ///
    /// # Panics
    /// If hashing the key does, on an empty map too.
    ///
    /// ```
    /// let mut map = tophash::GoMap::from([(1, "a")]);
    /// if let Some(value) = map.get_mut(&1) {
    ///     *value = "b";
    /// }
    /// assert_eq!(map[&1], "b");
    /// ```
    #[inline]
    pub fn get_mut<Q: ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
        S: KeyHash<Q>,
    {
        let hash = self.hash_of(key);
        self.get_mut_hashed(hash, key)
    }

    /// Whether the map has an entry of `key`.
    ///
    /// # Panics
    /// If hashing the key does, on an empty map too.
    ///
    /// ```
    /// let map = tophash::GoMap::from([(1, "a")]);
    /// assert!(map.contains_key(&1) && !map.contains_key(&2));
    /// ```
    #[inline]
    pub fn contains_key<Q: ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
        S: KeyHash<Q>,
    {
        self.entry_of(key).is_some()
    }

    #[inline]
    fn entry_of<Q: ?Sized>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q>,
        S: KeyHash<Q>,
    {
        let hash = self.hash_of(key);
        self.table.get(hash, |k| self.hasher.eq(k.borrow(), key))
    }

    /// The hash of a key that is looked for. A NaN is never found, so it needs no random hash.
    #[inline]
    pub(crate) fn hash_of<Q: ?Sized>(&self, key: &Q) -> u64
    where
        S: KeyHash<Q>,
    {
        self.hasher.hash(key, self.table.header().hash0(), &Rand::from_seed(0))
    }

    /// The entries, from a random place on, in the order in which Go's `range` takes them.
    ///
    /// It leaves the traces in the map that `range` leaves (Go's flags 1 and 2, which decide
    /// what a growth zeroes).
    ///
    /// ```
    /// let map = tophash::GoMap::from([("a", 1), ("b", 2)]);
    /// assert_eq!(map.iter().map(|(_, value)| value).sum::<i32>(), 3);
    /// ```
    pub fn iter(&self) -> Iter<'_, K, V, S> {
        Iter::new(self)
    }

    /// Checks every invariant of the map's memory, in time proportional to the map.
    ///
    /// ```
    /// let map = tophash::GoMap::from([("a", 1), ("b", 2)]);
    /// assert_eq!(map.audit(), Ok(()));
    /// ```
    ///
    /// For tests and fuzzers. A build with `--cfg tophash_invariants` does it after every change,
    /// or now and then if the map is large.
    ///
    /// # Errors
    /// The first violation found. One means a bug here, or keys whose hash or equality changed.
    pub fn audit(&self) -> Result<(), Violation> {
        self.table.audit(&self.hasher)
    }
}

impl<K: GoKey, V, S: KeyHash<K>> GoMap<K, V, S> {
    /// Begins what Go's `for range` does: a walk over the entries that does not borrow the map.
    ///
    /// ```
    /// use tophash::GoMap;
    ///
    /// let mut map: GoMap<u32, u32> = GoMap::new();
    /// for i in 0..100 {
    ///     map.insert(i, i);
    /// }
    /// let mut cursor = map.range();
    /// while let Some((&k, _)) = cursor.next(&map) {
    ///     map.remove(&k);
    /// }
    /// assert!(map.is_empty());
    /// ```
    #[doc(alias = "mapiterinit")]
    pub fn range(&self) -> Cursor {
        Cursor::new(self)
    }
}

impl<K, V, S> GoMap<K, V, S> {
    /// Entries in the map.
    #[inline]
    pub fn len(&self) -> usize {
        self.table.header().count()
    }

    /// Whether this is Go's nil map, which [`GoMap::nil`] makes.
    pub fn is_nil(&self) -> bool {
        self.table.is_nil()
    }

    /// Whether the map has no entries.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How keys are hashed.
    pub fn hasher(&self) -> &S {
        &self.hasher
    }

    /// The source of the map's randomness.
    pub fn rand(&self) -> &Rand {
        &self.rand
    }

    /// The map's header, as Go lays it out.
    pub fn header(&self) -> &Hmap {
        self.table.header()
    }

    /// The release of Go whose map this is.
    pub fn dialect(&self) -> &'static Dialect {
        self.table.dialect()
    }

    /// Sets the counter of overflow buckets of a map of at least 2^16 buckets; does nothing to a
    /// smaller one, whose counter is exact.
    ///
    /// For replays: from there on the counter is an estimate that a recording holds and a replay
    /// cannot compute. It decides when a growth to the same size begins, and nothing else.
    pub fn set_noverflow(&mut self, noverflow: u16) {
        self.table.set_noverflow(noverflow);
    }

    /// Memory that the map has left and not yet given back.
    pub fn retired(&self) -> RetiredStats {
        let (bytes, keys) = self.table.retired();
        RetiredStats { bytes, keys }
    }

    pub(crate) fn table(&self) -> &Table<K, V> {
        &self.table
    }
}

/// Memory that a map has left: it waits for cursors that may still read it, or for its turn to be
/// freed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetiredStats {
    /// Bytes of arrays and overflow buckets.
    pub bytes: usize,
    /// Keys that have yet to be dropped.
    pub keys: usize,
}
