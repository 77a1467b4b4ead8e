//! Turns: asked of an AI agent when the customer has said something, and what comes of them.

use signalbox_model::contact::{Control, Outcome, Participant};
use signalbox_model::event::Event;
use signalbox_model::event::action::{ApprovalDecideAsked, ApprovalDecided, ApprovalVerdict};
use signalbox_model::event::ai_agent::{
    AiAssigned, AiOutcome, AiTask, AiTurnCompleted, AiTurnDiscarded, AiTurnRequested, DiscardedBecause, DraftOffered,
    HandoffReason,
};
use signalbox_model::event::conversation::{ClosedBecause, ConversationClosed, ReplySent, TurnKind};
use signalbox_model::event::supervision::{Ask, RefusedBecause};
use signalbox_model::id::{AiAgentId, ConversationId};
use signalbox_model::limits::{AI_SILENCE_MS, AI_TURN_MS_DEFAULT, AI_TURNS_MAX, CONVERSATION_TURNS_MAX};
use signalbox_model::setup::ai_agent::{Autonomy, Snapshot};
use signalbox_model::time::{DurationMs, Timestamp};

use super::handoff::hand_off;
use crate::conversation::Conversation;
use crate::conversation::ai::{AiTurn, AiWork};
use crate::floor::Floor;
use crate::round::refuse;

fn snapshot(floor: &Floor, agent: AiAgentId, version: u32) -> Option<&Snapshot> {
    floor.directory.registry.version(agent, version).map(|version| version.snapshot.as_ref())
}

/// A turn is asked of the AI agent that has the conversation.
fn request(floor: &Floor, conversation: &Conversation, work: &AiWork, task: AiTask, now: Timestamp) -> Event {
    let snapshot = snapshot(floor, work.agent, work.version);
    let time = snapshot.map_or(DurationMs(AI_TURN_MS_DEFAULT), |snapshot| snapshot.draft.budgets.turn_ms);
    Event::AiTurnRequested(AiTurnRequested {
        conversation: conversation.id,
        agent: work.agent,
        version: work.version,
        number: conversation.ai.asked + 1,
        task,
        autonomy: work.autonomy,
        deadline: now.plus(time),
    })
}

/// It has just got the conversation: it answers what was said, or says hello.
pub fn begin(floor: &Floor, assigned: &AiAssigned, now: Timestamp) -> Vec<Event> {
    let Some(conversation) = floor.conversation(assigned.conversation) else { return Vec::new() };
    let Some(work) = conversation.ai_owner().filter(|_| conversation.ai.pending.is_none()) else { return Vec::new() };
    let task = match (conversation.unanswered_since, assigned.from) {
        (Some(_), _) => AiTask::Answer,
        (None, None) => AiTask::Open,
        // Given back by a person, and nothing is open: the customer speaks next.
        (None, Some(_)) => return Vec::new(),
    };
    vec![request(floor, conversation, work, task, now)]
}

/// The customer said something.
pub fn heard(floor: &Floor, id: ConversationId, now: Timestamp) -> Vec<Event> {
    let Some(conversation) = floor.conversation(id).filter(|known| known.control == Control::Routed) else {
        return Vec::new();
    };
    if conversation.is_closed() {
        return Vec::new();
    }
    match (conversation.ai_owner(), conversation.owner.person()) {
        (Some(work), _) => {
            let busy = conversation.ai.pending.is_some() || conversation.ai.approval.is_some();
            if busy { Vec::new() } else { vec![request(floor, conversation, work, AiTask::Answer, now)] }
        }
        (None, Some(_)) => beside_a_person(floor, conversation, now),
        (None, None) => Vec::new(),
    }
}

