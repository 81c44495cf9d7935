//! Values as recordings write them, checked against their Go type.

use std::fmt;

/// How a Go type's values are written, stored and hashed: all that a replay needs to know of it.
///
/// Integers, bools, and arrays and structs of them without padding are one class by size, because Go hashes and stores them by
/// their bytes alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// This many bytes of memory.
    Plain(usize),
    /// `float32`.
    Float32,
    /// `float64`.
    Float64,
    /// `complex128`.
    Complex128,
    /// `string`.
    Text,
    /// `interface{}`.
    Interface,
    /// `struct{uint8;uint32}`: eight bytes, three of them padding, which is not hashed.
    Padded,
    /// `struct{string;float64}`.
    TextFloat,
}

/// Largest type that is taken at all. Go's own compiler refuses map types long before.
const LARGEST: usize = 1 << 16;

impl Class {
    /// The class of the key type that Go calls `name`.
    pub fn of_key(name: &str) -> Option<Self> {
        match name {
            "float32" => Some(Self::Float32),
            "float64" => Some(Self::Float64),
            "string" => Some(Self::Text),
            "complex128" => Some(Self::Complex128),
            "interface{}" => Some(Self::Interface),
            "struct{uint8;uint32}" => Some(Self::Padded),
            "struct{string;float64}" => Some(Self::TextFloat),
            // An array of floats hashes its elements one by one: it is no plain memory.
            _ => plain_size(name)
                .filter(|_| !name.contains("float") && !name.contains("complex"))
                .map(Self::Plain),
        }
    }

    /// The class of the elem type that Go calls `name`. An elem is never hashed, so a float is
    /// plain memory here.
    pub fn of_elem(name: &str) -> Option<Self> {
        match name {
            "string" => Some(Self::Text),
            "struct{string;float64}" => Some(Self::TextFloat),
            _ => plain_size(name).map(Self::Plain),
        }
    }

    /// Checks that `text` is a value of this class.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn value(self, text: String) -> Result<Value, String> {
        match self {
            Self::Plain(size) => fixed(&text, size)?,
            Self::Float32 => fixed(&text, 4)?,
            Self::Float64 => fixed(&text, 8)?,
            Self::Complex128 => fixed(&text, 16)?,
            Self::Text => drop(digits(&text)?),
            Self::Interface => dynamic(&text)?,
            Self::Padded => padded(&text)?,
            Self::TextFloat => text_float(&text)?,
        }
        Ok(Value(text))
    }

    /// As [`Class::value`], for a key.
    ///
    /// # Errors
    /// Also if it is a NaN: Go hashes each with fresh randomness, which the format does not hold.
    pub fn key(self, text: String) -> Result<Value, String> {
        let value = self.value(text)?;
        let nan = match self {
            Self::Float32 => f32::from_le_bytes(value.array()).is_nan(),
            Self::Float64 => f64::from_le_bytes(value.array()).is_nan(),
            Self::Interface => match value.dynamic() {
                (Dynamic::Float64, bits) => {
                    unhex(bits).try_into().is_ok_and(|bits| f64::from_le_bytes(bits).is_nan())
                }
                _ => false,
            },
            Self::Complex128 => {
                value.array::<16>().as_chunks().0.iter().any(|f| f64::from_le_bytes(*f).is_nan())
            }
            Self::TextFloat => f64::from_le_bytes(value.fields().1).is_nan(),
            Self::Plain(_) | Self::Text | Self::Padded => false,
        };
        if nan { Err("a NaN, whose hash no recording holds".into()) } else { Ok(value) }
    }

    /// The zero value.
    pub fn zero(self) -> Value {
        Value(match self {
            Self::Plain(size) => "00".repeat(size),
            Self::Float32 => "00".repeat(4),
            Self::Float64 | Self::Padded => "00".repeat(8),
            Self::Complex128 => "00".repeat(16),
            Self::TextFloat => "{,0000000000000000}".into(),
            Self::Text => String::new(),
            Self::Interface => "nil:".into(),
        })
    }
}

