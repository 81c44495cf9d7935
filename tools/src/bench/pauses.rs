//! What the longest operations waited for: page faults, the scheduler, or neither.
//!
//! The process's own counts (`getrusage`) are read between the operations, outside of what is timed.

use super::keys::{Generator, Key};
use super::map::{Deed, Map, Subject};
use super::table::time;
use super::workload::{parse_size, size};
use crate::report::{Report, Status};
use clap::Args;
use std::fmt::Write;
use std::time::{Duration, Instant};

/// Which maps, and how large.
#[derive(Clone, Debug, Args)]
pub struct Options {
    /// Entries of the largest map, such as 2^24 or 850000
    #[arg(long, value_name = "N", default_value = "2^20", value_parser = entries)]
    entries: u64,
    /// Only this map: tophash, tophash+foldhash, hashbrown or std; may be given several times
    #[arg(long, value_name = "MAP", value_parser = super::subject)]
    map: Vec<Subject>,
}

/// More would take more memory than most machines have.
const MOST: u64 = 1 << 28;

fn entries(text: &str) -> Result<u64, String> {
    let entries = parse_size(text).filter(|n| (1..=MOST).contains(n));
    entries
        .ok_or_else(|| format!("not a number from 1 to {}, nor a power of two as 2^20", size(MOST)))
}

/// From these durations on operations are counted.
const FROM: [Duration; 3] =
    [Duration::from_micros(10), Duration::from_micros(100), Duration::from_millis(1)];

/// What the kernel has counted for this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Usage {
    /// Pages that were mapped when they were first touched.
    faults: i64,
    /// How often the process lost its processor.
    lost: i64,
}

impl Usage {
    #[cfg(unix)]
    fn now() -> Option<Self> {
        use nix::sys::resource::{UsageWho, getrusage};
        let usage = getrusage(UsageWho::RUSAGE_SELF).ok()?;
        Some(Self { faults: usage.minor_page_faults(), lost: usage.involuntary_context_switches() })
    }

    #[cfg(not(unix))]
    fn now() -> Option<Self> {
        None
    }
}

/// What an operation waited for, the first that applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cause {
    /// The process lost its processor meanwhile.
    Scheduler,
    /// A page was touched for the first time.
    Fault,
    /// Neither: an interrupt, or the machine beneath this one; or the map itself.
    Neither,
}

impl Cause {
    const ALL: [Self; 3] = [Self::Scheduler, Self::Fault, Self::Neither];

    fn of(before: Usage, after: Usage) -> Self {
        if after.lost > before.lost {
            Self::Scheduler
        } else if after.faults > before.faults {
            Self::Fault
        } else {
            Self::Neither
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Scheduler => "lost the processor",
            Self::Fault => "else: touched a new page",
            Self::Neither => "neither",
        }
    }
}

/// Operations of at least each duration of [`FROM`], and the longest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    from: [u64; FROM.len()],
    longest: Duration,
}

impl Counts {
    fn add(&mut self, took: Duration) {
        for (count, from) in self.from.iter_mut().zip(FROM) {
            *count += u64::from(took >= from);
        }
        self.longest = self.longest.max(took);
    }
}

/// The operations of one kind on one map.
#[derive(Clone, Debug)]
pub(super) struct Phase {
    title: &'static str,
    /// By cause, in the order of [`Cause::ALL`].
    causes: [Counts; Cause::ALL.len()],
    /// Of those counted, the ones that began a growth, and that gave memory back.
    growth: Counts,
    gives_back: Counts,
    /// Page faults of all operations.
    faults: i64,
    /// With the readings in between.
    took: Duration,
}

impl Phase {
    /// Times what `operate` returns the duration of, once for each key, with what else it did.
    fn of(
        title: &'static str,
        keys: &[u64],
        mut operate: impl FnMut(u64) -> (Duration, Deed),
    ) -> Self {
        let mut phase = Self {
            title,
            causes: Default::default(),
            growth: Counts::default(),
            gives_back: Counts::default(),
            faults: 0,
            took: Duration::ZERO,
        };
        let began = Instant::now();
        let zero = Usage { faults: 0, lost: 0 };
        let mut before = Usage::now().unwrap_or(zero);
        for &key in keys {
            let (took, deed) = operate(key);
            let after = Usage::now().unwrap_or(zero);
            phase.faults += after.faults - before.faults;
            phase.causes[Cause::of(before, after) as usize].add(took);
            match deed {
                Deed::Growth => phase.growth.add(took),
                Deed::GivesBack => phase.gives_back.add(took),
                Deed::Other => {}
            }
            before = after;
        }
        phase.took = began.elapsed();
        phase
    }

