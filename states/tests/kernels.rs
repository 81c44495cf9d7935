//! Every set of instructions finds the same lanes.

use tophash_states::kernel::{self, Tops};

#[test]
fn all_sets_find_the_same_lanes() {
    for scan in ["match_tophash", "match_empty", "match_end", "match_full"] {
        let kernels: Vec<_> = kernel::all().filter(|kernel| kernel.scan() == scan).collect();
        assert!(kernels.len() >= 2);
        for n in [1, 2, 77, 1024] {
            let sums = kernels.iter().map(|kernel| {
                let tops = Tops::of(*kernel);
                (kernel.independent(&tops, n), kernel.dependent(&tops, n))
            });
            let sums: Vec<_> = sums.collect();
            assert!(sums.windows(2).all(|pair| pair[0] == pair[1]), "{scan}: {sums:?}");
        }
    }
}

#[test]
fn the_nine_outcomes_are_about_equally_frequent() {
    for kernel in kernel::all() {
        let mean = kernel.independent(&Tops::of(kernel), 1024) as f64 / 1024.0;
        assert!((3.5..4.5).contains(&mean), "{kernel:?}: {mean}");
    }
}

#[test]
fn bytes_looked_at_are_between_one_and_eight() {
    for kernel in kernel::all() {
        let mean = Tops::of(kernel).mean_bytes(kernel);
        assert!((4.0..5.5).contains(&mean), "{kernel:?}: {mean}");
    }
}
