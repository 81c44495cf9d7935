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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explore::keys::{Keys, Wanted};
    use crate::explore::op::Op;
    use crate::explore::world::{Config, Elem, Word, World};
    use std::collections::HashMap;
    use tophash::hash::Rand;

    fn bytes(state: &State) -> Vec<u8> {
        let mut bytes = Vec::new();
        state.encode(&mut bytes);
        bytes
    }

    /// The states of random sequences on few keys, so that states come about again.
    fn states<V: Elem>(hint: u8, seed: u64) -> Vec<State> {
        let wanted: Vec<Wanted> = (0..48).map(|i| Wanted { low: i % 3, top: None }).collect();
        let keys = Keys::find(&wanted, [1, 2]);
        let config = Config { kind: V::KIND, hint, keys, fault: None };
        let rand = Rand::from_seed(seed);
        let below = |n: u64| ((rand.next() >> 32) * n) >> 32;
        let mut states = Vec::new();
        for _ in 0..20 {
            let mut world = World::<V>::new(&config);
            for _ in 0..80 {
                let (key, cursor) = (below(48) as u8, below(2) as u8);
                let (start, offset) = (below(4) as u8, 0);
                world
                    .perform(match below(16) {
                        0 => Op::Begin { cursor, start, offset },
                        1..4 => Op::Next(cursor),
                        4 => Op::Delete(key),
                        5 if below(4) == 0 => Op::Clear,
                        _ => Op::Assign(key),
                    })
                    .unwrap();
                states.push(world.state());
            }
        }
        states
    }

    #[test]
    fn bytes_are_equal_exactly_if_texts_are() {
        let (mut again, mut kept) = (0, 0);
        let mut all: Vec<State> = (0..3).flat_map(|seed| states::<u8>(26, seed)).collect();
        all.extend((0..3).flat_map(|seed| states::<Word>(26, seed)));
        all.extend(states::<Word>(0, 9));
        let mut by_text: HashMap<String, Vec<u8>> = HashMap::new();
        let mut by_bytes: HashMap<Vec<u8>, String> = HashMap::new();
        for state in &all {
            let CursorsImage { left, copies, loose, .. } = &state.cursors;
            kept += usize::from(!left.is_empty()) + copies.len() + loose.len();
            let (text, bytes) = (state.text(), bytes(state));
            again += usize::from(by_text.contains_key(&text));
            assert_eq!(*by_text.entry(text.clone()).or_insert(bytes.clone()), bytes, "{text}");
            assert_eq!(*by_bytes.entry(bytes).or_insert(text.clone()), text);
        }
        assert!(again > 100 && kept > 100, "{again} {kept}");
    }

    #[test]
    fn whatever_changes_the_text_changes_the_bytes() {
        let all = states::<Word>(26, 5);
        type Change = fn(&mut State);
        let changes: [Change; 16] = [
            |s| s.map.count += 1,
            |s| s.map.flags ^= 1,
            |s| s.map.b += 1,
            |s| s.map.noverflow += 1,
            |s| s.map.hash0 += 1,
            |s| s.map.nevacuate += 1,
            |s| s.map.growing = Growing::Same,
            |s| s.map.buckets.iter_mut().for_each(|b| b.tophash[3] ^= 1),
            |s| s.map.old_buckets.iter_mut().for_each(|b| b.keys = Cells::Memory([1; 8].into())),
            |s| s.map.overflow.push(BucketName::Heap(7)),
            |s| s.cursors.cursors.iter_mut().flatten().for_each(|c| c.passed += 1),
            |s| s.cursors.cursors.iter_mut().flatten().for_each(|c| c.over = Age::Left),
            |s| s.cursors.cursors.iter_mut().flatten().for_each(|c| c.at = None),
            |s| s.cursors.cursors.iter_mut().flatten().for_each(|c| c.wrapped ^= true),
            |s| s.cursors.left.iter_mut().for_each(|a| a.buckets[0].tophash[0] ^= 1),
            |s| s.cursors.loose.iter_mut().for_each(|b| b.overflow = Some(ReachName::Loose(9))),
        ];
        for (number, change) in changes.iter().enumerate() {
            let mut changed = 0;
            for state in all.iter().step_by(7) {
                let mut other = state.clone();
                change(&mut other);
                let differs = other.text() != state.text();
                changed += usize::from(differs);
                assert_eq!(bytes(&other) != bytes(state), differs, "change {number}");
            }
            assert!(changed > 0, "change {number} changed nothing");
        }
    }

    #[test]
    fn what_cursors_owe_is_part_of_the_digest() {
        let state = &states::<u8>(0, 1)[40];
        let mut walks = [None; CURSORS];
        let digest = |walks: &[Option<Walk>; CURSORS]| state.digest(walks, &mut Vec::new());
        let none = digest(&walks);
        let mut model = crate::explore::model::Model::default();
        walks[0] = Some(Walk::new(&model));
        let nothing = digest(&walks);
        model.assign(3, 1);
        walks[0] = Some(Walk::new(&model));
        let one = digest(&walks);
        assert!(none != nothing && nothing != one && one != none);
    }
}
