//! Structs of `go_key!`.

use super::{algs, hash};
use proptest::prelude::*;
use tophash::go_key;
use tophash::hash::Alg;
use tophash::key::GoKey;

go_key! {
    #[derive(Clone, Copy, Debug, PartialEq)]
    struct Point {
        x: i32,
        y: i32,
    }
}

go_key! {
    struct Padded { a: u16, b: u64, c: u8 }
}

go_key! {
    /// Every name that the expansion could trip over.
    struct Mixed<'a> { alg: u8, seed: &'a str, nan: f32, r#type: [Point; 2], other: (u8, u8) }
}

proptest! {
    #[test]
    fn a_plain_struct_hashes_as_its_memory(x: i32, y: i32, seed: u64) {
        for alg in algs() {
            let memory = [x.to_le_bytes(), y.to_le_bytes()].concat().try_into().unwrap();
            let expected = alg.memhash64(u64::from_le_bytes(memory), seed);
            prop_assert_eq!(hash(&alg, &Point { x, y }, seed), expected);
        }
    }

    #[test]
    fn padding_ends_a_run_and_stays_out(a: u16, b: u64, c: u8, seed: u64) {
        for alg in algs() {
            let run = [&b.to_le_bytes()[..], &[c]].concat();
            let expected = alg.memhash(&run, alg.memhash(&a.to_le_bytes(), seed));
            prop_assert_eq!(hash(&alg, &Padded { a, b, c }, seed), expected);
        }
    }

    #[test]
    fn other_fields_hash_by_themselves(text: String, nan in -1e9..1e9f32, seed: u64) {
        let points = [Point { x: 1, y: 2 }, Point { x: 3, y: 4 }];
        let mixed = Mixed { alg: 9, seed: &text, nan, r#type: points, other: (5, 6) };
        for alg in algs() {
            let mut expected = alg.memhash(&[9], seed);
            expected = alg.memhash(text.as_bytes(), expected);
            expected = hash(&alg, &nan, expected);
            let memory: Vec<u8> = (1..5u32).flat_map(u32::to_le_bytes).collect();
            expected = alg.memhash(&memory, expected);
            expected = alg.memhash(&[6], alg.memhash(&[5], expected));
            prop_assert_eq!(hash(&alg, &mixed, seed), expected);
        }
    }
}

#[test]
fn equality_looks_at_every_field() {
    let mixed = |alg, seed, nan, x| {
        let r#type = [Point { x: 0, y: 0 }, Point { x, y: 0 }];
        Mixed { alg, seed, nan, r#type, other: (0, 0) }
    };
    let one = mixed(1, "a", 0.0, 1);
    assert!(one.go_eq(&mixed(1, "a", -0.0, 1)));
    assert!(!one.go_eq(&mixed(2, "a", 0.0, 1)));
    assert!(!one.go_eq(&mixed(1, "b", 0.0, 1)));
    assert!(!one.go_eq(&mixed(1, "a", 0.5, 1)));
    assert!(!one.go_eq(&mixed(1, "a", 0.0, 2)));
}

#[test]
fn only_structs_without_padding_and_of_plain_fields_are_plain() {
    const { assert!(Point::PLAIN && <[Point; 3]>::PLAIN) };
    const { assert!(!Padded::PLAIN && !Mixed::PLAIN) };
    assert_eq!(Point { x: 1, y: 2 }.go_bytes(), Some(&[1, 0, 0, 0, 2, 0, 0, 0][..]));
    assert_eq!(Padded { a: 1, b: 2, c: 3 }.go_bytes(), None);
}
