//! User code that panics: the map stays usable, and drops every value once.
//!
//! Each scenario runs once for every call of `Hash`, `Eq`, `Clone` or `Drop` that it makes, with a
//! panic in that call; then the map is checked, used, dropped, and the values are counted.

use crate::support::{Counted, Crowded, Ledger, audit, fallback, go, map, survives};
use std::cell::Cell;
use tophash::hash::Rand;
use tophash::key::{GoKey, KeyHash};
use tophash::{Cursor, Dialect, Entry, GoMap};

type Value = Counted<[u64; 2]>;

/// One scenario on a map of keys `K`, with a key maker.
struct Scene<'a, K, S> {
    ledger: &'a Ledger,
    key: &'a dyn Fn(u64) -> K,
    hasher: &'a dyn Fn() -> S,
}

impl<K: GoKey, S: KeyHash<K>> Scene<'_, K, S> {
    fn filled(&self, n: u64) -> GoMap<K, Value, S> {
        let hasher = (self.hasher)();
        let mut map = GoMap::with_source(0, hasher, Rand::from_seed(n), Dialect::LATEST);
        for i in 0..n {
            map.insert((self.key)(i), self.ledger.value([i, i]));
        }
        map
    }

    /// Runs `act` on a map of `n` entries with a panic in every call that it makes, one after
    /// another. Returns how many runs panicked.
    fn run(&self, n: u64, act: impl Fn(&mut GoMap<K, Value, S>)) -> u64 {
        self.run_with(n, |map, _| act(map))
    }

    fn run_with(&self, n: u64, act: impl Fn(&mut GoMap<K, Value, S>, &mut Vec<Cursor>)) -> u64 {
        let mut panics = 0;
        loop {
            let mut cursors = Vec::new();
            let mut map = self.filled(n);
            self.ledger.arm(panics + 1);
            let done = survives(|| act(&mut map, &mut cursors));
            self.ledger.arm(0);
            audit(&map);
            // Cursors go on over what is left.
            for cursor in &mut cursors {
                while cursor.next(&map).is_some() {}
            }
            cursors.clear();
            for i in 0..n + 20 {
                map.insert((self.key)(i), self.ledger.value([i, 7]));
                assert_eq!(*map.get(&(self.key)(i)).expect("just inserted").value, [i, 7]);
            }
            audit(&map);
            let len = map.iter().count();
            assert_eq!(map.len(), len);
            drop(map);
            assert_eq!(self.ledger.alive(), 0, "values leaked, or dropped twice");
            if done {
                return panics;
            }
            panics += 1;
        }
    }
}

/// Runs the test for keys in their slots, keys outside, and both kinds of hash.
fn with_every_kind_of_key(test: impl Fn(&dyn Run)) {
    let ledger = &Ledger::default();
    let inline = |i: u64| ledger.value(i);
    let text = |i: u64| ledger.value(format!("{i}"));
    let outside = |i: u64| (ledger.value(i), [i; 16]);
    test(&Scene { ledger, key: &inline, hasher: &go });
    test(&Scene { ledger, key: &text, hasher: &fallback });
    test(&Scene { ledger, key: &text, hasher: &Crowded::default });
    test(&Scene { ledger, key: &outside, hasher: &go });
}

/// What the scenarios do, whatever the key.
trait Run {
    fn insert_new(&self, n: u64) -> u64;
    fn overwrite(&self, n: u64) -> u64;
    fn remove(&self, n: u64) -> u64;
    fn clear(&self, n: u64) -> u64;
    fn drop_map(&self, n: u64) -> u64;
    fn read(&self, n: u64) -> u64;
    fn mix_with_cursors(&self, n: u64) -> u64;
    fn entries(&self, n: u64) -> u64;
    fn take_out(&self, n: u64) -> u64;
    fn resize(&self, n: u64) -> u64;
    fn give_up(&self, n: u64) -> u64;
    fn clone_and_compare(&self, n: u64) -> u64;
}

