//! The one decider: reads facts in log order, applies each, decides them once, appends what follows.
//!
//! A decision is applied only after it has come back from the log, so the state here is what any replay would give.

pub mod snapshot;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use signalbox_engine::Engines;
use signalbox_eventlog::{AppendError, Batch, EventLog, Guard, Lease, LeaseError, Log, ReadError};
use signalbox_model::contact::Actor;
use signalbox_model::event::{NewEvent, Recorded};
use signalbox_model::id::Position;
use signalbox_model::limits::BATCH_EVENTS_MAX;
use signalbox_model::time::DurationMs;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::health::{Health, Trouble};
use crate::settled::Settled;

/// The log is held by this process alone (its file is locked), so there is one name for the holder: after a crash the
/// right to decide is taken up again at once instead of waiting for the old lease to end.
const HOLDER: &str = "decider";
const LEASE: DurationMs = DurationMs::seconds(10);
/// Time left at which the lease is prolonged.
const LEASE_LEFT_MIN: DurationMs = DurationMs::seconds(5);
/// The doorbell may be lost: look at least this often.
const LOOK_EVERY: Duration = Duration::from_millis(1_000);
/// Wait after a failure of the world: a full disk is looked at again soon.
const RETRY_AFTER: Duration = Duration::from_millis(500);
/// Facts read at once while running.
const READ_MAX: usize = 2_000;
/// Facts read at once while catching up at the start.
const REPLAY_READ_MAX: usize = 20_000;
/// Facts decided in one round, so that an answer never waits for a mountain of others.
const ROUND_MAX: usize = 256;
/// Decided facts after which the state is written down anew.
const SNAPSHOT_EVERY: u64 = 50_000;
/// The same for each conversation in it, where there are many: writing down a large state holds up deciding.
const SNAPSHOT_EVERY_EACH: u64 = 10;

/// Why the decider stopped or could not begin.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    /// The log cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The log cannot be written.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// The right to decide cannot be had.
    #[error(transparent)]
    Lease(#[from] LeaseError),
    /// Somebody else decides.
    #[error("another process decides for this log: stop it first")]
    Held,
}

/// The decider and all that it holds.
pub struct Decider {
    log: Log,
    clock: Clock,
    settled: Settled,
    health: Health,
    data: PathBuf,
    engines: Engines,
    /// Applied and not decided yet, in log order.
    pending: Vec<Recorded>,
    /// The last fact that was read.
    read: Position,
    /// The last fact that was decided.
    decided: Position,
    lease: Option<Lease>,
    snapshot_at: Position,
}

impl Decider {
    /// Folds everything that is in the log, beginning with a written-down state if there is a good one.
    ///
    /// # Errors
    /// When the log cannot be read or somebody else decides for it.
    pub async fn open(
        log: Log,
        clock: Clock,
        settled: Settled,
        health: Health,
        data: PathBuf,
    ) -> Result<Decider, DecideError> {
        let (engines, read) = snapshot::load(&data, &log).await.unwrap_or_default();
        let mut decider = Decider {
            log,
            clock,
            settled,
            health,
            data,
            engines,
            pending: Vec::new(),
            read,
            decided: read,
            lease: None,
            snapshot_at: read,
        };
        decider.take_lease().await?;
        while decider.read_more(REPLAY_READ_MAX).await? > 0 {}
        decider.settled.advance(decider.decided);
        Ok(decider)
    }

    /// The state, for a reader that begins where this decider stands.
    pub fn engines(&self) -> &Engines {
        &self.engines
    }

    /// The last fact in that state.
    pub fn position(&self) -> Position {
        self.read
    }

    /// Decides until `stop` rings; then decides what is there and writes the state down.
    pub async fn run(mut self, stop: CancellationToken) {
        let mut bell = self.log.advanced();
        while !stop.is_cancelled() {
            if self.health.current().is_some() {
                // Taking the lease anew writes: only that shows that the log takes writes again.
                self.lease = None;
            }
            match self.step().await {
                Ok(()) => self.health.well(),
                Err(
                    DecideError::Read(ReadError::Closed)
                    | DecideError::Append(AppendError::Closed)
                    | DecideError::Lease(LeaseError::Closed),
                ) => return,
                Err(error) => {
                    self.health.trouble(trouble_of(&error));
                    tokio::select! {
                        () = tokio::time::sleep(RETRY_AFTER) => {}
                        () = stop.cancelled() => {}
                    }
                    continue;
                }
            }
            let nap = self.until_due();
            tokio::select! {
                _ = bell.changed() => {}
                () = tokio::time::sleep(nap) => {}
                () = stop.cancelled() => {}
            }
        }
        if let Err(error) = self.step().await {
            tracing::warn!(%error, "the last wishes are decided at the next start");
        }
        self.write_down().await;
    }

