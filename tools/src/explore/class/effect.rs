//! What an operation did, told from the states before and after it.

use super::place::{chain, chain_of, evacuated, find, stand, tophash_at};
use super::{Array, GrowthEffect, Moment, Operation, Place, SlotEffect};
use crate::explore::keys::{self, Keys};
use crate::explore::op::Op;
use crate::explore::state::State;
use tophash::Growing;
use tophash::image::{BucketImage, BucketName};

const EMPTY_REST: u8 = 0;
const EMPTY_ONE: u8 = 1;

/// What became of the slot.
pub(super) fn slot(
    moment: &Moment,
    before: &State,
    op: Op,
    after: &State,
    keys: &Keys,
) -> SlotEffect {
    let chain_before = |key| chain_of(&before.map, keys::hash(keys.key(key), before.map.hash0)).1;
    let chain_after = |key| chain_of(&after.map, keys::hash(keys.key(key), before.map.hash0)).1;
    match (moment.operation, op) {
        (Operation::Insert, Op::Assign(key)) => {
            // Chains that were moved meanwhile are new, and have no emptyOne.
            let growth = growth(moment, before, op, after, keys);
            let moved = growth.rebuilds() || moment.place_array() == Some(Array::Old);
            let old = if moved { &[][..] } else { chain_before(key) };
            if growth.is_whole() {
                return SlotEffect::Placed;
            }
            match inserted(old, chain_after(key), keys.key(key), moved) {
                SlotEffect::ChainedSpare if growth != GrowthEffect::None => SlotEffect::Chained,
                effect => effect,
            }
        }
        (Operation::Delete, Op::Delete(key)) => {
            let (old, new) = (chain_before(key), chain_after(key));
            if moment.place_array() == Some(Array::Old) {
                let ones = new.iter().flat_map(|b| b.tophash).any(|top| top == EMPTY_ONE);
                return if ones { SlotEffect::LeftOne } else { SlotEffect::LeftRest };
            }
            let at = find(old, keys.key(key)).unwrap_or_else(|| unreachable!("a delete of a key"));
            deleted(old, new, at)
        }
        (Operation::Begin | Operation::Next, Op::Begin { cursor, .. } | Op::Next(cursor)) => {
            match &after.cursors.cursors[usize::from(cursor)] {
                None => SlotEffect::Ended,
                Some(cursor) => {
                    let again = tophash_at(after, cursor).is_some_and(|top| top == 2 || top == 3);
                    SlotEffect::Met(stand(after, cursor), again)
                }
            }
        }
        _ => SlotEffect::None,
    }
}

fn inserted(old: &[BucketImage], new: &[BucketImage], key: u64, moved: bool) -> SlotEffect {
    let Some((number, lane)) = find(new, key) else { return SlotEffect::None };
    let chained = match moved {
        // Evacuation fills buckets before it chains another: an entry at the beginning of the last
        // one came when there was no room.
        true => number > 0 && number + 1 == new.len() && lane == 0,
        false => new.len() > old.len() && !old.is_empty(),
    };
    match (chained, new[number].name) {
        (true, BucketName::Array(_)) => SlotEffect::ChainedSpare,
        (true, _) => SlotEffect::Chained,
        (false, _) => match old.get(number).map(|bucket| bucket.tophash[lane]) {
            Some(EMPTY_ONE) => SlotEffect::TookOne,
            _ => SlotEffect::TookRest,
        },
    }
}

fn deleted(old: &[BucketImage], new: &[BucketImage], (number, lane): (usize, usize)) -> SlotEffect {
    if new[number].tophash[lane] == EMPTY_ONE {
        return SlotEffect::LeftOne;
    }
    let became_rest = |number: usize, lane: usize| {
        old[number].tophash[lane] == EMPTY_ONE && new[number].tophash[lane] == EMPTY_REST
    };
    if number > 0 && became_rest(number - 1, 7) {
        return SlotEffect::CarriedAcross;
    }
    match lane > 0 && became_rest(number, lane - 1) {
        true => SlotEffect::Carried,
        false => SlotEffect::LeftRest,
    }
}

/// Whether a growth began, and is still under way.
fn began(before: &State, after: &State) -> bool {
    after.map.growing != Growing::No
        && (before.map.growing != after.map.growing
            || before.map.b != after.map.b
            || evacuated(&after.map) < evacuated(&before.map))
}

/// What became of the arrays.
pub(super) fn growth(
    moment: &Moment,
    before: &State,
    op: Op,
    after: &State,
    keys: &Keys,
) -> GrowthEffect {
    let (growing, still) = (before.map.growing, after.map.growing);
    let assigned = moment.operation == Operation::Insert;
    match (growing != Growing::No, still) {
        (false, Growing::No) if before.map.b != after.map.b => GrowthEffect::DoubledAtOnce,
        (false, Growing::No) if assigned && after.map.noverflow < before.map.noverflow => {
            GrowthEffect::SamedAtOnce
        }
        (false, Growing::No) => GrowthEffect::None,
        (false, Growing::Double) => GrowthEffect::BeganDouble,
        (false, Growing::Same) => GrowthEffect::BeganSame,
        (true, Growing::No) => GrowthEffect::Ended,
        (true, Growing::Double) if began(before, after) => GrowthEffect::EndedBeganDouble,
        (true, Growing::Same) if began(before, after) => GrowthEffect::EndedBeganSame,
        (true, _) => moved(moment, before, op, after, keys),
    }
}

fn moved(moment: &Moment, before: &State, op: Op, after: &State, keys: &Keys) -> GrowthEffect {
    if evacuated(&after.map) == evacuated(&before.map) {
        return GrowthEffect::None;
    }
    let (Some(Array::Old), Op::Assign(key) | Op::Delete(key)) = (moment.place_array(), op) else {
        return GrowthEffect::Moved;
    };
    let hash = keys::hash(keys.key(key), before.map.hash0);
    let index = hash as usize & (before.map.old_regular - 1);
    let links = |state: &State| chain(&state.map.old_buckets, index).len();
    if links(after) < links(before) { GrowthEffect::Cut } else { GrowthEffect::Moved }
}

impl Moment {
    pub(super) fn place_array(&self) -> Option<Array> {
        match self.place {
            Place::Slot(array, ..)
            | Place::Only(array)
            | Place::Gap(array, _)
            | Place::Start(array) => Some(array),
            Place::Nothing | Place::Stand(_) | Place::Nowhere => None,
        }
    }
}
