//! The commands that look for what goes wrong.

use super::Session;
use crate::explore::report::{ExhaustOptions, FuzzOptions, run_exhaust, run_fuzz};
use clap::Subcommand;
use std::io;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Perform all short sequences of operations from states that are hard to come to
    ///
    /// From an empty map, a full bucket, the moment before a growth, each step of one, and long chains,
    /// each also with a cursor at every position. After each operation the map is checked against a
    /// plain model, its memory against every invariant, and each cursor, run to its end, against what
    /// Go promises of `range`. A state that was come to before is not explored again.
    #[command(after_help = "\
Columns:
  starts       states explored from, those with cursors included
  states       distinct ones that were found from there first; a state is the whole memory of the
               map, the positions of its cursors, what they can still read, and what they owe
  transitions  operations performed and checked

What fails is written as a recording, made as short as can be. The exit status is 1 then. Depth 3
takes a minute on two cores, and depth 4 eight.

Examples:
  tophash exhaust
  tophash exhaust --depth 3
  tophash exhaust --depth 4 --from same        growths to the same size, at each step
  tophash exhaust --depth 5 --from long-chains")]
    Exhaust(ExhaustOptions),
    /// Perform random sequences of operations, and say which moments of a map they came to
    ///
    /// A moment's class is what was done, how far a growth had come, where the key stood in its chain,
    /// what became of its slot and of the arrays, and where cursors were. Sequences are led to the
    /// classes that have been seen least. Everything is checked after each operation as `exhaust` does.
    #[command(after_help = "\
What fails is written as a recording, made as short as can be, which `tophash show` opens. The exit
status is 1 then, and also if a class was reached that is declared unreachable.

With --ops, all of a run follows from the seed, whatever the number of threads.

Examples:
  tophash fuzz
  tophash fuzz --seconds 600 --seed 7
  tophash fuzz --ops 1000000 --profile same-size
  tophash fuzz --classes | grep 'carries it across a link'
  tophash fuzz --rules")]
    Fuzz(FuzzOptions),
}

impl Session {
    pub(super) fn explore(&mut self, command: &Command) -> io::Result<()> {
        match command {
            Command::Exhaust(options) => self.say(run_exhaust(options)),
            Command::Fuzz(options) => self.say(run_fuzz(options)),
        }
    }
}
