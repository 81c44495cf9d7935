//! Cursors: whose they are, where they stand, what they keep.

use crate::support::{self, audit, map};
use tophash::{Cursor, ForeignCursor, GoMap, Stand};

#[test]
fn a_cursor_at_its_end_keeps_nothing() {
    let churned = |cursor: &dyn Fn(&GoMap<String, u32, _>) -> Cursor| {
        let mut map = map::<String, u32>(1);
        let over_nothing = cursor(&map);
        for i in 0..100 {
            map.insert(i.to_string(), i);
        }
        let at_end = cursor(&map);
        for i in 100..20_000u32 {
            map.insert(i.to_string(), i);
            map.remove((i - 100).to_string().as_str());
        }
        let retired = map.retired();
        drop((over_nothing, at_end));
        retired
    };
    let kept = churned(&|map| {
        let mut cursor = map.range();
        while cursor.next(map).is_some() {}
        cursor
    });
    assert_eq!((kept.bytes, kept.keys), (0, 0));
    // Nor does one that began with nothing to meet, though it has not taken its one step.
    let kept = churned(&|map| {
        let mut cursor = map.range();
        while !map.is_empty() && cursor.next(map).is_some() {}
        cursor
    });
    assert_eq!((kept.bytes, kept.keys), (0, 0));
    // One that has not met all its entries does keep them.
    assert!(churned(&|map| map.range()).keys > 10_000);
}

#[test]
fn a_key_deleted_and_inserted_again_is_met_with_its_new_value() {
    // The cursor stands in an evacuated bucket and holds only a stale copy of the key.
    let mut met_again = 0;
    for seed in 0..64 {
        let mut map = map::<String, u32>(seed);
        for i in 0..13 {
            map.insert(i.to_string(), 0);
        }
        let mut cursor = map.range();
        cursor.next(&map).expect("thirteen entries");
        for i in 13..60 {
            map.insert(i.to_string(), 0);
        }
        for i in 0..13 {
            map.remove(i.to_string().as_str());
            map.insert(i.to_string(), 1);
        }
        while let Some((key, &value)) = cursor.next(&map) {
            let old = key.parse::<u32>().expect("a number") < 13;
            assert_eq!(value, u32::from(old));
            met_again += u32::from(old);
        }
    }
    assert!(met_again > 64, "the test came by no such key: {met_again}");
}

#[test]
fn a_cursor_on_an_empty_map_has_ended() {
    let mut map = map::<u32, u32>(1);
    let mut cursor = map.range();
    map.insert(1, 1);
    assert!(cursor.next(&map).is_none());
    assert_eq!(map.header().flags(), 0, "an iterator over nothing leaves no trace");
}

#[test]
fn a_cursor_begun_on_another_map_is_refused() {
    let (mut a, mut b) = (map::<u32, u32>(1), map::<u32, u32>(1));
    a.insert(1, 1);
    b.insert(1, 1);
    let mut cursor = a.range();
    assert_eq!(cursor.try_next(&b), Err(ForeignCursor));
    b.range();
    assert_eq!(cursor.try_next(&b), Err(ForeignCursor));
    let other = map::<String, Box<u8>>(1);
    assert_eq!(cursor.try_next(&other), Err(ForeignCursor));
    assert_eq!(cursor.try_next(&a), Ok(Some((&1, &1))));
    let caught = std::panic::catch_unwind(|| cursor.clone().next(&b).is_some());
    assert!(caught.is_err());
}

#[test]
fn a_cursor_follows_its_map_when_the_map_moves() {
    let (mut a, mut b) = (map::<u32, u32>(1), map::<u32, u32>(2));
    a.insert(1, 1);
    b.insert(2, 2);
    let mut cursor = a.range();
    std::mem::swap(&mut a, &mut b);
    assert_eq!(cursor.try_next(&a), Err(ForeignCursor));
    let moved = Box::new(b);
    assert_eq!(cursor.next(&moved), Some((&1, &1)));
}

