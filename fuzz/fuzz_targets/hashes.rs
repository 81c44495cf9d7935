#![no_main]
use tophash_fuzz_targets::{Reference, hashes};

libfuzzer_sys::fuzz_target!(|input: hashes::Input| hashes::check(&input, Reference::Right));
