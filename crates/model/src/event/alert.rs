//! Alerts: raised after a dwell, acted on by people, cleared at another threshold.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Subject, subject};
use crate::id::{AlertRuleId, ConversationId, PersonId, QueueId};
use crate::time::Timestamp;

/// What an alert is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AlertSubject {
    /// A queue.
    Queue {
        /// Which.
        queue: QueueId,
    },
    /// A conversation.
    Conversation {
        /// Which.
        conversation: ConversationId,
    },
}

/// An alert began.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlertRaised {
    /// Its number: counts up from 1.
    pub alert: u64,
    /// By which rule.
    pub rule: AlertRuleId,
    /// About what.
    pub subject: AlertSubject,
    /// The value now, in the measure's unit.
    pub value: f64,
    /// The threshold that it is past.
    pub fire_at: f64,
    /// Since when it has been so.
    pub since: Timestamp,
    /// Who gets it.
    pub owner: Option<PersonId>,
}

impl Subject for AlertRaised {
    fn subject_conversation(&self) -> Option<ConversationId> {
        match self.subject {
            AlertSubject::Conversation { conversation } => Some(conversation),
            AlertSubject::Queue { .. } => None,
        }
    }
}

/// What a person does about an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AlertAct {
    /// I have seen it and I am on it.
    Acknowledge,
    /// Not now.
    Snooze {
        /// Until when.
        until: Timestamp,
    },
    /// This person shall have it.
    Own {
        /// Who.
        owner: PersonId,
    },
    /// It was not worth an alert: closed by hand.
    Dismiss,
}

/// A person wants to do something about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertActAsked {
    /// Which.
    pub alert: u64,
    /// Who.
    pub person: PersonId,
    /// What.
    pub act: AlertAct,
}
subject!(AlertActAsked, person);

/// It was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertActed {
    /// Which.
    pub alert: u64,
    /// Who.
    pub person: PersonId,
    /// What.
    pub act: AlertAct,
}
subject!(AlertActed, person);

/// Why an alert is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClearedBecause {
    /// The value came back past the clear threshold.
    Cleared,
    /// What it was about is over.
    SubjectGone,
    /// The rule was changed or switched off.
    RuleChanged,
}

/// It is over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlertCleared {
    /// Which.
    pub alert: u64,
    /// The value now, if there is one.
    pub value: Option<f64>,
    /// Why.
    pub because: ClearedBecause,
}
subject!(AlertCleared);
