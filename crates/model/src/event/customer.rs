//! Customers: known by ids here, by words only beside the log.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Subject, subject};
use crate::contact::Channel;
use crate::id::{ContentId, ConversationId, CustomerId};

/// Somebody came whom we may or may not know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerSeen {
    /// Who.
    pub customer: CustomerId,
    /// Where first.
    pub channel: Channel,
}
subject!(CustomerSeen, customer);

/// A kind of identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IdentityKind {
    /// What they are called. Never used to find them again.
    Name,
    /// Mail address.
    Email,
    /// Phone number.
    Phone,
    /// Number or name in another system.
    External,
}

impl IdentityKind {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            IdentityKind::Name => "name",
            IdentityKind::Email => "email",
            IdentityKind::Phone => "phone",
            IdentityKind::External => "external",
        }
    }

    /// The form in which equal values are equal; none where nothing is left of it, and for names, which prove nothing.
    pub fn form(self, value: &str) -> Option<String> {
        let value = value.trim();
        let form = match self {
            IdentityKind::Name => return None,
            IdentityKind::Email => value.to_lowercase(),
            IdentityKind::External => value.to_owned(),
            IdentityKind::Phone => {
                let digits: String = value.chars().filter(char::is_ascii_digit).collect();
                match (value.starts_with('+'), digits.strip_prefix("00")) {
                    (true, _) => format!("+{digits}"),
                    (false, Some(rest)) => format!("+{rest}"),
                    (false, None) => digits,
                }
            }
        };
        (!form.is_empty()).then_some(form)
    }
}

/// A way to know them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityAdded {
    /// Who.
    pub customer: CustomerId,
    /// What kind.
    pub identity: IdentityKind,
    /// Whether they proved it.
    pub verified: bool,
    /// The value, beside the log.
    pub content: ContentId,
}
subject!(IdentityAdded, customer, content);

/// Two customers are one. Their histories are shown together; each keeps its own key, so that erasure stays exact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerMerged {
    /// Who goes on.
    pub customer: CustomerId,
    /// Who is the same.
    pub merged: CustomerId,
}
subject!(CustomerMerged, customer);

/// A merge was wrong: they are two again, each with the conversations and identities that came under its own id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerSplit {
    /// Who went on.
    pub customer: CustomerId,
    /// Who is somebody else.
    pub split: CustomerId,
}
subject!(CustomerSplit, customer);

/// Two customers who looked alike are two people: nobody is asked again whether they are one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerKeptApart {
    /// Who was looked at.
    pub customer: CustomerId,
    /// Who is somebody else.
    pub other: CustomerId,
}
subject!(CustomerKeptApart, customer);

/// Their words and identities are destroyed: the key is gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerErased {
    /// Whose.
    pub customer: CustomerId,
    /// Pieces of content that can no longer be read.
    pub contents: u64,
    /// Conversations that lost words.
    pub conversations: Vec<ConversationId>,
}

impl Subject for CustomerErased {
    fn subject_customer(&self) -> Option<CustomerId> {
        Some(self.customer)
    }

    fn subject_content(&self) -> Option<ContentId> {
        None
    }
}
