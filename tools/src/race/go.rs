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
        fs::write(&counts, vec![0u8; apart(threads) * threads]).map_err(trouble)?;
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
        let told = fs::read(&counts).map_err(trouble)?;
        let end = match status {
            None => End::Survived,
            Some(status) if status.success() => End::Survived,
            Some(status) if status.code() == Some(3) => return Err(said.trim().into()),
            Some(_) => ended(&said),
        };
        let operations = operations(&told, threads, end != End::Survived);
        Ok(Process { operations, end })
    }
}

/// What a goroutine tells takes so many bytes; see the program.
fn apart(threads: usize) -> usize {
    (16 + 8 * threads).next_multiple_of(128)
}

/// The operations of all goroutines; or if the process died, those until then, give or take some: the
/// others go on while one ends the process. That one stopped inside an operation, and first of all.
fn operations(told: &[u8], threads: usize, died: bool) -> u64 {
    let word = |goroutine: usize, i: usize| {
        let at = goroutine * apart(threads) + 8 * i;
        u64::from_ne_bytes(told[at..at + 8].try_into().expect("eight bytes"))
    };
    let until = |one: usize| -> u64 {
        let others = (0..threads).filter(|other| *other != one);
        word(one, 0) + others.map(|other| word(other, 2 + one)).sum::<u64>()
    };
    let all = (0..threads).map(|goroutine| word(goroutine, 0)).sum();
    let stopped = (0..threads).filter(|goroutine| died && word(*goroutine, 1) == 1);
    stopped.map(until).min().unwrap_or(all)
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
    fn operations_after_the_death_do_not_count() {
        let mut told = vec![0u8; 2 * apart(2)];
        let mut tell = |goroutine: usize, words: [u64; 4]| {
            for (i, word) in words.into_iter().enumerate() {
                let at = goroutine * apart(2) + 8 * i;
                told[at..at + 8].copy_from_slice(&word.to_ne_bytes());
            }
        };
        // The first stopped inside its 101st; the second saw that when it had done 240, and went on.
        tell(0, [100, 1, 96, 96]);
        tell(1, [9000, 1, 240, 8992]);
        assert_eq!(operations(&told, 2, true), 340);
        assert_eq!(operations(&told, 2, false), 9100);
    }

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
