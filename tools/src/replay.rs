//! One recording, operation by operation, on our map.
//!
//! A replay writes each record's draws into the map's [`Script`](tophash::hash::Script), performs
//! the operation, and compares. What the recording lacks for that is bad input; whatever came out
//! otherwise than recorded is a [`Difference`].

use crate::bad::Bad;
use crate::header::Header;
use crate::iterators::{Iterators, check_place};
use crate::record::{Entry, Op, Record, Types};
use crate::subject::{self, Subject};
use crate::value::{Class, Value};
use tophash::hash::Rand;
use tophash::image::MapImage;
use tophash::{Cursor, Position};

/// One field that came out otherwise than recorded. `None` is a field that is not there.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Difference {
    /// The field's name.
    pub field: &'static str,
    /// What Go did.
    pub recorded: Option<String>,
    /// What this map did.
    pub ours: Option<String>,
}

/// What a replay has found identical so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Tally {
    /// Operations whose every result was Go's, or exempt.
    pub operations: u64,
    /// States whose digest was Go's.
    pub states: u64,
    /// Results of `iternext` that are not Go's, where Go's iterator has lost its place.
    pub exempt: u64,
}

/// A replay between two operations.
pub struct Replay {
    types: Types,
    map: Box<dyn Subject>,
    iterators: Iterators,
    tally: Tally,
}

impl Replay {
    /// Makes the map that `header` describes.
    ///
    /// # Errors
    /// If a type or the release is not supported, or the hint asks for too much memory.
    pub fn start(header: &Header) -> Result<Self, Bad> {
        let types = Types::of(header)?;
        let map = subject::open(header, types, Rand::scripted())?;
        Ok(Self { types, map, iterators: Iterators::default(), tally: Tally::default() })
    }

    /// The classes of the map's types, by which records are parsed.
    pub fn types(&self) -> Types {
        self.types
    }

    /// What has been found identical so far.
    pub fn tally(&self) -> Tally {
        self.tally
    }

    /// The map's state now, as the lines of a dump.
    pub fn state(&self) -> Vec<String> {
        self.image().to_lines()
    }

    /// The map's state now.
    pub fn image(&self) -> MapImage {
        self.map.image()
    }

    /// The iterators that have begun and not ended, by number, and where they stand: `None` for one
    /// that has ended here, though not in the recording.
    pub fn live_iterators(&self) -> Vec<(u64, Option<Position>)> {
        self.iterators.positions(&*self.map)
    }

    /// Performs one operation and compares; no difference means identical.
    ///
    /// # Errors
    /// If the record cannot be performed on the map as it is.
    pub fn step(&mut self, record: &Record) -> Result<Vec<Difference>, Bad> {
        let script = self.map.script();
        script.begin(record.hash0);
        let before = self.map.facts().noverflow;
        script.set_limit_reached(record.noverflow.is_some_and(|recorded| recorded < before));

        let mut differences = Differences::default();
        self.perform(&record.op, &mut differences)?;
        self.seed(record.hash0, &mut differences)?;
        self.noverflow(record.noverflow, &mut differences)?;
        let matched = self.compare_state(record, &mut differences);
        if differences.0.is_empty() {
            self.tally.operations += 1;
            self.tally.states += u64::from(matched);
        }
        Ok(differences.0)
    }

    /// Runs the operation and compares its results.
    fn perform(&mut self, op: &Op, differences: &mut Differences) -> Result<(), Bad> {
        match op {
            Op::Assign { k, v, panic } => {
                if !self.panics(k, panic.as_deref(), differences) {
                    self.map.assign(k, v);
                }
            }
            Op::Access { k, result } => {
                let panic = result.as_ref().err().map(String::as_str);
                if self.panics(k, panic, differences) {
                    return Ok(());
                }
                let ours = self.map.access(k);
                if let Ok(recorded) = result {
                    let ok = |found: bool| if found { "true" } else { "false" };
                    differences.compare(
                        "ok",
                        Some(ok(recorded.is_some())),
                        Some(ok(ours.is_some())),
                    );
                    differences.compare("v", recorded.as_ref().map(Value::as_str), ours.as_deref());
                }
            }
            Op::Delete { k, panic } => {
                if !self.panics(k, panic.as_deref(), differences) {
                    self.map.delete(k);
                }
            }
            Op::Clear => self.map.clear(),
            Op::IterInit { it, start, offset, entry } => {
                self.iterinit(*it, *start, *offset, entry.as_ref(), differences)?;
            }
            Op::IterNext { it, entry } => self.iternext(*it, entry.as_ref(), differences)?,
            // The state is compared after any operation.
            Op::Dump { .. } => {}
        }
        Ok(())
    }

    /// Whether hashing `k` panics, which is compared with what is recorded.
    fn panics(&self, k: &Value, recorded: Option<&str>, differences: &mut Differences) -> bool {
        let ours = self.map.hash_error(k);
        differences.compare("panic", recorded, ours.as_deref());
        ours.is_some()
    }

    fn iterinit(
        &mut self,
        it: u64,
        start: u64,
        offset: u8,
        entry: Option<&Entry>,
        differences: &mut Differences,
    ) -> Result<(), Bad> {
        self.iterators.check_new(it)?;
        let facts = self.map.facts();
        check_place(facts, start, offset)?;
        self.map.script().set_iteration(start, offset, facts.b);
        let mut cursor = self.map.range();
        let ours = self.map.next(&mut cursor);
        differences.entry(entry, ours.as_ref());
        self.iterators.start(it, entry.map(|_| cursor));
        Ok(())
    }

