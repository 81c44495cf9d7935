//! Maps of values that serde knows, as maps of serde's.

use super::GoMap;
use crate::key::KeyHash;
use serde_core::ser::{Serialize, SerializeMap, Serializer};

impl<K: Serialize, V: Serialize, S: KeyHash<K>> Serialize for GoMap<K, V, S> {
    fn serialize<T: Serializer>(&self, serializer: T) -> Result<T::Ok, T::Error> {
        // Not by `iter`, which leaves traces in the map.
        let mut map = serializer.serialize_map(Some(self.len()))?;
        for (key, value) in self.table.entries_in_memory() {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

#[cfg(feature = "std")]
mod de {
    use super::{GoMap, KeyHash};
    use core::fmt;
    use core::marker::PhantomData;
    use serde_core::de::{Deserialize, Deserializer, MapAccess, Visitor};

    /// The most entries that an input's word is taken for: it may promise more than it has.
    const TRUSTED: usize = 4096;

    impl<'de, K, V, S> Deserialize<'de> for GoMap<K, V, S>
    where
        K: Deserialize<'de>,
        V: Deserialize<'de>,
        S: KeyHash<K> + Default,
    {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            deserializer.deserialize_map(Entries(PhantomData))
        }
    }

    struct Entries<M>(PhantomData<fn() -> M>);

    impl<'de, K, V, S> Visitor<'de> for Entries<GoMap<K, V, S>>
    where
        K: Deserialize<'de>,
        V: Deserialize<'de>,
        S: KeyHash<K> + Default,
    {
        type Value = GoMap<K, V, S>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a map")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
            let hint = entries.size_hint().unwrap_or(0).min(TRUSTED);
            let mut map = GoMap::with_capacity_and_hasher(hint, S::default());
            while let Some((key, value)) = entries.next_entry()? {
                map.insert(key, value);
            }
            Ok(map)
        }
    }
}
