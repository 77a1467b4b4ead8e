//! Who is here.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::subject;
use crate::contact::Presence;
use crate::id::PersonId;
use crate::word::Slug;

/// A person wants to be available, away or gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresenceAsked {
    /// Who.
    pub person: PersonId,
    /// What.
    pub presence: Presence,
    /// Why away: break, training, …
    #[serde(default)]
    pub reason: Option<Slug>,
}
subject!(PresenceAsked, person);

/// Why presence changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PresenceBecause {
    /// The person said so.
    Asked,
    /// An offer expired unanswered.
    OfferExpired,
    /// Their browser was gone for too long.
    DeskLost,
    /// They have left the company.
    Retired,
}

/// A person is available, away, not responding or gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresenceChanged {
    /// Who.
    pub person: PersonId,
    /// What.
    pub presence: Presence,
    /// Why away.
    #[serde(default)]
    pub reason: Option<Slug>,
    /// Why it changed.
    pub because: PresenceBecause,
}
subject!(PresenceChanged, person);

/// A person's desk is open in a browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskConnected {
    /// Whose.
    pub person: PersonId,
}
subject!(DeskConnected, person);

/// A person's last browser is gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskDisconnected {
    /// Whose.
    pub person: PersonId,
}
subject!(DeskDisconnected, person);
