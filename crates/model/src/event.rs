//! The closed set of facts. Names are past tense; `…_asked` is a wish of a person or channel, settled by the engine.
//!
//! *Reported* facts come from outside: what somebody did, saw or wants. *Decided* facts come from the engine alone.
//! Ownership, offers and assignment change by decided facts only, so there is one place in which races are settled.

pub mod ai_agent;
pub mod stop;
pub mod conversation;
pub mod routing;
pub mod supervision;
pub mod presence;
pub mod customer;
pub mod alert;
pub mod access;
pub mod reading;
pub mod action;

use serde::{Deserialize, Serialize};

use crate::contact::Actor;
use crate::content::Content;
use crate::id::{CommandId, ContentId, ConversationId, CustomerId, PersonId, Position};
use crate::setup::Document;
use crate::time::Timestamp;
use access::*;
use action::*;
use ai_agent::*;
use alert::*;
use conversation::*;
use customer::*;
use presence::*;
use reading::*;
use routing::*;
use stop::*;
use supervision::*;

macro_rules! events {
    ($( $(#[$doc:meta])* $variant:ident($payload:ty) = $wire:literal, $class:ident ; )*) => {
        /// One thing that happened, was asked for or was decided.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "type", content = "data")]
        pub enum Event {
            $( $(#[$doc])* #[serde(rename = $wire)] $variant($payload), )*
        }

        impl Event {
            /// Every name on the wire, with its class.
            pub const NAMES: &'static [(&'static str, Class)] = &[ $( ($wire, Class::$class), )* ];

            /// The name on the wire, as in `conversation.opened`.
            pub fn name(&self) -> &'static str {
                match self { $( Event::$variant(_) => $wire, )* }
            }

            /// Whether it was reported from outside or decided by the engine.
            pub fn class(&self) -> Class {
                match self { $( Event::$variant(_) => Class::$class, )* }
            }

            /// The conversation that it is about, if it is about one.
            pub fn conversation(&self) -> Option<ConversationId> {
                match self { $( Event::$variant(payload) => payload.subject_conversation(), )* }
            }

            /// The person of this floor that it is about or by, if there is one.
            pub fn person(&self) -> Option<PersonId> {
                match self { $( Event::$variant(payload) => payload.subject_person(), )* }
            }

            /// The customer that it names, if it names one.
            pub fn customer(&self) -> Option<CustomerId> {
                match self { $( Event::$variant(payload) => payload.subject_customer(), )* }
            }

            /// The content that it carries beside the log, if it carries any.
            pub fn content(&self) -> Option<ContentId> {
                match self { $( Event::$variant(payload) => payload.subject_content(), )* }
            }
        }
    };
}

/// Where a fact comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// A person, channel or other system said so.
    Reported,
    /// The engine decided it.
    Decided,
}

/// What a payload is about; every payload answers, mostly with nothing.
pub trait Subject {
    /// The conversation.
    fn subject_conversation(&self) -> Option<ConversationId> {
        None
    }
    /// The person.
    fn subject_person(&self) -> Option<PersonId> {
        None
    }
    /// The customer.
    fn subject_customer(&self) -> Option<CustomerId> {
        None
    }
    /// The content.
    fn subject_content(&self) -> Option<ContentId> {
        None
    }
}

/// Implements [`Subject`] from the fields that a payload has.
macro_rules! subject {
    ($name:ident $(, $field:ident)*) => {
        impl $crate::event::Subject for $name {
            $( $crate::event::subject!(@ $field); )*
        }
    };
    (@ conversation) => {
        fn subject_conversation(&self) -> Option<$crate::id::ConversationId> { Some(self.conversation) }
    };
    (@ person) => {
        fn subject_person(&self) -> Option<$crate::id::PersonId> { Some(self.person) }
    };
    (@ customer) => {
        fn subject_customer(&self) -> Option<$crate::id::CustomerId> { Some(self.customer) }
    };
    (@ content) => {
        fn subject_content(&self) -> Option<$crate::id::ContentId> { Some(self.content) }
    };
}
pub(crate) use subject;

