//! The hash of this process, set up as Go's runtime sets up its own.

use super::{Alg, AnyAlg};

/// The hash that all maps of a process share: a reference to one [`AnyAlg`].
///
/// Under `std` its default is what a Go program would have chosen on this processor, with key
/// material drawn once per process: [`Aes`](super::Aes) on x86-64 with AES, SSSE3 and SSE4.1,
/// [`AesArm64`](super::AesArm64) on AArch64 with AES, [`Fallback`](super::Fallback) of Go 1.23
/// elsewhere. Without `std` there is no randomness to draw from, hence no default: keep an
/// `AnyAlg` in a `static`.
///
/// Go: runtime/alg.go `alginit`, 1.22.
///
/// ```
/// use tophash::hash::{Aes, Alg, AnyAlg, ProcessAlg};
///
/// static ALG: AnyAlg = AnyAlg::Aes(Aes::new([7; 128]));
/// let alg = ProcessAlg::new(&ALG);
/// assert_eq!(alg.memhash64(1, 0), ALG.memhash64(1, 0));
/// # #[cfg(feature = "std")]
/// assert_eq!(ProcessAlg::default().memhash64(1, 0), ProcessAlg::default().memhash64(1, 0));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ProcessAlg(&'static AnyAlg);

impl ProcessAlg {
    /// The hash of a process that uses `alg`.
    pub const fn new(alg: &'static AnyAlg) -> Self {
        Self(alg)
    }

    /// The family and its key material.
    pub const fn get(self) -> &'static AnyAlg {
        self.0
    }
}

#[cfg(feature = "std")]
impl Default for ProcessAlg {
    fn default() -> Self {
        use std::sync::OnceLock;
        static PROCESS: OnceLock<AnyAlg> = OnceLock::new();
        Self(PROCESS.get_or_init(alginit))
    }
}

impl Alg for ProcessAlg {
    #[inline]
    fn memhash(&self, bytes: &[u8], seed: u64) -> u64 {
        self.0.memhash(bytes, seed)
    }

    #[inline]
    fn memhash32(&self, value: u32, seed: u64) -> u64 {
        self.0.memhash32(value, seed)
    }

    #[inline]
    fn memhash64(&self, value: u64, seed: u64) -> u64 {
        self.0.memhash64(value, seed)
    }
}

/// Chooses the family as Go does and draws its key material.
#[cfg(feature = "std")]
fn alginit() -> AnyAlg {
    use super::{Edition, Fallback};
    use std::hash::{BuildHasher, RandomState};

    // std's only source of randomness: keys from the operating system, spread by SipHash.
    let random = RandomState::new();
    let mut keysched = [0; 128];
    for (i, word) in keysched.as_chunks_mut().0.iter_mut().enumerate() {
        *word = random.hash_one(i).to_le_bytes();
    }
    native(keysched).unwrap_or_else(|| {
        let hashkey = core::array::from_fn(|i| random.hash_one(i));
        Fallback::new(hashkey, Edition::Since123).into()
    })
}

// Go's AES hash for this processor, if it has what Go asks for.
#[cfg(feature = "std")]
cfg_if::cfg_if! {
    if #[cfg(target_arch = "x86_64")] {
        fn native(keysched: [u8; 128]) -> Option<AnyAlg> {
            // Go's code also uses PSHUFB and PINSRD, so it asks for their extensions.
            let fits = std::arch::is_x86_feature_detected!("aes")
                && std::arch::is_x86_feature_detected!("ssse3")
                && std::arch::is_x86_feature_detected!("sse4.1");
            fits.then(|| super::Aes::new(keysched).into())
        }
    } else if #[cfg(target_arch = "aarch64")] {
        fn native(keysched: [u8; 128]) -> Option<AnyAlg> {
            let fits = std::arch::is_aarch64_feature_detected!("aes");
            fits.then(|| super::AesArm64::new(keysched).into())
        }
    } else {
        fn native(_: [u8; 128]) -> Option<AnyAlg> {
            None
        }
    }
}
