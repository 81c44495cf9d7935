//! The virtual counter of arm64.

use core::arch::asm;

/// The name of the register that holds the counter.
pub(super) const NAME: &str = "cntvct_el0";

/// Linux lets every program read it.
pub(super) fn exists() -> bool {
    cfg!(target_os = "linux") || cfg!(target_vendor = "apple")
}

/// The counter: `isb` lets the reading begin when all before it is done, and what follows when it
/// is.
#[inline(always)]
pub(super) fn begin() -> u64 {
    let ticks: u64;
    // SAFETY: `Counter` checked that programs may read the register.
    unsafe {
        asm!("isb", "mrs {0}, cntvct_el0", "isb", out(reg) ticks, options(nostack, preserves_flags));
    }
    ticks
}

/// The counter behind what is measured.
#[inline(always)]
pub(super) fn end() -> u64 {
    begin()
}

/// Performs `n` additions, rounded up to a multiple of 16, each of which needs the sum of the one
/// before it: about one cycle of the core each. Returns the sum.
#[inline(never)]
pub fn additions(n: u64) -> u64 {
    let mut sum = 1;
    for _ in 0..n.div_ceil(16) {
        // Of two registers: some cores add a constant while they rename. The loop's own count runs
        // beside the chain.
        // Not `pure`: such a chain could be computed before the first reading of the counter.
        // SAFETY: additions of one register to another.
        unsafe {
            asm!(
                "add {sum}, {sum}, {step}", "add {sum}, {sum}, {step}",
                "add {sum}, {sum}, {step}", "add {sum}, {sum}, {step}",
                "add {sum}, {sum}, {step}", "add {sum}, {sum}, {step}",
                "add {sum}, {sum}, {step}", "add {sum}, {sum}, {step}",
                "add {sum}, {sum}, {step}", "add {sum}, {sum}, {step}",
                "add {sum}, {sum}, {step}", "add {sum}, {sum}, {step}",
                "add {sum}, {sum}, {step}", "add {sum}, {sum}, {step}",
                "add {sum}, {sum}, {step}", "add {sum}, {sum}, {step}",
                sum = inout(reg) sum, step = in(reg) 3u64,
                options(nomem, nostack, preserves_flags)
            );
        }
    }
    sum
}

/// `value`, of which the compiler knows nothing from here on; it stays in its register.
///
/// [`black_box`](core::hint::black_box) takes its argument through memory, which shows in loops of
/// a few cycles. A loop whose counter passes through here is neither unrolled nor vectorised, and
/// what is computed from the result is computed anew each time.
#[inline(always)]
pub fn opaque(value: u64) -> u64 {
    let mut value = value;
    // SAFETY: no instruction at all.
    unsafe { asm!("/* {0} */", inout(reg) value, options(nomem, nostack, preserves_flags)) };
    value
}
