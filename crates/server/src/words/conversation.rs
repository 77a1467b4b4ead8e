//! The life of a conversation.

use signalbox_engine::directory::Directory;
use signalbox_model::contact::{Actor, Control, Outcome, Owner, Participant};
use signalbox_model::event::conversation::{
    CloseAsked, ClosedBecause, ConversationClosed, ConversationOpened, ConversationQueued, ConversationReopened,
    ConversationTruncated, ConversationTurnedAway, CustomerLeft, DispositionSet, HoldAsked, LabelChanged, LeftHow,
    OutcomeReported, OwnershipReported, Place, QueuedBecause, ReplyAsked, ReplySent, TurnKind, TurnedAwayBecause,
    WrapUpFinished,
};

use super::names;

pub fn opened(e: &ConversationOpened, directory: &Directory) -> String {
    let target = match (e.control, e.queue) {
        (Control::Routed, Some(queue)) => format!(" for {}", names::queue(directory, queue)),
        (Control::Routed | Control::Observed, _) => String::new(),
    };
    let needs = match e.needs.as_slice() {
        [] => String::new(),
        needs => format!(", needs {}", names::needs(directory, needs)),
    };
    format!("The customer came by {}{target}{needs}{}.", names::channel(e.channel), names::origin(e.origin))
}

pub fn queued(e: &ConversationQueued, directory: &Directory) -> String {
    let place = match e.place {
        Place::Front => " at the front",
        Place::Score => "",
    };
    let only = e.only.map_or_else(String::new, |person| format!(", for {} only", names::person(directory, person)));
    format!("Waits in {}{place}{only}: {}.", names::queue(directory, e.queue), queued_because(&e.because, directory))
}

pub fn queued_because(because: &QueuedBecause, directory: &Directory) -> String {
    match because {
        QueuedBecause::Arrived => "it is new".to_owned(),
        QueuedBecause::AskedForPerson => "the customer asked for a person".to_owned(),
        QueuedBecause::Transferred { by } => format!("{} passed it on", names::person(directory, *by)),
        QueuedBecause::Overflowed { from } => format!("it waited too long in {}", names::queue(directory, *from)),
        QueuedBecause::AgentLost { person } => {
            format!("{}’s browser was gone for too long", names::person(directory, *person))
        }
        QueuedBecause::AgentGone { person } => format!("{} has gone", names::person(directory, *person)),
        QueuedBecause::Reopened => "it was reopened".to_owned(),
        QueuedBecause::HandedBack { by } => format!("{} gave it back", names::person(directory, *by)),
        QueuedBecause::Assigned { by } => format!("{} assigned it", names::person(directory, *by)),
        QueuedBecause::HandedOff { agent, reason } => {
            let who = names::ai_handle(directory, agent);
            format!("the AI agent {who} handed it over, since {}", super::ai::handoff_reason(*reason))
        }
        QueuedBecause::NotTaken { person } => format!("{} did not take it", names::person(directory, *person)),
    }
}

pub fn turned_away(e: &ConversationTurnedAway, directory: &Directory) -> String {
    let from = e.queue.map_or_else(String::new, |queue| format!(" from {}", names::queue(directory, queue)));
    format!("Turned away{from}: {}.", turned_away_because(&e.because))
}

pub fn turned_away_because(because: &TurnedAwayBecause) -> String {
    match because {
        TurnedAwayBecause::Closed { opens_at: Some(at) } => format!("it is closed and opens {}", names::instant(*at)),
        TurnedAwayBecause::Closed { opens_at: None } => "it is closed".to_owned(),
        TurnedAwayBecause::QueueFull { waiting } => format!("the queue is full ({waiting} waiting)"),
        TurnedAwayBecause::NoSuchQueue => "there is no such queue".to_owned(),
    }
}

pub fn turn(by: &Participant, kind: TurnKind, directory: &Directory) -> String {
    let did = match kind {
        TurnKind::Text => "wrote",
        TurnKind::File => "sent a file",
        TurnKind::Action => "did something with a tool",
    };
    format!("{} {did}.", names::participant(directory, by))
}

pub fn reply_asked(e: &ReplyAsked, directory: &Directory) -> String {
    format!("{} wants to reply.", names::person(directory, e.person))
}

