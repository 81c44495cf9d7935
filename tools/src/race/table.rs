//! The figures for people to read.

use super::result::{Results, Row};
use std::fmt::Write;

/// A column: its head in three lines, and what it says of a row.
struct Column {
    head: [String; 3],
    cell: Box<dyn Fn(&Row) -> String>,
}

/// What did not happen.
const NONE: &str = "–";

fn columns(results: &Results) -> Vec<Column> {
    fn column(head: [&str; 3], cell: impl Fn(&Row) -> String + 'static) -> Column {
        Column { head: head.map(str::to_owned), cell: Box::new(cell) }
    }
    let mut columns = vec![
        column(["", "", "mix"], |row| row.mix.name().into()),
        column(["", "", "entries"], |row| thousands(row.entries)),
        column(["", "", "threads"], |row| row.threads.to_string()),
        column(["overlaps", "in 1,000", "operations"], |row| format!("{:.2}", row.flag.rate())),
        column(["read", "in write", "%"], |row| percent(row.flag.percent(row.flag.read_in_write))),
        column(["write", "in read", "%"], |row| percent(row.flag.percent(row.flag.write_in_read))),
        column(["write", "in write", "%"], |row| {
            percent(row.flag.percent(row.flag.write_in_write))
        }),
        column(["flag", "notices", "first, %"], |row| percent(row.flag.noticed_at_once())),
        column(["flag", "notices", "all, %"], |row| percent(row.flag.noticed())),
        column(["", "", "lives"], |row| thousands(row.flag.lives as u64)),
        column(["operations", "until an", "overlap"], |row| number(row.flag.until_overlap)),
        column(["… until", "the flag", "notices"], |row| number(row.flag.until_death)),
    ];
    for (i, release) in results.releases().into_iter().enumerate() {
        columns.push(Column {
            head: ["… until".into(), release.into(), "dies".into()],
            cell: Box::new(move |row| number(row.go.get(i).and_then(|of| of.until_death))),
        });
        columns.push(Column {
            head: ["of its".into(), "processes".into(), "die".into()],
            cell: Box::new(move |row| {
                let of = row.go.get(i);
                of.map_or(NONE.into(), |of| {
                    let broken = if of.broken > 0 {
                        format!(" ({} of a fault)", of.broken)
                    } else {
                        String::new()
                    };
                    format!("{} of {}{broken}", of.noticed + of.broken, of.processes)
                })
            }),
        });
    }
    columns
}

/// All figures.
pub(super) fn table(results: &Results, markdown: bool) -> String {
    let columns = columns(results);
    let cells: Vec<Vec<String>> = results
        .rows
        .iter()
        .map(|row| columns.iter().map(|column| (column.cell)(row)).collect())
        .collect();
    let mut text = format!(
        "{} cores; {} random numbers drawn between two operations\n\n",
        results.cores, results.work
    );
    if markdown {
        let heads: Vec<String> =
            columns.iter().map(|column| column.head.join(" ").trim().to_owned()).collect();
        let _ = writeln!(text, "| {} |", heads.join(" | "));
        let _ = writeln!(text, "| --- |{}", " ---: |".repeat(columns.len() - 1));
        for row in cells {
            let _ = writeln!(text, "| {} |", row.join(" | "));
        }
        return text;
    }
    let widths: Vec<usize> = columns
        .iter()
        .enumerate()
        .map(|(i, column)| {
            let cells = cells.iter().map(|row| &row[i]);
            cells.chain(&column.head).map(|cell| cell.chars().count()).max().unwrap_or(0)
        })
        .collect();
    let mut line = |cells: Vec<&str>| {
        let mut line = String::new();
        for (i, (cell, width)) in cells.iter().zip(&widths).enumerate() {
            let _ = match i {
                0 => write!(line, "{cell:<width$}"),
                _ => write!(line, "  {cell:>width$}"),
            };
        }
        text.push_str(line.trim_end());
        text.push('\n');
    };
    for i in 0..3 {
        line(columns.iter().map(|column| &*column.head[i]).collect());
    }
    for row in &cells {
        line(row.iter().map(String::as_str).collect());
    }
    text
}

fn percent(value: Option<f64>) -> String {
    value.map_or(NONE.into(), |value| format!("{value:.1}"))
}

fn number(value: Option<u64>) -> String {
    value.map_or(NONE.into(), thousands)
}

/// A number with commas.
pub(super) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_commas() {
        let all = [0, 999, 1000, 65_536, 1_000_000].map(thousands);
        assert_eq!(all, ["0", "999", "1,000", "65,536", "1,000,000"]);
    }
}
