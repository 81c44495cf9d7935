//! A family of hash functions chosen at run time.

use super::{Aes, AesArm64, Alg, Fallback};

/// One of Go's three families of hash functions, chosen at run time.
///
/// ```
/// use tophash::hash::{AesArm64, Alg, AnyAlg};
///
/// let arm64 = AesArm64::new([7; 128]);
/// let any = AnyAlg::from(arm64.clone());
/// assert_eq!(any.memhash(b"gopher", 1), arm64.memhash(b"gopher", 1));
/// ```
#[derive(Clone, Debug)]
pub enum AnyAlg {
    /// amd64 with AES.
    Aes(Aes),
    /// arm64 with AES.
    AesArm64(AesArm64),
    /// Without AES.
    Fallback(Fallback),
}

impl Alg for AnyAlg {
    #[inline]
    fn memhash(&self, bytes: &[u8], seed: u64) -> u64 {
        match self {
            Self::Aes(alg) => alg.memhash(bytes, seed),
            Self::AesArm64(alg) => alg.memhash(bytes, seed),
            Self::Fallback(alg) => alg.memhash(bytes, seed),
        }
    }

    #[inline]
    fn memhash32(&self, value: u32, seed: u64) -> u64 {
        match self {
            Self::Aes(alg) => alg.memhash32(value, seed),
            Self::AesArm64(alg) => alg.memhash32(value, seed),
            Self::Fallback(alg) => alg.memhash32(value, seed),
        }
    }

    #[inline]
    fn memhash64(&self, value: u64, seed: u64) -> u64 {
        match self {
            Self::Aes(alg) => alg.memhash64(value, seed),
            Self::AesArm64(alg) => alg.memhash64(value, seed),
            Self::Fallback(alg) => alg.memhash64(value, seed),
        }
    }
}

impl From<Aes> for AnyAlg {
    fn from(alg: Aes) -> Self {
        Self::Aes(alg)
    }
}

impl From<AesArm64> for AnyAlg {
    fn from(alg: AesArm64) -> Self {
        Self::AesArm64(alg)
    }
}

impl From<Fallback> for AnyAlg {
    fn from(alg: Fallback) -> Self {
        Self::Fallback(alg)
    }
}
