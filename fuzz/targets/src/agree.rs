//! The same operations on three maps: of `u64` in their slots, of keys of 136 bytes outside them, and of
//! `u64` whose hashes collide. All give the same results; the first two, whose keys hash alike, have
//! the same shape too: the same header, the same tophashes in every chain, the same order of iteration.

use crate::Reference;
use crate::types::{Key, Release};
use arbitrary::Arbitrary;
use tophash::hash::Rand;
use tophash::image::MapImage;
use tophash::key::KeyHash;
use tophash::{Cursor, GoMap, Growing};

/// Operations of one run.
const LONGEST: usize = 192;

/// What is done to the three maps.
#[derive(Arbitrary, Debug)]
pub struct Input {
    release: Release,
    /// How the first two maps' keys hash.
    spread: Spread,
    /// How the third's do.
    clash: Spread,
    hint: u8,
    seed: u64,
    ops: Vec<Op>,
}

/// How many bits of a hash there are.
#[derive(Arbitrary, Clone, Copy, Debug)]
enum Spread {
    All,
    /// Two low bits, and the tophash.
    FourChains,
    /// Low bits alone: every tophash is the same.
    SameTophash,
    OneChain,
}

#[derive(Arbitrary, Clone, Debug)]
enum Op {
    Insert(u8, u32),
    InsertMany(u8, u8),
    Remove(u8),
    RemoveMany(u8, u8),
    RemoveEntry(u8),
    Get(u8),
    GetMut(u8, u32),
    GetMany(u8, u8),
    Disjoint(u8, u8, u32),
    OrInsert(u8, u32),
    /// Replaces by `entry` what is there, removes it, or inserts.
    Entry(u8, Option<u32>),
    Clear,
    Retain(u8),
    Extract(u8),
    Drain,
    Reserve(u8),
    Shrink,
    Iter,
    IterMut(u32),
    Clone,
    Range,
    Next(u8),
}

/// A hash of the key's number, the same for every type of key.
#[derive(Clone)]
struct ByNumber(Spread);

impl<K: Key> KeyHash<K> for ByNumber {
    const REFLEXIVE: bool = true;
    const NEEDS_UPDATE: bool = false;
    const POINTERS: bool = K::POINTERS;

    fn hash(&self, key: &K, hash0: u32, _nan: &Rand) -> u64 {
        let number = u64::from(key.id().expect("it equals itself")) << 32 | u64::from(hash0);
        let mixed = (number ^ 0x9e37_79b9_7f4a_7c15).wrapping_mul(0xd6e8_feb8_6659_fd93);
        let mixed = (mixed ^ mixed >> 32).wrapping_mul(0xd6e8_feb8_6659_fd93);
        let mixed = mixed ^ mixed >> 32;
        match self.0 {
            Spread::All => mixed,
            Spread::FourChains => mixed & (0xff << 56 | 3),
            Spread::SameTophash => mixed & 0xffff,
            Spread::OneChain => 0,
        }
    }

    fn eq(&self, a: &K, b: &K) -> bool {
        a.go_eq(b)
    }
}

/// What an operation came to: entries, in the order in which the map gave them.
type Outcome = Vec<(u8, u32)>;

/// All three maps agree after every operation.
///
/// # Panics
/// If not.
pub fn check(input: &Input, reference: Reference) {
    let mut narrow = Side::<u64>::new(input, input.spread);
    let mut wide = Side::<[u8; 136]>::new(input, input.spread);
    let mut clashing = Side::<u64>::new(input, input.clash);
    for op in input.ops.iter().take(LONGEST) {
        let mut ours = narrow.apply(op);
        assert_eq!(ours, wide.apply(op), "outside the buckets, {op:?}");
        // The fault: what the third should remove stays.
        let op = match op {
            Op::RemoveMany(first, last) if reference == Reference::Wrong => {
                &Op::GetMany(*first, *last)
            }
            op => op,
        };
        let mut theirs = clashing.apply(op);
        if !matches!(op, Op::Range | Op::Next(_)) {
            ours.sort_unstable();
            theirs.sort_unstable();
            assert_eq!(ours, theirs, "with colliding hashes, {op:?}");
        }
        assert_eq!(narrow.shape(), wide.shape(), "after {op:?}");
        narrow.audit();
        wide.audit();
        clashing.audit();
        assert_eq!(narrow.map.len(), clashing.map.len());
    }
    let [mut a, b, mut c] = [narrow.all(), wide.all(), clashing.all()];
    assert_eq!(a, b);
    a.sort_unstable();
    c.sort_unstable();
    assert_eq!(a, c);
}

/// One of the three.
struct Side<K> {
    map: GoMap<K, u32, ByNumber>,
    cursor: Option<Cursor>,
}

/// What maps of the same hashes have in common. (Not how many spare buckets there are, nor what
/// evacuation leaves of a chain: both depend on the types.)
#[derive(Debug, PartialEq, Eq)]
struct Shape {
    growing: Growing,
    b: u8,
    noverflow: u16,
    hash0: u32,
    nevacuate: usize,
    chains: Vec<Vec<[u8; 8]>>,
    old_heads: Vec<[u8; 8]>,
}

