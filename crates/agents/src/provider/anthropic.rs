//! Anthropic's wire format: messages as a stream.

use serde_json::{Value, json};

use super::assembly::{Assembly, Step};
use super::error::ProviderError;
use super::events::Event;
use super::message::{Message, Prompt, Stop};

pub(super) const PATH: &str = "messages";
pub(super) const VERSION: (&str, &str) = ("anthropic-version", "2023-06-01");

pub(super) fn body(model: &str, prompt: &Prompt, output_tokens: u64) -> Value {
    let mut body = json!({
        "model": model,
        "system": prompt.system,
        "messages": messages(&prompt.messages),
        "max_tokens": output_tokens,
        "stream": true,
    });
    if !prompt.tools.is_empty() {
        let tools = prompt.tools.iter();
        let tools = tools
            .map(|tool| json!({ "name": tool.name, "description": tool.description, "input_schema": tool.schema }));
        body["tools"] = tools.collect();
    }
    body
}

/// Roles must alternate, and all results of one answer stand in one message: neighbours of one role become one.
fn messages(messages: &[Message]) -> Vec<Value> {
    let mut sent: Vec<(&str, Vec<Value>)> = Vec::new();
    for message in messages {
        let (role, blocks) = blocks(message);
        match sent.last_mut() {
            Some((last, said)) if *last == role => said.extend(blocks),
            _ => sent.push((role, blocks)),
        }
    }
    sent.into_iter().map(|(role, blocks)| json!({ "role": role, "content": blocks })).collect()
}

fn blocks(message: &Message) -> (&'static str, Vec<Value>) {
    match message {
        Message::User(text) => ("user", vec![json!({ "type": "text", "text": text })]),
        Message::Result { call, text, is_error } => {
            let result = json!({ "type": "tool_result", "tool_use_id": call, "content": text, "is_error": is_error });
            ("user", vec![result])
        }
        Message::Assistant { text, calls } => {
            let words = (!text.is_empty()).then(|| json!({ "type": "text", "text": text }));
            let calls = calls.iter().map(|call| {
                // Arguments that are not JSON were answered as an error; the format has no place for them.
                let input = serde_json::from_str::<Value>(&call.arguments).ok().filter(Value::is_object);
                let input = input.unwrap_or_else(|| json!({}));
                json!({ "type": "tool_use", "id": call.id, "name": call.name, "input": input })
            });
            ("assistant", words.into_iter().chain(calls).collect())
        }
    }
}

/// Reads one event.
pub(super) fn take(assembly: &mut Assembly, event: &Event) -> Result<Step, ProviderError> {
    let malformed = |_| ProviderError::Malformed { what: "an event is not JSON" };
    let data: Value = serde_json::from_str(&event.data).map_err(malformed)?;
    match data["type"].as_str() {
        Some("message_start") => {
            assembly.model = data["message"]["model"].as_str().unwrap_or_default().to_owned();
            count(assembly, &data["message"]["usage"]);
            Ok(Step::Nothing)
        }
        Some("content_block_start") => begin_block(assembly, &data),
        Some("content_block_delta") => delta(assembly, &data),
        Some("message_delta") => {
            count(assembly, &data["usage"]);
            assembly.stop = match data["delta"]["stop_reason"].as_str() {
                None => assembly.stop,
                Some("refusal") => return Err(ProviderError::Refused),
                Some("model_context_window_exceeded") => return Err(ProviderError::ContextTooLong),
                Some("max_tokens") => Some(Stop::Length),
                Some("tool_use") => Some(Stop::Tools),
                Some(_) => Some(Stop::Finished),
            };
            Ok(Step::Nothing)
        }
        Some("message_stop") if assembly.stop.is_some() => Ok(Step::End),
        Some("message_stop") => Err(ProviderError::Cut),
        Some("error") => Err(inside(data["error"]["type"].as_str().unwrap_or_default())),
        Some(_) => Ok(Step::Nothing),
        None => Err(ProviderError::Malformed { what: "an event has no type" }),
    }
}

/// Tokens read from and written to a cache are read tokens, too. They are counted in full, which is never too little for reading.
fn count(assembly: &mut Assembly, usage: &Value) {
    let cached = ["cache_creation_input_tokens", "cache_read_input_tokens"];
    let cached: u64 = cached.iter().filter_map(|name| usage[*name].as_u64()).sum();
    if let Some(input) = usage["input_tokens"].as_u64() {
        assembly.usage.input = Some(input + cached);
    }
    assembly.usage.output = usage["output_tokens"].as_u64().or(assembly.usage.output);
}

fn begin_block(assembly: &mut Assembly, data: &Value) -> Result<Step, ProviderError> {
    let block = &data["content_block"];
    if block["type"] != "tool_use" {
        return assembly.words(block["text"].as_str().unwrap_or_default());
    }
    let (Some(number), Some(id), Some(name)) = (data["index"].as_u64(), block["id"].as_str(), block["name"].as_str())
    else {
        return Err(ProviderError::Malformed { what: "a tool call has no id or name" });
    };
    let call = assembly.call(number)?;
    call.id = id.to_owned();
    call.name = name.to_owned();
    Ok(Step::Call)
}

fn delta(assembly: &mut Assembly, data: &Value) -> Result<Step, ProviderError> {
    let delta = &data["delta"];
    match delta["type"].as_str() {
        Some("text_delta") => assembly.words(delta["text"].as_str().unwrap_or_default()),
        Some("input_json_delta") => {
            let number = data["index"].as_u64().ok_or(ProviderError::Malformed { what: "a delta has no index" })?;
            assembly.arguments(number, delta["partial_json"].as_str().unwrap_or_default())
        }
        _ => Ok(Step::Nothing),
    }
}

/// An error that comes inside a stream, after the status was good.
fn inside(kind: &str) -> ProviderError {
    match kind {
        "overloaded_error" => ProviderError::Overloaded,
        "rate_limit_error" => ProviderError::RateLimited { retry_after: None },
        _ => ProviderError::Server { status: 500 },
    }
}
