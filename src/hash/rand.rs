//! Where a map's randomness comes from.
//!
//! The runtime code never draws by itself: a map holds a [`Rand`] and every random choice of Go's
//! runtime is one call of it. A replay scripts those calls.

use alloc::boxed::Box;
use core::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed};

/// The random source of one map: seeds, the start of an iteration, the coins of the overflow
/// counter and the hashes of NaNs.
///
/// Drawing takes `&self`, because Go's `range` draws from a map that it only reads; the state is
/// atomic, so a shared map stays `Sync`. It is fast, not secret.
///
/// ```
/// use tophash::Rand;
/// let (a, b) = (Rand::from_seed(1), Rand::from_seed(1));
/// assert_eq!([a.next(), a.next()], [b.next(), b.next()]);
/// ```
#[derive(Debug)]
pub struct Rand {
    /// State of SplitMix64: a counter, so that one relaxed `fetch_add` is a whole step.
    state: AtomicU64,
    script: Option<Box<Script>>,
}

/// SplitMix64's increment (the golden ratio in 64 bits).
const GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

impl Rand {
    /// A source that is a function of `seed` alone.
    pub const fn from_seed(seed: u64) -> Self {
        Self { state: AtomicU64::new(seed), script: None }
    }

    /// A source seeded by the operating system.
    #[cfg(feature = "std")]
    pub fn system() -> Self {
        use std::hash::{BuildHasher, RandomState};
        Self::from_seed(RandomState::new().hash_one(0u8))
    }

    /// A source whose next draws a replay writes down beforehand; see [`Script`].
    pub fn scripted() -> Self {
        Self::from_seed(0).with_script()
    }

    /// This source under a script: what it would draw for a map, the script holds, unless told
    /// otherwise by [`Script::set_tosses`]. [`next`](Self::next) goes on as before.
    pub fn with_script(self) -> Self {
        Self { script: Some(Box::default()), ..self }
    }

    /// The script, if this source has one.
    pub fn script(&self) -> Option<&Script> {
        self.script.as_deref()
    }

    /// The next 64 random bits.
    pub fn next(&self) -> u64 {
        // Relaxed: draws need to differ, not to be ordered with anything.
        let mut z = self.state.fetch_add(GAMMA, Relaxed).wrapping_add(GAMMA);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A new seed for a map (`hash0`).
    pub(crate) fn seed(&self) -> u32 {
        match &self.script {
            Some(script) => script.seed.take(),
            None => self.next() as u32,
        }
    }

    /// The number whose low B bits are an iteration's start bucket, the next three its offset.
    pub(crate) fn iteration(&self) -> u64 {
        match &self.script {
            Some(script) => script.iteration.load(Relaxed),
            None => self.next(),
        }
    }

    /// Whether the overflow counter of a map of 2^`b` buckets, `b` ≥ 16, counts this bucket:
    /// true once in 2^(`b` − 15).
    pub(crate) fn coin(&self, b: u8) -> bool {
        let toss = || self.next() as u32 & ((1u32 << (b - 15)) - 1) == 0;
        match &self.script {
            Some(script) => {
                script.coins.fetch_add(1, Relaxed);
                script.tosses.load(Relaxed) && toss()
            }
            None => toss(),
        }
    }

    /// Whether a script knows that the coins of this operation brought the overflow counter over
    /// its limit. A recording holds only what an operation's coins came to, so where coins fell
    /// before the test, only its outcome says how the test went.
    #[inline]
    pub(crate) fn coins_reached_limit(&self) -> bool {
        match &self.script {
            Some(script) => script.coins.load(Relaxed) > 0 && script.limit_reached.load(Relaxed),
            None => false,
        }
    }
}

/// What a recording says about the draws of the next operation, and which of them took place.
///
/// Set it before an operation, ask it afterwards. Nothing here fails: a draw that the script does
/// not hold yields 0 and is reported by [`Script::seed_missing`].
///
/// ```
/// use tophash::hash::{Aes, Rand};
/// use tophash::key::Go;
/// use tophash::{Dialect, GoMap};
///
/// let rand = Rand::scripted();
/// let script = rand.script().expect("it is scripted");
/// script.begin(Some(77)); // the seed that the next operation draws
/// let mut map = GoMap::with_source(0, Go(Aes::new([7; 128])), rand, Dialect::GO_1_22);
/// assert_eq!(map.header().hash0(), 77);
/// map.insert(1u64, "one");
/// ```
#[derive(Debug, Default)]
pub struct Script {
    seed: SeedSlot,
    iteration: AtomicU64,
    coins: AtomicU32,
    tosses: AtomicBool,
    limit_reached: AtomicBool,
}

/// One seed, handed out once.
#[derive(Debug, Default)]
struct SeedSlot {
    value: AtomicU32,
    present: AtomicBool,
    drawn: AtomicBool,
    missing: AtomicBool,
}

impl SeedSlot {
    fn take(&self) -> u32 {
        self.drawn.store(true, Relaxed);
        if self.present.swap(false, Relaxed) {
            return self.value.load(Relaxed);
        }
        self.missing.store(true, Relaxed);
        0
    }
}

// One thread scripts and runs a replay; the atomics only keep `Rand: Sync`, hence Relaxed
// throughout.
impl Script {
    /// Forgets the last operation and takes the next one's seed, if the recording has one.
    pub fn begin(&self, seed: Option<u32>) {
        self.seed.value.store(seed.unwrap_or(0), Relaxed);
        self.seed.present.store(seed.is_some(), Relaxed);
        self.seed.drawn.store(false, Relaxed);
        self.seed.missing.store(false, Relaxed);
        self.coins.store(0, Relaxed);
        self.tosses.store(false, Relaxed);
        self.limit_reached.store(false, Relaxed);
    }

    /// Says where the iteration that begins next starts: `start` below 2^`b`, `offset` below 8.
    pub fn set_iteration(&self, start: u64, offset: u8, b: u8) {
        self.iteration.store(start | u64::from(offset) << b, Relaxed);
    }

    /// Says whether the source tosses the operation's coins itself. Else they are counted, and none
    /// raises the overflow counter.
    pub fn set_tosses(&self, tosses: bool) {
        self.tosses.store(tosses, Relaxed);
    }

    /// Says that the overflow counter passed its limit amid the operation's coins.
    pub fn set_limit_reached(&self, reached: bool) {
        self.limit_reached.store(reached, Relaxed);
    }

    /// Whether the operation drew a seed.
    pub fn drew_seed(&self) -> bool {
        self.seed.drawn.load(Relaxed)
    }

    /// Whether the operation drew a seed that the script did not hold.
    pub fn seed_missing(&self) -> bool {
        self.seed.missing.load(Relaxed)
    }

    /// How many coins the overflow counter tossed in the operation.
    pub fn coins(&self) -> u32 {
        self.coins.load(Relaxed)
    }
}
