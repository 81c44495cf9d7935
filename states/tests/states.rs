//! Every state is what its name says, before its operation and after.

use tophash::Growing;
use tophash::image::{BucketImage, BucketName, MapImage, SlotState};
use tophash_states::{Prepared, State, Subject, prepare};

/// The kinds of maps of ours.
const OURS: [Subject; 3] = [Subject::U64Go, Subject::U64Foldhash, Subject::StrGo];

/// The images around an operation, and the hash of its key.
struct Around {
    before: MapImage,
    after: MapImage,
    /// 0 of an operation without a key.
    hash: u64,
}

impl Around {
    fn new(state: State, subject: Subject) -> Self {
        let mut prepared = prepare(state, subject).unwrap();
        let (before, hash) = (prepared.image().unwrap(), prepared.key_hash().unwrap_or(0));
        prepared.run();
        Self { before, after: prepared.image().unwrap(), hash }
    }

    fn top(&self) -> SlotState {
        let top = (self.hash >> 56) as u8;
        SlotState::Full(if top < 5 { top + 5 } else { top })
    }

    /// The key's chain of the present array before.
    fn chain(&self) -> &[BucketImage] {
        chain(&self.before, self.hash)
    }

    /// And after.
    fn chain_after(&self) -> &[BucketImage] {
        chain(&self.after, self.hash)
    }

    /// The slots that the key's tophash stands in, as (bucket of the chain, lane).
    fn places(&self, chain: &[BucketImage]) -> Vec<(usize, usize)> {
        let slots = chain.iter().enumerate().flat_map(|(i, bucket)| {
            bucket.slots().into_iter().enumerate().map(move |(lane, slot)| ((i, lane), slot))
        });
        slots.filter(|(_, slot)| *slot == self.top()).map(|(place, _)| place).collect()
    }

    fn assert_unchanged(&self) {
        // An iteration leaves flags behind.
        assert_eq!(self.before, MapImage { flags: self.before.flags, ..self.after.clone() });
    }

    fn assert_hit(&self, place: (usize, usize), buckets: usize, entries: usize) {
        assert_eq!(self.places(self.chain()), [place]);
        assert_eq!((self.chain().len(), full(self.chain())), (buckets, entries));
        assert_eq!(self.before.growing, Growing::No);
        self.assert_unchanged();
    }

    fn assert_miss(&self, buckets: usize, entries: usize) {
        assert_eq!(self.places(self.chain()), []);
        assert_eq!((self.chain().len(), full(self.chain())), (buckets, entries));
        self.assert_unchanged();
    }

    /// The entry came into the slot, and nothing else changed in number.
    fn assert_inserted(&self, place: (usize, usize)) {
        assert_eq!(self.places(self.chain_after()), [place]);
        assert_eq!(self.after.count, self.before.count + 1);
    }
}

fn chain(image: &MapImage, hash: u64) -> &[BucketImage] {
    image.chains().nth(hash as usize & (image.regular - 1)).unwrap()
}

fn full(chain: &[BucketImage]) -> usize {
    let slots = chain.iter().flat_map(|bucket| bucket.slots());
    slots.filter(|slot| matches!(slot, SlotState::Full(_))).count()
}

fn evacuated(image: &MapImage) -> Vec<bool> {
    image.old_chains().map(|chain| chain[0].evacuated()).collect()
}

