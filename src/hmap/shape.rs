//! Sizes and offsets inside a bucket.

use super::BUCKET_COUNT;
use crate::key::KeyHash;

/// Keys and elems over this many bytes live outside their bucket.
/// Go: internal/abi/map.go MapMaxKeyBytes, MapMaxElemBytes, 1.22.
pub(crate) const MAX_INLINE: usize = 128;

/// The layout of a bucket that holds keys of type `K` and elems of type `V`.
///
/// ```text
/// 0            keys_at          elems_at           overflow_at     size
/// | tophash ×8 | key slot ×8    | elem slot ×8     | overflow ptr |
/// ```
///
/// A slot is the value itself, or a pointer to it if the value is over 128 bytes. All offsets
/// are Go's as long as `K` and `V` are aligned to at most 8, as everything in Go is; a type of
/// greater alignment moves its slots to its own multiple.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) key_slot: usize,
    pub(crate) elem_slot: usize,
    pub(crate) keys_at: usize,
    pub(crate) elems_at: usize,
    pub(crate) overflow_at: usize,
    pub(crate) size: usize,
    pub(crate) align: usize,
    pub(crate) key_indirect: bool,
    pub(crate) elem_indirect: bool,
}

const fn max(a: usize, b: usize) -> usize {
    if a > b { a } else { b }
}

const POINTER: usize = size_of::<*mut u8>();

impl Shape {
    pub(crate) const fn of<K, V>() -> Self {
        let key_indirect = size_of::<K>() > MAX_INLINE;
        let elem_indirect = size_of::<V>() > MAX_INLINE;
        let (key_slot, key_align) =
            if key_indirect { (POINTER, POINTER) } else { (size_of::<K>(), align_of::<K>()) };
        let (elem_slot, elem_align) =
            if elem_indirect { (POINTER, POINTER) } else { (size_of::<V>(), align_of::<V>()) };
        let keys_at = BUCKET_COUNT.next_multiple_of(key_align);
        let elems_at = (keys_at + BUCKET_COUNT * key_slot).next_multiple_of(elem_align);
        let overflow_at = (elems_at + BUCKET_COUNT * elem_slot).next_multiple_of(POINTER);
        let align = max(POINTER, max(key_align, elem_align));
        let size = (overflow_at + POINTER).next_multiple_of(align);
        Self {
            key_slot,
            elem_slot,
            keys_at,
            elems_at,
            overflow_at,
            size,
            align,
            key_indirect,
            elem_indirect,
        }
    }

    /// Whether Go's collector would find pointers in the bucket, its overflow link apart.
    ///
    /// It decides three things that can be seen: whether an evacuated bucket is zeroed, whether
    /// overflow buckets are listed beside the chains, and how many spare buckets an array gets.
    pub(crate) const fn pointers<K, V, S: KeyHash<K>>() -> bool {
        let shape = Self::of::<K, V>();
        S::POINTERS || shape.key_indirect || shape.elem_indirect || core::mem::needs_drop::<V>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::boxed::Box;

    #[test]
    fn sizes_are_gos() {
        assert_eq!(Shape::of::<u64, u64>().size, 144);
        assert_eq!(Shape::of::<u64, u8>().size, 88);
        assert_eq!(Shape::of::<u8, ()>().size, 24);
        assert_eq!(Shape::of::<[u32; 3], u32>().size, 144);
        assert_eq!(Shape::of::<Box<str>, Box<str>>().size, 272);
        assert_eq!(Shape::of::<u16, Box<str>>().size, 160);
        assert_eq!(Shape::of::<(), ()>().size, 16);
    }

    #[test]
    fn values_over_128_bytes_take_a_pointers_slot() {
        let inline = Shape::of::<[u8; 128], [u8; 128]>();
        assert_eq!((inline.size, inline.key_indirect), (16 + 8 * 256, false));
        let indirect = Shape::of::<[u8; 129], [u8; 136]>();
        assert_eq!(
            (indirect.size, indirect.key_indirect, indirect.elem_indirect),
            (144, true, true)
        );
    }

    #[test]
    fn keys_elems_and_the_slots_of_large_ones_can_each_bring_pointers() {
        type Hash = crate::key::Go<crate::hash::Aes>;
        const LARGE: usize = 129;
        assert!(!Shape::pointers::<u64, [u8; LARGE - 1], Hash>());
        assert!(Shape::pointers::<u64, [u8; LARGE], Hash>());
        assert!(Shape::pointers::<[u8; LARGE], u64, Hash>());
        assert!(Shape::pointers::<u64, Box<u8>, Hash>());
        assert!(Shape::pointers::<alloc::string::String, u64, Hash>());
    }

    #[test]
    fn greater_alignment_is_kept_in_every_bucket_of_an_array() {
        #[repr(align(64))]
        struct Wide(#[expect(dead_code)] u8);
        for shape in [Shape::of::<Wide, u8>(), Shape::of::<u8, Wide>(), Shape::of::<u128, Wide>()] {
            assert_eq!(shape.size % 64, 0);
            assert_eq!(shape.align, 64);
        }
        assert_eq!(Shape::of::<Wide, u8>().keys_at, 64);
        assert_eq!(Shape::of::<u8, Wide>().elems_at, 64);
    }
}