#[test]
fn the_position_of_a_cursor_is_that_of_the_entry_it_returned() {
    use tophash::image::{BucketImage, Cells, MapImage};
    use tophash::{Age, Stand};

    let text = |key: &u32, out: &mut String| out.push_str(&key.to_string());
    let shown = |bucket: &BucketImage, lane: usize| match &bucket.keys {
        Cells::Memory(bytes) => {
            let bytes = bytes[4 * lane..][..4].try_into().expect("four bytes");
            u32::from_ne_bytes(bytes)
        }
        Cells::Values(values) => values[lane].as_ref().expect("full").parse().expect("a number"),
    };
    let (mut here, mut old, mut deep, mut left) = (0, 0, 0, 0);
    for seed in 0..40 {
        let mut map = map::<u32, u32>(seed);
        let mut next = 0..;
        map.extend(next.by_ref().take(60).map(|i| (i, i)));
        let mut cursor = map.range();
        while let Some((&key, _)) = cursor.next(&map) {
            let Some(position) = cursor.position(&map) else { panic!("it has not ended") };
            let Some(Stand { array, bucket, depth, passed }) = position.stand else {
                panic!("it stands in a chain")
            };
            let image = MapImage::of(&map, &text, &text);
            let chain = match array {
                Age::Present => image.chains().nth(bucket),
                Age::Old => image.old_chains().nth(bucket),
                Age::Left => {
                    left += 1;
                    None
                }
            };
            if let Some(chain) = chain {
                let b = &chain[depth];
                let lane = usize::from(passed - 1 + position.offset) % 8;
                // An evacuated slot leads to where the entry is now.
                if b.tophash[lane] >= 5 {
                    assert_eq!(shown(b, lane), key);
                    here += 1;
                }
                old += u32::from(array == Age::Old);
                deep += u32::from(depth > 0);
            }
            map.extend(next.by_ref().take(2).map(|i| (i, i)));
        }
        assert_eq!(cursor.position(&map), None);
    }
    assert!(here > 500 && old > 20 && deep > 5 && left > 100, "{here} {old} {deep} {left}");
}

#[test]
fn a_cursor_may_outlive_its_map() {
    let mut map = map::<String, u32>(1);
    map.insert("a".into(), 1);
    let cursor = map.range();
    drop(map);
    let mut other = support::map::<String, u32>(1);
    other.insert("a".into(), 1);
    assert!(cursor.clone().try_next(&other).is_err());
    drop(cursor);
}

#[test]
fn cursors_step_and_end_on_other_threads() {
    let mut map = map::<String, String>(1);
    for round in 0..20 {
        for i in 0..200 {
            map.insert(format!("{i}"), format!("{round}"));
        }
        let shared = &map;
        std::thread::scope(|scope| {
            for _ in 0..4 {
                let mut cursor = shared.range();
                scope.spawn(move || {
                    let mut begun_here = shared.range();
                    for _ in 0..200 {
                        assert!(cursor.next(shared).is_some());
                        assert!(begun_here.next(shared).is_some());
                    }
                });
            }
        });
        // Cursors that end while the map is changed.
        let cursors: Vec<_> = (0..4).map(|_| map.range()).collect();
        std::thread::scope(|scope| {
            scope.spawn(move || drop(cursors));
            for i in 0..200 {
                map.remove(format!("{i}").as_str());
            }
        });
        audit(&map);
    }
}

#[test]
fn iter_and_range_take_the_entries_in_the_same_order() {
    // In the midst of growths, and between them.
    for n in (0..600).step_by(7) {
        let fill = || {
            let mut map = map::<u32, u32>(n);
            map.extend((0..n as u32).map(|i| (i, i)));
            for i in (0..n as u32).step_by(3) {
                map.remove(&i);
            }
            map
        };
        let (a, b) = (fill(), fill());
        let mut cursor = b.range();
        let by_cursor: Vec<_> = std::iter::from_fn(|| cursor.next(&b)).collect();
        let mut iter = a.iter();
        let (first, rest) = (iter.next(), iter.clone());
        assert_eq!(first.into_iter().chain(rest).collect::<Vec<_>>(), by_cursor);
        assert_eq!(iter.len(), by_cursor.len().saturating_sub(1));
        if n > 100 {
            assert_ne!(a.iter().collect::<Vec<_>>(), by_cursor, "it begins somewhere else");
        }
    }
}

