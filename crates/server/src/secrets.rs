//! Random tokens, their digests, and passwords.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::Rng as _;
use sha2::{Digest, Sha256};
use signalbox_model::id::CommandId;
use uuid::Uuid;

/// Characters that a password must have at least.
pub const PASSWORD_CHARS_MIN: usize = 10;
/// Bytes of a password at most: hashing is work that a stranger can ask for.
pub const PASSWORD_BYTES_MAX: usize = 256;

/// Chance of the operating system's kind: what is made of it must not be guessed, so no seed will do.
#[allow(clippy::disallowed_methods, reason = "secrets are the one thing that must not be repeatable")]
fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0u8; N];
    rand::rng().fill_bytes(&mut bytes);
    bytes
}

/// A secret of 256 random bits, as text that fits in headers and addresses.
pub fn random_token() -> String {
    URL_SAFE_NO_PAD.encode(random_bytes::<32>())
}

/// The digest under which a token is kept; the token itself is kept nowhere.
pub fn digest(token: &str) -> String {
    Sha256::digest(token.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A password that a person can copy from a terminal: 80 random bits.
pub fn random_password() -> String {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz234567899";
    let bytes = random_bytes::<16>();
    let letters = bytes.iter().map(|byte| LETTERS[usize::from(byte & 31)] as char);
    letters
        .enumerate()
        .flat_map(|(index, letter)| (index > 0 && index % 4 == 0).then_some('-').into_iter().chain([letter]))
        .collect()
}

/// Why a password was not hashed.
#[derive(Debug, thiserror::Error)]
#[error("the password could not be hashed: {0}")]
pub struct HashError(String);

/// Hashes a password (argon2id). Slow on purpose: call it where blocking is allowed.
///
/// # Errors
/// When the algorithm refuses its parameters or there is no memory.
pub fn hash_password(password: &str) -> Result<String, HashError> {
    Argon2::default()
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| HashError(error.to_string()))
}

/// Whether this is the password. Slow on purpose: call it where blocking is allowed.
pub fn password_fits(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

/// The same command id for the same parts, another one for others.
pub fn command_id(parts: &[&str]) -> CommandId {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    let digest = hasher.finalize();
    let mut bytes = [0u8; 16];
    bytes.copy_from_slice(&digest[..16]);
    CommandId::new(Uuid::from_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_fits_its_own_hash_only() {
        let hash = hash_password("correct horse").unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(password_fits("correct horse", &hash));
        assert!(!password_fits("correct hors", &hash));
        assert!(!password_fits("correct horse", "not a hash"));
    }

    #[test]
    fn tokens_differ_and_their_digest_does_not_show_them() {
        let (one, two) = (random_token(), random_token());
        assert_ne!(one, two);
        assert_eq!(digest(&one).len(), 64);
        assert!(!digest(&one).contains(&one));
    }
}
