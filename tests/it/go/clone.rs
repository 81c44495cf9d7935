//! Of `maps/maps_test.go`, and of the issues of `maps.Clone`.

use super::issues::{
    DIALECTS, doubling_for_a_deleted_entry, holds, large, maps_of_large_entries, numbered,
    overloaded,
};
use super::{Map, empty};
use crate::support::{audit, go};
use std::collections::BTreeMap;
use tophash::GoMap;

/// Go: maps/maps_test.go TestClone, 1.22.
#[test]
fn clone() {
    let mut m: Map<i32, i32> = empty(1);
    for (k, v) in [(1, 2), (2, 4), (4, 8), (8, 16)] {
        m.insert(k, v);
    }
    let mut c = m.clone();
    c.insert(16, 32);
    holds(&m, &BTreeMap::from([(1, 2), (2, 4), (4, 8), (8, 16)]));
    holds(&c, &BTreeMap::from([(1, 2), (2, 4), (4, 8), (8, 16), (16, 32)]));
    assert_eq!(c.header().hash0(), m.header().hash0(), "the seed is cloned too");
}

/// Go: maps/maps_test.go TestCloneNil, 1.22.
#[test]
fn clone_nil() {
    let m: Map<i32, i32> = GoMap::nil_with_hasher(go());
    assert!(m.clone().is_nil());
}

/// Go: maps/maps_test.go TestCloneWithDelete, 1.22.
#[test]
fn clone_with_delete() {
    let mut m: Map<i32, i32> = empty(1);
    for i in 0..32 {
        m.insert(i, i);
    }
    for i in 8..32 {
        m.remove(&i);
    }
    let entries = (0..8).map(|i| (i, i)).collect();
    holds(&m.clone(), &entries);
}

/// Go: maps/maps_test.go TestCloneWithMapAssign, 1.22.
///
/// Differs: Go's has 25 entries; here all sizes up to 59 are tried, growing or not.
#[test]
fn clone_with_map_assign() {
    for n in 1..60 {
        let mut m: Map<i32, i32> = empty(1);
        for i in 0..n {
            m.insert(i, i);
        }
        let entries = (0..n).map(|i| (i, i)).collect();
        holds(&m.clone(), &entries);
    }
}

/// An update of the original, of a key and an elem that lie outside the bucket, does not reach the
/// clone; nor the other way round.
///
/// Go: maps/maps_test.go TestCloneLarge, 1.22 (golang/go#64474).
#[test]
fn clone_large() {
    for mut m in maps_of_large_entries() {
        let mut c = m.clone();
        let d = c.clone();
        m.insert(large(-0.0), large(1.0));
        c.insert(large(-0.0), large(2.0));
        for m in [&m, &c, &d] {
            audit(m);
        }
        assert!(d.iter().all(|(k, v)| k[0].is_sign_positive() && *v == large(0.0)));
        assert_eq!(m.get(&large(0.0)), Some(&large(1.0)));
        assert_eq!(c.get(&large(0.0)), Some(&large(2.0)));
    }
}

/// Go: test/fixedbugs/issue62203.go, 1.22.
#[test]
fn issue_62203() {
    for dialect in DIALECTS {
        let m = doubling_for_a_deleted_entry(dialect);
        let c = m.clone();
        holds(&c, &numbered(m.len()));
        holds(&m, &numbered(m.len()));
        if !cfg!(tophash_stress) {
            assert_eq!((m.header().b(), c.header().b()), (4, 3), "made for its entries");
        }
    }
}

/// Go: test/fixedbugs/issue69110.go, 1.24.
///
/// Differs: Go keeps the clone in as many buckets as the original has, overloaded too. Here it is
/// made by inserts, and has the buckets that its entries need.
#[test]
fn issue_69110() {
    for m in (0..200).filter_map(overloaded) {
        let entries = m.iter().map(|(&k, &v)| (k, v)).collect();
        holds(&m.clone(), &entries);
        holds(&m, &entries);
    }
}
