//! Go's AES hash of amd64.

use super::{Alg, lanes};
use tophash_arch::aes::{Job, Rounds, dispatch};

/// Go's AES hash of amd64, with a process's key schedule.
///
/// It is computed with the processor's AES instructions where there are any, in software
/// otherwise; the hashes are the same.
///
/// Go: runtime/asm_amd64.s `aeshashbody`, `memhash32`, `memhash64`, 1.22; no release from 1.21 to
/// 1.23 differs.
///
/// ```
/// use tophash::hash::{Aes, Alg};
/// let alg = Aes::new(std::array::from_fn(|i| i as u8)); // a recording's `keysched`
/// assert_eq!(alg.memhash64(1, 7), alg.memhash64(1, 7));
/// assert_ne!(alg.memhash64(1, 7), alg.memhash64(1, 8)); // another map's seed
/// ```
#[derive(Clone, Debug)]
pub struct Aes {
    keysched: [u8; 128],
}

impl Aes {
    /// The hash of a process whose key schedule is this. Go: runtime/alg.go `aeskeysched`, 1.22.
    pub const fn new(keysched: [u8; 128]) -> Self {
        Self { keysched }
    }

    /// The process's key schedule.
    pub const fn keysched(&self) -> &[u8; 128] {
        &self.keysched
    }
}

impl Alg for Aes {
    fn memhash(&self, bytes: &[u8], seed: u64) -> u64 {
        dispatch(Memhash { keysched: &self.keysched, bytes, seed })
    }

    #[inline]
    fn memhash32(&self, value: u32, seed: u64) -> u64 {
        // Four bytes are eight with zeros above: the assembly inserts them into a cleared register.
        self.memhash64(u64::from(value), seed)
    }

    #[inline]
    fn memhash64(&self, value: u64, seed: u64) -> u64 {
        dispatch(Memhash64 { keysched: &self.keysched, value, seed })
    }
}

struct Memhash64<'a> {
    keysched: &'a [u8; 128],
    value: u64,
    seed: u64,
}

impl Job for Memhash64<'_> {
    #[inline(always)]
    fn run<R: Rounds>(self, r: R) -> u64 {
        let mut state = lanes::pair(r, self.seed, self.value);
        for i in 0..3 {
            state = r.round(state, lanes::key(r, self.keysched, i));
        }
        r.low(state)
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
                r.low(r.round(seed, seed))
            }
            1..=15 => self.hash(r, [r.load(&zero_extended(self.bytes))]),
            16 => {
                let block = self.bytes.try_into().expect("there are 16");
                self.hash(r, [r.load(block)])
            }
            17..=32 => self.hash(r, lanes::ends::<R, 2>(r, self.bytes)),
            33..=64 => self.hash(r, lanes::ends::<R, 4>(r, self.bytes)),
            65..=128 => self.hash(r, lanes::ends::<R, 8>(r, self.bytes)),
            _ => self.hash_long(r),
        }
    }
}

impl Memhash<'_> {
    /// The seeds of the first N lanes: each is the seed and 16 bits of the length four times,
    /// xored with the lane's key, scrambled once.
    #[inline(always)]
    fn seeds<R: Rounds, const N: usize>(&self, r: R) -> [R::Block; N] {
        let len = u64::from(self.bytes.len() as u16) * 0x0001_0001_0001_0001;
        let mut seeds = [lanes::pair(r, self.seed, len); N];
        for (i, seed) in seeds.iter_mut().enumerate() {
            *seed = r.xor(*seed, lanes::key(r, self.keysched, i));
            *seed = r.round(*seed, *seed);
        }
        seeds
    }

    #[inline(always)]
    fn hash<R: Rounds, const N: usize>(&self, r: R, data: [R::Block; N]) -> u64 {
        finish(r, xor(r, data, self.seeds::<R, N>(r)))
    }

    #[inline(always)]
    fn hash_long<R: Rounds>(&self, r: R) -> u64 {
        let (last, blocks) = lanes::long(self.bytes);
        let mut state = xor(r, lanes::eight(r, last), self.seeds::<R, 8>(r));
        for block in blocks {
            let data = lanes::eight(r, block);
            for i in 0..8 {
                state[i] = r.round(state[i], state[i]);
                state[i] = r.round(state[i], data[i]);
            }
        }
        finish(r, state)
    }
}

#[inline(always)]
fn xor<R: Rounds, const N: usize>(r: R, a: [R::Block; N], b: [R::Block; N]) -> [R::Block; N] {
    let mut out = a;
    for i in 0..N {
        out[i] = r.xor(a[i], b[i]);
    }
    out
}

/// Scrambles each lane three times with itself, then combines them.
#[inline(always)]
fn finish<R: Rounds, const N: usize>(r: R, mut state: [R::Block; N]) -> u64 {
    // Round by round, not lane by lane, so that the rounds of one pass overlap in the processor.
    for _ in 0..3 {
        for lane in &mut state {
            *lane = r.round(*lane, *lane);
        }
    }
    lanes::combine(r, state)
}

/// 1 to 15 bytes, followed by zeros.
///
/// Reads of fixed length that overlap: a copy of variable length would be a call.
#[inline(always)]
fn zero_extended(bytes: &[u8]) -> [u8; 16] {
    let n = bytes.len();
    let (low, high) = match n {
        8.. => {
            let low = read8(bytes, 0);
            // Of the last eight bytes, those that are not in `low`: none at all if n is 8.
            let high = read8(bytes, n - 8).checked_shr(8 * (16 - n) as u32).unwrap_or(0);
            (low, high)
        }
        4.. => (read4(bytes, 0) | read4(bytes, n - 4) << (8 * (n - 4)), 0),
        _ => {
            let byte = |i: usize| u64::from(bytes[i]) << (8 * i);
            (byte(0) | byte(n / 2) | byte(n - 1), 0)
        }
    };
    (u128::from(low) | u128::from(high) << 64).to_le_bytes()
}

#[inline(always)]
fn read4(bytes: &[u8], at: usize) -> u64 {
    let bytes: [u8; 4] = bytes[at..at + 4].try_into().expect("the range is four long");
    u64::from(u32::from_le_bytes(bytes))
}

#[inline(always)]
fn read8(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("the range is eight long"))
}

#[cfg(test)]
mod tests {
    use super::zero_extended;

    #[test]
    fn zero_extension_keeps_every_byte_in_place() {
        let bytes: [u8; 15] = core::array::from_fn(|i| i as u8 + 1);
        for n in 1..=15 {
            let mut expected = [0; 16];
            expected[..n].copy_from_slice(&bytes[..n]);
            assert_eq!(zero_extended(&bytes[..n]), expected, "{n} bytes");
        }
    }
}
