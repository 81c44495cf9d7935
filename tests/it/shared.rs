//! A map that threads share: its API, and what its detectors report of which overlaps.
#![cfg(feature = "std")]

mod user_code;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Barrier, RwLock};
use std::thread;
use tophash::detect::{Detector, Epoch, Op, Other, Report, Strict, WriteFlag, set_fatal_handler};
use tophash::hash::Rand;
use tophash::{Dialect, Entry, GoHash, GoMap, SharedMap};

/// What came of it does not matter.
fn done<T>(_: T) {}

type Shared<D = Strict> = SharedMap<u64, String, GoHash, D>;
type Operation<D> = fn(&Shared<D>);
/// An operation that runs the closure inside.
type Stay<D> = fn(&Shared<D>, &mut dyn FnMut());

/// The report of the overlap that `access` runs into.
///
/// # Panics
/// If it runs into none.
fn report(access: impl FnOnce()) -> Report {
    set_fatal_handler(|report| resume_unwind(Box::new(report.clone())));
    let caught = catch_unwind(AssertUnwindSafe(access)).expect_err("no overlap was reported");
    *caught.downcast::<Report>().unwrap_or_else(|other| resume_unwind(other))
}

fn filled<D: Detector>(detector: D) -> Shared<D> {
    let entries = (0..100).map(|i| (i, i.to_string()));
    SharedMap::with_detector(entries.collect(), detector)
}

/// Every operation, by the `Op` that reports name it by.
fn operations<D: Detector>() -> Vec<(Op, Operation<D>)> {
    vec![
        (Op::Get, |map| done(map.get(&1))),
        (Op::With, |map| done(map.with(&1, |_| ()))),
        (Op::ContainsKey, |map| done(map.contains_key(&1))),
        (Op::Len, |map| done(map.len())),
        (Op::Inspect, |map| map.inspect(|_| ())),
        (Op::Range, |map| done(map.range())),
        (Op::Insert, |map| done(map.insert(1, "new".into()))),
        (Op::Remove, |map| done(map.remove(&1))),
        (Op::Update, |map| done(map.update(&1, |_| ()))),
        (Op::Compute, |map| map.compute(1, |_| ())),
        (Op::Clear, |map| map.clear()),
    ]
}

/// Has a thread called `other` stand inside an operation of `map` that runs its closure, while `f` runs
/// here.
fn beside<D: Detector + 'static>(map: &Shared<D>, enter: Stay<D>, f: impl FnOnce()) {
    let (map, (inside, entered), (leave, left)) = (map.clone(), channel(), channel::<()>());
    let other = thread::Builder::new().name("other".into()).spawn(move || {
        enter(&map, &mut || {
            inside.send(()).unwrap();
            let _ = left.recv();
        });
    });
    entered.recv().unwrap();
    let outcome = catch_unwind(AssertUnwindSafe(f));
    drop(leave);
    other.unwrap().join().unwrap();
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}

/// Operations that run a closure, which stays inside.
fn stays<D: Detector>() -> Vec<(Op, Stay<D>)> {
    vec![
        (Op::With, |map, f| done(map.with(&1, |_| f()))),
        (Op::Inspect, |map, f| map.inspect(|_| f())),
        (Op::RangeStep, |map, f| done(map.range().next_with(|_, _| f()))),
        (Op::Update, |map, f| done(map.update(&1, |_| f()))),
        (Op::Compute, |map, f| map.compute(1, |_| f())),
    ]
}

fn words(a: Op, b: Op) -> &'static str {
    match () {
        () if [a, b].iter().any(|op| [Op::Range, Op::RangeStep].contains(op)) => {
            "concurrent map iteration and map write"
        }
        () if a.writes() && b.writes() => "concurrent map writes",
        () => "concurrent map read and map write",
    }
}

