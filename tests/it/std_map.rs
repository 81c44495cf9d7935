//! Programs written for std's `HashMap`: with the type's name changed they compile, and come to the
//! same. (`tools/std-examples/run` does that with the examples of std's documentation.)
#![cfg(feature = "std")]

use std::hash::{Hash, Hasher, RandomState};

/// A test that runs one program on both maps and compares what it returns.
macro_rules! on_both {
    ($(fn $name:ident() -> $out:ty $body:block)*) => { $(
        #[test]
        fn $name() {
            fn of_std() -> $out {
                #[allow(unused_imports, reason = "not every program names them")]
                use std::collections::{HashMap as Map, hash_map::Entry};
                $body
            }
            fn of_ours() -> $out {
                #[allow(unused_imports, reason = "not every program names them")]
                use tophash::{Entry, GoMap as Map};
                $body
            }
            assert_eq!(of_ours(), of_std());
        }
    )* };
}

/// What an iterator says at each step is left.
fn left(mut items: impl ExactSizeIterator) -> Vec<usize> {
    let mut lengths = vec![items.len()];
    while items.next().is_some() {
        lengths.push(items.len());
    }
    lengths
}

fn sorted<T: Ord>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.into_iter().collect();
    items.sort();
    items
}

tophash::go_key! {
    #[derive(Clone, Debug, Eq, Hash, PartialEq, PartialOrd, Ord)]
    struct Place { country: String, zip: u32 }
}

fn place(country: &str, zip: u32) -> Place {
    Place { country: country.to_string(), zip }
}

