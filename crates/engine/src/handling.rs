//! What owners and customers do with a conversation: reply, hold, end, wrap up, go on.

use signalbox_model::contact::{Control, Outcome, Owner, Participant};
use signalbox_model::event::ai_agent::HandoffEnd;
use signalbox_model::event::conversation::{
    CloseAsked, ClosedBecause, ConversationClosed, ConversationHeld, ConversationQueued, ConversationReopened,
    ConversationResumed, ConversationTruncated, HoldAsked, LeftHow, Place, QueuedBecause, ReopenAsked, ReplyAsked,
    ReplySent, TurnAdded, WrapUpFinishAsked, WrapUpFinished, WrapUpStarted,
};
use signalbox_model::event::routing::{TransferCancelledBecause, WithdrawnBecause};
use signalbox_model::event::supervision::{Ask, AskRefused, RefusedBecause};
use signalbox_model::event::{Event, Recorded};
use signalbox_model::id::{ConversationId, DispositionId, PersonId};
use signalbox_model::limits::{CONVERSATION_TURNS_MAX, CUSTOMER_GONE_MS, CUSTOMER_GRACE_MS};
use signalbox_model::time::{DurationMs, Timestamp};

use crate::conversation::Conversation;
use crate::floor::Floor;
use crate::round::refuse;

/// What follows from a fact.
pub fn decide(floor: &Floor, recorded: &Recorded) -> Vec<Event> {
    match &recorded.event {
        Event::TurnAdded(turn) => truncate(floor, turn),
        Event::ReplyAsked(asked) => reply(floor, asked, recorded.at),
        Event::HoldAsked(asked) => hold(floor, asked),
        Event::CloseAsked(asked) => close(floor, asked, recorded.at),
        Event::CustomerLeft(left) if left.how == LeftHow::Ended => {
            leave(floor, left.conversation, recorded.at, ClosedBecause::Customer)
        }
        Event::ReopenAsked(asked) => reopen(floor, asked, recorded.at),
        Event::WrapUpFinishAsked(asked) => finish_wrap_up(floor, asked),
        _ => Vec::new(),
    }
}

/// What has become due for a conversation.
pub fn due(floor: &Floor, conversation: &Conversation, now: Timestamp) -> Vec<Event> {
    if let Some(wrap_up) = conversation.wrap_up.filter(|wrap_up| wrap_up.until <= now) {
        return vec![Event::WrapUpFinished(WrapUpFinished {
            conversation: conversation.id,
            person: wrap_up.person,
            by_time: true,
            disposition: None,
        })];
    }
    let Some(left) = conversation.customer_left_at.filter(|_| !conversation.is_closed()) else { return Vec::new() };
    let grace = if conversation.waiting_since.is_some() { CUSTOMER_GRACE_MS } else { CUSTOMER_GONE_MS };
    if left.plus(DurationMs(grace)) > now {
        return Vec::new();
    }
    // The wait ended when they went, not when we gave up on them.
    leave(floor, conversation.id, left, ClosedBecause::CustomerGone)
}

fn truncate(floor: &Floor, turn: &TurnAdded) -> Vec<Event> {
    let conversation = floor.conversation(turn.conversation);
    match conversation.filter(|c| !c.truncated && c.turns as usize >= CONVERSATION_TURNS_MAX) {
        Some(full) => {
            vec![Event::ConversationTruncated(ConversationTruncated { conversation: full.id, turns: full.turns })]
        }
        None => Vec::new(),
    }
}

/// The conversation, if it is open and ours to change.
fn open(floor: &Floor, id: ConversationId) -> Result<&Conversation, RefusedBecause> {
    let conversation = floor.conversation(id).ok_or(RefusedBecause::NotOpen)?;
    match conversation.control {
        Control::Observed => Err(RefusedBecause::Observed),
        Control::Routed if conversation.is_closed() => Err(RefusedBecause::NotOpen),
        Control::Routed => Ok(conversation),
    }
}

fn owned(floor: &Floor, id: ConversationId, person: PersonId) -> Result<&Conversation, RefusedBecause> {
    let conversation = open(floor, id)?;
    match conversation.owner.person() {
        Some(owner) if owner == person => Ok(conversation),
        owner => Err(RefusedBecause::NotOwner { owner }),
    }
}

fn reply(floor: &Floor, asked: &ReplyAsked, now: Timestamp) -> Vec<Event> {
    let refused = |because| refuse(Ask::Reply, Some(asked.conversation), asked.person, because);
    let conversation = match open(floor, asked.conversation) {
        Ok(conversation) => conversation,
        Err(because) => return refused(because),
    };
    let owner = conversation.owner.person();
    if owner != Some(asked.person) && !conversation.barged.contains(&asked.person) {
        return refused(RefusedBecause::NotOwner { owner });
    }
    if conversation.truncated || conversation.turns as usize >= CONVERSATION_TURNS_MAX {
        return refused(RefusedBecause::Truncated);
    }
    let by = match &conversation.owner {
        Owner::Agent { person } if *person == asked.person => Participant::HumanAgent { person: asked.person },
        _ => Participant::Supervisor { person: asked.person },
    };
    vec![Event::ReplySent(ReplySent {
        conversation: asked.conversation,
        by,
        kind: asked.kind,
        content: asked.content,
        reply_ms: conversation.unanswered_since.map(|since| now.since(since)),
    })]
}

