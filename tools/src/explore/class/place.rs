//! Where the key of an operation stands, or its cursor.

use super::{After, Array, Bucket, Cursors, Operation, Place, Room, Stand};
use crate::explore::keys::{self, Keys};
use crate::explore::op::Op;
use crate::explore::state::State;
use tophash::Age;
use tophash::image::{BucketImage, Cells, CursorImage, MapImage, ReachName};

const EMPTY_REST: u8 = 0;
const EMPTY_ONE: u8 = 1;
const MIN_TOP_HASH: u8 = 5;

/// The chain of `buckets` at `index`: a listing has each chain's buckets one after another.
pub(super) fn chain(buckets: &[BucketImage], index: usize) -> &[BucketImage] {
    let mut rest = buckets;
    for skipped in 0.. {
        let Some(end) = rest.iter().position(|bucket| bucket.overflow.is_none()) else {
            return &[];
        };
        if skipped == index {
            return &rest[..=end];
        }
        rest = &rest[end + 1..];
    }
    &[]
}

/// Old chains that have been evacuated.
pub(super) fn evacuated(map: &MapImage) -> usize {
    map.old_chains().filter(|chain| chain[0].evacuated()).count()
}

/// The chain that a hash leads to, and the array that it is in.
pub(super) fn chain_of(map: &MapImage, hash: u64) -> (Array, &[BucketImage]) {
    if map.old_regular > 0 {
        let old = chain(&map.old_buckets, hash as usize & (map.old_regular - 1));
        if !old[0].evacuated() {
            return (Array::Old, old);
        }
    }
    let array = if map.old_regular > 0 { Array::New } else { Array::Only };
    (array, chain(&map.buckets, hash as usize & ((1 << map.b) - 1)))
}

/// The key of a full slot.
fn key_at(bucket: &BucketImage, lane: usize) -> Option<u64> {
    if bucket.tophash[lane] < MIN_TOP_HASH {
        return None;
    }
    let Cells::Memory(bytes) = &bucket.keys else { unreachable!("keys are shown as memory") };
    let (keys, _) = bytes.as_chunks::<8>();
    Some(u64::from_le_bytes(keys[lane]))
}

/// The keys in the slots of the chain that a hash leads to, by their numbers.
pub(in crate::explore) fn entries_of_chain(state: &State, hash: u64) -> Vec<Option<u8>> {
    let (_, chain) = chain_of(&state.map, hash);
    let slots = chain.iter().flat_map(|bucket| (0..8).map(move |lane| key_at(bucket, lane)));
    slots.map(|key| key.map(keys::number)).collect()
}

/// Which bucket of the chain has the key, and in which slot.
pub(super) fn find(chain: &[BucketImage], key: u64) -> Option<(usize, usize)> {
    let mut slots = chain.iter().enumerate().flat_map(|(n, b)| (0..8).map(move |i| (n, b, i)));
    slots.find_map(|(number, bucket, lane)| {
        (key_at(bucket, lane) == Some(key)).then_some((number, lane))
    })
}

/// The tophash of the slot behind, if there is one.
fn behind(chain: &[BucketImage], number: usize, lane: usize) -> Option<u8> {
    match lane {
        7 => chain.get(number + 1).map(|next| next.tophash[0]),
        _ => Some(chain[number].tophash[lane + 1]),
    }
}

fn slot(array: Array, chain: &[BucketImage], number: usize, lane: usize) -> Place {
    let bucket = match number {
        0 => Bucket::First,
        _ if number + 1 == chain.len() => Bucket::Last,
        _ => Bucket::Middle,
    };
    let after = match behind(chain, number, lane) {
        None => After::End,
        Some(EMPTY_REST) => After::Rest,
        Some(EMPTY_ONE) => After::One,
        Some(_) => After::Full,
    };
    Place::Slot(array, bucket, after)
}

fn gap(array: Array, chain: &[BucketImage]) -> Place {
    let tops = || chain.iter().flat_map(|bucket| bucket.tophash);
    let room = match tops().find(|&top| top <= EMPTY_ONE) {
        _ if chain.is_empty() => Room::NoArray,
        Some(EMPTY_REST) => Room::Rest,
        Some(_) => Room::One,
        None => Room::Full,
    };
    Place::Gap(array, room)
}

