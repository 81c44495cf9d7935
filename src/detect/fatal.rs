//! What happens when an overlap is noticed.

use super::held;
use super::place::{Found, Here, Op, Thread};
use core::fmt;
use core::panic::Location;
use std::boxed::Box;
use std::io::Write;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread::ThreadId;

/// An overlap of accesses to one map, as it is told to whoever handles it. `Display` is the whole
/// message, after Go's `fatal error: `.
///
/// ```text
/// concurrent map read and map write
///
/// this access:  insert at src/main.rs:17, thread "writer"
/// the other:    get at src/main.rs:24, thread "ThreadId(3)"; one recent of 2 readers
/// ```
#[derive(Clone, Debug)]
pub struct Report {
    /// Go's words.
    pub words: &'static str,
    /// The access that noticed the overlap. It has not been let in; or, with a
    /// [`WriteFlag`](super::WriteFlag) that notices on exit, it has ended.
    pub this: Access,
    /// The access that it met.
    pub other: Other,
}

/// An access to a map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// What it does.
    pub op: Op,
    /// From where it was called. Unknown on systems that load programs at addresses of more than 48
    /// bits.
    pub at: Option<&'static Location<'static>>,
    /// The name of its thread, or its number as std prints it. Unknown of a thread that is ending, and
    /// of those beyond 32,767.
    pub thread: Option<Box<str>>,
}

/// Whom an access met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Other {
    /// The thread's own access, inside of which it is: by a closure, or a key's or an elem's `Hash`,
    /// `Eq`, `Clone` or `Drop`.
    SameThread(Access),
    /// A writer.
    Writer(Access),
    /// So many readers; and one that began lately, which may have ended.
    Readers(usize, Option<Access>),
    /// Someone: Go's flag does not tell.
    Unknown,
}

impl Access {
    fn of(here: Here) -> Self {
        Self { op: here.op(), at: here.at(), thread: here.thread().name() }
    }
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at ", self.op)?;
        match self.at {
            Some(at) => write!(f, "{}:{}", at.file(), at.line())?,
            None => f.write_str("an unknown place")?,
        }
        match &self.thread {
            Some(thread) => write!(f, ", thread \"{thread}\""),
            None => f.write_str(", an unknown thread"),
        }
    }
}

impl fmt::Display for Other {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SameThread(access) => {
                write!(f, "{access}; same thread: this access is made from inside that one")
            }
            Self::Writer(access) => write!(f, "{access}"),
            Self::Readers(count, Some(access)) => {
                let s = if *count == 1 { "" } else { "s" };
                write!(f, "{access}; one recent of {count} reader{s}")
            }
            Self::Readers(1, None) => f.write_str("a reader, its place not yet known"),
            Self::Readers(count, None) => {
                write!(f, "{count} readers, their places not yet known")
            }
            Self::Unknown => f.write_str("unknown: Go's flag does not tell"),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { words, this, other } = self;
        write!(f, "{words}\n\nthis access:  {this}\nthe other:    {other}")
    }
}

impl Report {
    /// Of an access to `map` that met `found`.
    pub(super) fn new(map: *const (), here: Here, found: Found) -> Self {
        let op = here.op();
        // The flag tells of a writer only.
        let any = op.writes() && found != Found::Someone;
        let own = held::find(map, |held| any || held.op().writes());
        let other = match (own, found) {
            (Some(own), _) => Other::SameThread(Access::of(own)),
            (None, Found::Writer(writer)) => Other::Writer(Access::of(writer)),
            (None, Found::Readers(count, recent)) => {
                // This thread is not inside: it was the last to say so, and the other has yet to.
                let recent = recent.filter(|recent| recent.thread() != Thread::this());
                Other::Readers(count, recent.map(Access::of))
            }
            (None, Found::Someone) => Other::Unknown,
        };
        let met = match &other {
            Other::SameThread(access) | Other::Writer(access) | Other::Readers(_, Some(access)) => {
                access.op
            }
            Other::Readers(_, None) => Op::Get,
            // A writer, or else nobody would have flipped the bit.
            Other::Unknown => Op::Insert,
        };
        Self { words: op.words(met), this: Access::of(here), other }
    }
}

type Handler = fn(&Report) -> !;

static HANDLER: Mutex<Option<Handler>> = Mutex::new(None);

/// Has `handler` called at every overlap from now on, in place of the end of the process.
///
/// For tests. It is called on the thread that noticed, with no bit of that access held, and may unwind;
/// an access of the same thread that is around it is left by that. An overlap that is noticed in a
/// destructor while the thread unwinds is a second panic, which aborts.
///
/// ```
/// use std::panic::{catch_unwind, panic_any};
/// use tophash::SharedMap;
/// use tophash::detect::set_fatal_handler;
///
/// set_fatal_handler(|report| panic_any(report.to_string()));
/// let map = SharedMap::new();
/// map.insert("a", 1);
/// let caught = catch_unwind(|| map.with("a", |_| map.clear())).unwrap_err();
/// let message = caught.downcast::<String>().unwrap();
/// assert!(message.starts_with("concurrent map read and map write\n"));
/// assert!(message.contains("same thread"));
/// assert_eq!(map.len(), 1);
/// ```
pub fn set_fatal_handler(handler: fn(&Report) -> !) {
    *HANDLER.lock().unwrap_or_else(PoisonError::into_inner) = Some(handler);
}

/// Ends the process, as Go does, or calls the handler.
pub(super) fn fatal(report: &Report) -> ! {
    let handler = *HANDLER.lock().unwrap_or_else(PoisonError::into_inner);
    match handler {
        Some(handler) => handler(report),
        None => end(report),
    }
}

/// Writes to stderr, where that is possible without its lock: whoever holds it may be waiting for the
/// process to end.
fn write_past_locks(message: &[u8]) -> std::io::Result<()> {
    cfg_if::cfg_if! {
        if #[cfg(unix)] {
            use std::os::fd::AsFd;
            let stderr = std::io::stderr().as_fd().try_clone_to_owned()?;
            std::fs::File::from(stderr).write_all(message)
        } else {
            std::io::stderr().write_all(message)
        }
    }
}

/// Go: runtime/panic.go fatal, 1.22.
#[doc(alias = "fatal")]
fn end(report: &Report) -> ! {
    static DYING: OnceLock<ThreadId> = OnceLock::new();
    // One message is enough; but what the process runs at its exit may come here again.
    let this = std::thread::current().id();
    while *DYING.get_or_init(|| this) != this {
        std::thread::park();
    }
    // All at once, so that nothing comes between; and if nobody reads it, there is nobody to tell.
    let message = std::format!("fatal error: {report}\n");
    let _ = write_past_locks(message.as_bytes());
    if std::env::var_os("GOTRACEBACK").is_some_and(|value| value == "crash") {
        std::process::abort();
    }
    std::process::exit(2)
}
