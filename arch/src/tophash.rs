//! The special values of a tophash byte.
//!
//! A full slot stores the top byte of its key's hash, and a value below [`MIN_TOP_HASH`] says what
//! became of a slot that is not full. All eight bytes of a bucket are in the evacuated states, or
//! none is.

/// The slot is empty, and so is every later slot of the bucket and of its overflow chain.
///
/// Go: `runtime/map.go` `emptyRest`.
pub const EMPTY_REST: u8 = 0;

/// The slot is empty; a later one may be full.
///
/// Go: `runtime/map.go` `emptyOne`.
pub const EMPTY_ONE: u8 = 1;

/// The entry has moved to the bucket of the same number in the new array.
///
/// Go: `runtime/map.go` `evacuatedX`.
pub const EVACUATED_X: u8 = 2;

/// The entry has moved to the upper half of an array twice the size.
///
/// Go: `runtime/map.go` `evacuatedY`.
pub const EVACUATED_Y: u8 = 3;

/// The slot was empty when its bucket was evacuated.
///
/// Go: `runtime/map.go` `evacuatedEmpty`.
pub const EVACUATED_EMPTY: u8 = 4;

/// The lowest tophash of a full slot; a hash whose top byte is lower is stored with this added.
///
/// Go: `runtime/map.go` `minTopHash`.
pub const MIN_TOP_HASH: u8 = 5;
