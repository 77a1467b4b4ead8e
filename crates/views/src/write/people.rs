//! People's time and the lengths of lines, per quarter of an hour.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, Transaction, params};
use signalbox_engine::measures::tally::TimeTally;
use signalbox_model::id::PersonId;

use super::sums::quarters;
use crate::column::{Key, count, from_json, json, key_or_none};
use crate::error::ViewsError;
use crate::working::{Pending, Working, bucket};

/// Writes stretches, sums, present loads and lines.
pub fn store(tx: &Transaction, working: &Working, pending: &Pending) -> Result<(), ViewsError> {
    let mut sums: BTreeMap<(i64, PersonId), TimeTally> = BTreeMap::new();
    for (person, span) in &pending.spans {
        tx.prepare_cached(
            "INSERT OR REPLACE INTO activity (person, began_at, ended_at, data) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![person.blob(), span.from.0, span.until.0, json(span)?])?;
        // Nobody's time counts while they are offline without work, so a year of absence costs no rows.
        if span.load.activity() == signalbox_engine::measures::Activity::Offline {
            continue;
        }
        for (quarter, from, until) in quarters(span.from, span.until) {
            if let Some(part) = span.clipped(from, until) {
                sums.entry((quarter, *person)).or_default().add(&part);
            }
        }
    }
    for missed in &pending.missed {
        tx.prepare_cached(
            "INSERT OR REPLACE INTO missed_offer (position, at, person, declined) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![missed.position.0 as i64, missed.at.0, missed.person.blob(), missed.is_declined])?;
        let tally = sums.entry((bucket(missed.at), missed.person)).or_default();
        tally.declined += u64::from(missed.is_declined);
        tally.not_responding += u64::from(!missed.is_declined);
    }
    for ((quarter, person), tally) in sums {
        store_time(tx, quarter, person, tally)?;
    }
    store_now(tx, working, pending)?;
    store_lines(tx, working, pending)?;
    if pending.has_setup {
        store_serving(tx, working)?;
    }
    Ok(())
}

fn store_time(tx: &Transaction, quarter: i64, person: PersonId, mut tally: TimeTally) -> Result<(), ViewsError> {
    let stored: Option<String> = tx
        .prepare_cached("SELECT tally FROM quarter_time WHERE bucket = ?1 AND person = ?2")?
        .query_row(params![quarter, person.blob()], |row| row.get(0))
        .optional()?;
    if let Some(stored) = stored {
        tally.merge(&from_json(&stored)?);
    }
    tx.prepare_cached("INSERT OR REPLACE INTO quarter_time (bucket, person, tally) VALUES (?1, ?2, ?3)")?
        .execute(params![quarter, person.blob(), json(&tally)?])?;
    Ok(())
}

fn store_now(tx: &Transaction, working: &Working, pending: &Pending) -> Result<(), ViewsError> {
    let mut put = tx.prepare_cached("INSERT OR REPLACE INTO person_now (person, clock) VALUES (?1, ?2)")?;
    for person in &pending.people {
        if let Some(clock) = working.people.get(person) {
            put.execute(params![person.blob(), json(clock)?])?;
        }
    }
    Ok(())
}

fn store_lines(tx: &Transaction, working: &Working, pending: &Pending) -> Result<(), ViewsError> {
    let sql = "INSERT INTO quarter_waiting (bucket, queue, most) VALUES (?1, ?2, ?3) \
               ON CONFLICT (bucket, queue) DO UPDATE SET most = max(most, excluded.most)";
    let mut put = tx.prepare_cached(sql)?;
    for ((quarter, queue), most) in &pending.longest {
        put.execute(params![quarter, key_or_none(*queue), count(*most)])?;
    }
    if pending.longest.is_empty() {
        return Ok(());
    }
    let mut put =
        tx.prepare_cached("INSERT OR REPLACE INTO waiting_now (queue, waiting, since) VALUES (?1, ?2, ?3)")?;
    for (queue, line) in &working.lines {
        put.execute(params![key_or_none(*queue), count(line.waiting), line.since.0])?;
    }
    Ok(())
}

fn store_serving(tx: &Transaction, working: &Working) -> Result<(), ViewsError> {
    tx.execute("DELETE FROM person_queue", [])?;
    let mut put = tx.prepare_cached("INSERT OR IGNORE INTO person_queue (person, queue) VALUES (?1, ?2)")?;
    for queue in working.directory.queues.keys() {
        for person in working.directory.people_serving(*queue) {
            put.execute(params![person.blob(), queue.blob()])?;
        }
    }
    Ok(())
}
