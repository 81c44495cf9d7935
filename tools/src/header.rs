//! The first line of a recording or of a file of hash vectors.

use crate::bad::{Bad, excerpt};
use crate::object::{Object, Unknown, parse, put};
use crate::value::{hex, hex_field};
use serde::Serialize;
use serde::de::MapAccess;
use std::array;
use std::fmt;
use tophash::hash::Rand;

/// The version of both formats that is read here.
const VERSION: &str = "tophash/1";

/// The hash function of the process that was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HashKey {
    /// amd64's AES hash and its key schedule.
    AesAmd64(Box<[u8; 128]>),
    /// arm64's AES hash and its key schedule.
    AesArm64(Box<[u8; 128]>),
    /// The hash of processors without AES instructions, and its four keys.
    Fallback([u64; 4]),
}

/// What both kinds of file say of the process that was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// The release of Go, as `go version` names it.
    pub go: String,
    /// Its architecture: `amd64` or `arm64`.
    pub arch: String,
    /// Its hash function.
    pub hash: HashKey,
}

/// The header of a recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Whose map it was.
    pub process: Process,
    /// Go's name of the key type.
    pub key: String,
    /// Go's name of the elem type.
    pub elem: String,
    /// The argument of `make`.
    pub hint: i64,
    /// The map's seed right after `make`.
    pub hash0: u32,
}

/// The fields of either header.
#[derive(Default)]
struct Fields {
    trace: Option<String>,
    hashvec: Option<String>,
    go: Option<String>,
    arch: Option<String>,
    key: Option<String>,
    elem: Option<String>,
    hint: Option<i64>,
    hash: Option<String>,
    keysched: Option<String>,
    hashkey: Option<[u64; 4]>,
    hash0: Option<u32>,
}

impl Object for Fields {
    const UNKNOWN: Unknown = Unknown::Ignored;

    fn set<'de, M: MapAccess<'de>>(&mut self, name: &str, map: &mut M) -> Result<bool, M::Error> {
        match name {
            "trace" => put(&mut self.trace, map),
            "hashvec" => put(&mut self.hashvec, map),
            "go" => put(&mut self.go, map),
            "arch" => put(&mut self.arch, map),
            "key" => put(&mut self.key, map),
            "elem" => put(&mut self.elem, map),
            "hint" => put(&mut self.hint, map),
            "hash" => put(&mut self.hash, map),
            "keysched" => put(&mut self.keysched, map),
            "hashkey" => put(&mut self.hashkey, map),
            "hash0" => put(&mut self.hash0, map),
            _ => Ok(false),
        }
    }
}

impl Fields {
    fn process(&mut self) -> Result<Process, Bad> {
        let go = required("go", self.go.take())?;
        let arch = required("arch", self.arch.take())?;
        if !matches!(&*arch, "amd64" | "arm64") {
            return Err(Bad::new("arch", format!("{arch:?} is neither amd64 nor arm64")));
        }
        let hash = match &*required("hash", self.hash.take())? {
            "aes" => {
                let keysched = hex_field(&required("keysched", self.keysched.take())?)
                    .map(Box::new)
                    .map_err(|what| Bad::new("keysched", what))?;
                match &*arch {
                    "amd64" => HashKey::AesAmd64(keysched),
                    _ => HashKey::AesArm64(keysched),
                }
            }
            "fallback" => HashKey::Fallback(required("hashkey", self.hashkey.take())?),
            other => {
                return Err(Bad::new("hash", format!("{other:?} is neither aes nor fallback")));
            }
        };
        Ok(Process { go, arch, hash })
    }
}

impl Fields {
    fn header(mut self) -> Result<Header, Bad> {
        Ok(Header {
            process: self.process()?,
            key: required("key", self.key)?,
            elem: required("elem", self.elem)?,
            hint: required("hint", self.hint)?,
            hash0: required("hash0", self.hash0)?,
        })
    }

