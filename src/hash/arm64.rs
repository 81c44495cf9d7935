//! Go's AES hash of arm64.
//!
//! It is written in ARM's instructions, which take the round apart otherwise than x86 does: `AESE`
//! xors the key in first and mixes no columns, `AESMC` mixes them. In terms of x86's rounds:
//!
//! ```text
//! AESE, AESMC  (x, k) = AESENC     (x ^ k, 0)
//! AESE alone   (x, k) = AESENCLAST (x ^ k, 0)
//! ```

use super::{Alg, lanes};
use tophash_arch::aes::{Job, Rounds, dispatch};

/// Go's AES hash of arm64, with a process's key schedule.
///
/// It differs from amd64's [`Aes`](super::Aes) in every hash. It is computed with the processor's
/// AES instructions where there are any, in software otherwise; the hashes are the same.
///
/// Go: runtime/asm_arm64.s `aeshashbody`, `memhash32`, `memhash64`, 1.22; no release from 1.21 to
/// 1.23 differs.
///
/// ```
/// use tophash::hash::{Aes, AesArm64, Alg};
/// let keysched = std::array::from_fn(|i| i as u8);
/// // The two processors compute different functions; both are here on both.
/// assert_ne!(AesArm64::new(keysched).memhash32(1, 7), Aes::new(keysched).memhash32(1, 7));
/// ```
#[derive(Clone, Debug)]
pub struct AesArm64 {
    keysched: [u8; 128],
}

impl AesArm64 {
    /// The hash of a process whose key schedule is this. Go: runtime/alg.go `aeskeysched`, 1.22.
    pub const fn new(keysched: [u8; 128]) -> Self {
        Self { keysched }
    }

    /// The process's key schedule.
    pub const fn keysched(&self) -> &[u8; 128] {
        &self.keysched
    }
}

impl Alg for AesArm64 {
    fn memhash(&self, bytes: &[u8], seed: u64) -> u64 {
        dispatch(Memhash { keysched: &self.keysched, bytes, seed })
    }

    #[inline]
    fn memhash32(&self, value: u32, seed: u64) -> u64 {
        // Half of the seed only: the assembly moves 32 bits of it, and the value beside them.
        let low = seed & 0xffff_ffff | u64::from(value) << 32;
        dispatch(Fixed { keysched: &self.keysched, low, high: 0 })
    }

    #[inline]
    fn memhash64(&self, value: u64, seed: u64) -> u64 {
        dispatch(Fixed { keysched: &self.keysched, low: seed, high: value })
    }
}

/// `AESE` and `AESMC`.
#[inline(always)]
fn aese_aesmc<R: Rounds>(r: R, state: R::Block, key: R::Block) -> R::Block {
    r.round(r.xor(state, key), r.load(&[0; 16]))
}

/// `AESE` alone.
#[inline(always)]
fn aese<R: Rounds>(r: R, state: R::Block, key: R::Block) -> R::Block {
    r.last_round(r.xor(state, key), r.load(&[0; 16]))
}

/// One block, key 0 three times.
struct Fixed<'a> {
    keysched: &'a [u8; 128],
    low: u64,
    high: u64,
}

impl Job for Fixed<'_> {
    #[inline(always)]
    fn run<R: Rounds>(self, r: R) -> u64 {
        let block = lanes::pair(r, self.low, self.high);
        finish(r, [block], [lanes::key(r, self.keysched, 0)])
    }
}

struct Memhash<'a> {
    keysched: &'a [u8; 128],
    bytes: &'a [u8],
    seed: u64,
}

impl Job for Memhash<'_> {
    #[inline(always)]
    fn run<R: Rounds>(self, r: R) -> u64 {
        match self.bytes.len() {
            0 => {
                let [seed] = self.seeds::<R, 1>(r);
                r.low(seed)
            }
            1..=15 => self.hash_short(r, &spread(self.bytes)),
            16 => self.hash_short(r, self.bytes.try_into().expect("there are 16")),
            17..=32 => finish(r, lanes::ends::<R, 2>(r, self.bytes), self.seeds(r)),
            33..=64 => finish(r, lanes::ends::<R, 4>(r, self.bytes), self.seeds(r)),
            65..=128 => finish(r, lanes::ends::<R, 8>(r, self.bytes), self.seeds(r)),
            _ => self.hash_long(r),
        }
    }
}

impl Memhash<'_> {
    /// The seeds of the first N lanes: the lane's key, scrambled once with the seed and the length.
    #[inline(always)]
    fn seeds<R: Rounds, const N: usize>(&self, r: R) -> [R::Block; N] {
        let seed = lanes::pair(r, self.seed, self.bytes.len() as u64);
        let mut seeds = [seed; N];
        for (i, lane) in seeds.iter_mut().enumerate() {
            *lane = aese_aesmc(r, lanes::key(r, self.keysched, i), seed);
        }
        seeds
    }

    /// Up to 16 bytes are the only ones whose last round mixes columns.
    #[inline(always)]
    fn hash_short<R: Rounds>(&self, r: R, block: &[u8; 16]) -> u64 {
        let [seed] = self.seeds::<R, 1>(r);
        let mut state = r.load(block);
        for _ in 0..3 {
            state = aese_aesmc(r, state, seed);
        }
        r.low(state)
    }

    #[inline(always)]
    fn hash_long<R: Rounds>(&self, r: R) -> u64 {
        let (last, blocks) = lanes::long(self.bytes);
        let mut state = self.seeds::<R, 8>(r);
        let mut data = lanes::eight(r, last);
        for block in blocks {
            state = scramble(r, state, data);
            data = lanes::eight(r, block);
            state = scramble(r, state, data);
        }
        // The block that was loaded last is the key of the end too.
        finish(r, state, data)
    }
}

#[inline(always)]
fn scramble<R: Rounds, const N: usize>(
    r: R,
    mut state: [R::Block; N],
    keys: [R::Block; N],
) -> [R::Block; N] {
    for i in 0..N {
        state[i] = aese_aesmc(r, state[i], keys[i]);
    }
    state
}

/// Scrambles each lane three times, the last time without mixing columns, then combines them.
#[inline(always)]
fn finish<R: Rounds, const N: usize>(r: R, state: [R::Block; N], keys: [R::Block; N]) -> u64 {
    let mut state = scramble(r, scramble(r, state, keys), keys);
    for i in 0..N {
        state[i] = aese(r, state[i], keys[i]);
    }
    lanes::combine(r, state)
}

/// 1 to 15 bytes, taken apart by the bits of their number: eight bytes at 0, four at 8, two at 12,
/// one at 14.
#[inline(always)]
fn spread(bytes: &[u8]) -> [u8; 16] {
    let mut block = [0; 16];
    let mut rest = bytes;
    for (size, at) in [(8, 0), (4, 8), (2, 12), (1, 14)] {
        if bytes.len() & size != 0 {
            block[at..at + size].copy_from_slice(&rest[..size]);
            rest = &rest[size..];
        }
    }
    block
}

#[cfg(test)]
mod tests {
    use super::spread;

    #[test]
    fn spread_places_each_part_where_its_size_says() {
        let bytes: [u8; 15] = core::array::from_fn(|i| i as u8 + 1);
        assert_eq!(spread(&bytes), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0]);
        assert_eq!(spread(&bytes[..1]), [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0]);
        assert_eq!(spread(&bytes[..6]), [0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 0, 0]);
        assert_eq!(spread(&bytes[..11]), [1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 9, 10, 11, 0]);
    }
}
