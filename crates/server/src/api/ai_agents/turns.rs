//! What AI agents did in a conversation, turn by turn, with the steps that led there.

use std::collections::{BTreeMap, HashMap};

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use signalbox_engine::directory::Directory;
use signalbox_eventlog::{Entry, EventLog as _, Stored};
use signalbox_model::event::Event;
use signalbox_model::event::ai_agent::{AiOutcome, AiTask, AiTurnCompleted, AiTurnRequested, DiscardedBecause};
use signalbox_model::id::{ArticleId, ContentId, ToolId};
use signalbox_model::setup::ai_agent::Autonomy;
use signalbox_model::time::Timestamp;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::known::agent_ref;
use crate::ai::trace::{HandoffNote, Step, Trace};
use crate::api::access;
use crate::api::error::{ApiError, Problem};
use crate::api::extract::Signed;
use crate::executor::text_of;
use crate::state::AppState;
use crate::wire::Ref;

/// The route of turns.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(read_ai_turns))
}

/// A passage that an answer rests on.
#[derive(Debug, Serialize, ToSchema)]
pub struct TurnSource {
    /// In which article, with its title.
    pub article: Ref,
    /// Which revision of it.
    pub revision: u32,
    /// Which passage, counted from 0.
    pub passage: u32,
}

/// A tool that was run.
#[derive(Debug, Serialize, ToSchema)]
pub struct TurnTool {
    /// Which, by its handle.
    pub tool: Ref,
    /// Whether it changes anything.
    pub writes: bool,
    /// How it went.
    pub status: String,
    /// How long it took.
    pub took_ms: u64,
    /// Who approved it, if somebody had to.
    #[schema(required = true)]
    pub approved_by: Option<Ref>,
}

/// What a turn took. What is not known is absent, never zero.
#[derive(Debug, Serialize, ToSchema)]
pub struct TurnFigures {
    /// Who answered: `guided`, or the model's name.
    pub answered_by: String,
    /// SHA-256 of the prompt; a guided turn has none.
    #[schema(required = true)]
    pub prompt_hash: Option<String>,
    /// Time to the first token.
    #[schema(required = true)]
    pub first_token_ms: Option<u64>,
    /// Time in all.
    pub total_ms: u64,
    /// Tokens sent.
    #[schema(required = true)]
    pub input_tokens: Option<u64>,
    /// Tokens received.
    #[schema(required = true)]
    pub output_tokens: Option<u64>,
    /// Cost in millionths of the currency.
    #[schema(required = true)]
    pub cost_micros: Option<u64>,
    /// How sure it was, from 0 to 1.
    #[schema(required = true)]
    pub confidence: Option<f64>,
}

/// A turn of an AI agent.
#[derive(Debug, Serialize, ToSchema)]
pub struct AiTurnShown {
    /// Counts up from 1 in the conversation.
    pub number: u32,
    /// Who.
    pub agent: Ref,
    /// Which version.
    pub version: u32,
    /// What it was asked for.
    pub task: AiTask,
    /// How far it might go.
    pub autonomy: Autonomy,
    /// When it was asked.
    pub requested_at: Timestamp,
    /// When it was done; none: it never was, or not yet.
    #[schema(required = true)]
    pub completed_at: Option<Timestamp>,
    /// What came of it.
    #[schema(required = true)]
    pub outcome: Option<AiOutcome>,
    /// What it said; none: nothing, or it was erased.
    #[schema(required = true)]
    pub said: Option<String>,
    /// What it took.
    #[schema(required = true)]
    pub figures: Option<TurnFigures>,
    /// What it rests on.
    pub sources: Vec<TurnSource>,
    /// Tools that were run.
    pub tools: Vec<TurnTool>,
    /// Why what it said was not used.
    #[schema(required = true)]
    pub discarded: Option<DiscardedBecause>,
    /// How it came about; none: nothing was kept, or it was erased.
    #[schema(required = true)]
    pub steps: Option<Vec<Step>>,
    /// What was written for the person who takes over.
    #[schema(required = true)]
    pub note: Option<HandoffNote>,
}

/// The turns of AI agents in a conversation.
#[derive(Debug, Serialize, ToSchema)]
pub struct AiTurnList {
    /// In order.
    pub turns: Vec<AiTurnShown>,
    /// There are more facts than are read at once; the last turns are left out.
    pub truncated: bool,
}

