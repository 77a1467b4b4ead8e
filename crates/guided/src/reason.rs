//! Why a conversation goes to a person: a closed list.

use serde::{Deserialize, Serialize};

/// Why a conversation goes to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The customer asked for a person.
    CustomerRequest,
    /// Nothing in the knowledge answers the question.
    MissingKnowledge,
    /// The customer could not give what is needed.
    MissingInformation,
    /// The request is none that this agent may handle.
    UnsupportedRequest,
    /// A rule of the centre says that a person must do it.
    PolicyRestriction,
    /// A tool failed.
    ToolFailure,
    /// The agent cannot tell what is meant.
    LowConfidence,
    /// The conversation is longer than it may be.
    UsageLimit,
    /// Somebody may come to harm.
    Safety,
    /// The customer complains.
    Complaint,
    /// A person refused to approve an action.
    ApprovalDenied,
}

impl Reason {
    /// All reasons, in the order of the documents.
    pub const ALL: [Reason; 11] = [
        Reason::CustomerRequest,
        Reason::MissingKnowledge,
        Reason::MissingInformation,
        Reason::UnsupportedRequest,
        Reason::PolicyRestriction,
        Reason::ToolFailure,
        Reason::LowConfidence,
        Reason::UsageLimit,
        Reason::Safety,
        Reason::Complaint,
        Reason::ApprovalDenied,
    ];

    /// The name in procedures and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Reason::CustomerRequest => "customer_request",
            Reason::MissingKnowledge => "missing_knowledge",
            Reason::MissingInformation => "missing_information",
            Reason::UnsupportedRequest => "unsupported_request",
            Reason::PolicyRestriction => "policy_restriction",
            Reason::ToolFailure => "tool_failure",
            Reason::LowConfidence => "low_confidence",
            Reason::UsageLimit => "usage_limit",
            Reason::Safety => "safety",
            Reason::Complaint => "complaint",
            Reason::ApprovalDenied => "approval_denied",
        }
    }

    /// Reads a name, blanks or underlines between its words.
    pub fn named(text: &str) -> Option<Reason> {
        let name = text.trim().to_lowercase().replace([' ', '-'], "_");
        Reason::ALL.into_iter().find(|reason| reason.name() == name)
    }

    /// Half a sentence for the person who takes over.
    pub fn in_words(self) -> &'static str {
        match self {
            Reason::CustomerRequest => "the customer asked for a person",
            Reason::MissingKnowledge => "nothing in the knowledge answers this",
            Reason::MissingInformation => "the customer could not give what is needed",
            Reason::UnsupportedRequest => "this is not among what I may handle",
            Reason::PolicyRestriction => "a rule says that a person must do this",
            Reason::ToolFailure => "a tool failed",
            Reason::LowConfidence => "I could not tell what is meant",
            Reason::UsageLimit => "the conversation became too long for me",
            Reason::Safety => "somebody may come to harm",
            Reason::Complaint => "the customer complains",
            Reason::ApprovalDenied => "a colleague did not approve the action",
        }
    }
}
