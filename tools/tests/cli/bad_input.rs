//! Whatever the input, a replay ends with a verdict: no panic, and nothing past the first bad line.

use crate::common::{Files, complaint, prefix, recording, replay, tophash};
use std::fs::File;
use tophash_cli::lines::LONGEST;
use tophash_cli::outcome::Outcome;

const TINY: &str = "tiny-uint64-uint8";

#[test]
fn a_recording_cut_anywhere_is_a_recording_or_is_refused() {
    let text = prefix(TINY, 12);
    let header = text.find('\n').unwrap();
    for end in 0..=text.len() {
        match replay(&text.as_bytes()[..end]) {
            Outcome::Identical(_) => assert!(end >= header && text[..end].ends_with(['}', '\n'])),
            Outcome::Bad(_) => {}
            other => panic!("cut at {end}: {other:?}"),
        }
    }
}

#[test]
fn no_flipped_bit_of_an_operation_goes_unnoticed() {
    let text = prefix(TINY, 8);
    let header = text.find('\n').unwrap();
    for at in 0..text.len() {
        // A header may be changed without effect, say by a hint of 8 in place of 0, and so may a
        // key that is deleted or looked up in vain.
        let key = text[..at].rfind('"').is_some_and(|quote| text[..quote].ends_with("\"k\":"));
        for bit in 0..8 {
            let mut flipped = text.clone().into_bytes();
            flipped[at] ^= 1 << bit;
            let unnoticed = matches!(replay(flipped), Outcome::Identical(_));
            assert!(at < header || key || !unnoticed, "byte {at}, bit {bit}");
        }
    }
}

#[test]
fn lines_out_of_order_twice_or_missing_never_panic() {
    for name in [TINY, "iter-uint64-string", "clear-iface-uint32", "mixed-uint16-string-spare"] {
        let text = prefix(name, 60);
        let lines: Vec<&str> = text.lines().collect();
        for at in 0..lines.len() - 1 {
            let mut swapped = lines.clone();
            swapped.swap(at, at + 1);
            let mut twice = lines.clone();
            twice.insert(at, lines[at]);
            let mut missing = lines.clone();
            missing.remove(at);
            let mut moved = missing.clone();
            moved.insert(lines.len() / 2, lines[at]);
            for changed in [swapped, twice, missing, moved] {
                let _ = replay(changed.join("\n"));
            }
        }
    }
}

#[test]
fn lines_of_another_recording_never_panic() {
    let header = prefix("mixed-uint64-uint64", 1);
    let mut text = header;
    for line in recording("iter-uint64-uint8-sentinel").lines().skip(1).take(400) {
        text.push_str(line);
        text.push('\n');
    }
    // Keys fit, elems do not.
    let (line, field, _) = complaint(text);
    assert_eq!((line, &*field), (2, "v"));
}

#[test]
fn iterators_are_advanced_only_between_their_start_and_their_end() {
    let text = recording("iter-float32-uint64-arm64");
    let header = prefix("iter-float32-uint64-arm64", 1);
    let next = r#"{"op":"iternext","it":0,"end":true}"#;
    let (line, field, what) = complaint(format!("{header}{next}\n"));
    assert_eq!((line, &*field, &*what), (2, "it", "iterator 0 was never started"));

    // Its first iterator starts on an empty map and ends at once.
    let init = text.lines().nth(1).unwrap();
    let (line, field, what) = complaint(format!("{header}{init}\n{next}\n"));
    assert_eq!((line, &*field, &*what), (3, "it", "iterator 0 has ended"));
    let (line, field, what) = complaint(format!("{header}{init}\n{init}\n"));
    assert_eq!((line, &*field, &*what), (3, "it", "iterator 0 was started before"));
}

