//! Which kernel and which AES rounds run, for each way to compile.

use tophash_arch::{KERNEL, aes};

#[test]
#[cfg(all(target_arch = "x86_64", not(any(tophash_portable, miri))))]
fn x86_64_scans_with_sse2() {
    assert_eq!(KERNEL, "sse2");
    assert_eq!(KERNEL, tophash_arch::sse2::KERNEL);
}

#[test]
#[cfg(all(target_arch = "aarch64", not(any(tophash_portable, miri))))]
fn arm64_scans_with_neon() {
    assert_eq!(KERNEL, "neon");
    assert_eq!(KERNEL, tophash_arch::neon::KERNEL);
}

#[test]
#[cfg(any(tophash_portable, miri, not(any(target_arch = "x86_64", target_arch = "aarch64"))))]
fn the_portable_kernel_scans_where_asked_for_or_alone() {
    assert_eq!(KERNEL, "portable");
}

#[test]
#[cfg(all(target_arch = "x86_64", not(any(tophash_soft_aes, miri))))]
fn x86_64_uses_the_aes_instructions_that_std_detects() {
    let detected = std::arch::is_x86_feature_detected!("aes");
    assert_eq!(aes::hardware().is_some(), detected);
    assert_eq!(aes::implementation(), if detected { "aes-ni" } else { "software" });
}

#[test]
#[cfg(all(target_arch = "aarch64", target_feature = "aes", not(any(tophash_soft_aes, miri))))]
fn arm64_uses_the_aes_instructions_that_it_is_compiled_for() {
    assert!(aes::hardware().is_some());
    assert_eq!(aes::implementation(), "arm-aes");
}

#[test]
#[cfg(any(
    tophash_soft_aes,
    miri,
    all(target_arch = "aarch64", not(target_feature = "aes")),
    not(any(target_arch = "x86_64", target_arch = "aarch64"))
))]
fn software_rounds_run_where_asked_for_or_alone() {
    assert!(aes::hardware().is_none());
    assert_eq!(aes::implementation(), "software");
}
