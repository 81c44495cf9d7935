//! Scans of tophashes, measured and predicted.

use super::mca::{Mca, Prediction};
use super::times::Spread;
use serde::Serialize;
use std::hint::black_box;
use tophash_arch::cycles::{Clock, Counter};
use tophash_states::kernel::{Kernel, Tops};

/// Scans of one sample, so many that what begins and ends the loop does not matter.
const SCANS: u64 = 4 * Tops::BUCKETS as u64;

const SAMPLES: usize = 64;

/// Cycles are kept to a thousandth.
const FRACTION: f64 = 1000.0;

/// One scan by one set of instructions.
#[derive(Clone, Debug, Serialize)]
pub(super) struct KernelRow {
    pub(super) scan: &'static str,
    pub(super) set: &'static str,
    /// Scans that do not wait for each other.
    pub(super) independent: Loop,
    /// Scans each of which waits for the one before it.
    pub(super) dependent: Loop,
}

/// A loop over buckets.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Loop {
    /// Cycles of the core for each scan.
    pub(super) core_cycles: Spread,
    /// What is predicted for each scan. For a scan byte by byte, whose loop is one byte's: times the
    /// bytes that it looks at on average, all branches foreseen.
    pub(super) predicted: Option<Prediction>,
}

/// Measures `kernels`; `or_say` is told what is missing.
pub(super) fn rows(
    counter: &Counter,
    kernels: Vec<Kernel>,
    or_say: &mut impl FnMut(String),
) -> Vec<KernelRow> {
    if kernels.is_empty() {
        return Vec::new();
    }
    let mca = Mca::find().map_err(|why| or_say(format!("predictions: {why}"))).ok();
    let mut failed = false;
    let mut row = |kernel: Kernel| {
        let tops = Tops::of(kernel);
        let mut predict = |name: &str| {
            let prediction = mca.as_ref()?.predict(&kernel.symbol(name));
            let prediction = prediction.map_err(|why| {
                if !failed {
                    or_say(format!("predictions: {why}"));
                }
                failed = true;
            });
            let mut prediction = prediction.ok()?;
            if kernel.by_byte() {
                let bytes = tops.mean_bytes(kernel);
                prediction.cycles *= bytes;
                prediction.throughput *= bytes;
            }
            Some(prediction)
        };
        let (independent, dependent) = (predict("independent"), predict("dependent"));
        KernelRow {
            scan: kernel.scan(),
            set: kernel.set(),
            independent: Loop {
                core_cycles: time(counter, || kernel.independent(black_box(&tops), SCANS)),
                predicted: independent,
            },
            dependent: Loop {
                core_cycles: time(counter, || kernel.dependent(black_box(&tops), SCANS)),
                predicted: dependent,
            },
        }
    };
    kernels.into_iter().map(&mut row).collect()
}

/// Cycles of the core for each of the scans of `scans`.
fn time(counter: &Counter, scans: impl Fn() -> u64) -> Spread {
    black_box(scans());
    let sample = || {
        let before = Clock::new(counter);
        let ticks = counter.time(&scans).1;
        let clock = before.between(Clock::new(counter));
        (clock.cycles(ticks) / SCANS as f64 * FRACTION) as u64
    };
    Spread::of((0..SAMPLES).map(|_| sample()).collect(), FRACTION)
}
