//! The lines of a recording after its first: one operation each, with what Go returned.

use crate::bad::Bad;
use crate::header::{Header, required};
use crate::object::{Object, Unknown, parse, put};
use crate::value::{Class, Value};
use serde::de::MapAccess;

/// The classes of a map's key and elem.
#[derive(Clone, Copy, Debug)]
pub struct Types {
    /// The key's.
    pub key: Class,
    /// The elem's.
    pub elem: Class,
}

impl Types {
    /// The classes of the types that a header names.
    ///
    /// # Errors
    /// If one is not supported.
    pub fn of(header: &Header) -> Result<Self, Bad> {
        let class = |field: &str, name: &str, class: Option<Class>| {
            class.ok_or_else(|| Bad::new(field, format!("unsupported type {name:?}")))
        };
        Ok(Self {
            key: class("key", &header.key, Class::of_key(&header.key))?,
            elem: class("elem", &header.elem, Class::of_elem(&header.elem))?,
        })
    }
}

/// One line.
#[derive(Debug)]
pub struct Record {
    /// What was done, and what Go returned.
    pub op: Op,
    /// The seed that it drew.
    pub hash0: Option<u32>,
    /// What the coins of the overflow counter came to.
    pub noverflow: Option<u16>,
    /// The digest of the state afterwards.
    pub state: Option<u64>,
}

/// An entry that Go's iterator came to.
pub type Entry = (Value, Value);

/// An operation and its result. Fields are named as the contract names them.
#[derive(Debug)]
pub enum Op {
    /// `m[k] = v`.
    Assign {
        /// The key.
        k: Value,
        /// The elem.
        v: Value,
        /// Go's message, if it panicked.
        panic: Option<String>,
    },
    /// `v, ok := m[k]`.
    Access {
        /// The key.
        k: Value,
        /// The elem if there was one, or Go's message if it panicked.
        result: Result<Option<Value>, String>,
    },
    /// `delete(m, k)`.
    Delete {
        /// The key.
        k: Value,
        /// Go's message, if it panicked.
        panic: Option<String>,
    },
    /// `clear(m)`.
    Clear,
    /// The start of a `range`, which advances to the first entry.
    IterInit {
        /// The iterator's number.
        it: u64,
        /// The bucket that it starts in.
        start: u64,
        /// The slot that it starts from in each bucket.
        offset: u8,
        /// Where it came to; `None` is the end.
        entry: Option<Entry>,
    },
    /// A further step of it.
    IterNext {
        /// The iterator's number.
        it: u64,
        /// Where it came to; `None` is the end.
        entry: Option<Entry>,
    },
    /// Nothing but a look at the whole state.
    Dump {
        /// The canonical state.
        lines: Vec<String>,
    },
}

/// The fields of any operation.
#[derive(Default)]
pub(crate) struct Fields {
    pub(crate) op: Option<String>,
    pub(crate) k: Option<String>,
    pub(crate) v: Option<String>,
    pub(crate) ok: Option<bool>,
    pub(crate) panic: Option<String>,
    pub(crate) it: Option<u64>,
    pub(crate) start: Option<u64>,
    pub(crate) offset: Option<u8>,
    pub(crate) end: Option<bool>,
    pub(crate) lines: Option<Vec<String>>,
    pub(crate) hash0: Option<u32>,
    pub(crate) noverflow: Option<u16>,
    pub(crate) state: Option<String>,
}

impl Object for Fields {
    const UNKNOWN: Unknown = Unknown::Refused;

    fn set<'de, M: MapAccess<'de>>(&mut self, name: &str, map: &mut M) -> Result<bool, M::Error> {
        match name {
            "op" => put(&mut self.op, map),
            "k" => put(&mut self.k, map),
            "v" => put(&mut self.v, map),
            "ok" => put(&mut self.ok, map),
            "panic" => put(&mut self.panic, map),
            "it" => put(&mut self.it, map),
            "start" => put(&mut self.start, map),
            "offset" => put(&mut self.offset, map),
            "end" => put(&mut self.end, map),
            "lines" => put(&mut self.lines, map),
            "hash0" => put(&mut self.hash0, map),
            "noverflow" => put(&mut self.noverflow, map),
            "state" => put(&mut self.state, map),
            _ => Ok(false),
        }
    }
}

