//! AES rounds, the processor's and the software's, against FIPS 197.

mod textbook;

use proptest::prelude::*;
use tophash_arch::aes::{Job, Rounds, Software, dispatch};

/// FIPS 197, appendix C.1: AES-128 under the key 00 01 … 0f.
const PLAINTEXT: [u8; 16] = 0x00112233445566778899aabbccddeeff_u128.to_be_bytes();
const CIPHERTEXT: [u8; 16] = 0x69c4e0d86a7b0430d8cdb78070b4c55a_u128.to_be_bytes();

/// The same example's `k_sch` of each round.
const ROUND_KEYS: [[u8; 16]; 11] = [
    0x000102030405060708090a0b0c0d0e0f_u128.to_be_bytes(),
    0xd6aa74fdd2af72fadaa678f1d6ab76fe_u128.to_be_bytes(),
    0xb692cf0b643dbdf1be9bc5006830b3fe_u128.to_be_bytes(),
    0xb6ff744ed2c2c9bf6c590cbf0469bf41_u128.to_be_bytes(),
    0x47f7f7bc95353e03f96c32bcfd058dfd_u128.to_be_bytes(),
    0x3caaa3e8a99f9deb50f3af57adf622aa_u128.to_be_bytes(),
    0x5e390f7df7a69296a7553dc10aa31f6b_u128.to_be_bytes(),
    0x14f9701ae35fe28c440adf4d4ea9c026_u128.to_be_bytes(),
    0x47438735a41c65b9e016baf4aebf7ad2_u128.to_be_bytes(),
    0x549932d1f08557681093ed9cbe2c974e_u128.to_be_bytes(),
    0x13111d7fe3944a17f307a78b4d2b30c5_u128.to_be_bytes(),
];

/// The same example's `start` of rounds 2, 5 and 10.
const STARTS: [(usize, [u8; 16]); 3] = [
    (2, 0x89d810e8855ace682d1843d8cb128fe4_u128.to_be_bytes()),
    (5, 0x247240236966b3fa6ed2753288425b6c_u128.to_be_bytes()),
    (10, 0xbd6e7c3df2b5779e0b61216e8b10b689_u128.to_be_bytes()),
];

/// The example's state before round `until`; round 11 is the end.
fn encrypt<R: Rounds>(rounds: R, until: usize) -> [u8; 16] {
    let keys = ROUND_KEYS.map(|key| rounds.load(&key));
    let mut state = rounds.xor(rounds.load(&PLAINTEXT), keys[0]);
    for (round, &key) in keys.iter().enumerate().take(until).skip(1) {
        state = if round < 10 { rounds.round(state, key) } else { rounds.last_round(state, key) };
    }
    rounds.store(state)
}

fn check_example<R: Rounds>(rounds: R) {
    for (round, start) in STARTS {
        assert_eq!(encrypt(rounds, round), start, "before round {round}");
    }
    assert_eq!(encrypt(rounds, 11), CIPHERTEXT);
}

/// `Rounds` on the two blocks, against the textbook.
fn check_blocks<R: Rounds>(rounds: R, a: [u8; 16], b: [u8; 16]) {
    let (state, key) = (rounds.load(&a), rounds.load(&b));
    assert_eq!(rounds.store(state), a);
    assert_eq!(rounds.low(state), u64::from_le_bytes(*a.first_chunk().unwrap()));
    assert_eq!(rounds.store(rounds.xor(state, key)), core::array::from_fn(|i| a[i] ^ b[i]));
    assert_eq!(rounds.store(rounds.round(state, key)), textbook::round(a, b));
    assert_eq!(rounds.store(rounds.last_round(state, key)), textbook::last_round(a, b));
}

/// A round is a substitution by byte, then linear: these blocks exercise all of it.
fn check_every_byte_at_every_position<R: Rounds>(rounds: R) {
    for position in 0..16 {
        for byte in 0..=u8::MAX {
            let mut state = [0; 16];
            state[position] = byte;
            check_blocks(rounds, state, [0; 16]);
        }
    }
}

#[test]
fn software_encrypts_the_example_of_fips_197() {
    check_example(Software);
}

#[test]
fn software_agrees_with_the_textbook_for_every_byte_at_every_position() {
    check_every_byte_at_every_position(Software);
}

proptest! {
    #[test]
    fn software_agrees_with_the_textbook_on_random_blocks(a: [u8; 16], b: [u8; 16]) {
        check_blocks(Software, a, b);
    }
}

/// On a processor without AES instructions these have nothing to check; `tests/choice.rs` asserts
/// when that may be.
#[cfg(all(
    any(target_arch = "x86_64", all(target_arch = "aarch64", target_feature = "aes")),
    not(any(tophash_soft_aes, miri))
))]
mod processor {
    use super::*;
    use tophash_arch::aes::hardware;

    #[test]
    fn processor_encrypts_the_example_of_fips_197() {
        if let Some(rounds) = hardware() {
            check_example(rounds);
        }
    }

    #[test]
    fn processor_agrees_with_the_textbook_for_every_byte_at_every_position() {
        if let Some(rounds) = hardware() {
            check_every_byte_at_every_position(rounds);
        }
    }

    proptest! {
        #[test]
        fn processor_agrees_with_the_textbook_on_random_blocks(a: [u8; 16], b: [u8; 16]) {
            if let Some(rounds) = hardware() {
                check_blocks(rounds, a, b);
            }
        }
    }
}

/// A hash as Go's are: a few blocks, folded with a round each.
#[derive(Clone, Copy)]
struct Fold<'a>(&'a [[u8; 16]]);

impl Job for Fold<'_> {
    #[inline]
    fn run<R: Rounds>(self, rounds: R) -> u64 {
        let mut state = rounds.load(&[0x5a; 16]);
        for block in self.0 {
            state = rounds.round(state, rounds.load(block));
        }
        rounds.low(state)
    }
}

proptest! {
    #[test]
    fn dispatch_computes_what_software_computes(blocks: Vec<[u8; 16]>) {
        prop_assert_eq!(dispatch(Fold(&blocks)), Fold(&blocks).run(Software));
    }
}