impl<K: GoKey + Clone, S: KeyHash<K> + Clone> Run for Scene<'_, K, S> {
    fn insert_new(&self, n: u64) -> u64 {
        self.run(n, |map| {
            for i in n..n + 6 {
                map.insert((self.key)(i), self.ledger.value([i, 0]));
            }
        })
    }

    fn overwrite(&self, n: u64) -> u64 {
        self.run(n, |map| {
            for i in 0..n.min(6) {
                drop(map.insert((self.key)(i), self.ledger.value([i, 1])));
            }
        })
    }

    fn remove(&self, n: u64) -> u64 {
        self.run(n, |map| {
            for i in 0..n.min(6) {
                drop(map.remove(&(self.key)(i)));
            }
        })
    }

    fn clear(&self, n: u64) -> u64 {
        self.run(n, GoMap::clear)
    }

    fn drop_map(&self, n: u64) -> u64 {
        self.run(n, |map| {
            let dialect = Dialect::LATEST;
            let empty = GoMap::with_source(0, (self.hasher)(), Rand::from_seed(1), dialect);
            drop(std::mem::replace(map, empty));
        })
    }

    fn read(&self, n: u64) -> u64 {
        self.run(n, |map| {
            for i in 0..n + 3 {
                let key = (self.key)(i);
                let _ = (map.get(&key), map.contains_key(&key));
                let _ = map.get_mut(&key);
            }
            map.iter().for_each(drop);
        })
    }

    fn mix_with_cursors(&self, n: u64) -> u64 {
        self.run_with(n, |map, cursors| {
            cursors.push(map.range());
            for i in 0..20 {
                map.insert((self.key)(n + i), self.ledger.value([i, 2]));
                drop(map.remove(&(self.key)(i)));
                if i % 4 == 0 {
                    cursors.push(map.range());
                }
                for cursor in cursors.iter_mut() {
                    cursor.next(map);
                }
                if i == 15 {
                    cursors.remove(0);
                    map.clear();
                }
            }
        })
    }

    fn entries(&self, n: u64) -> u64 {
        self.run(n, |map| {
            for i in [0, 1, n, n + 1] {
                let value = || self.ledger.value([i, 3]);
                map.entry((self.key)(i)).and_modify(|v| *v = value()).or_insert_with(value);
                map.entry((self.key)(i + 2)).insert_entry(value()).insert(value());
                if let Entry::Occupied(entry) = map.entry((self.key)(i)) {
                    entry.remove();
                }
                map.entry((self.key)(n + 9)).insert_entry(value()).remove();
            }
            let keys: [K; 3] = std::array::from_fn(|i| (self.key)(i as u64 * 3));
            map.get_disjoint_mut(keys.each_ref()).into_iter().flatten().for_each(|value| {
                *value = self.ledger.value([0, 4]);
            });
        })
    }

    fn take_out(&self, n: u64) -> u64 {
        let panics = self.run_with(n, |map, cursors| {
            cursors.push(map.range());
            cursors.push(map.range());
            cursors[0].next(map);
            for i in 0..14 {
                map.insert((self.key)(n + i), self.ledger.value([i, 2]));
            }
            drop(map.remove_entry(&(self.key)(0)));
            drop(map.remove_entry(&(self.key)(n + 1)));
            map.retain(|_, value| value.value[0] % 5 != 0);
            map.extract_if(|_, value| value.value[0] % 5 == 1).for_each(drop);
            cursors[0].next(map);
            map.drain().take(2).for_each(drop);
        });
        panics + self.run(n, |map| drop(map.drain()))
    }

    fn resize(&self, n: u64) -> u64 {
        self.run_with(n, |map, cursors| {
            cursors.push(map.range());
            map.reserve(2 * n as usize + 20);
            cursors.clear();
            map.shrink_to(n as usize + 20);
            map.shrink_to_fit();
        })
    }

    fn clone_and_compare(&self, n: u64) -> u64 {
        self.run(n, |map| {
            let clone = map.clone();
            assert!(clone == *map);
        })
    }

    fn give_up(&self, n: u64) -> u64 {
        let empty = |map: &mut GoMap<K, Value, S>| {
            let dialect = Dialect::LATEST;
            let empty = GoMap::with_source(0, (self.hasher)(), Rand::from_seed(1), dialect);
            std::mem::replace(map, empty)
        };
        self.run(n, |map| empty(map).into_iter().for_each(drop))
            + self.run(n, |map| empty(map).into_keys().take(3).for_each(drop))
            + self.run(n, |map| empty(map).into_values().for_each(drop))
            + self.run(n, |map| {
                map.values_mut().for_each(|value| *value = self.ledger.value([1, 1]));
            })
    }
}

