//! The lines of an input, one at a time and of bounded length.

use crate::bad::{Bad, BadInput};
use std::io::{BufRead, ErrorKind, Read};

/// The longest line that is read. The dump of a map of 2^17 buckets of `map[uint64]uint64` takes
/// 40 MB; without a bound, a file without line ends would be read into memory whole.
pub const LONGEST: usize = 64 << 20;

/// Hands out lines and counts them.
#[derive(Debug)]
pub struct Lines<R> {
    reader: R,
    buffer: Vec<u8>,
    number: u64,
    bytes: u64,
}

impl<R: BufRead> Lines<R> {
    /// Reads from `reader`, whose first line is line 1.
    pub fn new(reader: R) -> Self {
        Self { reader, buffer: Vec::new(), number: 0, bytes: 0 }
    }

    /// The number of the line that was handed out last.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// How many bytes have been read.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The line that was handed out last.
    pub fn last(&self) -> String {
        String::from_utf8_lossy(&self.buffer).into_owned()
    }

    /// The next line without its end, or `None` after the last.
    ///
    /// # Errors
    /// If it cannot be read, is longer than [`LONGEST`], or is not UTF-8.
    pub fn next_line(&mut self) -> Result<Option<&str>, BadInput> {
        self.buffer.clear();
        self.number += 1;
        let line = self.number;
        let read = self
            .reader
            .by_ref()
            .take(LONGEST as u64 + 1)
            .read_until(b'\n', &mut self.buffer)
            .map_err(|error| match error.kind() {
                ErrorKind::IsADirectory => BadInput::file("is a directory"),
                _ => Bad::new("line", format!("cannot be read: {error}")).at(line),
            })?;
        if read == 0 {
            return Ok(None);
        }
        self.bytes += read as u64;
        if self.buffer.last() == Some(&b'\n') {
            self.buffer.pop();
        }
        if self.buffer.len() > LONGEST {
            let what = format!("longer than {} MiB", LONGEST >> 20);
            return Err(Bad::new("line", what).at(line));
        }
        match std::str::from_utf8(&self.buffer) {
            Ok(text) => Ok(Some(text)),
            Err(error) => {
                let what = format!("not UTF-8 at byte {}", error.valid_up_to() + 1);
                Err(Bad::new("line", what).at(line))
            }
        }
    }
}
