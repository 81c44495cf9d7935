//! Go's hash functions, bit for bit.

pub mod rand;

pub use rand::{Rand, Script};

/// One of Go's families of hash functions, with its key material.
pub trait Alg {
    /// Hashes `bytes`. Go: runtime/alg.go `memhash`, 1.22.
    fn memhash(&self, bytes: &[u8], seed: u64) -> u64;
    /// Hashes four bytes of plain memory, little-endian. Go: runtime/alg.go `memhash32`, 1.22.
    fn memhash32(&self, value: u32, seed: u64) -> u64;
    /// Hashes eight bytes of plain memory, little-endian. Go: runtime/alg.go `memhash64`, 1.22.
    fn memhash64(&self, value: u64, seed: u64) -> u64;
}
