//! Facts about conversations: the engine's fold, and what it means for people's time and for the lines.

use rusqlite::{Transaction, params};
use signalbox_engine::conversation::Conversation;
use signalbox_model::contact::{Control, Owner};
use signalbox_model::event::{Event, Recorded};
use signalbox_model::id::{ConversationId, PersonId, Position, QueueId};

use crate::column::{Key, from_json, from_word};
use crate::error::ViewsError;
use crate::working::{Live, Share, Working};

/// What of a conversation concerns people and lines.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Holding {
    owner: Option<PersonId>,
    wrapping: Option<PersonId>,
    asked: Option<PersonId>,
    briefed: Option<PersonId>,
    queue: Option<QueueId>,
    segment: u32,
}

impl Holding {
    fn of(conversation: &Conversation) -> Holding {
        if conversation.control == Control::Observed {
            return Holding::default();
        }
        Holding {
            owner: conversation.owner.person(),
            wrapping: conversation.wrap_up.map(|wrap_up| wrap_up.person),
            asked: conversation.offer.as_ref().map(|offer| offer.person),
            briefed: conversation.transfer.as_ref().and_then(|transfer| transfer.briefed),
            queue: match conversation.owner {
                // Before it is in line it may still be turned away.
                Owner::Queue { queue } if conversation.in_line => Some(queue),
                _ => None,
            },
            segment: conversation.segments.last().map_or(0, |segment| segment.number),
        }
    }
}

/// Folds a fact about a conversation.
pub fn fold(tx: &Transaction, working: &mut Working, recorded: &Recorded) -> Result<(), ViewsError> {
    let Some(id) = recorded.event.conversation() else { return Ok(()) };
    if !changes_conversation(&recorded.event) {
        return Ok(());
    }
    let known = match working.conversations.remove(&id) {
        Some(live) => Some(live),
        None => load(tx, id, recorded.position)?,
    };
    let before = known.as_ref().map_or_else(Holding::default, |live| Holding::of(&live.now));
    let mut live = match known {
        Some(mut live) => {
            live.fold(recorded);
            live
        }
        None => match Live::from_facts(facts_of(tx, id, recorded.position.next())?) {
            Some(live) => live,
            // About a conversation that was not opened here so far: there is no row to change.
            None => return Ok(()),
        },
    };
    if matches!(recorded.event, Event::ConversationOpened(_)) {
        tx.prepare_cached("INSERT OR IGNORE INTO customer (id, first_seen_at) VALUES (?1, ?2)")?
            .execute(params![live.now.customer.blob(), recorded.when().0])?;
    }
    let after = Holding::of(&live.now);
    if before != after {
        settle(working, &mut live, before, after, recorded);
    }
    working.conversations.insert(id, live);
    working.pending.conversations.insert(id);
    Ok(())
}

/// Wishes, refusals, reviews and alerts are rows of their own and leave the conversation as it is.
fn changes_conversation(event: &Event) -> bool {
    !matches!(
        event,
        Event::AskRefused(_)
            | Event::ConversationReviewed(_)
            | Event::AlertRaised(_)
            | Event::ReplyAsked(_)
            | Event::HoldAsked(_)
            | Event::ReopenAsked(_)
            | Event::WrapUpFinishAsked(_)
            | Event::OfferAcceptAsked(_)
            | Event::OfferDeclineAsked(_)
            | Event::AssignAsked(_)
            | Event::TransferAsked(_)
            | Event::TransferEndAsked(_)
            | Event::MonitorAsked(_)
            | Event::WhisperAsked(_)
            | Event::BargeAsked(_)
            | Event::TakeOverAsked(_)
            | Event::HandBackAsked(_)
    )
}

