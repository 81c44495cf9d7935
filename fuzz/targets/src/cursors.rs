//! Cursors, and all that can happen to a map under them.
//!
//! Operations are named by the moment that they bring about, such as the end of a growth, and by where
//! cursors stand, so that few bytes come to the rare ones.
//!
//! What Go promises of `range`: an entry that is there throughout is met exactly once, one that is
//! deleted before it was reached is not met, one that came meanwhile is met at most once. Where that
//! ends, as `Cursor` says: after the map was emptied, what came afterwards may be met twice.

use crate::Reference;
use crate::types::{Clash, Elem, Key, Release, Types, with_types};
use crate::world::World;
use arbitrary::Arbitrary;
use tophash::Growing;

/// Operations of one run.
const LONGEST: usize = 192;

/// A map of some entries, and what is done to it and to the cursors over it.
#[derive(Arbitrary, Debug)]
pub struct Input {
    types: Types,
    release: Release,
    clash: Clash,
    seed: u64,
    /// As many entries are there at the beginning.
    entries: u8,
    ops: Vec<Op>,
}

/// An operation. A `u8` is a key, a number, or modulo four a cursor.
#[derive(Arbitrary, Debug)]
enum Op {
    Range(u8),
    Clone(u8, u8),
    Drop(u8),
    Next(u8, u8),
    /// Steps to the end.
    Finish(u8),
    Insert(u8),
    Remove(u8),
    /// A step, and the entry that it met is removed.
    RemoveMet(u8),
    /// A step, and the entry that it met is removed and inserted again: another entry.
    RenewMet(u8),
    /// Hands the key out, by a step's entry.
    TakeMet(u8),
    /// Inserts what is absent until a doubling begins.
    Double,
    /// Inserts and removes until a growth to the same size begins, perhaps.
    Same(u8),
    /// As many removals of nothing: each does its share of a growth.
    Evacuate(u8),
    /// The same until the growth has ended.
    EndGrowth,
    /// Removes from this key on until so many are left.
    Thin(u8, u8),
    Clear,
    Retain(u8),
    Extract(u8),
    Drain(u8),
    Reserve(u8),
    Shrink,
}

/// Each cursor meets what Go promises, at every step.
///
/// # Panics
/// If not.
pub fn check(input: &Input, reference: Reference) {
    with_types!(input.types, run(input, reference));
}

fn run<K: Key, V: Elem>(input: &Input, reference: Reference) {
    let dialect = input.release.dialect();
    let mut world = World::<K, V>::new(0, &input.clash, input.seed, dialect, reference);
    (0..input.entries).for_each(|key| world.insert(key));
    for op in input.ops.iter().take(LONGEST) {
        apply(&mut world, op);
        world.audit();
    }
    world.end(false);
}

fn apply<K: Key, V: Elem>(world: &mut World<K, V>, op: &Op) {
    match *op {
        Op::Range(cursor) => world.begin(cursor),
        Op::Clone(from, to) => world.copy(from, to),
        Op::Drop(cursor) => world.forget(cursor),
        Op::Next(cursor, steps) => drop(world.next(cursor, usize::from(steps) % 16 + 1)),
        Op::Finish(cursor) => drop(world.next(cursor, usize::MAX)),
        Op::Insert(key) => world.insert(key),
        Op::Remove(key) => world.remove(key),
        Op::RemoveMet(cursor) => {
            if let Some(key) = world.next(cursor, 1) {
                world.remove(key);
            }
        }
        Op::RenewMet(cursor) => {
            if let Some(key) = world.next(cursor, 1) {
                world.remove(key);
                world.insert(key);
            }
        }
        Op::TakeMet(cursor) => {
            if let Some(key) = world.next(cursor, 1) {
                let (taken, value) = world.map.remove_entry(&K::new(key)).expect("it was met");
                let met = Some((Some(key), world.model.get(Some(key))));
                assert_eq!(Some((taken.id(), Some(value.write()))), met);
                world.model.remove(Some(key));
            }
        }
        Op::Double => {
            for key in 0..=u8::MAX {
                if world.map.header().growing() != Growing::No {
                    break;
                }
                if !world.has(key) {
                    world.insert(key);
                }
            }
        }
        Op::Same(key) => world.churn(key),
        Op::Evacuate(times) => evacuate(world, usize::from(times) % 16),
        Op::EndGrowth => evacuate(world, usize::MAX),
        Op::Thin(first, left) => {
            for key in first..=u8::MAX {
                if world.model.len() <= usize::from(left) {
                    break;
                }
                if world.has(key) {
                    world.remove(key);
                }
            }
        }
        Op::Clear => world.clear(),
        Op::Retain(n) => {
            let keep = |entry: u32| !entry.is_multiple_of(u32::from(n) % 8 + 1);
            world.map.retain(|_, value| keep(value.write().entry));
            world.model.retain(keep);
        }
        Op::Extract(n) => {
            let keep = |entry: u32| !entry.is_multiple_of(u32::from(n) % 8 + 1);
            let gone = world.map.extract_if(|_, value| !keep(value.write().entry)).count();
            let before = world.model.len();
            world.model.retain(keep);
            assert_eq!(gone, before - world.model.len());
        }
        Op::Drain(n) => {
            world.map.drain().take(n.into()).for_each(drop);
            world.model.clear();
        }
        // Few: room for more takes long to fill.
        Op::Reserve(n) => world.map.reserve(usize::from(n) % 64),
        Op::Shrink => world.map.shrink_to_fit(),
    }
}

/// Removes absent keys, `times` times or until no growth is under way.
fn evacuate<K: Key, V: Elem>(world: &mut World<K, V>, times: usize) {
    // A map with every key has none to remove in vain.
    let absent: Vec<u8> = (0..=u8::MAX).filter(|&key| !world.has(key)).collect();
    for &key in absent.iter().cycle().take(times.min(4 * usize::from(u8::MAX))) {
        if world.map.header().growing() == Growing::No {
            return;
        }
        world.remove(key);
    }
}
