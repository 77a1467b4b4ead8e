//! Who is asked: accept, decline, and no answer.

use signalbox_model::contact::Presence;
use signalbox_model::event::Event;
use signalbox_model::event::conversation::{ConversationQueued, Place, QueuedBecause};
use signalbox_model::event::presence::{PresenceBecause, PresenceChanged};
use signalbox_model::event::routing::{
    OfferAcceptAsked, OfferAccepted, OfferDeclineAsked, OfferDeclined, OfferExpired, OfferPurpose, TransferBriefed,
    TransferCancelled, TransferCancelledBecause, TransferTo,
};
use signalbox_model::event::supervision::{Ask, RefusedBecause};
use signalbox_model::id::PersonId;
use signalbox_model::time::Timestamp;

use crate::conversation::{Conversation, Offer};
use crate::floor::Floor;
use crate::round::refuse;

fn standing(
    floor: &Floor,
    id: signalbox_model::id::ConversationId,
    person: PersonId,
    number: u32,
) -> Option<(&Conversation, &Offer)> {
    let conversation = floor.conversation(id)?;
    let offer = conversation.offer.as_ref()?;
    (offer.person == person && offer.number == number).then_some((conversation, offer))
}

/// The person says yes. A click that comes after the end of the offer is refused here, in the one place that knows.
pub fn accept(floor: &Floor, asked: &OfferAcceptAsked, now: Timestamp) -> Vec<Event> {
    let Some((conversation, offer)) = standing(floor, asked.conversation, asked.person, asked.offer) else {
        return refuse(Ask::OfferAccept, Some(asked.conversation), asked.person, RefusedBecause::OfferOver);
    };
    let mut events = vec![Event::OfferAccepted(OfferAccepted {
        conversation: conversation.id,
        person: asked.person,
        offer: offer.number,
        purpose: offer.purpose,
        waited_ms: conversation.waited(now),
    })];
    if offer.purpose == OfferPurpose::Brief {
        events.push(Event::TransferBriefed(TransferBriefed { conversation: conversation.id, person: asked.person }));
    }
    events
}

/// The person says no: it goes back to the front of the line, and somebody else is asked.
pub fn decline(floor: &Floor, asked: &OfferDeclineAsked, _now: Timestamp) -> Vec<Event> {
    let Some((conversation, offer)) = standing(floor, asked.conversation, asked.person, asked.offer) else {
        return refuse(Ask::OfferDecline, Some(asked.conversation), asked.person, RefusedBecause::OfferOver);
    };
    let declined = OfferDeclined { conversation: conversation.id, person: asked.person, offer: offer.number };
    let mut events = vec![Event::OfferDeclined(declined)];
    events.extend(not_taken(conversation, offer));
    events
}

/// Nobody answered: back to the front of the line, and the person is not asked again until they say that they are back.
pub fn due(conversation: &Conversation, now: Timestamp) -> Vec<Event> {
    let Some(offer) = conversation.offer.as_ref().filter(|offer| offer.expires_at <= now) else { return Vec::new() };
    let (id, person) = (conversation.id, offer.person);
    let mut events = vec![
        Event::OfferExpired(OfferExpired { conversation: id, person, offer: offer.number }),
        Event::PresenceChanged(PresenceChanged {
            person,
            presence: Presence::NotResponding,
            reason: None,
            because: PresenceBecause::OfferExpired,
        }),
    ];
    events.extend(not_taken(conversation, offer));
    events
}

/// It was for this person alone: now it is for everybody; a warm transfer to a person is over.
pub(super) fn not_taken(conversation: &Conversation, offer: &Offer) -> Option<Event> {
    if offer.purpose == OfferPurpose::Brief {
        let named = matches!(conversation.transfer.as_ref().map(|t| t.to), Some(TransferTo::Person { .. }));
        let because = TransferCancelledBecause::Declined;
        return named.then_some(Event::TransferCancelled(TransferCancelled { conversation: conversation.id, because }));
    }
    if conversation.only == Some(offer.person) { open_to_all(conversation, offer.person) } else { None }
}

/// What was for one person alone waits for everybody from here on, at the front, with the wait that it has.
pub(super) fn open_to_all(conversation: &Conversation, person: PersonId) -> Option<Event> {
    Some(Event::ConversationQueued(ConversationQueued {
        conversation: conversation.id,
        queue: conversation.queue?,
        place: Place::Front,
        waiting_since: conversation.waiting_since?,
        priority: conversation.priority,
        only: None,
        because: QueuedBecause::NotTaken { person },
    }))
}
