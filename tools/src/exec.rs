//! A list of operations, performed on our map: what comes out is a recording.

use crate::bad::{Bad, BadInput};
use crate::header::Header;
use crate::input::Input;
use crate::iterators::{Iterators, check_place};
use crate::lines::Lines;
use crate::progress::Progress;
use crate::record::Types;
use crate::request::{Op, Request};
use crate::subject::{self, Entry, Subject};
use crate::value::Value;
use serde::Serialize;
use std::io;
use tophash::Position;
use tophash::hash::Rand;
use tophash::image::MapImage;

/// How to perform a list of operations.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The seed of what the list leaves to chance.
    pub seed: u64,
    /// Every this many operations have a state.
    pub every: u64,
}

/// Why a list of operations was not performed to its end.
#[derive(Debug)]
pub enum Error {
    /// The input is not what the contract says.
    Bad(BadInput),
    /// The recording could not be written.
    Output(io::Error),
}

impl From<BadInput> for Error {
    fn from(bad: BadInput) -> Self {
        Self::Bad(bad)
    }
}

/// How much of a recording is written at once.
const CHUNK: usize = 1 << 16;

/// Performs the operations of `input`, and hands the recording to `write` in pieces of whole lines.
/// What comes before a line that is no good is handed over too: a shorter recording, but a whole
/// one.
///
/// # Errors
/// If `write` fails, or the input is no good.
pub fn exec(
    input: &Input,
    options: Options,
    progress: &Progress,
    mut write: impl FnMut(&str) -> io::Result<()>,
) -> Result<(), Error> {
    let mut lines = Lines::new(input.reader()?);
    let mut out = String::new();
    let performed = perform(&mut lines, options, progress, &mut out, &mut write);
    write(&out).map_err(Error::Output)?;
    performed
}

fn perform<R: io::BufRead>(
    lines: &mut Lines<R>,
    options: Options,
    progress: &Progress,
    out: &mut String,
    write: &mut impl FnMut(&str) -> io::Result<()>,
) -> Result<(), Error> {
    let rand = Rand::from_seed(options.seed);
    let header = match lines.next_line()? {
        Some(line) => Header::complete(line, &rand),
        None => Err(Bad::new("line", "missing: the file is empty")),
    };
    let header = header.map_err(|bad| bad.at(1))?;
    let mut exec = Exec::start(&header, rand).map_err(|bad| bad.at(1))?;
    let mut states = States { every: options.every, done: 0 };
    out.push_str(&header.to_line());
    out.push('\n');
    while let Some(line) = lines.next_line()? {
        let request = Request::parse(line, exec.types());
        request
            .and_then(|request| exec.step(&request))
            .map(|line| write_line(states.add(line, &exec), out))
            .map_err(|bad| bad.at(lines.number()))?;
        if out.len() >= CHUNK {
            write(out).map_err(Error::Output)?;
            out.clear();
        }
        progress.at(lines.bytes());
    }
    Ok(())
}

/// A map between two operations.
pub(crate) struct Exec {
    types: Types,
    map: Box<dyn Subject>,
    iterators: Iterators,
}

/// Which operations have a state.
struct States {
    every: u64,
    /// Operations done, dumps not counted.
    done: u64,
}

impl States {
    /// Adds the state after the operation of `line`, if it is one that has it.
    fn add(&mut self, mut line: Line, exec: &Exec) -> Line {
        let dump = line.op == "dump";
        self.done += u64::from(!dump);
        if dump || self.done.is_multiple_of(self.every) {
            let image = exec.image();
            line.state = Some(format!("{:016x}", image.digest()));
            line.lines = dump.then(|| image.to_lines());
        }
        line
    }
}

fn write_line(line: Line, out: &mut String) {
    out.push_str(&serde_json::to_string(&line).expect("strings and numbers have a JSON"));
    out.push('\n');
}

/// One line of a recording, its fields in the order in which they are written.
#[derive(Default, Serialize)]
pub(crate) struct Line {
    pub(crate) op: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) it: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) start: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) offset: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) k: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ok: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) v: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) panic: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) end: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) lines: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) hash0: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) noverflow: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) state: Option<String>,
}

impl Line {
    /// Where an iterator came to.
    fn entry(mut self, entry: Option<Entry>) -> Self {
        match entry {
            Some(Entry { k, v }) => (self.k, self.v) = (Some(k), Some(v)),
            None => self.end = Some(true),
        }
        self
    }
}

