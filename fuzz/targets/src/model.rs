//! What a map should hold, and what a walk over it should meet.

use crate::Reference;
use crate::types::Write;
use std::collections::{BTreeMap, BTreeSet};

/// The entries that a map holds. A key that is removed and inserted again is another entry.
pub(crate) struct Model {
    reference: Reference,
    /// Entry → its key, `None` if NaN, and the version of its value.
    live: BTreeMap<u32, (Option<u8>, u32)>,
    /// Key → entry.
    by_key: BTreeMap<u8, u32>,
    next: u32,
    /// How often the map has been emptied.
    emptied: u32,
}

impl Model {
    pub(crate) fn new(reference: Reference) -> Self {
        Self { reference, live: BTreeMap::new(), by_key: BTreeMap::new(), next: 0, emptied: 0 }
    }

    pub(crate) fn len(&self) -> usize {
        self.live.len()
    }

    /// What the map holds under `key`.
    pub(crate) fn get(&self, key: Option<u8>) -> Option<Write> {
        let entry = *self.by_key.get(&key?)?;
        let (_, version) = self.live[&entry];
        Some(Write { entry, version })
    }

    /// The write that an insert of `key` is.
    pub(crate) fn insert(&mut self, key: Option<u8>) -> Write {
        if let Some(Write { entry, version }) = self.get(key) {
            let version = version + 1;
            self.live.insert(entry, (key, version));
            return Write { entry, version };
        }
        let entry = self.next;
        self.next += 1;
        self.live.insert(entry, (key, 0));
        if let Some(key) = key {
            self.by_key.insert(key, entry);
        }
        Write { entry, version: 0 }
    }

    pub(crate) fn remove(&mut self, key: Option<u8>) {
        if let Some(&entry) = key.and_then(|key| self.by_key.get(&key)) {
            self.retain(|kept| kept != entry);
        }
    }

    /// Removes the entries that `keep` refuses.
    pub(crate) fn retain(&mut self, keep: impl Fn(u32) -> bool) {
        let before = self.live.len();
        self.live.retain(|&entry, _| keep(entry));
        self.by_key.retain(|_, &mut entry| keep(entry));
        self.emptied += u32::from(before > 0 && self.live.is_empty());
    }

    pub(crate) fn clear(&mut self) {
        self.retain(|_| false);
    }
}

/// What one walk has met and what it still owes.
#[derive(Clone)]
pub(crate) struct Walk {
    /// Entries that were there when it began and have not been met.
    owed: BTreeSet<u32>,
    met: BTreeSet<u32>,
    ended: bool,
    /// The model's count when the walk began.
    emptied: u32,
}

impl Walk {
    pub(crate) fn new(model: &Model) -> Self {
        Self {
            owed: model.live.keys().copied().collect(),
            met: BTreeSet::new(),
            ended: false,
            emptied: model.emptied,
        }
    }

    /// Checks one step of the walk against Go's promise: an entry that stays is met exactly once,
    /// one that is gone is not met, and one that came meanwhile is met at most once, unless the map
    /// was emptied meanwhile.
    pub(crate) fn step(&mut self, model: &Model, met: Option<(Option<u8>, Write)>) {
        let Some((key, write)) = met else {
            self.ended = true;
            // The fault: an entry that came meanwhile must be met as well.
            let owes = |entry: &&u32| match model.reference {
                Reference::Right => self.owed.contains(entry),
                Reference::Wrong => !self.met.contains(entry),
            };
            let missed = model.live.keys().find(owes);
            assert_eq!(missed, None, "the walk missed an entry");
            return;
        };
        assert!(!self.ended, "{write:?} was met after the end");
        let held = model.live.get(&write.entry);
        assert_eq!(held, Some(&(key, write.version)), "{write:?} is stale");
        let emptied = self.emptied != model.emptied;
        assert!(self.met.insert(write.entry) || emptied, "{write:?} was met twice");
        self.owed.remove(&write.entry);
    }
}
