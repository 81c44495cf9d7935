//! The same workload on a map of Go's, in processes that die of it.

use super::lives::Plan;
use crate::go;
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Name and content of every file that the program is built from.
const SOURCES: &[(&str, &str)] = go::sources! { "gorace":
    "go.mod"
    "main.go"
};

/// The program's counters are so far apart.
const APART: usize = 128;

/// How long a process may run.
const PATIENCE: Duration = Duration::from_secs(20);

/// One process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Process {
    /// Operations of all goroutines.
    pub(super) operations: u64,
    pub(super) end: End,
}

/// How it ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum End {
    /// The map's check noticed, in these words.
    Noticed(String),
    /// Something else did, such as a fault of memory.
    Broken(String),
    /// It did all its operations, or was stopped at the end of its time.
    Survived,
}

/// The program, built with one Go.
pub(super) struct GoRace {
    pub(super) release: String,
    program: PathBuf,
    folder: TempDir,
}

impl GoRace {
    /// Builds it.
    ///
    /// # Errors
    /// If Go is missing or too old, or cannot build it. Says so in words.
    pub(super) fn build(path: &Path) -> Result<Self, String> {
        let release = go::usable(path)?;
        let folder = tempfile::tempdir().map_err(|error| format!("no folder: {error}"))?;
        let program = go::build(path, "gorace", SOURCES, None, folder.path())?;
        Ok(Self { release, program, folder })
    }

    /// Runs one process.
    ///
    /// # Errors
    /// If it cannot be run.
    pub(super) fn run(&self, plan: Plan, seed: u64) -> Result<Process, String> {
        let Plan { mix, entries, threads, work, limit, .. } = plan;
        let counts = self.folder.path().join("counts");
        let trouble = |error: std::io::Error| format!("{}: {error}", self.release);
        fs::write(&counts, vec![0u8; APART * threads]).map_err(trouble)?;
        let [get, step, insert] = mix.parts();
        let mut command = Command::new(&self.program);
        command.arg("-counts").arg(&counts);
        for (name, value) in [
            ("-mix", format!("{get},{step},{insert}")),
            ("-entries", entries.to_string()),
            ("-threads", threads.to_string()),
            ("-work", work.to_string()),
            ("-limit", limit.to_string()),
            ("-seed", seed.to_string()),
        ] {
            command.args([name, &value]);
        }
        for setting in ["GODEBUG", "GOGC", "GOMAXPROCS", "GOMEMLIMIT"] {
            command.env_remove(setting);
        }
        let said = self.folder.path().join("said");
        let stderr = fs::File::create(&said).map_err(trouble)?;
        // Without the goroutines' stacks.
        command
            .env("GOTRACEBACK", "none")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(stderr);
        let mut child = command.spawn().map_err(trouble)?;
        let began = Instant::now();
        let status = loop {
            match child.try_wait().map_err(trouble)? {
                Some(status) => break Some(status),
                None if began.elapsed() > PATIENCE => {
                    child.kill().and_then(|()| child.wait()).map_err(trouble)?;
                    break None;
                }
                None => std::thread::sleep(Duration::from_millis(1)),
            }
        };
        let said = String::from_utf8_lossy(&fs::read(&said).map_err(trouble)?).into_owned();
        let operations = fs::read(&counts).map_err(trouble)?;
        let operations = operations
            .chunks_exact(APART)
            .map(|count| u64::from_ne_bytes(count[..8].try_into().expect("eight bytes")));
        let end = match status {
            None => End::Survived,
            Some(status) if status.success() => End::Survived,
            Some(status) if status.code() == Some(3) => return Err(said.trim().into()),
            Some(_) => ended(&said),
        };
        Ok(Process { operations: operations.sum(), end })
    }
}

/// How a process ended that said this.
fn ended(said: &str) -> End {
    let words = |line: &str| line.strip_prefix("fatal error: ").map(str::to_owned);
    match said.lines().find_map(words) {
        Some(words) if words.starts_with("concurrent map") => End::Noticed(words),
        Some(words) => End::Broken(words),
        None => End::Broken(said.lines().next().unwrap_or("no word").into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_map_notices_is_told_from_other_ends() {
        let noticed = End::Noticed("concurrent map writes".into());
        assert_eq!(ended("fatal error: concurrent map writes\n\ngoroutine 1"), noticed);
        let fault = "unexpected fault address 0x0\nfatal error: fault\n";
        assert_eq!(ended(fault), End::Broken("fault".into()));
        let panic = "panic: runtime error: index out of range";
        assert_eq!(ended(panic), End::Broken(panic.into()));
    }
}
