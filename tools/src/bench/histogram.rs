//! How often durations occurred, in classes small enough to tell 3 % apart and few enough for maps of
//! any size.

use std::time::Duration;

/// Classes to each power of two. Below twice as many nanoseconds, each is a class of its own.
const FINE: u32 = 5;

/// Counts of durations.
pub(super) struct Histogram {
    counts: Vec<u64>,
    longest: u64,
}

impl Histogram {
    pub(super) fn new() -> Self {
        // Beyond the last class of 2^63 ns there is nothing.
        Self { counts: vec![0; 60 << FINE], longest: 0 }
    }

    #[inline]
    pub(super) fn add(&mut self, duration: Duration) {
        let ns = duration.as_nanos() as u64;
        self.longest = self.longest.max(ns);
        self.counts[class(ns)] += 1;
    }

    /// The longest duration, in nanoseconds.
    pub(super) fn longest(&self) -> u64 {
        self.longest
    }

    /// The least duration of each class that occurred, and how often it did.
    pub(super) fn pairs(&self) -> Vec<(u64, u64)> {
        let classes = self.counts.iter().enumerate();
        classes.filter(|(_, n)| **n > 0).map(|(class, n)| (least(class), *n)).collect()
    }
}

fn class(ns: u64) -> usize {
    let shift = (u64::BITS - ns.leading_zeros()).saturating_sub(FINE + 1);
    ((shift as usize) << FINE) + (ns >> shift) as usize
}

fn least(class: usize) -> u64 {
    let shift = (class >> FINE).saturating_sub(1);
    ((class - (shift << FINE)) as u64) << shift
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_holds_what_is_within_a_32nd_of_its_least() {
        for ns in (0..10_000).chain([u64::MAX >> 1, u64::MAX]) {
            let least = least(class(ns));
            assert!(least <= ns && ns - least <= ns >> FINE, "{ns}: {least}");
        }
        let classes: Vec<usize> = (0..10_000).map(class).collect();
        assert!(classes.is_sorted_by(|a, b| b - a <= 1), "a class is left out");
    }

    #[test]
    fn each_duration_is_counted_once() {
        let mut histogram = Histogram::new();
        for ns in [7, 7, 1 << 20, (1 << 20) + 1] {
            histogram.add(Duration::from_nanos(ns));
        }
        assert_eq!(histogram.pairs(), [(7, 2), (1 << 20, 2)]);
        assert_eq!(histogram.longest(), (1 << 20) + 1);
    }
}
