//! From an AI agent to people. It never fails: the conversation goes to the front of its queue, whatever state the queue is in.

use signalbox_model::event::Event;
use signalbox_model::event::action::{ApprovalDecided, ApprovalVerdict};
use signalbox_model::event::ai_agent::{HandoffReason, HandoffRequested, HandoffTimedOut};
use signalbox_model::event::conversation::{ConversationQueued, Place, QueuedBecause};
use signalbox_model::limits::HANDOFF_WAIT_MS;
use signalbox_model::time::{DurationMs, Timestamp};

use crate::conversation::Conversation;

/// Hands it to people, if an AI agent has it.
pub fn hand_off(conversation: &Conversation, reason: HandoffReason, now: Timestamp) -> Vec<Event> {
    let (Some(work), Some(queue)) = (conversation.ai_owner(), conversation.queue) else { return Vec::new() };
    let mut events = Vec::new();
    if let Some(approval) = conversation.ai.approval {
        events.push(Event::ApprovalDecided(ApprovalDecided {
            approval: approval.id,
            conversation: conversation.id,
            verdict: ApprovalVerdict::Void,
        }));
    }
    events.push(Event::HandoffRequested(HandoffRequested {
        conversation: conversation.id,
        agent: work.agent,
        version: work.version,
        reason,
        turn: conversation.ai.asked,
    }));
    events.push(Event::ConversationQueued(ConversationQueued {
        conversation: conversation.id,
        queue,
        place: Place::Front,
        waiting_since: now,
        priority: conversation.priority,
        only: None,
        because: QueuedBecause::HandedOff { agent: work.handle.clone(), reason },
    }));
    events
}

/// Nobody took it in time: it is said once.
pub fn timed_out(conversation: &Conversation, now: Timestamp) -> Option<Event> {
    let handoff = conversation.ai.handoff.filter(|handoff| !handoff.timed_out)?;
    let waited_ms = now.since(handoff.requested_at);
    (waited_ms >= DurationMs(HANDOFF_WAIT_MS))
        .then_some(Event::HandoffTimedOut(HandoffTimedOut { conversation: conversation.id, waited_ms }))
}
