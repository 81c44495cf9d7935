//! Of `runtime/map_test.go`: keys of interface type.

use super::{Map, empty};
use crate::support::audit;
use std::panic::{AssertUnwindSafe, catch_unwind};
use tophash::go_key;
use tophash::key::{Complex, GoKey, Interface};

/// Go: runtime/map_test.go TestDeferDeleteSlow, 1.22.
///
/// Differs: that a delete can be deferred is the compiler's affair; the deletes run in the order in
/// which deferred ones do.
#[test]
fn defer_delete_slow() {
    let keys = [0.0, 1.0, 2.0, 3.0].map(|re| Interface::from(Complex { re, im: 0.0f64 }));
    let mut m: Map<Interface, usize> = empty(1);
    for (i, k) in keys.iter().enumerate() {
        m.insert(k.clone(), i);
    }
    assert_eq!(m.len(), keys.len());
    for (i, k) in keys.iter().enumerate().rev() {
        assert_eq!(m.remove(k), Some(i));
    }
    assert_eq!(m.len(), 0);
}

go_key! {
    /// Every kind of field that Go's typehash treats in its own way.
    ///
    /// Go: `GrabBag` of TestMapInterfaceKey in runtime/map_test.go, 1.22.
    #[derive(Default)]
    struct GrabBag {
        float: f32,
        double: f64,
        c64: Complex<f32>,
        c128: Complex<f64>,
        s: Box<str>,
        i0: Interface,
        i1: Interface,
        a: [Box<str>; 4],
    }
}

/// Go: runtime/map_test.go TestMapInterfaceKey, 1.22.
///
/// Differs: an interface with methods is an `Interface` as well.
#[test]
fn map_interface_key() {
    let mut m: Map<Interface, bool> = empty(1);
    // Many entries, so that a wrong hash leads to another bucket.
    for i in 0..1000isize {
        m.insert(i.into(), true);
    }
    let words = ["foo", "bar", "baz", "bop"].map(Box::from);
    let bags: [fn(GrabBag) -> GrabBag; 8] = [
        |bag| GrabBag { float: 1.0, ..bag },
        |bag| GrabBag { double: 1.0, ..bag },
        |bag| GrabBag { c64: Complex { re: 0.0, im: 1.0 }, ..bag },
        |bag| GrabBag { c128: Complex { re: 0.0, im: 1.0 }, ..bag },
        |bag| GrabBag { s: "foo".into(), ..bag },
        |bag| GrabBag { i0: "foo".into(), ..bag },
        |bag| GrabBag { i1: Interface::named("runtime_test.canString", 5isize), ..bag },
        |bag| bag,
    ];
    for (i, fill) in bags.iter().enumerate() {
        // The last has nothing but the array.
        let key = || {
            let a = if i == 7 { words.clone() } else { Default::default() };
            Interface::named("runtime_test.GrabBag", fill(GrabBag { a, ..GrabBag::default() }))
        };
        assert_eq!(m.insert(key(), true), None, "bag {i}");
        assert_eq!(m.get(&key()), Some(&true), "bag {i}");
    }
    assert_eq!(m.len(), 1008);
    audit(&m);
}

/// The message of the panic that `f` ends in, if it does.
fn panic_of<T>(f: impl FnOnce() -> T) -> Option<String> {
    let payload = catch_unwind(AssertUnwindSafe(f)).err()?;
    Some(*payload.downcast::<String>().expect("a formatted message"))
}

go_key! {
    struct Empty {}
}

/// Go: runtime/map_test.go TestEmptyMapWithInterfaceKey, 1.22.
///
/// Differs: pointers and channels, which no other thread may have, are put by their address. A
/// struct, slice or map that cannot be hashed is an `Interface::unhashable` of its type. An
/// interface with methods is an `Interface` as well. Deletes and assigns panic too, and say why.
#[test]
fn empty_map_with_interface_key() {
    let mut m: Map<Interface, ()> = empty(1);
    let hashable: [Interface; 26] = [
        false.into(),
        0isize.into(),
        0i8.into(),
        0i16.into(),
        0i32.into(),
        0i64.into(),
        0usize.into(),
        0u8.into(),
        0u16.into(),
        0u32.into(),
        0u64.into(),
        Interface::named("uintptr", 0usize),
        0.0f32.into(),
        0.0f64.into(),
        Complex { re: 0.0f32, im: 0.0 }.into(),
        Complex { re: 0.0f64, im: 0.0 }.into(),
        Interface::named("[4]string", [""; 4]),
        "".into(),
        Interface::named("*int", 0usize),
        Interface::named("unsafe.Pointer", 0usize),
        Interface::named("chan int", 0usize),
        Interface::NIL,
        Interface::named("runtime_test.structKey", Empty {}),
        '\0'.into(),
        Interface::named("[0]int", [0isize; 0]),
        [0u8; 4].into(),
    ];
    for key in &hashable {
        assert_eq!(m.get(key), None, "{key}");
        assert_eq!(m.remove(key), None, "{key}");
    }
    for ty in ["[]int", "runtime_test.panicStructKey", "map[interface {}]struct {}"] {
        let key = Interface::unhashable(ty, []);
        let words = Some(format!("runtime error: hash of unhashable type {ty}"));
        assert_eq!(panic_of(|| m.get(&key).is_some()), words);
        assert_eq!(panic_of(|| m.remove(&key)), words);
        assert_eq!(panic_of(|| m.insert(key.clone(), ())), words);
        assert_eq!(key.hash_error().map(|error| error.to_string()), words);
    }
    assert!(m.is_empty());
    audit(&m);
}
