//! A map's whole state as plain data.
//!
//! Everything that shows, prints, compares or measures the inside of a map reads a [`MapImage`];
//! everything that has a map can make one.

mod canonical;
mod cell;
mod compare;
mod cursors;
mod histogram;
mod show;
mod slot;
mod stats;

pub use crate::hmap::Slots;
pub use canonical::{Fnv1a, digest_lines};
pub use cell::Cell;
pub use compare::{Changes, Place, SlotChange, SlotEvent, Step};
pub use cursors::{CursorImage, CursorsImage, KeptBucket, LeftArray, ReachName};
pub use histogram::Histogram;
pub use show::{Hex, Show};
pub use slot::SlotState;
pub use stats::{ArrayStats, Fresh, Places, Probes, Progress, SlotCounts, Stats, Uses};

use crate::GoMap;
use crate::hmap::{Bucket, Extent, Growing, Hmap, Table, View};
use crate::key::KeyHash;
use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::array;
use core::fmt;
use core::ptr::NonNull;

/// The name of a bucket: images hold no addresses.
///
/// ```
/// use tophash::image::BucketName;
/// assert_eq!(BucketName::Array(3).to_string(), "b3");
/// assert_eq!(BucketName::Old(3).to_string(), "o3");
/// assert_eq!(BucketName::Heap(0).to_string(), "h0");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BucketName {
    /// `b<i>`: element i of the present array; from 2^B on, a spare bucket.
    Array(usize),
    /// `o<i>`: element i of the old array.
    Old(usize),
    /// `h<n>`: a bucket allocated by itself, the n-th that the listing comes upon.
    Heap(usize),
}

impl fmt::Display for BucketName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Array(index) => write!(f, "b{index}"),
            Self::Old(index) => write!(f, "o{index}"),
            Self::Heap(number) => write!(f, "h{number}"),
        }
    }
}

/// The eight keys, or the eight elems, of a bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cells {
    /// The memory of all eight slots, those of entries that are gone included: of values that hold
    /// no pointers and lie in the bucket.
    Memory(Box<[u8]>),
    /// The value of each full slot, as text.
    Values([Option<Box<str>>; 8]),
}

/// One bucket.
///
/// ```
/// use tophash::GoMap;
/// use tophash::image::{Hex, MapImage, SlotState};
/// let image = MapImage::of(&GoMap::from([(1u8, 2u8)]), &Hex, &Hex);
/// let bucket = &image.buckets[0];
/// assert_eq!(bucket.name.to_string(), "b0");
/// assert!(matches!(bucket.slots()[0], SlotState::Full(_)));
/// assert_eq!(bucket.slots()[1], SlotState::EmptyRest);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BucketImage {
    /// Its name.
    pub name: BucketName,
    /// Its tophash bytes.
    pub tophash: [u8; 8],
    /// Its keys.
    pub keys: Cells,
    /// Its elems.
    pub elems: Cells,
    /// The next bucket of its chain. (The sentinel on the last spare bucket is not one.)
    pub overflow: Option<BucketName>,
}

/// The sizes that a map's buckets are made of, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// A bucket.
    pub bucket: usize,
    /// A key.
    pub key: usize,
    /// An elem.
    pub elem: usize,
    /// Whether keys live outside the bucket, whose slots hold pointers to them.
    pub key_indirect: bool,
    /// Whether elems do.
    pub elem_indirect: bool,
}

impl Layout {
    const POINTER: usize = 8;

    fn of<K, V>() -> Self {
        let shape = Bucket::<K, V>::SHAPE;
        Self {
            bucket: shape.size,
            key: size_of::<K>(),
            elem: size_of::<V>(),
            key_indirect: shape.key_indirect,
            elem_indirect: shape.elem_indirect,
        }
    }

    /// A key's slot.
    pub fn key_slot(self) -> usize {
        if self.key_indirect { Self::POINTER } else { self.key }
    }

    /// An elem's slot.
    pub fn elem_slot(self) -> usize {
        if self.elem_indirect { Self::POINTER } else { self.elem }
    }

    /// What an entry takes outside its bucket.
    pub fn indirect(self) -> usize {
        let key = if self.key_indirect { self.key } else { 0 };
        key + if self.elem_indirect { self.elem } else { 0 }
    }
}

/// A map's state: its header, its chains, and what hangs on them.
///
/// ```
/// use tophash::GoMap;
/// use tophash::image::{Hex, MapImage};
///
/// let mut map: GoMap<u8, u16> = GoMap::new();
/// map.insert(7, 0x1234);
/// let image = MapImage::of(&map, &Hex, &Hex);
/// assert_eq!(image.count, 1);
/// assert!(image.to_lines()[2].contains("k=0700000000000000 e=3412"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapImage {
    /// Entries.
    pub count: usize,
    /// Go's flag byte.
    pub flags: u8,
    /// log2 of the regular buckets.
    pub b: u8,
    /// Go's counter of overflow buckets.
    pub noverflow: u16,
    /// The seed.
    pub hash0: u32,
    /// Old buckets below this have been evacuated.
    pub nevacuate: usize,
    /// Whether the map is growing, and how.
    pub growing: Growing,
    /// The sizes of what is in a bucket.
    pub layout: Layout,
    /// Regular buckets of the present array; 0 before the first assign.
    pub regular: usize,
    /// Spare buckets behind them, those in use as overflow buckets included.
    pub spare: usize,
    /// The present array's chains: each regular bucket, and behind it its overflow buckets.
    pub buckets: Vec<BucketImage>,
    /// Regular buckets of the old array; 0 unless the map is growing.
    pub old_regular: usize,
    /// Spare buckets behind them, those in use as overflow buckets included.
    pub old_spare: usize,
    /// The old array's chains.
    pub old_buckets: Vec<BucketImage>,
    /// The next free spare bucket.
    pub next_overflow: Option<BucketName>,
    /// Go's list of the present array's overflow buckets.
    pub overflow: Vec<BucketName>,
    /// Go's list of the old array's overflow buckets.
    pub oldoverflow: Vec<BucketName>,
    /// Buckets, spare ones included, of the array that Go makes for a map of this many entries.
    pub fresh: usize,
}

