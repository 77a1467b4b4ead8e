//! Who a visitor is, signed by the page: the site knows who is signed in with it, and says so with a secret that only it
//! and we have.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use signalbox_engine::directory::Directory;
use signalbox_eventlog::{Log, SecretError};
use signalbox_model::id::TokenId;
use signalbox_model::setup::people::{Token, TokenScope};
use signalbox_model::time::{DurationMs, Timestamp};

/// The kind under which signing secrets are kept beside the log, sealed.
const KIND: &str = "chat_identity";
/// Secrets that are tried: one in use, one that is being replaced, and some room.
const SECRETS_TRIED_MAX: usize = 8;
/// How far ahead a signature may end: one that leaks must not be good for ever.
const AHEAD_MAX: DurationMs = DurationMs::seconds(30 * 24 * 3_600);

/// What a page says of its visitor.
#[derive(Clone, Copy, Debug)]
pub struct Statement<'a> {
    /// Their number or name with the site.
    pub external: Option<&'a str>,
    /// Their mail address, if the site checked it.
    pub email: Option<&'a str>,
    /// Until when it holds.
    pub until: Timestamp,
}

/// Why a statement counts for nothing.
#[derive(Debug, thiserror::Error)]
pub enum ProofError {
    /// Nobody is named.
    #[error("names nobody: sign `external`, `email` or both")]
    Nobody,
    /// Too old.
    #[error("has ended: the page must sign anew, with a later `until`")]
    Over,
    /// Too far ahead.
    #[error("ends more than 30 days from now: choose an earlier `until`")]
    TooFarAhead,
    /// Not signed with a secret that holds.
    #[error("does not fit: sign the four lines of docs/webchat.md with the secret of a token of scope `identify`")]
    DoesNotFit,
    /// The store of secrets failed.
    #[error(transparent)]
    Secret(#[from] SecretError),
}

/// The text that is signed.
pub fn message(statement: &Statement) -> String {
    let (external, email) = (statement.external.unwrap_or_default(), statement.email.unwrap_or_default());
    format!("signalbox-chat-1\n{external}\n{email}\n{}", statement.until.0)
}

/// Whether this is the signature of this message: HMAC-SHA256, in hexadecimal digits.
pub fn fits(secret: &str, message: &str, signature: &str) -> bool {
    let Some(signature) = from_hex(signature) else { return false };
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return false };
    mac.update(message.as_bytes());
    mac.verify_slice(&signature).is_ok()
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    let bytes = text.as_bytes();
    if bytes.len() != 64 || !bytes.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let mut found = [0; 32];
    for (place, pair) in found.iter_mut().zip(bytes.chunks_exact(2)) {
        *place = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(found)
}

/// Keeps the secret of a token that signs.
///
/// # Errors
/// When it cannot be kept.
pub async fn keep(log: &Log, token: TokenId, secret: &str) -> Result<(), SecretError> {
    log.secret_put(KIND, &token.to_string(), secret.as_bytes()).await
}

/// Tokens whose secrets sign now, the newest first: ids grow with time.
pub fn signers(directory: &Directory, now: Timestamp) -> Vec<TokenId> {
    let holds = |token: &Token| !token.revoked && token.expires_at.is_none_or(|end| end > now);
    let tokens = directory.tokens.values().rev();
    let signers = tokens.filter(|token| token.scopes.contains(&TokenScope::Identify) && holds(token));
    signers.map(|token| token.id).take(SECRETS_TRIED_MAX).collect()
}

/// Checks what a page says, against the tokens of [`signers`].
///
/// # Errors
/// When it counts for nothing, and why.
pub async fn check(
    log: &Log,
    signers: &[TokenId],
    now: Timestamp,
    statement: &Statement<'_>,
    signature: &str,
) -> Result<(), ProofError> {
    if statement.external.is_none() && statement.email.is_none() {
        return Err(ProofError::Nobody);
    }
    if statement.until <= now {
        return Err(ProofError::Over);
    }
    if statement.until.since(now) > AHEAD_MAX {
        return Err(ProofError::TooFarAhead);
    }
    let message = message(statement);
    for token in signers {
        let secret = log.secret_get(KIND, &token.to_string()).await?;
        if secret.and_then(|secret| String::from_utf8(secret).ok()).is_some_and(|one| fits(&one, &message, signature)) {
            return Ok(());
        }
    }
    Err(ProofError::DoesNotFit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_fits_its_message_and_secret_only() {
        let said = Statement { external: Some("C-9"), email: None, until: Timestamp(1_795_253_400_000) };
        let message = message(&said);
        assert_eq!(message, "signalbox-chat-1\nC-9\n\n1795253400000");
        // Computed with `printf '…' | openssl dgst -sha256 -hmac sbx_example`.
        let signature = "4819a5296e9afcb56f152f18675067edad2871f1a34e56337c5453da74db727a";
        assert!(fits("sbx_example", &message, signature));
        assert!(fits("sbx_example", &message, &signature.to_uppercase()));
        assert!(!fits("sbx_other", &message, signature));
        assert!(!fits("sbx_example", &message.replace("C-9", "C-8"), signature));
        for broken in ["", "abc", &signature[1..], &"g".repeat(64)] {
            assert!(!fits("sbx_example", &message, broken));
        }
    }
}
