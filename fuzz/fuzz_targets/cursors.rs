#![no_main]
use tophash_fuzz_targets::{Reference, cursors};

libfuzzer_sys::fuzz_target!(|input: cursors::Input| cursors::check(&input, Reference::Right));
