//! The types of the maps that are fuzzed: one for each way in which the runtime treats a type.

use arbitrary::Arbitrary;
use tophash::Dialect;
use tophash::hash::{Edition, Fallback, Rand};
use tophash::key::{GoKey, KeyHash};

/// A key made from a small number, so that a fuzzer meets the same key again.
pub(crate) trait Key: GoKey {
    fn new(id: u8) -> Self;

    /// The smallest number whose key equals this one; `None` if this one does not equal itself.
    fn id(&self) -> Option<u8>;
}

/// No pointers: the buckets keep their bytes, and the overflow lists are used.
impl Key for u16 {
    fn new(id: u8) -> Self {
        u16::from(id) << 4
    }

    fn id(&self) -> Option<u8> {
        u8::try_from(self >> 4).ok()
    }
}

/// Hashed by a function of its own.
impl Key for u64 {
    fn new(id: u8) -> Self {
        u64::from(id)
    }

    fn id(&self) -> Option<u8> {
        u8::try_from(*self).ok()
    }
}

/// Owns memory: a key read after its drop, or dropped twice, is seen by the sanitizer.
impl Key for String {
    fn new(id: u8) -> Self {
        format!("key {id}")
    }

    fn id(&self) -> Option<u8> {
        self.strip_prefix("key ")?.parse().ok()
    }
}

/// Over 128 bytes: the slot holds a pointer.
impl Key for [u8; 136] {
    fn new(id: u8) -> Self {
        [id; 136]
    }

    fn id(&self) -> Option<u8> {
        Some(self[135])
    }
}

/// How many numbers stand for NaN.
const NANS: u8 = 16;

/// Not equal to itself if NaN, and two zeros that are equal.
impl Key for f64 {
    fn new(id: u8) -> Self {
        match id {
            0..NANS => f64::NAN,
            NANS => 0.0,
            _ if id == NANS + 1 => -0.0,
            _ => f64::from(id),
        }
    }

    fn id(&self) -> Option<u8> {
        match self {
            0.0 => Some(NANS),
            _ if self.is_nan() => None,
            _ => Some(*self as u8),
        }
    }
}

/// An elem that tells which write stored it.
pub(crate) trait Elem {
    fn new(write: Write) -> Self;
    fn write(&self) -> Write;
}

/// How maps treat their types differently.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub(crate) enum Types {
    /// No pointers.
    Scalars,
    /// Pointers in elems alone.
    ScalarToBox,
    /// Pointers everywhere.
    Strings,
    /// Keys outside their buckets.
    WideKeys,
    /// NaNs and zeros; elems outside their buckets.
    FloatToWide,
}

/// Runs a generic function on the types that `$types` names.
macro_rules! with_types {
    ($types:expr, $run:ident($($argument:expr),*)) => {
        match $types {
            $crate::types::Types::Scalars => $run::<u16, $crate::types::Write>($($argument),*),
            $crate::types::Types::ScalarToBox => $run::<u16, Box<$crate::types::Write>>($($argument),*),
            $crate::types::Types::Strings => $run::<String, Box<$crate::types::Write>>($($argument),*),
            $crate::types::Types::WideKeys => $run::<[u8; 136], Box<$crate::types::Write>>($($argument),*),
            $crate::types::Types::FloatToWide => $run::<f64, $crate::types::Wide>($($argument),*),
        }
    };
}
pub(crate) use with_types;

/// Whose map it is.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub(crate) enum Release {
    /// Of Go 1.21.
    Go121,
    /// Of Go 1.22.
    Go122,
    /// Of Go 1.23.
    Go123,
}

impl Release {
    pub(crate) fn dialect(self) -> &'static Dialect {
        match self {
            Self::Go121 => Dialect::GO_1_21,
            Self::Go122 => Dialect::GO_1_22,
            Self::Go123 => Dialect::GO_1_23,
        }
    }
}

/// A write: to which entry, and the how many-th to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Write {
    pub(crate) entry: u32,
    pub(crate) version: u32,
}

impl Elem for Write {
    fn new(write: Write) -> Self {
        write
    }

    fn write(&self) -> Write {
        *self
    }
}

impl Elem for Box<Write> {
    fn new(write: Write) -> Self {
        Self::new(write)
    }

    fn write(&self) -> Write {
        **self
    }
}

/// Over 128 bytes, and owns memory.
pub(crate) struct Wide(Box<Write>, #[expect(dead_code, reason = "is only there")] [u64; 16]);

impl Elem for Wide {
    fn new(write: Write) -> Self {
        Self(Box::new(write), [0; 16])
    }

    fn write(&self) -> Write {
        *self.0
    }
}

/// Keys that share a chain under [`Clash::Ranges`]. Filling one range, emptying it and filling the
/// next leaves overflow buckets behind, and so comes to a growth to the same size.
pub(crate) const RANGE: u8 = 32;

/// How keys hash: so that chains grow long and same-size growths come about.
#[derive(Arbitrary, Clone, Debug)]
pub(crate) enum Clash {
    /// By Go's fallback hash.
    No,
    /// By its tophash and two of its low bits: at most four chains.
    FourChains,
    /// By its low byte: every tophash is the same.
    SameTophash,
    /// All alike.
    OneChain,
    /// By [`RANGE`]s.
    Ranges,
    /// By its number, whatever the seed: five low bits, so that keys are neighbours, or siblings
    /// when their chain is split; the others are the tophash.
    Placed,
}

impl<K: Key> KeyHash<K> for Clash {
    const REFLEXIVE: bool = K::REFLEXIVE;
    const NEEDS_UPDATE: bool = K::NEEDS_UPDATE;
    const POINTERS: bool = K::POINTERS;

    fn hash(&self, key: &K, hash0: u32, nan: &Rand) -> u64 {
        const FALLBACK: Fallback = Fallback::new([1, 3, 5, 7], Edition::Since123);
        let hash = key.go_hash(&FALLBACK, u64::from(hash0), nan);
        match self {
            Self::No => hash,
            Self::FourChains => hash & (0xff << 56 | 3),
            Self::SameTophash => hash & 0xff,
            Self::OneChain => 0,
            Self::Ranges => key.id().map_or(hash, |id| u64::from(id / RANGE)),
            Self::Placed => {
                key.id().map_or(hash, |id| u64::from(id % RANGE) | u64::from(id / RANGE) << 56)
            }
        }
    }

    fn eq(&self, a: &K, b: &K) -> bool {
        a.go_eq(b)
    }
}
