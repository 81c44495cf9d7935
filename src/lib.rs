//! Go's bucket map (`runtime.hmap` of Go 1.21 to 1.23), rebuilt in Rust to the byte.
//!
//! [`GoMap`] has the API of a Rust map and the memory of a Go map: under the same seed, the same
//! key schedule and the same operations it has the same hashes, buckets, tophashes, overflow
//! chains, stale bytes and growth steps, as recordings of real Go prove.
//!
//! ```
//! use tophash::GoMap;
//!
//! let mut ages = GoMap::new();
//! ages.insert("ada", 36);
//! assert_eq!(ages.get("ada"), Some(&36));
//!
//! // Go's `for range`: the map may change between two steps.
//! let mut cursor = ages.range();
//! while let Some((&name, _)) = cursor.next(&ages) {
//!     ages.remove(name);
//! }
//! assert!(ages.is_empty());
//! ```
//!
//! # What is where
//! - [`GoMap`], and [`Cursor`], which iterates as Go does without borrowing the map.
//! - [`key`]: the types that hash and compare as in Go, and [`go_key!`] for structs of your own.
//! - [`hash`]: Go's hash functions, and where randomness comes from.
//! - [`image`]: a map's whole state as plain data, to be shown or compared.
//! - [`Dialect`]: what differs between the releases of Go.
//! - [`SharedMap`], which threads share as goroutines share a Go map, and [`detect`], which notices when
//!   they use it at once (both need `std`: they need threads).
//!
//! # Features
//! - `std` (default) gives system randomness, and with it `GoMap::new`; and maps large arrays
//!   straight from the kernel on unix; and [`SharedMap`]. Without it the crate needs `core` and `alloc`.
//! - `serde` gives maps `Serialize`, and with `std` `Deserialize`.
//!
//! # Test settings
//! `--cfg tophash_invariants` checks every invariant after every change of a map (of a large one, now
//! and then), `--cfg tophash_stress` keeps maps in their rarest states (growing, and to the same size
//! at every chance), `--cfg tophash_portable` scans without SIMD, `--cfg tophash_soft_aes` computes
//! AES in software.
#![no_std]
#![deny(unsafe_code)]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

#[cfg(not(target_pointer_width = "64"))]
compile_error!("tophash rebuilds the 64-bit layout of Go's map: it needs a 64-bit target");

#[cfg(feature = "std")]
#[allow(
    unsafe_code,
    reason = "a word that holds an address, a list along the stack, a flag like Go's"
)]
pub mod detect;
pub mod hash;
#[allow(unsafe_code, reason = "bucket memory: layouts and pointers that types cannot express")]
mod hmap;
pub mod image;
#[allow(unsafe_code, reason = "promises about a key's memory, and reading it as bytes")]
pub mod key;
mod map;
#[cfg(feature = "std")]
#[allow(unsafe_code, reason = "a map that is `&` or `&mut` by what a detector has let in")]
mod shared;

pub use hash::Rand;
pub use hmap::{Age, Dialect, Growing, Hmap, Position, Stand, Violation};
#[cfg(feature = "std")]
pub use key::GoHash;
pub use key::{ByteString, Bytes, Complex, Go, GoKey, Interface, KeyHash};
pub use map::{
    Cursor, Drain, Entry, ExtractIf, ForeignCursor, GetBatch, GoMap, IntoIter, IntoKeys,
    IntoValues, Iter, IterMut, Keys, OccupiedEntry, RetiredStats, VacantEntry, Values, ValuesMut,
};
#[cfg(feature = "std")]
pub use shared::{SharedMap, SharedRange};

/// The README's examples run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// So do those of the design.
#[cfg(doctest)]
#[doc = include_str!("../docs/design.md")]
struct Design;

/// Of the detectors.
#[cfg(doctest)]
#[doc = include_str!("../docs/detectors.md")]
struct Detectors;

/// And those of the tour.
#[cfg(doctest)]
#[doc = include_str!("../docs/tour.md")]
struct Tour;
