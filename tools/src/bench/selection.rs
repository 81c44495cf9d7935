//! Which rows and subjects to measure, as `--only` names them.

use super::workload::{Keys, Row, Workload, parse_size};

/// One argument of `--only`: words joined by `/`, each with alternatives joined by commas.
#[derive(Debug)]
struct Pattern {
    workloads: Vec<Workload>,
    keys: Vec<Keys>,
    sizes: Vec<u64>,
    subjects: Vec<String>,
}

/// What was chosen; everything if nothing was named.
#[derive(Debug)]
pub(super) struct Selection(Vec<Pattern>);

impl Selection {
    /// Reads the arguments, where these subjects and sizes are to be had.
    ///
    /// # Errors
    /// If a word names nothing, or a pattern names two kinds of things at once. Says so in words.
    pub(super) fn parse(only: &[String], subjects: &[String], quick: bool) -> Result<Self, String> {
        let patterns: Result<_, _> =
            only.iter().map(|text| Pattern::parse(text, subjects, quick)).collect();
        Ok(Self(patterns?))
    }

    pub(super) fn has(&self, row: Row, subject: &str) -> bool {
        self.0.is_empty() || self.0.iter().any(|pattern| pattern.has(row, subject))
    }
}

impl Pattern {
    fn parse(text: &str, subjects: &[String], quick: bool) -> Result<Self, String> {
        let mut pattern = Self { workloads: vec![], keys: vec![], sizes: vec![], subjects: vec![] };
        for word in text.split(['/', ',']) {
            let workload = Workload::all().iter().find(|it| it.name() == word);
            let keys = Keys::ALL.into_iter().find(|it| it.name() == word);
            let size = parse_size(word).filter(|&size| Row::all(quick).any(|it| it.size == size));
            let subject = subjects.iter().find(|it| *it == word);
            pattern.workloads.extend(workload);
            pattern.keys.extend(keys);
            pattern.sizes.extend(size);
            pattern.subjects.extend(subject.cloned());
            if workload.is_none() && keys.is_none() && size.is_none() && subject.is_none() {
                return Err(format!(
                    "--only {text}: there is no {word:?}\n{}",
                    known(subjects, quick)
                ));
            }
        }
        Ok(pattern)
    }

    fn has(&self, row: Row, subject: &str) -> bool {
        fn among<T: PartialEq>(chosen: &[T], it: &T) -> bool {
            chosen.is_empty() || chosen.contains(it)
        }
        among(&self.workloads, &row.workload)
            && among(&self.keys, &row.keys)
            && among(&self.sizes, &row.size)
            && (self.subjects.is_empty() || self.subjects.iter().any(|it| it == subject))
    }
}

/// The words that there are.
fn known(subjects: &[String], quick: bool) -> String {
    let workloads: Vec<String> = Workload::all().iter().map(|it| it.name()).collect();
    let mut sizes: Vec<u64> = Row::all(quick).map(|row| row.size).collect();
    sizes.sort_unstable();
    sizes.dedup();
    let sizes: Vec<String> =
        sizes.into_iter().map(|size| super::workload::size(size).replace(',', "")).collect();
    format!(
        "workloads: {}\nkeys: {}\nsizes: {}\nsubjects: {}",
        workloads.join(" "),
        Keys::ALL.map(Keys::name).join(" "),
        sizes.join(" "),
        subjects.join(" ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(only: &[&str]) -> Result<Vec<String>, String> {
        let only: Vec<String> = only.iter().map(|text| text.to_string()).collect();
        let subjects = ["tophash", "tophash+foldhash"].map(String::from);
        let selection = Selection::parse(&only, &subjects, false)?;
        let cells = Row::all(false).flat_map(|row| subjects.each_ref().map(|it| (row, it)));
        let cells = cells.filter(|(row, subject)| selection.has(*row, subject));
        Ok(cells.map(|(row, subject)| format!("{row}/{subject}")).collect())
    }

    #[test]
    fn words_of_a_pattern_narrow_and_alternatives_and_patterns_widen() {
        let all = chosen(&[]).unwrap().len();
        assert_eq!(chosen(&["tophash"]).unwrap().len() * 2, all);
        assert_eq!(
            chosen(&["hit,miss/str/8/tophash", "u64/clear/tophash+foldhash/65536"]).unwrap(),
            ["clear/u64/2^16/tophash+foldhash", "hit/str/8/tophash", "miss/str/8/tophash"]
        );
        assert_eq!(chosen(&["2^23/longest/tophash/u64"]).unwrap(), ["longest/u64/2^23/tophash"]);
    }

    #[test]
    fn a_word_that_names_nothing_is_refused_with_those_that_do() {
        let refused = chosen(&["hit", "u64/hot"]).unwrap_err();
        assert!(refused.starts_with("--only u64/hot: there is no \"hot\"\nworkloads: hit "));
        assert!(refused.contains("2^16 850000 2^20"), "{refused}");
        assert!(refused.ends_with("subjects: tophash tophash+foldhash"), "{refused}");
        assert!(chosen(&["9"]).is_err() && chosen(&[""]).is_err());
    }
}
