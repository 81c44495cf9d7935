//! Maps through serde. Needs the feature `serde`.
#![cfg(all(feature = "serde", feature = "std"))]

use tophash::GoMap;

#[test]
fn a_map_goes_through_json_and_comes_back() {
    let map: GoMap<String, Vec<u32>> =
        (0..100).map(|i| (i.to_string(), vec![i; i as usize % 4])).collect();
    let text = serde_json::to_string(&map).expect("string keys");
    let back: GoMap<String, Vec<u32>> = serde_json::from_str(&text).expect("just written");
    assert_eq!(back, map);
    assert_eq!(back.audit(), Ok(()));
}

#[test]
fn of_equal_keys_the_last_wins_as_in_every_map_of_serde() {
    let map: GoMap<String, u8> = serde_json::from_str(r#"{"a": 1, "b": 2, "a": 3}"#).expect("JSON");
    assert_eq!((map.len(), map["a"], map["b"]), (2, 3, 2));
}

#[test]
fn a_value_that_does_not_fit_is_an_error() {
    for text in [r#"{"a": 256}"#, r#"{"a": 1"#, "[1]", "3"] {
        assert!(serde_json::from_str::<GoMap<String, u8>>(text).is_err(), "{text}");
    }
}
