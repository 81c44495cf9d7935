//! Where test settings hook into the map. Every function is empty in an ordinary build.

use super::Table;
use crate::key::KeyHash;

/// Called when an operation has changed the map, or may have.
#[inline(always)]
pub(super) fn after_mutation<K, V, S: KeyHash<K>>(table: &Table<K, V>, hasher: &S) {
    #[cfg(tophash_invariants)]
    if let Err(violation) = table.audit(hasher) {
        panic!("tophash: invariant violated: {violation}");
    }
    #[cfg(not(tophash_invariants))]
    let _ = (table, hasher);
}
