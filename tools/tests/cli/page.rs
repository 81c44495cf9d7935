//! `show --html`: one page that needs nothing else, in which a recording is text.

use crate::common::{Files, Run, prefix, tophash};
use std::process::Command;
use tophash_cli::human;

/// What would run a script, or end the element that the data stands in, if it were markup.
const MARKUP: [&str; 4] = [
    "</script><img src=x onerror=alert(1)>",
    "<!--<script>",
    "\"><svg onload=alert(2)>",
    "{{data}}{{script}}{{style}}",
];

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

/// A list that assigns each of the texts to itself.
fn list(texts: &[&str]) -> String {
    let header = "{\"trace\":\"tophash/1\",\"key\":\"string\",\"elem\":\"string\"}\n".to_owned();
    texts.iter().fold(header, |list, text| {
        list + &format!("{{\"op\":\"assign\",\"k\":\"{0}\",\"v\":\"{0}\"}}\n", hex(text))
    })
}

/// The page's data, parsed, and the page without it.
fn split(html: &str) -> (serde_json::Value, String) {
    let start = "<script type=\"application/json\" id=\"data\">";
    let (before, rest) = html.split_once(start).unwrap();
    let (data, after) = rest.split_once("</script>").unwrap();
    (serde_json::from_str(data).unwrap(), format!("{before}{after}"))
}

#[test]
fn the_page_fetches_nothing_and_holds_every_operation() {
    let files = Files::new();
    let recording = files.write("tiny.jsonl", prefix("tiny-uint64-uint8", 41));
    let out = files.path("page.html");
    let run = tophash(&["show", &recording, "--html", &out]);
    assert_eq!((run.code, &*run.stdout, &*run.stderr), (Some(0), "", ""));
    let (data, page) = split(&std::fs::read_to_string(out).unwrap());
    for word in ["http:", "https:", "src=", "href=", "url(", "@import", "{{", "innerHTML"] {
        assert!(!page.contains(word), "{word}");
    }
    let moments = data["moments"].as_array().unwrap();
    assert_eq!((moments.len(), &data["at"]), (41, &40.into()));
    assert_eq!(moments[1]["sentence"], "assign: allocated the first bucket; inserted at b0[0]");
    // Where the file lies is not told.
    assert_eq!(data["name"], "tiny.jsonl");
}

#[test]
fn iterators_are_where_the_terminal_shows_them() {
    let files = Files::new();
    let out = files.path("page.html");
    assert_eq!(tophash(&["show", "--html", &out]).code, Some(0));
    let (data, _) = split(&std::fs::read_to_string(&out).unwrap());
    let moments = data["moments"].as_array().unwrap();
    let at = |operation: usize| {
        let mut told = moments[..=operation].iter().rev();
        told.find_map(|moment| moment.get("iterators")).unwrap()
    };
    let growing =
        serde_json::json!([[3, "o3[7]"], [4, "o3[5]"], [5, "o1[4]"], [6, "o0[7]"], [7, "o3[3]"]]);
    assert_eq!(at(310), &growing);
    assert_eq!(at(402), &serde_json::json!([[9, "b3[5]"]]));
    let left = moments
        .iter()
        .any(|moment| moment.to_string().contains("\"in an array the map has left\""));
    assert!(left);
}

#[test]
fn markup_in_keys_elems_and_names_is_text() {
    let files = Files::new();
    let recording = files.write("<img src=x onerror=alert(9)>", list(&MARKUP));
    let out = files.path("page.html");
    assert_eq!(tophash(&["show", &recording, "--html", &out]).code, Some(0));
    let html = std::fs::read_to_string(out).unwrap();
    let (data, page) = split(&html);
    assert_eq!(data["name"], "<img src=x onerror=alert(9)>");
    for text in MARKUP {
        let shown = serde_json::Value::from(human::value("string", &hex(text)));
        assert!(data["values"].as_array().unwrap().contains(&shown), "{text}");
    }
    assert!(!html.contains("<img") && !html.contains("<svg") && !page.contains("alert"));
    // The page's own elements only.
    assert_eq!(html.matches("<script").count(), 2);
    assert_eq!(html.matches("</script").count(), 2);
}

#[test]
fn the_page_begins_where_it_is_told_to() {
    let files = Files::new();
    let out = files.path("page.html");
    assert_eq!(tophash(&["show", "--at", "73", "--html", &out]).code, Some(0));
    let (data, _) = split(&std::fs::read_to_string(&out).unwrap());
    assert_eq!((&data["at"], data["moments"].as_array().unwrap().len()), (&73.into(), 403));

    let run = tophash(&["show", "--at", "403", "--html", &files.path("none.html")]);
    assert_eq!((run.code, &*run.stdout), (Some(2), ""));
    assert!(run.stderr.contains("--at 403: there are 402 operations"), "{}", run.stderr);
    assert!(!std::path::Path::new(&files.path("none.html")).exists());
}

#[test]
fn a_page_that_cannot_be_written_is_named_and_leaves_nothing() {
    let files = Files::new();
    for out in [files.path("no/such/folder.html"), files.path("")] {
        let run = tophash(&["show", "--html", &out]);
        assert_eq!((run.code, &*run.stdout), (Some(2), ""));
        assert!(run.stderr.starts_with(&format!("{out}: cannot be written: ")), "{}", run.stderr);
        assert_eq!(run.stderr.lines().count(), 1);
        assert!(!run.stderr.contains(" at path "), "{}", run.stderr);
    }
    assert_eq!(std::fs::read_dir(files.path("")).unwrap().count(), 0);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    for kind in ["--html", "--svg"] {
        let run = tophash(&["show", kind, "/dev/full"]);
        assert_eq!(run.code, Some(2));
        assert!(run.stderr.starts_with("/dev/full: cannot be written: "), "{}", run.stderr);
    }
}

#[cfg(unix)]
#[test]
fn a_page_can_go_to_standard_output() {
    let run = Command::new(env!("CARGO_BIN_EXE_tophash"))
        .args(["show", "--html", "/dev/stdout"])
        .output()
        .map(Run::of)
        .unwrap();
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(run.stdout.trim_end().ends_with("</html>"));
}

#[test]
fn a_recording_that_diverges_is_shown_up_to_there() {
    let files = Files::new();
    let text = prefix("tiny-uint64-uint8", 41);
    let state = crate::common::field(&text, 12, "state");
    let recording = files.write("a.jsonl", text.replacen(&state, "0123456789abcdef", 1));
    let out = files.path("page.html");
    let run = tophash(&["show", &recording, "--html", &out]);
    assert_eq!(run.code, Some(1));
    assert!(run.stderr.contains("diverges at operation"), "{}", run.stderr);
    let (data, _) = split(&std::fs::read_to_string(out).unwrap());
    let last = data["moments"].as_array().unwrap().last().unwrap().clone();
    assert!(last["divergence"].as_str().unwrap().contains("0123456789abcdef"));

    let recording = files.write("b.jsonl", prefix("tiny-uint64-uint8", 5) + "{\"op\":\"what\"}\n");
    let run = tophash(&["show", &recording, "--html", &files.path("b.html")]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains(":6: op: unknown operation"), "{}", run.stderr);
    assert!(!std::path::Path::new(&files.path("b.html")).exists());
}
