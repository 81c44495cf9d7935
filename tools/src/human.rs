//! Values for people to read: what a recording writes as hex, as Go would print it.

use crate::value::unhex;

/// How many characters of a value are shown; of a longer one, the first of them and an ellipsis.
const LONGEST: usize = 24;

/// A value of the Go type `type_name` that a recording writes as `text`, for people.
///
/// Integers are decimal, floats have a point, strings are quoted and escaped, arrays and other plain
/// memory are hex. No character of the value reaches the result but as printable text, and it is cut
/// to a few dozen characters. What is no value of the type comes out as it is, escaped and cut.
///
/// ```
/// use tophash_cli::human::value;
///
/// assert_eq!(value("uint16", "2a00"), "42");
/// assert_eq!(value("int64", "feffffffffffffff"), "-2");
/// assert_eq!(value("float32", "0000803f"), "1.0");
/// assert_eq!(value("string", "3c623e220a"), r#""<b>\"\n""#);
/// assert_eq!(value("interface{}", "int64:0700000000000000"), "int64(7)");
/// assert_eq!(value("[3]uint8", "010203"), "0x010203");
/// ```
pub fn value(type_name: &str, text: &str) -> String {
    if !text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return cut(&text.escape_debug().to_string());
    }
    let well_formed = |hex: &str| hex.len().is_multiple_of(2) && hex.bytes().all(is_digit);
    match type_name {
        "interface{}" => match text.split_once(':') {
            Some(("nil", "")) => "nil".into(),
            Some(("string", hex)) if well_formed(hex) => value("string", hex),
            Some((name, hex)) if well_formed(hex) => format!("{}({})", cut(name), value(name, hex)),
            _ => cut(text),
        },
        "struct{string;float64}" => {
            let inner = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
            match inner.and_then(|inner| inner.split_once(',')) {
                Some((a, b)) if well_formed(a) && well_formed(b) => {
                    format!("{{{}, {}}}", value("string", a), value("float64", b))
                }
                _ => cut(text),
            }
        }
        _ if !well_formed(text) => cut(text),
        "string" => quoted(&unhex(text)),
        "struct{}" => "{}".into(),
        _ => number(type_name, &unhex(text)).unwrap_or_else(|| cut(&format!("0x{text}"))),
    }
}

fn is_digit(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

/// A number of a type of at most eight bytes.
fn number(type_name: &str, bytes: &[u8]) -> Option<String> {
    let mut wide = [0; 8];
    wide.get_mut(..bytes.len())?.copy_from_slice(bytes);
    let unsigned = u64::from_le_bytes(wide);
    let above = 64 - 8 * bytes.len() as u32;
    Some(match (type_name, bytes.len()) {
        ("bool", 1) => (unsigned != 0).to_string(),
        ("uint8", 1) | ("uint16", 2) | ("uint32", 4) | ("uint64" | "uint" | "uintptr", 8) => {
            unsigned.to_string()
        }
        ("int8", 1) | ("int16", 2) | ("int32", 4) | ("int64" | "int", 8) => {
            ((unsigned << above) as i64 >> above).to_string()
        }
        ("float32", 4) => format!("{:?}", f32::from_bits(unsigned as u32)),
        ("float64", 8) => format!("{:?}", f64::from_bits(unsigned)),
        _ => return None,
    })
}

/// A Go string in quotes.
fn quoted(bytes: &[u8]) -> String {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.escape_debug().to_string(),
        Err(_) => bytes.escape_ascii().to_string(),
    };
    format!("\"{}\"", cut(&text))
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Class;
    use proptest::prelude::*;

    const TYPES: &[&str] = &[
        "uint8",
        "uint64",
        "int32",
        "float32",
        "float64",
        "string",
        "[20]uint8",
        "interface{}",
        "complex128",
        "struct{}",
        "struct{uint8;uint32}",
        "struct{string;float64}",
        "unheard of",
    ];

    #[test]
    fn every_types_zero_value_is_short_and_has_no_hex_where_there_is_a_number() {
        for (name, zero) in [
            ("uint8", "0"),
            ("int64", "0"),
            ("float64", "0.0"),
            ("string", "\"\""),
            ("[3]uint32", "0x0000000000000000000000…"),
            ("interface{}", "nil"),
            ("struct{string;float64}", "{\"\", 0.0}"),
        ] {
            assert_eq!(value(name, Class::of_key(name).unwrap().zero().as_str()), zero);
        }
    }

    #[test]
    fn signs_and_extremes_are_kept() {
        assert_eq!(value("int8", "80"), "-128");
        assert_eq!(value("uint8", "80"), "128");
        assert_eq!(value("uint64", "ffffffffffffffff"), u64::MAX.to_string());
        assert_eq!(value("float64", "0000000000000080"), "-0.0");
        assert_eq!(value("interface{}", "[]int:0100000000000000"), "[]int(0x0100000000000000)");
    }

    proptest! {
        #[test]
        fn any_text_comes_out_printable_and_short(
            text in prop_oneof![".*", "([0-9a-f]{2})*", "[a-z]{0,8}:([0-9a-f]{2})*"],
            name in prop::sample::select(TYPES),
        ) {
            let shown = value(name, &text);
            prop_assert!(!shown.chars().any(char::is_control), "{shown:?}");
            prop_assert!(shown.chars().count() <= 2 * LONGEST + 16, "{shown:?}");
        }
    }
}
