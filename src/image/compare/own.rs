//! What an operation did beside the growths' part.

use super::array::{Array, Slot};
use super::evacuation::chained;
use super::{SlotChange, SlotEvent, Step};
use crate::image::SlotState;
use alloc::vec::Vec;

/// The changes of the present array that no growth explains.
#[derive(Default)]
pub(super) struct Own {
    pub(super) steps: Vec<Step>,
    pub(super) slots: Vec<SlotChange>,
    /// The chains that entries were stored in or removed from.
    touched: Vec<usize>,
}

impl Own {
    /// The chain that the operation used, if the images show it.
    pub(super) fn chain(&self) -> Option<usize> {
        let (&first, rest) = self.touched.split_first()?;
        rest.iter().all(|&chain| chain == first).then_some(first)
    }
}

/// Compares the array as it was before the operation's own part with that of the image after.
pub(super) fn compare(before: &Array<'_>, after: &Array<'_>) -> Own {
    let mut own = Own::default();
    for head in 0..after.chains() {
        if before.arrivals(head) == 0 && before.chain(head) == after.chain(head) {
            continue;
        }
        for bucket in before.buckets(head)..after.buckets(head) {
            own.steps.extend(chained(after, head, bucket));
        }
        own.chain_slots(head, before, after);
    }
    own
}

impl Own {
    fn chain_slots(&mut self, head: usize, before: &Array<'_>, after: &Array<'_>) {
        // The slots that a removal turned from emptyOne to emptyRest.
        let mut rested = Vec::new();
        let mut removed = None;
        for (at, now) in after.slots(head).enumerate() {
            let was = before.slot(head, at);
            let Some(event) = event(was, now) else { continue };
            let Some(place) = after.place(head, at) else { continue };
            self.slots.push(SlotChange { at: place, event });
            let step = match event {
                SlotEvent::Rested => {
                    rested.push(at);
                    continue;
                }
                SlotEvent::Inserted => Step::Inserted(place),
                SlotEvent::Overwritten => Step::Overwrote {
                    at: place,
                    key: was.key != now.key,
                    elem: was.elem != now.elem,
                },
                _ => {
                    removed = Some(at);
                    Step::Removed { at: place, rest: now.state == SlotState::EmptyRest }
                }
            };
            self.steps.push(step);
            self.touched.push(head);
        }
        if let Some(&first) = rested.first()
            && let Some(back_to) = after.place(head, first)
        {
            let links = (removed.unwrap_or(first) / 8).saturating_sub(first / 8);
            self.steps.push(Step::Carried { slots: rested.len(), links, back_to });
        }
    }
}

/// What happened to one slot. That a NaN's tophash is drawn anew when it moves is no event.
fn event(was: Slot<'_>, now: Slot<'_>) -> Option<SlotEvent> {
    match (was.is_full(), now.is_full()) {
        (false, true) => Some(SlotEvent::Inserted),
        (true, false) => Some(SlotEvent::Removed),
        (true, true) => {
            (was.key != now.key || was.elem != now.elem).then_some(SlotEvent::Overwritten)
        }
        (false, false) => (was.state == SlotState::EmptyOne && now.state == SlotState::EmptyRest)
            .then_some(SlotEvent::Rested),
    }
}
