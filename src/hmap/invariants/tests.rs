//! That the audit can fail: each invariant is broken in a sound map, and mended again.

use super::super::Bucket;
use super::*;
use crate::Dialect;
use alloc::format;
use alloc::string::{String, ToString};
use core::hash::{BuildHasherDefault, Hasher};
use core::mem::swap;

/// A key is its own hash.
#[derive(Default)]
struct Identity(u64);

impl Hasher for Identity {
    fn write(&mut self, _: &[u8]) {
        unreachable!("keys are u64")
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

type Hash = BuildHasherDefault<Identity>;
type Map = Table<u64, u8>;

const HASH: Hash = BuildHasherDefault::new();

/// The `n`-th key that `low` leads to; its tophash is n + 10.
const fn key(low: u64, n: u64) -> u64 {
    (10 + n) << 56 | n << 16 | low
}

fn map(hint: i64) -> Map {
    Table::new::<Hash>(hint, &Rand::from_seed(1), Dialect::LATEST)
}

impl Map {
    fn put(&mut self, keys: impl IntoIterator<Item = u64>) {
        for key in keys {
            self.assign(&HASH, &Rand::from_seed(1), key, key, 0);
        }
    }

    fn take(&mut self, keys: impl IntoIterator<Item = u64>) {
        for key in keys {
            self.delete(&HASH, &Rand::from_seed(1), key, |k| *k == key);
        }
    }

    /// A chain's first bucket.
    fn head(&self, old: bool, index: usize) -> Bucket<u64, u8> {
        if old {
            self.old_heads().nth(index).unwrap().bucket()
        } else {
            self.array_bucket(self.extent().unwrap(), index).bucket()
        }
    }

    /// Exchanges a tophash for another.
    fn swap_top(&mut self, old: bool, index: usize, lane: usize, top: &mut u8) {
        let head = self.head(old, index);
        // SAFETY: a bucket of an array that the map has, which is borrowed mutably.
        unsafe {
            let was = head.tophash()[lane];
            head.set_tophash(lane, *top);
            *top = was;
        }
    }

    /// Exchanges the key of a slot for another.
    fn swap_key(&mut self, index: usize, lane: usize, key: &mut u64) {
        // SAFETY: as above; a key is any 64 bits.
        swap(unsafe { self.head(false, index).key(lane).as_mut() }, key);
    }

    /// Exchanges the link of a bucket for another.
    fn swap_link(&mut self, index: usize, link: &mut Option<Bucket<u64, u8>>) {
        let head = self.head(false, index);
        // SAFETY: as above; what it leads to is a bucket of the map, as far as anyone follows it.
        unsafe {
            let was = head.overflow();
            head.set_overflow(*link);
            *link = was;
        }
    }
}

/// What the audit says of the map when `twist` has been performed once. Performed twice, it has
/// changed nothing.
#[track_caller]
fn said(map: &mut Map, mut twist: impl FnMut(&mut Map)) -> String {
    assert_eq!(map.audit(&HASH), Ok(()));
    twist(map);
    let violation = map.audit(&HASH).expect_err("a broken map is sound").to_string();
    twist(map);
    assert_eq!(map.audit(&HASH), Ok(()));
    violation
}

fn toggle(map: &mut Map, flag: u8) {
    let set = map.h.flags() & flag != 0;
    map.h.change_flags(flag, if set { 0 } else { flag });
}

/// Eight buckets: nine entries in the first chain, two in the second, eight in the third.
fn at_rest() -> Map {
    let mut map = map(52);
    for (low, entries) in [(0, 9), (1, 2), (2, 8)] {
        map.put((0..entries).map(|n| key(low, n)));
    }
    assert_eq!((map.h.b, map.h.noverflow, map.h.is_growing()), (3, 1, false));
    map
}

/// A doubling of eight buckets, of which two have been evacuated.
fn doubling() -> Map {
    let mut map = map(52);
    map.put((0..52).map(|i| key(i % 16, i / 16)));
    map.put([key(0, 20)]);
    assert_eq!((map.h.b, map.h.nevacuate, map.h.same_size_grow()), (4, 2, false));
    map
}

/// A growth of four buckets to as many, of which two have been evacuated.
fn same_size() -> Map {
    let mut map = map(26);
    map.put([key(3, 0)]);
    for (low, entries) in [(0, 25), (1, 9)] {
        let keys = (0..entries).map(|n| key(low, n));
        map.put(keys.clone());
        map.take(keys);
    }
    map.put([key(0, 0)]);
    assert_eq!((map.h.b, map.h.nevacuate, map.h.same_size_grow()), (2, 2, true));
    map
}

#[test]
fn no_violation_is_seen_in_a_map_that_only_operations_have_changed() {
    for map in [map(0), map(9), map(200), at_rest(), doubling(), same_size()] {
        assert_eq!(map.audit(&HASH), Ok(()));
    }
}

#[test]
fn a_header_that_contradicts_itself_is_noticed() {
    let map = &mut at_rest();
    let writer = |m: &mut Map| {
        toggle(m, HASH_WRITING);
        assert_eq!(m.audit_written(&HASH), Ok(()));
    };
    assert_eq!(said(map, writer), "a writer is inside");
    let stale = "what was made ready is out of date";
    assert_eq!(said(map, |m| m.ready.mask ^= 1), stale);
    assert_eq!(said(map, |m| m.ready.full_at ^= 1), stale);
    let no_old = "same-size growth without an old array";
    assert_eq!(said(map, |m| toggle(m, SAME_SIZE_GROW)), no_old);
    assert_eq!(said(map, |m| m.h.count ^= 1), "count is not the number of entries");
    let overflow = "noverflow is not the number of overflow buckets";
    assert_eq!(said(map, |m| m.h.noverflow ^= 2), overflow);
}

#[test]
fn a_map_without_an_array_has_nothing_else_either() {
    // Of one bucket, without entries, not growing: that is allowed. Each of these is not.
    let mut empty = map(0);
    assert_eq!(empty.audit(&HASH), Ok(()));
    let counts = |m: &mut Map| {
        m.h.count ^= 1;
        m.get_ready();
    };
    assert_eq!(said(&mut empty, counts), "no array");
    let has_buckets = |m: &mut Map| {
        m.h.b ^= 1;
        m.get_ready();
    };
    assert_eq!(said(&mut empty, has_buckets), "no array");
    let (mut array, mut b, mut count) = (None, 0, 0);
    let grows = |m: &mut Map| {
        swap(&mut m.h.buckets, &mut array);
        swap(&mut m.h.b, &mut b);
        swap(&mut m.h.count, &mut count);
        m.get_ready();
    };
    assert_eq!(said(&mut same_size(), grows), "no array");
}

#[test]
fn a_growth_that_went_wrong_is_noticed() {
    let map = &mut doubling();
    assert_eq!(said(map, |m| m.h.nevacuate ^= 8 | 2), "a growth that has ended");
    let past = "old bucket 2: not evacuated though nevacuate is past it";
    assert_eq!(said(map, |m| m.h.nevacuate ^= 1), past);

    let in_part = |index| format!("old bucket {index}: a chain that is evacuated in part");
    let mut top = EMPTY_ONE;
    assert_eq!(said(map, |m| m.swap_top(true, 1, 3, &mut top)), in_part(1));
    let mut top = MIN_TOP_HASH;
    assert_eq!(said(map, |m| m.swap_top(true, 0, 7, &mut top)), in_part(0));
    // In a growth to the same size there is no upper half.
    let map = &mut same_size();
    let mut top = EVACUATED_Y;
    assert_eq!(said(map, |m| m.swap_top(true, 0, 1, &mut top)), in_part(0));
}

#[test]
fn a_link_from_a_new_bucket_too_early_is_noticed() {
    let early = |index| {
        format!("old bucket {index}: entries in a new bucket before its old one was evacuated")
    };
    // A link to a bucket that is empty: the map counts one overflow bucket more.
    let linked = |index| {
        move |m: &mut Map| {
            let chained = m.array_bucket(m.extent().unwrap(), index).overflow().is_some();
            let empty = m.head(false, 6);
            m.swap_link(index, &mut (!chained).then_some(empty));
            m.h.noverflow = if chained { m.h.noverflow - 1 } else { m.h.noverflow + 1 };
        }
    };
    for (index, old) in [(5, 5), (13, 5), (15, 7)] {
        assert_eq!(said(&mut doubling(), linked(index)), early(old), "{index}");
    }
}

#[test]
fn a_slot_that_is_not_what_it_should_be_is_noticed() {
    let map = &mut at_rest();
    for (index, lane, top, what) in [
        (1, 2, EVACUATED_X, "bucket 1: an evacuated slot in a chain in use"),
        (1, 0, EVACUATED_EMPTY, "bucket 1: an evacuated slot in a chain in use"),
        (1, 3, MIN_TOP_HASH, "bucket 1: something behind emptyRest"),
        (1, 3, EMPTY_ONE, "bucket 1: something behind emptyRest"),
        (0, 4, EMPTY_REST, "bucket 0: something behind emptyRest"),
        (1, 2, EMPTY_ONE, "bucket 1: emptyOne where nothing follows"),
        (2, 7, EMPTY_ONE, "bucket 2: emptyOne at the end of a chain"),
        (1, 1, 99, "bucket 1: a tophash that is not its key's"),
        (1, 0, EMPTY_ONE, "count is not the number of entries"),
    ] {
        let mut top = top;
        assert_eq!(said(map, |m| m.swap_top(false, index, lane, &mut top)), what);
    }
    let mut top = 99;
    let what = "old bucket 4: a tophash that is not its key's";
    assert_eq!(said(&mut doubling(), |m| m.swap_top(true, 4, 0, &mut top)), what);
}

#[test]
fn a_key_that_is_elsewhere_is_noticed() {
    let map = &mut at_rest();
    let mut other = key(3, 1);
    assert_eq!(said(map, |m| m.swap_key(1, 1, &mut other)), "bucket 1: a key of another chain");
    // The same twice: a look-up finds the first.
    let mut twice = key(1, 0);
    let second = |m: &mut Map| {
        let mut top = tophash(twice);
        m.swap_key(1, 1, &mut twice);
        // Its own tophash, or that of what was there.
        m.swap_top(false, 1, 1, &mut top);
    };
    assert_eq!(said(map, second), "bucket 1: an entry that a lookup does not find");
}

#[test]
fn spare_buckets_that_are_not_in_order_are_noticed() {
    let map = &mut map(220);
    map.put((0..9).map(|n| key(0, n)));
    let extent = map.extent().unwrap();
    assert!(map.h.noverflow == 1 && extent.all - extent.regular > 2);
    let first_free = extent.regular + 1;

    let at = |m: &Map, index| Some(m.head(false, index).as_ptr());
    let mut next = at(map, extent.regular - 1);
    let points = |m: &mut Map| swap(&mut m.h.extra.as_mut().unwrap().next_overflow, &mut next);
    assert_eq!(said(map, points), "next_overflow is not a spare bucket");

    let mut link = Some(map.head(false, 0));
    let what = "a free spare bucket's link";
    assert_eq!(said(map, |m| m.swap_link(first_free, &mut link)), what);
    let mut link = None;
    assert_eq!(said(map, |m| m.swap_link(extent.all - 1, &mut link)), what);

    // One that is linked, and counted, but still free.
    let mut link = Some(map.head(false, first_free));
    let in_use = |m: &mut Map| {
        m.swap_link(1, &mut link);
        m.h.noverflow ^= 1 | 2;
    };
    assert_eq!(said(map, in_use), "the overflow list is not the chains'");
}

#[test]
fn keys_of_which_some_may_be_nan_are_checked_too() {
    use crate::hash::Aes;
    use crate::key::Go;

    let (hash, rand) = (Go(Aes::new([7; 128])), Rand::from_seed(1));
    let mut map = Table::<f64, u8>::new::<Go<Aes>>(0, &rand, Dialect::LATEST);
    for key in [1.0, f64::NAN] {
        let of = KeyHash::<f64>::hash(&hash, &key, map.h.hash0, &rand);
        map.assign(&hash, &rand, of, key, 0);
    }
    assert_eq!(map.audit(&hash), Ok(()));
    let head = map.heads().next().unwrap().bucket();
    for (lane, wrong) in [(0, true), (1, false)] {
        // SAFETY: a bucket of the map, of which nobody else looks at anything.
        unsafe {
            let tops = head.tophash();
            let other = if tops[lane] == 99 { 98 } else { 99 };
            head.set_tophash(lane, other);
            let said = map.audit(&hash).map_err(|violation| violation.to_string());
            head.set_tophashes(tops);
            let what = String::from("bucket 0: a tophash that is not its key's");
            assert_eq!(said, if wrong { Err(what) } else { Ok(()) });
        }
    }
}
