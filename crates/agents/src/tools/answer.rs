//! What a tool answered, cut down to what a model may see.

use serde_json::{Map, Value};

use super::definition::Kept;
use crate::limits::{DEPTH_MAX, RESULT_BYTES_MAX, RESULT_ITEMS_MAX, RESULT_TEXT_CHARS_MAX};

/// What came of a call.
#[derive(Clone, Debug, PartialEq)]
pub enum ToolOutcome {
    /// It was done, or found. The kept fields of the answer, within limits.
    Ok(Value),
    /// There is no such thing.
    NotFound,
    /// The other system says no.
    Refused {
        /// Its status; none where the protocol has none.
        status: Option<u16>,
    },
    /// The other system failed, or could not be reached.
    Failed {
        /// Whether it may work later.
        is_retryable: bool,
        /// Whether a write may have been done all the same.
        may_have_happened: bool,
    },
    /// Too slow.
    TimedOut {
        /// Whether a write may have been done all the same.
        may_have_happened: bool,
    },
    /// More bytes than are taken.
    TooLarge,
    /// Not the format that was expected.
    BadAnswer {
        /// What is wrong with it.
        what: &'static str,
    },
    /// Nothing was sent.
    NotSent {
        /// Why.
        why: String,
    },
}

impl ToolOutcome {
    /// The outcome as one word, for traces and models.
    pub fn word(&self) -> &'static str {
        match self {
            ToolOutcome::Ok(_) => "ok",
            ToolOutcome::NotFound => "not_found",
            ToolOutcome::Refused { .. } => "refused",
            ToolOutcome::Failed { .. } => "failed",
            ToolOutcome::TimedOut { .. } => "timed_out",
            ToolOutcome::TooLarge => "too_large",
            ToolOutcome::BadAnswer { .. } => "bad_answer",
            ToolOutcome::NotSent { .. } => "not_sent",
        }
    }

    /// Whether something may have been changed although we do not know it.
    pub fn may_have_happened(&self) -> bool {
        match self {
            ToolOutcome::Failed { may_have_happened, .. } | ToolOutcome::TimedOut { may_have_happened } => {
                *may_have_happened
            }
            // The other side answered; what it did stands in an answer that we could not read.
            ToolOutcome::TooLarge | ToolOutcome::BadAnswer { .. } => true,
            ToolOutcome::Ok(_) | ToolOutcome::NotFound | ToolOutcome::Refused { .. } | ToolOutcome::NotSent { .. } => {
                false
            }
        }
    }
}

/// Reads an answer's bytes as JSON.
pub(super) fn read(content_type: Option<&str>, bytes: &[u8]) -> Result<Value, &'static str> {
    let charset = content_type.unwrap_or_default().split(';').skip(1).find_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"').to_ascii_lowercase())
    });
    if charset.is_some_and(|charset| !matches!(charset.as_str(), "utf-8" | "utf8" | "us-ascii")) {
        return Err("the answer says that it is not UTF-8");
    }
    let text = std::str::from_utf8(bytes).map_err(|_| "the answer is not UTF-8")?;
    if text.trim().is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_str(text).map_err(|_| "the answer is not JSON")
}

/// Keeps the fields that a tool keeps, and of these what fits the limits. Says in the result that something was left out.
pub fn trim(answer: &Value, kept: &Kept) -> Value {
    let chosen = match kept {
        Kept::All => answer.clone(),
        Kept::Fields(fields) => {
            let paths: Vec<Vec<&str>> = fields.iter().map(|field| field.split('.').collect()).collect();
            choose(answer, &paths.iter().map(Vec::as_slice).collect::<Vec<_>>()).unwrap_or(Value::Null)
        }
    };
    let mut left = RESULT_BYTES_MAX;
    limit(&chosen, 0, &mut left)
}

