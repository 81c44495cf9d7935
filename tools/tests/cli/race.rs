//! Threads that take no turns, and what Go's flag notices of it. Figures depend on the machine; what
//! must hold of them does not.

use crate::common::{Files, Run, tophash};
use serde_json::Value;
use std::fs;

/// Where a Go is that is to die. Without it, the test that needs one says so and passes.
const GO: &str = "TOPHASH_GO";

/// A quick race, and what it wrote as JSON.
fn quick(more: &[&str]) -> (Run, Value) {
    let files = Files::new();
    let out = files.path("race.json");
    let run = tophash(&[&["race", "--quick", "--json", &*out], more].concat());
    assert_eq!((run.code, &*run.stderr), (Some(0), ""), "{}", run.stdout);
    let json = serde_json::from_str(&fs::read_to_string(out).unwrap()).unwrap();
    (run, json)
}

#[test]
fn there_is_a_row_for_each_mix_size_and_number_of_threads() {
    let (run, json) =
        quick(&["--entries", "8", "--entries", "64", "--threads", "1", "--threads", "2"]);
    let rows = json["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 4 * 2 * 2);
    for row in rows {
        let number = |name: &str| row["flag"][name].as_u64().unwrap();
        let kinds = ["read_in_write", "write_in_read", "write_in_write"].map(number);
        assert_eq!(kinds.iter().sum::<u64>(), number("overlaps"), "{row}");
        assert!(number("operations") >= number("lives") && number("lives") > 0, "{row}");
        assert!(number("deaths") <= number("lives").min(number("overlaps")), "{row}");
        assert!(number("at_exit") <= number("deaths"), "{row}");
        if row["threads"] == 1 {
            assert_eq!((number("overlaps"), number("deaths")), (0, 0), "{row}");
        }
        if row["mix"] == "write" {
            assert_eq!((kinds[0], kinds[1]), (0, 0), "{row}");
        }
    }
    // Aligned: all lines of the table end in the same column.
    let lines: Vec<&str> = run.stdout.lines().skip(4).collect();
    assert_eq!(lines.len(), 1 + rows.len());
    assert!(lines[0].starts_with("mix"), "{}", run.stdout);
    assert!(lines.iter().all(|line| line.chars().count() == lines[0].chars().count()));
}

#[test]
fn the_table_can_be_markdown() {
    let (run, _) = quick(&["--mix", "write", "--markdown"]);
    assert!(run.stdout.contains("\n| mix | entries | threads | overlaps in 1,000 operations |"));
    assert!(run.stdout.contains("\n| write | 64 | 2 | "), "{}", run.stdout);
}

#[test]
fn pictures_have_a_panel_for_each_mix() {
    let files = Files::new();
    let plots = files.path("a/b");
    quick(&["--mix", "read", "--mix", "write", "--plot", &plots]);
    for name in ["race-operations.svg", "race-noticed.svg"] {
        let svg = fs::read_to_string(format!("{plots}/{name}")).unwrap();
        assert!(svg.starts_with("<svg width=\"800\"") && svg.ends_with("</svg>\n"), "{name}");
        for text in ["98 % look-ups, 2 % writes", "writes only", "64 / 2", "entries / threads"] {
            assert!(svg.contains(&format!("\n{text}\n")), "{name} has no {text}");
        }
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{name}");
    }
}

#[test]
fn what_cannot_be_raced_is_refused() {
    for (arguments, complaint) in [
        (&["--entries", "100"][..], "it is no power of two"),
        (&["--entries", "some"], "it is no number"),
        (&["--threads", "0"], "0 is not in 1..=256"),
        (&["--mix", "none"], "invalid value 'none'"),
        (&["--go", "echo"], "race: echo is not one that will do: version\n"),
    ] {
        let run = tophash(&[&["race", "--quick"], arguments].concat());
        assert_eq!((run.code, &*run.stdout), (Some(2), ""), "{run:?}");
        assert!(run.stderr.contains(complaint), "{run:?}");
    }
    let files = Files::new();
    let file = files.write("file", "");
    let run = tophash(&["race", "--quick", "--plot", &format!("{file}/plots")]);
    assert_eq!((run.code, &*run.stdout), (Some(2), ""));
    assert!(run.stderr.starts_with(&format!("race: {file}/plots: ")), "{run:?}");
}

#[test]
fn real_go_dies_of_the_same_workload_by_its_own_check() {
    let Some(go) = std::env::var_os(GO) else {
        eprintln!("skipped: {GO} names no go command to compare with");
        return;
    };
    let go = go.to_str().unwrap();
    // Many, since on a busy machine some processes never have two goroutines run at once.
    let race = ["--mix", "write", "--threads", "4", "--processes", "8", "--go", go];
    let (run, json) = quick(&race);
    let of = &json["rows"][0]["go"][0];
    assert_eq!(of["processes"], 8);
    if std::thread::available_parallelism().is_ok_and(|cores| cores.get() > 1) {
        assert!(of["noticed"].as_u64() > Some(0), "{of}");
        assert_eq!(of["words"][0][0], "concurrent map writes", "{of}");
        // The median, if most died; some die at once.
        let most = of["noticed"].as_u64() > Some(4);
        assert!(of["until_death"].is_u64() || !most, "{of}");
    }
    assert!(run.stdout.contains(of["release"].as_str().unwrap()));
}
