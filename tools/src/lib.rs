//! What the command line of tophash is made of.
//!
//! [`outcome`] replays a recording of a real Go map on ours; [`hashvec`] compares hashes. What they
//! stand on: an [`input`] is read by [`lines`], a line is a [`header`] or a [`record`], its values
//! are checked by [`value`], and the map beneath is a [`subject`]. [`report`] says what came out,
//! [`diff`] shows two states. [`exec`] goes the other way: it performs a list of [`request`]s and
//! writes the recording; [`oracle`] has real Go write one.

pub mod bad;
pub mod cli;
pub mod diff;
pub mod embedded;
pub mod exec;
pub mod hashvec;
pub mod header;
pub mod input;
mod iterators;
pub mod lines;
mod object;
pub mod oracle;
pub mod outcome;
pub mod output;
pub mod progress;
pub mod record;
pub mod replay;
pub mod report;
pub mod request;
mod structs;
pub mod subject;
pub mod value;
