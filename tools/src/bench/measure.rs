//! The workloads of docs/workloads.md, on any map of Rust.

use super::histogram::Histogram;
use super::keys::{Generator, Key};
use super::map::Map;
use super::workload::Workload;
use serde::{Deserialize, Serialize};
use std::fs;
use std::hint::black_box;
use std::ops::Range;
use std::time::{Duration, Instant};

/// What one process measured.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Measured {
    /// In the workload's unit, one number for each sample.
    pub(super) samples: Vec<f64>,
    /// What the operations came to: the same for every subject.
    pub(super) checksum: u64,
    /// The durations of single operations, of the workloads that have them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) latency: Option<Latency>,
}

/// How often which duration occurred: the least duration of a class, and a number.
pub(super) type Pairs = Vec<(u64, u64)>;

/// The durations of single operations, in nanoseconds.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Latency {
    /// The format's name is from when there were inserts only.
    #[serde(rename = "inserts")]
    pub(super) operations: Pairs,
    /// Those of as many turns of a loop that does nothing but read the clock.
    pub(super) empty: Pairs,
    pub(super) longest_empty: u64,
}

/// How much of a workload to do.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    /// Entries of a map.
    pub(super) size: u64,
    /// Look-ups of a sample, about.
    pub(super) operations: u64,
}

impl Plan {
    /// As many maps as it takes for 512 entries.
    fn maps(self) -> u64 {
        (512 / self.size).max(1)
    }

    /// Entries of all maps.
    fn entries(self) -> u64 {
        self.maps() * self.size
    }

    /// Passes over all entries that come to `total` operations.
    fn passes(self, total: u64) -> u64 {
        (total / self.entries()).max(1)
    }

    /// The keys that the maps are filled with.
    fn stored<K: Key>(self) -> Vec<K> {
        keys(0..self.entries())
    }

    /// `most` keys for each map at the most, from number `begin` on, shuffled map by map; and how
    /// many each map has.
    fn look_ups<K: Key>(self, begin: u64, most: u64) -> (Vec<K>, usize) {
        let each = self.size.min(most) as usize;
        let mut generator = Generator::of_orders();
        let order: Vec<u64> = (0..self.maps())
            .flat_map(|m| {
                let begin = begin + m * self.size;
                let mut order = generator.shuffled(begin..begin + self.size);
                order.truncate(each);
                order
            })
            .collect();
        (K::keys(&order), each)
    }
}

fn keys<K: Key>(numbers: Range<u64>) -> Vec<K> {
    K::keys(&numbers.collect::<Vec<u64>>())
}

/// A timed part of a sample.
#[derive(Default)]
struct Part {
    took: Duration,
    operations: u64,
    sum: u64,
}

impl Part {
    fn add(&mut self, other: Self) {
        self.took += other.took;
        self.operations += other.operations;
        self.sum = self.sum.wrapping_add(other.sum);
    }
}

/// One sample to warm up and three that count.
fn samples(mut sample: impl FnMut() -> Part) -> Measured {
    let mut measured = Measured { samples: Vec::new(), checksum: 0, latency: None };
    for i in 0..4 {
        let Part { took, operations, sum } = sample();
        measured.checksum = measured.checksum.wrapping_add(sum);
        if i > 0 {
            measured.samples.push(took.as_nanos() as f64 / operations as f64);
        }
    }
    measured
}

/// Performs a workload; `None` where this system cannot.
pub(super) fn measure<K: Key, M: Map<K>>(workload: Workload, plan: Plan) -> Option<Measured> {
    Some(match workload {
        Workload::Hit => hit::<K, M>(plan),
        Workload::BatchHit => batch_hit::<K, M>(plan),
        Workload::Dependent => dependent::<K, M>(plan),
        Workload::Miss => miss::<K, M>(plan),
        Workload::Insert => insert::<K, M>(plan, 0),
        Workload::InsertHint => insert::<K, M>(plan, plan.size as usize),
        Workload::BatchInsert => batch_insert::<K, M>(plan),
        Workload::Delete => delete::<K, M>(plan),
        Workload::Churn => churn::<K, M>(plan),
        Workload::Iterate => iterate::<K, M>(plan),
        Workload::Clear => clear::<K, M>(plan),
        Workload::Longest => longest_insert::<K, M>(plan, false),
        Workload::LongestCursor => {
            // Only some maps have cursors.
            M::with_capacity(0).range()?;
            longest_insert::<K, M>(plan, true)
        }
        Workload::LongestDelete => longest_delete::<K, M>(plan),
        Workload::Bytes => return bytes::<K, M>(plan),
    })
}

