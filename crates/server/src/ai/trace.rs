//! How a turn came about, step by step: kept beside the log under the customer's key, shown to whoever may see the conversation.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::memory::Memory;

/// A passage that was found or cited.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SourceSeen {
    /// The article's id.
    pub article: String,
    /// What it is called.
    pub title: String,
    /// Which passage, counted from 0.
    pub passage: u32,
    /// Its words.
    pub text: String,
    /// How sure, from 0 to 1.
    pub confidence: Option<f64>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Step {
    /// Knowledge was searched.
    Searched {
        /// For what.
        query: String,
        /// How sure the best is, from 0 to 1.
        confidence: Option<f64>,
        /// Below this nothing is answered.
        floor: f64,
        /// Best first.
        found: Vec<SourceSeen>,
        /// How long it took.
        took_ms: u64,
    },
    /// A tool was run, or why it was not.
    Tool {
        /// Its handle.
        tool: String,
        /// Its arguments; hidden values stay hidden.
        #[schema(value_type = Object)]
        arguments: Value,
        /// How it went.
        status: String,
        /// What was given back.
        #[schema(value_type = Object)]
        result: Value,
        /// How long it took.
        took_ms: u64,
        /// The key under which it is done once.
        key: Option<String>,
    },
    /// A model was asked.
    Model {
        /// Which.
        model: String,
        /// At which connector.
        provider: String,
        /// Time to the first token.
        first_token_ms: Option<u64>,
        /// Time in all.
        total_ms: u64,
        /// Tokens sent.
        input_tokens: Option<u64>,
        /// Tokens received.
        output_tokens: Option<u64>,
        /// Cost in millionths of the currency, if the price is known.
        cost_micros: Option<u64>,
    },
    /// Something did not work and was tried again or left.
    Failed {
        /// What.
        what: String,
        /// Why.
        why: String,
    },
    /// A person must agree.
    Approval {
        /// For which tool.
        tool: String,
        /// Why.
        why: String,
    },
    /// Something was said.
    Said {
        /// The words.
        text: String,
        /// What for.
        purpose: String,
        /// What it rests on.
        sources: Vec<SourceSeen>,
    },
    /// Something that only people here see.
    Noted {
        /// The words.
        text: String,
    },
}

/// Something that was learned from the customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Learned {
    /// What people call it.
    pub label: String,
    /// The value; a hidden one is a token.
    pub value: String,
    /// How it was verified: `stated`, `confirmed`, `matched`.
    pub verified: String,
}

/// What a person needs who takes over.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HandoffNote {
    /// Three short lines: what is wanted, what is known, why it stops here.
    pub lines: Vec<String>,
    /// What was tried and what came of it.
    pub tried: Vec<(String, String)>,
    /// What was learned.
    pub facts: Vec<Learned>,
}

/// How a turn came about.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Trace {
    /// The version's hash.
    pub version: String,
    /// SHA-256 of the prompt, if a model was asked.
    pub prompt_hash: Option<String>,
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// What a person needs who takes over.
    pub note: Option<HandoffNote>,
    /// What the agent remembers afterwards.
    pub memory: Memory,
}

impl Trace {
    /// As it is kept.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a trace is plain data")
    }

    /// What was kept; none: it was written by another version.
    pub fn from_json(text: &str) -> Option<Trace> {
        serde_json::from_str(text).ok()
    }
}
