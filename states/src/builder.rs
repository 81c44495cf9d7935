//! Maps whose entries lie where they are wanted.

use std::borrow::Borrow;
use std::collections::HashSet;
use std::hash::Hash;
use tophash::hash::{AnyAlg, ProcessAlg};
use tophash::{Dialect, Go, GoHash, GoKey, GoMap, KeyHash, Rand};

/// A type of keys.
pub(crate) trait Key: Clone + Eq + Hash + GoKey + Borrow<Self::Query> {
    /// What it is looked up by.
    type Query: ?Sized + Eq + Hash + GoKey;

    /// Distinct keys, in no order that a weak hash could keep.
    fn nth(i: u64) -> Self;
}

fn scattered(i: u64) -> u64 {
    i.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

impl Key for u64 {
    type Query = u64;

    fn nth(i: u64) -> Self {
        scattered(i)
    }
}

impl Key for Box<str> {
    type Query = str;

    fn nth(i: u64) -> Self {
        format!("{:016x}", scattered(i)).into()
    }
}

/// The hash that Go would use on this processor, under a key schedule that is always the same.
pub(crate) fn go() -> GoHash {
    static ALG: AnyAlg = {
        let mut keysched = [0; 128];
        let mut i = 0;
        while i < keysched.len() {
            keysched[i] = (i * 37 + 11) as u8;
            i += 1;
        }
        if cfg!(target_arch = "aarch64") {
            AnyAlg::AesArm64(tophash::hash::AesArm64::new(keysched))
        } else {
            AnyAlg::Aes(tophash::hash::Aes::new(keysched))
        }
    };
    Go(ProcessAlg::new(&ALG))
}

/// foldhash with a seed that is always the same.
pub(crate) fn fold() -> foldhash::fast::FixedState {
    foldhash::fast::FixedState::with_seed(7)
}

/// A map under construction.
pub(crate) struct Builder<K, S> {
    pub(crate) map: GoMap<K, u64, S>,
    hasher: S,
    /// The number of the next key that has not been looked at.
    next: u64,
    /// The tophashes taken in each chain.
    taken: HashSet<(u64, u64)>,
}

impl<K: Key, S: KeyHash<K> + Clone> Builder<K, S> {
    /// An empty map, made with a hint as Go's `make` takes it.
    pub(crate) fn new(hint: i64, hasher: S) -> Self {
        let rand = Rand::from_seed(1);
        let map = GoMap::with_source(hint, hasher.clone(), rand, Dialect::LATEST);
        Self { map, hasher, next: 0, taken: HashSet::new() }
    }

    pub(crate) fn hash(&self, key: &K) -> u64 {
        self.hasher.hash(key, self.map.header().hash0(), &Rand::from_seed(0))
    }

    /// A key that is not in the map, whose hash ends in the `bits` bits of `end`, with a tophash that
    /// no other such key has.
    pub(crate) fn key(&mut self, end: u64, bits: u32) -> K {
        loop {
            let key = K::nth(self.next);
            self.next += 1;
            let hash = self.hash(&key);
            let top = hash >> 56;
            let top = if top < 5 { top + 5 } else { top };
            // Chains of 16 buckets, though the end may say where an entry goes when they double.
            if hash & ((1 << bits) - 1) == end && self.taken.insert((end & 15, top)) {
                return key;
            }
        }
    }

    /// Inserts `count` such keys, and returns them.
    pub(crate) fn fill(&mut self, end: u64, bits: u32, count: usize) -> Vec<K> {
        (0..count)
            .map(|_| {
                let key = self.key(end, bits);
                self.map.insert(key.clone(), self.next);
                key
            })
            .collect()
    }

    /// Inserts the next keys, wherever they lie, until there are `count`.
    pub(crate) fn fill_anywhere(&mut self, count: usize) {
        while self.map.len() < count {
            self.map.insert(K::nth(self.next), self.next);
            self.next += 1;
        }
    }
}
