//! What must hold of a map's memory between operations.

use super::bucket::{
    BUCKET_COUNT, EMPTY_ONE, EMPTY_REST, EVACUATED_EMPTY, EVACUATED_X, EVACUATED_Y, MIN_TOP_HASH,
    tophash,
};
use super::header::{HASH_WRITING, SAME_SIZE_GROW};
use super::ready::Ready;
use super::{Table, View};
use crate::hash::Rand;
use crate::key::KeyHash;
use alloc::collections::BTreeSet;
use core::fmt;

/// An invariant of the map that does not hold: a bug in this library, or a key whose hash or
/// equality changed while it was in the map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    what: &'static str,
    /// The bucket, if one is to blame: its index and whether it is of the old array.
    bucket: Option<(usize, bool)>,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.bucket {
            None => f.write_str(self.what),
            Some((index, false)) => write!(f, "bucket {index}: {}", self.what),
            Some((index, true)) => write!(f, "old bucket {index}: {}", self.what),
        }
    }
}

impl core::error::Error for Violation {}

type Check = Result<(), &'static str>;

fn check(holds: bool, what: &'static str) -> Check {
    if holds { Ok(()) } else { Err(what) }
}

impl<K, V> Table<K, V> {
    /// Checks the whole map, in time proportional to it.
    pub(crate) fn audit<S: KeyHash<K>>(&self, hasher: &S) -> Result<(), Violation> {
        let no_writer = self.h.flags() & HASH_WRITING == 0;
        check(no_writer, "a writer is inside").map_err(|what| Violation { what, bucket: None })?;
        self.audit_written(hasher)
    }

    /// The same of a map whose writer may still be inside: who sets its flag stands above.
    pub(super) fn audit_written<S: KeyHash<K>>(&self, hasher: &S) -> Result<(), Violation> {
        let on_map = |what| Violation { what, bucket: None };
        check(self.ready == Ready::of(&self.h, self.dialect), "what was made ready is out of date")
            .map_err(on_map)?;
        self.audit_header().map_err(on_map)?;
        self.audit_spare_buckets().map_err(on_map)?;

        let mut entries = 0;
        let mut overflow = BTreeSet::new();
        let regular = self.h.bucket_mask() + 1;
        for (index, head) in self.heads().enumerate() {
            let blame = |what| Violation { what, bucket: Some((index, false)) };
            entries += audit_entries(head).map_err(blame)?;
            self.audit_places(hasher, index, regular, head).map_err(blame)?;
            overflow.extend(head.chain().skip(1).map(View::addr));
        }
        for (index, head) in self.old_heads().enumerate() {
            let blame = |what| Violation { what, bucket: Some((index, true)) };
            if head.evacuated() {
                self.audit_evacuated(head).map_err(blame)?;
            } else {
                check(index >= self.h.nevacuate, "not evacuated though nevacuate is past it")
                    .map_err(blame)?;
                entries += audit_entries(head).map_err(blame)?;
                self.audit_places(hasher, index, self.h.old_buckets(), head).map_err(blame)?;
                self.audit_destinations(index).map_err(blame)?;
            }
        }
        check(entries == self.h.count, "count is not the number of entries").map_err(on_map)?;
        self.audit_overflow::<S>(&overflow).map_err(on_map)
    }

    fn audit_header(&self) -> Check {
        let (flags, growing) = (self.h.flags(), self.h.is_growing());
        check(growing || flags & SAME_SIZE_GROW == 0, "same-size growth without an old array")?;
        check(
            self.h.buckets.is_some() || self.h.b == 0 && self.h.count == 0 && !growing,
            "no array",
        )?;
        check(!growing || self.h.nevacuate < self.h.old_buckets(), "a growth that has ended")
    }

    fn audit_spare_buckets(&self) -> Check {
        let next = self.h.next_overflow();
        let Some((extent, next)) = self.extent().zip(next) else {
            return Ok(());
        };
        let index = extent.index_of(next.addr().get(), Self::BUCKET_SIZE);
        let in_bounds = index.is_some_and(|index| index >= extent.regular);
        check(in_bounds, "next_overflow is not a spare bucket")?;
        // The walk to the sentinel: each free spare bucket but the last has no link.
        for index in index.into_iter().flat_map(|index| index..extent.all) {
            let last = index + 1 == extent.all;
            let link = self.array_bucket(extent, index).overflow().map(View::addr);
            let sentinel = Some(extent.base.addr().get());
            check(link == if last { sentinel } else { None }, "a free spare bucket's link")?;
        }
        Ok(())
    }

