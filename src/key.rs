//! How a type hashes and compares.
//!
//! [`GoKey`] is what a type says about itself, [`KeyHash`] what a map asks; [`Go`] answers the
//! second by the first under one of Go's hash functions, and any [`BuildHasher`] answers it for
//! types that are `Hash + Eq`.
//!
//! | Rust | Go |
//! | --- | --- |
//! | `u8` … `u64`, `i8` … `i64`, `usize`, `isize`, `bool`, `char` | `uint8` … `int64`, `uint`, `int`, `bool`, `rune` |
//! | `f32`, `f64`, [`Complex`] | `float32`, `float64`, `complex64`, `complex128` |
//! | `str`, `String`, [`Bytes`], [`ByteString`] | `string` |
//! | [`Interface`] | `interface{}` |
//! | `*const T`, `*mut T`, `NonNull<T>` | `*T`: the address is the key |
//! | `[T; N]`, `()` | `[N]T`, `struct{}` |
//! | a struct of [`go_key!`](crate::go_key) | the struct of the same fields |
//! | `&T`, `Box<T>`, `Arc<T>`, `Rc<T>` | nothing: they are as `T` is |
//! | `u128`, `i128`, tuples | nothing: hashed as plain memory, and field by field |
//!
//! `[u8]` is no key: as an array it would hash by its length, as a string otherwise. [`Bytes`] says
//! that it is a string.
//!
//! ```
//! use tophash::hash::{Aes, Rand};
//! use tophash::key::{Go, KeyHash};
//!
//! let go = Go(Aes::new([7; 128]));
//! let nan = Rand::from_seed(1);
//! assert_eq!(go.hash(&0.0, 1, &nan), go.hash(&-0.0, 1, &nan));
//! assert_ne!(go.hash(&f64::NAN, 1, &nan), go.hash(&f64::NAN, 1, &nan));
//! assert_eq!(go.hash("hi", 1, &nan), go.hash(&String::from("hi"), 1, &nan));
//! ```

mod complex;
mod compound;
mod interface;
mod memory;
mod pointer;
mod scalar;
#[doc(hidden)]
pub mod structs;
mod text;

pub use complex::Complex;
pub use interface::{Interface, Unhashable};
pub use text::{ByteString, Bytes};

use crate::hash::{Alg, Rand};
use core::hash::{BuildHasher, Hash};

/// A type that hashes and compares as a Go type does.
///
/// A struct becomes one by [`go_key!`](crate::go_key), without any `unsafe`.
///
/// # Safety
/// The value's own bytes hold no `UnsafeCell`: a bitwise copy of a live key must hash and compare
/// as the key itself does, for as long as the key is neither dropped nor handed out; of a type that
/// needs no drop, for as long as the map lives, since such copies are not kept track of. (What the
/// bytes point at may be anything.)
///
/// Where [`PLAIN`](Self::PLAIN) is true, every byte of every value is initialised.
///
/// ```
/// use tophash::hash::{Aes, Alg, Rand};
/// use tophash::key::GoKey;
///
/// tophash::go_key! {
///     /// Go: `struct { X, Y int32; Name string }`.
///     #[derive(Clone, Debug)]
///     pub struct Place {
///         pub x: i32,
///         pub y: i32,
///         pub name: Box<str>,
///     }
/// }
///
/// let alg = Aes::new([7; 128]);
/// let place = Place { x: 1, y: 2, name: "here".into() };
/// // x and y are one run of eight plain bytes; the string is hashed by itself.
/// let run = alg.memhash(&[1, 0, 0, 0, 2, 0, 0, 0], 99);
/// assert_eq!(place.go_hash(&alg, 99, &Rand::from_seed(0)), alg.memhash(b"here", run));
/// assert!(Place::NEEDS_UPDATE && Place::POINTERS);
/// ```
pub unsafe trait GoKey {
    /// `k == k` for every value. Go: `maptype.ReflexiveKey`.
    const REFLEXIVE: bool;
    /// Overwriting an entry stores the new key too. Go: `maptype.NeedKeyUpdate`.
    const NEEDS_UPDATE: bool;
    /// The Go type of this shape holds pointers. Go: `Type.PtrBytes != 0`.
    const POINTERS: bool;
    /// The value is its memory: it has no padding, and two values are equal if and only if their
    /// bytes are. Go: cmd/compile/internal/types/alg.go `AMEM`, 1.22.
    const PLAIN: bool = false;

