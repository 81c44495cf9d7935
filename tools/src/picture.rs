//! A map after an operation, as an SVG picture.
//!
//! It stands on a ground of its own, and so is as legible on a dark page as on a light one. A map
//! of a bucket or two is drawn with its keys and elems, a larger one with the states of its slots.

mod svg;

use crate::human;
use crate::moment::Moment;
use std::collections::HashMap;
use svg::{Anchor, Svg};
use tophash::Growing;
use tophash::image::{BucketImage, Cell, MapImage, Place, SlotEvent, SlotState};

/// Wide enough for two arrays side by side, and narrow enough for a page of text.
const WIDTH: usize = 800;
/// Around everything.
const MARGIN: usize = 20;
const LINE: usize = 19;
/// Maps of so many buckets are drawn with their keys and elems.
const DETAILED: usize = 2;
/// Chains that are drawn of an array.
const MOST: usize = 32;

const STYLE: &str = include_str!("picture/picture.css");

/// The stripes of an emptyOne.
const DEFS: &str = "<defs><pattern id=\"one\" width=\"8\" height=\"8\" \
    patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><rect width=\"8\" height=\"8\" \
    fill=\"#fffdf8\"/><rect width=\"4\" height=\"8\" fill=\"#fbe7c0\"/></pattern></defs>\n";

/// Draws a moment of the recording that is called `name`.
pub fn picture(name: &str, moment: &Moment) -> String {
    let image = &moment.image;
    let changes = moment.changes();
    let (key, elem) = &moment.types;
    let title = format!("{name}: map[{key}]{elem}, {}", moment.process);
    let said = match (&moment.step, &changes) {
        (Some(step), Some(changes)) => {
            format!("After operation {}, {}: {changes}.", step.number, step.operation)
        }
        (Some(step), None) => format!("After operation {}, {step}.", step.number),
        (None, _) => "Before the first operation.".into(),
    };
    let marks = changes.iter().flat_map(|changes| &changes.slots);
    let marks = marks.map(|slot| (slot.at, slot.event)).collect();
    let mut iterators = HashMap::<_, Vec<_>>::new();
    for &(it, standing) in &moment.live_iterators {
        if let Some(place) = standing.place() {
            iterators.entry(place).or_default().push(it);
        }
    }
    let types = &moment.types;
    let mut drawing = Drawing { svg: Svg::new(WIDTH), image, types, marks, iterators, y: MARGIN };
    let live = moment.iterators().join(", ");
    let live = (!live.is_empty()).then(|| format!("Live iterators: {live}"));
    drawing.heading(&title, [Some(said.clone()), live].into_iter().flatten());
    if image.buckets.len() + image.old_buckets.len() <= DETAILED {
        drawing.detailed();
    } else {
        drawing.arrays();
    }
    drawing.legend();
    let height = drawing.y + MARGIN;
    drawing.svg.finish(&format!("{title}. {said}"), STYLE, DEFS, height)
}

struct Drawing<'a> {
    svg: Svg,
    image: &'a MapImage,
    types: &'a (String, String),
    marks: HashMap<Place, SlotEvent>,
    /// The iterators that stand at slots.
    iterators: HashMap<Place, Vec<u64>>,
    /// Where the next thing begins.
    y: usize,
}

/// The class and the mark of a slot's state; marks are as in the terminal.
fn state(state: SlotState) -> (&'static str, String) {
    match state {
        SlotState::Full(tophash) => ("full", format!("{tophash:02x}")),
        SlotState::EmptyOne => ("one", "--".into()),
        SlotState::EmptyRest => ("rest", "..".into()),
        SlotState::EvacuatedX => ("x", ">X".into()),
        SlotState::EvacuatedY => ("y", ">Y".into()),
        SlotState::EvacuatedEmpty => ("gone", ">.".into()),
    }
}

