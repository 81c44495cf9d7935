//! Arbitrary operations on a map, with up to four cursors alive, against a model.
//!
//! ```sh
//! cargo +nightly fuzz run ops
//! ```

#![no_main]

mod model;
mod types;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use model::{Model, Walk};
use tophash::hash::Rand;
use tophash::{Cursor, Dialect, GoMap, Growing};
use types::{Clash, Elem, Key, RANGE, Wide, Write};

/// Operations of one run. Beyond, a run takes longer and meets nothing new.
const LONGEST: usize = 256;

/// Cursors that live at a time.
const CURSORS: usize = 4;

#[derive(Arbitrary, Debug)]
struct Run {
    types: Types,
    release: Release,
    clash: Clash,
    hint: u8,
    seed: u64,
    ops: Vec<Op>,
    /// Whether the map is dropped before its cursors.
    map_first: bool,
}

#[derive(Arbitrary, Debug)]
enum Types {
    Scalars,
    ScalarToBox,
    Strings,
    WideKeys,
    FloatToWide,
}

#[derive(Arbitrary, Debug)]
enum Release {
    Go121,
    Go122,
    Go123,
}

/// An operation; a `u8` is a key, or modulo [`CURSORS`] a cursor.
#[derive(Arbitrary, Debug)]
enum Op {
    Insert(u8),
    InsertMany(u8, u8),
    Remove(u8),
    RemoveMany(u8, u8),
    /// Fills and empties a [`RANGE`], until a growth begins.
    Churn(u8),
    Get(u8),
    GetMut(u8),
    Clear,
    Iter,
    Range(u8),
    Next(u8),
    NextMany(u8, u8),
    Clone(u8, u8),
    Drop(u8),
}

fuzz_target!(|run: Run| {
    match run.types {
        Types::Scalars => Maps::<u16, Write>::run(run),
        Types::ScalarToBox => Maps::<u16, Box<Write>>::run(run),
        Types::Strings => Maps::<String, Box<Write>>::run(run),
        Types::WideKeys => Maps::<[u8; 136], Box<Write>>::run(run),
        Types::FloatToWide => Maps::<f64, Wide>::run(run),
    }
});

/// A map, its model, and the walks over both.
struct Maps<K, V> {
    map: GoMap<K, V, Clash>,
    model: Model,
    walks: [Option<(Cursor, Walk)>; CURSORS],
}

impl<K: Key, V: Elem> Maps<K, V> {
    fn run(run: Run) {
        let dialect = match run.release {
            Release::Go121 => Dialect::GO_1_21,
            Release::Go122 => Dialect::GO_1_22,
            Release::Go123 => Dialect::GO_1_23,
        };
        let rand = Rand::from_seed(run.seed);
        let mut maps = Self {
            map: GoMap::with_source(i64::from(run.hint), run.clash, rand, dialect),
            model: Model::default(),
            walks: [const { None }; CURSORS],
        };
        for op in run.ops.iter().take(LONGEST) {
            maps.apply(op);
            maps.audit();
        }
        if run.map_first {
            drop(maps.map);
        } else {
            for cursor in 0..CURSORS {
                maps.next(cursor, usize::MAX);
            }
            maps.give_back();
        }
    }

    fn apply(&mut self, op: &Op) {
        let cursor = |number: u8| usize::from(number) % CURSORS;
        match *op {
            Op::Insert(key) => self.insert(key),
            Op::InsertMany(first, last) => (first..=last).for_each(|key| self.insert(key)),
            Op::Remove(key) => self.remove(key),
            Op::RemoveMany(first, last) => (first..=last).for_each(|key| self.remove(key)),
            Op::Churn(key) => self.churn(key / RANGE * RANGE),
            Op::Get(key) => {
                let key = K::new(key);
                let ours = self.map.get(&key).map(V::write);
                assert_eq!(ours, self.model.get(key.id()));
            }
            Op::GetMut(key) => {
                let key = K::new(key);
                if let Some(value) = self.map.get_mut(&key) {
                    assert_eq!(Some(value.write()), self.model.get(key.id()));
                    *value = V::new(self.model.insert(key.id()));
                } else {
                    assert_eq!(self.model.get(key.id()), None);
                }
            }
            Op::Clear => {
                self.map.clear();
                self.model.clear();
            }
            Op::Iter => {
                let mut walk = Walk::new(&self.model);
                for (key, value) in &self.map {
                    walk.step(&self.model, Some((key.id(), value.write())));
                }
                walk.step(&self.model, None);
            }
            Op::Range(number) => {
                self.walks[cursor(number)] = Some((self.map.range(), Walk::new(&self.model)));
            }
            Op::Next(number) => self.next(cursor(number), 1),
            Op::NextMany(number, steps) => self.next(cursor(number), usize::from(steps)),
            Op::Clone(from, to) => self.walks[cursor(to)] = self.walks[cursor(from)].clone(),
            Op::Drop(number) => self.walks[cursor(number)] = None,
        }
    }

    fn insert(&mut self, key: u8) {
        let key = K::new(key);
        let before = self.model.get(key.id());
        let write = self.model.insert(key.id());
        let replaced = self.map.insert(key, V::new(write));
        assert_eq!(replaced.map(|value| value.write()), before);
    }

    fn remove(&mut self, key: u8) {
        let key = K::new(key);
        let removed = self.map.remove(&key);
        assert_eq!(removed.map(|value| value.write()), self.model.get(key.id()));
        self.model.remove(key.id());
    }

    fn churn(&mut self, first: u8) {
        let absent = |key: &u8| self.model.get(K::new(*key).id()).is_none();
        // Fewer than would double a map of four buckets.
        let keys: Vec<u8> = (first..first + 20).filter(absent).collect();
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

    /// Takes `steps` steps, or those there are and one more.
    fn next(&mut self, cursor: usize, steps: usize) {
        let Some((cursor, walk)) = &mut self.walks[cursor] else {
            return;
        };
        for _ in 0..steps {
            let met = cursor.next(&self.map);
            walk.step(&self.model, met.map(|(k, v)| (k.id(), v.write())));
            if met.is_none() {
                assert!(cursor.next(&self.map).is_none(), "the end is not the end");
                return;
            }
        }
    }

    fn audit(&self) {
        if let Err(violation) = self.map.audit() {
            panic!("{violation}");
        }
        assert_eq!(self.map.len(), self.model.len());
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
