//! The workload: what a thread does to the map, and what lies between two operations.
//!
//! `tools/gorace/main.go` does the same to a map of Go's.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// What threads do, in percent; the rest of 100 are removals. Keys are drawn from twice as many as the
/// map has entries, so that it stays about as large.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Mix {
    /// 98 % look-ups, 1 % inserts, 1 % removals
    Read,
    /// 50 % look-ups, 25 % inserts, 25 % removals
    Half,
    /// 50 % steps of a `range`, 25 % inserts, 25 % removals
    Range,
    /// 50 % inserts, 50 % removals
    Write,
}

/// An operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    Get,
    Step,
    Insert,
    Remove,
}

impl Mix {
    pub(super) const ALL: [Self; 4] = [Self::Read, Self::Half, Self::Range, Self::Write];

    /// Percentages of look-ups, steps and inserts.
    pub(super) const fn parts(self) -> [u64; 3] {
        match self {
            Self::Read => [98, 0, 1],
            Self::Half => [50, 0, 25],
            Self::Range => [0, 50, 25],
            Self::Write => [0, 0, 50],
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Half => "half",
            Self::Range => "range",
            Self::Write => "write",
        }
    }

    /// What it is, for a picture.
    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::Read => "98 % look-ups, 2 % writes",
            Self::Half => "50 % look-ups, 50 % writes",
            Self::Range => "50 % steps of a range, 50 % writes",
            Self::Write => "writes only",
        }
    }

    pub(super) fn draw(self, drawn: u64) -> Operation {
        let [get, step, insert] = self.parts();
        match (drawn >> 32) % 100 {
            choice if choice < get => Operation::Get,
            choice if choice < get + step => Operation::Step,
            choice if choice < get + step + insert => Operation::Insert,
            _ => Operation::Remove,
        }
    }
}

/// xorshift64.
#[derive(Clone, Copy, Debug)]
pub(super) struct Random(u64);

impl Random {
    /// That of a thread.
    pub(super) fn new(seed: u64, thread: u64) -> Self {
        Self((seed + thread + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    #[inline]
    pub(super) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_drawn_as_often_as_the_mix_says() {
        for mix in Mix::ALL {
            let mut random = Random::new(1, 1);
            let mut counts = [0u64; 4];
            for _ in 0..100_000 {
                counts[mix.draw(random.next()) as usize] += 1;
            }
            let [get, step, insert] = mix.parts();
            for (count, part) in
                counts.into_iter().zip([get, step, insert, 100 - get - step - insert])
            {
                assert!(count.abs_diff(part * 1000) < 700, "{mix:?}: {counts:?}");
            }
        }
    }
}
