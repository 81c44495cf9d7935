//! Go's hash for processors without AES, a relative of wyhash.

use super::Alg;

/// Which of its two forms Go's fallback hash has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Edition {
    /// Go 1.21 and 1.22: one number of the process's four is used, the others are constants.
    Before123,
    /// Go 1.23: all four numbers are used.
    #[default]
    Since123,
}

/// Go's hash for processors without AES.
///
/// The two [`Edition`]s give different hashes.
///
/// Go: runtime/hash64.go, 1.22 and 1.23.
///
/// ```
/// use tophash::hash::{Alg, Edition, Fallback};
///
/// let old = Fallback::new([1, 3, 5, 7], Edition::Before123);
/// let new = Fallback::new([1, 3, 5, 7], Edition::Since123);
/// assert_ne!(old.memhash64(42, 0), new.memhash64(42, 0));
/// ```
#[derive(Clone, Debug)]
pub struct Fallback {
    hashkey: [u64; 4],
    edition: Edition,
    /// What is xored into the seed, then into each of the three streams of data. This is all that
    /// the editions differ in.
    secret: [u64; 4],
}

/// Go's constants `m1` to `m5`. Only `m5` is left in 1.23.
const M: [u64; 5] = [
    0xa076_1d64_78bd_642f,
    0xe703_7ed1_a0b4_28db,
    0x8ebc_6af0_9c88_c6e3,
    0x5899_65cc_7537_4cc3,
    0x1d8e_4e27_c47d_124f,
];

impl Fallback {
    /// The hash of a process whose `hashkey` is this.
    pub const fn new(hashkey: [u64; 4], edition: Edition) -> Self {
        let secret = match edition {
            Edition::Before123 => [hashkey[0] ^ M[0], M[1], M[2], M[3]],
            Edition::Since123 => hashkey,
        };
        Self { hashkey, edition, secret }
    }

    /// The process's four numbers. Go: runtime/alg.go `hashkey`, 1.22.
    pub const fn hashkey(&self) -> [u64; 4] {
        self.hashkey
    }

    /// Which form of the hash this is.
    pub const fn edition(&self) -> Edition {
        self.edition
    }

    #[inline]
    fn finish(&self, len: u64, a: u64, b: u64, seed: u64) -> u64 {
        mix(M[4] ^ len, mix(a ^ self.secret[1], b ^ seed))
    }

    /// Hashes more than 16 bytes: 48 at a time in three streams, then 16 at a time, then the last
    /// 16, which overlap what came before.
    fn long(&self, bytes: &[u8], mut seed: u64) -> u64 {
        let [_, k1, k2, k3] = self.secret;
        let mut rest = bytes;
        if rest.len() > 48 {
            let (mut seed1, mut seed2) = (seed, seed);
            // More than 48, not 48: the last bytes are always left for the end.
            while rest.len() > 48 {
                seed = mix(r8(rest, 0) ^ k1, r8(rest, 8) ^ seed);
                seed1 = mix(r8(rest, 16) ^ k2, r8(rest, 24) ^ seed1);
                seed2 = mix(r8(rest, 32) ^ k3, r8(rest, 40) ^ seed2);
                rest = &rest[48..];
            }
            seed ^= seed1 ^ seed2;
        }
        while rest.len() > 16 {
            seed = mix(r8(rest, 0) ^ k1, r8(rest, 8) ^ seed);
            rest = &rest[16..];
        }
        let n = bytes.len();
        self.finish(n as u64, r8(bytes, n - 16), r8(bytes, n - 8), seed)
    }
}

impl Alg for Fallback {
    fn memhash(&self, bytes: &[u8], seed: u64) -> u64 {
        let seed = seed ^ self.secret[0];
        let n = bytes.len();
        let (a, b) = match n {
            0 => return seed,
            1..=3 => {
                let [first, middle, last] = [bytes[0], bytes[n >> 1], bytes[n - 1]].map(u64::from);
                (first | middle << 8 | last << 16, 0)
            }
            4..=7 => (r4(bytes, 0), r4(bytes, n - 4)),
            8..=16 => (r8(bytes, 0), r8(bytes, n - 8)),
            _ => return self.long(bytes, seed),
        };
        self.finish(n as u64, a, b, seed)
    }

    #[inline]
    fn memhash32(&self, value: u32, seed: u64) -> u64 {
        let a = u64::from(value);
        self.finish(4, a, a, seed ^ self.secret[0])
    }

    #[inline]
    fn memhash64(&self, value: u64, seed: u64) -> u64 {
        self.finish(8, value, value, seed ^ self.secret[0])
    }
}

#[inline]
fn mix(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product >> 64) as u64 ^ product as u64
}

#[inline]
fn r4(bytes: &[u8], at: usize) -> u64 {
    let bytes: [u8; 4] = bytes[at..at + 4].try_into().expect("the range is four long");
    u64::from(u32::from_le_bytes(bytes))
}

#[inline]
fn r8(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("the range is eight long"))
}