    /// Fills in what a list of operations may lack.
    fn complete(&mut self, rand: &Rand) {
        self.go.get_or_insert_with(|| "go1.23".into());
        self.arch.get_or_insert_with(|| "amd64".into());
        self.hint.get_or_insert(0);
        let family = if self.hashkey.is_some() { "fallback" } else { "aes" };
        self.hash.get_or_insert_with(|| family.into());

        let hash0 = rand.next() as u32;
        let mut keysched = [0; 128];
        keysched.as_chunks_mut().0.fill_with(|| rand.next().to_le_bytes());
        // Odd, because those of Go 1.21 always are; those of later releases may be.
        let hashkey = array::from_fn(|_| rand.next() | 1);
        self.hash0.get_or_insert(hash0);
        self.keysched.get_or_insert_with(|| hex(&keysched));
        self.hashkey.get_or_insert(hashkey);
    }
}

impl Header {
    /// Reads the first line of a recording.
    ///
    /// # Errors
    /// If it is not the header of a recording of version 1, or lacks a field.
    pub fn parse(line: &str) -> Result<Self, Bad> {
        let mut fields: Fields = parse(line)?;
        if fields.trace.is_none() && fields.hashvec.is_some() {
            let what = "missing: these are hash vectors, for `tophash hash`";
            return Err(Bad::new("trace", what));
        }
        version("trace", fields.trace.take())?;
        fields.header()
    }

    /// Reads the first line of a list of operations: a header that may lack anything but the
    /// version and the types. The key material and the seed are drawn from `rand`, in an order that
    /// does not depend on what else is lacking.
    ///
    /// # Errors
    /// As [`Header::parse`].
    pub fn complete(line: &str, rand: &Rand) -> Result<Self, Bad> {
        let mut fields: Fields = parse(line)?;
        version("trace", fields.trace.take())?;
        fields.complete(rand);
        fields.header()
    }

    /// The header as a recording's first line, without its end.
    pub fn to_line(&self) -> String {
        let Self { process: Process { go, arch, hash }, key, elem, hint, hash0 } = self;
        let (hash, keysched, hashkey) = match hash {
            HashKey::AesAmd64(keysched) | HashKey::AesArm64(keysched) => {
                ("aes", Some(hex(&**keysched)), None)
            }
            HashKey::Fallback(hashkey) => ("fallback", None, Some(*hashkey)),
        };
        let line = Line {
            trace: VERSION,
            go,
            arch,
            key,
            elem,
            hint: *hint,
            hash,
            keysched,
            hashkey,
            hash0: *hash0,
        };
        serde_json::to_string(&line).expect("strings and numbers have a JSON")
    }
}

/// A header as it is written.
#[derive(Serialize)]
struct Line<'a> {
    trace: &'a str,
    go: &'a str,
    arch: &'a str,
    key: &'a str,
    elem: &'a str,
    hint: i64,
    hash: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    keysched: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hashkey: Option<[u64; 4]>,
    hash0: u32,
}

impl fmt::Display for Process {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hash = match self.hash {
            HashKey::AesAmd64(_) | HashKey::AesArm64(_) => "aes",
            HashKey::Fallback(_) => "fallback",
        };
        write!(f, "{} {}, {hash}", excerpt(&self.go, 20), self.arch)
    }
}

impl Process {
    /// Reads the first line of a file of hash vectors.
    ///
    /// # Errors
    /// If it is not the header of hash vectors of version 1, or lacks a field.
    pub fn parse(line: &str) -> Result<Self, Bad> {
        let mut fields: Fields = parse(line)?;
        if fields.hashvec.is_none() && fields.trace.is_some() {
            let what = "missing: this is a recording, for `tophash replay`";
            return Err(Bad::new("hashvec", what));
        }
        version("hashvec", fields.hashvec.take())?;
        fields.process()
    }
}

fn version(field: &str, given: Option<String>) -> Result<(), Bad> {
    match &*required(field, given)? {
        VERSION => Ok(()),
        other => {
            Err(Bad::new(field, format!("{other:?} is not {VERSION:?}, the version read here")))
        }
    }
}

