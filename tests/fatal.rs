//! How a process ends at an overlap: this test runs itself as the process.
#![cfg(all(feature = "std", unix))]

use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Output};
use std::sync::mpsc::channel;
use std::thread;
use tophash::SharedMap;

/// What came of it does not matter.
fn done<T>(_: T) {}

/// Which child to be.
const CHILD: &str = "TOPHASH_TEST_FATAL";

fn child(name: &str, traceback: &str) -> Output {
    let this = std::env::current_exe().unwrap();
    let mut command = Command::new(this);
    command.args(["--exact", "the_child", "--nocapture", "--test-threads=1"]);
    command.env(CHILD, name).env("GOTRACEBACK", traceback).output().unwrap()
}

/// The line of this file that ends in `// name`.
fn line_of(name: &str) -> usize {
    let mark = format!("// {name}");
    let at = include_str!("fatal.rs").lines().position(|line| line.ends_with(&mark));
    at.unwrap_or_else(|| panic!("no line is marked {name}")) + 1
}

/// Enters an operation on a thread called `inside`, and stays.
fn stay(map: &SharedMap<u64, u64>, operation: fn(&SharedMap<u64, u64>, &mut dyn FnMut())) {
    let (map, (entered, wait)) = (map.clone(), channel());
    let stays = thread::Builder::new().name("inside".into()).spawn(move || {
        operation(&map, &mut || {
            entered.send(()).unwrap();
            thread::sleep(std::time::Duration::from_secs(60));
        });
    });
    stays.unwrap();
    wait.recv().unwrap();
}

/// Not a test but in a child: there it does not return.
#[test]
fn the_child() {
    let Ok(name) = std::env::var(CHILD) else { return };
    let map: SharedMap<u64, u64> = SharedMap::new();
    map.insert(1, 1);
    match &*name {
        "writes" => {
            stay(&map, |map, f| done(map.update(&1, |_| f()))); // writes, other
            map.insert(2, 2); // writes, this
        }
        "read" => {
            stay(&map, |map, f| done(map.update(&1, |_| f()))); // read, other
            map.get(&1); // read, this
        }
        "write" => {
            stay(&map, |map, f| done(map.with(&1, |_| f()))); // write, other
            map.remove(&1); // write, this
        }
        "iteration" => {
            stay(&map, |map, f| map.compute(1, |_| f())); // iteration, other
            for _ in map.range() {} // iteration, this
        }
        "self" => {
            // self, other is the line below
            map.with(&1, |_| {
                map.clear(); // self, this
            });
        }
        "locked" => {
            stay(&map, |map, f| done(map.update(&1, |_| f()))); // locked, other
            let (locked, wait) = channel();
            thread::spawn(move || {
                let _lock = std::io::stderr().lock();
                locked.send(()).unwrap();
                thread::sleep(std::time::Duration::from_secs(60));
            });
            wait.recv().unwrap();
            map.len(); // locked, this
        }
        _ => unreachable!("no such child"),
    }
    unreachable!("nothing was noticed");
}

/// What the child says after libtest's own lines.
fn message(output: &Output) -> String {
    let stderr = String::from_utf8(output.stderr.clone()).unwrap();
    let at = stderr.find("fatal error: ").unwrap_or_else(|| panic!("{stderr}"));
    assert_eq!(stderr.matches("fatal error: ").count(), 1);
    stderr[at..].to_owned()
}

#[test]
fn an_overlap_ends_the_process_with_gos_words_both_places_and_status_2() {
    let file = file!();
    for (name, words, this, other, note) in [
        ("writes", "concurrent map writes", "insert", "update", ""),
        ("read", "concurrent map read and map write", "get", "update", ""),
        (
            "write",
            "concurrent map read and map write",
            "remove",
            "with",
            "; one recent of 1 reader",
        ),
        ("iteration", "concurrent map iteration and map write", "range", "compute", ""),
        // Whoever holds the lock of stderr may wait for the process to end.
        ("locked", "concurrent map read and map write", "len", "update", ""),
    ] {
        let output = child(name, "single");
        assert_eq!(output.status.code(), Some(2), "{name}: {output:?}");
        let (here, there) = (line_of(&format!("{name}, this")), line_of(&format!("{name}, other")));
        let expected = format!(
            "fatal error: {words}\n\n\
             this access:  {this} at {file}:{here}, thread \"the_child\"\n\
             the other:    {other} at {file}:{there}, thread \"inside\"{note}\n"
        );
        assert_eq!(message(&output), expected, "{name}");
    }
}

#[test]
fn a_thread_that_meets_itself_ends_the_process_too() {
    let output = child("self", "");
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let (here, there) = (line_of("self, this"), line_of("self, other is the line below") + 1);
    let expected = format!(
        "fatal error: concurrent map read and map write\n\n\
         this access:  clear at {0}:{here}, thread \"the_child\"\n\
         the other:    with at {0}:{there}, thread \"the_child\"; \
         same thread: this access is made from inside that one\n",
        file!()
    );
    assert_eq!(message(&output), expected);
}

#[test]
fn gotraceback_crash_aborts() {
    let output = child("writes", "crash");
    assert_eq!((output.status.code(), output.status.signal()), (None, Some(6)), "{output:?}");
    assert!(message(&output).starts_with("fatal error: concurrent map writes\n"));
}