events! {
    /// A document was published.
    SetupPublished(SetupPublished) = "setup.published", Reported;

    /// A conversation began.
    ConversationOpened(ConversationOpened) = "conversation.opened", Reported;
    /// It waits in a queue now.
    ConversationQueued(ConversationQueued) = "conversation.queued", Decided;
    /// It could not be taken in: nobody works, or the queue is full.
    ConversationTurnedAway(ConversationTurnedAway) = "conversation.turned_away", Decided;
    /// Somebody said or sent something.
    TurnAdded(TurnAdded) = "turn.added", Reported;
    /// A person wants to say something to the customer.
    ReplyAsked(ReplyAsked) = "reply.asked", Reported;
    /// It was said.
    ReplySent(ReplySent) = "reply.sent", Decided;
    /// A note that only colleagues see.
    NoteAdded(NoteAdded) = "note.added", Reported;
    /// No more turns are recorded: the limit is reached.
    ConversationTruncated(ConversationTruncated) = "conversation.truncated", Decided;
    /// The customer wants a person.
    PersonAsked(PersonAsked) = "person.asked", Reported;
    /// The customer has gone.
    CustomerLeft(CustomerLeft) = "customer.left", Reported;
    /// The customer's browser is back.
    CustomerReturned(CustomerReturned) = "customer.returned", Reported;
    /// The owner wants to hold or resume.
    HoldAsked(HoldAsked) = "hold.asked", Reported;
    /// It is on hold.
    ConversationHeld(ConversationHeld) = "conversation.held", Decided;
    /// It goes on.
    ConversationResumed(ConversationResumed) = "conversation.resumed", Decided;
    /// The owner wants to end it.
    CloseAsked(CloseAsked) = "close.asked", Reported;
    /// It is over.
    ConversationClosed(ConversationClosed) = "conversation.closed", Decided;
    /// The customer writes again, or somebody wants to go on.
    ReopenAsked(ReopenAsked) = "reopen.asked", Reported;
    /// It goes on.
    ConversationReopened(ConversationReopened) = "conversation.reopened", Decided;
    /// Work after the conversation began.
    WrapUpStarted(WrapUpStarted) = "wrap_up.started", Decided;
    /// The agent is done with it.
    WrapUpFinishAsked(WrapUpFinishAsked) = "wrap_up.finish_asked", Reported;
    /// Work after the conversation ended.
    WrapUpFinished(WrapUpFinished) = "wrap_up.finished", Decided;
    /// How it was filed.
    DispositionSet(DispositionSet) = "disposition.set", Reported;
    /// A label was put on or taken off.
    LabelChanged(LabelChanged) = "label.changed", Reported;
    /// Another system says how it ended.
    OutcomeReported(OutcomeReported) = "outcome.reported", Reported;
    /// Another system says who has it.
    OwnershipReported(OwnershipReported) = "ownership.reported", Reported;

    /// An agent is asked to take it.
    OfferMade(OfferMade) = "offer.made", Decided;
    /// The agent wants to take it.
    OfferAcceptAsked(OfferAcceptAsked) = "offer.accept_asked", Reported;
    /// The agent does not want it.
    OfferDeclineAsked(OfferDeclineAsked) = "offer.decline_asked", Reported;
    /// The agent has it.
    OfferAccepted(OfferAccepted) = "offer.accepted", Decided;
    /// The agent did not take it.
    OfferDeclined(OfferDeclined) = "offer.declined", Decided;
    /// The agent did not answer.
    OfferExpired(OfferExpired) = "offer.expired", Decided;
    /// It is no longer needed.
    OfferWithdrawn(OfferWithdrawn) = "offer.withdrawn", Decided;
    /// More people may take it.
    RingWidened(RingWidened) = "ring.widened", Decided;
    /// Its wait has grown so long that somebody else may be asked.
    WaitGrown(WaitGrown) = "wait.grown", Decided;
    /// A supervisor gives it to a person.
    AssignAsked(AssignAsked) = "assign.asked", Reported;
    /// A supervisor changed its priority.
    PriorityChanged(PriorityChanged) = "priority.changed", Reported;
    /// The owner wants somebody else to have it.
    TransferAsked(TransferAsked) = "transfer.asked", Reported;
    /// A warm transfer looks for somebody.
    TransferStarted(TransferStarted) = "transfer.started", Decided;
    /// Somebody is there and is told what it is about.
    TransferBriefed(TransferBriefed) = "transfer.briefed", Decided;
    /// The owner wants to finish or stop a warm transfer.
    TransferEndAsked(TransferEndAsked) = "transfer.end_asked", Reported;
    /// The other person has it.
    TransferCompleted(TransferCompleted) = "transfer.completed", Decided;
    /// It stays where it was.
    TransferCancelled(TransferCancelled) = "transfer.cancelled", Decided;

    /// A supervisor wants to watch, or to stop.
    MonitorAsked(MonitorAsked) = "monitor.asked", Reported;
    /// A supervisor watches.
    MonitorStarted(MonitorStarted) = "monitor.started", Decided;
    /// A supervisor watches no more.
    MonitorStopped(MonitorStopped) = "monitor.stopped", Decided;
    /// A supervisor wants to tell the owner something.
    WhisperAsked(WhisperAsked) = "whisper.asked", Reported;
    /// The owner was told.
    WhisperSent(WhisperSent) = "whisper.sent", Decided;
    /// A supervisor wants to speak in it.
    BargeAsked(BargeAsked) = "barge.asked", Reported;
    /// A supervisor speaks in it.
    SupervisorBarged(SupervisorBarged) = "supervisor.barged", Decided;
    /// A supervisor wants to own it.
    TakeOverAsked(TakeOverAsked) = "take_over.asked", Reported;
    /// A supervisor owns it.
    SupervisorTookOver(SupervisorTookOver) = "supervisor.took_over", Decided;
    /// The supervisor wants to give it back.
    HandBackAsked(HandBackAsked) = "hand_back.asked", Reported;
    /// The supervisor gave it back.
    SupervisorHandedBack(SupervisorHandedBack) = "supervisor.handed_back", Decided;
    /// A wish was not granted, and why.
    AskRefused(AskRefused) = "ask.refused", Decided;
    /// Somebody looked at a conversation to judge it.
    ConversationReviewed(ConversationReviewed) = "conversation.reviewed", Reported;

    /// A person wants to be available, away or gone.
    PresenceAsked(PresenceAsked) = "presence.asked", Reported;
    /// A person is available, away, not responding or gone.
    PresenceChanged(PresenceChanged) = "presence.changed", Decided;
    /// A person's desk is open in a browser.
    DeskConnected(DeskConnected) = "desk.connected", Reported;
    /// A person's last browser is gone.
    DeskDisconnected(DeskDisconnected) = "desk.disconnected", Reported;

    /// Somebody came whom we may or may not know.
    CustomerSeen(CustomerSeen) = "customer.seen", Reported;
    /// A way to know them.
    IdentityAdded(IdentityAdded) = "identity.added", Reported;
    /// Two customers are one.
    CustomerMerged(CustomerMerged) = "customer.merged", Reported;
    /// One customer is two.
    CustomerSplit(CustomerSplit) = "customer.split", Reported;
    /// Two customers who looked alike are two people.
    CustomerKeptApart(CustomerKeptApart) = "customer.kept_apart", Reported;
    /// Their words and identities are destroyed.
    CustomerErased(CustomerErased) = "customer.erased", Reported;

    /// An alert began.
    AlertRaised(AlertRaised) = "alert.raised", Decided;
    /// A person wants to do something about it.
    AlertActAsked(AlertActAsked) = "alert.act_asked", Reported;
    /// It was acknowledged, snoozed, given away or closed.
    AlertActed(AlertActed) = "alert.acted", Decided;
    /// It is over.
    AlertCleared(AlertCleared) = "alert.cleared", Decided;

    /// Somebody signed in.
    SignedIn(SignedIn) = "person.signed_in", Reported;
    /// Somebody signed out.
    SignedOut(SignedOut) = "person.signed_out", Reported;
    /// Somebody could not sign in, or a token was refused.
    AccessRefused(AccessRefused) = "access.refused", Reported;
    /// Rows left the system.
    ExportMade(ExportMade) = "export.made", Reported;

    /// Personal data in a turn was hidden before it was stored.
    PersonalDataHidden(PersonalDataHidden) = "personal_data.hidden", Reported;
    /// Somebody looked at what was hidden.
    PersonalDataRevealed(PersonalDataRevealed) = "personal_data.revealed", Reported;
    /// A customer's turn was read: intent, language, how they feel.
    TurnRead(TurnRead) = "turn.read", Reported;

    /// A draft became a candidate.
    VersionProposed(VersionProposed) = "version.proposed", Reported;
    /// A candidate may have conversations now.
    VersionReleased(VersionReleased) = "version.released", Reported;
    /// A version has no new conversations any more.
    VersionWithdrawn(VersionWithdrawn) = "version.withdrawn", Reported;
    /// An AI agent has it.
    AiAssigned(AiAssigned) = "ai.assigned", Decided;
    /// An AI agent is asked for a turn.
    AiTurnRequested(AiTurnRequested) = "ai_turn.requested", Decided;
    /// An AI agent is done with a turn.
    AiTurnCompleted(AiTurnCompleted) = "ai_turn.completed", Reported;
    /// How a turn came about, step by step.
    AiTurnTraced(AiTurnTraced) = "ai_turn.traced", Reported;
    /// What an AI agent said came too late.
    AiTurnDiscarded(AiTurnDiscarded) = "ai_turn.discarded", Decided;
    /// The person who has it sees a draft or suggestion.
    DraftOffered(DraftOffered) = "draft.offered", Decided;
    /// An AI agent was told something by a supervisor.
    AiWhispered(AiWhispered) = "ai.whispered", Decided;
    /// A person is needed in place of an AI agent.
    HandoffRequested(HandoffRequested) = "handoff.requested", Decided;
    /// Nobody took a handoff in time.
    HandoffTimedOut(HandoffTimedOut) = "handoff.timed_out", Decided;
    /// The person who took it has read what went before.
    HandoffBriefed(HandoffBriefed) = "handoff.briefed", Reported;
    /// A handoff is over.
    HandoffEnded(HandoffEnded) = "handoff.ended", Decided;
    /// A person wants to give it back to its AI agent.
    ReturnToAiAsked(ReturnToAiAsked) = "return_to_ai.asked", Reported;
    /// AI agents were stopped.
    KillSwitchThrown(KillSwitchThrown) = "kill_switch.thrown", Reported;
    /// AI agents may work again.
    KillSwitchLifted(KillSwitchLifted) = "kill_switch.lifted", Reported;

    /// An AI agent wants to do something for which a person must agree.
    ApprovalAsked(ApprovalAsked) = "approval.asked", Reported;
    /// A person wants to grant or deny it.
    ApprovalDecideAsked(ApprovalDecideAsked) = "approval.decide_asked", Reported;
    /// It was granted, denied, or nobody decided.
    ApprovalDecided(ApprovalDecided) = "approval.decided", Decided;
    /// A tool that changes something is about to be run.
    ToolStarted(ToolStarted) = "tool.started", Reported;
    /// It was run, or could not be.
    ToolFinished(ToolFinished) = "tool.finished", Reported;
    /// A connector answers, or no longer does.
    ConnectorProbed(ConnectorProbed) = "connector.probed", Reported;
    /// Something went wrong and is looked after.
    IncidentOpened(IncidentOpened) = "incident.opened", Reported;
    /// Somebody added to the story of an incident.
    IncidentNoted(IncidentNoted) = "incident.noted", Reported;
    /// An incident is over.
    IncidentClosed(IncidentClosed) = "incident.closed", Reported;
    /// AI that nobody registered was seen.
    UnregisteredAiSeen(UnregisteredAiSeen) = "unregistered_ai.seen", Reported;
}

