//! What the two commands say.

use super::class::{Class, Operation, RULES, all, why_unreachable};
use super::exhaust::{Found, exhaust};
use super::fuzz::{Counts, Failure, Plan, Profile, Seen, collect, fuzz};
use super::recording::recording;
use super::shrink::shrink;
use super::start::{StartFailed, Starts, families};
use super::world::Fault;
use crate::file;
use crate::progress::Progress;
use crate::report::{Report, Status};
use crate::stats;
use clap::Args;
use std::collections::HashSet;
use std::fmt::Write;
use std::io;
use std::num::NonZero;
use std::panic;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

/// How many of the rarest classes are shown.
const SHOWN: usize = 12;

/// What `tophash fuzz` is asked for.
#[derive(Args, Clone, Debug)]
pub struct FuzzOptions {
    /// For how long
    #[arg(long, value_name = "N", default_value_t = 60)]
    seconds: u64,
    /// After so many operations instead: then every run is the same
    #[arg(long, value_name = "N", conflicts_with = "seconds")]
    ops: Option<u64>,
    /// The seed of everything
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// What the sequences are made of
    #[arg(long, value_name = "P", value_enum, default_value_t = Profile::Mixed)]
    profile: Profile,
    /// Threads; as many as there are cores by default
    #[arg(long, value_name = "N")]
    threads: Option<NonZero<usize>>,
    /// Where to write the sequence that fails, if one does
    #[arg(long, value_name = "FILE", default_value = "tophash-fuzz.jsonl")]
    out: PathBuf,
    /// Print every class with its count
    #[arg(long)]
    classes: bool,
    /// Write the sequences that every run begins with, and short ones that come to classes that those
    /// do not come to and that were reached late
    #[arg(long, value_name = "FILE")]
    corpus: Option<PathBuf>,
    /// Run nothing; say why the other classes cannot be reached
    #[arg(long)]
    rules: bool,
    /// A fault to be found, to see that the checks can fail
    #[arg(long, value_enum, hide = true)]
    fault: Option<Fault>,
}

/// What `tophash exhaust` is asked for.
#[derive(Args, Clone, Debug)]
pub struct ExhaustOptions {
    /// How many operations to try from each start
    #[arg(long, value_name = "D", default_value_t = 2, value_parser = depth)]
    depth: usize,
    /// Explore from this state only, or from those whose names begin with it; all by default
    #[arg(long, value_name = "STATE")]
    from: Option<String>,
    /// Threads; as many as there are cores by default
    #[arg(long, value_name = "N")]
    threads: Option<NonZero<usize>>,
    /// Where to write the sequence that fails, if one does
    #[arg(long, value_name = "FILE", default_value = "tophash-exhaust.jsonl")]
    out: PathBuf,
    /// A fault to be found, to see that the checks can fail
    #[arg(long, value_enum, hide = true)]
    fault: Option<Fault>,
}

fn depth(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(depth @ 0..=super::exhaust::DEEPEST) => Ok(depth),
        _ => Err(format!("not a number from 0 to {}", super::exhaust::DEEPEST)),
    }
}

fn threads(asked: Option<NonZero<usize>>) -> usize {
    asked.or_else(|| thread::available_parallelism().ok()).map_or(1, NonZero::get)
}

/// Runs `tophash fuzz`.
pub fn run_fuzz(options: &FuzzOptions) -> Report {
    if options.rules {
        return Report { status: Status::Identical, text: rules(), complaint: None };
    }
    let began = Instant::now();
    let threads = threads(options.threads);
    let plan = Plan {
        seed: options.seed,
        profile: options.profile,
        operations: options.ops.unwrap_or(u64::MAX),
        until: options.ops.is_none().then(|| began + Duration::from_secs(options.seconds)),
        threads,
        fault: options.fault,
    };
    let whole = options.ops.unwrap_or(options.seconds * 1000);
    let progress = Progress::new("fuzz", whole);
    let told = |seen: &Seen| {
        let done = match options.ops {
            Some(_) => seen.operations,
            None => began.elapsed().as_millis() as u64,
        };
        progress.say(&format!("{} classes", grouped(seen.classes.len() as u64)));
        progress.at(done);
    };
    let (seen, failure, corpus) = quietly(|| match &options.corpus {
        None => {
            let (seen, failure) = fuzz(&plan, told);
            (seen, failure, None)
        }
        Some(out) => {
            let (seen, failure, corpus) = collect(&plan, told);
            (seen, failure, Some(file::write(out, corpus.as_bytes())))
        }
    });
    drop(progress);
    if let (Some(Err(error)), Some(out)) = (corpus, &options.corpus) {
        return unwritable(out, &error, String::new());
    }
    let seconds = began.elapsed().as_secs_f64();
    let mut text = String::new();
    // `String` refuses nothing.
    let _ = writeln!(
        text,
        "seed {}, {}: {} operations in {} sequences, {seconds:.0} s, {} operations/s",
        options.seed,
        plural(threads, "thread"),
        grouped(seen.operations),
        grouped(seen.sequences),
        grouped((seen.operations as f64 / seconds) as u64),
    );
    if let Some(failure) = failure {
        return failed(&failure, &options.out, text);
    }
    text += "every result, every invariant and every promise of a cursor held\n\n";
    let status = classes(&seen, options.classes, &mut text);
    Report { status, text, complaint: None }
}

