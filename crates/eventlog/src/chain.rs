//! The chain: each fact carries a hash over itself and the hash of the fact before.
//!
//! Every field stands with its length, so that no two facts are the same bytes. Content counts by its digest alone: erased, it leaves
//! the chain valid and a digest that nothing answers to.

use sha2::{Digest, Sha256};
use signalbox_model::id::ContentId;

/// SHA-256.
pub type Hash = [u8; 32];

/// The hash before the first fact.
pub const GENESIS: Hash = [0; 32];

/// The fields of a fact, as they are stored.
#[derive(Clone, Copy)]
pub struct Link<'a> {
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
    /// What happened, as JSON.
    pub event: &'a [u8],
    /// The digest of its content.
    pub content: Option<&'a [u8]>,
}

/// Absent fields have this length, which no present one can have.
const ABSENT: u64 = u64::MAX;

fn field(hasher: &mut Sha256, bytes: Option<&[u8]>) {
    hasher.update(bytes.map_or(ABSENT, |b| b.len() as u64).to_be_bytes());
    hasher.update(bytes.unwrap_or_default());
}

/// The hash of a fact that follows `previous`.
pub fn hash(previous: &Hash, link: &Link<'_>) -> Hash {
    let mut hasher = Sha256::new();
    field(&mut hasher, Some(previous));
    field(&mut hasher, Some(&link.position.to_be_bytes()));
    field(&mut hasher, Some(&link.at.to_be_bytes()));
    field(&mut hasher, link.occurred_at.map(i64::to_be_bytes).as_ref().map(|b| &b[..]));
    field(&mut hasher, Some(link.actor));
    field(&mut hasher, link.command);
    field(&mut hasher, link.cause.map(u64::to_be_bytes).as_ref().map(|b| &b[..]));
    field(&mut hasher, Some(link.event));
    field(&mut hasher, link.content);
    hasher.finalize().into()
}

/// The digest of content as it is stored.
pub fn content_digest(id: ContentId, nonce: &[u8], ciphertext: &[u8]) -> Hash {
    let mut hasher = Sha256::new();
    field(&mut hasher, Some(id.uuid().as_bytes()));
    field(&mut hasher, Some(nonce));
    field(&mut hasher, Some(ciphertext));
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: Link<'static> = Link {
        position: 1,
        at: 2,
        occurred_at: Some(3),
        actor: b"{}",
        command: Some(&[4; 16]),
        cause: Some(5),
        event: b"{\"type\":\"x\"}",
        content: Some(&[6; 32]),
    };

    #[test]
    fn every_field_changes_the_hash() {
        let base = hash(&GENESIS, &LINK);
        let others = [
            hash(&[1; 32], &LINK),
            hash(&GENESIS, &Link { position: 2, ..LINK }),
            hash(&GENESIS, &Link { at: 3, ..LINK }),
            hash(&GENESIS, &Link { occurred_at: None, ..LINK }),
            hash(&GENESIS, &Link { actor: b"{", ..LINK }),
            hash(&GENESIS, &Link { command: None, ..LINK }),
            hash(&GENESIS, &Link { cause: None, ..LINK }),
            hash(&GENESIS, &Link { event: b"{}", ..LINK }),
            hash(&GENESIS, &Link { content: None, ..LINK }),
        ];
        assert!(others.iter().all(|other| *other != base));
    }

    #[test]
    fn a_byte_cannot_wander_from_one_field_to_the_next() {
        let left = Link { actor: b"ab", command: Some(b"c"), ..LINK };
        let right = Link { actor: b"a", command: Some(b"bc"), ..LINK };
        assert_ne!(hash(&GENESIS, &left), hash(&GENESIS, &right));
        let absent = Link { command: None, ..LINK };
        let empty = Link { command: Some(b""), ..LINK };
        assert_ne!(hash(&GENESIS, &absent), hash(&GENESIS, &empty));
    }
}
