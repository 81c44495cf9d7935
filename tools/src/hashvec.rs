//! Hash vectors: what the runtime's own hashers returned, against ours.

use crate::bad::{Bad, BadInput};
use crate::header::{HashKey, Process, required};
use crate::input::Input;
use crate::lines::Lines;
use crate::object::{Object, Unknown, parse, put};
use crate::progress::Progress;
use crate::structs::{Padded, TextFloat};
use crate::subject::{complex, interface};
use crate::value::{Class, Value};
use serde::de::MapAccess;
use tophash::Dialect;
use tophash::hash::{Aes, AesArm64, Alg, AnyAlg, Edition, Fallback, Rand, memory};
use tophash::key::GoKey;

/// How a comparison of hashes went.
#[derive(Debug)]
pub enum Outcome {
    /// This many hashes were Go's.
    Identical(u64),
    /// One was not.
    Mismatch(Box<Mismatch>),
    /// The input is not what the contract says.
    Bad(BadInput),
}

/// The first hash that is not Go's.
#[derive(Debug)]
pub struct Mismatch {
    /// Its line, from 1.
    pub line: u64,
    /// What that line says.
    pub text: String,
    /// Go's hash.
    pub recorded: u64,
    /// Ours.
    pub ours: u64,
}

/// One vector.
#[derive(Default)]
struct Vector {
    ty: Option<String>,
    seed: Option<u64>,
    k: Option<String>,
    hash: Option<u64>,
}

impl Object for Vector {
    const UNKNOWN: Unknown = Unknown::Refused;

    fn set<'de, M: MapAccess<'de>>(&mut self, name: &str, map: &mut M) -> Result<bool, M::Error> {
        match name {
            "type" => put(&mut self.ty, map),
            "seed" => put(&mut self.seed, map),
            "k" => put(&mut self.k, map),
            "hash" => put(&mut self.hash, map),
            _ => Ok(false),
        }
    }
}

/// The dialect and the hash function of a recorded process.
///
/// # Errors
/// If its release is not supported.
pub fn process(process: &Process) -> Result<(&'static Dialect, AnyAlg), Bad> {
    let dialect = Dialect::for_release(&process.go).ok_or_else(|| {
        Bad::new(
            "go",
            format!("{:?} is not supported: only Go 1.21, 1.22 and 1.23 are", process.go),
        )
    })?;
    let alg = match &process.hash {
        HashKey::AesAmd64(keysched) => Aes::new(**keysched).into(),
        HashKey::AesArm64(keysched) => AesArm64::new(**keysched).into(),
        HashKey::Fallback(hashkey) => {
            let edition = match *dialect == *Dialect::GO_1_23 {
                true => Edition::Since123,
                false => Edition::Before123,
            };
            Fallback::new(*hashkey, edition).into()
        }
    };
    Ok((dialect, alg))
}

/// Compares all vectors of `input`.
pub fn compare(input: &Input, progress: &Progress) -> Outcome {
    run(input, progress).unwrap_or_else(Outcome::Bad)
}

fn run(input: &Input, progress: &Progress) -> Result<Outcome, BadInput> {
    let mut lines = Lines::new(input.reader()?);
    let header = match lines.next_line()? {
        Some(line) => Process::parse(line),
        None => Err(Bad::new("line", "missing: the file is empty")),
    };
    let (_, alg) = header.and_then(|header| process(&header)).map_err(|bad| bad.at(1))?;
    let mut identical = 0;
    while let Some(line) = lines.next_line()? {
        let hashes = vector(line, &alg);
        let (recorded, ours) = hashes.map_err(|bad| bad.at(lines.number()))?;
        if recorded != ours {
            let (line, text) = (lines.number(), lines.last());
            return Ok(Outcome::Mismatch(Box::new(Mismatch { line, text, recorded, ours })));
        }
        identical += 1;
        progress.at(lines.bytes());
    }
    Ok(Outcome::Identical(identical))
}

/// The recorded hash of one line, and ours.
fn vector(line: &str, alg: &AnyAlg) -> Result<(u64, u64), Bad> {
    let vector: Vector = parse(line)?;
    let name = required("type", vector.ty)?;
    let seed = required("seed", vector.seed)?;
    let k = required("k", vector.k)?;
    let recorded = required("hash", vector.hash)?;
    let class = Class::of_key(&name)
        .ok_or_else(|| Bad::new("type", format!("unsupported type {name:?}")))?;
    let value = class.key(k).map_err(|what| Bad::new("k", what))?;
    Ok((recorded, hash(class, &value, alg, seed)?))
}

/// Hashes a value as a key of its class.
fn hash(class: Class, value: &Value, alg: &AnyAlg, seed: u64) -> Result<u64, Bad> {
    // Never drawn from: a NaN is no value of a vector.
    let nan = Rand::from_seed(0);
    Ok(match class {
        Class::Plain(_) => memory(alg, &value.bytes(), seed),
        Class::Text => alg.memhash(&value.bytes(), seed),
        Class::Float32 => f32::from_le_bytes(value.array()).go_hash(alg, seed, &nan),
        Class::Float64 => f64::from_le_bytes(value.array()).go_hash(alg, seed, &nan),
        Class::Complex128 => complex(value).go_hash(alg, seed, &nan),
        Class::Padded => Padded::of(value.array()).go_hash(alg, seed, &nan),
        Class::TextFloat => TextFloat::read(value).go_hash(alg, seed, &nan),
        Class::Interface => {
            let key = interface(value);
            match key.hash_error() {
                Some(error) => return Err(Bad::new("k", error.to_string())),
                None => key.go_hash(alg, seed, &nan),
            }
        }
    })
}
