//! What several tests share: values that count themselves, and code that panics when told to.

use proptest::prelude::ProptestConfig;
use std::cell::Cell;
use std::hash::{BuildHasherDefault, Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;

use tophash::hash::{Aes, Edition, Fallback, Rand};
use tophash::key::{Go, GoKey, KeyHash};
use tophash::{Dialect, GoMap};

/// How often a property is tried: each try checks the whole map after every mutation, so a build
/// that is slow tries less.
pub(crate) fn cases() -> ProptestConfig {
    let cases = if cfg!(miri) {
        1
    } else if cfg!(debug_assertions) {
        24
    } else {
        256
    };
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases) }
}

pub(crate) type GoHash = Go<Aes>;

/// Go's hash under a fixed key, so that a test is the same at every run.
pub(crate) fn go() -> GoHash {
    Go(Aes::new(std::array::from_fn(|i| (i * 37 + 11) as u8)))
}

pub(crate) fn fallback() -> Go<Fallback> {
    Go(Fallback::new([1, 3, 5, 7], Edition::Since123))
}

/// An empty map that is the same at every run.
pub(crate) fn map<K: GoKey, V>(seed: u64) -> GoMap<K, V, GoHash> {
    GoMap::with_source(0, go(), Rand::from_seed(seed), Dialect::LATEST)
}

/// Counts values alive and panics in user code.
///
/// A clone is the same counter. `Rc`, since tests are single-threaded, and the map must not care.
#[derive(Clone, Default)]
pub(crate) struct Ledger(Rc<Book>);

#[derive(Default)]
struct Book {
    alive: Cell<i64>,
    /// Calls of user code until one panics; none if 0.
    fuse: Cell<u64>,
    calls: Cell<u64>,
}

impl Ledger {
    /// Values made and not dropped.
    pub(crate) fn alive(&self) -> i64 {
        self.0.alive.get()
    }

    /// Panics at the `n`-th call of user code from now on, `n` ≥ 1; never for 0.
    pub(crate) fn arm(&self, n: u64) {
        self.0.fuse.set(n);
        self.0.calls.set(0);
    }

    fn call(&self) {
        self.0.calls.set(self.0.calls.get() + 1);
        if self.0.fuse.get() == self.0.calls.get() && !std::thread::panicking() {
            // Without the panic hook's message: thousands of these are expected.
            resume_unwind(Box::new("the fuse blew"));
        }
    }

    pub(crate) fn value<T>(&self, value: T) -> Counted<T> {
        self.0.alive.set(self.0.alive.get() + 1);
        Counted { value: Box::new(value), ledger: self.clone() }
    }
}

/// A value on the heap that tells its ledger of its life and of its `Hash`, `Eq`, `Clone` and `Drop`.
pub(crate) struct Counted<T> {
    /// On the heap, so that a use after a drop is one that the sanitizer sees.
    pub(crate) value: Box<T>,
    ledger: Ledger,
}

impl<T> Drop for Counted<T> {
    fn drop(&mut self) {
        self.ledger.0.alive.set(self.ledger.0.alive.get() - 1);
        self.ledger.call();
    }
}

impl<T: Clone> Clone for Counted<T> {
    fn clone(&self) -> Self {
        self.ledger.call();
        self.ledger.value(T::clone(&self.value))
    }
}

impl<T: PartialEq> PartialEq for Counted<T> {
    fn eq(&self, other: &Self) -> bool {
        self.ledger.call();
        self.value == other.value
    }
}
impl<T: Eq> Eq for Counted<T> {}

impl<T: Hash> Hash for Counted<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.ledger.call();
        self.value.hash(state);
    }
}

// SAFETY: the own bytes are a `Box` and an `Rc`, neither of them an `UnsafeCell`.
unsafe impl<T: GoKey> GoKey for Counted<T> {
    const REFLEXIVE: bool = T::REFLEXIVE;
    const NEEDS_UPDATE: bool = T::NEEDS_UPDATE;
    const POINTERS: bool = true;

    fn go_hash<A: tophash::hash::Alg>(&self, alg: &A, seed: u64, nan: &Rand) -> u64 {
        self.ledger.call();
        self.value.go_hash(alg, seed, nan)
    }

    fn go_eq(&self, other: &Self) -> bool {
        self.ledger.call();
        self.value.go_eq(&other.value)
    }
}

/// A hash whose low bits are few, so that chains grow long.
pub(crate) type Crowded = BuildHasherDefault<CrowdedHasher>;

#[derive(Default)]
pub(crate) struct CrowdedHasher(u64);

impl Hasher for CrowdedHasher {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        let mixed = self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        // Four buckets at most, and all tophashes.
        mixed >> 62 | mixed & !0xffff_ffff
    }
}

/// Runs `f`; whether it ran to its end without the fuse blowing. Other panics go on.
pub(crate) fn survives(f: impl FnOnce()) -> bool {
    match catch_unwind(AssertUnwindSafe(f)) {
        Ok(()) => true,
        Err(payload) if payload.downcast_ref() == Some(&"the fuse blew") => false,
        Err(payload) => resume_unwind(payload),
    }
}

/// Fails the test if the map is not sound.
pub(crate) fn audit<K, V, S: KeyHash<K>>(map: &GoMap<K, V, S>) {
    if let Err(violation) = map.audit() {
        panic!("{violation}");
    }
}
