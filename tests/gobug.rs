//! A recording in which real Go breaks the promise of `range`, and what our cursor does there.
//!
//! In it an iterator outlives one growth to the same size and stands in the old array of a second.
//! Go no longer knows of it and zeroes the bucket under it.

use serde_json::Value;
use std::collections::BTreeSet;
use tophash::hash::{Aes, Rand};
use tophash::key::Go;
use tophash::{Dialect, GoMap};

fn bytes(hex: &Value) -> Vec<u8> {
    let hex = hex.as_str().expect("a hex string");
    let digit = |i| u8::from_str_radix(&hex[i..i + 2], 16).expect("hex digits");
    (0..hex.len()).step_by(2).map(digit).collect()
}

fn key(line: &Value) -> u64 {
    u64::from_le_bytes(bytes(&line["k"]).try_into().expect("eight bytes"))
}

#[test]
fn our_cursor_meets_every_entry_where_gos_iterator_does_not() {
    let text = include_str!("../tools/recordings/gobug-iter-twice-uint64-string.jsonl");
    let mut lines = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let header = lines.next().expect("a header");
    let keysched = bytes(&header["keysched"]).try_into().expect("128 bytes");
    let hash = Go(Aes::new(keysched));
    let mut map = GoMap::with_source(0, hash, rand_of(&header), Dialect::GO_1_22);

    let (mut cursor, mut due) = (None, BTreeSet::new());
    let (mut met, mut met_by_go) = (BTreeSet::new(), BTreeSet::new());
    for line in lines {
        match line["op"].as_str().expect("an operation") {
            "assign" => {
                // A boxed value, so that a bucket holds pointers as one of strings does in Go.
                map.insert(key(&line), bytes(&line["v"]).into_boxed_slice());
            }
            "delete" => {
                map.remove(&key(&line));
                due.remove(&key(&line));
            }
            op @ ("iterinit" | "iternext") => {
                if op == "iterinit" {
                    due = map.iter().map(|(&k, _)| k).collect();
                    let (start, offset) = (line["start"].as_u64(), line["offset"].as_u64());
                    let script = map.rand().script().expect("it is scripted");
                    let start = start.expect("a start");
                    script.set_iteration(start, offset.expect("an offset") as u8, map.header().b());
                    cursor = Some(map.range());
                }
                let cursor = cursor.as_mut().expect("begun before it is advanced");
                if let Some((&k, _)) = cursor.next(&map) {
                    assert!(met.insert(k), "{k:#x} was met twice");
                }
                if line["end"] != true {
                    met_by_go.insert(key(&line));
                }
            }
            other => panic!("no {other} in this recording"),
        }
    }
    let mut cursor = cursor.expect("the recording has an iterator");
    while let Some((&k, _)) = cursor.next(&map) {
        assert!(met.insert(k), "{k:#x} was met twice");
    }
    assert!(due.is_subset(&met), "not met: {:x?}", due.difference(&met));
    assert!(!due.is_subset(&met_by_go), "the recording is not of the bug");
}

/// A source that hands out the recording's seed first.
fn rand_of(header: &Value) -> Rand {
    let rand = Rand::scripted();
    let seed = header["hash0"].as_u64().expect("a seed");
    rand.script().expect("it is scripted").begin(Some(seed as u32));
    rand
}
