//! Arrays and tuples.

use super::{GoKey, Unhashable, memory::plain_bytes};
use crate::hash::{self, Alg, Rand};

// SAFETY: an array adds no byte to its elements, so what `T` promises of its bytes holds for all;
// of no elements there are no bytes.
unsafe impl<T: GoKey, const N: usize> GoKey for [T; N] {
    // As of its element even for N = 0: Go's compiler asks only the element.
    const REFLEXIVE: bool = T::REFLEXIVE;
    const NEEDS_UPDATE: bool = T::NEEDS_UPDATE;
    const POINTERS: bool = T::POINTERS && N > 0;
    // Go asks this first: an array of no strings is plain memory of size zero.
    const PLAIN: bool = T::PLAIN || N == 0;

    /// Hashes plain memory at once, anything else element by element, each hash the next one's
    /// seed. Go: cmd/compile/internal/reflectdata/alg.go `hashFunc`, 1.22.
    #[inline]
    fn go_hash<A: Alg>(&self, alg: &A, seed: u64, nan: &Rand) -> u64 {
        match plain_bytes(self) {
            Some(bytes) => hash::memory(alg, bytes, seed),
            None => self.iter().fold(seed, |h, elem| elem.go_hash(alg, h, nan)),
        }
    }

    #[inline]
    fn go_eq(&self, other: &Self) -> bool {
        match (plain_bytes(self), plain_bytes(other)) {
            (Some(a), Some(b)) => a == b,
            _ => self.iter().zip(other).all(|(a, b)| a.go_eq(b)),
        }
    }

    fn go_typehash<A: Alg>(&self, alg: &A, seed: u64, nan: &Rand) -> u64 {
        match plain_bytes(self) {
            Some(bytes) => hash::dynamic_memory(alg, bytes, seed),
            None => self.iter().fold(seed, |h, elem| elem.go_typehash(alg, h, nan)),
        }
    }

    fn hash_error(&self) -> Option<Unhashable> {
        self.iter().find_map(T::hash_error)
    }
}

// SAFETY: there are no bytes.
unsafe impl GoKey for () {
    const REFLEXIVE: bool = true;
    const NEEDS_UPDATE: bool = false;
    const POINTERS: bool = false;
    const PLAIN: bool = true;

    #[inline]
    fn go_hash<A: Alg>(&self, _: &A, seed: u64, _: &Rand) -> u64 {
        seed
    }

    #[inline]
    fn go_eq(&self, (): &Self) -> bool {
        true
    }

    fn go_typehash<A: Alg>(&self, alg: &A, seed: u64, _: &Rand) -> u64 {
        hash::dynamic_memory(alg, &[], seed)
    }
}

/// Tuples, field by field, each hash the next one's seed. Their layout is Rust's own, so they are
/// never plain and match no Go struct; [`go_key!`](crate::go_key) defines structs that do.
macro_rules! tuple {
    ($($name:ident $index:tt),+) => {
        // SAFETY: the own bytes are those of the fields and padding that nothing reads.
        unsafe impl<$($name: GoKey),+> GoKey for ($($name,)+) {
            const REFLEXIVE: bool = $($name::REFLEXIVE)&&+;
            const NEEDS_UPDATE: bool = $($name::NEEDS_UPDATE)||+;
            const POINTERS: bool = $($name::POINTERS)||+;

            #[inline]
            fn go_hash<Alg_: Alg>(&self, alg: &Alg_, mut seed: u64, nan: &Rand) -> u64 {
                $(seed = self.$index.go_hash(alg, seed, nan);)+
                seed
            }

            #[inline]
            fn go_eq(&self, other: &Self) -> bool {
                $(self.$index.go_eq(&other.$index))&&+
            }

            fn go_typehash<Alg_: Alg>(&self, alg: &Alg_, mut seed: u64, nan: &Rand) -> u64 {
                $(seed = self.$index.go_typehash(alg, seed, nan);)+
                seed
            }

            fn hash_error(&self) -> Option<Unhashable> {
                None$(.or_else(|| self.$index.hash_error()))+
            }
        }
    };
}

tuple!(A 0);
tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);
tuple!(A 0, B 1, C 2, D 3, E 4);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11);
