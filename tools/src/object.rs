//! One line's JSON object, read strictly: every complaint names its field.
//!
//! Derived deserialisers report a bad value by line and column only, and a tree of
//! `serde_json::Value`s would cost many times the line's own size. So each kind of line states its
//! fields itself, through [`Object`].

use crate::bad::Bad;
use serde::de::{Deserialize, DeserializeSeed, Error, IgnoredAny, MapAccess, Visitor};
use std::fmt;

/// A kind of line: the fields it knows.
pub(crate) trait Object: Default {
    /// What a field that [`Object::set`] does not know is.
    const UNKNOWN: Unknown;

    /// Stores the value of the field `name`; `false` if this kind of line has no such field.
    fn set<'de, M: MapAccess<'de>>(&mut self, name: &str, map: &mut M) -> Result<bool, M::Error>;
}

/// What becomes of a field without meaning.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Unknown {
    Refused,
    Ignored,
}

/// Stores the next value of `map` in `slot`.
pub(crate) fn put<'de, T: Deserialize<'de>, M: MapAccess<'de>>(
    slot: &mut Option<T>,
    map: &mut M,
) -> Result<bool, M::Error> {
    if slot.is_some() {
        return Err(M::Error::custom("given twice"));
    }
    *slot = Some(map.next_value()?);
    Ok(true)
}

/// Reads `line` as one object of kind `O`.
pub(crate) fn parse<O: Object>(line: &str) -> Result<O, Bad> {
    let mut field = None;
    let mut json = serde_json::Deserializer::from_str(line);
    let parsed = Reader { field: &mut field, object: O::default() }
        .deserialize(&mut json)
        .and_then(|object| json.end().map(|()| object));
    parsed.map_err(|error| {
        // The parser saw one line only: its "at line 1" would mislead.
        let text = error.to_string();
        let what = text.rfind(" at line ").map_or(text.as_str(), |end| &text[..end]);
        let what = match error.column() {
            0 => what.to_owned(),
            // The column first: what follows may be cut.
            column => format!("column {column}: {what}"),
        };
        Bad::new(field.unwrap_or_else(|| "line".into()), what)
    })
}

/// Drives an [`Object`], and remembers which field it was at when an error came.
struct Reader<'f, O> {
    field: &'f mut Option<String>,
    object: O,
}

impl<'de, O: Object> DeserializeSeed<'de> for Reader<'_, O> {
    type Value = O;

    fn deserialize<D: serde::Deserializer<'de>>(self, json: D) -> Result<O, D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de, O: Object> Visitor<'de> for Reader<'_, O> {
    type Value = O;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<M: MapAccess<'de>>(mut self, mut map: M) -> Result<O, M::Error> {
        while let Some(name) = map.next_key::<String>()? {
            let name = self.field.insert(name);
            if !self.object.set(name, &mut map)? {
                if O::UNKNOWN == Unknown::Refused {
                    return Err(M::Error::custom("unknown field"));
                }
                map.next_value::<IgnoredAny>()?;
            }
            *self.field = None;
        }
        Ok(self.object)
    }
}