impl Drawing<'_> {
    fn heading(&mut self, title: &str, said: impl Iterator<Item = String>) {
        self.y += 8;
        self.svg.text("title", Anchor::Start, [MARGIN, self.y], title);
        for line in said.flat_map(|said| wrapped(&said, 104)) {
            self.y += LINE;
            self.svg.text("said", Anchor::Start, [MARGIN, self.y], &line);
        }
        self.y += 18;
    }

    /// A slot's box with its mark, a frame if it changed, and the iterators that stand at it.
    fn slot(&mut self, at: [usize; 2], size: [usize; 2], bucket: &BucketImage, slot: usize) {
        let (class, mark) = state(bucket.slots()[slot]);
        self.svg.rect(class, at, size);
        let middle = [at[0] + size[0] / 2, at[1] + size[1] / 2 + 4];
        self.svg.text(&format!("t-{class}"), Anchor::Middle, middle, &mark);
        let place = Place { bucket: bucket.name, slot };
        if let Some(event) = self.marks.get(&place) {
            let frame = match event {
                SlotEvent::Arrived | SlotEvent::Evacuated => "moved",
                _ => "own",
            };
            let frame_at = [at[0].saturating_sub(2), at[1].saturating_sub(2)];
            self.svg.rect(frame, frame_at, [size[0] + 4, size[1] + 4]);
        }
        if let Some(iterators) = self.iterators.get(&place) {
            let numbers: Vec<_> = iterators.iter().map(|it| format!("#{it}")).collect();
            self.badge([middle[0], at[1] + size[1]], size[0], &numbers.join(" "));
        }
    }

    /// The numbers of iterators, across the lower edge of a slot.
    fn badge(&mut self, [middle, bottom]: [usize; 2], width: usize, text: &str) {
        const CHARACTER: usize = 6;
        let text = cut(text, width / CHARACTER);
        let size = [CHARACTER * text.chars().count() + 2, 11];
        self.svg.rect("iterator", [middle - size[0] / 2, bottom - 5], size);
        self.svg.text("t-iterator", Anchor::Middle, [middle, bottom + 4], &text);
    }

    /// Each bucket as its memory is: tophashes, keys, elems, link.
    fn detailed(&mut self) {
        const LABEL: usize = 72;
        const CELL: [usize; 2] = [82, 26];
        let buckets = self.image.buckets.iter().chain(&self.image.old_buckets);
        if self.image.regular == 0 {
            self.svg.text("note", Anchor::Start, [MARGIN, self.y + 10], "No bucket yet.");
            self.y += LINE;
        }
        for bucket in buckets {
            let link = match bucket.overflow {
                Some(next) => format!("bucket {}, followed by {next}", bucket.name),
                None => format!("bucket {}, its overflow pointer nil", bucket.name),
            };
            self.svg.text("array", Anchor::Start, [MARGIN, self.y + 10], &link);
            self.y += 20;
            for (row, name) in ["tophash", "keys", "elems"].into_iter().enumerate() {
                self.svg.text("small", Anchor::Start, [MARGIN, self.y + 17], name);
                for lane in 0..8 {
                    let at = [MARGIN + LABEL + lane * (CELL[0] + 4), self.y];
                    let kind = [&self.types.0, &self.types.1];
                    match row {
                        0 => self.slot(at, CELL, bucket, lane),
                        1 => self.value(at, CELL, bucket, lane, kind[0], bucket.key(lane)),
                        _ => self.value(at, CELL, bucket, lane, kind[1], bucket.elem(lane)),
                    }
                }
                self.y += CELL[1] + 6;
            }
            self.y += 8;
        }
    }

    fn value(
        &mut self,
        at: [usize; 2],
        size: [usize; 2],
        bucket: &BucketImage,
        lane: usize,
        kind: &str,
        cell: Cell<'_>,
    ) {
        self.svg.rect("cell", at, size);
        let full = matches!(bucket.slots()[lane], SlotState::Full(_));
        let blank = match cell {
            Cell::Memory(bytes) => !full && bytes.iter().all(|&byte| byte == 0),
            Cell::Value(_) => false,
            Cell::Unknown => true,
        };
        if !blank {
            let text = cut(&human::value(kind, &cell.to_string()), 10);
            let class = if full { "small" } else { "stale" };
            let middle = [at[0] + size[0] / 2, at[1] + size[1] / 2 + 4];
            self.svg.text(class, Anchor::Middle, middle, &text);
        }
    }

    /// The old array on the left of the new one; or the only one, in two columns.
    fn arrays(&mut self) {
        let image = self.image;
        let array: Vec<_> = image.chains().collect();
        let name = format!("buckets: {}", image.regular);
        let column = |index: usize| MARGIN + index * (WIDTH / 2);
        let top = self.y;
        if image.growing == Growing::No {
            let title = [column(0), top + 10];
            self.svg.text("array", Anchor::Start, title, &name);
            let shown = &array[..array.len().min(2 * MOST)];
            let (left, right) = shown.split_at(shown.len().div_ceil(2));
            let ends = [(0, left), (1, right)]
                .map(|(index, chains)| self.chains([column(index), top + 22], chains));
            self.y = ends.into_iter().max().unwrap_or(top);
            self.left_out(column(0), array.len() - shown.len());
            return;
        }
        let old: Vec<_> = image.old_chains().collect();
        let evacuated = old.iter().filter(|chain| chain[0].evacuated()).count();
        let old_name = format!("oldbuckets: {}, {evacuated} evacuated", image.old_regular);
        let mut end = top;
        for (index, (name, chains)) in [(old_name, old), (name, array)].iter().enumerate() {
            let x = column(index);
            self.svg.text("array", Anchor::Start, [x, top + 10], name);
            let shown = &chains[..chains.len().min(MOST)];
            self.y = self.chains([x, top + 22], shown);
            self.left_out(x, chains.len() - shown.len());
            end = end.max(self.y);
        }
        self.y = end;
    }

    fn left_out(&mut self, x: usize, count: usize) {
        if count > 0 {
            let text = format!("… and {count} more");
            self.svg.text("note", Anchor::Start, [x, self.y + 8], &text);
            self.y += LINE;
        }
    }

    /// Chains one under another; returns where they end.
    fn chains(&mut self, [x, mut y]: [usize; 2], chains: &[&[BucketImage]]) -> usize {
        const LABEL: usize = 56;
        const CELL: [usize; 2] = [33, 22];
        for chain in chains {
            for (depth, bucket) in chain.iter().enumerate() {
                let name = match depth {
                    0 => bucket.name.to_string(),
                    _ => format!("↳{}", bucket.name),
                };
                self.svg.text("small", Anchor::Start, [x, y + 15], &name);
                for lane in 0..8 {
                    let at = [x + LABEL + lane * (CELL[0] + 4), y];
                    self.slot(at, CELL, bucket, lane);
                }
                y += CELL[1] + 5;
            }
            y += 6;
        }
        y
    }

    /// What the marks mean, of those that there are.
    fn legend(&mut self) {
        const CELL: [usize; 2] = [28, 18];
        let all = self.image.buckets.iter().chain(&self.image.old_buckets);
        let there: Vec<SlotState> = all.flat_map(BucketImage::slots).collect();
        let full = there.iter().find(|state| matches!(state, SlotState::Full(_)));
        let others = [
            (SlotState::EmptyOne, "emptyOne"),
            (SlotState::EmptyRest, "emptyRest"),
            (SlotState::EvacuatedX, "evacuated to X"),
            (SlotState::EvacuatedY, "evacuated to Y"),
            (SlotState::EvacuatedEmpty, "evacuated empty"),
        ];
        let others = others.into_iter().filter(|(state, _)| there.contains(state));
        let states = full.map(|&state| (state, "full: its tophash")).into_iter().chain(others);
        let states = states.map(|(state, text)| (Some(state), text));
        let iterator = (!self.iterators.is_empty()).then_some((None, "an iterator stands here"));
        let mut x = MARGIN;
        self.y += 6;
        for (shown, text) in states.chain(iterator) {
            let width = CELL[0] + 6 + 7 * text.len() + 24;
            if x + width > WIDTH - MARGIN {
                (x, self.y) = (MARGIN, self.y + CELL[1] + 8);
            }
            if let Some(shown) = shown {
                let (class, mark) = state(shown);
                self.svg.rect(class, [x, self.y], CELL);
                let middle = [x + CELL[0] / 2, self.y + 13];
                self.svg.text(&format!("t-{class}"), Anchor::Middle, middle, &mark);
            } else {
                self.badge([x + CELL[0] / 2, self.y + CELL[1] / 2], CELL[0], "#0");
            }
            self.svg.text("note", Anchor::Start, [x + CELL[0] + 6, self.y + 13], text);
            x += width;
        }
        self.y += CELL[1];
    }
}

