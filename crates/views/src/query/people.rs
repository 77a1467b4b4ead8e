//! What people did with their time.

use rusqlite::{Connection, OptionalExtension, params};
use signalbox_engine::measures::{ActivitySpan, PersonClock};
use signalbox_model::id::PersonId;
use signalbox_model::time::Timestamp;

use super::Reader;
use crate::column::{Key, from_json, key};
use crate::error::ViewsError;

/// What everybody has been doing since their last change, up to now.
pub(super) fn open_spans(connection: &Connection, now: Timestamp) -> Result<Vec<(PersonId, ActivitySpan)>, ViewsError> {
    let mut statement = connection.prepare_cached("SELECT person, clock FROM person_now")?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let clock: PersonClock = from_json(&row.get::<_, String>(1)?)?;
        if let Some(span) = clock.open_span(now) {
            found.push((key(row, 0)?, span));
        }
    }
    Ok(found)
}

impl Reader {
    /// A person's stretches between two instants, cut at both, oldest first; the last one may be going on. A shift past
    /// midnight comes whole when both days are asked for.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn timeline(
        &self,
        person: PersonId,
        from: Timestamp,
        to: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<ActivitySpan>, ViewsError> {
        self.pool.ask(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT data FROM activity WHERE person = ?1 AND began_at < ?2 AND ended_at > ?3 ORDER BY began_at",
            )?;
            let mut rows = statement.query(params![person.blob(), to.0, from.0])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let span: ActivitySpan = from_json(&row.get::<_, String>(0)?)?;
                found.extend(span.clipped(from, to));
            }
            let clock: Option<String> = connection
                .prepare_cached("SELECT clock FROM person_now WHERE person = ?1")?
                .query_row([person.blob()], |row| row.get(0))
                .optional()?;
            if let Some(clock) = clock {
                let clock: PersonClock = from_json(&clock)?;
                found.extend(clock.open_span(now).and_then(|span| span.clipped(from, to)));
            }
            Ok(found)
        })
    }
}
