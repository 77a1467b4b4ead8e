//! What conversations add to the sums, per quarter of an hour.
//!
//! New contacts are added to the stored sums. A contact that changed or vanished (a late report, a reopening) cannot be
//! taken out of a percentile, so the sums that it was in are computed anew from the rows.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{OptionalExtension, Transaction, params};
use signalbox_engine::measures::{Contact, ContactKind, Tally, contacts as contacts_of};
use signalbox_model::contact::{Channel, Origin};
use signalbox_model::id::{PersonId, QueueId};
use signalbox_model::time::{DurationMs, Timestamp};

use crate::column::{Key, from_json, json, key_or_none};
use crate::error::ViewsError;
use crate::working::{Live, QUARTER_MS, Working, bucket};

/// Which sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SumKey {
    bucket: i64,
    person: Option<PersonId>,
    queue: Option<QueueId>,
    channel: Channel,
    origin: Origin,
}

/// Sums of a batch.
#[derive(Default)]
pub struct Sums {
    added: BTreeMap<SumKey, Tally>,
    stale: BTreeSet<SumKey>,
}

/// Compares what a conversation adds now with what was written, writes the difference and notes it for the sums.
pub fn contacts(tx: &Transaction, working: &Working, live: &mut Live, sums: &mut Sums) -> Result<(), ViewsError> {
    let found = all_contacts(working, live);
    let was = live.written.channel.unwrap_or(live.now.channel);
    let is_moved = was != live.now.channel;
    if found == live.written.contacts && !is_moved {
        return Ok(());
    }
    let id = live.now.id.blob();
    for gone in live.written.contacts.iter().filter(|old| is_moved || !found.contains(old)) {
        tx.prepare_cached("DELETE FROM contact WHERE conversation = ?1 AND kind = ?2 AND segment = ?3")?
            .execute(params![id, kind_of(gone), gone.segment])?;
        sums.stale.extend(keys_of(live, was, gone));
    }
    for new in found.iter().filter(|new| is_moved || !live.written.contacts.contains(new)) {
        let sql = "INSERT OR REPLACE INTO contact (conversation, kind, segment, at, queue, person, channel, origin, data) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
        tx.prepare_cached(sql)?.execute(params![
            id,
            kind_of(new),
            new.segment,
            new.at.0,
            key_or_none(new.queue),
            key_or_none(new.person),
            live.now.channel.as_str(),
            live.now.origin.as_str(),
            json(new)?
        ])?;
        for key in keys_of(live, live.now.channel, new) {
            sums.added.entry(key).or_default().add(new);
        }
    }
    live.written.contacts = found;
    live.written.channel = Some(live.now.channel);
    Ok(())
}

fn all_contacts(working: &Working, live: &Live) -> Vec<Contact> {
    let target = |queue: QueueId, at: Timestamp| working.promise(queue, at);
    let divided = |segment: &signalbox_engine::conversation::Segment| {
        let share = live.shares.iter().find(|share| share.segment == segment.number)?;
        Some(DurationMs((share.ended? - share.began.min(share.ended?)) / 1_000))
    };
    let mut found = Vec::new();
    for (index, life) in live.lives().enumerate() {
        let is_first = index == 0;
        let adds = contacts_of(life, target, divided).into_iter();
        // The first answer is the first of all: after a reopening there is none any more.
        found.extend(adds.filter(|contact| is_first || !matches!(contact.kind, ContactKind::FirstReply { .. })));
    }
    found
}

fn kind_of(contact: &Contact) -> i64 {
    match contact.kind {
        ContactKind::Stay(_) => 0,
        ContactKind::Handled(_) => 1,
        ContactKind::FirstReply { .. } => 2,
    }
}

/// The sums of the queue, and those of the person where there is one.
fn keys_of(live: &Live, channel: Channel, contact: &Contact) -> impl Iterator<Item = SumKey> + use<> {
    let origin = live.now.origin;
    let queue = SumKey { bucket: bucket(contact.at), person: None, queue: contact.queue, channel, origin };
    [Some(queue), contact.person.map(|person| SumKey { person: Some(person), ..queue })].into_iter().flatten()
}

