//! Chains of buckets, drawn.
//!
//! ```text
//! b0  [9c#1f -- .. .. .. .. ..]
//! b1* [07 33 a0 5e 90 c1 12 fe] →h0  [44 .. .. .. .. .. .. ..]
//! ```
//! The operation changed b1, and an iterator stands at slot 1 of b0. Where there is no room before
//! a slot, the iterator's mark stands behind the bucket's name.

use super::marks::{Marks, places};
use crate::terminal::Line;
use anstyle::{AnsiColor, Style};
use std::collections::BTreeSet;
use tophash::image::{BucketImage, Place, SlotState};

/// Maps of up to this many chains are shown whole.
const WHOLE: usize = 32;

/// Of larger ones, this many chains at either end are shown.
const ENDS: usize = 8;

/// And this many of those that the operation changed or an iterator stands in.
const MARKED: usize = 16;

/// The chains of one array, and what is to be seen of their slots.
pub(super) struct Chains<'a> {
    chains: Vec<&'a [BucketImage]>,
    marks: &'a Marks,
    /// The chains with a slot that has changed.
    changed: Vec<usize>,
    /// The chains that an iterator stands in.
    stood_in: Vec<usize>,
    /// Columns of the longest name, and what stands around it.
    prefix: usize,
}

/// How the slots of a bucket stand beside its name.
#[derive(Clone, Copy)]
enum Density {
    /// `[9c 1f -- .. .. .. .. ..]`.
    Wide,
    /// `9c1f--..........`.
    Dense,
    /// In rows of this many.
    Rows(usize),
}

/// A line of an array's listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Row {
    /// The chain of this index.
    Chain(usize),
    /// So many chains that are left out.
    Gap(usize),
}

/// The look of a slot: two characters.
pub(super) fn slot(state: SlotState) -> (Style, String) {
    let (color, text) = match state {
        SlotState::Full(tophash) => (AnsiColor::Green, format!("{tophash:02x}")),
        SlotState::EmptyOne => (AnsiColor::Yellow, "--".into()),
        SlotState::EmptyRest => return (Style::new().dimmed(), "..".into()),
        SlotState::EvacuatedX => (AnsiColor::Blue, ">X".into()),
        SlotState::EvacuatedY => (AnsiColor::Magenta, ">Y".into()),
        SlotState::EvacuatedEmpty => return (Style::new().dimmed(), ">.".into()),
    };
    (color.on_default(), text)
}

impl<'a> Chains<'a> {
    /// The chains of an array.
    pub(super) fn new(chains: impl Iterator<Item = &'a [BucketImage]>, marks: &'a Marks) -> Self {
        let chains: Vec<_> = chains.collect();
        let prefix = |(index, bucket): (usize, &BucketImage)| {
            let arrow = if index == 0 { 0 } else { ARROW.chars().count() };
            arrow + bucket.name.to_string().len() + 1
        };
        let prefix =
            chains.iter().flat_map(|chain| chain.iter().enumerate().map(prefix)).max().unwrap_or(0);
        let with = |marked: &dyn Fn(Place) -> bool| -> Vec<usize> {
            let marked = |chain: &&[BucketImage]| chain.iter().flat_map(places).any(marked);
            let chains = chains.iter().enumerate().filter(|(_, chain)| marked(chain));
            chains.map(|(index, _)| index).collect()
        };
        let (changed, stood_in) = (with(&|at| marks.changed(at)), with(&|at| marks.iterator(at)));
        Self { chains, marks, changed, stood_in, prefix }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.chains.len()
    }

    /// Those with a slot that has changed, then those that an iterator stands in.
    pub(super) fn marked(&self) -> impl Iterator<Item = usize> {
        self.changed.iter().chain(&self.stood_in).copied()
    }

    /// Whether any slot has changed.
    pub(super) fn has_changed(&self) -> bool {
        !self.changed.is_empty()
    }

    /// Whether an iterator stands at any slot.
    pub(super) fn has_iterator(&self) -> bool {
        !self.stood_in.is_empty()
    }

    /// The columns that a bucket takes in one line, at its best.
    pub(super) fn comfortable(&self) -> usize {
        self.prefix + WIDE
    }

