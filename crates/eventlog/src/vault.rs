//! Keys and what is done with them: customers' words, their keys, secrets, and the digests by which equal values are found.
//!
//! The store key never encrypts anything itself: one key is derived from it for each purpose.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use rand::{TryRng, rngs::SysRng};
use sha2::Sha256;
use signalbox_model::content::Body;
use signalbox_model::id::{ContentId, ConversationId, CustomerId};

/// Bytes of every key.
pub const KEY_BYTES: usize = 32;
/// Bytes of every nonce.
pub const NONCE_BYTES: usize = 24;
/// Bytes of a customer's key once it is sealed.
pub const SEALED_KEY_BYTES: usize = NONCE_BYTES + KEY_BYTES + 16;

/// A text that is not a store key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a store key: it must be 32 bytes in base64, as `head -c 32 /dev/urandom | base64` prints them")]
pub struct StoreKeyError;

/// Bytes that the key does not open: another key, or they were changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DoesNotOpen;

/// The key that protects all others.
#[derive(Clone, PartialEq, Eq)]
pub struct StoreKey([u8; KEY_BYTES]);

impl StoreKey {
    /// Reads a key from base64, blanks around it aside.
    ///
    /// # Errors
    /// When it is not 32 bytes in base64.
    pub fn from_base64(text: &str) -> Result<StoreKey, StoreKeyError> {
        let bytes = STANDARD.decode(text.trim()).map_err(|_| StoreKeyError)?;
        bytes.try_into().map(StoreKey).map_err(|_| StoreKeyError)
    }

    /// As base64, for the file that holds it.
    pub(crate) fn to_base64(&self) -> String {
        STANDARD.encode(self.0)
    }

    /// A new one.
    pub(crate) fn random() -> StoreKey {
        StoreKey(random_bytes())
    }
}

impl fmt::Debug for StoreKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoreKey")
    }
}

/// One customer's key.
#[derive(Clone)]
pub struct CustomerKey([u8; KEY_BYTES]);

impl CustomerKey {
    /// A new one.
    pub fn random() -> CustomerKey {
        CustomerKey(random_bytes())
    }
}

/// Random bytes of the operating system. It cannot run without them.
fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    SysRng.try_fill_bytes(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// What the store key opens.
pub struct Vault {
    keys: XChaCha20Poly1305,
    secrets: XChaCha20Poly1305,
    lookup: [u8; KEY_BYTES],
    anchor: [u8; KEY_BYTES],
    check: [u8; KEY_BYTES],
}

/// Content under its customer's key.
pub struct Sealed {
    /// Never used twice.
    pub nonce: [u8; NONCE_BYTES],
    /// What it became.
    pub ciphertext: Vec<u8>,
}

/// What binds content to its place: moved elsewhere, it does not open.
#[derive(Clone, Copy)]
pub struct Place {
    /// Its id.
    pub content: ContentId,
    /// Whose it is.
    pub customer: CustomerId,
    /// Where it was said.
    pub conversation: Option<ConversationId>,
}

impl Place {
    fn bytes(&self) -> Vec<u8> {
        let mut out = b"content".to_vec();
        out.extend(self.content.uuid().as_bytes());
        out.extend(self.customer.uuid().as_bytes());
        if let Some(conversation) = self.conversation {
            out.extend(conversation.uuid().as_bytes());
        }
        out
    }
}

impl Vault {
    /// Derives what is needed from the store key.
    pub fn new(store: &StoreKey) -> Vault {
        let derive = |purpose: &str| keyed_digest(&store.0, purpose.as_bytes());
        Vault {
            keys: XChaCha20Poly1305::new(&derive("signalbox customer keys").into()),
            secrets: XChaCha20Poly1305::new(&derive("signalbox secrets").into()),
            lookup: derive("signalbox identity lookup"),
            anchor: derive("signalbox chain anchor"),
            check: derive("signalbox store key check"),
        }
    }

    /// Tells one store key from another without telling the key.
    pub fn check(&self) -> [u8; KEY_BYTES] {
        keyed_digest(&self.check, b"")
    }

    /// Vouches for the end of the chain: nobody without the store key can write another one.
    pub fn anchor(&self, position: u64, hash: &[u8; 32]) -> [u8; KEY_BYTES] {
        let mut message = position.to_be_bytes().to_vec();
        message.extend(hash);
        keyed_digest(&self.anchor, &message)
    }

    /// By which an identity is found again.
    pub fn lookup(&self, value: &str) -> [u8; KEY_BYTES] {
        keyed_digest(&self.lookup, value.as_bytes())
    }

    /// Seals a customer's key.
    pub fn seal_key(&self, customer: CustomerId, key: &CustomerKey) -> Vec<u8> {
        seal(&self.keys, customer.uuid().as_bytes(), &key.0)
    }

    /// Opens a customer's key.
    ///
    /// # Errors
    /// When it was sealed for another customer or store, or changed.
    pub fn open_key(&self, customer: CustomerId, sealed: &[u8]) -> Result<CustomerKey, DoesNotOpen> {
        let bytes = open(&self.keys, customer.uuid().as_bytes(), sealed)?;
        bytes.try_into().map(CustomerKey).map_err(|_| DoesNotOpen)
    }

    /// Seals a secret.
    pub fn seal_secret(&self, kind: &str, key: &str, value: &[u8]) -> Vec<u8> {
        seal(&self.secrets, &secret_name(kind, key), value)
    }

    /// Opens a secret.
    ///
    /// # Errors
    /// When it was sealed under another name or store, or changed.
    pub fn open_secret(&self, kind: &str, key: &str, sealed: &[u8]) -> Result<Vec<u8>, DoesNotOpen> {
        open(&self.secrets, &secret_name(kind, key), sealed)
    }
}

fn secret_name(kind: &str, key: &str) -> Vec<u8> {
    format!("{}:{kind}{key}", kind.len()).into_bytes()
}

fn keyed_digest(key: &[u8; KEY_BYTES], message: &[u8]) -> [u8; 32] {
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key).expect("any length of key will do");
    mac.update(message);
    mac.finalize().into_bytes().into()
}

