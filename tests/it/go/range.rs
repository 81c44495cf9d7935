//! Of `runtime/map_test.go`: iterating, while the map changes.

use super::{Map, assert_growing, assign_op, empty};
use crate::support::audit;
use std::collections::{BTreeMap, BTreeSet};
use tophash::{Growing, go_key};

/// The keys, in the order of one iteration.
fn order(m: &Map<i64, bool>) -> Vec<i64> {
    let mut cursor = m.range();
    std::iter::from_fn(|| cursor.next(m)).map(|(&k, _)| k).collect()
}

/// Go: runtime/map_test.go TestGrowWithNaN, 1.22.
#[test]
fn grow_with_nan() {
    for seed in 0..50 {
        let mut m: Map<f64, i32> = empty(seed);
        m.insert(f64::NAN, 1);
        m.insert(f64::NAN, 2);
        assign_op(&mut m, f64::NAN, |v| v + 4);
        let mut nans = BTreeSet::new();
        let mut cursor = m.range();
        let mut grown = false;
        while let Some((&k, &v)) = cursor.next(&m) {
            if !grown {
                for i in 0..50 {
                    m.insert(f64::from(i), i);
                }
                (50..100).for_each(|i| assign_op(&mut m, f64::from(i), |v| v + i));
                grown = true;
            }
            assert!(!k.is_nan() || nans.insert(v), "seed {seed}: {v} twice");
        }
        assert_eq!(nans, BTreeSet::from([1, 2, 4]), "seed {seed}");
        audit(&m);
    }
}

go_key! {
    /// Go: `FloatInt` of runtime/map_test.go, 1.22.
    #[derive(Clone, Copy)]
    struct FloatInt {
        x: f64,
        y: i64,
    }
}

/// Entries are overwritten with a key that is equal and looks different, under an iterator: it
/// returns what it has not returned yet with the new key and the new elem.
///
/// Go: runtime/map_test.go TestGrowWithNegativeZero, 1.22.
#[test]
fn grow_with_negative_zero() {
    for seed in 0..50 {
        let mut m: Map<FloatInt, i32> = empty(seed);
        for y in 0..4 {
            m.insert(FloatInt { x: 0.0, y }, 1 << y);
        }
        let mut met = BTreeMap::new();
        let mut cursor = m.range();
        while let Some((&k, &v)) = cursor.next(&m) {
            if v == 0 {
                continue; // one of those that make the map grow
            }
            let renewed = k.x.is_sign_negative();
            assert_eq!(renewed, v & 16 != 0, "seed {seed}: key and elem of two times");
            if met.is_empty() {
                for y in 0..100 {
                    m.insert(FloatInt { x: 3.0, y }, 0);
                }
                for y in 0..4 {
                    m.insert(FloatInt { x: -0.0, y }, 1 << y | 16);
                }
            }
            assert_eq!(met.insert(v & 15, renewed), None, "seed {seed}");
        }
        assert_eq!(met.keys().sum::<i32>(), 15, "seed {seed}");
        assert_eq!(met.len(), 4, "seed {seed}");
        assert_eq!(met.values().filter(|renewed| **renewed).count(), 3, "seed {seed}");
    }
}

/// Go: runtime/map_test.go TestIterGrowAndDelete, 1.22.
#[test]
fn iter_grow_and_delete() {
    for seed in 0..5 {
        let mut m: Map<i32, i32> = empty(seed);
        for i in 0..100 {
            m.insert(i, i);
        }
        let mut cursor = m.range();
        assert!(cursor.next(&m).is_some());
        for i in 100..1000 {
            m.insert(i, i);
        }
        for i in (1..1000).step_by(2) {
            m.remove(&i);
        }
        while let Some((&k, _)) = cursor.next(&m) {
            assert_eq!(k % 2, 0, "seed {seed}: {k} was deleted");
        }
    }
}

/// Go: runtime/map_test.go TestIterGrowWithGC, 1.22.
///
/// Differs: there is no collector to run. What frees the outgrown array is the map's next
/// operations; so the last of them come after the growth.
#[test]
fn iter_grow_with_gc() {
    for seed in 0..5 {
        let mut m: Map<i32, i32> = empty(seed);
        (0..16).for_each(|i| assign_op(&mut m, i, |v| v + i));
        let mut met = BTreeSet::new();
        let mut cursor = m.range();
        while let Some((&k, _)) = cursor.next(&m) {
            if met.is_empty() {
                for i in 100..1000 {
                    m.insert(i, i);
                }
                for _ in 0..1000 {
                    m.remove(&-1);
                }
                assert_growing(&m, Growing::No);
            }
            assert!(met.insert(k), "seed {seed}: {k} twice");
        }
        assert!((0..16).all(|k| met.contains(&k)), "seed {seed}: {met:?}");
        drop(cursor);
        m.remove(&-1);
        let bytes = m.retired().bytes;
        assert!(bytes == 0 || cfg!(tophash_stress), "{bytes} bytes, and no iterator needs them");
    }
}

/// An iteration that begins in the middle of a growth, over NaNs, and during which the growth ends.
///
/// Go: runtime/map_test.go TestMapNanGrowIterator, 1.22.
#[test]
fn map_nan_grow_iterator() {
    const BUCKETS: i32 = 16;
    const KEYS: i32 = BUCKETS * 13 / 2;
    for seed in 0..20 {
        let mut m: Map<f64, i32> = empty(seed);
        for i in 0..KEYS {
            m.insert(f64::NAN, i);
        }
        assert_growing(&m, Growing::No);
        m.insert(1.0, 1);
        m.remove(&1.0);
        assert_growing(&m, Growing::Double);

        let mut met = BTreeSet::new();
        let mut cursor = m.range();
        while let Some((_, &v)) = cursor.next(&m) {
            assert!(met.insert(v), "seed {seed}: {v} twice");
            if met.len() == KEYS as usize / 2 {
                for _ in 0..BUCKETS {
                    m.remove(&1.0);
                }
                assert_growing(&m, Growing::No);
            }
        }
        assert_eq!(met, (0..KEYS).collect(), "seed {seed}");
    }
}

/// Go: runtime/map_test.go TestMapIterOrder, 1.22.
#[test]
fn map_iter_order() {
    for n in [3, 7, 9, 15] {
        for seed in 0..100 {
            let mut m: Map<i64, bool> = empty(seed);
            for i in 0..n {
                m.insert(i, true);
            }
            let first = order(&m);
            assert!((0..100).any(|_| order(&m) != first), "{n} entries, always {first:?}");
        }
    }
}

/// Go: runtime/map_test.go TestMapSparseIterOrder, 1.22.
#[test]
fn map_sparse_iter_order() {
    for seed in 0..4 {
        let mut m: Map<i64, bool> = empty(seed);
        for i in 0..1000 {
            m.insert(i, true);
        }
        for i in 20..1000 {
            m.remove(&i);
        }
        let first = order(&m);
        assert_eq!(first.len(), 20);
        assert!((0..800).any(|_| order(&m) != first), "always {first:?}");
    }
}
