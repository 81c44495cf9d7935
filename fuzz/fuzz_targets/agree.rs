#![no_main]
use tophash_fuzz_targets::{Reference, agree};

libfuzzer_sys::fuzz_target!(|input: agree::Input| agree::check(&input, Reference::Right));