    fn iternext(
        &mut self,
        it: u64,
        entry: Option<&Entry>,
        differences: &mut Differences,
    ) -> Result<(), Bad> {
        let cursor = self.iterators.live(it)?;
        let lost = self.map.go_lost_its_place(cursor).then(|| cursor.clone());
        let ours = self.map.next(cursor);
        let mut found = Differences::default();
        found.entry(entry, ours.as_ref());
        match lost {
            Some(before) if !found.0.is_empty() => {
                self.tally.exempt += 1;
                *cursor = catch_up(&*self.map, self.types.key, before, entry);
            }
            _ => differences.0.append(&mut found.0),
        }
        if entry.is_none() {
            self.iterators.end(it);
        }
        Ok(())
    }

    /// Compares the draw of a seed.
    fn seed(&self, recorded: Option<u32>, differences: &mut Differences) -> Result<(), Bad> {
        let script = self.map.script();
        if script.seed_missing() {
            return Err(Bad::new("hash0", "missing, but the operation drew a new seed"));
        }
        if let Some(seed) = recorded
            && !script.drew_seed()
        {
            differences.push("hash0", Some(seed.to_string()), None);
        }
        Ok(())
    }

    /// Takes over what the coins of the operation came to, where Go tosses any: from 2^16 buckets.
    fn noverflow(
        &mut self,
        recorded: Option<u16>,
        differences: &mut Differences,
    ) -> Result<(), Bad> {
        let facts = self.map.facts();
        let ours = u32::from(facts.noverflow);
        match recorded {
            None if facts.b >= 16 => {
                let what = "missing, but the map has 2^16 or more buckets";
                Err(Bad::new("noverflow", what))
            }
            None => Ok(()),
            Some(recorded) if facts.b < 16 => {
                differences.push("noverflow", Some(recorded.to_string()), None);
                Ok(())
            }
            Some(recorded) => {
                let coins = self.map.script().coins();
                if (ours..=ours.saturating_add(coins)).contains(&u32::from(recorded)) {
                    self.map.set_noverflow(recorded);
                } else {
                    let ours = Some(format!("{ours} and {coins} coins tossed"));
                    differences.push("noverflow", Some(recorded.to_string()), ours);
                }
                Ok(())
            }
        }
    }

    /// Compares the digest and the dump, where the record has them. Whether it has the digest.
    fn compare_state(&self, record: &Record, differences: &mut Differences) -> bool {
        let dump = match &record.op {
            Op::Dump { lines } => Some(lines),
            _ => None,
        };
        if record.state.is_none() && dump.is_none() {
            return false;
        }
        let image = self.map.image();
        if let Some(recorded) = record.state {
            let ours = image.digest();
            if recorded != ours {
                let text = |digest: u64| Some(format!("{digest:016x}"));
                differences.push("state", text(recorded), text(ours));
            }
        }
        if let Some(recorded) = dump {
            let ours = image.to_lines();
            let at = recorded.iter().zip(&ours).take_while(|(a, b)| a == b).count();
            differences.compare(
                "lines",
                recorded.get(at).map(String::as_str),
                ours.get(at).map(String::as_str),
            );
        }
        record.state.is_some()
    }
}

/// Where our cursor goes on after a step in which Go's iterator, in a bucket that Go had zeroed,
/// came to `entry` and ours did not.
///
/// Go reads the zeroed bucket's keys as zero keys, each of which it asks the map for: it skips the
/// slot, or returns the zero key again. Ours returns every entry. If Go returned the zero key,
/// then, ours stays. If it returned another, it has skipped what ours has yet to return: ours goes
/// on to that entry, past what is in zeroed buckets and past the zero key, which Go may have
/// returned before. If ours does not come to it so, it stays too.
fn catch_up(map: &dyn Subject, key: Class, before: Cursor, entry: Option<&Entry>) -> Cursor {
    let zero = key.zero();
    let Some((k, v)) = entry else { return before };
    if *k == zero {
        return before;
    }
    let mut ahead = before.clone();
    loop {
        let lost = map.go_lost_its_place(&ahead);
        match map.next(&mut ahead) {
            Some(ours) if ours.k == k.as_str() && ours.v == v.as_str() => return ahead,
            Some(ours) if lost || ours.k == zero.as_str() => {}
            _ => return before,
        }
    }
}

/// Differences, as they are found.
#[derive(Default)]
struct Differences(Vec<Difference>);

impl Differences {
    fn push(&mut self, field: &'static str, recorded: Option<String>, ours: Option<String>) {
        self.0.push(Difference { field, recorded, ours });
    }

    fn compare(&mut self, field: &'static str, recorded: Option<&str>, ours: Option<&str>) {
        if recorded != ours {
            self.push(field, recorded.map(str::to_owned), ours.map(str::to_owned));
        }
    }

    /// Compares where an iterator came to.
    fn entry(&mut self, recorded: Option<&Entry>, ours: Option<&subject::Entry>) {
        let end = |ended: bool| ended.then_some("true");
        self.compare("k", recorded.map(|(k, _)| k.as_str()), ours.map(|entry| &*entry.k));
        self.compare("v", recorded.map(|(_, v)| v.as_str()), ours.map(|entry| &*entry.v));
        self.compare("end", end(recorded.is_none()), end(ours.is_none()));
    }
}
