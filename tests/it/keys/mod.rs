//! Properties of keys that no recorded hash shows.

// The macro that makes structs keys must not need this lifted.
#![forbid(unsafe_code)]

mod floats;
mod interfaces;
mod memory;
mod pointers;
#[cfg(feature = "std")]
mod processes;
mod strings;
mod structs;

use std::panic::{AssertUnwindSafe, catch_unwind};
use tophash::hash::{Aes, AesArm64, AnyAlg, Edition, Fallback, Rand};
use tophash::key::GoKey;

/// One of each family.
fn algs() -> [AnyAlg; 4] {
    let keysched = std::array::from_fn(|i| (i as u8).wrapping_mul(29).wrapping_add(7));
    let hashkey = [0x9e37_79b9_7f4a_7c15, 0xbf58_476d_1ce4_e5b9, 0x94d0_49bb_1331_11eb, 12345];
    [
        Aes::new(keysched).into(),
        AesArm64::new(keysched).into(),
        Fallback::new(hashkey, Edition::Before123).into(),
        Fallback::new(hashkey, Edition::Since123).into(),
    ]
}

fn hash<K: GoKey + ?Sized>(alg: &AnyAlg, key: &K, seed: u64) -> u64 {
    let (nan, untouched) = (Rand::from_seed(5), Rand::from_seed(5));
    let hash = key.go_hash(alg, seed, &nan);
    assert_eq!(nan.next(), untouched.next(), "only a NaN draws");
    hash
}

/// The message of the panic that `f` ends in.
fn panic_of<T>(f: impl FnOnce() -> T) -> String {
    let Err(payload) = catch_unwind(AssertUnwindSafe(f)) else { panic!("it did not panic") };
    *payload.downcast::<String>().unwrap()
}
