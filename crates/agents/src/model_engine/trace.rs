//! How an answer came about, for people who ask why. Ids, numbers and codes; arguments of tools are redacted.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::http::Attempt;
use crate::provider::{Cost, NoCost, Usage};

/// One call of a model that brought an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelCall {
    /// What the configuration calls it.
    pub name: String,
    /// The wire format.
    pub provider: String,
    /// The model that was asked.
    pub model: String,
    /// The model that says it answered.
    pub answered_as: String,
    /// Tokens, as the vendor counted them.
    pub usage: Usage,
    /// Cost.
    pub cost: Cost,
    /// From asking to the first piece.
    pub first_token_ms: Option<u64>,
    /// From asking to the end.
    pub total_ms: u64,
}

/// One call of a tool, made or refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolTrace {
    /// The tool that the model named, if there is one of that name.
    pub tool: Option<String>,
    /// Arguments, redacted.
    pub arguments: Value,
    /// `ok`, `refused`, `timed_out`, … or why it was not made.
    pub status: String,
    /// How long it took; none if it was not made.
    pub took_ms: Option<u64>,
    /// The key under which it was made.
    pub key: Option<String>,
    /// Who agreed to it.
    pub approved_by: Option<String>,
    /// Whether something may have been changed although nobody knows.
    pub may_have_happened: bool,
}

/// One step of the way to the outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Path {
    /// A model's name, `guided` or `person`.
    pub step: String,
    /// Why it went on to the next step; none for the one that it ended with.
    pub left_because: Option<String>,
}

/// How an answer came about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trace {
    /// Hash of the agent's version.
    pub version: String,
    /// SHA-256 of the first prompt, with the turn's nonce masked.
    pub prompt_hash: String,
    /// Ids of all passages that the model was given.
    pub sources: Vec<String>,
    /// Model calls that brought an answer.
    pub models: Vec<ModelCall>,
    /// Tool calls.
    pub tools: Vec<ToolTrace>,
    /// Attempts that failed, of models and tools, with why.
    pub attempts: Vec<Attempt>,
    /// The way to the outcome.
    pub path: Vec<Path>,
    /// Corrections that the model was told, by their code.
    pub corrections: Vec<String>,
    /// From the beginning of the turn to the first piece of a model's answer.
    pub first_token_ms: Option<u64>,
    /// From the beginning of the turn to its end.
    pub total_ms: u64,
}

impl Trace {
    /// Tokens of all calls, where each was counted.
    pub fn usage(&self) -> Usage {
        let sum = |part: fn(&ModelCall) -> Option<u64>| self.models.iter().map(part).sum::<Option<u64>>();
        Usage { input: sum(|call| call.usage.input), output: sum(|call| call.usage.output) }
    }

    /// Cost of the turn. An attempt that broke off in the middle of an answer has a cost that nobody counted.
    pub fn cost(&self) -> Cost {
        let cost = self.models.iter().fold(Cost::Micros(0), |sum, call| sum.and(call.cost));
        match self.attempts.iter().any(|attempt| attempt.had_begun) {
            true => cost.and(Cost::CannotSay(NoCost::NoCount)),
            false => cost,
        }
    }

    /// Approvals that were given: the tool and who agreed.
    pub fn approvals(&self) -> Vec<(&str, &str)> {
        let given = self.tools.iter().filter_map(|tool| Some((tool.tool.as_deref()?, tool.approved_by.as_deref()?)));
        given.collect()
    }
}
