//! What cursors over a map hold, and the memory that the map keeps for them.

use super::canonical::OrDash;
use super::show::write_hex;
use super::{BucketName, Cells, MapImage, Namer, Show, cells};
use crate::hmap::{Extent, Hold, Table, View};
use crate::key::{GoKey, KeyHash};
use crate::map::Cursor;
use crate::{Age, GoMap};
use alloc::vec::Vec;
use core::array;
use core::fmt::{self, Write};

/// The name of a bucket that a cursor can reach.
///
/// ```
/// use tophash::image::{BucketName, ReachName};
/// assert_eq!(ReachName::Map(BucketName::Old(3)).to_string(), "o3");
/// assert_eq!(ReachName::Left { array: 0, index: 3 }.to_string(), "l0.3");
/// assert_eq!(ReachName::Loose(1).to_string(), "u1");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReachName {
    /// A bucket of the map's own, by its name there.
    Map(BucketName),
    /// `l<n>.<i>`: element `index` of the `array`-th array that the map has left.
    Left {
        /// The array's number in the listing.
        array: usize,
        /// The bucket's; from the regular ones on, a spare bucket.
        index: usize,
    },
    /// `u<n>`: a bucket that was allocated by itself and that the map no longer links, the n-th that
    /// the listing comes upon.
    Loose(usize),
}

impl fmt::Display for ReachName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Map(name) => name.fmt(f),
            Self::Left { array, index } => write!(f, "l{array}.{index}"),
            Self::Loose(number) => write!(f, "u{number}"),
        }
    }
}

/// A bucket that only cursors read, as they read it. Elems are left out: no cursor reads those of
/// such a bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptBucket {
    /// Its name; that of the bucket itself if this is a copy.
    pub name: ReachName,
    /// Its tophash bytes.
    pub tophash: [u8; 8],
    /// Its keys. What became of them is asked of the map, so they are stale.
    pub keys: Cells,
    /// The next bucket of its chain.
    pub overflow: Option<ReachName>,
}

/// A cursor: what Go's `hiter` holds, with names in the stead of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CursorImage {
    /// Which of the map's arrays it walks over.
    pub over: Age,
    /// Of the arrays that the map has left, the number of that one; 0 for others.
    pub left: usize,
    /// log2 of that array's buckets.
    pub b: u8,
    /// The bucket at which it began.
    pub start_bucket: usize,
    /// The slot at which it begins in each bucket.
    pub offset: u8,
    /// The bucket that it enters next.
    pub next_bucket: usize,
    /// It has come past the end of the array to its first bucket.
    pub wrapped: bool,
    /// It stands in an old bucket, and is to return what belongs to this new one; and whether the
    /// old one is to be split between two.
    pub check_bucket: Option<(usize, bool)>,
    /// The bucket in which it stands.
    pub at: Option<ReachName>,
    /// Slots of that bucket that it is done with.
    pub passed: u8,
}

/// An array that the map has left and keeps for a cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftArray {
    /// Its regular buckets.
    pub regular: usize,
    /// Its chains: each regular bucket, and behind it its overflow buckets.
    pub buckets: Vec<KeptBucket>,
}

/// Cursors over a map, and all memory that they can read and the map's own image does not show.
///
/// Together with a [`MapImage`] it says all that decides what later operations and steps return.
///
/// ```
/// use tophash::GoMap;
/// use tophash::image::{Hex, MapImage};
///
/// let mut map: GoMap<u8, u8> = (0..8).map(|i| (i, i)).collect();
/// let mut cursor = map.range();
/// cursor.next(&map);
/// map.extend((8..16).map(|i| (i, i))); // The map leaves the array that the cursor walks over.
/// let (_, cursors) = MapImage::with_cursors(&map, &[Some(&cursor)], &Hex, &Hex);
/// assert_eq!(cursors.left.len(), 1);
/// assert!(cursors.to_string().starts_with("cursor 0 over=l0 B=0 start=0 "));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct CursorsImage {
    /// The cursors, in the order given; `None` for one that has ended or was begun on another map.
    pub cursors: Vec<Option<CursorImage>>,
    /// The arrays that the map has left and that one of the cursors walks over.
    pub left: Vec<LeftArray>,
    /// Copies of old buckets that were zeroed under a cursor, each with the chain behind it.
    pub copies: Vec<KeptBucket>,
    /// Buckets that cursors come to by links that the map itself no longer has.
    pub loose: Vec<KeptBucket>,
}

