//! The fold of one conversation: the one owner, its segments, its clocks.

pub mod ai;
mod fold;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use signalbox_model::contact::{Channel, Control, Origin, Outcome, Owner, SkillNeed};
use signalbox_model::event::Event;
use signalbox_model::event::ai_agent::{HandoffEnd, HandoffEnded};
use signalbox_model::event::conversation::{Place, QueuedBecause};
use signalbox_model::event::routing::{
    OfferPurpose, OfferReason, OfferWithdrawn, TransferCancelled, TransferCancelledBecause, TransferTo,
    WithdrawnBecause,
};
use signalbox_model::id::{ConversationId, CustomerId, DispositionId, PersonId, Position, QueueId};
use signalbox_model::time::{DurationMs, Timestamp};
use signalbox_model::word::Slug;

use ai::{AiSide, AiWork};

/// What is going on with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// In a queue, nobody asked.
    Waiting,
    /// In a queue, somebody asked.
    Offered,
    /// Somebody has it.
    Active,
    /// Somebody has it and the customer is on hold.
    Held,
    /// Over for the customer, not yet for the agent.
    WrapUp,
    /// Over.
    Closed,
}

/// A stretch with one owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// Counts up from 1.
    pub number: u32,
    /// The owner.
    pub owner: Owner,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Time on hold in it, without a hold that is still going on.
    pub hold_ms: DurationMs,
    /// Work after it, once that is over.
    pub wrap_up_ms: DurationMs,
    /// Name of the fact that began it.
    pub began: Cow<'static, str>,
    /// Name of the fact that ended it.
    pub ended: Option<Cow<'static, str>>,
}

/// Somebody is being asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// Counts up from 1.
    pub number: u32,
    /// Who.
    pub person: PersonId,
    /// What for.
    pub purpose: OfferPurpose,
    /// Since when.
    pub made_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// Why this person.
    pub because: Vec<OfferReason>,
}

/// A warm transfer under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transfer {
    /// Who wants it.
    pub by: PersonId,
    /// To whom.
    pub to: TransferTo,
    /// When it ends by itself.
    pub until: Timestamp,
    /// Who is being told about it.
    pub briefed: Option<PersonId>,
}

/// Work after the conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrapUp {
    /// Whose.
    pub person: PersonId,
    /// Since when.
    pub since: Timestamp,
    /// When it ends by itself.
    pub until: Timestamp,
}

/// Somebody who was asked in this stay and did not take it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pass {
    /// Who.
    pub person: PersonId,
    /// When.
    pub at: Timestamp,
}

/// Whose slots a conversation takes: the owner's, and those of who is asked, who is being told, who wraps up.
pub type HeldBy = [Option<PersonId>; 4];

/// Nobody's slots.
pub const NOBODY: HeldBy = [None; 4];

/// One conversation that is open or in wrap-up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversation {
    /// Its id.
    pub id: ConversationId,
    /// With whom.
    pub customer: CustomerId,
    /// How they came.
    pub channel: Channel,
    /// How we know.
    pub origin: Origin,
    /// Whether we route it.
    pub control: Control,
    /// The queue that it is in or was taken from.
    pub queue: Option<QueueId>,
    /// Needed besides the queue's own needs.
    pub needs: Vec<SkillNeed>,
    /// Minutes of head start in total.
    pub priority: u8,
    /// What it is about.
    pub intent: Option<Slug>,
    /// In which language.
    pub language: Option<Slug>,
    /// Its labels.
    pub labels: Vec<Slug>,
    /// Who has it: exactly one at any instant.
    pub owner: Owner,
    /// When it began.
    pub opened_at: Timestamp,
    /// Whether the engine has put it in line; between opening and that it is owned by its queue but cannot be offered.
    pub in_line: bool,
    /// Since when its wait counts, while it is in a queue.
    pub waiting_since: Option<Timestamp>,
    /// Which end of the line.
    pub place: Place,
    /// Only this person may have it.
    pub only: Option<PersonId>,
    /// Why it is in the queue.
    pub queued_because: Option<QueuedBecause>,
    /// Rings open.
    pub ring: u8,
    /// Those who did not take it.
    pub passes: Vec<Pass>,
    /// When the circle of those who may be asked was last looked at because of time.
    pub grown_at: Timestamp,
    /// Who is being asked.
    pub offer: Option<Offer>,
    /// Offers made so far.
    pub offers_made: u32,
    /// Since when the present owner has it.
    pub owned_since: Option<Timestamp>,
    /// Since when it is on hold.
    pub held_since: Option<Timestamp>,
    /// A warm transfer under way.
    pub transfer: Option<Transfer>,
    /// Work after it.
    pub wrap_up: Option<WrapUp>,
    /// When it ended for the customer.
    pub closed_at: Option<Timestamp>,
    /// Since when the customer waits for an answer to what they wrote.
    pub unanswered_since: Option<Timestamp>,
    /// When the customer asked for a person, until a person has it.
    pub asked_person_at: Option<Timestamp>,
    /// Last turn of anybody.
    pub last_turn_at: Option<Timestamp>,
    /// First answer of anybody.
    pub first_reply_at: Option<Timestamp>,
    /// Turns so far.
    pub turns: u32,
    /// Whether the limit of turns is reached.
    pub truncated: bool,
    /// Supervisors who watch.
    pub watchers: Vec<PersonId>,
    /// Supervisors who may speak.
    pub barged: Vec<PersonId>,
    /// From whom a supervisor took it.
    pub taken_from: Option<PersonId>,
    /// Since when the customer's browser is gone.
    pub customer_left_at: Option<Timestamp>,
    /// What became of it.
    pub outcome: Option<Outcome>,
    /// How it is filed.
    pub disposition: Option<DispositionId>,
    /// All stretches so far.
    pub segments: Vec<Segment>,
    /// Reported owners of an observed conversation, by the time at which they were so.
    pub reports: Vec<(Timestamp, Owner)>,
    /// What AI agents have in it.
    #[serde(default)]
    pub ai: AiSide,
    /// Place of the last fact about it.
    pub position: Position,
}

