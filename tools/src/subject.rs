//! The map of a replay, whatever its types: one [`Subject`] over few instantiations.
//!
//! A replay knows its types at run time only. It collapses Go's type names to storage classes (see
//! [`Class`]), so that a few dozen maps serve all of them; and only the thin adapter here is
//! generic, all else sees `dyn Subject`. A fuzzer's instrumented build has fewer still, as each takes
//! it a second to compile: keys and elems of other sizes take the same ways through the map.

use crate::bad::Bad;
use crate::hashvec::process;
use crate::header::Header;
use crate::record::Types;
use crate::structs::{PaddedMemory, Text, TextFloat};
use crate::value::{Class, Dynamic, Value, push_hex, unhex};
use tophash::hash::{Rand, Script};
use tophash::image::{Hex, MapImage, Show};
use tophash::key::{Complex, Go, GoKey, Interface, KeyHash};
use tophash::{Cursor, Dialect, GoMap, Position};

/// The most that the array for a hint may take.
const LARGEST_ARRAY: u64 = 1 << 30;

/// An entry that an iterator came to, each half as a recording writes it.
#[derive(Debug)]
pub struct Entry {
    /// The key.
    pub k: String,
    /// The elem.
    pub v: String,
}

/// What a replay needs to know of a map's header.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// Entries.
    pub count: usize,
    /// Log2 of the buckets.
    pub b: u8,
    /// The overflow counter.
    pub noverflow: u16,
}

/// A map under a scripted source of randomness. Values come in and go out as recordings write
/// them.
///
/// # Panics
/// Every method that takes a value panics if the value is of another class than the map's.
pub trait Subject {
    /// `m[k] = v`.
    fn assign(&mut self, k: &Value, v: &Value);
    /// `m[k]`.
    fn access(&self, k: &Value) -> Option<String>;
    /// `delete(m, k)`.
    fn delete(&mut self, k: &Value);
    /// `clear(m)`.
    fn clear(&mut self);
    /// What Go says when it panics because it cannot hash `k`.
    fn hash_error(&self, k: &Value) -> Option<String>;
    /// Begins a `range`.
    fn range(&self) -> Cursor;
    /// Advances it.
    fn next(&self, cursor: &mut Cursor) -> Option<Entry>;
    /// Where it stands.
    fn position(&self, cursor: &Cursor) -> Option<Position>;
    /// Whether Go's iterator in this place would read what Go has zeroed.
    fn go_lost_its_place(&self, cursor: &Cursor) -> bool;
    /// Where the map's randomness comes from.
    fn rand(&self) -> &Rand;
    /// The script of it.
    fn script(&self) -> &Script {
        self.rand().script().expect("every subject is made with a script")
    }
    /// The header.
    fn facts(&self) -> Facts;
    /// Says what the coins of the overflow counter came to.
    fn set_noverflow(&mut self, noverflow: u16);
    /// The whole state.
    fn image(&self) -> MapImage;
}

/// Makes the map that a header describes, which draws from `rand`.
///
/// # Panics
/// If `rand` is not scripted.
///
/// # Errors
/// If the release or the size of a type is not supported, or if the hint asks for too much memory.
pub fn open(header: &Header, types: Types, rand: Rand) -> Result<Box<dyn Subject>, Bad> {
    let (dialect, alg) = process(&header.process)?;
    let go = Go(alg);
    let make = Make { hint: header.hint, hash0: header.hash0, dialect, rand };
    match types.key {
        Class::Plain(1) => make.keyed::<[u8; 1], _>(types.elem, go),
        #[cfg(not(fuzzing))]
        Class::Plain(2) => make.keyed::<[u8; 2], _>(types.elem, go),
        Class::Plain(4) => make.keyed::<[u8; 4], _>(types.elem, go),
        Class::Plain(8) => make.keyed::<[u8; 8], _>(types.elem, go),
        #[cfg(not(fuzzing))]
        Class::Plain(12) => make.keyed::<[u8; 12], _>(types.elem, go),
        #[cfg(not(fuzzing))]
        Class::Plain(16) => make.keyed::<[u8; 16], _>(types.elem, go),
        #[cfg(not(fuzzing))]
        Class::Plain(20) => make.keyed::<[u8; 20], _>(types.elem, go),
        Class::Plain(136) => make.keyed::<[u8; 136], _>(types.elem, go),
        #[cfg(not(fuzzing))]
        Class::Float32 => make.keyed::<f32, _>(types.elem, go),
        Class::Float64 => make.keyed::<f64, _>(types.elem, go),
        #[cfg(not(fuzzing))]
        Class::Complex128 => make.keyed::<Complex<f64>, _>(types.elem, go),
        Class::Padded => make.keyed::<[u8; 8], _>(types.elem, PaddedMemory(go)),
        Class::TextFloat => make.keyed::<TextFloat, _>(types.elem, go),
        Class::Text => make.keyed::<Text, _>(types.elem, go),
        Class::Interface => make.keyed::<Interface, _>(types.elem, go),
        #[cfg(fuzzing)]
        Class::Float32 | Class::Complex128 => Err(Bad::new("key", "not of the types fuzzed")),
        Class::Plain(size) => {
            Err(Bad::new("key", format!("keys of {size} bytes are not supported")))
        }
    }
}

