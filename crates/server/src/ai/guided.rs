//! The guided engine at work: searches and runs what its procedures ask for, and puts together what it says.

use std::collections::VecDeque;

use serde_json::{Map, Value, json};
use signalbox_agents::tools::{ToolOutcome as Ran, Verdict};
use signalbox_guided::moves::{Citation, Guess, HandOff, Passage, SayKind, Verified};
use signalbox_guided::{Input, Move, Program, SearchOutcome, ToolOutcome, step};
use signalbox_model::event::action::ApprovalVerdict;
use signalbox_model::event::ai_agent::{AiFigures, AiOutcome, HandoffReason, Source, ToolRun};
use signalbox_model::limits::{AI_TURN_SOURCES_MAX, AI_TURN_TOOLS_MAX};
use signalbox_model::setup::ai_agent::Autonomy;
use signalbox_model::setup::connector::{Access, ArgumentKind, Tool};
use signalbox_model::time::DurationMs;
use signalbox_model::word::Slug;
use tokio::time::Instant;

use super::brain::Brain;
use super::shelves::article_id;
use super::toolbox::For;
use super::trace::{HandoffNote, Learned, SourceSeen, Step, Trace};
use super::turn::{Answered, Double, Tools, Turn, WaitingCall, Wanted, Who};

/// Steps of one turn: beyond, a person takes over.
const STEPS_MAX: usize = 60;
/// Passages that the engine is given.
const PASSAGES_MAX: usize = 3;

/// A turn in the making.
struct Work<'a> {
    brain: &'a Brain,
    turn: &'a Turn,
    program: &'a Program,
    trace: Trace,
    figures: AiFigures,
    says: Vec<String>,
    outcome: Option<AiOutcome>,
    wanted: Option<Wanted>,
    cited: Vec<SourceSeen>,
}

/// Works a turn out.
pub async fn answer(brain: &Brain, turn: &Turn, program: &Program) -> Answered {
    let began = Instant::now();
    let mut trace = Trace { version: turn.hash.clone(), memory: turn.memory.clone(), ..Trace::default() };
    trace.memory.earlier.clear();
    let figures = AiFigures { answered_by: "guided".to_owned(), ..AiFigures::default() };
    let (says, cited) = (Vec::new(), Vec::new());
    let mut work = Work { brain, turn, program, trace, figures, says, outcome: None, wanted: None, cited };
    let mut inputs = work.inputs().await;
    let mut steps = 0;
    while let Some(input) = inputs.pop_front() {
        steps += 1;
        if steps > STEPS_MAX {
            work.outcome = Some(AiOutcome::HandOff { reason: HandoffReason::UsageLimit });
            break;
        }
        let moves = step(work.program, &mut work.trace.memory.dialogue, input);
        for made in moves {
            if let Some(next) = work.take(made).await {
                inputs.push_front(next);
            }
        }
        // While an approval is waited for, the customer is still told so.
        if work.outcome.as_ref().is_some_and(|outcome| *outcome != AiOutcome::AwaitApproval) {
            break;
        }
    }
    work.finish(began)
}

