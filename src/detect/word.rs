//! The word of [`Strict`](super::Strict): who is inside.
//!
//! ```text
//! 0                    nobody
//! 1, 2, 3, …           so many readers
//! a writer's place     that writer; bit 63 is set (see `place`)
//! ```
//!
//! A pointer, as a place has an address in it; the counts are pointers to nothing.
//!
//! # Orderings
//! What the word protects is the map's memory. All changes of it but a writer's last one are
//! exchanges, so each reads what the one before it wrote:
//!
//! - **Beginning** is an *acquire*: what stands behind it sees what was done inside before. A writer
//!   that finds 0 must come after every reader that has left, not only after the last: the others'
//!   decrements are followed by exchanges only, which belong to the same release sequences.
//! - **Ending** is a *release*: what stands before it is done when the next one begins.
//! - **Refusing**, and the first look, are *relaxed*. Nothing is read by what they find but the word,
//!   and a `Location`, which was there before the program began. They may find what the word was a
//!   moment ago; but not if the other access happens before this one, by whatever the program orders
//!   them with. Of two that nothing orders, nobody can say that they did not overlap.
//! - **`recent`** is *relaxed*: a hint for a message, which says that it is one.
//!
//! `model.rs` holds all of this against loom, which tries every order that the memory model allows.

use super::place::{Found, Here};
use core::ptr;
use core::sync::atomic::Ordering::{Acquire, Relaxed, Release};

#[cfg(not(all(test, loom)))]
use core::sync::atomic::AtomicPtr;
#[cfg(all(test, loom))]
use loom::sync::atomic::AtomicPtr;

#[derive(Debug)]
pub(super) struct Word {
    inside: AtomicPtr<()>,
    /// A reader that began lately.
    recent: AtomicPtr<()>,
}

impl Word {
    pub(super) fn new() -> Self {
        Self { inside: AtomicPtr::new(ptr::null_mut()), recent: AtomicPtr::new(ptr::null_mut()) }
    }

    #[inline]
    pub(super) fn begin_read(&self, here: Here) -> Result<(), Found> {
        let mut inside = self.inside.load(Relaxed);
        loop {
            if Here::is_writer(inside) {
                return Err(self.found(inside));
            }
            let more = ptr::without_provenance_mut(inside.addr() + 1);
            match self.inside.compare_exchange_weak(inside, more, Acquire, Relaxed) {
                Ok(_) => break,
                Err(now) => inside = now,
            }
        }
        self.recent.store(here.pack(), Relaxed);
        Ok(())
    }

    #[inline]
    pub(super) fn end_read(&self) {
        let mut inside = self.inside.load(Relaxed);
        loop {
            debug_assert!(!inside.is_null() && !Here::is_writer(inside), "a reader is inside");
            let fewer = ptr::without_provenance_mut(inside.addr() - 1);
            match self.inside.compare_exchange_weak(inside, fewer, Release, Relaxed) {
                Ok(_) => return,
                Err(now) => inside = now,
            }
        }
    }

    #[inline]
    pub(super) fn begin_write(&self, here: Here) -> Result<(), Found> {
        // Not the weak exchange: one that failed for no reason would be reported as an overlap.
        match self.inside.compare_exchange(ptr::null_mut(), here.pack(), Acquire, Relaxed) {
            Ok(_) => Ok(()),
            Err(inside) => Err(self.found(inside)),
        }
    }

    #[cold]
    fn found(&self, inside: *mut ()) -> Found {
        match Here::unpack(inside).filter(|_| Here::is_writer(inside)) {
            Some(writer) => Found::Writer(writer),
            None => Found::Readers(inside.addr(), Here::unpack(self.recent.load(Relaxed))),
        }
    }

    /// A plain store: while a writer is inside nobody else changes the word.
    #[inline]
    pub(super) fn end_write(&self) {
        debug_assert!(Here::is_writer(self.inside.load(Relaxed)), "a writer is inside");
        self.inside.store(ptr::null_mut(), Release);
    }
}
