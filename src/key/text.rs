//! Go's string: text, and bytes that need not be text.

use super::GoKey;
use crate::hash::{Alg, Rand};
use alloc::{boxed::Box, rc::Rc, string::String, sync::Arc, vec::Vec};
use core::borrow::Borrow;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::ops::Deref;

/// The bytes of a Go string, which need not be UTF-8: what [`ByteString`] borrows as.
///
/// It exists because `[u8]` is no key: Go hashes arrays of bytes and strings differently, and a
/// slice does not say which it is.
///
/// ```
/// use std::borrow::Borrow;
/// use tophash::key::{ByteString, Bytes};
///
/// let key = ByteString(vec![0xff, 0xfe]);
/// let borrowed: &Bytes = key.borrow();
/// assert_eq!(borrowed, Bytes::new(b"\xff\xfe"));
/// ```
///
/// ```compile_fail,E0277
/// fn is_key<K: tophash::GoKey + ?Sized>() {}
/// is_key::<[u8]>();
/// ```
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Bytes([u8]);

impl Bytes {
    /// These bytes as a Go string.
    #[inline]
    pub const fn new(bytes: &[u8]) -> &Self {
        let bytes: *const [u8] = bytes;
        // SAFETY: `repr(transparent)` gives `Bytes` the layout and the metadata of `[u8]`, and the
        // result borrows what `bytes` borrowed.
        unsafe { &*(bytes as *const Self) }
    }
}

impl Deref for Bytes {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "b\"{}\"", self.0.escape_ascii())
    }
}

/// A Go string that owns or shares its bytes, which need not be UTF-8.
///
/// It is a key for `B` one of `Vec<u8>`, `Box<[u8]>`, `Arc<[u8]>`, `Rc<[u8]>` and `&[u8]`. All but
/// the first have the size of a Go string, 16 bytes. A map of them is asked by [`Bytes`], without
/// an allocation.
#[derive(Clone, Copy, Debug, Default)]
pub struct ByteString<B>(pub B);

impl<B: AsRef<[u8]>> ByteString<B> {
    #[inline]
    fn bytes(&self) -> &Bytes {
        Bytes::new(self.0.as_ref())
    }
}

impl<B: AsRef<[u8]>> Borrow<Bytes> for ByteString<B> {
    #[inline]
    fn borrow(&self) -> &Bytes {
        self.bytes()
    }
}

impl<B: AsRef<[u8]>> AsRef<[u8]> for ByteString<B> {
    #[inline]
    fn as_ref(&self) -> &[u8] {
        self.0.as_ref()
    }
}

impl<B> From<B> for ByteString<B> {
    fn from(bytes: B) -> Self {
        Self(bytes)
    }
}

// By the bytes, as `Borrow` demands, whatever `B` itself makes of `==` and `Hash`.
impl<B: AsRef<[u8]>> PartialEq for ByteString<B> {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.bytes() == other.bytes()
    }
}

impl<B: AsRef<[u8]>> Eq for ByteString<B> {}

impl<B: AsRef<[u8]>> PartialOrd for ByteString<B> {
    fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<B: AsRef<[u8]>> Ord for ByteString<B> {
    fn cmp(&self, other: &Self) -> core::cmp::Ordering {
        self.bytes().cmp(other.bytes())
    }
}

impl<B: AsRef<[u8]>> Hash for ByteString<B> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.bytes().hash(state);
    }
}

/// Implements Go's string for types that give their content as bytes.
macro_rules! string {
    ($($ty:ty),+) => {$(
        // SAFETY: bytes, or a pointer to bytes that nobody can change while it is shared; no
        // interior mutability.
        unsafe impl GoKey for $ty {
            const REFLEXIVE: bool = true;
            const NEEDS_UPDATE: bool = true;
            const POINTERS: bool = true;

            #[inline]
            fn go_hash<A: Alg>(&self, alg: &A, seed: u64, _: &Rand) -> u64 {
                alg.memhash(self.as_ref(), seed)
            }

            #[inline]
            fn go_eq(&self, other: &Self) -> bool {
                self == other
            }

            fn go_bytes(&self) -> Option<&[u8]> {
                Some(self.as_ref())
            }
        }
    )+};
}

string! {
    str,
    String,
    Bytes,
    ByteString<Vec<u8>>,
    ByteString<Box<[u8]>>,
    ByteString<Arc<[u8]>>,
    ByteString<Rc<[u8]>>,
    ByteString<&[u8]>
}

impl AsRef<[u8]> for Bytes {
    #[inline]
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}
