//! Hashes that real Go processes computed, computed again through the public key types.
//!
//! `data/hashvec-*.jsonl`: the first line names the hash and its key material; every other line is
//! a type, a seed, a value and what Go's own hasher of that type returned.

use serde_json::Value;
use tophash::hash::{Aes, AesArm64, Alg, AnyAlg, Edition, Fallback, Rand};
use tophash::key::{ByteString, Bytes, GoKey, Interface};

#[test]
fn amd64_aes_hashes_are_gos() {
    assert_eq!(check(include_str!("../data/hashvec-amd64-aes.jsonl")), 894);
}

#[test]
fn arm64_aes_hashes_are_gos() {
    assert_eq!(check(include_str!("../data/hashvec-arm64-aes.jsonl")), 894);
}

#[test]
fn fallback_hashes_before_go_1_23_are_gos() {
    assert_eq!(check(include_str!("../data/hashvec-amd64-fallback.jsonl")), 894);
}

#[test]
fn fallback_hashes_since_go_1_23_are_gos() {
    assert_eq!(check(include_str!("../data/hashvec-amd64-fallback-go1.23.jsonl")), 894);
}

/// Checks every line and says how many there were.
fn check(file: &str) -> usize {
    let mut lines = file.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let alg = alg(&lines.next().unwrap());
    let mut count = 0;
    for line in lines {
        let (ty, k) = (line["type"].as_str().unwrap(), line["k"].as_str().unwrap());
        let seed = line["seed"].as_u64().unwrap();
        let hash = line["hash"].as_u64().unwrap();
        for (form, computed) in hashes(&alg, ty, k, seed) {
            assert_eq!(computed, hash, "{ty} {k} under {seed} as {form}");
        }
        count += 1;
    }
    count
}

fn alg(header: &Value) -> AnyAlg {
    match (header["hash"].as_str().unwrap(), header["arch"].as_str().unwrap()) {
        ("fallback", _) => {
            let hashkey: [u64; 4] = serde_json::from_value(header["hashkey"].clone()).unwrap();
            let edition = match header["go"].as_str().unwrap() {
                go if go.starts_with("go1.23.") => Edition::Since123,
                _ => Edition::Before123,
            };
            Fallback::new(hashkey, edition).into()
        }
        ("aes", arch) => {
            let keysched = unhex(header["keysched"].as_str().unwrap()).try_into().unwrap();
            match arch {
                "amd64" => Aes::new(keysched).into(),
                "arm64" => AesArm64::new(keysched).into(),
                _ => panic!("{arch}"),
            }
        }
        (hash, _) => panic!("{hash}"),
    }
}

/// The hashes of the value in every form that this library has for its Go type.
fn hashes(alg: &AnyAlg, ty: &str, k: &str, seed: u64) -> Vec<(&'static str, u64)> {
    let nan = Rand::from_seed(0);
    macro_rules! array {
        ($($n:literal)+) => {
            match ty {
                $(concat!("[", $n, "]uint8") => {
                    let array: [u8; $n] = unhex(k).try_into().unwrap();
                    vec![
                        ("[u8; N]", array.go_hash(alg, seed, &nan)),
                        ("&[u8; N]", (&array).go_hash(alg, seed, &nan)),
                        ("Box<[u8; N]>", Box::new(array).go_hash(alg, seed, &nan)),
                    ]
                })+
                _ => panic!("no Rust type for {ty}"),
            }
        };
    }
    macro_rules! scalar {
        ($scalar:ty) => {
            vec![(
                stringify!($scalar),
                <$scalar>::from_le_bytes(unhex(k).try_into().unwrap()).go_hash(alg, seed, &nan),
            )]
        };
    }
    match ty {
        "uint8" => scalar!(u8),
        "uint16" => scalar!(u16),
        "uint32" => scalar!(u32),
        "uint64" => [scalar!(u64), scalar!(usize)].concat(),
        "int32" => scalar!(i32),
        "int64" => [scalar!(i64), scalar!(isize)].concat(),
        "float32" => scalar!(f32),
        "float64" => scalar!(f64),
        "[2]uint16" => vec![("[u16; 2]", words::<u16, 2>(k).go_hash(alg, seed, &nan))],
        "[2]uint32" => vec![("[u32; 2]", words::<u32, 2>(k).go_hash(alg, seed, &nan))],
        "[3]uint32" => vec![("[u32; 3]", words::<u32, 3>(k).go_hash(alg, seed, &nan))],
        "interface{}" => vec![("Interface", interface(k).go_hash(alg, seed, &nan))],
        "string" => strings(alg, &unhex(k), seed, &nan),
        _ => array! {
            0 1 2 3 4 5 7 8 9 12 15 16 17 20 31 32 33 48 49 64 65 96 127 128 129 136 200 257
        },
    }
}

