//! A recording as one self-contained web page, through whose operations one can step.
//!
//! The page holds what each operation changed, and a script that draws the map after any of them.
//! It fetches nothing. Whatever comes from the recording stands in one block of JSON in which no
//! `<` occurs, and reaches the page as text only.

mod moment;

use crate::bad::BadInput;
use crate::input::Input;
use crate::moment::Trouble;
use crate::play::Player;
use crate::progress::Progress;
use moment::{Moment, Moments};
use serde::Serialize;

const PAGE: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/page.css");
const SCRIPT: &str = include_str!("page/page.js");

/// A page, and whether the recording was played to its end.
#[derive(Debug)]
pub struct Page {
    /// The HTML.
    pub html: String,
    /// Where the recording diverged, after which the page has nothing.
    pub divergence: Option<String>,
}

/// What the script reads.
#[derive(Serialize)]
struct Data {
    name: String,
    about: String,
    /// The operation that the page shows at first.
    at: u64,
    /// Texts of keys and elems, which moments name by number.
    values: Vec<String>,
    moments: Vec<Moment>,
}

/// Plays `input` to its end, and makes a page that shows operation `at` at first, else the last.
///
/// # Errors
/// If the input is no good, or has no operation `at`.
///
/// ```
/// use tophash_cli::{page::page, play::built_in};
///
/// let page = page(&built_in(), Some(73)).unwrap();
/// assert!(page.html.starts_with("<!doctype html>"));
/// ```
pub fn page(input: &Input, at: Option<u64>) -> Result<Page, Trouble> {
    let mut player = Player::open(input)?;
    let (moments, divergence) = play(input, &mut player)?;
    let operations = player.operation();
    let at = at.unwrap_or(operations);
    if at > operations {
        return Err(Trouble::TooFar { at, operations });
    }
    let header = player.header();
    let (key, elem) = (&header.key, &header.elem);
    let Moments { values, moments, .. } = moments;
    let about = format!("map[{key}]{elem}, {}: {operations} operations", header.process);
    let name = input.file_name().into_owned();
    let data = Data { name, about, at, values: values.texts, moments };
    let html = PAGE
        .replacen("{{style}}", STYLE, 1)
        .replacen("{{script}}", SCRIPT, 1)
        // Last, since what a recording says may look like a place to fill in.
        .replacen("{{data}}", &json(&data), 1);
    Ok(Page { html, divergence })
}

fn play(input: &Input, player: &mut Player<'_>) -> Result<(Moments, Option<String>), BadInput> {
    let progress = Progress::new(input.name(), input.len());
    let types = (player.header().key.clone(), player.header().elem.clone());
    let mut moments = Moments::begin(types, player.image());
    let mut divergence = None;
    while let Some(step) = player.step()? {
        divergence = crate::moment::divergence(&step);
        moments.add(&step, player);
        progress.at(player.bytes());
    }
    Ok((moments, divergence))
}

/// JSON in which nothing ends the element that it stands in.
fn json(data: &Data) -> String {
    serde_json::to_string(data).expect("strings and numbers have a JSON").replace('<', "\\u003c")
}