    /// How long to sleep when nobody rings.
    fn until_due(&self) -> Duration {
        let Some(due) = self.engines.next_due() else { return LOOK_EVERY };
        // One millisecond more: timers may fire early, and then there is nothing due yet.
        let wait = Duration::from_millis(due.since(self.clock.now()).0.saturating_add(1));
        wait.min(LOOK_EVERY)
    }

    /// Decides everything that is there and everything that is due.
    ///
    /// # Errors
    /// When the log fails; what was not appended is decided again.
    pub async fn step(&mut self) -> Result<(), DecideError> {
        self.take_lease().await?;
        loop {
            self.read_more(READ_MAX).await?;
            if !self.pending.is_empty() {
                self.round().await?;
                continue;
            }
            let now = self.clock.now();
            if self.engines.next_due().is_none_or(|due| due > now) {
                break;
            }
            let mut due = self.engines.due(now);
            if due.is_empty() {
                break;
            }
            due.truncate(BATCH_EVENTS_MAX);
            self.append(due).await?;
        }
        let open = self.engines.floor.conversations.len() as u64;
        let since = self.decided.0.saturating_sub(self.snapshot_at.0);
        if since >= SNAPSHOT_EVERY.max(open * SNAPSHOT_EVERY_EACH) {
            self.write_down().await;
        }
        Ok(())
    }

    /// One round: decides a prefix of what is pending and appends what follows in one batch.
    async fn round(&mut self) -> Result<(), DecideError> {
        let began = Instant::now();
        let facts = &self.pending[..self.pending.len().min(ROUND_MAX)];
        let round = self.engines.decide(facts);
        metrics::histogram!("signalbox_decide_seconds")
            .record(began.elapsed().as_secs_f64() / round.decided.max(1) as f64);
        let decided = round.decided.min(facts.len());
        assert!(decided > 0, "a round decides at least its first fact");
        let before = self.decided;
        self.decided = facts[decided - 1].position;
        if let Err(error) = self.append(round.decisions).await {
            self.decided = before;
            return Err(error);
        }
        self.pending.drain(..decided);
        self.settled.advance(self.decided);
        Ok(())
    }

    /// Appends decisions and reads on until they have come back.
    async fn append(&mut self, decisions: Vec<NewEvent>) -> Result<(), DecideError> {
        if decisions.is_empty() {
            return Ok(());
        }
        let count = decisions.len() as u64;
        self.take_lease().await?;
        let epoch = self.lease.map_or(0, |lease| lease.epoch);
        let batch = Batch { at: self.clock.now(), actor: Actor::Engine, command: None, events: decisions };
        let guard = Guard::Decider { epoch, decided_through: self.decided };
        let appended = match self.log.append(batch, guard).await {
            Ok(appended) => appended,
            Err(error) => {
                // A stale lease is taken anew at the next step.
                self.lease = None;
                return Err(error.into());
            }
        };
        metrics::counter!("signalbox_events_appended_total").increment(count);
        while self.read < appended.last {
            self.read_more(READ_MAX).await?;
        }
        Ok(())
    }

    /// Reads, applies and remembers what is to be decided. Says how many facts there were.
    async fn read_more(&mut self, limit: usize) -> Result<usize, DecideError> {
        let facts = self.log.read(self.read, limit).await?;
        let count = facts.len();
        self.settled.note(&facts);
        for fact in facts {
            self.engines.apply(&fact);
            self.read = fact.position;
            if fact.position > self.decided {
                self.pending.push(fact);
            }
        }
        Ok(count)
    }

    async fn take_lease(&mut self) -> Result<Lease, DecideError> {
        let now = self.clock.now();
        if let Some(lease) = self.lease.filter(|lease| lease.expires_at.since(now) > LEASE_LEFT_MIN) {
            return Ok(lease);
        }
        let lease = self.log.lease(HOLDER, now, LEASE).await?.ok_or(DecideError::Held)?;
        self.lease = Some(lease);
        // Somebody else decided meanwhile: their decisions come with the log, the facts behind them are settled.
        if lease.decided_through > self.decided {
            self.decided = lease.decided_through;
            self.pending.retain(|fact| fact.position > lease.decided_through);
        }
        Ok(lease)
    }

    async fn write_down(&mut self) {
        // Only a state in which everything is decided may be written down: pending facts would never be decided again.
        if !self.pending.is_empty() {
            return;
        }
        match snapshot::store(&self.data, &self.log, &self.engines, self.read).await {
            Ok(()) => self.snapshot_at = self.read,
            Err(error) => {
                tracing::warn!(%error, "the state was not written down; the next start replays the log instead")
            }
        }
    }
}

fn trouble_of(error: &DecideError) -> Trouble {
    match error {
        DecideError::Append(AppendError::NoSpace) | DecideError::Lease(LeaseError::NoSpace) => Trouble::NoSpace,
        other => Trouble::Log(other.to_string()),
    }
}
