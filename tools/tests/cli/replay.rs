//! Recordings of real Go replay identically, and what does not is reported.

use crate::common::{Files, Run, field, other_elem, package, prefix, recording, replay, tophash};
use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Command, Stdio};
use tophash_cli::embedded::RECORDINGS;
use tophash_cli::outcome::{Outcome, States};
use tophash_cli::value::Class;

/// The recording of Go's bug.
const GOBUG: &str = "gobug-iter-twice-uint64-string";

#[test]
fn without_files_every_built_in_recording_is_identical_in_every_result_and_state() {
    let run = tophash(&["replay", "--json"]);
    assert_eq!((run.code, &*run.stderr), (Some(0), ""), "{}", run.stdout);
    assert_eq!(run.stdout.lines().count(), RECORDINGS.len());
    for ((name, _), said) in RECORDINGS.iter().zip(run.stdout.lines()) {
        let said: serde_json::Value = serde_json::from_str(said).unwrap();
        assert_eq!((&said["file"], &said["outcome"]), (&(*name).into(), &"identical".into()));
        let lines = recording(name).lines().skip(1);
        assert_eq!(said["operations"], lines.clone().count(), "{name}");
        let states = lines.filter(|line| line.contains("\"state\":")).count();
        assert_eq!(said["states"], states, "{name}");
        let exempt = match *name {
            GOBUG => 1,
            // As many results as the recorder saw Go return twice.
            "gobug-halves-uint32-uint8" => 12,
            _ => 0,
        };
        assert_eq!(said["exempt"], exempt, "{name}");
    }
}

#[test]
fn results_by_go_s_iterator_bug_are_counted_and_nothing_else_is_exempt() {
    let files = Files::new();
    let path = files.write("a.jsonl", recording(GOBUG));
    let run = tophash(&["replay", &path]);
    assert_eq!((run.code, &*run.stderr), (Some(0), ""));
    let said = "130 operations, 130 states identical, 1 results exempt (a bug of Go's iterators)";
    assert_eq!(run.stdout, format!("{path}: {said}\n"));

    // Go's iterator skips to this entry. Had it returned the zero key before, from slots that Go
    // zeroed, ours would wait; anywhere else, that is no bug of Go's.
    let skips_to = "{\"op\":\"iternext\",\"it\":0,\"k\":\"3f68000000000000\"";
    let zero = "{\"op\":\"iternext\",\"it\":0,\"k\":\"0000000000000000\",\"v\":\"\"}\n";
    let twice = recording(GOBUG).replace(skips_to, &format!("{zero}{zero}{skips_to}"));
    let Outcome::Identical(tally) = replay(twice) else { panic!("diverges") };
    assert_eq!((tally.operations, tally.states, tally.exempt), (132, 130, 3));
    let later = "{\"op\":\"iternext\",\"it\":0,\"k\":\"f9f3000000000000\"";
    let wrong = recording(GOBUG).replace(later, &format!("{zero}{later}"));
    let Outcome::Diverged(divergence) = replay(wrong) else { panic!("is exempt") };
    assert_eq!(divergence.differences[0].field, "k");
}