/// A person has it: whoever may suggest or draft here is asked to, and who is being tried out says what it would have said.
fn beside_a_person(floor: &Floor, conversation: &Conversation, now: Timestamp) -> Vec<Event> {
    let Some(queue) = conversation.queue else { return Vec::new() };
    let registry = &floor.directory.registry;
    let mut events = Vec::new();
    let mut number = conversation.ai.asked;
    for agent in registry.serving(queue) {
        if registry.stopped(agent.id, conversation.intent.as_ref(), conversation.channel).is_some() {
            continue;
        }
        let released = registry.released(agent.id).map(|version| version.number);
        for (version, shadow) in [(released, false), (agent.shadow_version, true)] {
            let known = version.and_then(|number| registry.version(agent.id, number));
            let Some(version) = known else { continue };
            let autonomy = version.snapshot.draft.autonomy_for(conversation.intent.as_ref());
            let task = match autonomy {
                _ if shadow => AiTask::Shadow,
                Autonomy::Observe => AiTask::Shadow,
                Autonomy::Suggest | Autonomy::Draft => AiTask::Draft,
                Autonomy::ActWithApproval | Autonomy::Act | Autonomy::Outbound => continue,
            };
            if task == AiTask::Draft && events.iter().any(is_draft) {
                continue;
            }
            number += 1;
            events.push(Event::AiTurnRequested(AiTurnRequested {
                conversation: conversation.id,
                agent: agent.id,
                version: version.number,
                number,
                task,
                autonomy,
                deadline: now.plus(version.snapshot.draft.budgets.turn_ms),
            }));
        }
    }
    events
}

fn is_draft(event: &Event) -> bool {
    matches!(event, Event::AiTurnRequested(requested) if requested.task == AiTask::Draft)
}

/// A turn came back. What it says is said only if it still has the conversation and this turn is the one that is waited for.
pub fn completed(floor: &Floor, completed: &AiTurnCompleted, now: Timestamp) -> Vec<Event> {
    let Some(conversation) = floor.conversation(completed.conversation).filter(|known| !known.is_closed()) else {
        return Vec::new();
    };
    let Some(turn) = conversation.ai.finished.filter(|turn| turn.number == completed.number) else {
        // Shadows are kept as they came and are waited for by nobody.
        let because =
            if conversation.ai_owner().is_some() { DiscardedBecause::Superseded } else { DiscardedBecause::NotOwner };
        return match completed.says {
            Some(_) if conversation.owner.person().is_none() => discarded(completed, because),
            _ => Vec::new(),
        };
    };
    match turn.task {
        AiTask::Draft => draft(conversation, completed),
        AiTask::Shadow => Vec::new(),
        AiTask::Open | AiTask::Answer | AiTask::Continue => match conversation.ai_owner() {
            Some(work) if work.agent == completed.agent => spoken(floor, conversation, work, &turn, completed, now),
            _ => discarded(completed, DiscardedBecause::NotOwner),
        },
    }
}

fn discarded(completed: &AiTurnCompleted, because: DiscardedBecause) -> Vec<Event> {
    let (conversation, number) = (completed.conversation, completed.number);
    vec![Event::AiTurnDiscarded(AiTurnDiscarded { conversation, number, because })]
}

fn draft(conversation: &Conversation, completed: &AiTurnCompleted) -> Vec<Event> {
    let (Some(person), Some(content)) = (conversation.owner.person(), completed.says) else { return Vec::new() };
    let autonomy = if completed.outcome == AiOutcome::Silent { return Vec::new() } else { Autonomy::Draft };
    vec![Event::DraftOffered(DraftOffered {
        conversation: conversation.id,
        number: completed.number,
        person,
        content,
        autonomy,
    })]
}