fn asked(directory: &Directory, request: &AiTurnRequested, at: Timestamp) -> AiTurnShown {
    AiTurnShown {
        number: request.number,
        agent: agent_ref(directory, request.agent),
        version: request.version,
        task: request.task,
        autonomy: request.autonomy,
        requested_at: at,
        completed_at: None,
        outcome: None,
        said: None,
        figures: None,
        sources: Vec::new(),
        tools: Vec::new(),
        discarded: None,
        steps: None,
        note: None,
    }
}

fn fill(directory: &Directory, turn: &mut AiTurnShown, completed: &AiTurnCompleted, at: Timestamp) {
    let figures = &completed.figures;
    turn.completed_at = Some(at);
    turn.outcome = Some(completed.outcome.clone());
    turn.figures = Some(TurnFigures {
        answered_by: figures.answered_by.clone(),
        prompt_hash: figures.prompt_hash.clone(),
        first_token_ms: figures.first_token_ms.map(|took| took.0),
        total_ms: figures.total_ms.0,
        input_tokens: figures.input_tokens,
        output_tokens: figures.output_tokens,
        cost_micros: figures.cost_micros,
        confidence: figures.confidence_milli.map(|milli| f64::from(milli) / 1_000.0),
    });
    let title = |id: &ArticleId| {
        let head = directory.articles.get(id);
        head.map_or_else(|| "an article that is gone".to_owned(), |head| head.title.clone())
    };
    let source = |source: &signalbox_model::event::ai_agent::Source| TurnSource {
        article: Ref { id: source.article.to_string(), name: title(&source.article) },
        revision: source.revision,
        passage: source.passage,
    };
    turn.sources = figures.sources.iter().map(source).collect();
    let handle = |id: &ToolId| {
        directory.tools.get(id).map_or_else(|| "a tool that is gone".to_owned(), |tool| tool.handle.to_string())
    };
    let tool = |run: &signalbox_model::event::ai_agent::ToolRun| TurnTool {
        tool: Ref { id: run.tool.to_string(), name: handle(&run.tool) },
        writes: run.access == signalbox_model::setup::connector::Access::Write,
        status: run.status.to_string(),
        took_ms: run.took_ms.0,
        approved_by: run.approved_by.map(|id| Ref::person(directory, id)),
    };
    turn.tools = figures.tools.iter().map(tool).collect();
}

/// The turns in these facts.
fn turns(entries: &[Entry], directory: &Directory) -> Vec<AiTurnShown> {
    let words: HashMap<ContentId, &Stored> =
        entries.iter().filter_map(|entry| Some((entry.recorded.event.content()?, entry.content.as_ref()?))).collect();
    let say = |content: &ContentId| text_of(words.get(content).copied()).map(str::to_owned);
    let mut turns: BTreeMap<u32, AiTurnShown> = BTreeMap::new();
    for entry in entries {
        let at = entry.recorded.at;
        match &entry.recorded.event {
            Event::AiTurnRequested(request) => drop(turns.insert(request.number, asked(directory, request, at))),
            Event::AiTurnTraced(traced) => {
                let Some(turn) = turns.get_mut(&traced.number) else { continue };
                let Some(trace) = say(&traced.content).and_then(|text| Trace::from_json(&text)) else { continue };
                turn.steps = Some(trace.steps);
                turn.note = trace.note;
            }
            Event::AiTurnCompleted(completed) => {
                let Some(turn) = turns.get_mut(&completed.number) else { continue };
                fill(directory, turn, completed, at);
                turn.said = completed.says.as_ref().and_then(say);
            }
            Event::AiTurnDiscarded(discarded) => {
                let Some(turn) = turns.get_mut(&discarded.number) else { continue };
                turn.discarded = Some(discarded.because);
            }
            _ => {}
        }
    }
    turns.into_values().collect()
}

/// What AI agents did in a conversation, turn by turn, and how each turn came about
#[utoipa::path(get, path = "/api/conversations/{id}/ai-turns", tag = "conversations", operation_id = "read_ai_turns",
    security(("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = AiTurnList), (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn read_ai_turns(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<Json<AiTurnList>, ApiError> {
    let known = access::find(&state, &signed, &id).await?;
    let stored = state.log.read_conversation(known.id).await?;
    let directory = state.directory();
    Ok(Json(AiTurnList { turns: turns(&stored.entries, &directory), truncated: stored.truncated }))
}
