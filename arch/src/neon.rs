//! The kernel for arm64: eight bytes in one 64-bit NEON register.

use crate::{EMPTY_ONE, EMPTY_REST, Lanes, MIN_TOP_HASH};
use core::arch::aarch64::{
    uint8x8_t, vceq_u8, vcge_u8, vcle_u8, vcreate_u8, vdup_n_u8, vget_lane_u64, vreinterpret_u64_u8,
};

/// The name of this kernel.
pub const KERNEL: &str = "neon";

/// The lanes that a scan found: bit `8 * i + 7` for lane `i`.
///
/// NEON has no movemask: a comparison leaves eight bits a lane, of which one is kept.
pub type Mask = Lanes<8>;

#[inline(always)]
fn load(tophash: &[u8; 8]) -> uint8x8_t {
    // SAFETY: this module is compiled only where the target enables NEON.
    unsafe { vcreate_u8(u64::from_le_bytes(*tophash)) }
}

#[inline(always)]
fn splat(byte: u8) -> uint8x8_t {
    // SAFETY: this module is compiled only where the target enables NEON.
    unsafe { vdup_n_u8(byte) }
}

/// The lanes that a comparison set to all ones.
#[inline(always)]
fn set_lanes(compared: uint8x8_t) -> Mask {
    // SAFETY: this module is compiled only where the target enables NEON.
    let bits = unsafe { vget_lane_u64::<0>(vreinterpret_u64_u8(compared)) };
    Mask::new(bits & 0x8080_8080_8080_8080)
}

/// The lanes that equal `top`.
#[inline]
pub fn match_tophash(tophash: &[u8; 8], top: u8) -> Mask {
    // SAFETY: this module is compiled only where the target enables NEON.
    set_lanes(unsafe { vceq_u8(load(tophash), splat(top)) })
}

/// The lanes that are empty: [`EMPTY_REST`] or [`EMPTY_ONE`].
///
/// Go: `runtime/map.go` `isEmpty`, 1.22.
#[inline]
pub fn match_empty(tophash: &[u8; 8]) -> Mask {
    // SAFETY: this module is compiled only where the target enables NEON.
    set_lanes(unsafe { vcle_u8(load(tophash), splat(EMPTY_ONE)) })
}

/// The lanes that hold an entry: at least [`MIN_TOP_HASH`].
#[inline]
pub fn match_full(tophash: &[u8; 8]) -> Mask {
    // SAFETY: this module is compiled only where the target enables NEON.
    set_lanes(unsafe { vcge_u8(load(tophash), splat(MIN_TOP_HASH)) })
}

/// The lanes from which on the whole chain is empty: [`EMPTY_REST`].
#[inline]
pub fn match_end(tophash: &[u8; 8]) -> Mask {
    match_tophash(tophash, EMPTY_REST)
}
