//! One suite over every lane kernel, against a loop over the bytes.

use proptest::prelude::*;
use tophash_arch::{
    EMPTY_ONE, EMPTY_REST, EVACUATED_EMPTY, EVACUATED_X, EVACUATED_Y, MIN_TOP_HASH,
};

/// The special values and both ends of the tophashes of full slots.
const NOTABLE: [u8; 10] = [
    EMPTY_REST,
    EMPTY_ONE,
    EVACUATED_X,
    EVACUATED_Y,
    EVACUATED_EMPTY,
    MIN_TOP_HASH,
    0x7f,
    0x80,
    0x81,
    0xff,
];

/// The reference: lane `i` as bit `i`.
fn lanes_where(tophash: &[u8; 8], holds: impl Fn(u8) -> bool) -> u8 {
    (0..8).filter(|&lane| holds(tophash[lane])).fold(0, |bits, lane| bits | 1 << lane)
}

/// Every byte at every position, all other bytes alike.
fn one_against_a_background(mut check: impl FnMut(&[u8; 8])) {
    for background in NOTABLE {
        for lane in 0..8 {
            for byte in 0..=u8::MAX {
                let mut tophash = [background; 8];
                tophash[lane] = byte;
                check(&tophash);
            }
        }
    }
}

macro_rules! suite {
    ($kernel:ident) => {
        mod $kernel {
            use super::*;
            use tophash_arch::$kernel::{Mask, match_empty, match_end, match_full, match_tophash};

            fn check_states(tophash: &[u8; 8]) {
                assert_eq!(
                    match_empty(tophash).bits(),
                    lanes_where(tophash, |b| b == EMPTY_REST || b == EMPTY_ONE),
                    "match_empty of {tophash:02x?}",
                );
                assert_eq!(
                    match_full(tophash).bits(),
                    lanes_where(tophash, |b| b >= MIN_TOP_HASH),
                    "match_full of {tophash:02x?}",
                );
                assert_eq!(
                    match_end(tophash).bits(),
                    lanes_where(tophash, |b| b == EMPTY_REST),
                    "match_end of {tophash:02x?}",
                );
            }

            fn check_top(tophash: &[u8; 8], top: u8) {
                assert_eq!(
                    match_tophash(tophash, top).bits(),
                    lanes_where(tophash, |b| b == top),
                    "match_tophash of {tophash:02x?} with {top:02x}",
                );
            }

            /// The set of the lanes whose bit is set in `bits`.
            fn mask_of(bits: u8) -> Mask {
                let tophash = core::array::from_fn(|lane| 0x40 + (bits >> lane & 1));
                match_tophash(&tophash, 0x41)
            }

            #[test]
            fn states_are_exact_for_every_byte_in_every_lane() {
                one_against_a_background(check_states);
            }

            #[test]
            fn match_tophash_is_exact_for_every_top_byte_and_lane() {
                for top in 0..=u8::MAX {
                    for byte in 0..=u8::MAX {
                        for lane in 0..8 {
                            // In all other lanes the nearest byte that differs from `byte`, so
                            // that a borrow or a carry from lane to lane has somewhere to go.
                            let mut tophash = [byte ^ 1; 8];
                            tophash[lane] = byte;
                            check_top(&tophash, top);
                        }
                    }
                }
            }

            #[test]
            fn match_tophash_is_exact_against_every_notable_background() {
                one_against_a_background(|tophash| {
                    for top in NOTABLE {
                        check_top(tophash, top);
                    }
                });
            }

            #[test]
            fn no_pair_of_neighbours_makes_a_false_lane() {
                for low in 0..=u8::MAX {
                    for high in 0..=u8::MAX {
                        for at in 0..7 {
                            let mut tophash = [0xc3; 8];
                            tophash[at] = low;
                            tophash[at + 1] = high;
                            check_states(&tophash);
                            check_top(&tophash, low);
                        }
                    }
                }
            }

            #[test]
            fn lanes_agree_with_their_bits_for_every_set() {
                for bits in 0..=u8::MAX {
                    let mask = mask_of(bits);
                    let expected: Vec<usize> = (0..8).filter(|lane| bits >> lane & 1 != 0).collect();
                    assert_eq!(mask.bits(), bits);
                    assert_eq!(mask.into_iter().collect::<Vec<_>>(), expected);
                    assert_eq!(mask.lowest(), expected.first().copied());
                    assert_eq!(mask.any(), !expected.is_empty());
                    assert_eq!(mask.count() as usize, expected.len());
                    for lane in 0..70 {
                        assert_eq!(mask.contains(lane), expected.contains(&lane), "lane {lane}");
                    }
                }
            }

            #[test]
            fn union_and_without_are_those_of_sets() {
                for a in 0..=u8::MAX {
                    for b in 0..=u8::MAX {
                        assert_eq!(mask_of(a).union(mask_of(b)), mask_of(a | b));
                        assert_eq!(mask_of(a).without(mask_of(b)), mask_of(a & !b));
                    }
                }
            }

            #[test]
            fn debug_shows_the_lanes() {
                assert_eq!(format!("{:?}", mask_of(0b1000_0101)), "{0, 2, 7}");
            }

            proptest! {
                #[test]
                fn random_buckets_are_scanned_exactly(tophash: [u8; 8], top: u8, lane in 0usize..8) {
                    check_states(&tophash);
                    check_top(&tophash, top);
                    check_top(&tophash, tophash[lane]);
                }
            }
        }
    };
}

suite!(portable);
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
suite!(sse2);

#[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
suite!(neon);
