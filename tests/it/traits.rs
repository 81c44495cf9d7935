//! What the types promise to the compiler. Written with the default hash, which needs `std`.
#![cfg(feature = "std")]

use std::hash::RandomState;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::rc::Rc;
use tophash::detect::{Census, Epoch, Report, Strict, WriteFlag};
use tophash::{
    Cursor, Drain, GoHash, GoMap, Hmap, IntoIter, Iter, IterMut, OccupiedEntry, SharedMap,
    SharedRange, VacantEntry,
};

fn send<T: Send>() {}
fn sync<T: Sync>() {}

#[test]
fn maps_and_cursors_cross_threads_if_their_contents_do() {
    send::<GoMap<String, Vec<u8>>>();
    sync::<GoMap<String, Vec<u8>>>();
    send::<GoMap<String, std::cell::Cell<u8>>>();
    send::<Iter<'static, String, u8, GoHash>>();
    send::<Cursor>();
    sync::<Cursor>();
}

/// The value of `Probe::<T>::YES` is `true` for types that are `Send`, by an inherent constant
/// that shadows the trait's where its bound holds.
struct SendProbe<T>(std::marker::PhantomData<T>);
trait Otherwise {
    const YES: bool = false;
}
impl<T> Otherwise for SendProbe<T> {}
impl<T: Send> SendProbe<T> {
    const YES: bool = true;
}

struct SyncProbe<T>(std::marker::PhantomData<T>);
impl<T> Otherwise for SyncProbe<T> {}
impl<T: Sync> SyncProbe<T> {
    const YES: bool = true;
}

