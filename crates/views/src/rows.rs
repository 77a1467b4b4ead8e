//! What goes in and what comes out. Ids only: names are in the engine's directory.

use serde::{Deserialize, Serialize};
use signalbox_engine::conversation::State;
use signalbox_model::contact::{Channel, Origin, Outcome, Owner, SkillNeed};
use signalbox_model::content::Body;
use signalbox_model::event::Recorded;
use signalbox_model::event::alert::{AlertAct, AlertSubject, ClearedBecause};
use signalbox_model::event::customer::IdentityKind;
use signalbox_model::event::supervision::ReviewOrigin;
use signalbox_model::id::{
    AlertRuleId, ContentId, ConversationId, CustomerId, DispositionId, PersonId, Position, QueueId,
};
use signalbox_model::setup::alerting::Severity;
use signalbox_model::time::{DurationMs, Timestamp};
use signalbox_model::word::Slug;

/// Stands before what was found in a snippet: a control character that no text holds, so that markup cannot be forged.
pub const SNIPPET_START: char = '\u{2}';
/// Stands behind what was found in a snippet.
pub const SNIPPET_END: char = '\u{3}';

/// A fact on its way into the views, with the words that it names while they can be read.
#[derive(Clone, Debug)]
pub struct Applied {
    /// The fact.
    pub recorded: Recorded,
    /// Its words.
    pub body: Option<Body>,
}

/// One conversation as lists and exports show it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ConversationRow {
    /// Its id.
    pub id: ConversationId,
    /// Place of the last fact about it.
    pub position: Position,
    /// With whom.
    pub customer: CustomerId,
    /// What the customer is called.
    pub customer_name: Option<String>,
    /// How they came.
    pub channel: Channel,
    /// How we know.
    pub origin: Origin,
    /// Whether another system routes it.
    pub observed: bool,
    /// What is going on with it.
    pub state: State,
    /// What became of it.
    pub outcome: Option<Outcome>,
    /// How it is filed.
    pub disposition: Option<DispositionId>,
    /// The queue that it is in or was in last.
    pub queue: Option<QueueId>,
    /// Who has it.
    pub owner: Owner,
    /// People of this floor who had it, in order.
    pub agents: Vec<PersonId>,
    /// Its labels.
    pub labels: Vec<Slug>,
    /// What it is about.
    pub intent: Option<Slug>,
    /// In which language.
    pub language: Option<Slug>,
    /// When it began.
    pub opened_at: Timestamp,
    /// When it ended.
    pub closed_at: Option<Timestamp>,
    /// The first wait, once it is over.
    pub wait_ms: Option<DurationMs>,
    /// Time from the opening to the first answer.
    pub first_reply_ms: Option<DurationMs>,
    /// Work of people on it that is over, undivided; none when no person had it.
    pub handle_ms: Option<DurationMs>,
    /// Connected and not on hold.
    pub talk_ms: DurationMs,
    /// On hold.
    pub hold_ms: DurationMs,
    /// Work after it.
    pub wrap_up_ms: DurationMs,
    /// Turns.
    pub turns: u32,
    /// How often it was passed on.
    pub transfers: u32,
    /// Stretches with one owner.
    pub segments: u32,
    /// Whether the customer left before anybody answered.
    pub abandoned: bool,
    /// Minutes of head start.
    pub priority: u8,
    /// Skills needed besides the queue's.
    pub needs: Vec<SkillNeed>,
    /// Last turn of anybody.
    pub last_turn_at: Option<Timestamp>,
    /// Words around what was searched for, between [`SNIPPET_START`] and [`SNIPPET_END`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snippet: Option<String>,
}

/// One stretch with one owner.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SegmentRow {
    /// Of which.
    pub conversation: ConversationId,
    /// Counts up from 1.
    pub number: u32,
    /// Who had it.
    pub owner: Owner,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Connected and not on hold; zero for a queue and while it goes on.
    pub talk_ms: DurationMs,
    /// On hold.
    pub hold_ms: DurationMs,
    /// Work after it.
    pub wrap_up_ms: DurationMs,
    /// For a queue: the whole wait when it ended.
    pub wait_ms: Option<DurationMs>,
    /// Name of the fact that began it.
    pub began: String,
    /// Name of the fact that ended it.
    pub ended: Option<String>,
}

