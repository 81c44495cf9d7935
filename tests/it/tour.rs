//! The documents name files, items and numbers of the source: they must be there.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const DOCUMENTS: [&str; 2] = ["docs/design.md", "docs/tour.md"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The links that lead out of `docs/`: what they show, and the path from the root.
fn links(document: &str) -> impl Iterator<Item = (&str, &str)> {
    document.match_indices("](../").filter_map(|(at, begin)| {
        let shown = document[..at].rsplit('[').next()?;
        Some((shown, document[at + begin.len()..].split(')').next()?))
    })
}

/// The code in single backticks, blocks of code left out.
fn code_spans(document: &str) -> impl Iterator<Item = &str> {
    let prose = document.split("```").step_by(2);
    prose.flat_map(|text| text.split('`').skip(1).step_by(2))
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether a line of Rust defines `item`: a function, type, constant, macro or field; or implements
/// a trait of that name.
fn defines(line: &str, item: &str) -> bool {
    const KEYWORDS: [&str; 9] =
        ["fn", "struct", "enum", "trait", "const", "static", "type", "mod", "macro_rules!"];
    line.match_indices(item).any(|(at, _)| {
        let (before, after) = (&line[..at], &line[at + item.len()..]);
        if before.ends_with(is_word) || after.starts_with(is_word) {
            return false;
        }
        let before = before.trim();
        KEYWORDS.iter().any(|keyword| before.ends_with(keyword))
            || after.starts_with(':') && (before.is_empty() || before.starts_with("pub"))
            || before.starts_with("impl") && after.contains(" for ")
    })
}

#[test]
fn every_path_in_the_documents_exists() {
    let rooms = ["src/", "arch/", "tests/", "benches/", "fuzz/", "tools/", "docs/", ".ci/"];
    for name in DOCUMENTS {
        let document = read(name);
        let spans = code_spans(&document).filter(|span| {
            rooms.iter().any(|room| span.starts_with(room)) && !span.contains(['*', ' '])
        });
        let paths: Vec<&str> = links(&document).map(|(_, path)| path).chain(spans).collect();
        assert!(paths.len() > 50, "{name}: only {} paths were found", paths.len());
        for path in paths {
            assert!(root().join(path).exists(), "{name}: there is no {path}");
        }
    }
}

#[test]
fn every_item_in_the_documents_is_defined_in_the_file_it_links_to() {
    for name in DOCUMENTS {
        let document = read(name);
        let mut items = 0;
        for (shown, path) in links(&document) {
            let code = shown.strip_prefix('`').and_then(|shown| shown.strip_suffix('`'));
            let Some(code) = code.filter(|code| path.ends_with(".rs") && !code.contains('/'))
            else {
                continue;
            };
            items += 1;
            let source = read(path);
            let (qualifier, item) = code.rsplit_once("::").unwrap_or(("", code));
            let item = item.trim_end_matches('!');
            let is_module = Path::new(path).file_stem().is_some_and(|stem| stem == item);
            let defined = source.lines().any(|line| defines(line, item));
            assert!(is_module || defined, "{name}: {path} defines no {item}");
            let mut words = source.split(|c| !is_word(c));
            assert!(
                qualifier.is_empty() || words.any(|word| word == qualifier),
                "{name}: {path} knows no {qualifier}"
            );
        }
        assert!(items > 50, "{name}: only {items} items were found");
    }
}

/// Rows of the form "| [`NAME`](../path) | `VALUE` | …".
#[test]
fn every_constant_in_the_design_has_the_value_that_it_is_said_to_have() {
    let design = read("docs/design.md");
    let mut constants = 0;
    for row in design.lines().filter(|line| line.starts_with("| [`")) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let value = cells[2].strip_prefix('`').and_then(|value| value.strip_suffix('`'));
        let (Some(value), Some((shown, path))) = (value, links(cells[1]).next()) else { continue };
        constants += 1;
        let (declared, defined) =
            (format!("const {}: ", shown.trim_matches('`')), format!(" = {value};"));
        let source = read(path);
        let holds = source.lines().any(|line| line.contains(&declared) && line.ends_with(&defined));
        assert!(holds, "{path}: {declared}is not{defined}");
    }
    assert!(constants > 10, "only {constants} constants were found");
}

/// Go's names stand beside items as `#[doc(alias)]`, for whoever searches by them.
#[test]
fn every_name_of_gos_that_a_search_finds_is_in_the_tour() {
    fn sources(folder: PathBuf, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a folder of sources") {
            let path = entry.expect("its entries").path();
            if path.is_dir() {
                sources(path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let mut files = Vec::new();
    sources(root().join("src"), &mut files);
    let tour = read("docs/tour.md");
    let told: BTreeSet<&str> = code_spans(&tour).collect();
    let mut aliases = 0;
    for file in files {
        let source = read(&file);
        for rest in source.split("doc(alias = \"").skip(1) {
            let alias = rest.split('"').next().unwrap_or_default();
            aliases += 1;
            assert!(told.contains(alias), "{}: {alias} is not in the tour", file.display());
        }
    }
    assert!(aliases > 10, "only {aliases} aliases were found");
}
