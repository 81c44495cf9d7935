//! Which operation comes next.

use super::{Counts, Draw, Profile, state_is_growing};
use crate::explore::class::{Moment, entries_of_chain};
use crate::explore::keys;
use crate::explore::op::{CURSORS, Op};
use crate::explore::state::State;
use crate::explore::world::{Elem, World};
use tophash::image::{BucketName, ReachName};

/// What goes on for a while.
#[derive(Clone, Copy, Debug)]
enum Mode {
    /// Assigns keys that are not there: of the chain that this key leads to, or any.
    Fill(Option<u8>),
    /// Deletes keys that are there, likewise.
    Drain(Option<u8>),
    /// Fills one chain after another and empties it, short of doubling: overflow buckets stay, until
    /// the map grows to its own size. The key leads to the chain; whether it is being emptied.
    Churn(u8, bool),
    /// Deletes what a chain holds behind a bucket, then from the bucket's last slot but one forwards:
    /// the last of these deletes carries emptyRest across a link.
    Tail(u8, usize),
    /// Puts a cursor into a chain, deletes what the chain holds, and begins another there. The key
    /// leads to the chain; whether the first cursor has begun.
    Hollow(u8, bool),
    /// Takes steps of cursors.
    Walk,
    /// Takes all steps of one.
    Run(u8),
    /// Takes what has been seen least.
    Look,
}

/// Which cursors a sequence has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cursors {
    /// As it comes.
    Any,
    /// None, so that growths may cut links.
    None,
    /// Two, which are hardly advanced: they live on across growths. Those begin amid one, or at rest.
    Old {
        /// Amid one.
        amid_growth: bool,
    },
}

/// Leads one sequence.
pub(super) struct Lead {
    profile: Profile,
    mode: Mode,
    left: usize,
    /// Of twelve operations that are not amid a growth, so many are what has been seen least.
    look: usize,
    /// Of so many entries, [`Mode::Churn`] leaves one alone, and those behind it.
    patience: usize,
    /// The mode was begun for the growth that is under way.
    intent: bool,
    cursors: Cursors,
    /// How many were begun.
    begun: usize,
}

impl Lead {
    /// `goes_on` says that the sequence is to go on from something rare.
    pub(super) fn new(profile: Profile, goes_on: bool, draw: &mut Draw) -> Self {
        let old = Cursors::Old { amid_growth: draw.chance(1, 3) };
        let cursors = match profile {
            Profile::Cursors => Cursors::Any,
            Profile::SameSize => *draw.of(&[Cursors::Any, Cursors::None, old, old]),
            _ => *draw.of(&[Cursors::Any, Cursors::Any, Cursors::None, old]),
        };
        let patience = *draw.of(&[50, 15, 6]);
        let look = match profile {
            _ if goes_on => 8,
            Profile::SameSize => 1,
            _ => 3,
        };
        Self {
            profile,
            mode: Mode::Fill(None),
            left: 12,
            look,
            patience,
            intent: false,
            cursors,
            begun: 0,
        }
    }

    pub(super) fn next<V: Elem>(
        &mut self,
        world: &World<'_, V>,
        state: &State,
        draw: &mut Draw,
        known: &Counts<Moment>,
        fresh: &Counts<Moment>,
    ) -> Op {
        // Growths are short and rare: while there is one, look.
        let growing = state_is_growing(state);
        if growing && draw.chance(1, 16) {
            let chain = draw.below(world.config().keys.len()) as u8;
            self.intent = true;
            let steps =
                if matches!(self.cursors, Cursors::Old { .. }) { draw.between(1, 30) } else { 200 };
            (self.mode, self.left) = match draw.below(8) {
                0 => (Mode::Drain(None), 40),
                1..4 => (Mode::Run(draw.below(CURSORS) as u8), steps),
                4 if self.cursors == Cursors::Any => (Mode::Hollow(chain, false), 20),
                _ => (Mode::Tail(chain, draw.between(1, 2)), 40),
            };
        }
        self.intent &= self.left > 0;
        let look = match growing {
            _ if self.intent => usize::from(growing),
            true => 10,
            false => self.look,
        };
        if draw.chance(look, 12) {
            return self.least_seen(world, state, draw, known, fresh);
        }
        if self.left == 0 {
            (self.mode, self.left) = self.draw_mode(world, draw);
        }
        self.left -= 1;
        let op = match self.mode {
            Mode::Fill(chain) => key(world, draw, chain, false).map(Op::Assign),
            Mode::Drain(chain) => key(world, draw, chain, true).map(Op::Delete),
            Mode::Churn(chain, emptying) => Some(self.churn(world, draw, chain, emptying)),
            Mode::Tail(chain, bucket) => {
                let hash = keys::hash(world.config().keys.key(chain), state.map.hash0);
                tail(&entries_of_chain(state, hash), bucket).map(Op::Delete)
            }
            Mode::Hollow(chain, begun) => {
                let hash = keys::hash(world.config().keys.key(chain), state.map.hash0);
                self.hollow(state, hash, (chain, begun))
            }
            Mode::Walk => self.walk(world, draw),
            Mode::Run(cursor) => world.walks(usize::from(cursor)).then_some(Op::Next(cursor)),
            Mode::Look => None,
        };
        op.unwrap_or_else(|| {
            self.left = 0;
            self.least_seen(world, state, draw, known, fresh)
        })
    }

