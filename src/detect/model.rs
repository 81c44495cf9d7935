//! The word of [`Strict`](super::Strict) under loom, which runs each model in every order of its
//! threads' steps, and with every value that the memory model lets a load return.
//!
//! The map is a `loom::cell::UnsafeCell`: loom fails a model in which two accesses to it, one of which
//! writes, are not ordered by what the atomics say. That is "no overlap is admitted", and that each
//! ordering is as strong as it must be. "No non-overlap is reported" is asserted: an access that is
//! refused names another thread, which has begun, and whose end does not happen before this one asked.
//!
//! `RUSTFLAGS="--cfg loom" cargo test -p tophash --release --lib model`

use super::census::{Census, Met};
use super::place::{Found, Here, Op, Thread};
use super::word::Word;
use core::panic::Location;
use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;
use std::vec::Vec;

/// A word and what it protects.
struct Scene {
    word: Word,
    map: UnsafeCell<u64>,
    marks: Option<Marks>,
}

/// How far each thread is, by bits.
struct Marks {
    /// It has begun.
    begun: AtomicUsize,
    /// It has ended.
    ended: AtomicUsize,
}

#[derive(Clone, Copy)]
enum Kind {
    Read,
    Write,
}
use Kind::{Read, Write};

// SAFETY: the map is used only by who was let in; loom checks it.
unsafe impl Sync for Scene {}
// SAFETY: as above.
unsafe impl Send for Scene {}

fn here(kind: Kind, thread: usize) -> Here {
    let op = match kind {
        Read => Op::Get,
        Write => Op::Insert,
    };
    Here::of(op, Location::caller(), Thread::model(thread))
}

impl Scene {
    fn new(marks: Option<Marks>) -> Self {
        Self { word: Word::new(), map: UnsafeCell::new(0), marks }
    }

    /// One access of thread `me`; whether it was let in.
    fn access(&self, me: usize, kind: Kind) -> bool {
        let latest = |of: fn(&Marks) -> &AtomicUsize| {
            self.marks.as_ref().map(|marks| of(marks).fetch_or(0, Ordering::AcqRel))
        };
        let ended_before = latest(|marks| &marks.ended).unwrap_or(0);
        let asked = match kind {
            Read => self.word.begin_read(here(kind, me)),
            Write => self.word.begin_write(here(kind, me)),
        };
        if let Err(found) = asked {
            let begun = latest(|marks| &marks.begun).unwrap_or(usize::MAX);
            match found {
                Found::Writer(writer) => {
                    let other = writer.thread().model_number();
                    assert_ne!(other, me);
                    assert_ne!(begun & 1 << other, 0, "refused for one who has not begun");
                    assert_eq!(ended_before & 1 << other, 0, "refused for one who had ended");
                }
                Found::Readers(count, _) => {
                    assert!(matches!(kind, Write), "a reader refused for readers");
                    let inside = (begun & !ended_before & !(1 << me)).count_ones() as usize;
                    assert!((1..=inside).contains(&count), "{count} readers, of {inside}");
                }
                Found::Someone => unreachable!("the word tells"),
            }
            return false;
        }
        match kind {
            Read => self.map.with(|map| {
                // SAFETY: this thread was let in to read; loom checks that nobody writes.
                unsafe { core::ptr::read(map) };
            }),
            Write => self.map.with_mut(|map| {
                // SAFETY: this thread was let in to write; loom checks that it is alone.
                unsafe { *map += 1 };
            }),
        }
        match kind {
            Read => self.word.end_read(),
            Write => self.word.end_write(),
        }
        true
    }

    /// The accesses of thread `me`, one after the other; how many writes were let in.
    fn run(&self, me: usize, kinds: &[Kind]) -> usize {
        if let Some(marks) = &self.marks {
            marks.begun.fetch_or(1 << me, Ordering::AcqRel);
        }
        let writes = kinds.iter().filter(|&&kind| self.access(me, kind) && matches!(kind, Write));
        let writes = writes.count();
        if let Some(marks) = &self.marks {
            marks.ended.fetch_or(1 << me, Ordering::AcqRel);
        }
        writes
    }
}

/// Interruptions that a larger model tries at most; each more takes ten times as long.
const SOME: Option<usize> = Some(3);

