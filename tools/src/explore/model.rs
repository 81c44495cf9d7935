//! What a map should hold, and what a cursor over it should meet.

use super::keys::MOST;

/// A set of keys, by their numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Set([u64; MOST / 64]);

impl Set {
    /// Whether a key is in it.
    pub fn has(&self, key: u8) -> bool {
        self.0[usize::from(key / 64)] >> (key % 64) & 1 != 0
    }

    /// How many are.
    pub fn len(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|&word| word == 0)
    }

    /// The keys in it, in the order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = u8> {
        self.0.iter().zip((0..).step_by(64)).flat_map(|(&word, base)| {
            let left = std::iter::successors(Some(word), |&left| Some(left & left.wrapping_sub(1)));
            let bits = left.take_while(|&left| left != 0).map(u64::trailing_zeros);
            bits.map(move |bit| base + bit as u8)
        })
    }

    fn add(&mut self, key: u8) {
        self.0[usize::from(key / 64)] |= 1 << (key % 64);
    }

    fn remove(&mut self, key: u8) {
        self.0[usize::from(key / 64)] &= !(1 << (key % 64));
    }

    pub(super) fn words(&self) -> [u64; MOST / 64] {
        self.0
    }
}

/// The entries that a map should hold, and their elems.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    elems: [u8; MOST],
    live: Set,
}

impl Default for Model {
    fn default() -> Self {
        Self { elems: [0; MOST], live: Set::default() }
    }
}

impl Model {
    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.live.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.live.is_empty()
    }

    /// The keys of the entries.
    pub fn keys(&self) -> &Set {
        &self.live
    }

    /// The elem of a key.
    pub fn get(&self, key: u8) -> Option<u8> {
        self.live.has(key).then_some(self.elems[usize::from(key)])
    }

    /// The elem that the next assign of a key stores: another than the one that is there, and a
    /// function of the state alone, so that states can be the same again.
    pub fn next_elem(&self, key: u8) -> u8 {
        if self.get(key) == Some(1) { 2 } else { 1 }
    }

    pub(super) fn assign(&mut self, key: u8, elem: u8) {
        self.elems[usize::from(key)] = elem;
        self.live.add(key);
    }

    pub(super) fn delete(&mut self, key: u8) {
        self.live.remove(key);
    }

    pub(super) fn clear(&mut self) {
        self.live = Set::default();
    }
}

/// What one cursor owes: Go's promise about `range`.
///
/// An entry that is there from the beginning to the end is met exactly once, one that is deleted
/// before it was met is not met, one that comes meanwhile is met at most once. A key that is deleted
/// and assigned again is another entry. If the map was emptied meanwhile, entries that came since
/// may be met twice, in Go too; see [`Cursor`](tophash::Cursor).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Walk {
    /// Entries that were there when it began, are there still, and have not been met.
    pub(super) owed: Set,
    /// Entries that have been met and are there still.
    pub(super) met: Set,
    pub(super) emptied: bool,
}

impl Walk {
    pub(super) fn new(model: &Model) -> Self {
        Self { owed: model.live, met: Set::default(), emptied: false }
    }

    /// Says that an entry is gone.
    pub(super) fn forget(&mut self, key: u8) {
        self.owed.remove(key);
        self.met.remove(key);
    }

    /// Says that all entries are gone.
    pub(super) fn empty(&mut self) {
        *self = Self { owed: Set::default(), met: Set::default(), emptied: true };
    }

    /// Says that a key with an elem was met, or the end.
    ///
    /// # Errors
    /// If that breaks the promise.
    pub(super) fn step(&mut self, model: &Model, met: Option<(u8, u8)>) -> Result<(), String> {
        let Some((key, elem)) = met else {
            return match self.owed.iter().next() {
                None => Ok(()),
                Some(key) => Err(format!("ended without having met key {key}, there throughout")),
            };
        };
        match model.get(key) {
            None => return Err(format!("met key {key}, which is not in the map")),
            Some(held) if held != elem => {
                return Err(format!("met key {key} with elem {elem}, which now is {held}"));
            }
            Some(_) => {}
        }
        if self.met.has(key) && !self.emptied {
            return Err(format!("met key {key} a second time"));
        }
        self.met.add(key);
        self.owed.remove(key);
        Ok(())
    }
}
