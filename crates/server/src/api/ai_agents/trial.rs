//! Lint, preview and the try-it chat: the same engine as for customers, with nothing written down and nothing changed elsewhere.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use signalbox_model::event::action::ApprovalVerdict;
use signalbox_model::event::ai_agent::{AiFigures, AiOutcome, AiTask};
use signalbox_model::id::{ConversationId, CustomerId, PersonId};
use signalbox_model::limits::TURN_CHARS_MAX;
use signalbox_model::setup::ai_agent::{AiAgent, Draft, Snapshot};
use signalbox_reading::redact::{Asked, Context, Counts, Redactor, asked};
use tokio::time::Instant;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::known::{Builds, registered, version_of};
use super::sections::{SectionShown, of_snapshot};
use super::versions::{hash, snapshot};
use crate::ai::program::{Finding, lint as findings_of};
use crate::ai::trace::{HandoffNote, Step};
use crate::ai::turn::{Answered, Double, Line, Memory, Tools, Turn, Who};
use crate::api::error::{ApiError, Problem};
use crate::api::extract::Body;
use crate::clock::fresh;
use crate::executor::gather::today;
use crate::rate::Rate;
use crate::state::AppState;

/// Lines of a trial that are sent back and forth.
const LINES_MAX: usize = 200;
/// Doubles of one trial.
const DOUBLES_MAX: usize = 100;
/// Turns that one person may try in a minute.
const TURNS_PER_MINUTE: u32 = 60;

/// How often one person tries turns out: a model costs money.
static TRIALS: LazyLock<Rate<PersonId>> = LazyLock::new(|| Rate::new(TURNS_PER_MINUTE, Duration::from_secs(60)));

/// The routes of trials.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(lint)).routes(routes!(try_out))
}

/// A draft that is not saved yet.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftToCheck {
    /// The draft.
    pub draft: Draft,
}

/// What there is to say about a draft.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftChecked {
    /// What somebody should mend, the worst first.
    pub findings: Vec<Finding>,
    /// How many of them keep it from becoming a candidate.
    pub blocks: usize,
    /// The draft as the agent reads it, section by section.
    pub preview: Vec<SectionShown>,
}

/// Who said a line of a trial.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TrialVoice {
    /// You, as the customer.
    Customer,
    /// The AI agent.
    Ai,
}

/// A line of a trial.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TrialLine {
    /// Who said it.
    pub who: TrialVoice,
    /// The words, with personal data hidden.
    pub text: String,
}

/// What you decide about a call that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TrialDecision {
    /// It may be done, as a rehearsal.
    Approve,
    /// It must not be done.
    Deny,
}

/// A turn to try out.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TrialTurn {
    /// Which version; none: the draft.
    #[serde(default)]
    pub version: Option<u32>,
    /// A draft that is not saved yet; none: the saved one.
    #[serde(default)]
    pub draft: Option<Draft>,
    /// What was said so far, as the last answer gave it back.
    #[serde(default)]
    pub lines: Vec<TrialLine>,
    /// What the agent remembers, as the last answer gave it back.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub memory: Option<Value>,
    /// What tools answer; none: tools that only read are run, and nothing is changed.
    #[serde(default)]
    pub doubles: Vec<Double>,
    /// What the customer says; empty: the agent opens, or goes on after a decision.
    #[serde(default)]
    pub say: String,
    /// About the call that waits.
    #[serde(default)]
    pub decision: Option<TrialDecision>,
}

/// A call that waits for a person.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrialWaiting {
    /// The tool's handle.
    pub tool: String,
    /// Its arguments; hidden values stay hidden.
    #[schema(value_type = Object)]
    pub arguments: Value,
}

