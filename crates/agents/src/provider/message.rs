//! What a model is told and what it says, whoever made it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A model asks for a tool. Its arguments are text until somebody has checked them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolCall {
    /// The id that its result must carry.
    pub id: String,
    /// The tool.
    pub name: String,
    /// Arguments as the model wrote them, meant to be JSON.
    pub arguments: String,
}

/// One piece of the conversation with a model.
#[derive(Clone, PartialEq, Eq)]
pub enum Message {
    /// Said to the model.
    User(String),
    /// Said by the model.
    Assistant {
        /// Words.
        text: String,
        /// Tools that it asked for.
        calls: Vec<ToolCall>,
    },
    /// What a tool answered.
    Result {
        /// The call that this answers.
        call: String,
        /// The answer, as data.
        text: String,
        /// Whether the call was refused or failed.
        is_error: bool,
    },
}

/// Debug output never shows words: it ends up in logs.
impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Message::User(text) => write!(f, "User({} bytes)", text.len()),
            Message::Assistant { text, calls } => write!(f, "Assistant({} bytes, {} calls)", text.len(), calls.len()),
            Message::Result { text, .. } => write!(f, "Result({} bytes)", text.len()),
        }
    }
}

/// A tool as a model sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolSpec {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// JSON schema of its arguments.
    pub schema: Value,
}

/// Everything that one model call sends.
#[derive(Clone, Debug, PartialEq)]
pub struct Prompt {
    /// Who the model is and what holds.
    pub system: String,
    /// The conversation so far.
    pub messages: Vec<Message>,
    /// Tools that it may ask for.
    pub tools: Vec<ToolSpec>,
}

impl Prompt {
    /// Tokens that this is at most likely to be, for budgets only: vendors count on their own, and no text of a language that we
    /// serve has more than one token for every two bytes.
    pub fn tokens_guessed(&self) -> u64 {
        let words: usize = self.messages.iter().map(bytes_of).sum();
        let tools: usize = self.tools.iter().map(|tool| tool.description.len() + tool.schema.to_string().len()).sum();
        tokens_guessed(self.system.len() + words + tools)
    }
}

/// Tokens that so many bytes are at most likely to be.
pub(crate) fn tokens_guessed(bytes: usize) -> u64 {
    (bytes as u64).div_ceil(2)
}

fn bytes_of(message: &Message) -> usize {
    match message {
        Message::User(text) | Message::Result { text, .. } => text.len(),
        Message::Assistant { text, calls } => {
            text.len() + calls.iter().map(|call| call.name.len() + call.arguments.len()).sum::<usize>()
        }
    }
}

/// Tokens as the vendor counted them. What it does not say is not known, and never zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Tokens read.
    pub input: Option<u64>,
    /// Tokens written.
    pub output: Option<u64>,
}

impl Usage {
    /// Both together, if both are known.
    pub fn total(self) -> Option<u64> {
        Some(self.input? + self.output?)
    }
}

/// Why a model stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stop {
    /// It had said what it wanted.
    Finished,
    /// It waits for tools.
    Tools,
    /// It reached the bound of its output: what it said is not whole.
    Length,
}

/// What a model said.
#[derive(Clone, PartialEq, Eq)]
pub struct Completion {
    /// Words.
    pub text: String,
    /// Tools that it asks for.
    pub calls: Vec<ToolCall>,
    /// Why it stopped.
    pub stop: Stop,
    /// Tokens.
    pub usage: Usage,
    /// The model as the vendor names it in its answer.
    pub model: String,
    /// From asking to the first piece of the answer.
    pub first_token_ms: Option<u64>,
    /// From asking to the end of the answer.
    pub total_ms: u64,
}

impl std::fmt::Debug for Completion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Completion({} bytes, {} calls, {:?})", self.text.len(), self.calls.len(), self.stop)
    }
}
