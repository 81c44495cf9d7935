//! Sequences that came to what is seldom seen, to go on from.

use super::layout::{Layouts, Setup};
use super::{Counts, Draw, Seen};
use crate::explore::class::Class;
use crate::explore::op::{CURSORS, Op};
use crate::explore::shrink::shorten;
use crate::explore::world::{Config, Elem, Kind, Word, World, caught};
use foldhash::fast::FixedState;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// A sequence whose last operation is of a class.
pub(super) struct Find {
    class: Class,
    setup: Setup,
    ops: Vec<Op>,
}

impl Find {
    pub(super) fn new(class: Class, setup: Setup, ops: &[Op]) -> Self {
        Self { class, setup, ops: ops.to_vec() }
    }
}

/// The sequences that every run begins with: short ones that come to classes that are reached late,
/// each to one at its last operation. [`Corpus::written`] makes them.
const COMMITTED: &str = include_str!("corpus.txt");

/// The sequences of [`COMMITTED`].
///
/// # Panics
/// If they are not well formed.
pub(super) fn committed() -> Vec<(Setup, Vec<Op>)> {
    let read = |line: &str| {
        let mut words = line.split(' ');
        let setup = Setup::parse(&mut words)?;
        Some((setup, words.map(Op::parse).collect::<Option<Vec<Op>>>()?))
    };
    let lines = COMMITTED.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| read(line).unwrap_or_else(|| panic!("no sequence: {line}"))).collect()
}

/// A class that is reached only after so many operations is one that a run of a minute, which has four
/// times as many on two cores, might miss.
const LATE: u64 = 2_000_000;

/// So many sequences are kept for each class.
const KEPT: usize = 4;

/// Of so many of the rarest classes sequences are taken.
const RAREST: usize = 256;

/// A class that has been seen more often than this, and is not among the rarest, is of no more use.
const COMMON: u64 = 200;

/// The longest sequence that is kept: one is performed anew each time that it is taken.
const LONGEST: usize = 1000;

/// For each class the sequences that came to it last.
#[derive(Default)]
pub(super) struct Corpus {
    kept: BTreeMap<Class, Vec<(Setup, Vec<Op>)>>,
    /// After how many operations each class was known: at the end of the sequence that reached it first.
    first: BTreeMap<Class, u64>,
    /// The rarest classes, the rarest first.
    rarest: Vec<Class>,
    /// The others, which are common.
    common: HashSet<Class, FixedState>,
}

impl Corpus {
    pub(super) fn add(&mut self, finds: Vec<Find>, seen: &Seen) {
        for Find { class, setup, ops } in finds {
            let count = seen.classes.get(&class).copied().unwrap_or(0);
            self.first.entry(class).or_insert(seen.operations);
            if ops.len() > LONGEST {
                continue;
            }
            let kept = self.kept.entry(class).or_default();
            if kept.len() < KEPT {
                kept.push((setup, ops));
            } else {
                kept[count as usize % KEPT] = (setup, ops);
            }
        }
    }

    /// Finds out anew which classes are the rarest.
    pub(super) fn sort(&mut self, counts: &Counts<Class>) {
        let count = |class: &Class| counts.get(class).copied().unwrap_or(0);
        let mut classes: Vec<Class> = self.kept.keys().copied().collect();
        classes.sort_by_key(|class| (count(class), *class));
        let common = classes.split_off(classes.len().min(RAREST));
        self.common = common.into_iter().filter(|class| count(class) > COMMON).collect();
        self.rarest = classes;
    }

    /// Whether another sequence that came to a class is of use.
    pub(super) fn wants(&self, class: &Class) -> bool {
        !self.common.contains(class)
    }

    /// A sequence to go on from: one that came to a rare class, without its last operations, or with
    /// some others amid them.
    pub(super) fn draw(&self, draw: &mut Draw) -> Option<Start> {
        if self.rarest.is_empty() || draw.chance(1, 4) {
            return None;
        }
        // The rarer the likelier.
        let at = draw.below(self.rarest.len()).min(draw.below(self.rarest.len()));
        let (setup, ops) = draw.of(&self.kept[&self.rarest[at]]);
        if draw.chance(1, 3) {
            let (ops, same) = varied(ops.clone(), draw);
            return Some(Start { setup: *setup, ops, same });
        }
        let back = draw.below(12).min(draw.below(12));
        let ops = ops[..ops.len().saturating_sub(back)].to_vec();
        Some(Start { setup: *setup, same: ops.len(), ops })
    }

