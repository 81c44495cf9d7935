//! What a map and its cursors look like between two operations, and a short form of it.

use super::model::Walk;
use super::op::CURSORS;
use tophash::image::{
    BucketName, Cells, CursorImage, CursorsImage, KeptBucket, MapImage, ReachName,
};
use tophash::{Age, Growing};
use xxhash_rust::xxh3::xxh3_128;

/// A map and its cursors. Two worlds whose states are the same do the same from there on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// The map.
    pub map: MapImage,
    /// The cursors, and what the map keeps for them.
    pub cursors: CursorsImage,
}

/// The hash of a state and of what the cursors owe in it.
///
/// 128 bits: of 10^9 states some two share one with a probability of 10^18 / 2^129, below 10^-20. One
/// that is taken for another is left out; it makes no false alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub u128);

impl State {
    pub(super) fn new((map, cursors): (MapImage, CursorsImage)) -> Self {
        Self { map, cursors }
    }

    /// The canonical text: the map's, then that of the cursors and of the retained arrays.
    pub fn text(&self) -> String {
        format!("{}{}", self.map, self.cursors)
    }

    /// Appends the state to `out`. Bytes are equal exactly if texts are: every field that the text
    /// shows is written in as many bytes as its kind has, every list behind its length. It takes a
    /// tenth of the text's time.
    pub fn encode(&self, out: &mut Vec<u8>) {
        encode_map(&self.map, out);
        encode_cursors(&self.cursors, out);
    }

    /// The digest of the state together with what the cursors owe: checks of later steps depend on
    /// that, so states in which they owe different things are explored each. `scratch` is emptied.
    pub fn digest(&self, walks: &[Option<Walk>; CURSORS], scratch: &mut Vec<u8>) -> Digest {
        scratch.clear();
        self.encode(scratch);
        for walk in walks {
            scratch.push(u8::from(walk.is_some()));
            let Some(walk) = walk else { continue };
            let words = [walk.owed.words(), walk.met.words()];
            scratch.extend(words.as_flattened().iter().flat_map(|word| word.to_le_bytes()));
            scratch.push(u8::from(walk.emptied));
        }
        Digest(xxh3_128(scratch))
    }
}

fn put(number: usize, out: &mut Vec<u8>) {
    let number = u32::try_from(number).expect("explored maps are small");
    out.extend(number.to_le_bytes());
}

fn encode_map(map: &MapImage, out: &mut Vec<u8>) {
    let MapImage { count, flags, b, noverflow, hash0, nevacuate, growing, .. } = *map;
    put(count, out);
    out.extend([flags, b, growing_byte(growing)]);
    out.extend(noverflow.to_le_bytes());
    out.extend(hash0.to_le_bytes());
    put(nevacuate, out);
    for (regular, buckets) in [(map.regular, &map.buckets), (map.old_regular, &map.old_buckets)] {
        put(regular, out);
        put(buckets.len(), out);
        for bucket in buckets {
            name(ReachName::Map(bucket.name), out);
            out.extend(bucket.tophash);
            cells(&bucket.keys, out);
            cells(&bucket.elems, out);
            optional(bucket.overflow.map(ReachName::Map), out);
        }
    }
    optional(map.next_overflow.map(ReachName::Map), out);
    for list in [&map.overflow, &map.oldoverflow] {
        put(list.len(), out);
        list.iter().for_each(|&bucket| name(ReachName::Map(bucket), out));
    }
}

fn encode_cursors(image: &CursorsImage, out: &mut Vec<u8>) {
    let CursorsImage { cursors, left, copies, loose } = image;
    put(cursors.len(), out);
    for cursor in cursors {
        out.push(u8::from(cursor.is_some()));
        if let Some(cursor) = cursor {
            encode_cursor(cursor, out);
        }
    }
    put(left.len(), out);
    for array in left {
        put(array.regular, out);
        kept(&array.buckets, out);
    }
    kept(copies, out);
    kept(loose, out);
}

fn encode_cursor(cursor: &CursorImage, out: &mut Vec<u8>) {
    let CursorImage {
        over,
        left,
        b,
        start_bucket,
        offset,
        next_bucket,
        wrapped,
        check_bucket,
        at,
        passed,
    } = *cursor;
    let over = match over {
        Age::Present => 0,
        Age::Old => 1,
        Age::Left => 2,
    };
    out.extend([over, b, offset, u8::from(wrapped), passed]);
    put(left, out);
    put(start_bucket, out);
    put(next_bucket, out);
    let (check, split) = check_bucket.map_or((usize::MAX >> 32, false), |check| check);
    put(check, out);
    out.push(u8::from(split));
    optional(at, out);
}

fn kept(buckets: &[KeptBucket], out: &mut Vec<u8>) {
    put(buckets.len(), out);
    for bucket in buckets {
        name(bucket.name, out);
        out.extend(bucket.tophash);
        cells(&bucket.keys, out);
        optional(bucket.overflow, out);
    }
}

fn cells(cells: &Cells, out: &mut Vec<u8>) {
    match cells {
        Cells::Memory(bytes) => {
            out.push(0);
            put(bytes.len(), out);
            out.extend(&**bytes);
        }
        Cells::Values(values) => {
            out.push(1);
            for value in values {
                put(value.as_ref().map_or(0, |value| 1 + value.len()), out);
                out.extend(value.as_deref().unwrap_or_default().as_bytes());
            }
        }
    }
}

fn name(bucket: ReachName, out: &mut Vec<u8>) {
    let (kind, number) = match bucket {
        ReachName::Map(BucketName::Array(index)) => (1, index),
        ReachName::Map(BucketName::Old(index)) => (2, index),
        ReachName::Map(BucketName::Heap(number)) => (3, number),
        ReachName::Left { array, index } => (4 + array, index),
        ReachName::Loose(number) => (0, number + 1),
    };
    put(kind, out);
    put(number, out);
}

fn optional(bucket: Option<ReachName>, out: &mut Vec<u8>) {
    match bucket {
        Some(bucket) => name(bucket, out),
        None => out.extend([0; 8]),
    }
}

fn growing_byte(growing: Growing) -> u8 {
    match growing {
        Growing::No => 0,
        Growing::Double => 1,
        Growing::Same => 2,
    }
}
