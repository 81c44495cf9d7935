//! Iteration that does not borrow the map.

use super::GoMap;
use crate::hmap::{Position, Range};
use crate::key::{GoKey, KeyHash};
use core::fmt;

/// A position in a `for range` over a map, which may change between two steps as it may in Go.
///
/// What Go promises holds: an entry that stays is met exactly once, one that is removed before
/// it was met is not met, and one that is inserted meanwhile may be met or not. The order is Go's.
/// An entry whose value is replaced is met with its new value.
///
/// Until a cursor has met its last entry or is dropped, the map keeps memory that it might read:
/// every array that the map has grown out of since the cursor began, and the keys removed since.
/// That has no bound: a cursor that stands still while the map changes on and on keeps ever more.
/// Afterwards the map gives it back, bit by bit, in its next operations. A cursor holds no key and
/// no value, may be sent to another thread, and may outlive its map.
///
/// # Where real Go breaks its promise
/// An iterator that outlives one growth to the same size and stands in the old array of a second
/// can, in Go, skip entries or meet a zero key. One that stands in a bucket when such a growth ends
/// can skip NaNs. One that stands in a bucket while a doubling ends and a growth to the same size
/// begins can meet entries twice. This one meets every entry once.
///
/// # Where the promise ends
/// With a map that is emptied under the cursor, as in Go: what was inserted afterwards may be met
/// twice. The hash has a new seed then, so entries need not be where the keys left behind in outgrown
/// arrays say; and after a `clear`, a bucket in which the cursor stood may have found a place in
/// another chain. A NaN entry that was cleared is not met; Go may still show its copy in an array
/// that it has left.
///
/// ```
/// let mut map = tophash::GoMap::from([(1, "a"), (2, "b"), (3, "c")]);
/// let mut cursor = map.range();
/// let (&first, _) = cursor.next(&map).expect("three entries");
/// map.retain(|&key, _| key == first);
/// map.extend((10..1000).map(|key| (key, "new")));
/// // Those that were removed do not come; those that were inserted may.
/// assert!(std::iter::from_fn(|| cursor.next(&map)).all(|(&key, _)| key >= 10));
/// ```
#[derive(Clone)]
pub struct Cursor(Range);

/// The error of [`Cursor::try_next`]: the cursor was begun on another map.
///
/// ```
/// use tophash::{ForeignCursor, GoMap};
/// let (a, b) = (GoMap::from([(1, 1)]), GoMap::from([(1, 1)]));
/// assert_eq!(a.range().try_next(&b), Err(ForeignCursor));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ForeignCursor;

impl fmt::Display for ForeignCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the cursor was begun on another map")
    }
}

impl core::error::Error for ForeignCursor {}

impl Cursor {
    pub(super) fn new<K: GoKey, V, S: KeyHash<K>>(map: &GoMap<K, V, S>) -> Self {
        Self(map.table.range(&map.rand))
    }

    pub(crate) fn range(&self) -> &Range {
        &self.0
    }

    /// The next entry, or `None` at the end, and from then on.
    ///
    /// # Panics
    /// If the cursor was begun on another map.
    #[doc(alias = "mapiternext")]
    pub fn next<'a, K: GoKey, V, S: KeyHash<K>>(
        &mut self,
        map: &'a GoMap<K, V, S>,
    ) -> Option<(&'a K, &'a V)> {
        match self.try_next(map) {
            Ok(entry) => entry,
            Err(error) => panic!("tophash: {error}"),
        }
    }

    /// The next entry, or `None` at the end, and from then on.
    ///
    /// # Errors
    /// If the cursor was begun on another map.
    pub fn try_next<'a, K: GoKey, V, S: KeyHash<K>>(
        &mut self,
        map: &'a GoMap<K, V, S>,
    ) -> Result<Option<(&'a K, &'a V)>, ForeignCursor> {
        self.0.next(&map.table, &map.hasher).ok_or(ForeignCursor)
    }

    /// Where the cursor stands; `None` once it has ended, or if it was begun on another map.
    ///
    /// ```
    /// use tophash::GoMap;
    ///
    /// let map = GoMap::from([(1, "a")]);
    /// let mut cursor = map.range();
    /// cursor.next(&map);
    /// let stand = cursor.position(&map).and_then(|position| position.stand).expect("in a bucket");
    /// assert_eq!((stand.bucket, stand.depth), (0, 0));
    /// assert!(cursor.next(&map).is_none() && cursor.position(&map).is_none());
    /// ```
    #[doc(alias = "hiter")]
    pub fn position<K: GoKey, V, S: KeyHash<K>>(&self, map: &GoMap<K, V, S>) -> Option<Position> {
        self.0.position(&map.table)
    }

    /// Whether real Go, having done the same, has lost its place in this walk: at its next steps it
    /// may skip entries, meet some twice, or return a zero key.
    pub fn go_lost_its_place<K: GoKey, V, S: KeyHash<K>>(&self, map: &GoMap<K, V, S>) -> bool {
        self.0.go_lost_its_place(&map.table)
    }
}

impl fmt::Debug for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cursor").finish_non_exhaustive()
    }
}
