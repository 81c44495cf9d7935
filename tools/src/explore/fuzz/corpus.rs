//! Sequences that came to what is seldom seen, to go on from.

use super::layout::Setup;
use super::{Counts, Draw};
use crate::explore::class::Class;
use crate::explore::op::Op;
use foldhash::fast::FixedState;
use std::collections::{BTreeMap, HashSet};

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
    /// The rarest classes, the rarest first.
    rarest: Vec<Class>,
    /// The others, which are common.
    common: HashSet<Class, FixedState>,
}

impl Corpus {
    pub(super) fn add(&mut self, finds: Vec<Find>, counts: &Counts<Class>) {
        for Find { class, setup, ops } in finds {
            let count = counts.get(&class).copied().unwrap_or(0);
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

    /// A sequence to go on from: one that came to a rare class, without its last operations.
    pub(super) fn draw(&self, draw: &mut Draw) -> Option<(Setup, &[Op])> {
        if self.rarest.is_empty() || draw.chance(1, 4) {
            return None;
        }
        // The rarer the likelier.
        let at = draw.below(self.rarest.len()).min(draw.below(self.rarest.len()));
        let (setup, ops) = draw.of(&self.kept[&self.rarest[at]]);
        let back = draw.below(12).min(draw.below(12));
        Some((*setup, &ops[..ops.len().saturating_sub(back)]))
    }
}
