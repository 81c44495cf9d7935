//! The maps of Rust that are measured, behind one trait, so that each has its own machine code.

use super::keys::Key;
use super::measure::{Measured, Plan, measure};
use super::pauses::{Phase, phases};
use super::workload::{Keys, Workload};
use std::hash::Hash;
use tophash::{Cursor, GoHash, GoKey, GoMap};

/// What an operation did beside its own work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    /// It began a growth.
    Growth,
    /// It gave back a part of an array that the map had outgrown.
    GivesBack,
    /// Neither, or the map does not tell.
    Other,
}

/// What the workloads ask of a map to numbers.
pub(super) trait Map<K> {
    fn with_capacity(capacity: usize) -> Self;
    fn get(&self, key: K) -> Option<u64>;
    fn insert(&mut self, key: K, value: u64);
    fn remove(&mut self, key: K);
    fn clear(&mut self);
    fn len(&self) -> usize;

    /// Looks up many keys, by maps that have a way of their own for it.
    #[inline]
    fn get_all(&self, keys: &[K], mut each: impl FnMut(Option<u64>))
    where
        K: Copy,
    {
        keys.iter().for_each(|&key| each(self.get(key)));
    }

    /// Inserts many entries, likewise.
    #[inline]
    fn insert_all(&mut self, entries: impl Iterator<Item = (K, u64)>) {
        entries.for_each(|(key, value)| self.insert(key, value));
    }

    /// `add` over all entries, beginning with 0.
    fn fold(&self, add: impl FnMut(u64, K, u64) -> u64) -> u64;

    /// What the last operation did, of maps that tell: as far as `before` can say, which is the
    /// size of the map's array before it.
    fn deed(&self, _before: u8) -> Deed {
        Deed::Other
    }

    /// The logarithm of the size of the map's array, of maps that tell.
    fn b(&self) -> u8 {
        0
    }

    /// An iterator that does not borrow the map, of maps that have one.
    fn range(&self) -> Option<Cursor> {
        None
    }

    /// Moves it on; false at its end.
    fn step(&self, cursor: &mut Cursor) -> bool {
        unreachable!("{cursor:?} is of another map")
    }
}

macro_rules! map {
    ($($hasher:ty: $ty:ty where $($bound:path),+ $(=> $cursors:ident)?;)+) => {$(
        impl<K: Copy $(+ $bound)+> Map<K> for $ty {
            #[inline]
            fn with_capacity(capacity: usize) -> Self {
                Self::with_capacity_and_hasher(capacity, <$hasher>::default())
            }

            #[inline]
            fn get(&self, key: K) -> Option<u64> {
                self.get(&key).copied()
            }

            #[inline]
            fn insert(&mut self, key: K, value: u64) {
                self.insert(key, value);
            }

            #[inline]
            fn remove(&mut self, key: K) {
                self.remove(&key);
            }

            #[inline]
            fn clear(&mut self) {
                self.clear();
            }

            #[inline]
            fn len(&self) -> usize {
                self.len()
            }

            #[inline]
            fn fold(&self, mut add: impl FnMut(u64, K, u64) -> u64) -> u64 {
                self.iter().fold(0, |sum, (key, value)| add(sum, *key, *value))
            }

            $($cursors!();)?
        }
    )+};
}

macro_rules! cursors {
    () => {
        #[inline]
        fn get_all(&self, keys: &[K], mut each: impl FnMut(Option<u64>)) {
            self.get_batch(keys).for_each(|value| each(value.copied()));
        }

        #[inline]
        fn insert_all(&mut self, entries: impl Iterator<Item = (K, u64)>) {
            self.insert_batch(entries);
        }

        fn range(&self) -> Option<Cursor> {
            Some(self.range())
        }

        fn deed(&self, before: u8) -> Deed {
            match self.header().b() != before {
                true => Deed::Growth,
                false if self.retired().bytes > 0 => Deed::GivesBack,
                false => Deed::Other,
            }
        }

        fn b(&self) -> u8 {
            self.header().b()
        }

        fn step(&self, cursor: &mut Cursor) -> bool {
            cursor.next(self).is_some()
        }
    };
}

type Fold = foldhash::fast::RandomState;

map! {
    GoHash: GoMap<K, u64> where GoKey => cursors;
    Fold: GoMap<K, u64, Fold> where Hash, Eq, GoKey => cursors;
    hashbrown::DefaultHashBuilder: hashbrown::HashMap<K, u64> where Hash, Eq;
    std::hash::RandomState: std::collections::HashMap<K, u64> where Hash, Eq;
}

/// A map of Rust.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    Tophash,
    TophashFoldhash,
    Hashbrown,
    Std,
}

impl Subject {
    /// All of them, in the order of the tables.
    pub(super) const ALL: [Self; 4] =
        [Self::Tophash, Self::TophashFoldhash, Self::Hashbrown, Self::Std];

    /// What it is called in tables and arguments.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Tophash => "tophash",
            Self::TophashFoldhash => "tophash+foldhash",
            Self::Hashbrown => "hashbrown",
            Self::Std => "std",
        }
    }

    /// Asks of single operations on this map what they waited for.
    pub(super) fn pauses(self, entries: u64) -> [Phase; 2] {
        match self {
            Self::Tophash => phases::<GoMap<u64, u64>>(entries),
            Self::TophashFoldhash => phases::<GoMap<u64, u64, Fold>>(entries),
            Self::Hashbrown => phases::<hashbrown::HashMap<u64, u64>>(entries),
            Self::Std => phases::<std::collections::HashMap<u64, u64>>(entries),
        }
    }

    /// Performs a workload in this process; `None` if this subject has no such workload here.
    pub(super) fn measure(self, workload: Workload, keys: Keys, plan: Plan) -> Option<Measured> {
        match keys {
            Keys::U64 => self.measure_with::<u64>(workload, plan),
            Keys::Str => self.measure_with::<&'static str>(workload, plan),
        }
    }

    fn measure_with<K: Key + GoKey + Hash + Eq>(
        self,
        workload: Workload,
        plan: Plan,
    ) -> Option<Measured> {
        match self {
            Self::Tophash => measure::<K, GoMap<K, u64>>(workload, plan),
            Self::TophashFoldhash => measure::<K, GoMap<K, u64, Fold>>(workload, plan),
            Self::Hashbrown => measure::<K, hashbrown::HashMap<K, u64>>(workload, plan),
            Self::Std => measure::<K, std::collections::HashMap<K, u64>>(workload, plan),
        }
    }
}
