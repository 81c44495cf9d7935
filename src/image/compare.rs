//! What an operation did to a map, told from the images before and after it.
//!
//! Two images name the same bucket differently once a growth has begun (b3 is o3 then) or a heap
//! bucket was listed earlier (h0 is h1 then). So buckets are not matched by name but by where they
//! are: array, chain, and place in the chain, which no operation changes. Then the comparison goes
//! through what Go may have done, in Go's order: it finishes the growth that is over, begins the
//! one that is new, moves the old chains that have been evacuated in between, and what still is
//! otherwise than in the image after is what the operation itself did.

mod array;
mod evacuation;
mod own;
mod sentence;

use super::{BucketName, Cells, MapImage, SlotState};
use crate::hmap::Growing;
use alloc::collections::BTreeSet;
use alloc::vec::Vec;
use array::Array;
use core::fmt;
use evacuation::Phase;

/// The bits of Go's flag byte but sameSizeGrow, which the kind of growth implies: iterator,
/// oldIterator, hashWriting. Go: runtime/map.go iterator to sameSizeGrow, 1.22.
const FLAGS: u8 = 1 | 2 | 4;

/// What one operation did to a map: the difference of two images.
///
/// Its `Display` is a sentence. Images that lie more than one operation apart are compared as well as
/// can be: nothing is told of a growth that began and ended in between.
///
/// ```
/// use tophash::GoMap;
/// use tophash::image::{Hex, MapImage};
///
/// let mut map: GoMap<u8, u8> = GoMap::new();
/// map.insert(1, 10);
/// let before = MapImage::of(&map, &Hex, &Hex);
/// map.insert(2, 20);
/// let changes = before.changes_to(&MapImage::of(&map, &Hex, &Hex));
/// assert_eq!(changes.to_string(), "inserted at b0[1]");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// What was done, in the order in which Go does it.
    pub steps: Vec<Step>,
    /// The slots that are otherwise than before, by their places in the image after.
    pub slots: Vec<SlotChange>,
}

/// A slot of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Its bucket.
    pub bucket: BucketName,
    /// Its number in the bucket, below 8.
    pub slot: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]", self.bucket, self.slot)
    }
}

/// One thing that was done.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// The map's first array was allocated.
    Allocated {
        /// Its regular buckets.
        buckets: usize,
    },
    /// A growth began.
    Began {
        /// To twice as many buckets, or to as many.
        growing: Growing,
        /// Regular buckets of the array that is left.
        from: usize,
        /// Regular buckets of the new one.
        to: usize,
    },
    /// A chain of the old array was moved.
    Evacuated {
        /// The chain's number.
        old: usize,
        /// Entries that went to the bucket of the same number.
        to_x: usize,
        /// Entries that went to the upper half.
        to_y: usize,
        /// Entries that were removed right after, so that no image shows to which half they went.
        gone: usize,
        /// Overflow buckets that were unlinked from it, so that the collector gets them.
        unlinked: usize,
    },
    /// The mark below which everything is evacuated moved here.
    Marked {
        /// Go's `nevacuate`.
        nevacuate: usize,
    },
    /// The growth ended: no old array is left.
    Ended,
    /// An overflow bucket was chained on.
    Chained {
        /// The bucket: a spare one if its name says that it is of the array.
        bucket: BucketName,
        /// The one that links to it.
        behind: BucketName,
    },
    /// An entry was stored in a free slot.
    Inserted(Place),
    /// An entry was overwritten.
    Overwrote {
        /// Where.
        at: Place,
        /// Whether the key's bytes changed.
        key: bool,
        /// Whether the elem's did.
        elem: bool,
    },
    /// An entry was removed.
    Removed {
        /// Where.
        at: Place,
        /// Whether nothing follows it: the slot is emptyRest, else emptyOne.
        rest: bool,
    },
    /// Slots that were emptyOne became emptyRest, since nothing follows them any more.
    Carried {
        /// How many.
        slots: usize,
        /// Over how many links of the chain, counted from the slot that was emptied.
        links: usize,
        /// The first of them.
        back_to: Place,
    },
    /// Everything was removed.
    Cleared {
        /// How many entries.
        entries: usize,
        /// The growth that was given up.
        growing: Growing,
    },
    /// A new seed was drawn.
    Seeded,
    /// Bits of Go's flag byte changed, those of iterators above all.
    Flagged {
        /// Bits that were set.
        set: u8,
        /// Bits that were cleared.
        cleared: u8,
    },
    /// Go's counter of overflow buckets is not what the buckets chained on make it.
    Counted {
        /// The counter.
        noverflow: u16,
    },
    /// The images are too far apart to tell.
    Unrelated,
}

/// A slot that is otherwise than before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlotChange {
    /// Which.
    pub at: Place,
    /// What happened.
    pub event: SlotEvent,
}

/// What happened to a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SlotEvent {
    /// An entry was stored.
    Inserted,
    /// Its entry was overwritten.
    Overwritten,
    /// Its entry was removed.
    Removed,
    /// It was emptyOne and is emptyRest.
    Rested,
    /// Evacuation put an entry here.
    Arrived,
    /// It is of a chain that was evacuated.
    Evacuated,
}

