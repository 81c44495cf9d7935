//! Asking for a cache line before it is needed.

/// Asks the processor to fetch the cache line of an address, into all its caches.
///
/// A hint: it reads nothing, so any address will do, and costs one instruction; where the target
/// has none, nothing happens.
#[inline(always)]
pub fn prefetch(at: *const u8) {
    cfg_if::cfg_if! {
        if #[cfg(miri)] {
            let _ = at;
        } else if #[cfg(all(target_arch = "x86_64", target_feature = "sse"))] {
            use core::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
            // SAFETY: the instruction is of SSE, which the target enables, and faults nowhere.
            unsafe { _mm_prefetch::<_MM_HINT_T0>(at.cast()) }
        } else if #[cfg(target_arch = "aarch64")] {
            // SAFETY: a hint of the base instruction set, which faults nowhere.
            unsafe {
                core::arch::asm!("prfm pldl1keep, [{}]", in(reg) at,
                    options(readonly, nostack, preserves_flags));
            }
        } else {
            let _ = at;
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn any_address_may_be_asked_for() {
        let byte = 7u8;
        for at in [&raw const byte, core::ptr::null(), core::ptr::without_provenance(usize::MAX)] {
            super::prefetch(at);
        }
        assert_eq!(byte, 7);
    }
}
