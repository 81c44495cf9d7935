//! What operations cost, by every measure at hand.
//!
//! A case is an operation in a state of `tophash-states`. It is timed call by call, and valgrind
//! watches one run of it; scans of tophashes are held against what llvm-mca predicts.

mod kernels;
mod mca;
mod table;
mod times;
mod trace;

use crate::bad::excerpt;
use clap::Args;
use kernels::KernelRow;

use serde::Serialize;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use times::Times;
use tophash_arch::cycles::Counter;
use tophash_states::{Hash, Prepared, State, Subject, Watched, kernel};
use trace::Touched;

/// What is measured, and how thoroughly.
#[derive(Args, Clone, Debug)]
pub struct Options {
    /// Only operations and scans in whose names, or in whose maps' or sets' names, all of these words
    /// are
    #[arg(value_name = "WORD")]
    words: Vec<String>,
    /// How often each operation is timed
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..))]
    samples: u32,
    /// Write all of it to a file as well, as JSON
    #[arg(long, value_name = "OUT")]
    pub json: Option<PathBuf>,
    /// Perform each operation once between stores that a trace shows
    #[arg(long, hide = true)]
    traced: bool,
}

/// One operation in one state.
#[derive(Clone, Copy, Debug)]
enum Case {
    Map(State, Subject),
    Hash(Hash),
    Watched(Watched),
}

impl Case {
    /// Those that `options` ask for.
    fn all(options: &Options) -> Vec<Self> {
        let maps = Subject::ALL.into_iter().flat_map(|subject| {
            let states = State::ALL.into_iter();
            let states = states.filter(move |&state| subject.can_be(state));
            states.map(move |state| Self::Map(state, subject))
        });
        let all = maps.chain(Hash::ALL.map(Self::Hash)).chain(Watched::all().map(Self::Watched));
        all.filter(|case| options.ask_for(case.operation(), case.map())).collect()
    }

    fn operation(self) -> &'static str {
        match self {
            Self::Map(state, _) => state.name(),
            Self::Hash(hash) => hash.name(),
            Self::Watched(Watched(access, _)) => access.name(),
        }
    }

    fn map(self) -> &'static str {
        match self {
            Self::Map(_, subject) => subject.name(),
            Self::Hash(_) => "",
            Self::Watched(Watched(_, watch)) => watch.name(),
        }
    }

    fn repeats(self) -> bool {
        match self {
            Self::Map(state, Subject::Hashbrown) => {
                matches!(state, State::HitSlot0 | State::MissPart)
            }
            Self::Map(state, _) => state.repeats(),
            Self::Hash(_) => true,
            Self::Watched(Watched(access, _)) => access.repeats(),
        }
    }

    fn prepare(self) -> Prepared {
        match self {
            Self::Map(state, subject) => {
                tophash_states::prepare(state, subject).expect("`all` has left out the others")
            }
            Self::Hash(hash) => hash.into(),
            Self::Watched(watched) => watched.into(),
        }
    }

    /// The same call of an operation that does nothing. Which state it is in does not matter, so it
    /// is the one made soonest.
    fn idle(self) -> Prepared {
        match self {
            Self::Map(_, subject) => Self::Map(State::HitSlot0, subject).prepare().idle(),
            Self::Hash(_) | Self::Watched(_) => self.prepare().idle(),
        }
    }
}

impl Options {
    fn ask_for(&self, operation: &str, of: &str) -> bool {
        self.words.iter().all(|word| operation.contains(&**word) || of.contains(&**word))
    }
}

/// One operation's figures.
#[derive(Clone, Debug, Serialize)]
struct Row {
    operation: &'static str,
    map: &'static str,
    #[serde(flatten)]
    times: Times,
    #[serde(flatten)]
    touched: Option<Touched>,
}

/// All figures.
#[derive(Clone, Debug, Serialize)]
pub struct Cycles {
    counter: &'static str,
    /// Ticks of the counter in one cycle of the core, at the end.
    ticks_per_cycle: f64,
    operations: Vec<Row>,
    kernels: Vec<KernelRow>,
    /// What could not be found out, and what is needed for it.
    missing: Vec<String>,
}

/// Measures all that `options` ask for.
///
/// # Errors
/// If there is nothing to measure, or nothing to measure with.
pub fn measure(options: &Options) -> Result<Cycles, String> {
    let counter = Counter::new().ok_or("this processor offers no counter to programs")?;
    let cases = Case::all(options);
    let kernels: Vec<_> =
        kernel::all().filter(|kernel| options.ask_for(kernel.scan(), kernel.set())).collect();
    if cases.is_empty() && kernels.is_empty() {
        let words = excerpt(&options.words.join(" "), 100);
        return Err(format!("no operation and no scan has all of these words: {words}"));
    }
    let mut missing = Vec::new();
    let mut or_say = |why: String| missing.push(why);
    let touched = match trace::run(options, cases.len()) {
        Ok(touched) => touched.into_iter().map(Some).collect(),
        Err(why) => {
            or_say(format!("instructions, bytes and lines: {why}"));
            vec![None; cases.len()]
        }
    };
    let row = |(case, touched): (Case, Option<Touched>)| Row {
        operation: case.operation(),
        map: case.map(),
        times: times::times(&counter, case, options.samples),
        touched,
    };
    let operations = cases.into_iter().zip(touched).map(row).collect();
    let kernels = kernels::rows(&counter, kernels, &mut or_say);
    let ticks_per_cycle = tophash_arch::cycles::Clock::new(&counter).ticks_per_cycle();
    Ok(Cycles { counter: Counter::NAME, ticks_per_cycle, operations, kernels, missing })
}

impl Cycles {
    /// The figures as a table.
    pub fn to_text(&self) -> String {
        table::text(self)
    }

    /// The figures as one JSON object.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("numbers and strings have a JSON") + "\n"
    }
}

/// Whether this process is to be watched; if so it has performed what is to be seen.
pub fn watched(options: &Options) -> bool {
    if options.traced {
        trace::perform(&Case::all(options));
    }
    options.traced
}

/// The output of a program; why there is none.
fn output(command: &mut Command, input: &str) -> Result<String, String> {
    use std::io::Write;
    let name = command.get_program().display().to_string();
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("{name}: {error}"))?;
    let mut stdin = child.stdin.take().expect("it is piped");
    // One that ends before it has read all says why by its status.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let output = child.wait_with_output().map_err(|error| format!("{name}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{name}: {}", output.status));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
