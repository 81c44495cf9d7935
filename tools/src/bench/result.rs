//! What was measured, as it is recorded and read again.

use super::machine::Machine;
use super::measure::{Latency, Measured, Pairs};
use super::workload::Row;
use crate::bad::{Bad, BadInput};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of this format.
const FORMAT: &str = "tophash-bench/1";

/// All numbers of a run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Results {
    bench: String,
    pub(super) machine: Machine,
    pub(super) rounds: u32,
    /// Look-ups of a sample, about.
    pub(super) operations: u64,
    /// In the order of the columns.
    pub(super) subjects: Vec<String>,
    pub(super) cells: Vec<Cell>,
}

/// What one subject came to in one row.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Cell {
    #[serde(flatten)]
    pub(super) row: Row,
    pub(super) subject: String,
    /// What each round's process measured.
    pub(super) rounds: Vec<Measured>,
}

impl Results {
    pub(super) fn new(
        machine: Machine,
        rounds: u32,
        operations: u64,
        subjects: Vec<String>,
    ) -> Self {
        Self { bench: FORMAT.into(), machine, rounds, operations, subjects, cells: Vec::new() }
    }

    /// Adds what a subject measured in one round.
    pub(super) fn add(&mut self, row: Row, subject: &str, measured: Measured) {
        match self.cells.iter_mut().find(|cell| cell.row == row && cell.subject == subject) {
            Some(cell) => cell.rounds.push(measured),
            None => {
                self.cells.push(Cell { row, subject: subject.into(), rounds: vec![measured] });
            }
        }
    }

    /// The rows that have a cell, in the order of the table.
    pub(super) fn rows(&self) -> Vec<Row> {
        let mut rows: Vec<Row> = self.cells.iter().map(|cell| cell.row).collect();
        rows.sort_unstable();
        rows.dedup();
        rows
    }

    pub(super) fn cell(&self, row: Row, subject: &str) -> Option<&Cell> {
        self.cells.iter().find(|cell| cell.row == row && cell.subject == subject)
    }

    /// By how much a subject's median is that of another; below 1 it is faster, or smaller.
    pub(super) fn ratio(&self, row: Row, subject: &str, to: &str) -> Option<f64> {
        Some(self.cell(row, subject)?.median() / self.cell(row, to)?.median())
    }

    /// The first Go.
    pub(super) fn first_go(&self) -> Option<&str> {
        self.gos().next()
    }

    pub(super) fn gos(&self) -> impl Iterator<Item = &str> {
        self.subjects.iter().map(String::as_str).filter(|name| name.starts_with("go"))
    }

    /// The rows in which not everyone came to the same checksum in every round.
    pub(super) fn disagreements(&self) -> Vec<Row> {
        let differs = |row: &Row| {
            let cells = self.cells.iter().filter(|cell| cell.row == *row);
            let mut checksums = cells.flat_map(|cell| &cell.rounds).map(|round| round.checksum);
            let first = checksums.next();
            checksums.any(|checksum| Some(checksum) != first)
        };
        self.rows().into_iter().filter(differs).collect()
    }

    /// The durations of single operations in all rounds together: those of `subject`, or those of the
    /// loops without any.
    pub(super) fn latency(&self, row: Row, subject: Option<&str>) -> Pairs {
        let mut counts = BTreeMap::new();
        let cells = self.cells.iter().filter(|cell| {
            // A loop of Go's is not one of Rust's: the picture shows the latter.
            let counted = subject.map_or(!cell.subject.starts_with("go"), |it| cell.subject == it);
            cell.row == row && counted
        });
        for latency in cells.flat_map(|cell| &cell.rounds).filter_map(|it| it.latency.as_ref()) {
            let pairs = if subject.is_some() { &latency.operations } else { &latency.empty };
            for &(least, count) in pairs {
                *counts.entry(least).or_insert(0) += count;
            }
        }
        counts.into_iter().collect()
    }

    /// Reads what [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    /// If it did not.
    pub(super) fn from_json(text: &str) -> Result<Self, BadInput> {
        let results: Self = serde_json::from_str(text).map_err(|error| {
            let said = error.to_string();
            // It repeats the place.
            let what = said.rsplit_once(" at line ").map_or(&*said, |(what, _)| what);
            Bad::new(format!("column {}", error.column()), what).at(error.line() as u64)
        })?;
        results.check().map_err(BadInput::file)?;
        Ok(results)
    }

    pub(super) fn to_json(&self) -> String {
        // One cell a line: short, and a comparison of two files shows which cells differ.
        let mut head = serde_json::to_value(Self { cells: Vec::new(), ..self.clone() })
            .expect("numbers and text have a JSON");
        let cells: Vec<String> = self
            .cells
            .iter()
            .map(|cell| "    ".to_owned() + &serde_json::to_string(cell).expect("so have cells"))
            .collect();
        head.as_object_mut().expect("a struct is an object").remove("cells");
        let head = serde_json::to_string_pretty(&head).expect("it came from there");
        let head = head.trim_end_matches(['}', '\n']);
        format!("{head},\n  \"cells\": [\n{}\n  ]\n}}\n", cells.join(",\n"))
    }

