//! Into the line and along it: arrival, opening hours, limits, rings, overflow, assignment by a supervisor.

use signalbox_model::contact::{Control, Owner, Presence};
use signalbox_model::event::Event;
use signalbox_model::event::conversation::{
    ConversationOpened, ConversationQueued, ConversationTurnedAway, Place, QueuedBecause, TurnedAwayBecause,
};
use signalbox_model::event::routing::{
    AssignAsked, RingWidened, TransferCancelledBecause, WaitGrown, WaitGrownBecause, WithdrawnBecause,
};
use signalbox_model::event::supervision::{Ask, RefusedBecause};
use signalbox_model::id::{ConversationId, QueueId};
use signalbox_model::limits::{DECLINE_FORGIVEN_MS, PRIORITY_MAX};
use signalbox_model::setup::queue::Queue;
use signalbox_model::time::{DurationMs, Timestamp};

use super::eligibility::needs;
use crate::conversation::Conversation;
use crate::floor::Floor;
use crate::hours;
use crate::round::refuse;

/// Whether a queue takes anything new now.
///
/// # Errors
/// Why not.
pub(super) fn takes_new(floor: &Floor, queue: QueueId, now: Timestamp) -> Result<&Queue, TurnedAwayBecause> {
    let queue = floor.directory.queue(queue).ok_or(TurnedAwayBecause::NoSuchQueue)?;
    if let Some(hours) = queue.hours.and_then(|id| floor.directory.hours.get(&id)) {
        // Hours whose time zone cannot be read never shut customers out; publishing refuses them.
        let opening = hours::opening(hours, now).ok();
        if let Some(closed) = opening.filter(|opening| !opening.open) {
            return Err(TurnedAwayBecause::Closed { opens_at: closed.until });
        }
    }
    let waiting = floor.waiting_count(queue.id);
    if waiting > queue.waiting_max {
        return Err(TurnedAwayBecause::QueueFull { waiting: queue.waiting_max });
    }
    Ok(queue)
}

/// A new conversation gets its place in line, or a sentence why not.
pub fn arrive(floor: &Floor, opened: &ConversationOpened, now: Timestamp) -> Vec<Event> {
    if opened.control == Control::Observed {
        return Vec::new();
    }
    // Only once: a second opening of the same conversation changes nothing.
    let known = floor.conversation(opened.conversation);
    if known.is_none_or(|conversation| conversation.in_line || !matches!(conversation.owner, Owner::Queue { .. })) {
        return Vec::new();
    }
    let waiting_since = known.and_then(|conversation| conversation.waiting_since).unwrap_or(now);
    let taken = opened.queue.ok_or(TurnedAwayBecause::NoSuchQueue).and_then(|queue| takes_new(floor, queue, now));
    match taken {
        Ok(queue) => vec![Event::ConversationQueued(ConversationQueued {
            conversation: opened.conversation,
            queue: queue.id,
            place: Place::Score,
            waiting_since,
            priority: opened.priority.saturating_add(queue.priority).min(PRIORITY_MAX),
            only: None,
            because: QueuedBecause::Arrived,
        })],
        Err(because) => vec![Event::ConversationTurnedAway(ConversationTurnedAway {
            conversation: opened.conversation,
            queue: opened.queue,
            because,
        })],
    }
}

/// The customer wants a person: whatever has it now, it goes into the line for people. A person who has it already is one.
pub fn person_asked(floor: &Floor, id: ConversationId, now: Timestamp) -> Vec<Event> {
    let Some(conversation) = floor.conversation(id) else { return Vec::new() };
    // A registered AI agent hands over by itself, with its reason.
    let by_machine =
        conversation.ai_owner().is_none() && matches!(conversation.owner, Owner::Ai { .. } | Owner::Elsewhere { .. });
    match conversation.queue.filter(|_| by_machine && conversation.control == Control::Routed) {
        Some(queue) => vec![Event::ConversationQueued(ConversationQueued {
            conversation: id,
            queue,
            place: Place::Score,
            waiting_since: now,
            priority: conversation.priority,
            only: None,
            because: QueuedBecause::AskedForPerson,
        })],
        None => Vec::new(),
    }
}

