//! The race without a race: threads that share two words, and nothing else.
//!
//! Each thread has a map of its own and does to it what it would do to the shared one. Around each
//! operation it follows both protocols: that of `Strict`, which counts who is inside, and that of Go's
//! flag. A *life* ends when the flag notices, as a Go process does.

use super::mix::{Mix, Operation, Random};
use serde::{Deserialize, Serialize};
use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering::Relaxed};
use std::sync::{Barrier, Mutex};
use std::thread;
use std::time::{Duration, Instant};
use tophash::detect::{Census, Met, flag};
use tophash::hash::Rand;
use tophash::{Cursor, Dialect, GoHash, GoMap, KeyHash};

/// How many lives, and how long they may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    pub(super) mix: Mix,
    pub(super) entries: u64,
    pub(super) threads: usize,
    /// Numbers drawn between two operations.
    pub(super) work: u32,
    pub(super) lives: u32,
    /// No life begins later than so long after the first.
    pub(super) time: Duration,
    /// Operations of each thread, after which a life has survived.
    pub(super) limit: u64,
}

/// From the first operation until the flag noticed, or until every thread had done its operations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Life {
    /// Operations of all threads.
    pub(super) operations: u64,
    /// Of these, those before the first overlap.
    pub(super) first_overlap: Option<u64>,
    /// Reads that began during a write.
    pub(super) read_in_write: u64,
    /// Writes that began during a read, and no write.
    pub(super) write_in_read: u64,
    /// Writes that began during a write.
    pub(super) write_in_write: u64,
    pub(super) death: Option<Death>,
}

/// Where the flag noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Death {
    /// As an operation began.
    Entry,
    /// As a write ended.
    Exit,
}

impl Life {
    pub(super) fn overlaps(&self) -> u64 {
        self.read_in_write + self.write_in_read + self.write_in_write
    }
}

/// On cache lines of its own.
#[repr(align(128))]
#[derive(Default)]
struct Apart<T>(T);

/// What the threads share.
struct Stage {
    flags: Apart<AtomicU8>,
    census: Apart<Census>,
    over: Apart<AtomicBool>,
    life: Mutex<Life>,
    /// Each thread's operations in this life.
    counts: Vec<Apart<AtomicU64>>,
    turn: Barrier,
}

/// The lives of a plan.
pub(super) fn run(plan: Plan) -> Vec<Life> {
    let stage = Stage {
        flags: Apart::default(),
        census: Apart::default(),
        over: Apart(AtomicBool::new(true)),
        life: Mutex::default(),
        counts: (0..plan.threads).map(|_| Apart::default()).collect(),
        turn: Barrier::new(plan.threads + 1),
    };
    let done = AtomicBool::new(false);
    let mut lives = Vec::new();
    thread::scope(|scope| {
        for me in 0..plan.threads {
            let (stage, done) = (&stage, &done);
            scope.spawn(move || {
                let mut player = Player::new(stage, plan, me);
                loop {
                    stage.turn.wait();
                    if done.load(Relaxed) {
                        break;
                    }
                    player.live();
                    stage.turn.wait();
                }
            });
        }
        let began = Instant::now();
        for life in 0..plan.lives {
            if life > 0 && began.elapsed() >= plan.time {
                break;
            }
            stage.reset();
            stage.turn.wait();
            stage.turn.wait();
            let mut life = *stage.life();
            if life.death.is_none() {
                life.operations = stage.operations();
            }
            lives.push(life);
        }
        done.store(true, Relaxed);
        stage.turn.wait();
    });
    lives
}

impl Stage {
    fn life(&self) -> std::sync::MutexGuard<'_, Life> {
        self.life.lock().expect("no thread panics with it")
    }

    /// To be called while all threads wait.
    fn reset(&self) {
        *self.life() = Life::default();
        self.flags.0.store(0, Relaxed);
        self.counts.iter().for_each(|count| count.0.store(0, Relaxed));
        self.over.0.store(false, Relaxed);
    }

    fn operations(&self) -> u64 {
        self.counts.iter().map(|count| count.0.load(Relaxed)).sum()
    }

    /// A thread has met others inside, for the first time in its life.
    #[cold]
    fn overlap(&self) {
        let operations = self.operations();
        self.life().first_overlap.get_or_insert(operations);
    }

    /// The flag has noticed. The first to say so ends the life.
    #[cold]
    fn end(&self, death: Death) {
        let mut life = self.life();
        if life.death.is_none() {
            life.death = Some(death);
            life.operations = self.operations();
            self.over.0.store(true, Relaxed);
        }
    }
}

/// Go's hash, computed before the operation that needs it: the map asks for that of its key first, and
/// is told once; it asks for others when it grows.
struct Told {
    hash: GoHash,
    last: Cell<(u64, u64)>,
}

impl KeyHash<u64> for Told {
    const REFLEXIVE: bool = <GoHash as KeyHash<u64>>::REFLEXIVE;
    const NEEDS_UPDATE: bool = <GoHash as KeyHash<u64>>::NEEDS_UPDATE;
    const POINTERS: bool = <GoHash as KeyHash<u64>>::POINTERS;

    fn hash(&self, key: &u64, hash0: u32, nan: &Rand) -> u64 {
        let (last, hash) = self.last.replace((u64::MAX, 0));
        if *key == last { hash } else { self.hash.hash(key, hash0, nan) }
    }

    fn eq(&self, a: &u64, b: &u64) -> bool {
        a == b
    }
}

/// A thread, with its map.
struct Player<'a> {
    stage: &'a Stage,
    plan: Plan,
    me: usize,
    random: Random,
    map: GoMap<u64, u64, Told>,
    cursor: Option<Cursor>,
    /// What it has met in this life. The operations in which others are when the flag notices are
    /// counted still: whom it noticed may be among them.
    met: Life,
}

