//! How much one operation does, at every size: what it moves, touches, allocates, frees and drops; and
//! that a map gives back all that it asked of the allocator.
//!
//! The most that any insert or removal did, as a table:
//!
//! ```sh
//! cargo test --release --test pause -- --nocapture
//! ```
#![cfg(not(any(tophash_invariants, tophash_stress, miri)))]

use allocation_counter::measure;
use foldhash::fast::FixedState;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::hash::{BuildHasher, Hash};
use std::mem::needs_drop;
use std::rc::Rc;
use tophash::hash::{Aes, Rand};
use tophash::image::{Hex, MapImage};
use tophash::key::{Go, GoKey, KeyHash};
use tophash::{Cursor, Dialect, GoMap, Growing};

#[path = "it/itself.rs"]
mod itself;
use itself::Itself;

/// Entries of the largest maps.
const LARGEST: u64 = if cfg!(debug_assertions) { 1 << 15 } else { 1 << 20 };

/// The same where a cursor makes the map keep copies of old buckets: the test counts the chunks that
/// they are in after each operation.
const OF_COPIES: u64 = LARGEST >> 5;

/// The most bytes that an operation gives back: a step of 64 KiB in small pieces, and then a last
/// one, which is a step of a mapping or a whole array that was too small to be mapped.
const GIVEN_BACK: usize = (64 << 10) + MAPPED_FROM;
const MAPPED_FROM: usize = 128 << 10;

/// What an operation allocates at the most, but for arrays and lists: a chunk of overflow buckets,
/// with its header, and records of what cursors must know.
const CHUNK: u64 = 4096 + 1024;

/// A hasher that writes down what it was asked: an operation's own key first, then each key that is
/// moved because of it.
#[derive(Clone)]
struct Traced {
    hasher: FixedState,
    hashes: Rc<RefCell<Vec<u64>>>,
}

impl Traced {
    fn new() -> Self {
        Self {
            hasher: FixedState::with_seed(1),
            // Room for any operation, so that what is allocated is the map's.
            hashes: Rc::new(RefCell::new(Vec::with_capacity(1 << 12))),
        }
    }
}

impl BuildHasher for Traced {
    type Hasher = <FixedState as BuildHasher>::Hasher;

    fn build_hasher(&self) -> Self::Hasher {
        self.hasher.build_hasher()
    }

    fn hash_one<T: Hash>(&self, key: T) -> u64 {
        let hash = self.hasher.hash_one(key);
        self.hashes.borrow_mut().push(hash);
        hash
    }
}

type Map<K> = GoMap<K, u64, Traced>;

fn map<K: Hash + Eq + GoKey>() -> Map<K> {
    GoMap::with_source(0, Traced::new(), Rand::from_seed(1), Dialect::LATEST)
}

/// What one operation did; of many, the most of each.
#[derive(Clone, Copy, Debug, Default)]
struct Work {
    /// Chains with entries that were moved to the new array.
    chains: usize,
    /// Entries in them.
    moved: usize,
    /// Old buckets that the mark passed over.
    passed: usize,
    /// Bytes of the buckets that were read or written, and a cache line for each that the mark
    /// passed over.
    touched: usize,
    /// Bytes asked of the allocator.
    allocated: u64,
    /// Bytes of a list that doubled: of buried keys.
    list: u64,
    /// Bytes of old arrays and overflow buckets that went back.
    given_back: usize,
    /// Keys that had been buried and were dropped.
    dropped: usize,
}

impl Work {
    fn most(self, other: Self) -> Self {
        Self {
            chains: self.chains.max(other.chains),
            moved: self.moved.max(other.moved),
            passed: self.passed.max(other.passed),
            touched: self.touched.max(other.touched),
            allocated: self.allocated.max(other.allocated),
            list: self.list.max(other.list),
            given_back: self.given_back.max(other.given_back),
            dropped: self.dropped.max(other.dropped),
        }
    }
}

/// What the test knows of a map by itself: how many entries are in each chain, at the most since the
/// map's array came.
struct Loads {
    mask: u64,
    chains: Vec<u16>,
    /// Of every entry.
    hashes: Vec<u64>,
}

impl Loads {
    fn new() -> Self {
        Self { mask: 0, chains: vec![0], hashes: Vec::new() }
    }

