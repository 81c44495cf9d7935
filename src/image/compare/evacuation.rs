//! What the growths between two images did, gone through once more.

use super::array::{Array, Slot};
use super::{SlotChange, SlotEvent, Step};
use crate::hmap::Growing;
use crate::image::{BucketImage, Cell, MapImage, SlotState};
use alloc::vec::Vec;

/// One operation's part in one growth.
#[derive(Clone, Copy, Debug)]
pub(super) struct Phase {
    pub(super) growing: Growing,
    /// Regular buckets of the old array.
    pub(super) old: usize,
    /// Whether the growth begins in it.
    pub(super) begins: bool,
    /// Whether the growth ends in it, so that no image shows its old array afterwards.
    pub(super) ends: bool,
}

impl Phase {
    /// The growths that lie between two images, at most the end of one and the beginning of the
    /// next; `None` if a single operation cannot lead from one to the other.
    pub(super) fn between(before: &MapImage, after: &MapImage) -> Option<Vec<Self>> {
        let (old, present) = (before.old_regular, before.regular);
        let goes_on = Self { growing: before.growing, old, begins: false, ends: false };
        let ending = Self { ends: true, ..goes_on };
        let new = Self { growing: after.growing, old: present, begins: true, ends: false };
        let begun = |growing| {
            before.b + u8::from(growing == Growing::Double) == after.b
                && after.old_regular == present
                && present.is_power_of_two()
        };
        Some(match (before.growing, after.growing) {
            (Growing::No, Growing::No) if before.b == after.b => {
                // A growth of so few buckets ends in the operation that begins it. Nothing else
                // lowers the counter, and what was too many is fewer afterwards.
                let regrown = after.b <= 1 && after.noverflow < before.noverflow;
                let growth = Self { growing: Growing::Same, ends: true, ..new };
                if regrown { Vec::from([growth]) } else { Vec::new() }
            }
            (Growing::No, Growing::No) if before.b + 1 == after.b && matches!(present, 1 | 2) => {
                Vec::from([Self { growing: Growing::Double, ends: true, ..new }])
            }
            (Growing::No, growing) if growing != Growing::No && begun(growing) => Vec::from([new]),
            (_, Growing::No) if before.b == after.b => Vec::from([ending]),
            (_, growing) if growing != Growing::No && is_same_growth(before, after) => {
                Vec::from([goes_on])
            }
            (_, growing) if growing != Growing::No && begun(growing) => Vec::from([ending, new]),
            _ => return None,
        })
        .filter(|phases| phases.iter().all(|phase| phase.old.is_power_of_two()))
    }

    /// Regular buckets of the new array.
    pub(super) fn target(&self) -> usize {
        if self.growing == Growing::Double { 2 * self.old } else { self.old }
    }
}

/// Whether the growth of `after` is that of `before`: a chain that was evacuated stays so.
fn is_same_growth(before: &MapImage, after: &MapImage) -> bool {
    let stays = |(before, after): (&[_], &[_])| {
        let evacuated = |chain: &[BucketImage]| chain.first().is_some_and(BucketImage::evacuated);
        !evacuated(before) || evacuated(after)
    };
    before.growing == after.growing
        && before.b == after.b
        && before.old_regular == after.old_regular
        && before.nevacuate <= after.nevacuate
        && before.old_chains().zip(after.old_chains()).all(stays)
}

/// What all growths came to.
pub(super) struct Evacuated<'a> {
    /// The present array as it was when the growths' part was over.
    pub(super) array: Array<'a>,
    /// For each phase, the chains that were moved, by number.
    pub(super) moves: Vec<Vec<Move>>,
    /// The slots that were left, and those that were filled.
    pub(super) slots: Vec<SlotChange>,
}

/// One old chain that was moved.
pub(super) struct Move {
    pub(super) old: usize,
    /// Whether it had the entry that the operation removed.
    pub(super) lost: bool,
    pub(super) steps: Vec<Step>,
}

/// Goes through the growths' part again.
pub(super) fn replay<'a>(
    before: &'a MapImage,
    after: &'a MapImage,
    phases: &[Phase],
) -> Evacuated<'a> {
    let (mut old, mut array) = (Array::old(before), Array::present(before));
    let shown = Shown { old: Array::old(after), present: Array::present(after) };
    let mut evacuated = Evacuated { array: Array::default(), moves: Vec::new(), slots: Vec::new() };
    for (index, &phase) in phases.iter().enumerate() {
        if phase.begins {
            old = core::mem::take(&mut array);
        }
        let last = index + 1 == phases.len();
        let growth = Growth {
            phase,
            old: &old,
            shown: &shown,
            target: if last { &shown.present } else { &shown.old },
            removed: after.count < before.count,
        };
        let moved =
            |&head: &usize| !old.evacuated(head) && (phase.ends || shown.old.evacuated(head));
        let moves = (0..phase.old).filter(moved);
        evacuated.moves.push(
            moves.map(|head| growth.evacuate(head, &mut array, &mut evacuated.slots)).collect(),
        );
    }
    evacuated.array = array;
    evacuated
}

