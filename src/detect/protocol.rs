//! What every detector is asked.

use super::place::{Found, Here};
use crate::hmap::Hmap;

/// A map's header, which is looked at only by a detector that may.
#[derive(Clone, Copy)]
pub struct Header(*const Hmap);

impl Header {
    /// # Safety
    /// A map's header is there for as long as the value is used.
    pub(crate) unsafe fn new(at: *const Hmap) -> Self {
        Self(at)
    }

    /// # Safety
    /// Nobody writes to the map; but its `flags` may change.
    pub(super) unsafe fn get(&self) -> &Hmap {
        // SAFETY: it is there (`new`), and nobody writes to it (caller).
        unsafe { &*self.0 }
    }
}

/// What a detector is asked around an operation. Out of reach for others: they cannot name it, so they
/// cannot make one, and who is generic over detectors can call what ends an access as little as what
/// begins one, as nobody else has a [`Header`].
///
/// ```compile_fail
/// fn leave<D: tophash::detect::Detector>(detector: &D) {
///     detector.end_read();
/// }
/// ```
///
/// # Safety
/// What a map's memory is protected by, unless whoever made the detector has promised that no accesses
/// overlap: between a `begin_write` that was let in and its end, no other access is let in; between a
/// `begin_read` and its end, no `begin_write`; and each end happens before what is let in after it.
pub unsafe trait Protocol: Send + Sync {
    /// A read, or a step of an iteration, begins.
    fn begin_read(&self, header: Header, here: Here) -> Result<(), Found>;

    /// A read that was let in ends.
    fn end_read(&self, header: Header);

    /// A write begins, its key not yet hashed. Says whether it is to be noted at all: if not,
    /// [`hashed`](Self::hashed) and [`end_write`](Self::end_write) are not called.
    fn begin_write(&self, header: Header, here: Here) -> Result<bool, Found>;

    /// The key is hashed; the write goes on to the map's entries. Only a detector that has let others in
    /// until now has anything to do.
    #[inline]
    fn hashed(&self, _: Header) {}

    /// A write ends; whether nobody else's has been noticed meanwhile. No other call follows.
    fn end_write(&self, header: Header) -> bool;

    /// A write panicked before [`hashed`](Self::hashed) was called. Nobody is told of an overlap.
    fn give_up(&self, header: Header);

    /// Writes that have ended, if it counts them.
    fn writes(&self) -> u64 {
        0
    }
}
