//! A progress bar for what takes long enough to want one.

use indicatif::{ProgressBar, ProgressStyle};
use std::cell::{OnceCell, RefCell};
use std::time::{Duration, Instant};

/// How long a file may take before its bar appears.
const PATIENCE: Duration = Duration::from_secs(1);

/// The progress through one file, on standard error and only if that is a terminal.
#[derive(Debug)]
pub struct Progress {
    name: RefCell<String>,
    bytes: u64,
    started: Instant,
    bar: OnceCell<ProgressBar>,
}

impl Progress {
    /// The progress through `bytes` bytes of `name`.
    pub fn new(name: &str, bytes: u64) -> Self {
        Self {
            name: RefCell::new(name.into()),
            bytes,
            started: Instant::now(),
            bar: OnceCell::new(),
        }
    }

    /// Says something else beside the bar than its name.
    pub fn say(&self, text: &str) {
        text.clone_into(&mut self.name.borrow_mut());
        if let Some(bar) = self.bar.get() {
            bar.set_message(text.to_owned());
        }
    }

    /// Says how many bytes are done, or whatever is counted.
    pub fn at(&self, bytes: u64) {
        if self.started.elapsed() < PATIENCE {
            return;
        }
        let bar = self.bar.get_or_init(|| {
            let style = ProgressStyle::with_template("{msg} [{bar:40}] {percent}% {eta}")
                .expect("the template is well formed");
            ProgressBar::new(self.bytes).with_style(style).with_message(self.name.borrow().clone())
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
