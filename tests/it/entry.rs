//! What `entry` does to the map's memory, and which entry it means.

use crate::support::{audit, map};
use tophash::image::MapImage;
use tophash::{Entry, GoKey, GoMap, Growing};

fn lines<K: GoKey, S: tophash::KeyHash<K>>(map: &GoMap<K, u32, S>) -> Vec<String> {
    let no_key = |_: &K, _: &mut String| ();
    MapImage::of(map, &no_key, &|v: &u32, out: &mut String| out.push_str(&v.to_string())).to_lines()
}

/// Fills two maps, one by `insert` and one by `entry`, and compares their memory all along.
fn fills_alike<K: GoKey>(key: impl Fn(u32) -> K) {
    let (mut by_insert, mut by_entry) = (map::<K, u32>(3), map::<K, u32>(3));
    let mut growing = 0;
    for i in 0..300 {
        by_insert.insert(key(i), i);
        match i % 3 {
            0 => drop(by_entry.entry(key(i)).or_insert(i)),
            1 => drop(by_entry.entry(key(i)).insert_entry(i)),
            _ => match by_entry.entry(key(i)) {
                Entry::Vacant(entry) => *entry.insert(0) = i,
                Entry::Occupied(_) => panic!("{i} is new"),
            },
        }
        assert_eq!(lines(&by_entry), lines(&by_insert), "after {i}");
        growing += u32::from(by_entry.header().growing() != Growing::No);
    }
    assert!(growing > 20, "{growing}");
}

#[test]
fn an_entry_that_is_inserted_is_one_assignment() {
    fills_alike(|i| i);
    fills_alike(|i| i.to_string());
    // Each draws its hash anew; the look-up before draws nothing.
    fills_alike(|i| if i % 2 == 0 { f64::NAN } else { f64::from(i) });
}

#[test]
fn an_entry_that_is_found_leaves_no_trace() {
    let mut map = map::<u64, u32>(1);
    while map.header().growing() == Growing::No || map.len() < 60 {
        map.insert(map.len() as u64, 7);
    }
    let before = lines(&map);
    for i in 0..60 {
        assert_eq!(*map.entry(i).or_insert(8), 7);
    }
    assert_eq!(lines(&map), before);
}

#[test]
fn an_entry_that_was_inserted_is_the_one_that_is_removed() {
    let mut map = map::<u64, u32>(1);
    for i in 0..200 {
        map.insert(i, 0);
        assert_eq!(map.entry(1000 + i).insert_entry(i as u32).remove_entry(), (1000 + i, i as u32));
        audit(&map);
        assert_eq!(map.len() as u64, i + 1);
    }
}

/// Of size zero, and equal to nothing: all of a bucket's keys lie at one address.
struct Nothing;

// SAFETY: no bytes at all.
unsafe impl GoKey for Nothing {
    const REFLEXIVE: bool = false;
    const NEEDS_UPDATE: bool = false;
    const POINTERS: bool = false;

    fn go_hash<A: tophash::hash::Alg>(&self, alg: &A, seed: u64, _: &tophash::Rand) -> u64 {
        alg.memhash(&[], seed)
    }

    fn go_eq(&self, _: &Self) -> bool {
        false
    }
}

#[test]
fn an_entry_of_a_key_without_size_is_the_one_that_is_removed() {
    let mut map = map::<Nothing, u32>(1);
    for i in 0..20 {
        map.insert(Nothing, i);
        assert_eq!(map.entry(Nothing).insert_entry(100 + i).remove(), 100 + i);
    }
    assert!(map.values().all(|&v| v < 100) && map.len() == 20);
}
