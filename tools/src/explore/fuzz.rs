//! Random sequences of operations, led to the classes that have been seen least.
//!
//! Sequence n of a seed is the same at every run, on every machine, by any number of threads: it is
//! drawn from the seed, from n, and from what the sequences of the rounds before have seen. A round is
//! [`ROUND`] sequences. The first ones are committed with the source: they come to what is rarest.

mod corpus;
mod layout;
mod lead;

use super::class::{Class, Moment};
use super::op::Op;
use super::state::State;
use super::world::{Config, Elem, Fault, Kind, Word, World, Wrong, caught};
use clap::ValueEnum;
use corpus::{Corpus, Find, Start, committed};
use foldhash::fast::FixedState;
use layout::{Layouts, Setup};
use lead::Lead;
use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::Instant;
use tophash::hash::Rand;

/// Sequences between two exchanges of what was seen.
pub const ROUND: usize = 64;

/// What sequences are made of most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Profile {
    /// Each sequence takes one of the others.
    Mixed,
    /// Fills until the map doubles.
    Double,
    /// Fills and empties chains until the map grows to its own size.
    SameSize,
    /// Fills few chains, and deletes from their ends.
    Chains,
    /// Keeps cursors across growths.
    Cursors,
    /// Empties the map now and then.
    Empty,
}

impl Profile {
    const SINGLE: [Self; 5] =
        [Self::Double, Self::SameSize, Self::Chains, Self::Cursors, Self::Empty];
}

/// How often something was seen.
pub type Counts<T> = HashMap<T, u64, FixedState>;

/// What was seen.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Operations performed.
    pub operations: u64,
    /// Sequences.
    pub sequences: u64,
    /// Classes.
    pub classes: Counts<Class>,
    /// What was known of them beforehand.
    moments: Counts<Moment>,
}

impl Seen {
    fn add(&mut self, other: &Self) {
        self.operations += other.operations;
        self.sequences += other.sequences;
        for (class, count) in &other.classes {
            *self.classes.entry(*class).or_default() += count;
        }
        for (moment, count) in &other.moments {
            *self.moments.entry(*moment).or_default() += count;
        }
    }
}

/// A sequence that ended in something wrong.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The map's making.
    pub config: Config,
    /// The operations, the last one being that after which it was wrong.
    pub ops: Vec<Op>,
    /// What was wrong.
    pub wrong: Wrong,
}

/// What to draw sequences from, and how many.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The seed of everything.
    pub seed: u64,
    /// What the sequences are made of.
    pub profile: Profile,
    /// No sequence begins after so many operations; and none is begun after `until`.
    pub operations: u64,
    /// When to stop.
    pub until: Option<Instant>,
    /// Threads.
    pub threads: usize,
    /// A fault to be found.
    pub fault: Option<Fault>,
}

/// Runs sequences until the plan is done or one fails; `progress` is told now and then what was seen.
///
/// # Errors
/// The first sequence of a round that failed.
pub fn fuzz(plan: &Plan, progress: impl FnMut(&Seen)) -> (Seen, Option<Failure>) {
    let (seen, failure, _) = run(plan, progress);
    (seen, failure)
}

/// As [`fuzz`]; and the corpus that runs begin with, with short sequences for classes that it lacks and
/// that were reached late.
pub fn collect(plan: &Plan, progress: impl FnMut(&Seen)) -> (Seen, Option<Failure>, String) {
    let (seen, failure, corpus) = run(plan, progress);
    let text = corpus.written(&Layouts::new());
    (seen, failure, text)
}

fn run(plan: &Plan, mut progress: impl FnMut(&Seen)) -> (Seen, Option<Failure>, Corpus) {
    let layouts = Layouts::new();
    let mut seen = Seen::default();
    let mut corpus = Corpus::default();
    let committed = committed();
    let mut first = 0;
    while seen.operations < plan.operations && plan.until.is_none_or(|end| Instant::now() < end) {
        let known =
            Known { layouts: &layouts, seen: &seen, corpus: &corpus, committed: &committed };
        let (round, failure) = round(plan, known, first);
        for Sequence { seen: fresh, finds, .. } in round {
            if seen.operations < plan.operations {
                seen.add(&fresh);
                corpus.add(finds, &seen);
            }
        }
        corpus.sort(&seen.classes);
        if failure.is_some() {
            return (seen, failure, corpus);
        }
        first += ROUND;
        progress(&seen);
    }
    (seen, None, corpus)
}

/// What sequences are drawn from, besides the seed.
#[derive(Clone, Copy)]
struct Known<'a> {
    layouts: &'a Layouts,
    seen: &'a Seen,
    corpus: &'a Corpus,
    committed: &'a [(Setup, Vec<Op>)],
}

/// What came of one sequence.
struct Sequence {
    seen: Seen,
    finds: Vec<Find>,
    failure: Option<Failure>,
}