    fn check(&self) -> Result<(), String> {
        if self.bench != FORMAT {
            return Err(format!("bench: {:?} is not {FORMAT:?}", self.bench));
        }
        let machine = &self.machine;
        let words = [&machine.cpu, &machine.os, &machine.arch, &machine.rustc, &machine.date];
        let words = words.into_iter().chain(&machine.commit).chain(&self.subjects);
        if let Some(word) = words.into_iter().find(|word| word.contains(char::is_control)) {
            return Err(format!("{word:?} has a character that a terminal would obey"));
        }
        // They name a folder.
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
        if let Some(word) =
            [&machine.arch, &machine.date].into_iter().find(|it| !it.chars().all(plain))
        {
            return Err(format!("{word:?} is no architecture and no date"));
        }
        for (i, cell) in self.cells.iter().enumerate() {
            let at = |what| Err(format!("cells[{i}] ({}, {}): {what}", cell.row, cell.subject));
            if !self.subjects.contains(&cell.subject) {
                return at("the subject is not among the subjects");
            }
            if self.cells[..i].iter().any(|it| it.row == cell.row && it.subject == cell.subject) {
                return at("a second cell of the same row and subject");
            }
            if cell.row.size == 0 {
                return at("a map of no entries");
            }
            if cell.rounds.is_empty() || cell.rounds.iter().any(|round| round.samples.is_empty()) {
                return at("without a sample");
            }
            let mut samples = cell.rounds.iter().flat_map(|round| &round.samples);
            if samples.any(|sample| !(0.0..1e18).contains(sample)) {
                return at("a sample is no time and no number of bytes");
            }
            let latencies = cell.rounds.iter().filter_map(|round| round.latency.as_ref());
            let mut pairs = latencies.flat_map(|it| it.operations.iter().chain(&it.empty));
            if pairs.any(|(_, count)| *count > 1 << 32) {
                return at("more operations than there are keys");
            }
        }
        Ok(())
    }
}

impl Cell {
    /// The median of the rounds' medians.
    pub(super) fn median(&self) -> f64 {
        median(self.of_rounds())
    }

    /// The least and the greatest of the rounds' medians.
    pub(super) fn range(&self) -> (f64, f64) {
        let of_rounds = self.of_rounds();
        (
            of_rounds.iter().copied().fold(f64::MAX, f64::min),
            of_rounds.into_iter().fold(0.0, f64::max),
        )
    }

    /// Of the rows of single operations, the median of the longest turns of an empty loop.
    pub(super) fn longest_empty(&self) -> Option<f64> {
        let latencies: Vec<&Latency> =
            self.rounds.iter().filter_map(|round| round.latency.as_ref()).collect();
        let longest = latencies.iter().map(|latency| latency.longest_empty as f64).collect();
        (!latencies.is_empty()).then(|| median(longest))
    }

    fn of_rounds(&self) -> Vec<f64> {
        self.rounds.iter().map(|round| median(round.samples.clone())).collect()
    }
}

/// The middle number, or half-way between the two in the middle.
fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_unstable_by(f64::total_cmp);
    let middle = numbers.len() / 2;
    match numbers.len() % 2 {
        1 => numbers[middle],
        _ => (numbers[middle - 1] + numbers[middle]) / 2.0,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::bench::workload::{Keys, Workload};

    /// One row of two subjects.
    pub(in crate::bench) fn two(ours: &[&[f64]], theirs: &[&[f64]]) -> Results {
        let row = Row { keys: Keys::U64, workload: Workload::Hit, size: 8 };
        let mut results = Results::new(
            Machine::here(),
            3,
            1,
            vec!["tophash+foldhash".into(), "hashbrown".into()],
        );
        for (subject, rounds) in [("tophash+foldhash", ours), ("hashbrown", theirs)] {
            for samples in rounds {
                let samples = samples.to_vec();
                results.add(row, subject, Measured { samples, checksum: 7, latency: None });
            }
        }
        results
    }

    #[test]
    fn a_cell_is_the_median_of_its_rounds_and_they_its_range() {
        let results = two(&[&[9.0, 2.0, 1.0], &[4.0, 5.0], &[8.0]], &[&[2.0]]);
        let row = results.rows()[0];
        let cell = results.cell(row, "tophash+foldhash").unwrap();
        assert_eq!((cell.median(), cell.range()), (4.5, (2.0, 8.0)));
        assert_eq!(results.ratio(row, "tophash+foldhash", "hashbrown"), Some(2.25));
        assert_eq!(results.ratio(row, "tophash", "hashbrown"), None);
    }

    #[test]
    fn results_are_read_as_they_were_written() {
        let results = two(&[&[1.5, 2.0]], &[&[0.25]]);
        let text = results.to_json();
        assert_eq!(Results::from_json(&text).unwrap().to_json(), text);
    }

    #[test]
    fn a_checksum_of_its_own_is_a_disagreement() {
        let mut results = two(&[&[1.0]], &[&[1.0], &[1.0]]);
        assert_eq!(results.disagreements(), []);
        results.cells[1].rounds[1].checksum = 8;
        assert_eq!(results.disagreements(), results.rows());
    }

    #[test]
    fn results_that_cannot_be_shown_are_refused() {
        let text = two(&[&[1.5]], &[&[0.25]]).to_json();
        for (good, bad, complaint) in [
            ("tophash-bench/1", "tophash-bench/2", ": bench: "),
            ("[1.5]", "[]", "without a sample"),
            ("[1.5]", "[-1.5]", "no time"),
            ("\"subject\":\"hashbrown\"", "\"subject\":\"other\"", "not among the subjects"),
            ("\"subject\":\"hashbrown\"", "\"subject\":\"tophash+foldhash\"", "a second cell"),
            ("\"hit\"", "\"hot\"", "unknown variant"),
            ("\"size\":8", "\"size\":0", "no entries"),
            ("\"arch\": \"", "\"arch\": \"../", "no architecture"),
            ("tophash+foldhash\",\n", "\\u001b\",\n", "a terminal"),
            ("}", "", "expected `,` or `}`"),
        ] {
            assert!(text.contains(good), "{good}");
            let refused = Results::from_json(&text.replace(good, bad)).unwrap_err().to_string();
            assert!(refused.contains(complaint), "{bad}: {refused}");
        }
    }
}
