//! Where test settings hook into the map. Every function is empty in an ordinary build, or `false`.

use super::Table;
use crate::key::KeyHash;

/// Called when an operation has changed the map, or may have.
///
/// A check takes time in proportion to the map, so one of more than 2^8 buckets is checked at every
/// 256th count of entries only: filling it would take time in proportion to its square.
#[inline(always)]
pub(super) fn after_mutation<K, V, S: KeyHash<K>>(table: &Table<K, V>, hasher: &S) {
    #[cfg(tophash_invariants)]
    if (table.h.b <= 8 || table.h.count % 256 == 0)
        && let Err(violation) = table.audit_written(hasher)
    {
        panic!("tophash: invariant violated: {violation}");
    }
    #[cfg(not(tophash_invariants))]
    let _ = (table, hasher);
}

/// Whether a map that is not growing grows to the same size though nothing calls for it.
///
/// With `--cfg tophash_stress`, at every insert of a map of four buckets or more. (One of two would
/// have ended its growth within the insert, and begin the next, and so on.)
#[inline(always)]
pub(super) fn grows_anyway<K, V>(table: &Table<K, V>) -> bool {
    cfg!(tophash_stress) && table.h.b >= 2
}

/// Whether a growth does no more than it must: the chain that an operation is about to use is moved,
/// and no second one.
///
/// With `--cfg tophash_stress`, as long as there is room: a growth lasts until every chain was used.
#[inline(always)]
pub(super) fn lingers<K, V>(table: &Table<K, V>) -> bool {
    cfg!(tophash_stress) && !table.is_full()
}

/// That the settings do what they say, in the builds that have them, and nothing in others.
#[cfg(all(test, feature = "std"))]
mod tests {
    use super::*;
    use crate::Dialect;
    use crate::hash::{Aes, Rand};
    use crate::key::Go;

    type Hash = Go<Aes>;

    fn map(hint: i64) -> Table<u64, u8> {
        Table::new::<Hash>(hint, &Rand::from_seed(1), Dialect::LATEST)
    }

    fn insert(map: &mut Table<u64, u8>, key: u64) -> u64 {
        let (hasher, rand) = (Go(Aes::new([7; 128])), Rand::from_seed(1));
        let hash = KeyHash::<u64>::hash(&hasher, &key, map.h.hash0, &rand);
        map.assign(&hasher, &rand, hash, key, 0);
        hash
    }

    #[test]
    #[cfg(not(tophash_stress))]
    fn a_change_of_a_broken_map_is_noticed_where_changes_are_checked() {
        use std::panic::{AssertUnwindSafe, catch_unwind};
        // An overflow bucket that there is not.
        let noticed = |map: &mut Table<u64, u8>, key| {
            map.h.noverflow ^= 1;
            let unnoticed = catch_unwind(AssertUnwindSafe(|| insert(map, key))).is_ok();
            map.h.noverflow ^= 1;
            !unnoticed
        };
        let mut small = map(8 << 6);
        assert!((1..100).all(|key| noticed(&mut small, key) == cfg!(tophash_invariants)));
        let mut large = map(6 << 9);
        assert_eq!((small.h.b, large.h.b), (7, 9));
        for key in 1..=600 {
            let expected = cfg!(tophash_invariants) && key % 256 == 0;
            assert_eq!(noticed(&mut large, key), expected, "{key}");
        }
    }

    #[test]
    fn under_stress_alone_a_map_of_four_buckets_or_more_grows_to_its_size_at_an_insert() {
        let grows = [1, 2, 3].map(|b| {
            let mut map = map(6 << b);
            assert_eq!(map.h.b, b);
            insert(&mut map, 1);
            map.h.is_growing() && map.h.same_size_grow()
        });
        assert_eq!(grows, if cfg!(tophash_stress) { [false, true, true] } else { [false; 3] });
    }

    #[test]
    #[cfg(tophash_stress)]
    fn a_growth_under_stress_moves_no_chain_but_the_one_that_is_used() {
        let mut map = map(6 << 6);
        let first = insert(&mut map, 1);
        let evacuated = |map: &Table<u64, u8>| -> std::vec::Vec<usize> {
            let heads = map.old_heads().enumerate();
            heads.filter(|(_, head)| head.evacuated()).map(|(index, _)| index).collect()
        };
        assert_eq!(evacuated(&map), [first as usize & map.ready.mask]);
        assert_eq!(map.h.nevacuate, 0);
    }
}
