//! FIPS 197's own words, a byte at a time; `state[4 * c + r]` is row `r` of column `c`.

use std::sync::LazyLock;

pub(crate) fn round(state: [u8; 16], key: [u8; 16]) -> [u8; 16] {
    const MIX: [u8; 4] = [2, 3, 1, 1];
    let rows = last_round(state, [0; 16]);
    core::array::from_fn(|i| {
        let (column, row) = (i / 4, i % 4);
        (0..4).fold(key[i], |sum, k| sum ^ times(MIX[(4 + k - row) % 4], rows[4 * column + k]))
    })
}

pub(crate) fn last_round(state: [u8; 16], key: [u8; 16]) -> [u8; 16] {
    core::array::from_fn(|i| {
        let (column, row) = (i / 4, i % 4);
        SBOX[usize::from(state[4 * ((column + row) % 4) + row])] ^ key[i]
    })
}

static SBOX: LazyLock<[u8; 256]> =
    LazyLock::new(|| core::array::from_fn(|byte| substitute(byte as u8)));

/// FIPS 197, 5.1.1: the inverse, found by trial, then bit `i` is the sum of five bits.
fn substitute(byte: u8) -> u8 {
    let inverse = (1..=u8::MAX).find(|&candidate| times(byte, candidate) == 1).unwrap_or(0);
    let bit = |i: u32| inverse >> (i % 8) & 1;
    (0..8).fold(0x63, |sum, i| {
        sum ^ (bit(i) ^ bit(i + 4) ^ bit(i + 5) ^ bit(i + 6) ^ bit(i + 7)) << i
    })
}

/// FIPS 197, 4.2.
fn times(a: u8, b: u8) -> u8 {
    let mut product = u16::from(a & 1) * u16::from(b);
    for i in 1..8 {
        product ^= u16::from(a >> i & 1) * (u16::from(b) << i);
    }
    for i in (8..15).rev() {
        product ^= (product >> i & 1) * (0x11b << (i - 8));
    }
    product as u8
}
