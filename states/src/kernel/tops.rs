//! The tophashes that kernels are measured on.

use super::{Kernel, LANES};
use tophash::Rand;
use tophash_arch::{EMPTY_ONE, EMPTY_REST, MIN_TOP_HASH};

/// Buckets' tophashes, arranged for a scan: the lane that it finds is one of the nine possible at
/// random, none of the eight among them. (So that branches on it are not foreseen.)
#[derive(Debug)]
pub struct Tops {
    pub(super) buckets: Box<[[u8; LANES]; Self::BUCKETS]>,
    pub(super) top: u8,
}

impl Tops {
    /// How many there are: 32 KiB, what a first cache has at least.
    pub const BUCKETS: usize = 4096;

    /// Those for `kernel`, and its scan of the first of them.
    pub(crate) fn new(kernel: Kernel) -> (Box<Self>, fn(&mut Self)) {
        (Box::new(Self::of(kernel)), kernel.once)
    }

    /// Those for `kernel`.
    pub fn of(kernel: Kernel) -> Self {
        const TOP: u8 = 0x9c;
        let rand = Rand::from_seed(1);
        // A full slot's, other than the one looked for.
        let full = || loop {
            let top = (rand.next() >> 56) as u8;
            if top >= MIN_TOP_HASH && top != TOP {
                break top;
            }
        };
        let bucket = || {
            let first = (rand.next() % 9) as usize;
            std::array::from_fn(|lane| match (kernel.scan(), lane) {
                ("match_tophash", _) if lane == first => TOP,
                ("match_full", _) if lane < first => EMPTY_ONE,
                ("match_empty" | "match_end", _) if lane >= first => EMPTY_REST,
                _ => full(),
            })
        };
        let buckets = (0..Self::BUCKETS).map(|_| bucket()).collect::<Vec<_>>();
        let buckets = buckets.into_boxed_slice().try_into().expect("as many as there are");
        Self { buckets, top: TOP }
    }

    /// How many bytes a scan that takes one after the other looks at, on average.
    pub fn mean_bytes(&self, kernel: Kernel) -> f64 {
        let one = |bucket: &[u8; LANES]| {
            let tops = Self { buckets: Box::new([*bucket; Self::BUCKETS]), top: self.top };
            LANES.min(kernel.independent(&tops, 1) as usize + 1)
        };
        self.buckets.iter().map(one).sum::<usize>() as f64 / Self::BUCKETS as f64
    }

    #[inline(never)]
    pub(crate) fn nothing(&mut self) {
        std::hint::black_box(self);
    }
}
