//! What a map's state amounts to: how full it is, what its memory is used for, how far look-ups go.

use super::{BucketImage, BucketName, Histogram, MapImage, SlotState};
use crate::hmap::{BUCKET_COUNT, Growing};
use alloc::vec::Vec;

/// Measurements of one state of a map; see [`MapImage::stats`].
///
/// ```
/// use tophash::GoMap;
/// use tophash::image::{Hex, MapImage};
/// let mut map: GoMap<u64, u64> = (0..100).map(|i| (i, i)).collect();
/// for i in 0..50 {
///     map.remove(&i);
/// }
/// let stats = MapImage::of(&map, &Hex, &Hex).stats();
/// assert_eq!((stats.entries, stats.load_factor()), (50, 50.0 / 16.0));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Stats {
    /// Entries.
    pub entries: usize,
    /// The present array.
    pub array: ArrayStats,
    /// The array that a growth is leaving.
    pub old_array: Option<ArrayStats>,
    /// The map's memory by what it is used for.
    pub uses: Uses,
    /// The same memory by where it is.
    pub places: Places,
    /// What looking up each entry takes.
    pub hits: Probes,
    /// What looking up an absent key takes: one look-up for each place where a hash can lead, that
    /// is, 2^B of them.
    pub misses: Probes,
    /// How far the growth under way has come.
    pub growth: Option<Progress>,
    /// What the same entries would need in a map made for them.
    pub fresh: Fresh,
}

impl Stats {
    /// Entries for each regular bucket of the present array: what Go calls the load factor.
    pub fn load_factor(&self) -> f64 {
        match self.array.regular {
            0 => 0.0,
            buckets => self.entries as f64 / buckets as f64,
        }
    }
}

/// One bucket array and the overflow buckets of its chains.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ArrayStats {
    /// Regular buckets: the heads of chains.
    pub regular: usize,
    /// Overflow buckets in its chains.
    pub overflow: usize,
    /// Of these, how many were spare buckets of the array. The others are allocated by themselves.
    pub spare_used: usize,
    /// Spare buckets in no chain. In an old array, some may have been: Go cuts an evacuated chain off
    /// where its collector gains by it.
    pub spare_free: usize,
    /// The slots of all buckets in chains, by state.
    pub slots: SlotCounts,
    /// How many chains have 1, 2, … buckets.
    pub chains: Histogram,
}

/// Slots by their [`SlotState`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SlotCounts {
    /// With an entry.
    pub full: usize,
    /// Tombstones: empty, with something behind them in their chain.
    pub empty_one: usize,
    /// Empty to the end of their chain.
    pub empty_rest: usize,
    /// Evacuated to the bucket of the same index.
    pub evacuated_x: usize,
    /// Evacuated to the upper half.
    pub evacuated_y: usize,
    /// Empty when evacuated.
    pub evacuated_empty: usize,
}

impl SlotCounts {
    fn add(&mut self, state: SlotState) {
        *match state {
            SlotState::Full(_) => &mut self.full,
            SlotState::EmptyOne => &mut self.empty_one,
            SlotState::EmptyRest => &mut self.empty_rest,
            SlotState::EvacuatedX => &mut self.evacuated_x,
            SlotState::EvacuatedY => &mut self.evacuated_y,
            SlotState::EvacuatedEmpty => &mut self.evacuated_empty,
        } += 1;
    }

    /// All of them.
    pub fn total(&self) -> usize {
        self.full + self.stale() + self.empty_rest + self.evacuated_empty
    }

    /// Those that an entry has left: tombstones, and slots whose entry has moved on.
    fn stale(&self) -> usize {
        self.empty_one + self.evacuated_x + self.evacuated_y
    }
}

