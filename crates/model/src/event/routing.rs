//! Asking people to take conversations, and passing them on.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::subject;
use crate::contact::SkillNeed;
use crate::id::{ConversationId, PersonId, QueueId};
use crate::time::{DurationMs, Timestamp};

/// Why this person was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum OfferReason {
    /// They serve the queue.
    ServesQueue {
        /// The queue.
        queue: QueueId,
        /// The queue's place in their profile; 1 first.
        priority: u8,
    },
    /// They have what is needed.
    SkillMatch {
        /// The needs after widening.
        needs: Vec<SkillNeed>,
    },
    /// Nothing is needed that not everybody has.
    NoSkillNeeded,
    /// The circle had widened.
    RingOpen {
        /// Rings open, 1 or more.
        ring: u8,
    },
    /// Without new work for longest.
    LongestIdle {
        /// For how long.
        idle_ms: DurationMs,
        /// Others who could have been asked, counted up to 31.
        over: u32,
    },
    /// Highest level in what is needed.
    HighestLevel {
        /// The sum of their levels.
        level: u16,
        /// Others who could have been asked.
        over: u32,
    },
    /// Fewest other skills among the best here, so that versatile people stay free.
    LeastVersatile {
        /// The sum of all their other levels.
        other_levels: u16,
        /// Others who could have been asked.
        over: u32,
    },
    /// The only one who may and can.
    OnlyCandidate,
    /// First in line: minutes waited plus priority.
    HighestScore {
        /// The score in thousandths of a minute.
        score_milli: i64,
        /// Others waiting that they could have been given.
        over: u32,
    },
    /// It came back to the front of the line.
    ReturnedToFront,
    /// Somebody named this person.
    AskedForByName {
        /// Who did.
        by: Option<PersonId>,
    },
    /// How much they hold already.
    Load {
        /// Slots taken.
        used: u8,
        /// Slots there are.
        total: u8,
    },
}

/// What for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OfferPurpose {
    /// To own it.
    Take,
    /// To be told about it first, in a warm transfer.
    Brief,
}

/// An agent is asked to take it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferMade {
    /// Which.
    pub conversation: ConversationId,
    /// Who.
    pub person: PersonId,
    /// Counts up from 1 within the conversation.
    pub offer: u32,
    /// What for.
    pub purpose: OfferPurpose,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// How long the conversation has waited.
    pub waited_ms: DurationMs,
    /// Why this person, why this conversation.
    pub because: Vec<OfferReason>,
}
subject!(OfferMade, conversation, person);

/// The agent wants to take it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferAcceptAsked {
    /// Which.
    pub conversation: ConversationId,
    /// Who.
    pub person: PersonId,
    /// Which offer.
    pub offer: u32,
}
subject!(OfferAcceptAsked, conversation, person);

/// The agent does not want it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferDeclineAsked {
    /// Which.
    pub conversation: ConversationId,
    /// Who.
    pub person: PersonId,
    /// Which offer.
    pub offer: u32,
}
subject!(OfferDeclineAsked, conversation, person);

/// The agent has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferAccepted {
    /// Which.
    pub conversation: ConversationId,
    /// Who.
    pub person: PersonId,
    /// Which offer.
    pub offer: u32,
    /// What for.
    pub purpose: OfferPurpose,
    /// How long the customer had waited.
    pub waited_ms: DurationMs,
}
subject!(OfferAccepted, conversation, person);

/// The agent did not take it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferDeclined {
    /// Which.
    pub conversation: ConversationId,
    /// Who.
    pub person: PersonId,
    /// Which offer.
    pub offer: u32,
}
subject!(OfferDeclined, conversation, person);

/// The agent did not answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferExpired {
    /// Which.
    pub conversation: ConversationId,
    /// Who.
    pub person: PersonId,
    /// Which offer.
    pub offer: u32,
}
subject!(OfferExpired, conversation, person);

