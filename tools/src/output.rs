//! Standard output that may be a closed pipe or a full disk.

use std::io::{self, ErrorKind, Write};

/// Standard output. A reader that has gone away is no error: what is written from then on is
/// dropped, and the exit status still tells how things went.
#[derive(Debug, Default)]
pub struct Output {
    closed: bool,
}

impl Output {
    /// Writes `text`, which should end a line.
    ///
    /// # Errors
    /// If it cannot be written, for another reason than a closed pipe.
    pub fn write(&mut self, text: &str) -> io::Result<()> {
        if self.closed {
            return Ok(());
        }
        let mut stdout = io::stdout().lock();
        match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(())
            }
            written => written,
        }
    }
}

/// Writes a line to standard error. There is nowhere left to say that this failed.
pub fn complain(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}
