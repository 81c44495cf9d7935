//! Where an access is: what it does, from where it was called, and on which thread, in one word.
//!
//! ```text
//! 63      62 ─── 48   47 ──────────────── 3   2 ─ 0
//! writer  thread      address of a Location   what it does
//! ```
//!
//! A [`Location`] is static, aligned to 8, and where programs of this width lie, so the bits around its
//! address are free: the word of [`Strict`](super::Strict) holds a writer's place as a whole, and
//! whoever reads the word has read all of it. Where an address does not fit, the place is unknown.

use core::fmt;
use core::panic::Location;
use core::ptr;
use std::boxed::Box;
use std::cell::Cell;
use std::collections::VecDeque;
use std::format;
use std::sync::{Mutex, PoisonError};
use std::thread_local;
use std::vec::Vec;

/// What an access does to a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// `get`, `get_at`.
    Get,
    /// `with`.
    With,
    /// `contains_key`.
    ContainsKey,
    /// `len`, `is_empty`.
    Len,
    /// `inspect`.
    Inspect,
    /// `range`.
    Range,
    /// A step of a range.
    RangeStep,
    /// `insert`.
    Insert,
    /// `remove`.
    Remove,
    /// `update`.
    Update,
    /// `compute`.
    Compute,
    /// `clear`.
    Clear,
}

impl Op {
    const READS: [Self; 7] = [
        Self::Get,
        Self::With,
        Self::ContainsKey,
        Self::Len,
        Self::Inspect,
        Self::Range,
        Self::RangeStep,
    ];
    const WRITES: [Self; 5] =
        [Self::Insert, Self::Remove, Self::Update, Self::Compute, Self::Clear];

    /// Whether it writes.
    pub const fn writes(self) -> bool {
        self.number() >= Self::READS.len()
    }

    const fn number(self) -> usize {
        self as usize
    }

    /// Its number among those of its kind: three bits.
    const fn code(self) -> usize {
        if self.writes() { self.number() - Self::READS.len() } else { self.number() }
    }

    /// The words of Go's for two accesses, one of which at least writes.
    pub(super) const fn words(self, other: Self) -> &'static str {
        match (self, other) {
            (Self::Range | Self::RangeStep, _) | (_, Self::Range | Self::RangeStep) => {
                "concurrent map iteration and map write"
            }
            _ if self.writes() && other.writes() => "concurrent map writes",
            _ => "concurrent map read and map write",
        }
    }
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Get => "get",
            Self::With => "with",
            Self::ContainsKey => "contains_key",
            Self::Len => "len",
            Self::Inspect => "inspect",
            Self::Range => "range",
            Self::RangeStep => "range step",
            Self::Insert => "insert",
            Self::Remove => "remove",
            Self::Update => "update",
            Self::Compute => "compute",
            Self::Clear => "clear",
        })
    }
}

const WRITER: usize = 1 << 63;
const THREAD_SHIFT: u32 = 48;
const THREADS: usize = 1 << 15;
const CODE: usize = 0b111;
const ADDRESS: usize = ((1 << THREAD_SHIFT) - 1) & !CODE;

