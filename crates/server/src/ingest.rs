//! The one way in for people and channels: a command becomes facts, and waits for what the engine makes of them.
//!
//! Callers have checked form and permission. Whether a wish is granted is settled by the engine alone.

use std::time::Duration;

use signalbox_eventlog::{AppendError, Appended, Batch, EventLog, Guard, Log, ReadError};
use signalbox_model::contact::Actor;
use signalbox_model::event::supervision::RefusedBecause;
use signalbox_model::event::{Event, NewEvent, Recorded};
use signalbox_model::id::{CommandId, Position};

use crate::clock::Clock;
use crate::health::{Health, Trouble};
use crate::readers::Readers;
use crate::settled::Settled;

/// How long a caller waits for the engine before it is told "pending".
pub const ANSWER_WAIT: Duration = Duration::from_secs(2);
/// Facts looked through for the answer to a command that was sent again.
const REPEATED_READ_MAX: usize = 2_000;

/// Why a command was not taken.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// It is not in the log.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// The answer to a repeated command could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
}

/// What became of a wish.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The engine did what follows; the facts that it decided, in order, perhaps none.
    Done(Vec<Recorded>),
    /// It was not granted.
    Refused(RefusedBecause),
    /// It is in the log and not decided yet.
    Pending,
}

/// A wish that is in the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// Where the wish stands.
    pub position: Position,
    /// What became of it.
    pub outcome: Outcome,
    /// The same command had been sent before; this is what became of it then.
    pub repeated: bool,
}

/// Appends for people and channels. Clones share one log.
#[derive(Clone)]
pub struct Commands {
    log: Log,
    clock: Clock,
    settled: Settled,
    health: Health,
    readers: Readers,
}

impl Commands {
    /// Appends to `log`, stamped by `clock`, answered through `settled`; tells `health` when the disk is full.
    pub fn new(log: Log, clock: Clock, settled: Settled, health: Health) -> Commands {
        Commands { log, clock, settled, health, readers: Readers::default() }
    }

    /// Appends facts that need no answer. Personal data in words is hidden first. A repeated command id appends nothing and returns the first positions.
    ///
    /// # Errors
    /// When the batch is not in the log; nothing of it is.
    pub async fn submit(
        &self,
        actor: Actor,
        command: Option<CommandId>,
        events: Vec<NewEvent>,
    ) -> Result<Appended, CommandError> {
        let events = self.readers.read(events);
        let count = events.len() as u64;
        let batch = Batch { at: self.clock.now(), actor, command, events };
        let appended = self.log.append(batch, Guard::Anyone).await.inspect_err(|error| {
            if matches!(error, AppendError::NoSpace) {
                self.health.trouble(Trouble::NoSpace);
            }
        })?;
        if !appended.repeated {
            metrics::counter!("signalbox_events_appended_total").increment(count);
        }
        Ok(appended)
    }

    /// Appends one wish and waits until the engine has decided it.
    ///
    /// # Errors
    /// When the wish is not in the log.
    pub async fn ask(&self, actor: Actor, command: Option<CommandId>, wish: NewEvent) -> Result<Asked, CommandError> {
        self.ask_with(actor, command, vec![wish]).await
    }

    /// Appends facts of which the last is a wish, together, and waits until the engine has decided the wish.
    ///
    /// # Errors
    /// When nothing of it is in the log.
    pub async fn ask_with(
        &self,
        actor: Actor,
        command: Option<CommandId>,
        events: Vec<NewEvent>,
    ) -> Result<Asked, CommandError> {
        let appended = self.submit(actor, command, events).await?;
        let outcome = self.outcome_of(appended.last, appended.repeated).await?;
        Ok(Asked { position: appended.last, outcome, repeated: appended.repeated })
    }

    /// Waits until the fact at `position` is decided, at most [`ANSWER_WAIT`], and says what followed.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn outcome_of(&self, position: Position, repeated: bool) -> Result<Outcome, CommandError> {
        let mut through = self.settled.advanced();
        let waited = tokio::time::timeout(ANSWER_WAIT, through.wait_for(|through| *through >= position)).await;
        if !matches!(waited, Ok(Ok(_))) {
            return Ok(Outcome::Pending);
        }
        drop(waited);
        let mut facts = self.settled.answer(position);
        if facts.is_empty() && repeated {
            facts = self.log.read(position, REPEATED_READ_MAX).await?;
            facts.retain(|fact| fact.cause == Some(position));
        }
        Ok(Commands::verdict(facts))
    }

    fn verdict(facts: Vec<Recorded>) -> Outcome {
        let refused = facts.iter().find_map(|fact| match &fact.event {
            Event::AskRefused(refused) => Some(refused.because.clone()),
            _ => None,
        });
        match refused {
            Some(because) => Outcome::Refused(because),
            None => Outcome::Done(facts),
        }
    }
}
