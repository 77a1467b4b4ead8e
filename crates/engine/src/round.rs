//! One round of decisions: what it has touched already, so that two decisions of one round never contradict each other.

use std::collections::{BTreeMap, BTreeSet};

use signalbox_model::event::conversation::QueuedBecause;
use signalbox_model::event::supervision::{Ask, AskRefused, RefusedBecause};
use signalbox_model::event::{Event, Recorded};
use signalbox_model::id::{AiAgentId, ConversationId, PersonId};

/// Who and what was decided about in this round, but not yet folded.
#[derive(Clone, Debug, Default)]
pub struct Touched {
    conversations: BTreeSet<ConversationId>,
    people: BTreeSet<PersonId>,
    ai: BTreeMap<AiAgentId, u32>,
}

impl Touched {
    /// Remembers what a decision is about.
    pub fn note(&mut self, event: &Event) {
        self.conversations.extend(event.conversation());
        self.people.extend(affected(event));
        if let Event::AiAssigned(assigned) = event {
            *self.ai.entry(assigned.agent).or_default() += 1;
        }
    }

    /// Whether a fact is about something that was decided about in this round: it must wait for the next.
    pub fn concerns(&self, recorded: &Recorded) -> bool {
        let conversation = recorded.event.conversation().is_some_and(|id| self.conversations.contains(&id));
        conversation || recorded.event.person().is_some_and(|id| self.people.contains(&id))
    }

    /// Whether the conversation was decided about.
    pub fn conversation(&self, id: ConversationId) -> bool {
        self.conversations.contains(&id)
    }

    /// Conversations that an AI agent was given in this round.
    pub fn ai_assigned(&self, agent: AiAgentId) -> u32 {
        self.ai.get(&agent).copied().unwrap_or(0)
    }

    /// Whether the person's slots or presence were decided about.
    pub fn person(&self, id: PersonId) -> bool {
        self.people.contains(&id)
    }
}

/// People whose slots or presence a decision changes: each of them is looked at again once it is folded.
pub fn affected(event: &Event) -> Vec<PersonId> {
    match event {
        Event::OfferMade(e) => vec![e.person],
        Event::OfferAccepted(e) => vec![e.person],
        Event::OfferDeclined(e) => vec![e.person],
        Event::OfferExpired(e) => vec![e.person],
        Event::OfferWithdrawn(e) => vec![e.person],
        Event::WrapUpStarted(e) => vec![e.person],
        Event::WrapUpFinished(e) => vec![e.person],
        Event::PresenceChanged(e) => vec![e.person],
        Event::TransferBriefed(e) => vec![e.person],
        Event::TransferCompleted(e) => vec![e.from, e.person],
        Event::SupervisorTookOver(e) => e.from.into_iter().chain([e.person]).collect(),
        Event::SupervisorHandedBack(e) => e.to.into_iter().chain([e.person]).collect(),
        Event::ConversationQueued(e) => match &e.because {
            QueuedBecause::Transferred { by } | QueuedBecause::HandedBack { by } => vec![*by],
            QueuedBecause::AgentLost { person }
            | QueuedBecause::AgentGone { person }
            | QueuedBecause::NotTaken { person } => vec![*person],
            QueuedBecause::Arrived
            | QueuedBecause::AskedForPerson
            | QueuedBecause::Overflowed { .. }
            | QueuedBecause::Assigned { .. }
            | QueuedBecause::HandedOff { .. }
            | QueuedBecause::Reopened => Vec::new(),
        },
        Event::AiAssigned(e) => e.from.into_iter().collect(),
        Event::ConversationClosed(e) => e.had_by.into_iter().collect(),
        _ => Vec::new(),
    }
}

/// A wish that is not granted.
pub fn refuse(ask: Ask, conversation: Option<ConversationId>, person: PersonId, because: RefusedBecause) -> Vec<Event> {
    vec![Event::AskRefused(AskRefused { ask, conversation, person: Some(person), because })]
}
