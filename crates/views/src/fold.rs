//! What each fact changes: in memory, to be written once per batch, or at once where it is a row of its own.

mod conversations;
mod customers;
mod alerts;
mod words;

use rusqlite::{OptionalExtension, Transaction, params};
use signalbox_model::contact::Actor;
use signalbox_model::event::{Event, Recorded};
use signalbox_model::setup::Document;
use signalbox_model::setup::queue::Queue;

use crate::column::{Key, json};
use crate::error::ViewsError;
use crate::rows::Applied;
use crate::working::{Missed, Working};

/// Takes in one fact.
pub fn fact(tx: &Transaction, working: &mut Working, applied: &Applied) -> Result<(), ViewsError> {
    let recorded = &applied.recorded;
    let kind = kind_of(recorded.event.name());
    store_fact(tx, recorded, kind)?;
    if recorded.event.conversation().is_some() {
        conversations::fold(tx, working, recorded)?;
    }
    match &recorded.event {
        Event::SetupPublished(published) => {
            working.directory.apply(recorded);
            setup(tx, working, recorded, &published.document)?;
        }
        Event::PresenceChanged(changed) => {
            let (presence, reason) = (changed.presence, changed.reason.clone());
            working.change_load(changed.person, recorded.at, |load| {
                load.presence = presence;
                load.reason = reason;
            });
        }
        Event::OfferDeclined(_) | Event::OfferExpired(_) => missed(working, recorded),
        Event::ConversationReviewed(review) => {
            tx.prepare_cached("INSERT OR REPLACE INTO review VALUES (?1, ?2, ?3, ?4, ?5)")?.execute(params![
                recorded.position.0 as i64,
                review.conversation.blob(),
                review.person.blob(),
                crate::column::word(&review.origin),
                recorded.at.0
            ])?;
        }
        Event::AlertRaised(_) | Event::AlertActed(_) | Event::AlertCleared(_) => alerts::fold(tx, working, recorded)?,
        Event::CustomerErased(erased) => {
            words::erase(tx, erased)?;
            customers::erase(tx, erased, recorded)?;
        }
        _ => {}
    }
    words::fold(tx, applied)?;
    customers::fold(tx, applied)
}

/// The number under which a name stands in the table of facts; the order of the names is part of the schema's version.
pub fn kind_of(name: &str) -> i64 {
    Event::NAMES.iter().position(|(known, _)| *known == name).map_or(-1, |index| index as i64)
}

fn store_fact(tx: &Transaction, recorded: &Recorded, kind: i64) -> Result<(), ViewsError> {
    let by = match recorded.actor {
        Actor::Person { person } => Some(person),
        _ => None,
    };
    tx.prepare_cached(
        "INSERT INTO fact (position, at, kind, person, conversation, data) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![
        recorded.position.0 as i64,
        recorded.at.0,
        kind,
        recorded.event.person().or(by).map(Key::blob),
        recorded.event.conversation().map(Key::blob),
        json(recorded)?
    ])?;
    Ok(())
}

fn setup(tx: &Transaction, working: &mut Working, recorded: &Recorded, document: &Document) -> Result<(), ViewsError> {
    tx.prepare_cached("INSERT OR REPLACE INTO document (id, position) VALUES (?1, ?2)")?
        .execute(params![json(&document.id())?, recorded.position.0 as i64])?;
    match document {
        Document::Queue(queue) => promise(tx, working, recorded, queue)?,
        Document::Person(person) => working.change_load(person.id, recorded.at, |_| {}),
        Document::RoutingProfile(profile) => {
            let people: Vec<_> = working
                .directory
                .people
                .values()
                .filter(|person| person.profile == Some(profile.id))
                .map(|p| p.id)
                .collect();
            people.into_iter().for_each(|person| working.change_load(person, recorded.at, |_| {}));
        }
        _ => return Ok(()),
    }
    working.pending.has_setup = true;
    Ok(())
}

fn promise(tx: &Transaction, working: &mut Working, recorded: &Recorded, queue: &Queue) -> Result<(), ViewsError> {
    let promises = working.promises.entry(queue.id).or_default();
    if promises.last().is_some_and(|(_, target)| *target == queue.target) {
        return Ok(());
    }
    promises.push((recorded.at, queue.target));
    tx.prepare_cached("INSERT INTO promise (position, queue, since, target) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![recorded.position.0 as i64, queue.id.blob(), recorded.at.0, json(&queue.target)?])?;
    Ok(())
}

fn missed(working: &mut Working, recorded: &Recorded) {
    let Some(person) = recorded.event.person() else { return };
    let is_declined = matches!(recorded.event, Event::OfferDeclined(_));
    working.pending.missed.push(Missed { position: recorded.position, at: recorded.at, person, is_declined });
}

/// Reads back what is kept in memory; conversations come back one by one when they are needed.
pub fn load(connection: &rusqlite::Connection) -> Result<Working, ViewsError> {
    let mut working = Working::default();
    working.position = crate::schema::position(connection)?;
    let mut documents = connection.prepare(
        "SELECT fact.data FROM document JOIN fact ON fact.position = document.position ORDER BY document.position",
    )?;
    let mut rows = documents.query([])?;
    while let Some(row) = rows.next()? {
        working.directory.apply(&crate::column::from_json::<Recorded>(&row.get::<_, String>(0)?)?);
    }
    let mut promises = connection.prepare("SELECT queue, since, target FROM promise ORDER BY position")?;
    let mut rows = promises.query([])?;
    while let Some(row) = rows.next()? {
        let promise = (crate::column::instant(row, 1)?, crate::column::from_json(&row.get::<_, String>(2)?)?);
        working.promises.entry(crate::column::key(row, 0)?).or_default().push(promise);
    }
    let mut people = connection.prepare("SELECT person, clock FROM person_now")?;
    let mut rows = people.query([])?;
    while let Some(row) = rows.next()? {
        working.people.insert(crate::column::key(row, 0)?, crate::column::from_json(&row.get::<_, String>(1)?)?);
    }
    let mut lines = connection.prepare("SELECT queue, waiting, since FROM waiting_now")?;
    let mut rows = lines.query([])?;
    while let Some(row) = rows.next()? {
        let line = crate::working::Line {
            waiting: row.get::<_, i64>(1)?.unsigned_abs(),
            since: crate::column::instant(row, 2)?,
        };
        working.lines.insert(crate::column::optional(row, 0)?, line);
    }
    Ok(working)
}

/// Folds an observed conversation again, in the order in which its facts happened.
pub fn refold(
    tx: &Transaction,
    working: &mut Working,
    id: signalbox_model::id::ConversationId,
) -> Result<(), ViewsError> {
    conversations::refold(tx, working, id)
}

/// Whether there is such a row.
fn exists(tx: &Transaction, sql: &str, key: crate::column::Blob) -> Result<bool, ViewsError> {
    Ok(tx.prepare_cached(sql)?.query_row([key], |_| Ok(())).optional()?.is_some())
}