/// A map's bytes by what they are used for. The header and Go's overflow lists are not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Uses {
    /// Key and elem slots with an entry.
    pub in_use: usize,
    /// Slots that an entry has left: those of tombstones (emptyOne), and of entries that have been
    /// evacuated. A tombstone that became the end of its chain is an emptyRest, like a slot that
    /// was never used: it counts as empty.
    pub stale: usize,
    /// Slots that are empty, and old ones that were when they were evacuated.
    pub empty: usize,
    /// What buckets have beside slots: tophashes, the overflow link, padding.
    pub overhead: usize,
    /// Spare buckets in no chain.
    pub spare: usize,
    /// Keys and elems over 128 bytes, which live outside their bucket.
    pub indirect: usize,
}

impl Uses {
    /// All of them.
    pub fn total(&self) -> usize {
        self.in_use + self.stale + self.empty + self.overhead + self.spare + self.indirect
    }
}

/// A map's bytes by where they are. The header and Go's overflow lists are not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// Regular buckets of the present array.
    pub regular: usize,
    /// Regular buckets of the old array.
    pub old_regular: usize,
    /// Overflow buckets of either array, spare ones in use included.
    pub overflow: usize,
    /// Spare buckets in no chain.
    pub spare: usize,
    /// Keys and elems over 128 bytes, which live outside their bucket.
    pub indirect: usize,
}

impl Places {
    /// All of them.
    pub fn total(&self) -> usize {
        self.regular + self.old_regular + self.overflow + self.spare + self.indirect
    }
}

/// What look-ups take. A look-up walks the chain that its hash leads to: while the map is growing,
/// that is the old array's if it has not been evacuated yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Probes {
    /// How many look-ups have 0, 1, 2, … entries to check: for a hit, those of the chain up to it,
    /// itself included; for a miss, all of the chain. Their means are Go's `hitprobe` and
    /// `missprobe`. (Of these entries a look-up reads the keys of those only whose tophash is that
    /// of the key looked for.) Go: runtime/map.go, the table in the header comment, 1.22.
    pub entries: Histogram,
    /// How many look-ups visit 0, 1, 2, … buckets: for a hit, up to the entry's; for a miss, up to
    /// the first with an emptyRest, or all of the chain. An empty map is not looked into.
    pub buckets: Histogram,
}

/// How far a growth has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Doubling, or to the same size.
    pub kind: Growing,
    /// Old chains that have been evacuated.
    pub evacuated: usize,
    /// Old chains in all.
    pub of: usize,
    /// Go's `nevacuate`: all old chains below this have been.
    pub mark: usize,
}

/// The array that `make` with the number of entries as its hint allocates. Overflow buckets come on
/// top where hashes fall unevenly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fresh {
    /// Regular buckets.
    pub regular: usize,
    /// Spare buckets behind them.
    pub spare: usize,
    /// Bytes of both.
    pub bytes: usize,
}

impl MapImage {
    /// Measures the map, in time proportional to it.
    ///
    /// Either breakdown of bytes sums up to the map's bucket memory and what hangs on it; `hits`
    /// count every entry, `misses` every place where a hash can lead.
    ///
    /// ```
    /// use tophash::GoMap;
    /// use tophash::image::{Hex, MapImage};
    ///
    /// let mut map: GoMap<u64, u64> = GoMap::new();
    /// map.insert(1, 10);
    /// map.insert(2, 20);
    /// map.remove(&1);
    /// let stats = MapImage::of(&map, &Hex, &Hex).stats();
    /// assert_eq!((stats.entries, stats.array.slots.empty_one), (1, 1));
    /// assert_eq!(stats.uses.stale, 16);
    /// assert_eq!(stats.uses.total(), 144);
    /// ```
    pub fn stats(&self) -> Stats {
        let array = ArrayStats::of(self.chains(), self.regular, self.spare);
        let old_array = (self.growing != Growing::No)
            .then(|| ArrayStats::of(self.old_chains(), self.old_regular, self.old_spare));
        let evacuated = self.old_chains().filter(|chain| chain[0].evacuated()).count();
        let mut hits = Probes::default();
        self.chains().chain(self.old_chains()).for_each(|chain| hits.add_hits(chain));
        Stats {
            entries: self.count,
            uses: self.uses(&array, old_array.as_ref()),
            places: self.places(&array, old_array.as_ref()),
            array,
            old_array,
            hits,
            misses: self.misses(),
            growth: (self.growing != Growing::No).then_some(Progress {
                kind: self.growing,
                evacuated,
                of: self.old_regular,
                mark: self.nevacuate,
            }),
            fresh: self.fresh(),
        }
    }

