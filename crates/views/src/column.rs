//! How typed values stand in columns: ids as 16 bytes that sort as the ids do, words as on the wire, the rest as JSON.

use rusqlite::Row;
use serde::Serialize;
use serde::de::DeserializeOwned;
use signalbox_model::id::{ContentId, ConversationId, CustomerId, DispositionId, PersonId, QueueId};
use signalbox_model::time::{DurationMs, Timestamp};

use crate::error::ViewsError;

/// An id in a column.
pub type Blob = [u8; 16];

/// An id that stands in a column.
pub trait Key: Copy {
    /// Its bytes.
    fn blob(self) -> Blob;
    /// From its bytes.
    fn from_blob(blob: Blob) -> Self;
}

macro_rules! keys {
    ($($id:ident),*) => { $(
        impl Key for $id {
            fn blob(self) -> Blob {
                *self.uuid().as_bytes()
            }

            fn from_blob(blob: Blob) -> Self {
                $id::from_number(u128::from_be_bytes(blob))
            }
        }
    )* };
}
keys!(ConversationId, CustomerId, PersonId, QueueId, DispositionId, ContentId);

/// An id, or no bytes where a column is part of a primary key and so cannot be null.
pub fn key_or_none<K: Key>(key: Option<K>) -> Vec<u8> {
    key.map_or_else(Vec::new, |key| key.blob().to_vec())
}

/// An id, null or no bytes.
pub fn optional<K: Key>(row: &Row, index: usize) -> Result<Option<K>, rusqlite::Error> {
    let bytes: Option<Vec<u8>> = row.get(index)?;
    Ok(bytes.and_then(|bytes| Blob::try_from(bytes.as_slice()).ok()).map(K::from_blob))
}

/// An id.
pub fn key<K: Key>(row: &Row, index: usize) -> Result<K, rusqlite::Error> {
    row.get::<_, Blob>(index).map(K::from_blob)
}

/// An instant.
pub fn instant(row: &Row, index: usize) -> Result<Timestamp, rusqlite::Error> {
    row.get(index).map(Timestamp)
}

/// An instant or none.
pub fn instant_or_none(row: &Row, index: usize) -> Result<Option<Timestamp>, rusqlite::Error> {
    Ok(row.get::<_, Option<i64>>(index)?.map(Timestamp))
}

/// A length of time.
pub fn length(row: &Row, index: usize) -> Result<DurationMs, rusqlite::Error> {
    Ok(DurationMs(row.get::<_, i64>(index)?.unsigned_abs()))
}

/// A length of time or none.
pub fn length_or_none(row: &Row, index: usize) -> Result<Option<DurationMs>, rusqlite::Error> {
    Ok(row.get::<_, Option<i64>>(index)?.map(|ms| DurationMs(ms.unsigned_abs())))
}

/// A length of time on its way into a column.
pub fn ms(length: DurationMs) -> i64 {
    i64::try_from(length.0).unwrap_or(i64::MAX)
}

/// A count on its way into a column.
pub fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A value as JSON.
pub fn json<T: Serialize>(value: &T) -> Result<String, ViewsError> {
    serde_json::to_string(value).map_err(ViewsError::from)
}

/// A value from JSON.
pub fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, ViewsError> {
    serde_json::from_str(text).map_err(ViewsError::from)
}

/// A unit variant from its word on the wire.
pub fn from_word<T: DeserializeOwned>(word: &str) -> Result<T, ViewsError> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).map_err(ViewsError::from)
}

/// The word on the wire of a unit variant.
pub fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}
