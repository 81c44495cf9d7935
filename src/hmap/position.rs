//! Where a cursor stands, for those who look.

use super::iter::Range;
use super::retired::Array;
use super::{Bucket, Table};
use core::ptr::NonNull;

/// Which array a bucket belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Age {
    /// The map's present one.
    Present,
    /// The one that a growth is leaving.
    Old,
    /// One that the map has left, kept for cursors.
    Left,
}

/// The bucket in which a cursor stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stand {
    /// The array.
    pub array: Age,
    /// The chain: the index of its head in the array.
    pub bucket: usize,
    /// How many buckets of the chain lie before; 0 for the head.
    pub depth: usize,
    /// Slots of this bucket that the cursor is done with, 0 to 8. It began with slot
    /// [`offset`](Position::offset) and goes around.
    pub passed: u8,
}

/// The position of a cursor: what Go's `hiter` holds, without addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The bucket at which it began.
    pub start_bucket: usize,
    /// The slot at which it begins in each bucket.
    pub offset: u8,
    /// The bucket that it enters next.
    pub next_bucket: usize,
    /// It has come past the end of the array to its first bucket.
    pub wrapped: bool,
    /// It stands in an old bucket, and is to return what belongs to this new one.
    pub check_bucket: Option<usize>,
    /// Where it stands; `None` between two chains, and in a bucket that is in no chain any more.
    pub stand: Option<Stand>,
}

impl Range {
    /// Where the walk stands; `None` once it has ended, or if it began on another map.
    pub(crate) fn position<K, V>(&self, table: &Table<K, V>) -> Option<Position> {
        let walker = self.walker_on(table)?;
        let arrays = [(Age::Present, &table.array), (Age::Old, &table.old_array)];
        let left = self.arrays_left(table).map(|array| (Age::Left, array));
        // The bucket before the one it enters next is the one in whose stead it is where it is.
        let bucket = walker.bucket.wrapping_sub(1) & ((1 << walker.b) - 1);
        let stand = walker.bptr.and_then(|at| {
            arrays.into_iter().chain(left).find_map(|(age, array)| {
                // SAFETY: the map's own arrays, and those that it keeps for this walk.
                let (bucket, depth) = unsafe { find_in_chain::<K, V>(array, bucket, at) }?;
                Some(Stand { array: age, bucket, depth, passed: walker.i })
            })
        });
        Some(Position {
            start_bucket: walker.start_bucket,
            offset: walker.offset,
            next_bucket: walker.bucket,
            wrapped: walker.wrapped,
            check_bucket: walker.check_bucket,
            stand,
        })
    }
}

/// The head and the depth of the bucket at `at`, if it is in the chain of `array` that new or old
/// bucket `index` leads to.
///
/// # Safety
/// The array holds buckets of this shape, all of them in memory.
unsafe fn find_in_chain<K, V>(
    array: &Array,
    index: usize,
    at: NonNull<u8>,
) -> Option<(usize, usize)> {
    let base = array.block.as_ref()?.at();
    let bucket = index & (array.regular(Bucket::<K, V>::SHAPE.size) - 1);
    // SAFETY: masked to the array's regular buckets; links lead to buckets that are kept with it.
    unsafe {
        let mut b = Bucket::<K, V>::in_array(base, bucket);
        for depth in 0.. {
            if b.as_ptr() == at {
                return Some((bucket, depth));
            }
            b = array.copy_of(b.as_ptr()).map_or(b, Bucket::new).overflow()?;
        }
    }
    None
}
