//! What can be done to a map and its cursors.

use std::fmt;

/// Cursors that live at a time.
pub const CURSORS: usize = 4;

/// An operation. Keys are numbers of a [`Keys`](super::keys::Keys).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// Stores an elem under a key.
    Assign(u8),
    /// Looks a key up.
    Access(u8),
    /// Removes a key.
    Delete(u8),
    /// Removes all keys.
    Clear,
    /// Begins a `range`, in the stead of the one that the cursor was on, and takes its first step.
    Begin {
        /// The cursor, below [`CURSORS`].
        cursor: u8,
        /// The bucket where it starts; of one that the map does not have, the low bits.
        start: u8,
        /// The slot where it starts in each bucket, below 8.
        offset: u8,
    },
    /// Advances a cursor, if it has not ended.
    Next(u8),
    /// Lets go of a cursor.
    Forget(u8),
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Assign(key) => write!(f, "assign {key}"),
            Self::Access(key) => write!(f, "access {key}"),
            Self::Delete(key) => write!(f, "delete {key}"),
            Self::Clear => f.write_str("clear"),
            Self::Begin { cursor, start, offset } => {
                write!(f, "begin {cursor} at bucket {start}, slot {offset}")
            }
            Self::Next(cursor) => write!(f, "next {cursor}"),
            Self::Forget(cursor) => write!(f, "forget {cursor}"),
        }
    }
}

impl Op {
    /// The operation in a few characters.
    pub(super) fn short(self) -> String {
        match self {
            Self::Assign(key) => format!("+{key}"),
            Self::Access(key) => format!("?{key}"),
            Self::Delete(key) => format!("-{key}"),
            Self::Clear => "x".into(),
            Self::Begin { cursor, start, offset } => format!("b{cursor}.{start}.{offset}"),
            Self::Next(cursor) => format!("n{cursor}"),
            Self::Forget(cursor) => format!("f{cursor}"),
        }
    }

    /// Reads what [`Op::short`] writes.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (kind, rest) = text.split_at_checked(1)?;
        let mut numbers = rest.split('.').map(|number| number.parse::<u8>().ok());
        let mut number = || numbers.next()?;
        let cursor = |cursor: u8| (usize::from(cursor) < CURSORS).then_some(cursor);
        Some(match kind {
            "+" => Self::Assign(number()?),
            "?" => Self::Access(number()?),
            "-" => Self::Delete(number()?),
            "x" => Self::Clear,
            "b" => Self::Begin {
                cursor: cursor(number()?)?,
                start: number()?,
                offset: number().filter(|offset| *offset < 8)?,
            },
            "n" => Self::Next(cursor(number()?)?),
            "f" => Self::Forget(cursor(number()?)?),
            _ => return None,
        })
    }
}
