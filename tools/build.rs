//! Remembers which compiler built the program: `tophash bench` writes it beside its numbers.

use std::env;
use std::process::Command;

fn main() {
    let rustc = env::var_os("RUSTC").expect("cargo names the compiler");
    let output = Command::new(rustc).arg("-V").output().expect("the compiler runs");
    let version = String::from_utf8_lossy(&output.stdout);
    println!("cargo::rustc-env=TOPHASH_RUSTC={}", version.trim());
    println!("cargo::rerun-if-changed=build.rs");
}
