//! Who gets which conversation: who may, who should, who is asked, what if nobody.

pub mod eligibility;
pub mod ranking;
mod offer;
mod line;
mod presence;
mod transfer;
pub mod ai_agents;

use signalbox_model::contact::Owner;
use signalbox_model::event::conversation::{ConversationOpened, QueuedBecause};
use signalbox_model::event::{Class, Event, Recorded};
use signalbox_model::time::Timestamp;

use crate::conversation::Conversation;
use crate::floor::{Desk, Floor};
use crate::round::{Touched, affected};

/// What follows from a fact.
pub fn decide(floor: &Floor, recorded: &Recorded, touched: &mut Touched) -> Vec<Event> {
    let now = floor.clock;
    match &recorded.event {
        Event::ConversationOpened(opened) => arrive(floor, opened, touched, now),
        Event::PersonAsked(asked) => line::person_asked(floor, asked.conversation, now),
        Event::OfferAcceptAsked(asked) => offer::accept(floor, asked, now),
        Event::OfferDeclineAsked(asked) => offer::decline(floor, asked, now),
        Event::AssignAsked(asked) => line::assign(floor, asked, now),
        Event::PresenceAsked(asked) => presence::ask(floor, asked),
        Event::PresenceChanged(changed) => {
            let left = presence::changed(floor, changed, now);
            if left.is_empty() { rematch(floor, recorded, touched, now) } else { left }
        }
        Event::ReturnToAiAsked(asked) => ai_agents::give_back(floor, asked, touched, now),
        Event::TransferAsked(asked) => transfer::ask(floor, asked, now),
        Event::TransferEndAsked(asked) => transfer::end(floor, asked),
        Event::SetupPublished(published) => {
            let gone = presence::retired(floor, &published.document);
            if gone.is_empty() { ranking::match_everything(floor, touched, now) } else { gone }
        }
        _ => rematch(floor, recorded, touched, now),
    }
}

/// A new conversation goes to an AI agent that may have it, otherwise into the line for people.
fn arrive(floor: &Floor, opened: &ConversationOpened, touched: &Touched, now: Timestamp) -> Vec<Event> {
    let is_new = |known: &&Conversation| !known.in_line && matches!(known.owner, Owner::Queue { .. });
    let known = floor.conversation(opened.conversation).filter(is_new);
    match known.and_then(|known| ai_agents::on_arrival(floor, known, touched, now)) {
        Some(assigned) => vec![assigned],
        None => line::arrive(floor, opened, now),
    }
}

/// A decision was folded: whoever it freed, and the conversation itself if it waits, are looked at again.
fn rematch(floor: &Floor, recorded: &Recorded, touched: &mut Touched, now: Timestamp) -> Vec<Event> {
    if recorded.event.class() != Class::Decided {
        return Vec::new();
    }
    let mut events = Vec::new();
    for person in affected(&recorded.event) {
        if let Some(offer) = ranking::match_person(floor, person, touched, now) {
            touched.note(&offer);
            events.push(offer);
        }
    }
    let waiting = recorded.event.conversation().and_then(|id| floor.conversation(id));
    if let Some(conversation) = waiting.filter(|conversation| !touched.conversation(conversation.id)) {
        let offers = match conversation.transfer {
            Some(_) => transfer::brief(floor, conversation, touched, now).into_iter().collect(),
            None => ranking::match_waiting(floor, conversation, touched, now),
        };
        offers.iter().for_each(|offer| touched.note(offer));
        events.extend(offers);
    }
    if frees_somebody_unnamed(&recorded.event) {
        events.extend(ranking::match_everything(floor, touched, now));
    }
    events
}

/// Whether a slot became free of somebody whom the fact does not name: the one who was being briefed, the one from whom a
/// supervisor gave it away. Both are rare, so that everything is looked at.
fn frees_somebody_unnamed(event: &Event) -> bool {
    match event {
        Event::TransferCancelled(_) => true,
        Event::ConversationQueued(queued) => matches!(queued.because, QueuedBecause::Assigned { .. }),
        _ => false,
    }
}

/// What has become due for a conversation.
pub fn due(floor: &Floor, conversation: &Conversation, now: Timestamp) -> Vec<Event> {
    let expired = offer::due(conversation, now);
    if !expired.is_empty() {
        return expired;
    }
    let stopped = transfer::due(conversation, now);
    if !stopped.is_empty() {
        return stopped;
    }
    line::due(floor, conversation, now)
}

/// What has become due for a desk.
pub fn due_desk(desk: &Desk, now: Timestamp) -> Vec<Event> {
    presence::due(desk, now)
}
