//! The maps, behind one trait.

use super::values::Value;
use std::hash::Hash;
use std::hint::black_box;
use tophash::{GoKey, GoMap};

/// What the benchmarks ask of a map.
pub(crate) trait Map<K, V> {
    const NAME: &'static str;
    fn with_capacity(capacity: usize) -> Self;
    fn get(&self, key: &K) -> Option<&V>;
    fn insert(&mut self, key: K, value: V);
    fn remove(&mut self, key: &K) -> Option<V>;
    /// Removes the first entry of an iteration.
    fn pop(&mut self) -> Option<V>;
    fn clear(&mut self);
    fn len(&self) -> usize;
    /// The sum of the values' numbers.
    fn sum(&self) -> u64;
}

macro_rules! map {
    ($($name:literal: $ty:ty where $($bound:path),+;)+) => {$(
        impl<K: Copy $(+ $bound)+, V: Value> Map<K, V> for $ty {
            const NAME: &'static str = $name;

            fn with_capacity(capacity: usize) -> Self {
                Self::with_capacity_and_hasher(capacity, Default::default())
            }

            fn get(&self, key: &K) -> Option<&V> {
                self.get(key)
            }

            fn insert(&mut self, key: K, value: V) {
                self.insert(key, value);
            }

            fn remove(&mut self, key: &K) -> Option<V> {
                self.remove(key)
            }

            fn pop(&mut self) -> Option<V> {
                let key = *self.iter().next()?.0;
                self.remove(&key)
            }

            fn clear(&mut self) {
                self.clear();
            }

            fn len(&self) -> usize {
                self.len()
            }

            fn sum(&self) -> u64 {
                self.iter().fold(0, |sum, (key, value)| {
                    black_box(key);
                    sum.wrapping_add(value.number())
                })
            }
        }
    )+};
}

type Fold = foldhash::fast::RandomState;

map! {
    "tophash": GoMap<K, V> where GoKey;
    "tophash+foldhash": GoMap<K, V, Fold> where Hash, Eq;
    "hashbrown": hashbrown::HashMap<K, V> where Hash, Eq;
    "std": std::collections::HashMap<K, V> where Hash, Eq;
}

/// Calls a function for each map in turn.
macro_rules! each_map {
    ($function:ident::<$k:ty, $v:ty>($($argument:expr),*)) => {
        $function::<$k, $v, GoMap<$k, $v>>($($argument),*);
        $function::<$k, $v, GoMap<$k, $v, foldhash::fast::RandomState>>($($argument),*);
        $function::<$k, $v, hashbrown::HashMap<$k, $v>>($($argument),*);
        $function::<$k, $v, std::collections::HashMap<$k, $v>>($($argument),*);
    };
}
pub(crate) use each_map;
