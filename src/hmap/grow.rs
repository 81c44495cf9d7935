//! Growing: a new array, and the old one's chains moved into it two per operation.

use super::bucket::{
    BUCKET_COUNT, Bucket, EMPTY_ONE, EVACUATED_EMPTY, EVACUATED_X, MIN_TOP_HASH, tophash,
};
use super::header::{ITERATOR, OLD_ITERATOR, SAME_SIZE_GROW};
use super::{Table, hooks};
use crate::hash::Rand;
use crate::key::KeyHash;
use alloc::vec::Vec;
use core::mem;
use tophash_arch::match_full;

/// Old buckets that the evacuation mark passes over in one step at most, so that no operation
/// takes time in proportion to the map. Go: runtime/map.go advanceEvacuationMark, 1.22.
const MARK_STEP: usize = 1024;

/// Buckets of the longest chain that is split without a plan. Of the chains of a map that doubles,
/// at 6.5 entries a bucket, 1 in 500 is longer.
const SPLIT_CHAIN: usize = 2;

const EVACUATED_EMPTY_LANES: u64 = u64::from_le_bytes([EVACUATED_EMPTY; BUCKET_COUNT]);

/// What will become of one old bucket's slots; decided for a whole chain before any of it moves,
/// since deciding runs the user's `Hash` and `Eq`.
#[derive(Clone, Copy, Default)]
struct Plan {
    /// Bit i: slot i goes to the upper half (Y).
    to_y: u8,
    /// Bit i: slot i's key is not equal to itself, and a cursor lives that may look for it.
    nan: u8,
    /// The tophashes that the entries will have.
    tops: [u8; BUCKET_COUNT],
}

/// The plans of a chain. Chains of one or two buckets are the rule, and need no allocation.
#[derive(Default)]
struct ChainPlan {
    first: [Plan; 2],
    more: Vec<Plan>,
}

impl ChainPlan {
    fn set(&mut self, index: usize, plan: Plan) {
        match self.first.get_mut(index) {
            Some(slot) => *slot = plan,
            None => self.more.push(plan),
        }
    }

    fn get(&self, index: usize) -> Plan {
        match self.first.get(index) {
            Some(plan) => *plan,
            None => self.more[index - self.first.len()],
        }
    }
}

/// Where the next entry of one half goes.
struct EvacDst<K, V> {
    bucket: Bucket<K, V>,
    lane: usize,
}

impl<K, V> Table<K, V> {
    /// Whether one more entry needs a growth first: too many entries, or too many overflow buckets.
    ///
    /// Go: runtime/map.go overLoadFactor, tooManyOverflowBuckets, 1.22.
    #[doc(alias = "tooManyOverflowBuckets")]
    #[inline]
    pub(super) fn must_grow(&self, rand: &Rand) -> bool {
        self.is_full()
            || self.h.noverflow >= self.ready.crowded_at
            || rand.coins_reached_limit()
            || hooks::grows_anyway(self)
    }

    /// Whether one more entry is too many for the array.
    #[inline]
    pub(super) fn is_full(&self) -> bool {
        self.h.count >= self.ready.full_at
    }

    /// Begins a growth: to twice as many buckets, or to as many.
    ///
    /// Go: runtime/map.go hashGrow, 1.22, which doubles if there are too many entries.
    #[doc(alias = "hashGrow")]
    #[cold]
    pub(super) fn hash_grow<S: KeyHash<K>>(&mut self, double: bool) {
        let b = self.h.b + u8::from(double);
        // First of all, as it may fail.
        let block = self.allocate_array::<S>(b);
        let was_iterated = self.h.flags() & ITERATOR != 0;
        let old_iterator = if was_iterated { OLD_ITERATOR } else { 0 };
        let same_size = if double { 0 } else { SAME_SIZE_GROW };
        self.h.change_flags(ITERATOR | OLD_ITERATOR, old_iterator | same_size);
        self.h.b = b;
        self.h.oldbuckets = self.h.buckets;
        self.old_array = mem::take(&mut self.array);
        self.h.nevacuate = 0;
        self.h.noverflow = 0;
        if let Some(extra) = &mut self.h.extra {
            extra.old_next_overflow = extra.next_overflow.take();
        }
        self.install_array(block);
        // Evacuation writes to a bucket before anybody reads it.
        self.fresh_until = 0;
    }

    /// One operation's share of a growth: the chain it is about to use, and one more.
    ///
    /// Go: runtime/map.go growWork, 1.22.
    #[doc(alias = "growWork")]
    pub(super) fn grow_work<S: KeyHash<K>>(&mut self, hasher: &S, rand: &Rand, index: usize) {
        self.prefetch_halves(index);
        self.evacuate(hasher, rand, index & (self.h.old_buckets() - 1));
        if self.h.is_growing() && !hooks::lingers(self) {
            self.evacuate(hasher, rand, self.h.nevacuate);
        }
    }

