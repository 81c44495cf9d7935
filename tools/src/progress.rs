//! A progress bar for what takes long enough to want one.

use indicatif::{ProgressBar, ProgressStyle};
use std::cell::OnceCell;
use std::time::{Duration, Instant};

/// How long a file may take before its bar appears.
const PATIENCE: Duration = Duration::from_secs(1);

/// The progress through one file, on standard error and only if that is a terminal.
#[derive(Debug)]
pub struct Progress {
    name: String,
    bytes: u64,
    started: Instant,
    bar: OnceCell<ProgressBar>,
}

impl Progress {
    /// The progress through `bytes` bytes of `name`.
    pub fn new(name: &str, bytes: u64) -> Self {
        Self { name: name.into(), bytes, started: Instant::now(), bar: OnceCell::new() }
    }

    /// Says how many bytes are done.
    pub fn at(&self, bytes: u64) {
        if self.started.elapsed() < PATIENCE {
            return;
        }
        let bar = self.bar.get_or_init(|| {
            let style = ProgressStyle::with_template("{msg} [{bar:40}] {percent}% {eta}")
                .expect("the template is well formed");
            ProgressBar::new(self.bytes).with_style(style).with_message(self.name.clone())
        });
        bar.set_position(bytes);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }
}
