//! Go's `interface{}` as a key: a value with its type.

use super::{ByteString, Complex, GoKey};
use crate::hash::{Alg, C0, C1, Rand};
use alloc::{borrow::Cow, boxed::Box, format, string::String, sync::Arc};
use core::any::Any;
use core::fmt;

/// Go's `interface{}`: nothing, or a value together with its type.
///
/// Two are equal if their types are the same and so are their values. A type is a Go type name
/// and the Rust type behind it. Some types of Go can be stored and not compared, such as slices;
/// hashing one panics with Go's words, which [`hash_error`](GoKey::hash_error) tells beforehand.
///
/// It has the size of Go's, 16 bytes. The value is shared by clones, as in Go.
///
/// Go: runtime/alg.go `nilinterhash` and `nilinterequal`, 1.22.
///
/// ```
/// use tophash::key::{GoKey, Interface};
///
/// let one = Interface::from(1i64);
/// assert!(one.go_eq(&Interface::from(1i64)));
/// assert!(!one.go_eq(&Interface::from(1u64)));
/// assert_eq!(one.to_string(), "int64:0100000000000000");
///
/// let celsius = Interface::named("main.Celsius", 21.5);
/// assert!(!celsius.go_eq(&Interface::from(21.5)));
///
/// let slice = Interface::unhashable("[]int", 7u64.to_le_bytes());
/// let error = slice.hash_error().unwrap();
/// assert_eq!(error.to_string(), "runtime error: hash of unhashable type []int");
/// ```
#[derive(Clone, Default)]
pub struct Interface(Option<Arc<dyn Dynamic>>);

const _: () = assert!(size_of::<Interface>() == 16 && align_of::<Interface>() == 8);

impl Interface {
    /// Go's `nil`. It equals itself and hashes to the seed.
    pub const NIL: Self = Self(None);

    /// A value of the Go type `type_name`, say `"main.Celsius"`.
    pub fn named<T>(type_name: impl Into<Cow<'static, str>>, value: T) -> Self
    where
        T: GoKey + Any + Send + Sync,
    {
        Self(Some(Arc::new(Hashable { type_name: type_name.into(), value })))
    }

    /// A Go `string`, which need not be UTF-8.
    pub fn string(content: impl Into<Box<[u8]>>) -> Self {
        Self::named("string", ByteString(content.into()))
    }

    /// A value of a Go type that is not comparable, say `"[]int"`, with what a recording writes of
    /// it as bytes.
    pub fn unhashable(
        type_name: impl Into<Cow<'static, str>>,
        bytes: impl Into<Box<[u8]>>,
    ) -> Self {
        let error = Unhashable { type_name: type_name.into() };
        Self(Some(Arc::new(Uncomparable { error, bytes: bytes.into() })))
    }

    /// Whether this is `nil`.
    pub fn is_nil(&self) -> bool {
        self.0.is_none()
    }

    /// The Go name of the value's type; of `nil` there is none.
    pub fn type_name(&self) -> Option<&str> {
        Some(self.0.as_ref()?.type_name())
    }

    /// The bytes that a recording writes of the value, see [`GoKey::go_bytes`]. Of `nil` and of
    /// aggregates that hold more than plain memory there are none.
    pub fn bytes(&self) -> Option<&[u8]> {
        self.0.as_ref()?.bytes()
    }

    /// The value, if it is a `T`. A string is a `ByteString<Box<[u8]>>`, what is not comparable a
    /// `Box<[u8]>`.
    pub fn downcast_ref<T: Any>(&self) -> Option<&T> {
        self.0.as_ref()?.value().downcast_ref()
    }
}

// SAFETY: the own bytes are an `Arc`, without interior mutability.
unsafe impl GoKey for Interface {
    const REFLEXIVE: bool = false;
    const NEEDS_UPDATE: bool = true;
    const POINTERS: bool = true;

    fn go_hash<A: Alg>(&self, alg: &A, seed: u64, nan: &Rand) -> u64 {
        match &self.0 {
            None => seed,
            Some(value) => C1.wrapping_mul(value.typehash(alg, seed ^ C0, nan)),
        }
    }

    fn go_eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (None, None) => true,
            (Some(a), Some(b)) => a.type_name() == b.type_name() && a.equal(&**b),
            _ => false,
        }
    }

    fn hash_error(&self) -> Option<Unhashable> {
        self.0.as_ref()?.hash_error()
    }

    fn go_bytes(&self) -> Option<&[u8]> {
        self.bytes()
    }
}

/// As Go's `==`.
///
/// # Panics
/// If both hold the same type and that is not comparable, with Go's words.
impl PartialEq for Interface {
    fn eq(&self, other: &Self) -> bool {
        self.go_eq(other)
    }
}