#[test]
fn an_iteration_starts_inside_the_map() {
    let header = prefix(TINY, 1);
    let assign = r#"{"op":"assign","k":"0000000000000000","v":"00"}"#;
    let init = |start: &str, offset: &str| {
        format!(r#"{{"op":"iterinit","it":0,"start":{start},"offset":{offset},"end":true}}"#)
    };
    for (start, offset, field) in [
        ("1", "0", "start"),
        ("18446744073709551615", "0", "start"),
        ("18446744073709551616", "0", "start"),
        ("-1", "0", "start"),
        ("0", "8", "offset"),
    ] {
        let text = format!("{header}{assign}\n{}\n", init(start, offset));
        assert_eq!(complaint(text).1, field, "start {start}, offset {offset}");
    }
    // On an empty map nothing is drawn.
    assert_eq!(complaint(header.clone() + &init("1", "0")).1, "start");
    assert_eq!(complaint(header + &init("0", "1")).1, "offset");
}

#[test]
fn draws_that_are_not_recorded_are_named() {
    let text = recording("clear-a3u32-uint32-go1.23");
    let at = text.lines().skip(1).position(|line| line.contains("\"hash0\":")).unwrap() + 1;
    let lines: Vec<String> = text
        .lines()
        .enumerate()
        .map(|(i, line)| {
            let from = line.find("\"hash0\":").filter(|_| i == at);
            from.map_or(line.to_owned(), |from| {
                let end = from + line[from..].find(',').unwrap() + 1;
                format!("{}{}", &line[..from], &line[end..])
            })
        })
        .collect();
    let (line, field, _) = complaint(lines.join("\n"));
    assert_eq!((line, &*field), (at as u64 + 1, "hash0"));

    let flips = prefix("flips-uint64-uint8-hint420000", 3);
    let last = flips.rfind(",\"noverflow\":0").unwrap();
    let (line, field, _) = complaint(format!("{}}}\n", &flips[..last]));
    assert_eq!((line, &*field), (3, "noverflow"));
}

#[test]
fn hints_that_go_ignores_replay_and_huge_ones_are_refused() {
    let hint =
        |hint: &str| replay(prefix(TINY, 9).replacen("\"hint\":0", &format!("\"hint\":{hint}"), 1));
    for ignored in ["-1", "-9223372036854775808", "9223372036854775807", "1000000000000000"] {
        assert!(matches!(hint(ignored), Outcome::Identical(_)), "{ignored}");
    }
    for refused in ["100000000", "1000000000000", "9223372036854775808", "1e3", "0.5", "\"1\""] {
        match hint(refused) {
            Outcome::Bad(bad) => assert_eq!(bad.field.as_deref(), Some("hint"), "{refused}"),
            other => panic!("{refused}: {other:?}"),
        }
    }
}

#[test]
fn types_and_releases_that_are_not_supported_are_refused_by_name() {
    let text = prefix(TINY, 3);
    for (from, to, field, named) in [
        ("go1.22.10", "go1.24.1", "go", "go1.24.1"),
        ("go1.22.10", "go1.2", "go", "go1.2"),
        ("\"key\":\"uint64\"", "\"key\":\"[]int\"", "key", "[]int"),
        ("\"key\":\"uint64\"", "\"key\":\"[7]uint8\"", "key", "7 bytes"),
        ("\"elem\":\"uint8\"", "\"elem\":\"map[int]int\"", "elem", "map[int]int"),
        ("\"trace\":\"tophash/1\"", "\"trace\":\"tophash/2\"", "trace", "tophash/2"),
    ] {
        let (line, at, what) = complaint(text.replacen(from, to, 1));
        assert_eq!((line, &*at), (1, field));
        assert!(what.contains(named), "{what}");
    }
}

/// What the binary says about `content`, with the path cut off.
fn refused(content: &[u8]) -> String {
    let files = Files::new();
    let path = files.write("a.jsonl", content);
    let run = tophash(&["replay", &path]);
    assert_eq!((run.code, &*run.stdout), (Some(2), ""), "{run:?}");
    run.stderr.trim_end().strip_prefix(&path).unwrap().to_owned()
}

#[test]
fn an_empty_file_is_refused() {
    assert_eq!(refused(b""), ":1: line: missing: the file is empty");
}

#[test]
fn what_is_no_utf8_is_refused_with_its_place() {
    let mut text = prefix(TINY, 3).into_bytes();
    text.extend(b"{\"op\":\"\xff\"}\n");
    assert_eq!(refused(&text), ":4: line: not UTF-8 at byte 8");
}

#[test]
fn lines_of_ten_megabytes_are_refused_briefly() {
    let header = prefix(TINY, 1);
    let long = "0".repeat(10 << 20);
    for line in [
        format!("{{\"op\":\"{long}\"}}"),
        format!("{{\"{long}\":1}}"),
        format!("{{\"op\":\"delete\",\"k\":\"{long}\"}}"),
        format!("{{\"op\":\"delete\",\"k\":{long}}}"),
        "[".repeat(10 << 20),
        long,
    ] {
        let said = refused(format!("{header}{line}\n").as_bytes());
        assert!(said.starts_with(":2: ") && said.len() < 400, "{said}");
    }
}

#[test]
fn a_file_without_line_ends_is_not_read_whole() {
    let files = Files::new();
    let path = files.path("zeros");
    File::create(&path).unwrap().set_len(3 * LONGEST as u64).unwrap();
    let run = tophash(&["replay", &path]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.ends_with(":1: line: longer than 64 MiB\n"), "{}", run.stderr);
}

#[test]
fn what_cannot_be_opened_is_refused_and_the_rest_goes_on() {
    let files = Files::new();
    let (missing, folder) = (files.path("missing"), files.path("."));
    let good = files.write("good.jsonl", prefix(TINY, 5));
    let run = tophash(&["replay", &missing, &folder, &good]);
    assert_eq!(run.code, Some(2));
    assert_eq!(run.stdout, format!("{good}: 4 operations, 4 states identical\n"));
    let said: Vec<&str> = run.stderr.lines().collect();
    assert!(said[0].starts_with(&format!("{missing}: cannot be opened: ")), "{said:?}");
    assert_eq!(said[1], format!("{folder}: is a directory"));
    assert_eq!(said.len(), 2);
}

#[test]
fn every_command_refuses_in_one_line_what_is_no_recording() {
    let files = Files::new();
    let header = prefix(TINY, 1);
    let cases = [
        (files.write("empty", ""), ":1: line: missing: the file is empty"),
        (files.write("blank", header.clone() + "\n"), ":2: line: "),
        (files.write("cut", header.clone() + "{\"op\":\"ass"), ":2: op: "),
        (files.write("short", header.clone() + "{\"op\":\"delete\",\"k\":\"00\"}\n"), ":2: k: 1 "),
        (files.write("unknown", header + "{\"op\":\"<b>\\u001b\"}\n"), ":2: op: "),
        (files.write("bytes", b"\xff\n"), ":1: line: not UTF-8 at byte 1"),
        (files.path("."), ": is a directory"),
        (files.path("missing"), ": cannot be opened: "),
        // Standard input, of which there is none.
        ("-".into(), ":1: line: missing: the file is empty"),
    ];
    let out = files.path("out");
    for (path, said) in cases {
        for command in [
            &["replay"][..],
            &["exec"],
            &["stats"],
            &["stats", "--json"],
            &["show"],
            &["show", "--width", "20"],
            &["show", "--html", &out],
            &["show", "--svg", &out],
        ] {
            let run = tophash(&[command, &[&path]].concat());
            let complaint = run.stderr.strip_prefix(&path).unwrap_or_else(|| panic!("{run:?}"));
            assert!(complaint.starts_with(said), "{command:?}: {run:?}");
            assert!(run.stderr.trim_end().chars().all(|c| !c.is_control()), "{run:?}");
            // What `exec` could perform, it has written.
            let written = if command == ["exec"] && said.starts_with(":2") { 1 } else { 0 };
            assert_eq!((run.code, run.stdout.lines().count()), (Some(2), written), "{run:?}");
            assert!(!std::path::Path::new(&out).exists(), "{command:?} {path}");
        }
    }
}

#[cfg(target_os = "linux")]
mod output {
    use super::*;
    use crate::common::other_elem;
    use std::process::{Command, Stdio};

    fn with_stdout(stdout: Stdio, args: &[&str]) -> (Option<i32>, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_tophash"))
            .args(args)
            .stdout(stdout)
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    }

    #[test]
    fn a_closed_pipe_is_quiet_and_the_exit_status_still_true() {
        let files = Files::new();
        let good = files.write("good.jsonl", prefix(TINY, 5));
        let other = files.write("other.jsonl", other_elem("mixed-uint64-uint64", 3));
        for (args, code) in [
            (&["replay", &*good][..], 0),
            (&["replay", &good, &other], 1),
            (&["replay", "--json", &other], 1),
            (&["show", &good], 0),
            (&["show", &other], 1),
            (&["show", "--html", "/dev/stdout", &good], 0),
            (&["exec", &good], 0),
            (&["stats", &good], 0),
            (&["stats", "--json", &other], 1),
            (&["completions", "bash"], 0),
            (&["--help"], 0),
        ] {
            let (reader, writer) = std::io::pipe().unwrap();
            drop(reader);
            assert_eq!(with_stdout(writer.into(), args), (Some(code), String::new()), "{args:?}");
        }
    }

    #[test]
    fn a_full_disk_is_an_error() {
        let files = Files::new();
        let good = files.write("good.jsonl", prefix(TINY, 5));
        for args in [
            &["replay", &*good][..],
            &["replay", "--json", &good],
            &["show", &good],
            &["exec", &good],
            &["stats", &good],
            &["stats", "--json", &good],
            &["completions", "fish"],
            &["--help"],
        ] {
            let full = File::options().write(true).open("/dev/full").unwrap();
            let (code, stderr) = with_stdout(full.into(), args);
            assert_eq!(code, Some(2), "{args:?}");
            assert!(
                stderr.starts_with("standard output: ") && stderr.lines().count() == 1,
                "{stderr}"
            );
        }
    }
}