impl MapImage {
    /// The image of a live map, and that of cursors over it. Where in the list a cursor stands is its
    /// name.
    pub fn with_cursors<K: GoKey, V, S: KeyHash<K>>(
        map: &GoMap<K, V, S>,
        cursors: &[Option<&Cursor>],
        keys: &impl Show<K>,
        elems: &impl Show<V>,
    ) -> (Self, CursorsImage) {
        let (image, namer) = Self::named(map, keys, elems);
        let lister = Lister {
            namer,
            arrays: Vec::new(),
            loose: Vec::new(),
            // As in the map's own image.
            show: |b: View<'_, K, V>| {
                let memory = b.keys().filter(|_| !S::POINTERS);
                cells(keys, memory, array::from_fn(|i| b.key(i)))
            },
        };
        let cursors = lister.list(map.table(), cursors);
        (image, cursors)
    }
}

/// Comes by all that cursors can reach, and gives it names.
struct Lister<'a, K, V, F> {
    namer: Namer,
    /// The arrays that the map has left.
    arrays: Vec<Extent>,
    /// Buckets outside of all arrays that the map does not link, in the order of their numbers.
    loose: Vec<View<'a, K, V>>,
    show: F,
}

impl<'a, K, V, F: Fn(View<'a, K, V>) -> Cells> Lister<'a, K, V, F> {
    fn list(mut self, table: &'a Table<K, V>, cursors: &[Option<&'a Cursor>]) -> CursorsImage {
        let mut image = CursorsImage::default();
        let ranges = || cursors.iter().flatten().map(|cursor| cursor.range());
        let mut heads = Vec::new();
        for range in ranges() {
            let Some(extent) = range.left_extent(table) else { continue };
            if self.arrays.iter().all(|known| known.base != extent.base) {
                self.arrays.push(extent);
                heads.push(range.left_heads(table));
            }
        }
        for (heads, extent) in heads.into_iter().zip(self.arrays.clone()) {
            let mut buckets = Vec::new();
            for head in heads {
                // Overflow buckets that are none of the array's are listed at the end.
                let mut next = Some(head);
                while let Some(b) = next {
                    let (bucket, behind) = self.kept(table, b);
                    next =
                        behind.filter(|_| matches!(bucket.overflow, Some(ReachName::Left { .. })));
                    buckets.push(bucket);
                }
            }
            image.left.push(LeftArray { regular: extent.regular, buckets });
        }
        if ranges().next().is_some() {
            for head in table.old_heads().filter(|head| table.copy_of(*head).is_some()) {
                // The map's own image does not show the rest of the chain either.
                let mut next = Some(head);
                while let Some(b) = next {
                    let (bucket, behind) = self.kept(table, b);
                    next = behind.filter(|_| matches!(bucket.overflow, Some(ReachName::Map(_))));
                    image.copies.push(bucket);
                }
            }
        }
        for cursor in cursors {
            let cursor = cursor.and_then(|cursor| {
                let range = cursor.range();
                let at = range.stands_in(table);
                let at = at.map(|b| self.name(b));
                Some(self.cursor(table, range.hold(table)?, at))
            });
            image.cursors.push(cursor);
        }
        // The list grows as links lead to further ones.
        let mut listed = 0;
        while let Some(&b) = self.loose.get(listed) {
            let (bucket, _) = self.kept(table, b);
            image.loose.push(bucket);
            listed += 1;
        }
        image
    }

    fn cursor(&self, table: &Table<K, V>, hold: Hold, at: Option<ReachName>) -> CursorImage {
        let is = |extent: Option<Extent>| {
            extent.is_some_and(|extent| extent.base.addr().get() == hold.base)
        };
        let left = self.arrays.iter().position(|&extent| is(Some(extent)));
        let over = match left {
            Some(_) => Age::Left,
            None if is(table.old_extent()) => Age::Old,
            None => Age::Present,
        };
        CursorImage {
            over,
            left: left.unwrap_or(0),
            b: hold.b,
            start_bucket: hold.start_bucket,
            offset: hold.offset,
            next_bucket: hold.next_bucket,
            wrapped: hold.wrapped,
            check_bucket: hold.check_bucket.filter(|_| at.is_some()),
            at,
            passed: hold.passed,
        }
    }

    /// A bucket as cursors read it, and the one behind it.
    fn kept(
        &mut self,
        table: &'a Table<K, V>,
        b: View<'a, K, V>,
    ) -> (KeptBucket, Option<View<'a, K, V>>) {
        let name = self.name(b);
        let shown = table.copy_of(b).unwrap_or(b);
        let behind = shown.overflow();
        let overflow = behind.map(|next| self.name(next));
        let bucket = KeptBucket { name, tophash: b.tophash(), keys: (self.show)(shown), overflow };
        (bucket, behind)
    }

    fn name(&mut self, b: View<'a, K, V>) -> ReachName {
        let addr = b.addr();
        if let Some(name) = self.namer.known(addr) {
            return ReachName::Map(name);
        }
        let size = Table::<K, V>::BUCKET_SIZE;
        for (array, extent) in self.arrays.iter().enumerate() {
            if let Some(index) = extent.index_of(addr, size) {
                return ReachName::Left { array, index };
            }
        }
        let number = self.loose.iter().position(|known| known.addr() == addr);
        ReachName::Loose(number.unwrap_or_else(|| {
            self.loose.push(b);
            self.loose.len() - 1
        }))
    }
}

