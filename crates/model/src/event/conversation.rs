//! The life of a conversation.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ai_agent::HandoffReason;
use super::subject;
use crate::contact::{Channel, Control, Origin, Outcome, Owner, Participant, SkillNeed};
use crate::id::{ContentId, ConversationId, CustomerId, DispositionId, PersonId, QueueId};
use crate::time::{DurationMs, Timestamp};
use crate::word::Slug;

/// A conversation began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationOpened {
    /// Which.
    pub conversation: ConversationId,
    /// With whom.
    pub customer: CustomerId,
    /// How they came.
    pub channel: Channel,
    /// How we know.
    pub origin: Origin,
    /// Whether we route it.
    pub control: Control,
    /// For which queue; an observed one may have none.
    pub queue: Option<QueueId>,
    /// Minutes of head start, 0 to 10, on top of the queue's.
    pub priority: u8,
    /// Skills needed besides the queue's.
    #[serde(default)]
    pub needs: Vec<SkillNeed>,
    /// What it is about, if known.
    #[serde(default)]
    pub intent: Option<Slug>,
    /// In which language, if known.
    #[serde(default)]
    pub language: Option<Slug>,
}
subject!(ConversationOpened, conversation, customer);

/// Which end of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// Before everything that waits.
    Front,
    /// By its score.
    Score,
}

/// Why it waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum QueuedBecause {
    /// It is new.
    Arrived,
    /// The customer asked for a person.
    AskedForPerson,
    /// A person passed it on.
    Transferred {
        /// Who.
        by: PersonId,
    },
    /// It waited too long in another queue.
    Overflowed {
        /// Where.
        from: QueueId,
    },
    /// Its agent's browser is gone.
    AgentLost {
        /// Whose.
        person: PersonId,
    },
    /// Its agent has left or signed out.
    AgentGone {
        /// Who.
        person: PersonId,
    },
    /// The customer wrote again after the end.
    Reopened,
    /// A supervisor gave it back to the queue.
    HandedBack {
        /// Who.
        by: PersonId,
    },
    /// A supervisor gave it to one person.
    Assigned {
        /// Which supervisor.
        by: PersonId,
    },
    /// The person it was assigned to did not take it.
    NotTaken {
        /// Who.
        person: PersonId,
    },
    /// An AI agent gave it to people.
    HandedOff {
        /// Its handle.
        agent: Slug,
        /// Why.
        reason: HandoffReason,
    },
}

/// It waits in a queue now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationQueued {
    /// Which.
    pub conversation: ConversationId,
    /// Where.
    pub queue: QueueId,
    /// Which end of the line.
    pub place: Place,
    /// Since when its wait counts: kept on overflow and return, new on transfer.
    pub waiting_since: Timestamp,
    /// Minutes of head start in total.
    pub priority: u8,
    /// Only this person may have it, until that fails.
    #[serde(default)]
    pub only: Option<PersonId>,
    /// Why.
    pub because: QueuedBecause,
}
subject!(ConversationQueued, conversation);

/// Why nobody can take it in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TurnedAwayBecause {
    /// Outside opening hours.
    Closed {
        /// When it opens next, if that is known.
        opens_at: Option<Timestamp>,
    },
    /// The queue is at its limit.
    QueueFull {
        /// Waiting there.
        waiting: u32,
    },
    /// The queue does not exist or is retired.
    NoSuchQueue,
}

/// It could not be taken in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationTurnedAway {
    /// Which.
    pub conversation: ConversationId,
    /// From where.
    pub queue: Option<QueueId>,
    /// Why.
    pub because: TurnedAwayBecause,
}
subject!(ConversationTurnedAway, conversation);

/// What kind of thing was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TurnKind {
    /// Words.
    Text,
    /// A file.
    File,
    /// An action of an agent or tool, told by another system.
    Action,
}

/// Somebody said or sent something: the customer, or anybody in a conversation that we only observe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TurnAdded {
    /// Where.
    pub conversation: ConversationId,
    /// Who.
    pub by: Participant,
    /// What kind.
    pub kind: TurnKind,
    /// The words, beside the log.
    pub content: ContentId,
}
subject!(TurnAdded, conversation, content);

/// A person wants to say something to the customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyAsked {
    /// Where.
    pub conversation: ConversationId,
    /// Who.
    pub person: PersonId,
    /// What kind.
    pub kind: TurnKind,
    /// The words, beside the log.
    pub content: ContentId,
}
subject!(ReplyAsked, conversation, person, content);

/// It was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplySent {
    /// Where.
    pub conversation: ConversationId,
    /// By whom.
    pub by: Participant,
    /// What kind.
    pub kind: TurnKind,
    /// The words that came with the wish.
    pub content: ContentId,
    /// How long the customer had waited for it, if they had.
    pub reply_ms: Option<DurationMs>,
}
subject!(ReplySent, conversation);

/// A note that only colleagues see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteAdded {
    /// Where.
    pub conversation: ConversationId,
    /// Who.
    pub person: PersonId,
    /// The words, beside the log.
    pub content: ContentId,
}
subject!(NoteAdded, conversation, person, content);

/// No more turns are recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationTruncated {
    /// Which.
    pub conversation: ConversationId,
    /// Turns recorded.
    pub turns: u32,
}
subject!(ConversationTruncated, conversation);