const _: () = assert!(align_of::<Location<'static>>() > CODE);

/// An access, packed; see the module. Made by [`Here::new`] only, so that an address in it is that of
/// a `Location`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Here(*mut ());

impl Here {
    /// An access that this thread is about to begin.
    #[inline]
    pub(crate) fn new(op: Op, at: &'static Location<'static>) -> Self {
        Self::of(op, at, THREAD.with(|thread| thread.number()))
    }

    #[inline]
    pub(super) fn of(op: Op, at: &'static Location<'static>, thread: Thread) -> Self {
        let around = if op.writes() { WRITER } else { 0 }
            | usize::from(thread.0) << THREAD_SHIFT
            | op.code();
        let at = ptr::from_ref(at).cast_mut().cast::<()>();
        Self(if at.addr() & !ADDRESS == 0 {
            at.map_addr(|address| address | around)
        } else {
            ptr::without_provenance_mut(around)
        })
    }

    #[inline]
    pub(super) fn pack(self) -> *mut () {
        self.0
    }

    /// The access whose packed form was stored into a word; `None` of the null pointer.
    pub(super) fn unpack(word: *mut ()) -> Option<Self> {
        (!word.is_null()).then_some(Self(word))
    }

    #[inline]
    pub(super) fn is_writer(word: *mut ()) -> bool {
        word.addr() & WRITER != 0
    }

    pub(crate) fn op(self) -> Op {
        let all: &[Op] = if Self::is_writer(self.0) { &Op::WRITES } else { &Op::READS };
        all[self.0.addr() & CODE]
    }

    pub(super) fn thread(self) -> Thread {
        Thread((self.0.addr() >> THREAD_SHIFT) as u16 & (THREADS - 1) as u16)
    }

    /// From where it was called.
    pub(super) fn at(self) -> Option<&'static Location<'static>> {
        let at = self.0.map_addr(|address| address & ADDRESS).cast::<Location<'static>>();
        // SAFETY: null, or the address of a static `Location` with its provenance: `of` put it there,
        // and nobody else makes a `Here`.
        unsafe { at.as_ref() }
    }
}

// SAFETY: a number and the address of a static.
unsafe impl Send for Here {}
// SAFETY: as above.
unsafe impl Sync for Here {}

/// What a detector found inside the map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// A writer.
    Writer(Here),
    /// So many readers; one that began lately, if its place is known.
    Readers(usize, Option<Here>),
    /// Someone: a flag has no more to tell.
    Someone,
}

/// A number that stands for a thread while it lives, and after it until another one needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Thread(u16);

impl Thread {
    /// Of a thread that has no number: there are more than 2^15 of them, or it is ending.
    pub(super) const UNKNOWN: Self = Self(0);

    /// This thread's.
    pub(super) fn this() -> Self {
        THREAD.with(Known::number)
    }

    /// Its name, or its number as std prints it.
    pub(super) fn name(self) -> Option<Box<str>> {
        let threads = ALL.lock().unwrap_or_else(PoisonError::into_inner);
        threads.names.get(usize::from(self.0).checked_sub(1)?).cloned()
    }
}

#[cfg(all(test, loom))]
impl Thread {
    /// That of a thread of a model.
    pub(super) fn model(number: usize) -> Self {
        Self(number as u16 + 1)
    }

    pub(super) fn model_number(self) -> usize {
        usize::from(self.0) - 1
    }
}

/// What a thread knows of its number.
struct Known(Cell<Option<Thread>>);

thread_local! {
    // Without a destructor, so that reading it takes no test for whether it is alive.
    static THREAD: Known = const { Known(Cell::new(None)) };
    static LEAVES: Leaves = const { Leaves(Cell::new(Thread::UNKNOWN)) };
}

impl Known {
    #[inline]
    fn number(&self) -> Thread {
        match self.0.get() {
            Some(thread) => thread,
            None => self.enter(),
        }
    }

    #[cold]
    fn enter(&self) -> Thread {
        let thread = LEAVES.try_with(|leaves| {
            let thread = ALL.lock().unwrap_or_else(PoisonError::into_inner).enter();
            leaves.0.set(thread);
            thread
        });
        let thread = thread.unwrap_or(Thread::UNKNOWN);
        self.0.set(Some(thread));
        thread
    }
}

/// Gives the number back at the thread's end.
struct Leaves(Cell<Thread>);

impl Drop for Leaves {
    fn drop(&mut self) {
        THREAD.with(|known| known.0.set(Some(Thread::UNKNOWN)));
        if self.0.get() != Thread::UNKNOWN {
            ALL.lock().unwrap_or_else(PoisonError::into_inner).free.push_back(self.0.get());
        }
    }
}

/// Every number that was given out, and those that were given back: the oldest goes out again first, so
/// that the name of a thread that has just ended is still its own.
struct Threads {
    names: Vec<Box<str>>,
    free: VecDeque<Thread>,
}

