//! The map's speed beside that of others: hashbrown, std and real Go, by the workloads of
//! docs/workloads.md.
//!
//! Each number is measured in a process of its own, so that no subject finds the memory that another
//! left behind, and the subjects take turns row by row, so that what the machine does meanwhile
//! befalls them alike.

mod bars;
mod gobench;
mod histogram;
mod keys;
mod machine;
mod map;
mod measure;
mod page;
pub mod pauses;
mod plot;
mod result;
mod selection;
mod table;
mod workload;

use crate::file;
use crate::progress::Progress;
use crate::report::{Report, Status};
use clap::Args;
use gobench::GoBench;
use machine::Machine;
use map::Subject;
use measure::{Measured, Plan};
use result::Results;
use selection::Selection;
use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use table::Style;
use workload::{Keys, Row, Workload};

/// What to measure, and what to make of it.
#[derive(Clone, Debug, Args)]
pub struct Options {
    /// A go command, 1.21 or later, whose map is measured too; may be given several times
    #[arg(long, value_name = "PATH")]
    go: Vec<PathBuf>,
    /// How often each number is measured, everyone in turn [default: 5, of a quick run 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    rounds: Option<u32>,
    /// Measure small maps and little: to see that it works, not how fast
    #[arg(long)]
    quick: bool,
    /// Measure only this, such as `hit/u64/2^20` or `churn,delete/hashbrown`; may be given several
    /// times
    #[arg(long, value_name = "PATTERN")]
    only: Vec<String>,
    /// Measure nothing: show what --json wrote
    #[arg(long, value_name = "FILE", conflicts_with_all = ["go", "rounds", "quick", "only"])]
    from: Option<PathBuf>,
    /// Print the tables in Markdown
    #[arg(long)]
    markdown: bool,
    /// Write all numbers to this file
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write pictures into this folder: each workload over the size of the map, and how long single
    /// operations took
    #[arg(long, value_name = "DIR")]
    plot: Option<PathBuf>,
    /// Write numbers, tables and pictures to benches/record/ of the checkout around this folder, and
    /// show them in its docs/speed.md
    #[arg(long, conflicts_with_all = ["quick", "only"])]
    record: bool,
}

/// One number, measured in this process.
#[derive(Clone, Debug, Args)]
pub struct Child {
    #[arg(value_parser = subject)]
    subject: Subject,
    workload: Workload,
    keys: Keys,
    #[arg(value_parser = clap::value_parser!(u64).range(1..))]
    size: u64,
    #[arg(value_parser = clap::value_parser!(u64).range(1..))]
    operations: u64,
}

fn subject(name: &str) -> Result<Subject, String> {
    let found = Subject::ALL.into_iter().find(|subject| subject.name() == name);
    found.ok_or_else(|| "no such subject".into())
}

/// Performs one workload in this process and says what came of it, as one line of JSON; nothing
/// where there is no such workload.
pub fn child(child: &Child) -> String {
    let plan = Plan { size: child.size, operations: child.operations };
    match child.subject.measure(child.workload, child.keys, plan) {
        Some(measured) => serde_json::to_string(&measured).expect("numbers have a JSON") + "\n",
        None => String::new(),
    }
}

/// Measures, or reads what was measured, and writes what was asked for. What cannot be measured or
/// written is complained about, and all else is done.
pub fn bench(options: &Options) -> Report {
    let (outputs, results, mut troubles) = match results(options) {
        Ok(results) => results,
        Err(trouble) => {
            let complaint = Some(format!("bench: {trouble}"));
            return Report { status: Status::Bad, text: String::new(), complaint };
        }
    };
    troubles.extend(outputs.write(&results));
    let mut status = if troubles.is_empty() { Status::Identical } else { Status::Bad };
    for row in results.disagreements() {
        status = status.max(Status::Diverged);
        troubles.push(format!("{row}: not every subject came to the same checksum"));
    }
    let style = if options.markdown { Style::Markdown } else { Style::Plain };
    let complaints: Vec<String> = troubles.iter().map(|it| format!("bench: {it}")).collect();
    let complaint = (!complaints.is_empty()).then(|| complaints.join("\n"));
    Report { status, text: table::tables(&results, style), complaint }
}