fn strings(alg: &AnyAlg, bytes: &[u8], seed: u64, nan: &Rand) -> Vec<(&'static str, u64)> {
    let mut hashes = vec![
        ("Bytes", Bytes::new(bytes).go_hash(alg, seed, nan)),
        ("ByteString<&[u8]>", ByteString(bytes).go_hash(alg, seed, nan)),
        ("ByteString<Vec<u8>>", ByteString(bytes.to_vec()).go_hash(alg, seed, nan)),
        (
            "ByteString<Box<[u8]>>",
            ByteString(bytes.to_vec().into_boxed_slice()).go_hash(alg, seed, nan),
        ),
        ("memhash", alg.memhash(bytes, seed)),
    ];
    if let Ok(text) = str::from_utf8(bytes) {
        hashes.push(("str", text.go_hash(alg, seed, nan)));
        hashes.push(("String", text.to_owned().go_hash(alg, seed, nan)));
        hashes.push(("Box<str>", Box::<str>::from(text).go_hash(alg, seed, nan)));
    }
    hashes
}

fn interface(k: &str) -> Interface {
    let (ty, hex) = k.split_once(':').unwrap();
    let bytes = unhex(hex);
    let value = match ty {
        "nil" => Interface::NIL,
        "int64" => i64::from_le_bytes(bytes.try_into().unwrap()).into(),
        "float64" => f64::from_le_bytes(bytes.try_into().unwrap()).into(),
        "uint8" => bytes[0].into(),
        "string" => Interface::string(bytes),
        _ => panic!("{ty}"),
    };
    assert_eq!(value.to_string(), k, "an interface prints as a recording writes it");
    value
}

/// An array of integers from its memory.
fn words<T: Word, const N: usize>(hex: &str) -> [T; N] {
    let bytes = unhex(hex);
    assert_eq!(bytes.len(), N * size_of::<T>());
    core::array::from_fn(|i| T::read(&bytes[i * size_of::<T>()..]))
}

trait Word {
    fn read(bytes: &[u8]) -> Self;
}

impl Word for u16 {
    fn read(bytes: &[u8]) -> Self {
        Self::from_le_bytes(*bytes.first_chunk().unwrap())
    }
}

impl Word for u32 {
    fn read(bytes: &[u8]) -> Self {
        Self::from_le_bytes(*bytes.first_chunk().unwrap())
    }
}

fn unhex(hex: &str) -> Vec<u8> {
    assert!(hex.len().is_multiple_of(2));
    (0..hex.len()).step_by(2).map(|i| u8::from_str_radix(&hex[i..i + 2], 16).unwrap()).collect()
}

/// The same for structs, arrays and complex numbers, recorded by `data/structs.go`.
mod structs {
    use super::{alg, unhex};
    use serde_json::Value;
    use tophash::go_key;
    use tophash::hash::Rand;
    use tophash::key::{ByteString, Complex, GoKey, Interface};

    #[test]
    fn structs_hash_as_go_hashes_them_with_aes() {
        assert_eq!(check(include_str!("../data/hashvec-structs-amd64-aes.jsonl")), 174);
    }

    #[test]
    fn structs_hash_as_go_hashes_them_without_aes() {
        assert_eq!(check(include_str!("../data/hashvec-structs-amd64-fallback-go1.23.jsonl")), 174);
    }

    type GoString = ByteString<Box<[u8]>>;