#[test]
fn a_map_churned_under_overlapping_cursors_does_not_grow_in_memory() {
    let mut map: GoMap<String, u32, support::Crowded> = GoMap::with_source(
        0,
        support::Crowded::default(),
        tophash::hash::Rand::from_seed(1),
        tophash::Dialect::GO_1_23,
    );
    let mut highest = (0, 0);
    let mut cursors = std::collections::VecDeque::<Cursor>::new();
    for round in 0..60 {
        for i in 0..300 {
            map.insert(format!("{round} {i}"), i);
            if i % 10 == 0 {
                cursors.push_back(map.range());
                if cursors.len() > 3 {
                    cursors.pop_front();
                }
                for cursor in &mut cursors {
                    cursor.next(&map);
                }
            }
            if round > 0 {
                map.remove(format!("{} {i}", round - 1).as_str());
            }
        }
        if round == 20 {
            highest = (map.retired().bytes, map.retired().keys);
        }
        if round > 20 {
            assert!(map.retired().bytes <= 2 * highest.0.max(1 << 16), "round {round}");
            assert!(map.retired().keys <= 2 * highest.1.max(64), "round {round}");
        }
    }
    cursors.clear();
    for i in 0..2000 {
        map.remove(format!("not there {i}").as_str());
    }
    assert_eq!((map.retired().bytes, map.retired().keys), (0, 0));
}

/// (Under stress a doubling is hard to come to.)
#[test]
#[cfg(not(tophash_stress))]
fn the_image_of_a_cursor_in_an_old_bucket_names_the_new_one_that_it_stands_for() {
    use tophash::Growing;
    use tophash::image::{BucketName, Hex, MapImage, ReachName};
    let mut seen = [0; 2];
    for seed in 0..40 {
        let mut map = map::<u64, u64>(seed);
        while map.header().growing() != Growing::Double || map.header().b() < 5 {
            map.insert(map.len() as u64, 0);
        }
        let old = 1 << (map.header().b() - 1);
        let mut cursor = map.range();
        while cursor.next(&map).is_some() {
            let (_, image) = MapImage::with_cursors(&map, &[Some(&cursor)], &Hex, &Hex);
            let shown = image.cursors[0].expect("it has not ended");
            let Some(ReachName::Map(at)) = shown.at else { panic!("{:?}", shown.at) };
            match (at, shown.check_bucket) {
                (BucketName::Old(index), Some((stands_for, true))) if index < old => {
                    assert_eq!(stands_for % old, index);
                    seen[stands_for / old] += 1;
                }
                // An overflow bucket's name does not say of which array it is.
                (BucketName::Heap(_) | BucketName::Old(_), Some((_, true)))
                | (BucketName::Heap(_) | BucketName::Array(_), None) => {}
                other => panic!("{other:?}"),
            }
        }
    }
    assert!(seen.iter().all(|&times| times > 100), "{seen:?}");
}

#[test]
fn a_key_that_no_old_bucket_has_a_copy_of_is_dropped_at_once() {
    let mut map = map::<String, u32>(1);
    for i in 0..8 {
        map.insert(i.to_string(), i);
    }
    let mut cursor = map.range();
    cursor.next(&map);
    for i in 0..7 {
        map.remove(i.to_string().as_str());
        assert_eq!(map.retired().keys, 0);
    }
}

#[test]
fn a_cursor_keeps_nothing_that_was_buried_before_it_began() {
    let mut map = map::<String, u32>(1);
    for i in 0..8 {
        map.insert(i.to_string(), i);
    }
    let before = map.range();
    // It may meet copies of these in the arrays that the map leaves.
    for i in 8..60 {
        map.insert(i.to_string(), i);
    }
    for i in 0..40 {
        map.remove(i.to_string().as_str());
    }
    assert!(map.retired().keys > 0 && map.retired().bytes > 0);
    drop(before);
    let mut after = map.range();
    for _ in 0..100 {
        assert_eq!(map.remove("absent"), None);
    }
    assert_eq!((map.retired().keys, map.retired().bytes), (0, 0));
    assert!(after.next(&map).is_some());
}

