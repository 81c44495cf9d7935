//! Outcomes as text and as JSON.

use crate::bad::{BadInput, excerpt};
use crate::diff::side_by_side;
use crate::hashvec;
use crate::outcome::{Divergence, Outcome, States};
use crate::replay::Difference;
use serde::Serialize;
use std::fmt::Write;

/// How much of a line is repeated in a report. A dump's may have megabytes.
const EXCERPT: usize = 300;

/// How a file came out, in the order of exit statuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// As Go has it: exits 0.
    Identical,
    /// Otherwise: exits 1.
    Diverged,
    /// The input was no good: exits 2.
    Bad,
}

/// One file's report.
#[derive(Debug)]
pub struct Report {
    /// How it came out.
    pub status: Status,
    /// For standard output; ends its last line.
    pub text: String,
    /// For standard error: what is wrong with the input.
    pub complaint: Option<String>,
}

/// The JSON of one file. Fields without meaning for an outcome are left out.
#[derive(Default, Serialize)]
struct Json<'a> {
    file: &'a str,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    operations: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    states: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exempt: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hashes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    operation: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    differences: Option<&'a [Difference]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recorded_state: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state_before: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recorded_hash: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hash: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
}

impl Json<'_> {
    fn line(&self) -> String {
        let mut text = serde_json::to_string(self).expect("strings and numbers have a JSON");
        text.push('\n');
        text
    }
}

/// Reports a replay of the file `name`.
pub fn replay(name: &str, outcome: &Outcome, json: bool) -> Report {
    match outcome {
        Outcome::Bad(bad) => complaint(name, bad, json),
        Outcome::Identical(tally) => {
            let mut text = if json {
                Json {
                    file: name,
                    outcome: "identical",
                    operations: Some(tally.operations),
                    states: Some(tally.states),
                    exempt: Some(tally.exempt),
                    ..Json::default()
                }
                .line()
            } else {
                format!(
                    "{name}: {} operations, {} states identical",
                    tally.operations, tally.states
                )
            };
            if !json {
                if tally.exempt > 0 {
                    let _ =
                        write!(text, ", {} results exempt (a bug of Go's iterators)", tally.exempt);
                }
                text.push('\n');
            }
            Report { status: Status::Identical, text, complaint: None }
        }
        Outcome::Diverged(divergence) => {
            let text = if json {
                diverged_json(name, divergence)
            } else {
                diverged_text(name, divergence)
            };
            Report { status: Status::Diverged, text, complaint: None }
        }
    }
}

fn diverged_json(name: &str, divergence: &Divergence) -> String {
    let (recorded, before, after) = match &divergence.states {
        States::Dumped { recorded, ours } => (Some(&**recorded), None, ours),
        States::Ours { before, after } => (None, Some(&**before), after),
    };
    Json {
        file: name,
        outcome: "diverged",
        operation: Some(divergence.operation),
        line: Some(divergence.line),
        text: Some(&divergence.text),
        differences: Some(&divergence.differences),
        recorded_state: recorded,
        state_before: before,
        state: Some(after),
        ..Json::default()
    }
    .line()
}

fn diverged_text(name: &str, divergence: &Divergence) -> String {
    let Divergence { operation, line, text, differences, states } = divergence;
    let mut out = format!("{name}: diverges at operation {operation}, line {line}\n");
    let _ = writeln!(out, "  {}", excerpt(text, EXCERPT));
    for Difference { field, recorded, ours } in differences {
        let shown = |value: &Option<String>| match value {
            Some(value) => excerpt(value, EXCERPT),
            None => "nothing".into(),
        };
        let value = |text: &str| {
            if text.is_empty() { "\"\"".into() } else { text.to_owned() }
        };
        let _ = writeln!(out, "  {field}:");
        let _ = writeln!(out, "    recorded {}", value(&shown(recorded)));
        let _ = writeln!(out, "    ours     {}", value(&shown(ours)));
    }
    let (title, listing) = match states {
        States::Dumped { recorded, ours } => {
            ("the state afterwards, recorded (-) and ours (+):", side_by_side(recorded, ours))
        }
        States::Ours { before, after } => (
            "no dump is recorded here; our state before (-) and after (+) the operation:",
            side_by_side(before, after),
        ),
    };
    let _ = writeln!(out, "  {title}");
    for line in listing.lines() {
        let _ = writeln!(out, "    {line}");
    }
    out
}

/// Reports a comparison of the hash vectors in the file `name`.
pub fn hashes(name: &str, outcome: &hashvec::Outcome, json: bool) -> Report {
    match outcome {
        hashvec::Outcome::Bad(bad) => complaint(name, bad, json),
        hashvec::Outcome::Identical(hashes) => {
            let text = if json {
                let hashes = Some(*hashes);
                Json { file: name, outcome: "identical", hashes, ..Json::default() }.line()
            } else {
                format!("{name}: {hashes} hashes identical\n")
            };
            Report { status: Status::Identical, text, complaint: None }
        }
        hashvec::Outcome::Mismatch(mismatch) => {
            let hashvec::Mismatch { line, text, recorded, ours } = &**mismatch;
            let text = if json {
                Json {
                    file: name,
                    outcome: "diverged",
                    line: Some(*line),
                    text: Some(text),
                    recorded_hash: Some(*recorded),
                    hash: Some(*ours),
                    ..Json::default()
                }
                .line()
            } else {
                let vector = excerpt(text, EXCERPT);
                format!(
                    "{name}: differs at line {line}\n  {vector}\n  hash:\n    recorded {recorded}\n    ours     {ours}\n"
                )
            };
            Report { status: Status::Diverged, text, complaint: None }
        }
    }
}

/// Reports an input that could not be used.
pub fn complaint(name: &str, bad: &BadInput, json: bool) -> Report {
    let text = if json {
        Json {
            file: name,
            outcome: "bad input",
            line: bad.line,
            field: bad.field.as_deref(),
            error: Some(&bad.what),
            ..Json::default()
        }
        .line()
    } else {
        String::new()
    };
    Report { status: Status::Bad, text, complaint: Some(format!("{name}{bad}")) }
}