/// A map grown to hold these keys, without a hint; values are the numbers from `begin` on.
fn fill<K: Key, M: Map<K>>(keys: &[K], begin: u64) -> M {
    let mut map = M::with_capacity(0);
    for (&key, i) in keys.iter().zip(begin..) {
        map.insert(key, i);
    }
    map
}

/// As many filled maps as the plan has, in `maps`.
fn fill_all<K: Key, M: Map<K>>(plan: Plan, stored: &[K], maps: &mut Vec<M>) {
    maps.clear();
    let size = plan.size as usize;
    maps.extend(stored.chunks_exact(size).zip(0..).map(|(keys, m)| fill(keys, m * plan.size)));
}

fn filled<K: Key, M: Map<K>>(plan: Plan) -> Vec<M> {
    let mut maps = Vec::new();
    fill_all(plan, &plan.stored::<K>(), &mut maps);
    maps
}

fn lengths<K, M: Map<K>>(maps: &[M]) -> u64 {
    maps.iter().map(|map| map.len() as u64).sum()
}

fn hit<K: Key, M: Map<K>>(plan: Plan) -> Measured {
    look_up::<K, M>(plan, 0, each_with(|map: &M, key| map.get(key).unwrap_or(0)))
}

fn batch_hit<K: Key, M: Map<K>>(plan: Plan) -> Measured {
    look_up::<K, M>(plan, 0, |map, keys| {
        let mut sum = 0u64;
        map.get_all(keys, |value| sum = sum.wrapping_add(value.unwrap_or(0)));
        sum
    })
}

fn miss<K: Key, M: Map<K>>(plan: Plan) -> Measured {
    let begin = plan.entries();
    look_up::<K, M>(plan, begin, each_with(|map: &M, key| u64::from(map.get(key).is_none())))
}

/// The sum over keys that are looked up one by one.
fn each_with<K: Copy, M>(get: impl Fn(&M, K) -> u64) -> impl Fn(&M, &[K]) -> u64 {
    move |map, keys| keys.iter().fold(0, |sum, &key| sum.wrapping_add(get(map, key)))
}

fn look_up<K: Key, M: Map<K>>(plan: Plan, begin: u64, get: impl Fn(&M, &[K]) -> u64) -> Measured {
    let maps: Vec<M> = filled::<K, M>(plan);
    let (stream, each) = plan.look_ups::<K>(begin, plan.operations);
    let passes = (plan.operations / stream.len() as u64).max(1);
    samples(|| {
        let mut sum = 0u64;
        let began = Instant::now();
        for _ in 0..passes {
            for (map, keys) in black_box(&maps).iter().zip(stream.chunks_exact(each)) {
                sum = sum.wrapping_add(get(map, keys));
            }
        }
        Part { took: began.elapsed(), operations: passes * stream.len() as u64, sum }
    })
}

fn dependent<K: Key, M: Map<K>>(plan: Plan) -> Measured {
    let mut generator = Generator::of_cycles();
    let mut next = vec![0; plan.entries() as usize];
    let mut first = Vec::new();
    for m in 0..plan.maps() {
        let cycle = generator.shuffled(m * plan.size..(m + 1) * plan.size);
        first.push(cycle[0]);
        for (i, &at) in cycle.iter().enumerate() {
            next[at as usize] = cycle[(i + 1) % cycle.len()];
        }
    }
    let stored = plan.stored::<K>();
    let size = plan.size as usize;
    let maps: Vec<M> = stored
        .chunks_exact(size)
        .zip(next.chunks_exact(size))
        .map(|(keys, next)| {
            let mut map = M::with_capacity(0);
            for (&key, &next) in keys.iter().zip(next) {
                map.insert(key, K::link_to(next));
            }
            map
        })
        .collect();
    let links = K::links(plan.entries());
    let steps = (plan.operations / plan.maps()).max(1);
    samples(|| {
        let mut sum = 0u64;
        let began = Instant::now();
        for (map, &first) in black_box(&maps).iter().zip(&first) {
            let mut value = K::link_to(first);
            for _ in 0..steps {
                value = map.get(K::follow(&links, value)).unwrap_or(0);
                sum = sum.wrapping_add(value);
            }
        }
        Part { took: began.elapsed(), operations: steps * plan.maps(), sum }
    })
}

