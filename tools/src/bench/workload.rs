//! What is measured: the rows of the table. docs/workloads.md says what each does.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// A workload. A new one takes a line in each of this enum, [`Workload::about`] and
/// [`measure`](super::measure::measure); those that only some subjects have are left out of the
/// others' columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Workload {
    Hit,
    BatchHit,
    Dependent,
    Miss,
    Insert,
    BatchInsert,
    InsertHint,
    Delete,
    Churn,
    Iterate,
    Clear,
    Longest,
    LongestCursor,
    LongestDelete,
    Bytes,
}

/// What a workload's number is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// Nanoseconds per operation.
    Nanoseconds,
    /// The time of a single operation, in nanoseconds.
    Time,
    /// Bytes.
    Bytes,
}

/// How a workload is presented.
pub(super) struct About {
    /// In tables and plots.
    pub(super) title: &'static str,
    pub(super) unit: Unit,
    /// Entries of a map.
    pub(super) sizes: &'static [u64],
}

/// Entries: one bucket of Go's; beyond the first caches; 6.5 to a bucket, which is as full as a map
/// of Go's gets; 4 to a bucket; far beyond the last cache.
const LOOKUPS: &[u64] = &[8, 1 << 16, 850_000, 1 << 20, 1 << 23];
const CHAINS: &[u64] = &[1 << 16, 1 << 20, 1 << 23];
const FROM_BUCKET: &[u64] = &[8, 1 << 16, 1 << 20];
const LARGE: &[u64] = &[1 << 16, 1 << 20];
const SINGLE: &[u64] = &[1 << 16, 1 << 20, 1 << 23, 1 << 24];
const SINGLE_DELETES: &[u64] = &[1 << 20, 1 << 23];
const MEMORY: &[u64] = &[8, 850_000, 1 << 20];

/// The sizes of a quick run, for every workload.
pub(super) const QUICK: &[u64] = &[8, 1 << 10];

impl Workload {
    pub(super) fn all() -> &'static [Self] {
        Self::value_variants()
    }

    /// Its name in arguments and recorded results.
    pub(super) fn name(self) -> String {
        name(self)
    }

    pub(super) fn about(self) -> About {
        use Unit::{Bytes, Nanoseconds, Time};
        let (title, unit, sizes) = match self {
            Self::Hit => ("get hit, independent", Nanoseconds, LOOKUPS),
            Self::BatchHit => ("get hit, as a batch", Nanoseconds, CHAINS),
            Self::Dependent => ("get hit, each waiting for the last", Nanoseconds, CHAINS),
            Self::Miss => ("get miss", Nanoseconds, LOOKUPS),
            Self::Insert => ("insert, no hint", Nanoseconds, FROM_BUCKET),
            Self::BatchInsert => ("insert, no hint, as a batch", Nanoseconds, LARGE),
            Self::InsertHint => ("insert, with hint", Nanoseconds, LARGE),
            Self::Delete => ("delete all", Nanoseconds, LARGE),
            Self::Churn => ("delete one, insert another", Nanoseconds, LARGE),
            Self::Iterate => ("iterate, per entry", Nanoseconds, LARGE),
            Self::Clear => ("clear, per entry", Nanoseconds, LARGE),
            Self::Longest => ("longest insert while growing", Time, SINGLE),
            Self::LongestCursor => ("longest insert under a cursor", Time, SINGLE_DELETES),
            Self::LongestDelete => ("longest delete", Time, SINGLE_DELETES),
            Self::Bytes => ("bytes an entry", Bytes, MEMORY),
        };
        About { title, unit, sizes }
    }
}

/// A type of keys. Values are 64-bit numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Keys {
    U64,
    Str,
}

impl Keys {
    pub(super) const ALL: [Self; 2] = [Self::U64, Self::Str];

    /// Its name in arguments and recorded results.
    pub(super) fn name(self) -> String {
        name(self)
    }

    /// Entries of the largest map: of twice as many strings, the text alone takes half a GiB.
    fn most(self) -> u64 {
        match self {
            Self::U64 => u64::MAX,
            Self::Str => 1 << 23,
        }
    }

    /// In tables and plots.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::U64 => "u64 keys",
            Self::Str => "16-byte string keys",
        }
    }
}

fn name(value: impl ValueEnum) -> String {
    value.to_possible_value().expect("no variant is hidden").get_name().to_owned()
}

/// A row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Row {
    pub(super) keys: Keys,
    pub(super) workload: Workload,
    /// Entries of a map.
    pub(super) size: u64,
}

impl Row {
    /// All rows, in the order of the table.
    pub(super) fn all(quick: bool) -> impl Iterator<Item = Self> {
        Keys::ALL.into_iter().flat_map(move |keys| {
            Workload::all().iter().flat_map(move |&workload| {
                let sizes = if quick { QUICK } else { workload.about().sizes };
                let sizes = sizes.iter().filter(move |&&size| size <= keys.most());
                sizes.map(move |&size| Self { keys, workload, size })
            })
        })
    }
}

impl std::fmt::Display for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}/{}", self.workload.name(), self.keys.name(), size(self.size))
    }
}

/// A size as tables and plots have it: 8, 2^16, 850,000.
pub(super) fn size(n: u64) -> String {
    if n.is_power_of_two() && n >= 1 << 10 {
        return format!("2^{}", n.trailing_zeros());
    }
    let digits = n.to_string();
    let groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| str::from_utf8(group).expect("digits"))
        .collect();
    groups.join(",")
}

/// The size that is written so, as digits or as a power of two.
pub(super) fn parse_size(text: &str) -> Option<u64> {
    match text.strip_prefix("2^") {
        Some(power) => 1u64.checked_shl(power.parse().ok()?),
        None => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_read_as_it_is_written() {
        for n in [8, 1 << 10, 1 << 20, 850_000] {
            assert_eq!(parse_size(&size(n).replace(',', "")), Some(n));
        }
        assert_eq!(size(850_000), "850,000");
        assert_eq!([parse_size("2^64"), parse_size("many"), parse_size("")], [None; 3]);
    }
}
