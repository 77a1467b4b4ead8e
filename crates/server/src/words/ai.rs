//! AI agents: what they got, did, handed over, wanted, and what was stopped.

use signalbox_engine::directory::Directory;
use signalbox_model::event::action::{ApprovalAsked, ApprovalVerdict, ConnectorProbed, UnregisteredAiSeen};
use signalbox_model::event::ai_agent::{
    AiAssigned, AiOutcome, AiReason, AiTask, AiTurnCompleted, AiTurnRequested, DiscardedBecause, HandoffEnd,
    HandoffReason, HandoffRequested,
};
use signalbox_model::event::reading::{PersonalDataHidden, TurnRead};
use signalbox_model::event::stop::StopScope;
use signalbox_model::id::ToolId;
use signalbox_model::setup::ai_agent::Autonomy;

use super::names;
use super::said::Said;

/// How far an AI agent may go.
pub fn autonomy(level: Autonomy) -> &'static str {
    match level {
        Autonomy::Observe => "read along",
        Autonomy::Suggest => "suggest to a person",
        Autonomy::Draft => "write drafts that a person sends",
        Autonomy::ActWithApproval => "answer, and act with a person’s approval",
        Autonomy::Act => "answer and act under its limits",
        Autonomy::Outbound => "answer, act and begin conversations",
    }
}

/// Why a person is needed.
pub fn handoff_reason(reason: HandoffReason) -> &'static str {
    match reason {
        HandoffReason::CustomerRequest => "the customer asked for a person",
        HandoffReason::MissingKnowledge => "its knowledge does not answer it",
        HandoffReason::MissingInformation => "the customer could not give what is needed",
        HandoffReason::UnsupportedRequest => "it is outside what it does",
        HandoffReason::PolicyRestriction => "a rule says that a person must do it",
        HandoffReason::ToolFailure => "another system failed",
        HandoffReason::LowConfidence => "it was not sure enough",
        HandoffReason::UsageLimit => "its budget was used up",
        HandoffReason::Safety => "somebody may be in danger",
        HandoffReason::Complaint => "the customer complains",
        HandoffReason::ApprovalDenied => "what it wanted to do was not approved",
        HandoffReason::NoAnswer => "it did not answer in time",
        HandoffReason::Stopped => "it was stopped",
    }
}

/// What a stop is about.
pub fn scope(scope: &StopScope, directory: &Directory) -> String {
    match scope {
        StopScope::Everything => "every AI agent".to_owned(),
        StopScope::Agent { agent } => format!("the AI agent {}", names::ai_agent(directory, *agent)),
        StopScope::Intent { intent } => format!("AI agents for “{intent}”"),
        StopScope::Channel { channel } => format!("AI agents in {}", names::channel(*channel)),
    }
}

fn tool(directory: &Directory, id: ToolId) -> String {
    directory.tools.get(&id).map_or_else(|| "a tool that is gone".to_owned(), |tool| tool.handle.to_string())
}

pub fn assigned(e: &AiAssigned, directory: &Directory) -> String {
    let back = e.from.map_or_else(String::new, |by| format!(", given back by {}", names::person(directory, by)));
    format!("The AI agent {} (version {}) has it{back}.", names::ai_agent(directory, e.agent), e.version)
}

/// Why it has it, one row for each reason.
pub fn reasons(e: &AiAssigned, directory: &Directory) -> Vec<Said> {
    let words = |reason: &AiReason| match reason {
        AiReason::ServesQueue { version } => format!("serves the queue with version {version}"),
        AiReason::Allowed { intent: Some(intent), autonomy: level } => {
            format!("may {} about “{intent}”", autonomy(*level))
        }
        AiReason::Allowed { intent: None, autonomy: level } => format!("may {}", autonomy(*level)),
        AiReason::Load { used, total } => format!("holds {used} of {total}"),
        AiReason::Returned { by } => {
            format!("given back by {}; the customer agreed", names::person(directory, *by))
        }
    };
    e.because.iter().map(|reason| Said::new(reason, words(reason))).collect()
}

pub fn requested(e: &AiTurnRequested, directory: &Directory) -> String {
    let what = match e.task {
        AiTask::Open => "say hello",
        AiTask::Answer => "answer",
        AiTask::Continue => "go on",
        AiTask::Draft => "write a draft",
        AiTask::Shadow => "say what it would answer; nobody sees it",
    };
    format!("The AI agent {} is asked to {what}.", names::ai_agent(directory, e.agent))
}