#[test]
fn operations_do_what_those_of_a_map_do() {
    let map = SharedMap::new();
    assert!(map.is_empty());
    assert_eq!(map.insert(1, "one".to_owned()), None);
    assert_eq!(map.insert(1, "eins".to_owned()), Some("one".to_owned()));
    assert_eq!(map.get(&1).as_deref(), Some("eins"));
    assert_eq!(map.with(&1, |value| value.len()), Some(4));
    assert_eq!(map.with(&2, |value| value.len()), None);
    assert!(map.contains_key(&1) && !map.contains_key(&2));
    assert_eq!(map.update(&1, |value| value.push('!')), Some(()));
    assert_eq!(map.update(&2, |value| value.push('!')), None);
    assert_eq!(map.compute(1, |entry| entry.or_default().clone()), "eins!");
    map.compute(2, |entry| assert!(matches!(entry, Entry::Vacant(_))));
    assert_eq!(map.len(), 1);
    map.compute(2, |entry| *entry.or_default() += "zwei");
    let mut all: Vec<_> = map.range().collect();
    all.sort();
    assert_eq!(all, [(1, "eins!".to_owned()), (2, "zwei".to_owned())]);
    assert_eq!(map.remove(&1).as_deref(), Some("eins!"));
    assert_eq!(map.remove(&1), None);
    map.clear();
    assert_eq!((map.len(), map.range().next()), (0, None));
    assert_eq!(format!("{map:?} {:?}", map.range()), "SharedMap { .. } SharedRange { .. }");
}

#[test]
fn a_shared_map_has_the_bytes_of_one_that_is_not() {
    fn steps<D: Detector>(detector: D) -> String {
        let hash = tophash::key::Go(tophash::hash::Aes::new([7; 128]));
        let map = GoMap::with_source(0, hash, Rand::from_seed(1), Dialect::LATEST);
        let map = SharedMap::with_detector(map, detector);
        for i in 0..300u64 {
            map.insert(i, i);
            map.remove(&(i / 3));
            map.compute(i / 2, |entry| *entry.or_insert(0) += 1);
        }
        let hex = tophash::image::Hex;
        map.inspect(|map| {
            map.audit().unwrap();
            tophash::image::MapImage::of(map, &hex, &hex).to_string()
        })
    }
    // SAFETY: the map stays on this thread.
    let flag = unsafe { WriteFlag::new() };
    let strict = steps(Strict::new());
    assert!(strict.contains("flags") || strict.contains("B="), "{strict}");
    assert_eq!(strict, steps(flag));
    assert_eq!(strict, steps(Epoch::new()));
}

#[test]
fn each_pair_of_overlapping_accesses_is_reported_with_both_if_one_writes() {
    for (inside, enter) in stays::<Strict>() {
        for (op, access) in operations::<Strict>() {
            let map = filled(Strict::new());
            beside(&map, enter, || {
                if !inside.writes() && !op.writes() {
                    return access(&map);
                }
                let report = report(|| access(&map));
                assert_eq!(report.words, words(op, inside), "{op} inside {inside}");
                assert_eq!(report.this.op, op);
                let here = report.this.at.expect("a known place");
                assert_eq!(here.file(), file!());
                let other = match &report.other {
                    Other::Writer(other) => {
                        assert!(inside.writes());
                        other
                    }
                    Other::Readers(1, Some(other)) => {
                        assert!(!inside.writes());
                        assert!(report.to_string().ends_with("; one recent of 1 reader"));
                        other
                    }
                    other => panic!("{other:?}"),
                };
                assert_eq!(other.op, inside);
                assert_eq!(other.thread.as_deref(), Some("other"));
                assert_ne!(other.at.unwrap().line(), here.line());
                assert_eq!(other.at.unwrap().file(), file!());
            });
            map.clear();
            assert!(map.inspect(GoMap::audit).is_ok());
        }
    }
}

#[test]
fn of_several_readers_one_is_named_and_all_are_counted() {
    let map = filled(Strict::new());
    let stay = stays::<Strict>()[0].1;
    beside(&map, stay, || {
        beside(&map, stay, || {
            let report = report(|| done(map.remove(&1)));
            let Other::Readers(2, Some(reader)) = &report.other else { panic!("{report}") };
            assert_eq!((reader.op, reader.thread.as_deref()), (Op::With, Some("other")));
            assert!(report.to_string().ends_with("; one recent of 2 readers"), "{report}");
        });
    });
    assert_eq!(map.len(), 100);
}

