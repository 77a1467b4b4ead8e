//! The state of one turn, and what becomes of each tool call that a model asks for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Map, Value, json};
use tokio::time::{Instant, timeout_at};

use super::briefing::{self, HAND_OFF, SEARCH};
use super::hands::Hands;
use super::trace::{Path, ToolTrace, Trace};
use super::turn::{DoneCall, HandOffReason, Outcome, Passage, PendingCall, TurnRequest};
use crate::limits::{NOTE_CHARS_MAX, PASSAGES_MAX, REFUSED_CALLS_MAX};
use crate::provider::{Budget, Limit, Message, Prompt, ToolCall};
use crate::reach::Run;
use crate::tools::{Refusal, Tool, ToolOutcome, Used, Verdict, call_digest, check, idempotency_key};

/// What the model is told of a call, or what ends the turn.
pub(super) enum Next {
    /// It goes on with this result.
    Result {
        /// The result, as data.
        text: String,
        /// Whether the call was refused or failed.
        is_error: bool,
    },
    /// It ends.
    End(Outcome),
}

/// One turn while it is worked on.
pub(super) struct Work<'a> {
    pub(super) request: &'a TurnRequest,
    pub(super) hands: &'a Hands,
    pub(super) begun: Instant,
    pub(super) budget: Budget,
    pub(super) prompt: Prompt,
    pub(super) passages: Vec<Passage>,
    pub(super) trace: Trace,
    /// Whether a listener has heard words: it must not hear a second beginning.
    pub(super) is_heard: bool,
    done: Vec<DoneCall>,
    used: BTreeMap<String, Used>,
    made: BTreeSet<String>,
    refused: u32,
}

pub(super) fn hand_off(reason: HandOffReason, note: impl Into<String>) -> Outcome {
    Outcome::HandOff { reason, note: note.into() }
}