fn settle(working: &mut Working, live: &mut Live, before: Holding, after: Holding, recorded: &Recorded) {
    let at = recorded.at;
    if before.queue != after.queue {
        before.queue.into_iter().for_each(|queue| working.change_line(queue, at, false));
        after.queue.into_iter().for_each(|queue| working.change_line(queue, at, true));
    }
    // A share ends before the load changes and begins after it: the clock stands still within the instant.
    if let Some(person) = before.owner
        && (before.owner != after.owner || before.segment != after.segment)
    {
        end_share(working, live, person, before.segment, recorded);
    }
    if let Some(person) = before.wrapping
        && after.wrapping != before.wrapping
    {
        let segment =
            live.segments().rev().find(|segment| segment.owner.person() == Some(person)).map(|segment| segment.number);
        segment.into_iter().for_each(|segment| end_share(working, live, person, segment, recorded));
    }
    let mut people: Vec<PersonId> =
        [before, after].iter().flat_map(|h| [h.owner, h.wrapping, h.asked, h.briefed]).flatten().collect();
    people.sort_unstable();
    people.dedup();
    for person in people {
        let is = |who: Option<PersonId>| u32::from(who == Some(person));
        working.change_load(person, at, |load| {
            load.owned = (load.owned + is(after.owner)).saturating_sub(is(before.owner));
            load.wrap_ups = (load.wrap_ups + is(after.wrapping)).saturating_sub(is(before.wrapping));
            load.asked = (load.asked + is(after.asked) + is(after.briefed))
                .saturating_sub(is(before.asked) + is(before.briefed));
        });
    }
    if let Some(person) = after.owner
        && (before.owner != after.owner || before.segment != after.segment)
    {
        let began = working.divided_micros(person, at);
        live.shares.retain(|share| share.segment != after.segment);
        live.shares.push(Share { segment: after.segment, began, ended: None });
    }
}

fn end_share(working: &mut Working, live: &mut Live, person: PersonId, segment: u32, recorded: &Recorded) {
    let now = working.divided_micros(person, recorded.at);
    if let Some(share) = live.shares.iter_mut().find(|share| share.segment == segment) {
        share.ended = Some(now);
    }
}

/// Reads a conversation back: folded from its facts before this position, with what was written of it.
fn load(tx: &Transaction, id: ConversationId, before: Position) -> Result<Option<Live>, ViewsError> {
    let facts = facts_of(tx, id, before)?;
    let Some(mut live) = Live::from_facts(facts) else { return Ok(None) };
    let mut shares = tx.prepare_cached(
        "SELECT number, share_began, share_ended FROM segment WHERE conversation = ?1 AND share_began IS NOT NULL",
    )?;
    let mut rows = shares.query([id.blob()])?;
    while let Some(row) = rows.next()? {
        let ended: Option<i64> = row.get(2)?;
        let share = Share {
            segment: row.get(0)?,
            began: row.get::<_, i64>(1)?.unsigned_abs(),
            ended: ended.map(i64::unsigned_abs),
        };
        live.shares.push(share);
    }
    let mut contacts = tx.prepare_cached("SELECT data FROM contact WHERE conversation = ?1")?;
    let mut rows = contacts.query([id.blob()])?;
    while let Some(row) = rows.next()? {
        live.written.contacts.push(from_json(&row.get::<_, String>(0)?)?);
    }
    let mut written = tx.prepare_cached("SELECT channel, agents, labels FROM conversation WHERE id = ?1")?;
    let mut rows = written.query([id.blob()])?;
    if let Some(row) = rows.next()? {
        live.written.channel = Some(from_word(&row.get::<_, String>(0)?)?);
        live.written.agents = from_json(&row.get::<_, String>(1)?)?;
        live.written.labels = from_json(&row.get::<_, String>(2)?)?;
    }
    Ok(Some(live))
}

fn facts_of(tx: &Transaction, id: ConversationId, before: Position) -> Result<Vec<Recorded>, ViewsError> {
    let mut facts =
        tx.prepare_cached("SELECT data FROM fact WHERE conversation = ?1 AND position < ?2 ORDER BY position")?;
    let mut rows = facts.query(params![id.blob(), before.0 as i64])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let recorded: Recorded = from_json(&row.get::<_, String>(0)?)?;
        if changes_conversation(&recorded.event) {
            found.push(recorded);
        }
    }
    Ok(found)
}

/// Folds a conversation again from all its facts and keeps what was written of it.
pub fn refold(tx: &Transaction, working: &mut Working, id: ConversationId) -> Result<(), ViewsError> {
    let Some(stale) = working.conversations.remove(&id) else { return Ok(()) };
    let Some(mut live) = Live::from_facts(facts_of(tx, id, Position(i64::MAX as u64))?) else { return Ok(()) };
    live.shares = stale.shares;
    live.written = stale.written;
    working.conversations.insert(id, live);
    Ok(())
}