impl Record {
    /// Reads one line of a recording of a map of these types.
    ///
    /// # Errors
    /// If it is malformed, names no operation, lacks a field, has one that does not belong to the
    /// operation, or holds a value that is none of its type.
    pub fn parse(line: &str, types: Types) -> Result<Self, Bad> {
        let mut fields: Fields = parse(line)?;
        let hash0 = fields.hash0.take();
        let noverflow = fields.noverflow.take();
        let state = fields.state.take().map(|text| digest(&text)).transpose()?;
        let op = fields.operation(types)?;
        Ok(Self { op, hash0, noverflow, state })
    }
}

impl Fields {
    fn operation(mut self, types: Types) -> Result<Op, Bad> {
        let name = required("op", self.op.take())?;
        let op = match &*name {
            "assign" => {
                Op::Assign { k: self.key(types)?, v: self.elem(types)?, panic: self.panic.take() }
            }
            "access" => Op::Access {
                k: self.key(types)?,
                result: match self.panic.take() {
                    Some(message) => Err(message),
                    None => Ok(match required("ok", self.ok.take())? {
                        true => Some(self.elem(types)?),
                        false => None,
                    }),
                },
            },
            "delete" => Op::Delete { k: self.key(types)?, panic: self.panic.take() },
            "clear" => Op::Clear,
            "iterinit" => Op::IterInit {
                it: required("it", self.it.take())?,
                start: required("start", self.start.take())?,
                offset: required("offset", self.offset()?)?,
                entry: self.entry(types)?,
            },
            "iternext" => {
                Op::IterNext { it: required("it", self.it.take())?, entry: self.entry(types)? }
            }
            "dump" => Op::Dump { lines: required("lines", self.lines.take())? },
            other => return Err(Bad::new("op", format!("unknown operation {other:?}"))),
        };
        self.check_left(&name)?;
        Ok(op)
    }

    pub(crate) fn key(&mut self, types: Types) -> Result<Value, Bad> {
        let text = required("k", self.k.take())?;
        types.key.key(text).map_err(|what| Bad::new("k", what))
    }

    pub(crate) fn elem(&mut self, types: Types) -> Result<Value, Bad> {
        let text = required("v", self.v.take())?;
        types.elem.value(text).map_err(|what| Bad::new("v", what))
    }

    pub(crate) fn offset(&mut self) -> Result<Option<u8>, Bad> {
        match self.offset.take() {
            Some(other @ 8..) => Err(Bad::new("offset", format!("{other} is not below 8"))),
            offset => Ok(offset),
        }
    }

    /// The entry that an iterator came to: `k` and `v`, or `end`.
    fn entry(&mut self, types: Types) -> Result<Option<Entry>, Bad> {
        match self.end.take() {
            Some(true) => Ok(None),
            Some(false) => Err(Bad::new("end", "can only be true")),
            None => Ok(Some((self.key(types)?, self.elem(types)?))),
        }
    }

    /// Refuses a field that no part of the operation `name` has taken.
    pub(crate) fn check_left(&self, name: &str) -> Result<(), Bad> {
        let left = [
            ("k", self.k.is_some()),
            ("v", self.v.is_some()),
            ("ok", self.ok.is_some()),
            ("panic", self.panic.is_some()),
            ("it", self.it.is_some()),
            ("start", self.start.is_some()),
            ("offset", self.offset.is_some()),
            ("end", self.end.is_some()),
            ("lines", self.lines.is_some()),
        ]
        .into_iter()
        .find_map(|(field, present)| present.then_some(field));
        match left {
            Some(field) => Err(Bad::new(field, format!("does not belong here ({name})"))),
            None => Ok(()),
        }
    }
}

