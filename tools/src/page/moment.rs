//! What each operation changed, in the few words that the page's script understands.

use crate::human;
use crate::moment::{divergence, live_iterators};
use crate::play::{Player, Step};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use tophash::Growing;
use tophash::image::{
    BucketImage, BucketName, Cell, Changes, MapImage, SlotEvent, SlotState, Step as Told,
};

/// One operation. What is left out is as it was.
#[derive(Default, Serialize)]
pub(super) struct Moment {
    operation: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    sentence: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    divergence: Option<String>,
    /// The header's fields in Go's order, then `growing` (0, 1 double, 2 same size), the regular
    /// buckets of both arrays, and the spare ones of each: all, and those in use.
    #[serde(skip_serializing_if = "Option::is_none")]
    header: Option<[u64; 13]>,
    /// Bit 0: the array became the old one, and a new one took its place. Bit 1, after that: the
    /// old one is gone.
    #[serde(skip_serializing_if = "is_zero")]
    arrays: u8,
    /// Chains whose overflow buckets are others: 0 or 1 for the array or the old one, the chain's
    /// number, then each overflow bucket's index in the array, -1 for one of its own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    chains: Vec<Vec<i64>>,
    /// Six numbers for each slot that is otherwise: which array, the chain, the slot's number in
    /// the chain, its tophash, its key and its elem as indices of texts, -1 for none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    slots: Vec<i64>,
    /// The slots to highlight, by what happened to them; a bucket's name means all of its slots.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    changed: BTreeMap<&'static str, Vec<String>>,
    /// The iterators that live, and where they stand: the name of a slot, or words.
    #[serde(skip_serializing_if = "Option::is_none")]
    iterators: Option<Vec<(u64, String)>>,
}

fn is_zero(value: &u8) -> bool {
    *value == 0
}

/// Texts, each of them once.
#[derive(Default)]
pub(super) struct Texts {
    pub(super) texts: Vec<String>,
    numbers: HashMap<String, i64>,
}

impl Texts {
    fn number(&mut self, text: String) -> i64 {
        if let Some(&number) = self.numbers.get(&text) {
            return number;
        }
        let number = self.texts.len() as i64;
        self.texts.push(text.clone());
        self.numbers.insert(text, number);
        number
    }
}

/// The moments of a recording, as it is played.
pub(super) struct Moments {
    pub(super) values: Texts,
    pub(super) moments: Vec<Moment>,
    /// Go's names of the key type and of the elem type.
    types: (String, String),
    image: MapImage,
    iterators: Vec<(u64, String)>,
}

impl Moments {
    /// The moment before the first operation.
    pub(super) fn begin(types: (String, String), image: MapImage) -> Self {
        let moment = Moment {
            operation: "Before the first operation".into(),
            header: Some(header(&image)),
            ..Moment::default()
        };
        let (values, iterators) = (Texts::default(), Vec::new());
        Self { values, moments: vec![moment], types, image, iterators }
    }

    /// Adds an operation that `player` has performed.
    pub(super) fn add(&mut self, step: &Step, player: &Player<'_>) {
        let mut moment = Moment {
            operation: step.to_string(),
            divergence: divergence(step),
            ..Moment::default()
        };
        let name = step.operation.name;
        // An image is as much work as the map is large, and these leave the map as it is.
        if matches!(name, "access" | "iternext" | "dump") {
            moment.sentence = Some(format!("{name}: {}", Changes::default()));
        } else {
            let image = player.image();
            let changes = self.image.changes_to(&image);
            moment.sentence = Some(format!("{name}: {changes}"));
            self.compare(&image, &changes, &mut moment);
            self.image = image;
        }
        let iterators = live_iterators(player, &self.image).into_iter();
        let iterators: Vec<_> = iterators.map(|(it, at)| (it, at.to_string())).collect();
        if iterators != self.iterators {
            moment.iterators = Some(iterators.clone());
            self.iterators = iterators;
        }
        self.moments.push(moment);
    }

    /// What makes the image of the last moment into `image`.
    fn compare(&mut self, image: &MapImage, changes: &Changes, moment: &mut Moment) {
        let new_header = header(image);
        moment.header = (new_header != header(&self.image)).then_some(new_header);
        moment.changed = highlights(changes);

        let began = changes.steps.iter().any(|step| matches!(step, Told::Began { .. }));
        let left = image.growing == Growing::No && (began || self.image.growing != Growing::No);
        moment.arrays = u8::from(began) | u8::from(left) << 1;
        let mut old: Vec<_> = self.image.old_chains().collect();
        let mut array: Vec<_> = self.image.chains().collect();
        if began {
            old = std::mem::take(&mut array);
        }
        if left {
            old.clear();
        }
        let values = &mut self.values;
        let mut writer = Writer { values, types: &self.types, moment };
        for (which, (before, after)) in
            [(array, image.chains().collect::<Vec<_>>()), (old, image.old_chains().collect())]
                .into_iter()
                .enumerate()
        {
            for (head, after) in after.into_iter().enumerate() {
                writer.chain([which, head], before.get(head).copied().unwrap_or_default(), after);
            }
        }
    }
}

