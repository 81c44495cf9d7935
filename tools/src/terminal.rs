//! Text for a terminal: styled, measured, and broken to its width.

use anstyle::Style;
use clap::{Args, ColorChoice};
use std::io;
use terminal_size::{Width, terminal_size};

/// The width where there is no terminal to ask.
const WIDTH: usize = 80;

/// How output is to look.
#[derive(Clone, Copy, Debug, Args)]
pub struct Look {
    /// Colour the output; `auto` does on a terminal, unless NO_COLOR is set
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: ColorChoice,
    /// Columns to draw in; the terminal's, else 80
    #[arg(long, value_name = "COLUMNS", value_parser = clap::value_parser!(u16).range(1..))]
    width: Option<u16>,
}

impl Look {
    /// Where standard output goes.
    pub fn screen(self) -> Screen {
        let color = match self.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => {
                anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never
            }
        };
        let width = self.width.or_else(|| terminal_size().map(|(Width(width), _)| width));
        Screen { width: width.map_or(WIDTH, |width| usize::from(width).max(1)), color }
    }
}

/// What output is made for.
#[derive(Clone, Copy, Debug)]
pub struct Screen {
    /// Columns.
    pub width: usize,
    /// Whether colours show.
    pub color: bool,
}

/// One line of styled text. A character counts as one column.
#[derive(Clone, Debug, Default)]
pub struct Line {
    spans: Vec<(Style, String)>,
    width: usize,
}

impl Line {
    /// A line of plain text.
    pub fn plain(text: impl Into<String>) -> Self {
        Self::default().then(Style::new(), text)
    }

    /// The line with `text` after it.
    pub fn then(mut self, style: Style, text: impl Into<String>) -> Self {
        let text = text.into();
        self.width += text.chars().count();
        self.spans.push((style, text));
        self
    }

    /// The line with another after it.
    pub fn and(mut self, other: Self) -> Self {
        self.width += other.width;
        self.spans.extend(other.spans);
        self
    }

    /// The line with spaces up to `width` columns.
    pub fn padded(self, width: usize) -> Self {
        let missing = width.saturating_sub(self.width);
        self.then(Style::new(), " ".repeat(missing))
    }

    /// Its columns.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The line in pieces of at most `width` columns, broken at spaces where there are any.
    pub fn broken(self, width: usize) -> Vec<Self> {
        if self.width <= width {
            return vec![self];
        }
        let chars: Vec<(Style, char)> = self
            .spans
            .iter()
            .flat_map(|(style, text)| text.chars().map(move |c| (*style, c)))
            .collect();
        let mut lines = Vec::new();
        let mut rest = &chars[..];
        while rest.len() > width {
            // The space that is broken at is not shown. One at the beginning is an indentation.
            let space = rest[..=width].iter().rposition(|&(_, c)| c == ' ');
            let text = rest.iter().position(|&(_, c)| c != ' ');
            let (line, next) = match space {
                Some(at) if text.is_some_and(|text| text < at) => (at, at + 1),
                _ => (width, width),
            };
            lines.push(Self::of_chars(&rest[..line]));
            rest = &rest[next..];
        }
        lines.push(Self::of_chars(rest));
        lines
    }

    fn of_chars(chars: &[(Style, char)]) -> Self {
        let span = |line: Self, span: &[(Style, char)]| {
            line.then(span[0].0, span.iter().map(|(_, c)| c).collect::<String>())
        };
        chars.chunk_by(|a, b| a.0 == b.0).fold(Self::default(), span)
    }

    fn write(&self, color: bool, out: &mut String) {
        for (style, text) in &self.spans {
            if color && *style != Style::new() && !text.is_empty() {
                out.push_str(&format!("{style}{text}{style:#}"));
            } else {
                out.push_str(text);
            }
        }
        out.truncate(out.trim_end_matches(' ').len());
        out.push('\n');
    }
}

/// Items in lines as wide as `width`, two spaces between them.
pub fn flow(items: impl IntoIterator<Item = Line>, width: usize) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for item in items {
        match lines.pop() {
            Some(last) if last.width + 2 + item.width <= width => {
                lines.push(last.then(Style::new(), "  ").and(item));
            }
            last => lines.extend(last.into_iter().chain([item])),
        }
    }
    lines
}

/// The lines as text for `screen`, none wider than it.
pub fn render(lines: impl IntoIterator<Item = Line>, screen: Screen) -> String {
    let mut out = String::new();
    for line in lines {
        for piece in line.broken(screen.width) {
            piece.write(screen.color, &mut out);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use anstyle::AnsiColor;
    use proptest::prelude::*;

    fn lines(items: &[String]) -> Vec<Line> {
        let green = AnsiColor::Green.on_default();
        items.iter().map(|item| Line::plain("→").then(green, &**item)).collect()
    }

    #[test]
    fn items_flow_into_lines() {
        let words = ["aa", "bb", "cccc"].map(String::from);
        let text = render(flow(lines(&words), 9), Screen { width: 9, color: false });
        assert_eq!(text, "→aa  →bb\n→cccc\n");
    }

    #[test]
    fn long_lines_break_at_spaces_and_long_words_anywhere() {
        let screen = Screen { width: 7, color: false };
        let text = |line: &str| render([Line::plain(line)], screen);
        assert_eq!(text("one two three"), "one two\nthree\n");
        assert_eq!(text("  four five"), "  four\nfive\n");
        assert_eq!(text("  fifteen x"), "  fifte\nen x\n");
        assert_eq!(text("fifteensixteen"), "fifteen\nsixteen\n");
    }

    #[test]
    fn colour_is_there_only_if_asked_for() {
        let words = [String::from("word")];
        let text = |color| render(lines(&words), Screen { width: 9, color });
        assert_eq!(text(false), "→word\n");
        assert_eq!(text(true), "→\u{1b}[32mword\u{1b}[0m\n");
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_the_screen_and_no_character_is_lost(
            words in prop::collection::vec("[a-zé→]{0,30}", 0..8),
            width in 1..40usize,
        ) {
            let screen = Screen { width, color: false };
            let text = render(flow(lines(&words), width), screen);
            let long = render([Line::plain(words.join(" "))], screen);
            prop_assert!(long.lines().all(|line| line.chars().count() <= width));
            prop_assert!(text.lines().all(|line| line.chars().count() <= width));
            let visible = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            let all: String = words.iter().map(|word| format!("→{word}")).collect();
            prop_assert_eq!(visible(&text), visible(&all));
        }
    }
}
