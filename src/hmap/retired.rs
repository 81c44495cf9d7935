//! What Go leaves to its collector: memory that a map no longer uses but a cursor may still read.
//!
//! Two things end up here. **Arrays**, with their overflow buckets: when a growth ends or the map
//! is cleared. **Keys** that the map would drop while a cursor lives: an evacuated slot keeps the
//! bits of a key that has moved on, and a cursor hashes and compares those bits to find the entry
//! again, so what they point at must stay.
//!
//! # Who can still look
//! A cursor holds a clone of the map's present [`Generation`]. Burying something *seals* that
//! generation: cursors that begin later get the next one. A cursor reaches only the arrays that
//! the map had when it began, or came to have afterwards; so what was buried under generation g is
//! out of reach as soon as no cursor of a generation ≤ g lives. Cursors that overlap without end
//! therefore do not keep what was buried before all of them.
//!
//! ```text
//! generations   0 ─────────── 1 ────────────────── 2 (present) ──▶
//! cursors       c0 c1         c2                    c3
//! buried        └ array, key  └ key
//! free when     c0 c1 end     c0 c1 c2 end
//! ```
//!
//! # When it is freed
//! Each mutation frees a bounded part: so many bytes, so many keys. No operation walks a chain or
//! returns a whole array at once; dropping the map does both.
//!
//! Only the map's owner, who holds `&mut`, buries, seals and frees. A cursor's drop lowers a
//! count, on any thread, and touches nothing else.

use super::memory::{Arena, Block, RELEASE_STEP};
use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
use alloc::sync::Arc;
use core::mem::MaybeUninit;
use core::ptr::{self, NonNull};
use core::sync::atomic::{AtomicPtr, AtomicU64, Ordering};

/// Keys that one mutation drops at most. More than one, so that the queue shrinks while each
/// mutation buries another.
const KEYS_STEP: usize = 4;

/// Records of [`Ghosts`] that are forgotten at once; a mutation does so eight times at most.
const GHOSTS_STEP: usize = 64;

/// The cursors of one map that began between two burials share one of these.
#[derive(Debug)]
pub(crate) struct Generation {
    number: u64,
}

/// An array or a clear's leftovers, with the overflow buckets allocated for it.
#[derive(Debug, Default)]
pub(super) struct Array {
    /// Buckets, spare ones included; `None` until the first assign.
    pub(super) block: Option<Block>,
    /// Overflow buckets allocated beyond the spare ones.
    pub(super) arena: Arena,
    /// What cursors must know to read evacuated buckets of this array.
    pub(super) ghosts: Option<Box<Ghosts>>,
}

/// What an evacuated bucket no longer shows by itself.
#[derive(Debug, Default)]
pub(super) struct Ghosts {
    /// Old slot → new slot of entries whose key is not equal to itself, which cannot be looked up.
    moved: BTreeMap<(usize, usize), (NonNull<u8>, usize)>,
    /// Head buckets that were zeroed as Go zeroes them → their copies, in the array's arena.
    aside: BTreeMap<usize, NonNull<u8>>,
    /// Evacuated slots that cursors pass over: their key has left the map alive.
    hidden: BTreeSet<(usize, usize)>,
}

impl Ghosts {
    pub(super) fn record_move(&mut self, from: (NonNull<u8>, usize), to: (NonNull<u8>, usize)) {
        self.moved.insert((from.0.addr().get(), from.1), to);
    }

    pub(super) fn forget_moves(&mut self) {
        self.moved.clear();
    }

    /// Makes an evacuated slot one that held nothing, for cursors.
    pub(super) fn hide(&mut self, bucket: NonNull<u8>, lane: usize) {
        let slot = (bucket.addr().get(), lane);
        self.moved.remove(&slot);
        self.hidden.insert(slot);
    }

    /// Forgets a bounded number of records; false if there are none left.
    fn forget_some(&mut self) -> bool {
        for _ in 0..GHOSTS_STEP {
            let forgotten = self.moved.pop_first().is_some()
                || self.aside.pop_first().is_some()
                || self.hidden.pop_first().is_some();
            if !forgotten {
                return false;
            }
        }
        true
    }

