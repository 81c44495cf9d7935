//! The time-stamp counter of x86-64.

use core::arch::asm;
use core::arch::x86_64::{__cpuid, __rdtscp, _mm_lfence, _rdtsc};

/// The name of the instruction that reads the counter.
pub(super) const NAME: &str = "rdtscp";

/// Whether the processor has `rdtscp`; every 64-bit one of the last fifteen years has.
pub(super) fn exists() -> bool {
    const EXTENDED: u32 = 0x8000_0000;
    __cpuid(EXTENDED).eax > EXTENDED && __cpuid(EXTENDED + 1).edx >> 27 & 1 != 0
}

/// The counter before what is measured: `lfence` lets `rdtsc` begin when all before it is done, and
/// what follows when it is.
#[inline(always)]
pub(super) fn begin() -> u64 {
    // SAFETY: both instructions belong to every x86-64 that has `rdtscp`, which `Counter` checked.
    unsafe {
        _mm_lfence();
        let ticks = _rdtsc();
        _mm_lfence();
        ticks
    }
}

/// The counter behind what is measured: `rdtscp` waits for all before it by itself.
#[inline(always)]
pub(super) fn end() -> u64 {
    // SAFETY: `Counter` checked that the processor has it; the number of the core has a place to go.
    unsafe {
        let ticks = __rdtscp(&mut 0);
        _mm_lfence();
        ticks
    }
}

/// Performs `n` additions, rounded up to a multiple of 16, each of which needs the sum of the one
/// before it: about one cycle of the core each. Returns the sum.
#[inline(never)]
pub fn additions(n: u64) -> u64 {
    let mut sum = 1;
    for _ in 0..n.div_ceil(16) {
        // Of two registers: some cores add a constant to a register while they rename it, in no
        // time at all. The loop's own count runs beside the chain.
        // Not `pure`: such a chain could be computed before the first reading of the counter.
        // SAFETY: additions of one register to another.
        unsafe {
            asm!(
                "add {sum}, {step}", "add {sum}, {step}", "add {sum}, {step}", "add {sum}, {step}",
                "add {sum}, {step}", "add {sum}, {step}", "add {sum}, {step}", "add {sum}, {step}",
                "add {sum}, {step}", "add {sum}, {step}", "add {sum}, {step}", "add {sum}, {step}",
                "add {sum}, {step}", "add {sum}, {step}", "add {sum}, {step}", "add {sum}, {step}",
                sum = inout(reg) sum, step = in(reg) 3u64,
                options(nomem, nostack)
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