fn insert<K: Key, M: Map<K>>(plan: Plan, hint: usize) -> Measured {
    insert_by(plan, hint, |map: &mut M, keys: &[K], begin| {
        for (&key, i) in keys.iter().zip(begin..) {
            map.insert(key, i);
        }
    })
}

fn batch_insert<K: Key, M: Map<K>>(plan: Plan) -> Measured {
    insert_by(plan, 0, |map: &mut M, keys: &[K], begin| {
        map.insert_all(keys.iter().copied().zip(begin..));
    })
}

fn insert_by<K: Key, M: Map<K>>(
    plan: Plan,
    hint: usize,
    insert: impl Fn(&mut M, &[K], u64),
) -> Measured {
    let stored = plan.stored::<K>();
    let mut maps: Vec<M> = Vec::with_capacity(plan.maps() as usize);
    samples(|| {
        let mut sample = Part::default();
        for _ in 0..plan.passes(plan.operations / 2) {
            maps.clear();
            let began = Instant::now();
            for (keys, m) in stored.chunks_exact(plan.size as usize).zip(0..) {
                let mut map = M::with_capacity(hint);
                insert(&mut map, keys, m * plan.size);
                maps.push(map);
            }
            let took = began.elapsed();
            sample.add(Part { took, operations: plan.entries(), sum: lengths(&maps) });
        }
        sample
    })
}

fn delete<K: Key, M: Map<K>>(plan: Plan) -> Measured {
    let (stream, each) = plan.look_ups::<K>(0, u64::MAX);
    empty::<K, M>(plan, plan.operations / 2, |maps| {
        for (map, keys) in maps.iter_mut().zip(stream.chunks_exact(each)) {
            for &key in keys {
                map.remove(key);
            }
        }
    })
}

fn clear<K: Key, M: Map<K>>(plan: Plan) -> Measured {
    empty::<K, M>(plan, 2 * plan.operations, |maps| maps.iter_mut().for_each(M::clear))
}

/// Measures what empties maps.
fn empty<K: Key, M: Map<K>>(
    plan: Plan,
    operations: u64,
    mut empty: impl FnMut(&mut [M]),
) -> Measured {
    let stored = plan.stored::<K>();
    let mut maps: Vec<M> = Vec::new();
    samples(|| {
        let mut sample = Part::default();
        for _ in 0..plan.passes(operations) {
            fill_all(plan, &stored, &mut maps);
            let before = lengths(&maps);
            let began = Instant::now();
            empty(&mut maps);
            let took = began.elapsed();
            let sum = before - lengths(&maps);
            sample.add(Part { took, operations: plan.entries(), sum });
        }
        sample
    })
}

fn churn<K: Key, M: Map<K>>(plan: Plan) -> Measured {
    let steps = plan.size.max(plan.operations / 2 / plan.maps());
    let each = plan.size + steps;
    let stored = keys::<K>(0..plan.maps() * each);
    // Copies, as the keys that are looked up.
    let gone = keys::<K>(0..plan.maps() * each);
    let size = plan.size as usize;
    samples(|| {
        let mut maps: Vec<M> = stored
            .chunks_exact(each as usize)
            .zip(0..)
            .map(|(keys, m)| fill(&keys[..size], m * each))
            .collect();
        let began = Instant::now();
        for (m, map) in maps.iter_mut().enumerate() {
            let begin = m * each as usize;
            for i in begin..begin + steps as usize {
                map.remove(gone[i]);
                map.insert(stored[i + size], (i + size) as u64);
            }
        }
        let took = began.elapsed();
        let sum = maps.iter().map(|map| map.fold(|sum, _, value| sum.wrapping_add(value)));
        Part { took, operations: steps * plan.maps(), sum: sum.fold(0, u64::wrapping_add) }
    })
}

