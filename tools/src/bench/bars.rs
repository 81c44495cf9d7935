//! How fast the map is to be: the bars beside the rows.

use super::result::Results;
use super::workload::{Row, Workload};
use std::fmt::Write;

/// The Go that the bars are about.
const GO: &str = "go1.22";

/// A bar, and how a subject stands to it.
#[derive(Debug, PartialEq)]
pub(super) struct Bar {
    /// What is asked.
    text: String,
    /// The number that it is asked of.
    is: f64,
    pub(super) met: bool,
}

impl std::fmt::Display for Bar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {:.2}{}", self.text, self.is, if self.met { "" } else { " MISSED" })
    }
}

/// The bars of a row whose numbers are there.
pub(super) fn bars(results: &Results, row: Row) -> Vec<Bar> {
    let mut bars = Vec::new();
    let fold = "tophash+foldhash";
    let mut at_most = |subject: &str, factor: f64, to: &str| {
        if let Some(is) = results.ratio(row, subject, to) {
            let mut text = format!("{subject} ≤ ");
            if factor != 1.0 {
                // `String` refuses nothing.
                let _ = write!(text, "{factor} ");
            }
            bars.push(Bar { text: text + to, is, met: is <= factor });
        }
    };
    match to_hashbrown(row) {
        Some(factor) => at_most(fold, factor, "hashbrown"),
        None if row.workload == Workload::Dependent && row.size >= 1 << 20 => {
            for to in ["hashbrown", "std"].into_iter().chain(results.gos()) {
                at_most(fold, 1.0, to);
            }
        }
        None => {}
    }
    if let (Some(go), Some(factor)) = (results.gos().find(|go| go.starts_with(GO)), to_go(row)) {
        at_most("tophash", factor, go);
    }
    if row.workload == Workload::Clear
        && let Some(cell) = results.cell(row, fold)
    {
        let is = cell.median();
        bars.push(Bar { text: format!("{fold} ≤ 1 ns"), is, met: is <= 1.0 });
    }
    bars
}

/// What hashbrown's number is multiplied by.
fn to_hashbrown(row: Row) -> Option<f64> {
    match row.workload {
        Workload::Hit if row.size <= 1 << 16 => Some(1.3),
        Workload::Hit if row.size >= 850_000 => Some(1.0),
        Workload::Miss => Some(1.5),
        Workload::Insert | Workload::Delete | Workload::Iterate => Some(1.3),
        Workload::InsertHint | Workload::Churn => Some(1.2),
        _ => None,
    }
}

/// What Go's number is multiplied by: 2.5 times as fast, or ahead.
fn to_go(row: Row) -> Option<f64> {
    use Workload::{Bytes, Churn, Clear, Delete, Hit, Iterate, Miss};
    match row.workload {
        Hit | Miss | Delete | Churn | Iterate | Clear => Some(0.4),
        Bytes => None,
        _ => Some(1.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::result::tests::two;

    #[test]
    fn a_bar_is_met_up_to_its_factor_and_missed_beyond() {
        for (ours, text) in [
            (1.3, "tophash+foldhash ≤ 1.3 hashbrown: 1.30"),
            (1.31, "tophash+foldhash ≤ 1.3 hashbrown: 1.31 MISSED"),
        ] {
            let results = two(&[&[ours]], &[&[1.0]]);
            let bars = bars(&results, results.rows()[0]);
            assert_eq!(bars.iter().map(Bar::to_string).collect::<Vec<_>>(), [text]);
        }
    }
}
