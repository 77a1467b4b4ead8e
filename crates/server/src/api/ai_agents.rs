//! AI agents: from a briefing in plain language to a version that has conversations.

mod known;
mod sections;
mod versions;
mod trial;
mod turns;

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use serde::Serialize;
use serde_json::Value;
use signalbox_engine::directory::Directory;
use signalbox_engine::registry::VersionState;
use signalbox_model::contact::Channel;
use signalbox_model::event::stop::StopScope;
use signalbox_model::id::AiAgentId;
use signalbox_model::setup::ai_agent::AiAgent;
use signalbox_model::setup::{Document, DocumentId};
use signalbox_model::time::Timestamp;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::known::{Builds, Reads, VersionRow, registered, version_row};
use super::answer::parse_id;
use super::error::{ApiError, Problem};
use super::extract::{AdminOnly, parse_json};
use super::setup::{Published, if_match, publish};
use crate::ai::program::{Finding, lint};
use crate::clock::fresh;
use crate::state::AppState;
use crate::wire::Ref;

/// Every route of AI agents.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(read, change, retire))
        .merge(versions::routes())
        .merge(trial::routes())
        .merge(turns::routes())
}

/// An AI agent in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct AiAgentRow {
    /// Its id.
    pub id: String,
    /// Its name in facts and exports.
    pub handle: String,
    /// What customers and colleagues call it.
    pub name: String,
    /// Conversations of which queues it may have.
    pub queues: Vec<Ref>,
    /// By which channels; none named: all.
    pub channels: Vec<Channel>,
    /// The version that has conversations; none: it has none.
    #[schema(required = true)]
    pub released: Option<VersionRow>,
    /// Versions that can be tried and are not released, newest first.
    pub candidates: Vec<VersionRow>,
    /// Conversations that it has now.
    pub live: u32,
    /// Conversations at once.
    pub capacity: u32,
    /// What stops it now; none: nothing does.
    #[schema(required = true)]
    pub stopped: Option<StopShown>,
    /// Whether it is no longer here.
    pub retired: bool,
}

/// A stop that holds.
#[derive(Debug, Serialize, ToSchema)]
pub struct StopShown {
    /// Whether it stops every AI agent rather than this one.
    pub everything: bool,
    /// Since when.
    pub since: Timestamp,
    /// By whom.
    pub by: Ref,
    /// Why.
    pub reason: String,
}

/// All AI agents.
#[derive(Debug, Serialize, ToSchema)]
pub struct AiAgentList {
    /// In the order of their names; those who are no longer here last.
    pub agents: Vec<AiAgentRow>,
}

/// One AI agent with its draft and its versions.
#[derive(Debug, Serialize, ToSchema)]
pub struct AiAgentDetail {
    /// The document, with its draft.
    pub document: AiAgent,
    /// Counts up from 1; send it as `if-match` when you change it.
    pub revision: u32,
    /// When it was published.
    pub published_at: Timestamp,
    /// By whom; none: at set-up.
    #[schema(required = true)]
    pub published_by: Option<Ref>,
    /// Conversations that it has now.
    pub live: u32,
    /// What stops it now; none: nothing does.
    #[schema(required = true)]
    pub stopped: Option<StopShown>,
    /// Its versions, newest first.
    pub versions: Vec<VersionRow>,
    /// What somebody should mend in the draft, the worst first.
    pub findings: Vec<Finding>,
    /// The queues it serves, with their names.
    pub queues: Vec<Ref>,
}

fn stop(directory: &Directory, agent: AiAgentId) -> Option<StopShown> {
    let stops = &directory.registry.stops;
    let found = stops.iter().find(|stop| match &stop.scope {
        StopScope::Everything => true,
        StopScope::Agent { agent: stopped } => *stopped == agent,
        StopScope::Intent { .. } | StopScope::Channel { .. } => false,
    })?;
    Some(StopShown {
        everything: found.scope == StopScope::Everything,
        since: found.since,
        by: Ref::person(directory, found.by),
        reason: found.reason.clone(),
    })
}

fn row(directory: &Directory, agent: &AiAgent, live: u32) -> AiAgentRow {
    let registry = &directory.registry;
    let of = |state| {
        let versions = registry.versions(agent.id).iter().rev().filter(move |version| version.state == state);
        versions.map(|version| version_row(directory, version))
    };
    AiAgentRow {
        id: agent.id.to_string(),
        handle: agent.handle.to_string(),
        name: agent.name.to_string(),
        queues: agent.queues.iter().map(|queue| Ref::queue(directory, *queue)).collect(),
        channels: agent.channels.clone(),
        released: of(VersionState::Released).next(),
        candidates: of(VersionState::Candidate).collect(),
        live,
        capacity: agent.capacity,
        stopped: stop(directory, agent.id),
        retired: agent.retired,
    }
}