#[test]
fn a_thread_that_meets_itself_is_told_so() {
    for (inside, enter) in stays::<Strict>() {
        for (op, access) in operations::<Strict>() {
            let map = filled(Strict::new());
            let nested = || enter(&map, &mut || access(&map));
            if !inside.writes() && !op.writes() {
                nested();
                continue;
            }
            let report = report(nested);
            assert_eq!(report.words, words(op, inside));
            let Other::SameThread(other) = &report.other else { panic!("{report}") };
            assert_eq!((other.op, other.thread.as_deref()), (inside, thread::current().name()));
            assert!(report.to_string().contains("; same thread: "));
            // The handler has unwound through both: nobody is inside.
            map.insert(1, "again".into());
            assert!(map.inspect(GoMap::audit).is_ok());
        }
    }
}

/// Go's flag tells of a writer, so one's own read is not what a write has met.
#[test]
fn a_reader_whose_write_meets_another_writer_is_not_told_that_it_met_itself() {
    // SAFETY: while the other thread writes, it stands in a closure that touches nothing, and the write
    // here is refused before it gets to any entry.
    let map = filled(unsafe { WriteFlag::new() });
    map.with(&2, |_| {
        beside(
            &map,
            |map, f| done(map.update(&1, |_| f())),
            || {
                let report = report(|| done(map.insert(3, "new".into())));
                assert_eq!((report.this.op, &report.other), (Op::Insert, &Other::Unknown));
            },
        );
    });
}

#[test]
fn another_map_may_be_written_to_from_inside() {
    let (a, b) = (filled(Strict::new()), filled(Strict::new()));
    a.with(&1, |_| {
        b.update(&1, |_| assert_eq!(a.get(&2).as_deref(), Some("2")));
        let report = report(|| a.clear());
        assert!(matches!(report.other, Other::SameThread(_)), "{report}");
        b.clear();
    });
    assert_eq!((a.len(), b.len()), (100, 0));
}

#[test]
fn a_range_goes_on_as_gos_does_while_others_write_between_its_steps() {
    let map = filled(Strict::new());
    let mut range = map.range();
    let mut met = vec![range.next().unwrap().0];
    let removed = (0..100).find(|key| !met.contains(key)).unwrap();
    let writer = map.clone();
    let write = move || {
        writer.remove(&removed);
        (100..1000).for_each(|i| done(writer.insert(i, String::new())));
    };
    thread::spawn(write).join().unwrap();
    met.extend(range.map(|(key, _)| key).filter(|key| *key < 100));
    met.sort_unstable();
    let expected: Vec<u64> = (0..100).filter(|key| *key != removed).collect();
    assert_eq!(met, expected);
}

#[test]
fn an_epoch_tells_of_writes_and_of_nothing_else() {
    let map = filled(Epoch::new());
    let mut range = map.range();
    for (op, operation) in operations::<Epoch>() {
        let epoch = map.epoch();
        operation(&map);
        assert_eq!(map.written_since(epoch), op.writes(), "{op}");
        assert_eq!(map.epoch() - epoch, u64::from(op.writes()), "{op}");
    }
    assert!(range.is_stale() && !map.range().is_stale());
    assert_eq!(range.next(), None);
    map.insert(1, "a".into());
    let (value, epoch) = map.get_at(&1);
    assert_eq!((value.as_deref(), map.written_since(epoch)), (Some("a"), false));
    // From another thread, once it has ended.
    let writer = map.clone();
    thread::spawn(move || writer.clear()).join().unwrap();
    assert!(map.written_since(epoch));
    // One that panicked has written.
    map.insert(1, "a".into());
    let epoch = map.epoch();
    let panic = || map.update(&1, |_| resume_unwind(Box::new("update")));
    catch_unwind(AssertUnwindSafe(|| done(panic()))).unwrap_err();
    assert!(map.written_since(epoch));
}

