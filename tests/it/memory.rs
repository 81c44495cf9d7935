//! What a map allocates, and how it gives it back.

use crate::support::{Ledger, audit, go, map};
use tophash::hash::Rand;
use tophash::image::{Hex, MapImage};
use tophash::key::GoKey;
use tophash::{Dialect, GoMap, Growing};

/// Of mappings: elsewhere the allocator takes an array back as a whole. (A map under stress always
/// grows anew, and the queue is never empty.)
#[test]
#[cfg(all(feature = "std", unix, not(miri), not(tophash_stress)))]
fn an_outgrown_array_is_given_back_in_bounded_steps() {
    // 64 KiB of a mapping or of chunks; and a block too small to be mapped goes as a whole.
    const STEP: usize = (64 << 10) + (128 << 10);
    let mut map = map::<u64, [u64; 8]>(1);
    let (mut before, mut highest, mut freeing) = (0, 0, 0);
    for i in 0..100_000 {
        map.insert(i, [i; 8]);
        let bytes = map.retired().bytes;
        assert!(before <= bytes + STEP, "{before} to {bytes} in one insert");
        freeing += u32::from(bytes < before);
        (before, highest) = (bytes, highest.max(bytes));
    }
    assert!(highest > 4 << 20, "no large array was outgrown: {highest} bytes");
    assert!(freeing > 100, "freed in {freeing} steps");
    assert_eq!(before, 0, "the queue is never empty");
}

/// Of mappings: elsewhere the allocator takes an array back as a whole.
#[test]
#[cfg(all(feature = "std", unix, not(miri)))]
fn removals_give_back_what_insertions_left() {
    let mut map = map::<u64, [u64; 8]>(1);
    while map.retired().bytes < 1 << 20 {
        map.insert(map.len() as u64, [0; 8]);
    }
    let mut steps = 0;
    while map.retired().bytes > 0 {
        map.remove(&u64::MAX);
        steps += 1;
    }
    assert!((16..1000).contains(&steps), "{steps} steps");
    audit(&map);
}

#[test]
fn a_cleared_map_keeps_its_array_and_gives_back_the_old_one() {
    let mut map = map::<u32, String>(1);
    while map.header().growing() == Growing::No || map.header().b() < 6 {
        map.insert(map.len() as u32, String::from("x"));
    }
    let b = map.header().b();
    map.clear();
    assert_eq!((map.len(), map.header().b()), (0, b));
    assert_eq!(map.header().growing(), Growing::No);
    audit(&map);
    for i in 0..8 {
        map.insert(i, String::new());
    }
    assert_eq!(map.retired().bytes, 0);
}

#[test]
fn bogus_hints_count_as_none() {
    let b = |hint| {
        let map: GoMap<u64, u64, _> =
            GoMap::with_source(hint, go(), Rand::from_seed(1), Dialect::LATEST);
        map.header().b()
    };
    for hint in [-1, i64::MIN, i64::MAX, 1 << 60, (1 << 48) / 144 + 1] {
        assert_eq!(b(hint), 0, "{hint}");
    }
    assert_eq!((b(8), b(9), b(13), b(14), b(100), b(420_000)), (0, 1, 1, 2, 4, 16));
    #[cfg(feature = "std")]
    assert_eq!(GoMap::<u64, u64>::with_capacity(usize::MAX).header().b(), 0);
}

#[test]
fn a_hint_is_room_for_as_many_entries_without_a_growth() {
    for hint in [1, 8, 9, 50, 1000, 5000] {
        let mut map: GoMap<u64, u8, _> =
            GoMap::with_source(hint, go(), Rand::from_seed(1), Dialect::LATEST);
        let b = map.header().b();
        for i in 0..hint as u64 {
            map.insert(i, 0);
        }
        assert_eq!(map.header().b(), b, "{hint}");
    }
}

#[test]
fn maps_made_alike_have_the_same_bytes() {
    let run = || {
        let mut map = map::<u32, u16>(42);
        for i in 0..3000u32 {
            map.insert(i.wrapping_mul(2_654_435_761) % 1000, i as u16);
            if i % 3 == 0 {
                map.remove(&(i % 1000));
            }
            if i % 100 == 0 {
                assert_eq!(map.iter().count(), map.len());
            }
        }
        MapImage::of(&map, &Hex, &Hex)
    };
    assert_eq!(run(), run());
}

