//! `signalbox demo`: a living contact centre. The server is the real one; its customers and agents are simulated and
//! use nothing but the public API. Visitors may chat as customers and sit at any desk.

pub mod names;
pub mod script;
pub mod seed;
pub mod shop;
pub mod assistants;
pub mod client;
pub mod stage;
pub mod improvise;
pub mod customer;
pub mod desk;
pub mod visitors;
mod approver;
pub mod history;
mod arrivals;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use signalbox_eventlog::EventLog;
use signalbox_model::contact::Actor;
use signalbox_model::event::{Event, NewEvent, SetupPublished};
use signalbox_model::limits::SUBMIT_EVENTS_MAX;
use signalbox_model::setup::{Document, DocumentId};
use signalbox_stats::Rng;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::ai::toolbox::CONNECTOR_SECRETS;
use crate::app::{self, Opened};
use crate::config::Config;
use crate::state::AppState;
use client::{Api, As};
use script::Script;
use stage::Stage;

/// Slowest and fastest pace.
const SPEED_RANGE: std::ops::RangeInclusive<f64> = 0.1..=20.0;

/// A living contact centre in one command: no account, no key, no network.
///
/// Everybody who works in it can be you: choose a persona on the sign-in page, or write as a customer on /chat.
#[derive(Args, Clone, Debug)]
pub struct DemoArgs {
    /// Address and port to listen on; port 0 picks a free one.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Folder of the store. Without it the demo begins anew each time, in a temporary folder.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// The same seed brings the same customers.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// How many times faster than life everybody talks and types: 0.1 to 20.
    #[arg(long, value_name = "X", default_value_t = 1.0)]
    pub speed: f64,
}

/// A folder that is gone when the demo ends.
struct Folder {
    path: PathBuf,
    is_temporary: bool,
}

impl Folder {
    fn new(wanted: Option<&Path>) -> Folder {
        match wanted {
            Some(path) => Folder { path: path.to_owned(), is_temporary: false },
            None => Folder {
                path: std::env::temp_dir().join(format!("signalbox-demo-{}", crate::clock::fresh().simple())),
                is_temporary: true,
            },
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.is_temporary
            && let Err(error) = std::fs::remove_dir_all(&self.path)
        {
            tracing::warn!(%error, "the temporary folder of the demo stays");
        }
    }
}

/// Serves the demo until a signal comes.
///
/// # Errors
/// When the store cannot be opened or the address cannot be listened on.
pub async fn run(args: DemoArgs) -> anyhow::Result<ExitCode> {
    anyhow::ensure!(SPEED_RANGE.contains(&args.speed), "--speed must be 0.1 to 20");
    let folder = Folder::new(args.data.as_deref());
    let scripts: Vec<Arc<Script>> = script::all()?.into_iter().map(Arc::new).collect();
    let rng = Rng::seeded(args.seed).fork("demo");
    let opened = app::open(Config::new(args.listen, folder.path.clone(), true)).await?;
    let closing = CancellationToken::new();
    let _closes_the_shop = closing.clone().drop_guard();
    let shop = shop::open(closing).await?.address;
    let is_empty = opened.state().directory().people.is_empty();
    if is_empty {
        furnish(&opened, &scripts, shop, &rng).await?;
    } else {
        move_shop(opened.state(), shop).await?;
    }
    let mut running = opened.start().await?;
    println!("listening on http://{}", running.address);
    println!(
        "The floor: sign in as Sofia Marchetti. A desk: sign in as any agent. A customer: http://{}/chat",
        running.address
    );
    if folder.is_temporary {
        println!("This demo begins anew each time; keep it with --data DIR. Ctrl-C ends it.");
    }
    let mut players = begin(&running.state, running.address, args.speed, rng, scripts).await?;
    let why = running.wait_for_signal().await;
    players.shutdown().await;
    running.shutdown().await;
    Ok(why.exit_code())
}

/// Publishes the centre's documents and tells its history, once.
async fn furnish(opened: &Opened, scripts: &[Arc<Script>], shop: SocketAddr, rng: &Rng) -> anyhow::Result<()> {
    let state = opened.state();
    let documents = seed::documents()?;
    let assistants = assistants::documents(shop, scripts)?;
    let published = documents.iter().chain(&assistants).map(|document| {
        let document = document.clone();
        NewEvent::now(Event::SetupPublished(SetupPublished { document, revision: 1 }))
    });
    let mut batches: Vec<Vec<NewEvent>> = vec![published.collect()];
    let now = state.clock.now();
    batches.push(assistants::releases(scripts)?);
    // The days before were days of people alone.
    let scripts: Vec<Arc<Script>> = scripts.iter().filter(|script| !script.is_ai).cloned().collect();
    for tale in history::facts(now, &documents, &scripts, rng)? {
        let last = batches.len() - 1;
        match batches[last].len() + tale.len() <= SUBMIT_EVENTS_MAX {
            true => batches[last].extend(tale),
            false => batches.push(tale),
        }
    }
    batches.retain(|batch| !batch.is_empty());
    for batch in batches {
        state.commands.submit(Actor::System, None, batch).await?;
    }
    let key = assistants::SHOP.to_string();
    state.log.secret_put(CONNECTOR_SECRETS, &key, shop::SECRET.as_bytes()).await?;
    Ok(())
}

/// The shop has another port after every start.
async fn move_shop(state: &AppState, shop: SocketAddr) -> anyhow::Result<()> {
    let known = {
        let directory = state.directory();
        directory.revision(DocumentId::Connector(assistants::SHOP)).map(|known| known.revision)
    };
    let Some(revision) = known else { return Ok(()) };
    let document = Document::Connector(assistants::connector(shop)?);
    let published = SetupPublished { document, revision: revision + 1 };
    state.commands.submit(Actor::System, None, vec![NewEvent::now(Event::SetupPublished(published))]).await?;
    Ok(())
}

/// Lets everybody in: agents first, then customers. All of them end when the set is dropped.
///
/// # Errors
/// When sessions for them cannot be made.
pub async fn begin(
    state: &AppState,
    address: SocketAddr,
    speed: f64,
    rng: Rng,
    scripts: Vec<Arc<Script>>,
) -> anyhow::Result<JoinSet<()>> {
    let head = state.log.head();
    state.floor_at(head).await;
    let secret = state.auth.issue_token(seed::TOKEN).await?;
    let api = Api::new(format!("http://{address}"))?;
    let stage = Arc::new(Stage::new(api, As::Program(secret), speed, rng, scripts));
    let mut players = JoinSet::new();
    players.spawn(visitors::watch(stage.clone(), state.clone(), head));
    for (number, (person, name)) in seed::agents().enumerate() {
        let session = state.auth.begin(person).await?;
        let rng = stage.rng.fork_numbered("desk", number as u64);
        players.spawn(desk::Desk::new(stage.clone(), person, name, session, rng).work());
    }
    players.spawn(approver::decide(stage.clone(), state.clone(), stage.rng.fork("approver")));
    players.spawn(arrivals::keep_coming(stage));
    Ok(players)
}
