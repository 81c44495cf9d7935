//! The maps of Rust that are measured, behind one trait, so that each has its own machine code.

use super::keys::Key;
use super::measure::{Measured, Plan, measure};
use super::workload::{Keys, Workload};
use std::hash::Hash;
use tophash::{GoHash, GoKey, GoMap};

/// What the workloads ask of a map to numbers.
pub(super) trait Map<K> {
    fn with_capacity(capacity: usize) -> Self;
    fn get(&self, key: K) -> Option<u64>;
    fn insert(&mut self, key: K, value: u64);
    fn remove(&mut self, key: K);
    fn clear(&mut self);
    fn len(&self) -> usize;
    /// `add` over all entries, beginning with 0.
    fn fold(&self, add: impl FnMut(u64, K, u64) -> u64) -> u64;
}

macro_rules! map {
    ($($hasher:ty: $ty:ty where $($bound:path),+;)+) => {$(
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
        }
    )+};
}

type Fold = foldhash::fast::RandomState;

map! {
    GoHash: GoMap<K, u64> where GoKey;
    Fold: GoMap<K, u64, Fold> where Hash, Eq;
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
