//! What `llvm-mca` predicts for a loop of this program: its innermost one, as `objdump` shows it.

use super::output;
use serde::Serialize;
use std::env;
use std::process::Command;

/// The names under which llvm-mca is installed: Debian's package `llvm` brings the first, and a
/// release of it another.
const NAMES: [&str; 8] = [
    "llvm-mca",
    "llvm-mca-21",
    "llvm-mca-20",
    "llvm-mca-19",
    "llvm-mca-18",
    "llvm-mca-16",
    "llvm-mca-15",
    "llvm-mca-14",
];

/// Iterations that are predicted: enough that the first ones do not matter.
const ITERATIONS: u32 = 1000;

/// A prediction for one iteration of a loop.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Prediction {
    /// Instructions.
    pub(super) instructions: u64,
    /// Cycles, as one iteration follows the other: what one waits for of another counts.
    pub(super) cycles: f64,
    /// Cycles if none waited for another: the block's reciprocal throughput.
    pub(super) throughput: f64,
}

/// The programs that predict.
#[derive(Debug)]
pub(super) struct Mca {
    mca: &'static str,
}

impl Mca {
    /// Those at hand; or what is missing.
    pub(super) fn find() -> Result<Self, String> {
        let runs = |name: &str| output(Command::new(name).arg("--version"), "").is_ok();
        if !runs("objdump") {
            return Err("no objdump; apt-get install binutils".into());
        }
        let mca = NAMES.into_iter().find(|name| runs(name));
        Ok(Self { mca: mca.ok_or("no llvm-mca; apt-get install llvm")? })
    }

    /// The prediction for the innermost loop of the function `symbol`; or why there is none.
    pub(super) fn predict(&self, symbol: &str) -> Result<Prediction, String> {
        let exe = env::current_exe().map_err(|error| format!("this program: {error}"))?;
        let mut objdump = Command::new("objdump");
        objdump.args(["-d", "-C", "--no-show-raw-insn"]);
        objdump.arg(format!("--disassemble={symbol}")).arg(exe);
        let listing = output(&mut objdump, "")?;
        let body = innermost_loop(&listing).ok_or_else(|| {
            format!("objdump shows no loop of {symbol}; is this program stripped?")
        })?;
        let mut mca = Command::new(self.mca);
        let report = output(mca.arg(format!("-iterations={ITERATIONS}")), &body)?;
        prediction(&report).ok_or_else(|| format!("{}: an unknown report", self.mca))
    }
}

/// One instruction of a listing.
struct Line<'a> {
    address: u64,
    text: &'a str,
    /// Where it may jump to, if that is in the function.
    target: Option<u64>,
}

/// A line such as `  1302b8:\tje     130290 <path::function+0x20>`.
fn line(text: &str) -> Option<Line<'_>> {
    let (address, text) = text.split_once(":\t")?;
    let address = u64::from_str_radix(address.trim(), 16).ok()?;
    // Behind the jump's address stands the function and the offset.
    let target = text.split_once(" <").and_then(|(jump, _)| {
        let word = jump.rsplit([' ', '\t']).next()?;
        u64::from_str_radix(word.trim_start_matches("0x"), 16).ok()
    });
    Some(Line { address, text: text.trim(), target })
}

/// The assembly of the smallest loop of a function, its jumps led to labels.
fn innermost_loop(listing: &str) -> Option<String> {
    let lines: Vec<Line<'_>> = listing.lines().filter_map(line).collect();
    let begins = lines.first()?.address;
    let jumps_back = |line: &&Line<'_>| {
        line.target.is_some_and(|target| (begins..=line.address).contains(&target))
    };
    let span = |line: &&Line<'_>| line.target.map(|target| line.address - target);
    let last = lines.iter().filter(jumps_back).min_by_key(span)?;
    let first = last.target?;
    let mut body = String::from("again:\n");
    for line in lines.iter().filter(|line| (first..=last.address).contains(&line.address)) {
        match line.target {
            None => body += line.text,
            Some(target) => {
                let (jump, _) = line.text.split_once(" <")?;
                let (jump, _) = jump.rsplit_once([' ', '\t'])?;
                body += jump;
                body += " ";
                body += if target == first { "again" } else { "elsewhere" };
            }
        }
        body.push('\n');
    }
    Some(body)
}

/// Reads what llvm-mca reports at its beginning.
fn prediction(report: &str) -> Option<Prediction> {
    let number = |name: &str| -> Option<f64> {
        let line = report.lines().find_map(|line| line.strip_prefix(name))?;
        line.trim_start_matches(':').trim().parse().ok()
    };
    let per_iteration = |name| Some(number(name)? / f64::from(ITERATIONS));
    Some(Prediction {
        instructions: per_iteration("Instructions")? as u64,
        cycles: per_iteration("Total Cycles")?,
        throughput: number("Block RThroughput")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_loop_is_taken_and_its_jumps_get_labels() {
        let listing = "
a.out:     file format elf64-x86-64

0000000000001000 <a::b>:
    1000:\ttest   %rsi,%rsi
    1003:\tje     1030 <a::b+0x30>
    1010:\tmovzbl (%r8,%r9,1),%r11d
    1018:\tje     1008 <a::b+0x8>
    101a:\tcmp    $0x8,%r9
    101e:\tjb     1010 <a::b+0x10>
    1020:\tjmp    1003 <a::b+0x3>
";
        let found = innermost_loop(listing).unwrap();
        let lines: Vec<_> = found
            .lines()
            .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect();
        let loop_of =
            ["again:", "movzbl (%r8,%r9,1),%r11d", "je elsewhere", "cmp $0x8,%r9", "jb again"];
        assert_eq!(lines, loop_of);
    }

    #[test]
    fn a_jump_of_arm64_keeps_its_register() {
        let listing = "
    1000:\tldr\tx0, [x1]
    1004:\tcbnz\tx0, 1000 <a::b>
";
        assert_eq!(innermost_loop(listing).unwrap(), "again:\nldr\tx0, [x1]\ncbnz\tx0, again\n");
    }

    #[test]
    fn a_function_without_a_loop_has_none() {
        assert_eq!(innermost_loop("    1000:\tret\n"), None);
        assert_eq!(innermost_loop(""), None);
    }

    #[test]
    fn a_report_is_read_per_iteration() {
        let report = "Iterations:        1000\nInstructions:      12000\nTotal Cycles:      3007\n\
                      Total uOps:        13000\n\nBlock RThroughput: 2.8\n";
        let prediction = prediction(report);
        let expected = Prediction { instructions: 12, cycles: 3.007, throughput: 2.8 };
        assert_eq!(prediction, Some(expected));
        assert_eq!(super::prediction("error"), None);
    }
}
