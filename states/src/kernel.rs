//! Scans of tophashes, by each set of instructions that this processor has.
//!
//! A scan looks for the first lane of a bucket that a condition holds for. It is measured by itself
//! ([`Prepared`](crate::Prepared) has one), and in two loops over 4,096 buckets, which are functions of
//! their own so that they can be found in the executable:
//!
//! * `independent`: no scan waits for another. It tells how many fit into a time.
//! * `dependent`: which bucket a scan looks at depends on the lane that the one before it found, as
//!   what a map does next depends on it. It tells how long one takes.
//!
//! No loop is unrolled or vectorised over buckets, and the byte that is searched for is spread over
//! its register anew for each bucket, as in a look-up.

mod go;
mod tops;

pub use tops::Tops;

use tophash_arch::cycles::opaque;

/// A scan by one set of instructions.
#[derive(Clone, Copy, Debug)]
pub struct Kernel {
    set: &'static str,
    scan: &'static str,
    /// The scan of the first bucket, by itself.
    pub(crate) once: fn(&mut Tops),
    independent: fn(&Tops, u64) -> u64,
    dependent: fn(&Tops, u64) -> u64,
}

impl Kernel {
    /// `"sse2"`, `"neon"`, `"portable"`; or `"bytes"`, a byte after the other, as Go's compiler makes
    /// it.
    pub fn set(&self) -> &'static str {
        self.set
    }

    /// The function's name: `"match_tophash"`, `"match_empty"`, `"match_end"` or `"match_full"`.
    pub fn scan(&self) -> &'static str {
        self.scan
    }

    /// Whether it takes one byte after the other, so that what it takes depends on what it finds.
    pub fn by_byte(&self) -> bool {
        self.set == "bytes"
    }

    /// Scans `n` buckets, each by itself; returns the sum of the lanes.
    pub fn independent(&self, tops: &Tops, n: u64) -> u64 {
        (self.independent)(tops, n)
    }

    /// Scans `n` buckets one after the other; returns the last lane.
    pub fn dependent(&self, tops: &Tops, n: u64) -> u64 {
        (self.dependent)(tops, n)
    }

    /// The path of a loop's function, by which a disassembly of the executable shows it:
    /// `"independent"` or `"dependent"`.
    pub fn symbol(&self, of: &str) -> String {
        format!("{}::{}::{}::{of}", module_path!(), self.set, self.scan)
    }
}

/// The functions of a set: each scan's first lane, 8 if there is none.
macro_rules! set {
    ($set:ident, |$tophash:ident, $top:ident| $($scan:ident: $first:expr;)+) => {
        mod $set {
            /// The kernels of the set.
            pub(super) const ALL: &[super::Kernel] = &[$(super::Kernel {
                set: stringify!($set),
                scan: stringify!($scan),
                once: $scan::once,
                independent: $scan::independent,
                dependent: $scan::dependent,
            }),+];

            $(mod $scan {
                use super::super::{LANES, Tops, opaque};

                #[inline(always)]
                #[allow(unused_variables, reason = "most scans look for no given byte")]
                fn first($tophash: &[u8; LANES], $top: u8) -> u64 {
                    $first
                }

                #[inline(never)]
                pub(super) fn once(tops: &mut Tops) {
                    std::hint::black_box(first(&tops.buckets[0], tops.top));
                }

                #[inline(never)]
                pub(super) fn independent(tops: &Tops, n: u64) -> u64 {
                    let (mut sum, mut i) = (0, 0);
                    while i < n {
                        let tophash = &tops.buckets[i as usize % Tops::BUCKETS];
                        sum += first(tophash, tops.top);
                        i = opaque(i + 1);
                    }
                    sum
                }

                #[inline(never)]
                pub(super) fn dependent(tops: &Tops, n: u64) -> u64 {
                    let (mut lane, mut i) = (0, 0);
                    while i < n {
                        let tophash = &tops.buckets[(i + lane) as usize % Tops::BUCKETS];
                        lane = first(tophash, tops.top);
                        i = opaque(i + 1);
                    }
                    lane
                }
            })+
        }
    };
}

const LANES: usize = 8;

macro_rules! set_of_arch {
    ($set:ident) => {
        set! { $set, |tophash, top|
            match_tophash: lowest!(tophash_arch::$set::match_tophash(tophash, opaque(top.into()) as u8));
            match_empty: lowest!(tophash_arch::$set::match_empty(tophash));
            match_end: lowest!(tophash_arch::$set::match_end(tophash));
            match_full: lowest!(tophash_arch::$set::match_full(tophash));
        }
    };
}

macro_rules! lowest {
    ($lanes:expr) => {
        $lanes.lowest().unwrap_or(LANES) as u64
    };
}

#[cfg(target_arch = "x86_64")]
set_of_arch!(sse2);
#[cfg(target_arch = "aarch64")]
set_of_arch!(neon);
set_of_arch!(portable);
set! { bytes, |tophash, top|
    match_tophash: super::super::go::match_tophash(tophash, top);
    match_empty: super::super::go::match_empty(tophash);
    match_end: super::super::go::match_end(tophash);
    match_full: super::super::go::match_full(tophash);
}

/// Every kernel of this processor, the fastest set first.
pub fn all() -> impl Iterator<Item = Kernel> {
    let sets = [
        #[cfg(target_arch = "x86_64")]
        sse2::ALL,
        #[cfg(target_arch = "aarch64")]
        neon::ALL,
        portable::ALL,
        bytes::ALL,
    ];
    sets.into_iter().flatten().copied()
}
