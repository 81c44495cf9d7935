//! A map that threads share as goroutines share a Go map.

mod range;

pub use range::SharedRange;

use crate::detect::{
    self, Detector, Epoch, Found, Header, Held, Here, Linked, Op, Protocol, Strict,
};
use crate::key::{GoHash, GoKey, KeyHash};
use crate::map::{Entry, GoMap};
use core::borrow::Borrow;
use core::cell::UnsafeCell;
use core::fmt;
use core::panic::{Location, RefUnwindSafe, UnwindSafe};
use std::sync::Arc;

/// A handle to a map that threads share: any of them may use it at any time, as any goroutine may use
/// a Go map; and as in Go it is a fault if one of them writes meanwhile, which ends the process.
///
/// A clone is another handle to the same map. Nothing waits: a [detector](crate::detect) looks at each
/// operation as it begins. By [`Strict`], the default, every overlap with a write is noticed before the
/// map's memory is touched, so no function here can cause undefined behaviour, and whoever needs to
/// share a map beyond that puts it behind a lock. Reads may overlap, and be nested.
///
/// ```
/// use std::thread;
/// use tophash::SharedMap;
///
/// let map = SharedMap::new();
/// for word in ["one", "two", "two"] {
///     map.compute(word, |entry| *entry.or_insert(0) += 1);
/// }
/// let reader = map.clone();
/// thread::spawn(move || assert_eq!(reader.get("two"), Some(2))).join().unwrap();
/// assert_eq!(map.remove("one"), Some(1)); // nobody else is inside any more
/// ```
///
/// # What an overlap does
/// It prints Go's words (`fatal error: concurrent map writes`, `concurrent map read and map write`,
/// `concurrent map iteration and map write`), then this access and the other one, each with its thread
/// and the line that called; and exits with status 2, or aborts if the environment says
/// `GOTRACEBACK=crash`. [`set_fatal_handler`](crate::detect::set_fatal_handler) changes that.
///
/// Every operation begins by asking, so each can end like that, and the sections on panics below do
/// not repeat it. A write to a map from inside an operation on it (from a closure, or from a `Hash`,
/// `Eq`, `Clone` or `Drop` of a key or a value) is an overlap of the thread with itself. So is a read
/// from inside a write.
///
/// A panic in user code leaves the map as [`GoMap`] says, and nobody inside.
pub struct SharedMap<K, V, S = GoHash, D = Strict>(Arc<Shared<K, V, S, D>>);

struct Shared<K, V, S, D> {
    map: UnsafeCell<GoMap<K, V, S>>,
    detector: D,
}

// SAFETY: threads get at the map as the detector lets them: many by `&`, for which the contents must be
// `Sync`, or one by `&mut`, for which they must be `Send`, as for a read-write lock.
unsafe impl<K: Send + Sync, V: Send + Sync, S: Send + Sync, D: Detector> Sync
    for Shared<K, V, S, D>
{
}

impl<K: GoKey, V> SharedMap<K, V> {
    /// An empty map.
    pub fn new() -> Self {
        Self::from(GoMap::new())
    }
}

impl<K, V, S: KeyHash<K> + Default> Default for SharedMap<K, V, S> {
    fn default() -> Self {
        Self::from(GoMap::default())
    }
}

/// The map, to be shared, under [`Strict`].
impl<K, V, S> From<GoMap<K, V, S>> for SharedMap<K, V, S> {
    fn from(map: GoMap<K, V, S>) -> Self {
        Self::with_detector(map, Strict::new())
    }
}

impl<K, V, S, D: Detector> SharedMap<K, V, S, D> {
    /// The map, to be shared, under a detector.
    ///
    /// ```
    /// use tophash::detect::WriteFlag;
    /// use tophash::{GoMap, SharedMap};
    ///
    /// // SAFETY: the map stays on this thread, and no key or elem knows of it.
    /// let flag = unsafe { WriteFlag::new() };
    /// let map = SharedMap::with_detector(GoMap::from([("a", 1)]), flag);
    /// map.update("a", |value| *value += 1);
    /// assert_eq!(map.get("a"), Some(2));
    /// ```
    pub fn with_detector(map: GoMap<K, V, S>, detector: D) -> Self {
        Self(Arc::new(Shared { map: UnsafeCell::new(map), detector }))
    }