/// The arrays of the image after.
struct Shown<'a> {
    old: Array<'a>,
    present: Array<'a>,
}

impl Shown<'_> {
    /// Whether an entry with this key lies in a chain that `head`, of an array of `size` chains,
    /// has since become: a growth keeps the lower bits of a chain's number.
    fn holds(&self, head: usize, size: usize, slot: Slot<'_>) -> bool {
        let of = |array: &Array<'_>| {
            (head..array.chains())
                .step_by(size)
                .any(|head| array.slots(head).any(|other| other.is_full() && other.key == slot.key))
        };
        of(&self.present) || of(&self.old)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    X,
    Y,
}

/// One growth, while its chains are moved.
struct Growth<'a, 'b> {
    phase: Phase,
    /// The array that it leaves, as it was before.
    old: &'b Array<'a>,
    shown: &'b Shown<'a>,
    /// Where the image after shows the array that it fills.
    target: &'b Array<'a>,
    /// Whether the operation removed an entry.
    removed: bool,
}

impl<'a> Growth<'a, '_> {
    /// Moves one chain into `array`.
    fn evacuate(&self, head: usize, array: &mut Array<'a>, slots: &mut Vec<SlotChange>) -> Move {
        let (mut counts, mut gone) = ([0, 0], 0);
        let heads = [head, head + self.phase.old];
        let had = heads.map(|head| array.buckets(head));
        for (at, slot) in self.old.slots(head).enumerate() {
            if !self.phase.ends {
                let at = self.shown.old.place(head, at);
                slots.extend(at.map(|at| SlotChange { at, event: SlotEvent::Evacuated }));
            }
            if !slot.is_full() {
                continue;
            }
            let Some(half) = self.half(head, at, slot, array) else {
                gone += 1;
                continue;
            };
            let to = heads[half as usize];
            let place = self.target.place(to, array.arrivals(to));
            slots.extend(place.map(|at| SlotChange { at, event: SlotEvent::Arrived }));
            array.arrive(to, slot);
            counts[half as usize] += 1;
        }
        let unlinked = if self.phase.ends {
            0
        } else {
            self.old.buckets(head).saturating_sub(self.shown.old.buckets(head))
        };
        let [to_x, to_y] = counts;
        let mut steps = Vec::from([Step::Evacuated { old: head, to_x, to_y, gone, unlinked }]);
        for (head, had) in heads.into_iter().zip(had) {
            for bucket in had..array.buckets(head) {
                steps.extend(chained(self.target, head, bucket));
            }
        }
        Move { old: head, lost: gone > 0, steps }
    }

    /// Where an entry went. What remains of it in the old array says so, if the image after shows
    /// it; else one looks for it where it may be. `None` if it has been removed since, the last of
    /// its chain, and nothing tells from which half.
    fn half(&self, head: usize, at: usize, slot: Slot<'_>, array: &Array<'_>) -> Option<Half> {
        if self.phase.growing != Growing::Double {
            return Some(Half::X);
        }
        if !self.phase.ends {
            match self.shown.old.slot(head, at).state {
                SlotState::EvacuatedX => return Some(Half::X),
                SlotState::EvacuatedY => return Some(Half::Y),
                _ => {}
            }
        }
        let heads = [head, head + self.phase.old];
        let size = self.phase.target();
        if let found @ Some(_) = one_of(heads.map(|head| self.shown.holds(head, size, slot))) {
            return found;
        }
        // Evacuation fills chains in order: these are the two slots that the entry may have got.
        let at = heads.map(|head| (head, array.arrivals(head)));
        let new = at.map(|(head, at)| self.target.slot(head, at));
        // A key that is not equal to itself may lie in both halves.
        one_of(new.map(|new| new.is_full() && new.key == slot.key && new.elem == slot.elem))
            .or_else(|| one_of(new.map(|new| new.key == slot.key && new.key != Cell::Unknown)))
            .or_else(|| {
                if self.removed {
                    // It is gone from the middle of one half, or from the end of one.
                    one_of(at.map(|(head, at)| self.is_hole(head, at)))
                        .or_else(|| one_of(new.map(|new| !new.is_full())))
                } else {
                    // Its key was overwritten by an equal one of other bytes, as 0 by -0.
                    one_of(new.map(|new| new.state == slot.state))
                }
            })
    }

    /// Whether a slot is free though a later one of its chain is full.
    fn is_hole(&self, head: usize, at: usize) -> bool {
        let mut rest = self.target.slots(head).skip(at);
        rest.next().is_some_and(|slot| !slot.is_full()) && rest.any(Slot::is_full)
    }
}

/// The half that it is, if it is one of them only.
fn one_of([x, y]: [bool; 2]) -> Option<Half> {
    match (x, y) {
        (true, false) => Some(Half::X),
        (false, true) => Some(Half::Y),
        _ => None,
    }
}

/// The step that chained `bucket` of a chain onto the one before.
pub(super) fn chained(array: &Array<'_>, head: usize, bucket: usize) -> Option<Step> {
    let behind = array.name(head, bucket.checked_sub(1)?)?;
    Some(Step::Chained { bucket: array.name(head, bucket)?, behind })
}
