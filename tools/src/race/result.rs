//! What came of it.

use super::go::{End, Process};
use super::lives::{Death, Life};
use super::mix::Mix;
use serde::Serialize;

#[derive(Clone, Debug, Serialize)]
pub(super) struct Results {
    /// Processors that this program may use.
    pub(super) cores: usize,
    /// Numbers drawn between two operations.
    pub(super) work: u32,
    pub(super) rows: Vec<Row>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Row {
    pub(super) mix: Mix,
    pub(super) entries: u64,
    pub(super) threads: usize,
    /// The flag beside the truth.
    pub(super) flag: Summary,
    /// Real Go.
    pub(super) go: Vec<OfGo>,
}

/// The lives of a row.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Summary {
    pub(super) lives: usize,
    /// Of all lives.
    pub(super) operations: u64,
    /// Of all lives, as all numbers of overlaps here.
    pub(super) overlaps: u64,
    pub(super) read_in_write: u64,
    pub(super) write_in_read: u64,
    pub(super) write_in_write: u64,
    /// Lives that had an overlap.
    pub(super) overlapping: u64,
    /// Lives that the flag ended at the first overlap.
    pub(super) at_once: u64,
    /// Lives that the flag ended: overlaps that it noticed.
    pub(super) deaths: u64,
    /// Of these, by a write's last look.
    pub(super) at_exit: u64,
    /// Operations until the first overlap, the median; none if most lives had none.
    pub(super) until_overlap: Option<u64>,
    /// Operations until the flag noticed, the median; none if most lives survived.
    pub(super) until_death: Option<u64>,
}

/// The processes of a row under one Go.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct OfGo {
    pub(super) release: String,
    pub(super) processes: usize,
    /// By the map's check.
    pub(super) noticed: usize,
    /// By something else.
    pub(super) broken: usize,
    /// Operations until the end, the median; none if most processes survived.
    pub(super) until_death: Option<u64>,
    /// What they died of, in their words.
    pub(super) words: Vec<(String, usize)>,
}

impl Summary {
    pub(super) fn of(lives: &[Life]) -> Self {
        let sum = |of: fn(&Life) -> u64| lives.iter().map(of).sum();
        let died = |life: &Life| life.death.map(|_| life.operations);
        Self {
            lives: lives.len(),
            operations: sum(|life| life.operations),
            overlaps: sum(Life::overlaps),
            read_in_write: sum(|life| life.read_in_write),
            write_in_read: sum(|life| life.write_in_read),
            write_in_write: sum(|life| life.write_in_write),
            overlapping: sum(|life| (life.overlaps() > 0).into()),
            at_once: sum(|life| (life.death.is_some() && life.overlaps() == 1).into()),
            deaths: sum(|life| life.death.is_some().into()),
            at_exit: sum(|life| (life.death == Some(Death::Exit)).into()),
            until_overlap: median(lives.iter().map(|life| life.first_overlap)),
            until_death: median(lives.iter().map(died)),
        }
    }

    /// Overlaps in a thousand operations.
    pub(super) fn rate(&self) -> f64 {
        1000.0 * self.overlaps as f64 / self.operations.max(1) as f64
    }

    /// Of a hundred overlaps, those that the flag noticed; none if there were none.
    pub(super) fn noticed(&self) -> Option<f64> {
        (self.overlaps > 0).then(|| 100.0 * self.deaths as f64 / self.overlaps as f64)
    }

    /// Of a hundred lives that had an overlap, those whose first one the flag noticed.
    pub(super) fn noticed_at_once(&self) -> Option<f64> {
        (self.overlapping > 0).then(|| 100.0 * self.at_once as f64 / self.overlapping as f64)
    }

    /// Of a hundred overlaps, `part`.
    pub(super) fn percent(&self, part: u64) -> Option<f64> {
        (self.overlaps > 0).then(|| 100.0 * part as f64 / self.overlaps as f64)
    }
}

impl OfGo {
    pub(super) fn of(release: &str, ends: &[Process]) -> Self {
        let mut words: Vec<(String, usize)> = Vec::new();
        for end in ends {
            let (End::Noticed(said) | End::Broken(said)) = &end.end else { continue };
            match words.iter_mut().find(|(word, _)| word == said) {
                Some((_, count)) => *count += 1,
                None => words.push((said.clone(), 1)),
            }
        }
        words.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let count = |of: fn(&End) -> bool| ends.iter().filter(|process| of(&process.end)).count();
        Self {
            release: release.into(),
            processes: ends.len(),
            noticed: count(|end| matches!(end, End::Noticed(_))),
            broken: count(|end| matches!(end, End::Broken(_))),
            until_death: median(
                ends.iter().map(|it| (it.end != End::Survived).then_some(it.operations)),
            ),
            words,
        }
    }
}

impl Results {
    pub(super) fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("numbers and strings have a JSON") + "\n"
    }

    /// The releases of Go, in the order of columns.
    pub(super) fn releases(&self) -> Vec<&str> {
        let go = self.rows.first().map_or(&[][..], |row| &row.go);
        go.iter().map(|of| &*of.release).collect()
    }
}

/// The median, where what never came is later than everything.
fn median(values: impl Iterator<Item = Option<u64>>) -> Option<u64> {
    let mut values: Vec<u64> = values.map(|value| value.unwrap_or(u64::MAX)).collect();
    values.sort_unstable();
    values.get(values.len() / 2).copied().filter(|value| *value != u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_never_came_is_later_than_everything() {
        assert_eq!(median([Some(3), None, Some(1)].into_iter()), Some(3));
        assert_eq!(median([Some(3), None, None].into_iter()), None);
        assert_eq!(median([].into_iter()), None);
    }

    #[test]
    fn a_summary_counts_lives_overlaps_and_deaths() {
        let life = |operations, death| Life {
            operations,
            first_overlap: Some(operations / 2),
            read_in_write: 1,
            write_in_read: 2,
            write_in_write: 1,
            death,
        };
        let lives = [life(10, Some(Death::Entry)), life(20, Some(Death::Exit)), life(70, None)];
        let summary = Summary::of(&lives);
        assert_eq!((summary.operations, summary.overlaps, summary.deaths), (100, 12, 2));
        assert_eq!((summary.overlapping, summary.noticed_at_once()), (3, Some(0.0)));
        let at_once = Life { read_in_write: 1, write_in_read: 0, write_in_write: 0, ..lives[0] };
        assert_eq!(Summary::of(&[at_once, lives[0]]).noticed_at_once(), Some(50.0));
        assert_eq!((summary.until_overlap, summary.until_death), (Some(10), Some(20)));
        assert!((summary.rate() - 120.0).abs() < 1e-9);
        assert!((summary.noticed().unwrap() - 100.0 / 6.0).abs() < 1e-9);
        assert!((summary.percent(summary.write_in_read).unwrap() - 50.0).abs() < 1e-9);
        assert_eq!(Summary::of(&[Life::default()]).noticed(), None);
    }
}
