//! Making a failing sequence short.

use super::op::Op;
use super::world::{Config, Elem, Kind, Word, World, Wrong, caught};
use std::mem;
use std::time::{Duration, Instant};

/// How long to try.
const PATIENCE: Duration = Duration::from_secs(20);

/// Performs operations and checks after each; the number of the one after which something was wrong,
/// and what.
pub fn run(config: &Config, ops: &[Op]) -> Option<(usize, Wrong)> {
    match config.kind {
        Kind::Plain => run_as::<u8>(config, ops),
        Kind::Pointers => run_as::<Word>(config, ops),
    }
}

fn run_as<V: Elem>(config: &Config, ops: &[Op]) -> Option<(usize, Wrong)> {
    let mut world = World::<V>::new(config);
    for (number, &op) in ops.iter().enumerate() {
        let done = caught(|| {
            world.perform(op)?;
            world.check()
        });
        if let Err(wrong) = done {
            // What panicked amid an operation is not to be dropped either.
            mem::forget(world);
            return Some((number, wrong));
        }
    }
    None
}

/// A sequence that fails too, of which no single operation can be left out (unless that took too
/// long), and why it fails. `ops` is one that fails.
///
/// # Panics
/// If `ops` does not fail.
pub fn shrink(config: &Config, ops: &[Op]) -> (Vec<Op>, Wrong) {
    let cut = |ops: &[Op]| run(config, ops).map(|(last, wrong)| (ops[..=last].to_vec(), wrong));
    let Some((mut ops, mut wrong)) = cut(ops) else { panic!("a sequence that does not fail") };
    ops = shorten(ops, |shorter| {
        let (shorter, why) = cut(shorter)?;
        wrong = why;
        Some(shorter)
    });
    (ops, wrong)
}

/// The sequence without all that can be left out. `still` says of a shorter sequence what is to be
/// gone on with, if it is as good.
pub(super) fn shorten(
    mut ops: Vec<Op>,
    mut still: impl FnMut(&[Op]) -> Option<Vec<Op>>,
) -> Vec<Op> {
    let until = Instant::now() + PATIENCE;
    // In pieces of half the sequence, of a quarter of it, and so on down to single operations.
    let mut piece = ops.len().div_ceil(2);
    loop {
        let mut shorter = false;
        let mut from = 0;
        while from < ops.len() && Instant::now() < until {
            let mut rest = ops[..from].to_vec();
            rest.extend(ops.iter().skip(from + piece));
            match still(&rest) {
                Some(less) => {
                    ops = less;
                    shorter = true;
                }
                None => from += piece,
            }
        }
        if Instant::now() >= until || piece <= 1 && !shorter {
            return ops;
        }
        piece = (piece / 2).max(1);
    }
}
