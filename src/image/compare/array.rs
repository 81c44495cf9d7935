//! A bucket array of an image, by chain, and what evacuation has put into it since.

use super::Place;
use crate::image::{BucketImage, BucketName, Cell, MapImage, SlotState};
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

/// A slot and what it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slot<'a> {
    pub(super) state: SlotState,
    pub(super) key: Cell<'a>,
    pub(super) elem: Cell<'a>,
}

impl Slot<'_> {
    /// A slot of a bucket that is not there yet.
    const NONE: Self =
        Self { state: SlotState::EmptyRest, key: Cell::Unknown, elem: Cell::Unknown };

    pub(super) fn is_full(self) -> bool {
        matches!(self.state, SlotState::Full(_))
    }
}

/// An array. Its slots are numbered through each chain: slot 9 is slot 1 of the second bucket.
#[derive(Clone, Default)]
pub(super) struct Array<'a> {
    chains: Vec<&'a [BucketImage]>,
    /// What evacuation has put into chains that were empty: each chain's slots from its first on.
    arrived: BTreeMap<usize, Vec<Slot<'a>>>,
}

impl<'a> Array<'a> {
    /// The present array.
    pub(super) fn present(image: &'a MapImage) -> Self {
        Self { chains: image.chains().collect(), arrived: BTreeMap::new() }
    }

    /// The old array.
    pub(super) fn old(image: &'a MapImage) -> Self {
        Self { chains: image.old_chains().collect(), arrived: BTreeMap::new() }
    }

    /// How many chains the image shows.
    pub(super) fn chains(&self) -> usize {
        self.chains.len()
    }

    /// The buckets of a chain as the image shows them; none of a new array's.
    pub(super) fn chain(&self, head: usize) -> &'a [BucketImage] {
        self.chains.get(head).copied().unwrap_or_default()
    }

    /// How many buckets a chain has, with those that evacuation has chained on.
    pub(super) fn buckets(&self, head: usize) -> usize {
        self.chain(head).len().max(self.arrivals(head).div_ceil(8)).max(1)
    }

    /// How many entries evacuation has put into a chain.
    pub(super) fn arrivals(&self, head: usize) -> usize {
        self.arrived.get(&head).map_or(0, Vec::len)
    }

    pub(super) fn arrive(&mut self, head: usize, slot: Slot<'a>) {
        self.arrived.entry(head).or_default().push(slot);
    }

    pub(super) fn slot(&self, head: usize, at: usize) -> Slot<'a> {
        if let Some(&slot) = self.arrived.get(&head).and_then(|slots| slots.get(at)) {
            return slot;
        }
        let Some(bucket) = self.chain(head).get(at / 8) else { return Slot::NONE };
        let lane = at % 8;
        Slot {
            state: SlotState::of(bucket.tophash[lane]),
            key: bucket.key(lane),
            elem: bucket.elem(lane),
        }
    }

    /// The slots of a chain.
    pub(super) fn slots(&self, head: usize) -> impl Iterator<Item = Slot<'a>> {
        (0..8 * self.buckets(head)).map(move |at| self.slot(head, at))
    }

    pub(super) fn evacuated(&self, head: usize) -> bool {
        use SlotState::{EvacuatedEmpty, EvacuatedX, EvacuatedY};
        matches!(self.slot(head, 0).state, EvacuatedX | EvacuatedY | EvacuatedEmpty)
    }

    pub(super) fn name(&self, head: usize, bucket: usize) -> Option<BucketName> {
        Some(self.chain(head).get(bucket)?.name)
    }

    pub(super) fn place(&self, head: usize, at: usize) -> Option<Place> {
        Some(Place { bucket: self.name(head, at / 8)?, slot: at % 8 })
    }
}
