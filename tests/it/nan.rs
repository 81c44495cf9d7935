//! What a cursor promises of keys that are not equal to themselves.

use crate::support::{audit, map};
use std::collections::BTreeSet;
use tophash::{GoMap, Growing};

#[test]
fn a_nan_is_met_once_through_every_growth() {
    for seed in 0..40 {
        let mut map = map::<f64, u32>(seed);
        for i in 0..20 {
            map.insert(f64::NAN, i);
            map.insert(f64::from(i), 1000 + i);
        }
        let mut cursors: Vec<_> = (0..4).map(|_| (map.range(), Vec::new())).collect();
        let mut more = 0;
        while !cursors.is_empty() {
            cursors.retain_mut(|(cursor, met)| match cursor.next(&map) {
                Some((_, &v)) => {
                    met.push(v);
                    true
                }
                None => {
                    met.retain(|&v| v < 2000);
                    met.sort_unstable();
                    assert_eq!(*met, (0..20).chain(1000..1020).collect::<Vec<_>>(), "seed {seed}");
                    false
                }
            });
            for _ in 0..6 {
                map.insert(f64::from(5000 + more), 2000 + more);
                more += 1;
            }
            audit(&map);
        }
    }
}

#[test]
fn a_nan_is_met_once_through_growths_to_the_same_size() {
    let mut same_size = 0;
    for seed in 0..200 {
        let mut map = map::<f64, u32>(seed);
        for i in 0..12 {
            map.insert(f64::NAN, i);
        }
        // Half full, of ever other keys, so that chains overflow and the map grows to its size.
        let churn = |map: &mut GoMap<f64, u32, _>, i: u32| {
            map.insert(f64::from(i), u32::MAX);
            map.remove(&f64::from(i.wrapping_sub(30)));
        };
        let mut i = 0;
        while map.header().growing() != Growing::Same && i < 3000 {
            i += 1;
            churn(&mut map, i);
        }
        same_size += u32::from(i < 3000);
        let mut cursor = map.range();
        let mut met = Vec::new();
        while let Some((_, &v)) = cursor.next(&map) {
            if v != u32::MAX {
                met.push(v);
            }
            i += 1;
            churn(&mut map, i);
        }
        met.sort_unstable();
        assert_eq!(met, (0..12).collect::<Vec<_>>(), "seed {seed}");
    }
    assert!(same_size > 100, "only {same_size} growths to the same size");
}

#[test]
fn a_nan_that_was_cleared_is_not_met() {
    for seed in 0..40 {
        let mut map: GoMap<f64, Box<u32>, _> = map(seed);
        for i in 0..30 {
            map.insert(f64::NAN, Box::new(i));
        }
        let mut cursor = map.range();
        let met = (0..seed % 10).filter(|_| cursor.next(&map).is_some()).count();
        assert_eq!(met as u64, seed % 10);
        for i in 0..100 {
            map.insert(f64::from(i), Box::new(1000 + i as u32));
        }
        map.clear();
        assert!(cursor.clone().next(&map).is_none(), "seed {seed}");
        // Nor what has come to where it stood.
        for i in 0..100 {
            map.insert(f64::from(1000 + i), Box::new(0));
        }
        assert!(cursor.next(&map).is_none(), "seed {seed}");
    }
}

#[test]
fn a_nan_that_was_removed_is_not_met_and_the_others_are() {
    let mut removed_ahead = 0;
    for seed in 0..60 {
        let mut map: GoMap<f64, Box<u32>, _> = map(seed);
        for i in 0..30 {
            map.insert(f64::NAN, Box::new(i));
        }
        let mut cursor = map.range();
        let mut met: Vec<u32> =
            (0..seed % 10).map(|_| **cursor.next(&map).expect("30").1).collect();
        // Two doublings later the cursor knows them by records of where they went.
        for i in 0..100 {
            map.insert(f64::from(i), Box::new(1000 + i as u32));
        }
        let gone: Vec<u32> = match seed % 2 {
            0 => map.extract_if(|k, v| k.is_nan() && **v % 3 == 0).map(|(_, v)| *v).collect(),
            _ => {
                map.retain(|k, v| !k.is_nan() || **v % 3 != 0);
                (0..30).step_by(3).collect()
            }
        };
        assert_eq!(gone.len(), 10);
        removed_ahead += gone.iter().filter(|v| !met.contains(v)).count();
        let begun = met.len();
        while let Some((k, v)) = cursor.next(&map) {
            if k.is_nan() {
                met.push(**v);
            }
        }
        assert!(met[begun..].iter().all(|v| !gone.contains(v)), "seed {seed}");
        met.retain(|v| !gone.contains(v));
        met.sort_unstable();
        assert_eq!(met, (0..30).filter(|v| v % 3 != 0).collect::<Vec<_>>(), "seed {seed}");
    }
    assert!(removed_ahead > 100, "only {removed_ahead} were removed before they were met");
}

