//! A recording stopped after one of its operations.

use crate::bad::BadInput;
use crate::input::Input;
use crate::play::{Player, Step};
use crate::progress::Progress;
use crate::replay::Difference;
use crate::standing::Standing;
use crate::terminal::Line;
use anstyle::{AnsiColor, Style};
use std::fmt::{self, Write};
use tophash::image::{Changes, MapImage};

/// Live iterators that are told of one by one; of more, only how many.
const ITERATORS: usize = 16;

/// A map after an operation, and what led to it.
pub struct Moment {
    /// Go's names of the key type and the elem type.
    pub types: (String, String),
    /// The release, the architecture and the hash of the process.
    pub process: String,
    /// The operation's number; 0 is the map before the first.
    pub operation: u64,
    /// The operation; `None` before the first.
    pub step: Option<Step>,
    /// The map before it.
    pub before: Option<MapImage>,
    /// The map after it.
    pub image: MapImage,
    /// The iterators that have begun and not ended, by number, and where they stand.
    pub live_iterators: Vec<(u64, Standing)>,
}

/// Why a moment is not to be had.
#[derive(Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The input is not what the contract says.
    Bad(BadInput),
    /// It has fewer operations.
    TooFar {
        /// The one that was asked for.
        at: u64,
        /// How many there are.
        operations: u64,
    },
}

impl From<BadInput> for Trouble {
    fn from(bad: BadInput) -> Self {
        Self::Bad(bad)
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bad(bad) => bad.fmt(f),
            Self::TooFar { at, operations: 1 } => write!(f, ": --at {at}: there is 1 operation"),
            Self::TooFar { at, operations } => {
                write!(f, ": --at {at}: there are {operations} operations")
            }
        }
    }
}

impl Moment {
    /// Plays `input` up to operation `at`, or to its end. Where it diverges before, that is the
    /// moment: what Go did from there on, this map cannot do.
    ///
    /// # Errors
    /// If a line up to there is no good, or there are not that many operations.
    pub fn of(input: &Input, at: Option<u64>) -> Result<Self, Trouble> {
        let at = match at {
            Some(at) => at,
            // Which operation is the last is known only afterwards, and an image before each would
            // cost far more than to play twice.
            None => {
                let mut player = Player::open(input)?;
                advance(input, &mut player, u64::MAX)?;
                player.operation()
            }
        };
        let mut player = Player::open(input)?;
        if let Some(step) = advance(input, &mut player, at.saturating_sub(1))?
            && !step.differences.is_empty()
        {
            return Self::of(input, Some(step.number));
        }
        let before = (at > 0).then(|| player.image());
        let step = if at > 0 { player.step()? } else { None };
        if player.operation() != at {
            return Err(Trouble::TooFar { at, operations: player.operation() });
        }
        let header = player.header();
        let image = player.image();
        Ok(Self {
            types: (header.key.clone(), header.elem.clone()),
            process: header.process.to_string(),
            operation: player.operation(),
            step,
            before,
            live_iterators: live_iterators(&player, &image),
            image,
        })
    }

    /// What the operation did to the map; `None` before the first.
    pub fn changes(&self) -> Option<Changes> {
        Some(self.before.as_ref()?.changes_to(&self.image))
    }

    /// The live iterators by where they stand, in words; of very many, the first.
    pub fn iterators(&self) -> Vec<String> {
        let told = self.live_iterators.len().min(ITERATORS);
        let mut groups: Vec<(Standing, String)> = Vec::new();
        for &(it, standing) in &self.live_iterators[..told] {
            match groups.iter_mut().find(|group| group.0 == standing) {
                Some((_, numbers)) => *numbers += &format!(" #{it}"),
                None => groups.push((standing, format!("#{it}"))),
            }
        }
        let told_of =
            groups.into_iter().map(|(standing, numbers)| format!("{numbers}: {standing}"));
        let more = self.live_iterators.len() - told;
        told_of.chain((more > 0).then(|| format!("and {more} more"))).collect()
    }

    /// Whose map it is, and what has just been done to it.
    pub fn title(&self, name: &str) -> Vec<Line> {
        let (key, elem) = &self.types;
        let file = Line::default()
            .then(Style::new().bold(), name)
            .and(Line::plain(format!(": map[{key}]{elem}, {}", self.process)));
        let operation = match &self.step {
            None => "before the first operation".into(),
            Some(step) => format!("after operation {}: {step}", step.number),
        };
        let mut lines = vec![file, Line::plain(operation)];
        if let Some(text) = self.divergence() {
            lines.push(Line::default().then(AnsiColor::Red.on_default().bold(), text));
        }
        lines
    }

    /// What this map did otherwise than recorded, if it did.
    pub fn divergence(&self) -> Option<String> {
        divergence(self.step.as_ref()?)
    }
}

/// The live iterators of a map that is as in `image`.
pub(crate) fn live_iterators(player: &Player<'_>, image: &MapImage) -> Vec<(u64, Standing)> {
    let live = player.live_iterators().into_iter();
    live.map(|(it, position)| (it, Standing::of(position, image))).collect()
}

/// What came out of a step otherwise than recorded, if anything did.
pub(crate) fn divergence(step: &Step) -> Option<String> {
    let Step { number, line, differences, .. } = step;
    if differences.is_empty() {
        return None;
    }
    let mut text = format!("diverges at operation {number}, line {line}:");
    for (index, Difference { field, recorded, ours }) in differences.iter().enumerate() {
        let shown = |value: &Option<String>| {
            value.as_ref().map_or("nothing".into(), |value| crate::bad::excerpt(value, 40))
        };
        let comma = if index == 0 { "" } else { ";" };
        let (recorded, ours) = (shown(recorded), shown(ours));
        let _ = write!(text, "{comma} {field} recorded {recorded}, here {ours}");
    }
    Some(text)
}

/// Plays on to operation `to`; returns the last step, if any was made.
fn advance(input: &Input, player: &mut Player, to: u64) -> Result<Option<Step>, BadInput> {
    let progress = Progress::new(input.name(), input.len());
    let mut last = None;
    while player.operation() < to {
        match player.step()? {
            Some(step) => last = Some(step),
            None => break,
        }
        progress.at(player.bytes());
    }
    Ok(last)
}
