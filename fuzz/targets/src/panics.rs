//! Operations during which user code panics: a key's hash, equality, clone or drop, a value's drop, or
//! the closure that an operation takes.
//!
//! Whatever call panics, afterwards the map's invariants hold, each key has the value of before or
//! that of after the operation, and in the end every value has been dropped exactly once.

use crate::Reference;
use crate::ledger::{self, Call, Counted, Fuse};
use arbitrary::Arbitrary;
use std::collections::BTreeMap;
use std::mem;
use tophash::hash::{Edition, Fallback, Rand};
use tophash::key::{GoKey, KeyHash};
use tophash::{Cursor, Dialect, Entry, GoMap};

/// Operations of one run.
const LONGEST: usize = 128;

/// Cursors that live at a time.
const CURSORS: usize = 3;

/// A map of some entries, and what is done to it while which call panics.
#[derive(Arbitrary, Debug)]
pub struct Input {
    /// Whether keys lie outside their buckets.
    outside: bool,
    /// Whether there are four chains at most.
    crowded: bool,
    seed: u64,
    /// As many entries are there at the beginning.
    entries: u8,
    ops: Vec<(Op, Fuse)>,
}

/// An operation. A `u8` is a key, a number, or modulo three a cursor.
#[derive(Arbitrary, Debug)]
enum Op {
    Insert(u8),
    InsertMany(u8, u8),
    InsertBatch(u8, u8),
    Remove(u8),
    RemoveMany(u8, u8),
    RemoveEntry(u8),
    Get(u8),
    GetMut(u8),
    Disjoint(u8, u8),
    OrInsert(u8),
    Entry(u8),
    Iter,
    IterMut,
    Clear,
    Retain(u8),
    Extract(u8),
    Drain(u8),
    IntoIter(u8),
    Clone,
    Reserve(u8),
    Shrink,
    Range(u8),
    Next(u8, u8),
    DropCursor(u8),
}

tophash::go_key! {
    /// A key of over 128 bytes.
    #[derive(Debug)]
    pub(crate) struct Outside { counted: Counted, rest: [u64; 16] }
}

impl Clone for Outside {
    fn clone(&self) -> Self {
        Self { counted: self.counted.clone(), rest: self.rest }
    }
}

trait Key: GoKey + Clone {
    fn new(number: u8) -> Self;
    fn number(&self) -> u8;
}

impl Key for Counted {
    fn new(number: u8) -> Self {
        Self::new(number.into())
    }

    fn number(&self) -> u8 {
        u8::try_from(Self::number(self)).expect("made of one")
    }
}

impl Key for Outside {
    fn new(number: u8) -> Self {
        Self { counted: <Counted as Key>::new(number), rest: [number.into(); 16] }
    }

    fn number(&self) -> u8 {
        Key::number(&self.counted)
    }
}

/// Go's fallback hash, as user code.
#[derive(Clone)]
struct Calling {
    crowded: bool,
}

impl<K: Key> KeyHash<K> for Calling {
    const REFLEXIVE: bool = true;
    const NEEDS_UPDATE: bool = false;
    const POINTERS: bool = true;

    fn hash(&self, key: &K, hash0: u32, nan: &Rand) -> u64 {
        const FALLBACK: Fallback = Fallback::new([1, 3, 5, 7], Edition::Since123);
        ledger::call(Call::Hash);
        let hash = key.number().go_hash(&FALLBACK, hash0.into(), nan);
        if self.crowded { hash & (0xff << 56 | 3) } else { hash }
    }

    fn eq(&self, a: &K, b: &K) -> bool {
        ledger::call(Call::Eq);
        a.number() == b.number()
    }
}

/// Key → value.
type Model = BTreeMap<u8, u64>;

/// A panic in any call of user code leaves a sound map, and drops nothing twice and leaks nothing.
///
/// # Panics
/// If not.
pub fn check(input: &Input, reference: Reference) {
    ledger::reset();
    if input.outside {
        run::<Outside>(input, reference);
    } else {
        run::<Counted>(input, reference);
    }
    assert_eq!(ledger::alive(), 0, "leaked, or if negative dropped twice");
}

