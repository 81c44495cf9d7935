//! A map, its model, and cursors over both.

use super::keys::{HASHER, Hasher, Keys, number};
use super::model::{Model, Walk};
use super::op::{CURSORS, Op};
use super::state::State;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use tophash::hash::Rand;
use tophash::image::{Hex, MapImage, Show, Slots};
use tophash::{Cursor, Dialect, GoMap, Growing};

/// The kinds of elem, between which Go's map makes a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `uint8`: buckets hold no pointers. They keep their bytes, and overflow buckets are listed.
    Plain,
    /// `string`: they hold pointers. An evacuated bucket may be zeroed.
    Pointers,
}

impl Kind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Plain, Self::Pointers];

    /// Go's name of the elem's type.
    pub fn go_name(self) -> &'static str {
        match self {
            Self::Plain => "uint8",
            Self::Pointers => "string",
        }
    }
}

/// An elem of one of the kinds: it holds 1 or 2.
pub trait Elem: Sized {
    /// The kind.
    const KIND: Kind;
    /// The elem that holds `number`.
    fn of(number: u8) -> Self;
    /// What it holds.
    fn number(&self) -> u8;
    /// An elem that holds `number`, as a recording writes it.
    fn written(number: u8) -> String;
    /// The image of a map of such elems, without the elems, which is faster to make.
    fn sketch(map: &Map<Self>, cursors: &[Option<&Cursor>]) -> State {
        State::new(MapImage::with_cursors(map, cursors, &Hex, &Unshown))
    }
    /// The image of a map of such elems, and of cursors over it.
    fn image(map: &Map<Self>, cursors: &[Option<&Cursor>]) -> State;
}

/// Leaves elems out of an image.
struct Unshown;

impl<V> Show<V> for Unshown {
    fn show(&self, _: &V, _: &mut String) {}

    fn memory<'a>(&self, _: &Slots<'a, V>) -> Option<&'a [u8]> {
        Some(&[])
    }
}

/// The maps of this module.
pub type Map<V> = GoMap<u64, V, Hasher>;

impl Elem for u8 {
    const KIND: Kind = Kind::Plain;

    fn of(number: u8) -> Self {
        number
    }

    fn number(&self) -> u8 {
        *self
    }

    fn written(number: u8) -> String {
        format!("0{number}")
    }

    fn image(map: &Map<Self>, cursors: &[Option<&Cursor>]) -> State {
        State::new(MapImage::with_cursors(map, cursors, &Hex, &Hex))
    }
}

/// A string: it has the size of Go's, and a drop, which tells the map that it holds a pointer.
/// Nothing is allocated.
#[derive(Debug)]
pub struct Word(&'static str);

impl Drop for Word {
    fn drop(&mut self) {}
}

impl Elem for Word {
    const KIND: Kind = Kind::Pointers;

    fn of(number: u8) -> Self {
        Self(if number == 1 { "1" } else { "2" })
    }

    fn number(&self) -> u8 {
        self.0.as_bytes()[0] - b'0'
    }

    fn written(number: u8) -> String {
        format!("3{number}")
    }

    fn image(map: &Map<Self>, cursors: &[Option<&Cursor>]) -> State {
        // As a recording writes it: the hex of its bytes.
        let show = |word: &Self, out: &mut String| {
            out.push('3');
            out.push_str(word.0);
        };
        State::new(MapImage::with_cursors(map, cursors, &Hex, &show))
    }
}

/// What a map of this module is made with.
#[derive(Clone, Debug)]
pub struct Config {
    /// Its elems.
    pub kind: Kind,
    /// The argument of Go's `make`.
    pub hint: u8,
    /// Its keys.
    pub keys: Keys,
    /// A fault to be found.
    pub fault: Option<Fault>,
}

/// A fault that is put between the operations and the map, to see that the checks can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Fault {
    /// A delete amid a growth to the same size is lost.
    LostDelete,
    /// A cursor that stands in an old bucket steps twice.
    SkippedStep,
    /// A clear amid a growth panics.
    Panic,
}

/// Why an operation was not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong(pub String);

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A map and all that is to be known of it.
pub struct World<'a, V> {
    config: &'a Config,
    map: Map<V>,
    model: Model,
    cursors: [Option<(Cursor, Walk)>; CURSORS],
}

impl<'a, V: Elem> World<'a, V> {
    /// An empty map.
    pub fn new(config: &'a Config) -> Self {
        debug_assert_eq!(config.kind, V::KIND);
        let rand = Rand::scripted();
        script(&rand).begin(Some(config.keys.first_seed()));
        let map = GoMap::with_source(i64::from(config.hint), HASHER, rand, Dialect::LATEST);
        Self { config, map, model: Model::default(), cursors: [const { None }; CURSORS] }
    }

