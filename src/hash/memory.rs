//! Which function hashes plain memory.

use super::Alg;

/// Hashes a value of plain memory (Go's AMEM) as a map whose key it is: four bytes by `memhash32`,
/// eight by `memhash64`, none at all is the seed, anything else by `memhash`.
///
/// So `[4]uint8` hashes as the `uint32` of the same memory, and unlike a string of four bytes.
///
/// Go: cmd/compile/internal/reflectdata/alg.go `genhash`, 1.22.
///
/// ```
/// use tophash::hash::{Aes, Alg, memory};
/// let alg = Aes::new([7; 128]);
/// assert_eq!(memory(&alg, &5u64.to_ne_bytes(), 9), alg.memhash64(5, 9));
/// assert_eq!(memory(&alg, &[1, 2, 3], 9), alg.memhash(&[1, 2, 3], 9));
/// ```
#[inline]
pub fn memory<A: Alg + ?Sized>(alg: &A, bytes: &[u8], seed: u64) -> u64 {
    if bytes.is_empty() { seed } else { dynamic_memory(alg, bytes, seed) }
}

/// Hashes a value of plain memory (Go's AMEM) whose type is known at run time only, as that of an
/// interface: as [`memory`] does, but no memory at all goes through `memhash` too.
///
/// Go: runtime/alg.go `typehash`, 1.22.
///
/// ```
/// use tophash::hash::{Aes, dynamic_memory, memory};
/// let alg = Aes::new([7; 128]);
/// // Nothing at all is hashed otherwise than by a map whose keys are of that type.
/// assert_ne!(dynamic_memory(&alg, &[], 9), memory(&alg, &[], 9));
/// ```
#[inline]
pub fn dynamic_memory<A: Alg + ?Sized>(alg: &A, bytes: &[u8], seed: u64) -> u64 {
    if let Ok(bytes) = bytes.try_into() {
        alg.memhash32(u32::from_le_bytes(bytes), seed)
    } else if let Ok(bytes) = bytes.try_into() {
        alg.memhash64(u64::from_le_bytes(bytes), seed)
    } else {
        alg.memhash(bytes, seed)
    }
}
