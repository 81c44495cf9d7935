//! `GoMap` beside hashbrown and std, in one binary and under hashes of their own: numbers, and strings
//! of 16 bytes, to numbers.
//!
//! Names of groups are those of Go's own benchmarks (runtime/map_benchmark_test.go). Numbers are to
//! be compared within one run only.
//!
//! ```sh
//! cargo bench --bench map
//! cargo bench --bench map -- AccessHit/u64
//! ```

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::hash::Hash;
use std::hint::black_box;
use std::time::Duration;
use tophash::{GoKey, GoMap};

/// Entries: in one bucket, in the first cache, beyond the second, beyond the last.
const SIZES: [usize; 4] = [6, 1 << 10, 1 << 16, 1 << 20];

/// What the benchmarks ask of a map to numbers.
trait Map<K> {
    const NAME: &'static str;
    fn new() -> Self;
    fn with_capacity(capacity: usize) -> Self;
    fn get(&self, key: K) -> Option<u64>;
    fn insert(&mut self, key: K, value: u64);
    fn remove(&mut self, key: K) -> Option<u64>;
    fn clear(&mut self);
    fn len(&self) -> usize;
    fn sum(&self) -> u64;
}

macro_rules! map {
    ($($name:literal: $ty:ty where $($bound:path),+;)+) => {$(
        impl<K: Copy $(+ $bound)+> Map<K> for $ty {
            const NAME: &'static str = $name;

            fn new() -> Self {
                Self::new()
            }

            fn with_capacity(capacity: usize) -> Self {
                Self::with_capacity(capacity)
            }

            fn get(&self, key: K) -> Option<u64> {
                self.get(&key).copied()
            }

            fn insert(&mut self, key: K, value: u64) {
                self.insert(key, value);
            }

            fn remove(&mut self, key: K) -> Option<u64> {
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
                    sum.wrapping_add(*value)
                })
            }
        }
    )+};
}

map! {
    "tophash": GoMap<K, u64> where GoKey;
    "hashbrown": hashbrown::HashMap<K, u64> where Hash, Eq;
    "std": std::collections::HashMap<K, u64> where Hash, Eq;
}

/// A type of keys, the `i`-th of which is distinct and in no order that a weak hash could keep.
trait Key: Copy + 'static {
    const NAME: &'static str;
    fn nth(i: u64) -> Self;
}

fn scattered(i: u64) -> u64 {
    i.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

impl Key for u64 {
    const NAME: &'static str = "u64";

    fn nth(i: u64) -> u64 {
        scattered(i)
    }
}

impl Key for &'static str {
    const NAME: &'static str = "str";

    fn nth(i: u64) -> &'static str {
        format!("{:016x}", scattered(i)).leak()
    }
}

/// As many keys that are in the map, and that are not.
struct Keys<K> {
    present: Vec<K>,
    absent: Vec<K>,
}

impl<K: Key> Keys<K> {
    fn new(size: usize) -> Self {
        let all: Vec<K> = (0..2 * size as u64).map(K::nth).collect();
        Self { present: all[..size].to_vec(), absent: all[size..].to_vec() }
    }

    fn len(&self) -> usize {
        self.present.len()
    }

    /// The sum of the values.
    fn sum(&self) -> u64 {
        (0..self.len() as u64).sum()
    }

    fn fill<M: Map<K>>(&self, mut map: M) -> M {
        for (&key, i) in self.present.iter().zip(0..) {
            map.insert(black_box(key), i);
        }
        map
    }
}

fn access<K: Key, M: Map<K>>(c: &mut Criterion, keys: &Keys<K>) {
    let map: M = keys.fill(M::new());
    let sum = |keys: &[K]| -> u64 { keys.iter().filter_map(|&k| map.get(black_box(k))).sum() };
    bench::<K, M>(c, "AccessHit", keys.len(), |b| {
        b.iter(|| assert_eq!(sum(&keys.present), keys.sum()));
    });
    bench::<K, M>(c, "AccessMiss", keys.len(), |b| b.iter(|| assert_eq!(sum(&keys.absent), 0)));
}

fn assign<K: Key, M: Map<K>>(c: &mut Criterion, keys: &Keys<K>) {
    let mut map: M = keys.fill(M::new());
    bench::<K, M>(c, "AssignExists", keys.len(), |b| {
        b.iter(|| keys.present.iter().for_each(|&key| map.insert(black_box(key), 1)));
    });
    assert_eq!(map.len(), keys.len());
}

fn fills<K: Key, M: Map<K>>(c: &mut Criterion, keys: &Keys<K>) {
    let full = |map: M| assert_eq!(map.len(), keys.len());
    bench::<K, M>(c, "FillNoHint", keys.len(), |b| b.iter(|| full(keys.fill(M::new()))));
    bench::<K, M>(c, "FillHint", keys.len(), |b| {
        b.iter(|| full(keys.fill(M::with_capacity(keys.len()))));
    });
}

fn delete<K: Key, M: Map<K>>(c: &mut Criterion, keys: &Keys<K>) {
    bench::<K, M>(c, "Delete", keys.len(), |b| {
        b.iter_batched_ref(
            || keys.fill(M::new()),
            |map| {
                let removed = keys.present.iter().filter_map(|&key| map.remove(black_box(key)));
                assert_eq!(removed.sum::<u64>(), keys.sum());
            },
            BatchSize::LargeInput,
        );
    });
}

fn iter<K: Key, M: Map<K>>(c: &mut Criterion, keys: &Keys<K>) {
    let map: M = keys.fill(M::new());
    bench::<K, M>(c, "Iter", keys.len(), |b| b.iter(|| assert_eq!(map.sum(), keys.sum())));
}

fn clear<K: Key, M: Map<K>>(c: &mut Criterion, keys: &Keys<K>) {
    bench::<K, M>(c, "Clear", keys.len(), |b| {
        b.iter_batched_ref(
            || keys.fill(M::new()),
            |map| {
                map.clear();
                assert_eq!(map.len(), 0);
            },
            BatchSize::LargeInput,
        );
    });
}

/// One benchmark, counted by entries.
fn bench<K: Key, M: Map<K>>(
    c: &mut Criterion,
    group: &str,
    size: usize,
    f: impl FnMut(&mut criterion::Bencher),
) {
    let mut f = f;
    c.benchmark_group(format!("{group}/{}", K::NAME))
        .throughput(Throughput::Elements(size as u64))
        .bench_function(BenchmarkId::new(M::NAME, size), |b| f(b));
}

/// Each benchmark of all three maps, so that neighbouring numbers were measured close together.
fn of_keys<K: Key + GoKey + Hash + Eq>(c: &mut Criterion) {
    for keys in SIZES.map(Keys::<K>::new) {
        macro_rules! each {
            ($($benchmark:ident),+) => {$(
                $benchmark::<K, GoMap<K, u64>>(c, &keys);
                $benchmark::<K, hashbrown::HashMap<K, u64>>(c, &keys);
                $benchmark::<K, std::collections::HashMap<K, u64>>(c, &keys);
            )+};
        }
        each!(access, assign, fills, delete, iter, clear);
    }
}

fn all(c: &mut Criterion) {
    of_keys::<u64>(c);
    of_keys::<&'static str>(c);
}

criterion_group! {
    name = benches;
    // All of it in some minutes: enough for ratios of a tenth, not for less.
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(100))
        .measurement_time(Duration::from_millis(400))
        .sample_size(10)
        .without_plots();
    targets = all
}
criterion_main!(benches);
