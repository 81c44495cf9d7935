//! The iterators of one recording, and what an input may ask of them.

use crate::bad::Bad;
use crate::subject::{Facts, Subject};
use std::collections::HashMap;
use tophash::{Cursor, Position};

/// Every iterator that was started; `None` once it has ended.
#[derive(Debug, Default)]
pub(crate) struct Iterators(HashMap<u64, Option<Cursor>>);

impl Iterators {
    /// Checks that iterator `it` may be started.
    ///
    /// # Errors
    /// If it was before.
    pub(crate) fn check_new(&self, it: u64) -> Result<(), Bad> {
        match self.0.contains_key(&it) {
            true => Err(Bad::new("it", format!("iterator {it} was started before"))),
            false => Ok(()),
        }
    }

    /// Starts iterator `it`; `None` if it ended at once.
    pub(crate) fn start(&mut self, it: u64, cursor: Option<Cursor>) {
        self.0.insert(it, cursor);
    }

    /// The place of iterator `it`.
    ///
    /// # Errors
    /// If it was never started, or has ended.
    pub(crate) fn live(&mut self, it: u64) -> Result<&mut Cursor, Bad> {
        match self.0.get_mut(&it) {
            Some(Some(cursor)) => Ok(cursor),
            Some(None) => Err(Bad::new("it", format!("iterator {it} has ended"))),
            None => Err(Bad::new("it", format!("iterator {it} was never started"))),
        }
    }

    /// The iterators that were started and have not ended, by number, and where they stand in `map`.
    pub(crate) fn positions(&self, map: &dyn Subject) -> Vec<(u64, Option<Position>)> {
        let live = self.0.iter().filter_map(|(&it, cursor)| Some((it, cursor.as_ref()?)));
        let mut live: Vec<_> = live.map(|(it, cursor)| (it, map.position(cursor))).collect();
        live.sort_unstable_by_key(|&(it, _)| it);
        live
    }

    /// Says that iterator `it` has come to its end.
    pub(crate) fn end(&mut self, it: u64) {
        self.0.insert(it, None);
    }
}

/// Checks that an iteration of a map in this state can begin at `start` and `offset`.
///
/// # Errors
/// If the map has no such bucket, or is empty and the place is not 0 and 0.
pub(crate) fn check_place(facts: Facts, start: u64, offset: u8) -> Result<(), Bad> {
    if facts.count == 0 {
        for (field, value) in [("start", start), ("offset", u64::from(offset))] {
            if value != 0 {
                return Err(Bad::new(field, format!("{value}, but the map is empty")));
            }
        }
    } else if start >> facts.b != 0 {
        let what = format!("{start}, but the map has {} buckets", 1u64 << facts.b);
        return Err(Bad::new("start", what));
    }
    Ok(())
}
