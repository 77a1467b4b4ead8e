//! The tables. Change anything here or in what is written into them, and count the version up: the file is then made anew.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, OptionalExtension};
use signalbox_model::id::Position;

use crate::error::ViewsError;

/// The form of the file and of all that is computed into it.
pub const VERSION: i64 = 4;

const STATEMENTS_CACHED: usize = 160;

const TABLES: &str = "
CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE fact (position INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind INTEGER NOT NULL, person BLOB, conversation BLOB, data TEXT NOT NULL);
CREATE INDEX fact_kind ON fact (kind, position);
CREATE INDEX fact_person ON fact (person, position) WHERE person IS NOT NULL;
CREATE INDEX fact_conversation ON fact (conversation, position) WHERE conversation IS NOT NULL;
CREATE TABLE document (id TEXT PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE promise (position INTEGER PRIMARY KEY, queue BLOB NOT NULL, since INTEGER NOT NULL, target TEXT NOT NULL);

CREATE TABLE conversation (
  id BLOB PRIMARY KEY, position INTEGER NOT NULL, customer BLOB NOT NULL, channel TEXT NOT NULL, origin TEXT NOT NULL, observed INTEGER NOT NULL,
  state TEXT NOT NULL, is_open INTEGER NOT NULL, outcome TEXT, disposition BLOB, queue BLOB, owner TEXT NOT NULL, agents TEXT NOT NULL, labels TEXT NOT NULL,
  intent TEXT, language TEXT, opened_at INTEGER NOT NULL, closed_at INTEGER, wait_ms INTEGER, first_reply_ms INTEGER, talk_ms INTEGER NOT NULL,
  hold_ms INTEGER NOT NULL, wrap_up_ms INTEGER NOT NULL, handle_ms INTEGER, turns INTEGER NOT NULL, transfers INTEGER NOT NULL,
  segments INTEGER NOT NULL, abandoned INTEGER NOT NULL, priority INTEGER NOT NULL, needs TEXT NOT NULL, last_turn_at INTEGER
) WITHOUT ROWID;
CREATE INDEX conversation_opened ON conversation (opened_at, id);
CREATE INDEX conversation_customer ON conversation (customer, opened_at);
CREATE INDEX conversation_queue ON conversation (queue, opened_at);
CREATE INDEX conversation_open ON conversation (is_open) WHERE is_open = 1;
CREATE TABLE conversation_agent (person BLOB NOT NULL, conversation BLOB NOT NULL, PRIMARY KEY (person, conversation)) WITHOUT ROWID;
CREATE TABLE conversation_label (label TEXT NOT NULL, conversation BLOB NOT NULL, PRIMARY KEY (label, conversation)) WITHOUT ROWID;
CREATE TABLE segment (
  conversation BLOB NOT NULL, number INTEGER NOT NULL, owner TEXT NOT NULL, started_at INTEGER NOT NULL, ended_at INTEGER, talk_ms INTEGER NOT NULL,
  hold_ms INTEGER NOT NULL, wrap_up_ms INTEGER NOT NULL, wait_ms INTEGER, began TEXT NOT NULL, ended TEXT, share_began INTEGER, share_ended INTEGER,
  PRIMARY KEY (conversation, number)
) WITHOUT ROWID;
CREATE TABLE review (position INTEGER PRIMARY KEY, conversation BLOB NOT NULL, person BLOB NOT NULL, origin TEXT NOT NULL, at INTEGER NOT NULL);
CREATE INDEX review_conversation ON review (conversation);
CREATE INDEX review_at ON review (at);

CREATE TABLE contact (
  conversation BLOB NOT NULL, kind INTEGER NOT NULL, segment INTEGER NOT NULL, at INTEGER NOT NULL, queue BLOB NOT NULL, person BLOB NOT NULL,
  channel TEXT NOT NULL, origin TEXT NOT NULL, data TEXT NOT NULL, PRIMARY KEY (conversation, kind, segment)
) WITHOUT ROWID;
CREATE INDEX contact_at ON contact (at);
CREATE TABLE quarter (
  bucket INTEGER NOT NULL, queue BLOB NOT NULL, channel TEXT NOT NULL, origin TEXT NOT NULL, tally TEXT NOT NULL,
  PRIMARY KEY (bucket, queue, channel, origin)
) WITHOUT ROWID;
CREATE TABLE quarter_person (
  bucket INTEGER NOT NULL, person BLOB NOT NULL, queue BLOB NOT NULL, channel TEXT NOT NULL, origin TEXT NOT NULL, tally TEXT NOT NULL,
  PRIMARY KEY (bucket, person, queue, channel, origin)
) WITHOUT ROWID;
CREATE TABLE quarter_time (bucket INTEGER NOT NULL, person BLOB NOT NULL, tally TEXT NOT NULL, PRIMARY KEY (bucket, person)) WITHOUT ROWID;
CREATE TABLE quarter_waiting (bucket INTEGER NOT NULL, queue BLOB NOT NULL, most INTEGER NOT NULL, PRIMARY KEY (bucket, queue)) WITHOUT ROWID;
CREATE TABLE waiting_now (queue BLOB PRIMARY KEY, waiting INTEGER NOT NULL, since INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE activity (person BLOB NOT NULL, began_at INTEGER NOT NULL, ended_at INTEGER NOT NULL, data TEXT NOT NULL, PRIMARY KEY (person, began_at)) WITHOUT ROWID;
CREATE INDEX activity_ended ON activity (ended_at);
CREATE TABLE person_now (person BLOB PRIMARY KEY, clock TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE missed_offer (position INTEGER PRIMARY KEY, at INTEGER NOT NULL, person BLOB NOT NULL, declined INTEGER NOT NULL);
CREATE INDEX missed_offer_at ON missed_offer (at);
CREATE TABLE person_queue (person BLOB NOT NULL, queue BLOB NOT NULL, PRIMARY KEY (person, queue)) WITHOUT ROWID;

CREATE TABLE customer (id BLOB PRIMARY KEY, first_seen_at INTEGER NOT NULL, name TEXT, erased_at INTEGER) WITHOUT ROWID;
CREATE TABLE identity (position INTEGER PRIMARY KEY, content BLOB NOT NULL, customer BLOB NOT NULL, kind TEXT NOT NULL, value TEXT, verified INTEGER NOT NULL, form TEXT);
CREATE INDEX identity_customer ON identity (customer);
CREATE INDEX identity_form ON identity (form, kind, customer) WHERE form IS NOT NULL;
CREATE TABLE customer_link (one BLOB NOT NULL, other BLOB NOT NULL, since INTEGER NOT NULL, PRIMARY KEY (one, other)) WITHOUT ROWID;
CREATE INDEX customer_link_other ON customer_link (other);
CREATE TABLE customer_apart (one BLOB NOT NULL, other BLOB NOT NULL, PRIMARY KEY (one, other)) WITHOUT ROWID;

CREATE TABLE alert (number INTEGER PRIMARY KEY, position INTEGER NOT NULL, is_open INTEGER NOT NULL, data TEXT NOT NULL);
CREATE INDEX alert_open ON alert (is_open) WHERE is_open = 1;

CREATE VIRTUAL TABLE said USING fts5 (text, tokenize = 'unicode61 remove_diacritics 2');
CREATE VIRTUAL TABLE known_as USING fts5 (value, tokenize = 'unicode61 remove_diacritics 2');
INSERT INTO said (said, rank) VALUES ('secure-delete', 1);
INSERT INTO known_as (known_as, rank) VALUES ('secure-delete', 1);
";

/// Opens the file for writing; one of another form, or one that knows more than the log, is dropped first.
pub fn open(path: &Path, log_head: Position) -> Result<Connection, ViewsError> {
    match open_as_is(path) {
        Ok(connection) if is_usable(&connection, log_head) => return Ok(connection),
        Ok(connection) => drop(connection),
        Err(ViewsError::Damaged(what)) => tracing::warn!(what, "the views are damaged and are made anew"),
        // A full or locked disk is no reason to throw good views away.
        Err(error) => return Err(error),
    }
    drop_file(path)?;
    let connection = open_as_is(path)?;
    connection.execute_batch(&format!("BEGIN IMMEDIATE; {TABLES} COMMIT; PRAGMA user_version = {VERSION};"))?;
    Ok(connection)
}

fn open_as_is(path: &Path) -> Result<Connection, ViewsError> {
    let connection = Connection::open(path)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; \
         PRAGMA cache_size = -24576; PRAGMA wal_autocheckpoint = 4000; PRAGMA busy_timeout = 5000;",
    )?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_CACHED);
    Ok(connection)
}

/// Opens the file for questions only.
pub fn open_reader(path: &Path) -> Result<Connection, ViewsError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.execute_batch(
        "PRAGMA query_only = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -4096; PRAGMA busy_timeout = 5000;",
    )?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_CACHED);
    Ok(connection)
}

fn is_usable(connection: &Connection, log_head: Position) -> bool {
    let version: Result<i64, _> = connection.query_row("PRAGMA user_version", [], |row| row.get(0));
    version == Ok(VERSION) && position(connection).is_ok_and(|position| position <= log_head)
}

/// The last fact that is in the views.
pub fn position(connection: &Connection) -> Result<Position, ViewsError> {
    let stored: Option<i64> = connection
        .prepare_cached("SELECT value FROM meta WHERE key = 'position'")?
        .query_row([], |row| row.get(0))
        .optional()?;
    Ok(Position(stored.unwrap_or(0).unsigned_abs()))
}

fn drop_file(path: &Path) -> Result<(), ViewsError> {
    for suffix in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        match std::fs::remove_file(PathBuf::from(name)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(ViewsError::Storage(error.to_string()));
            }
            _ => {}
        }
    }
    Ok(())
}
