//! The statistics of a map, as a table or as JSON.

use crate::moment::Moment;
use crate::terminal::{Line, Screen, render};
use anstyle::{AnsiColor, Style};
use serde_json::{Value, json};
use tophash::Growing;
use tophash::image::{ArrayStats, Histogram, Stats};

/// A bar this short says nothing.
const SHORTEST_BAR: usize = 3;

/// The widest bar.
const LONGEST_BAR: usize = 40;

/// The most rows of a histogram.
const LONGEST_HISTOGRAM: usize = 24;

/// A row of the table.
struct Row {
    label: String,
    value: String,
    /// What follows the value.
    note: String,
    /// How long its bar is, of 1.
    bar: Option<f64>,
}

/// Rows under a title, whose columns are aligned.
struct Section {
    title: String,
    rows: Vec<Row>,
}

/// The statistics of a moment as a table with bars.
pub fn table(name: &str, moment: &Moment, screen: Screen) -> String {
    let stats = moment.image.stats();
    let mut lines = moment.title(name);
    for section in sections(&stats) {
        if section.rows.is_empty() {
            continue;
        }
        lines.push(Line::default());
        lines.push(Line::default().then(Style::new().bold(), section.title));
        let longest = |of: fn(&Row) -> &str| {
            section.rows.iter().map(|row| of(row).chars().count()).max().unwrap_or(0)
        };
        let widths =
            (longest(|row| &row.label), longest(|row| &row.value), longest(|row| &row.note));
        lines.extend(section.rows.iter().map(|row| line(row, widths, screen.width)));
    }
    render(lines, screen)
}

fn line(row: &Row, (label, value, note): (usize, usize, usize), width: usize) -> Line {
    let line = Line::plain(format!("  {:<label$}  {:>value$}", row.label, row.value));
    let Some(bar) = row.bar else {
        let gap = if row.note.is_empty() { "" } else { "  " };
        return line.and(Line::plain(format!("{gap}{}", row.note)));
    };
    let shared = line.clone().and(Line::plain(format!("  {:>note$}  ", row.note)));
    let room = |line: &Line| width.saturating_sub(line.width()).min(LONGEST_BAR);
    // Where it is too narrow for all, the bar says what the share does.
    let line = match line {
        _ if room(&shared) >= SHORTEST_BAR => shared,
        line if room(&line) > SHORTEST_BAR => line.and(Line::plain(" ")),
        line => return line,
    };
    let room = room(&line);
    // Something is never shown as nothing.
    let blocks = match (bar * room as f64).round() as usize {
        0 if bar > 0.0 => "▏".into(),
        blocks => "█".repeat(blocks),
    };
    line.then(AnsiColor::Cyan.on_default(), blocks)
}

fn sections(stats: &Stats) -> Vec<Section> {
    let Stats { array, old_array, uses, places, hits, misses, growth, fresh, .. } = stats;
    let mut map = vec![
        row("entries", grouped(stats.entries), ""),
        row("load factor", format!("{:.2}", stats.load_factor()), "entries per regular bucket"),
    ];
    if let Some(growth) = growth {
        let kind = if growth.kind == Growing::Double { "doubling" } else { "to the same size" };
        let note = format!("of {} old buckets, {kind}; nevacuate {}", growth.of, growth.mark);
        map.push(row("evacuated", grouped(growth.evacuated), &note));
    }
    let bytes = [
        ("in use", uses.in_use),
        ("stale", uses.stale),
        ("empty", uses.empty),
        ("overhead", uses.overhead),
        ("spare", uses.spare),
        ("indirect", uses.indirect),
    ];
    let where_from = [
        ("buckets", places.regular),
        ("old buckets", places.old_regular),
        ("overflow", places.overflow),
        ("spare", places.spare),
        ("indirect", places.indirect),
    ];
    let mut sections = vec![Section { title: "map".into(), rows: map }];
    sections.push(buckets("buckets", array));
    sections.extend(old_array.as_ref().map(|old| buckets("old buckets", old)));
    sections.push(slots("slots", array));
    sections.extend(old_array.as_ref().map(|old| slots("old slots", old)));
    sections.push(shares(format!("memory by use: {} B", grouped(uses.total())), &bytes, " B"));
    sections.push(shares(
        format!("memory by place: {} B", grouped(places.total())),
        &where_from,
        " B",
    ));
    sections.push(histogram("chains, by buckets", &array.chains));
    sections.extend(old_array.as_ref().map(|old| histogram("old chains, by buckets", &old.chains)));
    for (name, probes) in [("hits", hits), ("misses", misses)] {
        sections.push(histogram(&format!("{name}, by entries to check"), &probes.entries));
        sections.push(histogram(&format!("{name}, by buckets visited"), &probes.buckets));
    }
    let ours = uses.total() - uses.indirect;
    let of_ours = format!("{} of what the buckets take here", percent(fresh.bytes, ours));
    let fresh = vec![
        row("buckets", grouped(fresh.regular), ""),
        row("spare", grouped(fresh.spare), ""),
        row("memory", format!("{} B", grouped(fresh.bytes)), &of_ours),
    ];
    sections.push(Section { title: "a fresh map of as many entries".into(), rows: fresh });
    sections
}

fn row(label: &str, value: String, note: &str) -> Row {
    Row { label: label.into(), value, note: note.into(), bar: None }
}

