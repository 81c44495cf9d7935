//! What a sample of times comes to.

/// The minimum, the median and two percentiles of a sample.
///
/// ```
/// use tophash_arch::cycles::Summary;
///
/// let mut sample: Vec<u64> = (1..=100).rev().collect();
/// let summary = Summary::of(&mut sample).expect("it has values");
/// assert_eq!(summary, Summary { minimum: 1, median: 50, p90: 90, p99: 99 });
/// assert_eq!(Summary::of(&mut []), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The least value.
    pub minimum: u64,
    /// Half of all values are at most this.
    pub median: u64,
    /// Nine in ten are.
    pub p90: u64,
    /// Ninety-nine in a hundred are.
    pub p99: u64,
}

impl Summary {
    /// Summarises a sample, which it sorts; `None` if there is no value in it.
    pub fn of(sample: &mut [u64]) -> Option<Self> {
        sample.sort_unstable();
        let &minimum = sample.first()?;
        let at = |percent| Self::percentile(sample, percent);
        Some(Self { minimum, median: at(50)?, p90: at(90)?, p99: at(99)? })
    }

    /// The least value of a sorted sample that `percent` in a hundred of its values do not exceed
    /// (the nearest rank: always a value of the sample); `None` if there is no value.
    ///
    /// ```
    /// use tophash_arch::cycles::Summary;
    ///
    /// assert_eq!(Summary::percentile(&[15, 20, 35, 40, 50], 40), Some(20));
    /// assert_eq!(Summary::percentile(&[15, 20, 35, 40, 50], 100), Some(50));
    /// ```
    pub fn percentile(sorted: &[u64], percent: usize) -> Option<u64> {
        let rank = (sorted.len() * percent).div_ceil(100).clamp(1, sorted.len().max(1));
        sorted.get(rank - 1).copied()
    }
}