impl MapImage {
    /// What was done to the map of this image to make it that of `after`.
    ///
    /// Takes time in proportion to the map, as images do.
    pub fn changes_to(&self, after: &MapImage) -> Changes {
        let mut changes = Changes::default();
        if self == after {
            return changes;
        }
        if was_cleared(self, after) {
            changes.cleared(self, after);
        } else if let Some(phases) = Phase::between(self, after) {
            if self.regular == 0 && after.regular > 0 {
                changes.steps.push(Step::Allocated { buckets: after.regular });
            }
            changes.moved(self, after, &phases);
        } else {
            changes.steps.push(Step::Unrelated);
        }
        changes.header(self, after);
        changes
    }
}

/// Whether a clear is what happened. One that finds a single entry in a map that never grew leaves
/// what a delete of it leaves, and is told as one unless the key's bytes are gone.
fn was_cleared(before: &MapImage, after: &MapImage) -> bool {
    if before.count == 0 || after.count != 0 || before.b != after.b || !is_pristine(after) {
        return false;
    }
    // A delete of the last entry lowers neither of these, and leaves the bytes of keys.
    before.count > 1
        || before.growing != Growing::No
        || before.nevacuate != 0
        || before.noverflow != 0
        || before.buckets.iter().any(|bucket| has_bytes(&bucket.keys))
}

/// Whether the array is as it was allocated.
fn is_pristine(image: &MapImage) -> bool {
    image.growing == Growing::No
        && image.nevacuate == 0
        && image.noverflow == 0
        && image.buckets.iter().all(|bucket| {
            bucket.overflow.is_none()
                && bucket.slots().iter().all(|&state| state == SlotState::EmptyRest)
                && !has_bytes(&bucket.keys)
                && !has_bytes(&bucket.elems)
        })
}

/// Whether there is memory that is not zero.
fn has_bytes(cells: &Cells) -> bool {
    matches!(cells, Cells::Memory(bytes) if bytes.iter().any(|&byte| byte != 0))
}

impl Changes {
    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty() && self.slots.is_empty()
    }

    fn slot(&mut self, at: Option<Place>, event: SlotEvent) {
        self.slots.extend(at.map(|at| SlotChange { at, event }));
    }

    fn cleared(&mut self, before: &MapImage, after: &MapImage) {
        self.steps.push(Step::Cleared { entries: before.count, growing: before.growing });
        let (was, now) = (Array::present(before), Array::present(after));
        for head in 0..now.chains() {
            for at in 0..8 {
                if was.slot(head, at).is_full() {
                    self.slot(now.place(head, at), SlotEvent::Removed);
                }
            }
        }
    }

    /// The growths' part, then the operation's own.
    fn moved(&mut self, before: &MapImage, after: &MapImage, phases: &[Phase]) {
        let evacuated = evacuation::replay(before, after, phases);
        let own = own::compare(&evacuated.array, &Array::present(after));
        let chain = own.chain();
        for (phase, mut moves) in phases.iter().zip(evacuated.moves) {
            if phase.begins {
                let (from, to) = (phase.old, phase.target());
                self.steps.push(Step::Began { growing: phase.growing, from, to });
            }
            // The chain that the operation is about to use goes first, then the one at the mark.
            let used = chain.map(|chain| chain & (phase.old - 1));
            moves.sort_by_key(|moved| !(moved.lost || Some(moved.old) == used));
            self.steps.extend(moves.into_iter().flat_map(|moved| moved.steps));
            let mark = if phase.begins { 0 } else { before.nevacuate };
            if phase.ends {
                self.steps.push(Step::Ended);
            } else if mark != after.nevacuate {
                self.steps.push(Step::Marked { nevacuate: after.nevacuate });
            }
        }
        self.steps.extend(own.steps);
        self.slots.extend(evacuated.slots);
        // An entry that came here may be removed or overwritten at once: the last event counts.
        let own_places: BTreeSet<Place> = own.slots.iter().map(|own| own.at).collect();
        self.slots.retain(|slot| !own_places.contains(&slot.at));
        self.slots.extend(own.slots);
    }

    /// What changed in the header and is not implied by the steps so far.
    fn header(&mut self, before: &MapImage, after: &MapImage) {
        if before.hash0 != after.hash0 {
            self.steps.push(Step::Seeded);
        }
        let flips = (before.flags ^ after.flags) & FLAGS;
        if flips != 0 {
            let (set, cleared) = (flips & after.flags, flips & before.flags);
            self.steps.push(Step::Flagged { set, cleared });
        }
        let mut noverflow = usize::from(before.noverflow);
        for step in &self.steps {
            match step {
                Step::Began { .. } | Step::Cleared { .. } => noverflow = 0,
                // From 2^16 buckets on, coins decide what is counted.
                Step::Chained { .. } if after.b < 16 => noverflow += 1,
                _ => {}
            }
        }
        if usize::from(after.noverflow) != noverflow {
            self.steps.push(Step::Counted { noverflow: after.noverflow });
        }
    }
}
