//! Of `runtime/map_test.go`: assigning, looking up and deleting.

use super::{Map, assign_op, empty};
use crate::support::audit;
use std::collections::BTreeSet;
use tophash::go_key;
use tophash::key::{ByteString, Bytes};

/// Go: runtime/map_test.go TestNegativeZero, 1.22.
#[test]
fn negative_zero() {
    for (first, second) in [(0.0, -0.0), (-0.0, 0.0)] {
        let mut m: Map<f64, bool> = empty(1);
        m.insert(first, true);
        m.insert(second, true);
        assert_eq!(m.len(), 1);
        let signs: Vec<f64> = m.iter().map(|(k, _)| 1.0_f64.copysign(*k)).collect();
        assert_eq!(signs, [1.0_f64.copysign(second)], "the key is overwritten too");
    }
}

/// What Go's testMapNan asks of a map with the elems 1, 2 and 4.
fn three_nans(m: &Map<f64, i32>) {
    assert_eq!(m.len(), 3);
    assert!(m.iter().all(|(k, _)| k.is_nan()));
    let elems: BTreeSet<i32> = m.iter().map(|(_, &v)| v).collect();
    assert_eq!(elems, BTreeSet::from([1, 2, 4]));
    assert_eq!(m.get(&f64::NAN), None);
    audit(m);
}

/// Go: runtime/map_test.go TestMapAssignmentNan, 1.22.
#[test]
fn map_assignment_nan() {
    let mut m: Map<f64, i32> = empty(1);
    for elem in [1, 2, 4] {
        assert_eq!(m.insert(f64::NAN, elem), None);
    }
    three_nans(&m);
}

/// Go: runtime/map_test.go TestMapOperatorAssignmentNan, 1.22.
#[test]
fn map_operator_assignment_nan() {
    let mut m: Map<f64, i32> = empty(1);
    for elem in [1, 2, 4] {
        assign_op(&mut m, f64::NAN, |v| v + elem);
    }
    three_nans(&m);
}

/// Go: runtime/map_test.go TestMapOperatorAssignment, 1.22.
///
/// Differs: Go's compiler treats division otherwise than addition, Rust's has nothing to choose.
#[test]
fn map_operator_assignment() {
    let mut m: Map<i64, i64> = empty(1);
    m.insert(0, 12345);
    assign_op(&mut m, 0, |v| v + 67890);
    assign_op(&mut m, 0, |v| v / 123);
    assign_op(&mut m, 0, |v| v % 456);
    assert_eq!(m.get(&0), Some(&((12345 + 67890) / 123 % 456)));
    assert_eq!(m.len(), 1);
}

/// Go: runtime/map_test.go TestMapAppendAssignment, 1.22.
///
/// Differs: a vector grows where it lies, which Go's compiler makes of an append to the elem.
#[test]
fn map_append_assignment() {
    let mut m: Map<i64, Vec<i32>> = empty(1);
    m.insert(0, Vec::new());
    for more in [&[12345][..], &[67890], &[123, 456], &[7, 8, 9, 0]] {
        m.get_mut(&0).expect("an entry").extend(more);
    }
    assert_eq!(m.get(&0), Some(&vec![12345, 67890, 123, 456, 7, 8, 9, 0]));
}

/// Go: runtime/map_test.go TestAlias, 1.22.
///
/// Differs: a map of Go's is a reference, ours is owned. So an assignment moves it: that it is the
/// same map then, a cursor of before shows.
#[test]
fn alias() {
    let mut m: Map<i64, i64> = empty(1);
    m.insert(0, 5);
    let mut cursor = m.range();
    let mut n = m;
    n.insert(0, 6);
    assert_eq!(cursor.next(&n), Some((&0, &6)));
    assert_eq!(cursor.next(&n), None);
}

