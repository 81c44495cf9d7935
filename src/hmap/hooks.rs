//! Where test settings hook into the map. Every function is empty in an ordinary build.

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
        && let Err(violation) = table.audit(hasher)
    {
        panic!("tophash: invariant violated: {violation}");
    }
    #[cfg(not(tophash_invariants))]
    let _ = (table, hasher);
}