    /// What it was made with.
    pub fn config(&self) -> &'a Config {
        self.config
    }

    /// The map.
    pub fn map(&self) -> &Map<V> {
        &self.map
    }

    /// What it should hold.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// Whether a cursor has begun and not ended.
    pub fn walks(&self, cursor: usize) -> bool {
        self.cursors[cursor].is_some()
    }

    /// All that decides what operations will do.
    pub fn state(&self) -> State {
        V::image(&self.map, &self.live_cursors())
    }

    /// The same without elems: enough to tell classes from, and faster to make.
    pub fn sketch(&self) -> State {
        V::sketch(&self.map, &self.live_cursors())
    }

    fn live_cursors(&self) -> [Option<&Cursor>; CURSORS] {
        self.cursors.each_ref().map(|cursor| cursor.as_ref().map(|(cursor, _)| cursor))
    }

    /// What the cursors owe; see [`Walk`].
    pub fn walk_states(&self) -> [Option<Walk>; CURSORS] {
        self.cursors.each_ref().map(|c| c.as_ref().map(|(_, walk)| *walk))
    }

    /// Performs an operation, and checks what it returns; returns the seed that it drew.
    ///
    /// # Errors
    /// What was wrong.
    pub fn perform(&mut self, op: Op) -> Result<Option<u32>, Wrong> {
        let seed = self.config.keys.next_seed(self.map.header().hash0());
        script(self.map.rand()).begin(Some(seed));
        self.step(op).map_err(Wrong)?;
        Ok(script(self.map.rand()).drew_seed().then_some(seed))
    }

    fn step(&mut self, op: Op) -> Result<(), String> {
        let key = |number| self.config.keys.key(number);
        match op {
            Op::Assign(number) => {
                let elem = self.model.next_elem(number);
                let replaced = self.map.insert(key(number), V::of(elem));
                same("the elem that was replaced", self.model.get(number), replaced.as_ref())?;
                self.model.assign(number, elem);
            }
            Op::Access(number) => {
                same("the elem", self.model.get(number), self.map.get(&key(number)))?;
            }
            Op::Delete(number) => {
                let lost = self.config.fault == Some(Fault::LostDelete)
                    && self.map.header().growing() == Growing::Same;
                if !lost {
                    let removed = self.map.remove(&key(number));
                    same("the elem that was removed", self.model.get(number), removed.as_ref())?;
                }
                if self.model.keys().has(number) {
                    self.model.delete(number);
                    for (_, walk) in self.cursors.iter_mut().flatten() {
                        if self.model.is_empty() {
                            walk.empty();
                        } else {
                            walk.forget(number);
                        }
                    }
                }
            }
            Op::Clear => {
                let panics = self.config.fault == Some(Fault::Panic)
                    && self.map.header().growing() != Growing::No;
                assert!(!panics, "the fault that was asked for");
                let emptied = !self.model.is_empty();
                self.map.clear();
                self.model.clear();
                for (_, walk) in self.cursors.iter_mut().flatten().filter(|_| emptied) {
                    walk.empty();
                }
            }
            Op::Begin { cursor, start, offset } => {
                let b = self.map.header().b();
                let start = u64::from(start) & ((1 << b) - 1);
                script(self.map.rand()).set_iteration(start, offset, b);
                let walk = (self.map.range(), Walk::new(&self.model));
                self.cursors[usize::from(cursor)] = Some(walk);
                self.next(cursor)?;
            }
            Op::Next(cursor) => self.next(cursor)?,
            Op::Forget(cursor) => self.cursors[usize::from(cursor)] = None,
        }
        Ok(())
    }

    fn next(&mut self, number: u8) -> Result<(), String> {
        let place = &mut self.cursors[usize::from(number)];
        let Some((cursor, walk)) = place else { return Ok(()) };
        if self.config.fault == Some(Fault::SkippedStep)
            && cursor.position(&self.map).is_some_and(|at| at.check_bucket.is_some())
        {
            cursor.next(&self.map);
        }
        let met = cursor.next(&self.map).map(|(&key, elem)| (number_of(key), elem.number()));
        walk.step(&self.model, met).map_err(|what| format!("cursor {number} {what}"))?;
        if met.is_none() {
            *place = None;
        }
        Ok(())
    }

    /// Checks the whole map: its memory, its entries, and that each cursor, were nothing else to
    /// happen, would keep its promise.
    ///
    /// # Errors
    /// What is wrong.
    pub fn check(&self) -> Result<(), Wrong> {
        self.map.audit().map_err(|violation| Wrong(violation.to_string()))?;
        let (ours, theirs) = (self.map.len(), self.model.len());
        if ours != theirs {
            return Err(Wrong(format!("{ours} entries, where {theirs} should be")));
        }
        // As many entries as there should be, and each that should be: so there are no others.
        for number in self.model.keys().iter() {
            let (model, ours) =
                (self.model.get(number), self.map.get(&self.config.keys.key(number)));
            if model != ours.map(V::number) {
                same(&format!("the elem of key {number}"), model, ours).map_err(Wrong)?;
            }
        }
        for (number, cursor) in self.cursors.iter().enumerate() {
            let Some((cursor, walk)) = cursor else { continue };
            self.run_to_end(cursor.clone(), *walk).map_err(|what| {
                Wrong(format!("cursor {number}, if run to its end from here, {what}"))
            })?;
        }
        Ok(())
    }

    fn run_to_end(&self, mut cursor: Cursor, mut walk: Walk) -> Result<(), String> {
        // A map that was emptied under the cursor may show entries twice; far more steps than that
        // are a walk without an end.
        for _ in 0..4096 {
            let met = cursor.next(&self.map).map(|(&key, elem)| (number_of(key), elem.number()));
            walk.step(&self.model, met)?;
            if met.is_none() {
                return Ok(());
            }
        }
        Err("never ends".into())
    }
}

fn number_of(key: u64) -> u8 {
    number(key)
}

fn script(rand: &Rand) -> &tophash::hash::Script {
    rand.script().expect("it was made scripted")
}

fn same<V: Elem>(what: &str, model: Option<u8>, ours: Option<&V>) -> Result<(), String> {
    let ours = ours.map(V::number);
    let said = |elem: Option<u8>| elem.map_or("none".into(), |elem| elem.to_string());
    match ours == model {
        true => Ok(()),
        false => Err(format!("{what} is {}, should be {}", said(ours), said(model))),
    }
}

/// What `run` returns; a panic is wrong too.
///
/// # Errors
/// What `run` says, or the panic's message.
pub fn caught<T>(run: impl FnOnce() -> Result<T, Wrong>) -> Result<T, Wrong> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|payload| {
        let text = payload.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
        Err(Wrong(format!("panicked: {}", text.unwrap_or("without a message"))))
    })
}
