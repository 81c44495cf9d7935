//! Go's fallback hash, with its source's own names.
//!
//! Go: runtime/hash64.go, 1.22 and 1.23.

/// What `hash64.go` calls `m1` to `m5`; 1.23 has only the last.
const M1: u64 = 0xa076_1d64_78bd_642f;
const M2: u64 = 0xe703_7ed1_a0b4_28db;
const M3: u64 = 0x8ebc_6af0_9c88_c6e3;
const M4: u64 = 0x5899_65cc_7537_4cc3;
const M5: u64 = 0x1d8e_4e27_c47d_124f;

/// What the process's `hashkey` becomes: xored into the seed, and into the three streams. The editions
/// differ in nothing else.
fn secrets(hashkey: [u64; 4], since_1_23: bool) -> [u64; 4] {
    if since_1_23 { hashkey } else { [hashkey[0] ^ M1, M2, M3, M4] }
}

/// Go's `memhashFallback`.
pub fn memhash(hashkey: [u64; 4], since_1_23: bool, bytes: &[u8], seed: u64) -> u64 {
    let [k0, k1, k2, k3] = secrets(hashkey, since_1_23);
    let mut seed = seed ^ k0;
    let s = bytes.len();
    let mut p = 0;
    let (a, b);
    match s {
        0 => return seed,
        1..4 => {
            a = read(bytes, p, 1)
                | read(bytes, p + (s >> 1), 1) << 8
                | read(bytes, p + s - 1, 1) << 16;
            b = 0;
        }
        4..8 => {
            a = read(bytes, p, 4);
            b = read(bytes, p + s - 4, 4);
        }
        8..=16 => {
            a = read(bytes, p, 8);
            b = read(bytes, p + s - 8, 8);
        }
        _ => {
            let mut l = s;
            if l > 48 {
                let mut seed1 = seed;
                let mut seed2 = seed;
                while l > 48 {
                    seed = mix(read(bytes, p, 8) ^ k1, read(bytes, p + 8, 8) ^ seed);
                    seed1 = mix(read(bytes, p + 16, 8) ^ k2, read(bytes, p + 24, 8) ^ seed1);
                    seed2 = mix(read(bytes, p + 32, 8) ^ k3, read(bytes, p + 40, 8) ^ seed2);
                    p += 48;
                    l -= 48;
                }
                seed ^= seed1 ^ seed2;
            }
            while l > 16 {
                seed = mix(read(bytes, p, 8) ^ k1, read(bytes, p + 8, 8) ^ seed);
                p += 16;
                l -= 16;
            }
            a = read(bytes, p + l - 16, 8);
            b = read(bytes, p + l - 8, 8);
        }
    }
    mix(M5 ^ s as u64, mix(a ^ k1, b ^ seed))
}

/// Go's `memhash32Fallback`.
pub fn memhash32(hashkey: [u64; 4], since_1_23: bool, value: u32, seed: u64) -> u64 {
    let ([k0, k1, ..], a) = (secrets(hashkey, since_1_23), u64::from(value));
    mix(M5 ^ 4, mix(a ^ k1, a ^ seed ^ k0))
}

/// Go's `memhash64Fallback`.
pub fn memhash64(hashkey: [u64; 4], since_1_23: bool, value: u64, seed: u64) -> u64 {
    let [k0, k1, ..] = secrets(hashkey, since_1_23);
    mix(M5 ^ 8, mix(value ^ k1, value ^ seed ^ k0))
}

/// Both halves of the product.
fn mix(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product >> 64) as u64 ^ product as u64
}

/// `size` bytes at `at`, little-endian, one by one.
fn read(bytes: &[u8], at: usize, size: usize) -> u64 {
    (0..size).fold(0, |value, i| value | u64::from(bytes[at + i]) << (8 * i))
}