/// The size of a type whose values are written as the hex of their memory.
fn plain_size(name: &str) -> Option<usize> {
    match name {
        "struct{}" => Some(0),
        "bool" | "int8" | "uint8" => Some(1),
        "int16" | "uint16" => Some(2),
        "int32" | "uint32" | "float32" => Some(4),
        "int" | "uint" | "uintptr" | "int64" | "uint64" | "float64" => Some(8),
        "complex128" => Some(16),
        "struct{uint32;uint32}" => Some(8),
        "struct{[2][3]uint16;struct{uint16;uint16}}" => Some(16),
        _ => {
            let (count, of) = name.strip_prefix('[')?.split_once(']')?;
            if count.is_empty() || !count.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            // Each level of an array costs stack, and each element type but one has a size: so
            // a name too long to be of use is refused before it recurses.
            if name.len() > 64 {
                return None;
            }
            count.parse::<usize>().ok()?.checked_mul(plain_size(of)?).filter(|&n| n <= LARGEST)
        }
    }
}

/// The dynamic types that an `interface{}` value of a recording may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dynamic {
    /// No type at all.
    Nil,
    /// `int64`.
    Int64,
    /// `float64`.
    Float64,
    /// `string`.
    Text,
    /// `uint8`.
    Uint8,
    /// `[]int`, which cannot be hashed.
    Ints,
}

impl Dynamic {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "nil" => Self::Nil,
            "int64" => Self::Int64,
            "float64" => Self::Float64,
            "string" => Self::Text,
            "uint8" => Self::Uint8,
            "[]int" => Self::Ints,
            _ => return None,
        })
    }
}

/// A value's text, known to be well formed. Lowercase hex being the only spelling, two values of
/// one type are equal exactly if their texts are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value(String);

impl Value {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The bytes that it spells, for every class but `interface{}`.
    pub fn bytes(&self) -> Vec<u8> {
        unhex(&self.0)
    }

    /// As [`Value::bytes`], for a class of `N` bytes.
    ///
    /// # Panics
    /// If the value's class has another size.
    pub fn array<const N: usize>(&self) -> [u8; N] {
        self.bytes().try_into().expect("a value has its class's size")
    }

    /// The fields of a `struct{string;float64}`.
    ///
    /// # Panics
    /// If the value is of another class.
    pub fn fields(&self) -> (Vec<u8>, [u8; 8]) {
        let (text, number) = split_fields(&self.0).expect("a struct has its fields");
        (unhex(text), unhex(number).try_into().expect("a float64 has eight bytes"))
    }

