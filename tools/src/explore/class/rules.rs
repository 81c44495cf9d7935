//! Which classes no map can come to, and why.
//!
//! n is the number of old buckets of a growth, 2^B that of the present array.

use super::{
    After, Array, Bucket, Class, Cursors, GrowthEffect, Operation, Place, Room, SlotEffect, Stand,
};

/// Classes that cannot be reached.
pub struct Rule {
    /// Whether a class is one.
    pub holds: fn(&Class) -> bool,
    /// Why, in a sentence without its full stop.
    pub reason: &'static str,
}

/// The reason for which a class cannot be reached, if there is one.
pub fn why_unreachable(class: &Class) -> Option<&'static str> {
    RULES.iter().find(|rule| (rule.holds)(class)).map(|rule| rule.reason)
}

const fn rule(reason: &'static str, holds: fn(&Class) -> bool) -> Rule {
    Rule { holds, reason }
}

/// Every reason that there is.
pub const RULES: &[Rule] = &[
    rule("the assign that begins a growth moves the first chains itself", |c| {
        c.phase.is_untouched()
    }),
    rule("there is an old array exactly while the map grows", |c| {
        c.array().is_some_and(|array| (array != Array::Only) != c.phase.is_growth())
            || !c.phase.is_growth() && c.touches_old()
    }),
    rule("a map without an array has no entries, does not grow, and no cursor is over it", |c| {
        matches!(c.place, Place::Gap(_, Room::NoArray))
            && (c.phase.is_growth()
                || c.cursors != Cursors::None
                || c.growth != GrowthEffect::None
                || !matches!(c.slot, SlotEffect::TookRest | SlotEffect::None))
    }),
    // What an operation does for a growth.
    rule("a growth goes on, or ends, only while there is one", |c| {
        let needs = matches!(
            c.growth,
            GrowthEffect::Moved
                | GrowthEffect::Cut
                | GrowthEffect::Ended
                | GrowthEffect::EndedBeganDouble
                | GrowthEffect::EndedBeganSame
        );
        needs && !c.phase.is_growth()
    }),
    rule("a growth begins only when none is under way", |c| {
        let begins = matches!(
            c.growth,
            GrowthEffect::BeganDouble
                | GrowthEffect::BeganSame
                | GrowthEffect::DoubledAtOnce
                | GrowthEffect::SamedAtOnce
        );
        begins && c.phase.is_growth()
    }),
    rule(
        "every assign, and every delete from a map with entries, moves the chain at the mark",
        |c| {
            let works = matches!(
                c.operation,
                Operation::Insert | Operation::Update | Operation::Delete | Operation::Empty
            );
            works && c.phase.is_growth() && c.growth == GrowthEffect::None
        },
    ),
    rule("the last old chain to be moved ends the growth", |c| {
        c.phase.is_last() && matches!(c.growth, GrowthEffect::Moved | GrowthEffect::Cut)
    }),
    rule(
        "with the key's chain moved before, an operation moves one: two are left, so one stays",
        |c| {
            let ends = matches!(
                c.growth,
                GrowthEffect::Ended | GrowthEffect::EndedBeganDouble | GrowthEffect::EndedBeganSame
            );
            ends && c.array() == Some(Array::New) && !c.phase.is_last()
        },
    ),
    rule(
        "a doubling has more than 6.5 n entries, and less than n operations to be emptied in",
        |c| {
            let empties = c.operation == Operation::Empty;
            c.phase.is_double() && (empties || c.is_on_empty_map())
        },
    ),
    rule("a doubled map has 7.5 n entries at most when its growth ends, and room for 13 n", |c| {
        c.phase.is_double() && c.growth == GrowthEffect::EndedBeganDouble
    }),
    rule(
        "a chain's k-th overflow bucket takes 8 k + 1 entries; a growth's operations see 7 · 2^B \
         different ones at most, too few for 2^B overflow buckets",
        |c| c.growth == GrowthEffect::EndedBeganSame,
    ),
    rule("a map that is empty amid a growth has chains of emptyRest only", |c| {
        c.is_on_empty_map() && matches!(c.place, Place::Gap(_, room) if room != Room::Rest)
    }),
    // Slots.
    rule("a middle bucket has another behind it", |c| {
        matches!(c.place, Place::Slot(_, Bucket::Middle, After::End))
    }),
    rule("a slot becomes emptyOne exactly if something other than emptyRest follows", |c| {
        let Place::Slot(array, _, after) = c.place else { return false };
        let last = matches!(after, After::Rest | After::End);
        let delete = c.operation == Operation::Delete;
        // A doubling may part an entry from what followed it.
        let parted = array == Array::Old && c.phase.is_double();
        let left_one = c.slot == SlotEffect::LeftOne;
        delete && (last && left_one || !last && !left_one && !parted)
    }),
    rule("emptyRest is carried across a link only from behind one", |c| {
        matches!(c.place, Place::Slot(_, Bucket::First, _)) && c.slot == SlotEffect::CarriedAcross
    }),
    rule("a chain that was just moved has no emptyOne", |c| {
        let old_ones =
            matches!(c.slot, SlotEffect::Carried | SlotEffect::CarriedAcross | SlotEffect::TookOne);
        old_ones && (c.array() == Some(Array::Old) || c.growth.rebuilds())
    }),
    rule(
        "an assign takes the first free slot of a chain, and chains a bucket if there is none",
        |c| {
            let Place::Gap(Array::Only | Array::New, room) = c.place else { return false };
            let takes = match c.slot {
                SlotEffect::TookOne => room == Room::One,
                SlotEffect::TookRest => matches!(room, Room::Rest | Room::NoArray),
                SlotEffect::Chained | SlotEffect::ChainedSpare => room == Room::Full,
                _ => return false,
            };
            !takes && !c.growth.rebuilds()
        },
    ),
    rule("a full chain that moves to an array of the same size is full again", |c| {
        let Place::Gap(array, Room::Full) = c.place else { return false };
        let same = match c.growth {
            GrowthEffect::BeganSame | GrowthEffect::SamedAtOnce => true,
            GrowthEffect::Moved | GrowthEffect::Cut | GrowthEffect::Ended => {
                array == Array::Old && !c.phase.is_double()
            }
            _ => false,
        };
        same && c.slot == SlotEffect::TookRest
    }),
    rule(
        "two buckets that grow to as many have two chained on, and 13 entries fill neither chain",
        |c| c.growth == GrowthEffect::SamedAtOnce && matches!(c.place, Place::Gap(_, Room::Full)),
    ),
    rule("of a whole growth within one operation, the place in the chain is not told", |c| {
        let insert = c.operation == Operation::Insert;
        insert && (c.slot == SlotEffect::Placed) != c.growth.is_whole()
    }),
    rule("spare buckets are told from others only where no growth has to do with it", |c| {
        c.slot == SlotEffect::ChainedSpare && c.growth != GrowthEffect::None
    }),
    rule("only the key's own chain is looked at for cuts, and that in the old array", |c| {
        c.growth == GrowthEffect::Cut && c.array() != Some(Array::Old)
    }),
    rule("a chain of one bucket has no link to cut", |c| {
        let sole = matches!(c.place, Place::Slot(_, Bucket::First, After::End));
        c.growth == GrowthEffect::Cut && sole
    }),
    // Cursors.
    rule("a cursor over this array has set the flag that keeps Go from cutting links", |c| {
        c.growth == GrowthEffect::Cut && c.cursors == Cursors::Begun
    }),
    rule("a cursor in an old chain that is cut has outlived a growth to the same size", |c| {
        c.growth == GrowthEffect::Cut && c.cursors == Cursors::Here && c.phase.is_double()
    }),
    rule("no chain is meant", |c| c.operation == Operation::Clear && c.cursors == Cursors::Here),
    rule("the cursor is over one array", |c| {
        c.operation == Operation::Next && matches!(c.cursors, Cursors::Here | Cursors::None)
    }),
    rule("a walk that begins ends at once exactly if the map is empty", |c| {
        c.operation == Operation::Begin
            && (c.place == Place::Nothing) != (c.slot == SlotEffect::Ended)
    }),
    rule("a walk that begins enters buckets that have not been evacuated", |c| {
        let met = matches!(c.slot, SlotEffect::Met(Stand::Left, _) | SlotEffect::Met(_, true));
        c.operation == Operation::Begin && met
    }),
    rule("in the present array nothing is evacuated; in memory that was left, all is", |c| {
        let present = SlotEffect::Met(Stand::Present, true);
        c.slot == present || c.slot == SlotEffect::Met(Stand::Left, false)
    }),
    rule("a walk over another array than the present one does not enter that", |c| {
        let Place::Stand(stand) = c.place else { return false };
        let enters = matches!(c.slot, SlotEffect::Met(Stand::Present, _));
        c.cursors == Cursors::Older && (stand == Stand::Present || enters)
    }),
    rule("a walk over the present array enters its buckets, and old ones not evacuated", |c| {
        let Place::Stand(stand) = c.place else { return false };
        let stays = match c.slot {
            SlotEffect::Met(Stand::Left, _) => stand == Stand::Left,
            SlotEffect::Met(Stand::Old, true) => stand == Stand::Old,
            _ => true,
        };
        c.cursors == Cursors::Begun && !stays
    }),
    rule(
        "a walk over the new array of a growth stands in that or in the old one, which is there",
        |c| {
            let left = c.place == Place::Stand(Stand::Left)
                || matches!(c.slot, SlotEffect::Met(Stand::Left, _));
            c.cursors == Cursors::Begun && c.phase.is_growth() && left
        },
    ),
    rule(
        "only a walk that has outlived a growth to the same size leaves old buckets for left ones",
        |c| {
            let leaves = c.place == Place::Stand(Stand::Old)
                && matches!(c.slot, SlotEffect::Met(Stand::Left, _));
            leaves && c.phase.is_double()
        },
    ),
];

