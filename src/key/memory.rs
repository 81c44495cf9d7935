//! A key's own memory as bytes.

use super::GoKey;
use core::slice;

/// The memory of `value`, if its type is plain.
pub(super) fn plain_bytes<T: GoKey + ?Sized>(value: &T) -> Option<&[u8]> {
    if !T::PLAIN {
        return None;
    }
    let (start, len) = ((&raw const *value).cast::<u8>(), size_of_val(value));
    // SAFETY: the bytes are those that `value` borrows. `GoKey` promises that a plain type's bytes
    // are all initialised and hold no `UnsafeCell`, so nobody writes to them meanwhile.
    Some(unsafe { slice::from_raw_parts(start, len) })
}

/// The memory of a scalar that Go does not count as plain.
///
/// # Safety
/// Every byte of `value` is initialised, and none is in an `UnsafeCell`.
pub(super) unsafe fn scalar_bytes<T>(value: &T) -> &[u8] {
    // SAFETY: the bytes are those that `value` borrows; the caller says that they are initialised
    // and do not change.
    unsafe { slice::from_raw_parts((&raw const *value).cast::<u8>(), size_of::<T>()) }
}
