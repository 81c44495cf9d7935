//! A map, drawn in the terminal.

mod draw;
mod marks;

use crate::moment::Moment;
use crate::stats::grouped;
use crate::terminal::{Line, Screen, flow, render};
use anstyle::Style;
use draw::{Chains, Row, rows, slot};
use marks::Marks;
use tophash::Growing;
use tophash::image::{MapImage, SlotState, Stats};

/// Between the old array and the new one, where they stand side by side.
const GUTTER: &str = " │ ";

/// Draws the map of a moment; `all` draws large maps whole.
pub fn show(name: &str, moment: &Moment, all: bool, screen: Screen) -> String {
    let image = &moment.image;
    let changes = moment.changes();
    let marks = Marks::of(changes.as_ref(), &moment.live_iterators);
    let array = Chains::new(image.chains(), &marks);
    let old = Chains::new(image.old_chains(), &marks);
    let stats = image.stats();

    let mut lines = moment.title(name);
    lines.extend(changes.map(|changes| Line::plain(changes.to_string())));
    lines.push(Line::default());
    lines.extend(flow(header(image), screen.width));
    lines.extend(flow(iterators(moment), screen.width));
    lines.push(Line::default());
    lines.extend(arrays(image, &array, &old, &stats, all, screen.width));
    lines.push(Line::default());
    lines.extend(flow(legend(image, &array, &old), screen.width));
    lines.push(Line::default());
    lines.extend(flow(summary(&stats), screen.width));
    render(lines, screen)
}

fn bold(text: impl Into<String>) -> Line {
    Line::default().then(Style::new().bold(), text)
}

/// The fields of Go's header.
fn header(image: &MapImage) -> Vec<Line> {
    let MapImage { count, flags, b, noverflow, hash0, nevacuate, growing, .. } = image;
    let names = [(1, "iterator"), (2, "oldIterator"), (4, "hashWriting"), (8, "sameSizeGrow")];
    let set: Vec<_> =
        names.iter().filter(|(bit, _)| flags & bit != 0).map(|(_, name)| *name).collect();
    let set = if set.is_empty() { "none".into() } else { set.join("|") };
    let growing = match growing {
        Growing::No => "no",
        Growing::Double => "double",
        Growing::Same => "same size",
    };
    let fields = [
        ("count", count.to_string()),
        ("B", b.to_string()),
        ("flags", format!("{flags} ({set})")),
        ("noverflow", noverflow.to_string()),
        ("hash0", hash0.to_string()),
        ("growing", growing.into()),
        ("nevacuate", nevacuate.to_string()),
    ];
    fields
        .into_iter()
        .map(|(name, value)| {
            Line::default().then(Style::new().dimmed(), format!("{name} ")).and(bold(value))
        })
        .collect()
}

/// The iterators that are under way, if any are.
fn iterators(moment: &Moment) -> Vec<Line> {
    let told = moment.iterators();
    let title = Line::default().then(Style::new().dimmed(), "live iterators");
    let title = (!told.is_empty()).then_some(title);
    title.into_iter().chain(told.into_iter().map(Line::plain)).collect()
}

/// The arrays: side by side if they fit, else one under the other.
fn arrays(
    image: &MapImage,
    array: &Chains,
    old: &Chains,
    stats: &Stats,
    all: bool,
    width: usize,
) -> Vec<Line> {
    if image.regular == 0 {
        return vec![Line::plain("no buckets yet: the first assign makes them")];
    }
    let title =
        Line::plain(array_title("buckets", image.regular, image.spare, stats.array.spare_used));
    let Some(growth) = stats.growth else {
        let rows = rows(array.len(), array.marked(), all);
        return [title].into_iter().chain(listing(array, &rows, width)).collect();
    };
    let used = stats.old_array.as_ref().map_or(0, |old| old.spare_used);
    let text = array_title("oldbuckets", image.old_regular, image.old_spare, used);
    let old_title = Line::plain(format!("{text}, {} evacuated", growth.evacuated));

    let column = width.saturating_sub(GUTTER.chars().count()) / 2;
    if column < old.comfortable().max(array.comfortable()) {
        let (old_rows, new_rows) =
            (rows(old.len(), old.marked(), all), rows(array.len(), array.marked(), all));
        let mut lines = vec![old_title];
        lines.extend(listing(old, &old_rows, width));
        lines.extend([Line::default(), title]);
        lines.extend(listing(array, &new_rows, width));
        return lines;
    }
    let mut lines = beside(old_title.broken(column), title.broken(column), column);
    let marked = array.marked().chain(old.marked());
    for row in rows(array.len(), marked, all) {
        match row {
            Row::Gap(count) => lines.push(gap(count)),
            Row::Chain(index) => {
                lines.extend(beside(old.draw(index, column), array.draw(index, column), column));
            }
        }
    }
    lines
}

