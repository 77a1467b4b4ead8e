//! AI agents: their versions, what they are asked for and what they did.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::subject;
use crate::id::{AiAgentId, ArticleId, ContentId, ConversationId, PersonId, ToolId};
use crate::setup::ai_agent::{Autonomy, Snapshot};
use crate::setup::connector::Access;
use crate::time::{DurationMs, Timestamp};
use crate::word::Slug;

/// A draft became a candidate: from now on it is this and nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionProposed {
    /// Whose.
    pub agent: AiAgentId,
    /// Counts up from 1.
    pub version: u32,
    /// SHA-256 of the snapshot in hexadecimal.
    pub hash: String,
    /// What it is.
    pub snapshot: Box<Snapshot>,
    /// Which revision of the agent's document it was made from.
    pub revision: u32,
    /// Who.
    pub person: PersonId,
    /// What changed, in their words.
    #[serde(default)]
    pub note: String,
}
subject!(VersionProposed, person);

/// A candidate may have conversations now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionReleased {
    /// Whose.
    pub agent: AiAgentId,
    /// Which.
    pub version: u32,
    /// Who.
    pub person: PersonId,
    /// Why, in their words.
    pub reason: String,
}
subject!(VersionReleased, person);

/// A version has no new conversations any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionWithdrawn {
    /// Whose.
    pub agent: AiAgentId,
    /// Which.
    pub version: u32,
    /// Who.
    pub person: PersonId,
    /// Why, in their words.
    pub reason: String,
}
subject!(VersionWithdrawn, person);

/// Why an AI agent has a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AiReason {
    /// It serves the queue.
    ServesQueue {
        /// Which version of it is released.
        version: u32,
    },
    /// Its briefing lets it have this.
    Allowed {
        /// About which intent, if one is known.
        intent: Option<Slug>,
        /// How far.
        autonomy: Autonomy,
    },
    /// It holds less than it may.
    Load {
        /// Now.
        used: u32,
        /// At most.
        total: u32,
    },
    /// A person gave it back, and the customer agreed.
    Returned {
        /// Who.
        by: PersonId,
    },
}

/// An AI agent has a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AiAssigned {
    /// Which conversation.
    pub conversation: ConversationId,
    /// Which agent.
    pub agent: AiAgentId,
    /// Its handle, which owners and participants carry.
    pub handle: Slug,
    /// Which version.
    pub version: u32,
    /// How far it may go.
    pub autonomy: Autonomy,
    /// Which person gave it back, if one did.
    #[serde(default)]
    pub from: Option<PersonId>,
    /// Why.
    pub because: Vec<AiReason>,
}
subject!(AiAssigned, conversation);

/// What an AI agent is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AiTask {
    /// To say hello: the customer has said nothing yet.
    Open,
    /// To answer what the customer said.
    Answer,
    /// To go on: a person decided about an approval.
    Continue,
    /// To write a draft or suggestion for the person who has the conversation.
    Draft,
    /// To say what it would have said; nobody sees it.
    Shadow,
}

impl AiTask {
    /// Whether its answer goes to the customer.
    pub fn speaks(self) -> bool {
        matches!(self, AiTask::Open | AiTask::Answer | AiTask::Continue)
    }
}

/// An AI agent is asked for a turn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AiTurnRequested {
    /// Where.
    pub conversation: ConversationId,
    /// Who.
    pub agent: AiAgentId,
    /// Which version.
    pub version: u32,
    /// Counts up from 1 in the conversation.
    pub number: u32,
    /// What for.
    pub task: AiTask,
    /// How far it may go.
    pub autonomy: Autonomy,
    /// After this a person has it.
    pub deadline: Timestamp,
}
subject!(AiTurnRequested, conversation);

/// Why an AI agent gives a conversation to a person. A fixed list: reports are made from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HandoffReason {
    /// The customer wants a person.
    CustomerRequest,
    /// Knowledge does not answer it.
    MissingKnowledge,
    /// The customer could not give what is needed.
    MissingInformation,
    /// It is outside what the agent does.
    UnsupportedRequest,
    /// The briefing or a policy says that a person must.
    PolicyRestriction,
    /// Another system failed.
    ToolFailure,
    /// It is not sure enough.
    LowConfidence,
    /// A budget is used up.
    UsageLimit,
    /// Somebody may be in danger.
    Safety,
    /// The customer complains.
    Complaint,
    /// A person did not approve what it wanted to do.
    ApprovalDenied,
    /// It did not answer in time or failed.
    NoAnswer,
    /// It was stopped.
    Stopped,
}

