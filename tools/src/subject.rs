//! The map of a replay, whatever its types: one [`Subject`] over few instantiations.
//!
//! A replay knows its types at run time only. It collapses Go's type names to storage classes (see
//! [`Class`]), so that a few dozen maps serve all of them; and only the thin adapter here is
//! generic, all else sees `dyn Subject`.

use crate::bad::Bad;
use crate::hashvec::process;
use crate::header::Header;
use crate::record::Types;
use crate::value::{Class, Dynamic, Value, push_hex, unhex};
use tophash::hash::{AnyAlg, Rand, Script};
use tophash::image::{Hex, MapImage, Show};
use tophash::key::{ByteString, Go, GoKey, Interface};
use tophash::{Cursor, Dialect, GoMap};

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
    let make = Make { hint: header.hint, hash0: header.hash0, dialect, alg, rand };
    match types.key {
        Class::Plain(1) => make.keyed::<[u8; 1]>(types.elem),
        Class::Plain(2) => make.keyed::<[u8; 2]>(types.elem),
        Class::Plain(4) => make.keyed::<[u8; 4]>(types.elem),
        Class::Plain(8) => make.keyed::<[u8; 8]>(types.elem),
        Class::Plain(12) => make.keyed::<[u8; 12]>(types.elem),
        Class::Plain(16) => make.keyed::<[u8; 16]>(types.elem),
        Class::Plain(20) => make.keyed::<[u8; 20]>(types.elem),
        Class::Plain(136) => make.keyed::<[u8; 136]>(types.elem),
        Class::Float32 => make.keyed::<f32>(types.elem),
        Class::Float64 => make.keyed::<f64>(types.elem),
        Class::Text => make.keyed::<Text>(types.elem),
        Class::Interface => make.keyed::<Interface>(types.elem),
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
    alg: AnyAlg,
    rand: Rand,
}

impl Make {
    fn keyed<K: Stored + GoKey + 'static>(self, elem: Class) -> Result<Box<dyn Subject>, Bad> {
        match elem {
            Class::Plain(0) => self.map::<K, [u8; 0]>(),
            Class::Plain(1) => self.map::<K, [u8; 1]>(),
            Class::Plain(2) => self.map::<K, [u8; 2]>(),
            Class::Plain(4) => self.map::<K, [u8; 4]>(),
            Class::Plain(8) => self.map::<K, [u8; 8]>(),
            Class::Plain(12) => self.map::<K, [u8; 12]>(),
            Class::Plain(16) => self.map::<K, [u8; 16]>(),
            Class::Plain(20) => self.map::<K, [u8; 20]>(),
            Class::Plain(136) => self.map::<K, [u8; 136]>(),
            Class::Text => self.map::<K, Text>(),
            Class::Plain(size) => {
                Err(Bad::new("elem", format!("elems of {size} bytes are not supported")))
            }
            Class::Float32 | Class::Float64 | Class::Interface => {
                unreachable!("Class::of_elem yields plain memory and strings")
            }
        }
    }

    fn map<K, V>(self) -> Result<Box<dyn Subject>, Bad>
    where
        K: Stored + GoKey + 'static,
        V: Stored + 'static,
    {
        let bytes = Map::<K, V>::array_bytes_for(self.hint, self.dialect);
        if bytes > LARGEST_ARRAY {
            let what = format!("{} asks for an array of {bytes} bytes, over 1 GiB", self.hint);
            return Err(Bad::new("hint", what));
        }
        let Self { hint, hash0, dialect, alg, rand } = self;
        rand.script().expect("every subject is made with a script").begin(Some(hash0));
        Ok(Box::new(GoMap::<K, V, _>::with_source(hint, Go(alg), rand, dialect)))
    }
}

/// A map of the runtime's kind under a hash function that is chosen at run time.
type Map<K, V> = GoMap<K, V, Go<AnyAlg>>;

impl<K: Stored + GoKey, V: Stored> Subject for Map<K, V> {
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
        K::read(k).hash_error().map(|error| error.to_string())
    }

    fn range(&self) -> Cursor {
        self.range()
    }

    fn next(&self, cursor: &mut Cursor) -> Option<Entry> {
        cursor.next(self).map(|(k, v)| Entry { k: k.written(), v: v.written() })
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

/// A Go string, of its size.
type Text = ByteString<Box<[u8]>>;

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
