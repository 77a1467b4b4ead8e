//! Brings another shape of conversation into ours, by a small JSON document that says where each thing stands.
//!
//! A *place* is `"/a/0/b"` in the turn (or in the line, outside of turns), `"$/a/b"` always in the line, any other
//! text is that text; a list of places is joined; `{"of": place, "map": {…}, "else": …}` looks a value up.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};
use signalbox_model::limits::TURN_CHARS_MAX;
use signalbox_model::time::Timestamp;

use crate::fields::{Reject, reject};
use crate::{moment, words};

const PARTS_MAX: usize = 32;

/// A mapping file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// What the file is, for people.
    #[serde(default)]
    pub about: String,
    /// The source's name: ids of two sources never meet.
    pub source: String,
    id: Take,
    channel: Option<Take>,
    opened_at: Option<Take>,
    closed_at: Option<Take>,
    customer: Option<BTreeMap<String, Take>>,
    queue: Option<Take>,
    intent: Option<Take>,
    language: Option<Take>,
    #[serde(default)]
    labels: Vec<Take>,
    outcome: Option<Take>,
    turns: Turns,
    /// Times for a file that has none.
    synthetic_times: Option<Synthetic>,
}

/// Where a value stands.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Take {
    Place(String),
    Joined(Vec<Take>),
    Lookup(Lookup),
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Lookup {
    of: Box<Take>,
    map: BTreeMap<String, String>,
    #[serde(rename = "else")]
    otherwise: Option<String>,
}

/// Which list the turns are, and how each becomes one of ours.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Turns {
    at: String,
    rules: Vec<Rule>,
}

/// The first rule that fits a turn is used; a turn that fits none rejects the line.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    /// Places and the texts that they must have; all must fit.
    #[serde(default)]
    when: BTreeMap<String, String>,
    /// Leave such turns out.
    #[serde(default)]
    skip: bool,
    by: Option<String>,
    name: Option<Take>,
    time: Option<Take>,
    text: Option<Take>,
    /// What to do with a turn without words.
    #[serde(default)]
    blank: OnBlank,
    /// What to do with too many words.
    #[serde(default)]
    long: OnLong,
    /// Calls of tools inside the turn: each becomes a turn of its own, after the words.
    calls: Option<Calls>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum OnBlank {
    #[default]
    Reject,
    Skip,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum OnLong {
    #[default]
    Reject,
    Cut,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Calls {
    at: String,
    text: Take,
}

/// Evenly spaced times: line after line, turn after turn. Conversations that get them carry the label `synthetic-times`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Synthetic {
    start: String,
    conversation_seconds: u32,
    turn_seconds: u32,
}

/// A mapping that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MappingError {
    /// Not of this form.
    #[error("the mapping is not of the documented form ({0}): see docs/import.md")]
    Form(#[from] serde_json::Error),
    /// A field that cannot be so.
    #[error("the mapping's {field} {problem}: see docs/import.md")]
    Field {
        /// Which.
        field: &'static str,
        /// What is wrong.
        problem: &'static str,
    },
}

impl Mapping {
    /// Reads a mapping file.
    ///
    /// # Errors
    /// When it is not of the documented form.
    pub fn parse(text: &str) -> Result<Mapping, MappingError> {
        let mapping: Mapping = serde_json::from_str(text)?;
        let wrong = |field, problem| Err(MappingError::Field { field, problem });
        if words::slug(&mapping.source).is_none_or(|slug| slug.as_str() != mapping.source) {
            return wrong("source", "must be a word without blanks");
        }
        if mapping.turns.rules.is_empty() || mapping.turns.rules.len() > PARTS_MAX {
            return wrong("turns.rules", "must have 1 to 32 rules");
        }
        if mapping
            .turns
            .rules
            .iter()
            .any(|rule| !rule.skip && (rule.by.is_none() || (rule.text.is_none() && rule.calls.is_none())))
        {
            return wrong("turns.rules", "must each have `skip`, or `by` and `text`");
        }
        if mapping
            .synthetic_times
            .as_ref()
            .is_some_and(|times| moment::parse(&Value::String(times.start.clone())).is_err())
        {
            return wrong("synthetic_times.start", "must be a time as in 2026-01-05T09:00:00Z");
        }
        Ok(mapping)
    }

    /// Whether conversations get made-up times.
    pub fn makes_times(&self) -> bool {
        self.synthetic_times.is_some()
    }

    /// Brings one line into our schema. `line` is its number, from which made-up times follow.
    ///
    /// # Errors
    /// When a turn fits no rule, or the turns are not there.
    pub fn apply(&self, root: &Value, line: u64) -> Result<Value, Reject> {
        let here = Here { root, turn: root };
        let mut out = Map::new();
        let singles = [
            ("id", Some(&self.id)),
            ("channel", self.channel.as_ref()),
            ("opened_at", self.opened_at.as_ref()),
            ("closed_at", self.closed_at.as_ref()),
            ("queue", self.queue.as_ref()),
            ("intent", self.intent.as_ref()),
            ("language", self.language.as_ref()),
            ("outcome", self.outcome.as_ref()),
        ];
        for (name, take) in singles {
            if let Some(value) = take.and_then(|take| here.value(take)) {
                out.insert(name.to_owned(), value);
            }
        }
        if let Some(customer) = &self.customer {
            let fields =
                customer.iter().filter_map(|(name, take)| Some((name.clone(), Value::String(here.text(take)?))));
            out.insert("customer".to_owned(), Value::Object(fields.collect()));
        }
        let labels: Vec<Value> = self.labels.iter().filter_map(|take| here.text(take)).map(Value::String).collect();
        out.insert("labels".to_owned(), Value::Array(labels));
        let mut turns = self.turns.apply(root)?;
        if let Some(times) = &self.synthetic_times {
            times.apply(line, &mut out, &mut turns);
        }
        out.insert("turns".to_owned(), Value::Array(turns.into_iter().map(Value::Object).collect()));
        Ok(Value::Object(out))
    }
}

impl Turns {
    fn apply(&self, root: &Value) -> Result<Vec<Map<String, Value>>, Reject> {
        let list = Here { root, turn: root }.find(&self.at).and_then(Value::as_array);
        let list = list.ok_or_else(|| reject("missing_field", format!("there is no list of turns at {}", self.at)))?;
        let mut turns = Vec::with_capacity(list.len());
        for (index, turn) in list.iter().enumerate() {
            let here = Here { root, turn };
            let fits = |rule: &&Rule| {
                rule.when.iter().all(|(place, text)| here.place(place).as_deref() == Some(text.as_str()))
            };
            let rule = self.rules.iter().find(fits);
            let rule = rule.ok_or_else(|| reject("no_rule", format!("turn {index} fits no rule of the mapping")))?;
            if !rule.skip {
                rule.apply(&here, index, &mut turns)?;
            }
        }
        Ok(turns)
    }
}

impl Rule {
    fn apply(&self, here: &Here<'_>, index: usize, turns: &mut Vec<Map<String, Value>>) -> Result<(), Reject> {
        let text = self.text.as_ref().and_then(|take| here.text(take)).filter(|text| !text.trim().is_empty());
        match text {
            Some(text) => turns.push(self.turn(here, self.by.as_deref(), &text)),
            None if self.blank == OnBlank::Skip || self.text.is_none() => {}
            None => {
                return Err(reject(
                    "blank_turn",
                    format!("turn {index} has no words, and the mapping does not skip such turns"),
                ));
            }
        }
        let Some(calls) = &self.calls else { return Ok(()) };
        for call in here.find(&calls.at).and_then(Value::as_array).into_iter().flatten() {
            let inner = Here { root: here.root, turn: call };
            let text = inner.text(&calls.text).unwrap_or_default();
            turns.push(self.turn(here, Some("action"), &text));
        }
        Ok(())
    }

    fn turn(&self, here: &Here<'_>, by: Option<&str>, text: &str) -> Map<String, Value> {
        let text = if self.long == OnLong::Cut { words::cut(text, TURN_CHARS_MAX) } else { text.to_owned() };
        let mut turn = Map::new();
        turn.insert("by".to_owned(), json!(by));
        turn.insert("text".to_owned(), Value::String(text));
        if let Some(name) = self.name.as_ref().and_then(|take| here.text(take)) {
            turn.insert("name".to_owned(), Value::String(name));
        }
        if let Some(at) = self.time.as_ref().and_then(|take| here.value(take)) {
            turn.insert("at".to_owned(), at);
        }
        turn
    }
}

impl Synthetic {
    fn apply(&self, line: u64, out: &mut Map<String, Value>, turns: &mut [Map<String, Value>]) {
        let start = moment::parse(&Value::String(self.start.clone())).unwrap_or(Timestamp(0));
        let opened = start.0 + line.saturating_sub(1) as i64 * i64::from(self.conversation_seconds) * 1_000;
        let at = |index: usize| opened + index as i64 * i64::from(self.turn_seconds) * 1_000;
        for (index, turn) in turns.iter_mut().enumerate() {
            turn.insert("at".to_owned(), json!(at(index)));
        }
        out.insert("opened_at".to_owned(), json!(opened));
        out.insert("closed_at".to_owned(), json!(at(turns.len())));
        let label = json!(super::record::SYNTHETIC_TIMES);
        if let Some(Value::Array(labels)) = out.get_mut("labels") {
            labels.push(label);
        }
    }
}

/// Where places are looked for.
struct Here<'a> {
    root: &'a Value,
    turn: &'a Value,
}

