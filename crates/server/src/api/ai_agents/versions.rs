//! Versions: made from the saved draft, never changed, released by whoever may, withdrawn again.

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use signalbox_engine::directory::Directory;
use signalbox_engine::registry::VersionState;
use signalbox_model::event::ai_agent::{VersionProposed, VersionReleased, VersionWithdrawn};
use signalbox_model::event::{Event, NewEvent};
use signalbox_model::id::AiAgentId;
use signalbox_model::setup::DocumentId;
use signalbox_model::setup::ai_agent::{Draft, Snapshot};
use signalbox_model::setup::connector::Tool;
use tokio::sync::Mutex;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::known::{Builds, Reads, Releases, VersionRow, registered, version_of, version_row};
use super::sections::{SectionDiff, SectionShown, diff, of_snapshot};
use crate::ai::program::{Finding, Weight, lint};
use crate::api::answer::{Answer, tell};
use crate::api::error::{ApiError, Code, FieldProblem, Problem};
use crate::api::extract::{Body, Params};
use crate::state::AppState;

/// Characters of a note or a reason.
const NOTE_CHARS_MAX: usize = 1_000;
/// Versions of one AI agent.
const VERSIONS_MAX: usize = 2_000;

/// One change of versions at a time: two people must not both make version 3 or release over each other unseen.
static SETTLING: Mutex<()> = Mutex::const_new(());

/// The routes of versions.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(propose))
        .routes(routes!(read_version))
        .routes(routes!(read_diff))
        .routes(routes!(release))
        .routes(routes!(withdraw))
}

/// A candidate to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewVersion {
    /// What changed, for those who come after.
    #[serde(default)]
    #[schema(max_length = 1000)]
    pub note: String,
}

/// A candidate that was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProposedVersion {
    /// Its number.
    pub number: u32,
    /// SHA-256 of what it is made of, in hexadecimal.
    pub hash: String,
    /// What should be looked at, though it does not block.
    pub findings: Vec<Finding>,
    /// Where it stands in the log.
    pub position: u64,
}

/// Why a version is released or withdrawn.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VersionReason {
    /// In your words; it stays in the log.
    #[schema(min_length = 1, max_length = 1000)]
    pub reason: String,
}

/// A version with everything that it is made of.
#[derive(Debug, Serialize, ToSchema)]
pub struct VersionDetail {
    /// Its number, state, and who made it.
    pub version: VersionRow,
    /// What it is made of; never changes.
    pub snapshot: Snapshot,
    /// The same as sections that people can read.
    pub sections: Vec<SectionShown>,
}

/// Against what.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct DiffParams {
    /// The number of another version, or `draft`.
    with: String,
}

/// What differs between two.
#[derive(Debug, Serialize, ToSchema)]
pub struct VersionDiff {
    /// From: `version 2`.
    pub before: String,
    /// To: `version 3` or `the draft`.
    pub after: String,
    /// How many sections differ.
    pub changed: usize,
    /// All sections, those without a change too.
    pub sections: Vec<SectionDiff>,
}

/// What a draft would be as a version now.
pub fn snapshot(draft: &Draft, directory: &Directory) -> Snapshot {
    let tools = draft.tools.iter().filter_map(|id| directory.tools.get(id)).map(|tool| Tool::clone(tool));
    Snapshot { draft: draft.clone(), tools: tools.collect(), knowledge: knowledge(draft, directory) }
}

/// SHA-256 over the articles of its collections and their revisions.
fn knowledge(draft: &Draft, directory: &Directory) -> String {
    let mut hasher = Sha256::new();
    let articles = directory.articles.iter().filter(|(_, head)| !head.retired);
    // The map is sorted by id, so the same articles always hash alike.
    for (id, _) in articles.filter(|(_, head)| draft.collections.contains(&head.collection)) {
        let revision = directory.revision(DocumentId::Article(*id)).map_or(0, |revision| revision.revision);
        hasher.update(format!("{id} {revision}\n"));
    }
    hexadecimal(&hasher.finalize())
}

/// SHA-256 of a snapshot: over its JSON with sorted fields and without spaces.
pub fn hash(snapshot: &Snapshot) -> String {
    let value = serde_json::to_value(snapshot).expect("a snapshot is plain data");
    hexadecimal(&Sha256::digest(sorted(value).to_string()))
}

