//! Follows the log: keeps the floor's standing, the live board and the views up to date.

pub mod dirty;
pub mod lookup;
pub mod names;
pub mod render;
pub mod views;

use std::time::{Duration, Instant};

use signalbox_eventlog::{EventLog, ReadError};
use signalbox_model::event::Recorded;
use signalbox_model::id::Position;
use tokio_util::sync::CancellationToken;

use crate::live::{Bell, Line};
use crate::state::AppState;
use crate::wire;
use dirty::Dirty;
use names::Names;
use render::Rendered;

/// Facts folded in at once.
const READ_MAX: usize = 1_000;
/// The doorbell may be lost: look at least this often. Needs and counts are looked at again at this pace too.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// Time between two renderings: what changes in between is rendered once.
const RENDER_EVERY: Duration = Duration::from_millis(20);
/// Wait after the log could not be read.
const RETRY_AFTER: Duration = Duration::from_millis(500);

/// Keeps the floor's standing and the live board.
pub struct FloorFollower {
    state: AppState,
    read: Position,
    dirty: Dirty,
    names: Names,
    rendered: Rendered,
    flushed_at: Instant,
    looked_at: Instant,
}

impl FloorFollower {
    /// Begins where the standing floor stands.
    pub fn new(state: AppState) -> FloorFollower {
        let read = state.standing.position();
        let long_ago = Instant::now();
        FloorFollower {
            state,
            read,
            dirty: Dirty::everything(),
            names: Names::default(),
            rendered: Rendered::default(),
            flushed_at: long_ago,
            looked_at: long_ago,
        }
    }

    /// Follows until `stop` rings.
    pub async fn run(mut self, stop: CancellationToken) {
        let mut bell = self.state.log.advanced();
        let mut views = self.state.views_through.subscribe();
        while !stop.is_cancelled() {
            match self.catch_up().await {
                Ok(()) => {}
                Err(ReadError::Closed) => return,
                Err(error) => {
                    tracing::error!(%error, "the floor stands still: the log cannot be read");
                    tokio::time::sleep(RETRY_AFTER).await;
                    continue;
                }
            }
            if self.looked_at.elapsed() >= LOOK_EVERY {
                self.looked_at = Instant::now();
                self.look_again();
            }
            let changed = self.names.changed(*views.borrow_and_update());
            self.dirty.of_customers(&changed, &self.state.floor());
            let wanted = self.render_if_due().await;
            tokio::select! {
                _ = bell.changed() => {}
                _ = views.changed(), if self.names.is_changing() => {}
                () = self.state.live.wanted() => self.render_now().await,
                () = tokio::time::sleep(wanted) => {}
                () = stop.cancelled() => {}
            }
        }
    }

    /// Folds in all that is there.
    async fn catch_up(&mut self) -> Result<(), ReadError> {
        loop {
            let facts = self.state.log.read(self.read, READ_MAX).await?;
            let Some(last) = facts.last() else { return Ok(()) };
            self.read = last.position;
            self.dirty.before(&facts, &self.state.floor());
            self.state.standing.apply(&facts);
            self.dirty.after(&facts, &self.state.floor());
            self.names.note(&facts);
            self.ring(&facts).await;
        }
    }

    /// Tells those who look at single conversations.
    async fn ring(&self, facts: &[Recorded]) {
        for fact in facts {
            let Some(conversation) = fact.event.conversation() else { continue };
            if self.state.live.lines.is_heard(conversation)
                && let Some(data) = self.line(fact).await
            {
                self.state.live.lines.ring(conversation, Line { position: fact.position, data: data.into() });
            }
            self.state.live.bells.ring(conversation, Bell::Changed(fact.position));
        }
    }

    /// The line of the transcript that a fact makes, as JSON.
    async fn line(&self, fact: &Recorded) -> Option<String> {
        let stored = match wire::content_shown(&fact.event) {
            Some(content) => self.state.log.content(content).await.ok().flatten(),
            None => None,
        };
        let item = wire::transcript_item(fact, stored.as_ref(), &self.state.directory())?;
        serde_json::to_string(&item).ok()
    }

    /// What changes by time alone: needs grow, queues open and close.
    fn look_again(&mut self) {
        let now = self.state.clock.now();
        let floor = self.state.floor();
        render::count(&floor);
        self.rendered.needs_changed(&floor, now, &mut self.dirty);
        self.dirty.all_queues(&floor);
    }

    /// Renders if somebody looks and the last time is long enough ago; says how long to wait otherwise.
    async fn render_if_due(&mut self) -> Duration {
        let rest = LOOK_EVERY.saturating_sub(self.looked_at.elapsed());
        if !self.state.live.is_watched() {
            return rest;
        }
        let next = RENDER_EVERY.saturating_sub(self.flushed_at.elapsed());
        if !next.is_zero() {
            return if self.dirty.is_empty() { rest } else { next.min(rest) };
        }
        if !self.dirty.is_empty() {
            self.render().await;
        }
        // What is throttled stays dirty: come back for it.
        if self.dirty.is_empty() { rest } else { rest.min(render::ROW_EVERY / 4) }
    }

    /// A subscriber wants everything that is there now.
    async fn render_now(&mut self) {
        let asked = self.state.live.asked();
        if let Err(error) = self.catch_up().await {
            tracing::warn!(%error, "a subscriber may see the floor a moment late");
        }
        self.render().await;
        self.state.live.refreshed(asked);
    }

    async fn render(&mut self) {
        self.flushed_at = Instant::now();
        let customers = self.dirty.customers(&self.state.floor());
        self.names.load(&self.state, customers).await;
        let figures = self.rendered.figures(&self.state, &self.dirty).await;
        let items = self.rendered.render(&self.state, self.read, &mut self.dirty, &self.names, &figures);
        self.state.live.board.put(items);
    }
}
