//! Input that is not what the contract says: where, and what is wrong with it.

use std::fmt;

/// What is wrong with one line, and in which of its fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bad {
    /// The field's name as the line writes it; `line` where no single field is to blame.
    pub field: String,
    /// What is wrong with it.
    pub what: String,
}

impl Bad {
    /// A complaint about `field`. Both texts may repeat what the input says, of any length and with
    /// any character: they are cut and made printable.
    pub fn new(field: impl Into<String>, what: impl Into<String>) -> Self {
        Self { field: excerpt(&field.into(), 40), what: excerpt(&what.into(), 200) }
    }

    /// Says where it stands.
    pub fn at(self, line: u64) -> BadInput {
        BadInput { line: Some(line), field: Some(self.field), what: self.what }
    }
}

/// Why an input could not be used, without its name: it prints as `:LINE: field: what`, or
/// `: what` where the trouble is with the file itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadInput {
    /// The line, from 1.
    pub line: Option<u64>,
    /// The field.
    pub field: Option<String>,
    /// What is wrong.
    pub what: String,
}

impl BadInput {
    /// Trouble with the file as a whole.
    pub fn file(what: impl Into<String>) -> Self {
        Self { line: None, field: None, what: what.into() }
    }
}

impl fmt::Display for BadInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(field) = &self.field {
            write!(f, ": {field}")?;
        }
        write!(f, ": {}", self.what)
    }
}

/// The beginning of `text`, without anything that a terminal would obey.
pub(crate) fn excerpt(text: &str, most: usize) -> String {
    let mut excerpt: String =
        text.chars().take(most).map(|c| if c.is_control() { '?' } else { c }).collect();
    if text.chars().nth(most).is_some() {
        excerpt.push_str("...");
    }
    excerpt
}