/// Writes the sums of a batch.
pub fn store(tx: &Transaction, sums: Sums) -> Result<(), ViewsError> {
    for (key, tally) in sums.added.iter().filter(|(key, _)| !sums.stale.contains(key)) {
        let mut whole = stored(tx, key)?.unwrap_or_default();
        whole.merge(tally);
        put(tx, key, &whole)?;
    }
    for key in &sums.stale {
        put(tx, key, &computed(tx, key)?)?;
    }
    Ok(())
}

fn stored(tx: &Transaction, key: &SumKey) -> Result<Option<Tally>, ViewsError> {
    let (queue, channel, origin) = (key_or_none(key.queue), key.channel.as_str(), key.origin.as_str());
    let text: Option<String> = match key.person {
        None => tx
            .prepare_cached("SELECT tally FROM quarter WHERE bucket = ?1 AND queue = ?2 AND channel = ?3 AND origin = ?4")?
            .query_row(params![key.bucket, queue, channel, origin], |row| row.get(0))
            .optional()?,
        Some(person) => tx
            .prepare_cached("SELECT tally FROM quarter_person WHERE bucket = ?1 AND person = ?2 AND queue = ?3 AND channel = ?4 AND origin = ?5")?
            .query_row(params![key.bucket, person.blob(), queue, channel, origin], |row| row.get(0))
            .optional()?,
    };
    text.map(|text| from_json(&text)).transpose()
}

fn put(tx: &Transaction, key: &SumKey, tally: &Tally) -> Result<(), ViewsError> {
    if *tally == Tally::default() {
        return delete(tx, key);
    }
    let (queue, channel, origin, tally) =
        (key_or_none(key.queue), key.channel.as_str(), key.origin.as_str(), json(tally)?);
    match key.person {
        None => tx
            .prepare_cached("INSERT OR REPLACE INTO quarter (bucket, queue, channel, origin, tally) VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute(params![key.bucket, queue, channel, origin, tally])?,
        Some(person) => tx
            .prepare_cached("INSERT OR REPLACE INTO quarter_person (bucket, person, queue, channel, origin, tally) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
            .execute(params![key.bucket, person.blob(), queue, channel, origin, tally])?,
    };
    Ok(())
}

fn delete(tx: &Transaction, key: &SumKey) -> Result<(), ViewsError> {
    let (queue, channel, origin) = (key_or_none(key.queue), key.channel.as_str(), key.origin.as_str());
    match key.person {
        None => tx
            .prepare_cached("DELETE FROM quarter WHERE bucket = ?1 AND queue = ?2 AND channel = ?3 AND origin = ?4")?
            .execute(params![key.bucket, queue, channel, origin])?,
        Some(person) => tx
            .prepare_cached("DELETE FROM quarter_person WHERE bucket = ?1 AND person = ?2 AND queue = ?3 AND channel = ?4 AND origin = ?5")?
            .execute(params![key.bucket, person.blob(), queue, channel, origin])?,
    };
    Ok(())
}

fn computed(tx: &Transaction, key: &SumKey) -> Result<Tally, ViewsError> {
    let sql = "SELECT data FROM contact WHERE at >= ?1 AND at < ?2 AND queue = ?3 AND channel = ?4 AND origin = ?5 AND (?6 IS NULL OR person = ?6)";
    let mut rows = tx.prepare_cached(sql)?;
    let mut rows = rows.query(params![
        key.bucket,
        key.bucket + QUARTER_MS,
        key_or_none(key.queue),
        key.channel.as_str(),
        key.origin.as_str(),
        key.person.map(Key::blob)
    ])?;
    let mut tally = Tally::default();
    while let Some(row) = rows.next()? {
        tally.add(&from_json::<Contact>(&row.get::<_, String>(0)?)?);
    }
    Ok(tally)
}

/// The quarters that a stretch touches, each with the part of it that lies there.
pub fn quarters(from: Timestamp, until: Timestamp) -> impl Iterator<Item = (i64, Timestamp, Timestamp)> {
    let first = bucket(from);
    (0..)
        .map(move |index| first + index * QUARTER_MS)
        .take_while(move |quarter| *quarter < until.0)
        .map(move |quarter| (quarter, from.max(Timestamp(quarter)), until.min(Timestamp(quarter + QUARTER_MS))))
}
