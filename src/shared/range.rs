//! Go's `for range` over a shared map.

use super::SharedMap;
use crate::detect::{Detector, Epoch, Op, Strict};
use crate::key::{GoHash, GoKey, KeyHash};
use crate::map::Cursor;
use core::fmt;
use core::panic::Location;

/// A walk over a shared map; see [`SharedMap::range`].
///
/// It holds a handle to the map. As an iterator it gives clones; [`next_with`](Self::next_with) needs
/// none. A report names the line that asked for the step: by `for`, that of the loop; by an adapter of
/// std's, a line of std.
pub struct SharedRange<K, V, S = GoHash, D = Strict> {
    map: SharedMap<K, V, S, D>,
    cursor: Cursor,
    /// The map's count of writes when the walk began.
    epoch: u64,
}

impl<K: GoKey, V, S: KeyHash<K>, D: Detector> SharedRange<K, V, S, D> {
    pub(super) fn new(map: &SharedMap<K, V, S, D>, cursor: Cursor, epoch: u64) -> Self {
        Self { map: map.clone(), cursor, epoch }
    }

    /// What `look` makes of the next entry, or `None` at the end; the map is read meanwhile.
    ///
    /// ```
    /// let map = tophash::SharedMap::from(tophash::GoMap::from([(1, String::from("one"))]));
    /// let mut range = map.range();
    /// assert_eq!(range.next_with(|key, value| (*key, value.len())), Some((1, 3)));
    /// assert_eq!(range.next_with(|_, _| ()), None);
    /// ```
    #[doc(alias = "mapiternext")]
    #[track_caller]
    pub fn next_with<R>(&mut self, look: impl FnOnce(&K, &V) -> R) -> Option<R> {
        let shared = &*self.map.0;
        let held = shared.held(Op::RangeStep, Location::caller());
        let reading = shared.read(&held);
        self.cursor.next(reading.map()).map(|(key, value)| look(key, value))
    }
}

impl<K, V, S> SharedRange<K, V, S, Epoch> {
    /// Whether the map was written to since the walk began, by this thread or another.
    ///
    /// ```
    /// use tophash::detect::Epoch;
    /// use tophash::{GoMap, SharedMap};
    ///
    /// let map = SharedMap::with_detector(GoMap::from([(1, "a"), (2, "b")]), Epoch::new());
    /// let mut range = map.range();
    /// range.next();
    /// assert!(!range.is_stale());
    /// map.insert(3, "c");
    /// assert!(range.is_stale()); // 3 may come, or may not
    /// ```
    pub fn is_stale(&self) -> bool {
        self.map.written_since(self.epoch)
    }
}

impl<K: GoKey + Clone, V: Clone, S: KeyHash<K>, D: Detector> Iterator for SharedRange<K, V, S, D> {
    type Item = (K, V);

    #[track_caller]
    fn next(&mut self) -> Option<(K, V)> {
        self.next_with(|key, value| (key.clone(), value.clone()))
    }
}

impl<K, V, S, D> fmt::Debug for SharedRange<K, V, S, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedRange").finish_non_exhaustive()
    }
}