/// As std's do: what may change or take entries needs them to be `Send` only.
#[test]
fn iterators_cross_threads_as_those_of_std_do() {
    type Cell = std::cell::Cell<u8>;
    send::<IterMut<'static, u64, Cell>>();
    send::<IntoIter<Cell, Cell>>();
    send::<Drain<'static, u64, Cell, GoHash>>();
    send::<OccupiedEntry<'static, u64, Cell, GoHash>>();
    send::<VacantEntry<'static, u64, Cell, GoHash>>();
    sync::<IterMut<'static, u64, String>>();
    sync::<IntoIter<u64, String>>();
    sync::<Drain<'static, u64, String, GoHash>>();
    const { assert!(!SendProbe::<Iter<'static, u64, Cell, GoHash>>::YES) };
    const { assert!(!SendProbe::<IterMut<'static, u64, Rc<u8>>>::YES) };
    const { assert!(!SendProbe::<IntoIter<Rc<u8>, u8>>::YES) };
    const { assert!(!SendProbe::<Drain<'static, u64, Rc<u8>, GoHash>>::YES) };
    const { assert!(!SendProbe::<OccupiedEntry<'static, u64, Rc<u8>, GoHash>>::YES) };
    const { assert!(!SyncProbe::<IterMut<'static, u64, Cell>>::YES) };
    const { assert!(!SyncProbe::<IntoIter<u64, Cell>>::YES) };
    const { assert!(!SyncProbe::<Drain<'static, u64, Cell, GoHash>>::YES) };
    const { assert!(!SyncProbe::<OccupiedEntry<'static, u64, Cell, GoHash>>::YES) };
}

#[test]
fn maps_stay_on_their_thread_if_their_contents_must() {
    const { assert!(!SendProbe::<GoMap<Rc<str>, u8>>::YES) };
    const { assert!(!SendProbe::<GoMap<u8, Rc<str>>>::YES) };
    const { assert!(!SyncProbe::<GoMap<u8, std::cell::Cell<u8>>>::YES) };
    const { assert!(SendProbe::<GoMap<u8, u8>>::YES && SyncProbe::<GoMap<u8, u8>>::YES) };
}

/// A handle gives threads `&` and, one at a time, `&mut`: as a read-write lock's, its contents must be
/// both `Send` and `Sync`. And so must the hasher.
#[test]
fn shared_maps_cross_threads_if_their_contents_may_be_shared_and_sent() {
    type Cell = std::cell::Cell<u8>;
    // `Sync` and not `Send`.
    type Guard = std::sync::MutexGuard<'static, u8>;
    type Own<K, V> = SharedMap<K, V, RandomState>;
    send::<SharedMap<String, Vec<u8>>>();
    sync::<SharedMap<String, Vec<u8>>>();
    send::<SharedRange<String, Vec<u8>>>();
    sync::<SharedRange<String, Vec<u8>>>();
    send::<SharedMap<String, u8, GoHash, Epoch>>();
    sync::<SharedMap<String, u8, GoHash, WriteFlag>>();
    const { assert!(SyncProbe::<Guard>::YES && !SendProbe::<Guard>::YES) };
    const { assert!(SendProbe::<Cell>::YES && !SyncProbe::<Cell>::YES) };
    const { assert!(!SendProbe::<Own<Cell, u8>>::YES && !SyncProbe::<Own<Cell, u8>>::YES) };
    const { assert!(!SendProbe::<Own<u8, Cell>>::YES && !SyncProbe::<Own<u8, Cell>>::YES) };
    const { assert!(!SendProbe::<Own<Guard, u8>>::YES && !SyncProbe::<Own<Guard, u8>>::YES) };
    const { assert!(!SendProbe::<Own<u8, Guard>>::YES && !SyncProbe::<Own<u8, Guard>>::YES) };
    const { assert!(!SendProbe::<SharedMap<u8, u8, Cell>>::YES) };
    const { assert!(!SendProbe::<SharedMap<u8, u8, Guard>>::YES) };
    const { assert!(!SendProbe::<SharedRange<u8, Cell, RandomState>>::YES) };
    const { assert!(!SyncProbe::<SharedRange<u8, Guard, RandomState>>::YES) };
}

#[test]
fn detectors_and_reports_cross_threads() {
    send::<(Strict, Epoch, WriteFlag, Census, Report)>();
    sync::<(Strict, Epoch, WriteFlag, Census, Report)>();
}

#[test]
fn maps_are_covariant_in_keys_and_elems() {
    fn shorten<'a>(
        map: GoMap<&'static str, &'static str, RandomState>,
    ) -> GoMap<&'a str, &'a str, RandomState> {
        map
    }
    fn shorten_iter<'a, 'm>(
        iter: Iter<'m, &'static str, &'static str, RandomState>,
    ) -> Iter<'m, &'a str, &'a str, RandomState> {
        iter
    }
    let (key, value) = (String::from("k"), String::from("v"));
    let mut map = shorten(GoMap::default());
    map.insert(&key, &value);
    assert_eq!(map.len(), 1);
    let empty = GoMap::default();
    assert_eq!(shorten_iter(empty.iter()).count(), 0);

    fn shorten_into_iter<'a>(
        iter: IntoIter<&'static str, &'static str>,
    ) -> IntoIter<&'a str, &'a str> {
        iter
    }
    fn shorten_keys_of_iter_mut<'a, 'm>(
        iter: IterMut<'m, &'static str, u8>,
    ) -> IterMut<'m, &'a str, u8> {
        iter
    }
    let mut empty: GoMap<&'static str, u8> = GoMap::new();
    assert_eq!(shorten_keys_of_iter_mut(empty.iter_mut()).count(), 0);
    assert_eq!(shorten_into_iter(GoMap::new().into_iter()).count(), 0);
}

#[test]
fn the_header_is_48_bytes() {
    assert_eq!((size_of::<Hmap>(), align_of::<Hmap>()), (48, 8));
}

#[test]
fn maps_may_be_used_after_a_caught_panic() {
    fn unwind_safe<T: UnwindSafe + RefUnwindSafe>() {}
    unwind_safe::<GoMap<String, Vec<u8>>>();
    unwind_safe::<Cursor>();
    unwind_safe::<SharedMap<String, Vec<u8>>>();
}

#[test]
fn debug_shows_the_entries() {
    let mut map = GoMap::new();
    map.insert("a", 1);
    assert_eq!(format!("{map:?} {:?}", map.iter()), r#"{"a": 1} [("a", 1)]"#);
    assert_eq!(format!("{:?}", map.range()), "Cursor { .. }");
}