fn choose(value: &Value, paths: &[&[&str]]) -> Option<Value> {
    if paths.iter().any(|path| path.is_empty()) {
        return Some(value.clone());
    }
    match value {
        Value::Array(items) => Some(items.iter().filter_map(|item| choose(item, paths)).collect()),
        Value::Object(fields) => {
            let mut chosen = Map::new();
            for (name, value) in fields {
                let inside: Vec<&[&str]> =
                    paths.iter().filter(|path| path[0] == name.as_str()).map(|path| &path[1..]).collect();
                if let Some(value) = (!inside.is_empty()).then(|| choose(value, &inside)).flatten() {
                    chosen.insert(name.clone(), value);
                }
            }
            (!chosen.is_empty()).then_some(Value::Object(chosen))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

const LEFT_OUT: &str = "(left out: too long)";

fn limit(value: &Value, depth: usize, left: &mut usize) -> Value {
    if depth > DEPTH_MAX || *left < LEFT_OUT.len() {
        return Value::from(LEFT_OUT);
    }
    match value {
        Value::String(text) => {
            let most = RESULT_TEXT_CHARS_MAX.min(*left / 4);
            let mut cut: String = text.chars().take(most).collect();
            if cut.len() < text.len() {
                cut.push('…');
            }
            *left = left.saturating_sub(cut.len() + 2);
            Value::String(cut)
        }
        Value::Array(items) => {
            let mut kept: Vec<Value> = Vec::new();
            for item in items.iter().take(RESULT_ITEMS_MAX) {
                if *left < LEFT_OUT.len() {
                    break;
                }
                kept.push(limit(item, depth + 1, left));
            }
            if kept.len() < items.len() {
                kept.push(Value::from(LEFT_OUT));
            }
            Value::Array(kept)
        }
        Value::Object(fields) => {
            let mut kept = Map::new();
            for (name, value) in fields {
                if *left < LEFT_OUT.len() + name.len() {
                    kept.insert("…".to_owned(), Value::from(LEFT_OUT));
                    break;
                }
                *left -= name.len();
                kept.insert(name.clone(), limit(value, depth + 1, left));
            }
            Value::Object(kept)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {
            *left = left.saturating_sub(8);
            value.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn only_the_kept_fields_reach_a_model() {
        let answer = json!({
            "order": { "status": "sent", "lines": [{ "sku": "A", "margin": 0.4 }, { "sku": "B", "margin": 0.1 }] },
            "customer": { "name": "N", "address": "S" }
        });
        let keep =
            |fields: &[&str]| trim(&answer, &Kept::Fields(fields.iter().map(|field| (*field).to_owned()).collect()));
        assert_eq!(keep(&["order.status"]), json!({ "order": { "status": "sent" } }));
        assert_eq!(keep(&["order.lines.sku"]), json!({ "order": { "lines": [{ "sku": "A" }, { "sku": "B" }] } }));
        assert_eq!(keep(&["customer"]), json!({ "customer": { "name": "N", "address": "S" } }));
        assert_eq!(keep(&["nothing.here"]), Value::Null);
        assert_eq!(trim(&answer, &Kept::All), answer);
    }

    #[test]
    fn bytes_become_json_or_a_reason() {
        assert_eq!(read(Some("application/json"), b"{\"a\":1}"), Ok(json!({ "a": 1 })));
        assert_eq!(read(None, b""), Ok(Value::Null));
        assert_eq!(
            read(Some("application/json; charset=iso-8859-1"), b"{}"),
            Err("the answer says that it is not UTF-8")
        );
        assert_eq!(read(Some("application/json; Charset=\"UTF-8\""), b"[]"), Ok(json!([])));
        assert_eq!(read(Some("application/json"), b"{\"a\":\"\xe9\"}"), Err("the answer is not UTF-8"));
        assert_eq!(read(Some("text/html"), b"<html>"), Err("the answer is not JSON"));
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<i64>().prop_map(Value::from),
            (0usize..3_000).prop_map(|size| Value::from("ä".repeat(size)))
        ];
        leaf.prop_recursive(5, 200, 60, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..20).prop_map(Value::from),
                prop::collection::btree_map("[a-z]{1,8}", inner, 0..20)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect()))
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12))]
        #[test]
        fn whatever_a_tool_answers_a_model_is_given_a_bounded_part(answer in any_json()) {
            // Punctuation and escapes come on top of what is counted; twice the limit holds them.
            prop_assert!(trim(&answer, &Kept::All).to_string().len() <= 2 * RESULT_BYTES_MAX + 4_096);
        }
    }
}
