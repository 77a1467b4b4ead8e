//! Reading, on a few connections of its own: readers never wait for the writer nor it for them.

use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, OptionalExtension as _, params};
use signalbox_model::content::Body;
use signalbox_model::event::{Event, Recorded};
use signalbox_model::id::{ContentId, ConversationId, CustomerId, Position};
use tokio::sync::Semaphore;

use crate::contract::{Entry, READ_EVENTS_MAX, ReadError, Stored, TRANSCRIPT_EVENTS_MAX, Transcript};
use crate::folder::Folder;
use crate::keyring::customer;
use crate::row::{CONTENT_COLUMNS, Decoder, EVENT_COLUMNS, RawContent, RawEvent};
use crate::vault::Vault;

/// Connections that read; more readers wait their turn.
const READERS_MAX: usize = 4;
/// Customers whom one identity finds.
const FOUND_CUSTOMERS_MAX: i64 = 100;

impl From<rusqlite::Error> for ReadError {
    fn from(error: rusqlite::Error) -> ReadError {
        ReadError::Storage(error.to_string())
    }
}

/// Connections to read with.
pub struct Pool {
    folder: Folder,
    idle: Mutex<Vec<Connection>>,
    turns: Semaphore,
}

impl Pool {
    /// Opens nothing yet.
    pub fn new(folder: Folder) -> Pool {
        Pool { folder, idle: Mutex::new(Vec::new()), turns: Semaphore::new(READERS_MAX) }
    }

    /// Runs `work` with a connection, where it may block.
    ///
    /// # Errors
    /// As `work` does; and when there is no connection to be had.
    pub async fn run<T, E>(
        self: &Arc<Self>,
        work: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<ReadError> + Send + 'static,
    {
        let Ok(_turn) = self.turns.acquire().await else { return Err(ReadError::Closed.into()) };
        let pool = self.clone();
        let done = tokio::task::spawn_blocking(move || {
            let idle = pool.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let conn = match idle {
                Some(conn) => conn,
                None => pool.folder.connect_reader().map_err(ReadError::from)?,
            };
            let result = work(&conn);
            pool.idle.lock().unwrap_or_else(PoisonError::into_inner).push(conn);
            result
        });
        done.await.unwrap_or_else(|_| Err(ReadError::Closed.into()))
    }

    /// Lets nobody read any more; connections in use are closed when they come back.
    pub fn close(&self) {
        self.turns.close();
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// Facts after `after`.
///
/// # Errors
/// When the database or a row cannot be read.
pub fn read(conn: &Connection, after: Position, limit: usize) -> Result<Vec<Recorded>, ReadError> {
    let limit = limit.min(READ_EVENTS_MAX);
    let sql = format!("SELECT {EVENT_COLUMNS} FROM event WHERE position > ?1 ORDER BY position LIMIT ?2");
    let mut statement = conn.prepare_cached(&sql)?;
    let after = i64::try_from(after.0).unwrap_or(i64::MAX);
    let mut rows = statement.query(params![after, limit as i64])?;
    let mut decoder = Decoder::default();
    let mut out = Vec::with_capacity(limit.min(1_024));
    while let Some(row) = rows.next()? {
        out.push(decoder.recorded(&RawEvent::of(row)?)?);
    }
    Ok(out)
}

/// One conversation with its words.
///
/// # Errors
/// When the database or a row cannot be read.
pub fn read_conversation(conn: &Connection, vault: &Vault, id: ConversationId) -> Result<Transcript, ReadError> {
    let sql = format!("SELECT {EVENT_COLUMNS} FROM event WHERE conversation = ?1 ORDER BY position LIMIT ?2");
    let mut statement = conn.prepare_cached(&sql)?;
    let mut rows = statement.query(params![id.uuid().as_bytes(), TRANSCRIPT_EVENTS_MAX as i64 + 1])?;
    let mut decoder = Decoder::default();
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        let recorded = decoder.recorded(&RawEvent::of(row)?)?;
        let content = match named_content(&recorded.event) {
            Some(id) => content(conn, vault, id)?.map(without_bytes),
            None => None,
        };
        entries.push(Entry { recorded, content });
    }
    let truncated = entries.len() > TRANSCRIPT_EVENTS_MAX;
    entries.truncate(TRANSCRIPT_EVENTS_MAX);
    Ok(Transcript { conversation: id, entries, truncated })
}

/// The content that an event brought or speaks of: what was asked to be said, and later was.
fn named_content(event: &Event) -> Option<ContentId> {
    match event {
        Event::ReplySent(sent) => Some(sent.content),
        Event::WhisperSent(sent) => Some(sent.content),
        other => other.content(),
    }
}

/// A conversation may hold hundreds of megabytes of files.
fn without_bytes(stored: Stored) -> Stored {
    match stored {
        Stored::Body(Body::File { name, media_type, .. }) => {
            Stored::Body(Body::File { name, media_type, bytes: Vec::new() })
        }
        other => other,
    }
}

/// One piece of content.
///
/// # Errors
/// When the database cannot be read.
pub fn content(conn: &Connection, vault: &Vault, id: ContentId) -> Result<Option<Stored>, ReadError> {
    let sql = format!("SELECT {CONTENT_COLUMNS} FROM content LEFT JOIN customer_key USING (customer) WHERE id = ?1");
    let mut statement = conn.prepare_cached(&sql)?;
    let stored = statement.query_row([id.uuid().as_bytes()], |row| Ok(RawContent::of(row, 0)?.stored(vault)));
    Ok(stored.optional()?)
}

/// The conversation in which a piece of content was said; none for an identity, or if there never was one of this id.
///
/// # Errors
/// When the database cannot be read.
pub fn conversation_of(conn: &Connection, id: ContentId) -> Result<Option<ConversationId>, ReadError> {
    let mut statement = conn.prepare_cached("SELECT conversation FROM content WHERE id = ?1")?;
    let blob: Option<Option<[u8; 16]>> = statement.query_row([id.uuid().as_bytes()], |row| row.get(0)).optional()?;
    Ok(blob.flatten().map(|blob| ConversationId::from_number(u128::from_be_bytes(blob))))
}

/// Customers with an identity of this digest.
///
/// # Errors
/// When the database cannot be read.
pub fn find_identity(conn: &Connection, digest: [u8; 32]) -> Result<Vec<CustomerId>, ReadError> {
    let mut statement =
        conn.prepare_cached("SELECT customer FROM identity WHERE digest = ?1 ORDER BY customer LIMIT ?2")?;
    let rows = statement.query_map(params![digest, FOUND_CUSTOMERS_MAX], |row| row.get(0).map(customer))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The sealed bytes of a secret.
///
/// # Errors
/// When the database cannot be read.
pub fn secret(conn: &Connection, kind: &str, key: &str) -> Result<Option<Vec<u8>>, ReadError> {
    let mut statement = conn.prepare_cached("SELECT sealed FROM secret WHERE kind = ?1 AND key = ?2")?;
    Ok(statement.query_row([kind, key], |row| row.get(0)).optional()?)
}

/// Names and sealed bytes of the secrets of a kind whose names start so.
///
/// # Errors
/// When the database cannot be read.
pub fn secrets(conn: &Connection, kind: &str, prefix: &str, limit: usize) -> Result<Vec<(String, Vec<u8>)>, ReadError> {
    let sql = "SELECT key, sealed FROM secret WHERE kind = ?1 AND key >= ?2 AND substr(key, 1, ?3) = ?2 ORDER BY key LIMIT ?4";
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map(params![kind, prefix, prefix.chars().count() as i64, limit as i64], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
