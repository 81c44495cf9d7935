//! Interleaving classes: which moments of a map there are to be seen.
//!
//! A class says what was done, how far a growth had come, where the key stood, what became of the slot
//! and of the arrays, and where cursors were. [`Class::of`] tells it from the states before and after
//! an operation. [`all`] enumerates them; [`why_unreachable`] says of those that no map can come to why
//! that is.

mod effect;
mod place;
mod rules;

pub(super) use place::entries_of_chain;
pub use rules::{RULES, Rule, why_unreachable};

use super::keys::Keys;
use super::op::Op;
use super::state::State;
use std::fmt;
use tophash::Growing;

/// Defines an enum of plain names, with the list of them and their texts.
macro_rules! names {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant,)* }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),*];
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(match self { $(Self::$variant => $text),* })
            }
        }
    };
}

names! {
    /// What was done.
    Operation {
        /// An assign of a key that was not there.
        Insert = "insert",
        /// An assign of one that was.
        Update = "update",
        /// A delete of a key that was there.
        Delete = "delete",
        /// A delete of the only key there was.
        Empty = "delete the only",
        /// A delete of one that was not.
        DeleteAbsent = "delete absent",
        /// An access of a key that was there.
        Hit = "hit",
        /// An access of one that was not.
        Miss = "miss",
        /// A clear.
        Clear = "clear",
        /// The beginning of a `range`, with its first step.
        Begin = "begin",
        /// A further step of one.
        Next = "next",
    }
}

names! {
    /// How far a growth had come.
    Phase {
        /// None is under way.
        Rest = "at rest",
        /// A doubling; no old bucket has been evacuated.
        DoubleUntouched = "doubling, untouched",
        /// A doubling; some have, and more than one have not.
        DoubleMidway = "doubling, midway",
        /// A doubling; all but one have.
        DoubleLast = "doubling, last bucket",
        /// A growth to the same size; no old bucket has been evacuated.
        SameUntouched = "same size, untouched",
        /// A growth to the same size; some have, and more than one have not.
        SameMidway = "same size, midway",
        /// A growth to the same size; all but one have.
        SameLast = "same size, last bucket",
    }
}

names! {
    /// The array in which a chain was.
    Array {
        /// The only one.
        Only = "",
        /// The new one: the old chain had been evacuated.
        New = "new ",
        /// The old one, not evacuated.
        Old = "old ",
    }
}

names! {
    /// A bucket's place in its chain.
    Bucket {
        /// The head.
        First = "first",
        /// Neither first nor last.
        Middle = "middle",
        /// The last of several.
        Last = "last",
    }
}

names! {
    /// What a slot was followed by.
    After {
        /// An entry.
        Full = "full",
        /// emptyOne.
        One = "emptyOne",
        /// emptyRest.
        Rest = "emptyRest",
        /// Nothing: it was the last of its chain.
        End = "nothing",
    }
}

names! {
    /// The first free slot of a chain.
    Room {
        /// An emptyOne.
        One = "emptyOne",
        /// An emptyRest.
        Rest = "emptyRest",
        /// There was none.
        Full = "no slot",
        /// There was no array.
        NoArray = "no array",
    }
}

names! {
    /// Where a cursor stood.
    Stand {
        /// In a chain of the present array.
        Present = "present array",
        /// In a chain of the old one.
        Old = "old array",
        /// In an array that the map had left, or in a bucket that it no longer linked.
        Left = "left memory",
    }
}

/// Where the key stood, or the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// The key had an entry.
    Slot(Array, Bucket, After),
    /// The key had the only entry.
    Only(Array),
    /// The key had none; of the chain that it leads to.
    Gap(Array, Room),
    /// The chain in which a cursor began.
    Start(Array),
    /// The map in which it began was empty.
    Nothing,
    /// The cursor stood here.
    Stand(Stand),
    /// The operation has no place.
    Nowhere,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Slot(array, bucket, after) => {
                write!(f, "{array}{bucket} bucket, before {after}")
            }
            Self::Only(array) => write!(f, "{array}chain"),
            Self::Gap(array, room) => write!(f, "{array}chain with {room}"),
            Self::Start(array) => write!(f, "{array}chain"),
            Self::Nothing => f.write_str("empty map"),
            Self::Stand(stand) => stand.fmt(f),
            Self::Nowhere => f.write_str("-"),
        }
    }
}

