//! One round of decisions: what it has touched already, so that two decisions of one round never contradict each other.

use std::collections::BTreeSet;

use signalbox_model::event::conversation::QueuedBecause;
use signalbox_model::event::supervision::{Ask, AskRefused, RefusedBecause};
use signalbox_model::event::{Event, Recorded};
use signalbox_model::id::{AiAgentId, ConversationId, PersonId};

use crate::lookup::IdSet;

/// Who and what was decided about in this round, but not yet folded.
#[derive(Debug, Default)]
pub struct Touched {
    conversations: IdSet<ConversationId>,
    people: IdSet<PersonId>,
    /// Conversations that AI agents were given.
    ai: BTreeSet<(AiAgentId, ConversationId)>,
}

impl Touched {
    /// Remembers what a decision is about.
    pub fn note(&mut self, event: &Event) {
        self.conversations.extend(event.conversation());
        self.people.extend(affected(event));
        if let Event::AiAssigned(assigned) = event {
            self.ai.insert((assigned.agent, assigned.conversation));
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
        let given = self.ai.iter().filter(|(to, _)| *to == agent).count();
        u32::try_from(given).unwrap_or(u32::MAX)
    }

    /// Whether the person's slots or presence were decided about.
    pub fn person(&self, id: PersonId) -> bool {
        self.people.contains(&id)
    }
}

/// People whose slots or presence a decision changes, two at most: each of them is looked at again once it is folded.
pub fn affected(event: &Event) -> impl Iterator<Item = PersonId> + use<> {
    let people = match event {
        Event::OfferMade(e) => [Some(e.person), None],
        Event::OfferAccepted(e) => [Some(e.person), None],
        Event::OfferDeclined(e) => [Some(e.person), None],
        Event::OfferExpired(e) => [Some(e.person), None],
        Event::OfferWithdrawn(e) => [Some(e.person), None],
        Event::WrapUpStarted(e) => [Some(e.person), None],
        Event::WrapUpFinished(e) => [Some(e.person), None],
        Event::PresenceChanged(e) => [Some(e.person), None],
        Event::TransferBriefed(e) => [Some(e.person), None],
        Event::TransferCompleted(e) => [Some(e.from), Some(e.person)],
        Event::SupervisorTookOver(e) => [e.from, Some(e.person)],
        Event::SupervisorHandedBack(e) => [e.to, Some(e.person)],
        Event::ConversationQueued(e) => [back_from(&e.because), None],
        Event::AiAssigned(e) => [e.from, None],
        Event::ConversationClosed(e) => [e.had_by, None],
        _ => [None, None],
    };
    people.into_iter().flatten()
}

/// Who had it, or was asked for it, before it went into the queue.
fn back_from(because: &QueuedBecause) -> Option<PersonId> {
    match because {
        QueuedBecause::Transferred { by } | QueuedBecause::HandedBack { by } => Some(*by),
        QueuedBecause::AgentLost { person }
        | QueuedBecause::AgentGone { person }
        | QueuedBecause::NotTaken { person } => Some(*person),
        QueuedBecause::Arrived
        | QueuedBecause::AskedForPerson
        | QueuedBecause::Overflowed { .. }
        | QueuedBecause::Assigned { .. }
        | QueuedBecause::HandedOff { .. }
        | QueuedBecause::Reopened => None,
    }
}

/// A wish that is not granted.
pub fn refuse(ask: Ask, conversation: Option<ConversationId>, person: PersonId, because: RefusedBecause) -> Vec<Event> {
    vec![Event::AskRefused(AskRefused { ask, conversation, person: Some(person), because })]
}
