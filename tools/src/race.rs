//! How much Go's write flag misses, and after how many operations it ends a process.

mod go;
mod lives;
mod mix;
mod plot;
mod result;
mod table;

use crate::file;
use crate::progress::Progress;
use crate::report::{Report, Status};
use clap::Args;
use go::GoRace;
use lives::Plan;
use mix::Mix;
use result::{OfGo, Results, Row, Summary};
use std::fs;
use std::io;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

/// What to race, and what to make of it.
#[derive(Clone, Debug, Args)]
pub struct Options {
    /// A go command, 1.21 or later, whose map dies of the same workload; may be given several times
    #[arg(long, value_name = "PATH")]
    go: Vec<PathBuf>,
    /// What threads do; may be given several times [default: all]
    #[arg(long, value_name = "MIX", value_enum)]
    mix: Vec<Mix>,
    /// Entries of the map, a power of two; may be given several times [default: 8, 1024 and 65536]
    #[arg(long, value_name = "N", value_parser = entries)]
    entries: Vec<u64>,
    /// Threads; may be given several times [default: 2 and 4]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=256))]
    threads: Vec<u64>,
    /// Random numbers that a thread draws between two operations: about 2 ns each
    #[arg(long, value_name = "N", default_value_t = 50)]
    work: u32,
    /// Lives of each row, at most [default: 500, of a quick run 5]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    lives: Option<u32>,
    /// Processes of each Go in each row [default: 20, of a quick run 2]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    processes: Option<u32>,
    /// Race little: to see that it works
    #[arg(long)]
    quick: bool,
    /// Print the table in Markdown
    #[arg(long)]
    markdown: bool,
    /// Write all figures to this file
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write pictures into this folder
    #[arg(long, value_name = "DIR")]
    plot: Option<PathBuf>,
}

fn entries(text: &str) -> Result<u64, String> {
    let number: u64 = text.parse().map_err(|_| "it is no number".to_owned())?;
    let fits = number.is_power_of_two() && number <= 1 << 24;
    fits.then_some(number).ok_or_else(|| "it is no power of two up to 2^24".into())
}

/// Operations of each thread, after which it has survived.
const LIMIT: u64 = 1 << 20;

/// No life of a row begins later than so long after the row's first.
const TIME: Duration = Duration::from_secs(2);

/// Races, and writes what was asked for.
pub fn race(options: &Options) -> Report {
    let raced = options.prepare().and_then(|()| options.results());
    let results = match raced {
        Ok(results) => results,
        Err(trouble) => {
            let complaint = Some(format!("race: {trouble}"));
            return Report { status: Status::Bad, text: String::new(), complaint };
        }
    };
    let troubles = options.write(&results);
    let status = if troubles.is_empty() { Status::Identical } else { Status::Bad };
    let complaint = (!troubles.is_empty()).then(|| troubles.join("\n"));
    Report { status, text: table::table(&results, options.markdown), complaint }
}

impl Options {
    /// Makes the folder that is asked for: what cannot be written at all is to be known beforehand.
    fn prepare(&self) -> Result<(), String> {
        match &self.plot {
            Some(folder) => {
                fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))
            }
            None => Ok(()),
        }
    }

    /// The rows of the matrix.
    fn plans(&self) -> Vec<Plan> {
        fn or<T: Clone>(given: &[T], default: &[T]) -> Vec<T> {
            if given.is_empty() { default.to_vec() } else { given.to_vec() }
        }
        let (all_entries, all_threads): (&[u64], &[u64]) =
            if self.quick { (&[64], &[2]) } else { (&[8, 1 << 10, 1 << 16], &[2, 4]) };
        let mut plans = Vec::new();
        for mix in or(&self.mix, &Mix::ALL) {
            for entries in or(&self.entries, all_entries) {
                for threads in or(&self.threads, all_threads) {
                    plans.push(Plan {
                        mix,
                        entries,
                        threads: threads as usize,
                        work: self.work,
                        lives: self.lives.unwrap_or(if self.quick { 5 } else { 500 }),
                        time: if self.quick { TIME / 10 } else { TIME },
                        limit: if self.quick { LIMIT / 64 } else { LIMIT },
                    });
                }
            }
        }
        plans
    }

    fn results(&self) -> Result<Results, String> {
        let gos: Vec<GoRace> =
            self.go.iter().map(|path| GoRace::build(path)).collect::<Result<_, _>>()?;
        let plans = self.plans();
        let processes = self.processes.unwrap_or(if self.quick { 2 } else { 20 });
        let turns = plans.len() as u64 * (1 + u64::from(processes) * gos.len() as u64);
        let progress = Progress::new("race", turns);
        let mut done = 0;
        let mut rows = Vec::new();
        for plan in plans {
            progress.at(done);
            let summary = Summary::of(&lives::run(plan));
            done += 1;
            let mut of_go = Vec::new();
            for go in &gos {
                let mut ends = Vec::new();
                for seed in 0..processes {
                    progress.at(done);
                    ends.push(go.run(plan, u64::from(seed))?);
                    done += 1;
                }
                of_go.push(OfGo::of(&go.release, &ends));
            }
            let Plan { mix, entries, threads, .. } = plan;
            rows.push(Row { mix, entries, threads, flag: summary, go: of_go });
        }
        let cores = thread::available_parallelism().map_or(1, |cores| cores.get());
        Ok(Results { cores, work: self.work, rows })
    }

    /// Writes the files; returns what could not be.
    fn write(&self, results: &Results) -> Vec<String> {
        let mut files = Vec::new();
        let mut troubles = Vec::new();
        if let Some(path) = &self.json {
            files.push((path.clone(), results.to_json()));
        }
        if let Some(folder) = &self.plot {
            match plot::plots(results) {
                Ok(plots) => {
                    files.extend(plots.into_iter().map(|(name, svg)| (folder.join(name), svg)));
                }
                Err(trouble) => troubles.push(format!("race: {trouble}")),
            }
        }
        for (path, content) in files {
            if let Err(error) = file::write(&path, content.as_bytes())
                // As on standard output, a reader that has gone away is no error.
                && error.kind() != io::ErrorKind::BrokenPipe
            {
                troubles.push(format!("race: {}: cannot be written: {error}", path.display()));
            }
        }
        troubles
    }
}
