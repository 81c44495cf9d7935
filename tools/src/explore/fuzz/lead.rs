//! Which operation comes next.

use super::{Counts, Draw, Profile, state_is_growing};
use crate::explore::class::Moment;
use crate::explore::op::{CURSORS, Op};
use crate::explore::state::State;
use crate::explore::world::{Elem, World};

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
    /// Takes steps of cursors.
    Walk,
    /// Takes what has been seen least.
    Look,
}

/// Leads one sequence.
pub(super) struct Lead {
    profile: Profile,
    mode: Mode,
    left: usize,
    /// Of twelve operations that are not amid a growth, so many are what has been seen least.
    look: usize,
}

impl Lead {
    /// `goes_on` says that the sequence is to go on from something rare.
    pub(super) fn new(profile: Profile, goes_on: bool) -> Self {
        let look = match profile {
            _ if goes_on => 8,
            Profile::SameSize => 1,
            _ => 3,
        };
        Self { profile, mode: Mode::Fill(None), left: 12, look }
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
        let look = if state_is_growing(state) { 10 } else { self.look };
        if draw.chance(look, 12) {
            return self.least_seen(world, state, draw, known, fresh);
        }
        if self.left == 0 {
            (self.mode, self.left) = self.draw_mode(world, draw);
        }
        self.left -= 1;
        if let Mode::Churn(chain, emptying) = self.mode {
            return self.churn(world, draw, chain, emptying);
        }
        let op = match self.mode {
            Mode::Fill(chain) => key(world, draw, chain, false).map(Op::Assign),
            Mode::Drain(chain) => key(world, draw, chain, true).map(Op::Delete),
            Mode::Walk => Some(walk(world, draw)),
            Mode::Look | Mode::Churn(..) => None,
        };
        op.unwrap_or_else(|| {
            self.left = self.left.min(1);
            self.least_seen(world, state, draw, known, fresh)
        })
    }

    /// The next operation of [`Mode::Churn`].
    fn churn<V: Elem>(
        &mut self,
        world: &World<'_, V>,
        draw: &mut Draw,
        chain: u8,
        emptying: bool,
    ) -> Op {
        let most = (13 << world.map().header().b()) / 2;
        let next = match emptying {
            true => key(world, draw, Some(chain), true).map(Op::Delete),
            false if world.model().len() + 1 < most.max(8) => {
                key(world, draw, Some(chain), false).map(Op::Assign)
            }
            false => None,
        };
        if let Some(op) = next.filter(|_| !emptying || !draw.chance(1, 40)) {
            return op;
        }
        // Now and then some entries are left, in chains of every length.
        let other = draw.below(world.config().keys.len()) as u8;
        self.mode = if emptying { Mode::Churn(other, false) } else { Mode::Churn(chain, true) };
        let any = draw.below(world.config().keys.len()) as u8;
        if emptying { Op::Access(any) } else { Op::Delete(any) }
    }

    fn draw_mode<V: Elem>(&self, world: &World<'_, V>, draw: &mut Draw) -> (Mode, usize) {
        let keys = world.config().keys.len();
        let chain = draw.below(keys) as u8;
        let mode = match (self.profile, draw.below(12)) {
            (Profile::Double, 0..7) => Mode::Fill(None),
            (Profile::Double, 7..9) => Mode::Fill(Some(chain)),
            (Profile::SameSize, 0..9) => return (Mode::Churn(chain, false), 200),
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
            (_, 10) => Mode::Drain(None),
            _ => Mode::Look,
        };
        (mode, draw.between(4, 40))
    }

    /// Of some operations drawn at random, that whose moment has been seen least.
    fn least_seen<V: Elem>(
        &self,
        world: &World<'_, V>,
        state: &State,
        draw: &mut Draw,
        known: &Counts<Moment>,
        fresh: &Counts<Moment>,
    ) -> Op {
        let config = world.config();
        let keys = config.keys.len();
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
            let key = draw.below(keys) as u8;
            consider(match draw.below(10) {
                0..5 => Op::Assign(key),
                5..9 => Op::Delete(key),
                _ => Op::Access(key),
            });
        }
        if draw.chance(1, 2) {
            consider(Op::Next(draw.below(CURSORS) as u8));
        }
        if draw.chance(1, 3) {
            consider(begin(draw, state));
        }
        if draw.chance(1, 60) {
            consider(Op::Clear);
        }
        match best {
            _ if draw.chance(1, 40) => Op::Forget(draw.below(CURSORS) as u8),
            Some((_, op)) => op,
            None => Op::Assign(draw.below(keys) as u8),
        }
    }
}

fn begin(draw: &mut Draw, state: &State) -> Op {
    let start = draw.below(1 << state.map.b) as u8;
    Op::Begin { cursor: draw.below(CURSORS) as u8, start, offset: draw.below(8) as u8 }
}

/// A step of a cursor that walks, or the beginning of one.
fn walk<V: Elem>(world: &World<'_, V>, draw: &mut Draw) -> Op {
    let cursor = draw.below(CURSORS);
    if world.walks(cursor) {
        return Op::Next(cursor as u8);
    }
    let start = draw.below(1 << world.map().header().b()) as u8;
    Op::Begin { cursor: cursor as u8, start, offset: draw.below(8) as u8 }
}

/// A key that is there, or is not; if `chain` is one, of the keys beside it that lead to the same
/// chain as it does.
fn key<V: Elem>(
    world: &World<'_, V>,
    draw: &mut Draw,
    chain: Option<u8>,
    there: bool,
) -> Option<u8> {
    let keys = &world.config().keys;
    let live = world.model().keys();
    let header = world.map().header();
    let index = |key: u8| {
        let hash = crate::explore::keys::hash(keys.key(key), header.hash0());
        hash & ((1 << header.b()) - 1)
    };
    let wanted = chain.map(index);
    let first = draw.below(keys.len());
    let from_first = (first..keys.len()).chain(0..first).map(|key| key as u8);
    from_first
        .filter(|&key| live.has(key) == there)
        .find(|&key| wanted.is_none_or(|wanted| index(key) == wanted))
}
