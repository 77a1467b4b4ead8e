//! Whose desk is open in a browser: a person's first stream opens it, the last one closes it, with a moment's grace
//! for pages that are only loaded again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use signalbox_model::contact::Actor;
use signalbox_model::event::presence::{DeskConnected, DeskDisconnected};
use signalbox_model::event::{Event, NewEvent};
use signalbox_model::id::PersonId;

use crate::ingest::Commands;
use crate::standing::Standing;

/// Grace before a closed desk is a fact.
const GRACE: Duration = Duration::from_secs(2);
/// Grace for browsers to come back after a restart of the server.
const RESTART_GRACE: Duration = Duration::from_secs(5);

/// Open desks. Clones share one count.
#[derive(Clone)]
pub struct Desks(Arc<Inner>);

struct Inner {
    commands: Commands,
    standing: Standing,
    streams: Mutex<HashMap<PersonId, usize>>,
    /// One at a time per server, so that "closed" and "open" are recorded in the order in which they were seen.
    recording: tokio::sync::Mutex<()>,
}

/// One open stream of a desk.
pub struct DeskStream {
    desks: Desks,
    person: PersonId,
}

impl Desks {
    /// Nobody is here yet.
    pub fn new(commands: Commands, standing: Standing) -> Desks {
        Desks(Arc::new(Inner { commands, standing, streams: Mutex::default(), recording: tokio::sync::Mutex::new(()) }))
    }

    fn streams(&self) -> MutexGuard<'_, HashMap<PersonId, usize>> {
        self.0.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A stream begins.
    pub async fn open(&self, person: PersonId) -> DeskStream {
        *self.streams().entry(person).or_insert(0) += 1;
        let stream = DeskStream { desks: self.clone(), person };
        self.settle(person).await;
        stream
    }

    fn is_open(&self, person: PersonId) -> bool {
        self.streams().contains_key(&person)
    }

    /// Records what is so now, if the log does not say so already.
    async fn settle(&self, person: PersonId) {
        let _turn = self.0.recording.lock().await;
        let (open, recorded) =
            (self.is_open(person), self.0.standing.floor().desk(person).is_some_and(|desk| desk.connected));
        let event = match (open, recorded) {
            (true, false) => Event::DeskConnected(DeskConnected { person }),
            (false, true) => Event::DeskDisconnected(DeskDisconnected { person }),
            _ => return,
        };
        match self.0.commands.submit(Actor::System, None, vec![NewEvent::now(event)]).await {
            Ok(appended) => {
                let mut advanced = self.0.standing.advanced();
                // Until then the floor would say the opposite, and the same fact would be recorded twice.
                let _late = tokio::time::timeout(GRACE, advanced.wait_for(|position| *position >= appended.last)).await;
            }
            Err(error) => tracing::warn!(%error, "an open or closed desk was not recorded"),
        }
    }

    /// After a restart: desks that the log believes open and that did not come back are closed.
    pub async fn close_those_that_stay_away(&self) {
        tokio::time::sleep(RESTART_GRACE).await;
        let believed: Vec<PersonId> =
            self.0.standing.floor().desks.values().filter(|desk| desk.connected).map(|desk| desk.person).collect();
        for person in believed {
            self.settle(person).await;
        }
    }
}

impl Drop for DeskStream {
    fn drop(&mut self) {
        let mut streams = self.desks.streams();
        let left = streams.get_mut(&self.person).map_or(0, |count| {
            *count -= 1;
            *count
        });
        if left > 0 {
            return;
        }
        streams.remove(&self.person);
        drop(streams);
        let (desks, person) = (self.desks.clone(), self.person);
        // Without a runtime the whole server is going down, and the restart settles it.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                tokio::time::sleep(GRACE).await;
                desks.settle(person).await;
            });
        }
    }
}
