//! The log on the disk, and the views made from it.

use std::time::{Duration, Instant};

use signalbox_eventlog::bench::{Load, bench_append};
use signalbox_eventlog::{Batch, Embedded, EventLog, Guard, Options};
use signalbox_model::contact::{Actor, Channel, Control, Origin, Participant};
use signalbox_model::content::{Body, Content};
use signalbox_model::event::conversation::{
    ClosedBecause, ConversationClosed, ConversationOpened, ConversationQueued, Place, QueuedBecause, ReplySent,
    TurnAdded, TurnKind,
};
use signalbox_model::event::routing::{OfferAccepted, OfferMade, OfferPurpose};
use signalbox_model::event::{Event, NewEvent};
use signalbox_model::id::{ContentId, ConversationId, CustomerId, PersonId, Position, QueueId};
use signalbox_model::limits::BATCH_EVENTS_MAX;
use signalbox_model::time::{DurationMs, Timestamp};
use signalbox_views::{Applied, Views};

use super::peers;
use super::{Bench, Figure};

const TABLE: &str = "drop table if exists signalbox_bench; create table signalbox_bench (id bigserial primary key, at timestamptz \
                     not null default now(), body text not null)";
const INSERT: &str = "insert into signalbox_bench (body) values (repeat('x', 300));\n";

/// Durable appends a second beside PostgreSQL and the bare disk.
pub async fn appends(bench: &Bench) -> anyhow::Result<Vec<Figure>> {
    let syncs = peers::fdatasync(&bench.folder, bench.length)?;
    let mut figures =
        vec![Figure::new("fdatasync of 512 bytes, one after the other", syncs, "syncs/s", "the limit of this disk")];
    let ready = peers::psql(&bench.postgres, TABLE);
    for in_flight in [1usize, 16, 64, 512] {
        let folder = bench.folder.join(format!("append-{in_flight}"));
        let ours = bench_append(&folder, in_flight, bench.length, Load::Facts).await?;
        let theirs = ready
            .clone()
            .and_then(|()| peers::pgbench(&bench.postgres, &bench.folder, INSERT, in_flight, bench.length));
        let shared = ours.appends as f64 / ours.commits.max(1) as f64;
        figures.push(Figure::new(
            format!("durable appends, {in_flight} in flight"),
            ours.per_second,
            "appends/s",
            format!("p50 {:.2} ms, p99 {:.2} ms, {shared:.1} appends a sync", ours.latency_ms_p50, ours.latency_ms_p99),
        ));
        let what = format!("PostgreSQL, synchronous_commit=on, {in_flight} clients");
        figures.push(match theirs {
            Ok(tps) => Figure::new(what, tps, "inserts/s", format!("ours is {:.1} times that", ours.per_second / tps)),
            Err(why) => Figure::missing(what, "inserts/s", why),
        });
    }
    let turns = bench_append(&bench.folder.join("append-turns"), 64, bench.length, Load::Turns).await?;
    figures.push(Figure::new("encrypted turns of 120 letters, 64 in flight", turns.per_second, "appends/s", ""));
    Ok(figures)
}

/// Facts of one conversation in this log of made-up ones.
const FACTS_EACH: u64 = 12;

fn conversation(number: u64) -> Vec<NewEvent> {
    let id = ConversationId::from_number(u128::from(number));
    let customer = CustomerId::from_number(u128::from(number / 3));
    let person = PersonId::from_number(u128::from(number % 40));
    let queue = QueueId::from_number(u128::from(number % 5));
    let when = Timestamp(1_790_000_000_000 + i64::try_from(number).unwrap_or(0) * 4_000);
    let opened = ConversationOpened {
        conversation: id,
        customer,
        channel: Channel::Webchat,
        origin: Origin::Simulated,
        control: Control::Routed,
        queue: Some(queue),
        priority: 0,
        needs: Vec::new(),
        intent: None,
        language: None,
    };
    let because = QueuedBecause::Arrived;
    let queued = ConversationQueued {
        conversation: id,
        queue,
        place: Place::Score,
        waiting_since: when,
        priority: 0,
        only: None,
        because,
    };
    let (purpose, waited_ms) = (OfferPurpose::Take, DurationMs::seconds(number % 90));
    let offered = OfferMade {
        conversation: id,
        person,
        offer: 1,
        purpose,
        expires_at: when.plus(DurationMs(45_000)),
        waited_ms,
        because: Vec::new(),
    };
    let accepted = OfferAccepted { conversation: id, person, offer: 1, purpose, waited_ms };
    let closed = ConversationClosed {
        conversation: id,
        because: ClosedBecause::Owner { person },
        outcome: None,
        abandoned_after_ms: None,
        had_by: Some(person),
    };
    let mut events = vec![
        NewEvent::now(Event::ConversationOpened(opened)),
        NewEvent::now(Event::ConversationQueued(queued)),
        NewEvent::now(Event::OfferMade(offered)),
        NewEvent::now(Event::OfferAccepted(accepted)),
    ];
    for turn in 0..FACTS_EACH - 5 {
        events.push(said(id, customer, person, number * FACTS_EACH + turn, turn % 2 == 0));
    }
    events.push(NewEvent::now(Event::ConversationClosed(closed)));
    events
}

