//! Of `runtime/hash_test.go`: its tests after SMHasher, for every family of hash functions.
//!
//! All differ alike: Go lets some collisions pass, and skips most of these tests under `-short`;
//! here keys are fewer, fewest in a build that is not optimised, and no two may have one hash.

use super::families;
use tophash::hash::{Alg, AnyAlg, Rand};
use tophash::key::{GoKey, Interface};

/// Whether there is time for many keys.
const OPTIMISED: bool = !cfg!(debug_assertions);

/// One size or the other.
const fn size(optimised: usize, otherwise: usize) -> usize {
    if OPTIMISED { optimised } else { otherwise }
}

/// Go's HashSet: hashes, of which no two may be the same.
struct Hashes<'a> {
    alg: &'a AnyAlg,
    all: Vec<u64>,
}

impl Hashes<'_> {
    fn add(&mut self, key: &[u8]) {
        self.all.push(self.alg.memhash(key, 0));
    }

    fn check(&mut self, name: &str, what: &str) {
        let keys = self.all.len();
        self.all.sort_unstable();
        self.all.dedup();
        assert_eq!(self.all.len(), keys, "{name}, {what}: so many hashes of so many keys");
        self.all.clear();
    }
}

/// Adds one set of keys under each family, and checks their hashes.
fn distinct(what: &str, mut keys: impl FnMut(&mut Hashes<'_>)) {
    for (name, alg) in families() {
        let mut hashes = Hashes { alg: &alg, all: Vec::new() };
        keys(&mut hashes);
        hashes.check(name, what);
    }
}

fn fill(rand: &Rand, bytes: &mut [u8]) {
    for piece in bytes.chunks_mut(8) {
        piece.copy_from_slice(&rand.next().to_le_bytes()[..piece.len()]);
    }
}

/// A hash depends on the key, not on what lies around it, nor on where it lies.
///
/// Go: runtime/hash_test.go TestSmhasherSanity, 1.22.
#[test]
fn smhasher_sanity() {
    const PAD: usize = 16;
    const KEY: usize = 128;
    const OFFSETS: usize = 16;
    let families = families();
    let rand = Rand::from_seed(1234);
    for _ in 0..size(10, 1) {
        for n in 0..KEY {
            for offset in PAD..PAD + OFFSETS {
                let mut b = [0; PAD + KEY + OFFSETS + PAD];
                let mut c = b;
                fill(&rand, &mut b);
                fill(&rand, &mut c);
                c[offset..offset + n].copy_from_slice(&b[PAD..PAD + n]);
                for (name, alg) in &families {
                    let (b, c) = (&b[PAD..PAD + n], &c[offset..offset + n]);
                    assert_eq!(alg.memhash(b, 0), alg.memhash(c, 0), "{name}: {n} bytes");
                }
            }
        }
    }
}

/// Go: runtime/hash_test.go TestSmhasherAppendedZeros, 1.22.
#[test]
fn smhasher_appended_zeros() {
    let key = [b"hello".as_slice(), &[0; 256]].concat();
    distinct("appended zeros", |hashes| (0..=key.len()).for_each(|n| hashes.add(&key[..n])));
}

/// Strings of one and two bytes, and some of three.
///
/// Go: runtime/hash_test.go TestSmhasherSmallKeys, 1.22.
#[test]
fn smhasher_small_keys() {
    let third = (0..=u8::MAX).step_by(size(16, 255));
    distinct("small keys", |hashes| {
        for i in 0..=u8::MAX {
            hashes.add(&[i]);
            for j in 0..=u8::MAX {
                hashes.add(&[i, j]);
                third.clone().for_each(|k| hashes.add(&[i, j, k]));
            }
        }
    });
}

/// Go: runtime/hash_test.go TestSmhasherZeros, 1.22.
#[test]
fn smhasher_zeros() {
    let key = vec![0; size(16 << 10, 1 << 10)];
    distinct("zeros", |hashes| (0..=key.len()).for_each(|n| hashes.add(&key[..n])));
}

/// Go: runtime/hash_test.go TestSmhasherTwoNonzero, 1.22.
#[test]
fn smhasher_two_nonzero() {
    let values = (1..=u8::MAX).step_by(size(5, 31));
    distinct("two bytes that are not zero", |hashes| {
        for n in 2..=16 {
            let mut key = vec![0; n];
            hashes.add(&key);
            for i in 0..n {
                for x in values.clone() {
                    key[i] = x;
                    hashes.add(&key);
                    for j in i + 1..n {
                        for y in values.clone() {
                            key[j] = y;
                            hashes.add(&key);
                        }
                        key[j] = 0;
                    }
                }
                key[i] = 0;
            }
        }
    });
}

/// Eight times the same 4 to 12 bytes.
///
/// Go: runtime/hash_test.go TestSmhasherCyclic, 1.22.
#[test]
fn smhasher_cyclic() {
    for n in 4..=12 {
        distinct("cycles", |hashes| {
            let rand = Rand::from_seed(1234);
            let mut cycle = [0; 12];
            for i in 0..size(100_000, 5000) {
                // Four residues, which come again only after 97 · 137 · 197 · 251 keys.
                cycle[..4].copy_from_slice(&[
                    (i * 79 % 97) as u8,
                    (i * 43 % 137) as u8,
                    (i * 151 % 197) as u8,
                    (i * 199 % 251) as u8,
                ]);
                fill(&rand, &mut cycle[4..]);
                hashes.add(&cycle[..n].repeat(8));
            }
        });
    }
}

/// Adds `key` with up to `k` more bits set, at `from` and above.
fn set_bits(hashes: &mut Hashes<'_>, key: &mut [u8], from: usize, k: usize) {
    hashes.add(key);
    if k == 0 {
        return;
    }
    for bit in from..8 * key.len() {
        key[bit / 8] ^= 1 << (bit % 8);
        set_bits(hashes, key, bit + 1, k - 1);
        key[bit / 8] ^= 1 << (bit % 8);
    }
}

/// Strings with few bits set.
///
/// Go: runtime/hash_test.go TestSmhasherSparse, 1.22.
#[test]
fn smhasher_sparse() {
    for (bits, k) in [
        (32, size(5, 4)),
        (40, size(5, 3)),
        (48, size(4, 3)),
        (56, size(4, 3)),
        (64, size(4, 3)),
        (96, size(3, 2)),
        (256, 2),
        (2048, size(2, 1)),
    ] {
        distinct("sparse keys", |hashes| set_bits(hashes, &mut vec![0; bits / 8], 0, k));
    }
}

/// Adds `key`, and behind it every sequence of up to `n` of the blocks.
fn sequences(hashes: &mut Hashes<'_>, key: &mut Vec<u8>, blocks: &[u32], n: usize) {
    hashes.add(key);
    if n == 0 {
        return;
    }
    for block in blocks {
        key.extend(block.to_le_bytes());
        sequences(hashes, key, blocks, n - 1);
        key.truncate(key.len() - 4);
    }
}

/// Sequences of blocks; "permutation" is SMHasher's word for them.
///
/// Go: runtime/hash_test.go TestSmhasherPermutation, 1.22.
#[test]
fn smhasher_permutation() {
    let low: [u32; 8] = std::array::from_fn(|i| i as u32);
    let high = low.map(|i| i << 29);
    let both: Vec<u32> = low.iter().chain(&high[1..]).copied().collect();
    for (blocks, n) in [
        (&low[..], size(6, 5)),
        (&high[..], size(6, 5)),
        (&[0, 1], size(17, 13)),
        (&[0, 1 << 31], size(17, 13)),
        (&both, size(5, 4)),
    ] {
        distinct("sequences", |hashes| sequences(hashes, &mut Vec::new(), blocks, n));
    }
}

/// A kind of key, over the bytes that are its value.
#[derive(Clone, Copy)]
struct Kind {
    name: &'static str,
    bytes: usize,
    hash: fn(&AnyAlg, &[u8]) -> u64,
}

const fn string(bytes: usize) -> Kind {
    Kind { name: "bytes", bytes, hash: |alg, key| alg.memhash(key, 0) }
}

fn number<const N: usize>(key: &[u8]) -> [u8; N] {
    key.try_into().expect("the kind's size")
}

const INT32: Kind = Kind {
    name: "int32",
    bytes: 4,
    hash: |alg, key| alg.memhash32(u32::from_le_bytes(number(key)), 0),
};
const INT64: Kind = Kind {
    name: "int64",
    bytes: 8,
    hash: |alg, key| alg.memhash64(u64::from_le_bytes(number(key)), 0),
};
/// Go's empty interface, and one with methods: both are an `Interface`.
const EFACE: Kind = Kind {
    name: "Eface",
    bytes: 8,
    hash: |alg, key| {
        let key = Interface::from(u64::from_le_bytes(number(key)));
        key.go_hash(alg, 0, &Rand::from_seed(0))
    },
};
const IFACE: Kind = Kind {
    name: "Iface",
    bytes: 8,
    hash: |alg, key| {
        let key = Interface::named("runtime_test.fInter", u64::from_le_bytes(number(key)));
        key.go_hash(alg, 0, &Rand::from_seed(0))
    },
};

/// Flipping a bit of a key flips each bit of the hash with a probability of a half.
///
/// Go: runtime/hash_test.go TestSmhasherAvalanche, 1.22.
///
/// Differs: of fewer keys, so what chance does is added to Go's slack of a tenth (since 1.22; 1.21
/// allows less). Of keys with more than 64 bits every thirteenth is flipped, each bit of a byte in
/// its turn.
#[test]
fn smhasher_avalanche() {
    const KEYS: u32 = size(20_000, 800) as u32;
    // No one of the 10^5 sums of coins below comes this many standard deviations off its mean.
    let chance = 6.5 * 0.5 * f64::from(KEYS).sqrt();
    let slack = 0.1 * f64::from(KEYS);
    let strings = [2, 4, 8, 16, 32, 200].map(string);
    for kind in strings.into_iter().chain([INT32, INT64, EFACE, IFACE]) {
        let bits = 8 * kind.bytes;
        let flipped: Vec<usize> = (0..bits).step_by(if bits > 64 { 13 } else { 1 }).collect();
        for (name, alg) in families() {
            let rand = Rand::from_seed(1234);
            let mut key = vec![0; kind.bytes];
            let mut flips = vec![[0u32; 64]; flipped.len()];
            for _ in 0..KEYS {
                fill(&rand, &mut key);
                let hash = (kind.hash)(&alg, &key);
                for (&bit, flips) in flipped.iter().zip(&mut flips) {
                    key[bit / 8] ^= 1 << (bit % 8);
                    let mut changed = hash ^ (kind.hash)(&alg, &key);
                    key[bit / 8] ^= 1 << (bit % 8);
                    while changed != 0 {
                        flips[changed.trailing_zeros() as usize] += 1;
                        changed &= changed - 1;
                    }
                }
            }
            for (bit, flips) in flipped.iter().zip(&flips) {
                for (to, &flips) in flips.iter().enumerate() {
                    let off = (f64::from(flips) - 0.5 * f64::from(KEYS)).abs();
                    assert!(
                        off <= chance + slack,
                        "{name}, {} of {bits} bits: bit {bit} flips bit {to} {flips}/{KEYS} times",
                        kind.name
                    );
                }
            }
        }
    }
}

/// Keys whose set bits lie in a window, for each place of the window.
///
/// Go: runtime/hash_test.go TestSmhasherWindowed, 1.22.
#[test]
fn smhasher_windowed() {
    const WINDOW: usize = size(12, 8);
    for kind in [INT32, INT64, string(128)] {
        let bits = 8 * kind.bytes;
        for start in (0..bits).step_by(if bits > 64 { size(1, 3) } else { 1 }) {
            distinct("a window", |hashes| {
                for i in 0..1 << WINDOW {
                    let mut key = [0; 128];
                    for bit in (0..WINDOW).filter(|bit| i >> bit & 1 != 0) {
                        let bit = (start + bit) % bits;
                        key[bit / 8] |= 1 << (bit % 8);
                    }
                    hashes.all.push((kind.hash)(hashes.alg, &key[..kind.bytes]));
                }
            });
        }
    }
}

/// All words of four letters and digits, with something before or behind them.
///
/// Go: runtime/hash_test.go TestSmhasherText, 1.22.
#[test]
fn smhasher_text() {
    let all = b"ABCDEFGHIJKLMNOPQRSTabcdefghijklmnopqrst0123456789";
    let letters = || all.iter().copied().step_by(size(2, 4));
    for (prefix, suffix) in [("Foo", "Bar"), ("FooBar", ""), ("", "FooBar")] {
        distinct("words", |hashes| {
            let mut key = [prefix.as_bytes(), &[0; 4], suffix.as_bytes()].concat();
            let word = prefix.len()..prefix.len() + 4;
            for a in letters() {
                for b in letters() {
                    for c in letters() {
                        for d in letters() {
                            key[word.clone()].copy_from_slice(&[a, b, c, d]);
                            hashes.add(&key);
                        }
                    }
                }
            }
        });
    }
}

/// Other seeds make other hashes.
///
/// Go: runtime/hash_test.go TestSmhasherSeed, 1.22.
#[test]
fn smhasher_seed() {
    distinct("seeds", |hashes| {
        for seed in 0..size(100_000, 20_000) as u64 {
            hashes.all.push(hashes.alg.memhash(b"hello", seed));
        }
    });
}
