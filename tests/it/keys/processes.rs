//! The process's own hash, and other hashers.

use super::algs;
use std::hash::RandomState;
use std::ptr;
use tophash::hash::{Alg, AnyAlg, ProcessAlg, Rand};
use tophash::key::{GoHash, KeyHash};

#[test]
fn all_maps_of_a_process_share_one_hash() {
    let nan = Rand::from_seed(0);
    let (a, b) = (GoHash::default(), GoHash::default());
    assert_eq!(a.hash("key", 7, &nan), b.hash("key", 7, &nan));
    assert!(ptr::eq(ProcessAlg::default().get(), ProcessAlg::default().get()));
}

#[test]
fn its_key_material_is_drawn_word_by_word() {
    let words: Vec<u64> = match ProcessAlg::default().get() {
        AnyAlg::Aes(alg) => words_of(alg.keysched()),
        AnyAlg::AesArm64(alg) => words_of(alg.keysched()),
        AnyAlg::Fallback(alg) => alg.hashkey().to_vec(),
    };
    let mut distinct = words.clone();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), words.len());
}

fn words_of(keysched: &[u8; 128]) -> Vec<u64> {
    keysched.as_chunks().0.iter().map(|word| u64::from_le_bytes(*word)).collect()
}

#[cfg(target_arch = "x86_64")]
#[test]
fn its_hash_is_aes_where_go_would_choose_that() {
    let aes = is_x86_feature_detected!("aes") && is_x86_feature_detected!("sse4.1");
    assert_eq!(matches!(ProcessAlg::default().get(), AnyAlg::Aes(_)), aes);
}

#[test]
fn a_build_hasher_serves_what_has_hash_and_eq() {
    let state = RandomState::new();
    let nan = Rand::from_seed(0);
    let of = |key: &str, hash0| KeyHash::<str>::hash(&state, key, hash0, &nan);
    assert_eq!(of("a", 1), of("a", 2), "the seed is Go's affair");
    assert_ne!(of("a", 1), of("b", 1));
    assert!(KeyHash::<str>::eq(&state, "a", "a") && !KeyHash::<str>::eq(&state, "a", "b"));
    const { assert!(!<RandomState as KeyHash<String>>::NEEDS_UPDATE) };
    const { assert!(<RandomState as KeyHash<String>>::POINTERS) };
    const { assert!(!<RandomState as KeyHash<u64>>::POINTERS) };
}

#[test]
fn an_algorithm_may_be_borrowed() {
    for alg in &algs() {
        let dynamic: &dyn Alg = alg;
        assert_eq!((&dynamic).memhash(b"abc", 1), alg.memhash(b"abc", 1));
        assert_eq!((&dynamic).memhash32(9, 1), alg.memhash32(9, 1));
        assert_eq!((&dynamic).memhash64(9, 1), alg.memhash64(9, 1));
    }
}
