//! From the commit to the browser: many live streams over HTTP, all in this process.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use hdrhistogram::Histogram;
use signalbox_eventlog::EventLog as _;
use signalbox_model::contact::{Actor, Participant};
use signalbox_model::content::{Body, Content};
use signalbox_model::event::conversation::{TurnAdded, TurnKind};
use signalbox_model::event::{Event, NewEvent};
use signalbox_model::id::{ContentId, ConversationId, CustomerId};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::floor::{WATCHER, open_conversation, open_floor, until};
use super::{Bench, Figure};
use crate::app::Running;
use crate::state::AppState;

/// People on the floor that is watched.
const PEOPLE: u32 = 200;
/// Longest time that is told apart.
const LATENCY_US_MAX: u64 = 60_000_000;
/// Facts that one measurement may publish.
const PUBLISHED_MAX: usize = 400_000;

/// When each position was acknowledged, seen from the caller that appended it.
struct Published {
    base: u64,
    at: Vec<OnceLock<Instant>>,
}

/// What one watcher saw.
struct Seen {
    latency_us: Histogram<u64>,
    batches: u64,
    facts: u64,
}

/// Commit to browser with 200 and 1,000 subscribers, deliveries a second, and 2,000 live conversations with 200 watchers.
pub async fn live(bench: &Bench) -> anyhow::Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for (conversations, watchers) in [(200u64, 200usize), (200, 1_000), (2_000, 200)] {
        let folder = bench.folder.join(format!("live-{conversations}-{watchers}"));
        let running = open_floor(&folder, PEOPLE).await?;
        for number in 1..=conversations {
            open_conversation(&running.state, number).await?;
        }
        until(&running.state, |state| {
            state.floor().conversations.values().filter(|c| c.offer.is_some()).count() as u64 >= conversations
        })
        .await?;
        // A turn of each conversation every ten seconds is a busy floor.
        let pace = (conversations as f64 / 10.0).max(20.0);
        let calm = measure(&running, watchers, conversations, Some(pace), bench.length).await?;
        let who = format!("{conversations} conversations, {watchers} watchers");
        figures.push(Figure::new(
            format!("customer's turn to watcher, {who}, p99"),
            calm.latency_us.value_at_quantile(0.99) as f64 / 1_000.0,
            "ms",
            format!(
                "p50 {:.1} ms at {pace:.0} turns/s; limit 250 ms",
                calm.latency_us.value_at_quantile(0.5) as f64 / 1_000.0
            ),
        ));
        let flood = measure(&running, watchers, conversations, None, bench.length).await?;
        figures.push(Figure::new(
            format!("deliveries, {who}"),
            flood.facts as f64 / bench.length.as_secs_f64(),
            "facts/s",
            format!("{} writes to sockets; as many turns as the log takes", flood.batches),
        ));
        running.shutdown().await;
    }
    Ok(figures)
}

