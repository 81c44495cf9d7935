#![no_main]
use tophash_fuzz_targets::{Reference, kernels};

libfuzzer_sys::fuzz_target!(|input: kernels::Input| kernels::check(&input, Reference::Right));
