//! What an operation did is told from the images before and after it, exactly.
//!
//! Not of maps under stress: what is told rests on the rules by which Go begins and ends growths.
#![cfg(not(tophash_stress))]

use crate::support::{Crowded, cases, map};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasherDefault, Hasher};
use tophash::hash::Rand;
use tophash::image::{Changes, Hex, MapImage, Place, SlotChange, SlotEvent, SlotState, Step};
use tophash::key::KeyHash;
use tophash::{Dialect, GoMap};

/// Hashes an integer to itself, so that key k lies in bucket k mod 2^B.
#[derive(Default)]
struct Identity(u64);

impl Hasher for Identity {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes.iter().rev() {
            self.0 = self.0 << 8 | u64::from(byte);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

type Known = BuildHasherDefault<Identity>;

/// A map, and the image of it as the last operation left it.
struct Told<K, V, S> {
    map: GoMap<K, V, S>,
    show: fn(&GoMap<K, V, S>) -> MapImage,
    last: MapImage,
}

impl<K, V, S: KeyHash<K>> Told<K, V, S> {
    fn new(map: GoMap<K, V, S>, show: fn(&GoMap<K, V, S>) -> MapImage) -> Self {
        Self { last: show(&map), map, show }
    }

    /// Runs `operation`, and compares.
    fn changes<T>(&mut self, operation: impl FnOnce(&mut GoMap<K, V, S>) -> T) -> Changes {
        operation(&mut self.map);
        let after = (self.show)(&self.map);
        let changes = self.last.changes_to(&after);
        self.last = after;
        changes
    }

    /// Inserts without a word.
    fn fill(&mut self, keys: impl IntoIterator<Item = K>)
    where
        V: Default,
    {
        self.changes(|map| keys.into_iter().for_each(|key| _ = map.insert(key, V::default())));
    }

