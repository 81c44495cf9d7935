//! Go programs whose sources are built in, built with the Go at hand.
//!
//! They are built anew each time; Go's own build cache makes that a matter of a second.

#[cfg(feature = "measure")]
mod usable;

#[cfg(feature = "measure")]
pub(crate) use usable::usable;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Name and content of files in a folder of this package.
macro_rules! sources {
    ($folder:literal: $($name:literal)+) => {
        &[$((
            $name,
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/", $folder, "/", $name)),
        )),+]
    };
}
pub(crate) use sources;

/// The go command, kept from fetching anything: another Go, or a module.
fn go(path: &Path) -> Command {
    let mut command = Command::new(path);
    command.envs([
        ("GOTOOLCHAIN", "local"),
        ("GOFLAGS", "-mod=mod"),
        ("GOPROXY", "off"),
        ("GOWORK", "off"),
        ("CGO_ENABLED", "0"),
    ]);
    // It is to run here, whatever else is built on this machine.
    command.env_remove("GOOS").env_remove("GOARCH");
    command
}

/// What `go version` says.
///
/// # Errors
/// If there is no such command.
pub(crate) fn version(path: &Path) -> io::Result<String> {
    let output = go(path).arg("version").output()?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The release in what `go version` says.
pub(crate) fn release(said: &str) -> Option<&str> {
    // go version go1.22.10 linux/amd64
    let mut words = said.split_whitespace();
    let is_go = words.next() == Some("go") && words.next() == Some("version");
    words.next().filter(|_| is_go)
}

/// Builds a program in `folder`, under a build tag if one is given; returns the executable.
///
/// # Errors
/// If it cannot be built. Says so in words, with Go's own.
pub(crate) fn build(
    path: &Path,
    program: &str,
    sources: &[(&str, &str)],
    tag: Option<&str>,
    folder: &Path,
) -> Result<PathBuf, String> {
    for (name, content) in sources {
        fs::write(folder.join(name), content)
            .map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    let executable = folder.join(match tag {
        Some(tag) => format!("{program}-{tag}"),
        None => program.into(),
    });
    // The cache knows the program's packages again only if they do not tell their folder.
    let output = go(path)
        .args(["build", "-trimpath", "-tags", tag.unwrap_or_default(), "-o"])
        .arg(&executable)
        .arg(".")
        .current_dir(folder)
        .output()
        .map_err(|error| format!("{}: {error}", path.display()))?;
    match output.status.success() {
        true => Ok(executable),
        false => {
            let said = String::from_utf8_lossy(&output.stderr);
            Err(format!("{} does not build the {program}:\n{}", path.display(), said.trim()))
        }
    }
}
