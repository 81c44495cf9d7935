//! What this thread is inside of: told from what others are by a list along its stack.

use super::place::{Here, Op};
use core::cell::Cell;
use core::marker::PhantomPinned;
use core::panic::Location;
use core::ptr;
use std::thread_local;

thread_local! {
    // Without a destructor, as the thread's number.
    static INNERMOST: Cell<*const Held> = const { Cell::new(ptr::null()) };
}

/// An access of this thread, on its stack, linked to the one around it.
#[derive(Debug)]
pub(crate) struct Held {
    map: *const (),
    here: Here,
    around: Cell<*const Held>,
    _stays: PhantomPinned,
}

impl Held {
    /// An access that is about to begin.
    #[inline]
    pub(crate) fn new(map: *const (), op: Op, at: &'static Location<'static>) -> Self {
        let around = Cell::new(ptr::null());
        Self { map, here: Here::new(op, at), around, _stays: PhantomPinned }
    }

    #[inline]
    pub(crate) fn here(&self) -> Here {
        self.here
    }

    /// Puts it on the list, until the result is dropped.
    #[inline]
    pub(crate) fn link(&self) -> Linked<'_> {
        self.around.set(INNERMOST.replace(self));
        Linked(self)
    }
}

/// That an access is on this thread's list.
pub(crate) struct Linked<'a>(&'a Held);

impl Drop for Linked<'_> {
    #[inline]
    fn drop(&mut self) {
        INNERMOST.set(self.0.around.get());
    }
}

/// The innermost access to `map` that this thread is inside of, and that `wanted` accepts.
pub(super) fn find(map: *const (), wanted: impl Fn(Here) -> bool) -> Option<Here> {
    let mut at = INNERMOST.get();
    // SAFETY: what is on the list is borrowed by a `Linked`, which takes it off when it goes. Those are
    // dropped in the reverse order of their making: each is a variable of a function that has not
    // returned, or that a panic is leaving.
    while let Some(held) = unsafe { at.as_ref() } {
        if held.map == map && wanted(held.here) {
            return Some(held.here);
        }
        at = held.around.get();
    }
    None
}
