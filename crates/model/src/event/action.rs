//! What AI agents do in other systems: approvals, runs of tools, health of connectors, incidents, unknown writers.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::stop::StopScope;
use super::subject;
use crate::id::{AiAgentId, ApprovalId, ConnectorId, ContentId, ConversationId, IncidentId, PersonId, ToolId};
use crate::time::{DurationMs, Timestamp};
use crate::word::Slug;

/// An AI agent wants to run a tool for which a person must agree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalAsked {
    /// Which approval.
    pub approval: ApprovalId,
    /// Where.
    pub conversation: ConversationId,
    /// Who wants it.
    pub agent: AiAgentId,
    /// In which of its turns.
    pub number: u32,
    /// Which tool.
    pub tool: ToolId,
    /// The amount, if it has one, in the smallest unit of the currency.
    pub amount: Option<u64>,
    /// After this it is not done.
    pub until: Timestamp,
    /// With which arguments, beside the log.
    pub content: ContentId,
}
subject!(ApprovalAsked, conversation, content);

/// A person wants to grant or deny it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalDecideAsked {
    /// Which.
    pub approval: ApprovalId,
    /// Where.
    pub conversation: ConversationId,
    /// Who.
    pub person: PersonId,
    /// Grant, or deny.
    pub grant: bool,
    /// Why, in their words.
    #[serde(default)]
    pub reason: String,
}
subject!(ApprovalDecideAsked, conversation, person);

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ApprovalVerdict {
    /// It may be done, once.
    Granted {
        /// By whom.
        person: PersonId,
    },
    /// It must not be done.
    Denied {
        /// By whom.
        person: PersonId,
    },
    /// Nobody decided in time: it is not done.
    Expired,
    /// The AI agent does not have the conversation any more: it is not done.
    Void,
}

/// An approval is decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalDecided {
    /// Which.
    pub approval: ApprovalId,
    /// Where.
    pub conversation: ConversationId,
    /// What became of it.
    pub verdict: ApprovalVerdict,
}
subject!(ApprovalDecided, conversation);

/// A tool that changes something is about to be run: written down before, so that it is never done twice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolStarted {
    /// Where.
    pub conversation: ConversationId,
    /// In which turn.
    pub number: u32,
    /// Which tool.
    pub tool: ToolId,
    /// The other system does it once for each key.
    pub key: String,
}
subject!(ToolStarted, conversation);

/// It was run, or could not be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolFinished {
    /// Where.
    pub conversation: ConversationId,
    /// Which tool.
    pub tool: ToolId,
    /// The key.
    pub key: String,
    /// How it went.
    pub status: Slug,
}
subject!(ToolFinished, conversation);

/// A connector answers, or no longer does. Written when that changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectorProbed {
    /// Which.
    pub connector: ConnectorId,
    /// Whether it answers.
    pub ok: bool,
    /// How long it took.
    pub took_ms: DurationMs,
    /// Why not, as in `timed_out`.
    pub because: Option<Slug>,
}
subject!(ConnectorProbed);

/// How bad an incident is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IncidentSeverity {
    /// Worth a look.
    Minor,
    /// Customers notice.
    Major,
    /// Customers are harmed.
    Critical,
}

/// Something went wrong and is looked after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentOpened {
    /// Which.
    pub incident: IncidentId,
    /// How bad.
    pub severity: IncidentSeverity,
    /// What it is about, if AI agents were stopped for it.
    pub scope: Option<StopScope>,
    /// Who.
    pub person: PersonId,
    /// What happened, in their words.
    pub summary: String,
}
subject!(IncidentOpened, person);

/// Somebody added to its story.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentNoted {
    /// Which.
    pub incident: IncidentId,
    /// Who.
    pub person: PersonId,
    /// What, in their words.
    pub text: String,
}
subject!(IncidentNoted, person);

/// It is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentClosed {
    /// Which.
    pub incident: IncidentId,
    /// Who.
    pub person: PersonId,
    /// How it was settled and what follows, in their words.
    pub resolution: String,
}
subject!(IncidentClosed, person);

/// How a use of AI became known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AiUseFrom {
    /// A writer that is not registered tried to write.
    Refused,
    /// A log of a web proxy.
    ProxyLog,
    /// A log of sign-ons.
    SignOnLog,
}

/// AI that nobody registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnregisteredAiSeen {
    /// What: the name that a writer gave itself, or the service's host.
    pub name: Slug,
    /// How it became known.
    pub from: AiUseFrom,
    /// How often in what was read.
    pub count: u32,
    /// By how many people, if that can be said.
    pub people: Option<u32>,
    /// When last.
    pub last_at: Option<Timestamp>,
}
subject!(UnregisteredAiSeen);
