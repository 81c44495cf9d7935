//! The command line, as a process and in this one.

mod bad_input;
mod common;
mod exec;
mod hash;
mod record;
mod replay;