fn run<K: Key>(input: &Input, reference: Reference) {
    let hasher = Calling { crowded: input.crowded };
    let rand = Rand::from_seed(input.seed);
    let mut world = World::<K> {
        map: GoMap::with_source(0, hasher, rand, Dialect::LATEST),
        cursors: [const { None }; CURSORS],
        clock: 0,
        reference,
    };
    for key in 0..input.entries {
        world.insert(key);
    }
    let mut before = world.model();
    for (op, fuse) in input.ops.iter().take(LONGEST) {
        let after = world.expected(op, &before);
        let done = ledger::under(*fuse, || world.apply(op)).is_some();
        if let Err(violation) = world.map.audit() {
            panic!("{violation}");
        }
        let now = world.model();
        assert_eq!(now.len(), world.map.len());
        if done {
            assert_eq!(now, after, "{op:?}");
        } else if now != after {
            for key in 0..=u8::MAX {
                let (was, is, will) = (before.get(&key), now.get(&key), after.get(&key));
                assert!(is == was || is == will, "{key}: {was:?}, then {is:?}: {op:?}, {fuse:?}");
            }
        }
        assert!(ledger::alive() >= 2 * now.len() as i64, "dropped, but still there: {op:?}");
        before = now;
    }
}

struct World<K> {
    map: GoMap<K, Counted, Calling>,
    cursors: [Option<Cursor>; CURSORS],
    /// The value of the next write.
    clock: u64,
    reference: Reference,
}

impl<K: Key> World<K> {
    fn model(&self) -> Model {
        self.map.iter().map(|(key, value)| (key.number(), value.number())).collect()
    }

    fn value(&self) -> Counted {
        Counted::new(self.clock)
    }

    fn insert(&mut self, key: u8) {
        self.clock += 1;
        drop(self.map.insert(K::new(key), self.value()));
    }

    fn remove(&mut self, key: u8) {
        let removed = self.map.remove(&K::new(key));
        if self.reference == Reference::Wrong {
            // The fault: a leak.
            mem::forget(removed);
        }
    }

    /// What the map holds after `op` if nothing panics.
    fn expected(&self, op: &Op, before: &Model) -> Model {
        let mut after = before.clone();
        let keeps = |n: u8, value: u64| !value.is_multiple_of(u64::from(n) % 8 + 1);
        let next = self.clock + 1;
        match *op {
            Op::Insert(key) | Op::Entry(key) if !before.contains_key(&key) => {
                after.insert(key, next);
            }
            Op::Insert(key) => drop(after.insert(key, next)),
            Op::InsertMany(first, last) | Op::InsertBatch(first, last) => {
                after.extend((first..=last).zip(next..));
            }
            Op::Remove(key) | Op::RemoveEntry(key) | Op::Entry(key) => drop(after.remove(&key)),
            Op::RemoveMany(first, last) => after.retain(|key, _| !(first..=last).contains(key)),
            Op::OrInsert(key) => drop(after.entry(key).or_insert(next)),
            Op::GetMut(key) => drop(after.entry(key).and_modify(|value| *value = next)),
            Op::Disjoint(a, b) if a != b => {
                after.entry(a).and_modify(|value| *value = next);
                after.entry(b).and_modify(|value| *value = next);
            }
            Op::IterMut => after.values_mut().for_each(|value| *value = next),
            Op::Clear | Op::Drain(_) | Op::IntoIter(_) => after.clear(),
            Op::Retain(n) | Op::Extract(n) => after.retain(|_, value| keeps(n, *value)),
            _ => {}
        }
        after
    }

