//! The detectors that miss nothing.

use super::place::{Found, Here};
use super::protocol::{Header, Protocol};
use super::word::Word;
use core::fmt;
use core::sync::atomic::{AtomicU64, Ordering};

/// Catches every overlap, before memory is touched: one atomic word holds the place of the one writer
/// inside, or the number of readers.
///
/// A write takes the word before it hashes its key, since the seed of the hash is a part of the map,
/// which another write may change. (Go reads the seed unprotected.)
pub struct Strict(Word);

impl Strict {
    /// One for a map.
    pub fn new() -> Self {
        Self(Word::new())
    }
}

impl Default for Strict {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Strict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Strict").finish_non_exhaustive()
    }
}

// SAFETY: `Word` lets a writer in only if nobody is inside, and readers only if no writer is; its
// beginnings acquire what its ends release.
unsafe impl Protocol for Strict {
    #[inline]
    fn begin_read(&self, _: Header, here: Here) -> Result<(), Found> {
        self.0.begin_read(here)
    }

    #[inline]
    fn end_read(&self, _: Header) {
        self.0.end_read();
    }

    #[inline]
    fn begin_write(&self, _: Header, here: Here) -> Result<bool, Found> {
        self.0.begin_write(here).map(|()| true)
    }

    #[inline]
    fn end_write(&self, _: Header) -> bool {
        self.0.end_write();
        true
    }

    #[inline]
    fn give_up(&self, _: Header) {
        self.0.end_write();
    }
}

/// [`Strict`] with a count of the writes, which tells a holder of an older count that the map was
/// written to since; see [`SharedMap::epoch`](crate::SharedMap::epoch).
///
/// Go's maps have no such count, whatever is written about Go 1.21; see [`detect`](crate::detect).
#[derive(Debug, Default)]
pub struct Epoch {
    strict: Strict,
    writes: AtomicU64,
}

impl Epoch {
    /// One for a map, with no write counted.
    pub fn new() -> Self {
        Self::default()
    }

    #[inline]
    fn count(&self) {
        // The writer is still inside, so nobody else counts.
        let writes = self.writes.load(Ordering::Relaxed);
        self.writes.store(writes + 1, Ordering::Release);
    }
}

// SAFETY: as `Strict`, which is asked at each step.
unsafe impl Protocol for Epoch {
    #[inline]
    fn begin_read(&self, header: Header, here: Here) -> Result<(), Found> {
        self.strict.begin_read(header, here)
    }

    #[inline]
    fn end_read(&self, header: Header) {
        self.strict.end_read(header);
    }

    #[inline]
    fn begin_write(&self, header: Header, here: Here) -> Result<bool, Found> {
        self.strict.begin_write(header, here)
    }

    #[inline]
    fn end_write(&self, header: Header) -> bool {
        self.count();
        self.strict.end_write(header)
    }

    /// Not a write: nothing was changed.
    #[inline]
    fn give_up(&self, header: Header) {
        self.strict.give_up(header);
    }

    fn writes(&self) -> u64 {
        // Acquire pairs with the release of `count`: who sees the count sees the writes.
        self.writes.load(Ordering::Acquire)
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn detectors_print_their_names_and_an_epoch_its_count() {
        assert_eq!(std::format!("{:?}", Strict::new()), "Strict { .. }");
        let epoch = std::format!("{:?}", Epoch::new());
        assert_eq!(epoch, "Epoch { strict: Strict { .. }, writes: 0 }");
    }
}
