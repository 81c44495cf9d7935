//! One key or one elem of a bucket.

use super::show::write_hex;
use super::{BucketImage, Cells};
use core::fmt;

/// What an image holds of one key or one elem.
///
/// Its `Display` is how a canonical text writes it: hex, the value's text, or `_`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell<'a> {
    /// The slot's memory, which shows an entry that is gone too.
    Memory(&'a [u8]),
    /// The value of a full slot.
    Value(&'a str),
    /// The slot is not full, and its type's memory is not shown.
    Unknown,
}

impl Cells {
    /// The key or elem of slot `lane`.
    ///
    /// # Panics
    /// If there is no such slot.
    pub fn cell(&self, lane: usize) -> Cell<'_> {
        assert!(lane < 8, "a bucket has eight slots");
        match self {
            Self::Memory(bytes) => {
                let size = bytes.len() / 8;
                Cell::Memory(&bytes[lane * size..][..size])
            }
            Self::Values(values) => values[lane].as_deref().map_or(Cell::Unknown, Cell::Value),
        }
    }
}

impl BucketImage {
    /// The key of slot `lane`.
    ///
    /// ```
    /// use tophash::GoMap;
    /// use tophash::image::{Hex, MapImage};
    ///
    /// let mut map: GoMap<u16, u8> = GoMap::new();
    /// map.insert(0x1234, 5);
    /// let image = MapImage::of(&map, &Hex, &Hex);
    /// assert_eq!(image.buckets[0].key(0).to_string(), "3412");
    /// ```
    ///
    /// # Panics
    /// If there is no such slot.
    pub fn key(&self, lane: usize) -> Cell<'_> {
        self.keys.cell(lane)
    }

    /// The elem of slot `lane`.
    ///
    /// # Panics
    /// If there is no such slot.
    pub fn elem(&self, lane: usize) -> Cell<'_> {
        self.elems.cell(lane)
    }
}

impl fmt::Display for Cell<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory(bytes) => write_hex(bytes, f),
            Self::Value(text) => f.write_str(text),
            Self::Unknown => f.write_str("_"),
        }
    }
}