#[test]
fn every_file_among_the_recordings_is_built_in_and_said_why() {
    let readme = std::fs::read_to_string(package().join("recordings/README.md")).unwrap();
    let files: BTreeSet<String> = std::fs::read_dir(package().join("recordings"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| name.strip_suffix(".jsonl").map(str::to_owned))
        .collect();
    let built_in: BTreeSet<String> = RECORDINGS.iter().map(|(name, _)| name.to_string()).collect();
    assert_eq!(files, built_in);
    assert!(files.iter().all(|name| readme.contains(&format!("`{name}`"))));
}

#[test]
fn standard_input_and_other_streams_are_replayed() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tophash"))
        .args(["replay", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(prefix("tiny-uint64-uint8", 11).as_bytes()).unwrap();
    let run = Run::of(child.wait_with_output().unwrap());
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(run.stdout, "-: 10 operations, 10 states identical\n");
}

#[test]
fn every_pair_of_types_replays() {
    // The contract's types, and the others that share their storage.
    let keys = "uint8 uint16 uint32 uint64 int32 int64 float32 float64 string [3]uint32 [20]uint8 \
                [136]uint8 interface{} bool int8 int16 int uint uintptr [4]uint8 [8]uint8 [2]uint64 \
                complex128 struct{uint32;uint32} struct{uint8;uint32} struct{string;float64} \
                struct{[2][3]uint16;struct{uint16;uint16}}";
    let elems = "struct{} uint8 uint32 uint64 string [20]uint8 [136]uint8 bool uint16 int32 int \
                 float32 float64 [3]float32 [2]uint64 complex128 struct{string;float64}";
    let header = recording("tiny-uint64-uint8").lines().next().unwrap();
    for key in keys.split_whitespace() {
        for elem in elems.split_whitespace() {
            let header = header
                .replace("\"key\":\"uint64\"", &format!("\"key\":\"{key}\""))
                .replace("\"elem\":\"uint8\"", &format!("\"elem\":\"{elem}\""));
            let k = Class::of_key(key).unwrap().zero();
            let v = Class::of_elem(elem).unwrap().zero();
            let text = format!(
                "{header}\n\
                 {{\"op\":\"assign\",\"k\":\"{k}\",\"v\":\"{v}\"}}\n\
                 {{\"op\":\"access\",\"k\":\"{k}\",\"ok\":true,\"v\":\"{v}\"}}\n\
                 {{\"op\":\"iterinit\",\"it\":0,\"start\":0,\"offset\":3,\"k\":\"{k}\",\"v\":\"{v}\"}}\n\
                 {{\"op\":\"iternext\",\"it\":0,\"end\":true}}\n"
            );
            let outcome = replay(text);
            assert!(matches!(outcome, Outcome::Identical(_)), "{key} {elem}: {outcome:?}");
        }
    }
}

#[test]
fn lines_may_lack_states() {
    let lines = || recording("mixed-uint64-uint64").lines();
    let text: String = lines()
        .map(|line| match line.find(",\"state\"") {
            Some(at) if !line.contains("dump") => format!("{}}}\n", &line[..at]),
            _ => format!("{line}\n"),
        })
        .collect();
    let Outcome::Identical(tally) = replay(text) else { panic!("diverges") };
    let dumps = lines().filter(|line| line.contains("\"op\":\"dump\"")).count() as u64;
    assert_eq!((tally.operations, tally.states), (lines().count() as u64 - 1, dumps));
    assert!(dumps > 0 && dumps < tally.operations);
}

#[test]
fn a_divergence_before_a_dump_is_shown_against_the_dump() {
    // Line 3 dumps what line 2 did: its elem is changed in the recording of the dump alone.
    let text = prefix("every-double-uint16-uint8", 3);
    let elem = field(&text, 2, "v");
    let changed = text.replace(&format!("e={elem}00"), "e=5a00");
    assert_ne!(text, changed);
    let files = Files::new();
    let path = files.write("a.jsonl", &changed);
    let run = tophash(&["replay", &path]);
    assert_eq!((run.code, &*run.stderr), (Some(1), ""));
    assert!(
        run.stdout.starts_with(&format!("{path}: diverges at operation 2, line 3\n")),
        "{run:?}"
    );
    assert!(run.stdout.contains("the state afterwards, recorded (-) and ours (+)"));
    let lines: Vec<&str> = run.stdout.lines().map(|line| line.trim_start_matches("    ")).collect();
    let at = lines.iter().position(|line| line.starts_with("- b0")).unwrap();
    assert!(lines[at + 1].contains(&format!("e={elem}")), "{run:?}");
    let elems_at = lines[at].find("e=5a").unwrap() + "e=".len();
    assert_eq!(lines[at + 2].find('^'), Some(elems_at), "{run:?}");

    // The digest of line 2 is wrong; the dump behind it shows that the state is not.
    let (state, wrong) = (field(&text, 2, "state"), "0123456789abcdef");
    let changed = text.replacen(&state, wrong, 1);
    let Outcome::Diverged(divergence) = replay(changed) else { panic!("is identical") };
    assert_eq!((divergence.operation, divergence.line), (1, 2));
    assert_eq!(divergence.differences.len(), 1);
    assert_eq!(divergence.differences[0].recorded.as_deref(), Some(wrong));
    assert_eq!(divergence.differences[0].ours.as_deref(), Some(&*state));
    let States::Dumped { recorded, ours } = divergence.states else { panic!("there is a dump") };
    assert_eq!(recorded, ours);
}

#[test]
fn a_divergence_without_a_dump_shows_our_state_before_and_after() {
    let changed = other_elem("mixed-uint64-uint64", 3);
    let state = field(&changed, 2, "state");
    let files = Files::new();
    let run = tophash(&["replay", &files.write("a.jsonl", changed)]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stdout.contains("diverges at operation 1, line 2\n"), "{run:?}");
    assert!(run.stdout.contains("our state before (-) and after (+) the operation"), "{run:?}");
    assert!(run.stdout.contains("- hmap count=0") && run.stdout.contains("+ hmap count=1"));
    assert!(run.stdout.contains(&format!("recorded {state}")), "{run:?}");
}

#[test]
fn results_are_compared_field_by_field() {
    let differ = |text: String| match replay(text) {
        Outcome::Diverged(divergence) => divergence
            .differences
            .iter()
            .map(|difference| difference.field)
            .collect::<Vec<_>>()
            .join(" "),
        other => panic!("does not diverge: {other:?}"),
    };
    let change = |name: &str, from: &str, to: &str| {
        let text = recording(name);
        assert!(text.contains(from), "{name} has no {from}");
        differ(text.replacen(from, to, 1))
    };
    assert_eq!(
        change("churn-uint16-string-arm64", "\"ok\":false", "\"ok\":true,\"v\":\"\""),
        "ok v"
    );
    let panic = "\"panic\":\"runtime error: hash of unhashable type []int\"";
    let name = "clear-iface-uint32";
    assert_eq!(change(name, panic, "\"panic\":\"out of order\""), "panic");
    assert_eq!(change(name, "\"ok\":false", panic), "panic");
    assert_eq!(change(name, panic, "\"ok\":false"), "panic");
    // The first end comes from a map that is empty.
    let end = "\"end\":true";
    let entry = "\"k\":\"00000000\",\"v\":\"0000000000000000\"";
    assert_eq!(change("iter-float32-uint64-arm64", end, entry), "k v end");
    assert_eq!(
        change("tiny-uint64-uint8", "\"op\":\"delete\"", "\"hash0\":1,\"op\":\"delete\""),
        "hash0"
    );
    let flips = "flips-uint64-uint8-hint420000";
    assert_eq!(change(flips, "\"noverflow\":0", "\"noverflow\":9"), "noverflow");
    assert_eq!(
        change("tiny-uint64-uint8", "\"op\":\"delete\"", "\"noverflow\":0,\"op\":\"delete\""),
        "noverflow"
    );
}

#[test]
fn json_has_one_object_per_file_and_the_exit_status_is_the_worst() {
    let files = Files::new();
    let good = files.write("good.jsonl", prefix("tiny-uint64-uint8", 5));
    let other = files.write("other.jsonl", other_elem("mixed-uint64-uint64", 3));
    let bad = files.write("bad.jsonl", prefix("tiny-uint64-uint8", 5) + "{\n");
    let objects = |args: &[&str], code: i32| -> Vec<serde_json::Value> {
        let run = tophash(&[&["replay", "--json"], args].concat());
        assert_eq!(run.code, Some(code), "{run:?}");
        run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let all = objects(&[&good, &other, &bad], 2);
    assert_eq!(all.len(), 3);
    assert_eq!(all[0]["outcome"], "identical");
    assert_eq!((&all[0]["operations"], &all[0]["states"]), (&4.into(), &4.into()));
    assert_eq!(all[1]["outcome"], "diverged");
    assert_eq!((&all[1]["operation"], &all[1]["line"]), (&1.into(), &2.into()));
    assert_eq!(all[1]["differences"][0]["field"], "state");
    assert!(all[1]["state_before"].is_array() && all[1]["state"].is_array());
    assert_eq!(all[2]["outcome"], "bad input");
    assert_eq!((&all[2]["line"], &all[2]["field"]), (&6.into(), &"line".into()));
    assert_eq!(objects(&[&other, &good], 1).len(), 2);
    assert_eq!(objects(&[&good], 0).len(), 1);
}

#[test]
fn help_has_examples_and_exits_0() {
    for command in ["", "replay", "hash", "exec", "record"] {
        let args: Vec<&str> = [command, "--help"].into_iter().filter(|s| !s.is_empty()).collect();
        let run = tophash(&args);
        assert_eq!((run.code, &*run.stderr), (Some(0), ""));
        assert!(run.stdout.contains("Examples:\n  tophash "), "{}", run.stdout);
    }
    assert_eq!(tophash(&["replya"]).code, Some(2));
    assert_eq!(tophash(&["hash"]).code, Some(2));
}
