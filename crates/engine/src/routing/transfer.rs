//! From person to person: cold at once, warm after a briefing.

use signalbox_model::contact::{Control, Owner, Presence};
use signalbox_model::event::Event;
use signalbox_model::event::conversation::{ConversationQueued, Place, QueuedBecause};
use signalbox_model::event::routing::{
    OfferPurpose, TransferAsked, TransferCancelledBecause, TransferCompleted, TransferEndAsked, TransferMode,
    TransferStarted, TransferTo, WithdrawnBecause,
};
use signalbox_model::event::supervision::{Ask, RefusedBecause};
use signalbox_model::id::{PersonId, QueueId};
use signalbox_model::limits::WARM_TRANSFER_MS_MAX;
use signalbox_model::time::{DurationMs, Timestamp};

use super::eligibility::{Eligible, may_take};
use super::line::takes_new;
use super::ranking::{offer, ranked};
use crate::conversation::Conversation;
use crate::floor::Floor;
use crate::round::{Touched, refuse};

/// The owner wants somebody else to have it.
pub fn ask(floor: &Floor, asked: &TransferAsked, now: Timestamp) -> Vec<Event> {
    let refused = |because| refuse(Ask::Transfer, Some(asked.conversation), asked.person, because);
    let conversation = match transferable(floor, asked) {
        Ok(conversation) => conversation,
        Err(because) => return refused(because),
    };
    let target = match target(floor, conversation, asked, now) {
        Ok(target) => target,
        Err(because) => return refused(because),
    };
    match asked.mode {
        TransferMode::Warm => vec![Event::TransferStarted(TransferStarted {
            conversation: conversation.id,
            person: asked.person,
            to: asked.to,
            until: now.plus(DurationMs(WARM_TRANSFER_MS_MAX)),
        })],
        TransferMode::Cold => vec![Event::ConversationQueued(ConversationQueued {
            conversation: conversation.id,
            queue: target.0,
            place: if target.1.is_some() { Place::Front } else { Place::Score },
            waiting_since: now,
            priority: conversation.priority,
            only: target.1,
            because: QueuedBecause::Transferred { by: asked.person },
        })],
    }
}

fn transferable<'a>(floor: &'a Floor, asked: &TransferAsked) -> Result<&'a Conversation, RefusedBecause> {
    let conversation =
        floor.conversation(asked.conversation).filter(|c| !c.is_closed()).ok_or(RefusedBecause::NotOpen)?;
    match conversation.owner.person() {
        _ if conversation.control == Control::Observed => Err(RefusedBecause::Observed),
        Some(owner) if owner == asked.person && conversation.transfer.is_none() => Ok(conversation),
        Some(owner) if owner == asked.person => Err(RefusedBecause::TransferState),
        owner => Err(RefusedBecause::NotOwner { owner }),
    }
}

/// The queue that it waits in, and the person if it is for one alone. Checked before the customer is told anything.
fn target(
    floor: &Floor,
    conversation: &Conversation,
    asked: &TransferAsked,
    now: Timestamp,
) -> Result<(QueueId, Option<PersonId>), RefusedBecause> {
    match asked.to {
        TransferTo::Queue { queue } => {
            let queue = takes_new(floor, queue, now).map_err(|_| RefusedBecause::QueueUnavailable)?;
            Ok((queue.id, None))
        }
        TransferTo::Person { person } if person == asked.person => Err(RefusedBecause::AlreadySo),
        TransferTo::Person { person } => {
            let profile = floor.directory.profile_of(person).ok_or(RefusedBecause::NoSuchPerson)?;
            let desk = floor.desk(person).ok_or(RefusedBecause::NoSuchPerson)?;
            let can = desk.presence == Presence::Available && desk.fits(&profile.capacity, conversation.channel);
            let queue = conversation.queue.ok_or(RefusedBecause::QueueUnavailable)?;
            if can { Ok((queue, Some(person))) } else { Err(RefusedBecause::PersonUnavailable) }
        }
    }
}

/// Looks for somebody to brief: the named person, or the best one who serves the queue.
pub fn brief(floor: &Floor, conversation: &Conversation, touched: &Touched, now: Timestamp) -> Option<Event> {
    let transfer =
        conversation.transfer.as_ref().filter(|transfer| transfer.briefed.is_none() && conversation.offer.is_none())?;
    // Eligibility is asked as if it waited where it shall go.
    let mut there = conversation.clone();
    let queue = match transfer.to {
        TransferTo::Queue { queue } => queue,
        TransferTo::Person { person } => {
            there.only = Some(person);
            conversation.queue?
        }
    };
    there.queue = Some(queue);
    there.owner = Owner::Queue { queue };
    let free = |person: &PersonId| *person != transfer.by && !touched.person(*person);
    let candidates: Vec<Eligible> = match there.only {
        Some(only) => {
            Some(only).filter(free).and_then(|person| may_take(floor, &there, person, now).ok()).into_iter().collect()
        }
        None => {
            floor.ready(queue).filter(free).filter_map(|person| may_take(floor, &there, person, now).ok()).collect()
        }
    };
    let ranked = ranked(floor, floor.directory.queues.get(&queue)?, &there, candidates);
    let best = ranked.first()?;
    Some(offer(floor, &there, best, ranked.len() - 1, OfferPurpose::Brief, now))
}

/// The owner finishes or stops a warm transfer.
pub fn end(floor: &Floor, asked: &TransferEndAsked) -> Vec<Event> {
    let refused = |because| refuse(Ask::TransferEnd, Some(asked.conversation), asked.person, because);
    let Some(conversation) = floor.conversation(asked.conversation).filter(|c| !c.is_closed()) else {
        return refused(RefusedBecause::NotOpen);
    };
    let Some(transfer) = &conversation.transfer else { return refused(RefusedBecause::TransferState) };
    let may = transfer.by == asked.person || transfer.briefed == Some(asked.person);
    match (may, asked.complete, transfer.briefed) {
        (false, _, _) => refused(RefusedBecause::NotOwner { owner: Some(transfer.by) }),
        (true, true, Some(person)) => {
            vec![Event::TransferCompleted(TransferCompleted {
                conversation: conversation.id,
                from: transfer.by,
                person,
            })]
        }
        (true, true, None) => refused(RefusedBecause::TransferState),
        (true, false, _) => {
            conversation.take_back(WithdrawnBecause::TransferCancelled, TransferCancelledBecause::Stopped)
        }
    }
}

/// Nobody came in time.
pub fn due(conversation: &Conversation, now: Timestamp) -> Vec<Event> {
    let late =
        conversation.transfer.as_ref().is_some_and(|transfer| transfer.briefed.is_none() && transfer.until <= now);
    if !late {
        return Vec::new();
    }
    conversation.take_back(WithdrawnBecause::TransferCancelled, TransferCancelledBecause::NobodyCame)
}