impl Work<'_> {
    /// What has happened since the last turn.
    async fn inputs(&mut self) -> VecDeque<Input> {
        let mut inputs = VecDeque::new();
        let whispers = self.turn.whispers.iter().map(|text| Input::Whispered { text: text.clone() });
        if !self.trace.memory.dialogue.is_disclosed {
            inputs.push_back(Input::Opened);
        }
        inputs.extend(whispers);
        if let Some(waiting) = self.trace.memory.waiting.take() {
            match self.turn.verdict {
                Some(ApprovalVerdict::Granted { person }) => {
                    inputs.push_back(Input::Ran(ToolOutcome::Approved));
                    let outcome = self.run(&waiting.tool, waiting.arguments, &waiting.key).await;
                    if let Some(run) = self.figures.tools.last_mut() {
                        run.approved_by = Some(person);
                    }
                    inputs.push_back(Input::Ran(outcome));
                }
                Some(ApprovalVerdict::Denied { .. } | ApprovalVerdict::Expired | ApprovalVerdict::Void) => {
                    inputs.push_back(Input::Ran(ToolOutcome::Denied));
                }
                None => self.trace.memory.waiting = Some(waiting),
            }
        }
        let fresh = self.turn.lines.get(self.turn.fresh..).unwrap_or_default();
        inputs.extend(fresh.iter().filter(|line| line.who == Who::Customer).map(|line| {
            Input::Customer {
                text: line.text.clone(),
                intent: line
                    .intent
                    .as_ref()
                    .map(|(intent, confidence)| Guess { intent: intent.to_string(), confidence: *confidence }),
                language: None,
                today: self.turn.today,
            }
        }));
        inputs
    }

    /// Does what the engine wants; gives back what came of it, if it waits for that.
    async fn take(&mut self, made: Move) -> Option<Input> {
        match made {
            Move::Say { text, citations, kind, .. } => {
                let sources = self.sources(&citations);
                let purpose = purpose(kind).to_owned();
                self.trace.steps.push(Step::Said { text: text.clone(), purpose, sources });
                self.says.push(text);
                None
            }
            Move::Search { query } => Some(Input::Found(self.search(query).await)),
            Move::Run { tool, arguments, idempotency, needs_approval, .. } => {
                let arguments = self.arguments(&tool, arguments);
                let key = format!("{}/{idempotency}", self.turn.conversation);
                Some(Input::Ran(self.wish(&tool, arguments, &key, needs_approval).await))
            }
            Move::HandOff(hand_off) => {
                self.outcome = Some(AiOutcome::HandOff { reason: reason(hand_off.reason) });
                self.trace.note = Some(note(&hand_off));
                None
            }
            Move::Note { text } => {
                self.trace.steps.push(Step::Noted { text });
                None
            }
            Move::End { resolved } => {
                self.outcome = Some(AiOutcome::Close { resolved });
                None
            }
        }
    }

    async fn search(&mut self, query: String) -> SearchOutcome {
        let began = Instant::now();
        let found = self.brain.search(&query, &self.turn.snapshot.draft.collections).await;
        let took_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let (found, floor) = match found {
            Ok(searched) => searched,
            Err(why) => {
                self.trace.steps.push(Step::Failed { what: "search".to_owned(), why });
                return SearchOutcome { passages: Vec::new(), confidence: 0.0, answerable: false };
            }
        };
        self.trace.steps.push(Step::Searched {
            query,
            confidence: found.confidence,
            floor,
            found: found.passages.iter().take(PASSAGES_MAX).cloned().collect(),
            took_ms,
        });
        self.figures.confidence_milli = found.confidence.map(|confidence| (confidence * 1_000.0).round() as u16);
        self.cited.extend(found.passages.iter().cloned());
        let mut passages = Vec::new();
        if let Some((text, sources)) = found.answer {
            let first = sources.first().cloned();
            passages.extend(first.map(|source| Passage { text, citation: citation(&source) }));
        } else {
            // No sentence stands out: the surest passage is said whole, and nothing of other articles.
            let surest = found.passages.first();
            passages.extend(surest.map(|seen| Passage { text: seen.text.clone(), citation: citation(seen) }));
        }
        // A search that is sure enough by its own floor is said; the engine's floor is about searches that have none.
        let confidence = if found.answerable { 1.0 } else { 0.0 };
        SearchOutcome { answerable: found.answerable && !passages.is_empty(), passages, confidence }
    }

    fn sources(&mut self, citations: &[Citation]) -> Vec<SourceSeen> {
        let seen = citations.iter().filter_map(|citation| {
            let number = citation.passage.as_deref().and_then(|passage| passage.parse::<u32>().ok());
            let of = |seen: &&SourceSeen| seen.article == citation.document && number.is_none_or(|n| n == seen.passage);
            self.cited.iter().find(of).cloned()
        });
        let seen: Vec<SourceSeen> = seen.collect();
        for source in &seen {
            let Some(article) = article_id(&source.article) else { continue };
            let known =
                self.figures.sources.iter().any(|have| have.article == article && have.passage == source.passage);
            if !known && self.figures.sources.len() < AI_TURN_SOURCES_MAX {
                let revision = self.brain.article_revision(article);
                self.figures.sources.push(Source { article, revision, passage: source.passage });
            }
        }
        seen
    }

    fn tool(&self, handle: &str) -> Option<&Tool> {
        self.turn.snapshot.tools.iter().find(|tool| tool.handle.as_str() == handle)
    }

    /// Arguments as the tool wants them: amounts in the smallest unit, sealed values still sealed.
    fn arguments(&self, handle: &str, given: Vec<signalbox_guided::moves::Argument>) -> Value {
        let kinds = self.tool(handle).map(|tool| tool.arguments.as_slice()).unwrap_or_default();
        let mut arguments = Map::new();
        for argument in given {
            let kind = kinds.iter().find(|known| known.name.as_str() == argument.name).map(|known| &known.value);
            let value = match argument.value.to_json() {
                Value::Object(money) if kind == Some(&ArgumentKind::Money) => {
                    money.get("minor").cloned().unwrap_or(Value::Null)
                }
                Value::Object(sealed) if sealed.contains_key("sealed") => sealed["sealed"].clone(),
                other => other,
            };
            arguments.insert(argument.name, value);
        }
        Value::Object(arguments)
    }

    /// A tool is to be run: now, after a person has agreed, or not at all.
    async fn wish(&mut self, handle: &str, arguments: Value, key: &str, needs_approval: bool) -> ToolOutcome {
        let Some(tool) = self.tool(handle).cloned() else {
            return ToolOutcome::Refused { reason: "this agent has no tool of that name".to_owned() };
        };
        if self.figures.tools.len() >= AI_TURN_TOOLS_MAX {
            return ToolOutcome::Refused { reason: "too many tools were run in this turn".to_owned() };
        }
        let checked = match self.brain.checked(&tool) {
            Ok(checked) => checked,
            Err(why) => return ToolOutcome::Refused { reason: why.to_string() },
        };
        let customer = self.turn.customer.to_string();
        let day = self.turn.today.to_string();
        let wanted =
            For { conversation: self.turn.conversation, customer: &customer, number: self.turn.number, day: &day };
        // A procedure's own level may be lower than the conversation's, never higher.
        let autonomy =
            if needs_approval { self.turn.autonomy.min(Autonomy::ActWithApproval) } else { self.turn.autonomy };
        match self.brain.tools.judge(&checked, &opened(self.turn, &arguments), wanted, autonomy) {
            Verdict::Allowed => self.run(handle, arguments, key).await,
            Verdict::Refused { why } => {
                self.ran(&tool, &arguments, "refused", &json!({ "why": why.to_string() }), 0, None);
                ToolOutcome::Refused { reason: why.to_string() }
            }
            Verdict::NeedsApproval { why } => {
                let why = format!("{why:?}").to_lowercase();
                self.trace.steps.push(Step::Approval { tool: handle.to_owned(), why });
                let amount = tool.amount_cap.as_ref().and_then(|cap| arguments[cap.argument.as_str()].as_u64());
                self.wanted = Some(Wanted { tool: tool.id, arguments: arguments.clone(), amount });
                let call = WaitingCall { tool: handle.to_owned(), arguments, key: key.to_owned() };
                self.trace.memory.waiting = Some(call);
                self.outcome = Some(AiOutcome::AwaitApproval);
                ToolOutcome::NeedsApproval
            }
        }
    }

    async fn run(&mut self, handle: &str, arguments: Value, key: &str) -> ToolOutcome {
        let Some(tool) = self.tool(handle).cloned() else {
            return ToolOutcome::Refused { reason: "this agent has no tool of that name".to_owned() };
        };
        let (outcome, took_ms) = match &self.turn.tools {
            Tools::Doubles(doubles) => (doubled(doubles, handle, &arguments), 0),
            Tools::Rehearsal if tool.access == Access::Write => {
                (Ran::NotSent { why: "a trial: nothing is changed".to_owned() }, 0)
            }
            Tools::Rehearsal | Tools::Live => match self.brain.checked(&tool) {
                Err(why) => (Ran::NotSent { why: why.to_string() }, 0),
                Ok(checked) => {
                    let (customer, day) = (self.turn.customer.to_string(), self.turn.today.to_string());
                    let wanted = For {
                        conversation: self.turn.conversation,
                        customer: &customer,
                        number: self.turn.number,
                        day: &day,
                    };
                    let opened = opened(self.turn, &arguments);
                    self.brain.tools.run(&tool, checked, opened, key, wanted, self.turn.until).await
                }
            },
        };
        let result = match &outcome {
            Ran::Ok(result) => result.clone(),
            Ran::NotSent { why } => json!({ "why": why }),
            _ => Value::Null,
        };
        let rehearsed = matches!((&self.turn.tools, &outcome), (Tools::Rehearsal, Ran::NotSent { .. }));
        let status = if rehearsed { "rehearsed" } else { outcome.word() };
        let key = (tool.access == Access::Write).then(|| key.to_owned());
        self.ran(&tool, &arguments, status, &result, took_ms, key);
        // In a trial the conversation goes on as if it had been done.
        if rehearsed { ToolOutcome::Ok { result: json!({}) } } else { heard(outcome) }
    }

    fn ran(&mut self, tool: &Tool, arguments: &Value, status: &str, result: &Value, took_ms: u64, key: Option<String>) {
        self.trace.steps.push(Step::Tool {
            tool: tool.handle.to_string(),
            arguments: arguments.clone(),
            status: status.to_owned(),
            result: result.clone(),
            took_ms,
            key,
        });
        self.figures.tools.push(ToolRun {
            tool: tool.id,
            access: tool.access,
            status: Slug::parse(status).expect("a word"),
            took_ms: DurationMs(took_ms),
            approved_by: None,
        });
    }

    fn finish(mut self, began: Instant) -> Answered {
        let says = (!self.says.is_empty()).then(|| self.says.join("\n\n"));
        self.figures.total_ms = DurationMs(u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX));
        let outcome = self.outcome.unwrap_or(if says.is_some() { AiOutcome::Reply } else { AiOutcome::Silent });
        Answered { outcome, says, figures: self.figures, trace: self.trace, wanted: self.wanted }
    }
}