/// All AI agents
#[utoipa::path(get, path = "/api/ai-agents", tag = "ai agents", operation_id = "list_ai_agents", security(("session" = [])),
    responses((status = 200, body = AiAgentList)))]
async fn list(State(state): State<AppState>, _: Reads) -> Json<AiAgentList> {
    let floor = state.floor();
    let directory = &floor.directory;
    let all = directory.registry.agents.values();
    let mut agents: Vec<AiAgentRow> = all.map(|agent| row(directory, agent, floor.ai_load(agent.id))).collect();
    agents.sort_by(|a, b| (a.retired, &a.name).cmp(&(b.retired, &b.name)));
    Json(AiAgentList { agents })
}

/// One AI agent with its draft and its versions
#[utoipa::path(get, path = "/api/ai-agents/{id}", tag = "ai agents", operation_id = "read_ai_agent", security(("session" = [])),
    params(("id" = String, Path)),
    responses((status = 200, body = AiAgentDetail), (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn read(
    State(state): State<AppState>,
    _: Reads,
    Path(id): Path<String>,
) -> Result<Json<AiAgentDetail>, ApiError> {
    let floor = state.floor();
    let directory = &floor.directory;
    let agent = registered(directory, &id)?;
    let revision = directory.revision(DocumentId::AiAgent(agent.id)).ok_or_else(|| ApiError::not_found("AI agent"))?;
    let versions = directory.registry.versions(agent.id).iter().rev();
    Ok(Json(AiAgentDetail {
        revision: revision.revision,
        published_at: revision.published_at,
        published_by: revision.published_by.map(|id| Ref::person(directory, id)),
        live: floor.ai_load(agent.id),
        stopped: stop(directory, agent.id),
        versions: versions.map(|version| version_row(directory, version)).collect(),
        findings: lint(&agent.draft, directory),
        queues: agent.queues.iter().map(|queue| Ref::queue(directory, *queue)).collect(),
        document: AiAgent::clone(&agent),
    }))
}

/// Register an AI agent
#[utoipa::path(post, path = "/api/ai-agents", tag = "ai agents", operation_id = "create_ai_agent", security(("session" = [])),
    request_body(content = AiAgent, description = "The document without its id"),
    responses((status = 200, body = Published), (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn create(
    State(state): State<AppState>,
    Builds(signed): Builds,
    body: Bytes,
) -> Result<Json<Published>, ApiError> {
    let mut fields: serde_json::Map<String, Value> = parse_json(&body)?;
    if fields.contains_key("id") {
        return Err(ApiError::invalid("id", "is given by the server: leave it out, or PUT to change an AI agent"));
    }
    fields.insert("id".to_owned(), Value::String(AiAgentId::new(fresh()).to_string()));
    let agent: AiAgent = parse_json(Value::Object(fields).to_string().as_bytes())?;
    publish(&state, &signed, Document::AiAgent(Box::new(agent)), None).await.map(Json)
}

/// Change an AI agent or its draft
///
/// Released versions stay as they are: a changed draft has no effect on customers before it is made a candidate and released. Queues,
/// channels, languages and capacity hold at once.
#[utoipa::path(put, path = "/api/ai-agents/{id}", tag = "ai agents", operation_id = "change_ai_agent", security(("session" = [])),
    params(("id" = String, Path), ("if-match" = String, Header, description = "The revision that you changed")),
    request_body(content = AiAgent, description = "The whole document"),
    responses((status = 200, body = Published),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`changed_meanwhile`: read it again"),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn change(
    State(state): State<AppState>,
    Builds(signed): Builds,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Published>, ApiError> {
    let before = registered(&state.directory(), &id)?;
    let agent: AiAgent = parse_json(&body)?;
    if agent.id != before.id {
        return Err(ApiError::invalid("id", "must be the id in the address"));
    }
    if agent.retired != before.retired && !signed.may(crate::auth::Permission::Setup) {
        return Err(ApiError::invalid("retired", "only an administrator retires an AI agent or brings it back"));
    }
    publish(&state, &signed, Document::AiAgent(Box::new(agent)), Some(if_match(&headers)?)).await.map(Json)
}

/// Retire an AI agent: it gets no more conversations, and is kept for the record
#[utoipa::path(delete, path = "/api/ai-agents/{id}", tag = "ai agents", operation_id = "retire_ai_agent", security(("session" = [])),
    params(("id" = String, Path)),
    responses((status = 200, body = Published), (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn retire(
    State(state): State<AppState>,
    AdminOnly(signed): AdminOnly,
    Path(id): Path<String>,
) -> Result<Json<Published>, ApiError> {
    let id: AiAgentId = parse_id(&id, "AI agent")?;
    let agent: Arc<AiAgent> = registered(&state.directory(), &id.to_string())?;
    let retired = AiAgent { retired: true, ..AiAgent::clone(&agent) };
    publish(&state, &signed, Document::AiAgent(Box::new(retired)), None).await.map(Json)
}
