//! Hashes of floats: equal floats need equal hashes, and +0 == -0; a NaN equals nothing, so its
//! hash is random, lest NaNs pile up in one bucket.

use super::{Alg, C0, C1, Rand};

/// Hashes a `float32`. Go: runtime/alg.go `f32hash`, 1.22.
///
/// A NaN draws once from `nan`; nothing else draws.
///
/// ```
/// use tophash::hash::{Aes, Rand, f32hash};
/// let (alg, nan) = (Aes::new([7; 128]), Rand::from_seed(1));
/// assert_eq!(f32hash(&alg, 0.0, 9, &nan), f32hash(&alg, -0.0, 9, &nan));
/// assert_ne!(f32hash(&alg, f32::NAN, 9, &nan), f32hash(&alg, f32::NAN, 9, &nan));
/// ```
#[inline]
pub fn f32hash<A: Alg + ?Sized>(alg: &A, value: f32, seed: u64, nan: &Rand) -> u64 {
    if value == 0.0 {
        zero(seed)
    } else if value.is_nan() {
        zero(seed ^ nan.next())
    } else {
        alg.memhash(&value.to_le_bytes(), seed)
    }
}

/// Hashes a `float64`. Go: runtime/alg.go `f64hash`, 1.22.
///
/// A NaN draws once from `nan`; nothing else draws.
///
/// ```
/// use tophash::hash::{Aes, Rand, f64hash};
/// let (alg, nan) = (Aes::new([7; 128]), Rand::from_seed(1));
/// assert_eq!(f64hash(&alg, 0.0, 9, &nan), f64hash(&alg, -0.0, 9, &nan));
/// ```
#[inline]
pub fn f64hash<A: Alg + ?Sized>(alg: &A, value: f64, seed: u64, nan: &Rand) -> u64 {
    if value == 0.0 {
        zero(seed)
    } else if value.is_nan() {
        zero(seed ^ nan.next())
    } else {
        alg.memhash(&value.to_le_bytes(), seed)
    }
}

/// Hashes a `complex64`, the real part first. Go: runtime/alg.go `c64hash`, 1.22.
///
/// ```
/// use tophash::hash::{Aes, Rand, c64hash, f32hash};
/// let (alg, nan) = (Aes::new([7; 128]), Rand::from_seed(1));
/// let real = f32hash(&alg, 1.0, 9, &nan);
/// assert_eq!(c64hash(&alg, 1.0, 2.0, 9, &nan), f32hash(&alg, 2.0, real, &nan));
/// ```
#[inline]
pub fn c64hash<A: Alg + ?Sized>(alg: &A, re: f32, im: f32, seed: u64, nan: &Rand) -> u64 {
    f32hash(alg, im, f32hash(alg, re, seed, nan), nan)
}

/// Hashes a `complex128`, the real part first. Go: runtime/alg.go `c128hash`, 1.22.
///
/// ```
/// use tophash::hash::{Aes, Rand, c128hash, f64hash};
/// let (alg, nan) = (Aes::new([7; 128]), Rand::from_seed(1));
/// let real = f64hash(&alg, 1.0, 9, &nan);
/// assert_eq!(c128hash(&alg, 1.0, 2.0, 9, &nan), f64hash(&alg, 2.0, real, &nan));
/// ```
#[inline]
pub fn c128hash<A: Alg + ?Sized>(alg: &A, re: f64, im: f64, seed: u64, nan: &Rand) -> u64 {
    f64hash(alg, im, f64hash(alg, re, seed, nan), nan)
}

#[inline]
fn zero(seed: u64) -> u64 {
    C1.wrapping_mul(C0 ^ seed)
}
