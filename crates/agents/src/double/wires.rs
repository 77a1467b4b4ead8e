//! The two wire formats from the other side, as their vendors describe them in public.

use serde_json::{Value, json};

/// Which format a request came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wire {
    OpenAi,
    Anthropic,
}

fn event(data: &Value) -> String {
    match data["type"].as_str() {
        Some(name) => format!("event: {name}\ndata: {data}\n\n"),
        None => format!("data: {data}\n\n"),
    }
}

fn chunk(delta: Value, finish: Option<&str>) -> String {
    let choice = json!({ "index": 0, "delta": delta, "finish_reason": finish });
    event(&json!({ "object": "chat.completion.chunk", "model": "double-1", "choices": [choice] }))
}

/// How a stream begins.
pub(super) fn begin(wire: Wire) -> String {
    match wire {
        Wire::OpenAi => chunk(json!({ "role": "assistant", "content": "" }), None),
        Wire::Anthropic => {
            let message = json!({ "model": "double-1", "usage": { "input_tokens": 100, "output_tokens": 1 } });
            let block = json!({ "type": "text", "text": "" });
            event(&json!({ "type": "message_start", "message": message }))
                + &event(&json!({ "type": "content_block_start", "index": 0, "content_block": block }))
        }
    }
}

/// Some words.
pub(super) fn words(wire: Wire, words: &str) -> String {
    match wire {
        Wire::OpenAi => chunk(json!({ "content": words }), None),
        Wire::Anthropic => {
            let delta = json!({ "type": "text_delta", "text": words });
            event(&json!({ "type": "content_block_delta", "index": 0, "delta": delta }))
        }
    }
}

/// A tool call, its arguments in two pieces.
pub(super) fn call(wire: Wire, number: u64, name: &str, arguments: &str) -> String {
    let middle = (0..=arguments.len() / 2).rev().find(|at| arguments.is_char_boundary(*at)).unwrap_or(0);
    let (first, second) = arguments.split_at(middle);
    let id = format!("call_{number}");
    match wire {
        Wire::OpenAi => {
            let named = json!({ "name": name, "arguments": first });
            let begun = json!({ "index": number, "id": id, "type": "function", "function": named });
            let rest = json!({ "index": number, "function": { "arguments": second } });
            chunk(json!({ "tool_calls": [begun] }), None) + &chunk(json!({ "tool_calls": [rest] }), None)
        }
        Wire::Anthropic => {
            let block = json!({ "type": "tool_use", "id": id, "name": name, "input": {} });
            let piece = |text: &str| {
                let delta = json!({ "type": "input_json_delta", "partial_json": text });
                event(&json!({ "type": "content_block_delta", "index": number, "delta": delta }))
            };
            event(&json!({ "type": "content_block_start", "index": number, "content_block": block }))
                + &piece(first)
                + &piece(second)
                + &event(&json!({ "type": "content_block_stop", "index": number }))
        }
    }
}

/// Why a stream ends.
#[derive(Clone, Copy)]
pub(super) enum End {
    Finished,
    Tools,
    Length,
    Refused,
}

/// How a stream ends.
pub(super) fn end(wire: Wire, why: End, is_counted: bool) -> String {
    match wire {
        Wire::OpenAi => {
            let finish = match why {
                End::Finished => "stop",
                End::Tools => "tool_calls",
                End::Length => "length",
                End::Refused => "content_filter",
            };
            let usage = json!({ "choices": [], "usage": { "prompt_tokens": 100, "completion_tokens": 20 } });
            let usage = if is_counted { event(&usage) } else { String::new() };
            chunk(json!({}), Some(finish)) + &usage + "data: [DONE]\n\n"
        }
        Wire::Anthropic => {
            let reason = match why {
                End::Finished => "end_turn",
                End::Tools => "tool_use",
                End::Length => "max_tokens",
                End::Refused => "refusal",
            };
            let usage = if is_counted { json!({ "output_tokens": 20 }) } else { json!({}) };
            event(&json!({ "type": "content_block_stop", "index": 0 }))
                + &event(&json!({ "type": "message_delta", "delta": { "stop_reason": reason }, "usage": usage }))
                + &event(&json!({ "type": "message_stop" }))
        }
    }
}

/// An error in the middle of a stream.
pub(super) fn overloaded(wire: Wire) -> String {
    let error = json!({ "type": "overloaded_error", "message": "Overloaded" });
    match wire {
        Wire::OpenAi => event(&json!({ "error": error })),
        Wire::Anthropic => event(&json!({ "type": "error", "error": error })),
    }
}