    /// Chain `index` in lines of at most `width` columns; no line if there is no such chain.
    pub(super) fn draw(&self, index: usize, width: usize) -> Vec<Line> {
        let Some(chain) = self.chains.get(index) else { return Vec::new() };
        let room = width.saturating_sub(self.prefix);
        let density = match room {
            WIDE.. => Density::Wide,
            16.. => Density::Dense,
            11.. => Density::Rows(4),
            5.. => Density::Rows(2),
            _ => Density::Rows(1),
        };
        let mut lines: Vec<Line> = Vec::new();
        for (place, bucket) in chain.iter().enumerate() {
            let mark = match density {
                _ if places(bucket).any(|at| self.marks.changed(at)) => "*",
                Density::Dense | Density::Rows(_)
                    if places(bucket).any(|at| self.marks.iterator(at)) =>
                {
                    ITERATOR
                }
                _ => " ",
            };
            let name = Line::plain(if place == 0 { "" } else { ARROW })
                .then(Style::new().bold(), bucket.name.to_string())
                .and(Line::plain(mark));
            let mut rows = self.slots(bucket, density).into_iter();
            let first = rows.next().unwrap_or_default();
            match lines.pop() {
                // A whole bucket may follow another in its line.
                Some(last) if place > 0 && last.width() + 1 + name.width() + WIDE <= width => {
                    lines.push(last.and(Line::plain(" ")).and(name).and(first));
                }
                last => lines.extend(last.into_iter().chain([name.padded(self.prefix).and(first)])),
            }
            lines.extend(rows.map(|row| Line::default().padded(self.prefix).and(row)));
        }
        lines
    }

    fn slots(&self, bucket: &BucketImage, density: Density) -> Vec<Line> {
        let cell = |(at, state)| {
            let (mut style, text) = slot(state);
            if self.marks.changed(at) {
                style = style.invert();
            }
            if self.marks.iterator(at) {
                style = style.underline();
            }
            Line::default().then(style, text)
        };
        let cells: Vec<Line> = places(bucket).zip(bucket.slots()).map(cell).collect();
        match density {
            Density::Wide => {
                let before = |at: Place| match at.slot {
                    _ if self.marks.iterator(at) => ITERATOR,
                    0 => "[",
                    _ => " ",
                };
                let join = |line: Line, (at, cell)| line.and(Line::plain(before(at))).and(cell);
                let slots = places(bucket).zip(cells).fold(Line::default(), join);
                vec![slots.and(Line::plain("]"))]
            }
            Density::Dense => vec![cells.into_iter().fold(Line::default(), Line::and)],
            Density::Rows(columns) => {
                let join = |line: Line, cell| line.and(Line::plain(" ")).and(cell);
                let row = |cells: &[Line]| cells.iter().cloned().reduce(join).unwrap_or_default();
                cells.chunks(columns).map(row).collect()
            }
        }
    }
}

/// The columns of a bucket's slots at their best.
const WIDE: usize = "[00 00 00 00 00 00 00 00]".len();

/// What stands before an overflow bucket.
const ARROW: &str = "→";

/// What stands before a slot that an iterator stands at.
const ITERATOR: &str = "#";

/// Which of `count` chains to show: all of a small map; of a large one the first, the last and the
/// first of those in `marked`.
pub(super) fn rows(count: usize, marked: impl IntoIterator<Item = usize>, all: bool) -> Vec<Row> {
    if all || count <= WHOLE {
        return (0..count).map(Row::Chain).collect();
    }
    let mut shown: BTreeSet<usize> = (0..ENDS).chain(count - ENDS..count).collect();
    for index in marked {
        if shown.len() == 2 * ENDS + MARKED {
            break;
        }
        shown.insert(index);
    }
    let mut rows = Vec::new();
    let mut next = 0;
    for index in shown {
        if index > next {
            rows.push(Row::Gap(index - next));
        }
        rows.push(Row::Chain(index));
        next = index + 1;
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_chain_is_shown_or_counted_in_order(
            count in 0..3000usize,
            marked in prop::collection::btree_set(0..3000usize, 0..40),
        ) {
            let marked = || marked.iter().copied().filter(|&index| index < count);
            let mut next = 0;
            let rows = rows(count, marked(), false);
            for row in &rows {
                match *row {
                    Row::Gap(skipped) => next += skipped,
                    Row::Chain(index) => {
                        prop_assert_eq!(index, next);
                        next += 1;
                    }
                }
            }
            prop_assert_eq!(next, count);
            prop_assert!(rows.len() <= WHOLE.max(2 * (2 * ENDS + MARKED)));
            let mut first = marked().take(MARKED);
            prop_assert!(first.all(|index| rows.contains(&Row::Chain(index))));
            prop_assert!(!super::rows(count, marked(), true).iter().any(|r| matches!(r, Row::Gap(_))));
        }
    }
}
