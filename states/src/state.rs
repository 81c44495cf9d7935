//! The states, and the maps that can be in them.

/// What one operation finds.
///
/// A chain is a bucket of eight slots and the overflow buckets behind it. Unless said otherwise, the
/// map has 16 buckets and no entries beyond those of the chain in question, no two entries of a chain
/// have the same tophash, and a key that is not in the map has none of theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// A look-up finds its key in the first slot of a bucket with six entries.
    HitSlot0,
    /// In the last slot of a full bucket.
    HitSlot7,
    /// In the first slot of the first overflow bucket.
    HitOverflow1,
    /// In the first slot of the third overflow bucket.
    HitOverflow3,
    /// In the first slot of an old bucket: the map grows, and its chain has not been moved.
    HitOld,
    /// A look-up finds nothing in a bucket with six entries, whose seventh slot ends the search.
    MissPart,
    /// In a full bucket without an overflow bucket.
    MissFull,
    /// In a chain of three full buckets.
    MissChain,
    /// In a map that has an array and no entry.
    MissEmpty,
    /// An insert of a new key takes the seventh slot of a bucket.
    InsertFree,
    /// Finds its bucket full, and takes a spare bucket of the array.
    InsertSpare,
    /// Finds its bucket full, and allocates an overflow bucket: an array of 8 buckets has none to
    /// spare.
    InsertHeap,
    /// An insert under a key that is there, the third of six.
    InsertOver,
    /// An insert of a new key moves its chain and the one at the mark to the new array, six entries
    /// each, three to either half; then it takes the fourth slot of its new bucket.
    InsertEvacuates,
    /// An insert of a new key finds 104 entries in 16 buckets: it allocates an array of 32, and moves
    /// two chains of six and seven entries.
    InsertGrows,
    /// A delete of the last of six entries.
    DeleteLast,
    /// A delete of the third of six, which leaves `emptyOne`.
    DeleteEmptyOne,
    /// A delete of the only entry of an overflow bucket, behind two entries and six slots of
    /// `emptyOne`: it carries `emptyRest` back over the link and those six.
    DeleteAcross,
    /// An iteration over 1,024 entries in 256 buckets, from a random place.
    Iterate,
    /// An iteration over 864 entries while the map grows from 128 buckets, nearly half of which have been
    /// moved.
    IterateGrowing,
    /// A clear of 1,024 entries.
    Clear,
    /// A clone of 1,024 entries.
    Clone,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 22] = [
        Self::HitSlot0,
        Self::HitSlot7,
        Self::HitOverflow1,
        Self::HitOverflow3,
        Self::HitOld,
        Self::MissPart,
        Self::MissFull,
        Self::MissChain,
        Self::MissEmpty,
        Self::InsertFree,
        Self::InsertSpare,
        Self::InsertHeap,
        Self::InsertOver,
        Self::InsertEvacuates,
        Self::InsertGrows,
        Self::DeleteLast,
        Self::DeleteEmptyOne,
        Self::DeleteAcross,
        Self::Iterate,
        Self::IterateGrowing,
        Self::Clear,
        Self::Clone,
    ];

    /// Its name in reports: the operation, then the state.
    pub const fn name(self) -> &'static str {
        match self {
            Self::HitSlot0 => "get hit slot 0",
            Self::HitSlot7 => "get hit slot 7",
            Self::HitOverflow1 => "get hit overflow 1",
            Self::HitOverflow3 => "get hit overflow 3",
            Self::HitOld => "get hit old bucket",
            Self::MissPart => "get miss part full",
            Self::MissFull => "get miss full",
            Self::MissChain => "get miss chain of 3",
            Self::MissEmpty => "get miss empty map",
            Self::InsertFree => "insert free slot",
            Self::InsertSpare => "insert spare bucket",
            Self::InsertHeap => "insert heap bucket",
            Self::InsertOver => "insert over",
            Self::InsertEvacuates => "insert evacuates",
            Self::InsertGrows => "insert grows",
            Self::DeleteLast => "delete last",
            Self::DeleteEmptyOne => "delete emptyOne",
            Self::DeleteAcross => "delete across link",
            Self::Iterate => "iterate 1024",
            Self::IterateGrowing => "iterate growing",
            Self::Clear => "clear 1024",
            Self::Clone => "clone 1024",
        }
    }

    /// Whether the map is the same after the operation, so that it can be repeated.
    pub const fn repeats(self) -> bool {
        matches!(
            self,
            Self::HitSlot0
                | Self::HitSlot7
                | Self::HitOverflow1
                | Self::HitOverflow3
                | Self::HitOld
                | Self::MissPart
                | Self::MissFull
                | Self::MissChain
                | Self::MissEmpty
                | Self::InsertOver
                | Self::Iterate
                | Self::IterateGrowing
                | Self::Clone
        )
    }
}

/// A kind of map: its keys and its hash. Elems are `u64`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// `u64` keys under Go's hash of this processor.
    U64Go,
    /// `u64` keys under foldhash, by the adapter for std's hashers.
    U64Foldhash,
    /// `Box<str>` keys of 16 bytes under Go's hash, looked up by `&str`.
    StrGo,
    /// For comparison: `hashbrown::HashMap` with `u64` keys under foldhash. It has no buckets, so it
    /// stands in four states only: [`State::HitSlot0`], [`State::MissPart`], [`State::InsertFree`] and
    /// [`State::DeleteLast`], of which it has the entries.
    Hashbrown,
}

impl Subject {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::U64Go, Self::U64Foldhash, Self::StrGo, Self::Hashbrown];

    /// Its name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::U64Go => "u64 go",
            Self::U64Foldhash => "u64 foldhash",
            Self::StrGo => "str go",
            Self::Hashbrown => "u64 hashbrown",
        }
    }

    /// Whether there is such a map in `state`.
    pub const fn can_be(self, state: State) -> bool {
        use State::{DeleteLast, HitSlot0, InsertFree, MissPart};
        !matches!(self, Self::Hashbrown)
            || matches!(state, HitSlot0 | MissPart | InsertFree | DeleteLast)
    }
}
