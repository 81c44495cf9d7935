//! Results as tables, plain or in Markdown.

use super::bars::{self, Bar};
use super::result::{Cell, Results};
use super::workload::{Keys, Row, Unit, size};
use std::fmt::Write;

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Markdown,
}

/// Where and of what the results are, and two tables for each type of keys: medians, and what is to
/// be compared in them.
pub(super) fn tables(results: &Results, style: Style) -> String {
    let mut text = head(results, style);
    for keys in Keys::ALL {
        let rows: Vec<Row> = results.rows().into_iter().filter(|row| row.keys == keys).collect();
        if rows.is_empty() {
            continue;
        }
        for (title, grid) in [
            (keys.title().to_owned(), medians(results, &rows)),
            (format!("{}: ratios", keys.title()), ratios(results, &rows)),
        ] {
            if !grid.is_bare() {
                // `String` refuses nothing.
                let _ = match style {
                    Style::Plain => write!(text, "\n{title}\n\n{}", grid.plain()),
                    Style::Markdown => write!(text, "\n### {title}\n\n{}", grid.markdown()),
                };
            }
        }
    }
    text
}

fn head(results: &Results, style: Style) -> String {
    let machine = &results.machine;
    let mut lines = [
        format!("{}, {} cores, {} {}", machine.cpu, machine.cores, machine.os, machine.arch),
        format!("{}, {}", machine.date, machine.rustc),
        match results.rounds {
            1 => "1 round".into(),
            n => {
                format!("{n} rounds, one process for each number in each; median (least–greatest)")
            }
        },
    ];
    if let Some(commit) = &machine.commit {
        lines[1] += &format!(", commit {commit}");
    }
    if machine.debug {
        lines[1] += ", without --release: these numbers say nothing";
    }
    match style {
        Style::Plain => lines.join("\n") + "\n",
        Style::Markdown => lines.iter().map(|line| format!("- {line}\n")).collect(),
    }
}

/// Every subject's median and spread, row by row.
fn medians(results: &Results, rows: &[Row]) -> Grid {
    let mut grid = Grid::new(["ns per operation, unless said", "entries"]);
    grid.columns.extend(results.subjects.iter().cloned());
    for &row in rows {
        let cell = |text: &dyn Fn(&Cell) -> Option<String>| {
            let of = |subject: &String| results.cell(row, subject).and_then(text);
            results.subjects.iter().map(|it| of(it).unwrap_or_else(|| "–".into())).collect()
        };
        grid.row(row.workload.about().title, row, cell(&|cell| Some(spread(cell))));
        if row.workload.about().unit == Unit::Time {
            grid.row("… of an empty loop", row, cell(&|cell| cell.longest_empty().map(time)));
        }
    }
    grid
}

/// What a reader wants to compare, with the bars in their places; those of other pairs stand last.
fn ratios(results: &Results, rows: &[Row]) -> Grid {
    let mut pairs: Vec<(&str, &str)> = Vec::new();
    let of_rust = results.subjects.iter().map(String::as_str).filter(|it| !it.starts_with("go"));
    pairs.extend(of_rust.clone().filter(|it| *it != "hashbrown").map(|it| (it, "hashbrown")));
    if let Some(go) = results.first_go() {
        pairs.extend(of_rust.filter(|it| it.starts_with("tophash")).map(|it| (it, go)));
    }
    // A column without a number would only be wide.
    pairs.retain(|(it, to)| rows.iter().any(|row| results.ratio(*row, it, to).is_some()));
    let mut grid = Grid::new(["below 1: faster, or smaller", "entries"]);
    grid.columns.extend(pairs.iter().map(|(it, to)| format!("{it} : {to}")));
    grid.columns.push(OTHERS.into());
    for &row in rows {
        let mut bars = bars::bars(results, row);
        let mut cells: Vec<String> = pairs
            .iter()
            .map(|&(it, to)| {
                let bar = |bar: &Bar| bar.subject == it && bar.to.as_deref() == Some(to);
                match (bars.iter().position(bar), results.ratio(row, it, to)) {
                    (Some(i), _) => bars.remove(i).to_string(),
                    (None, Some(ratio)) => format!("{ratio:.2}"),
                    (None, None) => "–".into(),
                }
            })
            .collect();
        let others: Vec<String> = bars
            .iter()
            .map(|bar| match &bar.to {
                Some(to) => format!("{} : {to} {bar}", bar.subject),
                None => format!("{}, ns: {bar}", bar.subject),
            })
            .collect();
        cells.push(others.join("; "));
        grid.row(row.workload.about().title, row, cells);
    }
    grid.drop_empty_column();
    grid
}

