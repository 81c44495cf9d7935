//! Go's own tests of its map, under their own names.
//!
//! Each test checks what the test of Go named in its comment checks, by the API that a map has
//! here. Where it checks something else on purpose, it says "Differs". `docs/go-tests.md` lists
//! every test of Go's files, those that are not here with the reason.
//!
//! Go draws seeds anew at every run; here they are fixed, and what depends on chance is tried under
//! many of them.

mod buckets;
mod clone;
mod hash;
mod interfaces;
mod issues;
mod map;
mod range;
mod smhasher;

use crate::support::map as empty;
use tophash::hash::{Aes, AesArm64, AnyAlg, Edition, Fallback};
use tophash::key::{Go, GoKey};
use tophash::{GoMap, Growing};

/// A map as most tests have it: under Go's AES hash with a fixed key.
type Map<K, V> = GoMap<K, V, Go<Aes>>;

/// Go's `m[k] op= x`: stores what `op` makes of the elem of `k`, or of its zero value.
///
/// To Go that is one assign; here it is a look-up and an insert.
fn assign_op<K: GoKey, V: Clone + Default>(m: &mut Map<K, V>, k: K, op: impl FnOnce(V) -> V) {
    let elem = m.get(&k).cloned().unwrap_or_default();
    m.insert(k, op(elem));
}

/// Asserts that the map is at this stage of its growth. Under `--cfg tophash_stress`, where maps grow
/// at every chance, it may be at any.
#[track_caller]
fn assert_growing<K: GoKey, V>(m: &Map<K, V>, growing: Growing) {
    if !cfg!(tophash_stress) {
        assert_eq!(m.header().growing(), growing);
    }
}

/// Every family of hash functions, both editions of the one that has two.
fn families() -> [(&'static str, AnyAlg); 4] {
    let keysched = std::array::from_fn(|i| (i as u8).wrapping_mul(29).wrapping_add(7));
    // Of full size, as Go draws them: with 12345 for one of them, ten pairs of smhasher_sparse's
    // keys have one hash under the fallback of Go 1.23, in real Go as here.
    let hashkey = [
        0x9e37_79b9_7f4a_7c15,
        0xbf58_476d_1ce4_e5b9,
        0x94d0_49bb_1331_11eb,
        0x2545_f491_4f6c_dd1d,
    ];
    [
        ("aes of amd64", Aes::new(keysched).into()),
        ("aes of arm64", AesArm64::new(keysched).into()),
        ("fallback before 1.23", Fallback::new(hashkey, Edition::Before123).into()),
        ("fallback since 1.23", Fallback::new(hashkey, Edition::Since123).into()),
    ]
}
