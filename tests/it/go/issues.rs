//! Regressions: issues of Go whose tests lie elsewhere.

use super::{Map, assert_growing, empty};
use crate::support::{audit, go};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use tophash::hash::Rand;
use tophash::key::GoKey;
use tophash::{Dialect, GoMap, Growing};

pub(crate) const DIALECTS: [&Dialect; 3] = [Dialect::GO_1_21, Dialect::GO_1_22, Dialect::GO_1_23];

/// A map that becomes empty draws a new seed, so that whoever found keys that collide has to find
/// others.
///
/// Go: golang/go#25237, which has no test.
#[test]
fn issue_25237() {
    for dialect in DIALECTS {
        let mut m: Map<u32, u32> = GoMap::with_source(0, go(), Rand::from_seed(1), dialect);
        let mut seeds = vec![m.header().hash0()];
        for round in 0..4 {
            for i in 0..40 {
                m.insert(i, i);
            }
            for i in 1..40 {
                m.remove(&i);
            }
            m.remove(&99);
            assert_eq!(m.header().hash0(), seeds[round], "an entry is left");
            if round % 2 == 0 {
                m.remove(&0);
            } else {
                m.clear();
            }
            seeds.push(m.header().hash0());
            audit(&m);
        }
        let drawn = seeds.len();
        m.clear();
        m.remove(&0);
        assert_eq!(m.header().hash0(), seeds[drawn - 1], "it was empty already");
        seeds.sort_unstable();
        seeds.dedup();
        assert_eq!(seeds.len(), drawn, "Go {}", dialect.release());
    }
}

/// A clear ends the iterations under way, in the old array of a growth too, where NaNs stand that no
/// look-up leads to.
///
/// Go: test/fixedbugs/issue59411.go, 1.22.
///
/// Differs: that file also clears by reflection, which there is none of here.
#[test]
fn issue_59411() {
    const N: i32 = 13 << 4;
    for seed in 0..100 {
        let mut m: Map<f64, i32> = empty(seed);
        for i in 0..N {
            m.insert(f64::NAN, i);
        }
        assert_growing(&m, Growing::No);
        m.insert(f64::NAN, N);
        assert_growing(&m, Growing::Double);

        let mut cursor = m.range();
        for _ in 0..7 {
            assert!(cursor.next(&m).is_some());
        }
        m.clear();
        assert_eq!(cursor.next(&m), None, "seed {seed}");
        assert_eq!(m.len(), 0);
        audit(&m);
    }
}

/// An iterator stands in an array that the map has left two growths ago, and the map is cleared. A
/// clear does not reach that array, so Go up to 1.23 goes on to return the seven other NaNs there.
///
/// Go: test/fixedbugs/issue70189.go, 1.24.
///
/// Differs: from Go up to 1.23, on purpose. Here, as since the fix of 1.24, what was cleared is not
/// met: an elem that owns something has given it back.
#[test]
fn issue_70189() {
    for dialect in DIALECTS {
        for seed in 0..100 {
            let rand = Rand::from_seed(seed);
            let mut m: Map<f64, i32> = GoMap::with_source(0, go(), rand, dialect);
            for i in 0..8 {
                m.insert(f64::NAN, i);
            }
            let mut cursor = m.range();
            assert!(cursor.next(&m).is_some());
            for i in 0..10 {
                m.insert(f64::from(i), i);
            }
            assert_eq!(m.header().b(), 2, "two growths");
            m.clear();
            assert_eq!(cursor.next(&m), None, "seed {seed}");
        }
    }
}

/// The case of [`issue_70189`] with keys that equal themselves: every release of Go stops, since it
/// looks each of them up in the map.
#[test]
fn issue_70189_does_not_concern_other_keys() {
    for dialect in DIALECTS {
        let mut m: Map<i32, i32> = GoMap::with_source(0, go(), Rand::from_seed(1), dialect);
        for i in 0..8 {
            m.insert(i, i);
        }
        let mut cursor = m.range();
        assert!(cursor.next(&m).is_some());
        for i in 100..110 {
            m.insert(i, i);
        }
        m.clear();
        assert_eq!(cursor.next(&m), None);
    }
}

/// Checks a map that holds these entries and no others: by look-ups, by iteration, by an audit.
pub(crate) fn holds<K, V>(m: &Map<K, V>, entries: &BTreeMap<K, V>)
where
    K: GoKey + Ord + Clone + Debug,
    V: PartialEq + Debug,
{
    audit(m);
    assert_eq!(m.len(), entries.len());
    for (k, v) in entries {
        assert_eq!(m.get(k), Some(v), "{k:?}");
    }
    let mut cursor = m.range();
    let mut met = BTreeSet::new();
    while let Some((k, _)) = cursor.next(m) {
        assert!(met.insert(k.clone()), "{k:?} twice");
    }
    assert!(met.iter().eq(entries.keys()));
}

