//! The canonical text of a state, which recordings of real Go hold a digest of.

use super::show::write_hex;
use super::{BucketImage, BucketName, Cells, MapImage};
use crate::hmap::Growing;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::{self, Write};

impl MapImage {
    /// Writes the canonical text: one line for the header, one for each bucket, three for what
    /// hangs on them, each ended by `\n`.
    ///
    /// # Errors
    /// If `out` does.
    pub fn write_canonical<W: Write + ?Sized>(&self, out: &mut W) -> fmt::Result {
        let growing = match self.growing {
            Growing::No => "no",
            Growing::Double => "double",
            Growing::Same => "same",
        };
        writeln!(
            out,
            "hmap count={} flags={} B={} noverflow={} hash0={} nevacuate={} growing={growing}",
            self.count, self.flags, self.b, self.noverflow, self.hash0, self.nevacuate,
        )?;
        writeln!(out, "buckets {}", self.regular)?;
        self.buckets.iter().try_for_each(|bucket| bucket.write_line(out))?;
        if self.growing != Growing::No {
            writeln!(out, "oldbuckets {}", self.old_regular)?;
            self.old_buckets.iter().try_for_each(|bucket| bucket.write_line(out))?;
        }
        writeln!(out, "next_overflow={}", OrDash(self.next_overflow))?;
        writeln!(out, "overflow=[{}]", List(&self.overflow))?;
        writeln!(out, "oldoverflow=[{}]", List(&self.oldoverflow))
    }

    /// The canonical text, line by line.
    pub fn to_lines(&self) -> Vec<String> {
        self.to_string().lines().map(String::from).collect()
    }

    /// The FNV-1a-64 of the canonical text: what a recording calls the state.
    pub fn digest(&self) -> u64 {
        let mut hash = Fnv1a::default();
        // A hash refuses nothing.
        let _ = self.write_canonical(&mut hash);
        hash.finish()
    }
}

impl fmt::Display for MapImage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_canonical(f)
    }
}

impl BucketImage {
    fn write_line<W: Write + ?Sized>(&self, out: &mut W) -> fmt::Result {
        write!(out, "{} th=", self.name)?;
        write_hex(&self.tophash, out)?;
        out.write_str(" k=")?;
        self.keys.write(out)?;
        out.write_str(" e=")?;
        self.elems.write(out)?;
        writeln!(out, " ovf={}", OrDash(self.overflow))
    }
}

impl Cells {
    pub(super) fn write<W: Write + ?Sized>(&self, out: &mut W) -> fmt::Result {
        match self {
            Self::Memory(bytes) => write_hex(bytes, out)?,
            Self::Values(values) => {
                for (lane, value) in values.iter().enumerate() {
                    out.write_str(if lane == 0 { "[" } else { "," })?;
                    out.write_str(value.as_deref().unwrap_or("_"))?;
                }
                out.write_str("]")?;
            }
        }
        Ok(())
    }
}

pub(super) struct OrDash<T>(pub(super) Option<T>);

impl<T: fmt::Display> fmt::Display for OrDash<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(name) => name.fmt(f),
            None => f.write_str("-"),
        }
    }
}

struct List<'a>(&'a [BucketName]);

impl fmt::Display for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, name) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            name.fmt(f)?;
        }
        Ok(())
    }
}

/// FNV-1a with 64 bits, over text as it is written.
///
/// ```
/// use std::fmt::Write;
/// use tophash::image::Fnv1a;
/// let mut hash = Fnv1a::default();
/// hash.write_str("foobar").expect("a hash refuses nothing");
/// assert_eq!(hash.finish(), 0x8594_4171_f739_67e8);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Fnv1a(u64);

impl Default for Fnv1a {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv1a {
    /// The hash of what was written.
    pub fn finish(self) -> u64 {
        self.0
    }
}

impl Write for Fnv1a {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for &byte in text.as_bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
        }
        Ok(())
    }
}

/// The digest of a state given as its lines.
///
/// ```
/// use tophash::GoMap;
/// use tophash::image::{Hex, MapImage, digest_lines};
/// let image = MapImage::of(&GoMap::from([(1u8, 2u8)]), &Hex, &Hex);
/// let lines = image.to_lines();
/// assert_eq!(digest_lines(lines.iter().map(String::as_str)), image.digest());
/// ```
pub fn digest_lines<'a>(lines: impl IntoIterator<Item = &'a str>) -> u64 {
    let mut hash = Fnv1a::default();
    for line in lines {
        // A hash refuses nothing.
        let _ = hash.write_str(line);
        let _ = hash.write_str("\n");
    }
    hash.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_fnv_1a_64() {
        // The reference values of the FNV specification.
        let of = |text: &str| {
            let mut hash = Fnv1a::default();
            hash.write_str(text).expect("a hash refuses nothing");
            hash.finish()
        };
        assert_eq!(of(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(of("a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(of("foobar"), 0x8594_4171_f739_67e8);
    }
}
