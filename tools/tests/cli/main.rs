//! The command line, as a process and in this one.

mod bad_input;
mod bench;
mod common;
mod cycles;
mod exec;
mod explore;
mod hash;
mod page;
mod picture;
mod race;
mod record;
mod replay;
mod show;
mod stats;
mod table;
