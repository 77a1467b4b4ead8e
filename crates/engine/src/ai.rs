//! AI agents at work: turns asked of them, what comes of those, and handing over to people.
//!
//! An AI agent speaks only while it has the conversation. Whatever it does or fails to do, the customer gets an answer or a person
//! by the deadline of the turn: the deadline is the engine's own, so it holds when the one who answers hangs or is gone.

mod handoff;
mod turns;

use signalbox_model::contact::{Control, Owner, Participant};
use signalbox_model::event::ai_agent::{HandoffEnd, HandoffReason};
use signalbox_model::event::{Event, Recorded};
use signalbox_model::time::Timestamp;

use crate::conversation::Conversation;
use crate::floor::Floor;

/// What follows from a fact.
pub fn decide(floor: &Floor, recorded: &Recorded) -> Vec<Event> {
    let now = floor.clock;
    match &recorded.event {
        Event::AiAssigned(assigned) => turns::begin(floor, assigned, now),
        Event::TurnAdded(turn) if turn.by == Participant::Customer => turns::heard(floor, turn.conversation, now),
        Event::AiTurnCompleted(completed) => turns::completed(floor, completed, now),
        Event::ApprovalDecideAsked(asked) => turns::approve(floor, asked, now),
        Event::PersonAsked(asked) => {
            let conversation = floor.conversation(asked.conversation);
            conversation.map_or_else(Vec::new, |known| handoff::hand_off(known, HandoffReason::CustomerRequest, now))
        }
        Event::ReplySent(reply) => match reply.by {
            Participant::HumanAgent { person } | Participant::Supervisor { person } => {
                let known = floor.conversation(reply.conversation);
                known.and_then(|known| known.end_handoff(HandoffEnd::Completed { person }, now)).into_iter().collect()
            }
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// What has become due for a conversation.
pub fn due(floor: &Floor, conversation: &Conversation, now: Timestamp) -> Vec<Event> {
    if conversation.control == Control::Observed || conversation.is_closed() {
        return Vec::new();
    }
    let side = &conversation.ai;
    if let Some(work) = conversation.ai_owner() {
        let registry = &floor.directory.registry;
        if registry.stopped(work.agent, conversation.intent.as_ref(), conversation.channel).is_some() {
            return handoff::hand_off(conversation, HandoffReason::Stopped, now);
        }
        if side.pending.is_some_and(|turn| turn.deadline <= now) {
            return handoff::hand_off(conversation, HandoffReason::NoAnswer, now);
        }
        let silent = turns::silent(conversation, work, now);
        if !silent.is_empty() {
            return silent;
        }
    }
    if side.approval.is_some_and(|approval| approval.until <= now) {
        return turns::approval_expired(floor, conversation, now);
    }
    match conversation.owner {
        Owner::Queue { .. } => handoff::timed_out(conversation, now).into_iter().collect(),
        _ => Vec::new(),
    }
}
