//! Numbers of today as they were read last, shared by all rows that show them.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use signalbox_model::id::{PersonId, QueueId};

use crate::wire::Today;

/// All numbers of today, read at once.
#[derive(Clone, Default)]
pub struct Figures {
    /// By queue.
    pub queues: HashMap<QueueId, Today>,
    /// By person.
    pub people: HashMap<PersonId, Today>,
}

/// The last reading.
#[derive(Default)]
pub struct LastFigures(Mutex<Option<(Instant, Figures)>>);

impl LastFigures {
    /// The last reading, if it is not older than this.
    pub fn younger_than(&self, age: Duration) -> Option<Figures> {
        let last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.as_ref().filter(|(at, _)| at.elapsed() < age).map(|(_, figures)| figures.clone())
    }

    /// A new reading.
    pub fn put(&self, figures: Figures) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), figures));
    }
}