/// (Under stress the map leaves other arrays.)
#[test]
#[cfg(not(tophash_stress))]
fn an_image_of_a_cursor_shows_what_it_reads_of_arrays_left_and_of_buckets_zeroed() {
    use tophash::image::{BucketName, Hex, KeptBucket, MapImage, ReachName};

    let text = |value: &String, out: &mut String| out.push_str(value);
    let mut map = map::<u64, String>(1);
    let image = |map: &GoMap<u64, String, _>| MapImage::of(map, &Hex, &text);
    let mut key = 0;
    // What the map was before the insert that began a growth, or ended one.
    let mut grow = |map: &mut GoMap<u64, String, _>, growing: bool| loop {
        let before = image(map);
        map.insert(key, String::new());
        key += 1;
        if (map.header().growing() != tophash::Growing::No) == growing {
            break before;
        }
    };
    grow(&mut map, true);
    grow(&mut map, false);
    let mut cursor = map.range();
    cursor.next(&map);
    let first = grow(&mut map, true);
    grow(&mut map, false);
    let second = grow(&mut map, true);

    // It walks over the first array; the second is being left, and its buckets are zeroed.
    let (growing, cursors) = MapImage::with_cursors(&map, &[Some(&cursor)], &Hex, &text);
    let keys = |image: &MapImage, index: usize| image.chains().nth(index).unwrap()[0].keys.clone();
    let [left] = &cursors.left[..] else { panic!("{cursors}") };
    let is_head = |bucket: &&KeptBucket| match bucket.name {
        ReachName::Left { index, .. } => index < left.regular,
        _ => false,
    };
    let heads: Vec<_> =
        left.buckets.iter().filter(is_head).map(|bucket| bucket.keys.clone()).collect();
    assert_eq!(heads.len(), first.regular);
    assert!(heads.iter().enumerate().all(|(index, head)| *head == keys(&first, index)));
    let copies: Vec<_> = cursors
        .copies
        .iter()
        .filter_map(|copy| match copy.name {
            ReachName::Map(BucketName::Old(index)) => Some((index, copy.keys.clone())),
            _ => None,
        })
        .collect();
    let zeroed: Vec<usize> = growing
        .old_chains()
        .enumerate()
        .filter(|(_, chain)| chain[0].evacuated())
        .map(|(index, _)| index)
        .collect();
    assert_eq!(copies.iter().map(|copy| copy.0).collect::<Vec<_>>(), zeroed);
    assert!(zeroed.len() >= 2);
    assert!(copies.iter().all(|(index, copy)| *copy == keys(&second, *index)));
}

#[test]
fn a_walk_begins_at_any_bucket_and_any_slot() {
    let mut map = map::<u32, u32>(1);
    map.extend((0..20).map(|i| (i, i)));
    let mut begun = std::collections::BTreeSet::new();
    for _ in 0..1000 {
        let at = map.range().position(&map).expect("it has not ended");
        begun.insert((at.start_bucket, at.offset));
    }
    assert_eq!(begun.len(), 8 << map.header().b());
    assert!(begun.iter().all(|&(_, offset)| offset < 8));
}

/// The bucket of a cursor's stand, and how far it has come there.
fn place(stand: &Stand) -> (usize, usize, u8) {
    (stand.bucket, stand.depth, stand.passed)
}

#[test]
fn a_cursor_that_is_left_alone_stands_where_it_stood_whatever_becomes_of_the_array() {
    let mut map = map::<u64, String>(1);
    while map.len() < 52 {
        map.insert(map.len() as u64, String::new());
    }
    let cursors: Vec<_> = (0..map.len())
        .map(|steps| {
            let mut cursor = map.range();
            assert!((0..=steps).all(|_| cursor.next(&map).is_some()));
            let stand = cursor.position(&map).expect("it has not ended").stand;
            (cursor, stand.expect("it stands in the bucket of what it returned"))
        })
        .collect();
    assert!(cursors.iter().any(|(_, stand)| stand.depth > 0));
    let mut ages = std::collections::BTreeSet::new();
    while map.len() < 300 {
        for (cursor, before) in &cursors {
            let now = cursor.position(&map).and_then(|position| position.stand).unwrap();
            ages.insert(now.array);
            assert_eq!(place(&now), place(before), "{now:?}");
        }
        map.insert(map.len() as u64, String::new());
    }
    assert_eq!(ages.len(), 3);
}

