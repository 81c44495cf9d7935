//! AES rounds by the instructions of arm64.
//!
//! Compiled only where the target enables them: a processor can be asked for them only through its
//! operating system, and this crate has none. `-C target-feature=+aes` enables them.

use super::Rounds;
use core::arch::aarch64::{
    uint8x16_t, vaeseq_u8, vaesmcq_u8, vdupq_n_u8, veorq_u8, vgetq_lane_u64, vld1q_u8,
    vreinterpretq_u64_u8, vst1q_u8,
};

/// The name of these rounds.
pub(super) const NAME: &str = "arm-aes";

/// Proof that the processor has AES instructions; [`hardware`] gives it.
#[derive(Clone, Copy, Debug)]
pub struct Hardware(());

/// The processor's rounds.
#[inline(always)]
pub fn hardware() -> Option<Hardware> {
    Some(Hardware(()))
}

impl Hardware {
    /// `ShiftRows(SubBytes(state))`. `AESE` adds its key before and not after, so it gets none.
    #[inline(always)]
    fn substitute(self, state: uint8x16_t) -> uint8x16_t {
        // SAFETY: this module is compiled only where the target enables AES.
        unsafe { vaeseq_u8(state, vdupq_n_u8(0)) }
    }
}

impl Rounds for Hardware {
    type Block = uint8x16_t;

    #[inline(always)]
    fn load(self, bytes: &[u8; 16]) -> uint8x16_t {
        // SAFETY: the reference is valid for 16 bytes, and the load asks for no alignment.
        unsafe { vld1q_u8(bytes.as_ptr()) }
    }

    #[inline(always)]
    fn store(self, block: uint8x16_t) -> [u8; 16] {
        let mut bytes = [0; 16];
        // SAFETY: the pointer is valid for 16 bytes, and the store asks for no alignment.
        unsafe { vst1q_u8(bytes.as_mut_ptr(), block) };
        bytes
    }

    #[inline(always)]
    fn low(self, block: uint8x16_t) -> u64 {
        // SAFETY: NEON belongs to what this module is compiled for.
        unsafe { vgetq_lane_u64::<0>(vreinterpretq_u64_u8(block)) }
    }

    #[inline(always)]
    fn xor(self, a: uint8x16_t, b: uint8x16_t) -> uint8x16_t {
        // SAFETY: NEON belongs to what this module is compiled for.
        unsafe { veorq_u8(a, b) }
    }

    #[inline(always)]
    fn round(self, state: uint8x16_t, key: uint8x16_t) -> uint8x16_t {
        // SAFETY: this module is compiled only where the target enables AES.
        self.xor(unsafe { vaesmcq_u8(self.substitute(state)) }, key)
    }

    #[inline(always)]
    fn last_round(self, state: uint8x16_t, key: uint8x16_t) -> uint8x16_t {
        self.xor(self.substitute(state), key)
    }
}