/// A supervisor gives what waits, or what somebody has, to one person: they are asked at once.
pub fn assign(floor: &Floor, asked: &AssignAsked, now: Timestamp) -> Vec<Event> {
    let refused = |because| refuse(Ask::Assign, Some(asked.conversation), asked.person, because);
    let Some(conversation) = floor.conversation(asked.conversation).filter(|c| !c.is_closed()) else {
        return refused(RefusedBecause::NotOpen);
    };
    if conversation.control == Control::Observed {
        return refused(RefusedBecause::Observed);
    }
    let settled = conversation.in_line || conversation.owner.person().is_some();
    let Some(queue) = conversation.queue.filter(|id| settled && floor.directory.queues.contains_key(id)) else {
        return refused(RefusedBecause::QueueUnavailable);
    };
    let (Some(desk), Some(profile)) = (floor.desk(asked.to), floor.directory.profile_of(asked.to)) else {
        return refused(RefusedBecause::NoSuchPerson);
    };
    if conversation.owner.person() == Some(asked.to) {
        return refused(RefusedBecause::AlreadySo);
    }
    if desk.presence != Presence::Available || !desk.fits(&profile.capacity, conversation.channel) {
        return refused(RefusedBecause::PersonUnavailable);
    }
    let mut events = conversation.take_back(WithdrawnBecause::TakenElsewhere, TransferCancelledBecause::Stopped);
    events.push(Event::ConversationQueued(ConversationQueued {
        conversation: conversation.id,
        queue,
        place: Place::Front,
        waiting_since: conversation.waiting_since.unwrap_or(now),
        priority: conversation.priority,
        only: Some(asked.to),
        because: QueuedBecause::Assigned { by: asked.person },
    }));
    events
}

/// What waiting brings: wider rings, another queue, groups that help out, those who declined once more.
pub fn due(floor: &Floor, conversation: &Conversation, now: Timestamp) -> Vec<Event> {
    let forgiven = conversation.passes.iter().any(|pass| pass.at.plus(DurationMs(DECLINE_FORGIVEN_MS)) <= now);
    let grown = |because| vec![Event::WaitGrown(WaitGrown { conversation: conversation.id, because })];
    let searching = conversation.transfer.as_ref().is_some_and(|transfer| transfer.briefed.is_none());
    if conversation.offer.is_none() && searching && forgiven {
        return grown(WaitGrownBecause::DeclinesForgiven);
    }
    if !conversation.in_line || conversation.offer.is_some() {
        return Vec::new();
    }
    let Some(queue) = conversation.queue.and_then(|id| floor.directory.queues.get(&id)) else { return Vec::new() };
    let waited = conversation.waited(now);
    if let Some(moved) = overflow(floor, conversation, queue, waited) {
        return vec![moved];
    }
    let next = queue.rings.get(usize::from(conversation.ring));
    if next.is_some_and(|ring| ring.after_ms <= waited) {
        let ring = conversation.ring + 1;
        let mut wider = conversation.clone();
        wider.ring = ring;
        return vec![Event::RingWidened(RingWidened {
            conversation: conversation.id,
            ring,
            needs: needs(queue, &wider),
        })];
    }
    if forgiven {
        return grown(WaitGrownBecause::DeclinesForgiven);
    }
    let since = conversation.waiting_since.unwrap_or(now);
    let passed = floor.directory.delays(queue.id).iter().map(|delay| since.plus(*delay));
    if passed.into_iter().any(|at| at > conversation.grown_at && at <= now) {
        return grown(WaitGrownBecause::DelayPassed);
    }
    Vec::new()
}

fn overflow(floor: &Floor, conversation: &Conversation, queue: &Queue, waited: DurationMs) -> Option<Event> {
    let overflow = queue.overflow.filter(|overflow| overflow.after_ms <= waited && conversation.only.is_none())?;
    // Moved once is enough: two queues that overflow into each other must not play with a customer.
    if matches!(conversation.queued_because, Some(QueuedBecause::Overflowed { .. })) {
        return None;
    }
    let to = floor.directory.queue(overflow.to)?;
    Some(Event::ConversationQueued(ConversationQueued {
        conversation: conversation.id,
        queue: to.id,
        place: Place::Score,
        waiting_since: conversation.waiting_since?,
        priority: conversation.priority,
        only: None,
        because: QueuedBecause::Overflowed { from: queue.id },
    }))
}
