//! The keys of docs/workloads.md, and the orders that they are used in.

use std::ops::Range;

/// The increment of SplitMix64.
const GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

/// SplitMix64.
pub(super) struct Generator(u64);

impl Generator {
    /// The generator from which the order of look-ups is drawn.
    pub(super) fn of_orders() -> Self {
        Self(1)
    }

    /// The generator from which the cycle of a chain of look-ups is drawn.
    pub(super) fn of_cycles() -> Self {
        Self(2)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GAMMA);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    /// The numbers in a random order: Fisher and Yates' shuffle, from the end.
    pub(super) fn shuffled(&mut self, numbers: Range<u64>) -> Vec<u64> {
        let mut order: Vec<u64> = numbers.collect();
        for i in (1..order.len()).rev() {
            let bound = i as u128 + 1;
            let j = (u128::from(self.next()) * bound) >> 64;
            order.swap(i, j as usize);
        }
        order
    }
}

/// The `i`-th number that SplitMix64 gives from 0 on. No two are the same.
fn number(i: u64) -> u64 {
    Generator(i.wrapping_mul(GAMMA)).next()
}

/// A type of keys.
pub(super) trait Key: Copy + 'static {
    /// What a chain of look-ups finds its next key by.
    type Links;

    /// The keys of these numbers, side by side in memory.
    fn keys(numbers: &[u64]) -> Vec<Self>;
    /// What finds the keys of the numbers below `n`.
    fn links(n: u64) -> Self::Links;
    /// The value that leads to key number `i`.
    fn link_to(i: u64) -> u64;
    /// The key that a value leads to.
    fn follow(links: &Self::Links, value: u64) -> Self;
    /// What a key adds to the sum of an iteration.
    fn weight(self) -> u64;
}

impl Key for u64 {
    type Links = ();

    fn keys(numbers: &[u64]) -> Vec<Self> {
        numbers.iter().map(|&i| number(i)).collect()
    }

    fn links(_: u64) {}

    fn link_to(i: u64) -> u64 {
        number(i)
    }

    #[inline]
    fn follow((): &(), value: u64) -> Self {
        value
    }

    #[inline]
    fn weight(self) -> u64 {
        self
    }
}

/// 16 hexadecimal digits a key, one key behind the other. It is never freed: keys refer to it for as
/// long as the process lives.
fn text(numbers: impl ExactSizeIterator<Item = u64>) -> &'static str {
    let mut text = Vec::with_capacity(16 * numbers.len());
    for i in numbers {
        // Of the 2^24 keys of the largest row, `format!` would take a second.
        let number = number(i);
        text.extend(
            (0..16).rev().map(|at| b"0123456789abcdef"[(number >> (4 * at) & 15) as usize]),
        );
    }
    String::from_utf8(text).expect("digits").leak()
}

impl Key for &'static str {
    type Links = &'static str;

    fn keys(numbers: &[u64]) -> Vec<Self> {
        let text = text(numbers.iter().copied());
        (0..numbers.len()).map(|i| &text[16 * i..16 * i + 16]).collect()
    }

    fn links(n: u64) -> Self::Links {
        text((0..n as usize).map(|i| i as u64))
    }

    fn link_to(i: u64) -> u64 {
        i
    }

    #[inline]
    fn follow(links: &Self::Links, value: u64) -> Self {
        let begin = 16 * value as usize;
        &links[begin..begin + 16]
    }

    #[inline]
    fn weight(self) -> u64 {
        self.len() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first outputs of SplitMix64 from 0 on, as its author's reference has them.
    #[test]
    fn keys_are_what_splitmix64_gives() {
        assert_eq!(u64::keys(&[0, 1]), [0xe220_a839_7b1d_cdaf, 0x6e78_9e6a_a1b9_65f4]);
        assert_eq!(<&str>::keys(&[1, 0]), ["6e789e6aa1b965f4", "e220a8397b1dcdaf"]);
    }

    #[test]
    fn a_shuffle_loses_no_number() {
        let mut order = Generator::of_orders().shuffled(10..1010);
        assert_ne!(order[..4], [10, 11, 12, 13]);
        order.sort_unstable();
        assert!(order.into_iter().eq(10..1010));
    }

    #[test]
    fn a_value_leads_to_the_key_that_it_was_made_for() {
        for i in [0, 5] {
            assert_eq!(u64::follow(&(), u64::link_to(i)), u64::keys(&[i])[0]);
            let links = <&str>::links(6);
            assert_eq!(<&str>::follow(&links, <&str>::link_to(i)), <&str>::keys(&[i])[0]);
        }
    }
}