    /// The committed sequences, and short ones that come to classes that those do not come to and that
    /// were reached late, as text.
    pub(super) fn written(&self, layouts: &Layouts) -> String {
        let mut text = String::from(COMMITTED);
        // What a sequence comes to on its way needs none of its own.
        let mut covered = BTreeSet::new();
        for (setup, ops) in committed() {
            let config = layouts.config(setup);
            covered.extend((1..=ops.len()).filter_map(|end| last_class(&config, &ops[..end])));
        }
        let late = |class: &Class| self.first.get(class).is_some_and(|&first| first > LATE);
        for (class, kept) in self.kept.iter().filter(|(class, _)| late(class)) {
            let Some((setup, ops)) = kept.iter().min_by_key(|(_, ops)| ops.len()) else { continue };
            if covered.contains(class) {
                continue;
            }
            let config = layouts.config(*setup);
            let ops = shorten(ops.clone(), |ops| {
                (last_class(&config, ops) == Some(*class)).then(|| ops.to_vec())
            });
            covered.extend((1..=ops.len()).filter_map(|end| last_class(&config, &ops[..end])));
            let words: Vec<String> = ops.iter().map(|op| op.short()).collect();
            text += &format!("{setup} {}\n", words.join(" "));
        }
        text
    }
}

/// What a sequence begins with.
pub(super) struct Start {
    pub(super) setup: Setup,
    pub(super) ops: Vec<Op>,
    /// So many of the operations have been performed before, and were right.
    pub(super) same: usize,
}

/// A sequence that differs in a few operations, most of them of cursors, and how many come before the
/// first such.
///
/// One class often differs from another in nothing but where a cursor is that has begun long before:
/// too early for what is drawn from what is seen least.
fn varied(mut ops: Vec<Op>, draw: &mut Draw) -> (Vec<Op>, usize) {
    let mut same = ops.len();
    for _ in 0..draw.between(1, 3) {
        let mut at = draw.below(ops.len() + 1);
        if draw.chance(1, 2) {
            at = at.max(draw.below(ops.len() + 1));
        }
        let cursor = draw.below(CURSORS) as u8;
        match draw.below(10) {
            0..4 => {
                let (start, offset) = (draw.below(16) as u8, draw.below(8) as u8);
                ops.insert(at, Op::Begin { cursor, start, offset });
            }
            4..6 => {
                let steps = vec![Op::Next(cursor); draw.between(1, 30)];
                ops.splice(at..at, steps);
            }
            6 => ops.insert(at, Op::Forget(cursor)),
            7 if at < ops.len() => drop(ops.remove(at)),
            // One that the sequence has elsewhere, or a delete of what another stores.
            _ => match ops.get(draw.below(ops.len().max(1))) {
                Some(&Op::Assign(key)) => ops.insert(at, Op::Delete(key)),
                Some(&op) => ops.insert(at, op),
                None => continue,
            },
        }
        same = same.min(at);
    }
    (ops, same)
}

/// The class of the last of some operations.
fn last_class(config: &Config, ops: &[Op]) -> Option<Class> {
    match config.kind {
        Kind::Plain => last_class_of::<u8>(config, ops),
        Kind::Pointers => last_class_of::<Word>(config, ops),
    }
}

fn last_class_of<V: Elem>(config: &Config, ops: &[Op]) -> Option<Class> {
    let (&last, before) = ops.split_last()?;
    let mut world = World::<V>::new(config);
    let states = caught(|| {
        before.iter().try_for_each(|&op| world.perform(op).map(drop))?;
        let before = world.sketch();
        world.perform(last)?;
        Ok((before, world.sketch()))
    });
    let (before, after) = states.ok()?;
    Class::of(&before, last, &after, &config.keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_committed_sequence_ends_in_a_class_of_its_own() {
        let layouts = Layouts::new();
        let mut classes = BTreeSet::new();
        for (setup, ops) in committed() {
            let class = last_class(&layouts.config(setup), &ops).expect("it ends in one");
            assert!(classes.insert(class), "{class} again");
        }
        assert!(classes.len() > 100, "{}", classes.len());
    }

    #[test]
    fn a_sequence_is_read_as_it_was_written() {
        for (setup, ops) in committed().iter().step_by(9) {
            let text = setup.to_string();
            assert_eq!(Setup::parse(&mut text.split(' ')), Some(*setup));
            assert!(ops.iter().all(|op| Op::parse(&op.short()) == Some(*op)));
        }
        for bad in ["", "+", "+x", "+256", "b0", "b9.0.0", "b0.0.8", "n4", "z1", "é"] {
            assert_eq!(Op::parse(bad), None, "{bad}");
        }
    }
}
