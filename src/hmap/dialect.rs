//! What differs between the releases of Go whose map this is.

/// The rules of one Go release, where releases differ.
///
/// Read on cold paths only: when a map is made, grows or takes its limits. (The hash of processors
/// without AES changed in 1.23 as well; it belongs to the hash, see
/// [`Edition`](crate::hash::Edition).)
///
/// ```
/// use tophash::Dialect;
/// assert_eq!(Dialect::LATEST.release(), "1.23");
/// assert_ne!(Dialect::GO_1_21, Dialect::GO_1_22); // 6.0 and 6.5 entries a bucket
/// ```
#[derive(Debug, PartialEq, Eq)]
pub struct Dialect {
    release: &'static str,
    /// Twice the most entries a bucket holds on average before the map doubles.
    load_factor_num: usize,
    /// Arrays of 513 to 32,760 bytes whose buckets hold pointers begin with an 8-byte header.
    pub(super) malloc_header: bool,
}

impl Dialect {
    /// Go 1.21: grows at 6.0 entries a bucket, because its constant `(8·13/16)·2` truncates
    /// (golang/go#63438).
    pub const GO_1_21: &Self = &Self { release: "1.21", load_factor_num: 12, malloc_header: false };
    /// Go 1.22: grows at 6.5 entries a bucket; the allocator's headers count in spare buckets.
    pub const GO_1_22: &Self = &Self { release: "1.22", load_factor_num: 13, malloc_header: true };
    /// Go 1.23: as 1.22.
    pub const GO_1_23: &Self = &Self { release: "1.23", load_factor_num: 13, malloc_header: true };

    /// The newest of them: later releases have another map.
    pub const LATEST: &Self = Self::GO_1_23;

    /// The dialect of a release as Go names it, such as `go1.22.10`, `go1.23` or `1.21rc2`; `None`
    /// for a release whose map is another.
    ///
    /// ```
    /// use tophash::Dialect;
    /// assert_eq!(Dialect::for_release("go1.22.10"), Some(Dialect::GO_1_22));
    /// assert_eq!(Dialect::for_release("go1.24"), None); // Swiss tables
    /// ```
    pub fn for_release(release: &str) -> Option<&'static Self> {
        let number = release.strip_prefix("go").unwrap_or(release);
        [Self::GO_1_21, Self::GO_1_22, Self::GO_1_23].into_iter().find(|dialect| {
            number.strip_prefix(dialect.release).is_some_and(|rest| {
                rest.is_empty() || [".", "rc", "beta"].iter().any(|mark| rest.starts_with(mark))
            })
        })
    }

    /// These rules under another load factor: the map doubles when it has more than `halves` / 2
    /// entries a bucket.
    ///
    /// For tables and experiments: no release of Go has such a map. All else, the name of the
    /// release included, stays.
    ///
    /// ```
    /// use tophash::hash::{Aes, Rand};
    /// use tophash::key::Go;
    /// use tophash::{Dialect, GoMap};
    ///
    /// static FULL: Dialect = Dialect::GO_1_23.with_load_factor(16);
    /// let hash = Go(Aes::new([7; 128]));
    /// let mut map = GoMap::with_source(8 << 4, hash, Rand::from_seed(1), &FULL);
    /// for i in 0..8u64 << 4 {
    ///     map.insert(i, ());
    /// }
    /// assert_eq!(map.header().b(), 4); // eight entries a bucket
    /// ```
    ///
    /// # Panics
    /// Unless `halves` is 1 to 16. Above eight entries a bucket the overflow buckets alone, as many
    /// as there are others, would begin one growth to the same size after another.
    #[must_use]
    pub const fn with_load_factor(&self, halves: usize) -> Self {
        assert!(halves >= 1 && halves <= 16, "tophash: a load factor of 0.5 to 8 is allowed");
        let Self { release, malloc_header, .. } = *self;
        Self { release, load_factor_num: halves, malloc_header }
    }

    /// The release's number without its patch level, such as `1.22`.
    pub fn release(&self) -> &'static str {
        self.release
    }

    /// The most entries that are not too many for 2^`b` buckets.
    ///
    /// Go: runtime/map.go overLoadFactor, 1.22. The limit is in integers: for one bucket it comes to
    /// 0, but 8 entries are let in whatever it is.
    pub(super) fn capacity(&self, b: u8) -> usize {
        super::BUCKET_COUNT.max(self.load_factor_num * ((1usize << b) / 2))
    }

    /// Whether `count` entries are too many for 2^`b` buckets.
    ///
    /// Go: runtime/map.go overLoadFactor, 1.22.
    #[doc(alias = "overLoadFactor")]
    pub(super) fn over_load_factor(&self, count: usize, b: u8) -> bool {
        count > self.capacity(b)
    }
}

#[cfg(test)]
mod tests {
    use super::Dialect;

    #[test]
    fn releases_outside_1_21_to_1_23_are_refused() {
        for release in ["go1.20.14", "go1.24.0", "go1.2", "go1.220", "", "go", "1.211", "devel"] {
            assert_eq!(Dialect::for_release(release), None, "{release}");
        }
        for release in ["go1.21", "1.21.13", "go1.21rc4"] {
            assert_eq!(Dialect::for_release(release), Some(Dialect::GO_1_21), "{release}");
        }
    }

    #[test]
    fn eight_entries_fit_one_bucket_in_every_release() {
        for dialect in [Dialect::GO_1_21, Dialect::GO_1_22, Dialect::GO_1_23] {
            assert!(!dialect.over_load_factor(8, 0));
            assert!(dialect.over_load_factor(9, 0));
        }
    }

    #[test]
    fn a_load_factor_is_the_only_difference_it_makes() {
        assert_eq!(Dialect::GO_1_23.with_load_factor(13), *Dialect::GO_1_23);
        assert!(Dialect::GO_1_22.with_load_factor(12).malloc_header);
        let (sparse, full) =
            (Dialect::GO_1_21.with_load_factor(1), Dialect::GO_1_21.with_load_factor(16));
        assert!(!sparse.over_load_factor(8, 0) && sparse.over_load_factor(9, 4));
        assert!(!full.over_load_factor(128, 4) && full.over_load_factor(129, 4));
        assert_eq!(full.release(), "1.21");
    }

    #[test]
    #[should_panic(expected = "0.5 to 8")]
    fn a_load_factor_above_eight_is_refused() {
        let _ = Dialect::GO_1_23.with_load_factor(17);
    }

    #[test]
    fn go_1_21_doubles_earlier() {
        assert!(Dialect::GO_1_21.over_load_factor(97, 4));
        assert!(!Dialect::GO_1_22.over_load_factor(97, 4));
        assert!(!Dialect::GO_1_22.over_load_factor(104, 4));
        assert!(Dialect::GO_1_22.over_load_factor(105, 4));
    }
}
