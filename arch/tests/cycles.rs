//! Counters, the core's clock, and what a sample comes to.
//!
//! Timing is at the mercy of what else runs: each property is of the least of many times.

use tophash_arch::cycles::{Clock, Counter, Summary, additions, opaque};

#[test]
#[cfg(all(any(target_arch = "x86_64", target_arch = "aarch64"), not(miri)))]
fn this_target_has_a_counter() {
    assert!(Counter::new().is_some());
    assert_ne!(Counter::NAME, "none");
}

#[test]
fn readings_never_go_backwards() {
    let Some(counter) = Counter::new() else { return };
    let readings: Vec<u64> = (0..10_000).map(|_| counter.now()).collect();
    assert!(readings.is_sorted());
    assert!(readings[0] < readings[9_999]);
}

/// The least time of a chain of `n` additions, in ticks.
fn least(counter: &Counter, n: u64) -> u64 {
    (0..100).map(|_| counter.time(|| additions(n)).1).min().unwrap()
}

#[test]
fn a_chain_four_times_as_long_takes_four_times_as_long() {
    let Some(counter) = Counter::new() else { return };
    let (short, long) = (least(&counter, 1 << 14), least(&counter, 1 << 16));
    let ratio = long as f64 / short as f64;
    assert!((3.0..5.0).contains(&ratio), "{short} and {long} ticks");
}

#[test]
fn a_chain_of_additions_takes_about_as_many_cycles_of_the_core() {
    let Some(counter) = Counter::new() else { return };
    // A clock may change between the two measurements; over some tries it stays once.
    let near = (0..10).any(|_| {
        let clock = Clock::new(&counter).between(Clock::new(&counter));
        let cycles = clock.cycles(least(&counter, 100_000));
        (80_000.0..125_000.0).contains(&cycles)
    });
    assert!(near);
}

#[test]
fn what_readings_take_is_subtracted() {
    let Some(counter) = Counter::new() else { return };
    let nothing = (0..1000).map(|_| counter.time(|| ()).1).min().unwrap();
    assert!(nothing <= counter.overhead() / 2, "{nothing} ticks of {}", counter.overhead());
    assert!((0..1000).any(|_| counter.time(|| additions(16 * 1024)).1 > counter.overhead()));
}

#[test]
fn additions_come_to_their_sum() {
    assert_eq!(additions(0), 1);
    assert_eq!(additions(1), 1 + 3 * 16);
    assert_eq!(additions(32), 1 + 3 * 32);
    assert_eq!(opaque(7), 7);
}

#[test]
fn percentiles_are_those_of_the_nearest_rank() {
    let sorted: Vec<u64> = (1..=1000).collect();
    for (percent, value) in [(0, 1), (1, 10), (50, 500), (90, 900), (99, 990), (100, 1000)] {
        assert_eq!(Summary::percentile(&sorted, percent), Some(value), "{percent} %");
    }
    assert_eq!(Summary::percentile(&[7], 50), Some(7));
    assert_eq!(Summary::percentile(&[], 50), None);
    let mut sample = [9, 1, 5, 3, 7];
    let summary = Summary { minimum: 1, median: 5, p90: 9, p99: 9 };
    assert_eq!(Summary::of(&mut sample), Some(summary));
}