/// What a double answers.
pub(super) fn doubled(doubles: &[Double], handle: &str, arguments: &Value) -> Ran {
    let fits =
        |double: &&Double| double.tool == handle && double.when.as_ref().is_none_or(|when| contains(arguments, when));
    match doubles.iter().find(fits) {
        None => Ran::NotSent { why: "no double answers for this call".to_owned() },
        Some(double) => match double.outcome.as_str() {
            "ok" => Ran::Ok(double.result.clone()),
            "not_found" => Ran::NotFound,
            "refused" => Ran::Refused { status: None },
            "timed_out" => Ran::TimedOut { may_have_happened: false },
            _ => Ran::Failed { is_retryable: false, may_have_happened: false },
        },
    }
}

/// Arguments with what was sealed: for the other system alone, never for a trace.
pub(super) fn opened(turn: &Turn, arguments: &Value) -> Value {
    let Value::Object(fields) = arguments else { return arguments.clone() };
    // A token may stand alone or among other words, as in an address.
    let open = |value: &Value| match value.as_str() {
        Some(text) if text.contains('[') => {
            let whole = |text: String, (token, hidden): (&String, &String)| text.replace(token.as_str(), hidden);
            Value::String(turn.sealed.iter().fold(text.to_owned(), whole))
        }
        _ => value.clone(),
    };
    Value::Object(fields.iter().map(|(name, value)| (name.clone(), open(value))).collect())
}

