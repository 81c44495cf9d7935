//! What `stats` prints: numbers that add up, at any width, and the same as JSON.

use crate::common::{recording_path, tophash};

use serde_json::Value;

fn stats(args: &[&str]) -> String {
    let run = tophash(&[&["stats"], args].concat());
    assert_eq!((run.code, &*run.stderr), (Some(0), ""), "{args:?}");
    run.stdout
}

fn json(args: &[&str]) -> Value {
    let text = stats(&[&["--json"], args].concat());
    assert_eq!(text.lines().count(), 1);
    serde_json::from_str(&text).unwrap()
}

/// What the numbers of an object or an array add up to.
fn sum(value: &Value) -> u64 {
    match value {
        Value::Object(fields) => fields.values().map(sum).sum(),
        Value::Array(items) => items.iter().map(sum).sum(),
        other => other.as_u64().unwrap(),
    }
}

#[test]
fn a_growth_halfway_is_measured_as_counted_by_hand() {
    // The state that `show` draws in its own test.
    let stats = json(&[&recording_path("every-double-uint16-uint8"), "--at", "179"]);
    assert_eq!((&stats["operation"], &stats["entries"]), (&179.into(), &27.into()));
    let growth = serde_json::json!({"kind": "double", "evacuated": 2, "of": 4, "nevacuate": 1});
    assert_eq!(stats["growth"], growth);
    let slots = &stats["old_buckets"]["slots"];
    let expected = serde_json::json!({"full": 11, "empty_one": 1, "empty_rest": 4,
        "evacuated_x": 8, "evacuated_y": 7, "evacuated_empty": 9});
    assert_eq!(slots, &expected);
    // Thirteen buckets of 40 bytes: 8 of tophash, 16 of keys, 8 of elems, and the link.
    let uses = serde_json::json!({"in_use": 81, "stale": 48, "empty": 183, "overhead": 208,
        "spare": 0, "indirect": 0});
    assert_eq!(stats["bytes_by_use"], uses);
    assert_eq!(sum(&stats["bytes_by_place"]), 13 * 40);
    assert_eq!(stats["old_buckets"]["chains"], serde_json::json!([0, 3, 1]));
    // Hashes that end in 001, 101, 010 and 110 still lead to o1, of seven entries, and o2, of four.
    assert_eq!(stats["misses"]["entries"], serde_json::json!([0, 0, 0, 2, 3, 0, 1, 2]));
}

#[test]
fn the_sums_come_out_for_every_kind_of_map() {
    for name in ["mixed-a136u8-a136u8", "collide-string-uint64-fallback", "tiny-uint64-uint8"] {
        let path = &*recording_path(name);
        for at in ["0", "40", "100"] {
            let stats = json(&[path, "--at", at]);
            assert_eq!(sum(&stats["bytes_by_use"]), sum(&stats["bytes_by_place"]));
            let entries = stats["entries"].as_u64().unwrap();
            assert_eq!(sum(&stats["hits"]["entries"]), entries, "{name}");
            let regular = stats["buckets"]["regular"].as_u64().unwrap();
            assert_eq!(sum(&stats["misses"]["buckets"]), regular, "{name}");
        }
    }
}

#[test]
fn the_table_has_units_shares_and_bars() {
    let table = stats(&[&recording_path("every-double-uint16-uint8"), "--at", "179"]);
    for line in [
        "  entries        27\n",
        "  evacuated       2  of 4 old buckets, doubling; nevacuate 1\n",
        "memory by use: 520 B\n",
        "  overhead  208 B  40.0 %  ████████████████\n",
        "misses, by entries to check: mean 4.75\n",
        "  5  0   0.0 %\n",
        "  memory   320 B  61.5 % of what the buckets take here\n",
    ] {
        assert!(table.contains(line), "{line}{table}");
    }
}

#[test]
fn no_line_is_wider_than_asked_for() {
    for width in [1, 5, 20, 33, 80, 65535] {
        for at in ["0", "1", "310"] {
            let table = stats(&["--at", at, "--width", &width.to_string()]);
            assert!(table.lines().all(|line| line.chars().count() <= width), "{table}");
        }
    }
}