/// What became of the key's slot, or what the cursor met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SlotEffect {
    /// Nothing.
    None,
    /// An emptyOne was filled.
    TookOne,
    /// An emptyRest was filled.
    TookRest,
    /// The entry was stored in a chain of which a whole growth, or two, came between: where it would
    /// have gone says nothing.
    Placed,
    /// A bucket was chained on.
    Chained,
    /// A spare one was, and no growth had to do with it.
    ChainedSpare,
    /// The slot became emptyOne.
    LeftOne,
    /// It became emptyRest, and nothing else did.
    LeftRest,
    /// emptyOnes before it in its bucket became emptyRest too.
    Carried,
    /// emptyOnes in the bucket before did.
    CarriedAcross,
    /// The cursor met an entry: it stands here, and whether the slot had been evacuated, so that the
    /// map was asked for the entry.
    Met(Stand, bool),
    /// The cursor came to its end.
    Ended,
}

impl fmt::Display for SlotEffect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::None => "-",
            Self::TookOne => "takes emptyOne",
            Self::TookRest => "takes emptyRest",
            Self::Placed => "goes where it fits",
            Self::Chained => "chains a bucket",
            Self::ChainedSpare => "chains a spare bucket",
            Self::LeftOne => "leaves emptyOne",
            Self::LeftRest => "leaves emptyRest",
            Self::Carried => "carries emptyRest back",
            Self::CarriedAcross => "carries it across a link",
            Self::Met(stand, false) => return write!(f, "meets one in {stand}"),
            Self::Met(stand, true) => return write!(f, "asks anew from {stand}"),
            Self::Ended => "ends",
        };
        f.write_str(text)
    }
}

names! {
    /// What became of the arrays.
    GrowthEffect {
        /// Nothing.
        None = "-",
        /// Chains were evacuated.
        Moved = "moves chains",
        /// Chains were, and the key's own was cut behind its head.
        Cut = "moves chains, cuts this one",
        /// The growth ended.
        Ended = "ends the growth",
        /// A doubling began.
        BeganDouble = "begins to double",
        /// A growth to the same size began.
        BeganSame = "begins a same-size growth",
        /// A doubling began and ended.
        DoubledAtOnce = "doubles at once",
        /// A growth to the same size began and ended.
        SamedAtOnce = "regrows at once",
        /// The growth ended, and a doubling began.
        EndedBeganDouble = "ends, begins to double",
        /// The growth ended, and one to the same size began.
        EndedBeganSame = "ends, begins a same-size growth",
    }
}

names! {
    /// Where cursors were: the first of these that holds for any.
    Cursors {
        /// One stood in the chain.
        Here = "in this chain",
        /// One was over another array than the present one: it is older than this growth, or than the
        /// last one.
        Older = "older",
        /// One was over the present array: if the map was growing, it had begun since.
        Begun = "begun since",
        /// There were none.
        None = "none",
    }
}

/// One kind of moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Class {
    /// What was done.
    pub operation: Operation,
    /// How far a growth had come before.
    pub phase: Phase,
    /// Where the key stood before, or the cursor.
    pub place: Place,
    /// What became of the slot.
    pub slot: SlotEffect,
    /// What became of the arrays.
    pub growth: GrowthEffect,
    /// Where cursors were before; for a step, the cursor that takes it.
    pub cursors: Cursors,
}

/// The part of a class that is known before the operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    /// What is to be done.
    pub operation: Operation,
    /// How far a growth has come.
    pub phase: Phase,
    /// Where the key stands, or the cursor.
    pub place: Place,
    /// Where cursors are.
    pub cursors: Cursors,
}

impl Moment {
    /// The moment at which `op` is about to be done; `None` if it does nothing to a map: for a cursor
    /// that has ended, and to forget one.
    pub fn of(before: &State, op: Op, keys: &Keys) -> Option<Self> {
        let (operation, place) = place::of(before, op, keys)?;
        let phase = Phase::of(before);
        let cursors = place::cursors(before, op, keys);
        Some(Self { operation, phase, place, cursors })
    }
}

impl Class {
    /// The class of an operation; `None` if it did nothing to a map, see [`Moment::of`].
    pub fn of(before: &State, op: Op, after: &State, keys: &Keys) -> Option<Self> {
        let moment = Moment::of(before, op, keys)?;
        let slot = effect::slot(&moment, before, op, after, keys);
        let growth = effect::growth(&moment, before, op, after, keys);
        let Moment { operation, phase, place, cursors } = moment;
        Some(Self { operation, phase, place, slot, growth, cursors })
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, phase, place, slot, growth, cursors } = self;
        write!(f, "{operation} | {phase} | {place} | {slot} | {growth} | {cursors}")
    }
}

impl GrowthEffect {
    /// Whether two growths had to do with it, or one from its beginning to its end.
    pub fn is_whole(self) -> bool {
        matches!(
            self,
            Self::DoubledAtOnce | Self::SamedAtOnce | Self::EndedBeganDouble | Self::EndedBeganSame
        )
    }

