//! Single rounds of AES, from which Go builds its hash on processors that have them.
//!
//! A hash is a [`Job`], written once over [`Rounds`]. [`dispatch`] runs it on the processor's
//! instructions or, where those are missing, on [`Software`]; the result is the same bit for bit.
//!
//! The choice is made once for a job and not for each round, so that a hash costs one branch and
//! the software stays out of line.
//!
//! Go: `runtime/asm_amd64.s` `aeshashbody`, `runtime/asm_arm64.s` `aeshashbody`, 1.22.
//!
//! ```
//! use tophash_arch::aes::{Job, Rounds, dispatch};
//!
//! /// Stirs a word three times with a key.
//! struct Stir { word: u64, key: [u8; 16] }
//!
//! impl Job for Stir {
//!     #[inline]
//!     fn run<R: Rounds>(self, rounds: R) -> u64 {
//!         let mut bytes = [0; 16];
//!         bytes[..8].copy_from_slice(&self.word.to_le_bytes());
//!         let key = rounds.load(&self.key);
//!         let mut state = rounds.load(&bytes);
//!         for _ in 0..3 {
//!             state = rounds.round(state, key);
//!         }
//!         rounds.low(state)
//!     }
//! }
//!
//! let stir = || Stir { word: 7, key: [0x5a; 16] };
//! assert_eq!(dispatch(stir()), stir().run(tophash_arch::aes::Software));
//! ```

mod soft;

use core::hint::black_box;

cfg_if::cfg_if! {
    if #[cfg(any(tophash_soft_aes, miri))] {
        mod none;
        use none as chosen;
    } else if #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))] {
        mod x86;
        use x86 as chosen;
    } else if #[cfg(all(target_arch = "aarch64", target_feature = "aes"))] {
        mod arm;
        use arm as chosen;
    } else {
        mod none;
        use none as chosen;
    }
}

pub use chosen::{Hardware, hardware};
pub use soft::Software;

/// A way to compute the rounds of AES.
///
/// A block is the sixteen bytes of the AES state in memory order. Every method takes `self` because
/// a value of [`Hardware`] is the proof that the instructions exist; all are values without size.
pub trait Rounds: Copy {
    /// Sixteen bytes, in the form that the rounds take.
    type Block: Copy;

    /// Takes a block from memory.
    fn load(self, bytes: &[u8; 16]) -> Self::Block;

    /// Puts a block back into memory: the inverse of [`load`](Rounds::load).
    fn store(self, block: Self::Block) -> [u8; 16];

    /// The first eight bytes of a block, as a little-endian number.
    fn low(self, block: Self::Block) -> u64;

    /// The bitwise exclusive or of two blocks.
    fn xor(self, a: Self::Block, b: Self::Block) -> Self::Block;

    /// One round: `MixColumns(ShiftRows(SubBytes(state))) ^ key`, x86's `AESENC`.
    ///
    /// arm64's `AESE` and `AESMC` together are `round(xor(state, key), zero)`.
    fn round(self, state: Self::Block, key: Self::Block) -> Self::Block;

    /// A round without the mixing: `ShiftRows(SubBytes(state)) ^ key`, x86's `AESENCLAST`.
    ///
    /// arm64's `AESE` alone is `last_round(xor(state, key), zero)`.
    fn last_round(self, state: Self::Block, key: Self::Block) -> Self::Block;
}

/// A computation made of AES rounds, for [`dispatch`].
pub trait Job {
    /// Computes the result by means of `rounds`.
    ///
    /// Implementors mark it `#[inline]`: a hash of a few rounds costs less than a call that passes
    /// the job through memory.
    fn run<R: Rounds>(self, rounds: R) -> u64;
}

/// Runs `job` on the processor's AES instructions if it has them, else in software.
///
/// The processor is asked once per process.
#[inline]
pub fn dispatch<J: Job>(job: J) -> u64 {
    #[cold]
    #[inline(never)]
    fn in_software<J: Job>(job: J) -> u64 {
        job.run(Software)
    }

    match hardware() {
        Some(hardware) => job.run(hardware),
        // The call takes its argument by address. `black_box` makes it the address of a copy made
        // here: with that of `job` itself, the compiler keeps the job in memory on the other
        // branch too (an integer's hash out of line, as in `x86`: 3.1 ns instead of 1.9).
        None => in_software(black_box(job)),
    }
}

/// The name of what [`dispatch`] runs jobs on: `"aes-ni"`, `"arm-aes"` or `"software"`. For reports.
pub fn implementation() -> &'static str {
    if hardware().is_some() { chosen::NAME } else { "software" }
}