/// Writes the differences of one moment.
struct Writer<'a> {
    values: &'a mut Texts,
    types: &'a (String, String),
    moment: &'a mut Moment,
}

impl Writer<'_> {
    fn chain(&mut self, at: [usize; 2], before: &[BucketImage], after: &[BucketImage]) {
        let at = at.map(|number| number as i64);
        let spares = |chain: &[BucketImage]| -> Vec<i64> {
            let spare = |bucket: &BucketImage| match bucket.name {
                BucketName::Array(index) | BucketName::Old(index) => index as i64,
                BucketName::Heap(_) => -1,
            };
            chain.iter().skip(1).map(spare).collect()
        };
        let links = spares(after);
        if links != spares(before) {
            self.moment.chains.push([&at[..], &links].concat());
        }
        for (depth, bucket) in after.iter().enumerate() {
            let was = before.get(depth);
            let same = |was: &BucketImage| {
                (was.tophash, &was.keys, &was.elems)
                    == (bucket.tophash, &bucket.keys, &bucket.elems)
            };
            if was.is_some_and(same) {
                continue;
            }
            for lane in 0..8 {
                self.slot([at[0], at[1], (8 * depth + lane) as i64], was, bucket, lane);
            }
        }
    }

    fn slot(&mut self, at: [i64; 3], was: Option<&BucketImage>, bucket: &BucketImage, lane: usize) {
        let (key, elem) = (bucket.key(lane), bucket.elem(lane));
        let full = matches!(bucket.slots()[lane], SlotState::Full(_));
        let same = match was {
            Some(was) => {
                was.tophash[lane] == bucket.tophash[lane]
                    && was.key(lane) == key
                    && was.elem(lane) == elem
            }
            None => bucket.tophash[lane] == 0 && is_blank(key) && is_blank(elem),
        };
        if same {
            return;
        }
        // Where an entry is gone, memory that was zeroed tells nothing.
        let tells = full || !is_blank(key) || !is_blank(elem);
        let mut number = |kind: &str, cell: Cell<'_>| match cell {
            Cell::Unknown => -1,
            _ if !tells => -1,
            cell => self.values.number(human::value(kind, &cell.to_string())),
        };
        let (key, elem) = (number(&self.types.0, key), number(&self.types.1, elem));
        self.moment.slots.extend(at);
        self.moment.slots.extend([i64::from(bucket.tophash[lane]), key, elem]);
    }
}

/// Whether there is nothing to see: memory that is zero, or no value.
fn is_blank(cell: Cell<'_>) -> bool {
    match cell {
        Cell::Memory(bytes) => bytes.iter().all(|&byte| byte == 0),
        Cell::Value(_) => false,
        Cell::Unknown => true,
    }
}

fn header(image: &MapImage) -> [u64; 13] {
    let growing = match image.growing {
        Growing::No => 0,
        Growing::Double => 1,
        Growing::Same => 2,
    };
    let used = |buckets: &[BucketImage], regular: usize| {
        let spare = |bucket: &&BucketImage| match bucket.name {
            BucketName::Array(index) | BucketName::Old(index) => index >= regular,
            BucketName::Heap(_) => false,
        };
        buckets.iter().filter(spare).count() as u64
    };
    [
        image.count as u64,
        image.flags.into(),
        image.b.into(),
        image.noverflow.into(),
        image.hash0.into(),
        image.nevacuate as u64,
        growing,
        image.regular as u64,
        image.old_regular as u64,
        image.spare as u64,
        used(&image.buckets, image.regular),
        image.old_spare as u64,
        used(&image.old_buckets, image.old_regular),
    ]
}

