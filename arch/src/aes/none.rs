//! No AES instructions: the target has none that this crate knows, or software is asked for.

use super::Rounds;
use core::convert::Infallible;

/// The name of these rounds; none runs.
pub(super) const NAME: &str = "none";

/// Proof that the processor has AES instructions: here it cannot exist.
#[derive(Clone, Copy, Debug)]
pub struct Hardware(Infallible);

/// The processor's rounds: never any here.
#[inline(always)]
pub fn hardware() -> Option<Hardware> {
    None
}

impl Rounds for Hardware {
    type Block = Infallible;

    fn load(self, _: &[u8; 16]) -> Infallible {
        self.0
    }

    fn store(self, block: Infallible) -> [u8; 16] {
        match block {}
    }

    fn low(self, block: Infallible) -> u64 {
        match block {}
    }

    fn xor(self, a: Infallible, _: Infallible) -> Infallible {
        a
    }

    fn round(self, state: Infallible, _: Infallible) -> Infallible {
        state
    }

    fn last_round(self, state: Infallible, _: Infallible) -> Infallible {
        state
    }
}
