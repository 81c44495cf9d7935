//! Go's check: one bit of the map's header, which a writer flips and everyone looks at in passing.
//!
//! The functions are the protocol by itself, on any byte. [`WriteFlag`] follows it on a map's own.
//!
//! ```
//! use std::sync::atomic::AtomicU8;
//! use tophash::detect::flag;
//!
//! let flags = AtomicU8::new(0);
//! assert!(!flag::is_writing(&flags)); // two writers look,
//! flag::flip(&flags);
//! flag::flip(&flags); // flip one after the other,
//! assert!(!flag::leave(&flags)); // and at the end each finds that it was not alone.
//! assert!(!flag::leave(&flags));
//! ```

use super::place::{Found, Here, Op};
use super::protocol::{Header, Protocol};
use crate::hmap::HASH_WRITING;
use core::fmt;
use core::sync::atomic::{AtomicU8, Ordering::Relaxed};

/// Whether a writer is inside, as far as the bit tells: what every operation asks on entry.
///
/// Go: runtime/map.go, `h.flags&hashWriting != 0`, 1.22.
#[inline]
pub fn is_writing(flags: &AtomicU8) -> bool {
    flags.load(Relaxed) & HASH_WRITING != 0
}

/// What a writer does when its key is hashed: Go's `^=`, not one instruction but a load and a store,
/// between which another's may be lost.
///
/// Go: runtime/map.go, `h.flags ^= hashWriting`, 1.22.
#[inline]
pub fn flip(flags: &AtomicU8) {
    flags.store(flags.load(Relaxed) ^ HASH_WRITING, Relaxed);
}

/// What a writer does at its end: whether the bit is still set; it is cleared.
///
/// Go: runtime/map.go, `h.flags&hashWriting == 0` and `h.flags &^= hashWriting`, 1.22.
#[inline]
pub fn leave(flags: &AtomicU8) -> bool {
    let now = flags.load(Relaxed);
    flags.store(now & !HASH_WRITING, Relaxed);
    now & HASH_WRITING != 0
}

/// Go's own detector, with Go's gaps: `hashWriting`, bit 4 of the map's `flags`, looked at on entry,
/// flipped after the key is hashed, looked at again on exit.
///
/// As in Go, a look-up or a removal in an empty map looks at nothing, and so does `len`; but a step of a
/// `range` does. A report
/// cannot say who the other one was: a bit has no more to tell.
pub struct WriteFlag(());

impl WriteFlag {
    /// One for a map.
    ///
    /// # Safety
    /// What Go's documentation asks of Go programs: maps are not safe for concurrent use, so accesses
    /// must be serialised by some kind of synchronisation, such as a lock, if one thread at least
    /// writes. No operation on the map that this is for may overlap with one that writes, nor may user
    /// code that runs inside a write (`Hash`, `Eq`, `Drop`, a closure) use the map.
    ///
    /// Overlaps that happen all the same are undefined behaviour, noticed or not: the flag is a
    /// help in finding them, as it is in Go.
    pub const unsafe fn new() -> Self {
        Self(())
    }
}

impl fmt::Debug for WriteFlag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WriteFlag").finish_non_exhaustive()
    }
}

// SAFETY: no accesses overlap, by the contract of `WriteFlag::new`.
unsafe impl Protocol for WriteFlag {
    #[inline]
    fn begin_read(&self, header: Header, here: Here) -> Result<(), Found> {
        // SAFETY: nobody writes, by the contract of `WriteFlag::new`.
        let header = unsafe { header.get() };
        let looks = match here.op() {
            Op::Len => false,
            Op::RangeStep => true,
            _ => header.count() != 0,
        };
        if looks && is_writing(header.flags_byte()) { Err(Found::Someone) } else { Ok(()) }
    }

    #[inline]
    fn end_read(&self, _: Header) {}

    #[inline]
    fn begin_write(&self, header: Header, here: Here) -> Result<bool, Found> {
        // SAFETY: nobody writes, by the contract of `WriteFlag::new`.
        let header = unsafe { header.get() };
        if matches!(here.op(), Op::Remove | Op::Clear) && header.count() == 0 {
            return Ok(false);
        }
        if is_writing(header.flags_byte()) { Err(Found::Someone) } else { Ok(true) }
    }

    #[inline]
    fn hashed(&self, header: Header) {
        // SAFETY: this write has hashed its key and no more, and nobody else writes, by the contract
        // of `WriteFlag::new`.
        flip(unsafe { header.get() }.flags_byte());
    }

    #[inline]
    fn end_write(&self, header: Header) -> bool {
        // SAFETY: this write has ended, and nobody else writes, by the contract of `WriteFlag::new`.
        leave(unsafe { header.get() }.flags_byte())
    }

    #[inline]
    fn give_up(&self, _: Header) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hmap::Hmap;
    use core::panic::Location;

    /// What the flag answers to an access of this kind to a map of so many entries, which a writer is
    /// inside of: `None` if it does not want to be told of the write.
    fn answer(op: Op, count: usize) -> Option<Result<(), Found>> {
        let mut hmap = Hmap::new(0);
        hmap.count = count;
        flip(hmap.flags_byte());
        // SAFETY: the map's header outlives the value, and nobody writes to the map.
        let (header, flag) = unsafe { (Header::new(&hmap), WriteFlag::new()) };
        let here = Here::new(op, Location::caller());
        if op.writes() {
            flag.begin_write(header, here).map(|noted| noted.then_some(())).transpose()
        } else {
            Some(flag.begin_read(header, here))
        }
    }

    #[test]
    fn an_access_looks_at_the_flag_where_gos_does() {
        let (noticed, let_in, not_told) = (Some(Err(Found::Someone)), Some(Ok(())), None);
        for op in [Op::Get, Op::With, Op::ContainsKey, Op::Inspect, Op::Range] {
            assert_eq!([answer(op, 0), answer(op, 1)], [let_in, noticed], "{op}");
        }
        for op in [Op::Remove, Op::Clear] {
            assert_eq!([answer(op, 0), answer(op, 1)], [not_told, noticed], "{op}");
        }
        for op in [Op::RangeStep, Op::Insert, Op::Update, Op::Compute] {
            assert_eq!([answer(op, 0), answer(op, 1)], [noticed, noticed], "{op}");
        }
        assert_eq!([answer(Op::Len, 0), answer(Op::Len, 1)], [let_in, let_in]);
    }

    #[test]
    fn a_flag_prints_its_name_alone() {
        // SAFETY: it is for no map.
        let flag = unsafe { WriteFlag::new() };
        assert_eq!(std::format!("{flag:?}"), "WriteFlag { .. }");
    }
}