/// The column of what stands in no other.
const OTHERS: &str = "also";

/// A median, and between which numbers the rounds were.
fn spread(cell: &Cell) -> String {
    let format = match cell.row.workload.about().unit {
        Unit::Nanoseconds | Unit::Bytes => number,
        Unit::Time => time,
    };
    let (least, greatest) = cell.range();
    match cell.rounds.len() {
        1 => format(cell.median()),
        _ => format!("{} ({}–{})", format(cell.median()), format(least), format(greatest)),
    }
}

/// Three digits or more.
fn number(value: f64) -> String {
    match value {
        100.0.. => format!("{value:.0}"),
        10.0.. => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// A time of so many nanoseconds.
pub(super) fn time(ns: f64) -> String {
    let (value, unit) = match ns {
        1e9.. => (ns / 1e9, "s"),
        1e6.. => (ns / 1e6, "ms"),
        1e3.. => (ns / 1e3, "µs"),
        _ => return format!("{ns:.0} ns"),
    };
    format!("{} {unit}", number(value))
}

/// Text in rows and columns: the first to the left, and so the last of ratios, the others to the right.
struct Grid {
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Grid {
    fn new(columns: [&str; 2]) -> Self {
        Self { columns: columns.map(String::from).to_vec(), rows: Vec::new() }
    }

    fn row(&mut self, title: &str, row: Row, cells: Vec<String>) {
        let mut line = vec![title.to_owned(), size(row.size)];
        line.extend(cells);
        self.rows.push(line);
    }

    /// Leaves out the last column if nothing is in it.
    fn drop_empty_column(&mut self) {
        if self.rows.iter().all(|row| row.last().is_some_and(String::is_empty)) {
            self.columns.pop();
            self.rows.iter_mut().for_each(|row| drop(row.pop()));
        }
    }

    /// Whether there is nothing in it but which rows there are.
    fn is_bare(&self) -> bool {
        self.columns.len() == 2
    }

    fn is_left(&self, column: usize) -> bool {
        column == 0 || self.columns[column] == OTHERS
    }

    fn plain(&self) -> String {
        let lines = || std::iter::once(&self.columns).chain(&self.rows);
        let widths: Vec<usize> = (0..self.columns.len())
            .map(|i| lines().map(|line| line[i].chars().count()).max().unwrap_or(0))
            .collect();
        let mut text = String::new();
        for line in lines() {
            let mut out = String::new();
            for (i, (cell, width)) in line.iter().zip(&widths).enumerate() {
                let _ = match self.is_left(i) {
                    true => write!(out, "{cell:<width$}  "),
                    false => write!(out, "{cell:>width$}  "),
                };
            }
            text += out.trim_end();
            text.push('\n');
        }
        text
    }

    fn markdown(&self) -> String {
        let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
        let rule: Vec<String> = (0..self.columns.len())
            .map(|i| if self.is_left(i) { "---" } else { "---:" }.to_owned())
            .collect();
        let rows = self.rows.iter().map(|row| line(row));
        line(&self.columns) + &line(&rule) + &rows.collect::<String>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::result::tests::two;

    #[test]
    fn columns_stand_under_each_other() {
        let text = tables(&two(&[&[1.5], &[2.0], &[1.75]], &[&[250.0]]), Style::Plain);
        let table: Vec<&str> = text.lines().skip_while(|line| *line != "u64 keys").collect();
        assert_eq!(
            table,
            [
                "u64 keys",
                "",
                "ns per operation, unless said  entries  tophash+foldhash  hashbrown",
                "get hit, independent                 8  1.75 (1.50–2.00)        250",
                "",
                "u64 keys: ratios",
                "",
                "below 1: faster, or smaller  entries  tophash+foldhash : hashbrown",
                "get hit, independent               8                    0.01 ≤ 1.3",
            ]
        );
    }

    #[test]
    fn markdown_has_as_many_cells_in_each_line() {
        let text = tables(&two(&[&[9.0]], &[&[1.0]]), Style::Markdown);
        let count = |line: &str| line.matches('|').count();
        let lines: Vec<&str> = text.lines().filter(|line| line.starts_with('|')).collect();
        assert_eq!(lines.iter().map(|line| count(line)).collect::<Vec<_>>(), [5, 5, 5, 4, 4, 4]);
        assert!(text.contains("| get hit, independent | 8 | 9.00 > 1.3 MISSED |"), "{text}");
    }

    #[test]
    fn a_time_has_the_unit_that_keeps_it_short() {
        let times = [7.0, 1500.0, 12.34e6, 2e9].map(time);
        assert_eq!(times, ["7 ns", "1.50 µs", "12.3 ms", "2.00 s"]);
    }
}
