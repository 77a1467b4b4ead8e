//! Words and files of people: kept beside the log under the customer's key, erasable, never inside an event.

use serde::{Deserialize, Serialize};

use crate::id::{ContentId, ConversationId, CustomerId};

/// One thing said or sent.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Body {
    /// Words of a turn, note or whisper.
    Text {
        /// The words.
        text: String,
    },
    /// A file.
    File {
        /// Its name as the sender gave it, cleaned.
        name: String,
        /// Its media type, from an allow-list.
        media_type: String,
        /// Its bytes, base64 where the format is text.
        bytes: Vec<u8>,
    },
    /// A way to know a customer: mail address, phone number, name, number in another system.
    Identity {
        /// The value as given.
        value: String,
    },
}

/// Debug output never shows words: it ends up in logs.
impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Body::Text { text } => write!(f, "Text({} bytes)", text.len()),
            Body::File { bytes, .. } => write!(f, "File({} bytes)", bytes.len()),
            Body::Identity { .. } => write!(f, "Identity"),
        }
    }
}

/// Content on its way into the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// Its id, which the event carries.
    pub id: ContentId,
    /// Under whose key it is kept.
    pub customer: CustomerId,
    /// Where it was said; an identity has none.
    pub conversation: Option<ConversationId>,
    /// What was said.
    pub body: Body,
    /// Where equal values must be found again (identities): kind and normalised value. Kept only as a keyed digest.
    pub lookup: Option<String>,
}
