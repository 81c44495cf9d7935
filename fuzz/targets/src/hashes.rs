//! Each of Go's hash functions against its source restated: of bytes, of 32 and 64 bits, and of the keys
//! that are made of those.

use crate::Reference;
use crate::reference::{aes, fallback};
use arbitrary::Arbitrary;
use tophash::hash::{
    Aes, AesArm64, Alg, AnyAlg, Edition, Fallback, Rand, c64hash, dynamic_memory, f32hash, f64hash,
};
use tophash::key::{Bytes, GoKey, Interface};

/// Bytes of one input. Every path has been taken by then, and the references are slow.
const LONGEST: usize = 600;

/// What is hashed, under which keys.
#[derive(Arbitrary, Debug)]
pub struct Input {
    seed: u64,
    /// Spread over the 128 bytes of a key schedule: few bytes of input make a whole one.
    schedule: [u8; 8],
    hashkey: [u32; 4],
    bytes: Vec<u8>,
}

/// Every function gives what Go's source says.
///
/// # Panics
/// If not.
pub fn check(input: &Input, reference: Reference) {
    let keysched: [u8; 128] =
        core::array::from_fn(|i| input.schedule[i % 8].wrapping_mul(2 * (i / 8) as u8 + 1));
    let hashkey = input.hashkey.map(|word| u64::from(word).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    for assembly in [aes::Assembly::Amd64, aes::Assembly::Arm64] {
        let theirs = Restated {
            memhash: &|bytes, seed| aes::memhash(assembly, &keysched, bytes, seed),
            memhash32: &|value, seed| aes::memhash32(assembly, &keysched, value, seed),
            memhash64: &|value, seed| aes::memhash64(assembly, &keysched, value, seed),
            reference,
        };
        match assembly {
            aes::Assembly::Amd64 => check_alg(Aes::new(keysched), &theirs, input),
            aes::Assembly::Arm64 => check_alg(AesArm64::new(keysched), &theirs, input),
        }
    }
    for (edition, since) in [(Edition::Before123, false), (Edition::Since123, true)] {
        let theirs = Restated {
            memhash: &|bytes, seed| fallback::memhash(hashkey, since, bytes, seed),
            memhash32: &|value, seed| fallback::memhash32(hashkey, since, value, seed),
            memhash64: &|value, seed| fallback::memhash64(hashkey, since, value, seed),
            reference,
        };
        check_alg(Fallback::new(hashkey, edition), &theirs, input);
    }
}

/// Go's three functions of one family, restated.
struct Restated<'a> {
    memhash: &'a dyn Fn(&[u8], u64) -> u64,
    memhash32: &'a dyn Fn(u32, u64) -> u64,
    memhash64: &'a dyn Fn(u64, u64) -> u64,
    reference: Reference,
}

/// Go's `c0` and `c1`.
const C: [u64; 2] = [33_054_211_828_000_289, 23_344_194_077_549_503];

impl Restated<'_> {
    /// Go's `f64hash`, without NaN; `f32hash` alike, of half the bytes.
    fn float(&self, bytes: &[u8], is_zero: bool, seed: u64) -> u64 {
        if is_zero { C[1].wrapping_mul(C[0] ^ seed) } else { (self.memhash)(bytes, seed) }
    }

    /// Go's `typehash` of plain memory.
    fn plain(&self, bytes: &[u8], seed: u64) -> u64 {
        match *bytes {
            [a, b, c, d] => (self.memhash32)(u32::from_le_bytes([a, b, c, d]), seed),
            [a, b, c, d, e, f, g, h] => {
                (self.memhash64)(u64::from_le_bytes([a, b, c, d, e, f, g, h]), seed)
            }
            // The fault: a last byte that is odd is taken for its even neighbour.
            [ref rest @ .., last] if self.reference == Reference::Wrong => {
                (self.memhash)(&[rest, &[last & !1]].concat(), seed)
            }
            _ => (self.memhash)(bytes, seed),
        }
    }

    /// Go's `nilinterhash`.
    fn interface(&self, hash: impl Fn(u64) -> u64, seed: u64) -> u64 {
        C[1].wrapping_mul(hash(seed ^ C[0]))
    }
}

fn check_alg<A: Alg + Clone + Into<AnyAlg>>(alg: A, theirs: &Restated<'_>, input: &Input) {
    let (seed, bytes) = (input.seed, &input.bytes[..input.bytes.len().min(LONGEST)]);
    let nan = Rand::from_seed(0);
    let any: AnyAlg = alg.clone().into();

    assert_eq!(alg.memhash(bytes, seed), (theirs.memhash)(bytes, seed), "{} bytes", bytes.len());
    assert_eq!(any.memhash(bytes, seed), (theirs.memhash)(bytes, seed), "at run time");
    assert_eq!(
        Bytes::new(bytes).go_hash(&alg, seed, &nan),
        (theirs.memhash)(bytes, seed),
        "a string"
    );
    assert_eq!(dynamic_memory(&alg, bytes, seed), theirs.plain(bytes, seed), "plain memory");
    let string = |seed| (theirs.memhash)(bytes, seed);
    assert_eq!(
        Interface::string(bytes).go_hash(&alg, seed, &nan),
        theirs.interface(string, seed),
        "a string in an interface"
    );

    let word = bytes.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte));
    let half = word as u32;
    assert_eq!(alg.memhash64(word, seed), (theirs.memhash64)(word, seed), "{word:#x}");
    assert_eq!(any.memhash64(word, seed), (theirs.memhash64)(word, seed), "{word:#x} at run time");
    assert_eq!(alg.memhash32(half, seed), (theirs.memhash32)(half, seed), "{half:#x}");
    assert_eq!(any.memhash32(half, seed), (theirs.memhash32)(half, seed), "{half:#x} at run time");
    assert_eq!(word.go_hash(&alg, seed, &nan), (theirs.memhash64)(word, seed), "a u64");
    assert_eq!((half as i32).go_hash(&alg, seed, &nan), (theirs.memhash32)(half, seed), "an i32");
    assert_eq!(
        Interface::named("uint64", word).go_hash(&alg, seed, &nan),
        theirs.interface(|seed| (theirs.memhash64)(word, seed), seed),
        "a u64 in an interface"
    );

    let (double, single) = (f64::from_bits(word), f32::from_bits(half));
    if !double.is_nan() {
        let hash = theirs.float(&word.to_le_bytes(), double == 0.0, seed);
        assert_eq!(f64hash(&alg, double, seed, &nan), hash, "{double}");
        assert_eq!(double.go_hash(&alg, seed, &nan), hash, "{double} as a key");
    }
    if !single.is_nan() {
        let hash = |seed| theirs.float(&half.to_le_bytes(), single == 0.0, seed);
        assert_eq!(f32hash(&alg, single, seed, &nan), hash(seed), "{single}");
        assert_eq!(c64hash(&alg, single, single, seed, &nan), hash(hash(seed)), "{single} twice");
    }
}
