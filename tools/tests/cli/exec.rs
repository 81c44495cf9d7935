//! What `exec` writes is a recording: of Go's operations, Go's; of any others, one that replays.

use crate::common::{Files, prefix, recording, replay, tophash};
use tophash_cli::exec::{Error, Options, exec};
use tophash_cli::input::Input;
use tophash_cli::outcome::Outcome;
use tophash_cli::progress::Progress;
use tophash_cli::value::Class;

/// Performs a list of operations in this process; returns what was written, and what is wrong.
fn perform(list: &str, seed: u64, every: u64) -> (String, Result<(), Error>) {
    let input = Input::bytes("test", list.to_owned().into_bytes());
    let progress = Progress::new("test", input.len());
    let mut out = String::new();
    let done = exec(&input, Options { seed, every }, &progress, |text| {
        out.push_str(text);
        Ok(())
    });
    (out, done)
}

fn performed(list: &str) -> String {
    let (out, done) = perform(list, 1, 1);
    done.unwrap();
    out
}

/// A list as it may be written by hand: without results, states, seeds and places.
fn bare(recording: &str) -> String {
    let results: &[&str] = &["state", "ok", "panic", "end", "lines", "hash0", "noverflow"];
    let mut list = String::new();
    for line in recording.lines() {
        let mut object: serde_json::Map<_, _> = serde_json::from_str(line).unwrap();
        let drop: &[&str] = match object.get("op").and_then(|op| op.as_str()) {
            None => &["go", "arch", "hint", "hash", "keysched", "hashkey", "hash0"],
            Some("iterinit" | "iternext") => &["start", "offset", "k", "v"],
            Some("access") => &["v"],
            Some(_) => &[],
        };
        let header = !object.contains_key("op");
        for field in drop.iter().chain(results.iter().filter(|_| !header)) {
            object.remove(*field);
        }
        list += &serde_json::to_string(&object).unwrap();
        list.push('\n');
    }
    list
}

