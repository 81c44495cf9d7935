//! The structs that recordings may have as keys and elems, of those that are not plain memory.

use crate::value::Value;
use tophash::hash::{AnyAlg, Rand};
use tophash::key::{ByteString, Go, GoKey, KeyHash};

/// A Go string, of its size.
pub(crate) type Text = ByteString<Box<[u8]>>;

tophash::go_key! {
    /// Go: `struct{string;float64}`.
    pub(crate) struct TextFloat {
        text: Text,
        number: f64,
    }
}

impl TextFloat {
    /// Reads a value of its class.
    pub(crate) fn read(value: &Value) -> Self {
        let (text, number) = value.fields();
        Self { text: ByteString(text.into()), number: f64::from_le_bytes(number) }
    }

    /// Its fields as bytes.
    pub(crate) fn fields(&self) -> (&[u8], [u8; 8]) {
        (&self.text.0, self.number.to_le_bytes())
    }
}

tophash::go_key! {
    /// Go: `struct{uint8;uint32}`, three bytes of padding between the two.
    pub(crate) struct Padded {
        a: u8,
        b: u32,
    }
}

impl Padded {
    /// The value whose memory this is.
    pub(crate) fn of(memory: [u8; 8]) -> Self {
        let [a, _, _, _, b @ ..] = memory;
        Self { a, b: u32::from_le_bytes(b) }
    }
}

/// Hashes and compares eight bytes as the [`Padded`] that they are the memory of.
///
/// A map of `Padded` itself would be no use to a recording, which holds the padding too: Rust gives
/// nobody the padding of a struct to read.
pub(crate) struct PaddedMemory(pub(crate) Go<AnyAlg>);

impl KeyHash<[u8; 8]> for PaddedMemory {
    const REFLEXIVE: bool = <Padded as GoKey>::REFLEXIVE;
    const NEEDS_UPDATE: bool = <Padded as GoKey>::NEEDS_UPDATE;
    const POINTERS: bool = <Padded as GoKey>::POINTERS;

    fn hash(&self, key: &[u8; 8], hash0: u32, nan: &Rand) -> u64 {
        self.0.hash(&Padded::of(*key), hash0, nan)
    }

    fn eq(&self, a: &[u8; 8], b: &[u8; 8]) -> bool {
        Padded::of(*a).go_eq(&Padded::of(*b))
    }
}
