//! Of `runtime/hash_test.go` and `runtime/map_test.go`: hash functions, and hashes of aggregates.

use super::families;
use tophash::hash::{Alg, AnyAlg, Edition, Fallback, Rand};
use tophash::key::{Go, GoKey};
use tophash::{Dialect, GoMap, go_key};

/// Hundred random values and a seed under both editions of the fallback; of the AES hashes the two
/// functions are not one.
fn hundred(check: impl Fn(&Fallback, u64, u64)) {
    let rand = Rand::from_seed(1234);
    for edition in [Edition::Before123, Edition::Since123] {
        let alg = Fallback::new(std::array::from_fn(|_| rand.next()), edition);
        let seed = rand.next();
        (0..100).for_each(|_| check(&alg, rand.next(), seed));
    }
}

/// Go: runtime/hash_test.go TestMemHash32Equality, 1.22.
#[test]
fn mem_hash_32_equality() {
    hundred(|alg, value, seed| {
        let value = value as u32;
        assert_eq!(alg.memhash32(value, seed), alg.memhash(&value.to_le_bytes(), seed));
    });
}

/// Go: runtime/hash_test.go TestMemHash64Equality, 1.22.
#[test]
fn mem_hash_64_equality() {
    hundred(|alg, value, seed| {
        assert_eq!(alg.memhash64(value, seed), alg.memhash(&value.to_le_bytes(), seed));
    });
}

/// Under the fallback of before 1.23, 16 bytes that begin with one of its constants hash alike,
/// whatever follows (golang/go#66841).
///
/// Go: runtime/hash_test.go TestIssue66841, 1.23.
///
/// Differs: shows the collisions of before, too.
#[test]
fn issue_66841() {
    const M2: u64 = 0xe703_7ed1_a0b4_28db;
    let distinct = |alg: &AnyAlg| {
        let mut hashes: Vec<u64> = (0..1000u64)
            .map(|i| alg.memhash([M2.to_le_bytes(), i.to_le_bytes()].as_flattened(), 0))
            .collect();
        hashes.sort_unstable();
        hashes.dedup();
        hashes.len()
    };
    for (name, alg) in families() {
        let before_123 = matches!(&alg, AnyAlg::Fallback(f) if f.edition() == Edition::Before123);
        assert_eq!(distinct(&alg), if before_123 { 1 } else { 1000 }, "{name}");
    }
}

/// Overflow buckets of a map of all keys that `key` makes of eight words, four of them "foo", four
/// of them empty: on average over ten seeds.
fn overflow_buckets<K: GoKey>(alg: &AnyAlg, key: impl Fn([&'static str; 8]) -> K) -> f64 {
    const SEEDS: u64 = 10;
    let mut overflow = 0;
    for seed in 0..SEEDS {
        let hash = Go(alg.clone());
        let mut m = GoMap::with_source(70, hash, Rand::from_seed(seed), Dialect::LATEST);
        for chosen in (0..=u8::MAX).filter(|chosen| chosen.count_ones() == 4) {
            let words = std::array::from_fn(|j| if chosen >> j & 1 != 0 { "foo" } else { "" });
            m.insert(key(words), true);
        }
        assert_eq!((m.len(), m.header().b()), (70, 4));
        overflow += m.header().noverflow();
    }
    f64::from(overflow) / SEEDS as f64
}

/// An empty string in an array must stir the hash, or the order of the strings would not count: 70
/// keys with one hash need eight overflow buckets.
///
/// Go: runtime/hash_test.go TestArrayHash, 1.22.
///
/// Differs: counts overflow buckets, not allocations, of which Go allows five beside the array.
#[test]
fn array_hash() {
    for (name, alg) in families() {
        let overflow = overflow_buckets(&alg, |words| words);
        assert!(overflow <= 5.0, "{name}: {overflow} overflow buckets");
    }
}

go_key! {
    /// Go: the key of TestStructHash in runtime/hash_test.go, 1.22.
    struct Eight {
        a: &'static str,
        b: &'static str,
        c: &'static str,
        d: &'static str,
        e: &'static str,
        f: &'static str,
        g: &'static str,
        h: &'static str,
    }
}

/// Go: runtime/hash_test.go TestStructHash, 1.22.
///
/// Differs: as [`array_hash`].
#[test]
fn struct_hash() {
    for (name, alg) in families() {
        let overflow =
            overflow_buckets(&alg, |[a, b, c, d, e, f, g, h]| Eight { a, b, c, d, e, f, g, h });
        assert!(overflow <= 5.0, "{name}: {overflow} overflow buckets");
    }
}

/// The low 16 bits of the hashes of 2^16 keys that differ in two bytes are as many as chance has it.
///
/// Go: runtime/hash_test.go TestCollisions, 1.22.
///
/// Differs: a build that is not optimised tries a few of the places of the two bytes.
#[test]
fn collisions() {
    // N balls fall into this many of N bins, for N = 65,536.
    const AVERAGE: usize = 41_427;
    const DEVIATION: usize = 123;
    let sparse = cfg!(debug_assertions);
    let places = (0..16).flat_map(|i| (0..16).map(move |j| (i, j)));
    for (i, j) in places.filter(|(i, j)| i != j && (!sparse || (i + 2 * j) % 11 == 0)) {
        for (name, alg) in families() {
            let mut key = [0; 16];
            let mut taken = vec![false; 1 << 16];
            for n in 0..=u16::MAX {
                [key[i], key[j]] = n.to_le_bytes();
                taken[usize::from(alg.memhash(&key, 0) as u16)] = true;
            }
            let distinct = taken.iter().filter(|taken| **taken).count();
            let off = distinct.abs_diff(AVERAGE);
            assert!(off <= 40 * DEVIATION, "{name}, bytes {i} and {j}: {distinct} of 65536");
        }
    }
}

/// Every process has key material of its own (golang/go#66885).
///
/// Go: runtime/map_test.go TestMemHashGlobalSeed, 1.22.
///
/// Differs: Go can be told to do without AES, and tries the fallback too; here a process has the
/// family of its processor.
#[cfg(all(feature = "std", not(miri)))]
#[test]
fn mem_hash_global_seed() {
    const CHILD: &str = "TOPHASH_TEST_SUBPROCESS_HASH";
    if std::env::var_os(CHILD).is_some() {
        println!("hash {}.", tophash::hash::ProcessAlg::default().memhash(&[], 0));
        return;
    }
    let hash = || {
        let exe = std::env::current_exe().expect("this test's path");
        let output = std::process::Command::new(exe)
            .args(["--exact", "go::hash::mem_hash_global_seed", "--nocapture"])
            .env(CHILD, "1")
            .output()
            .expect("this test, once more");
        let text = String::from_utf8(output.stdout).expect("text");
        let (_, rest) = text.split_once("hash ").expect("the line above");
        let (hash, _) = rest.split_once('.').expect("its end");
        hash.parse::<u64>().expect("a number")
    };
    let hashes = [hash(), hash(), hash()];
    assert!(hashes.windows(2).any(|pair| pair[0] != pair[1]), "all alike: {hashes:?}");
}
