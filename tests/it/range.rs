//! What a cursor promises, whatever happens to the map between two of its steps.

use crate::support::{self, Ledger, audit, map};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use tophash::key::{GoKey, KeyHash};
use tophash::{Cursor, GoMap};

#[derive(Clone, Copy, Debug)]
enum Op {
    Insert(u8),
    Remove(u8),
    Clear,
    Begin,
    Step(u8, u8),
    Drop(u8),
    Fill(u8),
    /// Removes and inserts around the same number of entries, until overflow buckets pile up and
    /// the map grows to its own size.
    Churn(u8),
    /// Hands the key out, to be dropped here.
    RemoveEntry(u8),
    /// Hands out the entries whose keys are a multiple of the number plus 2.
    Extract(u8),
    /// Drops the same.
    Retain(u8),
    Drain,
    Reserve(u8),
    ShrinkToFit,
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    let op = prop_oneof![
        6 => any::<u8>().prop_map(Op::Insert),
        6 => any::<u8>().prop_map(Op::Remove),
        1 => Just(Op::Clear),
        4 => Just(Op::Begin),
        12 => (any::<u8>(), 1..12u8).prop_map(|(c, n)| Op::Step(c, n)),
        2 => any::<u8>().prop_map(Op::Drop),
        3 => any::<u8>().prop_map(Op::Fill),
        3 => any::<u8>().prop_map(Op::Churn),
        6 => any::<u8>().prop_map(Op::RemoveEntry),
        1 => (0..4u8).prop_map(Op::Extract),
        1 => (0..4u8).prop_map(Op::Retain),
        1 => Just(Op::Drain),
        1 => any::<u8>().prop_map(Op::Reserve),
        1 => Just(Op::ShrinkToFit),
    ];
    prop::collection::vec(op, 1..150)
}

/// A cursor, and what it must and must not do.
struct Watched {
    cursor: Cursor,
    /// Entries there when it began and ever since, which it has not met: it must meet them.
    due: BTreeSet<u16>,
    /// Entries that it met and that have been there ever since: it must not meet them again.
    met: BTreeSet<u16>,
    /// The map was cleared under it, or lost its last entry: what was inserted since may be met
    /// twice, in Go too. Its hash has a new seed, so an entry need not be where the keys left behind
    /// in outgrown arrays say; and after a clear, a bucket in which the cursor stood may have a place
    /// in another chain.
    emptied: bool,
}

struct World<K, V, S> {
    map: GoMap<K, V, S>,
    model: BTreeMap<u16, u32>,
    cursors: Vec<Watched>,
    clock: u32,
}

impl<K: GoKey, V, S: KeyHash<K>> World<K, V, S> {
    fn insert(&mut self, k: u16, key: &impl Fn(u16) -> K, value: &impl Fn(u32) -> V) {
        self.clock += 1;
        self.map.insert(key(k), value(self.clock));
        self.model.insert(k, self.clock);
        audit(&self.map);
    }

    fn remove(&mut self, k: u16, key: &impl Fn(u16) -> K) {
        assert_eq!(self.map.remove(&key(k)).is_some(), self.model.remove(&k).is_some());
        self.forget(|gone| gone == k);
    }

    /// Removes from the model and from what cursors have met or must meet.
    fn forget(&mut self, gone: impl Fn(u16) -> bool) {
        self.model.retain(|&k, _| !gone(k));
        for watched in &mut self.cursors {
            watched.due.retain(|&k| !gone(k));
            watched.met.retain(|&k| !gone(k));
            watched.emptied |= self.model.is_empty();
        }
        audit(&self.map);
        assert_eq!(self.map.len(), self.model.len());
    }

    fn step(&mut self, index: usize, read: &impl Fn(&K, &V) -> (u16, u32)) {
        let watched = &mut self.cursors[index];
        match watched.cursor.next(&self.map) {
            Some((key, value)) => {
                let (k, v) = read(key, value);
                assert_eq!(self.model.get(&k), Some(&v), "an entry that is not in the map");
                watched.due.remove(&k);
                assert!(watched.met.insert(k) || watched.emptied, "{k} was met twice");
            }
            None => {
                assert!(watched.due.is_empty(), "never met: {:?}", watched.due);
                assert!(watched.cursor.next(&self.map).is_none(), "went on after its end");
                self.cursors.remove(index);
            }
        }
    }
}

