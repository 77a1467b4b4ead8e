//! Everything that is going on now: open conversations, desks, and the indexes that make routing fast.

mod desk;
mod index;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use serde::{Deserialize, Serialize};
use signalbox_model::event::{Event, Recorded};
use signalbox_model::id::{AiAgentId, ConversationId, PersonId, QueueId};
use signalbox_model::time::Timestamp;

pub use desk::{Desk, Held};
pub use index::{LineEntry, Subject};

use crate::conversation::{Conversation, HeldBy, NOBODY};
use crate::directory::Directory;
use index::Index;

/// Everything that is going on now.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Floor {
    /// The latest time that the log has seen.
    pub clock: Timestamp,
    /// The documents that hold.
    pub directory: Directory,
    /// Conversations that are open or in wrap-up. Boxed: the tree moves its entries when others come and go, and they are large.
    pub conversations: BTreeMap<ConversationId, Box<Conversation>>,
    /// Everybody who may sign in.
    pub desks: BTreeMap<PersonId, Desk>,
    index: Index,
}

impl Floor {
    /// Folds one fact.
    pub fn apply(&mut self, recorded: &Recorded) {
        self.clock = self.clock.max(recorded.at);
        if changes_documents(&recorded.event) {
            self.apply_setup(recorded);
        } else if let Some(id) = recorded.event.conversation() {
            self.apply_conversation(id, recorded);
        } else if let Some(person) = recorded.event.person() {
            self.apply_desk(person, recorded);
        }
    }

    fn apply_setup(&mut self, recorded: &Recorded) {
        self.directory.apply(recorded);
        for person in self.directory.people.keys() {
            self.desks.entry(*person).or_insert_with(|| Desk::new(*person, recorded.at));
        }
        // Documents change seldom: making the indexes anew is simpler than finding what changed.
        self.index = Index::rebuilt(&self.directory, &self.conversations, &self.desks);
    }

    fn apply_desk(&mut self, person: PersonId, recorded: &Recorded) {
        let Some(desk) = self.desks.get_mut(&person) else { return };
        desk.apply(recorded);
        self.index.place_desk(&self.directory, desk);
    }

    fn apply_conversation(&mut self, id: ConversationId, recorded: &Recorded) {
        let known = self.conversations.entry(id);
        let (conversation, before) = match (known, &recorded.event) {
            (Entry::Occupied(known), event) => {
                let conversation = known.into_mut();
                let before = conversation.held_by();
                match event {
                    Event::ConversationReopened(again) => **conversation = Conversation::reopened(recorded, again),
                    _ => conversation.apply(recorded),
                }
                (conversation, before)
            }
            (Entry::Vacant(place), Event::ConversationReopened(again)) => {
                (place.insert(Box::new(Conversation::reopened(recorded, again))), NOBODY)
            }
            (Entry::Vacant(place), Event::ConversationOpened(opened)) => {
                (place.insert(Box::new(Conversation::opened(recorded, opened))), NOBODY)
            }
            // Over and forgotten, or never here: late words and labels of it concern the views alone.
            (Entry::Vacant(_), _) => return,
        };
        settle_desks(&mut self.desks, &mut self.index, &self.directory, conversation, before, recorded);
        self.index.place_conversation(&self.directory, conversation);
        let is_over = is_over(conversation, &recorded.event);
        if is_over {
            self.conversations.remove(&id);
            self.index.forget_conversation(id);
        }
    }

    /// The conversation, if it is open or in wrap-up.
    pub fn conversation(&self, id: ConversationId) -> Option<&Conversation> {
        self.conversations.get(&id).map(Box::as_ref)
    }

    /// The person's desk.
    pub fn desk(&self, person: PersonId) -> Option<&Desk> {
        self.desks.get(&person)
    }

    /// Those in line in a queue, first in line first; nobody is being asked for them.
    pub fn line(&self, queue: QueueId) -> impl Iterator<Item = &LineEntry> {
        self.index.line(queue)
    }

    /// Those in any line that are for this person alone, first first.
    pub fn named(&self, person: PersonId) -> impl Iterator<Item = &LineEntry> {
        self.index.named(person)
    }

    /// Conversations that a queue owns, offered or not.
    pub fn waiting_count(&self, queue: QueueId) -> u32 {
        self.index.waiting_count(queue)
    }

    /// The one that has waited longest, offered or not.
    pub fn oldest_waiting(&self, queue: QueueId) -> Option<Timestamp> {
        self.index.oldest_waiting(queue)
    }

    /// People who are available for a queue with a slot free: who holds least first, and of those who has been idle for longest.
    pub fn ready(&self, queue: QueueId) -> impl Iterator<Item = PersonId> {
        self.index.ready(queue)
    }

    /// Conversations that an AI agent has.
    pub fn ai_load(&self, agent: AiAgentId) -> u32 {
        self.index.ai_load(agent)
    }

    /// What is next to happen by time alone.
    pub fn next_due(&self) -> Option<Timestamp> {
        self.index.next_due()
    }

    /// Whose time has come by `now`.
    pub fn due_by(&self, now: Timestamp) -> impl Iterator<Item = Subject> {
        self.index.due_by(now)
    }
}

/// Whether it changes what holds for everything: documents, versions of AI agents, stops.
fn changes_documents(event: &Event) -> bool {
    matches!(
        event,
        Event::SetupPublished(_)
            | Event::VersionProposed(_)
            | Event::VersionReleased(_)
            | Event::VersionWithdrawn(_)
            | Event::KillSwitchThrown(_)
            | Event::KillSwitchLifted(_)
    )
}

/// A closed one stays until its wrap-up is over. One that is opened without a queue must still be answered.
fn is_over(conversation: &Conversation, event: &Event) -> bool {
    conversation.is_closed() && conversation.wrap_up.is_none() && !matches!(event, Event::ConversationOpened(_))
}

/// Slots follow who holds the conversation: taken where somebody is new, given back where somebody is no longer named.
fn settle_desks(
    desks: &mut BTreeMap<PersonId, Desk>,
    index: &mut Index,
    directory: &Directory,
    conversation: &Conversation,
    before: HeldBy,
    recorded: &Recorded,
) {
    let now = conversation.held_by();
    if before == now {
        return;
    }
    for person in before.into_iter().flatten().filter(|person| !now.contains(&Some(*person))) {
        if let Some(desk) = desks.get_mut(&person) {
            desk.release(conversation.id, &recorded.event, recorded.at);
            index.place_desk(directory, desk);
        }
    }
    for person in now.into_iter().flatten() {
        if let Some(desk) = desks.get_mut(&person) {
            desk.hold(conversation, recorded.at);
            index.place_desk(directory, desk);
        }
    }
}
