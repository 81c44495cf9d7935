//! Times of an operation, one call each.

use super::Case;
use serde::Serialize;
use tophash_arch::cycles::{Clock, Counter, Summary};
use tophash_states::Prepared;

/// Calls between two measurements of the core's clock; and maps that are prepared in advance of an
/// operation that changes them.
const BATCH: u32 = 64;

/// Cycles of the core are kept to a sixteenth.
const FRACTION: f64 = 16.0;

/// What a sample of calls came to, without what a call that does nothing takes.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Times {
    samples: u32,
    /// Ticks of the processor's counter.
    pub(super) ticks: Spread,
    /// Cycles of the core, estimated.
    pub(super) core_cycles: Spread,
}

/// A sample's minimum, median and percentiles.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Spread {
    pub(super) minimum: f64,
    pub(super) median: f64,
    pub(super) p90: f64,
    pub(super) p99: f64,
}

impl Spread {
    /// Of a sample in units of 1/`fraction`; of no value, zeros.
    pub(super) fn of(mut sample: Vec<u64>, fraction: f64) -> Self {
        let summary = Summary::of(&mut sample);
        let value = |of: fn(Summary) -> u64| summary.map_or(0, of) as f64 / fraction;
        Self {
            minimum: value(|summary| summary.minimum),
            median: value(|summary| summary.median),
            p90: value(|summary| summary.p90),
            p99: value(|summary| summary.p99),
        }
    }
}

/// Times `case` as often as `samples` says.
pub(super) fn times(counter: &Counter, case: Case, samples: u32) -> Times {
    let idle = idle(counter, case);
    let (mut ticks, mut cycles) = (Vec::new(), Vec::new());
    let mut left = samples;
    let mut kept = case.repeats().then(|| case.prepare());
    if let Some(prepared) = &mut kept {
        // The first call finds cold caches and untaken branches.
        prepared.run();
    }
    while left > 0 {
        let calls = left.min(BATCH);
        left -= calls;
        let mut batch: Vec<Prepared> =
            if kept.is_some() { Vec::new() } else { (0..calls).map(|_| case.prepare()).collect() };
        let mut taken = Vec::with_capacity(calls as usize);
        let before = Clock::new(counter);
        for i in 0..calls as usize {
            let prepared = kept.as_mut().or_else(|| batch.get_mut(i));
            let prepared = prepared.expect("a batch has as many as there are calls");
            prepared.reset();
            taken.push(counter.time(|| prepared.run()).1.saturating_sub(idle));
        }
        let clock = before.between(Clock::new(counter));
        cycles.extend(taken.iter().map(|&ticks| (clock.cycles(ticks) * FRACTION) as u64));
        ticks.extend(taken);
    }
    Times { samples, ticks: Spread::of(ticks, 1.0), core_cycles: Spread::of(cycles, FRACTION) }
}

/// What calling an operation takes by itself, beyond the readings: some ticks.
fn idle(counter: &Counter, case: Case) -> u64 {
    let mut prepared = case.idle();
    let mut ticks: Vec<u64> = (0..1000).map(|_| counter.time(|| prepared.run()).1).collect();
    Summary::of(&mut ticks).map_or(0, |summary| summary.median)
}
