//! Who came in, who was kept out, what left.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Subject, subject};
use crate::id::{PersonId, TokenId};

/// Somebody signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedIn {
    /// Who.
    pub person: PersonId,
}
subject!(SignedIn, person);

/// Somebody signed out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedOut {
    /// Who.
    pub person: PersonId,
}
subject!(SignedOut, person);

/// Why access was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccessRefusedBecause {
    /// Wrong mail address or password.
    WrongPassword,
    /// Too many tries.
    TooManyTries,
    /// The person has left.
    Retired,
    /// The token is unknown.
    UnknownToken,
    /// The token has expired or was revoked.
    TokenOver,
    /// Signed in, but not allowed to do this.
    NotAllowed,
}

/// Somebody was kept out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessRefused {
    /// Who, if known.
    pub person: Option<PersonId>,
    /// Which token, if known.
    pub token: Option<TokenId>,
    /// Why.
    pub because: AccessRefusedBecause,
    /// What they wanted: method and route pattern, never values.
    pub route: String,
}

impl Subject for AccessRefused {
    fn subject_person(&self) -> Option<PersonId> {
        self.person
    }
}

/// Rows left the system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportMade {
    /// Who, if a person.
    #[serde(default)]
    pub person: Option<PersonId>,
    /// Which token, if another system.
    #[serde(default)]
    pub token: Option<TokenId>,
    /// What: `conversations` or `segments`, and the format.
    pub what: String,
    /// How many.
    pub rows: u64,
}

impl Subject for ExportMade {
    fn subject_person(&self) -> Option<PersonId> {
        self.person
    }
}
