//! The states from which everything is tried.

use super::keys::{Keys, Wanted};
use super::op::Op;
use super::world::{Config, Elem, Fault, Kind, Word, World, Wrong, caught};

/// A state to explore from: a map, how it came to be, and what is tried.
#[derive(Clone, Debug)]
pub struct Start {
    /// Its family: what `--from` names.
    pub family: usize,
    /// Which of the configurations it has.
    pub config: usize,
    /// The operations that lead to it.
    pub prefix: Vec<Op>,
}

/// Starts of one kind.
#[derive(Clone, Debug)]
pub struct Family {
    /// What `--from` calls it.
    pub name: String,
    /// What it is, in a few words.
    pub about: &'static str,
    /// The keys that are assigned and deleted.
    pub alphabet: Vec<u8>,
}

/// All that is explored from.
#[derive(Clone, Debug, Default)]
pub struct Starts {
    /// The makings of maps.
    pub configs: Vec<Config>,
    /// The families.
    pub families: Vec<Family>,
    /// The starts of all of them.
    pub starts: Vec<Start>,
}

/// A map before cursors are put on it.
struct Scene {
    name: String,
    about: &'static str,
    hint: u8,
    wanted: Vec<Wanted>,
    alphabet: Vec<u8>,
    /// The operations before which an older cursor begins, and those after.
    prefix: Vec<Op>,
    growth: Vec<Op>,
}

/// The slots at which cursors begin in each bucket.
const OFFSETS: [u8; 2] = [0, 5];

/// The seeds of the maps: under the second, which one that is emptied draws, keys lie elsewhere.
const SEEDS: [u32; 2] = [11, 12];

impl Starts {
    /// All starts, or those of the families whose name is `from` or begins with it and a hyphen.
    ///
    /// # Errors
    /// If an operation on the way to one fails, with the way.
    pub fn find(from: Option<&str>, fault: Option<Fault>) -> Result<Self, StartFailed> {
        let mut all = Self::default();
        for scene in scenes() {
            let is_part = |from: &str| {
                scene
                    .name
                    .strip_prefix(from)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
            };
            if from.is_none_or(is_part) {
                all.add(&scene, fault)?;
            }
        }
        Ok(all)
    }

    fn add(&mut self, scene: &Scene, fault: Option<Fault>) -> Result<(), StartFailed> {
        let family = self.families.len();
        let Scene { name, about, hint, wanted, alphabet, prefix, growth } = scene;
        let (name, alphabet) = (name.clone(), alphabet.clone());
        self.families.push(Family { name, about, alphabet });
        let keys = Keys::find(wanted, SEEDS);
        for kind in Kind::ALL {
            let config = Config { kind, hint: *hint, keys: keys.clone(), fault };
            let counted = match kind {
                Kind::Plain => count::<u8>(&config, prefix, growth),
                Kind::Pointers => count::<Word>(&config, prefix, growth),
            }?;
            let number = self.configs.len();
            self.configs.push(config);
            let mut add = |prefix: Vec<Op>| {
                self.starts.push(Start { family, config: number, prefix });
            };
            let whole = || [&prefix[..], growth].concat();
            add(whole());
            // A cursor that has begun since: at each bucket, in each of two slots, at each step.
            for walk in walks(counted.1) {
                add([whole(), walk].concat());
            }
            // And one that is older than the growth.
            for walk in walks(counted.0).filter(|_| !growth.is_empty()) {
                add([prefix.clone(), walk, growth.clone()].concat());
            }
        }
        Ok(())
    }
}

/// The names of all families, and what they are.
pub fn families() -> Vec<(String, &'static str)> {
    scenes().into_iter().map(|scene| (scene.name, scene.about)).collect()
}

/// An operation on the way to a start that failed.
#[derive(Debug)]
pub struct StartFailed {
    /// The map's making.
    pub config: Config,
    /// The operations up to it.
    pub ops: Vec<Op>,
    /// What was wrong.
    pub wrong: Wrong,
}

/// Entries and log2 of the buckets.
type Size = (usize, u8);

/// The sizes before and after the growth.
fn count<V: Elem>(
    config: &Config,
    prefix: &[Op],
    growth: &[Op],
) -> Result<(Size, Size), StartFailed> {
    let mut world = World::<V>::new(config);
    let mut sizes = [(0, 0); 2];
    let ops = [prefix, growth].concat();
    for done in 0..=ops.len() {
        let size = (world.map().len(), world.map().header().b());
        if done <= prefix.len() {
            sizes[0] = size;
        }
        sizes[1] = size;
        let Some(&op) = ops.get(done) else { break };
        let performed = caught(|| {
            world.perform(op)?;
            world.check()
        });
        if let Err(wrong) = performed {
            std::mem::forget(world);
            return Err(StartFailed { config: config.clone(), ops: ops[..=done].to_vec(), wrong });
        }
    }
    Ok((sizes[0], sizes[1]))
}

/// Every walk of one cursor: from each bucket, with each number of steps but the last, which ends it.
fn walks((entries, b): Size) -> impl Iterator<Item = Vec<Op>> {
    let starts = (0..1u8 << b).flat_map(|start| OFFSETS.map(|offset| (start, offset)));
    starts.flat_map(move |(start, offset)| {
        (0..entries).map(move |steps| {
            let begin = Op::Begin { cursor: 0, start, offset };
            [begin].into_iter().chain((0..steps).map(|_| Op::Next(0))).collect()
        })
    })
}

/// Keys of one chain, every second with one tophash.
fn chain(low: u8, count: usize) -> Vec<Wanted> {
    let top = |i: usize| if i.is_multiple_of(2) { 0x77 } else { 0x99 };
    (0..count).map(|i| Wanted { low, top: Some(top(i)) }).collect()
}