static ALL: Mutex<Threads> = Mutex::new(Threads { names: Vec::new(), free: VecDeque::new() });

/// Numbers are given out anew only when there are so many more than threads.
const SPARE: usize = 64;

impl Threads {
    fn enter(&mut self) -> Thread {
        let full = self.names.len() + 1 == THREADS;
        let again = if self.free.len() > SPARE || full { self.free.pop_front() } else { None };
        let current = std::thread::current();
        let name = match current.name() {
            Some(name) => Box::from(name),
            None => format!("{:?}", current.id()).into_boxed_str(),
        };
        match again {
            Some(thread) => {
                self.names[usize::from(thread.0) - 1] = name;
                thread
            }
            None if full => Thread::UNKNOWN,
            None => {
                self.names.push(name);
                Thread(self.names.len() as u16)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_comes_out_of_a_word_as_it_went_in() {
        let at = Location::caller();
        for op in Op::READS.into_iter().chain(Op::WRITES) {
            for thread in [0, 1, THREADS as u16 - 1].map(Thread) {
                let here = Here::of(op, at, thread);
                assert_eq!(Here::is_writer(here.pack()), op.writes());
                let out = Here::unpack(here.pack()).expect("not null");
                assert_eq!((out.op(), out.thread()), (op, thread));
                assert!(out.at().is_some_and(|out| ptr::eq(out, at)));
            }
        }
    }

    #[test]
    fn go_says_one_of_three_things() {
        for a in Op::READS.into_iter().chain(Op::WRITES) {
            for b in Op::WRITES {
                let words = a.words(b);
                assert_eq!(words, b.words(a));
                assert_eq!(words.ends_with("writes"), a.writes());
                assert_eq!(words.contains("iteration"), [Op::Range, Op::RangeStep].contains(&a));
            }
        }
    }

    #[test]
    fn threads_have_numbers_of_their_own_and_keep_their_names_a_while() {
        let named = |name: &str| {
            let thread = std::thread::Builder::new().name(name.into());
            thread.spawn(Thread::this).unwrap().join().unwrap()
        };
        let (a, b) = (named("a"), named("b"));
        assert!(a != b && a != Thread::this() && Thread::this() == Thread::this());
        assert_eq!((a.name().as_deref(), b.name().as_deref()), (Some("a"), Some("b")));
        assert_eq!(Thread::UNKNOWN.name(), None);
        // However many come and go.
        for _ in 0..3 * SPARE {
            named("c");
        }
        let numbers = ALL.lock().unwrap().names.len();
        for _ in 0..SPARE {
            named("d");
        }
        // Other tests may have begun threads.
        assert!(ALL.lock().unwrap().names.len() < numbers + SPARE / 2);
    }

    fn threads(names: usize, free: impl IntoIterator<Item = u16>) -> Threads {
        let names = std::iter::repeat_n(Box::from("one"), names).collect();
        Threads { names, free: free.into_iter().map(Thread).collect() }
    }

    #[test]
    fn the_number_that_has_rested_longest_goes_out_again_when_enough_others_rest() {
        let resting = SPARE as u16;
        let mut threads = threads(SPARE, 1..=resting);
        assert_eq!(threads.enter(), Thread(resting + 1));
        threads.free.push_back(Thread(resting + 1));
        assert_eq!(threads.enter(), Thread(1));
        assert_eq!((threads.names.len(), threads.free.len()), (SPARE + 1, SPARE));
    }

    #[test]
    fn threads_beyond_the_numbers_that_a_place_has_room_for_are_unknown() {
        let mut threads = threads(THREADS - 2, []);
        assert_eq!(threads.enter(), Thread(THREADS as u16 - 1));
        assert_eq!(threads.enter(), Thread::UNKNOWN);
        threads.free.push_back(Thread(7));
        assert_eq!(threads.enter(), Thread(7));
    }
}