/// As a recording writes it: the type, a colon, the value's bytes in hex; `nil:` for nil. A value
/// that has no such bytes is a question mark.
impl fmt::Display for Interface {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.type_name().unwrap_or("nil"))?;
        match self.bytes() {
            Some(bytes) => bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}")),
            None if self.is_nil() => Ok(()),
            None => f.write_str("?"),
        }
    }
}

impl fmt::Debug for Interface {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// An interface that Go cannot hash holds a value of this type. It displays as Go's panic.
///
/// Go: runtime/alg.go `mapKeyError`, 1.22.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unhashable {
    type_name: Cow<'static, str>,
}

impl Unhashable {
    /// The Go name of the type.
    pub fn type_name(&self) -> &str {
        &self.type_name
    }
}

impl fmt::Display for Unhashable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "runtime error: hash of unhashable type {}", self.type_name)
    }
}

impl core::error::Error for Unhashable {}

/// What an interface can hold.
trait Dynamic: Send + Sync {
    fn type_name(&self) -> &str;
    fn value(&self) -> &dyn Any;
    fn bytes(&self) -> Option<&[u8]>;
    fn hash_error(&self) -> Option<Unhashable>;
    fn typehash(&self, alg: &dyn Alg, seed: u64, nan: &Rand) -> u64;
    /// Compares with a value whose type has the same name.
    fn equal(&self, other: &dyn Dynamic) -> bool;
}

struct Hashable<T> {
    type_name: Cow<'static, str>,
    value: T,
}

impl<T: GoKey + Any + Send + Sync> Dynamic for Hashable<T> {
    fn type_name(&self) -> &str {
        &self.type_name
    }

    fn value(&self) -> &dyn Any {
        &self.value
    }

    fn bytes(&self) -> Option<&[u8]> {
        self.value.go_bytes()
    }

    fn hash_error(&self) -> Option<Unhashable> {
        self.value.hash_error()
    }

    fn typehash(&self, alg: &dyn Alg, seed: u64, nan: &Rand) -> u64 {
        self.value.go_typehash(&alg, seed, nan)
    }

    fn equal(&self, other: &dyn Dynamic) -> bool {
        other.value().downcast_ref::<T>().is_some_and(|other| self.value.go_eq(other))
    }
}

struct Uncomparable {
    error: Unhashable,
    bytes: Box<[u8]>,
}

impl Dynamic for Uncomparable {
    fn type_name(&self) -> &str {
        &self.error.type_name
    }

    fn value(&self) -> &dyn Any {
        &self.bytes
    }

    fn bytes(&self) -> Option<&[u8]> {
        Some(&self.bytes)
    }

    fn hash_error(&self) -> Option<Unhashable> {
        Some(self.error.clone())
    }

    fn typehash(&self, _: &dyn Alg, _: u64, _: &Rand) -> u64 {
        panic!("{}", self.error)
    }

    fn equal(&self, other: &dyn Dynamic) -> bool {
        // No key is a `Box<[u8]>`, so that behind the same name means the same type.
        if other.value().is::<Box<[u8]>>() {
            panic!("runtime error: comparing uncomparable type {}", self.error.type_name)
        }
        false
    }
}

macro_rules! from {
    ($($ty:ty: $name:literal;)+) => {$(
        impl From<$ty> for Interface {
            #[doc = concat!("A Go `", $name, "`.")]
            fn from(value: $ty) -> Self {
                Self::named($name, value)
            }
        }
    )+};
}

from! {
    bool: "bool";
    u8: "uint8";
    u16: "uint16";
    u32: "uint32";
    u64: "uint64";
    usize: "uint";
    i8: "int8";
    i16: "int16";
    i32: "int32";
    i64: "int64";
    isize: "int";
    f32: "float32";
    f64: "float64";
    Complex<f32>: "complex64";
    Complex<f64>: "complex128";
}

impl From<char> for Interface {
    /// A Go `rune`, which is another name of `int32`.
    fn from(value: char) -> Self {
        Self::from(u32::from(value).cast_signed())
    }
}

impl From<&str> for Interface {
    /// A Go `string`.
    fn from(value: &str) -> Self {
        Self::string(value.as_bytes())
    }
}

impl From<String> for Interface {
    /// A Go `string`.
    fn from(value: String) -> Self {
        Self::string(value.into_bytes())
    }
}

impl<const N: usize> From<[u8; N]> for Interface {
    /// A Go `[N]uint8`.
    fn from(value: [u8; N]) -> Self {
        Self::named(format!("[{N}]uint8"), value)
    }
}
