#![no_main]
use tophash_fuzz_targets::{Reference, panics};

libfuzzer_sys::fuzz_target!(|input: panics::Input| panics::check(&input, Reference::Right));