/// One round: the sequences from `first` on.
fn round(plan: &Plan, known: Known<'_>, first: usize) -> (Vec<Sequence>, Option<Failure>) {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    let work = || {
        loop {
            let number = next.fetch_add(1, Relaxed);
            let late = plan.until.is_some_and(|end| Instant::now() >= end);
            if number >= ROUND || late {
                return;
            }
            let sequence = sequence(plan, known, first + number);
            if sequence.failure.is_some() {
                // Those before it go on; none behind it begins.
                next.fetch_max(ROUND, Relaxed);
            }
            done.lock().expect("no thread panics").push((number, sequence));
        }
    };
    thread::scope(|scope| {
        for _ in 1..plan.threads {
            scope.spawn(work);
        }
        work();
    });
    let mut done = done.into_inner().expect("no thread panics");
    done.sort_unstable_by_key(|(number, _)| *number);
    let mut round = Vec::new();
    for (_, mut sequence) in done {
        let failure = sequence.failure.take();
        round.push(sequence);
        if failure.is_some() {
            return (round, failure);
        }
    }
    (round, None)
}

/// Sequence `number` of a plan.
fn sequence(plan: &Plan, known: Known<'_>, number: usize) -> Sequence {
    let rand = Rand::from_seed(plan.seed ^ (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let mut draw = Draw(rand);
    let profile = match plan.profile {
        Profile::Mixed => *draw.of(&Profile::SINGLE),
        profile => profile,
    };
    // The committed sequences come first, of every profile.
    let committed = known.committed.get(number);
    let committed =
        committed.map(|(setup, ops)| Start { setup: *setup, ops: ops.clone(), same: 0 });
    let start = committed.or_else(|| known.corpus.draw(&mut draw)).unwrap_or_else(|| Start {
        setup: Setup::draw(profile, &mut draw),
        ops: Vec::new(),
        same: 0,
    });
    let Start { setup, ops: prefix, same: from } = start;
    let config = Config { fault: plan.fault, ..known.layouts.config(setup) };
    let (moments, corpus) = (&known.seen.moments, known.corpus);
    let task = Task { config, setup, prefix: &prefix, from, profile, moments, corpus };
    match setup.kind {
        Kind::Plain => task.run::<u8>(draw),
        Kind::Pointers => task.run::<Word>(draw),
    }
}

/// A sequence to be run.
struct Task<'a> {
    config: Config,
    setup: Setup,
    /// Operations to begin with.
    prefix: &'a [Op],
    /// So many of them have been checked before.
    from: usize,
    profile: Profile,
    moments: &'a Counts<Moment>,
    corpus: &'a Corpus,
}

impl Task<'_> {
    fn run<V: Elem>(self, mut draw: Draw) -> Sequence {
        let mut seen = Seen { sequences: 1, ..Seen::default() };
        let mut finds = Vec::new();
        let mut ops = self.prefix[..self.from].to_vec();
        let goes_on = !self.prefix.is_empty();
        let more = if goes_on { draw.between(4, 60) } else { draw.between(50, 900) };
        let length = self.prefix.len() + more;
        let mut lead = Lead::new(self.profile, goes_on, &mut draw);
        let mut wrong = None;
        let mut world = World::<V>::new(&self.config);
        let mut ready = caught(|| {
            ops.iter().try_for_each(|&op| world.perform(op).map(drop))?;
            Ok(world.sketch())
        });
        while ops.len() < length {
            let before = match ready {
                Ok(before) => before,
                Err(what) => {
                    wrong = Some(what);
                    // What panicked amid an operation is not to be dropped either.
                    std::mem::forget(world);
                    break;
                }
            };
            let op = match self.prefix.get(ops.len()) {
                Some(&op) => op,
                None => lead.next(&world, &before, &mut draw, self.moments, &seen.moments),
            };
            ops.push(op);
            seen.operations += 1;
            ready = caught(|| {
                world.perform(op)?;
                world.check()?;
                Ok(world.sketch())
            });
            let Ok(after) = &ready else { continue };
            if let Some(class) = Class::of(&before, op, after, &self.config.keys) {
                let Class { operation, phase, place, cursors, .. } = class;
                *seen.moments.entry(Moment { operation, phase, place, cursors }).or_default() += 1;
                let count = seen.classes.entry(class).or_default();
                *count += 1;
                if *count == 1 && self.corpus.wants(&class) {
                    finds.push((class, ops.len()));
                }
            }
        }
        let setup = self.setup;
        let finds = finds.into_iter().map(|(class, end)| Find::new(class, setup, &ops[..end]));
        let finds = finds.collect();
        let failure = wrong.map(|wrong| Failure { config: self.config.clone(), ops, wrong });
        Sequence { seen, finds, failure }
    }
}

/// Draws.
pub(super) struct Draw(Rand);

impl Draw {
    fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.0.next()) * n as u128) >> 64) as usize
    }

    fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high - low + 1)
    }

    /// Whether something happens that does so `n` times in `of`.
    fn chance(&mut self, n: usize, of: usize) -> bool {
        self.below(of) < n
    }

    fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

fn state_is_growing(state: &State) -> bool {
    state.map.old_regular > 0
}
