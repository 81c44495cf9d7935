//! Hash vectors of real Go, and what is wrong with other files.

use crate::common::{Files, package, prefix, tophash};

/// The first line of vectors by the fallback hash, with one vector that needs no key material.
const NIL: &str = r#"{"hashvec":"tophash/1","go":"go1.23.9","arch":"amd64","hash":"fallback","hashkey":[1,2,3,4]}
{"type":"interface{}","seed":18446744073709551615,"k":"nil:","hash":18446744073709551615}
"#;

#[test]
fn identical_hashes_are_counted() {
    let files = Files::new();
    let path = files.write("a.jsonl", NIL);
    let run = tophash(&["hash", &path]);
    assert_eq!((run.code, &*run.stderr), (Some(0), ""));
    assert_eq!(run.stdout, format!("{path}: 1 hashes identical\n"));
    let json = tophash(&["hash", "--json", &path]);
    let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!((&json["outcome"], &json["hashes"]), (&"identical".into(), &1.into()));
}

#[test]
fn all_hashes_of_real_go_are_identical() {
    let files: Vec<String> = ["amd64-aes", "arm64-aes", "amd64-fallback", "amd64-fallback-go1.23"]
        .iter()
        .map(|name| package().join(format!("../tests/data/hashvec-{name}.jsonl")))
        .map(|path| path.to_str().unwrap().to_owned())
        .collect();
    let run = tophash(&[&["hash".to_owned()][..], &files].concat());
    assert_eq!((run.code, &*run.stderr), (Some(0), ""));
    let lines: Vec<String> =
        files.iter().map(|path| format!("{path}: 894 hashes identical\n")).collect();
    assert_eq!(run.stdout, lines.concat());
}

#[test]
fn the_first_other_hash_is_shown_with_its_line() {
    let files = Files::new();
    let vector = r#"{"type":"[0]uint8","seed":5,"k":"","hash":6}"#;
    let path = files.write("a.jsonl", format!("{NIL}{vector}\n"));
    let run = tophash(&["hash", &path]);
    assert_eq!((run.code, &*run.stderr), (Some(1), ""));
    assert_eq!(
        run.stdout,
        format!("{path}: differs at line 3\n  {vector}\n  hash:\n    recorded 6\n    ours     5\n")
    );
}

#[test]
fn bad_vectors_name_their_field() {
    let files = Files::new();
    for (line, field) in [
        (r#"{"type":"chan int","seed":1,"k":"","hash":1}"#, "type"),
        (r#"{"type":"uint8","seed":-1,"k":"00","hash":1}"#, "seed"),
        (r#"{"type":"uint8","seed":1,"k":"0000","hash":1}"#, "k"),
        (r#"{"type":"interface{}","seed":1,"k":"[]int:","hash":1}"#, "k"),
        (r#"{"type":"float64","seed":1,"k":"000000000000f87f","hash":1}"#, "k"),
        (r#"{"type":"uint8","seed":1,"k":"00"}"#, "hash"),
        (r#"{"type":"uint8","seed":1,"k":"00","hash":18446744073709551616}"#, "hash"),
        (r#"{"type":"uint8","seed":1,"k":"00","hash":1,"x":1}"#, "x"),
        ("", "line"),
    ] {
        let path = files.write("a.jsonl", format!("{NIL}{line}\n"));
        let run = tophash(&["hash", &path]);
        assert_eq!((run.code, &*run.stdout), (Some(2), ""), "{line}");
        assert!(run.stderr.starts_with(&format!("{path}:3: {field}: ")), "{}", run.stderr);
    }
}

#[test]
fn recordings_and_vectors_are_told_apart() {
    let files = Files::new();
    let recording = files.write("recording", prefix("tiny-uint64-uint8", 2));
    let vectors = files.write("vectors", NIL);
    let run = tophash(&["hash", &recording]);
    assert!(run.stderr.contains("this is a recording, for `tophash replay`"), "{run:?}");
    let run = tophash(&["replay", &vectors]);
    assert!(run.stderr.contains("these are hash vectors, for `tophash hash`"), "{run:?}");
}
