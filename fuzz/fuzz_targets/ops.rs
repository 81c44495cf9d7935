#![no_main]
use tophash_fuzz_targets::{Reference, ops};

libfuzzer_sys::fuzz_target!(|input: ops::Input| ops::check(&input, Reference::Right));
