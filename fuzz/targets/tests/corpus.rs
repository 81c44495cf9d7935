//! Every target on its committed corpus; and again with a fault in what it holds the library against,
//! which the corpus must notice.

use std::collections::BTreeSet;
use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use tophash_fuzz_targets::{Reference, TARGETS, Target};

fn fuzz() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("this crate lies in fuzz/")
}

/// What lies in a folder of `fuzz/`.
fn list(folder: impl AsRef<Path>) -> BTreeSet<PathBuf> {
    let folder = fuzz().join(folder);
    let entries = fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    entries.map(|entry| entry.expect("its entries").path()).collect()
}

fn target(name: &str) -> Target {
    *TARGETS.iter().find(|target| target.name == name).expect("a target of that name")
}

/// Checks each input of a target; returns those that failed.
fn failures(name: &str, reference: Reference) -> Vec<PathBuf> {
    let target = target(name);
    let mut files = list(Path::new("corpus").join(name));
    files.retain(|path| {
        let bytes = fs::read(path).expect("a file");
        match catch_unwind(|| (target.run)(&bytes, reference)) {
            Ok(used) => {
                assert!(used, "{} is no input", path.display());
                false
            }
            Err(_) => true,
        }
    });
    files.into_iter().collect()
}

macro_rules! targets {
    ($($name:ident)+) => {
        const NAMES: &[&str] = &[$(stringify!($name)),+];

        $(mod $name {
            use super::*;

            #[test]
            fn every_input_of_the_corpus_passes() {
                assert_eq!(failures(stringify!($name), Reference::Right), [] as [PathBuf; 0]);
            }

            #[test]
            fn the_corpus_notices_a_wrong_reference() {
                assert!(!failures(stringify!($name), Reference::Wrong).is_empty());
            }
        })+
    };
}

targets! { ops cursors agree panics recording kernels hashes }

#[test]
fn every_target_has_a_program_and_a_corpus() {
    let stems = |folder| -> BTreeSet<String> {
        let stem = |path: PathBuf| path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        list(folder).into_iter().filter_map(stem).collect()
    };
    let targets: BTreeSet<String> = TARGETS.iter().map(|target| target.name.into()).collect();
    assert_eq!(targets, NAMES.iter().map(|&name| name.into()).collect());
    assert_eq!(stems("fuzz_targets"), targets);
    assert_eq!(stems("corpus"), targets);
}

#[test]
fn corpora_stay_small() {
    for target in TARGETS {
        let files = list(Path::new("corpus").join(target.name));
        let bytes: u64 = files.iter().map(|path| fs::metadata(path).expect("a file").len()).sum();
        assert!(files.len() <= 64, "{}: {} files", target.name, files.len());
        assert!(bytes <= 80_000, "{}: {bytes} bytes", target.name);
    }
}