/// The slots that changed, for the eye.
fn highlights(changes: &Changes) -> BTreeMap<&'static str, Vec<String>> {
    let mut places = BTreeMap::<_, Vec<String>>::new();
    for slot in &changes.slots {
        let event = match slot.event {
            SlotEvent::Inserted => "inserted",
            SlotEvent::Overwritten => "overwritten",
            SlotEvent::Removed => "removed",
            SlotEvent::Rested => "rested",
            SlotEvent::Arrived => "arrived",
            SlotEvent::Evacuated => "evacuated",
        };
        let places = places.entry(event).or_default();
        // A chain is evacuated as a whole.
        match slot.event {
            SlotEvent::Evacuated if slot.at.slot == 0 => places.push(slot.at.bucket.to_string()),
            SlotEvent::Evacuated => {}
            _ => places.push(slot.at.to_string()),
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embedded::RECORDINGS;
    use crate::input::Input;

    /// A slot as the script has it: tophash, key, elem.
    type Slot = [i64; 3];
    /// The bucket's index in its array, or -1, and its slots.
    type Bucket = (i64, [Slot; 8]);

    /// The map as the script draws it.
    #[derive(Default)]
    struct Drawn {
        arrays: [BTreeMap<i64, Vec<Bucket>>; 2],
        header: [u64; 13],
    }

    const fn fresh(spare: i64) -> Bucket {
        (spare, [[0, -1, -1]; 8])
    }

    impl Drawn {
        fn apply(&mut self, moment: &Moment) {
            if moment.arrays & 1 != 0 {
                self.arrays[1] = std::mem::take(&mut self.arrays[0]);
            }
            if moment.arrays & 2 != 0 {
                self.arrays[1].clear();
            }
            for change in &moment.chains {
                let [which, head, spares @ ..] = &change[..] else { panic!("{change:?}") };
                let array = &mut self.arrays[*which as usize];
                let chain = array.entry(*head).or_insert_with(|| vec![fresh(*head)]);
                chain.truncate(1 + spares.len());
                let known = chain.len() - 1;
                chain.extend(spares[known..].iter().map(|&spare| fresh(spare)));
            }
            for write in moment.slots.chunks(6) {
                let &[which, head, at, ref slot @ ..] = write else { panic!("{write:?}") };
                let array = &mut self.arrays[which as usize];
                let chain = array.entry(head).or_insert_with(|| vec![fresh(head)]);
                chain[at as usize / 8].1[at as usize % 8].copy_from_slice(slot);
            }
            self.header = moment.header.unwrap_or(self.header);
        }

        /// The tophashes of all chains, bucket by bucket.
        fn tophashes(&self, which: usize, count: usize) -> Vec<Vec<[u8; 8]>> {
            let chain = |head| match self.arrays[which].get(&(head as i64)) {
                Some(chain) => chain.clone(),
                None => vec![fresh(head as i64)],
            };
            let top = |bucket: &Bucket| bucket.1.map(|slot| slot[0] as u8);
            (0..count).map(|head| chain(head).iter().map(top).collect()).collect()
        }
    }

    #[test]
    fn the_moments_of_every_recording_make_up_its_maps() {
        for (name, bytes) in RECORDINGS.iter().filter(|(_, bytes)| bytes.len() < 130_000) {
            // Its images are large, and it does what others do.
            if name.starts_with("flips") {
                continue;
            }
            let input = Input::bytes(*name, *bytes);
            let mut player = Player::open(&input).unwrap();
            let types = (player.header().key.clone(), player.header().elem.clone());
            let mut moments = Moments::begin(types, player.image());
            let mut drawn = Drawn::default();
            drawn.apply(&moments.moments[0]);
            while let Some(step) = player.step().unwrap() {
                moments.add(&step, &player);
                drawn.apply(moments.moments.last().unwrap());
                let image = player.image();
                let tops = |chains: &mut dyn Iterator<Item = &[BucketImage]>| -> Vec<Vec<_>> {
                    chains.map(|chain| chain.iter().map(|b| b.tophash).collect()).collect()
                };
                let at = format!("{name}, {step}");
                assert_eq!(drawn.header, header(&image), "{at}");
                assert_eq!(drawn.tophashes(0, image.regular), tops(&mut image.chains()), "{at}");
                let old = tops(&mut image.old_chains());
                assert_eq!(drawn.tophashes(1, image.old_regular), old, "{at}");
                // What is told accounts for every entry.
                let told = moments.moments.last().unwrap();
                let sentence = told.sentence.as_deref().unwrap();
                assert!(!sentence.contains("more changed"), "{at}: {sentence}");
            }
            // The last map's entries have their keys and elems.
            let key = |slot: Slot| &moments.values.texts[slot[1] as usize];
            let image = player.image();
            let buckets = drawn.arrays[0].values().flatten().flat_map(|bucket| bucket.1);
            let mut keys: Vec<_> = buckets.filter(|slot| slot[0] >= 5).map(key).collect();
            let kind = &player.header().key;
            let mut there: Vec<_> = image
                .buckets
                .iter()
                .flat_map(|b| (0..8).filter(|&lane| b.tophash[lane] >= 5).map(|lane| b.key(lane)))
                .map(|cell| human::value(kind, &cell.to_string()))
                .collect();
            there.sort();
            keys.sort();
            assert!(keys.iter().copied().eq(&there), "{name}");
        }
    }
}
