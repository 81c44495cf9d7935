//! Which keys a sequence has.

use super::{Draw, Profile};
use crate::explore::keys::{Keys, Wanted};
use crate::explore::world::{Config, Kind};
use std::fmt;

/// Sets of keys, each looked for once under one seed that stays and once under one that changes when
/// the map is emptied.
pub(super) struct Layouts(Vec<[Keys; 2]>);

/// How many keys there are of each low bits: long chains and their siblings.
const CHAINS: &[(u8, usize)] = &[(0, 48), (4, 20), (1, 24), (5, 10), (2, 10), (3, 10), (8, 6)];
/// Ranges that fill one chain each, and some keys of the last chains of eight.
const RANGES: &[(u8, usize)] = &[(0, 32), (1, 32), (2, 32), (3, 24), (6, 4), (7, 4)];
/// As many chains as there are, up to 64.
const EVEN: &[(u8, usize)] = &[];
/// Two chains of a map of four, and what they are split into.
const SPLIT: &[(u8, usize)] =
    &[(0, 16), (4, 16), (1, 12), (5, 12), (8, 8), (12, 8), (3, 8), (2, 8)];
/// Enough overflow buckets for a map of sixteen, which has spare ones.
const WIDE: &[(u8, usize)] = &[(0, 64), (1, 64), (16, 32), (2, 32), (3, 32), (5, 32)];

/// All of them, by their numbers.
const ALL: [&[(u8, usize)]; LAYOUTS] = [CHAINS, RANGES, EVEN, SPLIT, WIDE];
const LAYOUTS: usize = 5;

impl Layouts {
    pub(super) fn new() -> Self {
        let find = |groups: &[(u8, usize)], seeds| {
            let wanted: Vec<Wanted> = match groups {
                [] => (0..64).chain(0..64).map(|low| Wanted { low, top: None }).collect(),
                _ => groups.iter().flat_map(|&(low, count)| wanted(low, count)).collect(),
            };
            Keys::find(&wanted, seeds)
        };
        let all = ALL.into_iter().zip(1..);
        let both = |(groups, seed)| [find(groups, [seed, seed]), find(groups, [seed, seed + 100])];
        Self(all.map(both).collect())
    }

    /// The making of a map for a sequence.
    pub(super) fn config(&self, setup: Setup) -> Config {
        let keys = self.0[setup.layout][usize::from(setup.changing)].clone();
        Config { kind: setup.kind, hint: setup.hint, keys, fault: None }
    }
}

/// Which map a sequence is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Setup {
    pub(super) kind: Kind,
    layout: usize,
    changing: bool,
    hint: u8,
}

impl fmt::Display for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, layout, changing, hint } = self;
        write!(f, "{} {layout} {} {hint}", kind.go_name(), u8::from(*changing))
    }
}

impl Setup {
    /// Reads what `Display` writes.
    pub(super) fn parse<'a>(words: &mut impl Iterator<Item = &'a str>) -> Option<Self> {
        let name = words.next()?;
        let kind = Kind::ALL.into_iter().find(|kind| kind.go_name() == name)?;
        let mut number = || words.next()?.parse::<u8>().ok();
        let (layout, changing, hint) = (number()?, number()?, number()?);
        let layout = usize::from(layout);
        (layout < LAYOUTS).then_some(Self { kind, layout, changing: changing != 0, hint })
    }

    pub(super) fn draw(profile: Profile, draw: &mut Draw) -> Self {
        let layout = match profile {
            Profile::Double => *draw.of(&[0, 1, 2, 2, 3, 3, 4]),
            Profile::SameSize => *draw.of(&[0, 1, 1, 1, 4, 4]),
            Profile::Chains => *draw.of(&[0, 0, 1, 3, 4]),
            Profile::Cursors | Profile::Empty | Profile::Mixed => draw.below(LAYOUTS),
        };
        // Arrays of 1, 2, 4, 8 and 16 buckets.
        let hint = match layout {
            4 if profile == Profile::SameSize => 104,
            4 => *draw.of(&[53, 104]),
            _ => *draw.of(&[0, 9, 9, 26, 26, 26, 52, 52, 52]),
        };
        Self { kind: *draw.of(&Kind::ALL), layout, changing: draw.chance(1, 4), hint }
    }
}

/// Keys of one chain. Every fourth has the same tophash.
fn wanted(low: u8, count: usize) -> impl Iterator<Item = Wanted> {
    (0..count).map(move |i| Wanted { low, top: (i % 4 == 3).then_some(0x77) })
}