/// A way to know a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Identity {
    /// Its content beside the log.
    pub content: ContentId,
    /// What kind.
    pub kind: IdentityKind,
    /// The value; none once it is erased.
    pub value: Option<String>,
    /// Whether they proved it.
    pub verified: bool,
}

/// One customer with all whom they were merged with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CustomerCard {
    /// Who was asked for.
    pub id: CustomerId,
    /// What they are called.
    pub name: Option<String>,
    /// Ways to know them, of everybody in the group, each once; proved if anybody in the group proved it.
    pub identities: Vec<Identity>,
    /// Others who are the same, and since when that is known.
    pub merged: Vec<(CustomerId, Timestamp)>,
    /// When their words were destroyed.
    pub erased_at: Option<Timestamp>,
    /// Conversations, of everybody in the group.
    pub conversations: u64,
    /// When they came last.
    pub last_seen_at: Option<Timestamp>,
}

/// Another customer with an identity that this one has, too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PossibleMatch {
    /// Who; of those who are the same, the one found first.
    pub customer: CustomerId,
    /// What kind of identity they share.
    pub kind: IdentityKind,
    /// Its value, as the customer who was asked for has it.
    pub value: Option<String>,
    /// Whether the customer who was asked for proved it.
    pub verified: bool,
    /// Whether the other one proved it.
    pub other_verified: bool,
}

/// What is going on with an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertState {
    /// Nobody did anything about it.
    Active,
    /// Somebody is on it.
    Acknowledged,
    /// Put off.
    Snoozed,
    /// Over.
    Resolved,
}

/// Why an alert is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resolution {
    /// The value came back past the clear threshold.
    Cleared,
    /// What it was about is over.
    SubjectGone,
    /// The rule was changed or switched off.
    RuleChanged,
    /// A person closed it.
    Dismissed,
}

impl From<ClearedBecause> for Resolution {
    fn from(because: ClearedBecause) -> Self {
        match because {
            ClearedBecause::Cleared => Resolution::Cleared,
            ClearedBecause::SubjectGone => Resolution::SubjectGone,
            ClearedBecause::RuleChanged => Resolution::RuleChanged,
        }
    }
}

/// Something a person did about an alert.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlertStep {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub person: PersonId,
    /// What.
    pub act: AlertAct,
}

/// One alert with its history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlertRow {
    /// Its number.
    pub number: u64,
    /// Place of the last fact about it.
    pub position: Position,
    /// By which rule.
    pub rule: AlertRuleId,
    /// How bad, by the rule when it was raised.
    pub severity: Severity,
    /// About what.
    pub subject: AlertSubject,
    /// The value when it was raised.
    pub value: f64,
    /// The threshold that it was past.
    pub fire_at: f64,
    /// The threshold at which it clears.
    pub clear_at: f64,
    /// Since when it had been so.
    pub since: Timestamp,
    /// When it was raised.
    pub raised_at: Timestamp,
    /// What is going on with it.
    pub state: AlertState,
    /// Who has it.
    pub owner: Option<PersonId>,
    /// Who is on it.
    pub acknowledged_by: Option<PersonId>,
    /// Since when.
    pub acknowledged_at: Option<Timestamp>,
    /// Put off until.
    pub snoozed_until: Option<Timestamp>,
    /// When it ended.
    pub resolved_at: Option<Timestamp>,
    /// Why it ended.
    pub resolved_because: Option<Resolution>,
    /// What people did about it, oldest first.
    pub history: Vec<AlertStep>,
}

/// Somebody looked at a conversation to judge it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ReviewRow {
    /// Which.
    pub conversation: ConversationId,
    /// Who.
    pub person: PersonId,
    /// What made them.
    pub origin: ReviewOrigin,
    /// When.
    pub at: Timestamp,
}
