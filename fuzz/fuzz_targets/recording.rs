#![no_main]
use libfuzzer_sys::Corpus;
use tophash_fuzz_targets::{Reference, recording};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| -> Corpus {
    if recording::check(bytes, Reference::Right) { Corpus::Keep } else { Corpus::Reject }
});