    fn uses(&self, array: &ArrayStats, old_array: Option<&ArrayStats>) -> Uses {
        let layout = self.layout;
        let slot = layout.key_slot() + layout.elem_slot();
        let mut uses = Uses::default();
        for ArrayStats { regular, overflow, spare_free, slots, .. } in
            [array].into_iter().chain(old_array)
        {
            uses.in_use += slots.full * slot;
            uses.stale += slots.stale() * slot;
            uses.empty += (slots.empty_rest + slots.evacuated_empty) * slot;
            uses.overhead += (regular + overflow) * (layout.bucket - BUCKET_COUNT * slot);
            uses.spare += spare_free * layout.bucket;
            uses.indirect += slots.full * layout.indirect();
        }
        uses
    }

    fn places(&self, array: &ArrayStats, old_array: Option<&ArrayStats>) -> Places {
        let bucket = self.layout.bucket;
        let both = |of: fn(&ArrayStats) -> usize| of(array) + old_array.map_or(0, of);
        Places {
            regular: array.regular * bucket,
            old_regular: old_array.map_or(0, |old| old.regular) * bucket,
            overflow: both(|array| array.overflow) * bucket,
            spare: both(|array| array.spare_free) * bucket,
            indirect: both(|array| array.slots.full) * self.layout.indirect(),
        }
    }

    fn misses(&self) -> Probes {
        let mut misses = Probes::default();
        let old_chains: Vec<_> = self.old_chains().collect();
        for (index, chain) in self.chains().enumerate() {
            // An old array has a power of two of regular buckets, or none.
            let old = old_chains.get(index & self.old_regular.wrapping_sub(1));
            let chain = old.filter(|old| !old[0].evacuated()).map_or(chain, |old| old);
            misses.add_miss(chain, self.count == 0);
        }
        misses
    }

    fn fresh(&self) -> Fresh {
        let all = if self.count == 0 { 0 } else { self.fresh };
        // Spare buckets are fewer than the regular ones, which are a power of two.
        let regular = all.checked_ilog2().map_or(0, |b| 1 << b);
        Fresh { regular, spare: all - regular, bytes: all * self.layout.bucket }
    }
}

impl ArrayStats {
    fn of<'a>(
        chains: impl Iterator<Item = &'a [BucketImage]>,
        regular: usize,
        spare: usize,
    ) -> Self {
        let mut stats = Self { regular, spare_free: spare, ..Self::default() };
        for chain in chains {
            stats.chains.add(chain.len());
            stats.overflow += chain.len() - 1;
            let own = |b: &&BucketImage| !matches!(b.name, BucketName::Heap(_));
            let spare = chain[1..].iter().filter(own).count();
            stats.spare_used += spare;
            stats.spare_free -= spare;
            chain.iter().flat_map(BucketImage::slots).for_each(|state| stats.slots.add(state));
        }
        stats
    }
}

impl Probes {
    fn add_hits(&mut self, chain: &[BucketImage]) {
        let mut entries = 0;
        for (index, bucket) in chain.iter().enumerate() {
            for _ in full(bucket) {
                entries += 1;
                self.entries.add(entries);
                self.buckets.add(index + 1);
            }
        }
    }

    fn add_miss(&mut self, chain: &[BucketImage], empty_map: bool) {
        self.entries.add(chain.iter().flat_map(full).count());
        let rest = |bucket: &BucketImage| bucket.slots().contains(&SlotState::EmptyRest);
        let visited = chain.iter().position(rest).map_or(chain.len(), |last| last + 1);
        self.buckets.add(if empty_map { 0 } else { visited });
    }
}

fn full(bucket: &BucketImage) -> impl Iterator<Item = SlotState> {
    bucket.slots().into_iter().filter(|state| matches!(state, SlotState::Full(_)))
}