/// The value of a field that must be there.
pub(crate) fn required<T>(field: &str, value: Option<T>) -> Result<T, Bad> {
    value.ok_or_else(|| Bad::new(field, "missing"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = r#"{"trace":"tophash/1","go":"go1.23.9","arch":"amd64","key":"uint16",
        "elem":"uint8","hint":-1,"hash":"fallback","hashkey":[1,2,3,18446744073709551615],
        "hash0":7,"later":{"of":["no","meaning"]}}"#;

    #[test]
    fn a_header_tells_the_map_and_what_is_unknown_is_ignored() {
        let header = Header::parse(HEADER).unwrap();
        assert_eq!(header.process.hash, HashKey::Fallback([1, 2, 3, u64::MAX]));
        assert_eq!((&*header.key, &*header.elem), ("uint16", "uint8"));
        assert_eq!((header.hint, header.hash0), (-1, 7));
    }

    #[test]
    fn a_written_header_is_read_as_it_was() {
        let rand = Rand::from_seed(1);
        for (arch, hash) in [("amd64", "aes"), ("arm64", "aes"), ("arm64", "fallback")] {
            let line = format!(
                r#"{{"trace":"tophash/1","go":"go1.22","arch":"{arch}","key":"k\"","elem":"e",
                    "hint":-3,"hash":"{hash}"}}"#
            );
            let header = Header::complete(&line, &rand).unwrap();
            assert_eq!(Header::parse(&header.to_line()).unwrap(), header);
        }
    }

    #[test]
    fn a_header_is_completed_with_what_it_lacks_and_nothing_else() {
        let lacks = r#"{"trace":"tophash/1","key":"uint8","elem":"uint8"}"#;
        let complete = |line, seed| Header::complete(line, &Rand::from_seed(seed)).unwrap();
        let header = complete(lacks, 1);
        assert_eq!((&*header.process.go, &*header.process.arch), ("go1.23", "amd64"));
        assert!(matches!(header.process.hash, HashKey::AesAmd64(_)));
        assert_eq!(header.hint, 0);
        assert_eq!(complete(lacks, 1), header);
        assert_ne!(complete(lacks, 2).process.hash, header.process.hash);
        assert_ne!(complete(lacks, 2).hash0, header.hash0);

        assert_eq!(complete(HEADER, 1), Header::parse(HEADER).unwrap());
        let only_key = lacks.replace("{", r#"{"hashkey":[1,2,3,4],"#);
        assert_eq!(complete(&only_key, 1).process.hash, HashKey::Fallback([1, 2, 3, 4]));
        for field in ["trace", "key", "elem"] {
            let line = lacks.replace(&format!("\"{field}\":"), &format!("\"{field}_\":"));
            let bad = Header::complete(&line, &Rand::from_seed(1)).unwrap_err();
            assert_eq!(bad, Bad::new(field, "missing"));
        }
    }

    #[test]
    fn every_missing_field_is_named() {
        for field in ["trace", "go", "arch", "key", "elem", "hint", "hash", "hashkey", "hash0"] {
            let line = HEADER.replace(&format!("\"{field}\":"), &format!("\"{field}_\":"));
            assert_eq!(Header::parse(&line).unwrap_err(), Bad::new(field, "missing"));
        }
    }

    #[test]
    fn a_bad_value_is_named_with_its_field() {
        for (from, to, field) in [
            ("tophash/1", "tophash/2", "trace"),
            ("amd64", "mips", "arch"),
            ("\"hint\":-1", "\"hint\":1e9", "hint"),
            ("\"fallback\"", "\"sha\"", "hash"),
            ("\"fallback\"", "\"aes\"", "keysched"),
            ("[1,2,3,18446744073709551615]", "[1,2,3]", "hashkey"),
            ("\"hash0\":7", "\"hash0\":4294967296", "hash0"),
            ("\"hash0\":7", "\"hash0\":7,\"hash0\":7", "hash0"),
            ("\"key\":\"uint16\"", "\"key\":null", "key"),
        ] {
            let bad = Header::parse(&HEADER.replace(from, to)).unwrap_err();
            assert_eq!(bad.field, field, "{}", bad.what);
        }
    }
}
