//! What an AI agent remembers between its turns: kept with the trace, so that it goes on after a restart.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use signalbox_guided::Dialogue;

/// A call that waits for a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WaitingCall {
    /// The tool's handle.
    pub tool: String,
    /// Checked arguments.
    pub arguments: Value,
    /// It is done once for this key.
    pub key: String,
}

/// A call that a model made before a person was asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EarlierCall {
    /// The tool's handle.
    pub tool: String,
    /// Its arguments.
    pub arguments: Value,
    /// What the model was given.
    pub result: Value,
}

/// What an AI agent remembers between turns.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// Where the guided conversation stands.
    pub dialogue: Dialogue,
    /// A call that waits for a person.
    pub waiting: Option<WaitingCall>,
    /// Calls of the turn that waits.
    pub earlier: Vec<EarlierCall>,
    /// Tokens used in this conversation.
    pub tokens: u64,
    /// Cost of this conversation in millionths, as far as it is known.
    pub cost_micros: u64,
}
