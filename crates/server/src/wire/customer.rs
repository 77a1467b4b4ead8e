//! Customers: the only place of the API, beside transcripts, where words about them appear.

use serde::{Deserialize, Serialize};
use signalbox_model::event::customer::IdentityKind;
use signalbox_model::time::Timestamp;
use signalbox_views as views;
use utoipa::ToSchema;

/// A customer, with a name if one is known and not erased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CustomerRef {
    /// Their id.
    pub id: String,
    /// What they are called.
    pub name: Option<String>,
}

/// A way to know a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IdentityRow {
    /// Id of the content that holds it.
    pub content: String,
    /// What kind.
    pub kind: IdentityKind,
    /// The value; none when it was erased.
    pub value: Option<String>,
    /// Whether they proved it.
    pub verified: bool,
}

/// A customer who turned out to be the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MergedRow {
    /// Their id.
    pub id: String,
    /// Since when they are shown together.
    pub since: Timestamp,
}

/// Everything that is known about a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CustomerCard {
    /// Their id.
    pub id: String,
    /// What they are called.
    pub name: Option<String>,
    /// Ways to know them.
    pub identities: Vec<IdentityRow>,
    /// Customers who turned out to be the same.
    pub merged: Vec<MergedRow>,
    /// When their words were destroyed, if they were.
    pub erased_at: Option<Timestamp>,
    /// Conversations that they had, over all channels.
    pub conversations: u64,
    /// When they were here last.
    pub last_seen_at: Option<Timestamp>,
}

impl From<views::CustomerCard> for CustomerCard {
    fn from(card: views::CustomerCard) -> CustomerCard {
        let identity = |identity: views::Identity| IdentityRow {
            content: identity.content.to_string(),
            kind: identity.kind,
            value: identity.value,
            verified: identity.verified,
        };
        CustomerCard {
            id: card.id.to_string(),
            name: card.name,
            identities: card.identities.into_iter().map(identity).collect(),
            merged: card.merged.into_iter().map(|(id, since)| MergedRow { id: id.to_string(), since }).collect(),
            erased_at: card.erased_at,
            conversations: card.conversations,
            last_seen_at: card.last_seen_at,
        }
    }
}