    pub(super) fn lay_aside(&mut self, head: NonNull<u8>, copy: NonNull<u8>) {
        self.aside.insert(head.addr().get(), copy);
    }
}

#[derive(Debug)]
struct BuriedArray {
    generation: u64,
    array: Array,
}

/// A key that the map let go of, in the form in which cursors may meet it: as bits in an old slot,
/// or behind an old slot's pointer. It is moved as bytes and dropped in place.
pub(super) enum Corpse<K> {
    Inline(MaybeUninit<K>),
    Indirect(NonNull<K>),
}

struct BuriedKey<K> {
    generation: u64,
    key: Corpse<K>,
}

impl<K> Corpse<K> {
    /// Drops the key.
    ///
    /// # Safety
    /// It holds a key that nobody reads from now on.
    pub(super) unsafe fn drop(self) {
        match self {
            // SAFETY: the caller's promise; the copy on the stack is the key's last.
            Self::Inline(mut key) => unsafe { key.assume_init_drop() },
            // SAFETY: an indirect slot's pointer came from a box of `K`.
            Self::Indirect(key) => drop(unsafe { Box::from_raw(key.as_ptr()) }),
        }
    }

    /// The key itself.
    ///
    /// # Safety
    /// As for [`Corpse::drop`].
    pub(super) unsafe fn into_key(self) -> K {
        match self {
            // SAFETY: the caller's promise.
            Self::Inline(key) => unsafe { key.assume_init() },
            // SAFETY: an indirect slot's pointer came from a box of `K`.
            Self::Indirect(key) => *unsafe { Box::from_raw(key.as_ptr()) },
        }
    }
}

/// The state of one map that outlives its entries; see the module.
pub(super) struct Retired<K> {
    /// The map's identity, drawn at the first `range`; 0 before.
    map: AtomicU64,
    /// The number of the present generation.
    number: u64,
    /// The present generation (an `Arc`'s pointer), made by the first cursor that needs it.
    present: AtomicPtr<Generation>,
    rest: Option<Box<Rest<K>>>,
}

struct Rest<K> {
    /// Sealed generations, oldest first.
    sealed: VecDeque<Arc<Generation>>,
    arrays: VecDeque<BuriedArray>,
    keys: VecDeque<BuriedKey<K>>,
}

impl<K> Default for Rest<K> {
    fn default() -> Self {
        Self { sealed: VecDeque::new(), arrays: VecDeque::new(), keys: VecDeque::new() }
    }
}

/// Identities are never used twice; 2^64 of them last.
static NEXT_MAP: AtomicU64 = AtomicU64::new(1);

impl<K> Retired<K> {
    pub(super) const fn new() -> Self {
        Self {
            map: AtomicU64::new(0),
            number: 0,
            present: AtomicPtr::new(ptr::null_mut()),
            rest: None,
        }
    }

    /// The present generation, for a cursor that begins now.
    pub(super) fn join(&self) -> Arc<Generation> {
        // Acquire pairs with the exchange's release: whoever sees the pointer sees the value.
        let mut present = self.present.load(Ordering::Acquire).cast_const();
        if present.is_null() {
            let fresh = Arc::new(Generation { number: self.number });
            let fresh = Arc::into_raw(fresh);
            let won = self.present.compare_exchange(
                ptr::null_mut(),
                fresh.cast_mut(),
                Ordering::AcqRel,
                Ordering::Acquire,
            );
            present = match won {
                Ok(_) => fresh,
                Err(theirs) => {
                    // SAFETY: `fresh` came from `into_raw` above and was not published.
                    drop(unsafe { Arc::from_raw(fresh) });
                    theirs.cast_const()
                }
            };
        }
        // SAFETY: `present` holds one count of the `Arc` until a method with `&mut self` takes it,
        // and `&self` keeps those out; so the count is above 0 while it is raised.
        unsafe {
            Arc::increment_strong_count(present);
            Arc::from_raw(present)
        }
    }