fn seal(cipher: &XChaCha20Poly1305, aad: &[u8], plain: &[u8]) -> Vec<u8> {
    let nonce: [u8; NONCE_BYTES] = random_bytes();
    let mut out = nonce.to_vec();
    out.extend(encrypt(cipher, &nonce, aad, plain));
    out
}

fn open(cipher: &XChaCha20Poly1305, aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, DoesNotOpen> {
    let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or(DoesNotOpen)?;
    decrypt(cipher, nonce, aad, ciphertext)
}

fn encrypt(cipher: &XChaCha20Poly1305, nonce: &[u8; NONCE_BYTES], aad: &[u8], msg: &[u8]) -> Vec<u8> {
    // The only failure is a message of more than 256 GB, which no batch can hold.
    cipher.encrypt(&XNonce::from(*nonce), Payload { msg, aad }).expect("a batch is far below the cipher's limit")
}

fn decrypt(
    cipher: &XChaCha20Poly1305,
    nonce: &[u8; NONCE_BYTES],
    aad: &[u8],
    msg: &[u8],
) -> Result<Vec<u8>, DoesNotOpen> {
    cipher.decrypt(&XNonce::from(*nonce), Payload { msg, aad }).map_err(|_| DoesNotOpen)
}

/// Encrypts content under its customer's key.
pub fn seal_body(key: &CustomerKey, place: Place, body: &Body) -> Sealed {
    let nonce = random_bytes();
    let cipher = XChaCha20Poly1305::new(&key.0.into());
    Sealed { nonce, ciphertext: encrypt(&cipher, &nonce, &place.bytes(), &encode_body(body)) }
}

/// Decrypts content.
///
/// # Errors
/// When the key is another one, or the content was changed or moved.
pub fn open_body(
    key: &CustomerKey,
    place: Place,
    nonce: &[u8; NONCE_BYTES],
    ciphertext: &[u8],
) -> Result<Body, DoesNotOpen> {
    let cipher = XChaCha20Poly1305::new(&key.0.into());
    decode_body(decrypt(&cipher, nonce, &place.bytes(), ciphertext)?).ok_or(DoesNotOpen)
}

const TEXT: u8 = 1;
const FILE: u8 = 2;
const IDENTITY: u8 = 3;

/// Bytes that a body takes, about.
pub fn body_bytes(body: &Body) -> usize {
    match body {
        Body::Text { text } => text.len(),
        Body::File { name, media_type, bytes } => name.len() + media_type.len() + bytes.len(),
        Body::Identity { value } => value.len(),
    }
}

/// A tag, then the fields; those before the last with their length, so that files stay as small as they are.
fn encode_body(body: &Body) -> Vec<u8> {
    let mut out = Vec::with_capacity(body_bytes(body) + 16);
    match body {
        Body::Text { text } => {
            out.push(TEXT);
            out.extend(text.as_bytes());
        }
        Body::File { name, media_type, bytes } => {
            out.push(FILE);
            for field in [name, media_type] {
                out.extend((field.len() as u32).to_be_bytes());
                out.extend(field.as_bytes());
            }
            out.extend(bytes);
        }
        Body::Identity { value } => {
            out.push(IDENTITY);
            out.extend(value.as_bytes());
        }
    }
    out
}

fn decode_body(bytes: Vec<u8>) -> Option<Body> {
    let (&tag, rest) = bytes.split_first()?;
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).ok();
    match tag {
        TEXT => Some(Body::Text { text: text(rest)? }),
        FILE => {
            let (name, rest) = split_field(rest)?;
            let (media_type, rest) = split_field(rest)?;
            Some(Body::File { name: text(name)?, media_type: text(media_type)?, bytes: rest.to_vec() })
        }
        IDENTITY => Some(Body::Identity { value: text(rest)? }),
        _ => None,
    }
}