/// Runs `tophash exhaust`.
pub fn run_exhaust(options: &ExhaustOptions) -> Report {
    let starts = match quietly(|| Starts::find(options.from.as_deref(), options.fault)) {
        Ok(starts) if starts.starts.is_empty() => return unknown_start(options),
        Ok(starts) => starts,
        Err(StartFailed { config, ops, wrong }) => {
            return failed(&Failure { config, ops, wrong }, &options.out, String::new());
        }
    };
    let began = Instant::now();
    let threads = threads(options.threads);
    let progress = Mutex::new((0, Progress::new("exhaust", 0)));
    let (found, failure) = quietly(|| {
        exhaust(&starts, options.depth, threads, |depth, done, of| {
            let mut progress = progress.lock().expect("no thread panics");
            if progress.0 != of {
                let name = format!("exhaust, operation {} of {}", depth + 1, options.depth);
                *progress = (of, Progress::new(&name, of as u64));
            }
            progress.1.at(done as u64);
        })
    });
    drop(progress);
    let seconds = began.elapsed().as_secs_f64();
    let mut text = String::new();
    if let Some(failure) = failure {
        return failed(&failure, &options.out, text);
    }
    let total = found.total();
    explored(&starts, &found, &mut text);
    let _ = writeln!(
        text,
        "depth {}, {}: {} transitions in {seconds:.1} s, {} transitions/s, {} classes",
        options.depth,
        plural(threads, "thread"),
        grouped(total.transitions),
        grouped((total.transitions as f64 / seconds) as u64),
        grouped(found.classes.len() as u64),
    );
    text += "every result, every invariant and every promise of a cursor held\n";
    let status = undeclared(&found.classes, &mut text);
    Report { status, text, complaint: None }
}

fn unknown_start(options: &ExhaustOptions) -> Report {
    let mut complaint = format!(
        "--from: there is no state {:?}; there are",
        options.from.as_deref().unwrap_or_default()
    );
    for (name, about) in families() {
        let _ = write!(complaint, "\n  {name:<14}  {about}");
    }
    Report { status: Status::Bad, text: String::new(), complaint: Some(complaint) }
}

fn explored(starts: &Starts, found: &Found, text: &mut String) {
    let _ =
        writeln!(text, "{:<14}  {:>7}  {:>12}  {:>12}", "from", "starts", "states", "transitions");
    let mut row = |name: &str, starts: usize, states, transitions| {
        let (starts, states) = (grouped(starts as u64), grouped(states));
        let _ =
            writeln!(text, "{name:<14}  {starts:>7}  {states:>12}  {:>12}", grouped(transitions));
    };
    for (number, (family, tally)) in starts.families.iter().zip(&found.tallies).enumerate() {
        let of = starts.starts.iter().filter(|start| start.family == number).count();
        row(&family.name, of, tally.states, tally.transitions);
    }
    let total = found.total();
    row("all", starts.starts.len(), total.states, total.transitions);
}

