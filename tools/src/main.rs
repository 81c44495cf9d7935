//! tophash
fn main() {}
