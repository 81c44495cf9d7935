//! Arbitrary bytes as a recording: a replay ends in an outcome, never in a panic.
//!
//! Begin with the recordings of the command line, or it takes hours to get past the header:
//!
//! ```sh
//! cargo +nightly fuzz run recording fuzz/corpus/recording tools/recordings -- \
//!     -dict=fuzz/recording.dict -max_len=4096
//! ```

#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use tophash_cli::header::Header;
use tophash_cli::input::Input;
use tophash_cli::lines::Lines;
use tophash_cli::outcome;
use tophash_cli::progress::Progress;
use tophash_cli::record::Record;
use tophash_cli::replay::Replay;

/// A replay accepts hints of up to 1 GiB. That is no finding, yet a few of them together exceed
/// the fuzzer's memory limit.
const LARGEST_HINT: i64 = 1 << 12;

fuzz_target!(|bytes: &[u8]| -> Corpus {
    let first = bytes.split(|&byte| byte == b'\n').next().unwrap_or(bytes);
    let header = std::str::from_utf8(first).ok().and_then(|line| Header::parse(line).ok());
    if let Some(header) = &header {
        if header.hint > LARGEST_HINT {
            return Corpus::Reject;
        }
        past_differences(header, bytes);
    }
    let input = Input::bytes("fuzzed", bytes.to_vec());
    let progress = Progress::new(input.name(), input.len());
    outcome::replay(&input, &progress);
    Corpus::Keep
});

/// Performs every operation that can be performed, whatever Go did at it: a mutated recording
/// diverges at its first digest, so the command line alone would never get deep.
fn past_differences(header: &Header, bytes: &[u8]) {
    let Ok(mut replay) = Replay::start(header) else {
        return;
    };
    let mut lines = Lines::new(bytes);
    // The header.
    let _ = lines.next_line();
    while let Ok(Some(line)) = lines.next_line() {
        if let Ok(record) = Record::parse(line, replay.types()) {
            let _ = replay.step(&record);
        }
    }
}