/// Fields in the order of their names, whatever order the map keeps.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<(String, Value)> = fields.into_iter().collect();
            fields.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(fields.into_iter().map(|(name, value)| (name, sorted(value))).collect::<Map<_, _>>())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn blocked(findings: &[Finding]) -> Option<ApiError> {
    let blocks = findings.iter().filter(|finding| finding.weight == Weight::Blocks);
    let fields: Vec<FieldProblem> = blocks
        .map(|finding| {
            let line = finding.line.map_or_else(String::new, |line| format!("line {line}: "));
            let problem = format!("{line}{}: {}", finding.problem.trim_end_matches('.'), finding.suggestion);
            FieldProblem { field: format!("draft.{}", finding.field), problem }
        })
        .collect();
    let detail = format!("{} must be mended before this draft becomes a candidate.", things(fields.len()));
    (!fields.is_empty()).then(|| ApiError::invalid_fields(fields).with_detail(detail))
}

fn things(count: usize) -> String {
    if count == 1 { "One thing".to_owned() } else { format!("{count} things") }
}

fn words(field: &str, text: &str, required: bool) -> Result<String, ApiError> {
    let text = text.trim();
    if required && text.is_empty() {
        return Err(ApiError::invalid(field, "say why: it stays in the log"));
    }
    if text.chars().count() > NOTE_CHARS_MAX {
        return Err(ApiError::invalid(field, format!("may have {NOTE_CHARS_MAX} characters")));
    }
    Ok(text.to_owned())
}

fn still_here(directory: &Directory, agent: AiAgentId) -> Result<(), ApiError> {
    match directory.registry.agent(agent) {
        Some(_) => Ok(()),
        None => Err(ApiError::new(Code::Conflict, "The AI agent is retired: bring it back first.")),
    }
}