impl<'a> Player<'a> {
    fn new(stage: &'a Stage, plan: Plan, me: usize) -> Self {
        // No key is 2^64 - 1.
        let told = Told { hash: GoHash::default(), last: Cell::new((u64::MAX, 0)) };
        let mut map = GoMap::with_source(0, told, Rand::system(), Dialect::LATEST);
        (0..plan.entries).for_each(|i| {
            map.insert(2 * i, i);
        });
        let random = Random::new(7, me as u64);
        Self { stage, plan, me, random, map, cursor: None, met: Life::default() }
    }

    /// One life, added to what the others met.
    fn live(&mut self) {
        self.met = Life::default();
        self.perform();
        let mut life = self.stage.life();
        life.read_in_write += self.met.read_in_write;
        life.write_in_read += self.met.write_in_read;
        life.write_in_write += self.met.write_in_write;
    }

    /// Until the life is over, or all operations are done.
    fn perform(&mut self) {
        // Threads wake one after the other, and so they do not all begin with the same step.
        for _ in 0..self.random.next() % 2048 {
            self.random.next();
        }
        let count = &self.stage.counts[self.me].0;
        for i in 0..self.plan.limit {
            for _ in 0..self.plan.work {
                self.random.next();
            }
            if self.stage.over.0.load(Relaxed) {
                return;
            }
            let drawn = self.random.next();
            let key = drawn % (2 * self.plan.entries);
            match self.plan.mix.draw(drawn) {
                Operation::Get => self.read(|it| {
                    std::hint::black_box(it.map.get(&key));
                }),
                Operation::Step => self.read(Self::step),
                Operation::Insert => self.write(key, |it| {
                    it.map.insert(key, i);
                }),
                Operation::Remove => self.write(key, |it| {
                    it.map.remove(&key);
                }),
            }
            count.store(i + 1, Relaxed);
        }
    }

    fn step(&mut self) {
        let cursor = self.cursor.get_or_insert_with(|| self.map.range());
        if cursor.next(&self.map).is_none() {
            self.cursor = None;
        }
    }

    // In both, what was met is noted when the operation has ended: to note takes longer than the
    // operation.

    #[inline]
    fn read(&mut self, operation: impl FnOnce(&mut Self)) {
        let stage = self.stage;
        let met = stage.census.0.begin_read();
        let noticed = flag::is_writing(&stage.flags.0);
        if !noticed {
            operation(self);
        }
        stage.census.0.end_read();
        if met.writers > 0 {
            self.meet(|life| &mut life.read_in_write);
        }
        if noticed {
            stage.end(Death::Entry);
        }
    }

    #[inline]
    fn write(&mut self, key: u64, operation: impl FnOnce(&mut Self)) {
        let stage = self.stage;
        let met = stage.census.0.begin_write();
        let death = if flag::is_writing(&stage.flags.0) {
            Some(Death::Entry)
        } else {
            let Told { hash, last } = self.map.hasher();
            let hash0 = self.map.header().hash0();
            last.set((key, hash.hash(&key, hash0, self.map.rand())));
            flag::flip(&stage.flags.0);
            operation(self);
            (!flag::leave(&stage.flags.0)).then_some(Death::Exit)
        };
        stage.census.0.end_write();
        match met {
            Met { readers: 0, writers: 0 } => {}
            Met { writers: 0, .. } => self.meet(|life| &mut life.write_in_read),
            Met { .. } => self.meet(|life| &mut life.write_in_write),
        }
        if let Some(death) = death {
            stage.end(death);
        }
    }

    #[cold]
    fn meet(&mut self, kind: fn(&mut Life) -> &mut u64) {
        if self.met.overlaps() == 0 {
            self.stage.overlap();
        }
        *kind(&mut self.met) += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(mix: Mix, threads: usize) -> Plan {
        let time = Duration::from_secs(5);
        Plan { mix, entries: 64, threads, work: 5, lives: 5, time, limit: 20_000 }
    }

    #[test]
    fn one_thread_overlaps_with_nobody_and_survives() {
        for mix in Mix::ALL {
            for life in run(plan(mix, 1)) {
                assert_eq!(life, Life { operations: 20_000, ..Life::default() }, "{mix:?}");
            }
        }
    }

    #[test]
    fn the_flag_notices_no_more_than_there_is() {
        for mix in Mix::ALL {
            for life in run(plan(mix, 3)) {
                // Whoever met nobody found the flag as it should be.
                assert!(life.death.is_none() || life.overlaps() > 0, "{mix:?}: {life:?}");
                assert_eq!(life.first_overlap.is_some(), life.overlaps() > 0);
                // A thread that notes its overlap late notes more operations.
                assert!(life.first_overlap.is_none_or(|first| first <= 60_000));
                assert!(life.operations <= 60_000);
                assert!(life.death.is_some() || life.operations == 60_000, "{life:?}");
                assert!(mix != Mix::Write || life.read_in_write + life.write_in_read == 0);
            }
        }
    }

    #[test]
    fn a_replica_stays_a_good_map() {
        let stage = Stage {
            flags: Apart::default(),
            census: Apart::default(),
            over: Apart::default(),
            life: Mutex::default(),
            counts: vec![Apart::default()],
            turn: Barrier::new(1),
        };
        for mix in Mix::ALL {
            let mut player = Player::new(&stage, plan(mix, 1), 0);
            player.live();
            assert_eq!(player.map.audit(), Ok(()), "{mix:?}");
            assert!((32..128).contains(&player.map.len()), "{mix:?}");
            assert!(stage.census.0.begin_read().nobody());
            stage.census.0.end_read();
        }
    }
}
