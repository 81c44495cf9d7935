//! Checks inputs of a target on stable Rust, and shows one that fails as what it says.
//!
//! ```sh
//! cargo run -p tophash-fuzz-targets --example check -- ops fuzz/artifacts/ops/crash-*
//! ```

use std::process::exit;
use tophash_fuzz_targets::{Reference, TARGETS};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().unwrap_or_default();
    let Some(target) = TARGETS.iter().find(|target| target.name == name) else {
        let names = TARGETS.map(|target| target.name).join(", ");
        eprintln!("usage: check TARGET FILE…, where TARGET is one of {names}");
        exit(2);
    };
    for path in arguments {
        let bytes = std::fs::read(&path).unwrap_or_else(|error| {
            eprintln!("{path}: {error}");
            exit(2);
        });
        println!("{path}: {} bytes", bytes.len());
        if !(target.run)(&bytes, Reference::Right) {
            println!("{path}: no input of {name}");
        }
    }
}