    /// The map again, if this is its last handle and no [`SharedRange`] has one; else the handle.
    ///
    /// # Errors
    /// The handle, if it is not the last.
    ///
    /// ```
    /// let map = tophash::SharedMap::from(tophash::GoMap::from([("a", 1)]));
    /// let other = map.clone();
    /// let map = map.try_into_inner().unwrap_err();
    /// drop(other);
    /// assert_eq!(map.try_into_inner().unwrap().len(), 1);
    /// ```
    pub fn try_into_inner(self) -> Result<GoMap<K, V, S>, Self> {
        let shared = Arc::try_unwrap(self.0).map_err(Self)?;
        Ok(shared.map.into_inner())
    }

    /// Entries in the map.
    ///
    /// ```
    /// assert_eq!(tophash::SharedMap::<u8, u8>::new().len(), 0);
    /// ```
    #[track_caller]
    pub fn len(&self) -> usize {
        let held = self.0.held(Op::Len, Location::caller());
        self.0.read(&held).map().len()
    }

    /// Whether the map has no entries.
    #[track_caller]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What `look` makes of the map, which is read meanwhile.
    ///
    /// ```
    /// use tophash::image::{Hex, MapImage};
    /// let map = tophash::SharedMap::from(tophash::GoMap::from([(1u8, 2u8)]));
    /// let image = map.inspect(|map| MapImage::of(map, &Hex, &Hex));
    /// assert_eq!(image.count, 1);
    /// ```
    #[track_caller]
    pub fn inspect<R>(&self, look: impl FnOnce(&GoMap<K, V, S>) -> R) -> R {
        let held = self.0.held(Op::Inspect, Location::caller());
        look(self.0.read(&held).map())
    }
}

impl<K, V, S: KeyHash<K>, D: Detector> SharedMap<K, V, S, D> {
    /// A clone of the value of `key`.
    ///
    /// # Panics
    /// If hashing the key does, on an empty map too.
    ///
    /// ```
    /// let map = tophash::SharedMap::from(tophash::GoMap::from([("a", 1)]));
    /// assert_eq!((map.get("a"), map.get("b")), (Some(1), None));
    /// ```
    #[doc(alias = "mapaccess1")]
    #[doc(alias = "mapaccess2")]
    #[track_caller]
    #[inline]
    pub fn get<Q: ?Sized>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        V: Clone,
        S: KeyHash<Q>,
    {
        let held = self.0.held(Op::Get, Location::caller());
        self.0.read(&held).map().get(key).cloned()
    }

    /// What `look` makes of the value of `key`; the map is read meanwhile.
    ///
    /// # Panics
    /// If hashing the key does, on an empty map too.
    ///
    /// ```
    /// let map = tophash::SharedMap::from(tophash::GoMap::from([("a", String::from("long"))]));
    /// assert_eq!(map.with("a", |value| value.len()), Some(4));
    /// ```
    #[track_caller]
    #[inline]
    pub fn with<Q: ?Sized, R>(&self, key: &Q, look: impl FnOnce(&V) -> R) -> Option<R>
    where
        K: Borrow<Q>,
        S: KeyHash<Q>,
    {
        let held = self.0.held(Op::With, Location::caller());
        self.0.read(&held).map().get(key).map(look)
    }

    /// Whether the map has an entry of `key`.
    ///
    /// # Panics
    /// If hashing the key does, on an empty map too.
    ///
    /// ```
    /// let map = tophash::SharedMap::from(tophash::GoMap::from([("a", 1)]));
    /// assert!(map.contains_key("a") && !map.contains_key("b"));
    /// ```
    #[track_caller]
    #[inline]
    pub fn contains_key<Q: ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
        S: KeyHash<Q>,
    {
        let held = self.0.held(Op::ContainsKey, Location::caller());
        self.0.read(&held).map().contains_key(key)
    }

