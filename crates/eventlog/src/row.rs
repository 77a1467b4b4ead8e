//! From a row to a fact.

use rusqlite::Row;
use rusqlite::types::ValueRef;
use signalbox_model::contact::Actor;
use signalbox_model::content::Body;
use signalbox_model::event::{Event, Recorded};
use signalbox_model::id::{CommandId, ContentId, ConversationId, Position};
use signalbox_model::time::Timestamp;

use crate::contract::{ReadError, Stored};
use crate::keyring::customer;
use crate::vault::{DoesNotOpen, NONCE_BYTES, Place, Vault, open_body};

/// The columns that [`RawEvent::of`] expects.
pub const EVENT_COLUMNS: &str =
    "position, at, occurred_at, actor, command, cause, kind, conversation, event, content_digest, hash";

/// A row of `event`, as it is stored.
pub struct RawEvent<'a> {
    /// Its place.
    pub position: u64,
    /// When it was recorded.
    pub at: i64,
    /// When it happened, if that was told.
    pub occurred_at: Option<i64>,
    /// Who caused it, as JSON.
    pub actor: &'a [u8],
    /// The command that brought it.
    pub command: Option<&'a [u8]>,
    /// The fact that it follows from.
    pub cause: Option<u64>,
    /// Its name on the wire.
    pub kind: &'a [u8],
    /// What it is about.
    pub conversation: Option<&'a [u8]>,
    /// What happened, as JSON.
    pub event: &'a [u8],
    /// The digest of its content.
    pub content_digest: Option<&'a [u8]>,
    /// Its hash.
    pub hash: &'a [u8],
}

fn bytes<'a>(row: &'a Row<'_>, column: usize) -> rusqlite::Result<&'a [u8]> {
    Ok(optional_bytes(row, column)?.unwrap_or_default())
}

fn optional_bytes<'a>(row: &'a Row<'_>, column: usize) -> rusqlite::Result<Option<&'a [u8]>> {
    Ok(match row.get_ref(column)? {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Some(bytes),
        _ => None,
    })
}

impl<'a> RawEvent<'a> {
    /// Reads the columns; trusts nothing about what is in them.
    ///
    /// # Errors
    /// When a column has another type.
    pub fn of(row: &'a Row<'_>) -> rusqlite::Result<RawEvent<'a>> {
        Ok(RawEvent {
            position: row.get::<_, i64>(0)? as u64,
            at: row.get(1)?,
            occurred_at: row.get(2)?,
            actor: bytes(row, 3)?,
            command: optional_bytes(row, 4)?,
            cause: row.get::<_, Option<i64>>(5)?.map(|cause| cause as u64),
            kind: bytes(row, 6)?,
            conversation: optional_bytes(row, 7)?,
            event: bytes(row, 8)?,
            content_digest: optional_bytes(row, 9)?,
            hash: bytes(row, 10)?,
        })
    }
}

/// Turns rows into facts; remembers the last actor, who is mostly the next one too.
#[derive(Default)]
pub struct Decoder {
    actor: Option<(Vec<u8>, Actor)>,
}

impl Decoder {
    /// A row as a fact.
    ///
    /// # Errors
    /// Says which event cannot be read, and whether a newer version wrote it.
    pub fn recorded(&mut self, raw: &RawEvent<'_>) -> Result<Recorded, ReadError> {
        let position = Position(raw.position);
        let damaged = |what| ReadError::Damaged { position, what };
        let command = match raw.command {
            Some(id) => Some(CommandId::from_number(number(id).ok_or(damaged("its command"))?)),
            None => None,
        };
        Ok(Recorded {
            position,
            at: Timestamp(raw.at),
            occurred_at: raw.occurred_at.map(Timestamp),
            actor: self.actor(raw.actor).ok_or(damaged("its actor"))?,
            command,
            cause: raw.cause.map(Position),
            event: event(raw)?,
        })
    }

    fn actor(&mut self, json: &[u8]) -> Option<Actor> {
        if let Some((last, actor)) = &self.actor
            && last == json
        {
            return Some(actor.clone());
        }
        let actor: Actor = serde_json::from_slice(json).ok()?;
        self.actor = Some((json.to_vec(), actor.clone()));
        Some(actor)
    }
}

fn event(raw: &RawEvent<'_>) -> Result<Event, ReadError> {
    serde_json::from_slice(raw.event).map_err(|_| {
        let position = Position(raw.position);
        let is_known = Event::NAMES.iter().any(|(name, _)| name.as_bytes() == raw.kind);
        match std::str::from_utf8(raw.kind) {
            Ok(kind) if !is_known => ReadError::Newer { position, kind: kind.to_owned() },
            _ => ReadError::Damaged { position, what: "its JSON" },
        }
    })
}

/// The number in the bytes of an id.
pub fn number(bytes: &[u8]) -> Option<u128> {
    bytes.try_into().ok().map(u128::from_be_bytes)
}

/// The columns that [`RawContent::of`] expects, from `content` with its customer's key.
pub const CONTENT_COLUMNS: &str =
    "content.id, content.customer, content.conversation, content.nonce, content.ciphertext, customer_key.sealed";

/// A row of `content` and the key that belongs to it, as they are stored.
pub struct RawContent<'a> {
    /// Where it belongs.
    pub place: Place,
    /// None once it was erased.
    pub nonce: Option<&'a [u8]>,
    /// None once it was erased.
    pub ciphertext: Option<&'a [u8]>,
    /// The customer's key.
    pub sealed_key: Option<&'a [u8]>,
}

impl<'a> RawContent<'a> {
    /// Reads the columns from `first` on.
    ///
    /// # Errors
    /// When a column has another type or length.
    pub fn of(row: &'a Row<'_>, first: usize) -> rusqlite::Result<RawContent<'a>> {
        let place = Place {
            content: ContentId::from_number(u128::from_be_bytes(row.get(first)?)),
            customer: customer(row.get(first + 1)?),
            conversation: row
                .get::<_, Option<[u8; 16]>>(first + 2)?
                .map(|bytes| ConversationId::from_number(u128::from_be_bytes(bytes))),
        };
        Ok(RawContent {
            place,
            nonce: optional_bytes(row, first + 3)?,
            ciphertext: optional_bytes(row, first + 4)?,
            sealed_key: optional_bytes(row, first + 5)?,
        })
    }

    /// Decrypts it.
    pub fn stored(&self, vault: &Vault) -> Stored {
        match (self.nonce, self.ciphertext) {
            (Some(nonce), Some(ciphertext)) => {
                self.body(vault, nonce, ciphertext).map_or(Stored::Damaged, Stored::Body)
            }
            _ => Stored::Erased,
        }
    }

    fn body(&self, vault: &Vault, nonce: &[u8], ciphertext: &[u8]) -> Result<Body, DoesNotOpen> {
        let nonce: &[u8; NONCE_BYTES] = nonce.try_into().map_err(|_| DoesNotOpen)?;
        let key = vault.open_key(self.place.customer, self.sealed_key.ok_or(DoesNotOpen)?)?;
        open_body(&key, self.place, nonce, ciphertext)
    }
}