fn hold(floor: &Floor, asked: &HoldAsked) -> Vec<Event> {
    let refused = |because| refuse(Ask::Hold, Some(asked.conversation), asked.person, because);
    let (conversation, person) = (asked.conversation, asked.person);
    match owned(floor, conversation, person) {
        Err(because) => refused(because),
        Ok(held) if held.held_since.is_some() == asked.hold => refused(RefusedBecause::AlreadySo),
        Ok(_) if asked.hold => vec![Event::ConversationHeld(ConversationHeld { conversation, person })],
        Ok(_) => vec![Event::ConversationResumed(ConversationResumed { conversation, person })],
    }
}

fn outcome_of(floor: &Floor, disposition: Option<DispositionId>) -> Option<Outcome> {
    let disposition = floor.directory.dispositions.get(&disposition?)?;
    Some(if disposition.resolved { Outcome::Resolved } else { Outcome::Unresolved })
}

fn close(floor: &Floor, asked: &CloseAsked, now: Timestamp) -> Vec<Event> {
    let conversation = match owned(floor, asked.conversation, asked.person) {
        Ok(conversation) => conversation,
        Err(because) => return refuse(Ask::Close, Some(asked.conversation), asked.person, because),
    };
    let mut events = conversation.take_back(WithdrawnBecause::TakenElsewhere, TransferCancelledBecause::Stopped);
    events.extend(conversation.end_handoff(HandoffEnd::Closed, now));
    events.extend(wrap_up(floor, conversation, now));
    events.push(Event::ConversationClosed(ConversationClosed {
        conversation: conversation.id,
        because: ClosedBecause::Owner { person: asked.person },
        outcome: outcome_of(floor, asked.disposition),
        abandoned_after_ms: None,
        had_by: Some(asked.person),
    }));
    events
}

/// Wrap-up begins just before the end, so that the agent's slot is never free in between.
fn wrap_up(floor: &Floor, conversation: &Conversation, now: Timestamp) -> Option<Event> {
    let Owner::Agent { person } = conversation.owner else { return None };
    let length = floor.directory.queues.get(&conversation.queue?)?.wrap_up_ms;
    (length > DurationMs::ZERO)
        .then(|| Event::WrapUpStarted(WrapUpStarted { conversation: conversation.id, person, until: now.plus(length) }))
}

fn leave(floor: &Floor, id: ConversationId, now: Timestamp, because: ClosedBecause) -> Vec<Event> {
    let Ok(conversation) = open(floor, id) else { return Vec::new() };
    let mut events = conversation.take_back(WithdrawnBecause::CustomerLeft, TransferCancelledBecause::CustomerLeft);
    events.extend(conversation.end_handoff(HandoffEnd::CustomerLeft, now));
    // Wrap-up counts from now on, also where the customer was found gone only later.
    events.extend(wrap_up(floor, conversation, floor.clock.max(now)));
    let never_answered = conversation.segments.iter().all(|segment| matches!(segment.owner, Owner::Queue { .. }));
    let waited = conversation.waiting_since.map(|since| now.since(since));
    events.push(Event::ConversationClosed(ConversationClosed {
        conversation: id,
        because,
        outcome: match &conversation.owner {
            _ if never_answered => Some(Outcome::Abandoned),
            // It spoke with an AI agent alone and did not ask for anybody else.
            Owner::Ai { .. } if conversation.ai.spoken > 0 && !conversation.ai.was_handed_off => {
                Some(Outcome::Contained)
            }
            _ => None,
        },
        abandoned_after_ms: waited,
        had_by: conversation.owner.person(),
    }));
    events
}

fn reopen(floor: &Floor, asked: &ReopenAsked, now: Timestamp) -> Vec<Event> {
    let refused = |because| {
        let refused = AskRefused { ask: Ask::Reopen, conversation: Some(asked.conversation), person: None, because };
        vec![Event::AskRefused(refused)]
    };
    let known = floor.conversation(asked.conversation);
    if known.is_some_and(|known| !known.is_closed()) {
        return refused(RefusedBecause::StillOpen);
    }
    let Some(queue) = floor.directory.queue(asked.queue) else { return refused(RefusedBecause::QueueUnavailable) };
    let mut events = Vec::new();
    if let Some(wrap_up) = known.and_then(|known| known.wrap_up) {
        let (conversation, person) = (asked.conversation, wrap_up.person);
        events.push(Event::WrapUpFinished(WrapUpFinished { conversation, person, by_time: false, disposition: None }));
    }
    events.push(Event::ConversationReopened(ConversationReopened {
        conversation: asked.conversation,
        asked: asked.clone(),
    }));
    events.push(Event::ConversationQueued(ConversationQueued {
        conversation: asked.conversation,
        queue: asked.queue,
        place: Place::Score,
        waiting_since: now,
        priority: (asked.priority.max(queue.priority)).min(signalbox_model::limits::PRIORITY_MAX),
        only: None,
        because: QueuedBecause::Reopened,
    }));
    events
}

fn finish_wrap_up(floor: &Floor, asked: &WrapUpFinishAsked) -> Vec<Event> {
    let wrapping = floor.conversation(asked.conversation).and_then(|conversation| conversation.wrap_up);
    match wrapping.filter(|wrap_up| wrap_up.person == asked.person) {
        Some(_) => vec![Event::WrapUpFinished(WrapUpFinished {
            conversation: asked.conversation,
            person: asked.person,
            by_time: false,
            disposition: asked.disposition,
        })],
        None => refuse(Ask::WrapUpFinish, Some(asked.conversation), asked.person, RefusedBecause::NotOpen),
    }
}
