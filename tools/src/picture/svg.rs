//! The few elements that pictures are made of.

use std::fmt::{self, Display, Write};

/// A picture under way, from top to bottom.
pub(super) struct Svg {
    width: usize,
    body: String,
}

/// Where text stands in relation to its place.
#[derive(Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
}

impl Svg {
    pub(super) fn new(width: usize) -> Self {
        Self { width, body: String::new() }
    }

    /// A rectangle of class `class`.
    pub(super) fn rect(&mut self, class: &str, [x, y]: [usize; 2], [width, height]: [usize; 2]) {
        self.line(format_args!(
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"4\"/>"
        ));
    }

    /// Text of class `class` on the baseline `y`.
    pub(super) fn text(&mut self, class: &str, anchor: Anchor, [x, y]: [usize; 2], text: &str) {
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
        };
        self.line(format_args!(
            "<text class=\"{class}\" x=\"{x}\" y=\"{y}\"{anchor}>{}</text>",
            Escaped(text)
        ));
    }

    fn line(&mut self, line: fmt::Arguments<'_>) {
        // A `String` refuses nothing.
        let _ = writeln!(self.body, "{line}");
    }

    /// The file: `title` is what is read out, `style` a style sheet.
    pub(super) fn finish(self, title: &str, style: &str, defs: &str, height: usize) -> String {
        let Self { width, body } = self;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" role=\"img\">\n<title>{}</title>\n<style>\n{style}\
             </style>\n{defs}<rect class=\"ground\" x=\"0.5\" y=\"0.5\" width=\"{}\" \
             height=\"{}\" rx=\"8\"/>\n{body}</svg>\n",
            Escaped(title),
            width - 1,
            height - 1,
        )
    }
}

/// Text in which nothing is markup.
struct Escaped<'a>(&'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                // XML has no such characters, not even escaped.
                c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {
                    f.write_char('\u{fffd}')?
                }
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}