    /// Type and hex of an `interface{}`.
    ///
    /// # Panics
    /// If the value is of another class.
    pub fn dynamic(&self) -> (Dynamic, &str) {
        let (name, hex) = self.0.split_once(':').expect("an interface value names its type");
        (Dynamic::of(name).expect("its type is one of six"), hex)
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Checks that `text` is the hex of `size` bytes.
fn fixed(text: &str, size: usize) -> Result<(), String> {
    match digits(text)? / 2 {
        n if n == size => Ok(()),
        n => Err(format!("{n} bytes where the type has {size}")),
    }
}

/// Checks a `struct{uint8;uint32}`.
fn padded(text: &str) -> Result<(), String> {
    fixed(text, 8)?;
    match &text[2..8] {
        "000000" => Ok(()),
        _ => Err("bytes 1 to 3 are padding, which is zero".into()),
    }
}

/// Checks a `struct{string;float64}`.
fn text_float(text: &str) -> Result<(), String> {
    let Some((text, number)) = split_fields(text) else {
        return Err("not two fields: it is written {<hex>,<hex>}".into());
    };
    digits(text)?;
    fixed(number, 8)
}

fn split_fields(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix('{')?.strip_suffix('}')?.split_once(',')
}

/// Checks an `interface{}` value.
fn dynamic(text: &str) -> Result<(), String> {
    let Some((name, hex)) = text.split_once(':') else {
        return Err("names no type: an interface{} is written <type>:<hex>".into());
    };
    match Dynamic::of(name) {
        Some(Dynamic::Nil) => fixed(hex, 0),
        Some(Dynamic::Int64 | Dynamic::Float64) => fixed(hex, 8),
        Some(Dynamic::Uint8) => fixed(hex, 1),
        Some(Dynamic::Text) => digits(hex).map(drop),
        Some(Dynamic::Ints) => match digits(hex)? / 2 {
            n if n % 8 == 0 => Ok(()),
            n => Err(format!("{n} bytes where each element of an []int has 8")),
        },
        None => Err(format!("unknown dynamic type {name:?}")),
    }
}

/// How many hex digits `text` is, or why it is not hex of whole bytes.
fn digits(text: &str) -> Result<usize, String> {
    if let Some(at) = text.bytes().position(|b| !matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        return Err(format!("not lowercase hex at character {}", at + 1));
    }
    if !text.len().is_multiple_of(2) {
        return Err("an odd number of hex digits".into());
    }
    Ok(text.len())
}

/// The bytes of `count` hex digits, for fields that are hex but no value.
pub(crate) fn hex_field<const N: usize>(text: &str) -> Result<[u8; N], String> {
    fixed(text, N)?;
    Ok(unhex(text).try_into().expect("its length was checked"))
}

/// Decodes hex that [`digits`] has passed.
pub(crate) fn unhex(text: &str) -> Vec<u8> {
    let nibble = |digit: u8| {
        if digit <= b'9' { digit - b'0' } else { digit - b'a' + 10 }
    };
    text.as_bytes()
        .as_chunks()
        .0
        .iter()
        .map(|&[high, low]| nibble(high) << 4 | nibble(low))
        .collect()
}

/// `bytes` in hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    push_hex(bytes, &mut text);
    text
}

/// Appends `bytes` to `out` in hex.
pub(crate) fn push_hex(bytes: &[u8], out: &mut String) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for byte in bytes {
        out.push(DIGITS[usize::from(byte >> 4)].into());
        out.push(DIGITS[usize::from(byte & 15)].into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_the_contract_names_has_a_class() {
        let keys = "uint8 uint16 uint32 uint64 int32 int64 float32 float64 string [3]uint32 \
                    [20]uint8 [136]uint8 interface{}";
        assert!(keys.split(' ').all(|name| Class::of_key(name).is_some()));
        let elems = "struct{} uint8 uint32 uint64 string [20]uint8 [136]uint8";
        assert!(elems.split(' ').all(|name| Class::of_elem(name).is_some()));
    }

    #[test]
    fn arrays_multiply_and_only_plain_ones_are_keys() {
        assert_eq!(Class::of_key("[3]uint32"), Some(Class::Plain(12)));
        assert_eq!(Class::of_key("[2][3]uint16"), Some(Class::Plain(12)));
        assert_eq!(Class::of_elem("[2]float64"), Some(Class::Plain(16)));
        for name in [
            "[2]float64",
            "[]int",
            "[-1]uint8",
            "[+1]uint8",
            "[3]string",
            "[1]complex128",
            "uint",
            "",
        ] {
            assert_eq!(Class::of_key(name).is_none(), name != "uint", "{name}");
        }
        let huge = format!("[{}]uint8", u64::MAX);
        assert_eq!(Class::of_key(&huge), None);
        assert_eq!(Class::of_key(&"[1]".repeat(1 << 20)), None);
    }

    #[test]
    fn values_have_their_types_length_and_spelling() {
        let bad = |class: Class, text: &str| class.key(text.into()).unwrap_err();
        assert_eq!(bad(Class::Plain(2), "0a0"), "an odd number of hex digits");
        assert_eq!(bad(Class::Plain(2), "0A00"), "not lowercase hex at character 2");
        assert_eq!(bad(Class::Plain(2), "0a"), "1 bytes where the type has 2");
        assert_eq!(bad(Class::Interface, "int64:00"), "1 bytes where the type has 8");
        assert_eq!(bad(Class::Interface, "int8:00"), "unknown dynamic type \"int8\"");
        assert!(bad(Class::Interface, "00").contains("names no type"));
        assert!(bad(Class::Float32, "0000c07f").contains("NaN"));
        assert!(bad(Class::Complex128, "0000000000000000000000000000f87f").contains("NaN"));
        assert!(bad(Class::TextFloat, "{,000000000000f87f}").contains("NaN"));
        assert!(bad(Class::TextFloat, "{00,00}").contains("1 bytes"));
        assert!(bad(Class::TextFloat, "{0,0000000000000000}").contains("odd"));
        for text in ["", "{}", "{00}", "00,0000000000000000"] {
            assert!(bad(Class::TextFloat, text).contains("not two fields"));
        }
        assert!(bad(Class::Padded, "0100000102030405").contains("padding"));
        assert!(bad(Class::Interface, "float64:000000000000f87f").contains("NaN"));
        for class in [
            Class::Plain(3),
            Class::Float32,
            Class::Float64,
            Class::Complex128,
            Class::Interface,
            Class::Padded,
            Class::TextFloat,
        ] {
            let zero = class.zero();
            assert_eq!(class.key(zero.to_string()), Ok(zero));
        }
    }

    #[test]
    fn hex_round_trips() {
        let bytes: Vec<u8> = (0..=255).collect();
        let mut text = String::new();
        push_hex(&bytes, &mut text);
        assert_eq!(unhex(&text), bytes);
    }
}
