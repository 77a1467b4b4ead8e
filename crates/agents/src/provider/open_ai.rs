//! The wire format that OpenAI began: chat completions as a stream. Many vendors and local servers speak it.

use serde::Deserialize;
use serde_json::{Value, json};

use super::assembly::{Assembly, Step};
use super::error::ProviderError;
use super::events::Event;
use super::message::{Message, Prompt, Stop};

pub(super) const PATH: &str = "chat/completions";

pub(super) fn body(model: &str, prompt: &Prompt, output_tokens: u64) -> Value {
    let mut messages = vec![json!({ "role": "system", "content": prompt.system })];
    messages.extend(prompt.messages.iter().map(message));
    let mut body = json!({
        "model": model,
        "messages": messages,
        "max_tokens": output_tokens,
        "stream": true,
        "stream_options": { "include_usage": true },
    });
    if !prompt.tools.is_empty() {
        let tools = prompt.tools.iter().map(|tool| {
            let function = json!({ "name": tool.name, "description": tool.description, "parameters": tool.schema });
            json!({ "type": "function", "function": function })
        });
        body["tools"] = tools.collect();
    }
    body
}

fn message(message: &Message) -> Value {
    match message {
        Message::User(text) => json!({ "role": "user", "content": text }),
        Message::Result { call, text, .. } => json!({ "role": "tool", "tool_call_id": call, "content": text }),
        Message::Assistant { text, calls } => {
            let mut message = json!({ "role": "assistant", "content": text });
            if !calls.is_empty() {
                let calls = calls.iter().map(|call| {
                    let function = json!({ "name": call.name, "arguments": call.arguments });
                    json!({ "id": call.id, "type": "function", "function": function })
                });
                message["tool_calls"] = calls.collect();
            }
            message
        }
    }
}

#[derive(Deserialize)]
struct Chunk {
    #[serde(default)]
    model: Option<String>,
    #[serde(default)]
    choices: Vec<Choice>,
    #[serde(default)]
    usage: Option<Counted>,
    #[serde(default)]
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Choice {
    #[serde(default)]
    delta: Delta,
    #[serde(default)]
    finish_reason: Option<String>,
}

#[derive(Deserialize, Default)]
struct Delta {
    #[serde(default)]
    content: Option<String>,
    #[serde(default)]
    refusal: Option<String>,
    #[serde(default)]
    tool_calls: Option<Vec<CallPiece>>,
}

#[derive(Deserialize)]
struct CallPiece {
    index: u64,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    function: FunctionPiece,
}

#[derive(Deserialize, Default)]
struct FunctionPiece {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    arguments: Option<String>,
}

#[derive(Deserialize)]
struct Counted {
    #[serde(default)]
    prompt_tokens: Option<u64>,
    #[serde(default)]
    completion_tokens: Option<u64>,
}

/// Reads one event.
pub(super) fn take(assembly: &mut Assembly, event: &Event) -> Result<Step, ProviderError> {
    if event.data == "[DONE]" {
        return match assembly.stop {
            Some(_) => Ok(Step::End),
            None => Err(ProviderError::Cut),
        };
    }
    let malformed = |_| ProviderError::Malformed { what: "an event is not a chunk of a chat completion" };
    let chunk: Chunk = serde_json::from_str(&event.data).map_err(malformed)?;
    if let Some(error) = chunk.error {
        return Err(inside(&error));
    }
    if let Some(model) = chunk.model.filter(|_| assembly.model.is_empty()) {
        assembly.model = model;
    }
    if let Some(counted) = chunk.usage {
        assembly.usage.input = counted.prompt_tokens.or(assembly.usage.input);
        assembly.usage.output = counted.completion_tokens.or(assembly.usage.output);
    }
    let Some(choice) = chunk.choices.into_iter().next() else {
        return Ok(Step::Nothing);
    };
    if choice.delta.refusal.is_some_and(|refusal| !refusal.is_empty()) {
        return Err(ProviderError::Refused);
    }
    let mut step = Step::Nothing;
    for piece in choice.delta.tool_calls.unwrap_or_default() {
        let call = assembly.call(piece.index)?;
        if let Some(id) = piece.id.filter(|_| call.id.is_empty()) {
            call.id = id;
        }
        if let Some(name) = piece.function.name.filter(|_| call.name.is_empty()) {
            call.name = name;
        }
        step = assembly.arguments(piece.index, piece.function.arguments.as_deref().unwrap_or_default())?;
    }
    if let Some(words) = choice.delta.content {
        let said = assembly.words(&words)?;
        step = if said == Step::Nothing { step } else { said };
    }
    assembly.stop = match choice.finish_reason.as_deref() {
        None | Some("") => assembly.stop,
        Some("length") => Some(Stop::Length),
        Some("content_filter") => return Err(ProviderError::Refused),
        Some("tool_calls" | "function_call") => Some(Stop::Tools),
        Some(_) => Some(Stop::Finished),
    };
    Ok(step)
}

/// An error that comes inside a stream, after the status was good.
fn inside(error: &Value) -> ProviderError {
    let code = |name: &str| error[name].as_str().unwrap_or_default();
    match (code("code"), code("type")) {
        ("context_length_exceeded", _) => ProviderError::ContextTooLong,
        ("rate_limit_exceeded", _) | (_, "rate_limit_error") => ProviderError::RateLimited { retry_after: None },
        (_, "overloaded_error") => ProviderError::Overloaded,
        _ => ProviderError::Server { status: 500 },
    }
}
