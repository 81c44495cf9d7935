//! The table by which Go chose its load factor.

use crate::common::tophash;
use tophash_cli::load_table::{GO, Options, compute};

#[test]
fn every_figure_is_within_one_percent_of_gos() {
    let rows = compute(Options::default());
    for row in &rows {
        for (off, name) in
            row.off_percent.columns().iter().zip(["overflow", "bytes", "hit", "miss"])
        {
            assert!(off.abs() <= 1.0, "{name} at {}: {off:+.2} %: {row:?}", row.load_factor);
        }
    }
    assert_eq!(rows.map(|row| (row.load_factor, row.go)), GO);
}

#[test]
fn a_seed_says_both_tables_side_by_side() {
    let run = tophash(&["table", "--maps", "1", "--seed", "1"]);
    let rows = compute(Options { seed: 1, maps: 1 });
    assert_eq!(run.code, Some(if rows.iter().all(|row| row.agrees()) { 0 } else { 1 }));
    assert_eq!(run.stderr, "");
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(lines.len(), 2 + rows.len());
    for (line, row) in lines[2..].iter().zip(&rows) {
        let words: Vec<&str> = line.split_whitespace().collect();
        assert_eq!(words[0], format!("{:.2}", row.load_factor));
        for (words, (go, ours)) in
            words[1..].chunks(3).zip(row.go.columns().into_iter().zip(row.ours.columns()))
        {
            assert_eq!(words[..2], [format!("{go:.2}"), format!("{ours:.2}")]);
        }
        assert_eq!(line.len(), lines[1].len());
    }

    let json = tophash(&["table", "--maps", "1", "--seed", "1", "--json"]);
    assert_eq!(json.code, run.code);
    for (line, row) in json.stdout.lines().zip(&rows) {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(line["load_factor"], row.load_factor);
        assert_eq!(line["go"]["overhead_bytes_per_entry"], row.go.bytes);
        assert_eq!(line["ours"]["overflow_percent"], row.ours.overflow);
    }
    assert_eq!(json.stdout.lines().count(), rows.len());
}

#[test]
fn a_table_of_no_maps_is_refused() {
    let run = tophash(&["table", "--maps", "0"]);
    assert_eq!((run.code, &*run.stdout), (Some(2), ""));
    assert!(run.stderr.contains("--maps"), "{}", run.stderr);
}
