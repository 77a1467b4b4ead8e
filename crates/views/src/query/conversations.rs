//! Lists, exports and search of conversations: one filter for all of them.

use std::collections::BTreeMap;

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Params, Row, params_from_iter};
use signalbox_engine::conversation::State;
use signalbox_model::contact::{Channel, Origin, Outcome};
use signalbox_model::event::Recorded;
use signalbox_model::id::{ConversationId, CustomerId, DispositionId, PersonId, Position, QueueId};
use signalbox_model::limits::{EXPORT_ROWS_MAX, PAGE_ROWS_MAX};
use signalbox_model::time::Timestamp;
use signalbox_model::word::Slug;

use super::{Reader, customers, full_text};
use crate::column::{Key, from_json, from_word, instant, instant_or_none, key, length, length_or_none, optional, word};
use crate::error::ViewsError;
use crate::rows::{ConversationRow, ReviewRow, SNIPPET_END, SNIPPET_START, SegmentRow};

/// Which conversations. An empty list means any; what is given must all hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConversationFilter {
    /// In one of these states.
    pub states: Vec<State>,
    /// In, or last in, one of these queues.
    pub queues: Vec<QueueId>,
    /// On one of these channels.
    pub channels: Vec<Channel>,
    /// One of these people had it.
    pub agents: Vec<PersonId>,
    /// With this customer, or anybody they were merged with.
    pub customer: Option<CustomerId>,
    /// With all of these labels.
    pub labels: Vec<Slug>,
    /// Filed in one of these ways.
    pub dispositions: Vec<DispositionId>,
    /// With one of these outcomes.
    pub outcomes: Vec<Outcome>,
    /// Come in in one of these ways.
    pub origins: Vec<Origin>,
    /// Opened at or after.
    pub from: Option<Timestamp>,
    /// Opened before.
    pub to: Option<Timestamp>,
    /// With these words in a turn or note.
    pub text: Option<String>,
    /// What this person may see: what they had.
    pub visible_to: Option<PersonId>,
}

/// In which order. What has no value comes last where large ones come first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Newest first.
    #[default]
    OpenedDescending,
    /// Oldest first.
    OpenedAscending,
    /// Longest wait first.
    WaitDescending,
    /// Shortest wait first.
    WaitAscending,
    /// Longest handle time first.
    HandleDescending,
    /// Shortest handle time first.
    HandleAscending,
}

impl Sort {
    fn column(self) -> &'static str {
        match self {
            Sort::OpenedDescending | Sort::OpenedAscending => "c.opened_at",
            Sort::WaitDescending | Sort::WaitAscending => "coalesce(c.wait_ms, -1)",
            Sort::HandleDescending | Sort::HandleAscending => "coalesce(c.handle_ms, -1)",
        }
    }

    fn is_descending(self) -> bool {
        matches!(self, Sort::OpenedDescending | Sort::WaitDescending | Sort::HandleDescending)
    }

    fn value(self, row: &ConversationRow) -> i64 {
        let ms = |length: Option<signalbox_model::time::DurationMs>| length.map_or(-1, crate::column::ms);
        match self {
            Sort::OpenedDescending | Sort::OpenedAscending => row.opened_at.0,
            Sort::WaitDescending | Sort::WaitAscending => ms(row.wait_ms),
            Sort::HandleDescending | Sort::HandleAscending => ms(row.handle_ms),
        }
    }
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct ConversationPage {
    /// The rows.
    pub rows: Vec<ConversationRow>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
    /// All that the filter finds.
    pub total: u64,
}

const COLUMNS: &str = "c.id, c.position, c.customer, u.name, c.channel, c.origin, c.observed, c.state, c.outcome, c.disposition, c.queue, c.owner, \
                       c.agents, c.labels, c.intent, c.language, c.opened_at, c.closed_at, c.wait_ms, c.first_reply_ms, c.handle_ms, c.talk_ms, \
                       c.hold_ms, c.wrap_up_ms, c.turns, c.transfers, c.segments, c.abandoned, c.priority, c.needs, c.last_turn_at";
const TABLES: &str = "conversation c LEFT JOIN customer u ON u.id = c.customer";

