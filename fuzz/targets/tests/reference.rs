//! The restated hashes against those that Go computed: what the library is fuzzed against is Go's.

use serde_json::Value;
use tophash_fuzz_targets::{aes, fallback};

/// The hash of a value of one of [`TYPES`].
type Restated = Box<dyn Fn(&str, &[u8], u64) -> u64>;

/// Go's types whose hash is one call of a restated function.
const TYPES: [&str; 3] = ["string", "uint32", "uint64"];

/// Compares every value of [`TYPES`] in a file; returns how many there were.
fn check(file: &str) -> usize {
    let mut lines = file.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let restated = restated(&lines.next().expect("a header"));
    let mut count = 0;
    for line in lines {
        let (ty, k) = (line["type"].as_str().expect("a type"), line["k"].as_str().expect("a key"));
        let seed = line["seed"].as_u64().expect("a seed");
        if TYPES.contains(&ty) {
            let hash = restated(ty, &unhex(k), seed);
            assert_eq!(Some(hash), line["hash"].as_u64(), "{ty} {k} under {seed}");
            count += 1;
        }
    }
    count
}

fn restated(header: &Value) -> Restated {
    let text = |field: &str| header[field].as_str().expect("a text").to_owned();
    if text("hash") == "fallback" {
        let hashkey = serde_json::from_value(header["hashkey"].clone()).expect("four numbers");
        let since = text("go").starts_with("go1.23.");
        return Box::new(move |ty, bytes, seed| match ty {
            "string" => fallback::memhash(hashkey, since, bytes, seed),
            "uint32" => fallback::memhash32(hashkey, since, word(bytes) as u32, seed),
            "uint64" => fallback::memhash64(hashkey, since, word(bytes), seed),
            _ => unreachable!("{ty} is none of them"),
        });
    }
    let keysched: [u8; 128] = unhex(&text("keysched")).try_into().expect("128 bytes");
    let assembly = match text("arch").as_str() {
        "amd64" => aes::Assembly::Amd64,
        "arm64" => aes::Assembly::Arm64,
        other => panic!("{other}"),
    };
    Box::new(move |ty, bytes, seed| match ty {
        "string" => aes::memhash(assembly, &keysched, bytes, seed),
        "uint32" => aes::memhash32(assembly, &keysched, word(bytes) as u32, seed),
        "uint64" => aes::memhash64(assembly, &keysched, word(bytes), seed),
        _ => unreachable!("{ty} is none of them"),
    })
}

fn word(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte))
}

fn unhex(hex: &str) -> Vec<u8> {
    let digits = hex.as_bytes().chunks(2);
    digits
        .map(|pair| u8::from_str_radix(str::from_utf8(pair).expect("ASCII"), 16).expect("hex"))
        .collect()
}

#[test]
fn amd64s_restated_aes_hashes_are_gos() {
    assert!(check(include_str!("../../../tests/data/hashvec-amd64-aes.jsonl")) > 100);
}

#[test]
fn arm64s_restated_aes_hashes_are_gos() {
    assert!(check(include_str!("../../../tests/data/hashvec-arm64-aes.jsonl")) > 100);
}

#[test]
fn restated_fallback_hashes_before_go_1_23_are_gos() {
    assert!(check(include_str!("../../../tests/data/hashvec-amd64-fallback.jsonl")) > 100);
}

#[test]
fn restated_fallback_hashes_since_go_1_23_are_gos() {
    assert!(check(include_str!("../../../tests/data/hashvec-amd64-fallback-go1.23.jsonl")) > 100);
}