fn array_title(name: &str, regular: usize, spare: usize, used: usize) -> String {
    match spare {
        0 => format!("{name}: {regular}"),
        _ => format!("{name}: {regular} and {spare} spare ({used} used)"),
    }
}

fn listing(chains: &Chains, rows: &[Row], width: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    for row in rows {
        match row {
            Row::Gap(count) => lines.push(gap(*count)),
            Row::Chain(index) => lines.extend(chains.draw(*index, width)),
        }
    }
    lines
}

fn gap(count: usize) -> Line {
    let chains = if count == 1 { "chain" } else { "chains" };
    Line::default().then(Style::new().dimmed(), format!("… {count} {chains} left out (--all)"))
}

/// Two columns of lines.
fn beside(left: Vec<Line>, right: Vec<Line>, column: usize) -> Vec<Line> {
    let rows = left.len().max(right.len());
    let (mut left, mut right) = (left.into_iter(), right.into_iter());
    let row = |_| {
        let (left, right) = (left.next().unwrap_or_default(), right.next().unwrap_or_default());
        left.padded(column).and(Line::plain(GUTTER)).and(right)
    };
    (0..rows).map(row).collect()
}

/// What the marks mean, of those that can occur.
fn legend(image: &MapImage, array: &Chains, old: &Chains) -> Vec<Line> {
    let entry = |state, meaning: &str| {
        let (style, text) = slot(state);
        Line::default().then(style, text).and(Line::plain(format!(" {meaning}")))
    };
    let mut items = vec![
        entry(SlotState::Full(0x9c), "full (its tophash)"),
        entry(SlotState::EmptyOne, "emptyOne"),
        entry(SlotState::EmptyRest, "emptyRest"),
    ];
    if image.growing != Growing::No {
        items.push(entry(SlotState::EvacuatedX, "evacuated to X"));
        if image.growing == Growing::Double {
            items.push(entry(SlotState::EvacuatedY, "evacuated to Y"));
        }
        items.push(entry(SlotState::EvacuatedEmpty, "evacuated empty"));
    }
    if image.buckets.iter().chain(&image.old_buckets).any(|bucket| bucket.overflow.is_some()) {
        items.push(Line::plain("→ overflow bucket"));
    }
    if array.has_changed() || old.has_changed() {
        items.push(Line::plain("* changed by the operation"));
    }
    if array.has_iterator() || old.has_iterator() {
        items.push(Line::plain("# an iterator stands here"));
    }
    items
}

/// The statistics in short.
fn summary(stats: &Stats) -> Vec<Line> {
    let total = stats.uses.total();
    let percent = |part: usize| match total {
        0 => 0,
        _ => (part as f64 * 100.0 / total as f64).round() as u64,
    };
    let mut items = vec![
        format!("load {:.2} entries/bucket", stats.load_factor()),
        format!("{} B", grouped(total)),
        format!("{} % in use", percent(stats.uses.in_use + stats.uses.indirect)),
        format!("{} % stale", percent(stats.uses.stale)),
        format!("longest chain {}", stats.array.chains.max().unwrap_or(0)),
        format!("tombstones {}", stats.array.slots.empty_one),
        format!(
            "probes: hit {:.2}, miss {:.2}",
            stats.hits.entries.mean(),
            stats.misses.entries.mean()
        ),
    ];
    if let Some(growth) = stats.growth {
        items.push(format!("evacuated {} of {}", growth.evacuated, growth.of));
    }
    items.into_iter().map(Line::plain).collect()
}