    fn insert(&mut self, hash: u64, b: u8) {
        self.hashes.push(hash);
        let mask = (1 << b) - 1;
        if mask == self.mask {
            self.chains[(hash & mask) as usize] += 1;
            return;
        }
        (self.mask, self.chains) = (mask, vec![0; 1 << b]);
        for hash in &self.hashes {
            self.chains[(hash & mask) as usize] += 1;
        }
    }

    /// The buckets of the chain that a hash leads to.
    fn buckets(&self, hash: u64) -> usize {
        buckets(self.chains[(hash & self.mask) as usize].into())
    }
}

/// The buckets of a chain that was filled with so many entries.
fn buckets(entries: usize) -> usize {
    entries.div_ceil(8).max(1)
}

/// One operation, what it did, and the hash of its key.
fn observe<K: Hash + Eq + GoKey>(
    map: &mut Map<K>,
    loads: &Loads,
    operation: impl FnOnce(&mut Map<K>),
) -> (Work, u64) {
    let before = (map.header().b(), map.header().growing(), map.header().nevacuate());
    let retired = map.retired();
    map.hasher().hashes.borrow_mut().clear();
    let allocations = measure(|| operation(map));
    let (b, growing, mark) = before;
    let (now_b, now_growing) = (map.header().b(), map.header().growing());

    let hashes = map.hasher().hashes.borrow();
    let own = hashes[0];
    // A chain that cannot be split in one pass is asked twice.
    let moved: BTreeSet<u64> = hashes[1..].iter().copied().collect();
    let (began, was_growing) = (now_b > b, growing == Growing::Double);
    // Tiny maps can end a growth and begin another.
    let old = 1 << if began { b } else { b.saturating_sub(1) };
    let old_chains: BTreeSet<u64> = moved.iter().map(|hash| hash & (old - 1)).collect();
    let into = |chain: u64| moved.iter().filter(|hash| *hash & (2 * old - 1) == chain).count();
    let touched_by_moving: usize = old_chains
        .iter()
        .map(|&chain| {
            let halves = [into(chain), into(chain + old)];
            buckets(halves[0] + halves[1]) + buckets(halves[0]) + buckets(halves[1])
        })
        .sum();
    let passed = match (began, was_growing, now_growing) {
        (false, false, _) => 0,
        (false, true, _) => map.header().nevacuate() - mark,
        (true, false, _) => map.header().nevacuate(),
        (true, true, _) => (1 << (b - 1)) - mark + map.header().nevacuate(),
    };
    assert!(!(began && was_growing) || b <= 2, "a growth ended and another began at 2^{b} buckets");
    let bucket = 8 + 8 * (size_of::<K>() + 8) + 8;
    // Before a doubling the operation looks into the chain as it was.
    let own_buckets = loads.buckets(own) * (1 + usize::from(began)) + 1;
    // A growth asks for an array, which is mapped once it is large.
    let is_list = !began && allocations.bytes_total > CHUNK;
    let now = map.retired();
    let work = Work {
        chains: old_chains.len(),
        moved: moved.len(),
        passed,
        touched: bucket * (own_buckets + touched_by_moving) + 64 * passed,
        allocated: allocations.bytes_total,
        list: if is_list { allocations.bytes_total } else { 0 },
        given_back: retired.bytes.saturating_sub(now.bytes),
        dropped: retired.keys.saturating_sub(now.keys),
    };
    (work, own)
}

/// Whether a cursor lives meanwhile.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Cursors {
    None,
    /// One that steps at every 16th operation, and begins anew when it is at its end.
    Stepping,
    /// One that stands still from a quarter of the inserts on until a quarter of the removals.
    Held,
}

/// The bounds that hold for every operation.
fn check(work: &Work, b: u8, what: &str) {
    // A growth of one or two buckets ends at once, and another may begin in the same insert.
    let chains = if b <= 3 { 4 } else { 2 };
    assert!(work.chains <= chains, "{what}: {work:?}");
    // Each of the two can move the mark: by itself, and over what has been moved.
    assert!(work.passed <= 2 * (1 + 1024), "{what}: {work:?}");
    // Two chains and their halves, the operation's own, and the two ways of the mark. Chains of more
    // than three buckets do not occur here.
    let most = (1 + 6 + 2 * 3 * 3) * (16 + 8 * 24) + 64 * 2 * (1 + 1024);
    assert!(work.touched <= most, "{what}: {work:?}");
    // Elsewhere arrays come from the allocator, and go back to it as a whole.
    if cfg!(all(feature = "std", unix)) {
        // Arrays that are too small to be mapped, and chunks; all else is a list.
        assert!(work.allocated - work.list <= MAPPED_FROM as u64 + CHUNK, "{what}: {work:?}");
        assert!(work.given_back < GIVEN_BACK, "{what}: {work:?}");
    }
    assert!(work.dropped <= 4, "{what}: {work:?}");
}