fn check(state: State, subject: Subject) {
    use SlotState::{EmptyOne, EmptyRest, Full};
    let around = Around::new(state, subject);
    let Around { before, after, hash, .. } = &around;
    match state {
        State::HitSlot0 => around.assert_hit((0, 0), 1, 6),
        State::HitSlot7 => around.assert_hit((0, 7), 1, 8),
        State::HitOverflow1 => around.assert_hit((1, 0), 2, 9),
        State::HitOverflow3 => around.assert_hit((3, 0), 4, 25),
        State::HitOld => {
            let old = before.old_chains().nth(*hash as usize & 15).unwrap();
            assert!(!old[0].evacuated());
            assert_eq!((around.places(old), full(old)), (vec![(0, 0)], 6));
            assert_eq!(full(around.chain()), 0);
            around.assert_unchanged();
        }
        State::MissPart => {
            around.assert_miss(1, 6);
            assert_eq!(around.chain()[0].slots()[6], EmptyRest);
        }
        State::MissFull => around.assert_miss(1, 8),
        State::MissChain => around.assert_miss(3, 24),
        State::MissEmpty => {
            around.assert_miss(1, 0);
            assert_eq!((before.count, before.regular), (0, 16));
        }
        State::InsertFree => {
            assert_eq!((around.chain().len(), full(around.chain())), (1, 6));
            around.assert_inserted((0, 6));
        }
        State::InsertSpare => {
            assert_eq!((around.chain().len(), full(around.chain())), (1, 8));
            around.assert_inserted((1, 0));
            assert!(matches!(around.chain_after()[1].name, BucketName::Array(16..)));
        }
        State::InsertHeap => {
            assert_eq!((around.chain().len(), full(around.chain()), before.spare), (1, 8, 0));
            around.assert_inserted((1, 0));
            assert!(matches!(around.chain_after()[1].name, BucketName::Heap(0)));
        }
        State::InsertOver => {
            assert_eq!(around.places(around.chain()), [(0, 2)]);
            assert_eq!((after.count, before.count), (6, 6));
            assert_eq!(around.places(around.chain_after()), [(0, 2)]);
            assert_ne!(around.chain()[0].elem(2), around.chain_after()[0].elem(2));
        }
        State::InsertEvacuates => {
            let mark = before.nevacuate;
            let own = *hash as usize & 15;
            assert_ne!(mark, own);
            let (moved, moved_after) = (evacuated(before), evacuated(after));
            let newly: Vec<_> = (0..16).filter(|&i| moved[i] != moved_after[i]).collect();
            assert_eq!(newly, [mark, own]);
            for index in newly {
                assert_eq!(full(before.old_chains().nth(index).unwrap()), 6);
                let halves = [index, index + 16].map(|i| full(after.chains().nth(i).unwrap()));
                assert_eq!(halves.iter().sum::<usize>(), if index == own { 7 } else { 6 });
                assert!(halves.iter().all(|&half| half >= 3));
            }
            around.assert_inserted((0, 3));
        }
        State::InsertGrows => {
            assert_eq!((before.count, before.regular, before.growing), (104, 16, Growing::No));
            assert_eq!((after.regular, after.growing), (32, Growing::Double));
            let moved = evacuated(after);
            assert!((0..16).all(|i| moved[i] == (i == 0 || i == 15)));
            let entries = |i| full(before.chains().nth(i).unwrap());
            assert_eq!((entries(0), entries(15)), (6, 7));
            assert_eq!(after.count, 105);
        }
        State::DeleteLast => {
            assert_eq!(around.places(around.chain()), [(0, 5)]);
            assert_eq!((full(around.chain()), full(around.chain_after())), (6, 5));
            let slots = around.chain_after()[0].slots();
            assert!(slots[5..].iter().all(|&slot| slot == EmptyRest));
        }
        State::DeleteEmptyOne => {
            assert_eq!(around.places(around.chain()), [(0, 2)]);
            assert_eq!((full(around.chain()), full(around.chain_after())), (6, 5));
            assert_eq!(around.chain_after()[0].slots()[2], EmptyOne);
        }
        State::DeleteAcross => {
            let [head, next] = around.chain() else { panic!("a chain of two") };
            assert!(head.slots()[..2].iter().all(|slot| matches!(slot, Full(_))));
            assert!(head.slots()[2..].iter().all(|&slot| slot == EmptyOne));
            assert_eq!(
                (around.places(around.chain()), full(std::slice::from_ref(next))),
                (vec![(1, 0)], 1)
            );
            let [head, next] = around.chain_after() else { panic!("a chain of two") };
            assert!(head.slots()[..2].iter().all(|slot| matches!(slot, Full(_))));
            assert!(head.slots()[2..].iter().all(|&slot| slot == EmptyRest));
            assert!(next.slots().iter().all(|&slot| slot == EmptyRest));
        }
        State::Iterate => {
            assert_eq!((before.count, before.regular), (1024, 256));
            around.assert_unchanged();
            assert_ne!(before.flags, after.flags);
        }
        State::IterateGrowing => {
            assert_eq!((before.count, before.growing), (864, Growing::Double));
            let moved = evacuated(before).into_iter().filter(|&moved| moved).count();
            assert!(before.old_regular == 128 && (50..=64).contains(&moved), "{moved}");
            around.assert_unchanged();
        }
        State::Clear => assert_eq!((before.count, after.count), (1024, 0)),
        State::Clone => {
            assert_eq!(before.count, 1024);
            around.assert_unchanged();
        }
    }
}

#[test]
fn every_state_is_what_its_name_says() {
    for state in State::ALL {
        for subject in OURS {
            println!("{}, {}", state.name(), subject.name());
            check(state, subject);
        }
    }
}

#[test]
fn a_state_is_the_same_each_time() {
    for state in State::ALL {
        for subject in OURS {
            let image = || prepare(state, subject).unwrap().image().unwrap();
            assert_eq!(image(), image(), "{}, {}", state.name(), subject.name());
        }
    }
}

#[test]
fn an_operation_that_repeats_finds_the_same_state_again() {
    for state in State::ALL {
        for subject in OURS {
            let mut prepared = prepare(state, subject).unwrap();
            // The first may leave an iteration's flags, or the elem that it stores.
            prepared.run();
            let first = prepared.image();
            prepared.reset();
            prepared.run();
            if state.repeats() {
                assert_eq!(prepared.image(), first, "{}, {}", state.name(), subject.name());
            }
        }
    }
}

#[test]
fn the_rival_stands_in_one_state_for_each_operation_on_one_key() {
    let states = State::ALL.map(|state| prepare(state, Subject::Hashbrown));
    assert_eq!(states.iter().flatten().count(), 4);
    let can_be = State::ALL.map(|state| Subject::Hashbrown.can_be(state));
    assert_eq!(states.each_ref().map(Option::is_some), can_be);
    for mut prepared in states.into_iter().flatten() {
        prepared.run();
        assert_eq!((prepared.image(), prepared.key_hash()), (None, None));
    }
}

#[test]
fn an_idle_operation_changes_nothing() {
    for state in State::ALL {
        let mut idle = prepare(state, Subject::U64Go).map(Prepared::idle).unwrap();
        let before = idle.image();
        idle.run();
        assert_eq!(idle.image(), before);
    }
}
