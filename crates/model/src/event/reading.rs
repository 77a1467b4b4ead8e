//! What was found in a turn: labels, and personal data that was hidden before anything was stored.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::subject;
use crate::id::{ContentId, ConversationId, PersonId};
use crate::word::Slug;

/// How often a kind of personal data was hidden.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HiddenCount {
    /// Which kind, as in `card_number`.
    pub kind: Slug,
    /// How often.
    pub count: u16,
}

/// Personal data in a turn was replaced by tokens before the turn was stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonalDataHidden {
    /// Where.
    pub conversation: ConversationId,
    /// In which turn.
    pub turn: ContentId,
    /// What kinds.
    pub kinds: Vec<HiddenCount>,
    /// The original words, sealed under the customer's key; none: they are not kept.
    pub original: Option<ContentId>,
}

impl super::Subject for PersonalDataHidden {
    fn subject_conversation(&self) -> Option<ConversationId> {
        Some(self.conversation)
    }

    fn subject_content(&self) -> Option<ContentId> {
        self.original
    }
}

/// Somebody looked at what was hidden.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonalDataRevealed {
    /// Where.
    pub conversation: ConversationId,
    /// In which turn.
    pub turn: ContentId,
    /// Who.
    pub person: PersonId,
    /// Why, in their words.
    pub reason: String,
}
subject!(PersonalDataRevealed, conversation, person);

/// A customer's turn was read. Turns of people who work here are never read for feeling.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TurnRead {
    /// Where.
    pub conversation: ConversationId,
    /// Which turn.
    pub turn: ContentId,
    /// What it is about, if that could be said.
    pub intent: Option<Slug>,
    /// How sure that is, in thousandths.
    pub intent_milli: Option<u16>,
    /// In which language, if that could be said.
    pub language: Option<Slug>,
    /// How the customer feels, from -5 to 5, if that could be said.
    pub sentiment: Option<i8>,
}
subject!(TurnRead, conversation);