/// Go's check as Go makes it. (The overlaps here touch the flag's byte and nothing else: the write
/// stands in a closure, and who meets it does not get further than the check.)
#[test]
fn the_flag_is_looked_at_flipped_and_looked_at_again() {
    // SAFETY: as said above; nothing is read or written while another writes to it.
    let flag = || unsafe { WriteFlag::new() };
    let flags = |map: &Shared<WriteFlag>| map.inspect(|map| map.header().flags()) & 4;
    for (op, operation) in operations::<WriteFlag>().into_iter().filter(|it| it.0 != Op::Len) {
        let map = filled(flag());
        beside(
            &map,
            |map, f| done(map.update(&1, |_| f())),
            || {
                let report = report(|| operation(&map));
                assert_eq!(report.words, words(op, Op::Update), "{op}");
                assert_eq!(report.other, Other::Unknown);
                assert!(report.to_string().ends_with("unknown: Go's flag does not tell"));
            },
        );
        assert_eq!(flags(&map), 0);
        operation(&map);
        assert_eq!(flags(&map), 0, "{op}");
    }
    // Readers leave no trace, so a write during a read is missed: that is why the flag is `unsafe`.
    let map = filled(flag());
    let stay = |map: &Shared<WriteFlag>, f: &mut dyn FnMut()| {
        done(map.with(&u64::MAX, |_| ()));
        f();
    };
    beside(&map, stay, || done(map.insert(1, "unnoticed".into())));
    // In an empty map Go looks at nothing but in an assignment.
    for (op, operation) in operations::<WriteFlag>() {
        let map = SharedMap::with_detector(GoMap::new(), flag());
        operation(&map);
        assert_eq!(flags(&map), 0, "{op}");
    }
}

/// A hasher that waits, on the thread that is told to.
#[derive(Clone, Default)]
struct Waits;

thread_local! {
    static WAIT: RefCell<Option<Box<dyn FnOnce()>>> = const { RefCell::new(None) };
}

impl std::hash::BuildHasher for Waits {
    type Hasher = std::hash::DefaultHasher;

    fn build_hasher(&self) -> Self::Hasher {
        if let Some(wait) = WAIT.take() {
            wait();
        }
        Self::Hasher::default()
    }
}

/// Two writers look before either flips: both find the flag flipped back, and say so on exit. (The
/// second one's operation finds no entry, and the first one stands in its closure meanwhile: they touch
/// nothing together.)
#[test]
fn a_flag_that_was_flipped_back_is_noticed_on_exit_by_both() {
    // SAFETY: as said above.
    let flag = unsafe { WriteFlag::new() };
    let map = SharedMap::with_detector(GoMap::with_hasher(Waits), flag);
    map.insert(1, 1);
    let ((looked, has_looked), (go_on, may_go_on)) = (channel(), channel::<()>());
    let second = {
        let map = map.clone();
        thread::spawn(move || {
            WAIT.set(Some(Box::new(move || {
                looked.send(()).unwrap();
                may_go_on.recv().unwrap();
            })));
            report(|| done(map.update(&2, |_: &mut i32| ())))
        })
    };
    has_looked.recv().unwrap();
    let mut told = Vec::new();
    let first = report(|| {
        done(map.update(&1, |_| {
            go_on.send(()).unwrap();
            told.push(second.join().unwrap());
        }));
    });
    told.push(first);
    assert_eq!(told.len(), 2);
    for report in told {
        assert_eq!((report.words, report.this.op), ("concurrent map writes", Op::Update));
        assert_eq!(report.other, Other::Unknown);
    }
    assert_eq!((map.get(&1), map.inspect(|map| map.header().flags()) & 4), (Some(1), 0));
}

