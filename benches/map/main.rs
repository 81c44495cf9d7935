//! `GoMap` beside hashbrown and std, in one binary and under hashes of their own; and `GoMap` under
//! hashbrown's hash.
//!
//! Groups, types and lengths are those of Go's own benchmarks (runtime/map_benchmark_test.go, 1.24),
//! and so are the names: `AccessHit/Key=int64/Elem=int64/len=64`. Numbers are to be compared within
//! one run only.
//!
//! ```sh
//! cargo bench --bench map -- AccessHit/Key=int64
//! cargo bench --bench map -- 'Key=string.*len=65536/(tophash|hashbrown)$'
//! cargo test --bench map                         # each once, for its assertions
//! ```

mod maps;
mod values;

use criterion::{
    BatchSize, Bencher, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main,
};
use maps::{Map, each_map};
use std::cell::LazyCell;
use std::env;
use std::hash::Hash;
use std::hint::black_box;
use std::time::{Duration, Instant};
use tophash::{GoKey, GoMap};
use values::Value;

/// Entries, among Go's: in one bucket, in the caches one after the other, beyond the last.
const LENGTHS: [usize; 6] = [6, 64, 512, 1 << 12, 1 << 16, 1 << 20];

/// Those of a run that only looks whether the assertions hold: one bucket; several, and a growth.
const TRIED: [usize; 2] = [6, 64];

/// Bytes of keys and elems beyond which a length is left out. Go's benchmarks take a GiB, and have
/// one map at a time.
const LARGEST: usize = 64 << 20;

/// From so many bytes on there is one map at a time, where a benchmark uses up its map.
const BATCHED: usize = 1 << 20;

/// To pop every entry takes time in proportion to the square of the entries: each search for a first
/// entry begins in a part of the map that is empty by now.
const LONGEST_POP: usize = 1 << 12;

/// What a map is filled with, and keys that it does not have.
struct Entries<K, V> {
    present: Vec<(K, V)>,
    absent: Vec<K>,
}

impl<K: Value, V: Value> Entries<K, V> {
    fn new(len: usize) -> Self {
        let len = len as u32;
        Self {
            present: (0..len).map(|i| (K::nth(i), V::nth(i))).collect(),
            absent: (len..2 * len).map(K::nth).collect(),
        }
    }

    fn len(&self) -> usize {
        self.present.len()
    }

    /// The sum of the values' numbers.
    fn sum(&self) -> u64 {
        sum(self.present.iter().map(|(_, value)| value))
    }

    fn fill<M: Map<K, V>>(&self, mut map: M) -> M {
        for &(key, value) in &self.present {
            map.insert(black_box(key), value);
        }
        map
    }

    fn filled<M: Map<K, V>>(&self) -> M {
        self.fill(M::with_capacity(0))
    }

    /// Measures what uses up a map.
    fn emptying<M: Map<K, V>>(&self, b: &mut Bencher, empty: impl Fn(&mut M)) {
        let bytes = self.len() * (size_of::<K>() + size_of::<V>());
        let batch = if bytes < BATCHED { BatchSize::LargeInput } else { BatchSize::PerIteration };
        b.iter_batched_ref(
            || self.filled::<M>(),
            |map| {
                empty(map);
                assert_eq!(map.len(), 0);
            },
            batch,
        );
    }
}

fn sum<'a, V: Value>(values: impl Iterator<Item = &'a V>) -> u64 {
    values.fold(0, |sum, value| sum.wrapping_add(value.number()))
}