impl Conversation {
    /// What is going on with it.
    pub fn state(&self) -> State {
        match &self.owner {
            Owner::Closed if self.wrap_up.is_some() => State::WrapUp,
            Owner::Closed => State::Closed,
            Owner::Queue { .. } if self.offer.is_some() => State::Offered,
            Owner::Queue { .. } => State::Waiting,
            _ if self.held_since.is_some() => State::Held,
            _ => State::Active,
        }
    }

    /// Whether it is over for the customer.
    pub fn is_closed(&self) -> bool {
        self.owner == Owner::Closed
    }

    /// The registered AI agent that has it, if one does.
    pub fn ai_owner(&self) -> Option<&AiWork> {
        let work = self.ai.work.as_ref()?;
        matches!(&self.owner, Owner::Ai { agent } if *agent == work.handle).then_some(work)
    }

    /// The end of a handoff that is not over yet.
    pub fn end_handoff(&self, how: HandoffEnd, now: Timestamp) -> Option<Event> {
        let handoff = self.ai.handoff?;
        let after_ms = now.since(handoff.requested_at);
        Some(Event::HandoffEnded(HandoffEnded { conversation: self.id, how, after_ms }))
    }

    /// Everybody whose slot it takes: the owner, who is asked, who is being told, who wraps up.
    pub fn held_by(&self) -> HeldBy {
        let owner = self.owner.person();
        let offered = self.offer.as_ref().map(|offer| offer.person);
        let briefed = self.transfer.as_ref().and_then(|transfer| transfer.briefed);
        let wrapping = self.wrap_up.map(|wrap_up| wrap_up.person);
        [owner, offered, briefed, wrapping]
    }

    /// Everybody whose slot it takes, one after the other.
    pub fn holders(&self) -> impl Iterator<Item = PersonId> {
        self.held_by().into_iter().flatten()
    }

    /// How long it has waited in its queue.
    pub fn waited(&self, now: Timestamp) -> DurationMs {
        self.waiting_since.map_or(DurationMs::ZERO, |since| now.since(since))
    }

    /// Where it stands in line: smaller is earlier. Minutes waited plus priority grows equally for all, so the order never changes by itself.
    pub fn line_key(&self) -> (u8, i64) {
        let since = self.waiting_since.unwrap_or(self.opened_at);
        match self.place {
            Place::Front => (0, since.millis()),
            Place::Score => (1, since.millis() - i64::from(self.priority) * 60_000),
        }
    }

    /// Whether this person was asked lately and did not take it.
    pub fn was_passed_by(&self, person: PersonId) -> bool {
        self.passes.iter().any(|pass| pass.person == person)
    }

    /// What must be taken back before the owner changes by other means: a standing offer, a warm transfer.
    pub fn take_back(&self, offer: WithdrawnBecause, transfer: TransferCancelledBecause) -> Vec<Event> {
        let mut events = Vec::new();
        if let Some(standing) = &self.offer {
            events.push(Event::OfferWithdrawn(OfferWithdrawn {
                conversation: self.id,
                person: standing.person,
                offer: standing.number,
                because: offer,
            }));
        }
        if self.transfer.is_some() {
            events.push(Event::TransferCancelled(TransferCancelled { conversation: self.id, because: transfer }));
        }
        events
    }
}