impl CursorsImage {
    /// Writes the canonical text: a line for each cursor, then the arrays that the map has left, the
    /// copies, and the loose buckets, each line ended by `\n`.
    ///
    /// # Errors
    /// If `out` does.
    pub fn write_canonical<W: Write + ?Sized>(&self, out: &mut W) -> fmt::Result {
        for (number, cursor) in self.cursors.iter().enumerate() {
            write!(out, "cursor {number}")?;
            match cursor {
                Some(cursor) => cursor.write(out)?,
                None => out.write_str(" ended")?,
            }
            out.write_char('\n')?;
        }
        for array in &self.left {
            writeln!(out, "left {}", array.regular)?;
            array.buckets.iter().try_for_each(|bucket| bucket.write_line(out))?;
        }
        if !self.copies.is_empty() {
            writeln!(out, "copies")?;
            self.copies.iter().try_for_each(|bucket| bucket.write_line(out))?;
        }
        if !self.loose.is_empty() {
            writeln!(out, "loose")?;
            self.loose.iter().try_for_each(|bucket| bucket.write_line(out))?;
        }
        Ok(())
    }
}

impl fmt::Display for CursorsImage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_canonical(f)
    }
}

impl CursorImage {
    fn write<W: Write + ?Sized>(&self, out: &mut W) -> fmt::Result {
        match self.over {
            Age::Present => out.write_str(" over=b")?,
            Age::Old => out.write_str(" over=o")?,
            Age::Left => write!(out, " over=l{}", self.left)?,
        }
        let wrapped = if self.wrapped { "yes" } else { "no" };
        write!(
            out,
            " B={} start={} offset={} next={} wrapped={wrapped} check=",
            self.b, self.start_bucket, self.offset, self.next_bucket,
        )?;
        match self.check_bucket {
            None => out.write_char('-')?,
            Some((bucket, true)) => write!(out, "{bucket}:half")?,
            Some((bucket, false)) => write!(out, "{bucket}:all")?,
        }
        write!(out, " at={} passed={}", OrDash(self.at), self.passed)
    }
}

impl KeptBucket {
    fn write_line<W: Write + ?Sized>(&self, out: &mut W) -> fmt::Result {
        write!(out, "{} th=", self.name)?;
        write_hex(&self.tophash, out)?;
        out.write_str(" k=")?;
        self.keys.write(out)?;
        writeln!(out, " ovf={}", OrDash(self.overflow))
    }
}
