//! A map in a state, and the operation that finds it so.

use crate::State;
use crate::builder::{Builder, Key};
use std::hint::black_box;
use tophash::image::{Hex, MapImage, Show, Slots};
use tophash::{GoMap, KeyHash, Rand};

/// A map and the key of the operation.
pub(crate) struct Scene<K, S> {
    map: GoMap<K, u64, S>,
    hasher: S,
    key: Option<K>,
    /// What a clone made: dropping it is no part of the operation.
    made: Option<GoMap<K, u64, S>>,
}

/// An operation. Out of line: it is what is measured, and has a name in a profile.
pub(crate) type Operation<K, S> = fn(&mut Scene<K, S>);

impl<K: Key, S: KeyHash<K> + KeyHash<K::Query> + Clone> Scene<K, S> {
    #[inline(never)]
    fn get(&mut self) {
        if let Some(key) = &self.key {
            black_box(self.map.get(black_box::<&K::Query>(key.borrow())));
        }
    }

    #[inline(never)]
    fn insert(&mut self) {
        if let Some(key) = self.key.take() {
            black_box(self.map.insert(key, 1));
        }
    }

    /// Leaves the key for the next time.
    #[inline(never)]
    fn insert_again(&mut self) {
        if let Some(key) = &self.key {
            black_box(self.map.insert(key.clone(), 1));
        }
    }

    #[inline(never)]
    fn remove(&mut self) {
        if let Some(key) = &self.key {
            black_box(self.map.remove(black_box::<&K::Query>(key.borrow())));
        }
    }

    #[inline(never)]
    fn iterate(&mut self) {
        let mut sum = 0u64;
        for (key, value) in self.map.iter() {
            black_box(key);
            sum = sum.wrapping_add(*value);
        }
        black_box(sum);
    }

    #[inline(never)]
    fn clear(&mut self) {
        self.map.clear();
    }

    #[inline(never)]
    fn clone(&mut self) {
        self.made = Some(self.map.clone());
    }

    #[inline(never)]
    pub(crate) fn nothing(&mut self) {
        black_box(self);
    }

    /// Drops what an operation made.
    pub(crate) fn reset(&mut self) {
        self.made = None;
    }

    pub(crate) fn image(&self) -> MapImage {
        MapImage::of(&self.map, &Unshown, &Hex)
    }

    /// The hash of the operation's key in this map.
    pub(crate) fn hash(&self) -> Option<u64> {
        let seed = self.map.header().hash0();
        self.key.as_ref().map(|key| self.hasher.hash(key, seed, &Rand::from_seed(0)))
    }

    /// A map in `state`, and its operation.
    pub(crate) fn new(state: State, hasher: S) -> (Box<Self>, Operation<K, S>) {
        let (operation, hint): (Operation<K, S>, _) = match state {
            State::HitSlot0
            | State::HitSlot7
            | State::HitOverflow1
            | State::HitOverflow3
            | State::HitOld
            | State::MissPart
            | State::MissFull
            | State::MissChain
            | State::MissEmpty => (Self::get, SIXTEEN),
            State::InsertHeap => (Self::insert, EIGHT),
            State::InsertOver => (Self::insert_again, SIXTEEN),
            State::InsertFree
            | State::InsertSpare
            | State::InsertEvacuates
            | State::InsertGrows => (Self::insert, SIXTEEN),
            State::DeleteLast | State::DeleteEmptyOne | State::DeleteAcross => {
                (Self::remove, SIXTEEN)
            }
            State::Iterate => (Self::iterate, 1024),
            State::IterateGrowing => (Self::iterate, 832),
            State::Clear => (Self::clear, 1024),
            State::Clone => (Self::clone, 1024),
        };
        let mut builder = Builder::new(hint, hasher.clone());
        let key = furnish(&mut builder, state);
        (Box::new(Self { map: builder.map, hasher, key, made: None }), operation)
    }
}

