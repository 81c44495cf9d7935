//! A sequence as a recording, which `tophash show` opens.

use super::keys::HASH_KEY;
use super::op::{CURSORS, Op};
use super::world::{Config, Elem, Kind, Word, World, caught};
use crate::exec::{self, Line};
use crate::header::{HashKey, Header, Process};
use crate::input::Input;
use crate::progress::Progress;
use crate::value::hex;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The recording of these operations, up to the one that fails: with the state after each. Where the
/// map itself panics it is the list of the operations.
pub fn recording(config: &Config, ops: &[Op]) -> String {
    let list = match config.kind {
        Kind::Plain => list::<u8>(config, ops),
        Kind::Pointers => list::<Word>(config, ops),
    };
    let input = Input::bytes("sequence", list.clone().into_bytes());
    let options = exec::Options { seed: 1, every: 1 };
    let mut recording = String::new();
    let performed = catch_unwind(AssertUnwindSafe(|| {
        exec::exec(&input, options, &Progress::new("sequence", input.len()), |text| {
            recording.push_str(text);
            Ok(())
        })
    }));
    match performed {
        Ok(Ok(())) => recording,
        _ => list,
    }
}

fn header(config: &Config) -> Header {
    Header {
        process: Process {
            go: "go1.23".into(),
            arch: "amd64".into(),
            hash: HashKey::Fallback(HASH_KEY),
        },
        key: "uint64".into(),
        elem: config.kind.go_name().into(),
        hint: i64::from(config.hint),
        hash0: config.keys.first_seed(),
    }
}

fn list<V: Elem>(config: &Config, ops: &[Op]) -> String {
    let mut text = header(config).to_line() + "\n";
    let mut world = World::<V>::new(config);
    // The numbers of the iterators that the cursors are on.
    let (mut iterators, mut next) = ([0; CURSORS], 0);
    let key = |number| Some(hex(&config.keys.key(number).to_le_bytes()));
    for &op in ops {
        let mut line = match op {
            Op::Assign(number) => {
                let elem = world.model().next_elem(number);
                Line { op: "assign", k: key(number), v: Some(V::written(elem)), ..Line::default() }
            }
            Op::Access(number) => Line { op: "access", k: key(number), ..Line::default() },
            Op::Delete(number) => Line { op: "delete", k: key(number), ..Line::default() },
            Op::Clear => Line { op: "clear", ..Line::default() },
            Op::Begin { cursor, start, offset } => {
                let it = next;
                iterators[usize::from(cursor)] = it;
                next += 1;
                let mask = (1 << world.map().header().b()) - 1;
                let (start, offset) = match world.map().is_empty() {
                    true => (0, 0),
                    false => (u64::from(start) & mask, offset),
                };
                let (start, offset) = (Some(start), Some(offset));
                Line { op: "iterinit", it: Some(it), start, offset, ..Line::default() }
            }
            Op::Next(cursor) if world.walks(usize::from(cursor)) => {
                let it = Some(iterators[usize::from(cursor)]);
                Line { op: "iternext", it, ..Line::default() }
            }
            // In a recording a cursor that is let go of just stays where it is.
            Op::Next(_) | Op::Forget(_) => {
                let _ = caught(|| world.perform(op));
                continue;
            }
        };
        let drawn = config.keys.next_seed(world.map().header().hash0());
        line.hash0 = matches!(op, Op::Delete(_) | Op::Clear).then_some(drawn);
        text += &serde_json::to_string(&line).expect("strings and numbers have a JSON");
        text.push('\n');
        if caught(|| world.perform(op)).is_err() {
            std::mem::forget(world);
            break;
        }
    }
    text
}
