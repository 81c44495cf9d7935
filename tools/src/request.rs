//! The lines of a list of operations: what to do, whatever a recording would say came of it.

use crate::bad::Bad;
use crate::header::required;
use crate::object::parse;
use crate::record::{Fields, Types};
use crate::value::Value;

/// One line.
#[derive(Debug)]
pub struct Request {
    /// What to do.
    pub op: Op,
    /// The seed that the operation draws, if it draws one and is not to choose.
    pub hash0: Option<u32>,
    /// What the coins of the overflow counter come to, if they are not to be tossed.
    pub noverflow: Option<u16>,
}

/// An operation. Fields are named as the contract names them.
#[derive(Debug)]
pub enum Op {
    /// `m[k] = v`.
    Assign {
        /// The key.
        k: Value,
        /// The elem.
        v: Value,
    },
    /// `v, ok := m[k]`.
    Access {
        /// The key.
        k: Value,
    },
    /// `delete(m, k)`.
    Delete {
        /// The key.
        k: Value,
    },
    /// `clear(m)`.
    Clear,
    /// The start of a `range`.
    IterInit {
        /// The iterator's number.
        it: u64,
        /// The bucket that it starts in; `None` draws one.
        start: Option<u64>,
        /// The slot that it starts from in each bucket; `None` draws one.
        offset: Option<u8>,
    },
    /// A further step of it.
    IterNext {
        /// The iterator's number.
        it: u64,
    },
    /// A look at the whole state.
    Dump,
}

impl Request {
    /// Reads one line of a list of operations on a map of these types. What a recording holds as
    /// the operation's result is ignored.
    ///
    /// # Errors
    /// If it is malformed, names no operation, lacks a field, has one that does not belong to the
    /// operation, or holds a value that is none of its type.
    pub fn parse(line: &str, types: Types) -> Result<Self, Bad> {
        let mut fields: Fields = parse(line)?;
        let (hash0, noverflow) = (fields.hash0.take(), fields.noverflow.take());
        fields.state = None;
        Ok(Self { op: fields.request(types)?, hash0, noverflow })
    }
}

impl Fields {
    fn request(mut self, types: Types) -> Result<Op, Bad> {
        let name = required("op", self.op.take())?;
        let op = match &*name {
            "assign" => {
                self.panic = None;
                Op::Assign { k: self.key(types)?, v: self.elem(types)? }
            }
            "access" => {
                (self.ok, self.v, self.panic) = (None, None, None);
                Op::Access { k: self.key(types)? }
            }
            "delete" => {
                self.panic = None;
                Op::Delete { k: self.key(types)? }
            }
            "clear" => Op::Clear,
            "iterinit" => {
                (self.k, self.v, self.end) = (None, None, None);
                Op::IterInit {
                    it: required("it", self.it.take())?,
                    start: self.start.take(),
                    offset: self.offset()?,
                }
            }
            "iternext" => {
                (self.k, self.v, self.end) = (None, None, None);
                Op::IterNext { it: required("it", self.it.take())? }
            }
            "dump" => {
                self.lines = None;
                Op::Dump
            }
            other => return Err(Bad::new("op", format!("unknown operation {other:?}"))),
        };
        self.check_left(&name)?;
        Ok(op)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Class;

    const TYPES: Types = Types { key: Class::Plain(2), elem: Class::Plain(1) };

    #[test]
    fn results_are_ignored_whatever_they_say() {
        for line in [
            r#"{"op":"assign","k":"0000","v":"00","panic":"?","state":"?"}"#,
            r#"{"op":"access","k":"0000","ok":false,"v":"?"}"#,
            r#"{"op":"delete","k":"0000","panic":"?"}"#,
            r#"{"op":"iterinit","it":0,"k":"?"}"#,
            r#"{"op":"iternext","it":0,"v":"?","end":false}"#,
            r#"{"op":"dump","lines":["?"]}"#,
        ] {
            Request::parse(line, TYPES).unwrap();
        }
    }

    #[test]
    fn a_bad_request_names_its_field() {
        for (line, field) in [
            ("", "line"),
            ("{}", "op"),
            (r#"{"op":"clea"}"#, "op"),
            (r#"{"op":"clear","x":1}"#, "x"),
            (r#"{"op":"clear","k":"0000"}"#, "k"),
            (r#"{"op":"clear","lines":[]}"#, "lines"),
            (r#"{"op":"assign","k":"0000"}"#, "v"),
            (r#"{"op":"assign","k":"00","v":"00"}"#, "k"),
            (r#"{"op":"assign","k":"0000","v":"00","ok":true}"#, "ok"),
            (r#"{"op":"delete","k":"0000","v":"00"}"#, "v"),
            (r#"{"op":"access","ok":true}"#, "k"),
            (r#"{"op":"iterinit"}"#, "it"),
            (r#"{"op":"iterinit","it":0,"offset":8}"#, "offset"),
            (r#"{"op":"iternext","it":0,"start":0}"#, "start"),
            (r#"{"op":"dump","hash0":-1}"#, "hash0"),
        ] {
            let bad = Request::parse(line, TYPES).unwrap_err();
            assert_eq!(bad.field, field, "{line}: {}", bad.what);
        }
    }
}
