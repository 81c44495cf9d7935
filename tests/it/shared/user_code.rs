//! Keys and elems whose own code writes to the map that they are in, or panics.

use super::{done, report};
use std::cell::RefCell;
use std::hash::{Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use tophash::detect::{Detector, Epoch, Op, Other, Strict, WriteFlag};
use tophash::hash::Rand;
use tophash::{GoMap, SharedMap};

thread_local! {
    /// What keys and elems do in each of their traits.
    static MEDDLES: RefCell<Option<(When, SharedMap<Meddler, Meddler>)>> =
        const { RefCell::new(None) };
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum When {
    Hash,
    Eq,
    Clone,
    Drop,
}

/// A key and an elem that writes to its map when told to.
#[derive(Debug)]
struct Meddler(u64);

fn meddle(when: When) {
    let told = MEDDLES.try_with(|it| it.borrow_mut().take_if(|(told, _)| *told == when));
    if let Ok(Some((_, map))) = told {
        map.clear();
    }
}

impl Clone for Meddler {
    fn clone(&self) -> Self {
        meddle(When::Clone);
        Self(self.0)
    }
}

impl Drop for Meddler {
    fn drop(&mut self) {
        meddle(When::Drop);
    }
}

// SAFETY: the own bytes are a number.
unsafe impl tophash::GoKey for Meddler {
    const REFLEXIVE: bool = true;
    const NEEDS_UPDATE: bool = false;
    const POINTERS: bool = true;

    fn go_hash<A: tophash::hash::Alg>(&self, alg: &A, seed: u64, nan: &Rand) -> u64 {
        meddle(When::Hash);
        self.0.go_hash(alg, seed, nan)
    }

    fn go_eq(&self, other: &Self) -> bool {
        meddle(When::Eq);
        self.0 == other.0
    }
}

#[test]
fn user_code_that_writes_from_inside_is_caught_in_each_of_its_traits() {
    type Step = fn(&SharedMap<Meddler, Meddler>);
    let steps: [(When, Op, Step); 7] = [
        (When::Hash, Op::Get, |map| done(map.get(&Meddler(1)))),
        (When::Eq, Op::Get, |map| done(map.get(&Meddler(1)))),
        (When::Clone, Op::Get, |map| done(map.get(&Meddler(1)))),
        (When::Clone, Op::RangeStep, |map| done(map.range().next())),
        (When::Hash, Op::Insert, |map| done(map.insert(Meddler(1), Meddler(2)))),
        (When::Eq, Op::Remove, |map| done(map.remove(&Meddler(1)))),
        (When::Drop, Op::Clear, |map| map.clear()),
    ];
    for (when, op, step) in steps {
        let map = SharedMap::new();
        map.insert(Meddler(1), Meddler(10));
        map.insert(Meddler(2), Meddler(20));
        let report = report(|| {
            MEDDLES.set(Some((when, map.clone())));
            step(&map);
        });
        let Other::SameThread(other) = &report.other else { panic!("{when:?}: {report}") };
        assert_eq!((report.this.op, other.op), (Op::Clear, op), "{when:?}");
        assert!(map.inspect(|map| map.audit().is_ok()), "{when:?}");
        map.insert(Meddler(3), Meddler(30));
        assert!(map.contains_key(&Meddler(3)), "{when:?}");
    }
}

/// A key whose `Hash` panics when it is 7, and whose `Eq` when two are 8. (An audit compares each with
/// itself.)
#[derive(Clone, Debug)]
struct Fragile(u64);

impl Hash for Fragile {
    fn hash<H: Hasher>(&self, state: &mut H) {
        if self.0 == 7 {
            resume_unwind(Box::new("hash"));
        }
        state.write_u64(1);
    }
}
impl PartialEq for Fragile {
    fn eq(&self, other: &Self) -> bool {
        if self.0 == 8 && other.0 == 8 && !std::ptr::eq(self, other) {
            resume_unwind(Box::new("eq"));
        }
        self.0 == other.0
    }
}
impl Eq for Fragile {}

#[test]
fn a_panic_in_user_code_leaves_nobody_inside() {
    fn check<D: Detector>(detector: D) {
        let map = GoMap::with_hasher(std::hash::RandomState::new());
        let map = SharedMap::with_detector(map, detector);
        map.insert(Fragile(8), 0);
        map.insert(Fragile(1), 0);
        let steps: [&dyn Fn(); 11] = [
            &|| done(map.get(&Fragile(7))),
            &|| done(map.get(&Fragile(8))),
            &|| done(map.with(&Fragile(1), |_| resume_unwind(Box::new("with")))),
            &|| done(map.contains_key(&Fragile(8))),
            &|| done(map.insert(Fragile(7), 1)),
            &|| done(map.insert(Fragile(8), 1)),
            &|| done(map.remove(&Fragile(7))),
            &|| done(map.remove(&Fragile(8))),
            &|| done(map.update(&Fragile(1), |_| resume_unwind(Box::new("update")))),
            &|| map.compute(Fragile(1), |_| resume_unwind(Box::new("compute"))),
            &|| map.inspect(|_| resume_unwind(Box::new("inspect"))),
        ];
        for step in steps {
            let panic = catch_unwind(AssertUnwindSafe(step)).unwrap_err();
            // That of the user's code, not a report.
            assert!(panic.is::<&str>());
            map.insert(Fragile(2), 2);
            assert_eq!(map.remove(&Fragile(2)), Some(2));
            assert_eq!(map.inspect(|map| map.header().flags()) & 4, 0);
        }
        assert_eq!(map.len(), 2);
    }
    check(Strict::new());
    check(Epoch::new());
    // SAFETY: the map stays on this thread, and no user code knows of it.
    check(unsafe { WriteFlag::new() });
}
