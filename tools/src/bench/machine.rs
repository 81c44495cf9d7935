//! Where and of what a result is.

use serde::{Deserialize, Serialize};
use std::env::consts;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::thread::available_parallelism;
use time::OffsetDateTime;

/// What a number depends on beside the program.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Machine {
    /// The processor's own name, as far as the system tells it.
    pub(super) cpu: String,
    /// Processors that this process may use.
    pub(super) cores: usize,
    pub(super) os: String,
    pub(super) arch: String,
    /// The compiler that built this program.
    pub(super) rustc: String,
    /// It was told to check more and to optimise less.
    pub(super) debug: bool,
    /// The commit of the checkout that this ran in, `-dirty` behind it if it had changes.
    pub(super) commit: Option<String>,
    /// Year, month and day, in UTC.
    pub(super) date: String,
}

impl Machine {
    /// This one, today.
    pub(super) fn here() -> Self {
        Self {
            cpu: cpu().unwrap_or_else(|| "unknown".into()),
            cores: available_parallelism().map_or(1, usize::from),
            os: consts::OS.into(),
            arch: consts::ARCH.into(),
            rustc: env!("TOPHASH_RUSTC").into(),
            debug: cfg!(debug_assertions),
            commit: checkout().and_then(|_| {
                git(&["describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"])
            }),
            date: OffsetDateTime::now_utc().date().to_string(),
        }
    }
}

fn cpu() -> Option<String> {
    if let Ok(info) = fs::read_to_string("/proc/cpuinfo") {
        let line = info.lines().find(|line| line.starts_with("model name"))?;
        return Some(line.split_once(':')?.1.trim().to_owned());
    }
    said(Command::new("sysctl").args(["-n", "machdep.cpu.brand_string"]))
}

/// The checkout of this project around the current folder, if that is in one.
pub(super) fn checkout() -> Option<PathBuf> {
    let folder = PathBuf::from(git(&["rev-parse", "--show-toplevel"])?);
    folder.join("tools/gobench/go.mod").exists().then_some(folder)
}

fn git(arguments: &[&str]) -> Option<String> {
    said(Command::new("git").args(arguments))
}

/// The line that a command says, if it succeeds.
fn said(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}