impl<'a> Here<'a> {
    fn find(&self, place: &str) -> Option<&'a Value> {
        let found = match place.strip_prefix('$') {
            Some(rest) => self.root.pointer(rest),
            None => self.turn.pointer(place),
        };
        found.filter(|value| !value.is_null())
    }

    /// The text at a place, or the text itself where it is no place.
    fn place(&self, place: &str) -> Option<String> {
        if !place.starts_with('/') && !place.starts_with("$/") {
            return Some(place.to_owned());
        }
        match self.find(place)? {
            Value::String(text) => Some(text.clone()),
            // 1 and 1.0 are one number to people.
            Value::Number(number) => Some(match number.as_f64() {
                Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < 1e15 => format!("{float:.0}"),
                _ => number.to_string(),
            }),
            other => Some(other.to_string()),
        }
    }

    fn text(&self, take: &Take) -> Option<String> {
        match take {
            Take::Place(place) => self.place(place),
            Take::Joined(parts) => parts.iter().take(PARTS_MAX).map(|part| self.text(part)).collect(),
            Take::Lookup(lookup) => {
                let key = self.text(&lookup.of);
                key.and_then(|key| lookup.map.get(&key)).or(lookup.otherwise.as_ref()).cloned()
            }
        }
    }

    /// As a text, but whole numbers stay numbers: times may be milliseconds.
    fn value(&self, take: &Take) -> Option<Value> {
        if let Take::Place(place) = take
            && (place.starts_with('/') || place.starts_with("$/"))
            && let Some(number @ Value::Number(_)) = self.find(place)
        {
            return Some(number.clone());
        }
        self.text(take).map(Value::String)
    }
}

#[cfg(test)]
mod tests;
