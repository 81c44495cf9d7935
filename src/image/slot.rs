//! The states of a bucket's slots, as their tophash bytes tell them.

use super::{BucketImage, MapImage};
use tophash_arch::{
    EMPTY_ONE, EMPTY_REST, EVACUATED_EMPTY, EVACUATED_X, EVACUATED_Y, MIN_TOP_HASH,
};

/// The state of one slot. Go: runtime/map.go, the constants from emptyRest to minTopHash, 1.22.
///
/// ```
/// use tophash::image::SlotState;
///
/// assert_eq!(SlotState::of(0), SlotState::EmptyRest);
/// assert_eq!(SlotState::of(0x9c), SlotState::Full(0x9c));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SlotState {
    /// Empty, and so is every slot behind it in its chain (0).
    EmptyRest,
    /// Empty, but a slot behind it may not be (1): what a delete leaves.
    EmptyOne,
    /// The entry has moved to the new array's bucket of the same index (2).
    EvacuatedX,
    /// The entry has moved to the upper half of the new array (3).
    EvacuatedY,
    /// Was empty when its chain was evacuated (4).
    EvacuatedEmpty,
    /// Holds an entry, of whose hash this is the top byte (5 to 255; a lower byte has 5 added).
    Full(u8),
}

impl SlotState {
    /// The state that a tophash byte says.
    pub const fn of(tophash: u8) -> Self {
        match tophash {
            EMPTY_REST => Self::EmptyRest,
            EMPTY_ONE => Self::EmptyOne,
            EVACUATED_X => Self::EvacuatedX,
            EVACUATED_Y => Self::EvacuatedY,
            EVACUATED_EMPTY => Self::EvacuatedEmpty,
            MIN_TOP_HASH.. => Self::Full(tophash),
        }
    }
}

impl BucketImage {
    /// The states of the eight slots.
    pub fn slots(&self) -> [SlotState; 8] {
        self.tophash.map(SlotState::of)
    }

    /// Whether the chain that this bucket heads has been evacuated. It is told by the first slot;
    /// overflow buckets have no say.
    pub fn evacuated(&self) -> bool {
        matches!(
            SlotState::of(self.tophash[0]),
            SlotState::EvacuatedX | SlotState::EvacuatedY | SlotState::EvacuatedEmpty
        )
    }
}

impl MapImage {
    /// The chains of the present array: chain i is regular bucket i and its overflow buckets.
    ///
    /// ```
    /// use tophash::GoMap;
    /// use tophash::image::{Hex, MapImage};
    ///
    /// let mut map: GoMap<u32, u32> = GoMap::with_capacity(100);
    /// map.insert(1, 1);
    /// let image = MapImage::of(&map, &Hex, &Hex);
    /// assert_eq!(image.chains().count(), image.regular);
    /// ```
    pub fn chains(&self) -> impl Iterator<Item = &[BucketImage]> {
        chains(&self.buckets)
    }

    /// The chains of the old array; none unless the map is growing.
    pub fn old_chains(&self) -> impl Iterator<Item = &[BucketImage]> {
        chains(&self.old_buckets)
    }
}

/// A listing has each chain's buckets one after another.
fn chains(buckets: &[BucketImage]) -> impl Iterator<Item = &[BucketImage]> {
    buckets.chunk_by(|bucket, _| bucket.overflow.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_one_state() {
        let states = [0, 1, 2, 3, 4].map(SlotState::of);
        assert!(states.is_sorted() && states.windows(2).all(|pair| pair[0] != pair[1]));
        assert!((5..=255).all(|byte| SlotState::of(byte) == SlotState::Full(byte)));
    }
}
