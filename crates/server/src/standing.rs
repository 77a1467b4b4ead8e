//! The floor as it stands: engine state that only applies, for readers.

use std::ops::Deref;
use std::sync::{Arc, RwLock, RwLockReadGuard};

use signalbox_engine::Engines;
use signalbox_engine::directory::Directory;
use signalbox_engine::floor::Floor;
use signalbox_model::event::Recorded;
use signalbox_model::id::Position;
use tokio::sync::watch;

/// Shared read access. Guards are short: take one, copy what you need, let go; they cannot be held over an `await`.
#[derive(Clone)]
pub struct Standing {
    engines: Arc<RwLock<Engines>>,
    position: watch::Sender<Position>,
}

/// All engines.
pub struct EnginesGuard<'a>(RwLockReadGuard<'a, Engines>);
/// The floor.
pub struct FloorGuard<'a>(RwLockReadGuard<'a, Engines>);
/// The published documents.
pub struct DirectoryGuard<'a>(RwLockReadGuard<'a, Engines>);

impl Deref for EnginesGuard<'_> {
    type Target = Engines;
    fn deref(&self) -> &Engines {
        &self.0
    }
}

impl Deref for FloorGuard<'_> {
    type Target = Floor;
    fn deref(&self) -> &Floor {
        &self.0.floor
    }
}

impl Deref for DirectoryGuard<'_> {
    type Target = Directory;
    fn deref(&self) -> &Directory {
        &self.0.floor.directory
    }
}

impl Standing {
    /// Begins with this state, which has facts up to `position` in it.
    pub fn new(engines: Engines, position: Position) -> Standing {
        Standing { engines: Arc::new(RwLock::new(engines)), position: watch::Sender::new(position) }
    }

    fn read(&self) -> RwLockReadGuard<'_, Engines> {
        // A panic while applying leaves state that the decider's own copy does not share: serving it beats serving nothing.
        self.engines.read().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// All engines.
    pub fn engines(&self) -> EnginesGuard<'_> {
        EnginesGuard(self.read())
    }

    /// The floor.
    pub fn floor(&self) -> FloorGuard<'_> {
        FloorGuard(self.read())
    }

    /// The published documents.
    pub fn directory(&self) -> DirectoryGuard<'_> {
        DirectoryGuard(self.read())
    }

    /// The last fact that is in it.
    pub fn position(&self) -> Position {
        *self.position.borrow()
    }

    /// Rings when more is in it.
    pub fn advanced(&self) -> watch::Receiver<Position> {
        self.position.subscribe()
    }

    /// Folds facts in, in log order.
    pub fn apply(&self, facts: &[Recorded]) {
        let Some(last) = facts.last() else { return };
        let mut engines = self.engines.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        for fact in facts {
            engines.apply(fact);
        }
        drop(engines);
        self.position.send_replace(last.position);
    }
}
