//! Plain memory: integers, arrays, tuples.

use super::{algs, hash};
use proptest::prelude::*;
use tophash::hash::Alg;
use tophash::key::{Bytes, GoKey};

#[test]
fn a_hash_depends_on_the_bytes_not_on_where_they_lie() {
    let bytes: Vec<u8> = (0..300u32).map(|i| (i * 131 / 8) as u8).collect();
    for alg in algs() {
        for len in 0..=bytes.len() {
            let expected = alg.memhash(&bytes[..len], 77);
            for offset in 0..16 {
                // 0xff around it: bytes outside must not get in.
                let mut buffer = vec![0xff; offset + len + 16];
                buffer[offset..offset + len].copy_from_slice(&bytes[..len]);
                let hash = alg.memhash(&buffer[offset..offset + len], 77);
                assert_eq!(hash, expected, "{len} bytes at {offset}");
            }
        }
    }
}

#[test]
fn every_byte_and_the_seed_change_the_hash() {
    for alg in algs() {
        for len in (1..=70).chain([127, 128, 129, 130, 255, 256, 257, 385]) {
            let bytes = vec![0x5a; len];
            let hash = alg.memhash(&bytes, 1);
            assert_ne!(hash, alg.memhash(&bytes, 2), "seed of {len} bytes");
            for i in 0..len {
                let mut other = bytes.clone();
                other[i] ^= 1;
                assert_ne!(hash, alg.memhash(&other, 1), "byte {i} of {len}");
            }
        }
    }
}

proptest! {
    #[test]
    fn arrays_of_bytes_hash_by_size_and_strings_do_not(bytes: [u8; 8], seed: u64) {
        for alg in algs() {
            let [a, b, c, d, ..] = bytes;
            let four = [a, b, c, d];
            prop_assert_eq!(hash(&alg, &bytes, seed), alg.memhash64(u64::from_le_bytes(bytes), seed));
            prop_assert_eq!(hash(&alg, &four, seed), alg.memhash32(u32::from_le_bytes(four), seed));
            prop_assert_eq!(hash(&alg, &[a, b, c], seed), alg.memhash(&[a, b, c], seed));
            prop_assert_eq!(hash(&alg, Bytes::new(&bytes), seed), alg.memhash(&bytes, seed));
        }
    }

    #[test]
    fn an_array_of_words_hashes_as_its_memory(words: [u32; 2], more: [u64; 3], seed: u64) {
        for alg in algs() {
            let joined = u64::from(words[0]) | u64::from(words[1]) << 32;
            prop_assert_eq!(hash(&alg, &words, seed), alg.memhash64(joined, seed));
            let memory: Vec<u8> = more.iter().flat_map(|word| word.to_le_bytes()).collect();
            prop_assert_eq!(hash(&alg, &more, seed), alg.memhash(&memory, seed));
        }
    }

    #[test]
    fn tuples_thread_the_hash_field_by_field(
        a: u32, b: String, c in -1e300..1e300f64, seed: u64,
    ) {
        for alg in algs() {
            let threaded = hash(&alg, &c, hash(&alg, &b, hash(&alg, &a, seed)));
            prop_assert_eq!(hash(&alg, &(a, b.as_str(), c), seed), threaded);
            prop_assert_eq!(hash(&alg, &(a,), seed), hash(&alg, &a, seed));
        }
    }

    #[test]
    fn arrays_of_strings_thread_the_hash(strings: [String; 3], seed: u64) {
        for alg in algs() {
            let threaded = strings.iter().fold(seed, |h, s| alg.memhash(s.as_bytes(), h));
            prop_assert_eq!(hash(&alg, &strings, seed), threaded);
        }
    }
}

#[test]
fn nothing_hashes_to_the_seed() {
    for alg in algs() {
        assert_eq!(hash(&alg, &(), 99), 99);
        assert_eq!(hash(&alg, &[0u8; 0], 99), 99);
        assert_eq!(hash(&alg, &[""; 0], 99), 99);
        assert_ne!(hash(&alg, "", 99), 99, "the empty string is not nothing");
    }
}

#[test]
fn integers_of_one_size_hash_alike() {
    for alg in algs() {
        assert_eq!(hash(&alg, &-1i8, 3), hash(&alg, &0xffu8, 3));
        assert_eq!(hash(&alg, &true, 3), hash(&alg, &1u8, 3));
        assert_eq!(hash(&alg, &-1i16, 3), hash(&alg, &0xffffu16, 3));
        assert_eq!(hash(&alg, &'x', 3), hash(&alg, &(i32::from(b'x')), 3));
        assert_eq!(hash(&alg, &-1isize, 3), hash(&alg, &u64::MAX, 3));
        assert_eq!(hash(&alg, &7i128, 3), alg.memhash(&7u128.to_le_bytes(), 3));
    }
}

#[test]
fn arrays_are_equal_if_every_element_is() {
    assert!([1u16, 2, 3].go_eq(&[1, 2, 3]) && !([1u16, 2, 3].go_eq(&[1, 2, 4])));
    assert!(["a", "b"].go_eq(&["a", "b"]) && !["a", "b"].go_eq(&["a", "c"]));
    assert!([""; 0].go_eq(&[]));
}
