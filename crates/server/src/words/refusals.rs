//! Refused wishes: what was wanted, why not, what to do instead.

use signalbox_engine::directory::Directory;
use signalbox_model::event::supervision::{Ask, RefusedBecause};

use super::names;

/// What was wanted, after "wanted to".
pub fn ask(ask: Ask) -> &'static str {
    match ask {
        Ask::Reply => "reply",
        Ask::Hold => "hold or resume it",
        Ask::Close => "close it",
        Ask::Reopen => "reopen it",
        Ask::WrapUpFinish => "finish the wrap-up",
        Ask::OfferAccept => "take it",
        Ask::OfferDecline => "decline it",
        Ask::Assign => "assign it",
        Ask::Transfer => "transfer it",
        Ask::TransferEnd => "end the transfer",
        Ask::Monitor => "watch it",
        Ask::Whisper => "whisper",
        Ask::Barge => "barge in",
        Ask::TakeOver => "take it over",
        Ask::HandBack => "hand it back",
        Ask::Presence => "change presence",
        Ask::AlertAct => "act on the alert",
        Ask::ReturnToAi => "give it back to the AI agent",
        Ask::ApprovalDecide => "decide about an approval",
    }
}

/// Why it was not granted, as a sentence that stands alone and says what to do.
pub fn refused(because: &RefusedBecause, directory: &Directory) -> String {
    match because {
        RefusedBecause::NotOpen => "The conversation is closed or never was open; reopen it first.".to_owned(),
        RefusedBecause::StillOpen => "The conversation is still open.".to_owned(),
        RefusedBecause::NotOwner { owner: Some(owner) } => {
            format!("{} has it; only the owner can do this.", names::person(directory, *owner))
        }
        RefusedBecause::NotOwner { owner: None } => "You do not have it; only the owner can do this.".to_owned(),
        RefusedBecause::OfferOver => "The offer is over: it expired, was withdrawn or was already answered.".to_owned(),
        RefusedBecause::TakenBy { person } => format!("{} already has it.", names::person(directory, *person)),
        RefusedBecause::AlreadySo => "It already is so; nothing was changed.".to_owned(),
        RefusedBecause::NobodyThere => {
            "Nobody works on it yet: it waits in a queue. Assign it or take it over.".to_owned()
        }
        RefusedBecause::PersonUnavailable => {
            "That person is not available or has no slot free; choose somebody else.".to_owned()
        }
        RefusedBecause::QueueUnavailable => {
            "That queue does not exist, is closed or is full; choose another.".to_owned()
        }
        RefusedBecause::Truncated => {
            "The conversation has reached its limit of turns; close it and start a new one.".to_owned()
        }
        RefusedBecause::Observed => {
            "The conversation lives in another system, and only that system can do this.".to_owned()
        }
        RefusedBecause::TransferState => "A transfer is already under way, or none is.".to_owned(),
        RefusedBecause::AlertOver => "The alert is over or never was.".to_owned(),
        RefusedBecause::NoSuchPerson => "That person does not exist or has left.".to_owned(),
        RefusedBecause::AiMayNot { why } => {
            format!("The AI agent may not have it now ({}); keep it or transfer it.", why.as_str().replace('_', " "))
        }
        RefusedBecause::CustomerMustAgree => "Ask the customer first: it needs their consent.".to_owned(),
        RefusedBecause::ApprovalOver => "It is decided already, or its time is over.".to_owned(),
    }
}
