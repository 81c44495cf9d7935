//! Where iterators stand, by the names of an image.

use std::fmt;
use tophash::image::{BucketImage, MapImage, Place};
use tophash::{Age, Position, Stand};

/// Where an iterator stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// At the slot from which it took its last entry. An evacuated one has led it to where the
    /// entry is now.
    At(Place),
    /// In an array that the map has left.
    Left,
    /// In an overflow bucket that is no longer linked: its chain was evacuated or cleared.
    Unlinked {
        /// The index of the bucket that it enters next.
        next: usize,
    },
    /// At its end, though the recording goes on with it.
    Ended,
}

impl Standing {
    /// What a position of a cursor that has returned an entry is in `image`, the map's as it is now.
    ///
    /// ```
    /// use tophash::GoMap;
    /// use tophash::image::{Hex, MapImage};
    /// use tophash_cli::standing::Standing;
    ///
    /// let map: GoMap<u8, u8> = GoMap::from([(1, 2)]);
    /// let mut cursor = map.range();
    /// cursor.next(&map);
    /// let image = MapImage::of(&map, &Hex, &Hex);
    /// assert_eq!(Standing::of(cursor.position(&map), &image).to_string(), "b0[0]");
    /// ```
    pub fn of(position: Option<Position>, image: &MapImage) -> Self {
        let Some(position) = position else { return Self::Ended };
        let bucket = |chain: Option<&[BucketImage]>, depth: usize| Some(chain?.get(depth)?.name);
        let found = position.stand.and_then(|Stand { array, bucket: head, depth, passed }| {
            let bucket = match array {
                Age::Present => bucket(image.chains().nth(head), depth)?,
                Age::Old => bucket(image.old_chains().nth(head), depth)?,
                Age::Left => return Some(Self::Left),
            };
            let slot = usize::from(passed.checked_sub(1)? + position.offset) % 8;
            Some(Self::At(Place { bucket, slot }))
        });
        found.unwrap_or(Self::Unlinked { next: position.next_bucket })
    }

    /// The slot, if the image shows it.
    pub fn place(self) -> Option<Place> {
        match self {
            Self::At(place) => Some(place),
            Self::Left | Self::Unlinked { .. } | Self::Ended => None,
        }
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(place) => place.fmt(f),
            Self::Left => f.write_str("in an array the map has left"),
            Self::Unlinked { next } => write!(f, "in an unlinked bucket, next bucket {next}"),
            Self::Ended => f.write_str("at its end here"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embedded::RECORDINGS;
    use crate::human;
    use crate::input::Input;
    use crate::moment::live_iterators;
    use crate::play::Player;
    use tophash::image::SlotState;

    #[test]
    fn an_iterator_stands_at_the_entry_that_it_took_last() {
        let (mut here, mut evacuated, mut left) = (0, 0, 0);
        for name in ["iter-int64-uint32-go1.23", "churn-int64-uint8-clear", "collide-int32-uint8"] {
            let (_, bytes) = RECORDINGS.iter().find(|(other, _)| *other == name).unwrap();
            let input = Input::bytes(name, *bytes);
            let mut player = Player::open(&input).unwrap();
            while let Some(step) = player.step().unwrap() {
                let Some((key, _)) = step.result.split_once(" = ") else { continue };
                let Some(it) = step.operation.it else { continue };
                let image = player.image();
                let live = live_iterators(&player, &image);
                let (_, standing) = live.iter().find(|(live, _)| *live == it).unwrap();
                let Some(Place { bucket: name, slot }) = standing.place() else {
                    assert_eq!(*standing, Standing::Left, "{step}");
                    left += 1;
                    continue;
                };
                let mut buckets = image.buckets.iter().chain(&image.old_buckets);
                let bucket = buckets.find(|bucket| bucket.name == name).unwrap();
                match bucket.slots()[slot] {
                    SlotState::Full(_) => {
                        let shown =
                            human::value(&player.header().key, &bucket.key(slot).to_string());
                        assert_eq!(shown, key, "{step}");
                        here += 1;
                    }
                    SlotState::EvacuatedX | SlotState::EvacuatedY => evacuated += 1,
                    empty => panic!("{step}: {empty:?}"),
                }
            }
        }
        assert!(here > 100 && evacuated > 0 && left > 50, "{here} {evacuated} {left}");
    }
}