fn buckets(title: &str, array: &ArrayStats) -> Section {
    let ArrayStats { regular, overflow, spare_used, spare_free, .. } = array;
    let from_spare = match (overflow, spare_used) {
        (0, _) => String::new(),
        (_, used) => format!("of these, {} were spare ones", grouped(*used)),
    };
    let rows = vec![
        row("regular", grouped(*regular), ""),
        row("overflow", grouped(*overflow), &from_spare),
        row("spare, free", grouped(*spare_free), ""),
    ];
    Section { title: title.into(), rows }
}

fn slots(title: &str, array: &ArrayStats) -> Section {
    let slots = array.slots;
    let mut rows =
        vec![("full", slots.full), ("emptyOne", slots.empty_one), ("emptyRest", slots.empty_rest)];
    let evacuated = [
        ("evacuatedX", slots.evacuated_x),
        ("evacuatedY", slots.evacuated_y),
        ("evacuatedEmpty", slots.evacuated_empty),
    ];
    // Only an old array has any.
    if evacuated.iter().any(|(_, count)| *count > 0) {
        rows.extend(evacuated);
    }
    shares(format!("{title}: {}", grouped(slots.total())), &rows, "")
}

/// Parts of a whole.
fn shares(title: String, parts: &[(&str, usize)], unit: &str) -> Section {
    let total: usize = parts.iter().map(|(_, count)| count).sum();
    let rows = parts.iter().map(|&(label, count)| Row {
        label: label.into(),
        value: format!("{}{unit}", grouped(count)),
        note: percent(count, total),
        bar: Some(count as f64 / total as f64),
    });
    Section { title, rows: if total == 0 { Vec::new() } else { rows.collect() } }
}

/// How often each number occurred, the most frequent with the longest bar; numbers that are many are
/// taken together.
fn histogram(title: &str, histogram: &Histogram) -> Section {
    let counts = histogram.counts();
    let first = counts.iter().position(|&count| count > 0).unwrap_or(0);
    let step = (counts.len() - first).div_ceil(LONGEST_HISTOGRAM).max(1);
    let groups = counts[first..].chunks(step).enumerate().map(|(index, counts)| {
        let low = first + index * step;
        let high = low + counts.len() - 1;
        let label = if low == high { low.to_string() } else { format!("{low}-{high}") };
        (label, counts.iter().sum::<usize>())
    });
    let groups: Vec<_> = groups.collect();
    let most = groups.iter().map(|(_, count)| *count).max().unwrap_or(0);
    let widest = groups.iter().map(|(label, _)| label.len()).max().unwrap_or(0);
    let total = histogram.total();
    let rows = groups.into_iter().map(|(label, count)| Row {
        label: format!("{label:>widest$}"),
        value: grouped(count),
        note: percent(count, total),
        bar: Some(count as f64 / most as f64),
    });
    Section { title: format!("{title}: mean {:.2}", histogram.mean()), rows: rows.collect() }
}

fn percent(part: usize, total: usize) -> String {
    format!("{:.1} %", 100.0 * part as f64 / total.max(1) as f64)
}

/// A number with its digits in threes.
pub(crate) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The statistics of a moment as one line of JSON. Sizes are in bytes; a histogram is an array, whose
/// n-th number, from 0, says how often n occurred.
pub fn json(name: &str, moment: &Moment) -> String {
    let Stats { entries, array, old_array, uses, places, hits, misses, growth, fresh } =
        &moment.image.stats();
    let value = json!({
        "file": name,
        "operation": moment.operation,
        "divergence": moment.divergence(),
        "entries": entries,
        "buckets": json_array(array),
        "old_buckets": old_array.as_ref().map(json_array),
        "growth": growth.map(|growth| json!({
            "kind": if growth.kind == Growing::Double { "double" } else { "same" },
            "evacuated": growth.evacuated,
            "of": growth.of,
            "nevacuate": growth.mark,
        })),
        "bytes_by_use": {
            "in_use": uses.in_use,
            "stale": uses.stale,
            "empty": uses.empty,
            "overhead": uses.overhead,
            "spare": uses.spare,
            "indirect": uses.indirect,
        },
        "bytes_by_place": {
            "buckets": places.regular,
            "old_buckets": places.old_regular,
            "overflow": places.overflow,
            "spare": places.spare,
            "indirect": places.indirect,
        },
        "hits": { "entries": hits.entries.counts(), "buckets": hits.buckets.counts() },
        "misses": { "entries": misses.entries.counts(), "buckets": misses.buckets.counts() },
        "fresh": { "regular": fresh.regular, "spare": fresh.spare, "bytes": fresh.bytes },
    });
    format!("{value}\n")
}

fn json_array(array: &ArrayStats) -> Value {
    let ArrayStats { regular, overflow, spare_used, spare_free, slots, chains } = array;
    json!({
        "regular": regular,
        "overflow": overflow,
        "spare_used": spare_used,
        "spare_free": spare_free,
        "slots": {
            "full": slots.full,
            "empty_one": slots.empty_one,
            "empty_rest": slots.empty_rest,
            "evacuated_x": slots.evacuated_x,
            "evacuated_y": slots.evacuated_y,
            "evacuated_empty": slots.evacuated_empty,
        },
        "chains": chains.counts(),
    })
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn digits_stand_in_threes() {
        let numbers = [0, 12, 999, 1000, 123_456, 1_234_567];
        let texts = ["0", "12", "999", "1,000", "123,456", "1,234,567"];
        assert_eq!(numbers.map(grouped), texts);
    }
}
