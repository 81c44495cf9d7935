//! Structs that become keys: what [`go_key!`](crate::go_key) expands to.
//!
//! Go's compiler hashes a struct in runs. A run begins at a field of plain memory and takes in the
//! next field for as long as that is plain and lies right behind:
//!
//! ```text
//! struct { a uint16; b uint16; c uint64; s string; d uint8 }
//!
//!   a a b b . . . . c c c c c c c c s s s s s s s s s s s s s s s s d . . . . . . .
//!   '-----'         '-------------' '-----------------------------' ^
//!    run 4               run 8                 strhash              run 1
//! ```
//!
//! Each run goes through `memhash`, even where it has 4 or 8 bytes; only a struct that is one run
//! from end to end is plain itself and hashed as plain memory is.
//!
//! Go: cmd/compile/internal/compare/compare.go `Memrun`, 1.22.

use crate::hash::Alg;
use core::slice;

/// Defines a struct that hashes, compares and is laid out as the Go struct of the same fields.
///
/// The struct gets `#[repr(C)]`, whose layout is Go's, and implements [`GoKey`](crate::key::GoKey);
/// every field's type must implement that too. As Go's compiler does, it hashes neighbouring
/// fields of plain memory at once and the others one by one.
///
/// Lifetime parameters are allowed, type parameters and tuple structs are not. A struct whose last
/// field alone is of size zero does not compile: Go pads it by a byte, C does not. Fields that have
/// no counterpart in Go (see [the table](crate::key)) have their own Rust layout.
///
/// The expansion contains an `unsafe impl`, which `#![forbid(unsafe_code)]` in the calling crate
/// lets pass.
///
/// Go: cmd/compile/internal/reflectdata/alg.go `hashFunc`, 1.22.
///
/// ```
/// #![forbid(unsafe_code)]
/// use tophash::hash::{Aes, Alg, Rand};
/// use tophash::key::GoKey;
///
/// tophash::go_key! {
///     /// Go: `struct { X, Y int32 }`: plain memory of eight bytes.
///     #[derive(Clone, Copy, Debug, PartialEq)]
///     pub struct Point { pub x: i32, pub y: i32 }
/// }
///
/// let (alg, nan) = (Aes::new([7; 128]), Rand::from_seed(0));
/// assert_eq!(Point { x: 1, y: 2 }.go_hash(&alg, 9, &nan), alg.memhash64(1 | 2 << 32, 9));
/// ```
///
/// ```compile_fail,E0080
/// tophash::go_key! {
///     struct EndsInNothing { x: i32, nothing: () }
/// }
/// ```
#[macro_export]
macro_rules! go_key {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident $(<$($life:lifetime),+ $(,)?>)? {
            $($(#[$field_meta:meta])* $field_vis:vis $field:ident: $ty:ty),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[repr(C)]
        $vis struct $name $(<$($life),+>)? {
            $($(#[$field_meta])* $field_vis $field: $ty),*
        }

        // Names that `$ty` could mean are out of its way: only locals are hygienic.
        const _: () = {
            #[allow(dead_code, non_camel_case_types)]
            enum __GoField { $($field),* }

            impl $(<$($life),+>)? $name $(<$($life),+>)? {
                const __GO_LAYOUT: $crate::key::structs::Layout =
                    $crate::key::structs::Layout::new(
                        &[$($crate::key::structs::Field {
                            offset: ::core::mem::offset_of!(Self, $field),
                            size: ::core::mem::size_of::<$ty>(),
                            plain: <$ty as $crate::key::GoKey>::PLAIN,
                        }),*],
                        ::core::mem::size_of::<Self>(),
                    );
            }

            // Evaluates the layout here, so that one that is not Go's is refused where it stands.
            const _: bool = <$name as $crate::key::GoKey>::PLAIN;

            // SAFETY: `Self` destructured below has these fields and no others. Each implements
            // `GoKey`, so none holds an `UnsafeCell` in its own bytes, and the layout finds the
            // struct plain only if plain fields cover it from end to end.
            unsafe impl $(<$($life),+>)? $crate::key::GoKey for $name $(<$($life),+>)? {
                const REFLEXIVE: bool = true $(&& <$ty as $crate::key::GoKey>::REFLEXIVE)*;
                const NEEDS_UPDATE: bool = false $(|| <$ty as $crate::key::GoKey>::NEEDS_UPDATE)*;
                const POINTERS: bool = false $(|| <$ty as $crate::key::GoKey>::POINTERS)*;
                const PLAIN: bool = Self::__GO_LAYOUT.plain();

                #[inline]
                fn go_hash<__GoAlg: $crate::hash::Alg>(
                    &self,
                    alg: &__GoAlg,
                    seed: u64,
                    nan: &$crate::hash::Rand,
                ) -> u64 {
                    if let Some(memory) = self.go_bytes() {
                        return $crate::hash::memory(alg, memory, seed);
                    }
                    let Self { $($field),* } = self;
                    $(
                        let seed = match const { Self::__GO_LAYOUT.step(__GoField::$field as usize) } {
                            $crate::key::structs::Step::Run { offset, len } => {
                                // SAFETY: the layout of `Self` names these bytes, all of plain
                                // fields.
                                unsafe {
                                    $crate::key::structs::hash_run(alg, self, offset, len, seed)
                                }
                            }
                            $crate::key::structs::Step::Done => seed,
                            $crate::key::structs::Step::Own => {
                                <$ty as $crate::key::GoKey>::go_hash($field, alg, seed, nan)
                            }
                        };
                    )*
                    seed
                }

                #[inline]
                fn go_eq(&self, other: &Self) -> bool {
                    let _ = other;
                    true $(&& <$ty as $crate::key::GoKey>::go_eq(&self.$field, &other.$field))*
                }

                fn go_typehash<__GoAlg: $crate::hash::Alg>(
                    &self,
                    alg: &__GoAlg,
                    seed: u64,
                    nan: &$crate::hash::Rand,
                ) -> u64 {
                    if let Some(memory) = self.go_bytes() {
                        return $crate::hash::dynamic_memory(alg, memory, seed);
                    }
                    $(
                        let seed =
                            <$ty as $crate::key::GoKey>::go_typehash(&self.$field, alg, seed, nan);
                    )*
                    seed
                }

                fn hash_error(&self) -> ::core::option::Option<$crate::key::Unhashable> {
                    ::core::option::Option::None
                        $(.or_else(|| <$ty as $crate::key::GoKey>::hash_error(&self.$field)))*
                }
            }
        };
    };
}

/// A field's place in its struct.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Where it begins.
    pub offset: usize,
    /// How long it is.
    pub size: usize,
    /// Whether it is plain memory.
    pub plain: bool,
}

/// What hashing a struct does on arriving at a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A run begins here.
    Run {
        /// Where.
        offset: usize,
        /// How long it is.
        len: usize,
    },
    /// The field belongs to a run that has been hashed.
    Done,
    /// The field is hashed as its type says.
    Own,
}

/// The layout of a struct: its fields in order, and its size.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    fields: &'static [Field],
    size: usize,
}

impl Layout {
    /// The layout of a struct of `size` bytes with these fields.
    ///
    /// # Panics
    /// If the last field alone is of size zero: Go pads that by a byte, lest its address lie
    /// behind the struct.
    pub const fn new(fields: &'static [Field], size: usize) -> Self {
        if let [.., last] = fields {
            assert!(
                size == 0 || last.size > 0,
                "Go pads a struct that ends in a field of size zero: put that field elsewhere"
            );
        }
        Self { fields, size }
    }

    /// Whether the struct is one run from end to end.
    pub const fn plain(&self) -> bool {
        let mut i = 0;
        while i < self.fields.len() {
            if !self.fields[i].plain || self.padded(i) {
                return false;
            }
            i += 1;
        }
        true
    }

    /// What hashing does at field `i`.
    pub const fn step(&self, i: usize) -> Step {
        let fields = self.fields;
        if !fields[i].plain {
            return Step::Own;
        }
        if i > 0 && fields[i - 1].plain && !self.padded(i - 1) {
            return Step::Done;
        }
        let mut last = i;
        while last + 1 < fields.len() && !self.padded(last) && fields[last + 1].plain {
            last += 1;
        }
        let offset = fields[i].offset;
        Step::Run { offset, len: fields[last].offset + fields[last].size - offset }
    }

    /// Whether padding follows field `i`.
    const fn padded(&self, i: usize) -> bool {
        let last = i + 1 == self.fields.len();
        let end = if last { self.size } else { self.fields[i + 1].offset };
        self.fields[i].offset + self.fields[i].size != end
    }
}

/// Hashes the `len` bytes of `whole` from `offset` on.
///
/// # Safety
/// They lie inside `whole` and belong to fields of plain memory: initialised, and without an
/// `UnsafeCell`.
#[inline]
pub unsafe fn hash_run<A: Alg, T>(alg: &A, whole: &T, offset: usize, len: usize, seed: u64) -> u64 {
    let start = (&raw const *whole).cast::<u8>();
    // SAFETY: the caller says that the bytes lie inside `whole` and are initialised; they do not
    // change while it is borrowed.
    let run = unsafe { slice::from_raw_parts(start.add(offset), len) };
    alg.memhash(run, seed)
}