fn row_of(row: &Row) -> Result<ConversationRow, ViewsError> {
    let text = |index: usize| row.get::<_, String>(index);
    let slug = |index: usize| -> Result<Option<Slug>, ViewsError> {
        let raw: Option<String> = row.get(index)?;
        raw.map(|raw| Slug::parse(&raw).map_err(|error| ViewsError::Damaged(error.to_string()))).transpose()
    };
    let outcome: Option<String> = row.get(8)?;
    Ok(ConversationRow {
        id: key(row, 0)?,
        position: Position(row.get::<_, i64>(1)?.unsigned_abs()),
        customer: key(row, 2)?,
        customer_name: row.get(3)?,
        channel: from_word(&text(4)?)?,
        origin: from_word(&text(5)?)?,
        observed: row.get(6)?,
        state: from_word(&text(7)?)?,
        outcome: outcome.map(|outcome| from_word(&outcome)).transpose()?,
        disposition: optional(row, 9)?,
        queue: optional(row, 10)?,
        owner: from_json(&text(11)?)?,
        agents: from_json(&text(12)?)?,
        labels: from_json(&text(13)?)?,
        intent: slug(14)?,
        language: slug(15)?,
        opened_at: instant(row, 16)?,
        closed_at: instant_or_none(row, 17)?,
        wait_ms: length_or_none(row, 18)?,
        first_reply_ms: length_or_none(row, 19)?,
        handle_ms: length_or_none(row, 20)?,
        talk_ms: length(row, 21)?,
        hold_ms: length(row, 22)?,
        wrap_up_ms: length(row, 23)?,
        turns: row.get(24)?,
        transfers: row.get(25)?,
        segments: row.get(26)?,
        abandoned: row.get(27)?,
        priority: row.get(28)?,
        needs: from_json(&text(29)?)?,
        last_turn_at: instant_or_none(row, 30)?,
        snippet: None,
    })
}

/// A filter as a condition with its values.
struct Condition {
    sql: String,
    values: Vec<Value>,
}

impl Condition {
    fn of(connection: &Connection, filter: &ConversationFilter) -> Result<Condition, ViewsError> {
        let mut condition = Condition { sql: "1 = 1".to_owned(), values: Vec::new() };
        condition.one_of("c.state", filter.states.iter().map(|state| Value::Text(word(state))));
        condition.one_of("c.queue", filter.queues.iter().map(|id| blob(*id)));
        condition.one_of("c.channel", filter.channels.iter().map(|channel| Value::Text(channel.as_str().to_owned())));
        condition.one_of("c.origin", filter.origins.iter().map(|origin| Value::Text(origin.as_str().to_owned())));
        condition.one_of("c.outcome", filter.outcomes.iter().map(|outcome| Value::Text(outcome.as_str().to_owned())));
        condition.one_of("c.disposition", filter.dispositions.iter().map(|id| blob(*id)));
        if !filter.agents.is_empty() {
            condition.sql += " AND c.id IN (SELECT conversation FROM conversation_agent a WHERE 1 = 1";
            condition.one_of("a.person", filter.agents.iter().map(|id| blob(*id)));
            condition.sql.push(')');
        }
        if let Some(person) = filter.visible_to {
            condition.and("c.id IN (SELECT conversation FROM conversation_agent WHERE person = ?)", blob(person));
        }
        for label in &filter.labels {
            condition.and(
                "c.id IN (SELECT conversation FROM conversation_label WHERE label = ?)",
                Value::Text(label.as_str().to_owned()),
            );
        }
        if let Some(customer) = filter.customer {
            let group = customers::group(connection, customer)?;
            condition.one_of("c.customer", group.keys().map(|id| blob(*id)));
        }
        if let Some(from) = filter.from {
            condition.and("c.opened_at >= ?", Value::Integer(from.0));
        }
        if let Some(to) = filter.to {
            condition.and("c.opened_at < ?", Value::Integer(to.0));
        }
        match filter.text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(full_text) {
            Some(Some(question)) => condition.and(
                "c.id IN (SELECT f.conversation FROM said JOIN fact f ON f.position = said.rowid WHERE said MATCH ?)",
                Value::Text(question),
            ),
            // Nothing but marks: no word can be found by it.
            Some(None) => condition.sql += " AND 1 = 0",
            None => {}
        }
        Ok(condition)
    }

    fn and(&mut self, sql: &str, value: Value) {
        self.sql += " AND ";
        self.sql += sql;
        self.values.push(value);
    }

    fn one_of(&mut self, column: &str, values: impl Iterator<Item = Value>) {
        let before = self.values.len();
        self.values.extend(values);
        let count = self.values.len() - before;
        if count > 0 {
            self.sql += &format!(" AND {column} IN ({})", vec!["?"; count].join(", "));
        }
    }
}

fn blob(key: impl Key) -> Value {
    Value::Blob(key.blob().to_vec())
}

fn parse_cursor(cursor: &str) -> Result<(i64, ConversationId), ViewsError> {
    let (value, id) = cursor.split_once('~').ok_or(ViewsError::Cursor)?;
    Ok((value.parse().map_err(|_| ViewsError::Cursor)?, id.parse().map_err(|_| ViewsError::Cursor)?))
}

fn order(sort: Sort) -> String {
    let direction = if sort.is_descending() { "DESC" } else { "ASC" };
    format!("{column} {direction}, c.id {direction}", column = sort.column())
}

