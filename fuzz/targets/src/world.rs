//! A map, its model, and the walks over both.

use crate::Reference;
use crate::model::{Model, Walk};
use crate::types::{Clash, Elem, Key, RANGE};
use tophash::hash::Rand;
use tophash::{Cursor, Dialect, GoMap, Growing};

/// Cursors that live at a time.
pub(crate) const CURSORS: usize = 4;

pub(crate) struct World<K, V> {
    pub(crate) map: GoMap<K, V, Clash>,
    pub(crate) model: Model,
    walks: [Option<(Cursor, Walk)>; CURSORS],
}

impl<K: Key, V: Elem> World<K, V> {
    pub(crate) fn new(
        hint: u8,
        clash: &Clash,
        seed: u64,
        dialect: &'static Dialect,
        reference: Reference,
    ) -> Self {
        let rand = Rand::from_seed(seed);
        Self {
            map: GoMap::with_source(i64::from(hint), clash.clone(), rand, dialect),
            model: Model::new(reference),
            walks: [const { None }; CURSORS],
        }
    }

    pub(crate) fn insert(&mut self, key: u8) {
        let key = K::new(key);
        let before = self.model.get(key.id());
        let write = self.model.insert(key.id());
        let replaced = self.map.insert(key, V::new(write));
        assert_eq!(replaced.map(|value| value.write()), before);
    }

    pub(crate) fn remove(&mut self, key: u8) {
        let key = K::new(key);
        let removed = self.map.remove(&key);
        assert_eq!(removed.map(|value| value.write()), self.model.get(key.id()));
        self.model.remove(key.id());
    }

    pub(crate) fn clear(&mut self) {
        self.map.clear();
        self.model.clear();
    }

    pub(crate) fn has(&self, key: u8) -> bool {
        self.model.get(K::new(key).id()).is_some()
    }

    /// Fills and empties a [`RANGE`] until a growth begins.
    pub(crate) fn churn(&mut self, key: u8) {
        let first = key / RANGE * RANGE;
        // Fewer than would double a map of four buckets.
        let keys: Vec<u8> = (first..first + 20).filter(|&key| !self.has(key)).collect();
        let inserts = keys.iter().map(|&key| (Self::insert as fn(&mut Self, u8), key));
        let removes = keys.iter().map(|&key| (Self::remove as fn(&mut Self, u8), key));
        for (operation, key) in inserts.chain(removes) {
            let before = self.map.header().growing();
            operation(self, key);
            if self.map.header().growing() != before && before == Growing::No {
                return;
            }
        }
    }

    pub(crate) fn begin(&mut self, cursor: u8) {
        self.walks[at(cursor)] = Some((self.map.range(), Walk::new(&self.model)));
    }

    pub(crate) fn copy(&mut self, from: u8, to: u8) {
        self.walks[at(to)] = self.walks[at(from)].clone();
    }

    pub(crate) fn forget(&mut self, cursor: u8) {
        self.walks[at(cursor)] = None;
    }

    /// Takes `steps` steps, or those there are and one more. Returns the key that it met last.
    pub(crate) fn next(&mut self, cursor: u8, steps: usize) -> Option<u8> {
        let (cursor, walk) = self.walks[at(cursor)].as_mut()?;
        let mut last = None;
        for _ in 0..steps {
            let met = cursor.next(&self.map);
            walk.step(&self.model, met.map(|(k, v)| (k.id(), v.write())));
            let Some((key, _)) = met else {
                assert!(cursor.next(&self.map).is_none(), "the end is not the end");
                assert_eq!(cursor.position(&self.map), None, "it stands somewhere");
                return None;
            };
            last = key.id();
        }
        last
    }

    pub(crate) fn walk_all(&self) {
        let mut walk = Walk::new(&self.model);
        for (key, value) in &self.map {
            walk.step(&self.model, Some((key.id(), value.write())));
        }
        walk.step(&self.model, None);
    }

    pub(crate) fn audit(&self) {
        if let Err(violation) = self.map.audit() {
            panic!("{violation}");
        }
        assert_eq!(self.map.len(), self.model.len());
    }

    /// Drops the map before its cursors, or has them meet all that they owe.
    pub(crate) fn end(mut self, map_first: bool) {
        if map_first {
            drop(self.map);
            return;
        }
        for cursor in 0..CURSORS as u8 {
            self.next(cursor, usize::MAX);
        }
        self.give_back();
    }

    /// Without cursors, operations give back what the map has left, all of it: also what a growth
    /// under way leaves when it ends.
    fn give_back(&mut self) {
        // Far more than the removed keys of the longest run.
        const ENOUGH: usize = 1 << 17;
        self.walks = [const { None }; CURSORS];
        for _ in 0..ENOUGH {
            // Of one key, or the map would grow again.
            self.insert(u8::MAX);
            let retired = self.map.retired();
            if (retired.bytes, retired.keys) == (0, 0) {
                return;
            }
        }
        panic!("never given back: {:?}", self.map.retired());
    }
}

fn at(cursor: u8) -> usize {
    usize::from(cursor) % CURSORS
}