    /// Whether a growth began: then the chain that the key leads to was moved.
    pub fn rebuilds(self) -> bool {
        matches!(
            self,
            Self::BeganDouble
                | Self::BeganSame
                | Self::DoubledAtOnce
                | Self::SamedAtOnce
                | Self::EndedBeganDouble
                | Self::EndedBeganSame
        )
    }
}

impl Phase {
    fn of(state: &State) -> Self {
        let old = state.map.old_regular;
        let moved = place::evacuated(&state.map);
        let phases = match state.map.growing {
            Growing::No => return Self::Rest,
            Growing::Double => [Self::DoubleUntouched, Self::DoubleMidway, Self::DoubleLast],
            Growing::Same => [Self::SameUntouched, Self::SameMidway, Self::SameLast],
        };
        match moved {
            _ if old - moved == 1 => phases[2],
            0 => phases[0],
            _ => phases[1],
        }
    }

    /// Whether the map is growing.
    pub fn is_growth(self) -> bool {
        self != Self::Rest
    }

    /// Whether it is doubling.
    pub fn is_double(self) -> bool {
        matches!(self, Self::DoubleUntouched | Self::DoubleMidway | Self::DoubleLast)
    }

    /// Whether one old bucket is left.
    pub fn is_last(self) -> bool {
        matches!(self, Self::DoubleLast | Self::SameLast)
    }

    /// Whether none has been evacuated.
    pub fn is_untouched(self) -> bool {
        matches!(self, Self::DoubleUntouched | Self::SameUntouched)
    }
}

/// Every class: each operation in each phase, at each place that it can be at, with each effect that
/// it can have on a slot and on the arrays, beside each kind of cursor.
pub fn all() -> Vec<Class> {
    let mut classes = Vec::new();
    for &operation in Operation::ALL {
        let (places, slots, growths) = (operation.places(), operation.slots(), operation.growths());
        for &phase in Phase::ALL {
            for &place in &places {
                for &slot in &slots {
                    for &growth in growths {
                        for &cursors in Cursors::ALL {
                            classes.push(Class { operation, phase, place, slot, growth, cursors });
                        }
                    }
                }
            }
        }
    }
    classes
}

impl Operation {
    fn places(self) -> Vec<Place> {
        let arrays = Array::ALL.iter().copied();
        match self {
            Self::Update | Self::Delete | Self::Hit => arrays
                .flat_map(|array| {
                    let buckets = Bucket::ALL.iter();
                    buckets.flat_map(move |&bucket| {
                        After::ALL.iter().map(move |&after| Place::Slot(array, bucket, after))
                    })
                })
                .collect(),
            Self::Insert | Self::DeleteAbsent | Self::Miss => arrays
                .flat_map(|array| Room::ALL.iter().map(move |&room| Place::Gap(array, room)))
                .collect(),
            Self::Empty => arrays.map(Place::Only).collect(),
            Self::Clear => vec![Place::Nowhere],
            Self::Begin => arrays.map(Place::Start).chain([Place::Nothing]).collect(),
            Self::Next => Stand::ALL.iter().copied().map(Place::Stand).collect(),
        }
    }

    fn slots(self) -> Vec<SlotEffect> {
        match self {
            Self::Insert => vec![
                SlotEffect::TookOne,
                SlotEffect::TookRest,
                SlotEffect::Placed,
                SlotEffect::Chained,
                SlotEffect::ChainedSpare,
            ],
            Self::Delete => vec![
                SlotEffect::LeftOne,
                SlotEffect::LeftRest,
                SlotEffect::Carried,
                SlotEffect::CarriedAcross,
            ],
            Self::Begin | Self::Next => {
                let met = Stand::ALL
                    .iter()
                    .flat_map(|&stand| [false, true].map(|a| SlotEffect::Met(stand, a)));
                met.chain([SlotEffect::Ended]).collect()
            }
            Self::Update
            | Self::Empty
            | Self::DeleteAbsent
            | Self::Hit
            | Self::Miss
            | Self::Clear => vec![SlotEffect::None],
        }
    }

    fn growths(self) -> &'static [GrowthEffect] {
        match self {
            Self::Insert => GrowthEffect::ALL,
            Self::Update | Self::Delete | Self::Empty | Self::DeleteAbsent => {
                const {
                    &[
                        GrowthEffect::None,
                        GrowthEffect::Moved,
                        GrowthEffect::Cut,
                        GrowthEffect::Ended,
                    ]
                }
            }
            Self::Clear => const { &[GrowthEffect::None, GrowthEffect::Ended] },
            Self::Hit | Self::Miss | Self::Begin | Self::Next => const { &[GrowthEffect::None] },
        }
    }
}
