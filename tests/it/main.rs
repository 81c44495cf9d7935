//! The library's tests by its public API, one program: each file is a topic, which
//! `cargo test --test it TOPIC::` runs, with the topics of `go` and `keys` that have the same name.
//!
//! What needs a process, or an allocator, of its own is beside this folder.

mod batch;
mod compare;
mod cursor;
mod entry;
mod go;
mod gobug;
mod hash_vectors;
mod hostile;
// Keys of a map under stress do not choose their chains.
#[cfg(not(tophash_stress))]
mod itself;
mod keys;
mod memory;
mod model;
mod nan;
mod panics;
mod range;
mod serde;
mod shared;
mod stats;
mod std_map;
mod support;
mod tour;
mod traits;
