//! What `show` draws: every state of a slot, chains, growths, on any terminal and of any input.

use crate::common::{Files, other_elem, prefix, recording, recording_path, tophash};
use std::process::Command;

const DOUBLE: &str = "every-double-uint16-uint8";
const TINY: &str = "tiny-uint64-uint8";

/// What `show` prints with these arguments.
fn show(args: &[&str]) -> String {
    let run = tophash(&[&["show"], args].concat());
    assert_eq!((run.code, &*run.stderr), (Some(0), ""), "{args:?}");
    run.stdout
}

fn no_line_is_wider(text: &str, width: usize) {
    for line in text.lines() {
        assert!(line.chars().count() <= width, "{line}");
    }
}

#[test]
fn a_growth_halfway_stands_beside_the_new_array() {
    let shown = show(&[&recording_path(DOUBLE), "--at", "179"]);
    let expected = "
after operation 179: assign 35368 = 48
began to double, 4 → 8 buckets; evacuated old bucket 3 → 2 to X, 4 to Y; one
more, old bucket 0 → 6 to X, 3 to Y (nevacuate 1); inserted at b3[2]

count 27  B 3  flags 0 (none)  noverflow 0  hash0 1131853946  growing double
nevacuate 1
live iterators  #0 #1 #2: in an array the map has left

oldbuckets: 4, 2 evacuated             │ buckets: 8
o0* [>Y >X >Y >Y >X >X >X >X]          │ b0*[93 70 e7 d7 ee 40 .. ..]
→h0*[>X >. >. >. >. >. >. >.]          │
o1  [13 73 -- f1 5c e4 d5 29]          │ b1 [.. .. .. .. .. .. .. ..]
o2  [56 19 fb b2 .. .. .. ..]          │ b2 [.. .. .. .. .. .. .. ..]
o3* [>Y >Y >Y >X >Y >X >. >.]          │ b3*[c7 6c d5 .. .. .. .. ..]
                                       │ b4*[4d 8e ad .. .. .. .. ..]
                                       │ b5 [.. .. .. .. .. .. .. ..]
                                       │ b6 [.. .. .. .. .. .. .. ..]
                                       │ b7*[18 fa 44 35 .. .. .. ..]

9c full (its tophash)  -- emptyOne  .. emptyRest  >X evacuated to X
>Y evacuated to Y  >. evacuated empty  → overflow bucket
* changed by the operation

load 3.38 entries/bucket  520 B  16 % in use  9 % stale  longest chain 1
tombstones 0  probes: hit 3.00, miss 4.75  evacuated 2 of 4
";
    assert!(shown.ends_with(expected), "{shown}");
}

