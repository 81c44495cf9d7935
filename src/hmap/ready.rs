//! What every operation asks of the header, answered beforehand.

use super::{Dialect, Hmap};

/// Numbers that follow from the header, kept beside it and computed anew whenever B or an array
/// changes; the header keeps Go's form.
///
/// A look-up takes 41 instructions by these, 47 by asking the header for B, for an array, for an
/// old array and for entries (`u64` keys under foldhash, callgrind).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ready {
    /// Operations may go straight to the present array: there is one, and no old one that has to be
    /// asked first.
    pub(super) direct: bool,
    /// 2^B - 1.
    pub(super) mask: usize,
    /// With so many entries, one more makes the map double.
    pub(super) full_at: usize,
    /// With so many overflow buckets, one more entry makes the map grow to its own size.
    /// Go: runtime/map.go tooManyOverflowBuckets, 1.22.
    pub(super) crowded_at: u16,
}

impl Ready {
    pub(super) fn of(h: &Hmap, dialect: &Dialect) -> Self {
        Self {
            direct: h.buckets.is_some() && !h.is_growing(),
            mask: h.bucket_mask(),
            full_at: dialect.capacity(h.b),
            crowded_at: 1 << h.b.min(15),
        }
    }
}
