//! A set of lanes, as the kernels return it.

use core::fmt;

/// A set of the eight lanes of a bucket, in the shape in which the kernel's instructions leave it:
/// one bit a lane, `STRIDE` bits apart.
///
/// ```text
/// STRIDE 1 (SSE2 movemask)   bit i          …0000_0000 76543210
/// STRIDE 8 (SWAR, NEON)      bit 8*i + 7    7.......6.......  …  1.......0.......
/// ```
///
/// Turning one shape into the other costs more than a scan itself, so each kernel keeps its own
/// and the methods divide bit positions by a constant.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Lanes<const STRIDE: u32>(u64);

impl<const STRIDE: u32> Lanes<STRIDE> {
    /// Every bit that stands for a lane.
    const ALL: u64 = match STRIDE {
        1 => 0xff,
        8 => 0x8080_8080_8080_8080,
        _ => panic!("lanes are 1 or 8 bits apart"),
    };

    /// Takes a set in the kernel's own shape: no bit outside of `ALL`.
    #[inline(always)]
    pub(crate) const fn new(bits: u64) -> Self {
        debug_assert!(bits & !Self::ALL == 0);
        Lanes(bits)
    }

    /// Whether the set has a lane.
    #[inline(always)]
    pub const fn any(self) -> bool {
        self.0 != 0
    }

    /// The lowest lane, or `None` if the set is empty.
    #[inline(always)]
    pub const fn lowest(self) -> Option<usize> {
        if self.any() { Some((self.0.trailing_zeros() / STRIDE) as usize) } else { None }
    }

    /// The set without its lowest lane, if it has one.
    ///
    /// For loops that often end at the first lane: an [`Iter`] has gone on by then.
    #[inline(always)]
    pub const fn without_lowest(self) -> Self {
        Lanes(self.0 & self.0.wrapping_sub(1))
    }

    /// Whether `lane` is in the set; a lane of 8 or more never is.
    #[inline(always)]
    pub const fn contains(self, lane: usize) -> bool {
        lane < 8 && self.0 >> (lane as u32 * STRIDE + (STRIDE - 1)) & 1 != 0
    }

    /// How many lanes the set has.
    #[inline(always)]
    pub const fn count(self) -> u32 {
        self.0.count_ones()
    }

    /// The set with lane `i` as bit `i`, whatever the stride.
    ///
    /// For rotations, as an iterator of Go starts at a random slot of each bucket.
    #[inline(always)]
    pub const fn bits(self) -> u8 {
        if STRIDE == 1 {
            self.0 as u8
        } else {
            // Lane i stands at bit 8*i after the shift, and the factor's bit 56 - 7*i carries it to
            // bit 56 + i. The 64 partial products all fall on different bits: nothing carries.
            ((self.0 >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56) as u8
        }
    }

    /// The lanes that are in either set.
    #[inline(always)]
    pub const fn union(self, other: Self) -> Self {
        Lanes(self.0 | other.0)
    }

    /// The lanes of this set that are not in `other`.
    #[inline(always)]
    pub const fn without(self, other: Self) -> Self {
        Lanes(self.0 & !other.0)
    }
}

/// Shows the lanes as a set: `{0, 3}`.
impl<const STRIDE: u32> fmt::Debug for Lanes<STRIDE> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(*self).finish()
    }
}

impl<const STRIDE: u32> IntoIterator for Lanes<STRIDE> {
    type Item = usize;
    type IntoIter = Iter<STRIDE>;

    #[inline(always)]
    fn into_iter(self) -> Iter<STRIDE> {
        Iter(self)
    }
}

/// The lanes of a set in rising order.
///
/// Apart from [`Lanes`] because an iterator that is `Copy` gets advanced as a copy by mistake.
#[derive(Clone, Debug)]
pub struct Iter<const STRIDE: u32>(Lanes<STRIDE>);

impl<const STRIDE: u32> Iterator for Iter<STRIDE> {
    type Item = usize;

    #[inline(always)]
    fn next(&mut self) -> Option<usize> {
        let lane = self.0.lowest()?;
        self.0.0 &= self.0.0 - 1;
        Some(lane)
    }
}