pub fn completed(e: &AiTurnCompleted, directory: &Directory) -> String {
    let did = match &e.outcome {
        AiOutcome::Reply => "has an answer".to_owned(),
        AiOutcome::Close { .. } => "has an answer and is done".to_owned(),
        AiOutcome::HandOff { reason } => format!("wants a person to have it: {}", handoff_reason(*reason)),
        AiOutcome::AwaitApproval => "waits for a person’s approval".to_owned(),
        AiOutcome::Silent => "has nothing to say".to_owned(),
        AiOutcome::Failed { why } => format!("could not answer ({why})"),
    };
    format!("The AI agent {} {did}, after {} ms.", names::ai_agent(directory, e.agent), e.figures.total_ms.0)
}

pub fn discarded(because: DiscardedBecause) -> &'static str {
    match because {
        DiscardedBecause::NotOwner => "it does not have the conversation any more",
        DiscardedBecause::Superseded => "it was asked for another turn meanwhile",
    }
}

pub fn handoff(e: &HandoffRequested, directory: &Directory) -> String {
    format!("The AI agent {} hands it to people: {}.", names::ai_agent(directory, e.agent), handoff_reason(e.reason))
}

pub fn handoff_ended(how: HandoffEnd, directory: &Directory) -> String {
    match how {
        HandoffEnd::Completed { person } => {
            format!("The handoff is complete: {} has answered.", names::person(directory, person))
        }
        HandoffEnd::CustomerLeft => "The handoff ended: the customer left.".to_owned(),
        HandoffEnd::ReturnedToAi => "The handoff ended: the AI agent has it again.".to_owned(),
        HandoffEnd::Closed => "The handoff ended: it was closed.".to_owned(),
    }
}

pub fn approval_asked(e: &ApprovalAsked, directory: &Directory) -> String {
    let amount = e.amount.map_or_else(String::new, |amount| format!(" about {}.{:02}", amount / 100, amount % 100));
    let who = names::ai_agent(directory, e.agent);
    format!("The AI agent {who} wants to run {}{amount}; a person must agree.", tool(directory, e.tool))
}

pub fn approval_decided(verdict: ApprovalVerdict, directory: &Directory) -> String {
    match verdict {
        ApprovalVerdict::Granted { person } => format!("{} approved it.", names::person(directory, person)),
        ApprovalVerdict::Denied { person } => format!("{} did not approve it.", names::person(directory, person)),
        ApprovalVerdict::Expired => "Nobody approved it in time: it is not done.".to_owned(),
        ApprovalVerdict::Void => "The approval is void: a person has the conversation now.".to_owned(),
    }
}

pub fn tool_started(id: ToolId, directory: &Directory) -> String {
    format!("The tool {} is run.", tool(directory, id))
}

pub fn tool_finished(id: ToolId, status: &str, directory: &Directory) -> String {
    format!("The tool {} was run: {status}.", tool(directory, id))
}

pub fn hidden(e: &PersonalDataHidden) -> String {
    let kinds: Vec<String> = e.kinds.iter().map(|kind| format!("{} × {}", kind.kind, kind.count)).collect();
    format!("Personal data was hidden before it was stored: {}.", names::list(&kinds))
}

pub fn read(e: &TurnRead) -> String {
    let mut found = Vec::new();
    found.extend(e.intent.as_ref().map(|intent| format!("about “{intent}”")));
    found.extend(e.language.as_ref().map(|language| format!("in {language}")));
    found.extend(e.sentiment.map(|sentiment| format!("customer’s mood {sentiment:+}")));
    format!("The turn was read: {}.", names::list(&found))
}

pub fn probed(e: &ConnectorProbed, directory: &Directory) -> String {
    let name = directory.connectors.get(&e.connector).map_or("a connector that is gone", |known| known.name.as_str());
    match (e.ok, &e.because) {
        (true, _) => format!("{name} answers again."),
        (false, Some(because)) => format!("{name} does not answer ({because})."),
        (false, None) => format!("{name} does not answer."),
    }
}

pub fn unregistered(e: &UnregisteredAiSeen) -> String {
    format!("AI that nobody registered was seen: {} ({}).", e.name, names::count(u64::from(e.count), "time", "times"))
}