/// Every row of a short answer.
fn all<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    read: impl Fn(&Row) -> Result<T, ViewsError>,
) -> Result<Vec<T>, ViewsError> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(row)?);
    }
    Ok(found)
}

/// Hands over row by row until `take` says no; at most [`EXPORT_ROWS_MAX`]. Says how many were taken.
fn hand_over(
    connection: &Connection,
    sql: &str,
    values: &[Value],
    mut take: impl FnMut(&Row) -> Result<bool, ViewsError>,
) -> Result<u64, ViewsError> {
    let mut statement = connection.prepare(&format!("{sql} LIMIT {EXPORT_ROWS_MAX}"))?;
    let mut rows = statement.query(params_from_iter(values))?;
    let mut taken = 0;
    while let Some(row) = rows.next()? {
        if !take(row)? {
            break;
        }
        taken += 1;
    }
    Ok(taken)
}

impl Reader {
    /// One page of a list.
    ///
    /// # Errors
    /// When the cursor is not one of this list, the page too long, or the file cannot be read.
    pub fn conversations(
        &self,
        filter: &ConversationFilter,
        sort: Sort,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<ConversationPage, ViewsError> {
        if limit > PAGE_ROWS_MAX {
            return Err(ViewsError::TooMuch { what: "rows of a page", max: PAGE_ROWS_MAX });
        }
        let after = cursor.map(parse_cursor).transpose()?;
        self.pool.ask(|connection| {
            let mut condition = Condition::of(connection, filter)?;
            let total: i64 = connection
                .prepare_cached(&format!("SELECT count(*) FROM conversation c WHERE {}", condition.sql))?
                .query_row(params_from_iter(&condition.values), |row| row.get(0))?;
            if let Some((value, id)) = after {
                let sign = if sort.is_descending() { "<" } else { ">" };
                condition.sql += &format!(" AND ({}, c.id) {sign} (?, ?)", sort.column());
                condition.values.extend([Value::Integer(value), blob(id)]);
            }
            condition.values.push(Value::Integer(limit as i64 + 1));
            let sql =
                format!("SELECT {COLUMNS} FROM {TABLES} WHERE {} ORDER BY {} LIMIT ?", condition.sql, order(sort));
            let mut rows = all(connection, &sql, params_from_iter(&condition.values), row_of)?;
            let has_more = rows.len() > limit;
            rows.truncate(limit);
            let last = rows.last().filter(|_| has_more);
            let next_cursor = last.map(|row| format!("{}~{}", sort.value(row), row.id));
            if let Some(question) = filter.text.as_deref().and_then(full_text) {
                add_snippets(connection, &question, &mut rows)?;
            }
            Ok(ConversationPage { rows, next_cursor, total: total.unsigned_abs() })
        })
    }

    /// One conversation.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn conversation(&self, id: ConversationId) -> Result<Option<ConversationRow>, ViewsError> {
        self.pool.ask(|connection| {
            let sql = format!("SELECT {COLUMNS} FROM {TABLES} WHERE c.id = ?1");
            let mut statement = connection.prepare_cached(&sql)?;
            let mut rows = statement.query([id.blob()])?;
            rows.next()?.map(row_of).transpose()
        })
    }

