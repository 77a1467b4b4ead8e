//! A completion that is put together from a stream, within limits, whatever the wire format.

use super::error::ProviderError;
use super::message::{Stop, ToolCall, Usage, tokens_guessed};
use crate::limits::{ARGUMENTS_BYTES_MAX, COMPLETION_CALLS_MAX, REPLY_CHARS_MAX};

/// What one event added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Words for the listener.
    Words(String),
    /// Part of a tool call.
    Call,
    /// Nothing that can be seen.
    Nothing,
    /// The model has ended.
    End,
}

/// What has come so far.
#[derive(Debug, Default)]
pub(super) struct Assembly {
    pub(super) text: String,
    pub(super) calls: Vec<(u64, ToolCall)>,
    pub(super) stop: Option<Stop>,
    pub(super) usage: Usage,
    pub(super) model: String,
}

impl Assembly {
    pub(super) fn words(&mut self, words: &str) -> Result<Step, ProviderError> {
        if words.is_empty() {
            return Ok(Step::Nothing);
        }
        // Four bytes hold any character, so this bound is never narrower than the one in characters.
        if self.text.len() + words.len() > 4 * REPLY_CHARS_MAX {
            return Err(ProviderError::TooLarge { limit: 4 * REPLY_CHARS_MAX });
        }
        self.text.push_str(words);
        Ok(Step::Words(words.to_owned()))
    }

    /// The call with the stream's own number for it. The number is only compared: a vendor may send any.
    pub(super) fn call(&mut self, number: u64) -> Result<&mut ToolCall, ProviderError> {
        let at = match self.calls.iter().position(|(known, _)| *known == number) {
            Some(at) => at,
            None if self.calls.len() == COMPLETION_CALLS_MAX => {
                return Err(ProviderError::Malformed { what: "too many tool calls" });
            }
            None => {
                let call = ToolCall { id: String::new(), name: String::new(), arguments: String::new() };
                self.calls.push((number, call));
                self.calls.len() - 1
            }
        };
        Ok(&mut self.calls[at].1)
    }

    pub(super) fn arguments(&mut self, number: u64, piece: &str) -> Result<Step, ProviderError> {
        let call = self.call(number)?;
        if call.arguments.len() + piece.len() > ARGUMENTS_BYTES_MAX {
            return Err(ProviderError::TooLarge { limit: ARGUMENTS_BYTES_MAX });
        }
        call.arguments.push_str(piece);
        Ok(Step::Call)
    }

    pub(super) fn output_guessed(&self) -> u64 {
        let calls: usize = self.calls.iter().map(|(_, call)| call.name.len() + call.arguments.len()).sum();
        tokens_guessed(self.text.len() + calls)
    }
}