    /// Stores `value` under `key`; returns the value that was there. See [`GoMap::insert`].
    ///
    /// # Panics
    /// If hashing the key does, with nothing stored; on a nil map, with Go's words.
    ///
    /// ```
    /// let map = tophash::SharedMap::new();
    /// assert_eq!(map.insert("a", 1), None);
    /// assert_eq!(map.insert("a", 2), Some(1));
    /// ```
    #[doc(alias = "mapassign")]
    #[track_caller]
    #[inline]
    pub fn insert(&self, key: K, value: V) -> Option<V> {
        let held = self.0.held(Op::Insert, Location::caller());
        let mut writing = self.0.write(&held);
        let hash = writing.hash(|map| map.hash_to_insert(&key));
        let old = writing.map().insert_hashed(hash, key, value);
        writing.end();
        old
    }

    /// Removes the entry of `key`; returns its value. See [`GoMap::remove`].
    ///
    /// # Panics
    /// If hashing the key does; the map is as it was then.
    ///
    /// ```
    /// let map = tophash::SharedMap::from(tophash::GoMap::from([("a", 1)]));
    /// assert_eq!((map.remove("a"), map.remove("a")), (Some(1), None));
    /// ```
    #[doc(alias = "mapdelete")]
    #[track_caller]
    #[inline]
    pub fn remove<Q: ?Sized>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        S: KeyHash<Q>,
    {
        let held = self.0.held(Op::Remove, Location::caller());
        let mut writing = self.0.write(&held);
        let hash = writing.hash(|map| map.hash_to_remove(key));
        let old = writing.map().remove_hashed(hash, key);
        writing.end();
        old
    }

    /// Has `change` change the value of `key`, if there is one; returns what it returns.
    ///
    /// # Panics
    /// If hashing the key does.
    ///
    /// ```
    /// let map = tophash::SharedMap::from(tophash::GoMap::from([("a", 1)]));
    /// assert_eq!(map.update("a", |value| { *value += 1; *value }), Some(2));
    /// assert_eq!(map.update("b", |value| *value += 1), None);
    /// ```
    #[track_caller]
    #[inline]
    pub fn update<Q: ?Sized, R>(&self, key: &Q, change: impl FnOnce(&mut V) -> R) -> Option<R>
    where
        K: Borrow<Q>,
        S: KeyHash<Q>,
    {
        let held = self.0.held(Op::Update, Location::caller());
        let mut writing = self.0.write(&held);
        let hash = writing.hash(|map| map.hash_of(key));
        let changed = writing.map().get_mut_hashed(hash, key).map(change);
        writing.end();
        changed
    }

