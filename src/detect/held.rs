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

    /// Takes it out of the middle of the list. A coroutine with a stack of its own, which was begun
    /// inside this access, is still inside another one.
    #[cold]
    fn unlink(&self) {
        let mut at = INNERMOST.get();
        // SAFETY: as for `find`.
        while let Some(inner) = unsafe { at.as_ref() } {
            if ptr::eq(inner.around.get(), self) {
                inner.around.set(self.around.get());
                return;
            }
            at = inner.around.get();
        }
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

impl Linked<'_> {
    #[inline]
    pub(crate) fn here(&self) -> Here {
        self.0.here
    }
}

impl Drop for Linked<'_> {
    #[inline]
    fn drop(&mut self) {
        if ptr::eq(INNERMOST.get(), self.0) {
            INNERMOST.set(self.0.around.get());
        } else {
            self.0.unlink();
        }
    }
}

/// The innermost access to `map` that this thread is inside of, and that `wanted` accepts.
pub(super) fn find(map: *const (), wanted: impl Fn(Here) -> bool) -> Option<Here> {
    let mut at = INNERMOST.get();
    // SAFETY: what is on the list is borrowed by a `Linked`, which takes it off when it goes, from
    // wherever it stands: each is a variable of a function that has not returned, or that a panic is
    // leaving, on this thread. (A stack that goes on on another thread than it began on is what the
    // language does not have.)
    while let Some(held) = unsafe { at.as_ref() } {
        if held.map == map && wanted(held.here) {
            return Some(held.here);
        }
        at = held.around.get();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_access_can_end_before_one_that_began_inside_it() {
        let map = ptr::from_ref(&()).cast();
        let held = |op| Held::new(map, op, Location::caller());
        let (a, b, c) = (held(Op::Get), held(Op::Len), held(Op::With));
        let (outer, middle, inner) = (a.link(), b.link(), c.link());
        let is_inside = |op| find(map, |here| here.op() == op).is_some();
        drop(outer);
        assert!(!is_inside(Op::Get) && is_inside(Op::Len) && is_inside(Op::With));
        drop(inner);
        assert!(!is_inside(Op::Get) && is_inside(Op::Len) && !is_inside(Op::With));
        drop(middle);
        assert!(INNERMOST.get().is_null());
    }
}
