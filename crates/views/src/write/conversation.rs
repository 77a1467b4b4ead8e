//! A conversation's row, its segments, its people and labels.

use rusqlite::{Transaction, params};
use signalbox_engine::conversation::Segment;
use signalbox_engine::measures::{ContactKind, StayEnd};
use signalbox_model::contact::{Control, Outcome, Owner};
use signalbox_model::id::PersonId;
use signalbox_model::time::{DurationMs, Timestamp};

use crate::column::{Key, count, json, ms, word};
use crate::error::ViewsError;
use crate::working::Live;

/// Sums over the segments of people that are over.
#[derive(Default)]
struct Work {
    talk: DurationMs,
    hold: DurationMs,
    wrap_up: DurationMs,
    agents: Vec<PersonId>,
    has_ended: bool,
}

/// Writes everything about one conversation.
pub fn store(tx: &Transaction, live: &mut Live) -> Result<(), ViewsError> {
    let work = work_of(live);
    store_row(tx, live, &work)?;
    let id = live.now.id.blob();
    let (agents, labels) = (work.agents, live.now.labels.clone());
    for gone in live.written.agents.iter().filter(|person| !agents.contains(person)) {
        tx.prepare_cached("DELETE FROM conversation_agent WHERE person = ?1 AND conversation = ?2")?
            .execute(params![gone.blob(), id])?;
    }
    for new in agents.iter().filter(|person| !live.written.agents.contains(person)) {
        tx.prepare_cached("INSERT INTO conversation_agent (person, conversation) VALUES (?1, ?2)")?
            .execute(params![new.blob(), id])?;
    }
    for gone in live.written.labels.iter().filter(|label| !labels.contains(label)) {
        tx.prepare_cached("DELETE FROM conversation_label WHERE label = ?1 AND conversation = ?2")?
            .execute(params![gone.as_str(), id])?;
    }
    for new in labels.iter().filter(|label| !live.written.labels.contains(label)) {
        tx.prepare_cached("INSERT INTO conversation_label (label, conversation) VALUES (?1, ?2)")?
            .execute(params![new.as_str(), id])?;
    }
    live.written.agents = agents;
    live.written.labels = labels;
    store_segments(tx, live)
}

fn work_of(live: &Live) -> Work {
    let mut work = Work::default();
    for segment in live.segments() {
        let Some(person) = segment.owner.person() else { continue };
        if !work.agents.contains(&person) {
            work.agents.push(person);
        }
        let Some(ended_at) = segment.ended_at else { continue };
        work.has_ended = true;
        work.talk = work.talk.plus(talk_of(segment, ended_at));
        work.hold = work.hold.plus(segment.hold_ms);
        work.wrap_up = work.wrap_up.plus(segment.wrap_up_ms);
    }
    work
}

fn talk_of(segment: &Segment, ended_at: Timestamp) -> DurationMs {
    match segment.owner {
        Owner::Queue { .. } | Owner::Closed => DurationMs::ZERO,
        _ => DurationMs(ended_at.since(segment.started_at).0.saturating_sub(segment.hold_ms.0)),
    }
}

/// The first wait, through overflow, once it is over.
fn first_wait(live: &Live) -> Option<DurationMs> {
    live.written.contacts.iter().find_map(|contact| match contact.kind {
        ContactKind::Stay(stay) if !matches!(stay.how, StayEnd::Overflowed | StayEnd::Moved) => Some(stay.wait_ms),
        _ => None,
    })
}

fn store_row(tx: &Transaction, live: &Live, work: &Work) -> Result<(), ViewsError> {
    let first = live.earlier.first().unwrap_or(&live.now);
    let now = &live.now;
    let handled = work.talk.plus(work.hold).plus(work.wrap_up);
    let sql = "INSERT OR REPLACE INTO conversation (id, position, customer, channel, origin, observed, state, is_open, outcome, disposition, queue, \
               owner, agents, labels, intent, language, opened_at, closed_at, wait_ms, first_reply_ms, talk_ms, hold_ms, wrap_up_ms, handle_ms, \
               turns, transfers, segments, abandoned, priority, needs, last_turn_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, \
               ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31)";
    tx.prepare_cached(sql)?.execute(params![
        now.id.blob(),
        now.position.0 as i64,
        now.customer.blob(),
        now.channel.as_str(),
        now.origin.as_str(),
        now.control == Control::Observed,
        word(&now.state()),
        live.is_open(),
        now.outcome.map(Outcome::as_str),
        now.disposition.map(Key::blob),
        now.queue.map(Key::blob),
        json(&now.owner)?,
        json(&work.agents)?,
        json(&now.labels)?,
        now.intent.as_ref().map(|slug| slug.as_str()),
        now.language.as_ref().map(|slug| slug.as_str()),
        first.opened_at.0,
        now.closed_at.map(|at| at.0),
        first_wait(live).map(ms),
        first.first_reply_at.map(|at| ms(at.since(first.opened_at))),
        ms(work.talk),
        ms(work.hold),
        ms(work.wrap_up),
        work.has_ended.then(|| ms(handled)),
        now.turns,
        live.transfers,
        count(live.segments().count() as u64),
        now.outcome == Some(Outcome::Abandoned),
        now.priority,
        json(&now.needs)?,
        live.lives().filter_map(|life| life.last_turn_at).max().map(|at| at.0),
    ])?;
    Ok(())
}

fn store_segments(tx: &Transaction, live: &Live) -> Result<(), ViewsError> {
    let id = live.now.id.blob();
    let last = live.segments().last().map_or(0, |segment| segment.number);
    if live.now.control == Control::Observed {
        // A late report may leave fewer stretches than there were.
        tx.prepare_cached("DELETE FROM segment WHERE conversation = ?1 AND number > ?2")?.execute(params![id, last])?;
    }
    let sql = "INSERT OR REPLACE INTO segment (conversation, number, owner, started_at, ended_at, talk_ms, hold_ms, wrap_up_ms, wait_ms, began, \
               ended, share_began, share_ended) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
    let mut insert = tx.prepare_cached(sql)?;
    for segment in live.segments() {
        let share = live.shares.iter().find(|share| share.segment == segment.number);
        let wait = live.written.contacts.iter().find_map(|contact| match contact.kind {
            ContactKind::Stay(stay) if contact.segment == segment.number => Some(ms(stay.wait_ms)),
            _ => None,
        });
        insert.execute(params![
            id,
            segment.number,
            json(&segment.owner)?,
            segment.started_at.0,
            segment.ended_at.map(|at| at.0),
            segment.ended_at.map_or(0, |at| ms(talk_of(segment, at))),
            ms(segment.hold_ms),
            ms(segment.wrap_up_ms),
            wait,
            segment.began.as_ref(),
            segment.ended.as_deref(),
            share.map(|share| count(share.began)),
            share.and_then(|share| share.ended).map(count),
        ])?;
    }
    Ok(())
}
