//! A visitor's session: a random token in their browser, its digest here, and which customer and conversation it stands for.

use serde::{Deserialize, Serialize};
use signalbox_eventlog::{Log, SecretError};
use signalbox_model::id::{ConversationId, CustomerId};

use crate::secrets::{digest, random_token};

/// The kind under which sessions are kept beside the log.
const KIND: &str = "chat";
/// Longer tokens are not looked up.
const TOKEN_BYTES_MAX: usize = 128;

/// Why a session could not be read or kept.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The store of secrets failed.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// It could not be written as JSON.
    #[error("the chat session could not be written")]
    Form(#[from] serde_json::Error),
}

/// Which customer and conversation a visitor is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// The customer.
    pub customer: CustomerId,
    /// Their present or last conversation.
    pub conversation: ConversationId,
    /// Whether they proved who they are: then another proof is another person, and not the same one who signed in later.
    #[serde(default)]
    pub proved: bool,
}

/// Somebody who showed a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visitor {
    /// The digest of their token.
    pub key: String,
    /// Who they are.
    pub visit: Visit,
}

/// Makes a token and keeps what it stands for.
///
/// # Errors
/// When it cannot be kept.
pub async fn begin(log: &Log, visit: Visit) -> Result<(String, Visitor), SessionError> {
    let token = random_token();
    let visitor = Visitor { key: digest(&token), visit };
    keep(log, &visitor).await?;
    Ok((token, visitor))
}

/// Keeps what a token stands for now.
///
/// # Errors
/// When it cannot be kept.
pub async fn keep(log: &Log, visitor: &Visitor) -> Result<(), SessionError> {
    log.secret_put(KIND, &visitor.key, &serde_json::to_vec(&visitor.visit)?).await?;
    Ok(())
}

/// Who showed this token.
///
/// # Errors
/// When the store of secrets fails.
pub async fn find(log: &Log, token: &str) -> Result<Option<Visitor>, SessionError> {
    if token.is_empty() || token.len() > TOKEN_BYTES_MAX {
        return Ok(None);
    }
    let key = digest(token);
    let stored = log.secret_get(KIND, &key).await?;
    Ok(stored.and_then(|value| serde_json::from_slice(&value).ok()).map(|visit| Visitor { key, visit }))
}
