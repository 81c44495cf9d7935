//! Counting overlaps instead of preventing them.

use core::sync::atomic::Ordering::Relaxed;

#[cfg(not(all(test, loom)))]
use core::sync::atomic::AtomicU64;
#[cfg(all(test, loom))]
use loom::sync::atomic::AtomicU64;

/// One writer, in the count.
const WRITER: u64 = 1 << 32;

/// [`Strict`](super::Strict)'s questions without its answers: everyone is let in, and told whom they
/// met. It protects nothing. An end without its beginning goes unnoticed, and every count from then
/// on is worth nothing.
///
/// ```
/// use tophash::detect::{Census, Met};
///
/// let census = Census::new();
/// assert_eq!(census.begin_read(), Met { readers: 0, writers: 0 });
/// assert_eq!(census.begin_write(), Met { readers: 1, writers: 0 });
/// census.end_read();
/// assert_eq!(census.end_write(), Met { readers: 0, writers: 0 });
/// ```
#[derive(Debug, Default)]
pub struct Census(AtomicU64);

/// Who is inside: besides the one who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Met {
    /// Readers.
    pub readers: u32,
    /// Writers.
    pub writers: u32,
}

impl Met {
    fn of(word: u64) -> Self {
        Self { readers: word as u32, writers: (word / WRITER) as u32 }
    }

    /// Whether nobody else is inside.
    pub const fn nobody(self) -> bool {
        self.readers == 0 && self.writers == 0
    }
}

// Relaxed throughout: each call is one exchange of one word, which puts them all in one order, and
// nothing else is told by it.
impl Census {
    /// Nobody is inside.
    pub fn new() -> Self {
        Self::default()
    }

    /// A read begins.
    #[inline]
    pub fn begin_read(&self) -> Met {
        Met::of(self.0.fetch_add(1, Relaxed))
    }

    /// A read ends.
    #[inline]
    pub fn end_read(&self) -> Met {
        Met::of(self.0.fetch_sub(1, Relaxed).wrapping_sub(1))
    }

    /// A write begins.
    #[inline]
    pub fn begin_write(&self) -> Met {
        Met::of(self.0.fetch_add(WRITER, Relaxed))
    }

    /// A write ends.
    #[inline]
    pub fn end_write(&self) -> Met {
        Met::of(self.0.fetch_sub(WRITER, Relaxed).wrapping_sub(WRITER))
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_there_if_neither_readers_nor_writers_are() {
        let met = |readers, writers| Met { readers, writers }.nobody();
        assert_eq!([met(0, 0), met(1, 0), met(0, 1), met(2, 3)], [true, false, false, false]);
    }
}
