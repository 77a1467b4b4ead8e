//! Customers: the only place of the API, beside transcripts, where words about them appear.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use signalbox_model::event::customer::IdentityKind;
use signalbox_model::id::CustomerId;
use signalbox_model::time::Timestamp;
use signalbox_views as views;
use utoipa::ToSchema;

/// Merged records that a card lists.
const MERGED_SHOWN_MAX: usize = 50;

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

/// Another customer who may be the same: both have an identity, and one of them at least did not prove it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PossibleMatchRow {
    /// Who; none for those who may not merge customers.
    pub customer: Option<CustomerRef>,
    /// What kind of identity both have.
    pub kind: IdentityKind,
    /// Its value.
    pub value: Option<String>,
    /// Whether this customer proved it.
    pub verified: bool,
    /// Whether the other one did.
    pub other_verified: bool,
}

/// A possible match; its customer is named where names are given.
pub fn match_row(found: views::PossibleMatch, names: Option<&HashMap<CustomerId, String>>) -> PossibleMatchRow {
    let named = |names: &HashMap<CustomerId, String>| CustomerRef {
        id: found.customer.to_string(),
        name: names.get(&found.customer).cloned(),
    };
    PossibleMatchRow {
        customer: names.map(named),
        kind: found.kind,
        value: found.value,
        verified: found.verified,
        other_verified: found.other_verified,
    }
}

/// Everything that is known about a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CustomerCard {
    /// Their id.
    pub id: String,
    /// What they are called.
    pub name: Option<String>,
    /// Ways to know them, each once, at most 200.
    pub identities: Vec<IdentityRow>,
    /// Customers who turned out to be the same, the newest first, at most 50.
    pub merged: Vec<MergedRow>,
    /// How many turned out to be the same.
    pub merged_count: u64,
    /// Others who may be the same, at most 10. Only where one customer is read, not in lists.
    pub possible_matches: Vec<PossibleMatchRow>,
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
        let merged_count = card.merged.len() as u64;
        let mut merged = card.merged;
        merged.sort_by_key(|(id, since)| (std::cmp::Reverse(*since), *id));
        merged.truncate(MERGED_SHOWN_MAX);
        CustomerCard {
            id: card.id.to_string(),
            name: card.name,
            identities: card.identities.into_iter().map(identity).collect(),
            merged: merged.into_iter().map(|(id, since)| MergedRow { id: id.to_string(), since }).collect(),
            merged_count,
            possible_matches: Vec::new(),
            erased_at: card.erased_at,
            conversations: card.conversations,
            last_seen_at: card.last_seen_at,
        }
    }
}