/// Go: runtime/map_test.go TestBigItems, 1.22.
#[test]
fn big_items() {
    type Big = [Box<str>; 256];
    let mut m: Map<Big, Big> = empty(1);
    let mut key: Big = std::array::from_fn(|_| "foo".into());
    for i in 0..100 {
        key[37] = format!("string{i:02}").into();
        m.insert(key.clone(), key.clone());
    }
    let expected: Vec<String> = (0..100).map(|i| format!("string{i:02}")).collect();
    let mut keys: Vec<&str> = m.iter().map(|(k, _)| &*k[37]).collect();
    let mut elems: Vec<&str> = m.iter().map(|(_, v)| &*v[37]).collect();
    keys.sort_unstable();
    elems.sort_unstable();
    assert_eq!(keys, expected);
    assert_eq!(elems, expected);
    audit(&m);
}

/// Go: runtime/map_test.go TestMapHugeZero, 1.22.
///
/// Differs: a look-up of what is not there is `None`. Go returns a zero elem, and has to have 4,000
/// bytes of it.
#[test]
fn map_huge_zero() {
    let mut m: Map<i64, [u8; 4000]> = empty(1);
    assert_eq!(m.get(&0), None);
    m.insert(0, [7; 4000]);
    assert_eq!(m.get(&1), None);
    assert_eq!(m.get(&0), Some(&[7; 4000]));
}

/// Go: runtime/map_test.go TestEmptyKeyAndValue, 1.22.
#[test]
fn empty_key_and_value() {
    let mut a: Map<i64, ()> = empty(1);
    let mut b: Map<(), i64> = empty(1);
    let mut c: Map<(), ()> = empty(1);
    a.insert(0, ());
    b.insert((), 0);
    b.insert((), 1);
    c.insert((), ());
    assert_eq!((a.len(), b.len(), c.len()), (1, 1, 1));
    assert_eq!((a.get(&0), b.get(&()), c.get(&())), (Some(&()), Some(&1), Some(&())));
    assert_eq!(a.get(&1), None);
    audit(&a);
    audit(&b);
    audit(&c);
}

/// What Go's testMapLookups asks of a map with these entries, and that what is not there is absent.
fn lookups(entries: &[(&str, &str)]) {
    let mut m: Map<Box<str>, Box<str>> = empty(1);
    for &(k, v) in entries {
        m.insert(k.into(), v.into());
    }
    assert_eq!(m.header().b(), 0, "one bucket");
    for (k, v) in &m {
        assert_eq!(m.get(&**k), Some(v));
    }
    for &(k, v) in entries {
        assert_eq!(m.get(k).map(|v| &**v), Some(v));
        // Keys of the same length, of a longer one, with the same beginning.
        for other in [format!("{}z", &k[1..]), format!("{k}z{k}"), format!("{k}z")] {
            assert_eq!(m.get(&*other), None, "{other}");
        }
    }
}

/// Go: runtime/map_test.go TestSingleBucketMapStringKeys_DupLen, 1.22.
///
/// Differs: looks up keys that are not there, too.
#[test]
fn single_bucket_map_string_keys_dup_len() {
    lookups(&[
        ("x", "x1val"),
        ("xx", "x2val"),
        ("foo", "fooval"),
        ("bar", "barval"),
        ("xxxx", "x4val"),
        (&"x".repeat(128), "longval1"),
        (&"y".repeat(128), "longval2"),
    ]);
}

/// Go: runtime/map_test.go TestSingleBucketMapStringKeys_NoDupLen, 1.22.
///
/// Differs: looks up keys that are not there, too.
#[test]
fn single_bucket_map_string_keys_no_dup_len() {
    lookups(&[
        ("x", "x1val"),
        ("xx", "x2val"),
        ("foo", "fooval"),
        ("xxxx", "x4val"),
        ("xxxxx", "x5val"),
        ("xxxxxx", "x6val"),
        (&"x".repeat(128), "longval"),
    ]);
}