/// A walk over the array before the one that a second growth to the same size leaves: Go takes no
/// iterator to be in that one, though the walk is, and zeroes its heads. What is kept beside them holds
/// their entries and links.
#[test]
#[cfg(not(tophash_stress))]
fn a_cursor_in_a_zeroed_chain_stands_where_it_stood_and_goes_on() {
    use crate::itself::Itself;
    use tophash::hash::Rand;
    use tophash::{Age, Dialect, Growing};

    type Map = GoMap<u64, String, Itself>;
    // Gives each of four chains an entry in its head and one in an overflow bucket.
    let crowd = |map: &mut Map| {
        for chain in 0..4 {
            let keys = |range: std::ops::Range<u64>| range.map(move |i| i * 4 + chain);
            map.extend(keys(0..9).map(|key| (key, String::new())));
            keys(0..7).for_each(|key| drop(map.remove(&key)));
        }
        assert_eq!((map.len(), map.header().noverflow()), (8, 4));
    };
    let stand = |map: &Map, cursor: &Cursor| cursor.position(map).unwrap().stand.unwrap();
    let mut zeroed = [0; 2];
    for (seed, depth) in (0..64).map(|i| (i / 2, i % 2)) {
        let rand = Rand::from_seed(seed as u64);
        let mut map = Map::with_source(26, Itself::new(), rand, Dialect::LATEST);
        crowd(&mut map);
        let mut cursor = map.range();
        map.insert(4, String::new());
        while map.header().growing() != Growing::No {
            map.remove(&4);
        }
        (28..36).for_each(|key| drop(map.remove(&key)));
        crowd(&mut map);
        map.insert(4, String::new());
        assert_eq!((map.header().b(), map.header().growing()), (2, Growing::Same));
        for _ in 0..=depth {
            cursor.next(&map).expect("there are nine entries");
        }
        let before = stand(&map, &cursor);
        if (before.array, before.depth) != (Age::Old, depth) {
            continue;
        }
        zeroed[depth] += 1;
        assert!(!cursor.go_lost_its_place(&map));
        for step in 0..50 {
            assert_eq!(place(&stand(&map, &cursor)), place(&before));
            map.insert(1000 + step, String::new());
        }
        assert_eq!(stand(&map, &cursor).array, Age::Left);
        assert_eq!(cursor.go_lost_its_place(&map), depth == 0);
        if depth == 0 {
            let met = cursor.next(&map).map(|(&key, _)| key);
            assert_eq!(met, Some(32 + before.bucket as u64));
            assert_eq!(stand(&map, &cursor).depth, 1);
            assert!(cursor.go_lost_its_place(&map));
        }
    }
    assert!(zeroed.iter().all(|&times| times > 4), "{zeroed:?}");
}

/// The growth to the same size in which it came there has ended; so Go asks for each key's hash, under
/// the seed that was drawn when the map became empty. (A map under stress would not end it.)
#[test]
#[cfg(not(tophash_stress))]
fn in_an_old_bucket_a_cursor_meets_only_what_now_belongs_to_the_new_one() {
    use tophash::image::{Hex, MapImage};
    use tophash::{Growing, Position};

    let (mut met, mut walks) = (0, 0);
    for seed in 0..200 {
        let mut map = map::<u64, u64>(seed);
        map.extend((0..46).map(|key| (key, key)));
        let mut cursor = map.range();
        for key in 46.. {
            map.insert(key, key);
            map.remove(&(key - 46));
            if map.header().growing() == Growing::Same {
                break;
            }
        }
        cursor.next(&map).expect("there are entries");
        let check_bucket = |cursor: &Cursor, map: &_| -> Option<usize> {
            cursor.position(map).and_then(|Position { check_bucket, .. }| check_bucket)
        };
        let Some(bucket) = check_bucket(&cursor, &map) else { continue };
        let keys: Vec<u64> = map.keys().copied().collect();
        assert!(keys.iter().all(|key| map.remove(key).is_some()));
        map.extend(keys.iter().map(|&key| (key, key)));
        if map.header().growing() != Growing::No {
            continue;
        }
        let image = MapImage::of(&map, &Hex, &|key: &u64, out: &mut String| {
            out.push_str(&key.to_string());
        });
        while let Some((&key, _)) = cursor.next(&map)
            && check_bucket(&cursor, &map).is_some()
        {
            let shown = key.to_string();
            let mut chains = image.chains();
            let chain = chains.position(|chain| {
                chain.iter().any(|b| (0..8).any(|lane| b.elem(lane).to_string() == shown))
            });
            assert_eq!(chain, Some(bucket), "seed {seed}: {key}");
            met += 1;
        }
        walks += 1;
    }
    assert!(met > 5 && walks > 5, "{met} in {walks} walks");
}
