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
