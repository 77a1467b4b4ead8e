//! The one reader of the wall clock, and the maker of ids.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use signalbox_model::time::Timestamp;
use uuid::Uuid;

/// Where `now` comes from. Clones share one clock.
#[derive(Clone)]
pub struct Clock(Source);

#[derive(Clone)]
enum Source {
    Wall,
    Set(Arc<AtomicI64>),
}

impl Clock {
    /// The clock of this machine.
    pub fn wall() -> Clock {
        Clock(Source::Wall)
    }

    /// A clock that stands still until it is set: for tests.
    pub fn set_to(now: Timestamp) -> Clock {
        Clock(Source::Set(Arc::new(AtomicI64::new(now.0))))
    }

    /// Moves a clock that stands still; the wall clock stays as it is.
    pub fn set(&self, now: Timestamp) {
        if let Source::Set(at) = &self.0 {
            at.store(now.0, Ordering::SeqCst);
        }
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::Wall => Timestamp(wall_millis()),
            Source::Set(at) => Timestamp(at.load(Ordering::SeqCst)),
        }
    }
}

fn wall_millis() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// A fresh number for an id: `ConversationId::new(fresh())`. Sorts by birth.
pub fn fresh() -> Uuid {
    Uuid::now_v7()
}
