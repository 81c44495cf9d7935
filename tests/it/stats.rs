//! Statistics of map images: of one made by hand, whose numbers are counted by hand, and of real
//! maps, whose sums must come out.

use proptest::prelude::*;
use std::sync::Arc;
use tophash::hash::{Edition, Fallback, Rand};
use tophash::image::{
    ArrayStats, BucketImage, BucketName, Cells, Fresh, Hex, Histogram, Layout, MapImage, Places,
    Progress, Show, SlotCounts, Stats, Uses,
};
use tophash::key::{Go, GoKey, KeyHash};
use tophash::{Dialect, GoMap, Growing};

fn bucket(name: BucketName, tophash: [u8; 8], overflow: Option<BucketName>) -> BucketImage {
    let cells = || Cells::Memory([0; 8].into());
    BucketImage { name, tophash, keys: cells(), elems: cells(), overflow }
}

/// A `map[uint8]uint8` amid a doubling from two buckets to four. Old bucket 0 has been evacuated;
/// old bucket 1 has eight entries, and two and a tombstone in an overflow bucket.
fn halfway() -> MapImage {
    use BucketName::{Array, Heap, Old};
    MapImage {
        count: 12,
        flags: 0,
        b: 2,
        noverflow: 0,
        hash0: 7,
        nevacuate: 1,
        growing: Growing::Double,
        layout: Layout { bucket: 32, key: 1, elem: 1, key_indirect: false, elem_indirect: false },
        regular: 4,
        spare: 0,
        buckets: vec![
            bucket(Array(0), [9, 0, 0, 0, 0, 0, 0, 0], None),
            bucket(Array(1), [0; 8], None),
            bucket(Array(2), [9, 0, 0, 0, 0, 0, 0, 0], None),
            bucket(Array(3), [0; 8], None),
        ],
        old_regular: 2,
        old_spare: 0,
        old_buckets: vec![
            bucket(Old(0), [2, 3, 4, 4, 4, 4, 4, 4], None),
            bucket(Old(1), [5, 6, 7, 8, 9, 10, 11, 12], Some(Heap(0))),
            bucket(Heap(0), [13, 1, 14, 0, 0, 0, 0, 0], None),
        ],
        next_overflow: None,
        overflow: vec![],
        oldoverflow: vec![Heap(0)],
        fresh: 2,
    }
}

