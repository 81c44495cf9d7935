//! Arbitrary bytes as a recording: a replay ends in an outcome, never in a panic; and what it says of
//! the first operation that went wrong is what a replay operation by operation finds.
//!
//! Mutations of nothing take hours to get past the header: begin with recordings.

use crate::Reference;
use tophash_cli::header::Header;
use tophash_cli::input::Input;
use tophash_cli::lines::Lines;
use tophash_cli::outcome::{self, Outcome};
use tophash_cli::progress::Progress;
use tophash_cli::record::Record;
use tophash_cli::replay::Replay;

/// A replay accepts hints of up to 1 GiB. That is no finding, yet a few of them together exceed
/// the fuzzer's memory limit.
const LARGEST_HINT: i64 = 1 << 12;

/// Both replays come to an end, and to the same one. False for a recording that would only take
/// memory.
///
/// # Panics
/// If they do not.
pub fn check(bytes: &[u8], reference: Reference) -> bool {
    let first = bytes.split(|&byte| byte == b'\n').next().unwrap_or(bytes);
    let header = std::str::from_utf8(first).ok().and_then(|line| Header::parse(line).ok());
    if header.as_ref().is_some_and(|header| header.hint > LARGEST_HINT) {
        return false;
    }
    let stepped = header.and_then(|header| past_differences(&header, bytes));
    let input = Input::bytes("fuzzed", bytes.to_vec());
    let progress = Progress::new(input.name(), input.len());
    let replayed = match outcome::replay(&input, &progress) {
        Outcome::Identical(_) => None,
        Outcome::Diverged(divergence) => {
            assert_eq!(divergence.operation + 1, divergence.line);
            assert!(!divergence.differences.is_empty(), "it diverged in nothing");
            Some((divergence.line, Trouble::Differs))
        }
        Outcome::Bad(bad) => {
            assert!(!bad.to_string().contains(char::is_control), "{bad:?} would be obeyed");
            Some((bad.line.expect("it is no file"), Trouble::Bad))
        }
    };
    // The fault: differences are taken for bad lines.
    let stepped = match stepped {
        Some((line, Trouble::Differs)) if reference == Reference::Wrong => {
            Some((line, Trouble::Bad))
        }
        stepped => stepped,
    };
    // Of a header that is refused, only one of the two is told.
    if replayed != Some((1, Trouble::Bad)) {
        assert_eq!(replayed, stepped);
    }
    true
}

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trouble {
    Differs,
    Bad,
}

/// Performs every operation that can be performed, whatever Go did at it: a mutated recording
/// diverges at its first digest, so the command line alone would never get deep. Returns the first
/// line that has something wrong.
fn past_differences(header: &Header, bytes: &[u8]) -> Option<(u64, Trouble)> {
    let mut replay = Replay::start(header).ok()?;
    let mut lines = Lines::new(bytes);
    // The header.
    let _ = lines.next_line();
    let mut first = None;
    loop {
        let trouble = match lines.next_line() {
            Ok(None) => return first,
            Err(_) => return first.or(Some((lines.number(), Trouble::Bad))),
            Ok(Some(line)) => {
                match Record::parse(line, replay.types()).and_then(|record| replay.step(&record)) {
                    Ok(differences) => (!differences.is_empty()).then_some(Trouble::Differs),
                    Err(_) => Some(Trouble::Bad),
                }
            }
        };
        let number = lines.number();
        first = first.or(trouble.map(|trouble| (number, trouble)));
    }
}
