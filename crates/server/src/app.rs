//! The composition root: opens the store, starts what runs beside requests, serves, and shuts down without losing anything.

mod first_start;
mod router;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use signalbox_eventlog::{Embedded, EventLog, OpenError, Options, StoreKey, StoreKeyError};
use signalbox_views::{Views, ViewsError};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::ai::Brain;
use crate::ai::shelves::Shelves;
use crate::ai::toolbox::Toolbox;
use crate::auth::{Auth, AuthError};
use crate::clock::Clock;
use crate::config::Config;
use crate::executor;
use crate::figures::LastFigures;
use crate::follower::{FloorFollower, views};
use crate::health::Health;
use crate::ingest::{CommandError, Commands};
use crate::live::desks::Desks;
use crate::live::{Bells, LiveHub, Signals};
use crate::probes::Probes;
use crate::runtime::{DecideError, Decider};
use crate::settled::Settled;
use crate::standing::Standing;
use crate::state::{AppState, Parts};
use crate::telemetry;

pub use first_start::FirstAdmin;
pub use router::{document, router};

/// How long open requests may take to end once the server shuts down.
const DRAIN_MAX: Duration = Duration::from_secs(10);

/// Why the server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The log.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The key in the environment.
    #[error("SIGNALBOX_STORE_KEY: {0}")]
    Key(#[from] StoreKeyError),
    /// The views.
    #[error(transparent)]
    Views(#[from] ViewsError),
    /// The index of knowledge.
    #[error("the index of knowledge: {0}")]
    Knowledge(#[from] signalbox_knowledge::index::IndexError),
    /// The log.
    #[error(transparent)]
    Read(#[from] signalbox_eventlog::ReadError),
    /// The engine.
    #[error(transparent)]
    Decide(#[from] DecideError),
    /// The first start.
    #[error(transparent)]
    Command(#[from] CommandError),
    /// The first password.
    #[error(transparent)]
    Auth(#[from] AuthError),
    /// The address.
    #[error("{address} cannot be listened on ({error}): choose another one with --listen")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why.
        error: std::io::Error,
    },
}

/// An open store with nothing served and nothing decided yet: facts that are appended now are decided at the start.
pub struct Opened {
    state: AppState,
    decider: Decider,
    views: Views,
}

/// A server that serves.
pub struct Running {
    /// Where it listens; the port is the real one when 0 was asked for.
    pub address: SocketAddr,
    /// What handlers share.
    pub state: AppState,
    tasks: Tasks,
}

/// Why a server stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Somebody asked it to.
    Asked,
    /// Nothing is decided any more, and serving on would only pretend.
    DeciderEnded,
}

impl Why {
    /// For whoever started the program: a supervisor of processes starts anew only what failed.
    pub fn exit_code(self) -> ExitCode {
        match self {
            Why::Asked => ExitCode::SUCCESS,
            Why::DeciderEnded => ExitCode::FAILURE,
        }
    }
}

struct Tasks {
    serving: JoinHandle<()>,
    decider: JoinHandle<()>,
    followers: Vec<JoinHandle<()>>,
    /// Rings after the last request has ended.
    quiet: CancellationToken,
}

/// Opens the store in `config.data` by the clock on the wall.
///
/// # Errors
/// When the store cannot be opened or read.
pub async fn open(config: Config) -> Result<Opened, StartError> {
    open_at(config, Clock::wall()).await
}

/// Opens the store by a clock of the caller's.
///
/// # Errors
/// When the store cannot be opened or read.
pub async fn open_at(config: Config, clock: Clock) -> Result<Opened, StartError> {
    telemetry::init_metrics();
    let store_key = config.store_key.as_deref().map(StoreKey::from_base64).transpose()?;
    let log = Embedded::open(&config.data, Options { store_key })?;
    let settled = Settled::new(signalbox_model::id::Position::default());
    let health = Health::default();
    let decider =
        Decider::open(log.clone(), clock.clone(), settled.clone(), health.clone(), config.data.clone()).await?;
    let standing = Standing::new(decider.engines().clone(), decider.position());
    let views = Views::open(&views_path(&config.data), log.head())?;
    let commands = Commands::new(log.clone(), clock.clone(), settled.clone(), health.clone());
    let bells = Bells::default();
    let tools = Toolbox::new(log.clone(), commands.clone(), standing.clone());
    let probes = Probes::new(tools.clone(), standing.clone(), commands.clone(), clock.clone());
    let brain = Brain::new(Shelves::empty()?, tools, standing.clone());
    let state = AppState::new(Parts {
        started_at: clock.now(),
        auth: Auth::new(log.clone(), clock.clone(), commands.clone(), standing.clone()),
        desks: Desks::new(commands.clone(), standing.clone()),
        live: LiveHub::new(bells.clone()),
        signals: Signals::new(bells),
        brain,
        probes,
        views: views.reader(),
        views_through: watch::Sender::new(views.position()?),
        figures: LastFigures::default(),
        stop: CancellationToken::new(),
        config,
        clock,
        log,
        commands,
        settled,
        standing,
        health,
    });
    Ok(Opened { state, decider, views })
}

/// Where the views are kept, beside the log.
pub fn views_path(data: &Path) -> PathBuf {
    data.join("views.db")
}

impl Opened {
    /// What handlers will share.
    pub fn state(&self) -> &AppState {
        &self.state
    }

    /// Makes an admin if nobody works here yet; says the password, which is kept nowhere.
    ///
    /// # Errors
    /// When the facts or the password cannot be stored.
    pub async fn first_start(&self) -> Result<Option<FirstAdmin>, StartError> {
        first_start::admin_if_nobody(&self.state).await
    }

    /// Starts deciding, following and serving.
    ///
    /// # Errors
    /// When the address cannot be listened on.
    pub async fn start(self) -> Result<Running, StartError> {
        let wanted = self.state.config.listen;
        let listen = |error| StartError::Listen { address: wanted, error };
        let listener = TcpListener::bind(wanted).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let quiet = CancellationToken::new();
        let state = self.state;
        let shelved = executor::fill_shelves(&state).await?;
        let decider = tokio::spawn(self.decider.run(quiet.clone()));
        let followers = vec![
            tokio::spawn(FloorFollower::new(state.clone()).run(quiet.clone())),
            tokio::spawn(views::feed(state.clone(), self.views, quiet.clone())),
            tokio::spawn(executor::run(state.clone(), shelved, quiet.clone())),
            tokio::spawn(state.probes.clone().run(quiet.clone())),
        ];
        let (desks, auth) = (state.desks.clone(), state.auth.clone());
        tokio::spawn(async move { desks.close_those_that_stay_away().await });
        tokio::spawn(async move { auth.forget_old_sessions().await });
        let serving = tokio::spawn(serve(listener, state.clone()));
        Ok(Running { address, state, tasks: Tasks { serving, decider, followers, quiet } })
    }
}

async fn serve(listener: TcpListener, state: AppState) {
    let stop = state.stop.clone();
    let service = router(state).into_make_service_with_connect_info::<SocketAddr>();
    let served = axum::serve(listener, service).with_graceful_shutdown(async move { stop.cancelled().await }).await;
    if let Err(error) = served {
        tracing::error!(%error, "serving has ended");
    }
}

impl Running {
    /// Waits for SIGTERM or Ctrl-C, or until the server cannot go on. A second signal ends the program at once.
    pub async fn wait_for_signal(&mut self) -> Why {
        let why = tokio::select! {
            () = signal() => Why::Asked,
            ended = &mut self.tasks.decider => {
                tracing::error!(panicked = ended.is_err(), "the decider has ended: shutting down; nothing in the log is lost");
                Why::DeciderEnded
            }
        };
        tokio::spawn(async {
            signal().await;
            tracing::warn!("a second signal: ending at once; what is acknowledged is in the log");
            std::process::exit(130);
        });
        why
    }

    /// Stops accepting, ends streams, lets requests end, decides what is pending, writes the state down, closes the log.
    pub async fn shutdown(self) {
        self.state.stop.cancel();
        if tokio::time::timeout(DRAIN_MAX, self.tasks.serving).await.is_err() {
            tracing::warn!("some requests did not end in time and were cut off");
        }
        self.tasks.quiet.cancel();
        if !self.tasks.decider.is_finished() && self.tasks.decider.await.is_err() {
            tracing::error!("the decider broke; the next start decides what is left");
        }
        for follower in self.tasks.followers {
            if follower.await.is_err() {
                tracing::error!("a follower broke; views are made from the log again");
            }
        }
        self.state.log.close().await;
    }
}

async fn signal() {
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = terminate => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
