//! What is measured of `tophash`, each of it prepared up to the one call that counts.
//!
//! * A [`State`] is what an operation finds: which slot a look-up hits, whether an insert grows the
//!   map. A [`Subject`] is the map it finds it in: its keys and its hash. [`prepare`] builds it.
//! * A [`Hash`](enum@Hash) is one of Go's hash functions at one length.
//! * A [`Watched`] is an operation on a map that threads share, under a detector or none.
//! * A [`kernel`] is a scan of a bucket's tophashes, by one set of instructions.
//!
//! All are the same at every run: keys, seeds and hashes are fixed, and keys are searched for that
//! lie where the state's name says.
//!
//! ```
//! use tophash_states::{State, Subject, prepare};
//!
//! let mut prepared = prepare(State::InsertFree, Subject::U64Go).expect("every map of ours has it");
//! let before = prepared.image().unwrap().count;
//! prepared.run();
//! assert_eq!(prepared.image().unwrap().count, before + 1);
//! ```

pub mod kernel;

mod builder;
mod hashes;
mod prepared;
mod rival;
mod scene;
mod state;
mod watched;

pub use hashes::Hash;
pub use prepared::{Prepared, prepare};
pub use state::{State, Subject};
pub use watched::{Access, Watch, Watched};