/// What it takes to make a map of any types.
struct Make {
    hint: i64,
    hash0: u32,
    dialect: &'static Dialect,
    rand: Rand,
}

impl Make {
    fn keyed<K, S>(self, elem: Class, hasher: S) -> Result<Box<dyn Subject>, Bad>
    where
        K: Stored + GoKey + 'static,
        S: KeyHash<K> + 'static,
    {
        match elem {
            Class::Plain(0) => self.map::<K, [u8; 0], S>(hasher),
            #[cfg(not(fuzzing))]
            Class::Plain(1) => self.map::<K, [u8; 1], S>(hasher),
            #[cfg(not(fuzzing))]
            Class::Plain(2) => self.map::<K, [u8; 2], S>(hasher),
            #[cfg(not(fuzzing))]
            Class::Plain(4) => self.map::<K, [u8; 4], S>(hasher),
            Class::Plain(8) => self.map::<K, [u8; 8], S>(hasher),
            #[cfg(not(fuzzing))]
            Class::Plain(12) => self.map::<K, [u8; 12], S>(hasher),
            #[cfg(not(fuzzing))]
            Class::Plain(16) => self.map::<K, [u8; 16], S>(hasher),
            #[cfg(not(fuzzing))]
            Class::Plain(20) => self.map::<K, [u8; 20], S>(hasher),
            Class::Plain(136) => self.map::<K, [u8; 136], S>(hasher),
            Class::Text => self.map::<K, Text, S>(hasher),
            #[cfg(not(fuzzing))]
            Class::TextFloat => self.map::<K, TextFloat, S>(hasher),
            #[cfg(fuzzing)]
            Class::TextFloat => Err(Bad::new("elem", "not of the types fuzzed")),
            Class::Plain(size) => {
                Err(Bad::new("elem", format!("elems of {size} bytes are not supported")))
            }
            Class::Float32
            | Class::Float64
            | Class::Complex128
            | Class::Interface
            | Class::Padded => {
                unreachable!("Class::of_elem yields plain memory and what holds a string")
            }
        }
    }

    fn map<K, V, S>(self, hasher: S) -> Result<Box<dyn Subject>, Bad>
    where
        K: Stored + GoKey + 'static,
        V: Stored + 'static,
        S: KeyHash<K> + 'static,
    {
        let bytes = GoMap::<K, V, S>::array_bytes_for(self.hint, self.dialect);
        if bytes > LARGEST_ARRAY {
            let what = format!("{} asks for an array of {bytes} bytes, over 1 GiB", self.hint);
            return Err(Bad::new("hint", what));
        }
        let Self { hint, hash0, dialect, rand } = self;
        rand.script().expect("every subject is made with a script").begin(Some(hash0));
        Ok(Box::new(GoMap::<K, V, S>::with_source(hint, hasher, rand, dialect)))
    }
}

impl<K: Stored + GoKey, V: Stored, S: KeyHash<K>> Subject for GoMap<K, V, S> {
    fn assign(&mut self, k: &Value, v: &Value) {
        self.insert(K::read(k), V::read(v));
    }

    fn access(&self, k: &Value) -> Option<String> {
        self.get(&K::read(k)).map(V::written)
    }

    fn delete(&mut self, k: &Value) {
        self.remove(&K::read(k));
    }

    fn clear(&mut self) {
        self.clear();
    }

    fn hash_error(&self, k: &Value) -> Option<String> {
        self.hasher().hash_error(&K::read(k)).map(|error| error.to_string())
    }

    fn range(&self) -> Cursor {
        self.range()
    }

    fn next(&self, cursor: &mut Cursor) -> Option<Entry> {
        cursor.next(self).map(|(k, v)| Entry { k: k.written(), v: v.written() })
    }