/// A map that began to double for one entry too many, which has been deleted since: its entries would
/// fit the array that it is leaving.
pub(crate) fn doubling_for_a_deleted_entry(dialect: &'static Dialect) -> Map<Box<str>, ()> {
    let mut m = GoMap::with_source(0, go(), Rand::from_seed(1), dialect);
    while m.header().b() < 4 {
        m.insert(m.len().to_string().into(), ());
    }
    let last = (m.len() - 1).to_string();
    m.remove(&*last);
    assert_growing(&m, Growing::Double);
    m
}

/// The entries of such a map.
pub(crate) fn numbered(entries: usize) -> BTreeMap<Box<str>, ()> {
    (0..entries).map(|i| (i.to_string().into(), ())).collect()
}

/// The map that Go's `maps.Clone` read beyond its end: growing, and larger than its entries need.
///
/// Go: test/fixedbugs/issue62203.go, 1.22.
#[test]
fn issue_62203() {
    for (dialect, full) in DIALECTS.into_iter().zip([48, 52, 52]) {
        let m = doubling_for_a_deleted_entry(dialect);
        assert!(m.len() == full || cfg!(tophash_stress), "{} entries", m.len());
        holds(&m, &numbered(m.len()));
    }
}

/// A key and an elem over 128 bytes, which lie outside their bucket.
pub(crate) type Large = [f64; 17];

pub(crate) fn large(first: f64) -> Large {
    std::array::from_fn(|i| if i == 0 { first } else { 0.0 })
}

/// The maps of the issue: of one bucket, of two, and amid a growth to eight.
pub(crate) fn maps_of_large_entries() -> [Map<Large, Large>; 3] {
    let maps = [1, 1 + 7 + 1, 1 + 7 + 5 + 13 + 1].map(|entries| {
        let mut m = empty(1);
        for i in 0..entries {
            m.insert(large(f64::from(i)), large(0.0));
        }
        m
    });
    assert_eq!(maps.each_ref().map(|m| m.header().b()), [0, 1, 3]);
    assert_growing(&maps[2], Growing::Double);
    maps
}

/// A key outside its bucket is overwritten by an equal one where it lies, for all who share it: a
/// clone of Go's did.
///
/// Go: maps/maps_test.go TestCloneLarge, 1.22 (golang/go#64474).
#[test]
fn issue_64474() {
    for mut m in maps_of_large_entries() {
        let entries = m.len();
        assert_eq!(m.insert(large(-0.0), large(1.0)), Some(large(0.0)));
        assert_eq!(m.len(), entries);
        let changed: Vec<_> = m.iter().filter(|(_, v)| v[0] == 1.0).collect();
        assert_eq!(changed, [(&large(-0.0), &large(1.0))]);
        assert!(changed[0].0[0].is_sign_negative(), "the key too");
        audit(&m);
    }
}

/// A map of four buckets that grows to its own size, and has been given one entry more than four
/// buckets may hold: with this seed, if it comes to that.
pub(crate) fn overloaded(seed: u64) -> Option<Map<i32, i32>> {
    const FULL: i32 = 4 * 13 / 2;
    let mut m: Map<i32, i32> = empty(seed);
    for i in 0..FULL {
        m.insert(i, i);
    }
    let mut i = FULL;
    while m.header().growing() != Growing::Same {
        if i == FULL + 1000 {
            return None;
        }
        m.remove(&(i - FULL));
        m.insert(i, i);
        i += 1;
    }
    m.insert(-1, -1);
    // The insert may have ended the growth, and begun the next.
    (m.header().growing() == Growing::Same && m.len() as i32 > FULL).then_some(m)
}

/// The map of which Go's `maps.Clone` made one with twice the buckets, and read beyond its end.
///
/// Go: test/fixedbugs/issue69110.go, 1.24.
#[test]
fn issue_69110() {
    let mut found = 0;
    for mut m in (0..200).filter_map(overloaded) {
        found += 1;
        assert_eq!(m.header().b(), 2);
        let mut entries: BTreeMap<i32, i32> = m.iter().map(|(&k, &v)| (k, v)).collect();
        assert_eq!(entries.len(), 27);
        holds(&m, &entries);
        // The growth ends, and the one that was due begins.
        for i in -6..-1 {
            m.insert(i, i);
            entries.insert(i, i);
            holds(&m, &entries);
        }
        assert_eq!(m.header().b(), 3);
    }
    assert!(found > 20, "{found} of 200");
}
