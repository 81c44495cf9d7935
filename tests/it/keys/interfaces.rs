//! Go's `interface{}`.

use super::{algs, hash, panic_of};
use tophash::go_key;
use tophash::hash::{Alg, Rand};
use tophash::key::{Complex, Go, GoKey, Interface, KeyHash};

go_key! {
    struct Tagged { tag: u32, value: Interface }
}

fn slice() -> Interface {
    Interface::unhashable("[]int", 7u64.to_le_bytes())
}

#[test]
fn equal_means_the_same_type_and_the_same_value() {
    let all = [
        Interface::NIL,
        1u64.into(),
        1i64.into(),
        1u8.into(),
        true.into(),
        1.0.into(),
        1.0f32.into(),
        Complex { re: 1.0, im: 0.0 }.into(),
        "1".into(),
        [1u8].into(),
        [1u8, 0].into(),
        Interface::named("main.ID", 1u64),
        Interface::named("main.Point", [1u64]),
    ];
    for (i, a) in all.iter().enumerate() {
        for (j, b) in all.iter().enumerate() {
            assert_eq!(a.go_eq(b), i == j, "{a} and {b}");
        }
    }
    assert!(Interface::from('x').go_eq(&Interface::from(0x78i32)), "a rune is an int32");
    assert!(Interface::from("x").go_eq(&Interface::from(String::from("x"))));
}

#[test]
fn nil_hashes_to_the_seed_and_a_value_by_its_type() {
    const C0: u64 = 33_054_211_828_000_289;
    const C1: u64 = 23_344_194_077_549_503;
    for alg in algs() {
        assert_eq!(hash(&alg, &Interface::NIL, 42), 42);
        let expected = C1.wrapping_mul(hash(&alg, "hi", 42 ^ C0));
        assert_eq!(hash(&alg, &Interface::from("hi"), 42), expected);
        let expected = C1.wrapping_mul(alg.memhash64(5, 42 ^ C0));
        assert_eq!(hash(&alg, &Interface::from(5u64), 42), expected);
    }
}

#[test]
fn an_unhashable_value_panics_with_gos_words() {
    let words = "runtime error: hash of unhashable type []int";
    let nan = Rand::from_seed(0);
    for alg in algs() {
        assert_eq!(panic_of(|| slice().go_hash(&alg, 1, &nan)), words);
        let tagged = Tagged { tag: 1, value: slice() };
        assert_eq!(panic_of(|| tagged.go_hash(&alg, 1, &nan)), words);
        let boxed = Interface::named("main.Tagged", tagged);
        assert_eq!(panic_of(|| boxed.go_hash(&alg, 1, &nan)), words);
    }
}

#[test]
fn the_panic_is_told_beforehand_wherever_the_value_hides() {
    fn error<K: GoKey>(key: K) -> Option<String> {
        key.hash_error().map(|error| error.to_string())
    }
    let words = Some("runtime error: hash of unhashable type []int".to_owned());
    assert_eq!(error(slice()), words);
    assert_eq!(error([Interface::NIL, slice()]), words);
    assert_eq!(error((1, slice())), words);
    assert_eq!(error(Box::new(slice())), words);
    assert_eq!(error(Tagged { tag: 1, value: slice() }), words);
    assert_eq!(error(Interface::named("main.Tagged", Tagged { tag: 1, value: slice() })), words);
    assert_eq!(error(Tagged { tag: 1, value: 1u8.into() }), None);
    assert_eq!(error([Interface::NIL]), None);
    let [alg, ..] = algs();
    assert_eq!(KeyHash::<Interface>::hash_error(&Go(alg), &slice()), slice().hash_error());
}

#[test]
fn comparing_what_is_not_comparable_panics_with_gos_words() {
    let words = "runtime error: comparing uncomparable type []int";
    assert_eq!(panic_of(|| slice().go_eq(&slice())), words);
    assert!(!slice().go_eq(&Interface::unhashable("[]int32", [])), "types come first");
    assert!(!slice().go_eq(&Interface::NIL));
    assert!(!slice().go_eq(&Interface::named("[]int", 1u8)));
}

#[test]
fn it_prints_as_recordings_write_it() {
    let print = |value: Interface| value.to_string();
    assert_eq!(print(Interface::NIL), "nil:");
    assert_eq!(print(f64::from_bits(0x40dc_0000_0000_0000).into()), "float64:000000000000dc40");
    assert_eq!(print("hi".into()), "string:6869");
    assert_eq!(print("".into()), "string:");
    assert_eq!(print(slice()), "[]int:0700000000000000");
    assert_eq!(print([1u8, 2].into()), "[2]uint8:0102");
    assert_eq!(print(Complex { re: 1.0f32, im: 0.0 }.into()), "complex64:0000803f00000000");
    assert_eq!(print(Interface::named("main.Pair", ("a", 1))), "main.Pair:?");
}

#[test]
fn a_value_comes_back_as_the_type_it_went_in_as() {
    let five = Interface::from(5u16);
    assert_eq!((five.downcast_ref::<u16>(), five.downcast_ref::<i16>()), (Some(&5), None));
    assert_eq!((five.type_name(), five.bytes()), (Some("uint16"), Some(&[5, 0][..])));
    assert_eq!((Interface::NIL.type_name(), Interface::NIL.bytes()), (None, None));
    assert!(Interface::default().is_nil() && !five.is_nil());
}

#[test]
fn it_may_cross_threads() {
    fn crosses<T: Send + Sync>(_: &T) {}
    crosses(&Interface::NIL);
    assert_eq!(size_of::<Interface>(), 16);
}
