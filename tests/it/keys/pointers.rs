//! References and raw pointers.

use super::{algs, hash};
use std::ptr;
use std::ptr::NonNull;
use std::rc::Rc;
use std::sync::Arc;
use tophash::hash::Alg;
use tophash::key::GoKey;

#[test]
fn references_are_what_they_refer_to() {
    for alg in algs() {
        let expected = hash(&alg, &5u32, 1);
        assert_eq!(hash(&alg, &&5u32, 1), expected);
        assert_eq!(hash(&alg, &Box::new(5u32), 1), expected);
        assert_eq!(hash(&alg, &Arc::new(5u32), 1), expected);
        assert!(Rc::new(5u32).go_eq(&Rc::new(5u32)));
    }
}

#[test]
fn raw_pointers_are_their_address() {
    let values = [1u16, 1];
    let (a, b) = (&raw const values[0], &raw const values[1]);
    assert!(a.go_eq(&a) && !a.go_eq(&b));
    for alg in algs() {
        let expected = alg.memhash64(a.addr() as u64, 6);
        assert_eq!(hash(&alg, &a, 6), expected);
        assert_eq!(hash(&alg, &a.cast_mut(), 6), expected);
        assert_eq!(hash(&alg, &NonNull::from(&values[0]), 6), expected);
        assert_eq!(hash(&alg, &[a], 6), expected, "an array of one pointer is plain memory");
        // Never looked at: it points nowhere.
        assert_eq!(hash(&alg, &ptr::null::<u8>(), 6), alg.memhash64(0, 6));
    }
}