/// Hints for which Go makes an array of 16 buckets, and of 8.
pub(crate) const SIXTEEN: i64 = 100;
const EIGHT: i64 = 50;

/// The chain in which a state is arranged: neither the first nor the last.
const CHAIN: u64 = 5;

/// Brings the map into the state; returns the key of the operation.
pub(crate) fn furnish<K: Key, S: KeyHash<K> + KeyHash<K::Query> + Clone>(
    builder: &mut Builder<K, S>,
    state: State,
) -> Option<K> {
    let bits = u32::from(builder.map.header().b());
    // The n-th key of a chain of `count`, counted from 0.
    let mut present = |count: usize, n: usize| builder.fill(CHAIN, bits, count).swap_remove(n);
    Some(match state {
        State::HitSlot0 => present(6, 0),
        State::HitSlot7 => present(8, 7),
        State::HitOverflow1 => present(9, 8),
        State::HitOverflow3 => present(25, 24),
        State::InsertOver | State::DeleteEmptyOne => present(6, 2),
        State::DeleteLast => present(6, 5),
        State::HitOld => grow(builder).swap_remove(0),
        State::MissEmpty => builder.key(CHAIN, bits),
        State::MissPart | State::InsertFree => absent(builder, 6),
        State::MissFull | State::InsertSpare | State::InsertHeap => absent(builder, 8),
        State::MissChain => absent(builder, 24),
        State::InsertEvacuates => {
            grow(builder);
            builder.key(CHAIN, DOUBLED)
        }
        State::InsertGrows => {
            crowd(builder);
            builder.key(LAST, DOUBLED)
        }
        State::DeleteAcross => {
            let mut keys = builder.fill(CHAIN, bits, 9);
            for key in keys.drain(2..8) {
                builder.map.remove(key.borrow());
            }
            keys.swap_remove(2)
        }
        State::Iterate | State::Clear | State::Clone => {
            builder.fill_anywhere(1024);
            return None;
        }
        State::IterateGrowing => {
            // Each insert after the 833rd moves two chains, or one if its own has been moved: 63 at most.
            builder.fill_anywhere(864);
            return None;
        }
    })
}

/// A key that is not in its chain of `count` entries.
fn absent<K: Key, S: KeyHash<K> + Clone>(builder: &mut Builder<K, S>, count: usize) -> K {
    let bits = u32::from(builder.map.header().b());
    builder.fill(CHAIN, bits, count);
    builder.key(CHAIN, bits)
}

/// Bits that choose a bucket once 16 of them have doubled.
const DOUBLED: u32 = 5;

/// The last of 16 chains.
const LAST: u64 = 15;

/// Fills 16 buckets to the 104 entries that they hold at most: six in each of the first eight chains,
/// seven in each other, of six in turn to either half once the array doubles. Returns those of
/// `CHAIN`.
fn crowd<K: Key, S: KeyHash<K> + Clone>(builder: &mut Builder<K, S>) -> Vec<K> {
    let mut kept = Vec::new();
    for chain in 0..16 {
        let mut keys = Vec::new();
        for i in 0..if chain < 8 { 6 } else { 7 } {
            keys.extend(builder.fill(chain + 16 * (i % 2), DOUBLED, 1));
        }
        if chain == CHAIN {
            kept = keys;
        }
    }
    kept
}

/// Crowds the map and begins its growth, by an insert into the last chain: that one has been moved
/// then, and the first.
fn grow<K: Key, S: KeyHash<K> + Clone>(builder: &mut Builder<K, S>) -> Vec<K> {
    let keys = crowd(builder);
    builder.fill(LAST, DOUBLED, 1);
    keys
}

/// Leaves keys out of an image.
struct Unshown;

impl<T> Show<T> for Unshown {
    fn show(&self, _: &T, _: &mut String) {}

    fn memory<'a>(&self, _: &Slots<'a, T>) -> Option<&'a [u8]> {
        Some(&[])
    }
}
