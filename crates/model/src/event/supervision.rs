//! Supervisors who watch and step in.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Subject, subject};
use crate::id::{ContentId, ConversationId, PersonId};
use crate::word::Slug;

/// A supervisor wants to watch, or to stop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonitorAsked {
    /// Which.
    pub conversation: ConversationId,
    /// Who.
    pub person: PersonId,
    /// Watch, or stop.
    pub on: bool,
}
subject!(MonitorAsked, conversation, person);

/// A supervisor watches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonitorStarted {
    /// Which.
    pub conversation: ConversationId,
    /// Who.
    pub person: PersonId,
}
subject!(MonitorStarted, conversation, person);

/// A supervisor watches no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonitorStopped {
    /// Which.
    pub conversation: ConversationId,
    /// Who.
    pub person: PersonId,
}
subject!(MonitorStopped, conversation, person);

/// A supervisor wants to tell the owner something that the customer does not see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhisperAsked {
    /// Where.
    pub conversation: ConversationId,
    /// Who.
    pub person: PersonId,
    /// The words, beside the log.
    pub content: ContentId,
}
subject!(WhisperAsked, conversation, person, content);

/// The owner was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhisperSent {
    /// Where.
    pub conversation: ConversationId,
    /// Who said it.
    pub person: PersonId,
    /// To whom: the owner at that instant.
    pub to: PersonId,
    /// The words that came with the wish.
    pub content: ContentId,
}
subject!(WhisperSent, conversation, person);

/// A supervisor wants to speak in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BargeAsked {
    /// Where.
    pub conversation: ConversationId,
    /// Who.
    pub person: PersonId,
}
subject!(BargeAsked, conversation, person);

/// A supervisor speaks in it; the owner stays the owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupervisorBarged {
    /// Where.
    pub conversation: ConversationId,
    /// Who.
    pub person: PersonId,
}
subject!(SupervisorBarged, conversation, person);

/// A supervisor wants to own it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakeOverAsked {
    /// Which.
    pub conversation: ConversationId,
    /// Who.
    pub person: PersonId,
}
subject!(TakeOverAsked, conversation, person);

/// A supervisor owns it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupervisorTookOver {
    /// Which.
    pub conversation: ConversationId,
    /// Who.
    pub person: PersonId,
    /// Who had it, if a person did.
    pub from: Option<PersonId>,
}
subject!(SupervisorTookOver, conversation, person);

/// The supervisor wants to give it back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandBackAsked {
    /// Which.
    pub conversation: ConversationId,
    /// Who.
    pub person: PersonId,
}
subject!(HandBackAsked, conversation, person);

/// The supervisor gave it back: to whom they had it from if that person is there, otherwise to the front of the queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupervisorHandedBack {
    /// Which.
    pub conversation: ConversationId,
    /// Who.
    pub person: PersonId,
    /// To whom; none: to the queue.
    pub to: Option<PersonId>,
}
subject!(SupervisorHandedBack, conversation, person);

/// Which wish.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// To reply.
    Reply,
    /// To hold or resume.
    Hold,
    /// To end.
    Close,
    /// To go on after the end.
    Reopen,
    /// To finish wrap-up.
    WrapUpFinish,
    /// To accept an offer.
    OfferAccept,
    /// To decline an offer.
    OfferDecline,
    /// To assign.
    Assign,
    /// To pass on.
    Transfer,
    /// To finish or stop a warm transfer.
    TransferEnd,
    /// To watch.
    Monitor,
    /// To whisper.
    Whisper,
    /// To barge in.
    Barge,
    /// To take over.
    TakeOver,
    /// To hand back.
    HandBack,
    /// To change presence.
    Presence,
    /// To act on an alert.
    AlertAct,
    /// To give a conversation back to its AI agent.
    ReturnToAi,
    /// To grant or deny what an AI agent wants to do.
    ApprovalDecide,
}

/// Why a wish was not granted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RefusedBecause {
    /// It is over, or never was.
    NotOpen,
    /// It is open already.
    StillOpen,
    /// Somebody else owns it.
    NotOwner {
        /// Who, if a person of this floor does.
        owner: Option<PersonId>,
    },
    /// The offer has expired, was withdrawn or was answered.
    OfferOver,
    /// Another supervisor has it.
    TakenBy {
        /// Who.
        person: PersonId,
    },
    /// It already is as was wished.
    AlreadySo,
    /// There is nobody to speak to: it waits.
    NobodyThere,
    /// The person is not available or has no slot free.
    PersonUnavailable,
    /// The queue does not exist, is closed or is full.
    QueueUnavailable,
    /// The turn limit is reached.
    Truncated,
    /// It lives in another system, which alone can do that.
    Observed,
    /// A transfer is under way already, or none is.
    TransferState,
    /// The alert is over, or never was.
    AlertOver,
    /// The person does not exist or has left.
    NoSuchPerson,
    /// No AI agent may have it, and why.
    AiMayNot {
        /// Why.
        why: Slug,
    },
    /// Only with the customer's consent.
    CustomerMustAgree,
    /// The approval is decided already, or its time is over.
    ApprovalOver,
}

/// A wish was not granted, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskRefused {
    /// Which wish.
    pub ask: Ask,
    /// About which conversation, if about one.
    pub conversation: Option<ConversationId>,
    /// Whose wish; a customer's or system's has none.
    pub person: Option<PersonId>,
    /// Why.
    pub because: RefusedBecause,
}

impl Subject for AskRefused {
    fn subject_conversation(&self) -> Option<ConversationId> {
        self.conversation
    }

    fn subject_person(&self) -> Option<PersonId> {
        self.person
    }
}

/// What made somebody look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReviewOrigin {
    /// An automatic sign: an alert, a need, later an AI's finding.
    AiFlag,
    /// A person disputed a score.
    Dispute,
    /// Drawn by chance.
    Random,
    /// Picked by hand.
    Targeted,
}

/// Somebody looked at a conversation to judge it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationReviewed {
    /// Which.
    pub conversation: ConversationId,
    /// Who.
    pub person: PersonId,
    /// What made them.
    pub origin: ReviewOrigin,
}
subject!(ConversationReviewed, conversation, person);
