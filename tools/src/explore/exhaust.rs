//! All sequences of operations from chosen states, to a depth.
//!
//! Breadth first: what is found at one depth is explored at the next, and each state once, where it is
//! found first. A live map is never copied: to branch from a state, the few operations that lead to it
//! are performed anew.

use super::class::Class;
use super::fuzz::{Counts, Failure};
use super::op::{CURSORS, Op};
use super::start::{Start, Starts};
use super::state::Digest;
use super::world::{Elem, Kind, Word, World, Wrong, caught};
use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::thread;

/// The greatest depth.
pub const DEEPEST: usize = 8;

/// States that a thread takes at a time.
const PIECE: usize = 64;

/// Parts of the set of states that was found, each with its own lock.
const SHARDS: usize = 256;

/// What was found from the starts of a family.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// States that were found there first, the starts themselves included.
    pub states: u64,
    /// Operations that were performed on a state and checked.
    pub transitions: u64,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// By family.
    pub tallies: Vec<Tally>,
    /// Classes of the transitions.
    pub classes: Counts<Class>,
}

impl Found {
    /// Of all families together.
    pub fn total(&self) -> Tally {
        let mut total = Tally::default();
        for tally in &self.tallies {
            total.states += tally.states;
            total.transitions += tally.transitions;
        }
        total
    }

    fn add(&mut self, other: Self) {
        self.tallies.resize(self.tallies.len().max(other.tallies.len()), Tally::default());
        for (tally, other) in self.tallies.iter_mut().zip(other.tallies) {
            tally.states += other.states;
            tally.transitions += other.transitions;
        }
        for (class, count) in other.classes {
            *self.classes.entry(class).or_default() += count;
        }
    }
}

/// A state to be explored: the start, and the operations from there.
#[derive(Clone, Copy, Debug)]
struct Node {
    start: u32,
    path: [u8; DEEPEST],
    depth: u8,
}

/// Explores from all starts to `depth`; `progress` is told the depth, and how many states of how many
/// have been explored there.
///
/// # Errors
/// The first sequence that was found to fail.
///
/// # Panics
/// If `depth` is more than [`DEEPEST`].
pub fn exhaust(
    starts: &Starts,
    depth: usize,
    threads: usize,
    progress: impl Fn(usize, usize, usize) + Sync,
) -> (Found, Option<Failure>) {
    assert!(depth <= DEEPEST, "paths have room for {DEEPEST} operations");
    let known = Known::default();
    let mut found =
        Found { tallies: vec![Tally::default(); starts.families.len()], ..Found::default() };
    let all =
        (0..starts.starts.len() as u32).map(|start| Node { start, path: [0; DEEPEST], depth: 0 });
    let mut level = Vec::new();
    for node in all {
        let start = &starts.starts[node.start as usize];
        match digest_of(starts, start) {
            Ok(digest) => {
                if known.insert(start.config, digest) {
                    found.tallies[start.family].states += 1;
                    level.push(node);
                }
            }
            Err(failure) => return (found, Some(failure)),
        }
    }
    for depth in 0..depth {
        let next = AtomicUsize::new(0);
        let stop = AtomicBool::new(false);
        let work = || {
            let mut part = Part::new(starts, &known);
            while !stop.load(Relaxed) {
                let from = next.fetch_add(PIECE, Relaxed);
                if from >= level.len() {
                    break;
                }
                let to = level.len().min(from + PIECE);
                progress(depth, from, level.len());
                for &node in &level[from..to] {
                    if let Err(failure) = part.expand(node) {
                        part.failure = Some(failure);
                        stop.store(true, Relaxed);
                        break;
                    }
                }
            }
            part
        };
        let parts: Vec<Part<'_>> = thread::scope(|scope| {
            let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
            let own = work();
            let others = others.into_iter().map(|thread| thread.join().expect("it catches panics"));
            others.chain([own]).collect()
        });
        let mut failure = None;
        let mut below = Vec::new();
        for part in parts {
            found.add(part.found);
            below.extend(part.below);
            failure = failure.or(part.failure);
        }
        if failure.is_some() {
            return (found, failure);
        }
        level = below;
    }
    (found, None)
}

/// The state of a start.
fn digest_of(starts: &Starts, start: &Start) -> Result<Digest, Failure> {
    fn of<V: Elem>(starts: &Starts, start: &Start) -> Result<Digest, Failure> {
        let config = &starts.configs[start.config];
        let mut world = World::<V>::new(config);
        let digest = caught(|| {
            start.prefix.iter().try_for_each(|&op| world.perform(op).map(drop))?;
            world.check()?;
            Ok(world.state().digest(&world.walk_states(), &mut Vec::new()))
        });
        digest.map_err(|wrong| {
            std::mem::forget(world);
            Failure { config: config.clone(), ops: start.prefix.clone(), wrong }
        })
    }
    match starts.configs[start.config].kind {
        Kind::Plain => of::<u8>(starts, start),
        Kind::Pointers => of::<Word>(starts, start),
    }
}