fn iterate<K: Key, M: Map<K>>(plan: Plan) -> Measured {
    let maps: Vec<M> = filled::<K, M>(plan);
    let passes = plan.passes(2 * plan.operations);
    samples(|| {
        let mut sum = 0u64;
        let began = Instant::now();
        for _ in 0..passes {
            for map in black_box(&maps) {
                sum =
                    sum.wrapping_add(map.fold(|sum, key, value| {
                        sum.wrapping_add(key.weight().wrapping_add(value))
                    }));
            }
        }
        Part { took: began.elapsed(), operations: passes * plan.entries(), sum }
    })
}

/// Keys that warm up the measurement of single operations.
const WARM_UP: usize = 1 << 10;

/// A cursor steps once for so many inserts.
const STEP_EVERY: usize = 16;

fn longest_insert<K: Key, M: Map<K>>(plan: Plan, with_cursor: bool) -> Measured {
    let stored = keys::<K>(0..plan.size);
    single(&stored, |keys, operations| {
        let (mut map, mut cursor) = (M::with_capacity(0), None);
        for (i, &key) in keys.iter().enumerate() {
            if with_cursor && i % STEP_EVERY == 0 {
                // At its end, another one begins.
                cursor = cursor.or_else(|| map.range());
                cursor = cursor.and_then(|mut it| map.step(&mut it).then_some(it));
            }
            let began = Instant::now();
            map.insert(key, i as u64);
            operations.add(began.elapsed());
        }
        map.len() as u64
    })
}

fn longest_delete<K: Key, M: Map<K>>(plan: Plan) -> Measured {
    let stored = keys::<K>(0..plan.size);
    let stream = K::keys(&Generator::of_orders().shuffled(0..plan.size));
    single(&stream, |keys, operations| {
        let mut map: M = fill(&stored, 0);
        let before = map.len() as u64;
        for &key in keys {
            let began = Instant::now();
            map.remove(key);
            operations.add(began.elapsed());
        }
        before - map.len() as u64
    })
}

/// Measures operations one by one, which `perform` does and counts: those of a few keys to warm up,
/// then those of all. Before them come as many turns of a loop that only reads the clock.
fn single<K>(keys: &[K], mut perform: impl FnMut(&[K], &mut Histogram) -> u64) -> Measured {
    let mut both = |keys: &[K]| {
        let (mut operations, mut empty) = (Histogram::new(), Histogram::new());
        for _ in keys {
            let began = Instant::now();
            empty.add(began.elapsed());
        }
        let checksum = perform(keys, &mut operations);
        (operations, empty, checksum)
    };
    both(&keys[..keys.len().min(WARM_UP)]);
    let (operations, empty, checksum) = both(keys);
    Measured {
        samples: vec![operations.longest() as f64],
        checksum,
        latency: Some(Latency {
            operations: operations.pairs(),
            empty: empty.pairs(),
            longest_empty: empty.longest(),
        }),
    }
}

fn bytes<K: Key, M: Map<K>>(plan: Plan) -> Option<Measured> {
    let count = plan.operations.div_ceil(plan.size);
    let stored = keys::<K>(0..count * plan.size);
    let before = resident()?;
    let maps: Vec<M> =
        stored.chunks_exact(plan.size as usize).zip(0..).map(|(keys, m)| fill(keys, m)).collect();
    // Small maps may fit into what the allocator had.
    let bytes = (resident()? - before).max(0.0);
    let entries = lengths(&maps);
    Some(Measured { samples: vec![bytes / entries as f64], checksum: entries, latency: None })
}

/// The bytes of this process's memory that are in use and not a file's; `None` where the kernel is
/// not Linux. `statm` counts too, but each thread's count lags behind.
fn resident() -> Option<f64> {
    let rollup = fs::read_to_string("/proc/self/smaps_rollup").ok()?;
    let line = rollup.lines().find_map(|line| line.strip_prefix("Anonymous:"))?;
    let kilobytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(1024.0 * kilobytes)
}