    fn tell<T>(&mut self, operation: impl FnOnce(&mut GoMap<K, V, S>) -> T) -> String {
        self.changes(operation).to_string()
    }
}

/// A map whose keys lie where one wants them, with memory that shows what was.
fn known(hint: i64) -> Told<u64, u8, Known> {
    let source = GoMap::with_source(hint, Known::default(), Rand::from_seed(1), Dialect::LATEST);
    Told::new(source, |map| MapImage::of(map, &Hex, &Hex))
}

/// The same with elems that hold pointers, so that chains are unlinked when they are evacuated.
fn pointed(hint: i64) -> Told<u64, Box<str>, Known> {
    let source = GoMap::with_source(hint, Known::default(), Rand::from_seed(1), Dialect::LATEST);
    Told::new(source, |map| MapImage::of(map, &value::<u64>, &value::<Box<str>>))
}

/// Shows a value as text, and so nothing of one that is gone.
fn value<T: ToString>(value: &T, out: &mut String) {
    out.push_str(&value.to_string());
}

#[test]
fn one_bucket_fills_doubles_at_once_and_empties() {
    let mut told = known(0);
    assert_eq!(told.tell(|m| m.insert(0, 0)), "allocated the first bucket; inserted at b0[0]");
    for key in 1..8 {
        assert_eq!(told.tell(|m| m.insert(key, 0)), format!("inserted at b0[{key}]"));
    }
    assert_eq!(told.tell(|m| m.insert(3, 7)), "overwrote the elem at b0[3]");
    for _ in 0..2 {
        assert_eq!(told.tell(|m| m.insert(3, 7)), "nothing changed");
        assert_eq!(told.tell(|m| m.remove(&99)), "nothing changed");
    }
    assert_eq!(told.tell(|m| m.remove(&6)), "removed b0[6] (emptyOne)");
    assert_eq!(told.tell(|m| m.remove(&5)), "removed b0[5] (emptyOne)");
    assert_eq!(
        told.tell(|m| m.remove(&7)),
        "removed b0[7] (emptyRest); emptyRest carried back 2 slots, to b0[5]"
    );
    for key in 5..8 {
        told.tell(|m| m.insert(key, 0));
    }
    assert_eq!(
        told.tell(|m| m.insert(8, 0)),
        "began to double, 1 → 2 buckets; evacuated old bucket 0 → 4 to X, 4 to Y; growth ended; \
         inserted at b0[4]"
    );
    for key in 0..8 {
        told.tell(|m| m.remove(&key));
    }
    assert_eq!(
        told.tell(|m| m.remove(&8)),
        "removed b0[4] (emptyRest); emptyRest carried back 4 slots, to b0[0]; drew a new seed"
    );
}

#[test]
fn a_doubling_is_told_two_chains_at_a_time() {
    let mut told = known(26);
    assert_eq!(told.last.regular, 4);
    for key in 0..26 {
        told.tell(|m| m.insert(key, 0));
    }
    assert_eq!(
        told.tell(|m| m.insert(30, 0)),
        "began to double, 4 → 8 buckets; evacuated old bucket 2 → 3 to X, 3 to Y; one more, old \
         bucket 0 → 4 to X, 3 to Y (nevacuate 1); inserted at b6[3]"
    );
    // Old bucket 2 is done, so the mark skips it.
    assert_eq!(
        told.tell(|m| m.insert(1, 9)),
        "evacuated old bucket 1 → 4 to X, 3 to Y; one more, old bucket 3 → 3 to X, 3 to Y; growth \
         ended; overwrote the elem at b1[0]"
    );
}

/// Four buckets and 26 entries, key k in bucket k mod 4; then one more, whose insert begins a
/// doubling and leaves old buckets 2 and 3.
fn doubling<V: Default>(mut told: Told<u64, V, Known>) -> Told<u64, V, Known> {
    told.fill(0..26);
    assert_eq!(
        told.tell(|m| m.insert(32, V::default())),
        "began to double, 4 → 8 buckets; evacuated old bucket 0 → 4 to X, 3 to Y; one more, old \
         bucket 1 → 4 to X, 3 to Y (nevacuate 2); inserted at b0[4]"
    );
    told
}

#[test]
fn an_entry_that_was_moved_and_removed_at_once_is_found() {
    for (key, at) in [(3, "b3[0]"), (7, "b7[0]"), (11, "b3[1]"), (23, "b7[2]")] {
        let mut told = doubling(known(26));
        let kind = if key == 23 { "emptyRest" } else { "emptyOne" };
        let changes = told.changes(|m| m.remove(&key));
        assert_eq!(
            changes.to_string(),
            format!(
                "evacuated old bucket 3 → 3 to X, 3 to Y; one more, old bucket 2 → 3 to X, 3 to \
                 Y; growth ended; removed {at} ({kind})"
            ),
        );
        let arrived = changes.slots.iter().filter(|slot| slot.event == SlotEvent::Arrived);
        assert_eq!((arrived.count(), changes.slots.len()), (11, 12));
    }
}

#[test]
fn where_an_entry_was_removed_is_told_unless_no_image_shows_it() {
    for (key, at) in [(3, "b3[0]"), (7, "b7[0]"), (11, "b3[1]"), (15, "b7[1]")] {
        let mut told = doubling(pointed(26));
        assert_eq!(
            told.tell(|m| m.remove(&key)),
            format!(
                "evacuated old bucket 3 → 3 to X, 3 to Y; one more, old bucket 2 → 3 to X, 3 to \
                 Y; growth ended; removed {at} (emptyOne)"
            ),
        );
    }
    // The last of its half: the free slot behind either half may be the one it left.
    let mut told = doubling(pointed(26));
    assert_eq!(
        told.tell(|m| m.remove(&23)),
        "evacuated old bucket 3 → 3 to X, 2 to Y, 1 removed at once; one more, old bucket 2 → 3 \
         to X, 3 to Y; growth ended"
    );
}

#[test]
fn chains_grow_and_are_emptied_over_their_links() {
    let mut told = known(26);
    told.fill((0..8).map(|i| 4 * i));
    assert_eq!(
        told.tell(|m| m.insert(32, 0)),
        "chained a new bucket h0 behind b0; inserted at h0[0]"
    );
    told.fill((0..8).map(|i| 4 * i + 1));
    told.tell(|m| m.insert(33, 0));
    told.fill((9..16).map(|i| 4 * i));
    assert_eq!(
        told.tell(|m| m.insert(64, 0)),
        "chained a new bucket h1 behind h0; inserted at h1[0]"
    );
    for key in [24, 28, 32, 36, 40, 44, 48, 52, 56] {
        assert!(told.tell(|m| m.remove(&key)).ends_with("(emptyOne)"));
    }
    assert_eq!(told.tell(|m| m.remove(&64)), "removed h1[0] (emptyRest)");
    assert_eq!(
        told.tell(|m| m.remove(&60)),
        "removed h0[7] (emptyRest); emptyRest carried back 9 slots over 1 link, to b0[6]"
    );
}

#[test]
fn spare_buckets_are_told_from_new_ones() {
    let mut told = known(104);
    assert_eq!(told.last.regular, 16);
    told.fill((0..8).map(|i| 16 * i));
    assert_eq!(
        told.tell(|m| m.insert(128, 0)),
        "chained spare bucket b16 behind b0; inserted at b16[0]"
    );
}

/// Four buckets, four overflow buckets, 25 entries: the next new key begins a growth to the same
/// size.
fn crowded<V: Default>(mut told: Told<u64, V, Known>) -> Told<u64, V, Known> {
    told.fill((0..26).map(|i| 4 * i));
    (8..26).for_each(|i| _ = told.tell(|m| m.remove(&(4 * i))));
    told.fill((0..8).map(|i| 4 * i + 2));
    told.fill((0..9).map(|i| 4 * i + 1));
    assert_eq!((told.last.count, told.last.noverflow), (25, 4));
    told
}

#[test]
fn a_growth_ends_and_the_next_begins_in_one_operation() {
    let began = "began to grow to the same 4 buckets; ";
    let mut told = crowded(known(26));
    assert_eq!(
        told.tell(|m| m.insert(200, 0)),
        format!(
            "{began}evacuated old bucket 0 → 8 to X; one more, old bucket 1 → 9 to X; chained a \
             new bucket h1 behind b1 (nevacuate 2); chained a new bucket h0 behind b0; inserted \
             at h0[0]"
        )
    );
    assert_eq!(
        told.tell(|m| m.insert(202, 0)),
        "evacuated old bucket 2 → 8 to X; one more, old bucket 3 → no entry; growth ended; began \
         to double, 4 → 8 buckets; evacuated old bucket 2 → 4 to X, 4 to Y; one more, old bucket \
         0 → 5 to X, 4 to Y (nevacuate 1); inserted at b2[4]"
    );

    // With pointers, evacuation unlinks.
    let mut told = crowded(pointed(26));
    assert_eq!(
        told.tell(|m| m.insert(200, "".into())),
        format!(
            "{began}evacuated old bucket 0 → 8 to X, 3 overflow buckets unlinked; one more, old \
             bucket 1 → 9 to X, 1 overflow bucket unlinked; chained a new bucket h1 behind b1 \
             (nevacuate 2); chained a new bucket h0 behind b0; inserted at h0[0]"
        )
    );
    assert_eq!(
        told.tell(|m| m.insert(202, "".into())),
        "evacuated old bucket 2 → 8 to X; one more, old bucket 3 → no entry; growth ended; began \
         to double, 4 → 8 buckets; evacuated old bucket 2 → 4 to X, 4 to Y; one more, old bucket \
         0 → 5 to X, 4 to Y, 1 overflow bucket unlinked (nevacuate 1); inserted at b2[4]"
    );
}

#[test]
fn a_clear_is_told_from_the_delete_of_the_last_entry() {
    let mut told = doubling(known(26));
    let changes = told.changes(GoMap::clear);
    assert_eq!(changes.to_string(), "cleared 27 entries; gave the growth up; drew a new seed");
    assert_eq!(told.tell(GoMap::clear), "nothing changed");

    let mut told = known(0);
    told.tell(|m| m.insert(5, 1));
    assert_eq!(told.tell(GoMap::clear), "cleared 1 entry; drew a new seed");
    told.tell(|m| m.insert(5, 1));
    assert_eq!(told.tell(|m| m.remove(&5)), "removed b0[0] (emptyRest); drew a new seed");
    assert_eq!(told.tell(|m| m.insert(6, 1)), "inserted at b0[0]");
}

#[test]
fn flags_of_iterators_are_told() {
    let mut told = Told::new(map::<u64, u8>(1), |map| MapImage::of(map, &Hex, &Hex));
    told.fill(0..8);
    assert_eq!(told.tell(|m| m.range()), "set iterator and oldIterator");
    assert_eq!(told.tell(|m| m.range()), "nothing changed");
    let growth = told.tell(|m| m.insert(8, 0));
    assert!(growth.ends_with("; cleared iterator"), "{growth}");
}

#[test]
fn zero_over_minus_zero_is_an_overwritten_key() {
    let mut told = Told::new(map::<f64, u8>(1), |map| MapImage::of(map, &Hex, &Hex));
    told.tell(|m| m.insert(0.0, 1));
    assert_eq!(told.tell(|m| m.insert(-0.0, 1)), "overwrote the key at b0[0]");
    assert_eq!(told.tell(|m| m.insert(0.0, 2)), "overwrote key and elem at b0[0]");
}

#[test]
fn images_that_no_operation_links_are_unrelated_and_far_ones_are_summed_up() {
    let mut told = known(0);
    let empty = told.last.clone();
    assert_eq!(
        told.tell(|m| (0..1000).for_each(|i| _ = m.insert(i, 0))),
        "more changed than one operation can"
    );
    let full = told.last.clone();
    assert_eq!(full.changes_to(&empty).to_string(), "more changed than one operation can");
    let mut told = known(100);
    assert_eq!(
        told.tell(|m| (0..16).for_each(|i| _ = m.insert(i, 0))),
        "inserted at b0[0] and 15 more"
    );
}

/// Operations on few keys, so that they meet.
#[derive(Clone, Debug)]
enum Op {
    Insert(u16, u8),
    Remove(u16),
    Clear,
    Iter,
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        24 => (0u16..150, any::<u8>()).prop_map(|(k, v)| Op::Insert(k, v)),
        12 => (0u16..150).prop_map(Op::Remove),
        1 => Just(Op::Clear),
        1 => Just(Op::Iter),
    ]
}

/// Does `ops` on a map that `show` makes images of, and checks what is told of each.
fn accounts<S: KeyHash<u16> + Default, V: PartialEq + Clone>(
    ops: &[Op],
    elem: fn(u8) -> V,
    show: fn(&GoMap<u16, V, S>) -> MapImage,
) -> Result<(), TestCaseError> {
    let map = GoMap::with_source(0, S::default(), Rand::from_seed(3), Dialect::LATEST);
    let mut told = Told::new(map, show);
    let mut far = told.last.clone();
    for (index, op) in ops.iter().enumerate() {
        let before = told.last.clone();
        let (mut entries, mut overwrites) = (0, false);
        let changes = told.changes(|m| match op {
            Op::Insert(key, value) => match m.insert(*key, elem(*value)) {
                None => entries = 1,
                Some(old) => overwrites = old != elem(*value),
            },
            Op::Remove(key) => entries = -i64::from(m.remove(key).is_some()),
            Op::Clear => {
                entries = -(m.len() as i64);
                m.clear();
            }
            Op::Iter => drop(m.iter()),
        });
        let text = changes.to_string();
        prop_assert_eq!(changes.steps.iter().map(gain).sum::<i64>(), entries, "{}", text);
        let told_so = changes.steps.iter().any(|step| matches!(step, Step::Overwrote { .. }));
        prop_assert_eq!(told_so, overwrites, "{}", text);
        let odd = |step: &Step| matches!(step, Step::Unrelated | Step::Counted { .. });
        prop_assert!(!changes.steps.iter().any(odd), "{}", text);
        slots(&before, &told.last, &changes)?;
        prop_assert!(told.last.changes_to(&told.last).is_empty());
        // Any two images can be compared, in either direction.
        let _ = (far.changes_to(&told.last).to_string(), told.last.changes_to(&far).to_string());
        if index % 37 == 0 {
            far = told.last.clone();
        }
    }
    Ok(())
}

/// How many entries a step added.
fn gain(step: &Step) -> i64 {
    match *step {
        Step::Inserted(_) => 1,
        Step::Removed { .. } => -1,
        Step::Evacuated { gone, .. } => -(gone as i64),
        Step::Cleared { entries, .. } => -(entries as i64),
        _ => 0,
    }
}

/// Checks that every slot that is told of is there, once, in a state that its event leaves; and
/// that every slot whose state differs is told of.
fn slots(before: &MapImage, after: &MapImage, changes: &Changes) -> Result<(), TestCaseError> {
    let states = |image: &MapImage| -> BTreeMap<_, _> {
        let buckets = image.buckets.iter().chain(&image.old_buckets);
        buckets
            .flat_map(|b| (0..8).map(|slot| (Place { bucket: b.name, slot }, b.slots()[slot])))
            .collect()
    };
    let (was, now) = (states(before), states(after));
    let mut told = BTreeSet::new();
    for SlotChange { at, event } in &changes.slots {
        prop_assert!(told.insert(*at), "{at} twice: {changes}");
        let full = matches!(now[at], SlotState::Full(_));
        let fills = [SlotEvent::Inserted, SlotEvent::Overwritten, SlotEvent::Arrived];
        prop_assert_eq!(full, fills.contains(event), "{} of: {}", at, changes);
    }
    // Buckets outside of the array are numbered as one comes by them, so one that joins or leaves a
    // chain renames others.
    let renamed = |step: &Step| {
        let unlinks = matches!(step, Step::Evacuated { unlinked: 1.., .. });
        unlinks || matches!(step, Step::Began { .. } | Step::Chained { .. })
    };
    if !changes.steps.iter().any(renamed) && before.old_regular == after.old_regular {
        for (at, state) in &now {
            let untold = was.get(at).is_some_and(|was| was != state) && !told.contains(at);
            prop_assert!(!untold || state == &SlotState::EmptyRest, "{at} is not told: {changes}");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn every_entry_and_every_slot_is_accounted_for(ops in prop::collection::vec(op(), 0..400)) {
        accounts::<Known, u8>(&ops, |v| v, |map| MapImage::of(map, &Hex, &Hex))?;
        accounts::<Crowded, u8>(&ops, |v| v, |map| MapImage::of(map, &Hex, &value))?;
        let text = |v: u8| v.to_string().into_boxed_str();
        accounts::<Known, Box<str>>(&ops, text, |map| MapImage::of(map, &value, &value))?;
        accounts::<Crowded, Box<str>>(&ops, text, |map| MapImage::of(map, &Hex, &value))?;
        // Values that all look alike lead to a poor story, and to no panic.
        let map: GoMap<u16, Box<str>, Known> =
            GoMap::with_source(0, Known::default(), Rand::from_seed(1), Dialect::LATEST);
        let mut told = Told::new(map, |map| MapImage::of(map, &|_: &u16, _: &mut String| (), &value));
        for op in &ops {
            told.tell(|m| match op {
                Op::Insert(key, value) => drop(m.insert(*key, text(*value))),
                Op::Remove(key) => drop(m.remove(key)),
                Op::Clear => m.clear(),
                Op::Iter => drop(m.iter()),
            });
        }
    }
}
