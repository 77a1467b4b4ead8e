//! What a turn is asked with, and what comes of it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::mpsc;

use super::fence::Nonce;
use super::trace::Trace;
use crate::provider::{BudgetLimits, ProviderError};
use crate::tools::{Autonomy, NeedsApproval, Tool, Used};

/// One part of a briefing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// What it is about.
    pub title: String,
    /// What holds.
    pub text: String,
}

/// Whether answers must rest on knowledge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grounding {
    /// Every reply cites a passage that was given.
    Required,
    /// Replies may do without.
    Free,
}

/// What an agent is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Briefing {
    /// Its parts, in order.
    pub sections: Vec<Section>,
    /// Whether replies must cite.
    pub grounding: Grounding,
}

/// Who said something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// The customer.
    Customer,
    /// An agent, by machine or person.
    Agent,
}

/// Something that was said, redacted.
#[derive(Clone, PartialEq, Eq)]
pub struct Said {
    /// Who said it.
    pub who: Who,
    /// The words.
    pub text: String,
}

impl fmt::Debug for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Said({:?}, {} bytes)", self.who, self.text.len())
    }
}

/// A piece of knowledge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// Its id in the knowledge base, with its revision.
    pub id: String,
    /// Where it is from, for people.
    pub title: String,
    /// Its words.
    pub text: String,
}

/// A call that was made in this turn, also before a person was asked.
#[derive(Clone, PartialEq)]
pub struct DoneCall {
    /// The tool.
    pub tool: String,
    /// Its arguments.
    pub arguments: Value,
    /// What the model is given of the result.
    pub result: Value,
    /// Who agreed to it.
    pub approved_by: Option<String>,
}

impl fmt::Debug for DoneCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DoneCall({})", self.tool)
    }
}

/// A customer's turn that wants an answer.
#[derive(Clone, Debug)]
pub struct TurnRequest {
    /// Stays the same however often this turn is tried: what is done under it is done once.
    pub key: String,
    /// Drawn anew each time.
    pub nonce: Nonce,
    /// Hash of the agent's version: briefing, model, tools, knowledge.
    pub version: String,
    /// What the agent is told.
    pub briefing: Briefing,
    /// The conversation so far, redacted; the last is the customer's.
    pub history: Vec<Said>,
    /// Knowledge that was found beforehand.
    pub passages: Vec<Passage>,
    /// Tools of this agent.
    pub tools: Vec<Arc<Tool>>,
    /// What each tool did for this customer today.
    pub used: BTreeMap<String, Used>,
    /// Calls of this turn that were made before a person was asked, with theirs.
    pub earlier: Vec<DoneCall>,
    /// What the agent may do alone.
    pub autonomy: Autonomy,
    /// What the turn may use up.
    pub limits: BudgetLimits,
    /// Whether nothing may have an effect.
    pub dry_run: bool,
    /// Gets words of the first completion as they come: a preview, the outcome has the reply. Only where replies need no citation: a reply that must cite is checked before anybody sees it.
    pub deltas: Option<mpsc::Sender<String>>,
}

/// Why a conversation goes to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandOffReason {
    /// The customer wants a person.
    CustomerRequest,
    /// Nothing that is known answers this.
    MissingKnowledge,
    /// It is nothing that this agent does.
    UnsupportedRequest,
    /// A rule forbids it.
    PolicyRestriction,
    /// A tool failed, or nobody knows whether it did what it was to do.
    ToolFailure,
    /// The agent asks the same again and gets no further.
    NoProgress,
    /// A bound of the turn is reached.
    UsageLimit,
    /// No model answers.
    ModelUnavailable,
    /// The model gave a reason that there is not.
    Unclear,
}

impl HandOffReason {
    /// Reasons that a model may give; the others are ours.
    pub(super) const OF_MODELS: [(&'static str, HandOffReason); 5] = [
        ("customer_request", HandOffReason::CustomerRequest),
        ("missing_knowledge", HandOffReason::MissingKnowledge),
        ("unsupported_request", HandOffReason::UnsupportedRequest),
        ("policy_restriction", HandOffReason::PolicyRestriction),
        ("tool_failure", HandOffReason::ToolFailure),
    ];
}

/// A call that waits for a person.
#[derive(Clone, PartialEq)]
pub struct PendingCall {
    /// The tool.
    pub tool: String,
    /// Checked arguments.
    pub arguments: Value,
    /// The key under which it is done once.
    pub key: String,
    /// Why a person must agree.
    pub why: NeedsApproval,
}

impl fmt::Debug for PendingCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PendingCall({}, {:?})", self.tool, self.why)
    }
}

/// What comes of a turn.
#[derive(Clone, PartialEq)]
pub enum Outcome {
    /// Something to say.
    Reply {
        /// The words.
        text: String,
        /// Ids of passages that it rests on.
        citations: Vec<String>,
    },
    /// A person takes over.
    HandOff {
        /// Why.
        reason: HandOffReason,
        /// For the person.
        note: String,
    },
    /// A person must agree to a call; then the turn is asked again with the call among the earlier ones.
    AwaitsApproval {
        /// The call.
        call: PendingCall,
    },
    /// The guided engine takes over.
    Guided {
        /// Why no model did.
        because: String,
    },
    /// Nothing worked, and no fallback is left.
    Failed {
        /// What the last model did.
        error: ProviderError,
    },
}

impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Outcome::Reply { text, citations } => write!(f, "Reply({} bytes, {citations:?})", text.len()),
            Outcome::HandOff { reason, .. } => write!(f, "HandOff({reason:?})"),
            Outcome::AwaitsApproval { call } => write!(f, "AwaitsApproval({call:?})"),
            Outcome::Guided { because } => write!(f, "Guided({because})"),
            Outcome::Failed { error } => write!(f, "Failed({error:?})"),
        }
    }
}

/// What comes of a turn, and how it came.
#[derive(Clone, Debug)]
pub struct TurnResult {
    /// What to do now.
    pub outcome: Outcome,
    /// How it came.
    pub trace: Trace,
    /// Calls that were made, for the request that follows an approval.
    pub done: Vec<DoneCall>,
}
