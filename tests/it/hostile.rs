//! Every operation in every order, under hashes and equalities that lie and user code that panics:
//! nothing may be used after it was dropped. What comes out does not matter; the sanitizer watches.

use crate::support::{self, audit, fallback};
use std::cell::Cell;
use std::fmt::Debug;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use tophash::hash::{Alg, Rand};
use tophash::{Cursor, Dialect, Entry, GoKey, GoMap, KeyHash};

thread_local! {
    static RANDOM: Rand = const { Rand::from_seed(0) };
    /// One answer in so many is a lie; none if 0.
    static LIES: Cell<u64> = const { Cell::new(0) };
    /// One call in so many panics; none if 0.
    static PANICS: Cell<u64> = const { Cell::new(0) };
}

fn random(below: u64) -> u64 {
    RANDOM.with(Rand::next) % below
}

fn one_in(n: u64) -> bool {
    n > 0 && random(n) == 0
}

fn may_panic() {
    if one_in(PANICS.get()) && !std::thread::panicking() {
        // Without the panic hook's message: thousands of these are expected.
        resume_unwind(Box::new("as it may"));
    }
}

/// A hasher that lies and panics. With few `BITS` of the hash left, chains grow long.
#[derive(Clone)]
struct Liar<H, const BITS: u64>(H);

impl<H: KeyHash<Q>, Q: ?Sized, const BITS: u64> KeyHash<Q> for Liar<H, BITS> {
    const REFLEXIVE: bool = H::REFLEXIVE;
    const NEEDS_UPDATE: bool = H::NEEDS_UPDATE;
    const POINTERS: bool = H::POINTERS;

    fn hash(&self, key: &Q, hash0: u32, nan: &Rand) -> u64 {
        may_panic();
        let hash = self.0.hash(key, hash0, nan);
        (if one_in(LIES.get()) { RANDOM.with(Rand::next) } else { hash }) & BITS
    }

    fn eq(&self, a: &Q, b: &Q) -> bool {
        may_panic();
        self.0.eq(a, b) != one_in(LIES.get())
    }
}

/// A number on the heap, whose drop may panic.
#[derive(Clone, Debug)]
struct Boxed(Box<u64>);

impl Drop for Boxed {
    fn drop(&mut self) {
        assert!(*self.0 < 1 << 20);
        may_panic();
    }
}

// SAFETY: the own bytes are a `Box`.
unsafe impl GoKey for Boxed {
    const REFLEXIVE: bool = true;
    const NEEDS_UPDATE: bool = false;
    const POINTERS: bool = true;

    fn go_hash<A: Alg>(&self, alg: &A, seed: u64, nan: &Rand) -> u64 {
        self.0.go_hash(alg, seed, nan)
    }

