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

/// The family of the processor's own instructions is inlined into callers, the others are calls, so
/// that three hashes do not share one function's registers: a hit by a `u64` takes 54 instructions so,
/// 79 with all three inline (callgrind, x86-64).
impl Alg for AnyAlg {
    #[inline]
    fn memhash(&self, bytes: &[u8], seed: u64) -> u64 {
        #[cold]
        #[inline(never)]
        fn foreign(alg: &AnyAlg, bytes: &[u8], seed: u64) -> u64 {
            match alg {
                AnyAlg::Aes(alg) => alg.memhash(bytes, seed),
                AnyAlg::AesArm64(alg) => alg.memhash(bytes, seed),
                AnyAlg::Fallback(alg) => alg.memhash(bytes, seed),
            }
        }
        match self.native() {
            Some(alg) => alg.memhash(bytes, seed),
            None => foreign(self, bytes, seed),
        }
    }

    #[inline]
    fn memhash32(&self, value: u32, seed: u64) -> u64 {
        #[cold]
        #[inline(never)]
        fn foreign(alg: &AnyAlg, value: u32, seed: u64) -> u64 {
            match alg {
                AnyAlg::Aes(alg) => alg.memhash32(value, seed),
                AnyAlg::AesArm64(alg) => alg.memhash32(value, seed),
                AnyAlg::Fallback(alg) => alg.memhash32(value, seed),
            }
        }
        match self.native() {
            Some(alg) => alg.memhash32(value, seed),
            None => foreign(self, value, seed),
        }
    }

    #[inline]
    fn memhash64(&self, value: u64, seed: u64) -> u64 {
        #[cold]
        #[inline(never)]
        fn foreign(alg: &AnyAlg, value: u64, seed: u64) -> u64 {
            match alg {
                AnyAlg::Aes(alg) => alg.memhash64(value, seed),
                AnyAlg::AesArm64(alg) => alg.memhash64(value, seed),
                AnyAlg::Fallback(alg) => alg.memhash64(value, seed),
            }
        }
        match self.native() {
            Some(alg) => alg.memhash64(value, seed),
            None => foreign(self, value, seed),
        }
    }
}

cfg_if::cfg_if! {
    if #[cfg(target_arch = "aarch64")] {
        type Native = AesArm64;
    } else {
        type Native = Aes;
    }
}

impl AnyAlg {
    /// The hash, if it is of the family that this processor may have instructions for.
    #[inline(always)]
    fn native(&self) -> Option<&Native> {
        match self {
            #[cfg(target_arch = "aarch64")]
            Self::AesArm64(alg) => Some(alg),
            #[cfg(not(target_arch = "aarch64"))]
            Self::Aes(alg) => Some(alg),
            _ => None,
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
