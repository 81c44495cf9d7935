//! Who notices when threads use one map at once: the detectors of a [`SharedMap`](crate::SharedMap).
//!
//! In Go any goroutine may write to a map that another one uses, and must not. The runtime looks at a
//! bit of the map's header in passing, and ends the process if a writer has left it there. A
//! [`SharedMap`](crate::SharedMap) is shared as such a map is, and asks its detector around each
//! operation:
//!
//! ```text
//!              WriteFlag, Go's own            Strict, Epoch
//! begin        is the bit clear?              take the word: one writer, or readers
//! hash the key
//! hashed       flip the bit (writers)         (taken already: the seed is the map's memory too)
//! the operation
//! end          is the bit set? clear it       give the word back
//! ```
//!
//! | | what it is | what it misses | to make one |
//! | --- | --- | --- | --- |
//! | [`Strict`] | one word with the writer's place or the number of readers | nothing | safe |
//! | [`Epoch`] | `Strict`, and a count of writes | nothing | safe |
//! | [`WriteFlag`] | bit 4 of the map's `flags` | a write that begins during a read; whatever falls between looking and flipping | `unsafe` |
//!
//! An overlap that is noticed ends the process as Go's does: with Go's words, then both accesses, then
//! exit status 2; see [`Report`]. [`set_fatal_handler`] has a test catch it instead.
//!
//! # There is no epoch in Go
//! Articles say that a map of Go 1.21 counts its writes, so that iterators notice them. Go's source
//! has no such counter, in that release or another: an iterator's step looks at the one bit, which is
//! clear again when the write has ended. [`Epoch`] is what the counter would have been.
//!
//! # To measure with
//! [`Census`] asks what `Strict` asks, and lets everyone in; [`flag`] is the flag's protocol by itself,
//! on a byte of your own. `tophash race` finds out by them how much Go's flag misses.

mod census;
mod fatal;
pub mod flag;
mod held;
#[cfg(all(test, loom))]
mod model;
mod place;
mod protocol;
mod strict;
mod word;

pub use census::{Census, Met};
pub use fatal::{Access, Other, Report, set_fatal_handler};
pub use flag::WriteFlag;
pub(crate) use held::{Held, Linked};
pub use place::Op;
pub(crate) use place::{Found, Here};
pub(crate) use protocol::{Header, Protocol};
pub use strict::{Epoch, Strict};

/// What notices overlapping accesses to a [`SharedMap`](crate::SharedMap): [`Strict`], [`Epoch`] or
/// [`WriteFlag`], and no other.
pub trait Detector: Protocol {}

impl<D: Protocol> Detector for D {}

/// Ends the process, or calls the handler: an access to `map` has met someone.
pub(crate) fn overlap(map: *const (), here: Here, found: Found) -> ! {
    fatal::fatal(&Report::new(map, here, found))
}
