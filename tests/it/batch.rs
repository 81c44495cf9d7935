//! Batches do what one operation after another does.

use crate::support::{self, Ledger, audit, go, map};
use proptest::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind};
use tophash::GoMap;
use tophash::image::{Hex, MapImage};

proptest! {
    #![proptest_config(support::cases())]

    #[test]
    fn a_batch_of_inserts_leaves_the_bytes_that_single_ones_leave(
        first in prop::collection::vec(any::<u16>(), 0..200),
        then in prop::collection::vec(any::<u16>(), 0..600),
    ) {
        let (mut batched, mut single) = (map::<u64, u32>(3), map::<u64, u32>(3));
        for keys in [first, then] {
            let entries = keys.iter().zip(0..).map(|(&key, value)| (u64::from(key), value));
            batched.insert_batch(entries.clone());
            entries.for_each(|(key, value)| { single.insert(key, value); });
            audit(&batched);
            prop_assert!(MapImage::of(&batched, &Hex, &Hex) == MapImage::of(&single, &Hex, &Hex));
        }
    }

    #[test]
    fn a_batch_of_look_ups_answers_as_single_ones_do(
        there in prop::collection::vec(0..400u16, 0..400),
        asked in prop::collection::vec(0..500u16, 0..100),
        skipped in 0..20usize,
    ) {
        let mut map = map::<String, u16>(5);
        map.extend(there.iter().map(|&key| (key.to_string(), key)));
        let asked: Vec<String> = asked.iter().map(u16::to_string).collect();
        let single: Vec<_> = asked.iter().map(|key| map.get(key)).collect();
        let batch = map.get_batch(&asked);
        prop_assert_eq!(batch.len(), asked.len());
        prop_assert!(batch.clone().eq(single.iter().copied()));
        prop_assert!(batch.skip(skipped).eq(single.into_iter().skip(skipped)));
    }
}

#[test]
fn batches_of_nothing_and_on_nothing_do_nothing() {
    let mut map: GoMap<u8, u8, _> = GoMap::nil_with_hasher(go());
    map.insert_batch([]);
    assert!(map.get_batch(&[] as &[u8]).next().is_none());
    assert!(map.get_batch(&[1, 2]).eq([None, None]));
}

#[test]
#[should_panic(expected = "assignment to entry in nil map")]
fn a_nil_map_refuses_a_batch() {
    GoMap::nil_with_hasher(go()).insert_batch([(1u8, 2u8)]);
}

#[test]
fn a_panic_of_the_iterator_leaves_what_was_inserted_and_leaks_nothing() {
    for at in [0, 1, 15, 16, 17, 50] {
        let ledger = Ledger::default();
        let mut map = map(7);
        let entries = (0..100u64).map(|i| {
            assert!(i != at, "the iterator's own");
            (ledger.value(i), ledger.value(i as u32))
        });
        let panicked = catch_unwind(AssertUnwindSafe(|| map.insert_batch(entries)));
        assert!(panicked.is_err());
        audit(&map);
        assert_eq!(map.len() as u64, at.saturating_sub(16));
        drop(map);
        assert_eq!(ledger.alive(), 0);
    }
}

#[test]
fn nans_in_a_batch_draw_as_they_would_one_by_one() {
    let (mut batched, mut single) = (map::<f64, u32>(3), map::<f64, u32>(3));
    let entries = (0..100).map(|i| (if i % 3 == 0 { f64::from(i) } else { f64::NAN }, i as u32));
    batched.insert_batch(entries.clone());
    single.extend(entries);
    assert_eq!(MapImage::of(&batched, &Hex, &Hex), MapImage::of(&single, &Hex, &Hex));
}

#[test]
fn a_panic_of_a_key_loses_those_that_wait_and_leaks_nothing() {
    struct Touchy;
    impl<K: tophash::GoKey + std::borrow::Borrow<u64>> tophash::KeyHash<K> for Touchy {
        const REFLEXIVE: bool = true;
        const NEEDS_UPDATE: bool = false;
        const POINTERS: bool = false;
        fn hash(&self, key: &K, _: u32, _: &tophash::Rand) -> u64 {
            assert!(*key.borrow() != 50, "the key's own");
            key.borrow().wrapping_mul(0x9e37_79b9_7f4a_7c15)
        }
        fn eq(&self, a: &K, b: &K) -> bool {
            a.borrow() == b.borrow()
        }
    }
    let ledger = Ledger::default();
    let rand = tophash::Rand::from_seed(1);
    let mut map = GoMap::with_source(0, Touchy, rand, tophash::Dialect::LATEST);
    let entries = (0..100u64).map(|i| (i, ledger.value(i)));
    assert!(catch_unwind(AssertUnwindSafe(|| map.insert_batch(entries))).is_err());
    audit(&map);
    assert_eq!(map.len(), 50 - 16);
    drop(map);
    assert_eq!(ledger.alive(), 0);
}