/// Compared and hashed by its number alone, which Go's hash cannot do.
#[derive(Clone, Copy, Debug)]
struct Labelled(u32, &'static str);

impl PartialEq for Labelled {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl Eq for Labelled {}
impl Hash for Labelled {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

on_both! {
    fn insert_get_and_remove() -> Vec<Option<i32>> {
        let mut map = Map::new();
        vec![
            map.insert("a", 1),
            map.insert("a", 2),
            map.get("a").copied(),
            map.get("b").copied(),
            map.remove("a"),
            map.remove("a"),
        ]
    }

    fn owned_keys_are_looked_up_by_what_they_borrow_as() -> (bool, Option<u8>, Option<(String, u8)>) {
        let mut map: Map<String, u8> = Map::new();
        map.insert("one".to_string(), 1);
        let boxed: Map<Box<str>, u8> = [("two".into(), 2)].into_iter().collect();
        (map.contains_key("one"), boxed.get("two").copied(), map.remove_entry("one"))
    }

    fn a_struct_is_a_key() -> (Option<u32>, Vec<Place>) {
        let mut map = Map::from([(place("CH", 8000), 1), (place("DE", 10115), 2)]);
        *map.get_mut(&place("CH", 8000)).expect("it is there") += 10;
        (map.get(&place("CH", 8000)).copied(), sorted(map.into_keys()))
    }

    fn a_key_with_a_hash_of_its_own_is_served_by_a_build_hasher() -> (&'static str, usize) {
        let mut map = Map::with_hasher(RandomState::new());
        map.insert(Labelled(1, "first"), ());
        map.insert(Labelled(1, "second"), ());
        let (key, _) = map.get_key_value(&Labelled(1, "third")).expect("it is there");
        (key.1, map.len())
    }

    fn letters_are_counted_by_entry() -> Vec<(char, usize)> {
        let mut map = Map::new();
        for letter in "the quick brown fox jumps over the lazy dog".chars() {
            *map.entry(letter).or_insert(0) += 1;
        }
        sorted(map)
    }

    fn entry_fills_in_changes_and_tells_its_key() -> Vec<(String, String)> {
        let mut map: Map<String, String> = Map::new();
        map.entry("a".into()).or_insert_with(|| "made".into());
        map.entry("b".into()).or_insert_with_key(|key| key.repeat(2));
        map.entry("c".into()).or_default().push('!');
        map.entry("a".into()).and_modify(|v| v.push('?')).or_insert("never".into());
        let key = map.entry("d".into()).key().clone();
        map.entry(key).insert_entry("set".into());
        sorted(map)
    }

    fn an_occupied_entry_is_read_changed_and_removed() -> (i32, i32, (&'static str, i32), usize) {
        let mut map = Map::from([("a", 1), ("b", 2)]);
        let Entry::Occupied(mut entry) = map.entry("a") else { panic!("it is there") };
        *entry.get_mut() += 1;
        let (before, read) = (entry.insert(7), *entry.get());
        (before, read, entry.remove_entry(), map.len())
    }

    fn a_vacant_entry_gives_its_key_back() -> (String, usize) {
        let mut map: Map<String, i32> = Map::new();
        let Entry::Vacant(entry) = map.entry("new".into()) else { panic!("it is not there") };
        (entry.into_key(), map.len())
    }

    fn retain_extract_and_drain() -> [Vec<i32>; 3] {
        let mut map: Map<i32, i32> = (0..50).map(|i| (i, i * i)).collect();
        map.retain(|_, value| *value % 2 == 0);
        let kept = sorted(map.keys().copied());
        let thirds = sorted(map.extract_if(|key, _| key % 3 == 0).map(|(key, value)| key + value));
        let rest = sorted(map.drain().map(|(key, value)| key + value));
        assert!(map.is_empty());
        [kept, thirds, rest]
    }

    fn values_change_in_place() -> (i32, Vec<(u8, i32)>) {
        let mut map: Map<u8, i32> = (0..20).map(|i| (i, i32::from(i))).collect();
        for (key, value) in &mut map {
            *value += i32::from(*key);
        }
        map.values_mut().for_each(|value| *value += 1);
        map.iter_mut().filter(|(key, _)| **key > 10).for_each(|(_, value)| *value = 0);
        (map.values().sum(), sorted(map))
    }

    fn several_values_change_at_once() -> ([Option<i32>; 3], i32, i32) {
        let mut map = Map::from([(1, 10), (2, 20)]);
        let values = map.get_disjoint_mut([&1, &2, &3]).map(|value| {
            value.map(|value| {
                *value += 1;
                *value
            })
        });
        (values, map[&1], map[&2])
    }

    fn maps_are_extended_cloned_and_compared() -> (bool, bool, bool, String) {
        let mut map = Map::from([("a", 1)]);
        let before = map.clone();
        map.extend([("b", 2)]);
        map.extend(&Map::from([("a", 3)]));
        let same: Map<_, _> = [("b", 2), ("a", 3)].into_iter().collect();
        let one = format!("{before:?} {:?} {:?}", before.keys(), before.values());
        (map == before, map == same, before["a"] == 1, one)
    }

    fn room_is_made_and_given_back() -> (bool, bool, bool, usize) {
        let mut map: Map<i32, i32> = Map::with_capacity(100);
        let enough = map.capacity() >= 100;
        map.insert(1, 2);
        map.reserve(1000);
        let more = map.capacity() >= 1001;
        map.shrink_to(10);
        map.shrink_to_fit();
        (enough, more, map.capacity() < 100, map.len())
    }

    fn iterators_know_how_many_are_left() -> Vec<Vec<usize>> {
        let mut map: Map<u32, u32> = (0..20).map(|i| (i, i)).collect();
        let mut lengths = vec![left(map.iter()), left(map.keys()), left(map.values())];
        lengths.extend([left(map.iter_mut()), left(map.values_mut())]);
        let clones = [map.clone(), map.clone(), map.clone()];
        lengths.push(left(map.drain()));
        let [entries, keys, values] = clones;
        lengths.extend([left(entries.into_iter()), left(keys.into_keys())]);
        lengths.push(left(values.into_values()));
        lengths
    }

    fn a_default_map_is_empty_and_takes_entries() -> (bool, Option<u8>) {
        #[derive(Default)]
        struct Holder {
            map: Map<String, u8>,
        }
        let mut holder = Holder::default();
        let empty = holder.map.is_empty();
        holder.map.insert("a".into(), 1);
        holder.map.clear();
        (empty, holder.map.insert("a".into(), 2))
    }

    fn iterators_show_the_entries_that_are_left() -> Vec<String> {
        fn shown<I: Iterator + std::fmt::Debug>(mut iter: I) -> [String; 2] {
            let before = format!("{iter:?}");
            iter.next();
            [before, format!("{iter:?}")]
        }
        let mut map = Map::from([("a", 1)]);
        let mut all = [shown(map.iter()), shown(map.iter_mut()), shown(map.keys())].concat();
        all.extend([shown(map.values()), shown(map.values_mut())].concat());
        all.extend([shown(map.clone().into_iter()), shown(map.clone().into_keys())].concat());
        all.extend([shown(map.clone().into_values()), shown(map.drain())].concat());
        all
    }

    fn two_keys_of_one_entry_are_refused() -> bool {
        let mut map = Map::from([("a", 1)]);
        std::panic::catch_unwind(move || map.get_disjoint_mut(["a", "a"]).len()).is_err()
    }

    fn an_index_that_is_not_there_panics() -> bool {
        let map = Map::from([("a", 1)]);
        std::panic::catch_unwind(move || map["b"]).is_err()
    }
}

/// std's shows nothing of them.
#[test]
fn extract_if_shows_the_entries_that_it_has_yet_to_look_at() {
    let mut map = tophash::GoMap::from([("a", 1)]);
    let mut extract = map.extract_if(|_, _| true);
    assert!(format!("{extract:?}").contains(r#"[("a", 1)]"#), "{extract:?}");
    assert_eq!(extract.next(), Some(("a", 1)));
    assert!(!format!("{extract:?}").contains('a'), "{extract:?}");
}
