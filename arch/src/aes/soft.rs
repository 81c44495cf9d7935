//! AES rounds by table.
//!
//! Not constant-time, and it need not be: the rounds mix bits for a hash table, they encrypt
//! nothing. Nor are they fast, for Go itself never runs them: without AES instructions it takes its
//! other hash. They serve to repeat, on any processor, what a Go process with AES computed.

use super::Rounds;

/// Rounds in plain integer arithmetic, on every target.
#[derive(Clone, Copy, Debug, Default)]
pub struct Software;

/// The state as AES has it: four columns, row 0 in the lowest byte of each.
type Columns = [u32; 4];

impl Rounds for Software {
    type Block = Columns;

    #[inline]
    fn load(self, bytes: &[u8; 16]) -> Columns {
        let (columns, _) = bytes.as_chunks::<4>();
        core::array::from_fn(|c| u32::from_le_bytes(columns[c]))
    }

    #[inline]
    fn store(self, block: Columns) -> [u8; 16] {
        core::array::from_fn(|i| block[i / 4].to_le_bytes()[i % 4])
    }

    #[inline]
    fn low(self, block: Columns) -> u64 {
        u64::from(block[0]) | u64::from(block[1]) << 32
    }

    #[inline]
    fn xor(self, a: Columns, b: Columns) -> Columns {
        core::array::from_fn(|c| a[c] ^ b[c])
    }

    #[inline]
    fn round(self, state: Columns, key: Columns) -> Columns {
        substitute(state, key, &MIXED)
    }

    #[inline]
    fn last_round(self, state: Columns, key: Columns) -> Columns {
        substitute(state, key, &PLAIN)
    }
}

/// ShiftRows, with SubBytes and what follows it read from `table`: what a byte of row 0 adds to its
/// column. A byte of row `r` adds the same, `r` rows further down.
fn substitute(state: Columns, key: Columns, table: &[u32; 256]) -> Columns {
    let mut out = key;
    for (c, column) in out.iter_mut().enumerate() {
        for r in 0..4 {
            let byte = state[(c + r) % 4].to_le_bytes()[r];
            *column ^= table[usize::from(byte)].rotate_left(8 * r as u32);
        }
    }
    out
}

/// SubBytes alone.
static PLAIN: [u32; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = SBOX[byte] as u32;
        byte += 1;
    }
    table
};

/// SubBytes and MixColumns, whose matrix has the first column 2, 1, 1, 3.
static MIXED: [u32; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let s = SBOX[byte];
        table[byte] = u32::from_le_bytes([double(s), s, s, double(s) ^ s]);
        byte += 1;
    }
    table
};

/// Twice `x` in GF(2^8) modulo x^8 + x^4 + x^3 + x + 1.
const fn double(x: u8) -> u8 {
    (x << 1) ^ if x & 0x80 != 0 { 0x1b } else { 0 }
}

/// FIPS 197, 5.1.1: the inverse in GF(2^8), then an affine map.
///
/// The powers of 3 are all nonzero elements, and the inverse of 3^i is 3^(255-i).
const SBOX: [u8; 256] = {
    let mut powers = [1; 256];
    let mut i = 1;
    while i < 256 {
        powers[i] = powers[i - 1] ^ double(powers[i - 1]);
        i += 1;
    }
    // Zero has no inverse; the map is applied to zero itself.
    let mut sbox = [0x63; 256];
    let mut i = 0;
    while i < 255 {
        let x: u8 = powers[255 - i];
        sbox[powers[i] as usize] =
            x ^ x.rotate_left(1) ^ x.rotate_left(2) ^ x.rotate_left(3) ^ x.rotate_left(4) ^ 0x63;
        i += 1;
    }
    sbox
};
