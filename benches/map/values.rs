//! The keys and elems of Go's matrix.

use std::ptr;

/// A type of keys or elems.
pub(crate) trait Value: Copy + 'static {
    /// What Go's benchmarks call it.
    const NAME: &'static str;

    /// The `i`-th value. Those of a type are all different, and as keys in no order that a weak hash
    /// could keep.
    fn nth(i: u32) -> Self;

    /// A number that is told from the value; that of `nth(i)` is the same for every map.
    fn number(&self) -> u64;
}

/// All 32-bit numbers, each once, out of order.
fn scattered(i: u32) -> u32 {
    i.wrapping_mul(0x9e37_79b9)
}

impl Value for i32 {
    const NAME: &'static str = "int32";

    fn nth(i: u32) -> Self {
        scattered(i).cast_signed()
    }

    fn number(&self) -> u64 {
        u64::from(self.cast_unsigned())
    }
}

impl Value for i64 {
    const NAME: &'static str = "int64";

    fn nth(i: u32) -> Self {
        i64::from(scattered(i)) << 20
    }

    fn number(&self) -> u64 {
        self.cast_unsigned()
    }
}

/// 16 digits, at an address of their own for each call; never freed, as values refer to them for as
/// long as the process lives.
impl Value for &'static str {
    const NAME: &'static str = "string";

    fn nth(i: u32) -> Self {
        format!("{:016x}", scattered(i)).leak()
    }

    fn number(&self) -> u64 {
        u64::from(self.as_bytes()[15])
    }
}

/// Go's smallType, mediumType and bigType.
macro_rules! bytes {
    ($($size:literal $name:literal),+) => {$(
        impl Value for [u8; $size] {
            const NAME: &'static str = $name;

            fn nth(i: u32) -> Self {
                let mut bytes = [0; $size];
                bytes[..4].copy_from_slice(&scattered(i).to_le_bytes());
                bytes
            }

            fn number(&self) -> u64 {
                u64::from(self[0])
            }
        }
    )+};
}

bytes!(16 "smallType", 512 "mediumType", 4096 "bigType");

/// Nothing reads through it: a key is hashed and compared by its address.
impl Value for *const i32 {
    const NAME: &'static str = "*int32";

    fn nth(i: u32) -> Self {
        ptr::without_provenance(4 * (scattered(i) as usize + 1))
    }

    fn number(&self) -> u64 {
        self.addr() as u64
    }
}
