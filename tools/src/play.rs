//! A recording performed one operation at a time, for those who want to look at the map in between.
//!
//! What has states is a recording: it is replayed, every result and every state is compared, and it
//! ends where one differs. What has none is a list of operations: it is performed as
//! [`exec`](crate::exec) does, whatever it says of results.

use crate::bad::{Bad, BadInput};
use crate::embedded::RECORDINGS;
use crate::exec::{Exec, Line};
use crate::header::Header;
use crate::human;
use crate::input::Input;
use crate::lines::Lines;
use crate::outcome;
use crate::record::{Entry, Op};
use crate::replay::{Difference, Replay};
use crate::request::Request;
use std::fmt;
use std::io::BufRead;
use tophash::Position;
use tophash::hash::Rand;
use tophash::image::MapImage;

/// The seed of what a list of operations leaves to chance: as [`exec`](crate::exec) has it by
/// default.
const SEED: u64 = 1;

/// The recording that is played where none is named.
const BUILT_IN: &str = "churn-int64-uint8-clear";

/// The recording that is played where none is named.
pub fn built_in() -> Input {
    let (name, bytes) =
        RECORDINGS.iter().find(|(name, _)| *name == BUILT_IN).expect("it is built in");
    Input::bytes(*name, *bytes)
}

/// A recording under way.
///
/// ```
/// use tophash_cli::play::{Player, built_in};
///
/// let input = built_in();
/// let mut player = Player::open(&input)?;
/// assert_eq!(player.operation(), 0);
/// while let Some(step) = player.step()? {
///     println!("{}: {step}", step.number);
///     if step.number == 3 {
///         println!("{}", player.image());
///     }
/// }
/// assert_eq!(player.operation(), 402);
/// # Ok::<(), tophash_cli::bad::BadInput>(())
/// ```
pub struct Player<'a> {
    lines: Lines<Box<dyn BufRead + 'a>>,
    header: Header,
    machine: Machine,
    operation: u64,
    diverged: bool,
}

enum Machine {
    Replay(Replay),
    Exec(Exec),
}

/// One operation that was performed.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its number, from 1.
    pub number: u64,
    /// Its line, from 1.
    pub line: u64,
    /// What was done.
    pub operation: Operation,
    /// What came of it, for people: a value, `none`, `key = value`, `end`, or `panic: …`; empty
    /// where there is nothing to tell. In a recording, it is Go's result.
    pub result: String,
    /// What came out otherwise than recorded. If anything did, this is the last step.
    pub differences: Vec<Difference>,
}

/// An operation. Values are as people read them (see [`human`]).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Operation {
    /// Its name in a recording.
    pub name: &'static str,
    /// The key of an `assign`, `access` or `delete`.
    pub key: Option<String>,
    /// The elem of an `assign`.
    pub elem: Option<String>,
    /// The number of the iterator.
    pub it: Option<u64>,
    /// The bucket and the slot that an iterator starts in.
    pub start: Option<(u64, u8)>,
}

impl<'a> Player<'a> {
    /// Makes the map that the first line of `input` describes.
    ///
    /// # Errors
    /// If the input cannot be read, or its first line is no good.
    pub fn open(input: &'a Input) -> Result<Self, BadInput> {
        let list = !has_states(input)?;
        let mut lines = Lines::new(input.reader()?);
        let Some(line) = lines.next_line()? else {
            return Err(Bad::new("line", "missing: the file is empty").at(1));
        };
        let rand = Rand::from_seed(SEED);
        let header = if list { Header::complete(line, &rand) } else { Header::parse(line) };
        let header = header.map_err(|bad| bad.at(1))?;
        let machine = if list {
            Exec::start(&header, rand).map(Machine::Exec)
        } else {
            Replay::start(&header).map(Machine::Replay)
        };
        let machine = machine.map_err(|bad| bad.at(1))?;
        Ok(Self { lines, header, machine, operation: 0, diverged: false })
    }

    /// The first line: the process, the types, the hint and the seed.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The number of the operation that was performed last; 0 before the first.
    pub fn operation(&self) -> u64 {
        self.operation
    }

    /// How many bytes of the input have been read.
    pub fn bytes(&self) -> u64 {
        self.lines.bytes()
    }

    /// The map as the operation performed last has left it. An image is as much work as the map is
    /// large.
    pub fn image(&self) -> MapImage {
        match &self.machine {
            Machine::Replay(replay) => replay.image(),
            Machine::Exec(exec) => exec.image(),
        }
    }

    /// The iterators that have begun and not ended, by number, and where they stand: `None` for one
    /// that has ended here, though not in the recording.
    pub fn live_iterators(&self) -> Vec<(u64, Option<Position>)> {
        match &self.machine {
            Machine::Replay(replay) => replay.live_iterators(),
            Machine::Exec(exec) => exec.live_iterators(),
        }
    }