/// Reads a `state`. Its digits are the number's, so the first is the highest.
fn digest(text: &str) -> Result<u64, Bad> {
    let digits = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
    if text.len() != 16 || !text.bytes().all(digits) {
        return Err(Bad::new("state", "not 16 lowercase hex digits"));
    }
    Ok(u64::from_str_radix(text, 16).expect("16 hex digits are a u64"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPES: Types = Types { key: Class::Plain(2), elem: Class::Plain(1) };

    #[test]
    fn fields_may_stand_in_any_order() {
        let line = r#"{"v":"07","state":"00000000000000ff","ok":true,"k":"0100","op":"access"}"#;
        let record = Record::parse(line, TYPES).unwrap();
        assert_eq!(record.state, Some(255));
        assert!(matches!(record.op, Op::Access { result: Ok(Some(v)), .. } if v.as_str() == "07"));
    }

    #[test]
    fn a_bad_line_names_its_field() {
        for (line, field) in [
            ("", "line"),
            ("[]", "line"),
            ("{}", "op"),
            ("{\"op\":\"clear\"", "line"),
            (r#"{"op":"clear"}{"op":"clear"}"#, "line"),
            (r#"{"op":"clea"}"#, "op"),
            (r#"{"op":"clear","op":"clear"}"#, "op"),
            (r#"{"op":"clear","x":1}"#, "x"),
            (r#"{"op":"clear","k":"0000"}"#, "k"),
            (r#"{"op":"clear","end":true}"#, "end"),
            (r#"{"op":"clear","state":"0"}"#, "state"),
            (r#"{"op":"clear","state":"00000000000000FF"}"#, "state"),
            (r#"{"op":"clear","state":"+0000000000000ff"}"#, "state"),
            (r#"{"op":"clear","hash0":-1}"#, "hash0"),
            (r#"{"op":"clear","noverflow":65536}"#, "noverflow"),
            (r#"{"op":"delete"}"#, "k"),
            (r#"{"op":"delete","k":"00"}"#, "k"),
            (r#"{"op":"delete","k":"0000","v":"00"}"#, "v"),
            (r#"{"op":"delete","k":"0000","ok":true}"#, "ok"),
            (r#"{"op":"assign","k":"0000"}"#, "v"),
            (r#"{"op":"assign","k":"0000","v":"0"}"#, "v"),
            (r#"{"op":"access","k":"0000"}"#, "ok"),
            (r#"{"op":"access","k":"0000","ok":1}"#, "ok"),
            (r#"{"op":"access","k":"0000","ok":true}"#, "v"),
            (r#"{"op":"access","k":"0000","ok":false,"v":"00"}"#, "v"),
            (r#"{"op":"access","k":"0000","ok":false,"panic":""}"#, "ok"),
            (r#"{"op":"iterinit","start":0,"offset":0,"end":true}"#, "it"),
            (r#"{"op":"iterinit","it":0,"offset":0,"end":true}"#, "start"),
            (r#"{"op":"iterinit","it":0,"start":0,"end":true}"#, "offset"),
            (r#"{"op":"iterinit","it":0,"start":0,"offset":8,"end":true}"#, "offset"),
            (r#"{"op":"iterinit","it":0,"start":0,"offset":256,"end":true}"#, "offset"),
            (r#"{"op":"iternext","it":0}"#, "k"),
            (r#"{"op":"iternext","it":0,"end":false}"#, "end"),
            (r#"{"op":"iternext","it":0,"k":"0000","v":"00","end":true}"#, "k"),
            (r#"{"op":"iternext","it":0,"start":0,"end":true}"#, "start"),
            (r#"{"op":"dump"}"#, "lines"),
            (r#"{"op":"dump","lines":"x"}"#, "lines"),
            (r#"{"op":"dump","lines":[1]}"#, "lines"),
        ] {
            let bad = Record::parse(line, TYPES).unwrap_err();
            assert_eq!(bad.field, field, "{line}: {}", bad.what);
        }
    }
}