/// What one thread does at one depth.
struct Part<'a> {
    starts: &'a Starts,
    known: &'a Known,
    found: Found,
    below: Vec<Node>,
    failure: Option<Failure>,
    scratch: Vec<u8>,
}

impl<'a> Part<'a> {
    fn new(starts: &'a Starts, known: &'a Known) -> Self {
        let tallies = vec![Tally::default(); starts.families.len()];
        Self {
            starts,
            known,
            found: Found { tallies, ..Found::default() },
            below: Vec::new(),
            failure: None,
            scratch: Vec::new(),
        }
    }

    fn expand(&mut self, node: Node) -> Result<(), Failure> {
        let start = &self.starts.starts[node.start as usize];
        match self.starts.configs[start.config].kind {
            Kind::Plain => self.expand_as::<u8>(node),
            Kind::Pointers => self.expand_as::<Word>(node),
        }
    }

    /// Performs each operation on the state of `node`.
    fn expand_as<V: Elem>(&mut self, node: Node) -> Result<(), Failure> {
        let starts = self.starts;
        let start = &starts.starts[node.start as usize];
        let config = &starts.configs[start.config];
        let alphabet = alphabet(&starts.families[start.family].alphabet);
        let path =
            || node.path[..usize::from(node.depth)].iter().map(|&op| alphabet[usize::from(op)]);
        let ops = || start.prefix.iter().copied().chain(path());
        let fail = |op: Option<Op>, wrong: Wrong| Failure {
            config: config.clone(),
            ops: ops().chain(op).collect(),
            wrong,
        };
        let at_node = || {
            let mut world = World::<V>::new(config);
            ops().try_for_each(|op| world.perform(op).map(drop)).map(|()| world)
        };
        let (before, walks) = caught(|| {
            let world = at_node()?;
            Ok((world.sketch(), std::array::from_fn::<bool, CURSORS, _>(|i| world.walks(i))))
        })
        .map_err(|wrong| fail(None, wrong))?;
        for (number, &op) in alphabet.iter().enumerate() {
            match op {
                Op::Next(cursor) | Op::Forget(cursor) if !walks[usize::from(cursor)] => continue,
                _ => {}
            }
            let (after, digest) = caught(|| {
                let mut world = at_node()?;
                world.perform(op)?;
                world.check()?;
                let state = world.state();
                let digest = state.digest(&world.walk_states(), &mut self.scratch);
                Ok((state, digest))
            })
            .map_err(|wrong| fail(Some(op), wrong))?;
            let tally = &mut self.found.tallies[start.family];
            tally.transitions += 1;
            if let Some(class) = Class::of(&before, op, &after, &config.keys) {
                *self.found.classes.entry(class).or_default() += 1;
            }
            if self.known.insert(start.config, digest) {
                tally.states += 1;
                let mut path = node.path;
                path[usize::from(node.depth)] = number as u8;
                self.below.push(Node { path, depth: node.depth + 1, ..node });
            }
        }
        Ok(())
    }
}

/// What is tried in each state. A look-up changes nothing, and every check looks up every key.
fn alphabet(keys: &[u8]) -> Vec<Op> {
    let mut ops: Vec<Op> = keys.iter().map(|&key| Op::Assign(key)).collect();
    ops.extend(keys.iter().map(|&key| Op::Delete(key)));
    ops.extend([
        Op::Clear,
        Op::Begin { cursor: 1, start: 0, offset: 0 },
        Op::Begin { cursor: 1, start: 3, offset: 6 },
        Op::Next(0),
        Op::Next(1),
        Op::Forget(0),
    ]);
    ops
}

/// The states that were found.
struct Known(Vec<Mutex<HashSet<u128, BuildHasherDefault<Taken>>>>);

impl Default for Known {
    fn default() -> Self {
        Self((0..SHARDS).map(|_| Mutex::default()).collect())
    }
}

impl Known {
    /// Whether the state is new. The same digest in another configuration is another state.
    fn insert(&self, config: usize, Digest(digest): Digest) -> bool {
        // Any one-to-one change of a digest by the configuration will do.
        let digest = digest.wrapping_add((config as u128) << 64 | config as u128);
        let shard = &self.0[(digest >> 120) as usize % SHARDS];
        shard.lock().expect("no thread panics").insert(digest)
    }
}

/// Takes a part of a digest for its hash: it is one.
#[derive(Default)]
struct Taken(u64);

impl Hasher for Taken {
    fn write(&mut self, bytes: &[u8]) {
        let (words, _) = bytes.as_chunks::<8>();
        self.0 = words.first().map_or(0, |&word| u64::from_le_bytes(word));
    }

    fn write_u128(&mut self, digest: u128) {
        self.0 = digest as u64;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
