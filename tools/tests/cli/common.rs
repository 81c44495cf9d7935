//! What the tests of the command line share.

use std::path::PathBuf;
use std::process::{Command, Output};
use tempfile::TempDir;
use tophash_cli::embedded::RECORDINGS;
use tophash_cli::input::Input;
use tophash_cli::outcome::{self, Outcome};
use tophash_cli::progress::Progress;

/// The text of a recording that is built in.
pub(crate) fn recording(name: &str) -> &'static str {
    let (_, bytes) = RECORDINGS.iter().find(|(built_in, _)| *built_in == name).unwrap();
    std::str::from_utf8(bytes).unwrap()
}

/// Where its file lies.
pub(crate) fn recording_path(name: &str) -> String {
    package().join("recordings").join(format!("{name}.jsonl")).to_str().unwrap().to_owned()
}

/// The first `lines` lines of a recording that is built in.
pub(crate) fn prefix(name: &str, lines: usize) -> String {
    recording(name).lines().take(lines).map(|line| format!("{line}\n")).collect()
}

/// A field of a line of a recording; the header is line 1.
pub(crate) fn field(text: &str, line: usize, name: &str) -> String {
    let line: serde_json::Value =
        serde_json::from_str(text.lines().nth(line - 1).unwrap()).unwrap();
    line[name].as_str().unwrap().to_owned()
}

/// The first `lines` lines of a recording that begins with an assign, of another elem now.
pub(crate) fn other_elem(name: &str, lines: usize) -> String {
    let text = prefix(name, lines);
    let elem = field(&text, 2, "v");
    let other = "5a".repeat(elem.len() / 2);
    assert_ne!(elem, other);
    text.replacen(&format!("\"v\":\"{elem}\""), &format!("\"v\":\"{other}\""), 1)
}

/// Replays `bytes` in this process.
pub(crate) fn replay(bytes: impl Into<Vec<u8>>) -> Outcome {
    let input = Input::bytes("test", bytes.into());
    outcome::replay(&input, &Progress::new("test", input.len()))
}

/// `line` and `field` of the complaint about `bytes`.
///
/// # Panics
/// If there is none.
pub(crate) fn complaint(bytes: impl Into<Vec<u8>>) -> (u64, String, String) {
    match replay(bytes) {
        Outcome::Bad(bad) => (bad.line.unwrap(), bad.field.unwrap(), bad.what),
        other => panic!("not refused: {other:?}"),
    }
}

/// Runs the binary.
pub(crate) fn tophash<S: AsRef<std::ffi::OsStr>>(args: &[S]) -> Run {
    Run::of(Command::new(env!("CARGO_BIN_EXE_tophash")).args(args).output().unwrap())
}

/// How the binary ended, and what it said.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// A folder of files that goes away with the test.
pub(crate) struct Files(TempDir);

impl Files {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::write(&path, content).unwrap();
        path
    }
}

/// The folder of this package.
pub(crate) fn package() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
