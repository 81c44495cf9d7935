//! `GoMap<u64, u64>` beside hashbrown and std, in one binary and under hashes of their own.
//!
//! Names of groups are those of Go's own benchmarks (runtime/map_benchmark_test.go). Numbers are to
//! be compared within one run only.
//!
//! ```sh
//! cargo bench --bench map
//! cargo bench --bench map -- AccessHit
//! ```

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use std::time::Duration;
use tophash::GoMap;

/// Entries: in one bucket, in the first cache, beyond the second. Between two growths, where a map
/// is neither at its fullest nor at its emptiest.
const SIZES: [u64; 3] = [6, 1 << 10, 1 << 16];

/// What the benchmarks ask of a map of numbers.
trait Map {
    const NAME: &'static str;
    fn new() -> Self;
    fn with_capacity(capacity: usize) -> Self;
    fn get(&self, key: u64) -> Option<u64>;
    fn insert(&mut self, key: u64, value: u64);
    fn remove(&mut self, key: u64) -> Option<u64>;
    fn clear(&mut self);
    fn len(&self) -> usize;
    fn sum(&self) -> u64;
}

macro_rules! map {
    ($($name:literal: $ty:ty;)+) => {$(
        impl Map for $ty {
            const NAME: &'static str = $name;

            fn new() -> Self {
                Self::new()
            }

            fn with_capacity(capacity: usize) -> Self {
                Self::with_capacity(capacity)
            }

            fn get(&self, key: u64) -> Option<u64> {
                self.get(&key).copied()
            }

            fn insert(&mut self, key: u64, value: u64) {
                self.insert(key, value);
            }

            fn remove(&mut self, key: u64) -> Option<u64> {
                self.remove(&key)
            }

            fn clear(&mut self) {
                self.clear();
            }

            fn len(&self) -> usize {
                self.len()
            }

            fn sum(&self) -> u64 {
                self.iter().fold(0, |sum, (key, value)| sum.wrapping_add(key ^ value))
            }
        }
    )+};
}

map! {
    "tophash": GoMap<u64, u64>;
    "hashbrown": hashbrown::HashMap<u64, u64>;
    "std": std::collections::HashMap<u64, u64>;
}

/// The `i`-th key. Distinct, and without an order that a weak hash could keep.
fn key(i: u64) -> u64 {
    i.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn fill<M: Map>(mut map: M, size: u64) -> M {
    for i in 0..size {
        map.insert(key(i), i);
    }
    map
}

fn filled<M: Map>(size: u64) -> M {
    fill(M::new(), size)
}

/// The sum of 0 up to `size`.
fn triangle(size: u64) -> u64 {
    size * (size - 1) / 2
}

fn access<M: Map>(c: &mut Criterion) {
    for size in SIZES {
        let map: M = filled(size);
        let sum = |from: u64| -> u64 {
            (from..from + size).filter_map(|i| map.get(black_box(key(i)))).sum()
        };
        bench::<M>(c, "AccessHit", size, |b| {
            b.iter(|| assert_eq!(sum(0), triangle(size)));
        });
        bench::<M>(c, "AccessMiss", size, |b| b.iter(|| assert_eq!(sum(size), 0)));
    }
}

fn assign<M: Map>(c: &mut Criterion) {
    for size in SIZES {
        let mut map: M = filled(size);
        bench::<M>(c, "AssignExists", size, |b| {
            b.iter(|| (0..size).for_each(|i| map.insert(black_box(key(i)), i)));
        });
        assert_eq!(map.len() as u64, size);
    }
}

fn fills<M: Map>(c: &mut Criterion) {
    for size in SIZES {
        let full = |map: M| assert_eq!(map.len() as u64, size);
        bench::<M>(c, "FillNoHint", size, |b| {
            b.iter(|| full(fill(M::new(), black_box(size))));
        });
        bench::<M>(c, "FillHint", size, |b| {
            b.iter(|| full(fill(M::with_capacity(size as usize), black_box(size))));
        });
    }
}

fn delete<M: Map>(c: &mut Criterion) {
    for size in SIZES {
        bench::<M>(c, "Delete", size, |b| {
            b.iter_batched_ref(
                || filled::<M>(size),
                |map| {
                    let removed = |i| map.remove(black_box(key(i)));
                    assert_eq!((0..size).filter_map(removed).sum::<u64>(), triangle(size));
                },
                BatchSize::LargeInput,
            );
        });
    }
}

fn iter<M: Map>(c: &mut Criterion) {
    for size in SIZES {
        let map: M = filled(size);
        let sum = (0..size).fold(0u64, |sum, i| sum.wrapping_add(key(i) ^ i));
        bench::<M>(c, "Iter", size, |b| b.iter(|| assert_eq!(map.sum(), sum)));
    }
}

fn clear<M: Map>(c: &mut Criterion) {
    for size in SIZES {
        bench::<M>(c, "Clear", size, |b| {
            b.iter_batched_ref(
                || filled::<M>(size),
                |map| {
                    map.clear();
                    assert_eq!(map.len(), 0);
                },
                BatchSize::LargeInput,
            );
        });
    }
}

/// One benchmark, counted by entries.
fn bench<M: Map>(
    c: &mut Criterion,
    group: &str,
    size: u64,
    f: impl FnMut(&mut criterion::Bencher),
) {
    let mut f = f;
    c.benchmark_group(group)
        .throughput(Throughput::Elements(size))
        .bench_function(BenchmarkId::new(M::NAME, size), |b| f(b));
}

/// Each benchmark of all three maps, so that neighbouring numbers were measured close together.
fn all(c: &mut Criterion) {
    macro_rules! each {
        ($($benchmark:ident),+) => {$(
            $benchmark::<GoMap<u64, u64>>(c);
            $benchmark::<hashbrown::HashMap<u64, u64>>(c);
            $benchmark::<std::collections::HashMap<u64, u64>>(c);
        )+};
    }
    each!(access, assign, fills, delete, iter, clear);
}

criterion_group! {
    name = benches;
    // All of it in under two minutes: enough for ratios of a tenth, not for less.
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(100))
        .measurement_time(Duration::from_millis(400))
        .sample_size(20)
        .without_plots();
    targets = all
}
criterion_main!(benches);
