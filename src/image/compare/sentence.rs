//! What was done, in words.

use super::{Changes, Step};
use crate::hmap::Growing;
use crate::image::BucketName;
use core::fmt::{self, Display};

/// So many alike steps in a row are told one by one; of more, only the first is.
const FEW: usize = 3;

/// Go's names of the bits that [`Step::Flagged`] tells of.
const FLAGS: [&str; 3] = ["iterator", "oldIterator", "hashWriting"];

impl Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.steps.is_empty() {
            return f.write_str("nothing changed");
        }
        let mut evacuating = false;
        let mut steps = self.steps.iter().enumerate();
        while let Some((index, step)) = steps.next() {
            match step {
                Step::Marked { nevacuate } if evacuating => write!(f, " (nevacuate {nevacuate})")?,
                Step::Evacuated { .. } if evacuating => write!(f, "; one more, {}", Moved(step))?,
                _ if index > 0 => write!(f, "; {step}")?,
                _ => write!(f, "{step}")?,
            }
            evacuating = matches!(step, Step::Evacuated { .. })
                || evacuating && matches!(step, Step::Chained { .. });
            // Images that are one operation apart have no such rows.
            let alike =
                |next: &&Step| core::mem::discriminant(*next) == core::mem::discriminant(step);
            let more = self.steps[index + 1..].iter().take_while(alike).count();
            if more >= FEW {
                write!(f, " and {more} more")?;
                steps.nth(more - 1);
            }
        }
        Ok(())
    }
}

impl Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Allocated { buckets: 1 } => f.write_str("allocated the first bucket"),
            Self::Allocated { buckets } => write!(f, "allocated the first {buckets} buckets"),
            Self::Began { growing: Growing::Same, to, .. } => {
                write!(f, "began to grow to the same {}", Many(to, "bucket"))
            }
            Self::Began { from, to, .. } => write!(f, "began to double, {from} → {to} buckets"),
            Self::Evacuated { .. } => write!(f, "evacuated {}", Moved(self)),
            Self::Marked { nevacuate } => write!(f, "nevacuate {nevacuate}"),
            Self::Ended => f.write_str("growth ended"),
            Self::Chained { bucket, behind } => {
                let kind = match bucket {
                    BucketName::Heap(_) => "a new bucket",
                    BucketName::Array(_) | BucketName::Old(_) => "spare bucket",
                };
                write!(f, "chained {kind} {bucket} behind {behind}")
            }
            Self::Inserted(at) => write!(f, "inserted at {at}"),
            Self::Overwrote { at, key, elem } => {
                let what = match (key, elem) {
                    (true, true) => "key and elem",
                    (true, false) => "the key",
                    (false, _) => "the elem",
                };
                write!(f, "overwrote {what} at {at}")
            }
            Self::Removed { at, rest } => {
                write!(f, "removed {at} ({})", if rest { "emptyRest" } else { "emptyOne" })
            }
            Self::Carried { slots, links, back_to } => {
                write!(f, "emptyRest carried back {}", Many(slots, "slot"))?;
                if links > 0 {
                    write!(f, " over {}", Many(links, "link"))?;
                }
                write!(f, ", to {back_to}")
            }
            Self::Cleared { entries, growing } => {
                match entries {
                    1 => f.write_str("cleared 1 entry")?,
                    more => write!(f, "cleared {more} entries")?,
                }
                if growing != Growing::No {
                    f.write_str("; gave the growth up")?;
                }
                Ok(())
            }
            Self::Seeded => f.write_str("drew a new seed"),
            Self::Flagged { set, cleared } => {
                let comma = if set != 0 && cleared != 0 { ", " } else { "" };
                write!(f, "{}{comma}{}", Flags("set", set), Flags("cleared", cleared))
            }
            Self::Counted { noverflow } => write!(f, "noverflow came to {noverflow}"),
            Self::Unrelated => f.write_str("more changed than one operation can"),
        }
    }
}

/// Which chain was moved, and where to.
struct Moved<'a>(&'a Step);

impl Display for Moved<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Step::Evacuated { old, to_x, to_y, gone, unlinked } = *self.0 else { return Ok(()) };
        write!(f, "old bucket {old} → ")?;
        let parts = [(to_x, " to X"), (to_y, " to Y"), (gone, " removed at once")];
        let mut parts = parts.iter().filter(|(count, _)| *count > 0).peekable();
        if parts.peek().is_none() {
            f.write_str("no entry")?;
        }
        while let Some((count, what)) = parts.next() {
            let comma = if parts.peek().is_some() { ", " } else { "" };
            write!(f, "{count}{what}{comma}")?;
        }
        if unlinked > 0 {
            write!(f, ", {} unlinked", Many(unlinked, "overflow bucket"))?;
        }
        Ok(())
    }
}

/// So many of a thing.
struct Many(usize, &'static str);

impl Display for Many {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(count, what) = self;
        let s = if *count == 1 { "" } else { "s" };
        write!(f, "{count} {what}{s}")
    }
}

/// Bits of the flag byte, by name; nothing if there are none.
struct Flags(&'static str, u8);

impl Display for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(verb, bits) = self;
        let names = FLAGS.iter().enumerate().filter(|(bit, _)| bits >> bit & 1 != 0);
        for (index, (_, name)) in names.enumerate() {
            let before = if index == 0 { *verb } else { " and" };
            write!(f, "{before} {name}")?;
        }
        Ok(())
    }
}