    /// Hashes under `seed`; a NaN draws from `nan`.
    ///
    /// # Panics
    /// If an [`Interface`] inside is unhashable, with Go's words.
    fn go_hash<A: Alg>(&self, alg: &A, seed: u64, nan: &Rand) -> u64;

    /// Compares as Go's `==`.
    ///
    /// # Panics
    /// If two [`Interface`]s inside hold the same type and that is not comparable, with Go's words.
    fn go_eq(&self, other: &Self) -> bool;

    /// Hashes as [`go_hash`](Self::go_hash) does, but as the value of an [`Interface`].
    ///
    /// Only structs and types of size zero differ: a map's own hash of a struct takes neighbouring
    /// fields of plain memory at once, an interface's takes each field by itself.
    ///
    /// Go: runtime/alg.go `typehash`, 1.22.
    ///
    /// # Panics
    /// As `go_hash`.
    fn go_typehash<A: Alg>(&self, alg: &A, seed: u64, nan: &Rand) -> u64 {
        self.go_hash(alg, seed, nan)
    }

    /// Why hashing this value would panic, if it would. Go: runtime/alg.go `mapKeyError`, 1.22.
    fn hash_error(&self) -> Option<Unhashable> {
        None
    }

    /// The bytes that a recording writes for this value: the content of a string, the memory of a
    /// scalar or of [`PLAIN`](Self::PLAIN) memory. Of anything else there are none.
    fn go_bytes(&self) -> Option<&[u8]> {
        memory::plain_bytes(self)
    }
}

/// How a map hashes and compares keys of type `Q`: the only bound that `GoMap` names.
///
/// ```
/// use std::hash::RandomState;
/// use tophash::KeyHash;
/// use tophash::key::GoHash;
///
/// fn updates_the_key<K, S: KeyHash<K>>() -> bool {
///     S::NEEDS_UPDATE
/// }
/// assert!(updates_the_key::<f64, GoHash>()); // +0 may become -0
/// assert!(!updates_the_key::<u64, GoHash>());
/// assert!(!updates_the_key::<String, RandomState>()); // as in std
/// ```
pub trait KeyHash<Q: ?Sized> {
    /// `k == k` for every value.
    const REFLEXIVE: bool;
    /// Overwriting an entry stores the new key too.
    const NEEDS_UPDATE: bool;
    /// The key counts as holding pointers.
    const POINTERS: bool;
    /// The hash of `key` in a map whose seed is `hash0`.
    ///
    /// # Panics
    /// If `key` is unhashable, see [`hash_error`](Self::hash_error).
    fn hash(&self, key: &Q, hash0: u32, nan: &Rand) -> u64;
    /// Whether two keys are equal.
    fn eq(&self, a: &Q, b: &Q) -> bool;
    /// Why hashing `key` would panic with Go's words, if it would.
    fn hash_error(&self, _key: &Q) -> Option<Unhashable> {
        None
    }
}

/// Hashing by Go's function `A`.
///
/// ```
/// use tophash::hash::{Edition, Fallback, Rand};
/// use tophash::key::Go;
/// use tophash::{Dialect, GoMap};
/// let hash = Go(Fallback::new([1, 3, 5, 7], Edition::Since123));
/// let mut map = GoMap::with_source(0, hash, Rand::from_seed(1), Dialect::GO_1_23);
/// map.insert("as in a Go process", "without AES");
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Go<A>(pub A);

/// Hashing as Go would in this process; see [`ProcessAlg`](crate::hash::ProcessAlg).
pub type GoHash = Go<crate::hash::ProcessAlg>;

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

    #[inline]
    fn hash_error(&self, key: &Q) -> Option<Unhashable> {
        key.hash_error()
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
