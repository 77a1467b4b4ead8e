//! Offers and transfers.

use signalbox_engine::directory::Directory;
use signalbox_model::event::routing::{
    AssignAsked, OfferAccepted, OfferMade, OfferPurpose, OfferWithdrawn, PriorityChanged, RingWidened, TransferAsked,
    TransferCancelled, TransferCancelledBecause, TransferCompleted, TransferEndAsked, TransferMode, TransferStarted,
    TransferTo, WaitGrown, WaitGrownBecause, WithdrawnBecause,
};

use super::{names, said};

pub fn offer_made(e: &OfferMade, directory: &Directory) -> String {
    let reasons: Vec<String> = said::offer(&e.because, directory).into_iter().map(|reason| reason.words).collect();
    let purpose = match e.purpose {
        OfferPurpose::Take => "Offered to",
        OfferPurpose::Brief => "A briefing was offered to",
    };
    match reasons.is_empty() {
        true => format!("{purpose} {}.", names::person(directory, e.person)),
        false => format!("{purpose} {}: {}.", names::person(directory, e.person), reasons.join(", ")),
    }
}

pub fn offer_accepted(e: &OfferAccepted, directory: &Directory) -> String {
    let person = names::person(directory, e.person);
    match e.purpose {
        OfferPurpose::Take => format!("{person} took it; the customer had waited {}.", names::duration(e.waited_ms)),
        OfferPurpose::Brief => format!("{person} came to be told about it."),
    }
}

pub fn offer_withdrawn(e: &OfferWithdrawn, directory: &Directory) -> String {
    format!("The offer to {} was withdrawn: {}.", names::person(directory, e.person), withdrawn_because(e.because))
}

pub fn withdrawn_because(because: WithdrawnBecause) -> &'static str {
    match because {
        WithdrawnBecause::CustomerLeft => "the customer left",
        WithdrawnBecause::PersonUnavailable => "they became unavailable",
        WithdrawnBecause::TakenElsewhere => "somebody else was given it",
        WithdrawnBecause::TransferCancelled => "the transfer was stopped",
    }
}

pub fn ring_widened(e: &RingWidened, directory: &Directory) -> String {
    let needs = match e.needs.as_slice() {
        [] => "nothing special is needed any more".to_owned(),
        needs => format!("needs {} now", names::needs(directory, needs)),
    };
    format!("The circle widened (ring {}): {needs}.", e.ring)
}

pub fn assign_asked(e: &AssignAsked, directory: &Directory) -> String {
    format!("{} wants to give it to {}.", names::person(directory, e.person), names::person(directory, e.to))
}

pub fn priority_changed(e: &PriorityChanged, directory: &Directory) -> String {
    let head_start = names::count(u64::from(e.priority), "minute", "minutes");
    format!("{} set its priority to {} ({head_start} of head start).", names::person(directory, e.person), e.priority)
}

pub fn target(to: &TransferTo, directory: &Directory) -> String {
    match to {
        TransferTo::Queue { queue } => names::queue(directory, *queue),
        TransferTo::Person { person } => names::person(directory, *person),
    }
}

pub fn transfer_asked(e: &TransferAsked, directory: &Directory) -> String {
    let mode = match e.mode {
        TransferMode::Cold => "at once",
        TransferMode::Warm => "after a briefing",
    };
    format!("{} wants to transfer it to {}, {mode}.", names::person(directory, e.person), target(&e.to, directory))
}

pub fn transfer_started(e: &TransferStarted, directory: &Directory) -> String {
    format!("{} started a warm transfer to {}.", names::person(directory, e.person), target(&e.to, directory))
}

pub fn transfer_end_asked(e: &TransferEndAsked, directory: &Directory) -> String {
    let wish = if e.complete { "complete" } else { "stop" };
    format!("{} wants to {wish} the transfer.", names::person(directory, e.person))
}

pub fn transfer_completed(e: &TransferCompleted, directory: &Directory) -> String {
    format!("{} has it now, from {}.", names::person(directory, e.person), names::person(directory, e.from))
}

pub fn transfer_cancelled(e: &TransferCancelled) -> String {
    format!("The transfer ended and it stays where it was: {}.", cancelled_because(e.because))
}

pub fn cancelled_because(because: TransferCancelledBecause) -> &'static str {
    match because {
        TransferCancelledBecause::Stopped => "the owner stopped it",
        TransferCancelledBecause::NobodyCame => "nobody came in time",
        TransferCancelledBecause::Declined => "the person asked said no or is gone",
        TransferCancelledBecause::CustomerLeft => "the customer left",
        TransferCancelledBecause::OwnerGone => "the owner is gone",
    }
}

pub fn wait_grown(e: &WaitGrown) -> &'static str {
    match e.because {
        WaitGrownBecause::DelayPassed => "It has waited so long that a group which helps out may take it.",
        WaitGrownBecause::DeclinesForgiven => "Those who declined it may be asked again.",
    }
}