    /// A value read from the list of its parts.
    trait Parts: GoKey + Send + Sync + 'static {
        fn from_parts(parts: &Value) -> Self;
    }

    /// Defines structs under Go's names.
    macro_rules! structs {
        ($($name:ident { $($field:ident: $ty:ty),* })+) => {$(
            go_key! {
                struct $name { $($field: $ty),* }
            }

            impl Parts for $name {
                fn from_parts(parts: &Value) -> Self {
                    let mut parts = parts.as_array().unwrap().iter();
                    let value = Self { $($field: Parts::from_parts(parts.next().unwrap())),* };
                    assert!(parts.next().is_none());
                    value
                }
            }
        )+};
    }

    structs! {
        Ints { x: i32, y: i32 }
        Shorts { a: u16, b: u16 }
        Words { x: u32, y: u32, z: u32 }
        Packed { a: u64, b: u32, c: u16, d: u8, e: bool }
        Padded { a: u8, b: u32 }
        Trailing { a: u64, b: u8 }
        Runs { a: u16, b: u16, c: u64, s: GoString, d: u8 }
        Float { a: u32, f: f64, b: u32 }
        Lone { f: f32 }
        Nested { p: Ints, q: u8, s: GoString }
        Inner { p: Padded, q: u32 }
        Dynamic { a: u32, i: Interface, b: u16 }
        Empty {}
        Hole { s: GoString, z: Empty, t: GoString }
        Nothing { a: u32, z: [GoString; 0], b: u32 }
        Arrays { a: [u8; 4], f: [f32; 2], b: [u8; 3] }
        Complexes { c: Complex<f32>, d: Complex<f64> }
    }

    macro_rules! scalars {
        ($($scalar:ty),+) => {$(
            impl Parts for $scalar {
                fn from_parts(parts: &Value) -> Self {
                    Self::from_le_bytes(unhex(parts.as_str().unwrap()).try_into().unwrap())
                }
            }
        )+};
    }

    scalars!(u8, u16, u32, u64, i32, f32, f64);

    impl Parts for bool {
        fn from_parts(parts: &Value) -> Self {
            match parts.as_str().unwrap() {
                "00" => false,
                "01" => true,
                other => panic!("{other}"),
            }
        }
    }

    impl Parts for GoString {
        fn from_parts(parts: &Value) -> Self {
            Self(unhex(parts.as_str().unwrap()).into())
        }
    }

    impl Parts for Interface {
        fn from_parts(parts: &Value) -> Self {
            super::interface(parts.as_str().unwrap())
        }
    }

    macro_rules! complex {
        ($($float:ty: $size:literal),+) => {$(
            impl Parts for Complex<$float> {
                fn from_parts(parts: &Value) -> Self {
                    let bytes = unhex(parts.as_str().unwrap());
                    let (re, im) = bytes.split_at($size);
                    Self {
                        re: <$float>::from_le_bytes(re.try_into().unwrap()),
                        im: <$float>::from_le_bytes(im.try_into().unwrap()),
                    }
                }
            }
        )+};
    }

    complex!(f32: 4, f64: 8);

    impl<T: Parts, const N: usize> Parts for [T; N] {
        fn from_parts(parts: &Value) -> Self {
            let parts = parts.as_array().unwrap();
            assert_eq!(parts.len(), N);
            core::array::from_fn(|i| T::from_parts(&parts[i]))
        }
    }

    fn check(file: &str) -> usize {
        let mut lines = file.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let alg = alg(&lines.next().unwrap());
        let mut count = 0;
        for line in lines {
            macro_rules! types {
                ($($go:literal: $ty:ty,)+) => {
                    match line["type"].as_str().unwrap() {
                        $($go => check_one::<$ty>(&alg, &line),)+
                        other => panic!("no Rust type for {other}"),
                    }
                };
            }
            types! {
                "main.Ints": Ints,
                "main.Shorts": Shorts,
                "main.Words": Words,
                "main.Packed": Packed,
                "main.Padded": Padded,
                "main.Trailing": Trailing,
                "main.Runs": Runs,
                "main.Float": Float,
                "main.Lone": Lone,
                "main.Nested": Nested,
                "main.Inner": Inner,
                "main.Dynamic": Dynamic,
                "main.Empty": Empty,
                "main.Hole": Hole,
                "main.Nothing": Nothing,
                "main.Arrays": Arrays,
                "main.Complexes": Complexes,
                "complex64": Complex<f32>,
                "complex128": Complex<f64>,
                "bool": bool,
                "[0]string": [GoString; 0],
                "[1]float64": [f64; 1],
                "[2]float32": [f32; 2],
                "[3]float64": [f64; 3],
                "[2]string": [GoString; 2],
                "[2]interface {}": [Interface; 2],
                "[2]main.Padded": [Padded; 2],
                "[2]main.Ints": [Ints; 2],
                "[2]complex64": [Complex<f32>; 2],
            }
            count += 1;
        }
        count
    }

    fn check_one<T: Parts>(alg: &super::AnyAlg, line: &Value) {
        let seed = line["seed"].as_u64().unwrap();
        let nan = Rand::from_seed(0);

        assert_eq!(size_of::<T>() as u64, line["size"].as_u64().unwrap(), "size: {line}");
        assert_eq!(T::REFLEXIVE, line["reflexive"].as_bool().unwrap(), "reflexive: {line}");
        assert_eq!(T::NEEDS_UPDATE, line["update"].as_bool().unwrap(), "needs update: {line}");
        assert_eq!(T::POINTERS, line["pointers"].as_bool().unwrap(), "pointers: {line}");

        let value = T::from_parts(&line["k"]);
        assert!(value.go_eq(&T::from_parts(&line["k"])), "{line}");
        let hash = value.go_hash(alg, seed, &nan);
        assert_eq!(hash, line["hash"].as_u64().unwrap(), "as a map's key: {line}");
        let boxed = Interface::named("", value).go_hash(alg, seed, &nan);
        assert_eq!(boxed, line["interface"].as_u64().unwrap(), "in an interface: {line}");
    }
}
