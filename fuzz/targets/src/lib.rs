//! What the fuzzers of tophash check, as plain functions of bytes.
//!
//! | target | what is held against what |
//! | --- | --- |
//! | [`ops`] | operations on maps of every kind of type, against a model |
//! | [`cursors`] | cursors in every moment of growths, deletes and clears, against Go's promise |
//! | [`agree`] | a map of `u64`, one of keys outside their buckets, one of colliding hashes: each other |
//! | [`panics`] | user code that panics at its n-th call: what is lost, leaked or dropped twice |
//! | [`recording`] | hostile bytes as a recording: an outcome, the same by two ways, and no panic |
//! | [`kernels`] | each scan and each AES round, against loops over the bytes |
//! | [`hashes`] | each hash function, against Go's source restated a byte at a time |
//!
//! Each has an `Input`, which [`arbitrary`] makes from bytes, and a `check` that panics when something
//! is wrong. The programs that link libFuzzer are in the workspace around; here the committed corpus
//! runs on stable Rust, as a test.
//!
//! A check that never fails is worth nothing: with [`Reference::Wrong`] each has a fault in what it
//! holds the library against, and the corpus must notice.

#![forbid(unsafe_code)]

pub mod agree;
pub mod cursors;
pub mod hashes;
pub mod kernels;
mod ledger;
mod model;
pub mod ops;
pub mod panics;
pub mod recording;
mod reference;
mod types;
mod world;

pub use reference::{aes, fallback};

use arbitrary::{Arbitrary, Unstructured};
use std::fmt::Debug;

/// Whether what a target holds the library against is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reference {
    /// It is.
    Right,
    /// It has a fault, which the target's check must notice on some input.
    Wrong,
}

/// One target.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name, also that of its program and of its corpus's folder.
    pub name: &'static str,
    /// Checks one input; false if the bytes are none.
    ///
    /// It panics when something is wrong, and then writes the input to standard error.
    pub run: fn(&[u8], Reference) -> bool,
}

/// Every target.
pub const TARGETS: [Target; 7] = [
    Target { name: "ops", run: |bytes, reference| structured(bytes, reference, ops::check) },
    Target {
        name: "cursors",
        run: |bytes, reference| structured(bytes, reference, cursors::check),
    },
    Target { name: "agree", run: |bytes, reference| structured(bytes, reference, agree::check) },
    Target { name: "panics", run: |bytes, reference| structured(bytes, reference, panics::check) },
    Target { name: "recording", run: recording::check },
    Target {
        name: "kernels",
        run: |bytes, reference| structured(bytes, reference, kernels::check),
    },
    Target { name: "hashes", run: |bytes, reference| structured(bytes, reference, hashes::check) },
];

/// Makes an input from `bytes` as libFuzzer's wrapper does, and checks it.
fn structured<'a, T: Arbitrary<'a> + Debug>(
    bytes: &'a [u8],
    reference: Reference,
    check: impl Fn(&T, Reference),
) -> bool {
    if bytes.len() < T::size_hint(0).0 {
        return false;
    }
    let Ok(input) = T::arbitrary_take_rest(Unstructured::new(bytes)) else {
        return false;
    };
    let shown = ShownOnPanic(&input, reference);
    check(shown.0, reference);
    true
}

/// Writes what was checked, if checking it panics where nobody expects it.
struct ShownOnPanic<'a, T: Debug>(&'a T, Reference);

impl<T: Debug> Drop for ShownOnPanic<'_, T> {
    fn drop(&mut self) {
        if std::thread::panicking() && self.1 == Reference::Right {
            eprintln!("{:#?}", self.0);
        }
    }
}
