//! Who is here: wishes, lost browsers, and what happens to the work of somebody who goes.

use signalbox_model::contact::{Owner, Presence};
use signalbox_model::event::Event;
use signalbox_model::event::conversation::{ConversationQueued, Place, QueuedBecause, WrapUpFinished};
use signalbox_model::event::presence::{PresenceAsked, PresenceBecause, PresenceChanged};
use signalbox_model::event::routing::{OfferWithdrawn, TransferCancelled, TransferCancelledBecause, WithdrawnBecause};
use signalbox_model::event::supervision::{Ask, RefusedBecause};
use signalbox_model::id::PersonId;
use signalbox_model::setup::Document;
use signalbox_model::time::Timestamp;

use super::offer::not_taken;
use crate::conversation::Conversation;
use crate::floor::{Desk, Floor};
use crate::round::refuse;

/// A person wants to be available, away or gone.
pub fn ask(floor: &Floor, asked: &PresenceAsked) -> Vec<Event> {
    let refused = |because| refuse(Ask::Presence, None, asked.person, because);
    let Some(desk) = floor.desk(asked.person).filter(|_| floor.directory.person(asked.person).is_some()) else {
        return refused(RefusedBecause::NoSuchPerson);
    };
    if desk.presence == asked.presence && desk.reason == asked.reason {
        return refused(RefusedBecause::AlreadySo);
    }
    vec![Event::PresenceChanged(PresenceChanged {
        person: asked.person,
        presence: asked.presence,
        reason: asked.reason.clone(),
        because: PresenceBecause::Asked,
    })]
}

/// Whoever is not available is not asked; whoever is gone gives everything back, to the front of the line.
pub fn changed(floor: &Floor, changed: &PresenceChanged, now: Timestamp) -> Vec<Event> {
    let Some(desk) = floor.desk(changed.person) else { return Vec::new() };
    // A later fact may have changed it again.
    if desk.presence == Presence::Available {
        return Vec::new();
    }
    let held: Vec<&Conversation> = desk.held.iter().filter_map(|held| floor.conversation(held.conversation)).collect();
    let gone = desk.presence == Presence::Offline;
    held.into_iter().flat_map(|conversation| give_back(conversation, changed, gone, now)).collect()
}

fn give_back(conversation: &Conversation, changed: &PresenceChanged, gone: bool, now: Timestamp) -> Vec<Event> {
    let (id, person) = (conversation.id, changed.person);
    let mut events = Vec::new();
    if let Some(offer) = conversation.offer.as_ref().filter(|offer| offer.person == person) {
        let because = WithdrawnBecause::PersonUnavailable;
        events.push(Event::OfferWithdrawn(OfferWithdrawn { conversation: id, person, offer: offer.number, because }));
        events.extend(not_taken(conversation, offer));
    }
    if !gone {
        return events;
    }
    if let Some(wrap_up) = conversation.wrap_up.filter(|wrap_up| wrap_up.person == person) {
        let person = wrap_up.person;
        events.push(Event::WrapUpFinished(WrapUpFinished {
            conversation: id,
            person,
            by_time: true,
            disposition: None,
        }));
    }
    let briefed = conversation.transfer.as_ref().and_then(|transfer| transfer.briefed) == Some(person);
    if briefed {
        let because = TransferCancelledBecause::Declined;
        events.push(Event::TransferCancelled(TransferCancelled { conversation: id, because }));
    }
    if conversation.owner.person() == Some(person) {
        events.extend(back_to_line(conversation, changed, now));
    }
    events
}

fn back_to_line(conversation: &Conversation, changed: &PresenceChanged, now: Timestamp) -> Vec<Event> {
    let mut events = conversation.take_back(WithdrawnBecause::TransferCancelled, TransferCancelledBecause::OwnerGone);
    let because = match changed.because {
        PresenceBecause::DeskLost => QueuedBecause::AgentLost { person: changed.person },
        _ => QueuedBecause::AgentGone { person: changed.person },
    };
    if let Some(queue) = conversation.queue.filter(|_| !matches!(conversation.owner, Owner::Closed)) {
        events.push(Event::ConversationQueued(ConversationQueued {
            conversation: conversation.id,
            queue,
            place: Place::Front,
            waiting_since: now,
            priority: conversation.priority,
            only: None,
            because,
        }));
    }
    events
}

/// Somebody who has left the company is gone at once.
pub fn retired(floor: &Floor, document: &Document) -> Vec<Event> {
    let Document::Person(person) = document else { return Vec::new() };
    let here = floor.desk(person.id).is_some_and(|desk| desk.presence != Presence::Offline);
    if person.retired && here { vec![offline(person.id, PresenceBecause::Retired)] } else { Vec::new() }
}

/// A browser that stays away counts as a person who is gone.
pub fn due(desk: &Desk, now: Timestamp) -> Vec<Event> {
    match desk.lost_at().filter(|at| *at <= now) {
        Some(_) => vec![offline(desk.person, PresenceBecause::DeskLost)],
        None => Vec::new(),
    }
}

fn offline(person: PersonId, because: PresenceBecause) -> Event {
    Event::PresenceChanged(PresenceChanged { person, presence: Presence::Offline, reason: None, because })
}