    /// The map's identity, by which a cursor knows it.
    pub(super) fn identity(&self) -> u64 {
        // Relaxed: an identity is compared, and orders nothing.
        let known = self.map.load(Ordering::Relaxed);
        if known != 0 {
            return known;
        }
        let fresh = NEXT_MAP.fetch_add(1, Ordering::Relaxed);
        match self.map.compare_exchange(0, fresh, Ordering::Relaxed, Ordering::Relaxed) {
            Ok(_) => fresh,
            Err(theirs) => theirs,
        }
    }

    /// Whether there is anything to do or to keep: the one question of an ordinary mutation.
    #[inline]
    pub(super) fn is_idle(&mut self) -> bool {
        self.rest.is_none() && self.present.get_mut().is_null()
    }

    /// Whether a cursor lives that may stand in an array of this map.
    pub(super) fn cursor_lives(&mut self) -> bool {
        !self.is_idle() && self.oldest_cursor().is_some()
    }

    /// Whether a cursor lives that may stand in an array buried before.
    fn cursor_behind(&mut self) -> bool {
        let oldest = self.oldest_cursor();
        let newest_array = self.rest.as_ref().and_then(|rest| rest.arrays.back());
        match (oldest, newest_array) {
            (Some(oldest), Some(buried)) => oldest <= buried.generation,
            _ => false,
        }
    }

    /// Whether a stale copy of a key that is dropped now may be read later: `growing` says whether
    /// the map has an old array.
    pub(super) fn stale_copies(&mut self, growing: bool) -> bool {
        !self.is_idle() && (self.cursor_behind() || growing && self.oldest_cursor().is_some())
    }

    /// The oldest generation of which a cursor lives. Forgets sealed ones of which none does.
    //
    // A count of 1 is the map's own. It can be read without ordering: what a cursor read of the
    // map it read under `&`, which ended before this `&mut` began.
    fn oldest_cursor(&mut self) -> Option<u64> {
        if let Some(rest) = &mut self.rest {
            while rest.sealed.front().is_some_and(|oldest| Arc::strong_count(oldest) == 1) {
                rest.sealed.pop_front();
            }
            if let Some(oldest) = rest.sealed.front() {
                return Some(oldest.number);
            }
        }
        self.present_lives().then_some(self.number)
    }

    fn present_lives(&mut self) -> bool {
        let present = NonNull::new(*self.present.get_mut());
        present.is_some_and(|present| {
            // SAFETY: the pointer is an `Arc`'s and holds one count; `ManuallyDrop` leaves it so.
            let present = core::mem::ManuallyDrop::new(unsafe { Arc::from_raw(present.as_ptr()) });
            Arc::strong_count(&present) > 1
        })
    }

    /// Ends the present generation; returns its number, under which to bury.
    fn seal(&mut self) -> u64 {
        if self.present_lives() {
            // Room comes first: if it cannot be had, the generation must not be forgotten.
            let sealed = &mut self.rest.get_or_insert_default().sealed;
            if sealed.len() == sealed.capacity() {
                // Generations that died behind one that lives on go when they might make up half
                // of the list, so it stays in proportion to the cursors alive.
                sealed.retain(|generation| Arc::strong_count(generation) > 1);
                sealed.reserve(sealed.len() + 1);
            }
        }
        if let Some(present) = self.take_present()
            && Arc::strong_count(&present) > 1
        {
            self.rest.get_or_insert_default().sealed.push_back(present);
        }
        self.number += 1;
        self.number - 1
    }

    fn take_present(&mut self) -> Option<Arc<Generation>> {
        let present = core::mem::replace(self.present.get_mut(), ptr::null_mut());
        // SAFETY: the pointer is an `Arc`'s and holds one count, taken over here.
        NonNull::new(present).map(|present| unsafe { Arc::from_raw(present.as_ptr()) })
    }

    /// Takes it that no cursor reads any more: the map is going.
    pub(super) fn forget_cursors(&mut self) {
        self.take_present();
        if let Some(rest) = &mut self.rest {
            rest.sealed.clear();
        }
    }