    /// What `change` makes of the entry of `key`, there or not; see [`GoMap::entry`].
    ///
    /// # Panics
    /// If hashing the key does. Inserting into a nil map panics with Go's words.
    ///
    /// ```
    /// use tophash::{Entry, SharedMap};
    ///
    /// let map = SharedMap::new();
    /// for word in ["a", "b", "a"] {
    ///     map.compute(word, |entry| *entry.or_insert(0) += 1);
    /// }
    /// let last = map.compute("b", |entry| match entry {
    ///     Entry::Occupied(entry) => Some(entry.remove()),
    ///     Entry::Vacant(_) => None,
    /// });
    /// assert_eq!((map.get("a"), last, map.len()), (Some(2), Some(1), 1));
    /// ```
    #[track_caller]
    #[inline]
    pub fn compute<R>(&self, key: K, change: impl FnOnce(Entry<'_, K, V, S>) -> R) -> R {
        let held = self.0.held(Op::Compute, Location::caller());
        let mut writing = self.0.write(&held);
        let hash = writing.hash(|map| map.hash_of(&key));
        let made = change(writing.map().entry_hashed(hash, key));
        writing.end();
        made
    }

    /// Removes all entries; the array of buckets stays as large as it is.
    ///
    /// ```
    /// let map = tophash::SharedMap::from(tophash::GoMap::from([("a", 1)]));
    /// map.clear();
    /// assert!(map.is_empty());
    /// ```
    #[doc(alias = "mapclear")]
    #[track_caller]
    pub fn clear(&self) {
        let held = self.0.held(Op::Clear, Location::caller());
        let mut writing = self.0.write(&held);
        writing.hash(|_| ());
        writing.map().clear();
        writing.end();
    }
}

impl<K: GoKey, V, S: KeyHash<K>, D: Detector> SharedMap<K, V, S, D> {
    /// Begins what Go's `for range` does: a walk over the entries, each step of which is a read of its
    /// own. Between two steps anyone may write, and the walk goes on as Go's does; see
    /// [`GoMap::range`].
    ///
    /// ```
    /// let map = tophash::SharedMap::from(tophash::GoMap::from([(1, "a"), (2, "b")]));
    /// for (key, _) in map.range() {
    ///     map.remove(&key);
    /// }
    /// assert!(map.is_empty());
    /// ```
    #[doc(alias = "mapiterinit")]
    #[track_caller]
    pub fn range(&self) -> SharedRange<K, V, S, D> {
        let held = self.0.held(Op::Range, Location::caller());
        let reading = self.0.read(&held);
        SharedRange::new(self, reading.map().range(), self.0.detector.writes())
    }
}

impl<K, V, S> SharedMap<K, V, S, Epoch> {
    /// The writes that have ended: every `insert`, `remove`, `update`, `compute` and `clear`, whether or
    /// not it changed anything, but for those whose key could not be hashed.
    ///
    /// ```
    /// use tophash::detect::Epoch;
    /// use tophash::{GoMap, SharedMap};
    ///
    /// let map = SharedMap::with_detector(GoMap::from([("a", 1)]), Epoch::new());
    /// let (value, epoch) = map.get_at("a");
    /// assert!(!map.written_since(epoch)); // the value is still the map's
    /// map.insert("b", 2);
    /// assert!(map.written_since(epoch));
    /// assert_eq!((value, map.epoch()), (Some(1), 1));
    /// ```
    pub fn epoch(&self) -> u64 {
        self.0.detector.writes()
    }

    /// Whether the map was written to since it had this [`epoch`](Self::epoch).
    pub fn written_since(&self, epoch: u64) -> bool {
        self.epoch() != epoch
    }

    /// As [`get`](Self::get), and the epoch in which the value was read.
    ///
    /// # Panics
    /// If hashing the key does, on an empty map too.
    #[track_caller]
    pub fn get_at<Q: ?Sized>(&self, key: &Q) -> (Option<V>, u64)
    where
        K: Borrow<Q>,
        V: Clone,
        S: KeyHash<K> + KeyHash<Q>,
    {
        let held = self.0.held(Op::Get, Location::caller());
        let reading = self.0.read(&held);
        (reading.map().get(key).cloned(), self.epoch())
    }
}

impl<K, V, S, D: Detector> Shared<K, V, S, D> {
    /// An access that is about to begin.
    #[inline]
    fn held(&self, op: Op, at: &'static Location<'static>) -> Held {
        Held::new(self.address(), op, at)
    }

    fn address(&self) -> *const () {
        (&raw const *self).cast()
    }

    #[inline]
    fn header(&self) -> Header {
        // SAFETY: the header is in the map, which is there as long as `self` is borrowed; no detector
        // keeps it.
        unsafe { Header::new(GoMap::header_at(self.map.get())) }
    }

    #[inline]
    fn read<'a>(&'a self, held: &'a Held) -> Reading<'a, K, V, S, D> {
        match self.detector.begin_read(self.header(), held.here()) {
            Ok(()) => Reading { shared: self, _linked: held.link() },
            Err(found) => self.overlap(held.here(), found),
        }
    }

