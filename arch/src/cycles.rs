//! Time in cycles: of the processor's own counter, and estimated, of its core.
//!
//! A [`Counter`] times one call. It reads the counter that the processor offers to every program,
//! so that nothing before the call is still under way at the first reading, and nothing after it
//! at the second; and it subtracts what two such readings take by themselves.
//!
//! That counter runs at a rate of its own, whatever the core's clock does at the moment. Performance
//! counters would know the core's cycles, but virtual machines rarely have them. So a [`Clock`]
//! times a chain of additions, each of which waits for the one before it: on every processor worth
//! measuring, an addition of two registers takes one cycle of the core. Take one just before and
//! after what it is to convert, as clocks change.
//!
//! Times of one sample are skewed to one side, since an interrupt only ever adds. [`Summary`] says
//! minimum, median and percentiles.
//!
//! | target | counter | |
//! | --- | --- | --- |
//! | x86-64 with `rdtscp` | time-stamp counter | constant rate, near the core's nominal clock |
//! | arm64 | `cntvct_el0` | constant rate, often much below the core's: 24 MHz to 1 GHz |
//! | another; Miri | none | [`Counter::new`] is `None` |
//!
//! ```
//! use tophash_arch::cycles::{Clock, Counter, Summary};
//!
//! if let Some(counter) = Counter::new() {
//!     let clock = Clock::new(&counter);
//!     let mut ticks = [0; 99];
//!     for sample in &mut ticks {
//!         let (sum, taken) = counter.time(|| (0..100u64).map(std::hint::black_box).sum::<u64>());
//!         assert_eq!(sum, 4950);
//!         *sample = taken;
//!     }
//!     let summary = Summary::of(&mut ticks).expect("there are 99");
//!     assert!(summary.minimum <= summary.median && summary.median <= summary.p90);
//!     println!("{} ticks, {:.0} cycles", summary.median, clock.cycles(summary.median));
//! }
//! ```

cfg_if::cfg_if! {
    if #[cfg(miri)] {
        mod none;
        use none as chosen;
    } else if #[cfg(target_arch = "x86_64")] {
        mod x86;
        use x86 as chosen;
    } else if #[cfg(target_arch = "aarch64")] {
        mod arm;
        use arm as chosen;
    } else {
        mod none;
        use none as chosen;
    }
}

mod summary;

pub use chosen::{additions, opaque};
pub use summary::Summary;

use core::hint::black_box;

/// The processor's counter. That there is one, is the proof that it can be read.
#[derive(Clone, Copy, Debug)]
pub struct Counter {
    overhead: u64,
}

impl Counter {
    /// The instruction that reads the counter of this target: `"rdtscp"`, `"cntvct_el0"` or, where
    /// there is none, `"none"`. For reports.
    pub const NAME: &str = chosen::NAME;

    /// The counter, if the processor has one. Measures what readings take, for some microseconds.
    pub fn new() -> Option<Self> {
        if !chosen::exists() {
            return None;
        }
        let mut counter = Self { overhead: 0 };
        // The first calls come upon cold code.
        for _ in 0..16 {
            counter.time(|| ());
        }
        // The least, so that no time is taken for overhead that is not.
        counter.overhead = (0..1000).map(|_| counter.time(|| ()).1).min().unwrap_or(0);
        Some(counter)
    }

    /// What two readings take, in ticks; [`Counter::time`] subtracts it.
    pub fn overhead(&self) -> u64 {
        self.overhead
    }

    /// The counter now, read when everything before it is done, and before anything after it begins.
    #[inline]
    pub fn now(&self) -> u64 {
        // Their order matters only within one call of `time`.
        chosen::begin()
    }

    /// Calls `f`; returns its result, and the ticks that the call took. Fewer than the overhead
    /// count as 0. A counter that goes backwards between two cores gives 0 too.
    #[inline(always)]
    pub fn time<R>(&self, f: impl FnOnce() -> R) -> (R, u64) {
        let begin = chosen::begin();
        // What `f` computes must not be put off behind the second reading.
        let result = black_box(f());
        let end = chosen::end();
        (result, end.saturating_sub(begin).saturating_sub(self.overhead))
    }
}

/// How long a cycle of the core is at the moment, in ticks of a [`Counter`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clock {
    ticks_per_cycle: f64,
}

impl Clock {
    /// Additions of one measurement: some microseconds, so that a tick of a slow counter does not
    /// matter.
    const ADDITIONS: u64 = 16 * 1024;

    /// Measures it, in about fifty microseconds.
    pub fn new(counter: &Counter) -> Self {
        // The least of several: an interrupt only ever adds.
        let time = || counter.time(|| additions(Self::ADDITIONS)).1;
        let ticks = (0..8).map(|_| time()).min().unwrap_or(0);
        Self { ticks_per_cycle: ticks.max(1) as f64 / Self::ADDITIONS as f64 }
    }

    /// Ticks of the counter in one cycle of the core.
    pub fn ticks_per_cycle(self) -> f64 {
        self.ticks_per_cycle
    }

    /// `ticks` in cycles of the core.
    pub fn cycles(self, ticks: u64) -> f64 {
        ticks as f64 / self.ticks_per_cycle
    }

    /// The clock between two: for what ran between their measurements.
    #[must_use]
    pub fn between(self, other: Self) -> Self {
        Self { ticks_per_cycle: f64::midpoint(self.ticks_per_cycle, other.ticks_per_cycle) }
    }
}