/// What `op` is in this state, and where.
pub(super) fn of(state: &State, op: Op, keys: &Keys) -> Option<(Operation, Place)> {
    let map = &state.map;
    let keyed = |number: u8, there: Operation, absent: Operation| {
        let key = keys.key(number);
        let (array, chain) = chain_of(map, keys::hash(key, map.hash0));
        Some(match find(chain, key) {
            Some((bucket, lane)) => (there, slot(array, chain, bucket, lane)),
            None => (absent, gap(array, chain)),
        })
    };
    match op {
        Op::Assign(key) => keyed(key, Operation::Update, Operation::Insert),
        Op::Delete(key) if map.count == 1 => {
            let (operation, place) = keyed(key, Operation::Empty, Operation::DeleteAbsent)?;
            Some(match place {
                Place::Slot(array, ..) => (operation, Place::Only(array)),
                absent => (operation, absent),
            })
        }
        Op::Delete(key) => keyed(key, Operation::Delete, Operation::DeleteAbsent),
        Op::Access(key) => keyed(key, Operation::Hit, Operation::Miss),
        Op::Clear => Some((Operation::Clear, Place::Nowhere)),
        Op::Begin { .. } if map.count == 0 => Some((Operation::Begin, Place::Nothing)),
        Op::Begin { start, .. } => {
            let (array, _) = chain_of(map, u64::from(start));
            Some((Operation::Begin, Place::Start(array)))
        }
        Op::Next(number) => {
            let cursor = state.cursors.cursors[usize::from(number)]?;
            Some((Operation::Next, Place::Stand(stand(state, &cursor))))
        }
        Op::Forget(_) => None,
    }
}

/// Where a cursor stands.
pub(super) fn stand(state: &State, cursor: &CursorImage) -> Stand {
    let Some(at) = cursor.at else { unreachable!("it has met an entry, and not ended") };
    let is_in = |buckets: &[BucketImage]| buckets.iter().any(|b| ReachName::Map(b.name) == at);
    match at {
        _ if is_in(&state.map.buckets) => Stand::Present,
        _ if is_in(&state.map.old_buckets) => Stand::Old,
        _ => Stand::Left,
    }
}

/// The tophash of the slot from which a cursor took its last entry.
pub(super) fn tophash_at(state: &State, cursor: &CursorImage) -> Option<u8> {
    let at = cursor.at?;
    let lane = usize::from(cursor.passed.checked_sub(1)? + cursor.offset) % 8;
    let State { map, cursors } = state;
    let own = map.buckets.iter().chain(&map.old_buckets);
    let own = own.map(|bucket| (ReachName::Map(bucket.name), bucket.tophash));
    let left = cursors.left.iter().flat_map(|array| &array.buckets);
    let kept = left.chain(&cursors.copies).chain(&cursors.loose);
    let kept = kept.map(|bucket| (bucket.name, bucket.tophash));
    own.chain(kept).find_map(|(name, tops)| (name == at).then_some(tops[lane]))
}

/// Where cursors are, for `op`.
pub(super) fn cursors(state: &State, op: Op, keys: &Keys) -> Cursors {
    let relation = |cursor: &CursorImage| match cursor.over {
        Age::Present => Cursors::Begun,
        Age::Old | Age::Left => Cursors::Older,
    };
    let all = state.cursors.cursors.iter().enumerate();
    let map = &state.map;
    let (hash, besides) = match op {
        Op::Next(number) => {
            let cursor = &state.cursors.cursors[usize::from(number)];
            return cursor.as_ref().map_or(Cursors::None, relation);
        }
        Op::Assign(key) | Op::Delete(key) | Op::Access(key) => {
            (Some(keys::hash(keys.key(key), map.hash0)), None)
        }
        Op::Begin { cursor, start, .. } => (Some(u64::from(start)), Some(usize::from(cursor))),
        Op::Clear | Op::Forget(_) => (None, None),
    };
    let chain = hash.map_or(&[][..], |hash| chain_of(map, hash).1);
    let of = |cursor: &CursorImage| {
        let here = chain.iter().any(|bucket| Some(ReachName::Map(bucket.name)) == cursor.at);
        if here { Cursors::Here } else { relation(cursor) }
    };
    let others = all.filter(|&(number, _)| Some(number) != besides);
    others.filter_map(|(_, cursor)| cursor.as_ref()).map(of).min().unwrap_or(Cursors::None)
}