impl HandoffReason {
    /// All of them.
    pub const ALL: [HandoffReason; 13] = [
        HandoffReason::CustomerRequest,
        HandoffReason::MissingKnowledge,
        HandoffReason::MissingInformation,
        HandoffReason::UnsupportedRequest,
        HandoffReason::PolicyRestriction,
        HandoffReason::ToolFailure,
        HandoffReason::LowConfidence,
        HandoffReason::UsageLimit,
        HandoffReason::Safety,
        HandoffReason::Complaint,
        HandoffReason::ApprovalDenied,
        HandoffReason::NoAnswer,
        HandoffReason::Stopped,
    ];

    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            HandoffReason::CustomerRequest => "customer_request",
            HandoffReason::MissingKnowledge => "missing_knowledge",
            HandoffReason::MissingInformation => "missing_information",
            HandoffReason::UnsupportedRequest => "unsupported_request",
            HandoffReason::PolicyRestriction => "policy_restriction",
            HandoffReason::ToolFailure => "tool_failure",
            HandoffReason::LowConfidence => "low_confidence",
            HandoffReason::UsageLimit => "usage_limit",
            HandoffReason::Safety => "safety",
            HandoffReason::Complaint => "complaint",
            HandoffReason::ApprovalDenied => "approval_denied",
            HandoffReason::NoAnswer => "no_answer",
            HandoffReason::Stopped => "stopped",
        }
    }
}

/// What came of a turn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AiOutcome {
    /// It has something to say.
    Reply,
    /// It has something to say, and the matter is over.
    Close {
        /// Whether it is settled, if that is known.
        resolved: Option<bool>,
    },
    /// A person must have it; what it says, if anything, is said before.
    HandOff {
        /// Why.
        reason: HandoffReason,
    },
    /// It waits for a person's approval; what it says, if anything, is said now.
    AwaitApproval,
    /// It has nothing to say.
    Silent,
    /// It failed.
    Failed {
        /// Why, as the trace names it.
        why: Slug,
    },
}

/// A tool that was run in a turn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ToolRun {
    /// Which.
    pub tool: ToolId,
    /// Whether it changes anything.
    pub access: Access,
    /// How it went, as in `ok`, `not_found`, `timed_out`, `refused`.
    pub status: Slug,
    /// How long it took.
    pub took_ms: DurationMs,
    /// Who approved it, if somebody had to.
    #[serde(default)]
    pub approved_by: Option<PersonId>,
}

/// A passage that an answer rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Source {
    /// In which article.
    pub article: ArticleId,
    /// Which revision of it.
    pub revision: u32,
    /// Which passage, counted from 0.
    pub passage: u32,
}

/// What a turn took and rested on. What is not known is absent, never zero.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AiFigures {
    /// Who answered: `guided`, or the model's name.
    #[serde(default)]
    pub answered_by: String,
    /// SHA-256 of the prompt in hexadecimal; a guided turn has none.
    #[serde(default)]
    pub prompt_hash: Option<String>,
    /// Time to the first token.
    #[serde(default)]
    pub first_token_ms: Option<DurationMs>,
    /// Time in all.
    #[serde(default)]
    pub total_ms: DurationMs,
    /// Tokens sent.
    #[serde(default)]
    pub input_tokens: Option<u64>,
    /// Tokens received.
    #[serde(default)]
    pub output_tokens: Option<u64>,
    /// Cost in millionths of the currency.
    #[serde(default)]
    pub cost_micros: Option<u64>,
    /// What it rests on.
    #[serde(default)]
    pub sources: Vec<Source>,
    /// Tools that were run.
    #[serde(default)]
    pub tools: Vec<ToolRun>,
    /// How sure it is, in thousandths.
    #[serde(default)]
    pub confidence_milli: Option<u16>,
}

