//! Go's hash functions at the lengths of interest.

use std::hint::black_box;
use tophash::hash::{Aes, Alg, Edition, Fallback};

/// A hash function and the length of what it hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Hash {
    /// amd64's AES hash of eight bytes, as an integer is hashed.
    Aes64,
    /// amd64's AES hash of a string of 16 bytes.
    AesString16,
    /// Of 64 bytes.
    AesString64,
    /// The hash without AES, of eight bytes, since Go 1.23.
    Fallback64,
}

impl Hash {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::Aes64, Self::AesString16, Self::AesString64, Self::Fallback64];

    /// Its name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Aes64 => "hash aes 64 bits",
            Self::AesString16 => "hash aes string 16",
            Self::AesString64 => "hash aes string 64",
            Self::Fallback64 => "hash fallback 64 bits",
        }
    }
}

/// What is hashed, and the keys.
#[derive(Debug)]
pub(crate) struct Material {
    aes: Aes,
    fallback: Fallback,
    text: [u8; 64],
    seed: u64,
}

impl Material {
    pub(crate) fn new(hash: Hash) -> (Box<Self>, fn(&mut Self)) {
        let material = Self {
            aes: Aes::new(std::array::from_fn(|i| (i * 37 + 11) as u8)),
            fallback: Fallback::new([1, 3, 5, 7], Edition::Since123),
            text: std::array::from_fn(|i| b'a' + i as u8 % 26),
            seed: 0x1234_5678,
        };
        let operation = match hash {
            Hash::Aes64 => Self::aes64,
            Hash::AesString16 => Self::aes_string::<16>,
            Hash::AesString64 => Self::aes_string::<64>,
            Hash::Fallback64 => Self::fallback64,
        };
        (Box::new(material), operation)
    }

    #[inline(never)]
    fn aes64(&mut self) {
        black_box(self.aes.memhash64(black_box(7), self.seed));
    }

    #[inline(never)]
    fn aes_string<const N: usize>(&mut self) {
        black_box(self.aes.memhash(black_box(&self.text[..N]), self.seed));
    }

    #[inline(never)]
    fn fallback64(&mut self) {
        black_box(self.fallback.memhash64(black_box(7), self.seed));
    }

    #[inline(never)]
    pub(crate) fn nothing(&mut self) {
        black_box(self);
    }
}
