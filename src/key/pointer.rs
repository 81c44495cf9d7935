//! References, which are as what they refer to, and raw pointers, which are their address.

use super::{GoKey, Unhashable};
use crate::hash::{Alg, Rand};
use alloc::{boxed::Box, rc::Rc, sync::Arc};
use core::ptr::NonNull;

/// Smart pointers that hash and compare as their target; Go has no such key, only its string looks
/// alike, as `&str` does.
macro_rules! delegate {
    ($($ty:ty),+) => {$(
        // SAFETY: the own bytes are a pointer, without interior mutability.
        unsafe impl<T: GoKey + ?Sized> GoKey for $ty {
            const REFLEXIVE: bool = T::REFLEXIVE;
            const NEEDS_UPDATE: bool = T::NEEDS_UPDATE;
            const POINTERS: bool = true;

            #[inline]
            fn go_hash<A: Alg>(&self, alg: &A, seed: u64, nan: &Rand) -> u64 {
                (**self).go_hash(alg, seed, nan)
            }

            #[inline]
            fn go_eq(&self, other: &Self) -> bool {
                (**self).go_eq(&**other)
            }

            fn go_typehash<A: Alg>(&self, alg: &A, seed: u64, nan: &Rand) -> u64 {
                (**self).go_typehash(alg, seed, nan)
            }

            fn hash_error(&self) -> Option<Unhashable> {
                (**self).hash_error()
            }

            fn go_bytes(&self) -> Option<&[u8]> {
                (**self).go_bytes()
            }
        }
    )+};
}

delegate!(&T, Box<T>, Arc<T>, Rc<T>);

/// Go's pointers: the address is the key, what it points at is never looked at.
macro_rules! address {
    ($($ty:ty: |$pointer:ident| $addr:expr;)+) => {$(
        // SAFETY: a thin pointer has no padding and no interior mutability; bytes of a pointer may
        // be read as integers.
        unsafe impl<T> GoKey for $ty {
            const REFLEXIVE: bool = true;
            const NEEDS_UPDATE: bool = false;
            const POINTERS: bool = true;
            const PLAIN: bool = true;

            #[inline]
            fn go_hash<A: Alg>(&self, alg: &A, seed: u64, _: &Rand) -> u64 {
                let $pointer = *self;
                alg.memhash64($addr as u64, seed)
            }

            #[inline]
            fn go_eq(&self, other: &Self) -> bool {
                self == other
            }
        }
    )+};
}

address! {
    *const T: |pointer| pointer.addr();
    *mut T: |pointer| pointer.addr();
    NonNull<T>: |pointer| pointer.addr().get();
}