#[test]
fn every_operation_survives_a_panic_in_every_call_of_user_code() {
    // 8: the next insert doubles. 27: in the midst of a doubling. 60: overflow buckets; but not where
    // each operation checks the whole map by itself, which would take minutes.
    let sizes: &[u64] = if cfg!(tophash_invariants) { &[0, 8] } else { &[0, 8, 27, 60] };
    let total = Cell::new(0);
    with_every_kind_of_key(|scene| {
        for &n in sizes {
            let panics = scene.insert_new(n)
                + scene.overwrite(n)
                + scene.remove(n)
                + scene.clear(n)
                + scene.drop_map(n)
                + scene.read(n)
                + scene.entries(n)
                + scene.resize(n)
                + scene.clone_and_compare(n)
                + scene.give_up(n);
            total.set(total.get() + panics);
        }
    });
    assert!(total.get() > 1000, "only {} calls of user code were tried", total.get());
}

#[test]
fn cursors_survive_a_panic_in_every_call_of_user_code() {
    let total = Cell::new(0);
    with_every_kind_of_key(|scene| {
        for &n in if cfg!(tophash_invariants) { [9].as_slice() } else { &[9, 30] } {
            total.set(total.get() + scene.mix_with_cursors(n) + scene.take_out(n));
        }
    });
    assert!(total.get() > 300, "only {} calls of user code were tried", total.get());
}

#[test]
fn without_a_panic_every_value_is_dropped_exactly_once() {
    let ledger = Ledger::default();
    for n in [0, 1, 8, 9, 100, 3000] {
        let scene = Scene { ledger: &ledger, key: &|i| ledger.value(i), hasher: &go };
        let mut map = scene.filled(n);
        let mut cursors = vec![map.range()];
        assert_eq!(ledger.alive(), 2 * n as i64);
        for i in 0..n / 2 {
            assert_eq!(*map.remove(&ledger.value(i)).expect("was inserted").value, [i, i]);
            cursors.push(map.range());
            cursors.truncate(5);
        }
        drop(cursors);
        drop(map);
        assert_eq!(ledger.alive(), 0);
    }
}

#[test]
fn a_panic_while_the_hash_is_computed_stores_nothing() {
    let ledger = Ledger::default();
    let scene = Scene { ledger: &ledger, key: &|i| ledger.value(i), hasher: &go };
    let mut map = scene.filled(5);
    let (key, value) = (ledger.value(77), ledger.value([0, 0]));
    ledger.arm(1);
    assert!(!survives(|| drop(map.insert(key, value))));
    ledger.arm(0);
    assert_eq!((map.len(), ledger.alive()), (5, 10));
}

#[test]
fn buried_keys_go_with_their_map_though_one_of_them_panics() {
    let ledger = Ledger::default();
    for panics_at in 1..=12 {
        let mut map = map::<Counted<u64>, u64>(1);
        map.insert(ledger.value(0), 0);
        let cursor = map.range();
        map.extend((1..20).map(|i| (ledger.value(i), i)));
        let keys: Vec<_> = (0..12).map(|i| ledger.value(i)).collect();
        for key in &keys {
            map.remove(key);
        }
        drop(keys);
        assert_eq!(map.retired().keys, 12);
        ledger.arm(8 + panics_at);
        assert!(!survives(|| drop(map)), "{panics_at}");
        ledger.arm(0);
        assert_eq!(ledger.alive(), 0, "{panics_at}");
        drop(cursor);
    }
}