    fn position(&self, cursor: &Cursor) -> Option<Position> {
        cursor.position(self)
    }

    fn go_lost_its_place(&self, cursor: &Cursor) -> bool {
        cursor.go_lost_its_place(self)
    }

    fn rand(&self) -> &Rand {
        self.rand()
    }

    fn facts(&self) -> Facts {
        let header = self.header();
        Facts { count: header.count(), b: header.b(), noverflow: header.noverflow() }
    }

    fn set_noverflow(&mut self, noverflow: u16) {
        self.set_noverflow(noverflow);
    }

    fn image(&self) -> MapImage {
        MapImage::of(self, &K::SHOW, &V::SHOW)
    }
}

/// The Rust type that stores a class.
trait Stored: Sized {
    /// How an image shows it.
    type Show: Show<Self>;
    const SHOW: Self::Show;

    /// Reads a value of the class.
    fn read(value: &Value) -> Self;

    /// Appends it to `out` as a recording writes it.
    fn write(&self, out: &mut String);

    fn written(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }
}

impl<const N: usize> Stored for [u8; N] {
    type Show = Hex;
    const SHOW: Hex = Hex;

    fn read(value: &Value) -> Self {
        value.array()
    }

    fn write(&self, out: &mut String) {
        push_hex(self, out);
    }
}

impl Stored for f32 {
    type Show = Hex;
    const SHOW: Hex = Hex;

    fn read(value: &Value) -> Self {
        Self::from_le_bytes(value.array())
    }

    fn write(&self, out: &mut String) {
        push_hex(&self.to_le_bytes(), out);
    }
}

impl Stored for f64 {
    type Show = Hex;
    const SHOW: Hex = Hex;

    fn read(value: &Value) -> Self {
        Self::from_le_bytes(value.array())
    }

    fn write(&self, out: &mut String) {
        push_hex(&self.to_le_bytes(), out);
    }
}

impl Stored for Complex<f64> {
    type Show = Hex;
    const SHOW: Hex = Hex;

    fn read(value: &Value) -> Self {
        complex(value)
    }

    fn write(&self, out: &mut String) {
        push_hex(&self.re.to_le_bytes(), out);
        push_hex(&self.im.to_le_bytes(), out);
    }
}

impl Stored for TextFloat {
    type Show = Written;
    const SHOW: Written = Written;

    fn read(value: &Value) -> Self {
        Self::read(value)
    }

    fn write(&self, out: &mut String) {
        let (text, number) = self.fields();
        out.push('{');
        push_hex(text, out);
        out.push(',');
        push_hex(&number, out);
        out.push('}');
    }
}

impl Stored for Text {
    type Show = Written;
    const SHOW: Written = Written;

    fn read(value: &Value) -> Self {
        Self(value.bytes().into())
    }

    fn write(&self, out: &mut String) {
        push_hex(&self.0, out);
    }
}

impl Stored for Interface {
    type Show = Written;
    const SHOW: Written = Written;

    fn read(value: &Value) -> Self {
        interface(value)
    }

    fn write(&self, out: &mut String) {
        out.push_str(self.type_name().unwrap_or("nil"));
        out.push(':');
        push_hex(self.bytes().unwrap_or_default(), out);
    }
}

/// Shows a value as a recording writes it.
struct Written;

impl<T: Stored> Show<T> for Written {
    fn show(&self, value: &T, out: &mut String) {
        value.write(out);
    }
}

/// Reads a `complex128`.
pub(crate) fn complex(value: &Value) -> Complex<f64> {
    let [re, im] = *value.array::<16>().as_chunks().0 else {
        unreachable!("sixteen bytes are two floats")
    };
    Complex { re: f64::from_le_bytes(re), im: f64::from_le_bytes(im) }
}

/// Reads an `interface{}`.
pub(crate) fn interface(value: &Value) -> Interface {
    let (dynamic, hex) = value.dynamic();
    let bytes = unhex(hex);
    let eight = || <[u8; 8]>::try_from(&*bytes).expect("a value has its type's size");
    match dynamic {
        Dynamic::Nil => Interface::NIL,
        Dynamic::Int64 => Interface::from(i64::from_le_bytes(eight())),
        Dynamic::Float64 => Interface::from(f64::from_le_bytes(eight())),
        Dynamic::Uint8 => Interface::from(bytes[0]),
        Dynamic::Text => Interface::string(bytes),
        Dynamic::Ints => Interface::unhashable("[]int", bytes),
    }
}