/// The table of classes.
fn classes(seen: &Seen, whole: bool, text: &mut String) -> Status {
    let mut reachable = all();
    let enumerated = reachable.len();
    reachable.retain(|class| why_unreachable(class).is_none());
    let count = |class: &Class| seen.classes.get(class).copied().unwrap_or(0);
    let _ = writeln!(text, "{:<15}  {:>7}  {:>9}", "classes", "reached", "reachable");
    let mut row = |name: &str, of: &dyn Fn(&Class) -> bool| {
        let classes = || reachable.iter().filter(|class| of(class));
        let reached = classes().filter(|class| count(class) > 0).count();
        let (reached, classes) = (grouped(reached as u64), grouped(classes().count() as u64));
        let _ = writeln!(text, "{name:<15}  {reached:>7}  {classes:>9}");
    };
    for operation in Operation::ALL {
        row(&operation.to_string(), &|class| class.operation == *operation);
    }
    row("all", &|_| true);
    let _ = writeln!(
        text,
        "\n{} others cannot be reached, for {} reasons (--rules)",
        grouped((enumerated - reachable.len()) as u64),
        RULES.len()
    );
    let status = undeclared(&seen.classes, text);
    reachable.sort_by_key(|class| (count(class), *class));
    let missing = reachable.iter().filter(|class| count(class) == 0).count();
    let shown = if whole { reachable.len() } else { SHOWN.max(missing.min(2 * SHOWN)) };
    let title = if whole { "all" } else { "the rarest" };
    let _ = writeln!(text, "\n{:>12}  {title}", "count");
    for class in reachable.iter().take(shown) {
        let _ = writeln!(text, "{:>12}  {class}", grouped(count(class)));
    }
    status
}

/// Says which classes were reached although they are declared unreachable, or are not in the list.
fn undeclared(counts: &Counts<Class>, text: &mut String) -> Status {
    let listed: HashSet<Class> = all().into_iter().collect();
    let why = |class| match why_unreachable(class) {
        None => (!listed.contains(class)).then_some("it is not in the list of classes"),
        reason => reason,
    };
    let mut wrong: Vec<_> = counts.keys().filter_map(|class| Some((class, why(class)?))).collect();
    wrong.sort_unstable();
    for (class, reason) in &wrong {
        let _ = writeln!(text, "reached, but declared unreachable: {class}\n  since {reason}");
    }
    if wrong.is_empty() { Status::Identical } else { Status::Diverged }
}

/// The reasons, and of how many classes each is the first that holds.
fn rules() -> String {
    let classes = all();
    let mut counts = vec![0; RULES.len()];
    let mut reachable = 0;
    for class in &classes {
        match RULES.iter().position(|rule| (rule.holds)(class)) {
            Some(rule) => counts[rule] += 1,
            None => reachable += 1,
        }
    }
    let mut text = format!("{:>7}  cannot be reached, since\n", "classes");
    for (rule, count) in RULES.iter().zip(counts) {
        let _ = writeln!(text, "{:>7}  {}", grouped(count), rule.reason);
    }
    let (all, reachable) = (grouped(classes.len() as u64), grouped(reachable));
    let _ = writeln!(text, "{all:>7}  in all, of which {reachable} can be reached");
    text
}

/// Makes the sequence short, writes it, and says how to look at it.
fn failed(failure: &Failure, out: &Path, mut text: String) -> Report {
    let Failure { config, ops, .. } = failure;
    let ((short, wrong), recording) = quietly(|| {
        let shrunk = shrink(config, ops);
        let recording = recording(config, &shrunk.0);
        (shrunk, recording)
    });
    let _ = writeln!(
        text,
        "wrong after {}, made {} by leaving out what is not needed:\n  {wrong}",
        plural(ops.len(), "operation"),
        short.len(),
    );
    if let Err(error) = file::write(out, recording.as_bytes()) {
        return unwritable(out, &error, text);
    }
    let _ = writeln!(text, "look at it with\n  tophash show {}", out.display());
    Report { status: Status::Diverged, text, complaint: None }
}

fn unwritable(out: &Path, error: &io::Error, text: String) -> Report {
    let complaint = Some(format!("{}: cannot be written: {error}", out.display()));
    Report { status: Status::Bad, text, complaint }
}

/// Runs without the messages of panics: they are caught, and told at the end.
fn quietly<T>(run: impl FnOnce() -> T) -> T {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| ()));
    let value = run();
    panic::set_hook(hook);
    value
}

/// A number with its digits in groups of three.
fn grouped(number: u64) -> String {
    stats::grouped(usize::try_from(number).unwrap_or(usize::MAX))
}

fn plural(count: usize, what: &str) -> String {
    format!("{} {what}{}", grouped(count as u64), if count == 1 { "" } else { "s" })
}