/// A document was published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetupPublished {
    /// Its content.
    pub document: Document,
    /// Counts up from 1 for each document.
    pub revision: u32,
}
subject!(SetupPublished);

/// A fact as the log holds it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recorded {
    /// Its place.
    pub position: Position,
    /// When it was recorded; never before the fact before it.
    pub at: Timestamp,
    /// When it happened, where another system told us later.
    pub occurred_at: Option<Timestamp>,
    /// Who caused it.
    pub actor: Actor,
    /// The command that brought it, if one did.
    pub command: Option<CommandId>,
    /// The fact that it follows from, if it was decided.
    pub cause: Option<Position>,
    /// What happened.
    pub event: Event,
}

impl Recorded {
    /// When it happened as far as we know.
    pub fn when(&self) -> Timestamp {
        self.occurred_at.unwrap_or(self.at)
    }
}

/// A fact on its way into the log.
#[derive(Clone, Debug, PartialEq)]
pub struct NewEvent {
    /// What happened.
    pub event: Event,
    /// When it happened, where another system tells us later.
    pub occurred_at: Option<Timestamp>,
    /// The fact that it follows from.
    pub cause: Option<Position>,
    /// Words or a file that come with it.
    pub content: Option<Content>,
}

impl NewEvent {
    /// A plain fact of now.
    pub fn now(event: Event) -> NewEvent {
        NewEvent { event, occurred_at: None, cause: None, content: None }
    }
}
