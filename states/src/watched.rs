//! Operations on a map that threads share: what its detector costs.

use crate::State;
use crate::builder::{Builder, go};
use crate::scene::{self, SIXTEEN};
use std::hint::black_box;
use tophash::detect::{Detector, Epoch, Strict, WriteFlag};
use tophash::{Cursor, GoHash, GoMap, SharedMap, SharedRange};

/// An operation on a map with `u64` keys under Go's hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Access {
    /// The number of entries.
    Len,
    /// A look-up, as [`State::HitSlot0`].
    Get,
    /// The first step of an iteration over one bucket with six entries.
    Step,
    /// An insert under a key that is there, as [`State::InsertOver`].
    Insert,
    /// As [`State::DeleteLast`].
    Remove,
}

/// Who looks on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Watch {
    /// Nobody: a map of one thread's own.
    None,
    /// Go's flag.
    WriteFlag,
    /// One word that notices every overlap.
    Strict,
    /// The same, with a count of writes.
    Epoch,
}

/// An operation, and who looks on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Watched(pub Access, pub Watch);

impl Watched {
    /// All of them, each operation under each detector in turn.
    pub fn all() -> impl Iterator<Item = Self> {
        Access::ALL
            .into_iter()
            .flat_map(|access| Watch::ALL.into_iter().map(move |watch| Self(access, watch)))
    }
}

impl Access {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Len, Self::Get, Self::Step, Self::Insert, Self::Remove];

    /// Its name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Len => "shared len",
            Self::Get => "shared get",
            Self::Step => "shared step",
            Self::Insert => "shared insert over",
            Self::Remove => "shared remove",
        }
    }

    /// Whether the map is the same after the operation, so that it can be repeated.
    pub const fn repeats(self) -> bool {
        matches!(self, Self::Len | Self::Get | Self::Insert)
    }

    fn state(self) -> State {
        match self {
            Self::Len | Self::Get | Self::Step => State::HitSlot0,
            Self::Insert => State::InsertOver,
            Self::Remove => State::DeleteLast,
        }
    }
}

impl Watch {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::None, Self::WriteFlag, Self::Strict, Self::Epoch];

    /// Its name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "u64 none",
            Self::WriteFlag => "u64 write flag",
            Self::Strict => "u64 strict",
            Self::Epoch => "u64 epoch",
        }
    }
}

/// A map that may be one of many threads.
trait Map {
    /// A walk that has not begun.
    type Range;

    fn len(&self) -> usize;
    fn get(&self, key: u64) -> Option<u64>;
    fn range(&self) -> Self::Range;
    fn step(&self, range: &mut Self::Range) -> Option<(u64, u64)>;
    fn insert(&mut self, key: u64) -> Option<u64>;
    fn remove(&mut self, key: u64) -> Option<u64>;
}

impl Map for GoMap<u64, u64, GoHash> {
    type Range = Cursor;

    fn len(&self) -> usize {
        self.len()
    }
    fn get(&self, key: u64) -> Option<u64> {
        self.get(&key).copied()
    }
    fn range(&self) -> Cursor {
        self.range()
    }
    fn step(&self, range: &mut Cursor) -> Option<(u64, u64)> {
        range.next(self).map(|(&key, &value)| (key, value))
    }
    fn insert(&mut self, key: u64) -> Option<u64> {
        self.insert(key, 1)
    }
    fn remove(&mut self, key: u64) -> Option<u64> {
        self.remove(&key)
    }
}

impl<D: Detector> Map for SharedMap<u64, u64, GoHash, D> {
    type Range = SharedRange<u64, u64, GoHash, D>;

    fn len(&self) -> usize {
        self.len()
    }
    fn get(&self, key: u64) -> Option<u64> {
        self.get(&key)
    }
    fn range(&self) -> Self::Range {
        self.range()
    }
    fn step(&self, range: &mut Self::Range) -> Option<(u64, u64)> {
        range.next()
    }
    fn insert(&mut self, key: u64) -> Option<u64> {
        SharedMap::insert(self, key, 1)
    }
    fn remove(&mut self, key: u64) -> Option<u64> {
        SharedMap::remove(self, &key)
    }
}

/// A map, the key of the operation, and a walk that has not begun.
struct Scene<M: Map> {
    map: M,
    key: u64,
    range: M::Range,
}

/// What can be done to a scene, whatever its map is.
trait Perform {
    fn len(&mut self);
    fn get(&mut self);
    fn step(&mut self);
    fn insert(&mut self);
    fn remove(&mut self);
}

impl<M: Map> Perform for Scene<M> {
    fn len(&mut self) {
        black_box(self.map.len());
    }
    fn get(&mut self) {
        black_box(self.map.get(black_box(self.key)));
    }
    fn step(&mut self) {
        black_box(self.map.step(&mut self.range));
    }
    fn insert(&mut self) {
        black_box(self.map.insert(black_box(self.key)));
    }
    fn remove(&mut self) {
        black_box(self.map.remove(black_box(self.key)));
    }
}

/// A scene of any map: the call that finds out which costs the same for all.
pub(crate) struct AnyScene(Box<dyn Perform + Send>);

/// An operation. Out of line: it is what is measured, and has a name in a profile.
pub(crate) type Operation = fn(&mut AnyScene);

impl AnyScene {
    #[inline(never)]
    fn len(&mut self) {
        self.0.len();
    }

    #[inline(never)]
    fn get(&mut self) {
        self.0.get();
    }

    #[inline(never)]
    fn step(&mut self) {
        self.0.step();
    }

    #[inline(never)]
    fn insert(&mut self) {
        self.0.insert();
    }

    #[inline(never)]
    fn remove(&mut self) {
        self.0.remove();
    }

    #[inline(never)]
    pub(crate) fn nothing(&mut self) {
        black_box(self);
    }

    /// The scene of an operation, and the operation.
    pub(crate) fn new(Watched(access, watch): Watched) -> (Box<Self>, Operation) {
        let mut builder = Builder::new(SIXTEEN, go());
        let key = scene::furnish::<u64, _>(&mut builder, access.state());
        let (map, key) = (builder.map, key.unwrap_or_default());
        let scene = match watch {
            Watch::None => on(map, key),
            Watch::WriteFlag => {
                // SAFETY: the map stays in its scene, which is used through `&mut`, and its keys are
                // numbers.
                let flag = unsafe { WriteFlag::new() };
                on(SharedMap::with_detector(map, flag), key)
            }
            Watch::Strict => on(SharedMap::with_detector(map, Strict::new()), key),
            Watch::Epoch => on(SharedMap::with_detector(map, Epoch::new()), key),
        };
        let operation = match access {
            Access::Len => Self::len,
            Access::Get => Self::get,
            Access::Step => Self::step,
            Access::Insert => Self::insert,
            Access::Remove => Self::remove,
        };
        (Box::new(Self(scene)), operation)
    }
}

fn on<M: Map<Range: Send> + Send + 'static>(mut map: M, key: u64) -> Box<dyn Perform + Send> {
    // The thread's first access finds out its number.
    map.insert(key);
    let range = map.range();
    Box::new(Scene { map, key, range })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_detector_sees_the_same_operation() {
        for Watched(access, watch) in Watched::all() {
            let mut builder = Builder::new(SIXTEEN, go());
            let key = scene::furnish::<u64, _>(&mut builder, access.state()).unwrap();
            assert!(builder.map.contains_key(&key), "{access:?}");
            let (mut scene, operation) = AnyScene::new(Watched(access, watch));
            operation(&mut scene);
        }
    }
}
