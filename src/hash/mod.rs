//! Go's hash functions, bit for bit.
//!
//! Go 1.21 to 1.23 have three families of them on 64-bit processors, and a process uses one:
//!
//! | family | Go's processors | key material | source in Go 1.22 |
//! | --- | --- | --- | --- |
//! | [`Aes`] | amd64 with AES | 128 bytes, the key schedule | `runtime/asm_amd64.s` |
//! | [`AesArm64`] | arm64 with AES | 128 bytes, the key schedule | `runtime/asm_arm64.s` |
//! | [`Fallback`] | every other one | four numbers | `runtime/hash64.go` |
//!
//! Every one of them is computed on every processor, so a hash recorded on arm64 repeats on amd64.
//! [`AnyAlg`] is a family chosen at run time, [`ProcessAlg`] the one that Go would have chosen in
//! this process.
//!
//! ```
//! use tophash::hash::{Aes, Alg};
//!
//! let alg = Aes::new([7; 128]);
//! assert_eq!(alg.memhash(b"gopher", 1), alg.memhash(b"gopher", 1));
//! // Go's general function and the one for eight bytes are two functions.
//! assert_ne!(alg.memhash(&5u64.to_le_bytes(), 1), alg.memhash64(5, 1));
//! ```

mod aes;
mod any;
mod arm64;
mod fallback;
mod float;
mod lanes;
mod memory;
mod process;
pub mod rand;

pub use aes::Aes;
pub use any::AnyAlg;
pub use arm64::AesArm64;
pub use fallback::{Edition, Fallback};
pub use float::{c64hash, c128hash, f32hash, f64hash};
pub use memory::{dynamic_memory, memory};
pub use process::ProcessAlg;
pub use rand::{Rand, Script};

/// One of Go's families of hash functions, with its key material.
///
/// The same key material, bytes and seed give the same hash, on every processor.
///
/// ```
/// use tophash::hash::{Aes, Alg, Edition, Fallback};
/// fn hash_of(alg: &impl Alg) -> u64 {
///     alg.memhash(b"gopher", 42)
/// }
/// let fallback = Fallback::new([1, 3, 5, 7], Edition::Since123);
/// assert_ne!(hash_of(&Aes::new([7; 128])), hash_of(&fallback));
/// ```
pub trait Alg {
    /// Hashes `bytes`. Go: runtime/alg.go `memhash`, 1.22.
    fn memhash(&self, bytes: &[u8], seed: u64) -> u64;
    /// Hashes four bytes of plain memory, little-endian. Go: runtime/alg.go `memhash32`, 1.22.
    fn memhash32(&self, value: u32, seed: u64) -> u64;
    /// Hashes eight bytes of plain memory, little-endian. Go: runtime/alg.go `memhash64`, 1.22.
    fn memhash64(&self, value: u64, seed: u64) -> u64;
}

impl<A: Alg + ?Sized> Alg for &A {
    #[inline]
    fn memhash(&self, bytes: &[u8], seed: u64) -> u64 {
        (**self).memhash(bytes, seed)
    }

    #[inline]
    fn memhash32(&self, value: u32, seed: u64) -> u64 {
        (**self).memhash32(value, seed)
    }

    #[inline]
    fn memhash64(&self, value: u64, seed: u64) -> u64 {
        (**self).memhash64(value, seed)
    }
}

/// Go's `c0` on 64-bit processors. Go: runtime/alg.go, 1.22.
pub(crate) const C0: u64 = 33_054_211_828_000_289;
/// Go's `c1` on 64-bit processors. Go: runtime/alg.go, 1.22.
pub(crate) const C1: u64 = 23_344_194_077_549_503;