    /// Performs the next operation; `None` at the end, and after a step that differed.
    ///
    /// # Errors
    /// If the next line is no good. Nothing is to be played past it.
    pub fn step(&mut self) -> Result<Option<Step>, BadInput> {
        if self.diverged {
            return Ok(None);
        }
        let (done, differences) = match &mut self.machine {
            Machine::Replay(replay) => match outcome::step(&mut self.lines, replay)? {
                Some((record, differences)) => (recorded(record.op), differences),
                None => return Ok(None),
            },
            Machine::Exec(exec) => match self.lines.next_line()? {
                Some(line) => {
                    let done = Request::parse(line, exec.types())
                        .and_then(|request| exec.step(&request))
                        .map_err(|bad| bad.at(self.lines.number()))?;
                    (done, Vec::new())
                }
                None => return Ok(None),
            },
        };
        self.operation += 1;
        self.diverged = !differences.is_empty();
        let (number, line) = (self.operation, self.lines.number());
        let (operation, result) = self.told(done);
        Ok(Some(Step { number, line, operation, result, differences }))
    }

    /// Operation and result, for people.
    fn told(&self, line: Line) -> (Operation, String) {
        let Line { op: name, it, start, offset, k, ok, v, panic, .. } = line;
        let key = k.map(|k| human::value(&self.header.key, &k));
        let elem = v.map(|v| human::value(&self.header.elem, &v));
        let start = start.zip(offset);
        let operation = Operation { name, it, start, ..Operation::default() };
        if let Some(message) = panic {
            let told = format!("panic: {}", crate::bad::excerpt(&message, 200));
            let elem = elem.filter(|_| name == "assign");
            return (Operation { key, elem, ..operation }, told);
        }
        match name {
            "access" => {
                let told = elem.filter(|_| ok == Some(true)).unwrap_or_else(|| "none".into());
                (Operation { key, ..operation }, told)
            }
            "iterinit" | "iternext" => match (key, elem) {
                (Some(key), Some(elem)) => (operation, format!("{key} = {elem}")),
                _ => (operation, "end".into()),
            },
            _ => (Operation { key, elem, ..operation }, String::new()),
        }
    }
}