    #[inline]
    fn write<'a>(&'a self, held: &'a Held) -> Writing<'a, K, V, S, D> {
        match self.detector.begin_write(self.header(), held.here()) {
            Ok(noted) => {
                let stage = if noted { Stage::Hashing } else { Stage::Unnoted };
                Writing { shared: self, stage, linked: held.link() }
            }
            Err(found) => self.overlap(held.here(), found),
        }
    }

    #[cold]
    #[inline(never)]
    fn overlap(&self, here: Here, found: Found) -> ! {
        detect::overlap(self.address(), here, found)
    }
}

/// A read that was let in.
struct Reading<'a, K, V, S, D: Detector> {
    shared: &'a Shared<K, V, S, D>,
    _linked: Linked<'a>,
}

impl<K, V, S, D: Detector> Reading<'_, K, V, S, D> {
    #[inline]
    fn map(&self) -> &GoMap<K, V, S> {
        // SAFETY: the detector has let this read in, and no write before its end, which is not before
        // that of the borrow.
        unsafe { &*self.shared.map.get() }
    }
}

impl<K, V, S, D: Detector> Drop for Reading<'_, K, V, S, D> {
    #[inline]
    fn drop(&mut self) {
        self.shared.detector.end_read(self.shared.header());
    }
}

/// A write that was let in.
struct Writing<'a, K, V, S, D: Detector> {
    shared: &'a Shared<K, V, S, D>,
    stage: Stage,
    linked: Linked<'a>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// The detector does not ask about this write.
    Unnoted,
    /// The key has not been hashed.
    Hashing,
    /// It has been, and the entries may change.
    Hashed,
    /// The write has ended.
    Ended,
}

impl<K, V, S, D: Detector> Writing<'_, K, V, S, D> {
    /// The hash that `of` computes; the write goes on to the entries.
    #[inline]
    fn hash<R>(&mut self, of: impl FnOnce(&GoMap<K, V, S>) -> R) -> R {
        // SAFETY: the detector has let this write in, and nobody else before its end, which is not
        // before that of the borrow.
        let hash = of(unsafe { &*self.shared.map.get() });
        if self.stage == Stage::Hashing {
            self.shared.detector.hashed(self.shared.header());
            self.stage = Stage::Hashed;
        }
        hash
    }

    #[inline]
    fn map(&mut self) -> &mut GoMap<K, V, S> {
        // SAFETY: as for `hash`; this borrow is the only one, as it is of `self`.
        unsafe { &mut *self.shared.map.get() }
    }

    /// Ends the write, and tells of an overlap that shows only now.
    #[inline]
    fn end(mut self) {
        let (shared, here) = (self.shared, self.linked.here());
        let alone = self.leave();
        drop(self);
        if !alone {
            shared.overlap(here, Found::Someone);
        }
    }

    /// Whether nobody else's write was noticed.
    #[inline]
    fn leave(&mut self) -> bool {
        let shared = self.shared;
        match core::mem::replace(&mut self.stage, Stage::Ended) {
            Stage::Unnoted | Stage::Ended => true,
            Stage::Hashing => {
                shared.detector.give_up(shared.header());
                true
            }
            Stage::Hashed => shared.detector.end_write(shared.header()),
        }
    }
}

/// After a panic, nobody is told of an overlap: one fault at a time.
impl<K, V, S, D: Detector> Drop for Writing<'_, K, V, S, D> {
    #[inline]
    fn drop(&mut self) {
        self.leave();
    }
}

impl<K, V, S, D> Clone for SharedMap<K, V, S, D> {
    /// Another handle to the same map.
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

// A panic inside an operation leaves the map usable and nobody inside.
impl<K, V, S, D> UnwindSafe for SharedMap<K, V, S, D> {}
impl<K, V, S, D> RefUnwindSafe for SharedMap<K, V, S, D> {}

/// Says nothing of the entries: to print is not to read the map.
impl<K, V, S, D> fmt::Debug for SharedMap<K, V, S, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedMap").finish_non_exhaustive()
    }
}