    fn apply(&mut self, op: &Op) {
        let keeps = |n: u8, value: &Counted| {
            ledger::call(Call::Closure);
            !value.number().is_multiple_of(u64::from(n) % 8 + 1)
        };
        match *op {
            Op::Insert(key) => self.insert(key),
            Op::InsertMany(first, last) => (first..=last).for_each(|key| self.insert(key)),
            Op::InsertBatch(first, last) => {
                let next = self.clock + 1;
                self.clock += 256;
                let values = (next..).map(Counted::new);
                self.map.insert_batch((first..=last).map(K::new).zip(values));
            }
            Op::Remove(key) => self.remove(key),
            Op::RemoveMany(first, last) => (first..=last).for_each(|key| self.remove(key)),
            Op::RemoveEntry(key) => drop(self.map.remove_entry(&K::new(key))),
            Op::Get(key) => {
                let found = self.map.get(&K::new(key)).map(Counted::number);
                assert_eq!(found, self.model().get(&key).copied());
            }
            Op::GetMut(key) => {
                self.clock += 1;
                let value = self.value();
                if let Some(slot) = self.map.get_mut(&K::new(key)) {
                    drop(mem::replace(slot, value));
                }
            }
            Op::Disjoint(a, b) => {
                if a == b {
                    return;
                }
                self.clock += 1;
                let values = [self.value(), self.value()];
                let slots = self.map.get_disjoint_mut([&K::new(a), &K::new(b)]);
                for (slot, value) in slots.into_iter().zip(values) {
                    if let Some(slot) = slot {
                        drop(mem::replace(slot, value));
                    }
                }
            }
            Op::OrInsert(key) => {
                self.clock += 1;
                let clock = self.clock;
                self.map.entry(K::new(key)).or_insert_with(|| {
                    ledger::call(Call::Closure);
                    Counted::new(clock)
                });
            }
            Op::Entry(key) => {
                self.clock += 1;
                let value = self.value();
                match self.map.entry(K::new(key)) {
                    Entry::Occupied(entry) => drop(entry.remove_entry()),
                    Entry::Vacant(entry) => drop(entry.insert_entry(value)),
                }
            }
            Op::Iter => self.map.iter().for_each(|_| ledger::call(Call::Closure)),
            Op::IterMut => {
                self.clock += 1;
                let clock = self.clock;
                for slot in self.map.values_mut() {
                    drop(mem::replace(slot, Counted::new(clock)));
                }
            }
            Op::Clear => self.map.clear(),
            Op::Retain(n) => self.map.retain(|_, value| keeps(n, value)),
            Op::Extract(n) => {
                self.map.extract_if(|_, value| !keeps(n, value)).for_each(drop);
            }
            Op::Drain(n) => self.map.drain().take(n.into()).for_each(drop),
            Op::IntoIter(n) => {
                let hasher = Calling { crowded: n.is_multiple_of(2) };
                let rand = Rand::from_seed(self.clock);
                let empty = GoMap::with_source(0, hasher, rand, Dialect::LATEST);
                // Cursors of the map that goes belong to no other.
                self.cursors = [const { None }; CURSORS];
                let map = mem::replace(&mut self.map, empty);
                map.into_iter().take(n.into()).for_each(drop);
            }
            Op::Clone => {
                let clone = self.map.clone();
                let model = |map: &GoMap<K, Counted, Calling>| -> Model {
                    map.iter().map(|(key, value)| (key.number(), value.number())).collect()
                };
                assert_eq!(model(&clone), model(&self.map));
            }
            Op::Reserve(n) => self.map.reserve(n.into()),
            Op::Shrink => self.map.shrink_to_fit(),
            Op::Range(cursor) => self.cursors[at(cursor)] = Some(self.map.range()),
            Op::Next(cursor, steps) => {
                if let Some(cursor) = &mut self.cursors[at(cursor)] {
                    for _ in 0..steps % 16 {
                        cursor.next(&self.map);
                    }
                }
            }
            Op::DropCursor(cursor) => self.cursors[at(cursor)] = None,
        }
    }
}

fn at(cursor: u8) -> usize {
    usize::from(cursor) % CURSORS
}