/// What came of a turn that was tried out.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrialAnswer {
    /// What the agent says; none: nothing.
    #[schema(required = true)]
    pub said: Option<String>,
    /// What was said so far, with personal data hidden; send it back with the next turn.
    pub lines: Vec<TrialLine>,
    /// What came of it.
    pub outcome: AiOutcome,
    /// What it took and rests on.
    pub figures: AiFigures,
    /// How it came about.
    pub steps: Vec<Step>,
    /// What a person would read who takes over.
    #[schema(required = true)]
    pub note: Option<HandoffNote>,
    /// What the agent remembers; send it back with the next turn.
    #[schema(value_type = Object)]
    pub memory: Value,
    /// A call that waits for your decision.
    #[schema(required = true)]
    pub waiting: Option<TrialWaiting>,
}

/// What a trial remembers, kept by the browser: this server keeps nothing of it.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    agent: Memory,
    counts: Counts,
    sealed: BTreeMap<String, String>,
    conversation: Option<ConversationId>,
}

/// Check a draft that is not saved yet, and show how the agent reads it
#[utoipa::path(post, path = "/api/ai-agents/{id}/lint", tag = "ai agents", operation_id = "lint_draft", security(("session" = [])),
    params(("id" = String, Path)), request_body = DraftToCheck,
    responses((status = 200, body = DraftChecked), (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn lint(
    State(state): State<AppState>,
    _: Builds,
    Path(id): Path<String>,
    Body(check): Body<DraftToCheck>,
) -> Result<Json<DraftChecked>, ApiError> {
    let directory = state.directory();
    let agent = registered(&directory, &id)?;
    AiAgent { draft: check.draft.clone(), ..AiAgent::clone(&agent) }.validate()?;
    let findings = findings_of(&check.draft, &directory);
    let blocks = findings.iter().filter(|finding| finding.weight == crate::ai::program::Weight::Blocks).count();
    let preview = of_snapshot(&snapshot(&check.draft, &directory), &directory);
    Ok(Json(DraftChecked { findings, blocks, preview }))
}

/// Try a turn out
///
/// Nothing is written to the log, and nothing is changed in other systems: tools that only read are run, others are rehearsed. The
/// conversation is kept by the caller, who sends `lines` and `memory` back.
#[utoipa::path(post, path = "/api/ai-agents/{id}/try", tag = "ai agents", operation_id = "try_ai_agent", security(("session" = [])),
    params(("id" = String, Path)), request_body = TrialTurn,
    responses((status = 200, body = TrialAnswer), (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn try_out(
    State(state): State<AppState>,
    Builds(signed): Builds,
    Path(id): Path<String>,
    Body(tried): Body<TrialTurn>,
) -> Result<Json<TrialAnswer>, ApiError> {
    TRIALS.take(&signed.person)?;
    within_limits(&tried)?;
    let mut kept = memory(&tried)?;
    let mut lines = tried.lines.clone();
    let say = hidden(&tried, &mut kept);
    let fresh_from = lines.len();
    lines.extend((!say.is_empty()).then_some(TrialLine { who: TrialVoice::Customer, text: say }));
    let turn = turn(&state, &id, &tried, &signed.person, &mut kept, (&lines, fresh_from))?;
    let answered = state.brain.answer(&turn).await;
    Ok(Json(told(answered, kept, lines)))
}

fn within_limits(tried: &TrialTurn) -> Result<(), ApiError> {
    if tried.lines.len() > LINES_MAX {
        return Err(ApiError::invalid("lines", format!("a trial may have {LINES_MAX} lines: begin a new one")));
    }
    if tried.doubles.len() > DOUBLES_MAX {
        return Err(ApiError::invalid("doubles", format!("may have {DOUBLES_MAX} entries")));
    }
    if tried.say.chars().count() > TURN_CHARS_MAX {
        return Err(ApiError::invalid("say", format!("may have {TURN_CHARS_MAX} characters")));
    }
    Ok(())
}

fn memory(tried: &TrialTurn) -> Result<Kept, ApiError> {
    let Some(memory) = &tried.memory else { return Ok(Kept::default()) };
    serde_json::from_value(memory.clone())
        .map_err(|_| ApiError::invalid("memory", "is not what the last answer gave back: begin a new trial"))
}

/// What was said, with personal data hidden as at the one way in.
fn hidden(tried: &TrialTurn, kept: &mut Kept) -> String {
    let say = tried.say.trim();
    let before = tried.lines.iter().rev().find(|line| line.who == TrialVoice::Ai);
    let asked = before.map_or(Asked::NOTHING, |line| asked::of(&line.text));
    let context = Context { asked, counts: kept.counts.clone(), ..Context::default() };
    let redacted = Redactor::builtin().redact(say, &context);
    kept.counts = redacted.counts.clone();
    for span in &redacted.spans {
        let token = redacted.text[span.token_start..span.token_end].to_owned();
        kept.sealed.insert(token, say[span.start..span.end].to_owned());
    }
    redacted.text
}

fn turn(
    state: &AppState,
    id: &str,
    tried: &TrialTurn,
    person: &PersonId,
    kept: &mut Kept,
    (lines, fresh_from): (&[TrialLine], usize),
) -> Result<Turn, ApiError> {
    let (name, snapshot) = {
        let directory = state.directory();
        let agent = registered(&directory, id)?;
        let taken: Arc<Snapshot> = match (tried.version, &tried.draft) {
            (Some(number), _) => version_of(&directory, agent.id, number)?.snapshot.clone(),
            (None, Some(draft)) => {
                AiAgent { draft: draft.clone(), ..AiAgent::clone(&agent) }.validate()?;
                Arc::new(snapshot(draft, &directory))
            }
            (None, None) => Arc::new(snapshot(&agent.draft, &directory)),
        };
        (agent.name.to_string(), taken)
    };
    let verdict = tried.decision.map(|decision| match decision {
        TrialDecision::Approve => ApprovalVerdict::Granted { person: *person },
        TrialDecision::Deny => ApprovalVerdict::Denied { person: *person },
    });
    let task = match (&verdict, lines.is_empty()) {
        (Some(_), _) => AiTask::Continue,
        (None, true) => AiTask::Open,
        (None, false) => AiTask::Answer,
    };
    let said = lines.iter().filter(|line| line.who == TrialVoice::Ai).count();
    let who = |voice| if voice == TrialVoice::Customer { Who::Customer } else { Who::Ai };
    Ok(Turn {
        conversation: *kept.conversation.get_or_insert_with(|| ConversationId::new(fresh())),
        // A customer of its own each time: what counts per customer and day is not used up by trials.
        customer: CustomerId::new(fresh()),
        name,
        hash: hash(&snapshot),
        autonomy: snapshot.draft.autonomy,
        number: u32::try_from(said + 1).unwrap_or(u32::MAX),
        task,
        lines: lines.iter().map(|line| Line { who: who(line.who), text: line.text.clone(), intent: None }).collect(),
        fresh: fresh_from,
        memory: std::mem::take(&mut kept.agent),
        whispers: Vec::new(),
        verdict,
        sealed: kept.sealed.clone(),
        today: today(state.clock.now()),
        until: Instant::now() + Duration::from_millis(snapshot.draft.budgets.turn_ms.0),
        tools: if tried.doubles.is_empty() { Tools::Rehearsal } else { Tools::Doubles(tried.doubles.clone()) },
        snapshot,
    })
}

fn told(answered: Answered, kept: Kept, mut lines: Vec<TrialLine>) -> TrialAnswer {
    let said = answered.says;
    lines.extend(said.clone().map(|text| TrialLine { who: TrialVoice::Ai, text }));
    let memory = answered.trace.memory;
    let waiting = memory.waiting.as_ref();
    let waiting = waiting.map(|call| TrialWaiting { tool: call.tool.clone(), arguments: call.arguments.clone() });
    let kept = Kept { agent: memory, ..kept };
    TrialAnswer {
        said,
        lines,
        outcome: answered.outcome,
        figures: answered.figures,
        steps: answered.trace.steps,
        note: answered.trace.note,
        memory: serde_json::to_value(kept).expect("a memory is plain data"),
        waiting,
    }
}
