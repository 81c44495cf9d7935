//! How fast the map is to be: the bars beside the rows.

use super::result::Results;
use super::workload::{Row, Workload};
use std::fmt;

/// The Go that the bars are about.
const GO: &str = "go1.22";

/// A bar, and how a subject stands to it.
#[derive(Debug, PartialEq)]
pub(super) struct Bar {
    pub(super) subject: String,
    /// Whose number it is measured by; by itself, a number of nanoseconds.
    pub(super) to: Option<String>,
    /// Where it is, and where it is to be at the most.
    is: f64,
    most: f64,
}

impl Bar {
    /// Whether the subject is up to it.
    pub(super) fn is_met(&self) -> bool {
        self.is <= self.most
    }
}

impl fmt::Display for Bar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.is_met() { "≤" } else { ">" };
        write!(f, "{:.2} {sign} {}", self.is, self.most)?;
        if self.is_met() { Ok(()) } else { f.write_str(" MISSED") }
    }
}

/// The bars of a row whose numbers are there.
pub(super) fn bars(results: &Results, row: Row) -> Vec<Bar> {
    let mut bars = Vec::new();
    let fold = "tophash+foldhash";
    let mut at_most = |subject: &str, most: f64, to: &str| {
        if let Some(is) = results.ratio(row, subject, to) {
            bars.push(Bar { subject: subject.into(), to: Some(to.into()), is, most });
        }
    };
    if let Some(factor) = to_hashbrown(row) {
        at_most(fold, factor, "hashbrown");
    } else if row.workload == Workload::Dependent && row.size >= 1 << 20 {
        for to in ["hashbrown", "std"].into_iter().chain(results.gos()) {
            at_most(fold, 1.0, to);
        }
    }
    if let (Some(go), Some(factor)) = (results.gos().find(|go| go.starts_with(GO)), to_go(row)) {
        at_most("tophash", factor, go);
    }
    if row.workload == Workload::Clear
        && let Some(cell) = results.cell(row, fold)
    {
        bars.push(Bar { subject: fold.into(), to: None, is: cell.median(), most: 1.0 });
    }
    bars
}

/// What hashbrown's number is multiplied by.
fn to_hashbrown(row: Row) -> Option<f64> {
    match row.workload {
        Workload::Hit if row.size <= 1 << 16 => Some(1.3),
        Workload::Hit if row.size >= 850_000 => Some(1.0),
        // Three times as fast as the best of the others one by one.
        Workload::BatchHit if row.size >= 1 << 23 => Some(0.33),
        Workload::Miss => Some(1.5),
        Workload::Insert | Workload::Delete | Workload::Iterate => Some(1.3),
        Workload::InsertHint | Workload::Churn => Some(1.2),
        _ => None,
    }
}

/// What Go's number is multiplied by: 2.5 times as fast, or ahead.
fn to_go(row: Row) -> Option<f64> {
    use Workload::{Bytes, Churn, Clear, Delete, Hit, Iterate, LongestCursor, LongestDelete, Miss};
    match row.workload {
        Hit | Miss | Delete | Churn | Iterate | Clear => Some(0.4),
        Bytes | LongestCursor | LongestDelete => None,
        _ => Some(1.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::result::tests::two;

    #[test]
    fn a_bar_is_met_up_to_its_factor_and_missed_beyond() {
        for (ours, text) in [(1.3, "1.30 ≤ 1.3"), (1.31, "1.31 > 1.3 MISSED")] {
            let results = two(&[&[ours]], &[&[1.0]]);
            let bars = bars(&results, results.rows()[0]);
            assert_eq!(bars.iter().map(Bar::to_string).collect::<Vec<_>>(), [text]);
        }
    }
}
