//! What every handler can reach.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use signalbox_eventlog::Log;
use signalbox_model::id::Position;
use signalbox_model::time::Timestamp;
use signalbox_views::Reader;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::ai::Brain;
use crate::auth::Auth;
use crate::clock::Clock;
use crate::config::Config;
use crate::figures::LastFigures;
use crate::health::Health;
use crate::ingest::Commands;
use crate::live::desks::Desks;
use crate::live::{LiveHub, Signals};
use crate::probes::Probes;
use crate::settled::Settled;
use crate::standing::{DirectoryGuard, EnginesGuard, FloorGuard, Standing};

/// How long a reader waits for its own write to be folded in.
const CATCH_UP_WAIT: Duration = Duration::from_secs(2);

/// Everything that handlers share. Cloning is cheap.
#[derive(Clone)]
pub struct AppState(Arc<Parts>);

/// The parts of it.
pub struct Parts {
    /// How this server runs.
    pub config: Config,
    /// The one reader of the wall clock.
    pub clock: Clock,
    /// The log, for reading; writing goes through `commands`.
    pub log: Log,
    /// The one way in.
    pub commands: Commands,
    /// How far facts are decided.
    pub settled: Settled,
    /// The floor as it stands.
    pub standing: Standing,
    /// What lists, history and search ask.
    pub views: Reader,
    /// Numbers of today as they were read last.
    pub figures: LastFigures,
    /// The last fact that is in the views.
    pub views_through: watch::Sender<Position>,
    /// Sessions, passwords, tokens.
    pub auth: Auth,
    /// What AI agents answer with.
    pub brain: Brain,
    /// Whether connectors answer.
    pub probes: Probes,
    /// Live streams.
    pub live: LiveHub,
    /// Whose desk is open in a browser.
    pub desks: Desks,
    /// Whether the decider can do its work.
    pub health: Health,
    /// Typing and the like: lossy.
    pub signals: Signals,
    /// When this process began.
    pub started_at: Timestamp,
    /// Rings when the server shuts down.
    pub stop: CancellationToken,
}

impl Deref for AppState {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl AppState {
    /// Ties the parts together.
    pub fn new(parts: Parts) -> AppState {
        AppState(Arc::new(parts))
    }

    /// The floor as it stands. Do not hold it over an `await`.
    pub fn floor(&self) -> FloorGuard<'_> {
        self.standing.floor()
    }

    /// The published documents. Do not hold them over an `await`.
    pub fn directory(&self) -> DirectoryGuard<'_> {
        self.standing.directory()
    }

    /// All engines: the floor, alerts, measures. Do not hold them over an `await`.
    pub fn engines(&self) -> EnginesGuard<'_> {
        self.standing.engines()
    }

    /// Waits until the floor has this fact in it, for a moment at most.
    pub async fn floor_at(&self, position: Position) {
        let mut advanced = self.standing.advanced();
        let _late_is_fine = tokio::time::timeout(CATCH_UP_WAIT, advanced.wait_for(|now| *now >= position)).await;
    }

    /// The last fact that is in the views.
    pub fn views_position(&self) -> Position {
        *self.views_through.borrow()
    }

    /// Waits until the views have this fact in them, for a moment at most.
    pub async fn views_at(&self, position: Position) {
        let mut advanced = self.views_through.subscribe();
        let _late_is_fine = tokio::time::timeout(CATCH_UP_WAIT, advanced.wait_for(|now| *now >= position)).await;
    }
}
