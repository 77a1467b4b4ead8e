//! Live streams: what changed, told once to everybody who looks.

pub mod bells;
pub mod board;
pub mod desks;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use signalbox_model::limits::LIVE_SUBSCRIBERS_MAX;
use tokio::sync::{Notify, watch};

pub use bells::{Bell, BellReceiver, Bells, Line, Listener, Party, Signals, Typist};
pub use board::{Board, Item, Key, Kind, Link};

/// Live streams of this server. Clones share one.
#[derive(Clone)]
pub struct LiveHub {
    /// The newest version of everything that is live.
    pub board: Arc<Board>,
    /// One bell per conversation that somebody looks at, the customer included.
    pub bells: Bells,
    /// New lines of the transcripts that colleagues look at.
    pub lines: Party<Line>,
    shared: Arc<Shared>,
}

struct Shared {
    subscribers: AtomicUsize,
    asked: AtomicU64,
    arrived: Notify,
    refreshed: watch::Sender<u64>,
}

/// A seat among the live subscribers; free again when dropped.
pub struct Seat(Arc<Shared>);

impl Drop for Seat {
    fn drop(&mut self) {
        let left = self.0.subscribers.fetch_sub(1, Ordering::SeqCst) - 1;
        metrics::gauge!("signalbox_live_subscribers").set(left as f64);
    }
}

impl LiveHub {
    /// Nothing is live yet.
    pub fn new(bells: Bells) -> LiveHub {
        let shared = Shared {
            subscribers: AtomicUsize::new(0),
            asked: AtomicU64::new(0),
            arrived: Notify::new(),
            refreshed: watch::Sender::new(0),
        };
        LiveHub { board: Arc::new(Board::new()), bells, lines: Party::default(), shared: Arc::new(shared) }
    }

    /// Takes a seat; none when all are taken.
    pub fn sit_down(&self) -> Option<Seat> {
        let before = self.shared.subscribers.fetch_add(1, Ordering::SeqCst);
        let seat = Seat(Arc::clone(&self.shared));
        metrics::gauge!("signalbox_live_subscribers").set((before + 1) as f64);
        (before < LIVE_SUBSCRIBERS_MAX).then_some(seat)
    }

    /// Whether anybody looks: nothing needs to be rendered for nobody.
    pub fn is_watched(&self) -> bool {
        self.shared.subscribers.load(Ordering::SeqCst) > 0
    }

    /// Asks for the board to be brought up to date, and waits until it is. Takes a seat first.
    pub async fn refresh(&self) {
        let mut refreshed = self.shared.refreshed.subscribe();
        let mine = self.shared.asked.fetch_add(1, Ordering::SeqCst) + 1;
        self.shared.arrived.notify_one();
        let _closed_means_shutdown = refreshed.wait_for(|answered| *answered >= mine).await;
    }

    /// How often the board was asked for so far: read it before bringing the board up to date.
    pub fn asked(&self) -> u64 {
        self.shared.asked.load(Ordering::SeqCst)
    }

    /// Rings when a subscriber wants the board to be up to date.
    pub async fn wanted(&self) {
        self.shared.arrived.notified().await;
    }

    /// The board is up to date for all who asked up to then.
    pub fn refreshed(&self, asked: u64) {
        self.shared.refreshed.send_replace(asked);
    }
}