fn assigns(keys: std::ops::Range<u8>) -> impl Iterator<Item = Op> {
    keys.map(Op::Assign)
}

fn deletes(keys: std::ops::Range<u8>) -> impl Iterator<Item = Op> {
    keys.map(Op::Delete)
}

fn scenes() -> Vec<Scene> {
    let scene = |name: &str, about, hint, wanted: Vec<Wanted>, alphabet: &[u8]| Scene {
        name: name.into(),
        about,
        hint,
        wanted,
        alphabet: alphabet.to_vec(),
        prefix: Vec::new(),
        growth: Vec::new(),
    };
    let mut scenes = Vec::new();

    // Keys of the same bucket with the same and with another tophash, of the bucket's sibling after
    // a first doubling, and after a second.
    let few = [chain(0, 3), chain(1, 2), chain(2, 2), chain(4, 2)].concat();
    scenes.push(scene("empty", "no entries, no array", 0, few, &[0, 1, 2, 3, 5, 7]));

    let nine = [chain(0, 6), chain(1, 4), chain(2, 2)].concat();
    let full = scene("full-bucket", "one bucket, its eight slots full", 0, nine, &[0, 1, 7, 8, 10]);
    scenes.push(Scene { prefix: assigns(0..8).collect(), ..full });

    // 26 entries in four buckets: chain 0 (to be split), 1, 2 and 3, then what is absent.
    let filled = [
        chain(0, 6),
        chain(4, 4),
        chain(1, 6),
        chain(2, 5),
        chain(3, 5),
        chain(0, 2),
        chain(4, 1),
        chain(3, 1),
    ]
    .concat();
    let alphabet = [0, 9, 10, 25, 26, 27, 28, 29];
    let doubles = |name: &str, about, growth: Vec<Op>| {
        let before = scene(name, about, 26, filled.clone(), &alphabet);
        Scene { prefix: assigns(0..26).collect(), growth, ..before }
    };
    let before = "four buckets and 26 entries: one more doubles them";
    scenes.push(doubles("before-double", before, Vec::new()));
    // An assign to bucket 3 moves it and bucket 0; then each update of what was moved moves one more.
    let amid = "four buckets being doubled; nevacuate is N";
    scenes.push(doubles("double-1", amid, vec![Op::Assign(29)]));
    scenes.push(doubles("double-2", amid, vec![Op::Assign(28)]));
    scenes.push(doubles("double-3", amid, vec![Op::Assign(28), Op::Assign(0)]));

    // Chain 0 is filled and emptied but for its first entry and its last; chains 2 and 3 get entries,
    // and chain 1 so many that its overflow bucket is the fourth of the map.
    let turns =
        [chain(0, 25), chain(1, 9), chain(2, 2), chain(3, 3), chain(0, 1), chain(1, 1)].concat();
    let alphabet = [0, 24, 26, 33, 34, 35, 39, 40, 38];
    let emptied: Vec<Op> = assigns(0..25)
        .chain(deletes(1..24))
        .chain(assigns(34..38))
        .chain([Op::Delete(34)])
        .chain(assigns(25..34))
        .chain(deletes(27..32))
        .collect();
    let same = |name: &str, about, growth: Vec<Op>| {
        let before = scene(name, about, 26, turns.clone(), &alphabet);
        Scene { prefix: emptied.clone(), growth, ..before }
    };
    let before = "as many overflow buckets as regular ones: one more entry begins a growth";
    scenes.push(same("before-same", before, Vec::new()));
    let amid = "four buckets, growing to as many; nevacuate is N";
    scenes.push(same("same-1", amid, vec![Op::Assign(38)]));
    scenes.push(same("same-2", amid, vec![Op::Assign(39)]));
    scenes.push(same("same-3", amid, vec![Op::Assign(39), Op::Assign(39)]));

    // A chain of three buckets in a map of four, entries missing in each of them.
    let long = [chain(0, 20), chain(4, 2), chain(1, 2)].concat();
    let alphabet = [0, 7, 8, 15, 19, 20, 22];
    let long = scene("long-chains", "a chain of three buckets with gaps", 26, long, &alphabet);
    let gaps = [3, 6, 8, 12, 15, 17, 18].map(Op::Delete);
    scenes.push(Scene { prefix: assigns(0..20).chain(gaps).collect(), ..long });
    scenes
}

#[cfg(test)]
mod tests {
    use super::*;
    use tophash::Growing;

    #[test]
    fn starts_are_what_their_names_say() {
        for scene in scenes() {
            let keys = Keys::find(&scene.wanted, SEEDS);
            let config = Config { kind: Kind::Plain, hint: scene.hint, keys, fault: None };
            let mut world = World::<u8>::new(&config);
            for &op in scene.prefix.iter().chain(&scene.growth) {
                world.perform(op).unwrap();
            }
            let header = world.map().header();
            let growing = match scene.name.split('-').next().unwrap() {
                "double" => Growing::Double,
                "same" => Growing::Same,
                _ => Growing::No,
            };
            assert_eq!(header.growing(), growing, "{}", scene.name);
            if growing != Growing::No {
                let mark: usize = scene.name.rsplit('-').next().unwrap().parse().unwrap();
                assert_eq!(header.nevacuate(), mark, "{}", scene.name);
            }
            let then = match &*scene.name {
                "before-double" => Growing::Double,
                "before-same" => Growing::Same,
                _ => continue,
            };
            let absent = *scene.alphabet.last().unwrap();
            world.perform(Op::Assign(absent)).unwrap();
            assert_eq!(world.map().header().growing(), then, "{}", scene.name);
        }
    }
}
