//! What the command line of tophash is made of.
//!
//! [`outcome`] replays a recording of a real Go map on ours; [`hashvec`] compares hashes. What they
//! stand on: an [`input`] is read by [`lines`], a line is a [`header`] or a [`record`], its values
//! are checked by [`value`], and the map beneath is a [`subject`]. [`report`] says what came out,
//! [`diff`] shows two states. [`exec`] goes the other way: it performs a list of [`request`]s and
//! writes the recording; [`oracle`] has real Go write one. [`play`] performs either kind of input and
//! lets one look at the map in between, with values as [`human`] spells them and iterators where
//! they are [`standing`].
//! A [`moment`] of it is drawn by [`show`] and measured by [`stats`], on a [`terminal`]. It makes a
//! [`picture`], and all of its moments make a [`page`], which [`mod@file`] writes.
//! [`load_table`] computes a table of Go's; [`mod@bench`] puts the map's speed beside that of others.
//! [`load_table`] computes a table of Go's, [`cycles`] measures what operations cost. [`mod@race`] finds
//! out how much Go's write flag misses, [`mod@explore`] what goes wrong in all short sequences of
//! operations and in random long ones.

pub mod bad;
#[cfg(feature = "measure")]
pub mod bench;
pub mod cli;
#[cfg(feature = "measure")]
pub mod cycles;
pub mod diff;
pub mod embedded;
pub mod exec;
#[cfg(feature = "explore")]
pub mod explore;
pub mod file;
mod go;
pub mod hashvec;
pub mod header;
pub mod human;
pub mod input;
mod iterators;
pub mod lines;
pub mod load_table;
pub mod moment;
mod object;
pub mod oracle;
pub mod outcome;
pub mod output;
pub mod page;
pub mod picture;
pub mod play;
pub mod progress;
#[cfg(feature = "measure")]
pub mod race;
pub mod record;
pub mod replay;
pub mod report;
pub mod request;
pub mod show;
pub mod standing;
pub mod stats;
mod structs;
pub mod subject;
pub mod terminal;
pub mod value;
