//! Go's hash functions restated from its source: slowly, a byte at a time, by no way of the library.

pub mod aes;
pub mod fallback;

#[path = "../../../../arch/tests/textbook/mod.rs"]
pub(crate) mod textbook;