/// The benchmarks of one map. What they need is made when the first of them is chosen.
fn of_map<K: Value, V: Value, M: Map<K, V>>(
    c: &mut Criterion,
    len: usize,
    entries: &LazyCell<Entries<K, V>, impl FnOnce() -> Entries<K, V>>,
) {
    let mut bench = |group: &str, f: &mut dyn FnMut(&mut Bencher)| {
        c.benchmark_group(format!("{group}/Key={}/Elem={}/len={len}", K::NAME, V::NAME))
            .throughput(Throughput::Elements(len as u64))
            .bench_function(BenchmarkId::from_parameter(M::NAME), f);
    };
    let filled: LazyCell<M, _> = LazyCell::new(|| entries.filled());
    bench("AccessHit", &mut |b| {
        let (map, expected) = (&*filled, entries.sum());
        b.iter(|| {
            let found = entries.present.iter().filter_map(|(key, _)| map.get(black_box(key)));
            assert_eq!(sum(found), expected);
        });
    });
    bench("AccessMiss", &mut |b| {
        let map = &*filled;
        b.iter(|| {
            let found = entries.absent.iter().filter_map(|key| map.get(black_box(key)));
            assert_eq!(found.count(), 0);
        });
    });
    bench("Iter", &mut |b| {
        let (map, expected) = (&*filled, entries.sum());
        b.iter(|| assert_eq!(map.sum(), expected));
    });
    drop(filled);
    bench("AssignExists", &mut |b| {
        let mut map: M = entries.filled();
        let other = V::nth(len as u32);
        b.iter(|| {
            for (key, _) in &entries.present {
                map.insert(black_box(*key), other);
            }
        });
        assert_eq!(map.len(), len);
        assert_eq!(map.sum(), other.number().wrapping_mul(len as u64));
    });
    bench("FillNoHint", &mut |b| b.iter(|| assert_eq!(entries.filled::<M>().len(), len)));
    bench("FillHint", &mut |b| {
        b.iter(|| assert_eq!(entries.fill(M::with_capacity(len)).len(), len));
    });
    bench("GrowLatency", &mut |b| b.iter_custom(|times| grow_latency::<K, V, M>(entries, times)));
    bench("Clear", &mut |b| entries.emptying(b, M::clear));
    bench("Delete", &mut |b| {
        let expected = entries.sum();
        entries.emptying(b, |map: &mut M| {
            let removed = entries.present.iter().filter_map(|(key, _)| map.remove(black_box(key)));
            assert_eq!(
                removed.fold(0, |sum: u64, value| sum.wrapping_add(value.number())),
                expected
            );
        });
    });
    if len <= LONGEST_POP {
        bench("Pop", &mut |b| {
            let expected = entries.sum();
            entries.emptying(b, |map: &mut M| {
                let mut sum = 0u64;
                while let Some(value) = map.pop() {
                    sum = sum.wrapping_add(value.number());
                }
                assert_eq!(sum, expected);
            });
        });
    }
    bench("IterLowLoad", &mut |b| {
        let (key, value) = entries.present[0];
        let mut map = M::with_capacity(len);
        map.insert(key, value);
        b.iter(|| assert_eq!(map.sum(), value.number()));
    });
}

/// The longest of the inserts by which a map grows, added up over so many maps. Its distribution is
/// what `tophash bench --only longest` shows.
fn grow_latency<K: Value, V: Value, M: Map<K, V>>(entries: &Entries<K, V>, times: u64) -> Duration {
    let longest_of_one = |_| {
        let mut map = M::with_capacity(0);
        let took = |&(key, value): &(K, V)| {
            let began = Instant::now();
            map.insert(black_box(key), value);
            began.elapsed()
        };
        let longest = entries.present.iter().map(took).max();
        assert_eq!(map.len(), entries.len());
        longest.unwrap_or_default()
    };
    (0..times).map(longest_of_one).sum()
}

/// All maps of these types, so that neighbouring numbers were measured close together.
fn of_types<K: Value + GoKey + Hash + Eq, V: Value>(c: &mut Criterion) {
    // As cargo says it to benchmarks, and criterion takes it.
    let measured = env::args().any(|it| it == "--bench") && env::args().all(|it| it != "--test");
    let lengths: &[usize] = if measured { &LENGTHS } else { &TRIED };
    for &len in lengths {
        if len * (size_of::<K>() + size_of::<V>()) <= LARGEST {
            let entries = LazyCell::new(|| Entries::<K, V>::new(len));
            each_map!(of_map::<K, V>(c, len, &entries));
        }
    }
}

/// Go's matrix.
fn all(c: &mut Criterion) {
    of_types::<i32, i32>(c);
    of_types::<i64, i64>(c);
    of_types::<&'static str, &'static str>(c);
    of_types::<[u8; 16], i32>(c);
    of_types::<[u8; 512], i32>(c);
    of_types::<[u8; 4096], i32>(c);
    of_types::<[u8; 4096], [u8; 4096]>(c);
    of_types::<i32, [u8; 4096]>(c);
    of_types::<*const i32, i32>(c);
    of_types::<i32, *const i32>(c);
}

criterion_group! {
    name = benches;
    // Enough for ratios of a tenth, not for less; all of it takes most of an hour.
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(100))
        .measurement_time(Duration::from_millis(400))
        .sample_size(10)
        .without_plots();
    targets = all
}
criterion_main!(benches);