/// The results and where they go; also what failed.
fn results(options: &Options) -> Result<(Outputs, Results, Vec<String>), String> {
    match &options.from {
        Some(path) => {
            let results = read(path)?;
            Ok((Outputs::prepare(options, &results.machine)?, results, Vec::new()))
        }
        None => {
            let machine = Machine::here();
            let outputs = Outputs::prepare(options, &machine)?;
            let (results, failures) = measure(options, machine)?;
            Ok((outputs, results, failures))
        }
    }
}

fn read(path: &Path) -> Result<Results, String> {
    let name = path.display();
    let text = fs::read_to_string(path).map_err(|error| format!("{name}: {error}"))?;
    Results::from_json(&text).map_err(|bad| format!("{name}{bad}"))
}

/// Where results go, beside standard output.
#[derive(Default)]
struct Outputs {
    numbers: Vec<PathBuf>,
    tables: Vec<PathBuf>,
    pictures: Vec<PathBuf>,
    /// The page, and where the pictures are from there.
    page: Option<(PathBuf, String)>,
}

impl Outputs {
    /// Makes the folders that are asked for: what cannot be written at all is to be known before the
    /// measurement, not after.
    fn prepare(options: &Options, machine: &Machine) -> Result<Self, String> {
        let mut outputs = Self::default();
        if options.record {
            let checkout = machine::checkout()
                .ok_or("--record: this folder is in no checkout of tophash that git knows")?;
            let folder = format!("benches/record/{}/{}", machine.arch, machine.date);
            outputs.page = Some((checkout.join(page::PATH), format!("../{folder}")));
            let folder = checkout.join(folder);
            outputs.numbers.push(folder.join("results.json"));
            outputs.tables.push(folder.join("table.md"));
            outputs.pictures.push(folder);
        }
        outputs.numbers.extend(options.json.clone());
        outputs.pictures.extend(options.plot.clone());
        for folder in &outputs.pictures {
            fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        }
        Ok(outputs)
    }

    /// Writes the files; returns what could not be.
    fn write(&self, results: &Results) -> Vec<String> {
        let mut files: Vec<(PathBuf, String)> = Vec::new();
        files.extend(self.numbers.iter().map(|path| (path.clone(), results.to_json())));
        let table = |path: &PathBuf| (path.clone(), table::tables(results, Style::Markdown));
        files.extend(self.tables.iter().map(table));
        let mut troubles = Vec::new();
        if !self.pictures.is_empty() {
            match plot::plots(results) {
                Ok(plots) => files.extend(self.pictures.iter().flat_map(|folder| {
                    plots.iter().map(|(name, svg)| (folder.join(name), svg.clone()))
                })),
                Err(trouble) => troubles.push(trouble),
            }
        }
        if let Some((path, folder)) = &self.page {
            let old = fs::read_to_string(path).map_err(|error| error.to_string());
            match old.and_then(|old| page::page(&old, results, folder)) {
                Ok(page) => files.push((path.clone(), page)),
                Err(trouble) => troubles.push(format!("{}: {trouble}", path.display())),
            }
        }
        for (path, content) in files {
            if let Err(error) = file::write(&path, content.as_bytes())
                // As on standard output, a reader that has gone away is no error.
                && error.kind() != io::ErrorKind::BrokenPipe
            {
                troubles.push(format!("{}: cannot be written: {error}", path.display()));
            }
        }
        troubles
    }
}

/// Look-ups of a sample: some milliseconds even of the fastest.
const OPERATIONS: u64 = 1 << 21;

/// The same of a quick run.
const QUICK_OPERATIONS: u64 = 1 << 14;

