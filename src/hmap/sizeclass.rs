//! How many buckets an array gets: Go's allocator rounds up, and the map uses the rest.

use super::dialect::Dialect;

/// Go's small size classes, in bytes. Go: runtime/sizeclasses.go class_to_size, 1.21 to 1.23.
const CLASSES: [u16; 67] = [
    8, 16, 24, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240, 256, 288, 320, 352,
    384, 416, 448, 480, 512, 576, 640, 704, 768, 896, 1024, 1152, 1280, 1408, 1536, 1792, 2048,
    2304, 2688, 3072, 3200, 3456, 4096, 4864, 5376, 6144, 6528, 6784, 6912, 8192, 9472, 9728,
    10240, 10880, 12288, 13568, 14336, 16384, 18432, 19072, 20480, 21760, 24576, 27264, 28672,
    32768,
];

/// Larger objects are whole pages of Go's heap.
const PAGE: usize = 8192;

/// An object that holds pointers and is larger than this is preceded by its type, from 1.22 on.
const MIN_SIZE_FOR_MALLOC_HEADER: usize = 512;
const MALLOC_HEADER: usize = 8;

/// The bytes Go's allocator hands out when asked for `size`. Go: runtime/msize.go roundupsize.
fn roundupsize(size: usize, header: bool) -> usize {
    let largest = CLASSES[CLASSES.len() - 1] as usize;
    let extra = if header && size > MIN_SIZE_FOR_MALLOC_HEADER { MALLOC_HEADER } else { 0 };
    if size + extra > largest {
        return size.next_multiple_of(PAGE);
    }
    let class = CLASSES.partition_point(|&class| (class as usize) < size + extra);
    CLASSES[class] as usize - extra
}

/// How many buckets of `bucket_size` bytes an array for 2^`b` has, spare ones included; `None`
/// where the array's size in bytes overflows.
///
/// From 2^4 buckets on, Go adds one spare bucket to every sixteen and what the allocator's
/// rounding leaves over, for overflow chains. Go: runtime/map.go makeBucketArray, 1.22.
pub(super) fn buckets_for(
    b: u8,
    bucket_size: usize,
    pointers: bool,
    dialect: &Dialect,
) -> Option<usize> {
    let base = 1usize.checked_shl(u32::from(b))?;
    if b < 4 {
        return Some(base);
    }
    let bytes = (base + (base >> 4)).checked_mul(bucket_size)?;
    if bytes > isize::MAX as usize - PAGE {
        return None;
    }
    Some(roundupsize(bytes, pointers && dialect.malloc_header) / bucket_size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_at_a_class_stay_and_one_more_moves_up() {
        for pair in CLASSES.windows(2) {
            let (low, high) = (pair[0] as usize, pair[1] as usize);
            assert_eq!(roundupsize(low, false), low);
            assert_eq!(roundupsize(low + 1, false), high);
        }
        assert_eq!(roundupsize(32769, false), 40960);
    }

    #[test]
    fn a_header_takes_eight_bytes_from_513_to_32760() {
        assert_eq!(roundupsize(512, true), 512);
        assert_eq!(roundupsize(513, true), 576 - 8);
        assert_eq!(roundupsize(576, true), 640 - 8);
        assert_eq!(roundupsize(32760, true), 32760);
        assert_eq!(roundupsize(32761, true), 32768);
        assert_eq!(roundupsize(32769, true), 40960);
    }

    #[test]
    fn small_maps_get_no_spare_buckets() {
        for b in 0..4 {
            assert_eq!(buckets_for(b, 144, false, Dialect::GO_1_23), Some(1 << b));
        }
    }

    #[test]
    fn the_malloc_header_can_cost_spare_buckets_or_bring_some() {
        // map[string][7]uint16: 256 bytes a bucket; 17 asked for, 4352 bytes: 4864, or 4856 + 8.
        // map[string]uint16: 160 bytes a bucket; 68 asked for, 10880 bytes, or 12280 + 8.
        // map[uint8]*T: 88 bytes a bucket; 68 asked for, 5984 bytes: 6144, or 6136 + 8.
        for (b, size, without, with) in [(4, 256, 19, 18), (6, 160, 68, 76), (6, 88, 69, 69)] {
            for pointers in [false, true] {
                let in_1_21 = buckets_for(b, size, pointers, Dialect::GO_1_21);
                let in_1_22 = buckets_for(b, size, pointers, Dialect::GO_1_22);
                let expected = if pointers { with } else { without };
                assert_eq!((in_1_21, in_1_22), (Some(without), Some(expected)), "{b}, {size}");
            }
        }
    }

    #[test]
    fn an_overflowing_array_has_no_size() {
        assert_eq!(buckets_for(63, 144, false, Dialect::GO_1_23), None);
        assert_eq!(buckets_for(64, 144, false, Dialect::GO_1_23), None);
        // What fits a `usize` but no allocation; and what fits both.
        assert_eq!(buckets_for(56, 144, false, Dialect::GO_1_23), None);
        assert!(buckets_for(54, 144, false, Dialect::GO_1_23).is_some());
        // With the rounding to a page, no allocation: 2^63 - 9 bytes.
        assert_eq!(buckets_for(4, isize::MAX as usize / 17, false, Dialect::GO_1_23), None);
    }
}