impl Exec {
    /// Makes the map that `header` describes; what requests leave to chance comes from `rand`.
    pub(crate) fn start(header: &Header, rand: Rand) -> Result<Self, Bad> {
        let types = Types::of(header)?;
        let map = subject::open(header, types, rand.with_script())?;
        Ok(Self { types, map, iterators: Iterators::default() })
    }

    /// The classes of the map's types, by which requests are parsed.
    pub(crate) fn types(&self) -> Types {
        self.types
    }

    /// The map's state now.
    pub(crate) fn image(&self) -> MapImage {
        self.map.image()
    }

    /// The iterators that have begun and not ended, by number, and where they stand.
    pub(crate) fn live_iterators(&self) -> Vec<(u64, Option<Position>)> {
        self.iterators.positions(&*self.map)
    }

    /// Performs one operation; returns its line, without a state.
    pub(crate) fn step(&mut self, request: &Request) -> Result<Line, Bad> {
        let script = self.map.script();
        let seed = request.hash0.unwrap_or_else(|| self.map.rand().next() as u32);
        script.begin(Some(seed));
        let before = self.map.facts().noverflow;
        script.set_tosses(request.noverflow.is_none());
        script.set_limit_reached(request.noverflow.is_some_and(|given| given < before));

        let mut line = self.perform(&request.op)?;
        line.hash0 = self.map.script().drew_seed().then_some(seed);
        line.noverflow = self.noverflow(request.noverflow)?;
        Ok(line)
    }

    fn perform(&mut self, op: &Op) -> Result<Line, Bad> {
        let k = |k: &Value| Some(k.to_string());
        Ok(match op {
            Op::Assign { k: key, v } => {
                let panic = self.map.hash_error(key);
                if panic.is_none() {
                    self.map.assign(key, v);
                }
                Line { op: "assign", k: k(key), v: k(v), panic, ..Line::default() }
            }
            Op::Access { k: key } => match self.map.hash_error(key) {
                None => {
                    let v = self.map.access(key);
                    Line { op: "access", k: k(key), ok: Some(v.is_some()), v, ..Line::default() }
                }
                panic => Line { op: "access", k: k(key), panic, ..Line::default() },
            },
            Op::Delete { k: key } => {
                let panic = self.map.hash_error(key);
                if panic.is_none() {
                    self.map.delete(key);
                }
                Line { op: "delete", k: k(key), panic, ..Line::default() }
            }
            Op::Clear => {
                self.map.clear();
                Line { op: "clear", ..Line::default() }
            }
            Op::IterInit { it, start, offset } => self.iterinit(*it, *start, *offset)?,
            Op::IterNext { it } => {
                let entry = self.map.next(self.iterators.live(*it)?);
                if entry.is_none() {
                    self.iterators.end(*it);
                }
                Line { op: "iternext", it: Some(*it), ..Line::default() }.entry(entry)
            }
            Op::Dump => Line { op: "dump", ..Line::default() },
        })
    }

    fn iterinit(&mut self, it: u64, start: Option<u64>, offset: Option<u8>) -> Result<Line, Bad> {
        self.iterators.check_new(it)?;
        let facts = self.map.facts();
        let drawn = match facts.count {
            0 => 0,
            _ => self.map.rand().next(),
        };
        let start = start.unwrap_or(drawn & ((1 << facts.b) - 1));
        let offset = offset.unwrap_or((drawn >> facts.b) as u8 & 7);
        check_place(facts, start, offset)?;
        self.map.script().set_iteration(start, offset, facts.b);
        let mut cursor = self.map.range();
        let entry = self.map.next(&mut cursor);
        self.iterators.start(it, entry.is_some().then_some(cursor));
        let (start, offset) = (Some(start), Some(offset));
        Ok(Line { op: "iterinit", it: Some(it), start, offset, ..Line::default() }.entry(entry))
    }

    /// The overflow counter, where a recording holds it. One that was given is what the coins came
    /// to; below 2^16 buckets there are none, and it means nothing.
    fn noverflow(&mut self, given: Option<u16>) -> Result<Option<u16>, Bad> {
        let facts = self.map.facts();
        if facts.b < 16 {
            return Ok(None);
        }
        if let Some(given) = given {
            let coins = self.map.script().coins();
            let ours = u32::from(facts.noverflow);
            if !(ours..=ours.saturating_add(coins)).contains(&u32::from(given)) {
                let what = format!("{given}, but the counter is at {ours} and {coins} coins fell");
                return Err(Bad::new("noverflow", what));
            }
            self.map.set_noverflow(given);
        }
        Ok(Some(self.map.facts().noverflow))
    }
}
