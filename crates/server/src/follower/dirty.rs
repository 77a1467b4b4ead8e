//! What must be rendered again.

use std::collections::BTreeSet;

use signalbox_engine::Floor;
use signalbox_model::event::alert::AlertSubject;
use signalbox_model::event::{Event, Recorded};
use signalbox_model::id::{ConversationId, CustomerId, PersonId, QueueId};

/// Things whose last rendering is out of date.
#[derive(Debug, Default)]
pub struct Dirty {
    /// Everything there is: at the start, and after documents changed.
    pub everything: bool,
    /// Conversations.
    pub conversations: BTreeSet<ConversationId>,
    /// Queues.
    pub queues: BTreeSet<QueueId>,
    /// People.
    pub people: BTreeSet<PersonId>,
    /// People who must see it at once: they did it themselves.
    pub urgent: BTreeSet<PersonId>,
    /// Alerts.
    pub alerts: BTreeSet<u64>,
}

impl Dirty {
    /// Nothing was rendered yet.
    pub fn everything() -> Dirty {
        Dirty { everything: true, ..Dirty::default() }
    }

    /// Whether all is up to date.
    pub fn is_empty(&self) -> bool {
        !self.everything
            && self.conversations.is_empty()
            && self.queues.is_empty()
            && self.people.is_empty()
            && self.alerts.is_empty()
    }

    /// Notes whom facts concern as the floor was before them.
    pub fn before(&mut self, facts: &[Recorded], floor: &Floor) {
        for fact in facts {
            if let Some(id) = fact.event.conversation() {
                self.conversations.insert(id);
                self.around(id, floor);
            }
        }
    }

    /// Notes whom facts concern as the floor is after them.
    pub fn after(&mut self, facts: &[Recorded], floor: &Floor) {
        for fact in facts {
            if let Some(id) = fact.event.conversation() {
                self.around(id, floor);
            }
            self.note(&fact.event, floor);
        }
    }

    /// The queue and the people of a conversation.
    fn around(&mut self, id: ConversationId, floor: &Floor) {
        let Some(conversation) = floor.conversation(id) else { return };
        self.queues.extend(conversation.queue);
        self.people.extend(conversation.holders());
    }

    fn note(&mut self, event: &Event, floor: &Floor) {
        match event {
            Event::SetupPublished(_) => self.everything = true,
            Event::PresenceChanged(_) | Event::DeskConnected(_) | Event::DeskDisconnected(_) => {
                self.person(event.person(), floor)
            }
            Event::AlertRaised(raised) => {
                self.alerts.insert(raised.alert);
                if let AlertSubject::Conversation { conversation } = raised.subject {
                    self.conversations.insert(conversation);
                }
            }
            Event::AlertActed(acted) => drop(self.alerts.insert(acted.alert)),
            Event::AlertCleared(cleared) => drop(self.alerts.insert(cleared.alert)),
            _ => {}
        }
    }

    fn person(&mut self, person: Option<PersonId>, floor: &Floor) {
        let Some(person) = person else { return };
        self.people.insert(person);
        self.urgent.insert(person);
        if let Some(profile) = floor.directory.profile_of(person) {
            self.queues.extend(profile.queues.iter().map(|row| row.queue));
        }
    }

    /// The conversations of these customers.
    pub fn of_customers(&mut self, customers: &BTreeSet<CustomerId>, floor: &Floor) {
        if !customers.is_empty() {
            let theirs = floor.conversations.values().filter(|conversation| customers.contains(&conversation.customer));
            self.conversations.extend(theirs.map(|conversation| conversation.id));
        }
    }

    /// All queues: their opening hours and numbers change with time.
    pub fn all_queues(&mut self, floor: &Floor) {
        self.queues.extend(floor.directory.queues.keys());
    }

    /// Customers of the conversations that are to be rendered.
    pub fn customers(&self, floor: &Floor) -> Vec<CustomerId> {
        let all = floor
            .conversations
            .values()
            .filter(|conversation| self.everything || self.conversations.contains(&conversation.id));
        all.map(|conversation| conversation.customer).collect()
    }
}
