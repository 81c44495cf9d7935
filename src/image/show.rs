//! How keys and elems are written in an image.

use crate::hmap::Slots;
use alloc::string::String;
use bytemuck::NoUninit;
use core::fmt::{self, Write};

/// A way to write values of type `T`. A closure that appends a value's text is one.
///
/// ```
/// use tophash::GoMap;
/// use tophash::image::{Hex, MapImage};
/// let name = |key: &&str, out: &mut String| out.push_str(key);
/// let image = MapImage::of(&GoMap::from([("gopher", 1u8)]), &name, &Hex);
/// assert!(image.to_lines()[2].contains("k=[gopher,_,_,_,_,_,_,_]"));
/// ```
pub trait Show<T> {
    /// Appends the value's text to `out`.
    fn show(&self, value: &T, out: &mut String);

    /// The memory of eight slots, where it is to be shown whole: then values that are gone show
    /// too, as bytes. Types with padding have no readable memory.
    fn memory<'a>(&self, slots: &Slots<'a, T>) -> Option<&'a [u8]> {
        let _ = slots;
        None
    }
}

/// Writes values as the hex of their memory, lowest address first.
///
/// ```
/// use tophash::GoMap;
/// use tophash::image::{Hex, MapImage};
/// let image = MapImage::of(&GoMap::from([(1u8, 0xabcdu16)]), &Hex, &Hex);
/// assert!(image.to_lines()[2].contains("e=cdab"));
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Hex;

impl<T: NoUninit> Show<T> for Hex {
    fn show(&self, value: &T, out: &mut String) {
        // A `String` refuses nothing.
        let _ = write_hex(bytemuck::bytes_of(value), out);
    }

    fn memory<'a>(&self, slots: &Slots<'a, T>) -> Option<&'a [u8]> {
        Some(slots.bytes())
    }
}

impl<T, F: Fn(&T, &mut String)> Show<T> for F {
    fn show(&self, value: &T, out: &mut String) {
        self(value, out);
    }
}

/// Writes bytes as lowercase hex.
pub(crate) fn write_hex<W: Write + ?Sized>(bytes: &[u8], out: &mut W) -> fmt::Result {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    // In pieces, so that a bucket's area is a few calls of `out` and not hundreds.
    let mut text = [0; 128];
    for piece in bytes.chunks(text.len() / 2) {
        for (pair, byte) in text.as_chunks_mut::<2>().0.iter_mut().zip(piece) {
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 15)];
        }
        out.write_str(str::from_utf8(&text[..2 * piece.len()]).map_err(|_| fmt::Error)?)?;
    }
    Ok(())
}