    /// The next operation of [`Mode::Hollow`].
    fn hollow(&mut self, state: &State, hash: u64, (chain, begun): (u8, bool)) -> Option<Op> {
        /// A growth is over before longer chains are empty.
        const FEW: usize = 6;
        let start = (hash & ((1 << state.map.b) - 1)) as u8;
        let entries = entries_of_chain(state, hash);
        let left = entries.iter().flatten().count();
        match (begun, entries.iter().flatten().next()) {
            (false, Some(_)) if left <= FEW => {
                self.mode = Mode::Hollow(chain, true);
                Some(Op::Begin { cursor: 0, start, offset: 0 })
            }
            (true, Some(&key)) => Some(Op::Delete(key)),
            (true, None) => {
                self.left = 0;
                Some(Op::Begin { cursor: 1, start, offset: 0 })
            }
            _ => None,
        }
    }

    /// The next operation of [`Mode::Churn`].
    fn churn<V: Elem>(
        &mut self,
        world: &World<'_, V>,
        draw: &mut Draw,
        chain: u8,
        emptying: bool,
    ) -> Op {
        let header = world.map().header();
        if header.noverflow() >= 1 << header.b() && draw.chance(1, 2) {
            // The next key begins the growth. First, any number of entries go, or nearly all.
            let entries = world.model().len();
            let some = if draw.chance(1, 2) { draw.below(entries + 1) } else { entries };
            self.intent = true;
            (self.mode, self.left) = (Mode::Drain(None), some.saturating_sub(draw.below(3)));
        }
        let most = (13 << header.b()) / 2;
        let next = match emptying {
            true => key(world, draw, Some(chain), true).map(Op::Delete),
            false if world.model().len() + 1 < most.max(8) => {
                key(world, draw, Some(chain), false).map(Op::Assign)
            }
            false => None,
        };
        if let Some(op) = next.filter(|_| !draw.chance(1, self.patience)) {
            return op;
        }
        // Now and then some entries are left, in chains of every length.
        let other = draw.below(world.config().keys.len()) as u8;
        self.mode = if emptying { Mode::Churn(other, false) } else { Mode::Churn(chain, true) };
        let any = draw.below(world.config().keys.len()) as u8;
        if emptying { Op::Access(any) } else { Op::Delete(any) }
    }

    /// A step of a cursor that walks, or the beginning of one.
    fn walk<V: Elem>(&mut self, world: &World<'_, V>, draw: &mut Draw) -> Option<Op> {
        let cursor = draw.below(CURSORS);
        if world.walks(cursor) {
            return Some(Op::Next(cursor as u8));
        }
        if self.cursors != Cursors::Any {
            return None;
        }
        let start = draw.below(1 << world.map().header().b()) as u8;
        Some(Op::Begin { cursor: cursor as u8, start, offset: draw.below(8) as u8 })
    }

    fn draw_mode<V: Elem>(&self, world: &World<'_, V>, draw: &mut Draw) -> (Mode, usize) {
        let keys = world.config().keys.len();
        let chain = draw.below(keys) as u8;
        let mode = match (self.profile, draw.below(12)) {
            (Profile::Double, 0..7) => Mode::Fill(None),
            (Profile::Double, 7..9) => Mode::Fill(Some(chain)),
            (Profile::SameSize, 0..9) => return (Mode::Churn(chain, false), 400),
            (Profile::SameSize, 9..11) => Mode::Drain(Some(chain)),
            (Profile::Empty | Profile::Cursors, 9) => {
                return (Mode::Churn(chain, false), 150);
            }
            (Profile::Chains, 0..5) => Mode::Fill(Some(chain)),
            (Profile::Chains, 5..9) => Mode::Drain(Some(chain)),
            (Profile::Cursors, 0..2) => Mode::Walk,
            (Profile::Cursors, 2..5) => Mode::Fill(Some(chain)),
            (Profile::Cursors, 5..7) => Mode::Fill(None),
            (Profile::Cursors, 7..9) => Mode::Drain(Some(chain)),
            (Profile::Empty, 0..4) => Mode::Fill(Some(chain)),
            (Profile::Empty, 4..6) => Mode::Fill(None),
            (Profile::Empty, 6..11) => return (Mode::Drain(None), 60),
            (_, 9..11) => Mode::Drain(None),
            _ => Mode::Look,
        };
        (mode, draw.between(4, 40))
    }

