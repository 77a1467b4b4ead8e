//! How many appends a second, and how long one takes until it is on disk.

use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use signalbox_model::contact::{Actor, Participant};
use signalbox_model::content::{Body, Content};
use signalbox_model::event::conversation::{CustomerLeft, LeftHow, TurnAdded, TurnKind};
use signalbox_model::event::{Event, NewEvent};
use signalbox_model::id::{CommandId, ContentId, ConversationId, CustomerId};
use signalbox_model::time::Timestamp;
use tokio::task::JoinSet;

use crate::contract::{AppendError, Batch, EventLog, Guard};
use crate::embedded::{Embedded, Options};
use crate::folder::OpenError;

/// What is appended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Load {
    /// One fact with a command id: what a click makes.
    Facts,
    /// One turn of 120 letters, encrypted, with a command id: what a customer makes.
    Turns,
}

/// What was measured. Every append was acknowledged after it was on disk.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figures {
    /// Callers at once, each waiting for its answer before the next append.
    pub in_flight: usize,
    /// Appends done.
    pub appends: u64,
    /// Transactions that they shared.
    pub commits: u64,
    /// How long it took.
    pub seconds: f64,
    /// Appends a second.
    pub per_second: f64,
    /// Half took at most this long, in milliseconds.
    pub latency_ms_p50: f64,
    /// All but one in a hundred took at most this long, in milliseconds.
    pub latency_ms_p99: f64,
    /// Bytes of events and contents.
    pub bytes: u64,
}

/// Why nothing was measured.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// The log could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// An append failed.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// Nothing to measure.
    #[error("in flight must be 1 to 4096 and the time more than 0")]
    Nothing,
}

/// Most callers at once.
const IN_FLIGHT_MAX: usize = 4_096;

/// Appends into the log of this folder, one fact at a time, with `in_flight` callers at once, for so long.
///
/// # Errors
/// When the log cannot be opened or an append fails.
pub async fn bench_append(dir: &Path, in_flight: usize, length: Duration, load: Load) -> Result<Figures, BenchError> {
    if !(1..=IN_FLIGHT_MAX).contains(&in_flight) || length.is_zero() {
        return Err(BenchError::Nothing);
    }
    let log = Embedded::open(dir, Options::default())?;
    let before = log.counters();
    let start = Instant::now();
    let mut callers = JoinSet::new();
    for caller in 0..in_flight as u64 {
        callers.spawn(call(log.clone(), caller, start + length, load));
    }
    let mut latencies = Vec::new();
    while let Some(done) = callers.join_next().await {
        latencies.extend(done.unwrap_or(Err(AppendError::Closed))?);
    }
    let seconds = start.elapsed().as_secs_f64();
    let after = log.counters();
    log.close().await;
    latencies.sort_unstable();
    let at = |share: f64| latencies[((latencies.len() - 1) as f64 * share) as usize].as_secs_f64() * 1_000.0;
    Ok(Figures {
        in_flight,
        appends: latencies.len() as u64,
        commits: after.commits - before.commits,
        seconds,
        per_second: latencies.len() as f64 / seconds,
        latency_ms_p50: at(0.5),
        latency_ms_p99: at(0.99),
        bytes: after.bytes - before.bytes,
    })
}

/// Facts of one conversation; then the caller begins another one.
const CONVERSATION_FACTS: u64 = 20;

/// One caller: it appends at least once.
async fn call(log: Embedded, caller: u64, until: Instant, load: Load) -> Result<Vec<Duration>, AppendError> {
    let mut latencies = Vec::new();
    let mut conversation = 0;
    for turn in 0.. {
        let id = new_id(caller, turn);
        if turn % CONVERSATION_FACTS == 0 {
            conversation = id;
        }
        let batch = Batch {
            at: now(),
            actor: Actor::System,
            command: Some(CommandId::from_number(id)),
            events: vec![event(id, conversation, load)],
        };
        let start = Instant::now();
        log.append(batch, Guard::Anyone).await?;
        let end = Instant::now();
        latencies.push(end - start);
        if end >= until {
            break;
        }
    }
    Ok(latencies)
}

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// Sorted by birth, as the product's ids are: that decides how many pages a commit touches.
fn new_id(caller: u64, turn: u64) -> u128 {
    ((now().millis() as u128) << 80) | (u128::from(caller) << 48) | u128::from(turn)
}

fn event(id: u128, conversation: u128, load: Load) -> NewEvent {
    let customer = CustomerId::from_number(conversation);
    let conversation = ConversationId::from_number(conversation);
    match load {
        Load::Facts => NewEvent::now(Event::CustomerLeft(CustomerLeft { conversation, how: LeftHow::Ended })),
        Load::Turns => {
            let id = ContentId::from_number(id);
            let turn = TurnAdded { conversation, by: Participant::Customer, kind: TurnKind::Text, content: id };
            let body = Body::Text { text: "x".repeat(120) };
            let content = Content { id, customer, conversation: Some(conversation), body, lookup: None };
            NewEvent { content: Some(content), ..NewEvent::now(Event::TurnAdded(turn)) }
        }
    }
}
