//! Each kernel of tophash-arch, on the bytes of a bucket, against a loop over them; and each AES round,
//! against FIPS 197.

use crate::Reference;
use crate::reference::textbook;
use arbitrary::Arbitrary;
use std::fmt::Debug;
use tophash_arch::aes::{Job, Rounds, Software, dispatch, hardware};
use tophash_arch::{EMPTY_ONE, EMPTY_REST, Lanes, MIN_TOP_HASH};

/// Buckets that are scanned, and blocks that are scrambled.
#[derive(Arbitrary, Debug)]
pub struct Input {
    /// What is looked for.
    top: u8,
    /// Which lanes make a set of their own, bit by bit.
    set: u8,
    tophash: [u8; 8],
    /// State and key of a round.
    block: [[u8; 16]; 2],
    rounds: Vec<[u8; 16]>,
}

/// All kernels find what a loop finds; all rounds compute what the standard says.
///
/// # Panics
/// If not.
pub fn check(input: &Input, reference: Reference) {
    let found = Found::by_loop(input, reference);
    macro_rules! scan {
        ($kernel:path) => {{
            use $kernel as kernel;
            let set = core::array::from_fn(|lane| 0x40 + (input.set >> lane & 1));
            let set = kernel::match_tophash(&set, 0x41);
            for top in [input.top, input.tophash[usize::from(input.set % 8)]] {
                let lanes = kernel::match_tophash(&input.tophash, top);
                assert_eq!(lanes.bits(), bits(input, |byte| byte == top), "{}", kernel::KERNEL);
                agree(lanes, set, kernel::KERNEL);
            }
            let ours = Found {
                empty: kernel::match_empty(&input.tophash).bits(),
                full: kernel::match_full(&input.tophash).bits(),
                end: kernel::match_end(&input.tophash).bits(),
            };
            assert_eq!(ours, found, "{}: {:02x?}", kernel::KERNEL, input.tophash);
        }};
    }
    scan!(tophash_arch::portable);
    // What the library scans with: on most processors another one.
    scan!(tophash_arch);

    check_rounds(Software, input);
    if let Some(rounds) = hardware() {
        check_rounds(rounds, input);
    }
    assert_eq!(dispatch(Fold(input)), Fold(input).run(Software));
}

/// What is found in a bucket: lane `i` as bit `i`.
#[derive(Debug, PartialEq, Eq)]
struct Found {
    empty: u8,
    full: u8,
    end: u8,
}

impl Found {
    fn by_loop(input: &Input, reference: Reference) -> Self {
        // The fault: bytes are compared as if they had a sign.
        let full = |byte: u8| match reference {
            Reference::Right => byte >= MIN_TOP_HASH,
            Reference::Wrong => byte.cast_signed() >= MIN_TOP_HASH.cast_signed(),
        };
        Self {
            empty: bits(input, |byte| byte == EMPTY_REST || byte == EMPTY_ONE),
            full: bits(input, full),
            end: bits(input, |byte| byte == EMPTY_REST),
        }
    }
}

fn bits(input: &Input, holds: impl Fn(u8) -> bool) -> u8 {
    let lanes = input.tophash.iter().enumerate();
    lanes.fold(0, |bits, (lane, &byte)| bits | u8::from(holds(byte)) << lane)
}

/// The methods of two sets are those of their bits.
fn agree<const STRIDE: u32>(a: Lanes<STRIDE>, b: Lanes<STRIDE>, kernel: &str) {
    let (x, y) = (a.bits(), b.bits());
    let lanes: Vec<usize> = (0..8).filter(|lane| x >> lane & 1 != 0).collect();
    let same = a.into_iter().eq(lanes.iter().copied())
        && a.lowest() == lanes.first().copied()
        && a.any() == (x != 0)
        && a.count() == x.count_ones()
        && (0..16).all(|lane| a.contains(lane) == lanes.contains(&lane))
        && a.without_lowest().bits() == x & x.wrapping_sub(1)
        && a.union(b).bits() == x | y
        && a.without(b).bits() == x & !y;
    assert!(same, "{kernel}: {a:?} and {b:?}");
}

fn check_rounds<R: Rounds + Debug>(rounds: R, input: &Input) {
    let [a, b] = input.block;
    let (state, key) = (rounds.load(&a), rounds.load(&b));
    assert_eq!(rounds.store(state), a, "{rounds:?}");
    assert_eq!(rounds.low(state), u64::from_le_bytes(*a.first_chunk().expect("16 bytes")));
    assert_eq!(rounds.store(rounds.xor(state, key)), core::array::from_fn(|i| a[i] ^ b[i]));
    assert_eq!(rounds.store(rounds.round(state, key)), textbook::round(a, b), "{rounds:?}");
    assert_eq!(
        rounds.store(rounds.last_round(state, key)),
        textbook::last_round(a, b),
        "{rounds:?}"
    );
}

/// A hash as Go's are: blocks, folded with a round each.
struct Fold<'a>(&'a Input);

impl Job for Fold<'_> {
    fn run<R: Rounds>(self, rounds: R) -> u64 {
        let mut state = rounds.load(&self.0.block[0]);
        for block in &self.0.rounds {
            state = rounds.round(state, rounds.load(block));
        }
        rounds.low(rounds.last_round(state, rounds.load(&self.0.block[1])))
    }
}
