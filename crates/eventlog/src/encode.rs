//! From a batch to bytes. All of this happens on the caller's side, so that the one writer only hashes and inserts.

use std::collections::HashMap;
use std::sync::Arc;

use signalbox_model::contact::Actor;
use signalbox_model::content::Content;
use signalbox_model::event::{Event, NewEvent};
use signalbox_model::id::{CommandId, ConversationId, CustomerId};
use signalbox_model::limits::{ATTACHMENT_BYTES_MAX, BATCH_EVENTS_MAX};

use crate::chain::{Hash, content_digest};
use crate::contract::{AppendError, BATCH_BYTES_MAX, Batch, EVENT_BYTES_MAX, Guard};
use crate::keyring::HeldKey;
use crate::vault::{Place, Sealed, Vault, body_bytes, seal_body};

/// Bytes that one piece of content may have: an attachment, its name and its type.
const CONTENT_BYTES_MAX: usize = ATTACHMENT_BYTES_MAX + 4 * 1024;

/// A batch, ready to be hashed and inserted.
pub struct Prepared {
    /// When, by the caller's clock.
    pub at: i64,
    /// Who, as JSON.
    pub actor: String,
    /// The command that brings it.
    pub command: Option<CommandId>,
    /// The facts.
    pub events: Vec<PreparedEvent>,
    /// Bytes of events and contents.
    pub bytes: u64,
}

/// A fact, ready to be hashed and inserted.
pub struct PreparedEvent {
    /// Its name on the wire.
    pub kind: &'static str,
    /// What it is about.
    pub conversation: Option<ConversationId>,
    /// When it happened, if that was told.
    pub occurred_at: Option<i64>,
    /// The fact that it follows from.
    pub cause: Option<u64>,
    /// What happened, as JSON.
    pub json: String,
    /// What comes with it.
    pub content: Option<PreparedContent>,
}

/// Content, encrypted.
pub struct PreparedContent {
    /// Where it belongs.
    pub place: Place,
    /// The words under the customer's key.
    pub sealed: Sealed,
    /// Over its stored form.
    pub digest: Hash,
    /// By which it is found again.
    pub lookup: Option<Hash>,
    /// The customer's key, if it is not on disk yet.
    pub new_key: Option<Arc<[u8]>>,
}

/// Refuses what is malformed or too large, before any work is done for it.
///
/// # Errors
/// Names the limit, or the event that does not fit its content.
pub fn check(batch: &Batch, guard: &Guard) -> Result<(), AppendError> {
    if batch.events.is_empty() && *guard == Guard::Anyone {
        return Err(AppendError::Empty);
    }
    if batch.events.len() > BATCH_EVENTS_MAX {
        return Err(AppendError::TooManyEvents { have: batch.events.len(), max: BATCH_EVENTS_MAX });
    }
    let mut total = 0;
    for (index, event) in batch.events.iter().enumerate() {
        let (named, brought) = (event.event.content(), event.content.as_ref().map(|content| content.id));
        if named != brought {
            return Err(AppendError::ContentMismatch { index, named, brought });
        }
        let have = event.content.as_ref().map_or(0, |content| body_bytes(&content.body));
        within("a content", have, CONTENT_BYTES_MAX)?;
        total += have;
    }
    within("the batch", total, BATCH_BYTES_MAX)
}

fn within(what: &'static str, have: usize, max: usize) -> Result<(), AppendError> {
    if have <= max { Ok(()) } else { Err(AppendError::TooManyBytes { what, have, max }) }
}

/// Customers whose words a batch brings, each once.
pub fn customers(batch: &Batch) -> Vec<CustomerId> {
    let mut out: Vec<_> = batch.events.iter().filter_map(|event| event.content.as_ref().map(|c| c.customer)).collect();
    out.sort_unstable();
    out.dedup();
    out
}

/// Bytes of content that a batch brings.
pub fn content_bytes(batch: &Batch) -> u64 {
    batch.events.iter().filter_map(|event| event.content.as_ref()).map(|content| body_bytes(&content.body) as u64).sum()
}

/// Who, as it is hashed and stored.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn actor_json(actor: &Actor) -> Result<String, AppendError> {
    serde_json::to_string(actor).map_err(unwritable)
}

/// Serialises and encrypts. `keys` are those of the customers that [`customers`] named.
///
/// # Errors
/// When an event is too large or does not read back.
pub fn prepare(batch: &Batch, vault: &Vault, keys: &HashMap<CustomerId, HeldKey>) -> Result<Prepared, AppendError> {
    let mut bytes = 0;
    let mut events = Vec::with_capacity(batch.events.len());
    for event in &batch.events {
        let content = event.content.as_ref();
        let content = content.map(|content| prepare_content(content, vault, keys[&content.customer].clone()));
        bytes += content.as_ref().map_or(0, |content| content.sealed.ciphertext.len());
        let json = to_json(&event.event)?;
        bytes += json.len();
        events.push(prepare_event(event, json, content));
    }
    within("the batch", bytes, BATCH_BYTES_MAX * 2)?;
    let actor = actor_json(&batch.actor)?;
    Ok(Prepared { at: batch.at.millis(), actor, command: batch.command, events, bytes: bytes as u64 })
}

/// An event as JSON, as it is hashed and stored. An event that does not read back would stop every reader for ever: it is refused.
fn to_json(event: &Event) -> Result<String, AppendError> {
    let json = serde_json::to_string(event).map_err(unwritable)?;
    within("an event", json.len(), EVENT_BYTES_MAX)?;
    serde_json::from_str::<Event>(&json).map_err(|_| AppendError::DoesNotReadBack(event.name()))?;
    Ok(json)
}

fn unwritable(error: serde_json::Error) -> AppendError {
    AppendError::Storage(format!("an event cannot be written as JSON: {error}"))
}

fn prepare_event(event: &NewEvent, json: String, content: Option<PreparedContent>) -> PreparedEvent {
    PreparedEvent {
        kind: event.event.name(),
        conversation: event.event.conversation(),
        occurred_at: event.occurred_at.map(|at| at.millis()),
        cause: event.cause.map(|position| position.0),
        json,
        content,
    }
}

fn prepare_content(content: &Content, vault: &Vault, held: HeldKey) -> PreparedContent {
    let place = Place { content: content.id, customer: content.customer, conversation: content.conversation };
    let sealed = seal_body(&held.key, place, &content.body);
    PreparedContent {
        place,
        digest: content_digest(content.id, &sealed.nonce, &sealed.ciphertext),
        sealed,
        lookup: content.lookup.as_deref().map(|value| vault.lookup(value)),
        new_key: (!held.is_durable).then_some(held.sealed),
    }
}