impl<K: Key + Clone> Side<K> {
    fn new(input: &Input, spread: Spread) -> Self {
        let (hint, rand) = (i64::from(input.hint), Rand::from_seed(input.seed));
        let map = GoMap::with_source(hint, ByNumber(spread), rand, input.release.dialect());
        Self { map, cursor: None }
    }

    fn apply(&mut self, op: &Op) -> Outcome {
        let map = &mut self.map;
        let found = |key: u8, value: Option<u32>| value.map(|value| (key, value)).into_iter();
        match *op {
            Op::Insert(key, value) => found(key, map.insert(K::new(key), value)).collect(),
            Op::InsertMany(first, last) => {
                map.insert_batch((first..=last).map(|key| (K::new(key), u32::from(key))));
                Outcome::new()
            }
            Op::Remove(key) => found(key, map.remove(&K::new(key))).collect(),
            Op::RemoveMany(first, last) => {
                (first..=last).flat_map(|key| found(key, map.remove(&K::new(key)))).collect()
            }
            Op::RemoveEntry(key) => map.remove_entry(&K::new(key)).map(pair).into_iter().collect(),
            Op::Get(key) => found(key, map.get(&K::new(key)).copied()).collect(),
            Op::GetMut(key, new) => {
                let slot = map.get_mut(&K::new(key));
                found(key, slot.map(|value| std::mem::replace(value, new))).collect()
            }
            Op::GetMany(first, last) => {
                let keys: Vec<K> = (first..=last).map(K::new).collect();
                let values = map.get_batch(&keys).map(Option::<&u32>::copied);
                (first..=last).zip(values).flat_map(|(key, value)| found(key, value)).collect()
            }
            Op::Disjoint(a, b, new) => {
                if a == b {
                    return Outcome::new();
                }
                let slots = map.get_disjoint_mut([&K::new(a), &K::new(b)]);
                let values = slots.map(|slot| slot.map(|value| std::mem::replace(value, new)));
                [a, b].into_iter().zip(values).flat_map(|(key, value)| found(key, value)).collect()
            }
            Op::OrInsert(key, value) => vec![(key, *map.entry(K::new(key)).or_insert(value))],
            Op::Entry(key, new) => match (map.entry(K::new(key)), new) {
                (tophash::Entry::Occupied(mut entry), Some(new)) => vec![(key, entry.insert(new))],
                (tophash::Entry::Occupied(entry), None) => vec![pair(entry.remove_entry())],
                (tophash::Entry::Vacant(entry), Some(new)) => vec![(key, *entry.insert(new))],
                (tophash::Entry::Vacant(entry), None) => vec![pair((entry.into_key(), 0))],
            },
            Op::Clear => {
                // A cursor that stood on the last spare bucket goes on into bucket 0's chain; which
                // bucket that is depends on the types.
                self.cursor = None;
                map.clear();
                Outcome::new()
            }
            Op::Retain(n) => {
                map.retain(|_, value| !value.is_multiple_of(u32::from(n) % 8 + 1));
                Outcome::new()
            }
            Op::Extract(n) => map
                .extract_if(|_, value| value.is_multiple_of(u32::from(n) % 8 + 1))
                .map(pair)
                .collect(),
            Op::Drain => map.drain().map(pair).collect(),
            Op::Reserve(n) => {
                map.reserve(n.into());
                Outcome::new()
            }
            Op::Shrink => {
                map.shrink_to_fit();
                Outcome::new()
            }
            Op::Iter => self.all(),
            Op::IterMut(n) => {
                map.values_mut().for_each(|value| *value = value.wrapping_add(n));
                Outcome::new()
            }
            Op::Clone => {
                let clone = map.clone();
                assert!(clone == *map);
                // The clone takes its place; cursors belong to the map that they began on.
                self.cursor = None;
                self.map = clone;
                Outcome::new()
            }
            Op::Range => {
                self.cursor = Some(map.range());
                Outcome::new()
            }
            Op::Next(steps) => {
                let cursor = self.cursor.iter_mut();
                cursor
                    .flat_map(|cursor| std::iter::from_fn(|| cursor.next(map)))
                    .take(usize::from(steps) % 32 + 1)
                    .map(|(key, &value)| (key.id().expect("it equals itself"), value))
                    .collect()
            }
        }
    }

    fn all(&self) -> Outcome {
        self.map.iter().map(|(key, &value)| pair((key.clone(), value))).collect()
    }

    fn shape(&self) -> Shape {
        let nothing = |_: &K, _: &mut String| ();
        let image = MapImage::of(&self.map, &nothing, &|_: &u32, _: &mut String| ());
        let tophashes = |chain: &[tophash::image::BucketImage]| {
            chain.iter().map(|bucket| bucket.tophash).collect()
        };
        Shape {
            growing: image.growing,
            b: image.b,
            noverflow: image.noverflow,
            hash0: image.hash0,
            nevacuate: image.nevacuate,
            chains: image.chains().map(tophashes).collect(),
            old_heads: image.old_chains().map(|chain| chain[0].tophash).collect(),
        }
    }

    fn audit(&self) {
        if let Err(violation) = self.map.audit() {
            panic!("{violation}");
        }
    }
}

fn pair<K: Key>((key, value): (K, u32)) -> (u8, u32) {
    (key.id().expect("it equals itself"), value)
}