    pub(super) fn bury_array(&mut self, array: Array) {
        if array.block.is_none() && array.arena.is_empty() {
            return;
        }
        self.rest.get_or_insert_default().arrays.reserve(1);
        let generation = self.seal();
        let rest = self.rest.get_or_insert_default();
        rest.arrays.push_back(BuriedArray { generation, array });
    }

    pub(super) fn bury_key(&mut self, key: Corpse<K>) {
        self.rest.get_or_insert_default().keys.reserve(1);
        let generation = self.seal();
        let rest = self.rest.get_or_insert_default();
        rest.keys.push_back(BuriedKey { generation, key });
    }

    /// Frees a bounded part of what no cursor can reach; returns whether there was any.
    ///
    /// Drops keys: user code, which may panic; each has left the queue before.
    pub(super) fn step(&mut self) -> bool {
        let mut any = false;
        let oldest = self.oldest_cursor();
        let free = |generation: u64| oldest.is_none_or(|oldest| generation < oldest);
        if let Some(rest) = &mut self.rest {
            let mut budget = RELEASE_STEP;
            while budget > 0 && rest.arrays.front().is_some_and(|array| free(array.generation)) {
                // SAFETY: no cursor of a generation that could reach the array lives, and the map
                // itself let go of it when it was buried.
                let freed = unsafe { rest.arrays[0].array.release_some() };
                budget = budget.saturating_sub(freed);
                any = true;
                if freed == 0 {
                    rest.arrays.pop_front();
                }
            }
            for _ in 0..KEYS_STEP {
                let Some(buried) = rest.keys.pop_front_if(|key| free(key.generation)) else {
                    break;
                };
                any = true;
                // SAFETY: as above, of the key.
                unsafe { buried.key.drop() };
            }
            if rest.arrays.is_empty() && rest.keys.is_empty() && rest.sealed.is_empty() {
                self.rest = None;
            }
        }
        if oldest.is_none() {
            self.forget_cursors();
        }
        any
    }

    /// What an array that a cursor stands in recorded of its evacuated buckets; `present` is the
    /// map's old array, the last that may have.
    fn ghosts<'a>(&'a self, present: &'a Array) -> impl Iterator<Item = &'a Ghosts> {
        let buried =
            self.rest.iter().flat_map(|rest| rest.arrays.iter().map(|buried| &buried.array));
        buried.chain([present]).filter_map(|array| array.ghosts.as_deref())
    }

    /// Where the entry of an evacuated slot went whose key cannot be looked up.
    pub(super) fn moved(
        &self,
        present: &Array,
        bucket: NonNull<u8>,
        lane: usize,
    ) -> Option<(NonNull<u8>, usize)> {
        let slot = (bucket.addr().get(), lane);
        self.ghosts(present).find_map(|ghosts| ghosts.moved.get(&slot).copied())
    }

    /// The copy of a head bucket that was zeroed while a cursor lived.
    pub(super) fn aside(&self, present: &Array, head: NonNull<u8>) -> Option<NonNull<u8>> {
        self.ghosts(present).find_map(|ghosts| ghosts.aside.get(&head.addr().get()).copied())
    }

    /// Whether cursors pass over an evacuated slot.
    pub(super) fn hidden(&self, present: &Array, bucket: NonNull<u8>, lane: usize) -> bool {
        let slot = (bucket.addr().get(), lane);
        self.ghosts(present).any(|ghosts| ghosts.hidden.contains(&slot))
    }

    /// The buried arrays in which a cursor may stand, the youngest first.
    pub(super) fn arrays_in_reach(&mut self) -> impl Iterator<Item = &mut Array> {
        let oldest = self.oldest_cursor().unwrap_or(u64::MAX);
        let buried = self.rest.iter_mut().flat_map(|rest| rest.arrays.iter_mut().rev());
        buried.take_while(move |buried| buried.generation >= oldest).map(|buried| &mut buried.array)
    }

    /// The buried arrays that a cursor of this generation may read, the youngest first.
    pub(super) fn arrays_for(&self, generation: &Generation) -> impl Iterator<Item = &Array> {
        let oldest = generation.number;
        let buried = self.rest.iter().flat_map(|rest| rest.arrays.iter().rev());
        buried.take_while(move |buried| buried.generation >= oldest).map(|buried| &buried.array)
    }