fn split_field(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(u32::from_be_bytes(*length) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> Place {
        Place {
            content: ContentId::from_number(1),
            customer: CustomerId::from_number(2),
            conversation: Some(ConversationId::from_number(3)),
        }
    }

    #[test]
    fn every_kind_of_body_comes_back() {
        let key = CustomerKey::random();
        for body in [
            Body::Text { text: "grüezi".into() },
            Body::File { name: "a.png".into(), media_type: "image/png".into(), bytes: vec![0, 1, 255] },
            Body::Identity { value: "x@example.test".into() },
        ] {
            let sealed = seal_body(&key, place(), &body);
            assert_eq!(open_body(&key, place(), &sealed.nonce, &sealed.ciphertext), Ok(body));
        }
    }

    #[test]
    fn content_that_was_moved_or_changed_does_not_open() {
        let key = CustomerKey::random();
        let mut sealed = seal_body(&key, place(), &Body::Text { text: "hello".into() });
        let elsewhere = Place { conversation: None, ..place() };
        assert_eq!(open_body(&key, elsewhere, &sealed.nonce, &sealed.ciphertext), Err(DoesNotOpen));
        assert_eq!(open_body(&CustomerKey::random(), place(), &sealed.nonce, &sealed.ciphertext), Err(DoesNotOpen));
        sealed.ciphertext[0] ^= 1;
        assert_eq!(open_body(&key, place(), &sealed.nonce, &sealed.ciphertext), Err(DoesNotOpen));
    }

    #[test]
    fn a_sealed_key_opens_for_its_customer_and_store_only() {
        let vault = Vault::new(&StoreKey([7; 32]));
        let (ana, ben) = (CustomerId::from_number(1), CustomerId::from_number(2));
        let sealed = vault.seal_key(ana, &CustomerKey::random());
        assert_eq!(sealed.len(), SEALED_KEY_BYTES);
        assert!(vault.open_key(ana, &sealed).is_ok());
        assert!(vault.open_key(ben, &sealed).is_err());
        assert!(Vault::new(&StoreKey([8; 32])).open_key(ana, &sealed).is_err());
    }

    #[test]
    fn a_store_key_reads_back_from_its_text_and_nonsense_is_refused() {
        let key = StoreKey::random();
        assert_eq!(StoreKey::from_base64(&format!("{}\n", key.to_base64())), Ok(key));
        assert_eq!(StoreKey::from_base64("c2hvcnQ="), Err(StoreKeyError));
        assert_eq!(StoreKey::from_base64("not base64!"), Err(StoreKeyError));
    }

    #[test]
    fn secrets_cannot_change_places() {
        let vault = Vault::new(&StoreKey([7; 32]));
        let sealed = vault.seal_secret("password", "ana", b"hash");
        assert_eq!(vault.open_secret("password", "ana", &sealed), Ok(b"hash".to_vec()));
        assert_eq!(vault.open_secret("password", "ben", &sealed), Err(DoesNotOpen));
        assert_eq!(vault.open_secret("passworda", "na", &sealed), Err(DoesNotOpen));
    }
}