/// Whether any line has a state: what has none is a list of operations.
fn has_states(input: &Input) -> Result<bool, BadInput> {
    let mut lines = Lines::new(input.reader()?);
    // A line that cannot be read is a matter for the one who performs it.
    while let Ok(Some(line)) = lines.next_line() {
        if line.contains("\"state\"") {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What a recording tells of an operation, as `exec` would have written it.
fn recorded(op: Op) -> Line {
    let text = |value: crate::value::Value| Some(value.to_string());
    let entry = |line: Line, entry: Option<Entry>| match entry {
        Some((k, v)) => Line { k: text(k), v: text(v), ..line },
        None => Line { end: Some(true), ..line },
    };
    match op {
        Op::Assign { k, v, panic } => {
            Line { op: "assign", k: text(k), v: text(v), panic, ..Line::default() }
        }
        Op::Access { k, result } => {
            let line = Line { op: "access", k: text(k), ..Line::default() };
            match result {
                Ok(v) => Line { ok: Some(v.is_some()), v: v.and_then(text), ..line },
                Err(panic) => Line { panic: Some(panic), ..line },
            }
        }
        Op::Delete { k, panic } => Line { op: "delete", k: text(k), panic, ..Line::default() },
        Op::Clear => Line { op: "clear", ..Line::default() },
        Op::IterInit { it, start, offset, entry: to } => {
            let (start, offset) = (Some(start), Some(offset));
            let line = Line { op: "iterinit", it: Some(it), start, offset, ..Line::default() };
            entry(line, to)
        }
        Op::IterNext { it, entry: to } => {
            entry(Line { op: "iternext", it: Some(it), ..Line::default() }, to)
        }
        Op::Dump { .. } => Line { op: "dump", ..Line::default() },
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)?;
        if let Some(it) = self.it {
            write!(f, " #{it}")?;
        }
        if let Some((bucket, slot)) = self.start {
            write!(f, " from bucket {bucket}, slot {slot}")?;
        }
        if let Some(key) = &self.key {
            write!(f, " {key}")?;
        }
        if let Some(elem) = &self.elem {
            write!(f, " = {elem}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.operation.fmt(f)?;
        match &*self.result {
            "" => Ok(()),
            result => write!(f, " -> {result}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn live(player: &Player<'_>) -> Vec<u64> {
        player.live_iterators().into_iter().map(|(it, _)| it).collect()
    }

    fn play(text: &str) -> (Vec<Step>, Option<BadInput>, Vec<u64>) {
        let input = Input::bytes("test", text.as_bytes().to_vec());
        let mut player = Player::open(&input).unwrap();
        let mut steps = Vec::new();
        loop {
            match player.step() {
                Ok(Some(step)) => steps.push(step),
                Ok(None) => return (steps, None, live(&player)),
                Err(bad) => return (steps, Some(bad), live(&player)),
            }
        }
    }

    const LIST: &str = "{\"trace\":\"tophash/1\",\"key\":\"interface{}\",\"elem\":\"string\"}\n\
        {\"op\":\"assign\",\"k\":\"int64:0700000000000000\",\"v\":\"3c620a\"}\n\
        {\"op\":\"access\",\"k\":\"int64:0700000000000000\"}\n\
        {\"op\":\"access\",\"k\":\"nil:\"}\n\
        {\"op\":\"delete\",\"k\":\"[]int:\"}\n\
        {\"op\":\"iterinit\",\"it\":4,\"start\":0,\"offset\":3}\n\
        {\"op\":\"iterinit\",\"it\":3}\n\
        {\"op\":\"iternext\",\"it\":4}\n\
        {\"op\":\"clear\"}\n\
        {\"op\":\"dump\"}\n";

    #[test]
    fn a_list_is_performed_and_told() {
        let (steps, bad, live) = play(LIST);
        assert_eq!((bad, live), (None, vec![3]));
        let told: Vec<String> = steps.iter().map(Step::to_string).collect();
        assert_eq!(
            told[..5],
            [
                "assign int64(7) = \"<b\\n\"",
                "access int64(7) -> \"<b\\n\"",
                "access nil -> none",
                "delete []int(0x) -> panic: runtime error: hash of unhashable type []int",
                "iterinit #4 from bucket 0, slot 3 -> int64(7) = \"<b\\n\"",
            ]
        );
        assert_eq!(told[6..], ["iternext #4 -> end", "clear", "dump"]);
        assert_eq!(steps[8].number, 9);
        assert_eq!(steps[8].line, 10);
    }

    #[test]
    fn what_exec_writes_of_a_list_is_told_alike() {
        let input = Input::bytes("test", LIST.as_bytes());
        let mut recording = String::new();
        let options = crate::exec::Options { seed: SEED, every: 1 };
        let progress = crate::progress::Progress::new("test", 0);
        crate::exec::exec(&input, options, &progress, |text| {
            recording.push_str(text);
            Ok(())
        })
        .unwrap();
        assert!(recording.contains("\"state\""));
        let told = |text: &str| play(text).0.iter().map(Step::to_string).collect::<Vec<_>>();
        assert_eq!(told(&recording), told(LIST));
    }

    #[test]
    fn a_step_that_differs_is_the_last() {
        let (_, bytes) = RECORDINGS.iter().find(|(name, _)| *name == BUILT_IN).unwrap();
        let text = std::str::from_utf8(bytes).unwrap();
        let at = text.match_indices("\"state\":\"").nth(4).unwrap().0 + 9;
        let digit = if text.as_bytes()[at] == b'0' { "1" } else { "0" };
        let (steps, bad, _) = play(&format!("{}{digit}{}", &text[..at], &text[at + 1..]));
        assert_eq!((steps.len(), bad), (5, None));
        assert_eq!(steps[4].differences[0].field, "state");
        assert!(steps[..4].iter().all(|step| step.differences.is_empty()));
    }

    #[test]
    fn a_recording_that_lacks_a_result_is_no_list() {
        let (_, bytes) = RECORDINGS.iter().find(|(name, _)| *name == BUILT_IN).unwrap();
        let text = std::str::from_utf8(bytes).unwrap();
        let at = text.lines().position(|line| line.contains("\"ok\":false")).unwrap();
        let (steps, bad, _) = play(&text.replacen("\"ok\":false,", "", 1));
        assert_eq!(steps.len(), at - 1);
        let bad = bad.unwrap();
        assert_eq!((bad.line, bad.field.as_deref()), (Some(at as u64 + 1), Some("ok")));
    }

    #[test]
    fn every_built_in_recording_of_moderate_size_plays_to_its_end() {
        for (name, bytes) in RECORDINGS.iter().filter(|(_, bytes)| bytes.len() < 150_000) {
            let (steps, bad, _) = play(std::str::from_utf8(bytes).unwrap());
            assert_eq!(bad, None, "{name}");
            assert!(steps.iter().all(|step| step.differences.is_empty()), "{name}");
            let lines = bytes.iter().filter(|&&byte| byte == b'\n').count();
            assert_eq!(steps.len() + 1, lines, "{name}");
        }
    }
}