impl Class {
    fn array(&self) -> Option<Array> {
        let Self { operation, phase, place, cursors, .. } = *self;
        super::Moment { operation, phase, place, cursors }.place_array()
    }

    /// Whether it is of a cursor in an old array.
    fn touches_old(&self) -> bool {
        self.place == Place::Stand(Stand::Old)
            || matches!(self.slot, SlotEffect::Met(Stand::Old, _))
    }

    /// Whether a growth is under way in a map without entries, as far as the class tells.
    fn is_on_empty_map(&self) -> bool {
        let idle = match self.operation {
            Operation::DeleteAbsent | Operation::Clear => self.growth == GrowthEffect::None,
            Operation::Begin => self.place == Place::Nothing,
            _ => false,
        };
        idle && self.phase.is_growth()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explore::class::all;
    use crate::explore::fuzz::{Plan, Profile, fuzz};
    use std::collections::HashSet;

    #[test]
    fn every_reason_is_the_first_that_holds_for_some_class() {
        let classes = all();
        for rule in RULES {
            let first = |class: &&Class| why_unreachable(class) == Some(rule.reason);
            assert!(classes.iter().any(|class| first(&class)), "{}", rule.reason);
        }
    }

    #[test]
    fn every_class_that_is_reached_is_one_that_can_be() {
        let classes: HashSet<Class> = all().into_iter().collect();
        let plan = Plan {
            seed: 3,
            profile: Profile::Mixed,
            operations: if cfg!(debug_assertions) { 60_000 } else { 600_000 },
            until: None,
            threads: 2,
            fault: None,
        };
        let (seen, failure) = fuzz(&plan, |_| ());
        assert!(failure.is_none(), "{failure:?}");
        assert!(seen.classes.len() > 400, "{}", seen.classes.len());
        for class in seen.classes.keys() {
            assert!(classes.contains(class), "not enumerated: {class}");
            assert_eq!(why_unreachable(class), None, "{class}");
        }
    }

    #[test]
    fn no_class_is_enumerated_twice() {
        let classes = all();
        assert_eq!(classes.iter().collect::<HashSet<_>>().len(), classes.len());
    }
}