/// Make a candidate from the saved draft
///
/// It is refused while anything in the draft blocks, and when nothing has changed since the newest version.
#[utoipa::path(post, path = "/api/ai-agents/{id}/versions", tag = "ai agents", operation_id = "propose_version", security(("session" = [])),
    params(("id" = String, Path)), request_body = NewVersion,
    responses((status = 200, body = ProposedVersion),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`conflict`: nothing has changed, or it is retired"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "`invalid`: what blocks, field by field")))]
async fn propose(
    State(state): State<AppState>,
    Builds(signed): Builds,
    Path(id): Path<String>,
    Body(new): Body<NewVersion>,
) -> Result<Json<ProposedVersion>, ApiError> {
    let note = words("note", &new.note, false)?;
    let _turn = SETTLING.lock().await;
    let (event, findings) = {
        let directory = state.directory();
        let agent = registered(&directory, &id)?;
        still_here(&directory, agent.id)?;
        let findings = lint(&agent.draft, &directory);
        if let Some(blocked) = blocked(&findings) {
            return Err(blocked);
        }
        let snapshot = snapshot(&agent.draft, &directory);
        let hash = hash(&snapshot);
        let versions = directory.registry.versions(agent.id);
        if versions.last().is_some_and(|newest| newest.hash == hash) {
            let detail = format!("Nothing has changed since version {}: save a change first.", versions.len());
            return Err(ApiError::new(Code::Conflict, detail));
        }
        if versions.len() >= VERSIONS_MAX {
            let detail = format!("It has {VERSIONS_MAX} versions, the limit: register another AI agent.");
            return Err(ApiError::new(Code::Conflict, detail));
        }
        let version = versions.last().map_or(1, |newest| newest.number + 1);
        let revision = directory.revision(DocumentId::AiAgent(agent.id)).map_or(1, |revision| revision.revision);
        let snapshot = Box::new(snapshot);
        let person = signed.person;
        (VersionProposed { agent: agent.id, version, hash, snapshot, revision, person, note }, findings)
    };
    let (number, hash) = (event.version, event.hash.clone());
    let event = NewEvent::now(Event::VersionProposed(event));
    let answer = tell(&state, signed.actor(), signed.command, event).await?;
    Ok(Json(ProposedVersion { number, hash, findings, position: answer.position }))
}

/// One version with everything that it is made of
#[utoipa::path(get, path = "/api/ai-agents/{id}/versions/{number}", tag = "ai agents", operation_id = "read_version", security(("session" = [])),
    params(("id" = String, Path), ("number" = u32, Path)),
    responses((status = 200, body = VersionDetail), (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn read_version(
    State(state): State<AppState>,
    _: Reads,
    Path((id, number)): Path<(String, u32)>,
) -> Result<Json<VersionDetail>, ApiError> {
    let directory = state.directory();
    let agent = registered(&directory, &id)?;
    let version = version_of(&directory, agent.id, number)?;
    Ok(Json(VersionDetail {
        version: version_row(&directory, version),
        sections: of_snapshot(&version.snapshot, &directory),
        snapshot: Snapshot::clone(&version.snapshot),
    }))
}

/// What differs between a version and another, or the saved draft
///
/// The older one is always the one before.
#[utoipa::path(get, path = "/api/ai-agents/{id}/versions/{number}/diff", tag = "ai agents", operation_id = "diff_versions", security(("session" = [])),
    params(("id" = String, Path), ("number" = u32, Path), DiffParams),
    responses((status = 200, body = VersionDiff), (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn read_diff(
    State(state): State<AppState>,
    _: Reads,
    Path((id, number)): Path<(String, u32)>,
    Params(query): Params<DiffParams>,
) -> Result<Json<VersionDiff>, ApiError> {
    let directory = state.directory();
    let agent = registered(&directory, &id)?;
    let of = |number: u32| {
        version_of(&directory, agent.id, number).map(|version| of_snapshot(&version.snapshot, &directory))
    };
    let (before, after, left, right) = if query.with == "draft" {
        let now = of_snapshot(&snapshot(&agent.draft, &directory), &directory);
        (format!("version {number}"), "the draft".to_owned(), of(number)?, now)
    } else {
        let other: u32 =
            query.with.parse().map_err(|_| ApiError::invalid("with", "must be the number of a version, or draft"))?;
        let (older, newer) = (number.min(other), number.max(other));
        (format!("version {older}"), format!("version {newer}"), of(older)?, of(newer)?)
    };
    let sections = diff(&left, &right);
    let changed = sections.iter().filter(|section| section.changed).count();
    Ok(Json(VersionDiff { before, after, changed, sections }))
}

/// Release a version: it has conversations from now on, and the one before it has no new ones
///
/// A version that was withdrawn can be released again: that is how one goes back.
#[utoipa::path(post, path = "/api/ai-agents/{id}/versions/{number}/release", tag = "ai agents", operation_id = "release_version", security(("session" = [])),
    params(("id" = String, Path), ("number" = u32, Path)), request_body = VersionReason,
    responses((status = 200, body = Answer),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`: who makes candidates does not release them"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`conflict`: it is released already, or the AI agent is retired"),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn release(
    State(state): State<AppState>,
    Releases(signed): Releases,
    Path((id, number)): Path<(String, u32)>,
    Body(why): Body<VersionReason>,
) -> Result<Json<Answer>, ApiError> {
    let reason = words("reason", &why.reason, true)?;
    let _turn = SETTLING.lock().await;
    let agent = {
        let directory = state.directory();
        let agent = registered(&directory, &id)?;
        still_here(&directory, agent.id)?;
        let version = version_of(&directory, agent.id, number)?;
        if version.state == VersionState::Released {
            return Err(ApiError::new(Code::Conflict, format!("Version {number} is released already.")));
        }
        agent.id
    };
    let event = Event::VersionReleased(VersionReleased { agent, version: number, person: signed.person, reason });
    tell(&state, signed.actor(), signed.command, NewEvent::now(event)).await.map(Json)
}

/// Withdraw a version: it gets no new conversations
#[utoipa::path(post, path = "/api/ai-agents/{id}/versions/{number}/withdraw", tag = "ai agents", operation_id = "withdraw_version", security(("session" = [])),
    params(("id" = String, Path), ("number" = u32, Path)), request_body = VersionReason,
    responses((status = 200, body = Answer),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`conflict`: it is withdrawn already"),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn withdraw(
    State(state): State<AppState>,
    Releases(signed): Releases,
    Path((id, number)): Path<(String, u32)>,
    Body(why): Body<VersionReason>,
) -> Result<Json<Answer>, ApiError> {
    let reason = words("reason", &why.reason, true)?;
    let _turn = SETTLING.lock().await;
    let agent = {
        let directory = state.directory();
        let agent = registered(&directory, &id)?;
        let version = version_of(&directory, agent.id, number)?;
        if version.state == VersionState::Withdrawn {
            return Err(ApiError::new(Code::Conflict, format!("Version {number} is withdrawn already.")));
        }
        agent.id
    };
    let event = Event::VersionWithdrawn(VersionWithdrawn { agent, version: number, person: signed.person, reason });
    tell(&state, signed.actor(), signed.command, NewEvent::now(event)).await.map(Json)
}