/// The lines, whatever the order of their fields.
fn values(recording: &str) -> Vec<serde_json::Value> {
    recording.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn identical(recording: &str) -> u64 {
    match replay(recording) {
        Outcome::Identical(tally) => {
            assert_eq!(tally.exempt, 0);
            tally.states
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn operations_of_a_recording_give_that_recording() {
    // Clears, panics, iterators, dumps, both hashes and both architectures.
    for name in [
        "tiny-uint64-uint8",
        "clear-iface-uint32",
        "clear-a3u32-uint32-go1.23",
        "churn-uint16-string-arm64",
        "collide-string-uint64-fallback",
        "iter-float32-uint64-arm64",
    ] {
        assert_eq!(values(&performed(&prefix(name, 500))), values(&prefix(name, 500)), "{name}");
    }
}

#[test]
fn what_is_drawn_anew_replays() {
    for name in ["clear-iface-uint32", "mixed-string-string", "drain-float64-a20u8"] {
        // Iterators may end elsewhere under other seeds: only their starts are kept.
        let list: String = bare(&prefix(name, 500))
            .lines()
            .filter(|line| !line.contains("iternext"))
            .map(|line| format!("{line}\n"))
            .collect();
        let recorded = performed(&list);
        assert_eq!(identical(&recorded), list.lines().count() as u64 - 1, "{name}");
        assert_eq!(performed(&list), recorded);
        assert_ne!(perform(&list, 2, 1).0, recorded);
    }
}

#[test]
fn every_key_type_is_recorded_with_its_iterators_and_clears() {
    let keys = "uint8 uint16 uint32 uint64 float32 float64 string [3]uint32 [20]uint8 [136]uint8 \
                interface{} complex128 struct{uint32;uint32} struct{uint8;uint32} \
                struct{string;float64}";
    for key in keys.split_whitespace() {
        let k = Class::of_key(key).unwrap().zero();
        let list = format!(
            "{{\"trace\":\"tophash/1\",\"key\":\"{key}\",\"elem\":\"uint8\",\"hash\":\"fallback\"}}\n\
             {{\"op\":\"iterinit\",\"it\":3}}\n\
             {{\"op\":\"assign\",\"k\":\"{k}\",\"v\":\"07\"}}\n\
             {{\"op\":\"iterinit\",\"it\":0}}\n\
             {{\"op\":\"clear\"}}\n\
             {{\"op\":\"iternext\",\"it\":0}}\n\
             {{\"op\":\"assign\",\"k\":\"{k}\",\"v\":\"08\"}}\n\
             {{\"op\":\"delete\",\"k\":\"{k}\"}}\n\
             {{\"op\":\"dump\"}}\n"
        );
        let recorded = performed(&list);
        assert_eq!(identical(&recorded), 8, "{key}");
        // The clear of a map that is not empty draws a seed, and so does the delete that empties it.
        assert_eq!(recorded.matches("\"hash0\":").count(), 3, "{recorded}");
        assert_eq!(recorded.matches("\"end\":true").count(), 2, "{recorded}");
    }
}

#[test]
fn keys_with_padding_show_it_and_zeros_of_either_sign_are_one_key() {
    let keys = [
        ("struct{uint8;uint32}", "0100000002000000", "0100000002000000"),
        ("complex128", "00000000000000800000000000000000", "00000000000000000000000000000080"),
        ("struct{string;float64}", "{6869,0000000000000080}", "{6869,0000000000000000}"),
    ];
    for (key, first, second) in keys {
        let list = format!(
            "{{\"trace\":\"tophash/1\",\"key\":\"{key}\",\"elem\":\"struct{{string;float64}}\"}}\n\
             {{\"op\":\"assign\",\"k\":\"{first}\",\"v\":\"{{,000000000000f03f}}\"}}\n\
             {{\"op\":\"access\",\"k\":\"{second}\"}}\n\
             {{\"op\":\"assign\",\"k\":\"{second}\",\"v\":\"{{00,000000000000f03f}}\"}}\n\
             {{\"op\":\"dump\"}}\n"
        );
        let recorded = performed(&list);
        assert_eq!(identical(&recorded), 4);
        assert!(recorded.contains("\"ok\":true,\"v\":\"{,000000000000f03f}\""), "{recorded}");
        let dump = recorded.lines().last().unwrap();
        assert!(dump.contains("hmap count=1 "), "{dump}");
        // The key was updated, but for one that has nothing to update.
        let shown = match key {
            "struct{string;float64}" => format!("k=[{second},_,_,_,_,_,_,_]"),
            _ => format!("k={second}{} ", "00".repeat(7 * second.len() / 2)),
        };
        assert!(dump.contains(&shown), "{dump}");
        assert!(dump.contains("e=[{00,000000000000f03f},_,_,_,_,_,_,_]"), "{dump}");
    }
}

#[test]
fn coins_are_tossed_where_the_list_has_none() {
    // With five entries for each of 2^16 buckets, one bucket in 15 holds more than its eight.
    let mut list = String::from(
        "{\"trace\":\"tophash/1\",\"key\":\"uint32\",\"elem\":\"struct{}\",\"hint\":300000}\n",
    );
    for k in 0..330_000u32 {
        let [a, b, c, d] = k.to_le_bytes();
        list +=
            &format!("{{\"op\":\"assign\",\"k\":\"{a:02x}{b:02x}{c:02x}{d:02x}\",\"v\":\"\"}}\n");
    }
    let (recorded, done) = perform(&list, 1, u64::MAX);
    done.unwrap();
    let last = recorded.lines().last().unwrap();
    let object: serde_json::Value = serde_json::from_str(last).unwrap();
    // Each of the overflow buckets counts with a probability of one half.
    assert!(object["noverflow"].as_u64().unwrap() > 1000, "{last}");
    assert_eq!(identical(&recorded), 0);
}

#[test]
fn states_are_on_every_nth_operation_and_on_dumps() {
    let list = prefix("tiny-uint64-uint8", 21);
    let (recorded, done) = perform(&list, 1, 4);
    done.unwrap();
    let dumps = list.matches("\"op\":\"dump\"").count();
    assert_eq!(identical(&recorded) as usize, dumps + (20 - dumps) / 4);
}

#[test]
fn a_bad_line_is_named_and_the_recording_up_to_it_is_whole() {
    let good = prefix("iter-float32-uint64-arm64", 1);
    let assign = "{\"op\":\"assign\",\"k\":\"00000000\",\"v\":\"0000000000000000\"}\n";
    for (line, field) in [
        ("{\"op\":\"iternext\",\"it\":0}", "it"),
        ("{\"op\":\"iterinit\",\"it\":0,\"start\":1}", "start"),
        ("{\"op\":\"assign\",\"k\":\"0000c07f\",\"v\":\"0000000000000000\"}", "k"),
        ("{\"op\":\"acces\"}", "op"),
        ("{", "line"),
    ] {
        let (out, done) = perform(&format!("{good}{assign}{line}\n{assign}"), 1, 1);
        let Err(Error::Bad(bad)) = done else { panic!("{line} is not refused") };
        assert_eq!((bad.line, bad.field.as_deref()), (Some(3), Some(field)), "{}", bad.what);
        assert_eq!(identical(&out), 1);
    }
    let files = Files::new();
    let path = files.write("a.jsonl", format!("{good}{{}}\n"));
    let run = tophash(&["exec", &path]);
    assert_eq!((run.code, values(&run.stdout)), (Some(2), values(&good)));
    assert_eq!(run.stderr, format!("{path}:2: op: missing\n"));
    let path = files.write("b.jsonl", "");
    let run = tophash(&["exec", &path]);
    assert_eq!((run.code, &*run.stdout), (Some(2), ""));
    assert_eq!(run.stderr, format!("{path}:1: line: missing: the file is empty\n"));
}

#[test]
fn an_overflow_counter_that_no_coins_come_to_is_refused() {
    let text = recording("flips-uint64-uint8-hint420000");
    let list: String = text.lines().take(2).map(|line| format!("{line}\n")).collect();
    let (_, done) = perform(&list.replace("\"noverflow\":0", "\"noverflow\":9"), 1, u64::MAX);
    let Err(Error::Bad(bad)) = done else { panic!("is not refused") };
    assert_eq!((bad.line, bad.field.as_deref()), (Some(2), Some("noverflow")));
}
