//! What is to be seen of a slot besides its state.

use crate::standing::Standing;
use std::collections::HashSet;
use tophash::image::{BucketImage, Changes, Place};

/// The slots that the operation changed, and those that iterators stand at.
#[derive(Debug, Default)]
pub(super) struct Marks {
    changed: HashSet<Place>,
    iterators: HashSet<Place>,
}

impl Marks {
    pub(super) fn of(changes: Option<&Changes>, iterators: &[(u64, Standing)]) -> Self {
        let changed = changes.iter().flat_map(|changes| &changes.slots).map(|slot| slot.at);
        let iterators = iterators.iter().filter_map(|(_, standing)| standing.place());
        Self { changed: changed.collect(), iterators: iterators.collect() }
    }

    pub(super) fn changed(&self, at: Place) -> bool {
        self.changed.contains(&at)
    }

    pub(super) fn iterator(&self, at: Place) -> bool {
        self.iterators.contains(&at)
    }
}

/// The eight slots of a bucket.
pub(super) fn places(bucket: &BucketImage) -> impl Iterator<Item = Place> {
    let bucket = bucket.name;
    (0..8).map(move |slot| Place { bucket, slot })
}