#[test]
fn no_value_is_lost_or_dropped_twice_when_threads_take_turns() {
    struct Counted(Arc<AtomicUsize>);
    impl Clone for Counted {
        fn clone(&self) -> Self {
            self.0.fetch_add(1, Ordering::Relaxed);
            Self(Arc::clone(&self.0))
        }
    }
    impl Drop for Counted {
        fn drop(&mut self) {
            self.0.fetch_sub(1, Ordering::Relaxed);
        }
    }
    let alive = Arc::new(AtomicUsize::new(1));
    let seed = Counted(Arc::clone(&alive));
    let map: SharedMap<String, Counted> = SharedMap::new();
    let lock = Arc::new(RwLock::new(()));
    let rounds = if cfg!(miri) { 50 } else { 4000 };
    thread::scope(|scope| {
        for id in 0..4u64 {
            let (map, lock, seed) = (map.clone(), Arc::clone(&lock), seed.clone());
            scope.spawn(move || {
                let random = Rand::from_seed(id);
                let mut range = None;
                for _ in 0..rounds {
                    let key = format!("key number {}", random.next() % 64);
                    match random.next() % 8 {
                        0 | 1 => {
                            let _turn = lock.write().unwrap();
                            map.insert(key, seed.clone());
                        }
                        2 => {
                            let _turn = lock.write().unwrap();
                            map.remove(&key);
                        }
                        3 => {
                            let _turn = lock.write().unwrap();
                            map.compute(key, |entry| done(entry.or_insert_with(|| seed.clone())));
                        }
                        4 if random.next().is_multiple_of(200) => {
                            let _turn = lock.write().unwrap();
                            map.clear();
                        }
                        4 | 5 => {
                            let _turn = lock.read().unwrap();
                            let walk = range.get_or_insert_with(|| map.range());
                            if walk.next().is_none() {
                                range = None;
                            }
                        }
                        _ => {
                            let _turn = lock.read().unwrap();
                            map.get(&key);
                        }
                    }
                }
            });
        }
    });
    drop(seed);
    let map = map.try_into_inner().expect("the other handles are gone");
    assert_eq!(map.audit(), Ok(()));
    assert_eq!(alive.load(Ordering::Relaxed), map.len());
    drop(map);
    assert_eq!(alive.load(Ordering::Relaxed), 0);
}

/// Without turns: overlaps there are, and each is caught before it could do harm, which the audit, the
/// model of what was let in, and under the sanitizer every access, say.
#[test]
fn threads_without_turns_are_refused_and_do_no_harm() {
    let map: SharedMap<u64, Box<u64>> = SharedMap::new();
    let rounds = if cfg!(miri) { 100u64 } else { 20_000 };
    let start = Arc::new(Barrier::new(4));
    let (refusals, told): (Sender<u64>, _) = channel();
    set_fatal_handler(|report| resume_unwind(Box::new(report.clone())));
    let threads: Vec<_> = (0..4u64)
        .map(|id| {
            let (map, start, refusals) = (map.clone(), Arc::clone(&start), refusals.clone());
            thread::spawn(move || {
                let random = Rand::from_seed(id);
                // Each thread has keys of its own, so it knows what must be there.
                let mut own = BTreeMap::new();
                let mut refused = 0;
                start.wait();
                for _ in 0..rounds {
                    let key = random.next() % 64 * 4 + id;
                    let choice = random.next() % 4;
                    let let_in = catch_unwind(AssertUnwindSafe(|| match choice {
                        0 => assert_eq!(map.insert(key, Box::new(key)), own.get(&key).cloned()),
                        1 => assert_eq!(map.remove(&key), own.get(&key).cloned()),
                        2 => assert_eq!(map.get(&key), own.get(&key).cloned()),
                        _ => {
                            map.range().take(3).for_each(|(key, value)| assert_eq!(key, *value));
                        }
                    }));
                    match let_in {
                        Ok(()) if choice == 0 => done(own.insert(key, Box::new(key))),
                        Ok(()) if choice == 1 => done(own.remove(&key)),
                        Ok(()) => {}
                        Err(panic) if panic.is::<Report>() => refused += 1,
                        Err(panic) => resume_unwind(panic),
                    }
                }
                refusals.send(refused).unwrap();
                own
            })
        })
        .collect();
    let own: BTreeMap<u64, Box<u64>> =
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
    drop(refusals);
    // As many as the machine's processors allow; of one alone, none.
    println!("{} refused", told.iter().sum::<u64>());
    assert_eq!(map.inspect(GoMap::audit), Ok(()));
    assert_eq!(map.range().collect::<BTreeMap<_, _>>(), own);
}
