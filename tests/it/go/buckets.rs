//! Of `runtime/map_test.go`: how many buckets there are, and what their memory holds.

use super::{Map, assign_op, empty};
use crate::support::{audit, go};
use tophash::hash::Rand;
use tophash::image::{Cells, Hex, MapImage};
use tophash::{Dialect, GoMap, Hmap};

/// Go: runtime/map_test.go TestHmapSize, 1.22.
///
/// Differs: of 64-bit processors only, as all of this is.
#[test]
fn hmap_size() {
    assert_eq!(size_of::<Hmap>(), 8 + 5 * size_of::<usize>());
}

fn with_hint<K, V>(hint: i64, dialect: &'static Dialect) -> Map<K, V>
where
    K: tophash::GoKey,
{
    GoMap::with_source(hint, go(), Rand::from_seed(1), dialect)
}

/// Go: runtime/map_test.go TestIgnoreBogusMapHint, 1.22.
#[test]
fn ignore_bogus_map_hint() {
    for hint in [-1, 1 << 62] {
        let mut m: Map<i64, i64> = with_hint(hint, Dialect::LATEST);
        m.insert(1, 2);
        assert_eq!((m.header().b(), m.get(&1)), (0, Some(&2)));
    }
}

/// Buckets in memory; 0 where Go's `buckets` is nil.
fn regular(m: &Map<i64, i64>) -> usize {
    MapImage::of(m, &Hex, &Hex).regular
}

/// Go: runtime/map_test.go TestMapBuckets, 1.22: its subtests mapliteral, nohint, makemap and
/// makemap64.
///
/// Differs: a map of ours is one that escapes. That of a non-escaping one lie on the stack is the
/// compiler's affair, and so is which of its functions makes the map.
#[test]
fn map_buckets() {
    const BUCKET: i64 = 8;
    // Two buckets, 13/16 full.
    const FULL: i64 = BUCKET * 13 / 8;
    const THREE_QUARTERS: i64 = BUCKET * 3 / 2;
    for (n, buckets) in [
        (-(1 << 30), 1),
        (-1, 1),
        (0, 1),
        (1, 1),
        (BUCKET, 1),
        (BUCKET + 1, 2),
        (THREE_QUARTERS, 2),
        (FULL, 2),
        (FULL + 1, 4),
        (2 * THREE_QUARTERS, 4),
        (2 * FULL + 1, 8),
        (4 * THREE_QUARTERS, 8),
        (4 * FULL + 1, 16),
    ] {
        let (mut hinted, mut grown) =
            (with_hint(n, Dialect::GO_1_22), with_hint(0, Dialect::GO_1_22));
        assert_eq!(regular(&hinted), if buckets == 1 { 0 } else { buckets }, "made for {n}");
        assert_eq!(regular(&grown), 0);
        for i in 0..n {
            hinted.insert(i, i);
            grown.insert(i, i);
        }
        for m in [&hinted, &grown] {
            assert_eq!(1 << m.header().b(), buckets, "{n} entries");
            assert_eq!(regular(m), if n > 0 { buckets } else { 0 }, "{n} entries");
        }
    }
}

/// Go: runtime/map_test.go TestLoadFactor, 1.22.
///
/// Differs: asks the hint of a new map, which goes by the same rule. Go 1.21, where the test does
/// not exist, grows at 6.0 entries a bucket (golang/go#63438).
#[test]
fn load_factor() {
    for (dialect, twice_the_load) in
        [(Dialect::GO_1_21, 12), (Dialect::GO_1_22, 13), (Dialect::GO_1_23, 13)]
    {
        for b in 0..20u8 {
            let full = if b == 0 { 8 } else { twice_the_load * (1i64 << b) / 2 };
            let b_of = |hint| with_hint::<u8, ()>(hint, dialect).header().b();
            assert_eq!((b_of(full), b_of(full + 1)), (b, b + 1), "Go {}", dialect.release());
        }
    }
}

/// What Go's MapTombstoneCheck asks: in each chain entries and single empty slots first, the last
/// of them an entry, then emptyRest to the end. Returns the single empty slots.
fn tombstones(m: &Map<i32, i32>) -> usize {
    const EMPTY_REST: u8 = 0;
    const EMPTY_ONE: u8 = 1;
    audit(m);
    let image = MapImage::of(m, &Hex, &Hex);
    let (mut chain, mut chains, mut single) = (Vec::new(), 0, 0);
    for bucket in &image.buckets {
        chain.extend(bucket.tophash);
        if bucket.overflow.is_some() {
            continue;
        }
        let ends = chain.iter().position(|&top| top == EMPTY_REST).unwrap_or(chain.len());
        assert!(chain[ends..].iter().all(|&top| top == EMPTY_REST), "an early emptyRest");
        assert_ne!(chain[..ends].last(), Some(&EMPTY_ONE), "a late emptyOne");
        single += chain.iter().filter(|&&top| top == EMPTY_ONE).count();
        chains += 1;
        chain.clear();
    }
    assert_eq!(chains, image.regular);
    single
}

/// Go: runtime/map_test.go TestMapTombstones, 1.22.
#[test]
fn map_tombstones() {
    const N: i32 = 10_000;
    let mut m: Map<i32, i32> = empty(1);
    for i in 0..N {
        m.insert(i, i);
    }
    assert_eq!(tombstones(&m), 0);
    for i in (0..N).step_by(2) {
        m.remove(&i);
    }
    let single = tombstones(&m);
    assert!(single > N as usize / 4, "{single}");
    for i in N..3 * N / 2 {
        m.insert(i, i);
    }
    assert!(tombstones(&m) < single);
    for i in 0..3 * N / 2 {
        m.remove(&i);
    }
    assert_eq!((tombstones(&m), m.len()), (0, 0));
}

/// The bytes of the elems of a map's only bucket.
fn elems<K, V: bytemuck::NoUninit>(m: &Map<K, V>) -> Box<[u8]>
where
    K: tophash::GoKey,
{
    let unshown = |_: &K, _: &mut String| {};
    match &MapImage::of(m, &unshown, &Hex).buckets[..] {
        [only] => match &only.elems {
            Cells::Memory(bytes) => bytes.clone(),
            Cells::Values(_) => panic!("plain elems are memory"),
        },
        buckets => panic!("{} buckets", buckets.len()),
    }
}

/// `m[first] = 99`, a delete, `m[second]++`: the old elem must not shine through.
macro_rules! increment_after_delete {
    ($($(#[$meta:meta])* $name:ident: $key:ty, $elem:ty, $first:expr, $second:expr;)+) => {$(
        $(#[$meta])*
        #[test]
        fn $name() {
            let mut m: Map<$key, $elem> = empty(1);
            m.insert($first, 99);
            m.remove(&$first);
            assert!(elems(&m).iter().all(|&byte| byte == 0), "the slot is zeroed");
            assign_op(&mut m, $second, |v| v + 1);
            assert_eq!(m.get(&$second), Some(&1));
        }
    )+};
}

increment_after_delete! {
    /// Go: runtime/map_test.go TestIncrementAfterDeleteValueInt, 1.22 (golang/go#25936).
    increment_after_delete_value_int: i64, i64, 12, 13;
    /// Go: runtime/map_test.go TestIncrementAfterDeleteValueInt32, 1.22 (golang/go#25936).
    increment_after_delete_value_int32: i64, i32, 12, 13;
    /// Go: runtime/map_test.go TestIncrementAfterDeleteValueInt64, 1.22 (golang/go#25936).
    ///
    /// Differs: Go has an `int` beside it, of the same size; the key is another size here instead.
    increment_after_delete_value_int64: i32, i64, 12, 13;
    /// Go: runtime/map_test.go TestIncrementAfterDeleteKeyStringValueInt, 1.22 (golang/go#25936).
    increment_after_delete_key_string_value_int: Box<str>, i64, Box::from(""), Box::from("x");
}

/// Go: runtime/map_test.go TestIncrementAfterDeleteKeyValueString, 1.22 (golang/go#25936).
#[test]
fn increment_after_delete_key_value_string() {
    let mut m: Map<Box<str>, String> = empty(1);
    m.insert("".into(), "99".into());
    m.remove("");
    assign_op(&mut m, "x".into(), |v| v + "1");
    assert_eq!(m.get("x").map(|v| &**v), Some("1"));
}

/// Go: runtime/map_test.go TestIncrementAfterBulkClearKeyStringValueInt, 1.22.
///
/// Differs: Go's compiler makes a clear of a loop that deletes every key; here both are tried.
#[test]
fn increment_after_bulk_clear_key_string_value_int() {
    let clear_by_loop = |m: &mut Map<Box<str>, i64>| {
        let mut cursor = m.range();
        while let Some((k, _)) = cursor.next(m) {
            let k = k.clone();
            m.remove(&k);
        }
    };
    for clear in [clear_by_loop, |m: &mut Map<Box<str>, i64>| m.clear()] {
        let mut m: Map<Box<str>, i64> = empty(1);
        m.insert("".into(), 99);
        clear(&mut m);
        assert!(m.is_empty() && elems(&m).iter().all(|&byte| byte == 0));
        assign_op(&mut m, "x".into(), |v| v + 1);
        assert_eq!(m.get("x"), Some(&1));
    }
}
