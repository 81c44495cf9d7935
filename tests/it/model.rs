//! Random operations against a plain model, with every invariant checked after every mutation.

use crate::support::{self, Crowded, audit};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Debug;
use tophash::hash::Rand;
use tophash::key::KeyHash;
use tophash::{Dialect, GoMap};

#[derive(Clone, Debug)]
enum Op {
    Insert(u16, u32),
    Remove(u16),
    Get(u16),
    Change(u16, u32),
    Iterate,
    Clear,
    /// Inserts, or removes, this many keys in a row: growths and drains that single steps rarely
    /// come to.
    Fill(u16, u8),
    Drain(u16, u8),
}

fn ops(keys: u16) -> impl Strategy<Value = Vec<Op>> {
    let key = 0..keys;
    let op = prop_oneof![
        8 => (key.clone(), any::<u32>()).prop_map(|(k, v)| Op::Insert(k, v)),
        6 => key.clone().prop_map(Op::Remove),
        2 => key.clone().prop_map(Op::Get),
        2 => (key.clone(), any::<u32>()).prop_map(|(k, v)| Op::Change(k, v)),
        1 => Just(Op::Iterate),
        1 => Just(Op::Clear),
        3 => (key.clone(), 1..60u8).prop_map(|(k, n)| Op::Fill(k, n)),
        3 => (key, 1..60u8).prop_map(|(k, n)| Op::Drain(k, n)),
    ];
    prop::collection::vec(op, 1..120)
}

fn check<K, V, S>(
    ops: &[Op],
    keys: u16,
    hasher: S,
    dialect: &'static Dialect,
    key: impl Fn(u16) -> K,
    value: impl Fn(u32) -> V,
) where
    K: Ord + Debug,
    V: PartialEq + Debug,
    S: KeyHash<K>,
{
    let mut map = GoMap::with_source(0, hasher, Rand::from_seed(7), dialect);
    let mut model = BTreeMap::new();
    for op in ops {
        match *op {
            Op::Insert(k, v) => {
                assert_eq!(map.insert(key(k), value(v)), model.insert(key(k), value(v)));
            }
            Op::Remove(k) => assert_eq!(map.remove(&key(k)), model.remove(&key(k))),
            Op::Get(k) => assert_eq!(map.get(&key(k)), model.get(&key(k))),
            Op::Change(k, v) => {
                let (ours, theirs) = (map.get_mut(&key(k)), model.get_mut(&key(k)));
                assert_eq!(ours, theirs);
                if let (Some(ours), Some(theirs)) = (ours, theirs) {
                    (*ours, *theirs) = (value(v), value(v));
                }
            }
            Op::Iterate => {
                let entries: Vec<_> = map.iter().collect();
                assert_eq!(entries.len(), model.len());
                assert_eq!(entries.into_iter().collect::<BTreeMap<_, _>>(), model.iter().collect());
            }
            Op::Clear => {
                map.clear();
                model.clear();
            }
            Op::Fill(k, n) => {
                for k in (0..u16::from(n)).map(|i| (k + i) % keys) {
                    assert_eq!(map.insert(key(k), value(0)), model.insert(key(k), value(0)));
                    audit(&map);
                }
            }
            Op::Drain(k, n) => {
                for k in (0..u16::from(n)).map(|i| (k + i) % keys) {
                    assert_eq!(map.remove(&key(k)), model.remove(&key(k)));
                    audit(&map);
                }
            }
        }
        audit(&map);
        assert_eq!(map.len(), model.len());
        assert_eq!(map.is_empty(), model.is_empty());
    }
    for k in 0..keys {
        assert_eq!(map.get(&key(k)), model.get(&key(k)));
        assert_eq!(map.contains_key(&key(k)), model.contains_key(&key(k)));
    }
}

const D: &Dialect = Dialect::GO_1_23;

proptest! {
    #![proptest_config(support::cases())]

    #[test]
    fn integers_behave_as_a_model(ops in ops(400)) {
        check(&ops, 400, support::go(), D, u64::from, u64::from);
    }

    #[test]
    fn integers_behave_as_a_model_under_the_rules_of_1_21(ops in ops(400)) {
        check(&ops, 400, support::go(), Dialect::GO_1_21, u32::from, |v| v as u8);
    }

    #[test]
    fn strings_behave_as_a_model(ops in ops(300)) {
        let text = |k: u16| format!("key {k}");
        check(&ops, 300, support::fallback(), D, text, |v| v.to_string());
    }

    #[test]
    fn values_outside_the_bucket_behave_as_a_model(ops in ops(150)) {
        let key = |k: u16| std::array::from_fn::<u8, 136, _>(|i| (k >> (8 * (i & 1))) as u8);
        check(&ops, 150, support::go(), D, key, |v| [u64::from(v); 20]);
    }

    #[test]
    fn boxed_values_outside_the_bucket_behave_as_a_model(ops in ops(150)) {
        let key = |k: u16| std::array::from_fn::<Box<str>, 9, _>(|i| format!("{k} {i}").into());
        check(&ops, 150, support::go(), D, key, |v| std::array::from_fn::<_, 9, _>(|_| Box::new(v)));
    }

    #[test]
    fn elems_of_size_zero_behave_as_a_model(ops in ops(300)) {
        check(&ops, 300, support::go(), D, |k| k as i32, |_| ());
    }

    #[test]
    fn keys_of_size_zero_behave_as_a_model(ops in ops(3)) {
        check(&ops, 3, support::go(), D, |_| (), |v| v);
    }

    #[test]
    fn keys_of_great_alignment_behave_as_a_model(ops in ops(200)) {
        check(&ops, 200, support::go(), D, u128::from, |v| v as u8);
    }

    #[test]
    fn crowded_buckets_behave_as_a_model(ops in ops(120)) {
        check(&ops, 120, Crowded::default(), D, |k| k, |v| v);
    }

    #[test]
    fn crowded_buckets_with_pointers_behave_as_a_model(ops in ops(120)) {
        check(&ops, 120, Crowded::default(), D, |k| vec![k; 3], |v| vec![v]);
    }
}

/// A hash that is the same for every key.
#[derive(Clone, Default)]
struct Same;

impl std::hash::BuildHasher for Same {
    type Hasher = SameHasher;
    fn build_hasher(&self) -> SameHasher {
        SameHasher
    }
}

struct SameHasher;

impl std::hash::Hasher for SameHasher {
    fn write(&mut self, _: &[u8]) {}
    fn finish(&self) -> u64 {
        0x7700_0000_0000_0001
    }
}

#[test]
fn one_chain_holds_every_entry_of_a_constant_hash() {
    let ops: Vec<_> = (0..60)
        .map(|k| Op::Insert(k, 1))
        .chain((10..60).rev().map(Op::Remove))
        .chain((0..60).map(|k| Op::Insert(k, 2)))
        .chain((0..60).map(Op::Remove))
        .collect();
    check(&ops, 60, Same, D, |k| k, |v| v);
}
