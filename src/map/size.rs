//! Room for entries. None of this is Go's: its maps grow by themselves and never shrink.

use super::GoMap;
use crate::key::KeyHash;

impl<K, V, S> GoMap<K, V, S> {
    /// Asks the kernel for huge pages for large arrays, or asks no more: not Go's.
    ///
    /// It concerns arrays of 2 MiB or more that the map allocates from now on; so on an empty map it
    /// is followed by [`reserve`](Self::reserve), or by inserts. On Linux under `std`; elsewhere, and
    /// where the system does not grant huge pages, nothing changes. No byte of the map differs.
    ///
    /// With them the processor finds addresses sooner, and the kernel hands out memory in fewer
    /// turns, each of which takes longer: 0.3 ms for 2 MiB on a virtual machine, where pages of
    /// 4 KiB take 2 µs each. ns per operation there (`u64` to `u64`, foldhash, 2^20 entries), without
    /// and with: hits 26 and 23, inserts 114 and 84, inserts into a reserved map 62 and 38.
    ///
    /// ```
    /// let mut map = tophash::GoMap::new();
    /// map.set_huge_pages(true);
    /// map.reserve(1 << 20); // 38 MB
    /// map.insert(1u64, 1u64);
    /// ```
    pub fn set_huge_pages(&mut self, ask: bool) {
        self.table.huge_pages = ask;
    }
}

impl<K, V, S> GoMap<K, V, S> {
    /// The entries that the map holds before their number makes it grow: at least 8, and 0 for a
    /// nil map.
    ///
    /// It may grow before, to the same size, to leave overflow buckets behind. The first eight
    /// entries have no memory yet: the first insert allocates it.
    ///
    /// ```
    /// use tophash::GoMap;
    /// assert_eq!(GoMap::<u8, u8>::new().capacity(), 8);
    /// assert_eq!(GoMap::<u8, u8>::with_capacity(100).capacity(), 104); // 16 buckets of 6.5
    /// ```
    pub fn capacity(&self) -> usize {
        self.table.capacity()
    }
}

impl<K, V, S: KeyHash<K>> GoMap<K, V, S> {
    /// Makes room for `additional` more entries at once.
    ///
    /// Not Go's: this ends a growth under way and performs as many doublings as it takes, where an
    /// insert would move two chains. Cursors stay valid.
    ///
    /// # Panics
    /// If there cannot be that many entries; if hashing a key does, and then the map is as it would
    /// be midway through a growth. On a nil map.
    ///
    /// ```
    /// let mut map = tophash::GoMap::from([(1, "a")]);
    /// map.reserve(1000);
    /// assert!(map.capacity() >= 1001);
    /// assert_eq!(map[&1], "a");
    /// ```
    pub fn reserve(&mut self, additional: usize) {
        self.table.reserve(&self.hasher, &self.rand, additional);
    }

    /// Moves the entries to the smallest array that holds them, and gives back the rest.
    ///
    /// Not Go's: removed entries of a Go map leave their room. While a [`Cursor`](super::Cursor)
    /// that has not come to its end lives, the array stays.
    ///
    /// # Panics
    /// If hashing a key does; the map is as it was then.
    ///
    /// ```
    /// let mut map = tophash::GoMap::with_capacity(100_000);
    /// map.insert(1, "a");
    /// map.shrink_to_fit();
    /// assert_eq!(map.capacity(), 8);
    /// ```
    pub fn shrink_to_fit(&mut self) {
        self.shrink_to(0);
    }

    /// As [`shrink_to_fit`](Self::shrink_to_fit), with room for at least `min_capacity` entries.
    ///
    /// # Panics
    /// If hashing a key does; the map is as it was then.
    ///
    /// ```
    /// let mut map = tophash::GoMap::<u8, u8>::with_capacity(100_000);
    /// map.shrink_to(100);
    /// assert_eq!(map.capacity(), 104);
    /// ```
    pub fn shrink_to(&mut self, min_capacity: usize) {
        self.table.shrink_to(&self.hasher, &self.rand, min_capacity);
    }
}
