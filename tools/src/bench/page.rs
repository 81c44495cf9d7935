//! The page of the documents that shows the recorded results.

use super::plot;
use super::result::Results;
use super::table::{self, Style};
use super::workload::{Keys, Row, Unit, Workload, size};
use std::fmt::Write;

/// Where the page is in a checkout.
pub(super) const PATH: &str = "docs/speed.md";

/// Between these lines stands what is made anew.
const BEGIN: &str = "<!-- begin: written by `tophash bench --record` -->\n";
const END: &str = "<!-- end: written by `tophash bench --record` -->\n";

/// The page with these results in place of those that it has. The pictures are in `folder`, as the
/// page's links name it.
///
/// # Errors
/// If the page has no place for them. Says so in words.
pub(super) fn page(old: &str, results: &Results, folder: &str) -> Result<String, String> {
    let begin = old.find(BEGIN).ok_or_else(|| format!("there is no line {}", BEGIN.trim_end()))?;
    let begin = begin + BEGIN.len();
    let length = old[begin..].find(END);
    let end = begin + length.ok_or_else(|| format!("there is no line {}", END.trim_end()))?;
    let tables = table::tables(results, Style::Markdown);
    let pictures = pictures(results, folder);
    Ok(format!("{}\n{tables}\n### Pictures\n{pictures}\n{}", &old[..begin], &old[end..]))
}

/// One line for each workload and, of single operations, each size: the types of keys side by side.
fn pictures(results: &Results, folder: &str) -> String {
    let mut text = format!("\n| {} |\n| --- | --- |\n", Keys::ALL.map(Keys::title).join(" | "));
    let rows = results.rows();
    for &workload in Workload::all() {
        let of_workload = |row: &&Row| row.workload == workload;
        let mut sizes: Vec<u64> = rows.iter().filter(of_workload).map(|row| row.size).collect();
        sizes.sort_unstable();
        sizes.dedup();
        if workload.about().unit != Unit::Time {
            // One picture has all sizes.
            sizes.truncate(1);
        }
        for n in sizes {
            let cells = Keys::ALL.map(|keys| {
                let row = Row { keys, workload, size: n };
                let of_time = workload.about().unit == Unit::Time;
                let pictured = |it: &Row| {
                    (it.keys, it.workload) == (keys, workload) && (!of_time || it.size == n)
                };
                if !rows.iter().any(pictured) {
                    return String::new();
                }
                let mut title = format!("{}, {}", workload.about().title, keys.title());
                if of_time {
                    // `String` refuses nothing.
                    let _ = write!(title, ", {} entries", size(n));
                }
                format!("![{title}]({folder}/{})", plot::file_name(row))
            });
            let _ = writeln!(text, "| {} |", cells.join(" | "));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::result::tests::two;

    #[test]
    fn the_page_has_a_place_for_results_and_keeps_all_else() {
        let old = include_str!("../../../docs/speed.md");
        let results = two(&[&[1.5]], &[&[2.0]]);
        let new = page(old, &results, "../some/where").unwrap();
        assert!(new.contains("| get hit, independent | 8 | 1.50 | 2.00 |"), "{new}");
        assert!(
            new.contains("| ![get hit, independent, u64 keys](../some/where/hit-u64.svg) |  |")
        );
        assert_eq!(page(&new, &results, "../some/where").unwrap(), new);
        assert!(new.starts_with(&old[..old.find(BEGIN).unwrap()]));
        assert!(new.ends_with(&old[old.find(END).unwrap()..]));
        let without = new.replace(END, "");
        assert!(page(&without, &results, "").unwrap_err().starts_with("there is no line <!-- end"));
    }
}
