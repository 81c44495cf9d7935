//! What the two AES hashes share: how the bytes are cut into blocks of 16, each in a lane.
//!
//! ```text
//! bytes    lanes  which blocks
//! 17–32    2      the first one, the last one; they overlap unless there are 32 bytes
//! 33–64    4      the first two, the last two
//! 65–128   8      the first four, the last four
//! 129–     8      the last eight to begin with, then all of each 128 from the front
//! ```
//!
//! Everything here is `inline(always)`: a lane lives in a vector register, and stays there only
//! while its loop is unrolled inside the hash.

use tophash_arch::aes::Rounds;

/// Key `i` of the eight in a key schedule.
#[inline(always)]
pub(super) fn key<R: Rounds>(r: R, keysched: &[u8; 128], i: usize) -> R::Block {
    r.load(&keysched.as_chunks::<16>().0[i])
}

/// The block whose first eight bytes are `low` and last eight `high`.
#[inline(always)]
pub(super) fn pair<R: Rounds>(r: R, low: u64, high: u64) -> R::Block {
    r.load(&(u128::from(low) | u128::from(high) << 64).to_le_bytes())
}

/// The first N/2 and the last N/2 blocks of `bytes`, which has at least 8·N.
#[inline(always)]
pub(super) fn ends<R: Rounds, const N: usize>(r: R, bytes: &[u8]) -> [R::Block; N] {
    let half = N / 2 * 16;
    let head = bytes[..half].as_chunks::<16>().0;
    let tail = bytes[bytes.len() - half..].as_chunks::<16>().0;
    let mut lanes = [r.load(&head[0]); N];
    for i in 0..N / 2 {
        lanes[i] = r.load(&head[i]);
        lanes[N / 2 + i] = r.load(&tail[i]);
    }
    lanes
}

/// The eight blocks of 128 bytes.
#[inline(always)]
pub(super) fn eight<R: Rounds>(r: R, bytes: &[u8; 128]) -> [R::Block; 8] {
    let blocks = bytes.as_chunks::<16>().0;
    let mut lanes = [r.load(&blocks[0]); 8];
    for i in 1..8 {
        lanes[i] = r.load(&blocks[i]);
    }
    lanes
}

/// The blocks that `bytes`, of more than 128, are hashed in: the last 128, which are the first to
/// be hashed, then (n − 1) / 128 times 128 from the front.
#[inline(always)]
pub(super) fn long(bytes: &[u8]) -> (&[u8; 128], &[[u8; 128]]) {
    let last = bytes.last_chunk().expect("there are more than 128");
    // All but one byte, so that of a whole multiple of 128 the last block comes once.
    (last, bytes[..bytes.len() - 1].as_chunks().0)
}

/// The first eight bytes of all lanes xored together.
#[inline(always)]
pub(super) fn combine<R: Rounds, const N: usize>(r: R, lanes: [R::Block; N]) -> u64 {
    let mut all = lanes[0];
    for lane in &lanes[1..] {
        all = r.xor(all, *lane);
    }
    r.low(all)
}