fn spoken(
    floor: &Floor,
    conversation: &Conversation,
    work: &AiWork,
    turn: &AiTurn,
    completed: &AiTurnCompleted,
    now: Timestamp,
) -> Vec<Event> {
    let mut events = Vec::new();
    let full = conversation.truncated || conversation.turns as usize >= CONVERSATION_TURNS_MAX;
    if let Some(content) = completed.says.filter(|_| !full) {
        events.push(Event::ReplySent(ReplySent {
            conversation: conversation.id,
            by: Participant::AiAgent { agent: work.handle.clone() },
            kind: TurnKind::Text,
            content,
            reply_ms: conversation.unanswered_since.map(|since| now.since(since)),
        }));
    }
    let more = conversation.turns > turn.turns;
    let budget = snapshot(floor, work.agent, work.version).map_or(AI_TURNS_MAX, |known| known.draft.budgets.turns_max);
    let used_up = full || conversation.ai.spoken + 1 >= budget;
    events.extend(match &completed.outcome {
        AiOutcome::HandOff { reason } => hand_off(conversation, *reason, now),
        AiOutcome::Failed { .. } => hand_off(conversation, HandoffReason::NoAnswer, now),
        AiOutcome::AwaitApproval if conversation.ai.approval.is_none() => {
            hand_off(conversation, HandoffReason::ToolFailure, now)
        }
        AiOutcome::AwaitApproval => Vec::new(),
        // The customer went on speaking: it is not over.
        _ if more && !used_up => vec![request(floor, conversation, work, AiTask::Answer, now)],
        AiOutcome::Close { resolved } => vec![closed(conversation, work, *resolved)],
        AiOutcome::Reply | AiOutcome::Silent if used_up => hand_off(conversation, HandoffReason::UsageLimit, now),
        AiOutcome::Reply | AiOutcome::Silent => Vec::new(),
    });
    events
}

fn closed(conversation: &Conversation, work: &AiWork, resolved: Option<bool>) -> Event {
    let outcome = match (conversation.ai.was_handed_off, resolved) {
        (_, Some(false)) => Outcome::Unresolved,
        (false, _) => Outcome::Contained,
        (true, Some(true)) => Outcome::Resolved,
        (true, None) => Outcome::Unresolved,
    };
    Event::ConversationClosed(ConversationClosed {
        conversation: conversation.id,
        because: ClosedBecause::AiAgent { agent: work.handle.clone() },
        outcome: Some(outcome),
        abandoned_after_ms: None,
        had_by: None,
    })
}

/// The customer has said nothing for a long time.
pub fn silent(conversation: &Conversation, work: &AiWork, now: Timestamp) -> Vec<Event> {
    let side = &conversation.ai;
    let heard = conversation.last_turn_at.unwrap_or(work.since).max(work.since);
    if side.pending.is_some() || side.approval.is_some() || heard.plus(DurationMs(AI_SILENCE_MS)) > now {
        return Vec::new();
    }
    let outcome = if side.was_handed_off { None } else { Some(Outcome::Contained) };
    vec![Event::ConversationClosed(ConversationClosed {
        conversation: conversation.id,
        because: ClosedBecause::Silence,
        outcome,
        abandoned_after_ms: None,
        had_by: None,
    })]
}

/// A person decides about what an AI agent wants to do.
pub fn approve(floor: &Floor, asked: &ApprovalDecideAsked, now: Timestamp) -> Vec<Event> {
    let refused = |because| refuse(Ask::ApprovalDecide, Some(asked.conversation), asked.person, because);
    let Some(conversation) = floor.conversation(asked.conversation) else { return refused(RefusedBecause::NotOpen) };
    if conversation.ai.approval.is_none_or(|approval| approval.id != asked.approval) {
        return refused(RefusedBecause::ApprovalOver);
    }
    let person = asked.person;
    let verdict = if asked.grant { ApprovalVerdict::Granted { person } } else { ApprovalVerdict::Denied { person } };
    approval_settled(floor, conversation, verdict, now)
}

/// Nobody decided in time.
pub fn approval_expired(floor: &Floor, conversation: &Conversation, now: Timestamp) -> Vec<Event> {
    approval_settled(floor, conversation, ApprovalVerdict::Expired, now)
}

fn approval_settled(
    floor: &Floor,
    conversation: &Conversation,
    verdict: ApprovalVerdict,
    now: Timestamp,
) -> Vec<Event> {
    let Some(approval) = conversation.ai.approval else { return Vec::new() };
    let decided = ApprovalDecided { approval: approval.id, conversation: conversation.id, verdict };
    let mut events = vec![Event::ApprovalDecided(decided)];
    // The turn that asked may still be on its way back; the agent then finds the verdict there.
    if let Some(work) = conversation.ai_owner().filter(|_| conversation.ai.pending.is_none()) {
        events.push(request(floor, conversation, work, AiTask::Continue, now));
    }
    events
}
