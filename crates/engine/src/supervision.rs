//! Supervisors who watch, whisper, barge in, take over and hand back. One taker at a time.

use signalbox_model::contact::{Control, Owner, Presence};
use signalbox_model::event::ai_agent::AiWhispered;
use signalbox_model::event::conversation::{ConversationQueued, Place, QueuedBecause};
use signalbox_model::event::routing::{TransferCancelledBecause, WithdrawnBecause};
use signalbox_model::event::supervision::{
    Ask, BargeAsked, HandBackAsked, MonitorAsked, MonitorStarted, MonitorStopped, RefusedBecause, SupervisorBarged,
    SupervisorHandedBack, SupervisorTookOver, TakeOverAsked, WhisperAsked, WhisperSent,
};
use signalbox_model::event::{Event, Recorded};
use signalbox_model::id::ConversationId;
use signalbox_model::time::Timestamp;

use crate::conversation::Conversation;
use crate::floor::Floor;
use crate::round::refuse;

/// What follows from a fact.
pub fn decide(floor: &Floor, recorded: &Recorded) -> Vec<Event> {
    match &recorded.event {
        Event::MonitorAsked(asked) => monitor(floor, asked),
        Event::WhisperAsked(asked) => whisper(floor, asked),
        Event::BargeAsked(asked) => barge(floor, asked),
        Event::TakeOverAsked(asked) => take_over(floor, asked),
        Event::HandBackAsked(asked) => hand_back(floor, asked, recorded.at),
        _ => Vec::new(),
    }
}

fn open(floor: &Floor, id: ConversationId) -> Result<&Conversation, RefusedBecause> {
    floor.conversation(id).filter(|conversation| !conversation.is_closed()).ok_or(RefusedBecause::NotOpen)
}

fn ours(floor: &Floor, id: ConversationId) -> Result<&Conversation, RefusedBecause> {
    let conversation = open(floor, id)?;
    if conversation.control == Control::Observed { Err(RefusedBecause::Observed) } else { Ok(conversation) }
}

fn monitor(floor: &Floor, asked: &MonitorAsked) -> Vec<Event> {
    let (conversation, person) = (asked.conversation, asked.person);
    match open(floor, conversation) {
        Err(because) => refuse(Ask::Monitor, Some(conversation), person, because),
        Ok(open) if open.watchers.contains(&person) == asked.on => {
            refuse(Ask::Monitor, Some(conversation), person, RefusedBecause::AlreadySo)
        }
        Ok(_) if asked.on => vec![Event::MonitorStarted(MonitorStarted { conversation, person })],
        Ok(_) => vec![Event::MonitorStopped(MonitorStopped { conversation, person })],
    }
}

fn whisper(floor: &Floor, asked: &WhisperAsked) -> Vec<Event> {
    let refused = |because| refuse(Ask::Whisper, Some(asked.conversation), asked.person, because);
    let conversation = match ours(floor, asked.conversation) {
        Ok(conversation) => conversation,
        Err(because) => return refused(because),
    };
    if let Some(work) = conversation.ai_owner() {
        return vec![Event::AiWhispered(AiWhispered {
            conversation: asked.conversation,
            person: asked.person,
            agent: work.agent,
            content: asked.content,
        })];
    }
    match conversation.owner.person() {
        Some(to) if to != asked.person => vec![Event::WhisperSent(WhisperSent {
            conversation: asked.conversation,
            person: asked.person,
            to,
            content: asked.content,
        })],
        _ => refused(RefusedBecause::NobodyThere),
    }
}

fn barge(floor: &Floor, asked: &BargeAsked) -> Vec<Event> {
    let refused = |because| refuse(Ask::Barge, Some(asked.conversation), asked.person, because);
    let conversation = match ours(floor, asked.conversation) {
        Ok(conversation) => conversation,
        Err(because) => return refused(because),
    };
    match &conversation.owner {
        _ if conversation.barged.contains(&asked.person) => refused(RefusedBecause::AlreadySo),
        Owner::Agent { person } | Owner::Supervisor { person } if *person == asked.person => {
            refused(RefusedBecause::AlreadySo)
        }
        Owner::Supervisor { person } => refused(RefusedBecause::TakenBy { person: *person }),
        Owner::Agent { .. } | Owner::Ai { .. } => {
            vec![Event::SupervisorBarged(SupervisorBarged { conversation: asked.conversation, person: asked.person })]
        }
        Owner::Queue { .. } | Owner::Elsewhere { .. } | Owner::Closed => refused(RefusedBecause::NobodyThere),
    }
}

fn take_over(floor: &Floor, asked: &TakeOverAsked) -> Vec<Event> {
    let refused = |because| refuse(Ask::TakeOver, Some(asked.conversation), asked.person, because);
    let conversation = match ours(floor, asked.conversation) {
        Ok(conversation) => conversation,
        Err(because) => return refused(because),
    };
    let from = match &conversation.owner {
        Owner::Agent { person } | Owner::Supervisor { person } if *person == asked.person => {
            return refused(RefusedBecause::AlreadySo);
        }
        Owner::Supervisor { person } => return refused(RefusedBecause::TakenBy { person: *person }),
        // Not in line yet: whether the queue takes it at all is being decided.
        Owner::Queue { .. } if !conversation.in_line => return refused(RefusedBecause::QueueUnavailable),
        owner => owner.person(),
    };
    let mut events = conversation.take_back(WithdrawnBecause::TakenElsewhere, TransferCancelledBecause::Stopped);
    events.push(Event::SupervisorTookOver(SupervisorTookOver {
        conversation: asked.conversation,
        person: asked.person,
        from,
    }));
    events
}

/// Back to whom it was taken from, if that person is still here; otherwise to the front of the line.
fn hand_back(floor: &Floor, asked: &HandBackAsked, now: Timestamp) -> Vec<Event> {
    let refused = |because| refuse(Ask::HandBack, Some(asked.conversation), asked.person, because);
    let conversation = match ours(floor, asked.conversation) {
        Ok(conversation) => conversation,
        Err(because) => return refused(because),
    };
    if conversation.owner != (Owner::Supervisor { person: asked.person }) {
        return refused(RefusedBecause::NotOwner { owner: conversation.owner.person() });
    }
    let here = |presence| matches!(presence, Presence::Available | Presence::Away);
    let to = conversation.taken_from.filter(|person| floor.desk(*person).is_some_and(|desk| here(desk.presence)));
    let back = SupervisorHandedBack { conversation: asked.conversation, person: asked.person, to };
    let mut events = conversation.take_back(WithdrawnBecause::TakenElsewhere, TransferCancelledBecause::Stopped);
    events.push(Event::SupervisorHandedBack(back));
    match (to, conversation.queue) {
        (None, Some(queue)) => events.push(Event::ConversationQueued(ConversationQueued {
            conversation: asked.conversation,
            queue,
            place: Place::Front,
            waiting_since: now,
            priority: conversation.priority,
            only: None,
            because: QueuedBecause::HandedBack { by: asked.person },
        })),
        (None, None) => return refused(RefusedBecause::QueueUnavailable),
        (Some(_), _) => {}
    }
    events
}
