//! A hash that is the key, so that keys choose their chains.

use std::hash::{BuildHasherDefault, Hasher};

pub(crate) type Itself = BuildHasherDefault<ItselfHasher>;

#[derive(Default)]
pub(crate) struct ItselfHasher(u64);

impl Hasher for ItselfHasher {
    fn write(&mut self, _: &[u8]) {
        unreachable!("keys are numbers")
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
