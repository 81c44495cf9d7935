//! Integers, bool, char, floats.

use super::{GoKey, memory::scalar_bytes};
use crate::hash::{Alg, Rand, f32hash, f64hash};

/// The types that Go hashes by their memory and compares bitwise, each with its hash.
///
/// Scalars are hashed by value, in little-endian order, on big-endian processors too.
macro_rules! plain {
    ($($ty:ty: |$value:ident, $alg:ident, $seed:ident| $hash:expr;)+) => {$(
        // SAFETY: a scalar without padding or interior mutability.
        unsafe impl GoKey for $ty {
            const REFLEXIVE: bool = true;
            const NEEDS_UPDATE: bool = false;
            const POINTERS: bool = false;
            const PLAIN: bool = true;

            #[inline]
            fn go_hash<A: Alg>(&self, $alg: &A, $seed: u64, _: &Rand) -> u64 {
                let $value = *self;
                $hash
            }

            #[inline]
            fn go_eq(&self, other: &Self) -> bool {
                self == other
            }
        }
    )+};
}

plain! {
    u8: |value, alg, seed| alg.memhash(&value.to_le_bytes(), seed);
    i8: |value, alg, seed| alg.memhash(&value.to_le_bytes(), seed);
    bool: |value, alg, seed| alg.memhash(&[u8::from(value)], seed);
    u16: |value, alg, seed| alg.memhash(&value.to_le_bytes(), seed);
    i16: |value, alg, seed| alg.memhash(&value.to_le_bytes(), seed);
    u32: |value, alg, seed| alg.memhash32(value, seed);
    i32: |value, alg, seed| alg.memhash32(value.cast_unsigned(), seed);
    char: |value, alg, seed| alg.memhash32(u32::from(value), seed);
    u64: |value, alg, seed| alg.memhash64(value, seed);
    i64: |value, alg, seed| alg.memhash64(value.cast_unsigned(), seed);
    // The crate is for 64-bit targets only, so these casts keep every bit.
    usize: |value, alg, seed| alg.memhash64(value as u64, seed);
    isize: |value, alg, seed| alg.memhash64(value.cast_unsigned() as u64, seed);
    // Go has no integer of 16 bytes; plain memory of that size is hashed so.
    u128: |value, alg, seed| alg.memhash(&value.to_le_bytes(), seed);
    i128: |value, alg, seed| alg.memhash(&value.to_le_bytes(), seed);
}

macro_rules! float {
    ($($ty:ty: $hash:path;)+) => {$(
        // SAFETY: a scalar without interior mutability.
        unsafe impl GoKey for $ty {
            const REFLEXIVE: bool = false;
            const NEEDS_UPDATE: bool = true;
            const POINTERS: bool = false;

            #[inline]
            fn go_hash<A: Alg>(&self, alg: &A, seed: u64, nan: &Rand) -> u64 {
                $hash(alg, *self, seed, nan)
            }

            #[inline]
            fn go_eq(&self, other: &Self) -> bool {
                self == other
            }

            fn go_bytes(&self) -> Option<&[u8]> {
                // SAFETY: a float has no padding and no interior mutability.
                Some(unsafe { scalar_bytes(self) })
            }
        }
    )+};
}

float! {
    f32: f32hash;
    f64: f64hash;
}