/// Inserts `n` entries and removes them again; returns the most that an operation did.
fn grow_and_shrink<K: Hash + Eq + GoKey>(n: u64, key: fn(u64) -> K, cursors: Cursors) -> [Work; 2] {
    let mut map = map::<K>();
    let mut loads = Loads::new();
    let mut cursor: Option<Cursor> = None;
    let mut most = [Work::default(); 2];
    let mut lists = 0;
    for i in 0..2 * n {
        match cursors {
            Cursors::None => {}
            Cursors::Stepping => {
                let standing = cursor.get_or_insert_with(|| map.range());
                if i % 16 == 0 && standing.next(&map).is_none() {
                    cursor = None;
                }
            }
            Cursors::Held if i == n / 4 => {
                let mut standing = map.range();
                standing.next(&map);
                cursor = Some(standing);
            }
            Cursors::Held if i == n + n / 4 => cursor = None,
            Cursors::Held => {}
        }
        let key = key(i % n);
        let (work, hash) = observe(&mut map, &loads, |map| {
            if i < n {
                assert_eq!(map.insert(key, i), None);
            } else {
                assert_eq!(map.remove(&key), Some(i - n));
            }
        });
        let b = map.header().b();
        if i < n {
            loads.insert(hash, b);
        }
        check(&work, b, &format!("operation {i} of 2 × {n}, {cursors:?} cursor"));
        lists += u64::from(work.list > 0);
        let most = &mut most[usize::from(i >= n)];
        *most = most.most(work);
    }
    assert!(map.is_empty() && map.audit().is_ok());
    // Doublings only, of the queue of keys; there are none in it that need no drop.
    let doublings = if needs_drop::<K>() { u64::from(n.ilog2()) } else { 0 };
    assert!(lists <= doublings, "{lists} lists doubled");
    most
}

