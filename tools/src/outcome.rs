//! One whole recording: replayed to its end, or to the first thing that is wrong.

use crate::bad::{Bad, BadInput};
use crate::header::Header;
use crate::input::Input;
use crate::lines::Lines;
use crate::progress::Progress;
use crate::record::{Op, Record};
use crate::replay::{Difference, Replay, Tally};
use std::io::BufRead;

/// How a replay went.
#[derive(Debug)]
pub enum Outcome {
    /// Every result and every state was Go's, apart from those counted as exempt.
    Identical(Tally),
    /// Something was not.
    Diverged(Box<Divergence>),
    /// The input is not what the contract says.
    Bad(BadInput),
}

/// The first operation that came out otherwise than recorded.
#[derive(Debug)]
pub struct Divergence {
    /// Its number, from 1.
    pub operation: u64,
    /// Its line, from 1.
    pub line: u64,
    /// What that line says.
    pub text: String,
    /// What differs.
    pub differences: Vec<Difference>,
    /// The states to look at.
    pub states: States,
}

/// The states around a divergence, as lines of a dump.
#[derive(Debug)]
pub enum States {
    /// The recording dumped the state after the operation.
    Dumped {
        /// What it dumped.
        recorded: Vec<String>,
        /// Our state then.
        ours: Vec<String>,
    },
    /// It did not: ours on either side of the operation.
    Ours {
        /// Before it.
        before: Vec<String>,
        /// After it.
        after: Vec<String>,
    },
}

/// Replays `input` to its end or to the first thing that is wrong.
pub fn replay(input: &Input, progress: &Progress) -> Outcome {
    run(input, progress).unwrap_or_else(Outcome::Bad)
}

fn run(input: &Input, progress: &Progress) -> Result<Outcome, BadInput> {
    let mut lines = Lines::new(input.reader()?);
    let mut replay = start(&mut lines)?;
    while let Some((record, differences)) = step(&mut lines, &mut replay)? {
        if !differences.is_empty() {
            let divergence = diverged(input, &mut lines, &replay, record, differences)?;
            return Ok(Outcome::Diverged(Box::new(divergence)));
        }
        progress.at(lines.bytes());
    }
    Ok(Outcome::Identical(replay.tally()))
}

/// Reads the header and makes its map.
fn start<R: BufRead>(lines: &mut Lines<R>) -> Result<Replay, BadInput> {
    let header = match lines.next_line()? {
        Some(line) => Header::parse(line),
        None => Err(Bad::new("line", "missing: the file is empty")),
    };
    header.and_then(|header| Replay::start(&header)).map_err(|bad| bad.at(1))
}

/// Reads and performs the next operation; `None` at the end.
pub(crate) fn step<R: BufRead>(
    lines: &mut Lines<R>,
    replay: &mut Replay,
) -> Result<Option<(Record, Vec<Difference>)>, BadInput> {
    let Some(line) = lines.next_line()? else {
        return Ok(None);
    };
    let done = Record::parse(line, replay.types())
        .and_then(|record| replay.step(&record).map(|differences| (record, differences)));
    done.map(Some).map_err(|bad| bad.at(lines.number()))
}

/// Collects what there is to see about the operation that was performed last.
fn diverged<R: BufRead>(
    input: &Input,
    lines: &mut Lines<R>,
    replay: &Replay,
    record: Record,
    differences: Vec<Difference>,
) -> Result<Divergence, BadInput> {
    let line = lines.number();
    let text = lines.last();
    let dump = match record.op {
        Op::Dump { lines } => Some(lines),
        // A malformed next line is not this operation's fault: it has no dump to offer.
        _ => match lines.next_line().ok().flatten().map(|line| Record::parse(line, replay.types()))
        {
            Some(Ok(Record { op: Op::Dump { lines }, .. })) => Some(lines),
            _ => None,
        },
    };
    let states = match dump {
        Some(recorded) => States::Dumped { recorded, ours: replay.state() },
        None => States::Ours { before: state_before(input, line)?, after: replay.state() },
    };
    Ok(Divergence { operation: line - 1, line, text, differences, states })
}

/// Our state before the operation on `line`. Replaying up to it is at most as long again as what
/// has been replayed; keeping every state until the next would slow every replay down.
fn state_before(input: &Input, line: u64) -> Result<Vec<String>, BadInput> {
    let mut lines = Lines::new(input.reader()?);
    let mut replay = start(&mut lines)?;
    while lines.number() + 1 < line && step(&mut lines, &mut replay)?.is_some() {}
    Ok(replay.state())
}