fn said(
    conversation: ConversationId,
    customer: CustomerId,
    person: PersonId,
    number: u64,
    by_customer: bool,
) -> NewEvent {
    let content = ContentId::from_number(u128::from(number));
    let kind = TurnKind::Text;
    if !by_customer {
        let by = Participant::HumanAgent { person };
        return NewEvent::now(Event::ReplySent(ReplySent { conversation, by, kind, content, reply_ms: None }));
    }
    let text =
        format!("Order {number} has not come yet and the page says that it was delivered on Tuesday. Where is it?");
    let kept =
        Content { id: content, customer, conversation: Some(conversation), body: Body::Text { text }, lookup: None };
    let event = Event::TurnAdded(TurnAdded { conversation, by: Participant::Customer, kind, content });
    NewEvent { event, occurred_at: None, cause: None, content: Some(kept) }
}

/// How long it takes to make the views of many events from nothing.
pub async fn rebuild(bench: &Bench) -> anyhow::Result<Vec<Figure>> {
    let folder = bench.folder.join("rebuild");
    std::fs::create_dir_all(&folder)?;
    let log = Embedded::open(&folder, Options::default())?;
    let began = Instant::now();
    write_log(&log, bench.events).await?;
    let written = log.head().0 as f64;
    let writing = began.elapsed();
    let began = Instant::now();
    read_all(&log).await?;
    let reading = began.elapsed();
    let began = Instant::now();
    make_views(&log, &folder).await?;
    let making = began.elapsed();
    log.close().await;
    let rate = |length: Duration| written / length.as_secs_f64();
    let size = std::fs::metadata(folder.join("views.db"))?.len() as f64 / 1e6;
    Ok(vec![
        Figure::new("events written in batches of 1,000", rate(writing), "events/s", format!("{written:.0} events")),
        Figure::new("events read back", rate(reading), "events/s", ""),
        Figure::new(
            "views made from nothing, words decrypted and indexed",
            making.as_secs_f64(),
            "s",
            format!("{:.0} events/s", rate(making)),
        ),
        Figure::new("size of the views", size, "MB", ""),
    ])
}

async fn write_log(log: &Embedded, events: u64) -> anyhow::Result<()> {
    let mut batch: Vec<NewEvent> = Vec::with_capacity(BATCH_EVENTS_MAX);
    let mut number = 1;
    let mut written = 0u64;
    while written < events {
        batch.extend(conversation(number));
        number += 1;
        if batch.len() + FACTS_EACH as usize > BATCH_EVENTS_MAX {
            written += batch.len() as u64;
            let at = Timestamp(1_790_000_000_000 + i64::try_from(number)? * 4_000);
            let events = std::mem::replace(&mut batch, Vec::with_capacity(BATCH_EVENTS_MAX));
            log.append(Batch { at, actor: Actor::System, command: None, events }, Guard::Anyone).await?;
        }
    }
    Ok(())
}

async fn read_all(log: &Embedded) -> anyhow::Result<()> {
    let mut after = Position::START;
    loop {
        let facts = log.read(after, 5_000).await?;
        let Some(last) = facts.last() else { return Ok(()) };
        after = last.position;
    }
}

async fn make_views(log: &Embedded, folder: &std::path::Path) -> anyhow::Result<()> {
    let mut views = Views::open(&folder.join("views.db"), log.head())?;
    let mut after = Position::START;
    loop {
        let facts = log.read(after, 5_000).await?;
        let Some(last) = facts.last() else { return Ok(()) };
        after = last.position;
        let mut batch = Vec::with_capacity(facts.len());
        for recorded in facts {
            let body = crate::follower::views::words_of(log, &recorded).await?;
            batch.push(Applied { recorded, body });
        }
        views.apply(&batch)?;
    }
}
