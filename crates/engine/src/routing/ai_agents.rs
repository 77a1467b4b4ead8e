//! Conversations that an AI agent gets: on arrival, and when a person gives one back with the customer's consent.

use signalbox_model::contact::Control;
use signalbox_model::event::Event;
use signalbox_model::event::ai_agent::{AiAssigned, AiReason, HandoffEnd, ReturnToAiAsked};
use signalbox_model::event::supervision::{Ask, RefusedBecause};
use signalbox_model::setup::ai_agent::AiAgent;
use signalbox_model::time::Timestamp;

use super::eligibility::{AiEligible, AiIneligible, may_take_ai};
use crate::conversation::Conversation;
use crate::floor::Floor;
use crate::round::{Touched, refuse};

/// The AI agent that gets a new conversation: of those who may, the one with most room.
pub fn on_arrival(floor: &Floor, conversation: &Conversation, touched: &Touched, now: Timestamp) -> Option<Event> {
    let queue = conversation.queue?;
    let may = |agent| may_take_ai(floor, conversation, agent, touched, now).ok().map(|eligible| (agent, eligible));
    let candidates = floor.directory.registry.serving(queue).filter_map(may);
    let (agent, eligible) =
        candidates.max_by_key(|(agent, eligible)| (agent.capacity - eligible.used, eligible.used))?;
    Some(assigned(conversation, agent, &eligible, None))
}

fn assigned(
    conversation: &Conversation,
    agent: &AiAgent,
    eligible: &AiEligible,
    returned: Option<&ReturnToAiAsked>,
) -> Event {
    let mut because = vec![
        AiReason::ServesQueue { version: eligible.version },
        AiReason::Allowed { intent: conversation.intent.clone(), autonomy: eligible.autonomy },
        AiReason::Load { used: eligible.used, total: agent.capacity },
    ];
    because.extend(returned.map(|asked| AiReason::Returned { by: asked.person }));
    Event::AiAssigned(AiAssigned {
        conversation: conversation.id,
        agent: agent.id,
        handle: agent.handle.clone(),
        version: eligible.version,
        autonomy: eligible.autonomy,
        from: returned.map(|asked| asked.person),
        because,
    })
}

/// Why an AI agent may not have it, as a word.
pub fn why(because: &AiIneligible) -> signalbox_model::word::Slug {
    signalbox_model::word::Slug::parse(because.as_str()).expect("a slug")
}

/// A person gives it back to the AI agent that had it.
pub fn give_back(floor: &Floor, asked: &ReturnToAiAsked, touched: &Touched, now: Timestamp) -> Vec<Event> {
    let refused = |because| refuse(Ask::ReturnToAi, Some(asked.conversation), asked.person, because);
    let Some(conversation) = floor.conversation(asked.conversation).filter(|known| !known.is_closed()) else {
        return refused(RefusedBecause::NotOpen);
    };
    match conversation.owner.person() {
        _ if conversation.control == Control::Observed => return refused(RefusedBecause::Observed),
        Some(owner) if owner == asked.person => {}
        owner => return refused(RefusedBecause::NotOwner { owner }),
    }
    if !asked.customer_agreed {
        return refused(RefusedBecause::CustomerMustAgree);
    }
    if conversation.transfer.is_some() {
        return refused(RefusedBecause::TransferState);
    }
    // As if it had just come: that it was handed over, or the customer wanted a person then, is settled by their consent.
    let mut fresh = conversation.clone();
    fresh.ai.was_handed_off = false;
    fresh.asked_person_at = None;
    let last = conversation.ai.work.as_ref().and_then(|work| floor.directory.registry.agent(work.agent));
    let agent = match last {
        Some(agent) => agent,
        None => return refused(RefusedBecause::AiMayNot { why: why(&AiIneligible::Retired) }),
    };
    match may_take_ai(floor, &fresh, agent, touched, now) {
        Ok(eligible) => {
            let ended = conversation.end_handoff(HandoffEnd::ReturnedToAi, now);
            ended.into_iter().chain([assigned(conversation, agent, &eligible, Some(asked))]).collect()
        }
        Err(because) => refused(RefusedBecause::AiMayNot { why: why(&because) }),
    }
}