    /// Frees at once what no cursor can reach.
    pub(super) fn flush(&mut self) {
        while self.step() {}
    }

    /// Forgets where entries went: a clear has dropped them.
    pub(super) fn forget_moves(&mut self) {
        if let Some(rest) = &mut self.rest {
            for buried in &mut rest.arrays {
                if let Some(ghosts) = &mut buried.array.ghosts {
                    ghosts.forget_moves();
                }
            }
        }
    }

    /// Bytes buried and not yet given back: arrays and overflow buckets, keys not counted.
    pub(super) fn bytes(&self) -> usize {
        let arrays = self.rest.iter().flat_map(|rest| &rest.arrays);
        arrays.map(|buried| buried.array.bytes()).sum()
    }

    /// Keys buried and not yet dropped.
    pub(super) fn keys(&self) -> usize {
        self.rest.as_ref().map_or(0, |rest| rest.keys.len())
    }
}

impl Array {
    pub(super) fn bytes(&self) -> usize {
        self.block.as_ref().map_or(0, Block::bytes) + self.arena.bytes()
    }

    /// Buckets of `size` bytes in the array, spare ones included.
    pub(super) fn buckets(&self, size: usize) -> usize {
        self.block.as_ref().map_or(0, Block::bytes) / size
    }

    /// Those of them that are not spare; the array has some.
    pub(super) fn regular(&self, size: usize) -> usize {
        // Spare buckets are fewer than regular ones.
        1 << self.buckets(size).ilog2()
    }

    /// The copy of a head bucket of this array, if it was zeroed while a cursor lived.
    pub(super) fn copy_of(&self, head: NonNull<u8>) -> Option<NonNull<u8>> {
        self.ghosts.as_ref()?.aside.get(&head.addr().get()).copied()
    }

    /// Frees a chunk, a part of the array, or some records; returns what that takes of a mutation's
    /// budget of `RELEASE_STEP`, 0 if nothing is left.
    ///
    /// # Safety
    /// Nothing reads or writes the array's buckets from now on.
    unsafe fn release_some(&mut self) -> usize {
        if let Some(ghosts) = &mut self.ghosts {
            if !ghosts.forget_some() {
                self.ghosts = None;
            }
            return RELEASE_STEP / 8;
        }
        // SAFETY: the caller's promise.
        let chunk = unsafe { self.arena.release_chunk() };
        if chunk > 0 {
            return chunk;
        }
        let Some(block) = self.block.take() else {
            return 0;
        };
        let before = block.bytes();
        // SAFETY: the caller's promise.
        self.block = unsafe { block.release_some() };
        before - self.block.as_ref().map_or(0, Block::bytes)
    }

    /// Frees everything.
    ///
    /// # Safety
    /// Nothing reads or writes the array's buckets from now on.
    pub(super) unsafe fn release(&mut self) {
        // SAFETY: the caller's promise.
        unsafe {
            self.arena.release();
            if let Some(block) = self.block.take() {
                block.release();
            }
        }
    }
}

impl<K> Drop for Retired<K> {
    /// Frees everything: a cursor reads only through `&` of the map, so none reads any more.
    fn drop(&mut self) {
        /// Goes on with the drop if a key's drop panics.
        struct Keys<K>(VecDeque<BuriedKey<K>>);
        impl<K> Keys<K> {
            fn run(&mut self) {
                while let Some(buried) = self.0.pop_front() {
                    // SAFETY: the map is going; see above.
                    unsafe { buried.key.drop() };
                }
            }
        }
        impl<K> Drop for Keys<K> {
            fn drop(&mut self) {
                self.run();
            }
        }
        self.forget_cursors();
        let Some(rest) = &mut self.rest else { return };
        for buried in &mut rest.arrays {
            // SAFETY: the map is going; see above.
            unsafe { buried.array.release() };
        }
        Keys(core::mem::take(&mut rest.keys)).run();
    }
}

#[cfg(test)]
mod tests;