    fn go_eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

tophash::go_key! {
    /// Now and then not equal to itself, and on the heap.
    #[derive(Clone, Debug)]
    struct OwningNan { number: f64, text: Box<str> }
}

fn owning_nan(i: u64) -> OwningNan {
    let number = if i.is_multiple_of(3) { f64::NAN } else { i as f64 };
    OwningNan { number, text: format!("key {i}").into() }
}

/// Performs `n` random operations on a map of keys 0 to `keys`.
fn perform<K: GoKey + Clone + Debug, V: Clone + Debug, S: KeyHash<K> + Clone>(
    n: usize,
    keys: u64,
    hasher: S,
    key: impl Fn(u64) -> K,
    value: impl Fn(u64) -> V,
) {
    let new = || {
        let rand = Rand::from_seed(random(1 << 60));
        GoMap::<K, V, S>::with_source(0, hasher.clone(), rand, Dialect::LATEST)
    };
    let mut maps = [new(), new()];
    let mut cursors: Vec<Cursor> = Vec::new();
    // What was handed out: dropped a little later.
    let mut held: Vec<(K, V)> = Vec::new();
    for _ in 0..n {
        let operation = AssertUnwindSafe(|| {
            let (k, v) = (key(random(keys)), value(random(keys)));
            let map = &mut maps[0];
            match random(36) {
                0..=9 => drop(map.insert(k, v)),
                10 | 11 => drop(map.remove(&k)),
                12..=14 => held.extend(map.remove_entry(&k)),
                15 => drop(map.entry(k).or_insert(v)),
                16 => {
                    let entry = map.entry(k).insert_entry(v);
                    if one_in(2) {
                        held.push(entry.remove_entry());
                    }
                }
                17 => {
                    if let Entry::Occupied(entry) = map.entry(k) {
                        entry.remove();
                    }
                }
                18 if one_in(4) => map.retain(|_, _| {
                    may_panic();
                    !one_in(8)
                }),
                19 if one_in(4) => {
                    let extracted = map.extract_if(|_, _| {
                        may_panic();
                        one_in(8)
                    });
                    held.extend(extracted.take(6));
                }
                20 if one_in(12) => {
                    let mut drained = map.drain();
                    held.extend(drained.by_ref().take(random(8) as usize));
                    let _ = format!("{drained:?}");
                    if one_in(2) {
                        mem::forget(drained);
                    }
                }
                21 => {
                    let lent: Vec<_> = map.iter_mut().take(random(30) as usize).collect();
                    lent.into_iter().for_each(|(_, elem)| *elem = value(3));
                }
                22 if one_in(8) => map.clear(),
                23 if one_in(4) => map.reserve(random(2 * keys) as usize),
                24 => map.shrink_to(random(keys) as usize),
                25..=27 if cursors.len() < 6 => cursors.push(map.range()),
                28 if !cursors.is_empty() => {
                    cursors.swap_remove(random(cursors.len() as u64) as usize);
                }
                29 if !cursors.is_empty() && cursors.len() < 8 => {
                    cursors.push(cursors[random(cursors.len() as u64) as usize].clone());
                }
                30 if one_in(4) => maps[1] = maps[0].clone(),
                31 if one_in(8) => maps.swap(0, 1),
                32 if one_in(16) => {
                    let mut entries = mem::replace(map, new()).into_iter();
                    held.extend(entries.by_ref().take(random(20) as usize));
                    let _ = format!("{entries:?}");
                }
                33 => {
                    let others = [key(random(keys)), key(random(keys))];
                    for elem in
                        map.get_disjoint_mut([&k, &others[0], &others[1]]).into_iter().flatten()
                    {
                        *elem = v.clone();
                    }
                }
                34 => cursors.iter().for_each(|cursor| {
                    let _ = cursor.position(map);
                }),
                _ => held.clear(),
            }
            for cursor in &mut cursors {
                if one_in(2)
                    && let Ok(Some((k, v))) = cursor.try_next(&maps[0])
                {
                    drop((k.clone(), v.clone()));
                }
            }
        });
        // Panics of its own are expected too: of a map that finds two keys the same, say.
        let _ = catch_unwind(operation);
        if LIES.get() == 0 {
            let panics = PANICS.replace(0);
            audit(&maps[0]);
            PANICS.set(panics);
        }
    }
    PANICS.set(0);
}

const ALL: u64 = u64::MAX;
/// Eight buckets, and two tophashes.
const FEW: u64 = 0x0300_0000_0000_0007;

/// Maps of all kinds of keys, at a seed, with one lie and one panic in so many calls.
fn all_kinds(seed: u64, lies: u64, panics: u64) {
    RANDOM.with(|random| while random.next() % 997 != seed {});
    // A tenth where each step checks the whole map by itself.
    let (n, keys) = if cfg!(any(miri, tophash_invariants)) { (200, 40) } else { (2000, 300) };
    let arm = || {
        LIES.set(lies);
        PANICS.set(panics);
    };
    let boxed = |i: u64| Boxed(Box::new(i));
    let text = |i: u64| format!("text {i}");
    arm();
    perform(n, keys, Liar::<_, ALL>(fallback()), boxed, text);
    arm();
    perform(n, keys, Liar::<_, FEW>(fallback()), boxed, |_| ());
    arm();
    perform(n, keys, Liar::<_, ALL>(fallback()), |i| (text(i), [i; 17]), |i| [i; 20]);
    arm();
    perform(n, keys, Liar::<_, ALL>(fallback()), owning_nan, boxed);
    arm();
    perform(n, keys, Liar::<_, FEW>(fallback()), owning_nan, |i| [i; 20]);
    arm();
    perform(n, keys, Liar::<_, ALL>(fallback()), |_| (), boxed);
    arm();
    perform(n, keys, Liar::<_, ALL>(support::Crowded::default()), text, text);
}

#[test]
fn no_order_of_operations_reads_what_is_gone() {
    (1..4).for_each(|seed| all_kinds(seed, 0, 0));
}

#[test]
fn no_panic_leads_to_what_is_gone() {
    (1..3).for_each(|seed| all_kinds(seed, 0, 40));
}

/// Not where each step checks the invariants: of keys that lie they do not hold.
#[test]
#[cfg(not(tophash_invariants))]
fn no_lie_leads_to_what_is_gone() {
    (1..3).for_each(|seed| {
        all_kinds(seed, 7, 0);
        all_kinds(seed, 30, 60);
    });
}
