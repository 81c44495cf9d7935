//! hashbrown's map, for comparison.

use crate::State;
use crate::builder::{Key, fold};
use std::hint::black_box;

/// A map of hashbrown's and the key of the operation.
#[derive(Debug)]
pub(crate) struct Rival {
    map: hashbrown::HashMap<u64, u64, foldhash::fast::FixedState>,
    key: u64,
}

type Operation = fn(&mut Rival);

impl Rival {
    /// Such a map with the entries of one of ours in `state`, for the four states that it can be in.
    pub(crate) fn new(state: State) -> Option<(Box<Self>, Operation)> {
        let (operation, key): (Operation, _) = match state {
            State::HitSlot0 => (Self::get, 0),
            State::MissPart => (Self::get, 6),
            State::InsertFree => (Self::insert, 6),
            State::DeleteLast => (Self::remove, 5),
            _ => return None,
        };
        let mut map = hashbrown::HashMap::with_capacity_and_hasher(104, fold());
        map.extend((0..6).map(|i| (u64::nth(i), i)));
        Some((Box::new(Self { map, key: u64::nth(key) }), operation))
    }

    #[inline(never)]
    fn get(&mut self) {
        black_box(self.map.get(black_box(&self.key)));
    }

    #[inline(never)]
    fn insert(&mut self) {
        black_box(self.map.insert(black_box(self.key), 1));
    }

    #[inline(never)]
    fn remove(&mut self) {
        black_box(self.map.remove(black_box(&self.key)));
    }

    #[inline(never)]
    pub(crate) fn nothing(&mut self) {
        black_box(self);
    }
}