/// Go: runtime/map_test.go TestMapStringBytesLookup, 1.22.
///
/// Differs: counts no allocations. Go's compiler has to see that the string it would make of the
/// bytes is not kept; here a look-up takes bytes that it borrows.
#[test]
fn map_string_bytes_lookup() {
    let (one, two) = (format!("1{}", "0".repeat(48)), format!("2{}", "0".repeat(48)));
    let mut buf = one.clone().into_bytes();
    let mut m: Map<ByteString<Box<[u8]>>, i32> = empty(1);
    m.insert(ByteString(one.into_bytes().into()), 1);
    m.insert(ByteString(two.into_bytes().into()), 2);
    assert_eq!(m.get(Bytes::new(&buf)), Some(&1));
    buf[0] = b'2';
    assert_eq!(m.get(Bytes::new(&buf)), Some(&2));
    buf[0] = b'3';
    assert_eq!(m.get(Bytes::new(&buf)), None);
}

fn consecutive(from: usize) -> [i64; 64] {
    std::array::from_fn(|j| (from + j) as i64)
}

/// Go: runtime/map_test.go TestMapLargeKeyNoPointer, 1.22.
///
/// Differs: there is no collector to run in between.
#[test]
fn map_large_key_no_pointer() {
    let mut m: Map<[i64; 64], usize> = empty(1);
    for i in 0..1000 {
        m.insert(consecutive(i), i);
    }
    assert!((0..1000).all(|i| m.get(&consecutive(i)) == Some(&i)));
}

/// Go: runtime/map_test.go TestMapLargeValNoPointer, 1.22.
///
/// Differs: there is no collector to run in between.
#[test]
fn map_large_val_no_pointer() {
    let mut m: Map<usize, [i64; 64]> = empty(1);
    for i in 0..1000 {
        m.insert(i, consecutive(i));
    }
    assert!((0..1000).all(|i| m.get(&i) == Some(&consecutive(i))));
}

go_key! {
    /// A string in a key that is too large for a bucket.
    #[derive(Clone)]
    struct Padded {
        s: Box<str>,
        pad: [u8; 128],
    }
}

fn padded(s: &str) -> Padded {
    Padded { s: s.into(), pad: [0; 128] }
}

/// Go: runtime/map_test.go TestMapKeys, 1.22.
#[test]
fn map_keys() {
    let mut m: Map<Padded, i32> = empty(1);
    m.insert(padded("a"), 1);
    m.insert(padded("b"), 2);
    let keys: BTreeSet<&str> = m.iter().map(|(k, _)| &*k.s).collect();
    assert_eq!(keys, BTreeSet::from(["a", "b"]));
}

/// Go: runtime/map_test.go TestMapValues, 1.22.
#[test]
fn map_values() {
    let mut m: Map<i32, Padded> = empty(1);
    m.insert(1, padded("a"));
    m.insert(2, padded("b"));
    let elems: BTreeSet<&str> = m.iter().map(|(_, v)| &*v.s).collect();
    assert_eq!(elems, BTreeSet::from(["a", "b"]));
}

/// Readers at once, beside each other and beside iterators, after each insert of a map that grows.
///
/// Go: runtime/map_test.go TestConcurrentReadsAfterGrowth, 1.22.
///
/// Differs: the readers check what they read.
#[test]
fn concurrent_reads_after_growth() {
    const READERS: usize = 4;
    for seed in 0..2 {
        let mut m: Map<i32, i32> = empty(seed);
        for step in 0..250 {
            m.insert(step, step);
            let m = &m;
            std::thread::scope(|scope| {
                for _ in 0..READERS {
                    scope.spawn(move || {
                        let mut cursor = m.range();
                        let met = std::iter::from_fn(|| cursor.next(m)).count();
                        assert_eq!(met, m.len());
                    });
                    scope.spawn(move || {
                        assert!((0..=step).all(|key| m.get(&key) == Some(&key)));
                        assert_eq!(m.get(&(step + 1)), None);
                    });
                }
            });
        }
    }
}
