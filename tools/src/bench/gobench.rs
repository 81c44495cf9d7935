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
        let release = go::usable(path)?;
        let folder = tempfile::tempdir().map_err(|error| format!("no folder: {error}"))?;
        let build =
            |keys: Keys| go::build(path, "gobench", SOURCES, Some(&keys.name()), folder.path());
        let programs = [build(Keys::U64)?, build(Keys::Str)?];
        Ok(Self { release, programs, _folder: folder })
    }

    /// The executable for these keys.
    pub(super) fn program(&self, keys: Keys) -> &Path {
        &self.programs[keys as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

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
