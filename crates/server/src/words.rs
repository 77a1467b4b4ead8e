//! Every fact, reason, refusal, need and alert as one plain English sentence with names.
//!
//! Pure functions over a recorded fact and the directory: no clock, no lookup, no words of customers. The timeline, the floor, the
//! audit page and problem details all say the same thing because they all ask here.

pub mod names;
pub mod said;
pub mod refusals;
pub mod ai;
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
        _ => about_ai(recorded, directory),
    }
}

/// What AI agents do and what is done with them, in one sentence.
fn about_ai(recorded: &Recorded, directory: &Directory) -> String {
    let person = |id| names::person(directory, id);
    let version = |agent, version| format!("version {version} of {}", names::ai_agent(directory, agent));
    match &recorded.event {
        Event::PersonalDataHidden(e) => ai::hidden(e),
        Event::PersonalDataRevealed(e) => format!("{} looked at what was hidden: {}.", person(e.person), e.reason),
        Event::TurnRead(e) => ai::read(e),
        Event::VersionProposed(e) => format!("{} made {} a candidate.", person(e.person), version(e.agent, e.version)),
        Event::VersionReleased(e) => {
            format!("{} released {}: {}.", person(e.person), version(e.agent, e.version), e.reason)
        }
        Event::VersionWithdrawn(e) => {
            format!("{} withdrew {}: {}.", person(e.person), version(e.agent, e.version), e.reason)
        }
        Event::AiAssigned(e) => ai::assigned(e, directory),
        Event::AiTurnRequested(e) => ai::requested(e, directory),
        Event::AiTurnCompleted(e) => ai::completed(e, directory),
        Event::AiTurnTraced(e) => format!("How turn {} of the AI agent came about was kept.", e.number),
        Event::AiTurnDiscarded(e) => format!("What the AI agent said was not used: {}.", ai::discarded(e.because)),
        Event::DraftOffered(e) => format!("{} sees a draft of an AI agent.", person(e.person)),
        Event::AiWhispered(e) => {
            format!("{} whispered to the AI agent {}.", person(e.person), names::ai_agent(directory, e.agent))
        }
        Event::HandoffRequested(e) => ai::handoff(e, directory),
        Event::HandoffTimedOut(e) => format!("Nobody took it over within {}.", names::duration(e.waited_ms)),
        Event::HandoffBriefed(e) => format!("{} read what went before.", person(e.person)),
        Event::HandoffEnded(e) => ai::handoff_ended(e.how, directory),
        Event::ReturnToAiAsked(e) => format!("{} wants to give it back to the AI agent.", person(e.person)),
        Event::KillSwitchThrown(e) => {
            format!("{} stopped {}: {}.", person(e.person), ai::scope(&e.scope, directory), e.reason)
        }
        Event::KillSwitchLifted(e) => {
            format!("{} lets {} work again: {}.", person(e.person), ai::scope(&e.scope, directory), e.reason)
        }
        Event::ApprovalAsked(e) => ai::approval_asked(e, directory),
        Event::ApprovalDecideAsked(e) => {
            format!("{} wants to {} it.", person(e.person), if e.grant { "approve" } else { "deny" })
        }
        Event::ApprovalDecided(e) => ai::approval_decided(e.verdict, directory),
        Event::ToolStarted(e) => ai::tool_started(e.tool, directory),
        Event::ToolFinished(e) => ai::tool_finished(e.tool, e.status.as_str(), directory),
        Event::ConnectorProbed(e) => ai::probed(e, directory),
        Event::IncidentOpened(e) => format!("{} opened an incident: {}.", person(e.person), e.summary),
        Event::IncidentNoted(e) => format!("{} added to an incident: {}.", person(e.person), e.text),
        Event::IncidentClosed(e) => format!("{} closed an incident: {}.", person(e.person), e.resolution),
        Event::UnregisteredAiSeen(e) => ai::unregistered(e),
        other => unreachable!("{} has its sentence above", other.name()),
    }
}

#[cfg(test)]
mod tests;