/// Why an offer is no longer needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WithdrawnBecause {
    /// The customer left.
    CustomerLeft,
    /// The person became unavailable.
    PersonUnavailable,
    /// A supervisor took or assigned it.
    TakenElsewhere,
    /// The warm transfer was stopped.
    TransferCancelled,
}

/// The offer is no longer needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferWithdrawn {
    /// Which.
    pub conversation: ConversationId,
    /// Who was asked.
    pub person: PersonId,
    /// Which offer.
    pub offer: u32,
    /// Why.
    pub because: WithdrawnBecause,
}
subject!(OfferWithdrawn, conversation, person);

/// More people may take it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RingWidened {
    /// Which.
    pub conversation: ConversationId,
    /// Rings open now.
    pub ring: u8,
    /// What is still needed.
    pub needs: Vec<SkillNeed>,
}
subject!(RingWidened, conversation);

/// Why somebody else may be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WaitGrownBecause {
    /// The delay of a group that helps out has passed.
    DelayPassed,
    /// Those who declined may be asked again.
    DeclinesForgiven,
}

/// Its wait has grown so long that somebody else may be asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitGrown {
    /// Which.
    pub conversation: ConversationId,
    /// Why.
    pub because: WaitGrownBecause,
}
subject!(WaitGrown, conversation);

/// A supervisor gives a waiting conversation to a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssignAsked {
    /// Which.
    pub conversation: ConversationId,
    /// Who asks.
    pub person: PersonId,
    /// To whom.
    pub to: PersonId,
}
subject!(AssignAsked, conversation, person);

/// A supervisor changed its priority.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriorityChanged {
    /// Which.
    pub conversation: ConversationId,
    /// Who.
    pub person: PersonId,
    /// Minutes of head start, 0 to 10.
    pub priority: u8,
}
subject!(PriorityChanged, conversation, person);

/// To whom it is passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TransferTo {
    /// A queue.
    Queue {
        /// Which.
        queue: QueueId,
    },
    /// A person.
    Person {
        /// Who.
        person: PersonId,
    },
}

/// How it is passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TransferMode {
    /// At once, with what is written.
    Cold,
    /// The other person is told first; it moves when both are ready.
    Warm,
}

/// The owner wants somebody else to have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferAsked {
    /// Which.
    pub conversation: ConversationId,
    /// Who.
    pub person: PersonId,
    /// To whom.
    pub to: TransferTo,
    /// How.
    pub mode: TransferMode,
}
subject!(TransferAsked, conversation, person);

/// A warm transfer looks for somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferStarted {
    /// Which.
    pub conversation: ConversationId,
    /// By whom.
    pub person: PersonId,
    /// To whom.
    pub to: TransferTo,
    /// When it ends by itself.
    pub until: Timestamp,
}
subject!(TransferStarted, conversation, person);

/// Somebody is there and is told what it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferBriefed {
    /// Which.
    pub conversation: ConversationId,
    /// Who is told.
    pub person: PersonId,
}
subject!(TransferBriefed, conversation, person);

/// The owner wants to finish or stop a warm transfer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferEndAsked {
    /// Which.
    pub conversation: ConversationId,
    /// Who.
    pub person: PersonId,
    /// Finish, or stop.
    pub complete: bool,
}
subject!(TransferEndAsked, conversation, person);

/// The other person has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferCompleted {
    /// Which.
    pub conversation: ConversationId,
    /// Who had it.
    pub from: PersonId,
    /// Who has it.
    pub person: PersonId,
}
subject!(TransferCompleted, conversation, person);

/// Why a warm transfer ended without success.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TransferCancelledBecause {
    /// The owner stopped it.
    Stopped,
    /// Nobody took it in time.
    NobodyCame,
    /// The person who was asked said no or is gone.
    Declined,
    /// The customer left.
    CustomerLeft,
    /// The owner is gone.
    OwnerGone,
}

/// It stays where it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferCancelled {
    /// Which.
    pub conversation: ConversationId,
    /// Why.
    pub because: TransferCancelledBecause,
}
subject!(TransferCancelled, conversation);