fn check<K: GoKey, V, S: KeyHash<K>>(
    ops: &[Op],
    map: GoMap<K, V, S>,
    key: impl Fn(u16) -> K,
    value: impl Fn(u32) -> V,
    read: impl Fn(&K, &V) -> (u16, u32),
) {
    let mut world = World { map, model: BTreeMap::new(), cursors: Vec::new(), clock: 0 };
    for &op in ops {
        match op {
            Op::Insert(k) => world.insert(k.into(), &key, &value),
            Op::Remove(k) => world.remove(k.into(), &key),
            Op::Clear => {
                world.map.clear();
                world.model.clear();
                for watched in &mut world.cursors {
                    watched.due.clear();
                    watched.met.clear();
                    watched.emptied = true;
                }
                audit(&world.map);
            }
            Op::Begin => {
                let due = world.model.keys().copied().collect();
                let cursor = world.map.range();
                let met = BTreeSet::new();
                world.cursors.push(Watched { cursor, due, met, emptied: false });
            }
            Op::Step(c, n) => {
                for _ in 0..n {
                    if world.cursors.is_empty() {
                        break;
                    }
                    world.step(usize::from(c) % world.cursors.len(), &read);
                }
            }
            Op::Drop(c) => {
                if !world.cursors.is_empty() {
                    world.cursors.remove(usize::from(c) % world.cursors.len());
                }
            }
            Op::Fill(k) => {
                for k in u16::from(k)..u16::from(k) + 40 {
                    world.insert(k, &key, &value);
                }
            }
            Op::RemoveEntry(k) => {
                let entry = world.map.remove_entry(&key(k.into()));
                let expected = world.model.get(&k.into()).map(|&v| (k.into(), v));
                assert_eq!(entry.as_ref().map(|(k, v)| read(k, v)), expected);
                drop(entry);
                world.forget(|gone| gone == u16::from(k));
            }
            Op::Extract(n) => {
                let gone = |k: u16| k.is_multiple_of(u16::from(n) + 2);
                let (read, model) = (&read, &world.model);
                for (k, v) in world.map.extract_if(|k, v| gone(read(k, v).0)) {
                    let (k, v) = read(&k, &v);
                    assert_eq!(model.get(&k), Some(&v));
                }
                world.forget(gone);
            }
            Op::Retain(n) => {
                let gone = |k: u16| k.is_multiple_of(u16::from(n) + 2);
                world.map.retain(|k, v| !gone(read(k, v).0));
                world.forget(gone);
            }
            Op::Drain => {
                assert_eq!(world.map.drain().count(), world.model.len());
                world.forget(|_| true);
            }
            Op::Reserve(n) => {
                world.map.reserve(n.into());
                assert!(world.map.capacity() >= world.map.len() + usize::from(n));
                world.forget(|_| false);
            }
            Op::ShrinkToFit => {
                world.map.shrink_to_fit();
                world.forget(|_| false);
            }
            Op::Churn(k) => {
                for i in 0..60 {
                    world.remove((u16::from(k) + i) % 300, &key);
                    world.insert((u16::from(k) + i + 40) % 300, &key, &value);
                }
            }
        }
    }
    while !world.cursors.is_empty() {
        world.step(0, &read);
    }
}

proptest! {
    #![proptest_config(support::cases())]

    #[test]
    fn integer_keys_are_met_as_go_promises(ops in ops()) {
        check(&ops, map::<u64, u32>(3), u64::from, |v| v, |&k, &v| (k as u16, v));
    }

    #[test]
    fn owned_keys_are_met_as_go_promises(ops in ops()) {
        let ledger = Ledger::default();
        let key = |k: u16| ledger.value(u64::from(k));
        let value = |v: u32| ledger.value(v);
        check(&ops, map(4), key, value, |k, v| (*k.value as u16, *v.value));
        assert_eq!(ledger.alive(), 0);
    }

    #[test]
    fn keys_that_might_be_nan_are_met_as_go_promises(ops in ops()) {
        check(&ops, map(7), f64::from, |v| v, |&k, &v| (k as u16, v));
    }

    #[test]
    fn strings_are_met_as_go_promises(ops in ops()) {
        let key = |k: u16| k.to_string();
        check(&ops, map(5), key, |v| v.to_string(), |k, v| {
            (k.parse().expect("a number"), v.parse().expect("a number"))
        });
    }

    #[test]
    fn owned_keys_outside_the_bucket_are_met_as_go_promises(ops in ops()) {
        let ledger = Ledger::default();
        let key = |k: u16| std::array::from_fn::<_, 9, _>(|_| ledger.value(u64::from(k)));
        let value = |v: u32| std::array::from_fn::<_, 9, _>(|_| ledger.value(v));
        check(&ops, map(6), key, value, |k, v| (*k[3].value as u16, *v[5].value));
        assert_eq!(ledger.alive(), 0);
    }

    #[test]
    fn keys_of_crowded_buckets_are_met_as_go_promises(ops in ops()) {
        let map = GoMap::with_source(
            0,
            support::Crowded::default(),
            tophash::hash::Rand::from_seed(1),
            tophash::Dialect::GO_1_22,
        );
        check(&ops, map, |k: u16| k.to_string(), |v| v, |k, &v| (k.parse().expect("a number"), v));
    }
}
