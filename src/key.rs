//! How a type hashes and compares.

use crate::hash::{Alg, Rand};
use core::hash::{BuildHasher, Hash};

/// A type that hashes and compares as a Go type does.
///
/// # Safety
/// The value's own bytes hold no `UnsafeCell`: a bitwise copy of a live key must hash and compare
/// as the key itself does, for as long as the key is neither dropped nor handed out. (What the
/// bytes point at may be anything.)
pub unsafe trait GoKey {
    /// `k == k` for every value. Go: `maptype.ReflexiveKey`.
    const REFLEXIVE: bool;
    /// Overwriting an entry stores the new key too. Go: `maptype.NeedKeyUpdate`.
    const NEEDS_UPDATE: bool;
    /// The Go type of this shape holds pointers. Go: `Type.PtrBytes != 0`.
    const POINTERS: bool;
    /// Hashes under `seed`; a NaN draws from `nan`.
    fn go_hash<A: Alg>(&self, alg: &A, seed: u64, nan: &Rand) -> u64;
    /// Compares as Go's `==`.
    fn go_eq(&self, other: &Self) -> bool;
}

/// How a map hashes and compares keys of type `Q`: the only bound that `GoMap` names.
pub trait KeyHash<Q: ?Sized> {
    /// `k == k` for every value.
    const REFLEXIVE: bool;
    /// Overwriting an entry stores the new key too.
    const NEEDS_UPDATE: bool;
    /// The key counts as holding pointers.
    const POINTERS: bool;
    /// The hash of `key` in a map whose seed is `hash0`.
    fn hash(&self, key: &Q, hash0: u32, nan: &Rand) -> u64;
    /// Whether two keys are equal.
    fn eq(&self, a: &Q, b: &Q) -> bool;
}

/// Hashing by Go's function `A`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Go<A>(pub A);

impl<A: Alg, Q: GoKey + ?Sized> KeyHash<Q> for Go<A> {
    const REFLEXIVE: bool = Q::REFLEXIVE;
    const NEEDS_UPDATE: bool = Q::NEEDS_UPDATE;
    const POINTERS: bool = Q::POINTERS;

    #[inline]
    fn hash(&self, key: &Q, hash0: u32, nan: &Rand) -> u64 {
        key.go_hash(&self.0, u64::from(hash0), nan)
    }

    #[inline]
    fn eq(&self, a: &Q, b: &Q) -> bool {
        a.go_eq(b)
    }
}

impl<B: BuildHasher, Q: Hash + Eq + ?Sized> KeyHash<Q> for B {
    const REFLEXIVE: bool = true;
    const NEEDS_UPDATE: bool = false;
    const POINTERS: bool = core::mem::needs_drop::<Q>();

    #[inline]
    fn hash(&self, key: &Q, _hash0: u32, _nan: &Rand) -> u64 {
        self.hash_one(key)
    }

    #[inline]
    fn eq(&self, a: &Q, b: &Q) -> bool {
        a == b
    }
}
