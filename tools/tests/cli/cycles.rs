//! What operations cost. Of times nothing is certain but their order; what valgrind and llvm-mca say
//! may be missing, but then the reason is not.

use crate::common::{Files, Run, tophash};
use serde_json::Value;
use std::process::Command;

/// Runs `tophash cycles` with `arguments`; returns the JSON that it wrote beside its table.
fn cycles(arguments: &[&str]) -> (Run, Value) {
    let files = Files::new();
    let out = files.path("cycles.json");
    let run = tophash(&[&["cycles", "--samples", "5", "--json", &*out], arguments].concat());
    assert_eq!((run.code, &*run.stderr), (Some(0), ""), "{}", run.stdout);
    (run, serde_json::from_str(&std::fs::read_to_string(out).unwrap()).unwrap())
}

fn rows<'a>(json: &'a Value, of: &str) -> &'a Vec<Value> {
    json[of].as_array().unwrap()
}

fn missing(json: &Value, what: &str) -> bool {
    rows(json, "missing").iter().any(|missing| missing.as_str().unwrap().starts_with(what))
}

#[test]
fn an_operation_is_timed_in_each_map_and_watched() {
    let (run, json) = cycles(&["get hit slot 0"]);
    let maps: Vec<_> = rows(&json, "operations").iter().map(|row| &row["map"]).collect();
    assert_eq!(maps, ["u64 go", "u64 foldhash", "str go", "u64 hashbrown"]);
    for row in rows(&json, "operations") {
        assert_eq!((&row["operation"], &row["samples"]), (&"get hit slot 0".into(), &5.into()));
        for of in ["ticks", "core_cycles"] {
            let at = |name: &str| row[of][name].as_f64().unwrap();
            assert!(at("minimum") <= at("median") && at("median") <= at("p90"), "{row}");
        }
        if missing(&json, "instructions") {
            assert_eq!(row["instructions"], Value::Null);
        } else {
            assert!(row["instructions"].as_u64() > Some(20), "{row}");
            // A tophash word, a key and an elem at least; and each line has a byte.
            assert!(row["bytes"].as_u64() >= Some(24), "{row}");
            assert!((1..=row["bytes"].as_u64().unwrap()).contains(&row["lines"].as_u64().unwrap()));
        }
    }
    assert!(rows(&json, "kernels").is_empty());
    assert_eq!(run.stdout.lines().filter(|line| line.starts_with("get hit slot 0")).count(), 4);
}

#[test]
fn an_operation_that_changes_its_map_finds_the_same_state_each_time() {
    let (run, json) = cycles(&["delete across", "foldhash"]);
    assert_eq!(rows(&json, "operations").len(), 1);
    assert!(run.stdout.contains("delete across link   u64 foldhash"), "{}", run.stdout);
}

#[test]
fn each_set_of_instructions_scans_and_is_predicted() {
    let (run, json) = cycles(&["match_empty"]);
    let sets: Vec<_> = rows(&json, "kernels").iter().map(|row| row["set"].as_str()).collect();
    assert!(sets.contains(&Some("portable")) && sets.contains(&Some("bytes")), "{sets:?}");
    #[cfg(target_arch = "x86_64")]
    assert_eq!(sets[0], Some("sse2"));
    for row in rows(&json, "kernels") {
        for of in ["independent", "dependent"] {
            assert!(row[of]["core_cycles"]["median"].as_f64() > Some(0.0), "{row}");
            let predicted = row[of]["predicted"]["cycles"].as_f64();
            assert!(predicted > Some(0.0) || missing(&json, "predictions"), "{row}");
        }
    }
    assert!(run.stdout.contains("llvm-mca"), "{}", run.stdout);
    assert!(!run.stdout.contains("operation "), "{}", run.stdout);
}

#[test]
fn what_is_not_installed_is_named_and_the_rest_is_measured() {
    let empty = Files::new();
    let run = Command::new(env!("CARGO_BIN_EXE_tophash"))
        .args(["cycles", "--samples", "1", "u64 go", "hit slot 0"])
        .env("PATH", empty.path(""))
        .output();
    let run = Run::of(run.unwrap());
    assert_eq!((run.code, &*run.stderr), (Some(0), ""));
    assert!(run.stdout.contains("missing: instructions, bytes and lines: no valgrind; apt-get"));
    let row = run.stdout.lines().find(|line| line.starts_with("get hit slot 0")).unwrap();
    assert_eq!(row.matches('–').count(), 3, "{row}");

    let run = Command::new(env!("CARGO_BIN_EXE_tophash"))
        .args(["cycles", "match_end", "portable"])
        .env("PATH", empty.path(""))
        .output();
    let run = Run::of(run.unwrap());
    assert_eq!(run.code, Some(0));
    assert!(run.stdout.contains("missing: predictions: no objdump; apt-get"), "{}", run.stdout);
}

#[test]
fn words_that_nothing_has_are_refused() {
    let run = tophash(&["cycles", "hit slot 0", "no such thing"]);
    assert_eq!((run.code, &*run.stdout), (Some(2), ""));
    assert!(run.stderr.contains("hit slot 0 no such thing"), "{}", run.stderr);
}

#[test]
fn a_file_that_cannot_be_written_is_an_error_and_the_table_stands() {
    let files = Files::new();
    let out = files.path("no/such/folder");
    let run = tophash(&["cycles", "--samples", "1", "--json", &*out, "aes 64 bits"]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("cannot be written") && run.stdout.contains("hash aes 64 bits"));
}
