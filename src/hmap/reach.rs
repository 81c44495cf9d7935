//! What walks over a map hold, and the buckets that nothing else leads to any more: what images of
//! cursors are made from.

use super::bucket::Bucket;
use super::iter::{Range, Walker, readable};
use super::{Extent, Table, View};

/// Where a walk is, by addresses, which tell arrays and buckets apart.
pub(crate) struct Hold {
    /// The base of the array that it is over, and log2 of its buckets.
    pub(crate) base: usize,
    pub(crate) b: u8,
    pub(crate) start_bucket: usize,
    pub(crate) offset: u8,
    pub(crate) next_bucket: usize,
    pub(crate) wrapped: bool,
    /// In the stead of which new bucket it is in an old one, and whether that one is to be split.
    pub(crate) check_bucket: Option<(usize, bool)>,
    /// How many slots it is done with of the bucket in which it stands; 0 if it stands in none.
    pub(crate) passed: u8,
}

impl Range {
    /// Where the walk is; `None` once it has ended, or if it began on another map.
    pub(crate) fn hold<K, V>(&self, table: &Table<K, V>) -> Option<Hold> {
        let walker = self.walker_on(table)?;
        let Walker { buckets, b, start_bucket, offset, bucket, wrapped, i, .. } = *walker;
        Some(Hold {
            base: buckets?.addr().get(),
            b,
            start_bucket,
            offset,
            next_bucket: bucket,
            wrapped,
            check_bucket: walker.split_of(),
            // None of a bucket that it has not entered.
            passed: i,
        })
    }

    /// The bucket in which the walk stands.
    pub(crate) fn stands_in<'a, K, V>(&'a self, table: &'a Table<K, V>) -> Option<View<'a, K, V>> {
        self.walker_on(table)?.bptr.map(|at| View::new(Bucket::new(at)))
    }

    /// The array that the walk is over, if the map has left it.
    pub(crate) fn left_extent<K, V>(&self, table: &Table<K, V>) -> Option<Extent> {
        let base = self.walker_on(table)?.buckets?;
        let array = self
            .arrays_left(table)
            .find(|array| array.block.as_ref().is_some_and(|block| block.at() == base))?;
        let size = Bucket::<K, V>::SHAPE.size;
        Some(Extent { base, regular: array.regular(size), all: array.buckets(size) })
    }

    /// The regular buckets of that array; none if the walk is over one that the map has.
    pub(crate) fn left_heads<'a, K: 'a, V: 'a>(
        &'a self,
        table: &'a Table<K, V>,
    ) -> impl Iterator<Item = View<'a, K, V>> {
        // SAFETY: an array that the map keeps for this walk, whose token is borrowed.
        unsafe { super::inspect::views(self.left_extent(table)) }
    }
}

impl<K, V> Table<K, V> {
    /// What cursors read in the stead of a bucket that was zeroed under them: the copy of it that
    /// was made before.
    pub(crate) fn copy_of<'a>(&'a self, view: View<'a, K, V>) -> Option<View<'a, K, V>> {
        // SAFETY: a view's bucket is in memory, and so is its copy for as long.
        let shown = unsafe { readable(self, view.bucket()) };
        (shown != view.bucket()).then(|| View::new(shown))
    }
}