#[test]
fn huge_pages_change_no_byte() {
    let mut maps = [map::<u64, u64>(2), map::<u64, u64>(2)];
    maps[1].set_huge_pages(true);
    let [plain, huge] = maps.each_mut().map(|map| {
        map.reserve(60_000); // 2.4 MB
        map.extend((0..70_000).map(|i| (i, i)));
        map.clear();
        map.extend((0..100).map(|i| (i, i)));
        audit(map);
        MapImage::of(map, &Hex, &Hex)
    });
    assert!(plain == huge);
}

/// Large enough that a clear leaves the array behind for a new one.
const REPLACED: i64 = 1 << 17;

#[cfg(not(tophash_stress))]
fn bytes_replaced() -> u64 {
    GoMap::<u64, u64, crate::support::GoHash>::array_bytes_for(REPLACED, Dialect::LATEST)
}

#[test]
fn a_large_map_that_is_cleared_is_as_one_just_made() {
    for cursor_lives in [false, true] {
        let make = || GoMap::with_source(REPLACED, go(), Rand::from_seed(1), Dialect::LATEST);
        let (mut map, fresh) = (make(), make());
        let cursor = cursor_lives.then(|| map.range());
        map.extend((0..REPLACED as u64).map(|i| (i, i)));
        let mut cursors = [cursor, cursor_lives.then(|| map.range())];
        map.clear();
        audit(&map);
        let mut image = MapImage::of(&map, &Hex, &Hex);
        let fresh = MapImage::of(&fresh, &Hex, &Hex);
        assert_ne!(image.hash0, fresh.hash0);
        (image.hash0, image.flags) = (fresh.hash0, fresh.flags);
        assert!(image == fresh);
        map.insert(1, 1);
        for cursor in cursors.iter_mut().flatten() {
            assert!(std::iter::from_fn(|| cursor.next(&map)).count() <= 1);
        }
    }
}

/// Of mappings, which are given back piece by piece. (Under stress a clear leaves two arrays.)
#[test]
#[cfg(all(feature = "std", unix, not(any(miri, tophash_stress))))]
fn a_clear_leaves_the_array_behind_if_it_is_large_and_no_cursor_lives() {
    let left = |hint, cursor_lives: bool| {
        let mut map = GoMap::with_source(hint, go(), Rand::from_seed(1), Dialect::LATEST);
        map.insert(1u64, 1u64);
        let _cursor = cursor_lives.then(|| map.range());
        map.clear();
        map.retired().bytes as u64
    };
    // A piece has gone before the clear returns.
    assert_eq!(left(REPLACED, false), bytes_replaced() - (64 << 10));
    assert_eq!(left(REPLACED, true), 0);
    assert_eq!([left(REPLACED / 4, false), left(1, false)], [0, 0]);
}

#[test]
fn a_clear_of_an_empty_map_does_nothing() {
    let mut map = map::<u64, u64>(1);
    while map.header().growing() == Growing::No {
        map.insert(map.len() as u64, 0);
    }
    for i in 0..map.len() as u64 {
        map.remove(&i);
    }
    let before = MapImage::of(&map, &Hex, &Hex);
    map.clear();
    assert!(MapImage::of(&map, &Hex, &Hex) == before);
}

/// (Under stress each insert begins a growth, and the clear leaves two arrays.)
#[test]
#[cfg(not(tophash_stress))]
fn a_map_cleared_again_and_again_leaves_less_behind_than_twice_its_size() {
    let mut map = GoMap::with_source(REPLACED, go(), Rand::from_seed(1), Dialect::LATEST);
    for i in 0..200u64 {
        map.insert(i, i);
        map.clear();
        let waiting = map.retired().bytes as u64;
        assert!(waiting < 2 * bytes_replaced(), "{waiting} bytes wait");
    }
}

