//! Keys whose hashes are chosen.
//!
//! A recording needs keys of a Go type under a hash of Go's, so hashes cannot be made up. But keys can
//! be looked for: of the integers that have a given low byte, one in 2^(bits) has a hash with given
//! bits. The low byte is the key's number, so a key tells it.

use tophash::hash::{Edition, Fallback, Rand};
use tophash::key::{Go, KeyHash};

/// The keys of the hash function under which all maps of this module are.
pub const HASH_KEY: [u64; 4] = [1, 3, 5, 7];

/// The hash.
pub type Hasher = Go<Fallback>;

/// The hash function under [`HASH_KEY`].
pub const HASHER: Hasher = Go(Fallback::new(HASH_KEY, Edition::Since123));

/// The most keys that a map of this module has.
pub const MOST: usize = 256;

/// The hash of a key.
pub fn hash(key: u64, hash0: u32) -> u64 {
    HASHER.hash(&key, hash0, &Rand::from_seed(0))
}

/// What is wanted of a key's hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Wanted {
    /// Its low bits: which bucket it leads to, in maps of up to 2^[`Wanted::BITS`].
    pub low: u8,
    /// Its highest byte, which makes the tophash; any if `None`.
    pub top: Option<u8>,
}

impl Wanted {
    /// How many of the hash's low bits are chosen.
    pub const BITS: u32 = 6;

    fn is(self, hash: u64) -> bool {
        let low = hash & ((1 << Self::BITS) - 1) == u64::from(self.low);
        low && self.top.is_none_or(|top| (hash >> 56) as u8 == top)
    }
}

/// Keys, by their numbers, and the seeds of the maps that they are for.
#[derive(Clone, Debug)]
pub struct Keys {
    keys: Vec<u64>,
    seeds: [u32; 2],
}

impl Keys {
    /// Looks for a key for each wish; its number is the wish's. The hashes are those under the first
    /// of the two seeds; under the second they are as they are.
    ///
    /// # Panics
    /// If there are more than [`MOST`].
    pub fn find(wanted: &[Wanted], seeds: [u32; 2]) -> Self {
        assert!(wanted.len() <= MOST, "{} keys", wanted.len());
        let find = |(number, wanted): (usize, &Wanted)| {
            let candidates = (0..).map(|high: u64| high << 8 | number as u64);
            let mut fitting = candidates.filter(|&key| wanted.is(hash(key, seeds[0])));
            fitting.next().unwrap_or_else(|| unreachable!("a key for every hash"))
        };
        Self { keys: wanted.iter().enumerate().map(find).collect(), seeds }
    }

    /// How many there are.
    #[expect(clippy::len_without_is_empty, reason = "there are always some")]
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// The key of a number.
    pub fn key(&self, number: u8) -> u64 {
        self.keys[usize::from(number)]
    }

    /// The seed of a new map.
    pub fn first_seed(&self) -> u32 {
        self.seeds[0]
    }

    /// The seed that a map draws when it is emptied, by the one it had.
    pub fn next_seed(&self, hash0: u32) -> u32 {
        if hash0 == self.seeds[0] { self.seeds[1] } else { self.seeds[0] }
    }
}

/// The number of a key.
pub fn number(key: u64) -> u8 {
    key as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_the_hashes_that_were_wanted() {
        let wanted: Vec<Wanted> =
            (0..32).map(|i| Wanted { low: i % 5, top: (i % 3 != 0).then_some(i) }).collect();
        let keys = Keys::find(&wanted, [9, 9]);
        for (i, wanted) in wanted.iter().enumerate() {
            let key = keys.key(i as u8);
            let hash = hash(key, 9);
            assert_eq!(number(key), i as u8);
            assert_eq!(hash & 63, u64::from(wanted.low));
            assert!(wanted.top.is_none_or(|top| hash >> 56 == u64::from(top)));
        }
    }
}
