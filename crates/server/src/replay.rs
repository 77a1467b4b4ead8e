//! `signalbox replay`: conversations of a file or store, played onto a live floor as chats. Whoever sits there answers.

mod script;
mod visitor;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use signalbox_adapters::import::mapping::{Mapping, MappingError};
use signalbox_eventlog::{OpenError, ReadError};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use script::{Script, Scripts};
use visitor::{Ended, Floor};

/// Chats under way at once.
const AT_ONCE: usize = 200;
/// Longest wait between two beginnings, whatever the file says.
const BEGINNINGS_APART_MAX: Duration = Duration::from_secs(30);

/// Play conversations onto a live floor: the customer's words at their pace, the answers from whoever works there.
///
/// Each conversation of the file becomes a chat of origin `replayed`. Its customer says what the file says and waits for an
/// answer wherever the file has one; after --patience they leave. Nothing is answered by this program.
#[derive(Args, Clone, Debug)]
pub struct ReplayArgs {
    /// A JSONL file, in the import schema or with --mapping.
    #[arg(required_unless_present = "from_store", conflicts_with = "from_store")]
    pub file: Option<PathBuf>,
    /// Take the imported conversations of this data folder instead; its server must be stopped, or give a backup.
    #[arg(long, value_name = "DIR")]
    pub from_store: Option<PathBuf>,
    /// A JSON file that says how another shape becomes ours; see docs/mappings.
    #[arg(long, value_name = "FILE")]
    pub mapping: Option<PathBuf>,
    /// The address of the running server.
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    pub url: String,
    /// A token of scope `channel`, made in setup.
    #[arg(long, env = "SIGNALBOX_TOKEN", hide_env_values = true)]
    pub token: String,
    /// How many times faster than recorded.
    #[arg(long, default_value_t = 10.0)]
    pub speed: f64,
    /// Conversations at most.
    #[arg(long)]
    pub limit: Option<usize>,
    /// The queue's name or id; without it the one that the conversation names, or the first.
    #[arg(long)]
    pub queue: Option<String>,
    /// Seconds that a customer waits for an answer before leaving.
    #[arg(long, default_value_t = 120)]
    pub patience: u64,
}

/// Why a replay could not be done.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// A speed that is none.
    #[error("--speed must be above 0 and at most 1000")]
    Speed,
    /// A file.
    #[error("{path}: {error}")]
    File {
        /// Which.
        path: String,
        /// What the system says.
        error: std::io::Error,
    },
    /// The mapping.
    #[error(transparent)]
    Mapping(#[from] MappingError),
    /// The store.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The store cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The server cannot be reached.
    #[error("the server cannot be reached: {0}")]
    Unreachable(#[from] reqwest::Error),
    /// The server says no.
    #[error("the server answered {status}: {detail}")]
    Answer {
        /// The status line.
        status: u16,
        /// Its sentence.
        detail: String,
    },
}

/// How the chats ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Played {
    /// Said everything.
    pub finished: u64,
    /// Left because nobody answered in time.
    pub left: u64,
    /// Closed by the other side before the end.
    pub closed: u64,
    /// Nobody could take them in.
    pub turned_away: u64,
    /// Could not be played; the first reason is told.
    pub failed: u64,
    /// Lines of the file that could not be read.
    pub unreadable: u64,
}

/// Plays, with a progress bar and a summary.
///
/// # Errors
/// When nothing could be played.
pub async fn run(args: ReplayArgs) -> anyhow::Result<ExitCode> {
    let played = play(&args).await?;
    println!("{:<28}{:>8}", "said everything", played.finished);
    println!("{:<28}{:>8}", "left, nobody answered", played.left);
    println!("{:<28}{:>8}", "closed by the other side", played.closed);
    println!("{:<28}{:>8}", "turned away", played.turned_away);
    println!("{:<28}{:>8}", "failed", played.failed);
    println!("{:<28}{:>8}", "lines that cannot be read", played.unreadable);
    Ok(if played.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Plays conversations until all have ended.
///
/// # Errors
/// When the file, the mapping or the store cannot be read.
pub async fn play(args: &ReplayArgs) -> Result<Played, ReplayError> {
    if !(args.speed > 0.0 && args.speed <= 1_000.0) {
        return Err(ReplayError::Speed);
    }
    let mapping = match &args.mapping {
        None => None,
        Some(path) => {
            let text = std::fs::read_to_string(path)
                .map_err(|error| ReplayError::File { path: path.display().to_string(), error })?;
            Some(Mapping::parse(&text)?)
        }
    };
    let mut scripts = match (&args.from_store, &args.file) {
        (Some(folder), _) => Scripts::of_store(folder).await?,
        (None, file) => Scripts::of_file(file.as_deref().unwrap_or_else(|| std::path::Path::new("-")), mapping)?,
    };
    let floor = Arc::new(Floor::new(args)?);
    let seats = Arc::new(Semaphore::new(AT_ONCE));
    let bar = ProgressBar::new_spinner();
    bar.set_style(
        ProgressStyle::with_template("{spinner} {elapsed}  {msg}").unwrap_or_else(|_| ProgressStyle::default_spinner()),
    );
    bar.enable_steady_tick(Duration::from_millis(250));
    let (mut played, mut chats, mut before) = (Played::default(), JoinSet::new(), None);
    let mut begun = 0;
    while args.limit.is_none_or(|limit| begun < limit) {
        let Some(script) = scripts.next().await? else { break };
        begun += 1;
        if let Some(before) = before.replace(script.opened_at) {
            tokio::time::sleep(pace(script.opened_at.since(before).0, args.speed).min(BEGINNINGS_APART_MAX)).await;
        }
        let Ok(seat) = seats.clone().acquire_owned().await else { break };
        chats.spawn(play_one(floor.clone(), script, args.speed, seat));
        while let Some(ended) = chats.try_join_next() {
            played.count(ended.unwrap_or_else(|error| Err(error.to_string())), &bar);
        }
        bar.set_message(format!("{begun} begun, {} under way, {} said everything", chats.len(), played.finished));
    }
    while let Some(ended) = chats.join_next().await {
        played.count(ended.unwrap_or_else(|error| Err(error.to_string())), &bar);
        bar.set_message(format!("{begun} begun, {} under way, {} said everything", chats.len(), played.finished));
    }
    bar.finish_and_clear();
    played.unreadable = scripts.unreadable;
    Ok(played)
}

async fn play_one(
    floor: Arc<Floor>,
    script: Script,
    speed: f64,
    seat: tokio::sync::OwnedSemaphorePermit,
) -> Result<Ended, String> {
    let ended = visitor::play(&floor, &script, speed).await.map_err(|error| error.to_string());
    drop(seat);
    ended
}

fn pace(milliseconds: u64, speed: f64) -> Duration {
    Duration::from_secs_f64(milliseconds as f64 / 1_000.0 / speed)
}

impl Played {
    fn count(&mut self, ended: Result<Ended, String>, bar: &ProgressBar) {
        match ended {
            Ok(Ended::Finished) => self.finished += 1,
            Ok(Ended::Left) => self.left += 1,
            Ok(Ended::Closed) => self.closed += 1,
            Ok(Ended::TurnedAway) => self.turned_away += 1,
            Err(reason) => {
                if self.failed == 0 {
                    bar.println(format!("a chat could not be played: {reason}"));
                }
                self.failed += 1;
            }
        }
    }
}