#[test]
fn without_a_file_a_map_with_chains_tombstones_and_an_iterator_is_shown() {
    let expected = "\
churn-int64-uint8-clear: map[int64]uint8, go1.22.10 amd64, aes
after operation 402: dump
nothing changed

count 16  B 2  flags 3 (iterator|oldIterator)  noverflow 2  hash0 552508547
growing no  nevacuate 0
live iterators  #9: b3[5]

buckets: 4
b0  [da af 6c -- -- -- 90 ..] →h0 [.. .. .. .. .. .. .. ..]
b1  [2b ee dc .. .. .. .. ..]
b2  [e1 a3 .. .. .. .. .. ..]
b3  [-- b8 a6 f7 fd#11 -- --] →h1 [-- -- cc -- -- -- e7 ..]

9c full (its tophash)  -- emptyOne  .. emptyRest  → overflow bucket
# an iterator stands here

load 4.00 entries/bucket  528 B  27 % in use  19 % stale  longest chain 2
tombstones 11  probes: hit 2.94, miss 4.00
";
    assert_eq!(show(&[]), expected);
}

#[test]
fn iterators_stand_in_the_array_that_they_were_left_in() {
    let shown = show(&[&recording_path("churn-int64-uint8-clear"), "--at", "310"]);
    let live = "\nlive iterators  #3: o3[7]  #4: o3[5]  #5: o1[4]  #6: o0[7]  #7: o3[3]\n";
    assert!(shown.contains(live), "{shown}");
    // One that stands in an evacuated slot, and three in one bucket.
    for bucket in ["o0* [>X >. >X >. >X >. >.#>X]", "o3  [59 -- --#a2 --#47 --#--]"] {
        assert!(shown.contains(bucket), "{shown}");
    }
    let sentinel = recording_path("iter-uint64-uint8-sentinel");
    let narrow = show(&[&sentinel, "--at", "1051", "--width", "24"]);
    // Where slots stand close, the mark is the bucket's.
    assert!(narrow.contains("\no5#  334171dca56f1c..\n"), "{narrow}");
    let unlinked = show(&[&sentinel, "--at", "132"]);
    assert!(unlinked.contains("in an unlinked bucket, next bucket "), "{unlinked}");
}

#[test]
fn of_very_many_iterators_the_first_are_told() {
    let files = Files::new();
    let mut list = "{\"trace\":\"tophash/1\",\"key\":\"uint8\",\"elem\":\"uint8\"}\n\
        {\"op\":\"assign\",\"k\":\"01\",\"v\":\"02\"}\n"
        .to_owned();
    for it in 0..20 {
        list += &format!("{{\"op\":\"iterinit\",\"it\":{it}}}\n");
    }
    let shown = show(&[&files.write("list.jsonl", list)]);
    let told: Vec<String> = (0..16).map(|it| format!("#{it}")).collect();
    let told = format!("\nlive iterators  {}: b0[0]\nand 4 more\n", told.join(" "));
    assert!(shown.contains(&told), "{shown}");
}

#[test]
fn on_twenty_columns_the_old_array_stands_above_the_new_one() {
    let shown = show(&[&recording_path(DOUBLE), "--at", "179", "--width", "20"]);
    no_line_is_wider(&shown, 20);
    let array = "\
buckets: 8
b0*9370e7d7ee40....
b1 ................
b2 ................
b3*c76cd5..........
b4*4d8ead..........
b5 ................
b6 ................
b7*18fa4435........
";
    let old = "o0* >Y>X>Y>Y>X>X>X>X\n→h0*>X>.>.>.>.>.>.>.\no1  1373--f15ce4d529\n";
    let (above, below) = (shown.find(old).unwrap(), shown.find(array).unwrap());
    assert!(above < below, "{shown}");
}

#[test]
fn the_same_slots_are_drawn_at_every_width_and_none_is_exceeded() {
    let path = recording_path("churn-int64-uint8-clear");
    let listing = |shown: &str| {
        let listing = shown.split("\nbuckets: ").nth(1).unwrap().split("\n\n").next().unwrap();
        listing.replace([' ', '\n', '[', ']', '#'], "")
    };
    let wide = listing(&show(&[&path]));
    assert!(wide.contains("b0daaf6c------90..→h0................b12beedc.........."), "{wide}");
    for width in 1..=100 {
        let shown = show(&[&path, "--width", &width.to_string()]);
        no_line_is_wider(&shown, width);
        // Below that, the title of the listing does not fit in its line.
        if width >= "buckets: 4".len() {
            assert_eq!(listing(&shown), wide, "{width}");
        }
    }
}

#[test]
fn recordings_of_every_kind_are_drawn_at_twenty_columns() {
    for name in [
        "collide-int32-uint8",
        "clear-iface-uint32",
        "mixed-a136u8-a136u8",
        "mixed-uint8-struct-hint100",
        "iter-uint64-uint8-sentinel",
        "gobug-iter-twice-uint64-string",
    ] {
        let shown = show(&[&recording_path(name), "--width", "20"]);
        no_line_is_wider(&shown, 20);
        assert!(shown.contains("\nbuckets: "), "{shown}");
    }
}

#[test]
fn chains_follow_their_bucket_and_wrap() {
    let shown = show(&[&recording_path("collide-int32-uint8")]);
    let chain = "
b1   [-- 6f -- b6 6b -- -- --] →b35 [4a 69 -- -- -- -- 88 --]
→h0  [-- -- -- 05 -- -- -- --] →h1 [-- -- -- -- -- -- -- --]
→h2  [-- -- -- -- c4 .. .. ..]
b2 ";
    assert!(shown.contains(chain), "{shown}");
    assert!(shown.contains("\nbuckets: 32 and 4 spare (4 used)\n"));
}

#[test]
fn of_a_large_map_the_ends_and_what_changed_are_shown() {
    let path = recording_path("flips-uint64-uint8-hint420000");
    let shown = show(&[&path, "--at", "10"]);
    assert!(shown.contains("\n… 33306 chains left out (--all)\nb33314*[43 .."), "{shown}");
    assert!(shown.contains("\n… 32213 chains left out (--all)\nb65528 ["), "{shown}");
    assert!(shown.lines().count() < 40);
    let all = show(&[&path, "--at", "10", "--all"]);
    assert!(all.lines().count() > 65536 && !all.contains("left out"));
}

#[test]
fn before_the_first_operation_there_are_no_buckets() {
    let shown = show(&["--at", "0"]);
    assert!(shown.contains("\nbefore the first operation\n"), "{shown}");
    assert!(shown.contains("\nno buckets yet: "), "{shown}");
}

#[test]
fn colour_is_for_terminals_and_for_those_who_ask() {
    let colour = |shown: &str| shown.contains("\u{1b}[");
    assert!(!colour(&show(&[])) && !colour(&show(&["--color", "never"])));
    let always = show(&["--color", "always", "--at", "310"]);
    assert!(colour(&always));
    // What changed is inverse, and where an iterator stands is underlined.
    assert!(always.contains("\u{1b}[7m") && always.contains("\u{1b}[4m"), "{always}");
    let plain = anstream::adapter::strip_str(&always).to_string();
    assert_eq!(plain, show(&["--at", "310"]));
}

#[cfg(target_os = "linux")]
#[test]
fn on_a_terminal_no_color_is_respected() {
    // `script` gives its command a terminal; not every machine has it.
    let run = |no_color: &str| {
        let command = format!("{} show", env!("CARGO_BIN_EXE_tophash"));
        let mut script = Command::new("script");
        script.args(["-qec", &command, "/dev/null"]).env("TERM", "xterm").env("NO_COLOR", no_color);
        script.output().ok().filter(|output| output.status.success())
    };
    let Some(coloured) = run("") else {
        eprintln!("skipped: there is no `script`");
        return;
    };
    let colour = |output: &[u8]| output.windows(2).any(|two| two == b"\x1b[");
    assert!(colour(&coloured.stdout));
    assert!(!colour(&run("1").unwrap().stdout));
}

#[test]
fn a_list_of_operations_is_shown_too() {
    let files = Files::new();
    let list = "{\"trace\":\"tophash/1\",\"key\":\"string\",\"elem\":\"uint8\"}\n\
        {\"op\":\"assign\",\"k\":\"3c623e1b5b6d\",\"v\":\"07\"}\n{\"op\":\"iterinit\",\"it\":5}\n";
    let path = files.write("list.jsonl", list);
    let shown = show(&[&path, "--at", "1"]);
    assert!(shown.contains("\nafter operation 1: assign \"<b>\\u{1b}[m\" = 7\n"), "{shown}");
    assert!(shown.contains("\nb0*["), "{shown}");
    assert!(show(&[&path]).contains("\nlive iterators  #5: b0[0]\n"));
}

#[test]
fn a_divergence_is_shown_where_it_is_and_said() {
    let files = Files::new();
    let path = files.write("a.jsonl", other_elem("mixed-uint64-uint64", 3));
    for at in [&["--at", "1"][..], &["--at", "2"], &[]] {
        let run = tophash(&[&["show", &*path], at].concat());
        assert_eq!((run.code, &*run.stderr), (Some(1), ""), "{run:?}");
        let said = run.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains("diverges at operation 1, line 2: state recorded "), "{said}");
        assert!(said.contains("after operation 1: assign "), "{said}");
        assert!(said.contains(" b0*["), "{said}");
    }
    let whole = other_elem("mixed-uint64-uint64", 3);
    let before = files.write("b.jsonl", whole);
    assert_eq!(tophash(&["show", &before, "--at", "0"]).code, Some(0));
}

