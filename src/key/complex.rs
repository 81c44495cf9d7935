//! Complex numbers.

use super::{GoKey, memory::scalar_bytes};
use crate::hash::{Alg, Rand, c64hash, c128hash};
use bytemuck::NoUninit;

/// A complex number: Go's `complex64` is `Complex<f32>`, `complex128` is `Complex<f64>`.
///
/// ```
/// use tophash::hash::{Aes, Rand};
/// use tophash::key::{Complex, GoKey};
///
/// let (alg, nan) = (Aes::new([7; 128]), Rand::from_seed(0));
/// let (a, b) = (Complex { re: 0.0, im: 1.0 }, Complex { re: -0.0, im: 1.0 });
/// assert!(a.go_eq(&b));
/// assert_eq!(a.go_hash(&alg, 5, &nan), b.go_hash(&alg, 5, &nan));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Complex<T> {
    /// The real part.
    pub re: T,
    /// The imaginary part.
    pub im: T,
}

// SAFETY: two fields of one type in C's layout have no padding, and neither has the type.
unsafe impl<T: NoUninit> NoUninit for Complex<T> {}

macro_rules! complex {
    ($($ty:ty: $hash:path;)+) => {$(
        // SAFETY: two floats, without interior mutability.
        unsafe impl GoKey for Complex<$ty> {
            const REFLEXIVE: bool = false;
            const NEEDS_UPDATE: bool = true;
            const POINTERS: bool = false;

            #[inline]
            fn go_hash<A: Alg>(&self, alg: &A, seed: u64, nan: &Rand) -> u64 {
                $hash(alg, self.re, self.im, seed, nan)
            }

            #[inline]
            fn go_eq(&self, other: &Self) -> bool {
                self == other
            }

            fn go_bytes(&self) -> Option<&[u8]> {
                // SAFETY: two floats of one size in C's layout have no padding, and no interior
                // mutability.
                Some(unsafe { scalar_bytes(self) })
            }
        }
    )+};
}

complex! {
    f32: c64hash;
    f64: c128hash;
}