    /// Asks for the buckets that the evacuation of the chain at `index` uses: an insert into 2^20
    /// entries, evacuations included, takes 0.95 times as long for it.
    fn prefetch_halves(&self, index: usize) {
        let Some(old) = self.h.oldbuckets else { return };
        let newbit = self.h.old_buckets();
        let x = index & (newbit - 1);
        // `in_array` takes any index.
        debug_assert!(x < newbit);
        // SAFETY: the indices are masked to the arrays; a growing map has both.
        unsafe {
            Bucket::<K, V>::in_array(old, x).prefetch_ahead(0);
            self.bucket(x).prefetch_ahead(0);
            self.bucket((x + newbit) & self.ready.mask).prefetch_ahead(0);
        }
    }

    /// Moves one chain of the old array, unless it has been.
    ///
    /// Go: runtime/map.go evacuate, 1.22.
    pub(super) fn evacuate<S: KeyHash<K>>(&mut self, hasher: &S, rand: &Rand, old_index: usize) {
        let Some(base) = self.h.oldbuckets else { unreachable!("only a growing map evacuates") };
        // SAFETY: the old array has more buckets than `old_index`, which callers mask to it or
        // take from `nevacuate`, below it while growing.
        let head = unsafe { Bucket::<K, V>::in_array(base, old_index) };
        // SAFETY: as above.
        if unsafe { !head.evacuated() } {
            if !self.split_chain(hasher, rand, head, old_index) {
                // Entries that cannot be looked up are recorded for cursors.
                let record_nans = !S::REFLEXIVE && self.retired.cursor_lives();
                let plan = self.plan(hasher, rand, head, record_nans);
                self.move_chain(rand, head, old_index, plan.as_ref());
            }
            self.zero_evacuated::<S>(head);
        }
        if old_index == self.h.nevacuate {
            self.advance_evacuation_mark();
        }
    }

    /// Splits an old chain between X and Y, if it has the form that nearly all have: at most
    /// [`SPLIT_CHAIN`] buckets, entries that can be looked up again, and room in one bucket for each
    /// half. Otherwise returns `false` with nothing done that could be seen.
    ///
    /// In one pass, so without a plan: `hasher` may panic among entries that have been copied, but
    /// both copies' tophashes say so at the end only. What was copied into free slots until then is
    /// copied there again.
    ///
    /// Moving an entry takes 33 instructions so, 95 by a plan (callgrind, `u64` keys, foldhash).
    fn split_chain<S: KeyHash<K>>(
        &mut self,
        hasher: &S,
        rand: &Rand,
        head: Bucket<K, V>,
        old_index: usize,
    ) -> bool {
        if !S::REFLEXIVE || self.h.same_size_grow() {
            return false;
        }
        let newbit = self.h.old_buckets();
        // SAFETY: the old chain is live; X and Y are buckets of the new array, empty before. A full
        // slot owns an entry, which moves as bytes when the last lines say so: they run no user
        // code.
        unsafe {
            let halves = [self.bucket(old_index), self.bucket(old_index + newbit)];
            // Entries in each half, their tophashes, and the marks of the old buckets' slots.
            let (mut used, mut tops) = ([0usize; 2], [0u64; 2]);
            let mut marks = [EVACUATED_EMPTY_LANES; SPLIT_CHAIN];
            for (index, b) in head.chain().enumerate() {
                let Some(marks) = marks.get_mut(index) else { return false };
                let old_tops = b.tophash();
                for lane in match_full(&old_tops) {
                    let hash = hasher.hash(b.key(lane).as_ref(), self.h.hash0, rand);
                    let half = usize::from(hash as usize & newbit != 0);
                    let to = used[half];
                    if to == BUCKET_COUNT {
                        return false;
                    }
                    used[half] = to + 1;
                    b.copy_slot(lane, halves[half], to);
                    tops[half] |= u64::from(old_tops[lane]) << (8 * to);
                    let mark = EVACUATED_EMPTY ^ (EVACUATED_X + half as u8);
                    *marks ^= u64::from(mark) << (8 * lane);
                }
            }
            for (half, tops) in halves.iter().zip(tops) {
                half.set_tophashes(tops.to_le_bytes());
            }
            for (b, marks) in head.chain().zip(marks) {
                b.set_tophashes(marks.to_le_bytes());
            }
        }
        true
    }

    /// Decides where each entry of an old chain goes; `None` if to X, with the tophash it has.
    /// Changes nothing.
    fn plan<S: KeyHash<K>>(
        &self,
        hasher: &S,
        rand: &Rand,
        head: Bucket<K, V>,
        record_nans: bool,
    ) -> Option<ChainPlan> {
        let mut chain = ChainPlan::default();
        let newbit = self.h.old_buckets() as u64;
        let double = !self.h.same_size_grow();
        let iterated = self.h.flags() & ITERATOR != 0;
        if !double && !record_nans {
            return None;
        }
        // SAFETY: an old chain that has not been evacuated is live, and its full slots own keys.
        unsafe {
            for (index, b) in head.chain().enumerate() {
                let mut plan = Plan { tops: b.tophash(), ..Plan::default() };
                for lane in tophash_arch::match_full(&plan.tops) {
                    let key = b.key(lane).as_ref();
                    let nan = !S::REFLEXIVE && !hasher.eq(key, key);
                    plan.nan |= u8::from(nan && record_nans) << lane;
                    if !double {
                        continue;
                    }
                    let hash = hasher.hash(key, self.h.hash0, rand);
                    let y = if nan && iterated {
                        // A NaN's hash says nothing about its place. An iterator that comes after
                        // must be able to tell where it went, so the choice is one that can be
                        // repeated: the tophash's low bit. The new tophash is a new draw, so that
                        // NaNs spread over the buckets of the next doubling.
                        let y = plan.tops[lane] & 1 != 0;
                        plan.tops[lane] = tophash(hash);
                        y
                    } else {
                        hash & newbit != 0
                    };
                    plan.to_y |= u8::from(y) << lane;
                }
                chain.set(index, plan);
            }
        }
        Some(chain)
    }

