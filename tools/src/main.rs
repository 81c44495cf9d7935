//! The command line of tophash.

use std::process::ExitCode;

fn main() -> ExitCode {
    tophash_cli::cli::main()
}