    /// Of some operations drawn at random, that whose moment has been seen least.
    fn least_seen<V: Elem>(
        &mut self,
        world: &World<'_, V>,
        state: &State,
        draw: &mut Draw,
        known: &Counts<Moment>,
        fresh: &Counts<Moment>,
    ) -> Op {
        let growing = state_is_growing(state);
        let config = world.config();
        let count_of_keys = config.keys.len();
        let seen = |op: Op| {
            let moment = Moment::of(state, op, &config.keys)?;
            let count = |counts: &Counts<Moment>| counts.get(&moment).copied().unwrap_or(0);
            Some(count(known) + count(fresh))
        };
        let mut best: Option<(u64, Op)> = None;
        let mut consider = |op: Op| {
            let Some(count) = seen(op) else { return };
            if best.is_none_or(|(least, _)| count < least) {
                best = Some((count, op));
            }
        };
        for _ in 0..10 {
            let any = draw.below(count_of_keys) as u8;
            // Of a map with few entries, any key is hardly ever one.
            let there = if draw.chance(1, 2) { key(world, draw, None, true) } else { None };
            let key = there.unwrap_or(any);
            consider(match draw.below(10) {
                0..5 => Op::Assign(if draw.chance(1, 2) { any } else { key }),
                5..9 => Op::Delete(key),
                _ => Op::Access(key),
            });
        }
        let (next, begins) = match self.cursors {
            Cursors::Any => (4, 1 + usize::from(growing)),
            Cursors::Old { amid_growth } if self.begun < 2 && amid_growth == growing => (1, 2),
            Cursors::Old { .. } if growing => (4, 0),
            Cursors::Old { .. } => (0, 0),
            Cursors::None => (1, 0),
        };
        // However often seen: only what follows shows a cursor that has begun amid a growth.
        if growing && self.cursors == Cursors::Any && draw.chance(1, 8) {
            return begin(draw, state);
        }
        if draw.chance(next, 8) {
            consider(Op::Next(draw.below(CURSORS) as u8));
        }
        if draw.chance(begins, 4) {
            (0..3).for_each(|_| consider(begin(draw, state)));
        }
        if draw.chance(1, 60) {
            consider(Op::Clear);
        }
        self.begun += usize::from(matches!(best, Some((_, Op::Begin { .. }))));
        match best {
            _ if draw.chance(1, 40) => Op::Forget(draw.below(CURSORS) as u8),
            Some((_, op)) => op,
            None => Op::Assign(draw.below(count_of_keys) as u8),
        }
    }
}

/// The beginning of a cursor: anywhere, or where another stands.
fn begin(draw: &mut Draw, state: &State) -> Op {
    let other = state.cursors.cursors[draw.below(CURSORS)].and_then(|cursor| cursor.at);
    let start = match other {
        Some(ReachName::Map(BucketName::Array(index))) if draw.chance(1, 2) => index,
        _ => draw.below(1 << state.map.b),
    };
    let start = start as u8;
    Op::Begin { cursor: draw.below(CURSORS) as u8, start, offset: draw.below(8) as u8 }
}

/// The entry to be deleted next by [`Mode::Tail`], of a chain's slots.
fn tail(slots: &[Option<u8>], bucket: usize) -> Option<u8> {
    let behind = slots.iter().skip(8 * (bucket + 1)).flatten();
    let from = slots.iter().skip(8 * bucket - 1).flatten();
    behind.last().or(from.copied().next().as_ref()).copied()
}

/// A key that is there, or is not; if `chain` is one, of the keys beside it that lead to the same
/// chain as it does.
fn key<V: Elem>(
    world: &World<'_, V>,
    draw: &mut Draw,
    chain: Option<u8>,
    there: bool,
) -> Option<u8> {
    let pool = &world.config().keys;
    let live = world.model().keys();
    let header = world.map().header();
    let index = |key: u8| {
        let hash = keys::hash(pool.key(key), header.hash0());
        hash & ((1 << header.b()) - 1)
    };
    let wanted = chain.map(index);
    let first = draw.below(pool.len());
    let from_first = (first..pool.len()).chain(0..first).map(|key| key as u8);
    from_first
        .filter(|&key| live.has(key) == there)
        .find(|&key| wanted.is_none_or(|wanted| index(key) == wanted))
}
