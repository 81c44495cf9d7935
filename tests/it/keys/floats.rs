//! Floats and complex numbers.

use super::{algs, hash};
use proptest::prelude::*;
use tophash::hash::{Alg, AnyAlg, Rand};
use tophash::key::{Complex, GoKey, Interface};

#[test]
fn zeros_of_both_signs_are_one_key() {
    for alg in algs() {
        assert!(0.0f32.go_eq(&-0.0) && 0.0f64.go_eq(&-0.0));
        assert_eq!(hash(&alg, &0.0f32, 11), hash(&alg, &-0.0f32, 11));
        assert_eq!(hash(&alg, &0.0f64, 11), hash(&alg, &-0.0f64, 11));
        let (a, b) = (Complex { re: 0.0, im: -0.0 }, Complex { re: -0.0, im: 0.0 });
        assert!(a.go_eq(&b));
        assert_eq!(hash::<Complex<f64>>(&alg, &a, 11), hash(&alg, &b, 11));
        assert_eq!(hash(&alg, &[0.0, -0.0], 11), hash(&alg, &[-0.0, 0.0], 11));
    }
}

#[test]
fn a_nan_is_never_the_same_key_twice() {
    fn differs<K: GoKey>(alg: &AnyAlg, nan_key: &K) {
        let nan = Rand::from_seed(1);
        assert!(!nan_key.go_eq(nan_key));
        assert_ne!(nan_key.go_hash(alg, 3, &nan), nan_key.go_hash(alg, 3, &nan));
    }
    for alg in algs() {
        differs(&alg, &f32::NAN);
        differs(&alg, &-f64::NAN);
        differs(&alg, &Complex { re: 1.0, im: f32::NAN });
        differs(&alg, &Complex { re: f64::NAN, im: 1.0 });
        differs(&alg, &[1.0, f64::NAN]);
        differs(&alg, &(1u8, f64::NAN));
        differs(&alg, &Interface::from(f64::NAN));
    }
}

#[test]
fn a_nan_draws_once() {
    for alg in algs() {
        let (nan, reference) = (Rand::from_seed(1), Rand::from_seed(1));
        f64::NAN.go_hash(&alg, 3, &nan);
        reference.next();
        assert_eq!(nan.next(), reference.next());
    }
}

proptest! {
    #[test]
    fn a_float_hashes_as_memory_by_the_general_function(f: f64, seed: u64) {
        prop_assume!(f != 0.0 && !f.is_nan());
        for alg in algs() {
            prop_assert_eq!(hash(&alg, &f, seed), alg.memhash(&f.to_le_bytes(), seed));
            let complex = Complex { re: f, im: 1.5 };
            prop_assert_eq!(hash(&alg, &complex, seed), hash(&alg, &1.5, hash(&alg, &f, seed)));
        }
    }
}