/// The customer wants a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonAsked {
    /// Where.
    pub conversation: ConversationId,
}
subject!(PersonAsked, conversation);

/// How the customer went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LeftHow {
    /// They ended it.
    Ended,
    /// Their browser is gone; they may come back.
    Disconnected,
}

/// The customer has gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerLeft {
    /// From where.
    pub conversation: ConversationId,
    /// How.
    pub how: LeftHow,
}
subject!(CustomerLeft, conversation);

/// The customer's browser is back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerReturned {
    /// Where.
    pub conversation: ConversationId,
}
subject!(CustomerReturned, conversation);

/// The owner wants to hold or resume.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldAsked {
    /// Which.
    pub conversation: ConversationId,
    /// Who.
    pub person: PersonId,
    /// Hold, or resume.
    pub hold: bool,
}
subject!(HoldAsked, conversation, person);

/// It is on hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationHeld {
    /// Which.
    pub conversation: ConversationId,
    /// By whom.
    pub person: PersonId,
}
subject!(ConversationHeld, conversation, person);

/// It goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationResumed {
    /// Which.
    pub conversation: ConversationId,
    /// By whom.
    pub person: PersonId,
}
subject!(ConversationResumed, conversation, person);

/// The owner wants to end it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloseAsked {
    /// Which.
    pub conversation: ConversationId,
    /// Who.
    pub person: PersonId,
    /// How it is filed, if that is known already.
    pub disposition: Option<DispositionId>,
}
subject!(CloseAsked, conversation, person);

/// Who or what ended it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ClosedBecause {
    /// Its owner.
    Owner {
        /// Who.
        person: PersonId,
    },
    /// The customer.
    Customer,
    /// The customer's browser was gone for too long.
    CustomerGone,
    /// The system that it lives in.
    Reported,
    /// The AI agent that had it.
    AiAgent {
        /// Its handle.
        agent: Slug,
    },
    /// The customer said nothing to the AI agent for a long time.
    Silence,
}

/// It is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationClosed {
    /// Which.
    pub conversation: ConversationId,
    /// Why.
    pub because: ClosedBecause,
    /// What became of it, as far as it is known now.
    pub outcome: Option<Outcome>,
    /// For one that was never answered: how long it waited.
    pub abandoned_after_ms: Option<DurationMs>,
    /// Who had it, if a person of this floor did.
    #[serde(default)]
    pub had_by: Option<PersonId>,
}
subject!(ConversationClosed, conversation);

/// The customer writes again, or a person wants to go on. Carries all that the engine needs: it forgets closed conversations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReopenAsked {
    /// Which.
    pub conversation: ConversationId,
    /// With whom.
    pub customer: CustomerId,
    /// How they come.
    pub channel: Channel,
    /// How it came in.
    pub origin: Origin,
    /// For which queue.
    pub queue: QueueId,
    /// Minutes of head start.
    pub priority: u8,
    /// Skills needed besides the queue's.
    #[serde(default)]
    pub needs: Vec<SkillNeed>,
    /// Segments that it had.
    pub segments: u32,
    /// Turns that it had.
    pub turns: u32,
    /// Who had it last.
    pub last_owner: Option<PersonId>,
}
subject!(ReopenAsked, conversation, customer);

/// It goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationReopened {
    /// Which.
    pub conversation: ConversationId,
    /// All that the wish said, so that folding needs nothing else.
    pub asked: ReopenAsked,
}
subject!(ConversationReopened, conversation);

/// Work after the conversation began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrapUpStarted {
    /// Of which.
    pub conversation: ConversationId,
    /// Whose.
    pub person: PersonId,
    /// When it ends by itself.
    pub until: Timestamp,
}
subject!(WrapUpStarted, conversation, person);

/// The agent is done with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrapUpFinishAsked {
    /// Of which.
    pub conversation: ConversationId,
    /// Whose.
    pub person: PersonId,
    /// How it is filed.
    pub disposition: Option<DispositionId>,
}
subject!(WrapUpFinishAsked, conversation, person);

/// Work after the conversation ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrapUpFinished {
    /// Of which.
    pub conversation: ConversationId,
    /// Whose.
    pub person: PersonId,
    /// Whether time ran out rather than the agent saying so.
    pub by_time: bool,
    /// How it is filed.
    pub disposition: Option<DispositionId>,
}
subject!(WrapUpFinished, conversation, person);

/// How it was filed, said at another time than at the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DispositionSet {
    /// Which.
    pub conversation: ConversationId,
    /// By whom.
    pub person: PersonId,
    /// How.
    pub disposition: DispositionId,
}
subject!(DispositionSet, conversation, person);

/// A label was put on or taken off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelChanged {
    /// Which.
    pub conversation: ConversationId,
    /// The label.
    pub label: Slug,
    /// On, or off.
    pub on: bool,
}
subject!(LabelChanged, conversation);

/// Another system says how it ended; it may be told before or after the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutcomeReported {
    /// Which.
    pub conversation: ConversationId,
    /// How.
    pub outcome: Outcome,
    /// How it is filed there.
    pub label: Option<Slug>,
}
subject!(OutcomeReported, conversation);

/// Another system says who has it from this moment on; `closed` ends it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnershipReported {
    /// Which.
    pub conversation: ConversationId,
    /// Who.
    pub owner: Owner,
}
subject!(OwnershipReported, conversation);