impl MapImage {
    /// The image of a live map, its keys and elems shown by `keys` and `elems`.
    pub fn of<K, V, S: KeyHash<K>>(
        map: &GoMap<K, V, S>,
        keys: &impl Show<K>,
        elems: &impl Show<V>,
    ) -> Self {
        Self::named(map, keys, elems).0
    }

    /// As [`MapImage::of`], and the names of the buckets.
    fn named<K, V, S: KeyHash<K>>(
        map: &GoMap<K, V, S>,
        keys: &impl Show<K>,
        elems: &impl Show<V>,
    ) -> (Self, Namer) {
        let table = map.table();
        // Slots of values with pointers are shown one by one, as Go's recordings show them.
        let key_memory = !S::POINTERS;
        let elem_memory = !core::mem::needs_drop::<V>();
        let read = |b: View<'_, K, V>| RawBucket {
            addr: b.addr(),
            tophash: b.tophash(),
            keys: cells(keys, b.keys().filter(|_| key_memory), array::from_fn(|i| b.key(i))),
            elems: cells(elems, b.elems().filter(|_| elem_memory), array::from_fn(|i| b.elem(i))),
            next: b.overflow().map(View::addr),
        };
        // With room beforehand: images are large enough for moving them to tell.
        let header = table.header();
        let mut buckets = Vec::with_capacity((1 << header.b()) + usize::from(header.noverflow()));
        buckets.extend(table.chained().map(read));
        let old_buckets = table.old_chained().map(read).collect();
        let namer = Namer {
            array: table.extent(),
            old: table.old_extent(),
            size: Table::<K, V>::BUCKET_SIZE,
            heap: BTreeMap::new(),
        };
        let layout = Layout::of::<K, V>();
        let hint = i64::try_from(map.len()).unwrap_or(0);
        let fresh = GoMap::<K, V, S>::array_bytes_for(hint, map.dialect()) / layout.bucket as u64;
        let sizes = Sizes { layout, fresh: fresh as usize };
        let lists = [table.overflow_list::<S>(), table.old_overflow_list::<S>()];
        Self::assemble(table.header(), buckets, old_buckets, lists, namer, sizes)
    }

    fn assemble(
        h: &Hmap,
        buckets: Vec<RawBucket>,
        old_buckets: Vec<RawBucket>,
        lists: [Vec<NonNull<u8>>; 2],
        mut namer: Namer,
        Sizes { layout, fresh }: Sizes,
    ) -> (Self, Namer) {
        let split =
            |array: Option<Extent>| array.map_or((0, 0), |a| (a.regular, a.all - a.regular));
        let ((regular, spare), (old_regular, old_spare)) = (split(namer.array), split(namer.old));
        let mut image = |b: RawBucket| BucketImage {
            name: namer.name(b.addr),
            tophash: b.tophash,
            keys: b.keys,
            elems: b.elems,
            overflow: b.next.map(|next| namer.name(next)),
        };
        let buckets = buckets.into_iter().map(&mut image).collect();
        let old_buckets = old_buckets.into_iter().map(&mut image).collect();
        let mut names = |at: &NonNull<u8>| namer.name(at.addr().get());
        let next_overflow = h.next_overflow().map(|at| names(&at));
        let [overflow, oldoverflow] = lists.map(|list| list.iter().map(&mut names).collect());
        let image = Self {
            count: h.count(),
            flags: h.flags(),
            b: h.b(),
            noverflow: h.noverflow(),
            hash0: h.hash0(),
            nevacuate: h.nevacuate(),
            growing: h.growing(),
            layout,
            regular,
            spare,
            buckets,
            old_regular,
            old_spare,
            old_buckets,
            next_overflow,
            overflow,
            oldoverflow,
            fresh,
        };
        (image, namer)
    }
}

/// What an image tells of its map's types.
struct Sizes {
    layout: Layout,
    fresh: usize,
}

/// A bucket before it has a name.
struct RawBucket {
    addr: usize,
    tophash: [u8; 8],
    keys: Cells,
    elems: Cells,
    next: Option<usize>,
}

fn cells<T, W: Show<T>>(show: &W, slots: Option<Slots<'_, T>>, values: [Option<&T>; 8]) -> Cells {
    if let Some(memory) = slots.and_then(|slots| show.memory(&slots)) {
        return Cells::Memory(memory.into());
    }
    Cells::Values(values.map(|value| {
        let mut text = String::new();
        show.show(value?, &mut text);
        Some(text.into_boxed_str())
    }))
}

/// Gives buckets their names.
struct Namer {
    array: Option<Extent>,
    old: Option<Extent>,
    size: usize,
    heap: BTreeMap<usize, usize>,
}

impl Namer {
    fn name(&mut self, addr: usize) -> BucketName {
        self.known(addr).unwrap_or_else(|| {
            let next = self.heap.len();
            self.heap.insert(addr, next);
            BucketName::Heap(next)
        })
    }

    /// The name of a bucket that has one.
    fn known(&self, addr: usize) -> Option<BucketName> {
        if let Some(index) = self.array.and_then(|array| array.index_of(addr, self.size)) {
            return Some(BucketName::Array(index));
        }
        if let Some(index) = self.old.and_then(|old| old.index_of(addr, self.size)) {
            return Some(BucketName::Old(index));
        }
        self.heap.get(&addr).map(|&number| BucketName::Heap(number))
    }
}
