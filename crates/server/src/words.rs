//! Every fact, reason, refusal, need and alert as one plain English sentence with names.
//!
//! Pure functions over a recorded fact and the directory: no clock, no lookup, no words of customers. The timeline, the floor, the
//! audit page and problem details all say the same thing because they all ask here.

pub mod names;
pub mod said;
pub mod refusals;
mod conversation;
mod routing;
mod supervision;
mod people;
mod setup;
pub mod alerts;
pub mod needs;
mod reasons;

use signalbox_engine::directory::Directory;
use signalbox_model::event::{Event, Recorded};

pub use reasons::because;
pub use said::Said;

/// What happened, in one sentence.
pub fn sentence(recorded: &Recorded, directory: &Directory) -> String {
    let actor = &recorded.actor;
    match &recorded.event {
        Event::SetupPublished(e) => setup::published(e, actor, directory),
        Event::ConversationOpened(e) => conversation::opened(e, directory),
        Event::ConversationQueued(e) => conversation::queued(e, directory),
        Event::ConversationTurnedAway(e) => conversation::turned_away(e, directory),
        Event::TurnAdded(e) => conversation::turn(&e.by, e.kind, directory),
        Event::ReplyAsked(e) => conversation::reply_asked(e, directory),
        Event::ReplySent(e) => conversation::reply_sent(e, directory),
        Event::NoteAdded(e) => format!("{} wrote a note.", names::person(directory, e.person)),
        Event::ConversationTruncated(e) => conversation::truncated(e),
        Event::PersonAsked(_) => "The customer asked for a person.".to_owned(),
        Event::CustomerLeft(e) => conversation::customer_left(e),
        Event::CustomerReturned(_) => "The customer is back.".to_owned(),
        Event::HoldAsked(e) => conversation::hold_asked(e, directory),
        Event::ConversationHeld(e) => format!("{} put it on hold.", names::person(directory, e.person)),
        Event::ConversationResumed(e) => format!("{} took it off hold.", names::person(directory, e.person)),
        Event::CloseAsked(e) => conversation::close_asked(e, directory),
        Event::ConversationClosed(e) => conversation::closed(e, directory),
        Event::ReopenAsked(_) => conversation::reopen_asked(actor, directory),
        Event::ConversationReopened(e) => conversation::reopened(e, directory),
        Event::WrapUpStarted(e) => format!("{} wraps up.", names::person(directory, e.person)),
        Event::WrapUpFinishAsked(e) => format!("{} wants to finish the wrap-up.", names::person(directory, e.person)),
        Event::WrapUpFinished(e) => conversation::wrap_up_finished(e, directory),
        Event::DispositionSet(e) => conversation::disposition_set(e, directory),
        Event::LabelChanged(e) => conversation::label_changed(e, actor, directory),
        Event::OutcomeReported(e) => conversation::outcome_reported(e),
        Event::OwnershipReported(e) => conversation::ownership_reported(e, directory),
        Event::OfferMade(e) => routing::offer_made(e, directory),
        Event::OfferAcceptAsked(e) => format!("{} wants to take it.", names::person(directory, e.person)),
        Event::OfferDeclineAsked(e) => format!("{} does not want to take it.", names::person(directory, e.person)),
        Event::OfferAccepted(e) => routing::offer_accepted(e, directory),
        Event::OfferDeclined(e) => format!("{} declined.", names::person(directory, e.person)),
        Event::OfferExpired(e) => format!("{} did not answer in time.", names::person(directory, e.person)),
        Event::OfferWithdrawn(e) => routing::offer_withdrawn(e, directory),
        Event::RingWidened(e) => routing::ring_widened(e, directory),
        Event::WaitGrown(e) => routing::wait_grown(e).to_owned(),
        Event::AssignAsked(e) => routing::assign_asked(e, directory),
        Event::PriorityChanged(e) => routing::priority_changed(e, directory),
        Event::TransferAsked(e) => routing::transfer_asked(e, directory),
        Event::TransferStarted(e) => routing::transfer_started(e, directory),
        Event::TransferBriefed(e) => {
            format!("{} is there and is being told what it is about.", names::person(directory, e.person))
        }
        Event::TransferEndAsked(e) => routing::transfer_end_asked(e, directory),
        Event::TransferCompleted(e) => routing::transfer_completed(e, directory),
        Event::TransferCancelled(e) => routing::transfer_cancelled(e),
        Event::MonitorAsked(e) => supervision::monitor_asked(e, directory),
        Event::MonitorStarted(e) => format!("{} watches.", names::person(directory, e.person)),
        Event::MonitorStopped(e) => format!("{} stopped watching.", names::person(directory, e.person)),
        Event::WhisperAsked(e) => format!("{} wants to whisper to the owner.", names::person(directory, e.person)),
        Event::WhisperSent(e) => supervision::whisper_sent(e, directory),
        Event::BargeAsked(e) => format!("{} wants to barge in.", names::person(directory, e.person)),
        Event::SupervisorBarged(e) => format!("{} barged in.", names::person(directory, e.person)),
        Event::TakeOverAsked(e) => format!("{} wants to take it over.", names::person(directory, e.person)),
        Event::SupervisorTookOver(e) => supervision::took_over(e, directory),
        Event::HandBackAsked(e) => format!("{} wants to hand it back.", names::person(directory, e.person)),
        Event::SupervisorHandedBack(e) => supervision::handed_back(e, directory),
        Event::AskRefused(e) => supervision::refused(e, directory),
        Event::ConversationReviewed(e) => supervision::reviewed(e, directory),
        Event::PresenceAsked(e) => people::presence_asked(e, directory),
        Event::PresenceChanged(e) => people::presence_changed(e, directory),
        Event::DeskConnected(e) => format!("{} opened the desk.", names::person(directory, e.person)),
        Event::DeskDisconnected(e) => {
            format!("{} closed the desk or lost the connection.", names::person(directory, e.person))
        }
        Event::CustomerSeen(e) => format!("A customer came by {}.", names::channel(e.channel)),
        Event::IdentityAdded(e) => people::identity_added(e),
        Event::CustomerMerged(_) => format!("{} merged two customers into one.", names::actor(directory, actor)),
        Event::CustomerSplit(_) => format!("{} split one customer into two.", names::actor(directory, actor)),
        Event::CustomerKeptApart(_) => {
            format!("{} said that two customers who look alike are two people.", names::actor(directory, actor))
        }
        Event::CustomerErased(e) => people::erased(e, actor, directory),
        Event::AlertRaised(e) => alerts::raised(e, directory),
        Event::AlertActAsked(e) => alerts::act_asked(e, directory),
        Event::AlertActed(e) => alerts::acted(e, directory),
        Event::AlertCleared(e) => alerts::cleared(e),
        Event::SignedIn(e) => format!("{} signed in.", names::person(directory, e.person)),
        Event::SignedOut(e) => format!("{} signed out.", names::person(directory, e.person)),
        Event::AccessRefused(e) => people::access_refused(e, directory),
        Event::ExportMade(e) => people::exported(e, directory),
    }
}

#[cfg(test)]
mod tests;