#[test]
fn a_map_amid_a_growth_is_measured_as_counted_by_hand() {
    let stats = halfway().stats();
    assert_eq!(stats.load_factor(), 3.0);
    assert_eq!(
        stats.array,
        ArrayStats {
            regular: 4,
            slots: SlotCounts { full: 2, empty_rest: 30, ..SlotCounts::default() },
            chains: [1; 4].into_iter().collect(),
            ..ArrayStats::default()
        }
    );
    let slots = SlotCounts {
        full: 10,
        empty_one: 1,
        empty_rest: 5,
        evacuated_x: 1,
        evacuated_y: 1,
        evacuated_empty: 6,
    };
    let chains = [1, 2].into_iter().collect();
    let old = ArrayStats { regular: 2, overflow: 1, slots, chains, ..ArrayStats::default() };
    assert_eq!(stats.old_array, Some(old));

    // Seven buckets of 8 + 8 + 8 + 8 bytes, and two bytes to a pair of slots.
    let (in_use, stale, empty, overhead) = (12 * 2, 3 * 2, (30 + 5 + 6) * 2, 7 * 16);
    assert_eq!(stats.uses, Uses { in_use, stale, empty, overhead, ..Uses::default() });
    let (regular, old_regular, overflow) = (4 * 32, 2 * 32, 32);
    assert_eq!(stats.places, Places { regular, old_regular, overflow, ..Places::default() });
    assert_eq!(stats.uses.total(), 7 * 32);

    // Hits: the first entries of b0 and b2, and the ten of o1's chain.
    assert_eq!(stats.hits.entries.counts(), [0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
    assert_eq!(stats.hits.buckets.counts(), [0, 10, 2]);
    // Misses: hashes that end in 00 and 10 lead to b0 and b2, those in 01 and 11 both to o1.
    assert_eq!(stats.misses.entries, [1, 10, 1, 10].into_iter().collect());
    assert_eq!(stats.misses.buckets, [1, 2, 1, 2].into_iter().collect());

    let growth = Progress { kind: Growing::Double, evacuated: 1, of: 2, mark: 1 };
    assert_eq!(stats.growth, Some(growth));
    assert_eq!(stats.fresh, Fresh { regular: 2, spare: 0, bytes: 64 });
}

#[test]
fn an_old_chain_that_has_been_evacuated_out_of_turn_counts_as_progress() {
    let mut image = halfway();
    image.old_buckets.truncate(1);
    image.old_buckets.push(bucket(BucketName::Old(1), [4; 8], None));
    image.nevacuate = 0;
    let growth = image.stats().growth.unwrap();
    assert_eq!((growth.evacuated, growth.mark), (2, 0));
}

#[test]
fn a_histogram_tells_its_mean_and_its_extremes() {
    let histogram: Histogram = [1, 1, 4].into_iter().collect();
    assert_eq!(histogram.counts(), [0, 2, 0, 0, 1]);
    assert_eq!((histogram.total(), histogram.sum(), histogram.max()), (3, 6, Some(4)));
    assert_eq!(histogram.mean(), 2.0);
    let none = Histogram::default();
    assert_eq!((none.total(), none.mean(), none.max()), (0, 0.0, None));
}

#[test]
fn a_map_without_memory_has_nothing_to_measure() {
    let stats = measure(&map::<u64, u64>(0), &Hex, &Hex);
    assert_eq!((stats.uses.total(), stats.places.total()), (0, 0));
    assert_eq!(stats.fresh, Fresh { regular: 0, spare: 0, bytes: 0 });
    assert_eq!((stats.load_factor(), stats.misses.entries.total()), (0.0, 0));
}

#[test]
fn a_fresh_map_of_the_same_entries_is_what_make_gives() {
    // 208 entries are 6.5 for each of 32 buckets. Of those and two spare ones, 4896 bytes, the
    // allocator makes 5376, room for 37; of 64 and 4, 9792 bytes, it makes 10240, room for 71.
    for (hint, regular, spare) in [(8, 1, 0), (9, 2, 0), (208, 32, 5), (209, 64, 7)] {
        let mut map = map::<u64, u64>(0);
        for k in 0..hint {
            map.insert(k, k);
        }
        let stats = measure(&map, &Hex, &Hex);
        let made = measure(&self::map::<u64, u64>(hint as i64), &Hex, &Hex);
        assert_eq!((stats.fresh.regular, stats.fresh.spare), (regular, spare), "{hint}");
        assert_eq!(stats.fresh.bytes, (regular + spare) * 144);
        if hint > 8 {
            assert_eq!((made.array.regular, made.array.spare_free), (regular, spare));
        }
    }
}

fn map<K: GoKey, V>(hint: i64) -> GoMap<K, V, Go<Fallback>> {
    let hash = Go(Fallback::new([1, 3, 5, 7], Edition::Before123));
    GoMap::with_source(hint, hash, Rand::from_seed(1), Dialect::GO_1_22)
}

fn measure<K, V, S: KeyHash<K>>(
    map: &GoMap<K, V, S>,
    keys: &impl Show<K>,
    elems: &impl Show<V>,
) -> Stats {
    let image = MapImage::of(map, keys, elems);
    let stats = image.stats();
    check(&image, &stats);
    stats
}

/// What holds of every image.
fn check(image: &MapImage, stats: &Stats) {
    let ArrayStats { regular, overflow, spare_used, spare_free, .. } = stats.array;
    let old = stats.old_array.clone().unwrap_or_default();
    let linked = image.buckets.len() + image.old_buckets.len();
    assert_eq!(regular + overflow + old.regular + old.overflow, linked);
    assert_eq!(spare_used + spare_free, image.spare);
    assert_eq!(old.spare_used + old.spare_free, image.old_spare);
    // In the present array, the spare buckets in no chain are those that Go has yet to use.
    let next = match image.next_overflow {
        Some(BucketName::Array(next)) => image.regular + image.spare - next,
        Some(other) => panic!("the next spare bucket is {other}"),
        None => 0,
    };
    assert_eq!(spare_free, next);
    assert_eq!(stats.array.slots.total(), 8 * image.buckets.len());
    assert_eq!(old.slots.total(), 8 * image.old_buckets.len());
    assert_eq!(stats.array.slots.full + old.slots.full, image.count);

    let heap = (overflow - spare_used) + (old.overflow - old.spare_used);
    let arrays = image.regular + image.spare + image.old_regular + image.old_spare;
    let indirect = image.count * image.layout.indirect();
    let allocated = (arrays + heap) * image.layout.bucket + indirect;
    assert_eq!((stats.uses.total(), stats.places.total()), (allocated, allocated));

    assert_eq!((stats.array.chains.total(), old.chains.total()), (regular, old.regular));
    assert_eq!(stats.array.chains.sum() + old.chains.sum(), linked);
    for hits in [&stats.hits.entries, &stats.hits.buckets] {
        assert_eq!((hits.total(), hits.counts().first().unwrap_or(&0)), (image.count, &0));
    }
    for misses in [&stats.misses.entries, &stats.misses.buckets] {
        assert_eq!(misses.total(), regular);
    }
    assert!(stats.hits.entries.max() <= stats.misses.entries.max());
    if let Some(growth) = stats.growth {
        assert!(growth.mark <= growth.evacuated && growth.evacuated < growth.of);
    }
}

/// Fills a map, empties it in part, and measures it on the way.
fn churn<K: GoKey, V>(
    ops: &[(bool, u16)],
    key: fn(u16) -> K,
    elem: fn(u16) -> V,
    keys: &impl Show<K>,
    elems: &impl Show<V>,
) {
    let mut map = map::<K, V>(0);
    for (step, &(insert, k)) in ops.iter().enumerate() {
        if insert {
            map.insert(key(k), elem(k));
        } else {
            map.remove(&key(k));
        }
        if step % 16 == 0 {
            measure(&map, keys, elems);
        }
    }
    measure(&map, keys, elems);
}

fn wide(k: u16) -> [u8; 136] {
    let mut bytes = [0; 136];
    bytes[..2].copy_from_slice(&k.to_le_bytes());
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn bytes_and_histograms_add_up(
        ops in prop::collection::vec((prop::bool::weighted(0.7), 0..500u16), 0..900),
    ) {
        churn(&ops, u64::from, |k| k as u8, &Hex, &Hex);
        churn(&ops, wide, wide, &Hex, &Hex);
        let text = |value: &Arc<str>, out: &mut String| out.push_str(value);
        churn(&ops, |k| k, |k| k.to_string().into(), &Hex, &text);
    }
}