    fn table(&self) -> String {
        let mut text = format!(
            "{}: {} page faults in {}\n",
            self.title,
            self.faults,
            time(self.took.as_nanos() as f64)
        );
        let rows = Cause::ALL.iter().map(|it| (it.title(), self.causes[*it as usize]));
        let deeds = [("a growth began", self.growth), ("memory went back", self.gives_back)];
        let deeds = deeds.into_iter().filter(|(_, counts)| *counts != Counts::default());
        for (title, counts) in rows.chain(deeds) {
            let _ = write!(text, "  {title:<26}");
            for count in counts.from {
                let _ = write!(text, "{count:>9}");
            }
            let _ = writeln!(text, "{:>11}", time(counts.longest.as_nanos() as f64));
        }
        text
    }
}

/// The inserts by which a map grows, and the removals of all its entries.
pub(super) fn phases<M: Map<u64>>(entries: u64) -> [Phase; 2] {
    let mut map = M::with_capacity(0);
    let stored = u64::keys(&(0..entries).collect::<Vec<u64>>());
    let inserts = Phase::of("inserts", &stored, |key| {
        let b = map.b();
        let began = Instant::now();
        map.insert(key, key);
        let took = began.elapsed();
        (took, deed(&map, took, b))
    });
    assert_eq!(map.len() as u64, entries, "the map has lost entries");
    let stored = u64::keys(&Generator::of_orders().shuffled(0..entries));
    let removals = Phase::of("removals", &stored, |key| {
        let b = map.b();
        let began = Instant::now();
        map.remove(key);
        let took = began.elapsed();
        (took, deed(&map, took, b))
    });
    assert_eq!(map.len(), 0, "the map has kept entries");
    [inserts, removals]
}

/// To ask the map takes time, so only after what is counted.
fn deed<M: Map<u64>>(map: &M, took: Duration, b: u8) -> Deed {
    if took < FROM[0] { Deed::Other } else { map.deed(b) }
}

/// Measures, and shows tables.
pub fn pauses(options: &Options) -> Report {
    if Usage::now().is_none() {
        let complaint = "pauses: this system does not tell of page faults".to_owned();
        return Report { status: Status::Bad, text: String::new(), complaint: Some(complaint) };
    }
    let mut text = format!("{:<28}", format!("u64 keys, {} entries", size(options.entries)));
    for from in FROM {
        let from = time(from.as_nanos() as f64).replace(".00", "").replace(".0", "");
        let _ = write!(text, "{:>9}", format!("≥ {from}"));
    }
    let _ = writeln!(text, "{:>11}", "longest");
    let turns = vec![0; options.entries as usize];
    let empty = Phase::of("turns", &turns, |_| {
        let began = Instant::now();
        (began.elapsed(), Deed::Other)
    });
    let _ = write!(text, "\nan empty loop, {}", empty.table());
    for subject in Subject::ALL {
        if options.map.is_empty() || options.map.contains(&subject) {
            for phase in subject.pauses(options.entries) {
                let _ = write!(text, "\n{}, {}", subject.name(), phase.table());
            }
        }
    }
    Report { status: Status::Identical, text, complaint: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_counts_once_for_each_duration_that_it_reaches() {
        let mut counts = Counts::default();
        for micros in [9, 10, 99, 100, 5000] {
            counts.add(Duration::from_micros(micros));
        }
        assert_eq!((counts.from, counts.longest), ([4, 2, 1], Duration::from_millis(5)));
    }

    #[test]
    fn a_lost_processor_comes_before_a_page_fault() {
        let usage = |faults, lost| Usage { faults, lost };
        let cause = |after| Cause::of(usage(3, 3), after);
        assert_eq!(cause(usage(4, 4)), Cause::Scheduler);
        assert_eq!(cause(usage(4, 3)), Cause::Fault);
        assert_eq!(cause(usage(3, 3)), Cause::Neither);
    }
}