impl<'a> Work<'a> {
    pub(super) fn new(request: &'a TurnRequest, hands: &'a Hands, begun: Instant) -> Work<'a> {
        let prompt = briefing::prompt(request, hands);
        let trace = Trace {
            version: request.version.clone(),
            prompt_hash: briefing::hash(request, &prompt),
            sources: request.passages.iter().map(|passage| passage.id.clone()).collect(),
            models: Vec::new(),
            tools: Vec::new(),
            attempts: Vec::new(),
            path: Vec::new(),
            corrections: Vec::new(),
            first_token_ms: None,
            total_ms: 0,
        };
        let mut work = Work {
            request,
            hands,
            begun,
            budget: Budget::new(&request.limits, begun),
            prompt,
            passages: request.passages.iter().take(PASSAGES_MAX).cloned().collect(),
            trace,
            is_heard: false,
            done: request.earlier.clone(),
            used: request.used.clone(),
            made: BTreeSet::new(),
            refused: 0,
        };
        for call in &request.earlier {
            work.made.insert(call_digest(&call.tool, &call.arguments));
            if let Some(by) = &call.approved_by {
                let approved = work.tool_trace(Some(&call.tool), &call.arguments, "ok");
                work.trace.tools.push(ToolTrace { approved_by: Some(by.clone()), ..approved });
            }
        }
        work
    }

    pub(super) fn enter(&mut self, step: &str) {
        self.trace.path.push(Path { step: step.to_owned(), left_because: None });
    }

    pub(super) fn leave(&mut self, because: String) {
        if let Some(path) = self.trace.path.last_mut() {
            path.left_because = Some(because);
        }
    }

    pub(super) fn finish(mut self) -> (Trace, Vec<DoneCall>) {
        self.trace.total_ms = (Instant::now() - self.begun).as_millis() as u64;
        (self.trace, self.done)
    }

    /// Answers every call of one completion. A hand-off goes before everything else: who asks for a person does nothing more.
    pub(super) async fn calls(&mut self, calls: &[ToolCall]) -> Option<Outcome> {
        if let Some(call) = calls.iter().find(|call| call.name == HAND_OFF) {
            return Some(asked_for_person(call));
        }
        for call in calls {
            match self.call(call).await {
                Next::End(outcome) => return Some(outcome),
                Next::Result { text, is_error } => {
                    let text = self.request.nonce.fence("tool_result", &call.name, &text);
                    self.prompt.messages.push(Message::Result { call: call.id.clone(), text, is_error });
                }
            }
        }
        None
    }

    async fn call(&mut self, call: &ToolCall) -> Next {
        let arguments = match serde_json::from_str::<Value>(&call.arguments) {
            Ok(Value::Object(fields)) => fields,
            _ if call.arguments.trim().is_empty() => Map::new(),
            _ => return self.refuse(call, Value::Null, Refusal::NotJson),
        };
        let whole = Value::Object(arguments.clone());
        if !self.made.insert(call_digest(&call.name, &whole)) {
            self.note(call, &whole, Refusal::Repeated.to_string());
            return Next::End(hand_off(HandOffReason::NoProgress, "The agent asked for the same call twice."));
        }
        if let Err(limit) = self.budget.take_tool_call(Instant::now()) {
            self.note(call, &whole, Refusal::TooMany.to_string());
            return Next::End(hand_off(HandOffReason::UsageLimit, format!("The turn's bound is reached: {limit:?}.")));
        }
        if call.name == SEARCH && self.hands.search.is_some() {
            return self.search(&whole).await;
        }
        let tools = &self.request.tools;
        match tools.iter().find(|tool| tool.definition().name == call.name).cloned() {
            None => self.refuse(call, whole, Refusal::NotAllowed),
            Some(tool) => self.tool(call, tool, arguments).await,
        }
    }

    async fn tool(&mut self, call: &ToolCall, tool: Arc<Tool>, arguments: Map<String, Value>) -> Next {
        let whole = Value::Object(arguments.clone());
        let used = self.used.get(&call.name).copied().unwrap_or_default();
        let key = idempotency_key(&self.request.key, &call.name, &whole);
        match check(&tool, &whole, used, self.request.autonomy) {
            Verdict::Allowed => {}
            Verdict::Refused { why } => return self.refuse(call, whole, why),
            Verdict::NeedsApproval { why } => {
                self.note(call, &whole, format!("waits for approval: {why:?}"));
                let call = PendingCall { tool: call.name.clone(), arguments: whole, key, why };
                return Next::End(Outcome::AwaitsApproval { call });
            }
        }
        let until = self.budget.until();
        let dry_run = self.request.dry_run;
        let run = Run { tool: tool.clone(), arguments, key: key.clone(), dry_run, until };
        let begun = Instant::now();
        let outcome = match timeout_at(until, (self.hands.run_tool)(run)).await {
            Ok(ran) => {
                self.trace.attempts.extend(ran.attempts);
                ran.outcome
            }
            // The hand was told the time; one that ignores it is let go of.
            Err(_) => ToolOutcome::TimedOut { may_have_happened: true },
        };
        let is_write = tool.definition().access == crate::tools::Access::Write;
        let may_have_happened = is_write && outcome.may_have_happened();
        self.trace.tools.push(ToolTrace {
            took_ms: Some((Instant::now() - begun).as_millis() as u64),
            key: Some(key),
            may_have_happened,
            ..self.tool_trace(Some(&call.name), &whole, outcome.word())
        });
        if matches!(outcome, ToolOutcome::Ok(_)) || may_have_happened {
            let amount = tool.amount(&whole);
            let used = self.used.entry(call.name.clone()).or_default();
            *used = Used { count: used.count + 1, sum: used.sum + amount };
        }
        if may_have_happened {
            let note = format!("{} may have been done or not: please look before you do it again.", call.name);
            return Next::End(hand_off(HandOffReason::ToolFailure, note));
        }
        let is_error = !matches!(outcome, ToolOutcome::Ok(_));
        let result = told(outcome);
        let text = result.to_string();
        self.done.push(DoneCall { tool: call.name.clone(), arguments: whole, result, approved_by: None });
        Next::Result { text, is_error }
    }

    async fn search(&mut self, arguments: &Value) -> Next {
        let query = arguments["query"].as_str().unwrap_or_default().to_owned();
        let search = self.hands.search.as_ref().expect("asked before");
        let begun = Instant::now();
        let found = timeout_at(self.budget.until(), search(query)).await;
        let took_ms = Some((Instant::now() - begun).as_millis() as u64);
        let (status, text, is_error) = match found {
            Ok(Ok(found)) => {
                let before = self.passages.len();
                let new: Vec<Passage> = found.into_iter().take(PASSAGES_MAX.saturating_sub(before)).collect();
                self.trace.sources.extend(new.iter().map(|passage| passage.id.clone()));
                let text = match new.is_empty() {
                    true => "Nothing was found.".to_owned(),
                    false => briefing::passages(self.request, &new, before),
                };
                self.passages.extend(new);
                ("ok", text, false)
            }
            Ok(Err(_)) => ("failed", "The search failed.".to_owned(), true),
            Err(_) => ("timed_out", "The search took too long.".to_owned(), true),
        };
        let trace = self.tool_trace(Some(SEARCH), arguments, status);
        self.trace.tools.push(ToolTrace { took_ms, ..trace });
        Next::Result { text, is_error }
    }

    fn refuse(&mut self, call: &ToolCall, arguments: Value, why: Refusal) -> Next {
        self.refused += 1;
        self.note(call, &arguments, format!("refused: {why}"));
        match self.refused > REFUSED_CALLS_MAX {
            true => Next::End(hand_off(
                HandOffReason::PolicyRestriction,
                format!("The agent insisted on a call that is refused: {why}."),
            )),
            false => Next::Result {
                text: json!({ "status": "refused", "why": why.to_string() }).to_string(),
                is_error: true,
            },
        }
    }

    fn note(&mut self, call: &ToolCall, arguments: &Value, status: String) {
        let tools = &self.request.tools;
        let is_known = call.name == SEARCH || tools.iter().any(|tool| tool.definition().name == call.name);
        // A name that we do not know is the model's own words: it does not belong into a trace.
        let trace = self.tool_trace(is_known.then_some(call.name.as_str()), arguments, &status);
        self.trace.tools.push(trace);
    }

    fn tool_trace(&self, tool: Option<&str>, arguments: &Value, status: &str) -> ToolTrace {
        ToolTrace {
            tool: tool.map(str::to_owned),
            arguments: tool.map_or(Value::Null, |tool| self.redacted(tool, arguments)),
            status: status.to_owned(),
            took_ms: None,
            key: None,
            approved_by: None,
            may_have_happened: false,
        }
    }

    /// Arguments for a trace. Names that the tool's schema has are kept; others are the model's words.
    fn redacted(&self, tool: &str, arguments: &Value) -> Value {
        let Value::Object(fields) = arguments else { return redacted(arguments, &*self.hands.redact) };
        let tool = self.request.tools.iter().find(|known| known.definition().name == tool);
        let is_known = |name: &str| tool.map_or(name == "query", |tool| tool.schema().has_property(name));
        let redact = &*self.hands.redact;
        let pairs = fields.iter().map(|(name, value)| {
            let name = if is_known(name) { name.clone() } else { redact(name) };
            (name, redacted(value, redact))
        });
        Value::Object(pairs.collect())
    }

    /// What a bound that is reached comes to when no fallback is left.
    pub(super) fn over(limit: Limit) -> Outcome {
        hand_off(HandOffReason::UsageLimit, format!("The turn's bound is reached: {limit:?}."))
    }
}