/// Measures everything that is chosen; also returns what failed.
fn measure(options: &Options, machine: Machine) -> Result<(Results, Vec<String>), String> {
    let (rounds, operations) = match options.quick {
        true => (options.rounds.unwrap_or(1), QUICK_OPERATIONS),
        false => (options.rounds.unwrap_or(5), OPERATIONS),
    };
    let own = env::current_exe().map_err(|error| format!("this program: {error}"))?;
    let mut runners: Vec<(String, Runner)> = Subject::ALL
        .into_iter()
        .map(|subject| (subject.name().into(), Runner::Own(&own, subject)))
        .collect();
    let gos: Vec<GoBench> =
        options.go.iter().map(|path| GoBench::build(path)).collect::<Result<_, _>>()?;
    for go in &gos {
        // The same release again is a comparison of the measurement with itself.
        let again = runners.iter().filter(|(_, it)| it.release() == Some(&go.release)).count();
        let name = match again {
            0 => go.release.clone(),
            _ => format!("{}#{}", go.release, again + 1),
        };
        runners.push((name, Runner::Go(go)));
    }
    let subjects: Vec<String> = runners.iter().map(|(name, _)| name.clone()).collect();
    let selection = Selection::parse(&options.only, &subjects, options.quick)?;
    let turns: Vec<(Row, &str, &Runner)> = Row::all(options.quick)
        .flat_map(|row| runners.iter().map(move |(name, runner)| (row, name.as_str(), runner)))
        .filter(|(row, name, _)| selection.has(*row, name))
        .collect();
    if turns.is_empty() {
        return Err("--only: nothing is left to measure".into());
    }
    let columns = subjects.iter().filter(|name| turns.iter().any(|(_, it, _)| it == name));
    let mut results = Results::new(machine, rounds, operations, columns.cloned().collect());
    let mut failed = BTreeSet::new();
    let mut failures = Vec::new();
    let progress = Progress::new("bench", u64::from(rounds) * turns.len() as u64);
    let mut done = 0;
    for _ in 0..rounds {
        for &(row, name, runner) in &turns {
            progress.at(done);
            done += 1;
            if failed.contains(&(row, name)) {
                continue;
            }
            match runner.run(row, operations) {
                Ok(Some(measured)) => results.add(row, name, measured),
                Ok(None) => {}
                Err(trouble) => {
                    failed.insert((row, name));
                    failures.push(format!("{row}/{name}: {trouble}"));
                }
            }
        }
    }
    Ok((results, failures))
}

/// What performs a subject's workloads.
enum Runner<'a> {
    /// This program.
    Own(&'a Path, Subject),
    Go(&'a GoBench),
}

impl Runner<'_> {
    /// Which Go it is, if it is one.
    fn release(&self) -> Option<&str> {
        match self {
            Self::Own(..) => None,
            Self::Go(go) => Some(&go.release),
        }
    }

    /// Measures one number; `None` if the subject has no such workload.
    fn run(&self, row: Row, operations: u64) -> Result<Option<Measured>, String> {
        let (size, operations) = (row.size.to_string(), operations.to_string());
        let mut command = match self {
            Self::Own(program, subject) => {
                let mut command = Command::new(program);
                let [workload, keys] = [row.workload.name(), row.keys.name()];
                command.args(["bench-child", subject.name(), &workload, &keys]);
                command.args([size, operations]);
                if row.workload == Workload::Bytes {
                    // Of arrays that were outgrown, glibc gives back those that it has mapped; by
                    // itself it maps less and less of them.
                    command.env("MALLOC_MMAP_THRESHOLD_", "131072");
                }
                command
            }
            Self::Go(go) => {
                let mut command = Command::new(go.program(row.keys));
                command.args(["-workload", &row.workload.name()]);
                command.args(["-size", &size, "-operations", &operations]);
                for setting in ["GODEBUG", "GOGC", "GOMAXPROCS", "GOMEMLIMIT"] {
                    command.env_remove(setting);
                }
                command
            }
        };
        let output = command.output().map_err(|error| error.to_string())?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(format!("{}: {}", output.status, said.trim()));
        }
        if output.stdout.is_empty() {
            return Ok(None);
        }
        let measured = serde_json::from_slice(&output.stdout);
        measured.map(Some).map_err(|error| format!("not what it should print: {error}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_map_comes_to_the_same_checksum_in_every_workload() {
        for row in Row::all(true) {
            let plan = Plan { size: row.size, operations: 1 << 11 };
            let checksums = Subject::ALL
                .map(|it| it.measure(row.workload, row.keys, plan).map(|it| it.checksum));
            let linux = cfg!(target_os = "linux") || row.workload != Workload::Bytes;
            assert_eq!(checksums[0].is_some(), linux, "{row}");
            // Of the cursors' workload, only those of this project.
            let having = if row.workload == Workload::LongestCursor { 2 } else { 4 };
            assert_eq!(checksums[..having], vec![checksums[0]; having], "{row}");
            assert!(checksums[having..].iter().all(Option::is_none), "{row}");
        }
    }
}