/// Runs the threads in every order; or in every order in which they are interrupted so often at most.
fn explore(interruptions: Option<usize>, marked: bool, threads: &'static [&'static [Kind]]) {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = interruptions;
    model.check(move || {
        let mark = || AtomicUsize::new(0);
        let marks = marked.then(|| Marks { begun: mark(), ended: mark() });
        let scene = Arc::new(Scene::new(marks));
        let run = |(i, &kinds): (usize, &&'static [Kind])| {
            let scene = Arc::clone(&scene);
            thread::spawn(move || scene.run(i + 1, kinds))
        };
        let others: Vec<_> = threads[1..].iter().enumerate().map(run).collect();
        let mut writes = scene.run(0, threads[0]);
        writes += others.into_iter().map(|other| other.join().unwrap()).sum::<usize>();
        // After the last of them nobody is inside: a write is let in, and sees the others.
        assert!(scene.access(0, Write), "someone was left inside");
        // SAFETY: all threads have ended.
        assert_eq!(scene.map.with(|map| unsafe { *map }), writes as u64 + 1);
    });
}

#[test]
fn two_writers_are_never_both_inside() {
    explore(None, false, &[&[Write], &[Write]]);
    explore(SOME, false, &[&[Write, Write], &[Write, Write]]);
    explore(SOME, false, &[&[Write], &[Write], &[Write]]);
}

#[test]
fn a_reader_and_a_writer_are_never_both_inside() {
    explore(None, false, &[&[Read], &[Write]]);
    explore(SOME, false, &[&[Read, Read], &[Write, Write]]);
    explore(SOME, false, &[&[Read, Write], &[Write, Read]]);
}

#[test]
fn a_writer_comes_after_all_readers_that_have_left() {
    explore(SOME, false, &[&[Write], &[Read], &[Read]]);
    explore(SOME, false, &[&[Write], &[Read], &[Write]]);
}

#[test]
fn readers_are_never_refused_for_readers() {
    explore(None, false, &[&[Read], &[Read]]);
    explore(SOME, false, &[&[Read], &[Read], &[Read]]);
}

/// The marks are acquired and released: they order accesses as a program does that takes turns. (In
/// the models above nothing but the word orders anything, so that it cannot hide behind a mark.)
#[test]
fn who_is_refused_is_refused_for_one_who_is_there() {
    explore(SOME, true, &[&[Write], &[Write]]);
    explore(SOME, true, &[&[Read, Write], &[Write, Read]]);
    explore(SOME, true, &[&[Write], &[Read], &[Read]]);
}

/// One thread goes on where the other has ended, which only another atomic says: nothing is reported.
#[test]
fn accesses_one_after_the_other_are_never_refused() {
    for (first, second) in [(Write, Write), (Write, Read), (Read, Write)] {
        loom::model(move || {
            let scene = Arc::new((Scene::new(None), AtomicUsize::new(0)));
            let other = {
                let scene = Arc::clone(&scene);
                thread::spawn(move || {
                    assert!(scene.0.access(1, first));
                    scene.1.store(1, Ordering::Release);
                })
            };
            if scene.1.load(Ordering::Acquire) == 1 {
                assert!(scene.0.access(0, second));
            }
            other.join().unwrap();
        });
    }
}

/// Of two that overlap, one at least is told: by counting both, the census can lose neither.
#[test]
fn the_census_tells_the_later_one_whom_it_met() {
    loom::model(|| {
        let census = Arc::new((Census::new(), AtomicUsize::new(0)));
        let write = |census: &(Census, AtomicUsize)| {
            let met = census.0.begin_write();
            let inside = census.1.fetch_add(1, Ordering::Relaxed);
            census.1.fetch_sub(1, Ordering::Relaxed);
            let left = census.0.end_write();
            (met, inside, left)
        };
        let other = {
            let census = Arc::clone(&census);
            thread::spawn(move || write(&census))
        };
        let (a, b) = (write(&census), other.join().unwrap());
        assert!(a.0.nobody() || b.0.nobody(), "one of them was first");
        assert!(a.2.nobody() || b.2.nobody(), "one of them was last");
        if a.1 + b.1 > 0 {
            assert_eq!(a.0.writers + b.0.writers, 1, "they met, and one was told");
        }
        assert_eq!(census.0.begin_read(), Met { readers: 0, writers: 0 });
    });
}