    /// Its stretches, in order.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn segments(&self, id: ConversationId) -> Result<Vec<SegmentRow>, ViewsError> {
        self.pool.ask(|connection| {
            let sql = format!("SELECT {SEGMENT_COLUMNS} FROM segment s WHERE s.conversation = ?1 ORDER BY s.number");
            all(connection, &sql, [id.blob()], segment_of)
        })
    }

    /// The first facts about it after a position, in log order.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn facts(&self, id: ConversationId, after: Position, limit: usize) -> Result<Vec<Recorded>, ViewsError> {
        self.pool.ask(|connection| {
            let sql = "SELECT data FROM fact WHERE conversation = ?1 AND position > ?2 ORDER BY position LIMIT ?3";
            let limits = rusqlite::params![id.blob(), after.0 as i64, limit as i64];
            all(connection, sql, limits, |row| from_json(&row.get::<_, String>(0)?))
        })
    }

    /// Whether somebody had it, or had one with the same customer or anybody they were merged with.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn has_met(&self, person: PersonId, customer: CustomerId) -> Result<bool, ViewsError> {
        self.pool.ask(|connection| {
            let mut met = connection.prepare_cached(
                "SELECT 1 FROM conversation c JOIN conversation_agent a ON a.conversation = c.id AND a.person = ?1 WHERE c.customer = ?2 LIMIT 1",
            )?;
            for id in customers::group(connection, customer)?.keys() {
                if met.query_row([person.blob(), id.blob()], |_| Ok(())).optional()?.is_some() {
                    return Ok(true);
                }
            }
            Ok(false)
        })
    }

    /// Hands over every conversation that the filter finds until `take` says no; at most [`EXPORT_ROWS_MAX`]. Says how many.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn export_conversations(
        &self,
        filter: &ConversationFilter,
        sort: Sort,
        mut take: impl FnMut(ConversationRow) -> bool,
    ) -> Result<u64, ViewsError> {
        self.pool.ask(|connection| {
            let condition = Condition::of(connection, filter)?;
            let sql = format!("SELECT {COLUMNS} FROM {TABLES} WHERE {} ORDER BY {}", condition.sql, order(sort));
            hand_over(connection, &sql, &condition.values, |row| Ok(take(row_of(row)?)))
        })
    }

    /// Hands over every segment of every conversation that the filter finds, as [`Reader::export_conversations`] does.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn export_segments(
        &self,
        filter: &ConversationFilter,
        sort: Sort,
        mut take: impl FnMut(SegmentRow) -> bool,
    ) -> Result<u64, ViewsError> {
        self.pool.ask(|connection| {
            let condition = Condition::of(connection, filter)?;
            let sql = format!(
                "SELECT {SEGMENT_COLUMNS} FROM conversation c JOIN segment s ON s.conversation = c.id WHERE {} ORDER BY {}, s.number",
                condition.sql,
                order(sort)
            );
            hand_over(connection, &sql, &condition.values, |row| Ok(take(segment_of(row)?)))
        })
    }

    /// Who looked at a conversation to judge it, oldest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn reviews(&self, id: ConversationId) -> Result<Vec<ReviewRow>, ViewsError> {
        self.pool.ask(|connection| {
            let sql = "SELECT conversation, person, origin, at FROM review WHERE conversation = ?1 ORDER BY position";
            all(connection, sql, [id.blob()], |row| {
                let origin = from_word(&row.get::<_, String>(2)?)?;
                Ok(ReviewRow { conversation: key(row, 0)?, person: key(row, 1)?, origin, at: instant(row, 3)? })
            })
        })
    }

    /// Labels in use, in the order of the alphabet. Steps from one label to the next, so that a million conversations cost nothing.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn labels(&self, limit: usize) -> Result<Vec<String>, ViewsError> {
        self.pool.ask(|connection| {
            let sql = "WITH RECURSIVE found (label) AS (SELECT min(label) FROM conversation_label UNION ALL \
                       SELECT (SELECT min(label) FROM conversation_label WHERE label > found.label) FROM found WHERE found.label IS NOT NULL) \
                       SELECT label FROM found WHERE label IS NOT NULL LIMIT ?1";
            let mut statement = connection.prepare_cached(sql)?;
            let rows = statement.query_map([limit as i64], |row| row.get(0))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Reviews by what made people look, in the order of the words.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn review_counts(&self, from: Timestamp, to: Timestamp) -> Result<BTreeMap<String, u64>, ViewsError> {
        self.pool.ask(|connection| {
            let mut statement = connection
                .prepare_cached("SELECT origin, count(*) FROM review WHERE at >= ?1 AND at < ?2 GROUP BY origin")?;
            let mut rows = statement.query([from.0, to.0])?;
            let mut found = BTreeMap::new();
            while let Some(row) = rows.next()? {
                found.insert(row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs());
            }
            Ok(found)
        })
    }
}

const SEGMENT_COLUMNS: &str = "s.conversation, s.number, s.owner, s.started_at, s.ended_at, s.talk_ms, s.hold_ms, s.wrap_up_ms, s.wait_ms, s.began, s.ended";

fn segment_of(row: &Row) -> Result<SegmentRow, ViewsError> {
    Ok(SegmentRow {
        conversation: key(row, 0)?,
        number: row.get(1)?,
        owner: from_json(&row.get::<_, String>(2)?)?,
        started_at: instant(row, 3)?,
        ended_at: instant_or_none(row, 4)?,
        talk_ms: length(row, 5)?,
        hold_ms: length(row, 6)?,
        wrap_up_ms: length(row, 7)?,
        wait_ms: length_or_none(row, 8)?,
        began: row.get(9)?,
        ended: row.get(10)?,
    })
}

/// The first place in each conversation where the words are.
fn add_snippets(connection: &Connection, question: &str, rows: &mut [ConversationRow]) -> Result<(), ViewsError> {
    let mut find = connection.prepare_cached(
        "SELECT snippet(said, 0, ?3, ?4, '…', 16) FROM said WHERE said MATCH ?1 AND rowid IN (SELECT position FROM fact WHERE conversation = ?2) \
         ORDER BY rowid LIMIT 1",
    )?;
    let (start, end) = (SNIPPET_START.to_string(), SNIPPET_END.to_string());
    for row in rows {
        row.snippet =
            find.query_row(rusqlite::params![question, row.id.blob(), start, end], |found| found.get(0)).optional()?;
    }
    Ok(())
}
