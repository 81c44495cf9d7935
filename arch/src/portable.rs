//! The kernel for every target: eight bytes at once in one 64-bit word.
//!
//! Every answer is exact. The well-known test for a zero byte, `(x - 0x01…) & !x & 0x80…`, is not:
//! its subtraction borrows across lanes, so that in `00 01` the second byte counts as zero too. A
//! false lane in `match_empty` would overwrite a live entry, hence additions that cannot carry: the
//! top bit of each byte is left out of the sum, and looked at on its own.
//!
//! The reference for the other kernels; its lanes are laid out as NEON's will be.

use crate::{EMPTY_REST, Lanes, MIN_TOP_HASH};

/// The name of this kernel.
pub const KERNEL: &str = "portable";

/// The lanes that a scan found: the top bit of each byte.
pub type Mask = Lanes<8>;

/// `byte` in all eight lanes.
const fn splat(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// The lanes of `word` that are zero.
#[inline(always)]
fn zero_lanes(word: u64) -> Mask {
    // 0x7f + 0x7f = 0xfe: no lane carries, and bit 7 of the sum says whether the low 7 bits have
    // any set.
    let low_bits = (word & splat(0x7f)) + splat(0x7f);
    Mask::new(!(low_bits | word) & splat(0x80))
}

/// Lane 0 is the least significant byte on every target.
#[inline(always)]
fn load(tophash: &[u8; 8]) -> u64 {
    u64::from_le_bytes(*tophash)
}

/// The lanes that equal `top`.
#[inline]
pub fn match_tophash(tophash: &[u8; 8], top: u8) -> Mask {
    zero_lanes(load(tophash) ^ splat(top))
}

/// The lanes that are empty: [`EMPTY_REST`] or [`EMPTY_ONE`](crate::EMPTY_ONE).
///
/// Go: `runtime/map.go` `isEmpty`, 1.22.
#[inline]
pub fn match_empty(tophash: &[u8; 8]) -> Mask {
    // The two differ in bit 0 only.
    zero_lanes(load(tophash) & splat(!1))
}

/// The lanes that hold an entry: at least [`MIN_TOP_HASH`].
#[inline]
pub fn match_full(tophash: &[u8; 8]) -> Mask {
    let word = load(tophash);
    // 0x7f + 0x7b = 0xfa: no lane carries.
    let low_bits = (word & splat(0x7f)) + splat(0x80 - MIN_TOP_HASH);
    Mask::new((low_bits | word) & splat(0x80))
}

/// The lanes from which on the whole chain is empty: [`EMPTY_REST`].
#[inline]
pub fn match_end(tophash: &[u8; 8]) -> Mask {
    match_tophash(tophash, EMPTY_REST)
}
