//! `tophash cycles` as a benchmark: `cargo bench --bench cycles`, what `tophash help cycles` says
//! behind it. As a test it measures a little once.

use std::ffi::OsString;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let is_bench = arguments.iter().any(|argument| argument == "--bench");
    arguments.retain(|argument| argument != "--bench");
    // Under valgrind the command runs itself, and says so.
    let itself = arguments.first().is_some_and(|argument| argument == "cycles");
    if !itself {
        arguments.insert(0, "cycles".into());
        if !is_bench {
            arguments.extend(["--samples", "10", "hit slot"].map(OsString::from));
        }
    }
    arguments.insert(0, "tophash".into());
    tophash_cli::cli::run_with(arguments)
}