/// Whether every field that is wanted is there with that value.
fn contains(arguments: &Value, wanted: &Value) -> bool {
    match wanted {
        Value::Object(wanted) => wanted.iter().all(|(name, value)| arguments.get(name) == Some(value)),
        _ => arguments == wanted,
    }
}

fn heard(outcome: Ran) -> ToolOutcome {
    match outcome {
        Ran::Ok(result) => ToolOutcome::Ok { result },
        Ran::NotFound => ToolOutcome::NotFound,
        Ran::Refused { .. } => ToolOutcome::Refused { reason: "the other system refused it".to_owned() },
        Ran::TimedOut { .. } => ToolOutcome::TimedOut,
        Ran::Failed { is_retryable, may_have_happened } => {
            ToolOutcome::Failed { retryable: is_retryable && !may_have_happened }
        }
        Ran::TooLarge | Ran::BadAnswer { .. } | Ran::NotSent { .. } => ToolOutcome::Failed { retryable: false },
    }
}

fn citation(seen: &SourceSeen) -> Citation {
    Citation { document: seen.article.clone(), title: seen.title.clone(), passage: Some(seen.passage.to_string()) }
}

fn purpose(kind: SayKind) -> &'static str {
    match kind {
        SayKind::Answer => "answer",
        SayKind::Question => "question",
        SayKind::Confirm => "confirm",
        SayKind::Disclosure => "disclosure",
        SayKind::Closing => "closing",
    }
}

fn reason(reason: signalbox_guided::Reason) -> HandoffReason {
    use signalbox_guided::Reason;
    match reason {
        Reason::CustomerRequest => HandoffReason::CustomerRequest,
        Reason::MissingKnowledge => HandoffReason::MissingKnowledge,
        Reason::MissingInformation => HandoffReason::MissingInformation,
        Reason::UnsupportedRequest => HandoffReason::UnsupportedRequest,
        Reason::PolicyRestriction => HandoffReason::PolicyRestriction,
        Reason::ToolFailure => HandoffReason::ToolFailure,
        Reason::LowConfidence => HandoffReason::LowConfidence,
        Reason::UsageLimit => HandoffReason::UsageLimit,
        Reason::Safety => HandoffReason::Safety,
        Reason::Complaint => HandoffReason::Complaint,
        Reason::ApprovalDenied => HandoffReason::ApprovalDenied,
    }
}

fn note(hand_off: &HandOff) -> HandoffNote {
    let verified = |verified: &Verified| match verified {
        Verified::Stated => "stated".to_owned(),
        Verified::Confirmed => "confirmed".to_owned(),
        Verified::Matched { tool } => format!("matched by {tool}"),
    };
    let learned = |fact: &signalbox_guided::moves::Fact| Learned {
        label: fact.label.clone(),
        value: fact.value.to_string(),
        verified: verified(&fact.verified),
    };
    HandoffNote {
        lines: hand_off.note_lines.to_vec(),
        tried: hand_off.tried.iter().map(|tried| (tried.what.clone(), tried.result.clone())).collect(),
        facts: hand_off.facts.iter().map(learned).collect(),
    }
}
