//! How often each small number occurred.

use alloc::vec::Vec;

/// How often each of the numbers 0, 1, 2, … occurred.
///
/// ```
/// use tophash::GoMap;
/// use tophash::image::{Hex, MapImage};
/// let map: GoMap<u32, u32> = (0..8).map(|i| (i, i)).collect();
/// let hits = MapImage::of(&map, &Hex, &Hex).stats().hits.entries;
/// // One bucket: the first entry is found at once, the last is the eighth.
/// assert_eq!((hits.total(), hits.max(), hits.mean()), (8, Some(8), 4.5));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Histogram {
    counts: Vec<usize>,
}

impl Histogram {
    pub(super) fn add(&mut self, value: usize) {
        if value >= self.counts.len() {
            self.counts.resize(value + 1, 0);
        }
        self.counts[value] += 1;
    }

    /// How often each number occurred: the first is for 0, the last for the greatest that did.
    pub fn counts(&self) -> &[usize] {
        &self.counts
    }

    /// How many numbers there are.
    pub fn total(&self) -> usize {
        self.counts.iter().sum()
    }

    /// What they add up to.
    pub fn sum(&self) -> usize {
        self.counts.iter().enumerate().map(|(value, count)| value * count).sum()
    }

    /// Their mean; 0 if there are none.
    pub fn mean(&self) -> f64 {
        match self.total() {
            0 => 0.0,
            total => self.sum() as f64 / total as f64,
        }
    }

    /// The greatest of them.
    pub fn max(&self) -> Option<usize> {
        self.counts.len().checked_sub(1)
    }
}

impl FromIterator<usize> for Histogram {
    fn from_iter<I: IntoIterator<Item = usize>>(values: I) -> Self {
        let mut histogram = Self::default();
        values.into_iter().for_each(|value| histogram.add(value));
        histogram
    }
}