async fn measure(
    running: &Running,
    watchers: usize,
    conversations: u64,
    pace: Option<f64>,
    length: Duration,
) -> anyhow::Result<Seen> {
    let session = running.state.auth.begin(WATCHER).await?;
    let client = reqwest::Client::builder().build()?;
    let base = running.state.log.head().0;
    let published = Arc::new(Published { base, at: (0..PUBLISHED_MAX).map(|_| OnceLock::new()).collect() });
    let (stop, ready) = (CancellationToken::new(), Arc::new(AtomicU64::new(0)));
    let mut tasks = JoinSet::new();
    for _ in 0..watchers {
        let request = client
            .get(format!("http://{}/api/live?topics=floor", running.address))
            .header("cookie", format!("signalbox_session={session}"));
        tasks.spawn(watch(request, published.clone(), ready.clone(), stop.clone()));
    }
    let began = Instant::now();
    while (ready.load(Ordering::Relaxed) as usize) < watchers {
        anyhow::ensure!(
            began.elapsed() < Duration::from_secs(60),
            "not every watcher was let in: is the limit of open files too low?"
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    publish(&running.state, conversations, pace, length, &published).await?;
    tokio::time::sleep(Duration::from_millis(400)).await;
    stop.cancel();
    let mut all = Seen { latency_us: Histogram::new_with_bounds(1, LATENCY_US_MAX, 3)?, batches: 0, facts: 0 };
    while let Some(seen) = tasks.join_next().await {
        let seen = seen??;
        all.latency_us.add(&seen.latency_us)?;
        all.batches += seen.batches;
        all.facts += seen.facts;
    }
    Ok(all)
}

async fn publish(
    state: &AppState,
    conversations: u64,
    pace: Option<f64>,
    length: Duration,
    published: &Arc<Published>,
) -> anyhow::Result<()> {
    let began = Instant::now();
    let count = Arc::new(AtomicU64::new(0));
    let mut callers = JoinSet::new();
    for _ in 0..32u64 {
        let (state, published, count) = (state.clone(), published.clone(), count.clone());
        callers.spawn(async move {
            while began.elapsed() < length {
                let number = count.fetch_add(1, Ordering::Relaxed);
                if let Some(pace) = pace {
                    let due = began + Duration::from_secs_f64(number as f64 / pace);
                    tokio::time::sleep_until(due.into()).await;
                }
                let position = say(&state, number % conversations + 1).await?;
                if let Some(place) = published.at.get((position - published.base) as usize) {
                    let _ = place.set(Instant::now());
                }
            }
            anyhow::Ok(())
        });
    }
    while let Some(done) = callers.join_next().await {
        done??;
    }
    Ok(())
}

async fn say(state: &AppState, number: u64) -> anyhow::Result<u64> {
    let conversation = ConversationId::from_number(u128::from(number));
    let customer = CustomerId::from_number(u128::from(number));
    let content = ContentId::new(crate::clock::fresh());
    let event = Event::TurnAdded(TurnAdded { conversation, by: Participant::Customer, kind: TurnKind::Text, content });
    let body = Body::Text { text: "Is there any news of my order?".to_owned() };
    let kept = Content { id: content, customer, conversation: Some(conversation), body, lookup: None };
    let new = NewEvent { event, occurred_at: None, cause: None, content: Some(kept) };
    Ok(state.commands.submit(Actor::Customer { customer }, None, vec![new]).await?.last.0)
}

/// Reads one stream. The id of a batch is the position through which it is complete.
async fn watch(
    request: reqwest::RequestBuilder,
    published: Arc<Published>,
    ready: Arc<AtomicU64>,
    stop: CancellationToken,
) -> anyhow::Result<Seen> {
    let mut seen = Seen { latency_us: Histogram::new_with_bounds(1, LATENCY_US_MAX, 3)?, batches: 0, facts: 0 };
    let response = request.send().await?.error_for_status()?;
    let mut stream = response.bytes_stream();
    let mut rest = String::new();
    let (mut through, mut is_ready) = (published.base, false);
    loop {
        let chunk = tokio::select! {
            chunk = stream.next() => chunk,
            () = stop.cancelled() => return Ok(seen),
        };
        let Some(chunk) = chunk else { anyhow::bail!("the server ended the stream") };
        let now = Instant::now();
        rest.push_str(&String::from_utf8_lossy(&chunk?));
        let Some(end) = rest.rfind('\n') else { continue };
        let lines: String = rest.drain(..=end).collect();
        if !is_ready && lines.contains("event: batch") {
            is_ready = true;
            ready.fetch_add(1, Ordering::Relaxed);
        }
        for position in lines.lines().filter_map(|line| line.strip_prefix("id: ")?.trim().parse::<u64>().ok()) {
            seen.batches += 1;
            for place in through + 1..=position {
                let at = published.at.get((place - published.base) as usize).and_then(OnceLock::get);
                seen.facts += 1;
                if let Some(at) = at {
                    seen.latency_us.saturating_record(u64::try_from(now.saturating_duration_since(*at).as_micros())?);
                }
            }
            through = through.max(position);
        }
    }
}