#[test]
fn what_takes_the_slot_of_a_removed_nan_is_met_once() {
    for seed in 0..60 {
        let mut map: GoMap<f64, Box<u32>, _> = map(seed);
        for i in 0..30 {
            map.insert(f64::NAN, Box::new(i));
            map.insert(f64::from(i), Box::new(i));
        }
        let mut cursor = map.range();
        for i in 100..200 {
            map.insert(f64::from(i), Box::new(i));
        }
        map.retain(|k, _| *k >= 100.0);
        for i in (0..30).rev() {
            map.insert(f64::from(i), Box::new(i));
        }
        let mut met = BTreeSet::new();
        while let Some((k, _)) = cursor.next(&map) {
            assert!(!k.is_nan() && met.insert(k.to_bits()), "seed {seed}: {k} was met twice");
        }
    }
}

#[test]
fn nans_that_are_inserted_by_entry_spread_over_the_buckets() {
    let mut map: GoMap<f64, u32, _> = map(1);
    for i in 0..1000 {
        map.entry(f64::NAN).or_insert(i);
    }
    assert_eq!(map.len(), 1000);
    let image = tophash::image::MapImage::of(&map, &tophash::image::Hex, &tophash::image::Hex);
    let longest = image.chains().map(<[_]>::len).max();
    assert!(longest <= Some(3), "a chain of {longest:?} buckets");
}

// Under stress growths to the same size come first.
#[cfg(not(tophash_stress))]
mod splits {
    use super::*;
    use tophash::image::{BucketImage, Hex, MapImage};

    /// The tophashes of the entries of a chain that held nothing but NaNs, and of those in its two halves.
    struct Split {
        before: Vec<u8>,
        after: [Vec<u8>; 2],
    }

    /// Chains of NaNs that are split with nobody watching, or after an iterator has begun amid the
    /// doubling. Go: runtime/map.go evacuate, 1.22.
    fn splits(iterated: bool) -> Vec<Split> {
        let tops = |chain: &[BucketImage]| -> Vec<u8> {
            let tops = chain.iter().flat_map(|bucket| bucket.tophash);
            tops.filter(|&top| top >= 5).collect()
        };
        let mut splits = Vec::new();
        for seed in 0..20 {
            let mut map = map::<f64, u32>(seed);
            while map.header().growing() == Growing::No {
                map.insert(f64::NAN, 0);
            }
            if iterated {
                // Its flag stays.
                drop(map.range());
            }
            let growing = MapImage::of(&map, &Hex, &Hex);
            while map.header().growing() != Growing::No {
                assert_eq!(map.remove(&1.0), None);
            }
            let grown = MapImage::of(&map, &Hex, &Hex);
            let halves: Vec<_> = grown.chains().map(tops).collect();
            for (index, chain) in
                growing.old_chains().enumerate().filter(|(_, c)| !c[0].evacuated())
            {
                let after = [index, index + halves.len() / 2].map(|half| halves[half].clone());
                splits.push(Split { before: tops(chain), after });
            }
        }
        assert!(splits.len() >= 20);
        splits
    }

    #[test]
    fn a_doubling_that_nobody_watches_leaves_nans_their_tophashes() {
        let mut by_tophash = 0;
        let splits = splits(false);
        for Split { mut before, after } in splits {
            let lower = before.iter().filter(|&top| top % 2 == 0).count();
            by_tophash += usize::from(after[0].len() == lower);
            let mut after = after.concat();
            before.sort_unstable();
            after.sort_unstable();
            assert_eq!(before, after);
        }
        assert!(by_tophash < 20, "{by_tophash}");
    }

    #[test]
    fn a_doubling_with_an_iterator_sends_nans_where_their_tophashes_say_and_draws_others() {
        for Split { before, after } in splits(true) {
            let lower = before.iter().filter(|&top| top % 2 == 0).count();
            assert_eq!([after[0].len(), after[1].len()], [lower, before.len() - lower]);
            let kept = before.iter().filter(|top| after.concat().contains(top)).count();
            assert!(kept <= before.len() / 2, "{before:?} became {after:?}");
        }
    }
}

/// Of floats, which own nothing, only a NaN's copies are hidden when it is handed out: a number can be
/// looked up. (A map under stress would not end its growth.)
#[test]
#[cfg(not(tophash_stress))]
fn a_number_that_was_handed_out_and_came_back_is_met() {
    let mut map = map::<f64, u32>(1);
    map.extend((0..52).map(|i| (f64::from(i), i)));
    let mut cursor = map.range();
    map.insert(52.0, 52);
    assert_eq!(map.header().growing(), Growing::Double);
    while map.header().growing() != Growing::No {
        map.remove(&-1.0);
    }
    for i in 0..52 {
        let (key, elem) = map.remove_entry(&f64::from(i)).expect("it is there");
        map.insert(key, elem);
    }
    let mut met = BTreeSet::new();
    while let Some((_, &elem)) = cursor.next(&map) {
        assert!(met.insert(elem));
    }
    assert!((0..52).all(|i| met.contains(&i)), "{met:?}");
}
