//! Values that count themselves, and code that panics when told to.

use arbitrary::Arbitrary;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// A call of user code.
#[derive(Arbitrary, Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Hash,
    Eq,
    Clone,
    Drop,
    /// Of the closure that an operation takes.
    Closure,
}

/// Which call panics.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub(crate) struct Fuse {
    /// Calls of this kind alone are counted; of every kind if `None`.
    kind: Option<Call>,
    /// The number of the call, from 1; none panics if 0.
    at: u8,
}

thread_local! {
    /// Values made and not dropped.
    static ALIVE: Cell<i64> = const { Cell::new(0) };
    static KIND: Cell<Option<Call>> = const { Cell::new(None) };
    /// Calls until one panics; none does if 0.
    static LEFT: Cell<u8> = const { Cell::new(0) };
}

/// Values made and not dropped.
pub(crate) fn alive() -> i64 {
    ALIVE.get()
}

/// Forgets what an earlier run left.
pub(crate) fn reset() {
    ALIVE.set(0);
    LEFT.set(0);
}

/// Runs `f`; `None` if the fuse blew. Other panics go on.
pub(crate) fn under<T>(fuse: Fuse, f: impl FnOnce() -> T) -> Option<T> {
    KIND.set(fuse.kind);
    LEFT.set(fuse.at);
    let result = catch_unwind(AssertUnwindSafe(f));
    LEFT.set(0);
    match result {
        Ok(value) => Some(value),
        Err(payload) if payload.is::<Blown>() => None,
        Err(payload) => resume_unwind(payload),
    }
}

/// What a blown fuse panics with.
struct Blown;

/// Counts a call, which may panic.
pub(crate) fn call(kind: Call) {
    if LEFT.get() == 0 || KIND.get().is_some_and(|counted| counted != kind) {
        return;
    }
    // A second panic would abort, as it does in std's collections.
    if LEFT.get() == 1 && std::thread::panicking() {
        return;
    }
    LEFT.set(LEFT.get() - 1);
    if LEFT.get() == 0 {
        // Not by `panic!`, whose hook libFuzzer takes for a finding.
        resume_unwind(Box::new(Blown));
    }
}

tophash::go_key! {
    /// A number on the heap that counts as alive: dropped twice or read too late, the sanitizer sees
    /// it.
    #[derive(Debug)]
    pub(crate) struct Counted { number: Box<u64> }
}

impl Counted {
    pub(crate) fn new(number: u64) -> Self {
        ALIVE.set(ALIVE.get() + 1);
        Self { number: Box::new(number) }
    }

    pub(crate) fn number(&self) -> u64 {
        *self.number
    }
}

impl Clone for Counted {
    fn clone(&self) -> Self {
        call(Call::Clone);
        Self::new(self.number())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        ALIVE.set(ALIVE.get() - 1);
        call(Call::Drop);
    }
}
