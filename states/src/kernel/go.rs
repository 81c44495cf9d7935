//! The scans as loops over bytes, as Go's compiler makes them of map.go: a load, a comparison and a
//! branch for each byte, not unrolled, not vectorised.

use super::{LANES, opaque};

/// The first lane for which `found` says so, or 8.
#[inline(always)]
fn first(tophash: &[u8; LANES], found: impl Fn(u8) -> bool) -> u64 {
    let mut lane = 0;
    while lane < LANES as u64 {
        if found(tophash[lane as usize]) {
            break;
        }
        lane = opaque(lane + 1);
    }
    lane
}

/// Go: runtime/map.go mapaccess1, 1.22, which looks for the chain's end at each byte that is not the
/// one it looks for.
#[inline(always)]
pub(super) fn match_tophash(tophash: &[u8; LANES], top: u8) -> u64 {
    let mut lane = 0;
    while lane < LANES as u64 {
        let found = tophash[lane as usize];
        if found == top {
            return lane;
        }
        if found == tophash_arch::EMPTY_REST {
            break;
        }
        lane = opaque(lane + 1);
    }
    LANES as u64
}

/// Go: runtime/map.go mapassign, 1.22, `isEmpty`.
#[inline(always)]
pub(super) fn match_empty(tophash: &[u8; LANES]) -> u64 {
    first(tophash, |top| top <= tophash_arch::EMPTY_ONE)
}

/// Go: runtime/map.go mapdelete, 1.22, `emptyRest`.
#[inline(always)]
pub(super) fn match_end(tophash: &[u8; LANES]) -> u64 {
    first(tophash, |top| top == tophash_arch::EMPTY_REST)
}

/// Go: runtime/map.go mapiternext, 1.22, which passes over `isEmpty` and `evacuatedEmpty`.
#[inline(always)]
pub(super) fn match_full(tophash: &[u8; LANES]) -> u64 {
    first(tophash, |top| top > tophash_arch::EMPTY_ONE && top != tophash_arch::EVACUATED_EMPTY)
}