/// Lines of at most `width` characters, broken between words; a longer word is cut.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let word = cut(word, width);
        let Some(last) = lines.last_mut() else { continue };
        if !last.is_empty() && last.chars().count() + 1 + word.chars().count() > width {
            lines.push(word);
        } else {
            if !last.is_empty() {
                last.push(' ');
            }
            last.push_str(&word);
        }
    }
    lines
}

/// The text, or as much of it as fits, and an ellipsis.
fn cut(text: &str, width: usize) -> String {
    match text.char_indices().nth(width) {
        None => text.into(),
        Some(_) => text.chars().take(width - 1).chain(['…']).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Input;

    #[test]
    fn text_is_wrapped_between_words_and_never_wider() {
        assert_eq!(wrapped("ab cd efg", 5), ["ab cd", "efg"]);
        assert_eq!(wrapped("a bcdefgh", 4), ["a", "bcd…"]);
        assert_eq!(wrapped("", 4), [""]);
    }

    #[test]
    fn markup_in_keys_and_names_is_text() {
        let list = "{\"trace\":\"tophash/1\",\"key\":\"string\",\"elem\":\"uint8\"}\n\
            {\"op\":\"assign\",\"k\":\"3c2f7376673e26\",\"v\":\"00\"}\n";
        let input = Input::bytes("test", list.as_bytes());
        let svg = picture("<b>&\u{1}", &Moment::of(&input, None).unwrap());
        assert!(svg.contains("&lt;b&gt;&amp;\u{fffd}") && !svg.contains("<b>"));
        assert!(svg.contains("&lt;/svg&gt;&amp;"));
        assert_eq!(svg.matches("</svg>").count(), 1);
    }
}
