//! One run of each operation under valgrind's lackey, which writes down every instruction and every
//! access to memory.
//!
//! The program that it watches is this one. Before and after each operation it stores into a word
//! whose address it tells beforehand; these stores stand in the trace, and what is between two of
//! them is the operation.

use super::{Case, Options};
use serde::Serialize;
use std::collections::HashSet;
use std::io::{BufRead, BufReader, Write, stdin, stdout};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering, compiler_fence};
use std::{env, hint, thread};

/// What one run of an operation took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Touched {
    /// Instructions, without those of a call that does nothing.
    pub(super) instructions: u64,
    /// Bytes read or written at least once. Those of the stack do not count.
    pub(super) bytes: u64,
    /// Lines of 64 bytes in which these are.
    pub(super) lines: u64,
}

static MARK: AtomicU64 = AtomicU64::new(0);

/// Stores into the marked word; what stands before stays before it, and what stands behind behind.
#[inline(never)]
fn mark() {
    compiler_fence(Ordering::SeqCst);
    MARK.store(1, Ordering::Relaxed);
    compiler_fence(Ordering::SeqCst);
}

/// How far from a local variable of [`perform`] an address can be and belong to the stack.
const STACK: u64 = 1 << 20;

/// Performs each operation between two marks, and before it one that does nothing. Waits for a line
/// once it has told where the marks are.
pub(super) fn perform(cases: &[Case]) {
    let local = 0u8;
    let (mark_at, stack_at) = ((&raw const MARK).addr(), (&raw const local).addr());
    // A parent that has gone away is told nothing.
    let _ = writeln!(stdout(), "{mark_at} {stack_at}");
    let _ = stdout().flush();
    let _ = stdin().lock().read_line(&mut String::new());
    for case in cases {
        for mut prepared in [case.idle(), case.prepare()] {
            mark();
            prepared.run();
            mark();
            hint::black_box(prepared);
        }
    }
}

/// Has this program performed each of the `count` operations that `options` ask for; or says why
/// not.
pub(super) fn run(options: &Options, count: usize) -> Result<Vec<Touched>, String> {
    if count == 0 {
        return Ok(Vec::new());
    }
    let exe = env::current_exe().map_err(|error| format!("this program: {error}"))?;
    let mut child = Command::new("valgrind")
        .args(["-q", "--tool=lackey", "--trace-mem=yes"])
        .arg(exe)
        .args(["cycles", "--traced"])
        .args(&options.words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|_| "no valgrind; apt-get install valgrind".to_owned())?;
    let told = OnceLock::new();
    let (mut input, output) = (child.stdin.take(), child.stdout.take());
    let trace = child.stderr.take().ok_or("valgrind's output was not piped")?;
    // The trace has to be read from the beginning, or valgrind would wait before it tells.
    let touched = thread::scope(|scope| {
        scope.spawn(|| {
            let mut line = String::new();
            if let Some(output) = output {
                let _ = BufReader::new(output).read_line(&mut line);
            }
            let mut words = line.split_whitespace().map_while(|word| word.parse().ok());
            if let (Some(mark), Some(stack)) = (words.next(), words.next()) {
                let _ = told.set(Places { mark, stack });
            }
            // Not before the places are known here.
            if let Some(input) = &mut input {
                let _ = input.write_all(b"\n");
            }
        });
        read(BufReader::with_capacity(1 << 16, trace), &told)
    });
    let status = child.wait().map_err(|error| format!("valgrind: {error}"))?;
    let touched = touched.map_err(|error| format!("valgrind: {error}"))?;
    if !status.success() {
        return Err(format!("valgrind: {status}"));
    }
    if touched.len() != count {
        return Err(format!("valgrind saw {} of {count} operations", touched.len()));
    }
    Ok(touched)
}

/// What the watched program tells.
#[derive(Clone, Copy, Debug)]
struct Places {
    mark: u64,
    stack: u64,
}

/// What happens between two marks.
#[derive(Default)]
struct Window {
    instructions: u64,
    bytes: HashSet<u64>,
}

/// Reads a trace: pairs of windows, the idle one first.
fn read(mut trace: impl BufRead, told: &OnceLock<Places>) -> std::io::Result<Vec<Touched>> {
    let mut touched = Vec::new();
    let mut open: Option<Window> = None;
    let mut idle: Option<Window> = None;
    let mut line = Vec::new();
    while trace.read_until(b'\n', &mut line)? > 0 {
        if let Some((kind, address, size)) = access(&line)
            && let Some(places) = told.get()
        {
            if kind == b'S' && address == places.mark {
                let Some(closed) = open.take() else {
                    open = Some(Window::default());
                    line.clear();
                    continue;
                };
                match idle.take() {
                    None => idle = Some(closed),
                    Some(idle) => touched.push(closed.without(&idle)),
                }
            } else if let Some(window) = &mut open {
                if kind == b'I' {
                    window.instructions += 1;
                } else if address.abs_diff(places.stack) > STACK {
                    window.bytes.extend(address..address + size);
                }
            }
        }
        line.clear();
    }
    Ok(touched)
}

impl Window {
    fn without(&self, idle: &Self) -> Touched {
        Touched {
            instructions: self.instructions.saturating_sub(idle.instructions),
            bytes: self.bytes.len() as u64,
            lines: self.bytes.iter().map(|byte| byte / 64).collect::<HashSet<_>>().len() as u64,
        }
    }
}

/// A line of lackey's: `I  address,size`, ` L address,size`, ` S …` or ` M …`, the address in hex.
fn access(line: &[u8]) -> Option<(u8, u64, u64)> {
    let (&[first, second, b' '], rest) = line.split_first_chunk()? else { return None };
    let kind = match (first, second) {
        (b'I', b' ') => b'I',
        (b' ', b'L' | b'S' | b'M') => second,
        _ => return None,
    };
    let (address, size) = std::str::from_utf8(rest).ok()?.trim().split_once(',')?;
    Some((kind, u64::from_str_radix(address, 16).ok()?, size.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "\
==7== a line that is no access
I  04000000,3
 S 0000f000,8
I  04000003,1
 S 0000f000,8
 L 00020000,8
 S 0000f000,8
I  04000003,1
I  04000004,5
 L 1ffe000010,8
 L 00010000,8
 M 00010004,8
 S 0001003f,2
 S 0000f000,8
";

    #[test]
    fn what_is_between_two_marks_counts_without_the_stack_and_the_call() {
        let told = OnceLock::from(Places { mark: 0xf000, stack: 0x1f_fe00_0000 });
        let touched = read(TRACE.as_bytes(), &told).unwrap();
        assert_eq!(touched, [Touched { instructions: 1, bytes: 14, lines: 2 }]);
    }

    #[test]
    fn nothing_is_seen_before_the_places_are_told() {
        assert_eq!(read(TRACE.as_bytes(), &OnceLock::new()).unwrap(), []);
    }

    #[test]
    fn lines_of_other_programs_are_no_accesses() {
        for line in ["", "\n", "I  \n", " S xyz,8\n", " S 10\n", "==1== S 10,8\n", " S 10,x\n"] {
            assert_eq!(access(line.as_bytes()), None, "{line:?}");
        }
        assert_eq!(access(b" M 1f,16\n"), Some((b'M', 0x1f, 16)));
    }
}