    /// Moves the entries of an old chain as planned, and marks its slots evacuated.
    fn move_chain(
        &mut self,
        rand: &Rand,
        head: Bucket<K, V>,
        old_index: usize,
        plan: Option<&ChainPlan>,
    ) {
        let double = !self.h.same_size_grow();
        let newbit = self.h.old_buckets();
        // SAFETY: the old chain is live; X and, in a doubling, Y are buckets of the new array,
        // empty before. A full slot owns an entry, which moves as bytes: from the next line on
        // the old slot's tophash says so. Nothing here runs user code.
        unsafe {
            let x = self.bucket(old_index);
            let y = if double { self.bucket(old_index + newbit) } else { x };
            let mut to = [EvacDst { bucket: x, lane: 0 }, EvacDst { bucket: y, lane: 0 }];
            for (index, b) in head.chain().enumerate() {
                let tops = b.tophash();
                let unplanned = Plan { tops, ..Plan::default() };
                let plan = plan.map_or(unplanned, |chain| chain.get(index));
                for (lane, &top) in tops.iter().enumerate() {
                    if top <= EMPTY_ONE {
                        b.set_tophash(lane, EVACUATED_EMPTY);
                        continue;
                    }
                    debug_assert!(top >= MIN_TOP_HASH, "bad map state");
                    let use_y = plan.to_y >> lane & 1;
                    let dst = &mut to[use_y as usize];
                    if dst.lane == BUCKET_COUNT {
                        dst.bucket = self.new_overflow(rand, dst.bucket);
                        dst.lane = 0;
                    }
                    b.copy_slot(lane, dst.bucket, dst.lane);
                    dst.bucket.set_tophash(dst.lane, plan.tops[lane]);
                    b.set_tophash(lane, EVACUATED_X + use_y);
                    if plan.nan >> lane & 1 != 0 {
                        let ghosts = self.old_array.ghosts.get_or_insert_default();
                        ghosts.record_move((b.as_ptr(), lane), (dst.bucket.as_ptr(), dst.lane));
                    }
                    dst.lane += 1;
                }
            }
        }
    }

    /// Zeroes an evacuated head bucket and unlinks its chain, where Go does so to help its
    /// collector: only buckets with pointers, and only if no iterator may use the old array.
    ///
    /// Go's flag can be clear although a cursor lives (a cursor that has outlived a growth); such
    /// a cursor reads a copy of the bucket instead of the zeros.
    fn zero_evacuated<S: KeyHash<K>>(&mut self, head: Bucket<K, V>) {
        if !Self::pointers::<S>() || self.h.flags() & OLD_ITERATOR != 0 {
            return;
        }
        let cursor_lives = self.retired.cursor_lives();
        // SAFETY: the head of a chain that was evacuated just now; its slots own nothing. The copy
        // is as large as the bucket.
        unsafe {
            if cursor_lives {
                let copy = self.old_array.arena.bucket(Self::SHAPE.size, Self::SHAPE.align);
                copy.copy_from_nonoverlapping(head.as_ptr(), Self::SHAPE.size);
                let ghosts = self.old_array.ghosts.get_or_insert_default();
                ghosts.lay_aside(head.as_ptr(), copy);
            }
            head.zero_slots_and_link();
        }
    }

    /// Moves the mark past the bucket just evacuated and others that have been, and ends the
    /// growth when none is left.
    ///
    /// Go: runtime/map.go advanceEvacuationMark, 1.22.
    #[doc(alias = "advanceEvacuationMark")]
    fn advance_evacuation_mark(&mut self) {
        let Some(base) = self.h.oldbuckets else {
            return;
        };
        let all = self.h.old_buckets();
        self.h.nevacuate += 1;
        let stop = all.min(self.h.nevacuate + MARK_STEP);
        while self.h.nevacuate != stop {
            // SAFETY: below `stop`, hence a bucket of the old array.
            if unsafe { !Bucket::<K, V>::in_array(base, self.h.nevacuate).evacuated() } {
                break;
            }
            self.h.nevacuate += 1;
        }
        if self.h.nevacuate == all {
            self.h.oldbuckets = None;
            self.get_ready();
            self.h.change_flags(SAME_SIZE_GROW, 0);
            let old_array = mem::take(&mut self.old_array);
            self.retired.bury_array(old_array);
        }
    }
}