fn number(i: u64) -> u64 {
    i.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn text(i: u64) -> Box<str> {
    i.to_string().into()
}

fn report<K: Hash + Eq + GoKey>(name: &str, key: fn(u64) -> K, cursors: Cursors, largest: u64) {
    // At a power of two no growth is under way; a little beyond 6.5 entries a bucket, one has begun.
    for n in [largest / 64, largest / 64 * 52 + 100, largest] {
        let [inserts, removals] = grow_and_shrink(n, key, cursors);
        println!("{name}, {cursors:?} cursor, {n} entries\n  {inserts:?}\n  {removals:?}");
        // Small arrays go back within the operation that is done with them.
        let given_back = inserts.given_back.max(removals.given_back);
        assert!(n < 1 << 13 || given_back > 0, "nothing was given back");
        assert!(
            n < 1 << 13 || inserts.chains == 2 && inserts.moved > 8,
            "nothing moved: {inserts:?}"
        );
    }
}

#[test]
fn an_operation_on_numbers_does_a_bounded_amount_of_work() {
    report("numbers", number, Cursors::None, LARGEST);
}

#[test]
fn a_cursor_that_steps_adds_a_bounded_amount() {
    report("numbers", number, Cursors::Stepping, LARGEST);
    report("strings", text, Cursors::Stepping, OF_COPIES);
}

#[test]
fn what_a_cursor_has_kept_goes_in_bounded_steps() {
    report("numbers", number, Cursors::Held, LARGEST);
    report("strings", text, Cursors::Held, OF_COPIES);
}

#[test]
fn an_operation_on_strings_does_a_bounded_amount_of_work() {
    report("strings", text, Cursors::None, LARGEST);
}

/// The chains of the old array that have yet to be moved.
fn waiting(image: &MapImage) -> usize {
    image.old_chains().filter(|chain| !chain[0].evacuated()).count()
}

/// As images tell it, which see growths to the same size too: those hash nothing.
#[test]
fn an_image_shows_no_more_than_two_chains_moved_in_an_operation() {
    // As full as 64 buckets get.
    let n = 410;
    let mut map = map::<u64>();
    let mut image = MapImage::of(&map, &Hex, &Hex);
    let (mut of_doublings, mut of_same_size) = (0, 0);
    // Ever new keys in place of others leave holes, and so call for a growth to the same size.
    for i in 0..20 * n {
        let next = |map: &mut Map<u64>, image: &mut MapImage| {
            let before = std::mem::replace(image, MapImage::of(map, &Hex, &Hex));
            let old = match (before.growing, image.b > before.b, image.growing) {
                // It began in this operation.
                (Growing::No, true, _) => before.regular,
                (Growing::No, false, Growing::Same) => before.regular,
                (Growing::No, false, _) => 0,
                _ => waiting(&before),
            };
            let moved = old - waiting(image);
            // A growth of one or two buckets ends at once, and another may begin.
            let most = if image.b <= 3 { 4 } else { 2 };
            assert!(moved <= most, "{moved} chains in operation {i}, 2^{} buckets", image.b);
            moved
        };
        let same = |map: &Map<u64>| map.header().growing() == Growing::Same;
        let was_same = same(&map);
        map.insert(number(i), i);
        let moved = next(&mut map, &mut image);
        *if was_same || same(&map) { &mut of_same_size } else { &mut of_doublings } += moved;
        if i >= n {
            map.remove(&number(i - n));
            next(&mut map, &mut image);
        }
    }
    assert!(of_doublings > 50 && of_same_size > 50, "{of_doublings}, {of_same_size}");
}

/// Of what is asked of the allocator: it does not count mappings.
#[test]
fn all_that_a_map_asked_for_is_given_back() {
    fn check<K: Hash + Eq + GoKey, V>(entry: fn(u64) -> (K, V)) {
        type End<K, V> = fn(GoMap<K, V, FixedState>);
        let ends: [(&str, End<K, V>); 7] = [
            ("drop", drop),
            ("clear", |mut map| map.clear()),
            ("clear under a cursor", |mut map| {
                let mut cursor = map.range();
                cursor.next(&map);
                map.clear();
                assert!(cursor.next(&map).is_none());
            }),
            ("retain", |mut map| map.retain(|_, _| false)),
            ("drain", |mut map| drop(map.drain().nth(3))),
            ("into_iter", |map| drop(map.into_iter().nth(3))),
            ("shrink_to_fit", |mut map| map.shrink_to_fit()),
        ];
        // With overflow buckets, and some amid a growth.
        for n in [1, 8, 9, 25, 53, 104, 110, 420] {
            for (name, end) in ends {
                let allocations = measure(|| {
                    let hasher = FixedState::with_seed(1);
                    let mut map =
                        GoMap::with_source(0, hasher, Rand::from_seed(1), Dialect::LATEST);
                    map.extend((0..n).map(entry));
                    end(map);
                });
                assert_eq!(allocations.bytes_current, 0, "{name}, {n} entries");
                assert!(allocations.bytes_total > 0);
            }
        }
    }
    check(|i| (i, i));
    check(|i| (text(i), text(i)));
    check(|i| ([i; 20], i));
    check(|i| (i, [i; 20]));
    // A large array is left behind as it is cleared, with the overflow buckets beyond its spare ones.
    let allocations = measure(|| {
        let hasher = Itself::new();
        let mut map = GoMap::with_source(1 << 17, hasher, Rand::from_seed(1), Dialect::LATEST);
        map.extend((0..88 << 8).map(|i: u64| ((i >> 8) << 40 | i & 0xff, i)));
        assert_eq!((map.header().b(), map.header().noverflow()), (15, 10 << 8));
        map.clear();
    });
    assert_eq!(allocations.bytes_current, 0);
}

#[test]
fn the_mark_passes_over_1025_evacuated_buckets_at_once() {
    let hasher = Itself::new();
    let mut map = GoMap::with_source(0, hasher, Rand::from_seed(1), Dialect::LATEST);
    while map.header().growing() == Growing::No || map.header().b() < 14 {
        map.insert(map.len() as u64, ());
    }
    // Each moves a chain from the end, and the one at the mark: until these meet.
    let mut steps = Vec::new();
    for chain in (0..1 << 13).rev() {
        let mark = map.header().nevacuate();
        assert_eq!(map.remove(&(chain | 1 << 40)), None);
        steps.push(map.header().nevacuate() - mark);
        if map.header().growing() == Growing::No {
            break;
        }
    }
    // Then the mark has the rest to pass over: 1,024 besides one each time.
    let met = steps.iter().position(|&step| step > 1).expect("they meet");
    assert!(steps[..met].iter().all(|&step| step == 1));
    let (last, jumps) = steps[met..].split_last().expect("not empty");
    assert!(jumps.len() >= 3 && jumps.iter().all(|&step| step == 1025), "{jumps:?}");
    assert!((1..=1025).contains(last));
}

/// What begins or ends a growth apart.
#[test]
fn an_operation_that_chains_no_bucket_asks_for_no_memory() {
    fn churn<K, S: KeyHash<K>>(mut map: GoMap<K, u64, S>, key: fn(u64) -> K) {
        let mut seen = BTreeSet::new();
        map.insert(key(0), 0);
        // As full as 64 buckets get: ever new keys in place of others call for a growth to the same size.
        for i in 1..8000u64 {
            let before = (map.header().growing(), map.header().b(), map.header().noverflow());
            let allocations = measure(|| {
                map.insert(key(i), i);
                if i > 360 {
                    map.remove(&key(i - 360));
                }
            });
            let after = (map.header().growing(), map.header().b(), map.header().noverflow());
            if before == after {
                assert_eq!(allocations.bytes_total, 0, "operation {i}, {before:?}");
                seen.insert(format!("{:?}", before.0));
            }
        }
        assert!(seen.len() == 3, "{seen:?}");
    }
    let fixed = FixedState::with_seed(1);
    churn(GoMap::with_source(0, fixed, Rand::from_seed(1), Dialect::LATEST), number);
    // Fifty keys are not equal to themselves, and stay.
    let go = Go(Aes::new([7; 128]));
    let map = GoMap::with_source(0, go, Rand::from_seed(1), Dialect::LATEST);
    churn(map, |i| if i % 8 == 0 && i < 400 { f64::NAN } else { i as f64 });
}

/// Three kinds of records are kept for cursors: where NaNs went, copies of buckets that were zeroed, and
/// which copies of keys may not be read.
#[test]
fn records_for_cursors_go_in_bounded_steps() {
    /// The most, and the number of all, that single removals give back once no cursor lives.
    fn check<K, S: KeyHash<K>>(mut map: GoMap<K, u64, S>, cursor: Cursor, absent: K) {
        drop(cursor);
        let (mut most, mut all) = (0, 0);
        for _ in 0..10_000 {
            let allocations = measure(|| assert_eq!(map.remove(&absent), None));
            let freed = allocations.count_total as i64 - allocations.count_current;
            (most, all) = (freed.max(most), all + freed);
        }
        // Eight times 64 records, of which a node of a tree holds five at the least; keys and chunks.
        assert!(most <= 8 * 64 / 5 + 40, "{most} of {all}");
        assert!(all > 500, "{all}");
    }
    let new =
        || GoMap::with_source(0, FixedState::with_seed(1), Rand::from_seed(1), Dialect::LATEST);

    let go = Go(Aes::new([7; 128]));
    let mut map = GoMap::with_source(0, go, Rand::from_seed(1), Dialect::LATEST);
    map.extend((0..8000).map(|i| (f64::NAN, i)));
    let cursor = map.range();
    map.extend((0..6000).map(|i| (i as f64, i)));
    check(map, cursor, -1.0);

    // A cursor that has outlived a growth: Go takes it that there is none.
    let mut map = new();
    map.insert(text(0), 0);
    let cursor = map.range();
    map.extend((1..30_000).map(|i| (text(i), i)));
    check(map, cursor, text(u64::MAX));

    let mut map = new();
    map.extend((0..6000).map(|i| (text(i), i)));
    let cursor = map.range();
    map.extend((6000..14_000).map(|i| (text(i), i)));
    for i in 0..6000 {
        assert!(map.remove_entry(&text(i)).is_some());
    }
    check(map, cursor, text(u64::MAX));
}
