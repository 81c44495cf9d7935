//! Arbitrary operations on a map, with up to four cursors alive, against a model.

use crate::Reference;
use crate::types::{Clash, Elem, Key, Release, Types, with_types};
use crate::world::World;
use arbitrary::Arbitrary;

/// Operations of one run. Beyond, a run takes longer and meets nothing new.
const LONGEST: usize = 256;

/// A map, and what is done to it.
#[derive(Arbitrary, Debug)]
pub struct Input {
    types: Types,
    release: Release,
    clash: Clash,
    hint: u8,
    seed: u64,
    ops: Vec<Op>,
    /// Whether the map is dropped before its cursors.
    map_first: bool,
}

/// An operation; a `u8` is a key, or modulo four a cursor.
#[derive(Arbitrary, Debug)]
enum Op {
    Insert(u8),
    InsertMany(u8, u8),
    Remove(u8),
    RemoveMany(u8, u8),
    /// Fills and empties a range of keys, until a growth begins.
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

/// Every operation's result is the model's, and every invariant of the map holds after it.
///
/// # Panics
/// If not.
pub fn check(input: &Input, reference: Reference) {
    with_types!(input.types, run(input, reference));
}

fn run<K: Key, V: Elem>(input: &Input, reference: Reference) {
    let dialect = input.release.dialect();
    let mut world = World::<K, V>::new(input.hint, &input.clash, input.seed, dialect, reference);
    for op in input.ops.iter().take(LONGEST) {
        apply(&mut world, op);
        world.audit();
    }
    world.end(input.map_first);
}

fn apply<K: Key, V: Elem>(world: &mut World<K, V>, op: &Op) {
    match *op {
        Op::Insert(key) => world.insert(key),
        Op::InsertMany(first, last) => (first..=last).for_each(|key| world.insert(key)),
        Op::Remove(key) => world.remove(key),
        Op::RemoveMany(first, last) => (first..=last).for_each(|key| world.remove(key)),
        Op::Churn(key) => world.churn(key),
        Op::Get(key) => {
            let key = K::new(key);
            let ours = world.map.get(&key).map(V::write);
            assert_eq!(ours, world.model.get(key.id()));
        }
        Op::GetMut(key) => {
            let key = K::new(key);
            if let Some(value) = world.map.get_mut(&key) {
                assert_eq!(Some(value.write()), world.model.get(key.id()));
                *value = V::new(world.model.insert(key.id()));
            } else {
                assert_eq!(world.model.get(key.id()), None);
            }
        }
        Op::Clear => world.clear(),
        Op::Iter => world.walk_all(),
        Op::Range(cursor) => world.begin(cursor),
        Op::Next(cursor) => drop(world.next(cursor, 1)),
        Op::NextMany(cursor, steps) => drop(world.next(cursor, usize::from(steps))),
        Op::Clone(from, to) => world.copy(from, to),
        Op::Drop(cursor) => world.forget(cursor),
    }
}
