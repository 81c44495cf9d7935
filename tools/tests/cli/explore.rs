//! `tophash exhaust` and `tophash fuzz`.

use crate::common::{Files, tophash};

/// The lines that do not tell how long it took.
fn timeless(text: &str) -> Vec<&str> {
    text.lines().filter(|line| !line.contains("/s")).collect()
}

#[test]
fn exhaust_finds_the_same_whatever_the_number_of_threads() {
    let run = |threads| {
        tophash(&["exhaust", "--depth", "1", "--from", "before-same", "--threads", threads])
    };
    let (one, three) = (run("1"), run("3"));
    assert_eq!((one.code, three.code), (Some(0), Some(0)), "{}", one.stderr);
    assert_eq!(timeless(&one.stdout), timeless(&three.stdout));
    let all = one.stdout.lines().find(|line| line.starts_with("all")).unwrap();
    let numbers: Vec<u64> =
        all.split_whitespace().skip(1).map(|n| n.replace(',', "").parse().unwrap()).collect();
    let [starts, states, transitions] = numbers[..] else { panic!("{all}") };
    assert!(starts > 50 && states > starts && transitions > states, "{all}");
}

#[test]
fn exhaust_says_which_states_there_are() {
    let run = tophash(&["exhaust", "--from", "nowhere"]);
    assert_eq!(run.code, Some(2));
    for name in ["empty", "full-bucket", "before-double", "double-1", "same-3", "long-chains"] {
        assert!(run.stderr.contains(name), "{}", run.stderr);
    }
    assert_eq!(tophash(&["exhaust", "--depth", "9"]).code, Some(2));
}

#[test]
fn fuzz_is_a_function_of_its_seed() {
    let run =
        |seed, threads| tophash(&["fuzz", "--ops", "5000", "--seed", seed, "--threads", threads]);
    let (one, three, other) = (run("7", "1"), run("7", "3"), run("8", "1"));
    assert_eq!(one.code, Some(0), "{}", one.stderr);
    assert_eq!(timeless(&one.stdout), timeless(&three.stdout));
    assert_ne!(timeless(&one.stdout), timeless(&other.stdout));
    assert!(one.stdout.contains("reached  reachable"), "{}", one.stdout);
}

#[test]
fn every_profile_runs() {
    for profile in ["mixed", "double", "same-size", "chains", "cursors", "empty"] {
        let run = tophash(&["fuzz", "--ops", "500", "--profile", profile]);
        assert_eq!(run.code, Some(0), "{profile}: {}", run.stderr);
    }
}

#[test]
fn every_reason_is_listed_and_the_numbers_add_up() {
    let run = tophash(&["fuzz", "--rules"]);
    assert_eq!(run.code, Some(0));
    let number = |text: &str| text.replace(',', "").parse::<u64>().unwrap();
    let mut lines = run.stdout.lines().skip(1).peekable();
    let mut sum = 0;
    while let Some(line) = lines.next() {
        let (count, reason) = line.trim_start().split_once("  ").unwrap();
        if lines.peek().is_some() {
            assert!(number(count) > 0, "{line}");
            sum += number(count);
        } else {
            let reachable =
                reason.split(' ').find_map(|word| word.replace(',', "").parse::<u64>().ok());
            assert_eq!(number(count), sum + reachable.unwrap(), "{line}");
        }
    }
}

/// Checks what was said of a fault, and that its recording can be looked at.
fn found(args: &[&str], what: &str, longest: usize) {
    let files = Files::new();
    let out = files.path("found.jsonl");
    let run = tophash(&[args, &["--out", &out]].concat());
    assert_eq!(run.code, Some(1), "{args:?}: {}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains(what), "{args:?}: {}", run.stdout);
    assert!(run.stdout.contains(&format!("tophash show {out}")), "{}", run.stdout);
    // Panics are told in a sentence.
    assert_eq!(run.stderr, "", "{args:?}");
    let lines = std::fs::read_to_string(&out).unwrap().lines().count();
    assert!(lines <= longest, "{args:?}: {lines} lines");
    assert_eq!(tophash(&["show", &out]).code, Some(0), "{args:?}");
    assert_eq!(tophash(&["replay", &out]).code, Some(0), "{args:?}");
}

#[test]
fn a_fault_is_found_made_short_and_recorded() {
    let fuzz = |fault, what, longest| {
        found(&["fuzz", "--ops", "400000", "--fault", fault], what, longest);
    };
    fuzz("lost-delete", "should be", 160);
    fuzz("skipped-step", "without having met key", 80);
    // The first clear amid a growth may be one to the same size, to which a hundred operations lead.
    fuzz("panic", "panicked: the fault that was asked for", 160);
}

#[test]
fn a_fault_is_found_by_trying_everything() {
    let exhaust = |from, fault, what| {
        found(&["exhaust", "--depth", "1", "--from", from, "--fault", fault], what, 160);
    };
    exhaust("same-1", "lost-delete", "should be");
    exhaust("double-2", "skipped-step", "without having met key");
    exhaust("double-1", "panic", "panicked: the fault that was asked for");
}

#[test]
fn a_recording_that_cannot_be_written_is_complained_about() {
    let run =
        tophash(&["fuzz", "--ops", "400000", "--fault", "skipped-step", "--out", "/nowhere/x"]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("/nowhere/x: cannot be written"), "{}", run.stderr);
}