/// What a command that is refused says, with the path cut off.
fn refused(path: &str, args: &[&str]) -> String {
    let run = tophash(args);
    assert_eq!((run.code, &*run.stdout), (Some(2), ""), "{run:?}");
    run.stderr.trim_end().strip_prefix(path).unwrap().to_owned()
}

#[test]
fn an_operation_that_is_not_there_is_refused_with_how_many_are() {
    let files = Files::new();
    let path = files.write("a.jsonl", prefix(TINY, 8));
    for command in ["show", "stats"] {
        let said = refused(&path, &[command, &path, "--at", "8"]);
        assert_eq!(said, ": --at 8: there are 7 operations");
        let huge = u64::MAX.to_string();
        let said = refused(&path, &[command, &path, "--at", &huge]);
        assert_eq!(said, format!(": --at {huge}: there are 7 operations"));
        assert_eq!(tophash(&[command, &path, "--at", "7"]).code, Some(0));
    }
    let one = files.write("one.jsonl", prefix(TINY, 2));
    assert_eq!(refused(&one, &["show", &one, "--at", "2"]), ": --at 2: there is 1 operation");
    let none = files.write("none.jsonl", prefix(TINY, 1));
    assert_eq!(tophash(&["show", &none]).code, Some(0));
    let said = refused("churn-int64-uint8-clear", &["show", "--at", "403"]);
    assert_eq!(said, ": --at 403: there are 402 operations");
    for at in ["x", "18446744073709551616"] {
        let run = tophash(&["show", "--at", at]);
        assert_eq!((run.code, &*run.stdout), (Some(2), ""));
        assert!(run.stderr.contains("--at"), "{}", run.stderr);
    }
}