/// A model that asks for a person gets one, however badly it says why.
fn asked_for_person(call: &ToolCall) -> Outcome {
    let arguments: Value = serde_json::from_str(&call.arguments).unwrap_or_default();
    let given = arguments["reason"].as_str().unwrap_or_default();
    let known = HandOffReason::OF_MODELS.iter().find(|(name, _)| *name == given);
    let note = arguments["note"].as_str().unwrap_or_default().chars().take(NOTE_CHARS_MAX).collect::<String>();
    hand_off(known.map_or(HandOffReason::Unclear, |(_, reason)| *reason), note)
}

/// What a model is told of an outcome.
fn told(outcome: ToolOutcome) -> Value {
    let status = outcome.word();
    match outcome {
        ToolOutcome::Ok(value) => json!({ "status": status, "result": value }),
        ToolOutcome::NotSent { .. } => json!({ "status": status, "why": "it was not sent and has no effect" }),
        ToolOutcome::BadAnswer { what } => json!({ "status": status, "why": what }),
        _ => json!({ "status": status }),
    }
}

fn redacted(value: &Value, redact: &dyn Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) => Value::String(redact(text)),
        Value::Array(items) => items.iter().map(|item| redacted(item, redact)).collect(),
        Value::Object(fields) => {
            Value::Object(fields.iter().map(|(name, value)| (redact(name), redacted(value, redact))).collect())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}
