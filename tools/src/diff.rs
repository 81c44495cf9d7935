//! Two states, line by line, with what differs marked.
//!
//! ```text
//!   buckets 8
//! - b0 th=de64240000000000 k=96fdda0000000000 e= ovf=-
//! + b0 th=de64250000000000 k=96fdda0000000000 e= ovf=-
//! ?            ^
//! ```

use std::collections::HashMap;

/// Columns of a line that are shown in one piece. Of a longer one the slots that differ are shown,
/// marked each by itself: a terminal would wrap the mark away from what it marks, and a value that
/// is longer on one side would shift all that follows it.
const WIDTH: usize = 96;

/// Runs of identical lines are shown whole in states up to this long; above, only [`CONTEXT`]
/// lines on either side of a difference are.
const WHOLE: usize = 64;

/// Identical lines that are shown beside one that differs, in a long state.
const CONTEXT: usize = 3;

/// One step of a listing of two states.
enum Step<'a> {
    Same(&'a str),
    Left(&'a str),
    Right(&'a str),
    Differ(&'a str, &'a str),
}

/// Lists `left` and `right` in one: `-` before what only `left` has, `+` before what only `right`
/// has, `?` before the marks under what differs between two lines of one name.
pub fn side_by_side(left: &[String], right: &[String]) -> String {
    let steps = align(left, right);
    let same = |step: &Step<'_>| matches!(step, Step::Same(_));
    let mut out = String::new();
    let mut at = 0;
    while at < steps.len() {
        let run = steps[at..].iter().take_while(|step| same(step)).count();
        // Nothing to be near to stands before the first line and behind the last.
        let before = if at == 0 { 0 } else { CONTEXT };
        let after = if at + run == steps.len() { 0 } else { CONTEXT };
        let hidden = if steps.len() <= WHOLE { 0 } else { run.saturating_sub(before + after) };
        // A note in place of one line would save nothing.
        let hidden = if hidden == 1 { 0 } else { hidden };
        for (i, step) in steps[at..at + run].iter().enumerate() {
            if hidden > 0 && i == before {
                out.push_str(&format!("  ... {hidden} identical lines\n"));
            }
            if hidden == 0 || i < before || i >= before + hidden {
                show(step, &mut out);
            }
        }
        at += run;
        while at < steps.len() && !same(&steps[at]) {
            show(&steps[at], &mut out);
            at += 1;
        }
    }
    out
}

/// Pairs lines by name, in order. Names are unique within a state, and both states list theirs in
/// the same order but for overflow chains, so a greedy walk loses nothing that a reader would miss.
fn align<'a>(left: &'a [String], right: &'a [String]) -> Vec<Step<'a>> {
    let places: HashMap<&str, usize> =
        right.iter().enumerate().map(|(i, line)| (name(line), i)).collect();
    let mut steps = Vec::new();
    let mut next = 0;
    for line in left {
        match places.get(name(line)) {
            Some(&place) if place >= next => {
                steps.extend(right[next..place].iter().map(|line| Step::Right(line)));
                steps.push(if *line == right[place] {
                    Step::Same(line)
                } else {
                    Step::Differ(line, &right[place])
                });
                next = place + 1;
            }
            _ => steps.push(Step::Left(line)),
        }
    }
    steps.extend(right[next..].iter().map(|line| Step::Right(line)));
    steps
}

/// What a line is about: `b7`, `hmap`, `overflow`.
fn name(line: &str) -> &str {
    line.split([' ', '=']).next().unwrap_or(line)
}

fn show(step: &Step<'_>, out: &mut String) {
    let mut whole = |sign: char, line: &str| {
        out.push(sign);
        out.push(' ');
        out.push_str(&printable(line));
        out.push('\n');
    };
    match step {
        Step::Same(line) => whole(' ', line),
        Step::Left(line) => whole('-', line),
        Step::Right(line) => whole('+', line),
        Step::Differ(left, right) => differ(&printable(left), &printable(right), out),
    }
}

/// A dump comes from a file: what it holds beside ASCII must neither move the marks nor reach the
/// terminal as a control sequence.
fn printable(line: &str) -> String {
    line.chars().map(|c| if matches!(c, ' '..='~') { c } else { '?' }).collect()
}

/// Shows two ASCII lines of one name with marks: whole, or if they are long, the parts that differ.
fn differ(left: &str, right: &str, out: &mut String) {
    if left.len().max(right.len()) <= WIDTH {
        return marked("", left, right, out);
    }
    out.push_str(&format!("  {}\n", name(left)));
    let fields = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let (left, right) = (fields(left), fields(right));
    for i in 0..left.len().max(right.len()) {
        let field = |line: &[String]| line.get(i).cloned().unwrap_or_default();
        let (a, b) = (field(&left), field(&right));
        if a == b {
            continue;
        }
        match (slots(&a), slots(&b)) {
            (Some((label, a)), Some((other, b))) if label == other => {
                for (slot, (a, b)) in a.iter().zip(&b).enumerate().filter(|(_, (a, b))| a != b) {
                    marked(&format!("{label}[{slot}] "), a, b, out);
                }
            }
            _ => marked("", &a, &b, out),
        }
    }
}

/// The label and the eight slots of a `k=` or `e=`, be they values or memory.
fn slots(field: &str) -> Option<(&str, Vec<&str>)> {
    let (label, value) = field.split_once('=').filter(|(label, _)| matches!(*label, "k" | "e"))?;
    let slots: Vec<&str> = match value.strip_prefix('[').and_then(|list| list.strip_suffix(']')) {
        Some(list) => list.split(',').collect(),
        None if !value.len().is_multiple_of(8) => return None,
        None => {
            let size = value.len() / 8;
            (0..8).map(|slot| &value[slot * size..(slot + 1) * size]).collect()
        }
    };
    (slots.len() == 8 && value.len() >= 8).then_some((label, slots))
}

/// Shows two ASCII texts behind a label, in pieces of at most [`WIDTH`] columns, with marks.
fn marked(label: &str, left: &str, right: &str, out: &mut String) {
    let piece = |text: &str, from: usize| -> String {
        text[from.min(text.len())..(from + WIDTH).min(text.len())].to_owned()
    };
    for from in (0..left.len().max(right.len())).step_by(WIDTH) {
        let (a, b) = (piece(left, from), piece(right, from));
        if a == b {
            continue;
        }
        let marks: String = (0..a.len().max(b.len()))
            .map(|i| if a.as_bytes().get(i) == b.as_bytes().get(i) { ' ' } else { '^' })
            .collect();
        let label = if from == 0 { label.to_owned() } else { format!("{label}[{from}..] ") };
        for (sign, text) in [('-', &a), ('+', &b), ('?', &marks)] {
            let label = if sign == '?' { &" ".repeat(label.len()) } else { &label };
            out.push_str(format!("{sign} {label}{text}").trim_end());
            out.push('\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn identical_states_show_no_difference() {
        let state = lines("hmap count=1\nbuckets 1\nb0 th=f3");
        assert_eq!(side_by_side(&state, &state), "  hmap count=1\n  buckets 1\n  b0 th=f3\n");
    }

    #[test]
    fn a_difference_is_marked_under_its_line() {
        let shown = side_by_side(&lines("b0 th=aa\nb1 th=bb"), &lines("b0 th=aa\nb1 th=cb"));
        assert_eq!(shown, "  b0 th=aa\n- b1 th=bb\n+ b1 th=cb\n?       ^\n");
    }

    #[test]
    fn lines_pair_by_name_across_insertions() {
        let shown = side_by_side(
            &lines("b0 x\nb1 x\noverflow=[]"),
            &lines("b0 x\nh0 x\nb1 x\noverflow=[h0]"),
        );
        assert_eq!(
            shown,
            "  b0 x\n+ h0 x\n  b1 x\n- overflow=[]\n+ overflow=[h0]\n?           ^^^\n"
        );
    }

    #[test]
    fn of_a_long_line_the_slots_that_differ_are_shown() {
        let value = "61".repeat(30);
        let line = |k: &str, e: &str| format!("b0 th=aa k=[{value},{k},_,_,_,_,_,_] e={e} ovf=-");
        let left = line("_", &"00".repeat(16));
        let right = line("6162", &"00".repeat(16).replacen("0000", "000f", 1));
        let shown = side_by_side(&[left], &[right]);
        let expected = "  b0\n- k[1] _\n+ k[1] 6162\n?      ^^^^\n\
                        - e[0] 0000\n+ e[0] 000f\n?         ^\n";
        assert_eq!(shown, expected);
    }

    #[test]
    fn of_a_long_value_the_pieces_that_differ_are_shown() {
        let line = |last: char| format!("b0 th={}{last}", "0".repeat(500));
        let shown = side_by_side(&[line('1')], &[line('2')]);
        assert_eq!(shown.lines().count(), 4, "{shown}");
        assert!(shown.starts_with("  b0\n- [480..] 000"), "{shown}");
        let column = |sign: char, mark: char| {
            let line = shown.lines().find(|line| line.starts_with(sign)).unwrap();
            line.rfind(mark).unwrap()
        };
        assert_eq!(column('?', '^'), column('-', '1'));
    }

    #[test]
    fn lines_of_any_shape_can_be_listed() {
        let odd = ["", " ", "=", "k=", "k=[", "k=[]", "k=]", "e=[,,,,,,,]", "b0  k=1 k=[a,b]"];
        for a in odd {
            for b in odd {
                let long = |line: &str| format!("b0 {line} {}", line.repeat(100));
                side_by_side(&[a.into(), long(a)], &[b.into(), long(b)]);
            }
        }
    }

    #[test]
    fn long_states_hide_what_is_far_from_a_difference() {
        let left: Vec<String> = (0..1000).map(|i| format!("b{i} th=00")).collect();
        let mut right = left.clone();
        right[500] = "b500 th=01".into();
        let shown = side_by_side(&left, &right);
        assert_eq!(shown.lines().count(), 2 + 2 * CONTEXT + 3);
        assert!(shown.starts_with("  ... 497 identical lines\n  b497"), "{shown}");
    }

    #[test]
    fn foreign_characters_cannot_break_the_listing() {
        let shown = side_by_side(&lines("b0 \u{1b}[31m\u{e9}"), &lines("b0 a"));
        assert!(shown.is_ascii() && !shown.contains('\u{1b}'));
    }
}
