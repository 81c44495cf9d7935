//! Go's bucket map, rebuilt in Rust to the byte.
#![no_std]
extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

#[cfg(not(target_pointer_width = "64"))]
compile_error!("tophash rebuilds the 64-bit layout of Go's map: it needs a 64-bit target");

pub mod hash;
mod hmap;
pub mod image;
pub mod key;
mod map;

pub use hmap::{Dialect, Growing, Hmap, Violation};
pub use map::{Cursor, ForeignCursor, GoMap, Iter, RetiredStats};
