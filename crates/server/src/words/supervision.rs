//! Supervisors who watch and step in.

use signalbox_engine::directory::Directory;
use signalbox_model::event::supervision::{
    AskRefused, ConversationReviewed, MonitorAsked, ReviewOrigin, SupervisorHandedBack, SupervisorTookOver, WhisperSent,
};

use super::{names, refusals};

pub fn monitor_asked(e: &MonitorAsked, directory: &Directory) -> String {
    let wish = if e.on { "watch" } else { "stop watching" };
    format!("{} wants to {wish}.", names::person(directory, e.person))
}

pub fn whisper_sent(e: &WhisperSent, directory: &Directory) -> String {
    format!("{} whispered to {}.", names::person(directory, e.person), names::person(directory, e.to))
}

pub fn took_over(e: &SupervisorTookOver, directory: &Directory) -> String {
    let from = e.from.map_or_else(String::new, |person| format!(" from {}", names::person(directory, person)));
    format!("{} took it over{from}.", names::person(directory, e.person))
}

pub fn handed_back(e: &SupervisorHandedBack, directory: &Directory) -> String {
    let to = e.to.map_or_else(|| "the front of the queue".to_owned(), |person| names::person(directory, person));
    format!("{} handed it back to {to}.", names::person(directory, e.person))
}

pub fn refused(e: &AskRefused, directory: &Directory) -> String {
    let who =
        e.person.map_or_else(|| "The customer or another system".to_owned(), |person| names::person(directory, person));
    format!("{who} wanted to {}; refused: {}", refusals::ask(e.ask), refusals::refused(&e.because, directory))
}

pub fn reviewed(e: &ConversationReviewed, directory: &Directory) -> String {
    format!("{} reviewed it: {}.", names::person(directory, e.person), review_origin(e.origin))
}

fn review_origin(origin: ReviewOrigin) -> &'static str {
    match origin {
        ReviewOrigin::AiFlag => "an automatic sign pointed at it",
        ReviewOrigin::Dispute => "a score was disputed",
        ReviewOrigin::Random => "drawn by chance",
        ReviewOrigin::Targeted => "picked by hand",
    }
}