pub fn reply_sent(e: &ReplySent, directory: &Directory) -> String {
    let did = match e.kind {
        TurnKind::Text => "replied",
        TurnKind::File => "sent a file",
        TurnKind::Action => "did something with a tool",
    };
    let wait = e.reply_ms.map_or_else(String::new, |wait| format!(" after {}", names::duration(wait)));
    format!("{} {did}{wait}.", names::participant(directory, &e.by))
}

pub fn truncated(e: &ConversationTruncated) -> String {
    format!("No more turns are recorded: the limit of {} is reached.", e.turns)
}

pub fn customer_left(e: &CustomerLeft) -> String {
    match e.how {
        LeftHow::Ended => "The customer ended it.".to_owned(),
        LeftHow::Disconnected => "The customer’s browser is gone.".to_owned(),
    }
}

pub fn hold_asked(e: &HoldAsked, directory: &Directory) -> String {
    let wish = if e.hold { "put it on hold" } else { "take it off hold" };
    format!("{} wants to {wish}.", names::person(directory, e.person))
}

pub fn close_asked(e: &CloseAsked, directory: &Directory) -> String {
    format!("{} wants to close it{}.", names::person(directory, e.person), filed(e.disposition, directory))
}

pub fn closed(e: &ConversationClosed, directory: &Directory) -> String {
    let waited = e
        .abandoned_after_ms
        .map_or_else(String::new, |wait| format!(" after waiting {} without an answer", names::duration(wait)));
    let outcome = e.outcome.map_or_else(String::new, |known| format!(" ({})", outcome(known)));
    format!("Closed: {}{waited}{outcome}.", closed_because(&e.because, directory))
}

pub fn closed_because(because: &ClosedBecause, directory: &Directory) -> String {
    match because {
        ClosedBecause::Owner { person } => format!("{} ended it", names::person(directory, *person)),
        ClosedBecause::Customer => "the customer left".to_owned(),
        ClosedBecause::CustomerGone => "the customer’s browser was gone for too long".to_owned(),
        ClosedBecause::Reported => "the other system ended it".to_owned(),
        ClosedBecause::AiAgent { agent } => format!("the AI agent {} ended it", names::ai_handle(directory, agent)),
        ClosedBecause::Silence => "the customer said nothing for a long time".to_owned(),
    }
}

pub fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Resolved => "resolved",
        Outcome::Unresolved => "not resolved",
        Outcome::Contained => "settled without a person",
        Outcome::Abandoned => "abandoned",
        Outcome::TurnedAway => "turned away",
    }
}

pub fn reopen_asked(actor: &Actor, directory: &Directory) -> String {
    format!("{} wants to go on.", names::actor(directory, actor))
}

pub fn reopened(e: &ConversationReopened, directory: &Directory) -> String {
    let last = e
        .asked
        .last_owner
        .map_or_else(String::new, |person| format!(", last with {}", names::person(directory, person)));
    format!("Reopened for {}{last}.", names::queue(directory, e.asked.queue))
}

pub fn wrap_up_finished(e: &WrapUpFinished, directory: &Directory) -> String {
    let how = if e.by_time { "’s wrap-up ended by time" } else { " finished the wrap-up" };
    format!("{}{how}{}.", names::person(directory, e.person), filed(e.disposition, directory))
}

fn filed(disposition: Option<signalbox_model::id::DispositionId>, directory: &Directory) -> String {
    disposition.map_or_else(String::new, |id| format!(", filed as “{}”", names::disposition(directory, id)))
}

pub fn disposition_set(e: &DispositionSet, directory: &Directory) -> String {
    format!("{} filed it as “{}”.", names::person(directory, e.person), names::disposition(directory, e.disposition))
}

pub fn label_changed(e: &LabelChanged, actor: &Actor, directory: &Directory) -> String {
    let did = if e.on { "put on" } else { "took off" };
    format!("{} {did} the label “{}”.", names::actor(directory, actor), e.label)
}

pub fn outcome_reported(e: &OutcomeReported) -> String {
    let label = e.label.as_ref().map_or_else(String::new, |label| format!(", filed there as “{label}”"));
    format!("The other system says: {}{label}.", outcome(e.outcome))
}

pub fn ownership_reported(e: &OwnershipReported, directory: &Directory) -> String {
    match &e.owner {
        Owner::Closed => "The other system closed it.".to_owned(),
        owner => format!("The other system says that {} has it.", names::owner(directory, owner)),
    }
}