    /// Every entry lies in the chain that its hash leads to, and a lookup finds it there.
    fn audit_places<S: KeyHash<K>>(
        &self,
        hasher: &S,
        index: usize,
        regular: usize,
        head: View<'_, K, V>,
    ) -> Check {
        for b in head.chain() {
            for lane in 0..BUCKET_COUNT {
                let Some(key) = b.key(lane) else { continue };
                if !S::REFLEXIVE && !hasher.eq(key, key) {
                    continue;
                }
                let hash = hasher.hash(key, self.h.hash0, &Rand::from_seed(0));
                check(b.tophash()[lane] == tophash(hash), "a tophash that is not its key's")?;
                check(hash as usize & (regular - 1) == index, "a key of another chain")?;
                let found = self.access(hash, |k| hasher.eq(key, k));
                let here = found.is_some_and(|s| s.bucket == b.bucket() && s.lane == lane);
                check(here, "an entry that a lookup does not find")?;
            }
        }
        Ok(())
    }

    /// A chain is evacuated as a whole, and to no other half than there is.
    fn audit_evacuated(&self, head: View<'_, K, V>) -> Check {
        let same = self.h.same_size_grow();
        for top in head.chain().flat_map(View::tophash) {
            let allowed =
                matches!(top, EVACUATED_X | EVACUATED_EMPTY) || top == EVACUATED_Y && !same;
            check(allowed, "a chain that is evacuated in part")?;
        }
        Ok(())
    }

    /// The new buckets of an old one that is yet to be evacuated are untouched.
    fn audit_destinations(&self, old_index: usize) -> Check {
        let upper = (!self.h.same_size_grow()).then(|| old_index + self.h.old_buckets());
        let Some(extent) = self.extent() else { return Err("no array") };
        for index in [Some(old_index), upper].into_iter().flatten() {
            let head = self.array_bucket(extent, index);
            let untouched =
                head.tophash() == [EMPTY_REST; BUCKET_COUNT] && head.overflow().is_none();
            check(untouched, "entries in a new bucket before its old one was evacuated")?;
        }
        Ok(())
    }

    /// The overflow buckets of the present array are counted and, where Go lists them, listed.
    fn audit_overflow<S: KeyHash<K>>(&self, overflow: &BTreeSet<usize>) -> Check {
        let counted = usize::from(self.h.noverflow);
        let exact = self.h.b >= 16 || counted == overflow.len();
        check(exact, "noverflow is not the number of overflow buckets")?;
        if Self::pointers::<S>() {
            return Ok(());
        }
        let listed: BTreeSet<usize> =
            self.overflow_list::<S>().iter().map(|at| at.addr().get()).collect();
        check(listed == *overflow, "the overflow list is not the chains'")
    }
}

/// The slots of one chain: only entries and empty ones, and emptyRest exactly behind the last
/// entry. Counts the entries.
fn audit_entries<K, V>(head: View<'_, K, V>) -> Result<usize, &'static str> {
    let (mut entries, mut ended, mut last) = (0, false, MIN_TOP_HASH);
    for top in head.chain().flat_map(View::tophash) {
        check(top <= EMPTY_ONE || top >= MIN_TOP_HASH, "an evacuated slot in a chain in use")?;
        check(!ended || top == EMPTY_REST, "something behind emptyRest")?;
        if top == EMPTY_REST && !ended {
            ended = true;
            check(last != EMPTY_ONE, "emptyOne where nothing follows")?;
        }
        entries += usize::from(top >= MIN_TOP_HASH);
        last = top;
    }
    check(last != EMPTY_ONE, "emptyOne at the end of a chain")?;
    Ok(entries)
}

// Under stress maps do not stay in the states that are asked for.
#[cfg(all(test, not(tophash_stress)))]
mod tests;