#[test]
fn bad_input_is_refused_as_a_replay_refuses_it_but_not_before_its_line() {
    let files = Files::new();
    let cases = [
        (String::new(), ":1: line: missing: the file is empty"),
        (prefix(TINY, 3) + "{}\n", ":4: op: missing"),
        (
            prefix(TINY, 3) + "{\"op\":\"iternext\",\"it\":0,\"end\":true}\n",
            ":4: it: iterator 0 was never started",
        ),
        (recording(TINY).replacen("\"hash0\":", "\"hash\":", 1), ":1: hash: "),
        ("{\"trace\":\"tophash/1\",\"key\":\"map\"}\n".into(), ":1: elem: missing"),
    ];
    for (content, said) in cases {
        let path = files.write("a.jsonl", &content);
        for command in ["show", "stats"] {
            let complaint = refused(&path, &[command, &path]);
            assert!(complaint.starts_with(said), "{complaint}");
        }
        if said.starts_with(":4") {
            assert_eq!(tophash(&["show", &path, "--at", "2"]).code, Some(0));
        }
    }
    let missing = files.path("missing");
    assert!(refused(&missing, &["show", &missing]).starts_with(": cannot be opened: "));
}

#[test]
fn completions_name_every_command() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = tophash(&["completions", shell]);
        assert_eq!((run.code, &*run.stderr), (Some(0), ""));
        for command in ["replay", "hash", "exec", "record", "show", "stats", "completions"] {
            assert!(run.stdout.contains(command), "{shell} {command}");
        }
    }
    assert_eq!(tophash(&["completions", "sh"]).code, Some(2));
}

#[test]
fn every_commands_help_has_examples() {
    for command in ["replay", "hash", "exec", "record", "show", "stats", "completions"] {
        let help = tophash(&["help", command]).stdout;
        assert!(help.contains("\nExamples:\n  "), "{command}: {help}");
    }
}
