//! The parts of `tophash` that depend on the processor. Nothing here knows what a map is.
//!
//! * **Lane kernels**: which of the eight tophash bytes of a bucket equal a byte, are empty, are
//!   full. One file per instruction set, all with the same names: [`portable`] is compiled
//!   everywhere and is the reference for the others, `sse2` exists on x86-64 and `neon` on arm64.
//!   The functions of the chosen kernel stand at the root of the crate.
//! * **AES rounds** ([`aes`]): what Go's hash is made of, by the processor's instructions or in
//!   software.
//! * **Cycles** ([`cycles`]): the processor's counter, for measurements.
//! * The **special tophash values** ([`EMPTY_REST`] to [`MIN_TOP_HASH`]), which the kernels test
//!   for.
//!
//! # What is chosen when
//! The lane kernel is chosen when the crate is compiled: a scan takes a few instructions, so a
//! choice at run time would cost more than it gains, and SSE2 belongs to every x86-64 with
//! hardware floats. AES is no part of that baseline, so [`aes::dispatch`] asks the processor, once
//! per process; one call covers a whole hash.
//!
//! | compiled with | lane kernel | AES rounds |
//! | --- | --- | --- |
//! | x86-64 | `sse2` | AES-NI where the processor has it, else software |
//! | arm64 | `neon` | software |
//! | arm64, `-C target-feature=+aes` | `neon` | ARM AES |
//! | another target | `portable` | software |
//! | `--cfg tophash_portable` | `portable` | as above |
//! | `--cfg tophash_soft_aes` | as above | software |
//! | Miri | `portable` | software |
//!
//! # Example
//! The lanes of a bucket that may hold a key whose hash begins with `0x9c`, and the first lane that
//! is free:
//!
//! ```
//! use tophash_arch::{EMPTY_ONE, EMPTY_REST, match_empty, match_tophash};
//!
//! let tophash = [0x9c, EMPTY_ONE, 0x41, 0x9c, EMPTY_REST, EMPTY_REST, EMPTY_REST, EMPTY_REST];
//! let candidates: Vec<usize> = match_tophash(&tophash, 0x9c).into_iter().collect();
//! assert_eq!(candidates, [0, 3]);
//! assert_eq!(match_empty(&tophash).lowest(), Some(1));
//! ```
#![no_std]

pub mod aes;
pub mod cycles;
mod lanes;
#[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
pub mod neon;
pub mod portable;
mod prefetch;
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
pub mod sse2;
mod tophash;

pub use lanes::{Iter, Lanes};
pub use prefetch::{prefetch, touch};
pub use tophash::{EMPTY_ONE, EMPTY_REST, EVACUATED_EMPTY, EVACUATED_X, EVACUATED_Y, MIN_TOP_HASH};

cfg_if::cfg_if! {
    if #[cfg(any(tophash_portable, miri))] {
        use portable as chosen;
    } else if #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))] {
        use sse2 as chosen;
    } else if #[cfg(all(target_arch = "aarch64", target_feature = "neon"))] {
        use neon as chosen;
    } else {
        use portable as chosen;
    }
}
pub use chosen::{KERNEL, Mask, match_empty, match_end, match_full, match_tophash};
