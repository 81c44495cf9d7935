//! The kernel for x86-64: eight bytes in the lower half of one SSE2 register.

use crate::{EMPTY_ONE, EMPTY_REST, Lanes, MIN_TOP_HASH};
use core::arch::x86_64::{
    __m128i, _mm_cmpeq_epi8, _mm_cvtsi64_si128, _mm_max_epu8, _mm_min_epu8, _mm_movemask_epi8,
    _mm_set1_epi8,
};

/// The name of this kernel.
pub const KERNEL: &str = "sse2";

/// The lanes that a scan found: bit `i` for lane `i`.
pub type Mask = Lanes<1>;

#[inline(always)]
fn load(tophash: &[u8; 8]) -> __m128i {
    // SAFETY: this module is compiled only where the target enables SSE2.
    unsafe { _mm_cvtsi64_si128(i64::from_le_bytes(*tophash)) }
}

#[inline(always)]
fn splat(byte: u8) -> __m128i {
    // SAFETY: this module is compiled only where the target enables SSE2.
    unsafe { _mm_set1_epi8(byte.cast_signed()) }
}

/// The lanes in which `a` and `b` are equal.
#[inline(always)]
fn equal_lanes(a: __m128i, b: __m128i) -> Mask {
    // SAFETY: this module is compiled only where the target enables SSE2.
    let bits = unsafe { _mm_movemask_epi8(_mm_cmpeq_epi8(a, b)) };
    // The upper half of the register holds no tophash, and its zeros match EMPTY_REST.
    Mask::new(u64::from(bits as u8))
}

/// The lanes that equal `top`.
#[inline]
pub fn match_tophash(tophash: &[u8; 8], top: u8) -> Mask {
    // Eight copies by a multiplication: the shuffles that fill all sixteen lanes take twice as many
    // instructions.
    equal_lanes(load(tophash), load(&(u64::from(top) * 0x0101_0101_0101_0101).to_le_bytes()))
}

/// The lanes that are empty: [`EMPTY_REST`] or [`EMPTY_ONE`].
///
/// Go: `runtime/map.go` `isEmpty`, 1.22.
#[inline]
pub fn match_empty(tophash: &[u8; 8]) -> Mask {
    let tophash = load(tophash);
    // SSE2 orders bytes as signed only, so `x <= n` is `min(x, n) == x`.
    // SAFETY: this module is compiled only where the target enables SSE2.
    equal_lanes(unsafe { _mm_min_epu8(tophash, splat(EMPTY_ONE)) }, tophash)
}

/// The lanes that hold an entry: at least [`MIN_TOP_HASH`].
#[inline]
pub fn match_full(tophash: &[u8; 8]) -> Mask {
    let tophash = load(tophash);
    // SAFETY: this module is compiled only where the target enables SSE2.
    equal_lanes(unsafe { _mm_max_epu8(tophash, splat(MIN_TOP_HASH)) }, tophash)
}

/// The lanes from which on the whole chain is empty: [`EMPTY_REST`].
#[inline]
pub fn match_end(tophash: &[u8; 8]) -> Mask {
    match_tophash(tophash, EMPTY_REST)
}