/// An AI agent is done with a turn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AiTurnCompleted {
    /// Where.
    pub conversation: ConversationId,
    /// Who.
    pub agent: AiAgentId,
    /// Which version.
    pub version: u32,
    /// Which turn.
    pub number: u32,
    /// What it was asked for.
    pub task: AiTask,
    /// What came of it.
    pub outcome: AiOutcome,
    /// What it says, beside the log; none: nothing.
    pub says: Option<ContentId>,
    /// What it took.
    pub figures: AiFigures,
}

impl super::Subject for AiTurnCompleted {
    fn subject_conversation(&self) -> Option<ConversationId> {
        Some(self.conversation)
    }

    fn subject_content(&self) -> Option<ContentId> {
        self.says
    }
}

/// How a turn came about, step by step, beside the log: what was found, run and tried, and what the agent remembers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AiTurnTraced {
    /// Where.
    pub conversation: ConversationId,
    /// Which turn.
    pub number: u32,
    /// The steps, beside the log.
    pub content: ContentId,
}
subject!(AiTurnTraced, conversation, content);

/// Why what an AI agent said was not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DiscardedBecause {
    /// It does not have the conversation any more.
    NotOwner,
    /// Another turn was asked for meanwhile, or it was too late.
    Superseded,
}

/// What an AI agent said came too late: it speaks only while it has the conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AiTurnDiscarded {
    /// Where.
    pub conversation: ConversationId,
    /// Which turn.
    pub number: u32,
    /// Why.
    pub because: DiscardedBecause,
}
subject!(AiTurnDiscarded, conversation);

/// The person who has the conversation sees a draft or suggestion; the customer does not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftOffered {
    /// Where.
    pub conversation: ConversationId,
    /// From which turn.
    pub number: u32,
    /// To whom.
    pub person: PersonId,
    /// The words that came with the turn.
    pub content: ContentId,
    /// Draft, or only a suggestion.
    pub autonomy: Autonomy,
}
subject!(DraftOffered, conversation, person);

/// An AI agent was told something that the customer does not see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AiWhispered {
    /// Where.
    pub conversation: ConversationId,
    /// Who said it.
    pub person: PersonId,
    /// To whom.
    pub agent: AiAgentId,
    /// The words that came with the wish.
    pub content: ContentId,
}
subject!(AiWhispered, conversation, person);

/// A person is needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandoffRequested {
    /// Which conversation.
    pub conversation: ConversationId,
    /// Who had it.
    pub agent: AiAgentId,
    /// Which version.
    pub version: u32,
    /// Why.
    pub reason: HandoffReason,
    /// After which of its turns.
    pub turn: u32,
}
subject!(HandoffRequested, conversation);

/// Nobody took it in time: the customer is told, supervisors see it. It keeps its place at the front.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandoffTimedOut {
    /// Which conversation.
    pub conversation: ConversationId,
    /// How long it has waited.
    pub waited_ms: DurationMs,
}
subject!(HandoffTimedOut, conversation);

/// The person who took it has read what went before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandoffBriefed {
    /// Which conversation.
    pub conversation: ConversationId,
    /// Who.
    pub person: PersonId,
}
subject!(HandoffBriefed, conversation, person);

/// How a handoff ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum HandoffEnd {
    /// A person has answered the customer.
    Completed {
        /// Who.
        person: PersonId,
    },
    /// The customer left before.
    CustomerLeft,
    /// The AI agent has it again; the customer agreed.
    ReturnedToAi,
    /// It was closed before anybody answered.
    Closed,
}

/// A handoff is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandoffEnded {
    /// Which conversation.
    pub conversation: ConversationId,
    /// How.
    pub how: HandoffEnd,
    /// How long it took from the request.
    pub after_ms: DurationMs,
}
subject!(HandoffEnded, conversation);

/// A person wants to give a conversation back to its AI agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnToAiAsked {
    /// Which.
    pub conversation: ConversationId,
    /// Who.
    pub person: PersonId,
    /// Whether the customer agreed.
    pub customer_agreed: bool,
}
subject!(ReturnToAiAsked, conversation, person);
