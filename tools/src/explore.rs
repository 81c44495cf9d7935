//! Exploring what a map does where delete, evacuation, iteration and clear meet.
//!
//! A [`world`] is a map, a plain [`model`] of it, and up to four cursors. It performs one [`op`] after
//! another on [`keys`] whose hashes are chosen, and checks after each that the map holds what the
//! model holds, that every invariant of its memory does, and that each cursor keeps Go's promise. What
//! it looks like in between is a [`state`]; two states and the operation between them are of one
//! [`class`].
//!
//! [`exhaust`] performs all sequences of operations from chosen [`start`]s, to a depth; [`fuzz`]
//! performs random ones, led by the classes that it has seen least. What fails is made short by
//! [`shrink`] and written down by [`recording`]; [`report`] is what the commands say.

pub mod class;
pub mod exhaust;
pub mod fuzz;
pub mod keys;
pub mod model;
pub mod op;
pub mod recording;
pub mod report;
pub mod shrink;
pub mod start;
pub mod state;
pub mod world;
