//! Text and bytes.

use super::{algs, hash};
use proptest::prelude::*;
use std::borrow::Borrow;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use tophash::hash::Alg;
use tophash::key::{ByteString, Bytes, GoKey};

#[test]
fn all_strings_of_one_content_are_one_key() {
    for alg in algs() {
        let expected = alg.memhash("häufig".as_bytes(), 8);
        let (text, bytes) = ("häufig", "häufig".as_bytes());
        assert_eq!(hash(&alg, text, 8), expected);
        assert_eq!(hash(&alg, &text, 8), expected);
        assert_eq!(hash(&alg, &String::from(text), 8), expected);
        assert_eq!(hash(&alg, &Box::<str>::from(text), 8), expected);
        assert_eq!(hash(&alg, &Arc::<str>::from(text), 8), expected);
        assert_eq!(hash(&alg, &Rc::<str>::from(text), 8), expected);
        assert_eq!(hash(&alg, Bytes::new(bytes), 8), expected);
        assert_eq!(hash(&alg, &ByteString(bytes), 8), expected);
        assert_eq!(hash(&alg, &ByteString(Vec::from(bytes)), 8), expected);
        assert_eq!(hash(&alg, &ByteString(Box::<[u8]>::from(bytes)), 8), expected);
        assert_eq!(hash(&alg, &ByteString(Arc::<[u8]>::from(bytes)), 8), expected);
        assert_eq!(hash(&alg, &ByteString(Rc::<[u8]>::from(bytes)), 8), expected);
    }
}

#[test]
fn string_keys_have_the_size_of_gos() {
    assert_eq!(size_of::<ByteString<Box<[u8]>>>(), 16);
    assert_eq!(size_of::<ByteString<Arc<[u8]>>>(), 16);
    assert_eq!(size_of::<ByteString<&[u8]>>(), 16);
    assert_eq!(size_of::<Box<str>>(), 16);
}

proptest! {
    #[test]
    fn a_byte_string_and_what_it_borrows_as_hash_and_compare_alike(a: Vec<u8>, b: Vec<u8>) {
        let (x, y) = (ByteString(a.clone()), ByteString(b.clone()));
        let (xb, yb): (&Bytes, &Bytes) = (x.borrow(), y.borrow());
        prop_assert_eq!(x == y, xb == yb);
        prop_assert_eq!(x.cmp(&y), xb.cmp(yb));
        prop_assert_eq!(x.go_eq(&y), xb.go_eq(yb));
        let std: HashMap<_, _> = [(x, 1)].into();
        prop_assert_eq!(std.get(Bytes::new(&a)), Some(&1));
        prop_assert_eq!(std.contains_key(Bytes::new(&b)), a == b);
    }
}