/// Keys that are their own hashes fill the buckets evenly, so that an array is outgrown before its
/// spare buckets are used.
#[test]
#[cfg(not(tophash_stress))]
fn spare_buckets_are_listed_once_they_are_chained_on() {
    use crate::itself::Itself;

    let image = |map: &GoMap<u64, u64, Itself>| MapImage::of(map, &Hex, &Hex);
    let rand = Rand::from_seed(1);
    let mut map = GoMap::<u64, u64, _>::with_source(0, Itself::new(), rand, Dialect::GO_1_23);
    let mut key = 0;
    while map.header().b() < 5 {
        map.insert(key, key);
        key += 1;
    }
    let growing = image(&map);
    assert!(growing.old_spare > 0 && growing.oldoverflow.is_empty());
    while map.header().growing() != Growing::No {
        map.insert(key, key);
        key += 1;
    }
    // Nine in one bucket, and then in another.
    for (i, bucket) in [3, 7].into_iter().enumerate() {
        for n in 1000..1009 {
            map.insert(n * 32 + bucket, n);
        }
        assert_eq!(image(&map).overflow.len(), i + 1);
        audit(&map);
    }
}

#[test]
fn what_needs_no_drop_does_not_keep_the_other_half_alive() {
    fn fill_and_let_go<K: GoKey, V>(entry: impl Fn(u64) -> (K, V)) {
        let filled = || {
            let mut map = map::<K, V>(1);
            map.extend((0..50).map(&entry));
            map
        };
        drop(filled());
        filled().clear();
        filled().retain(|_, _| false);
        filled().drain().nth(3);
        filled().into_iter().nth(3);
    }
    let ledger = Ledger::default();
    fill_and_let_go(|i| (ledger.value(i), i));
    fill_and_let_go(|i| (i, ledger.value(i)));
    // Outside the bucket.
    fill_and_let_go(|i| ([i; 20], ledger.value(i)));
    fill_and_let_go(|i| (ledger.value(i), [i; 20]));
    assert_eq!(ledger.alive(), 0);
}

/// (A map under stress grows again at once.)
#[test]
#[cfg(not(tophash_stress))]
fn a_map_that_is_shrunk_has_forgotten_its_growth_and_its_iterators() {
    let mut map = map::<u64, u64>(1);
    while map.header().growing() == Growing::No || map.header().b() < 4 {
        map.insert(map.len() as u64, 0);
    }
    drop(map.range());
    assert!(map.header().flags() != 0 && map.header().nevacuate() != 0);
    map.shrink_to_fit();
    assert_eq!(map.header().growing(), Growing::No);
    assert_eq!((map.header().flags(), map.header().nevacuate()), (0, 0));
    audit(&map);
}

#[test]
fn a_reservation_takes_no_more_than_a_hint_would() {
    for n in [9, 13, 14, 100, 1000] {
        for entries in [0, 1, 8] {
            let mut map = map::<u64, u64>(1);
            map.extend((0..entries).map(|i| (i, i)));
            map.reserve(n - entries as usize);
            let hinted: GoMap<u64, u64, _> =
                GoMap::with_source(n as i64, go(), Rand::from_seed(1), Dialect::LATEST);
            assert_eq!(map.header().b(), hinted.header().b(), "{n}, {entries}");
            audit(&map);
        }
    }
}

/// (A map under stress has an old array.)
#[test]
#[cfg(not(tophash_stress))]
fn a_map_that_is_as_small_as_can_be_stays_as_it_is_when_it_is_shrunk() {
    let mut map = map::<u64, u64>(1);
    map.extend((0..100).map(|i| (i, i)));
    while map.header().growing() != Growing::No {
        map.remove(&u64::MAX);
    }
    // A new array would cost the flags of an iterator.
    drop(map.range());
    let before = MapImage::of(&map, &Hex, &Hex);
    assert_ne!(before.flags, 0);
    map.shrink_to_fit();
    assert!(MapImage::of(&map, &Hex, &Hex) == before);
}

/// Of mappings: elsewhere nothing waits, and the loop would not end. (A map under stress always grows
/// anew.)
#[test]
#[cfg(all(feature = "std", unix, not(any(miri, tophash_stress))))]
fn a_change_of_size_by_wish_gives_back_all_that_waits() {
    let waiting = || {
        let mut map = map::<u64, [u64; 8]>(1);
        while map.retired().bytes < 1 << 20 {
            map.insert(map.len() as u64, [0; 8]);
        }
        map
    };
    let mut map = waiting();
    map.shrink_to_fit();
    assert_eq!(map.retired().bytes, 0);
    let mut map = waiting();
    map.reserve(10 * map.len());
    assert_eq!(map.retired().bytes, 0);
}
