//! The reasons that facts carry.

use signalbox_engine::directory::Directory;
use signalbox_model::event::{Event, Recorded};
use signalbox_model::word::Slug;

use super::said::{self, Said};
use super::{ai, alerts, conversation, people, refusals, routing};

/// The reasons that a fact carries; none for most.
pub fn because(recorded: &Recorded, directory: &Directory) -> Vec<Said> {
    match &recorded.event {
        Event::AiAssigned(e) => ai::reasons(e, directory),
        Event::ConnectorProbed(e) => {
            let words = |because: &Slug| Said::new(because, because.as_str().replace('_', " "));
            e.because.iter().map(words).collect()
        }
        Event::HandoffRequested(e) => vec![Said::new(&e.reason, ai::handoff_reason(e.reason).to_owned())],
        Event::AiTurnDiscarded(e) => vec![Said::new(&e.because, ai::discarded(e.because).to_owned())],
        Event::OfferMade(e) => said::offer(&e.because, directory),
        Event::AskRefused(e) => vec![Said::new(&e.because, refusals::refused(&e.because, directory))],
        Event::ConversationQueued(e) => {
            vec![Said::new(&e.because, conversation::queued_because(&e.because, directory))]
        }
        Event::ConversationTurnedAway(e) => {
            vec![Said::new(&e.because, conversation::turned_away_because(&e.because))]
        }
        Event::ConversationClosed(e) => {
            vec![Said::new(&e.because, conversation::closed_because(&e.because, directory))]
        }
        Event::OfferWithdrawn(e) => {
            vec![Said::new(&e.because, routing::withdrawn_because(e.because).to_owned())]
        }
        Event::TransferCancelled(e) => {
            vec![Said::new(&e.because, routing::cancelled_because(e.because).to_owned())]
        }
        Event::PresenceChanged(e) => vec![Said::new(&e.because, people::presence_because(e.because).to_owned())],
        Event::AlertCleared(e) => vec![Said::new(&e.because, alerts::cleared_because(e.because).to_owned())],
        _ => Vec::new(),
    }
}
