//! Anything of this crate, up to its one call.

use crate::builder::{fold, go};
use crate::hashes::{Hash, Material};
use crate::kernel::{Kernel, Tops};
use crate::rival::Rival;
use crate::scene::Scene;
use crate::watched::{AnyScene, Watched};
use crate::{State, Subject};
use foldhash::fast::FixedState;
use std::fmt;
use tophash::GoHash;
use tophash::image::MapImage;

/// A map, or the like, and the operation that is to be measured.
///
/// The operation's address stands in here and not in memory of its own, so that a call touches
/// nothing but the stack and what the operation touches.
pub struct Prepared(Kind);

enum Kind {
    U64Go(Box<Scene<u64, GoHash>>, fn(&mut Scene<u64, GoHash>)),
    U64Foldhash(Box<Scene<u64, FixedState>>, fn(&mut Scene<u64, FixedState>)),
    StrGo(Box<Scene<Box<str>, GoHash>>, fn(&mut Scene<Box<str>, GoHash>)),
    Hashbrown(Box<Rival>, fn(&mut Rival)),
    Hash(Box<Material>, fn(&mut Material)),
    Scan(Box<Tops>, fn(&mut Tops)),
    Watched(Box<AnyScene>, fn(&mut AnyScene)),
}

/// `subject` in `state`; `None` if it cannot be in that, see [`Subject::Hashbrown`].
pub fn prepare(state: State, subject: Subject) -> Option<Prepared> {
    Some(Prepared(match subject {
        Subject::U64Go => {
            let (scene, operation) = Scene::new(state, go());
            Kind::U64Go(scene, operation)
        }
        Subject::U64Foldhash => {
            let (scene, operation) = Scene::new(state, fold());
            Kind::U64Foldhash(scene, operation)
        }
        Subject::StrGo => {
            let (scene, operation) = Scene::new(state, go());
            Kind::StrGo(scene, operation)
        }
        Subject::Hashbrown => {
            let (rival, operation) = Rival::new(state)?;
            Kind::Hashbrown(rival, operation)
        }
    }))
}

impl From<Hash> for Prepared {
    fn from(hash: Hash) -> Self {
        let (material, operation) = Material::new(hash);
        Self(Kind::Hash(material, operation))
    }
}

impl From<Kernel> for Prepared {
    fn from(kernel: Kernel) -> Self {
        let (tops, operation) = Tops::new(kernel);
        Self(Kind::Scan(tops, operation))
    }
}

impl From<Watched> for Prepared {
    fn from(watched: Watched) -> Self {
        let (scene, operation) = AnyScene::new(watched);
        Self(Kind::Watched(scene, operation))
    }
}

impl Prepared {
    /// Performs the operation.
    #[inline]
    pub fn run(&mut self) {
        match &mut self.0 {
            Kind::U64Go(scene, operation) => operation(scene),
            Kind::U64Foldhash(scene, operation) => operation(scene),
            Kind::StrGo(scene, operation) => operation(scene),
            Kind::Hashbrown(rival, operation) => operation(rival),
            Kind::Hash(material, operation) => operation(material),
            Kind::Scan(tops, operation) => operation(tops),
            Kind::Watched(scene, operation) => operation(scene),
        }
    }

    /// The same, but that the operation does nothing: what a measurement costs by itself.
    #[must_use]
    pub fn idle(self) -> Self {
        Self(match self.0 {
            Kind::U64Go(scene, _) => Kind::U64Go(scene, Scene::nothing),
            Kind::U64Foldhash(scene, _) => Kind::U64Foldhash(scene, Scene::nothing),
            Kind::StrGo(scene, _) => Kind::StrGo(scene, Scene::nothing),
            Kind::Hashbrown(rival, _) => Kind::Hashbrown(rival, Rival::nothing),
            Kind::Hash(material, _) => Kind::Hash(material, Material::nothing),
            Kind::Scan(tops, _) => Kind::Scan(tops, Tops::nothing),
            Kind::Watched(scene, _) => Kind::Watched(scene, AnyScene::nothing),
        })
    }

    /// Drops what the operation made, if that is kept: before one that repeats is repeated.
    pub fn reset(&mut self) {
        match &mut self.0 {
            Kind::U64Go(scene, _) => scene.reset(),
            Kind::U64Foldhash(scene, _) => scene.reset(),
            Kind::StrGo(scene, _) => scene.reset(),
            Kind::Hashbrown(..) | Kind::Hash(..) | Kind::Scan(..) | Kind::Watched(..) => {}
        }
    }

    /// The image of the map, without its keys, if it is one of ours.
    pub fn image(&self) -> Option<MapImage> {
        match &self.0 {
            Kind::U64Go(scene, _) => Some(scene.image()),
            Kind::U64Foldhash(scene, _) => Some(scene.image()),
            Kind::StrGo(scene, _) => Some(scene.image()),
            Kind::Hashbrown(..) | Kind::Hash(..) | Kind::Scan(..) | Kind::Watched(..) => None,
        }
    }

    /// The hash of the operation's key in this map; `None` of an operation without a key, of one whose
    /// key has gone into the map, and of a map that is not ours.
    pub fn key_hash(&self) -> Option<u64> {
        match &self.0 {
            Kind::U64Go(scene, _) => scene.hash(),
            Kind::U64Foldhash(scene, _) => scene.hash(),
            Kind::StrGo(scene, _) => scene.hash(),
            Kind::Hashbrown(..) | Kind::Hash(..) | Kind::Scan(..) | Kind::Watched(..) => None,
        }
    }
}

impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.0 {
            Kind::U64Go(..) => "U64Go",
            Kind::U64Foldhash(..) => "U64Foldhash",
            Kind::StrGo(..) => "StrGo",
            Kind::Hashbrown(..) => "Hashbrown",
            Kind::Hash(..) => "Hash",
            Kind::Scan(..) => "Scan",
            Kind::Watched(..) => "Watched",
        };
        f.debug_tuple("Prepared").field(&kind).finish()
    }
}
