//! Incidents with their story: who stopped what, how many conversations went to people how fast, what was noted, how it ended.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use signalbox_engine::directory::Directory;
use signalbox_model::event::action::{IncidentClosed, IncidentNoted, IncidentSeverity};
use signalbox_model::event::ai_agent::HandoffReason;
use signalbox_model::event::stop::StopScope;
use signalbox_model::event::{Event, NewEvent, Recorded};
use signalbox_model::id::{IncidentId, PersonId};
use signalbox_model::limits::PAGE_ROWS_MAX;
use signalbox_model::time::{DurationMs, Timestamp};
use signalbox_views::AuditFilter;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::words_of;
use crate::api::answer::{Answer, parse_id, tell};
use crate::api::error::{ApiError, Code, Problem};
use crate::api::extract::{Body, Signed};
use crate::api::reads::look;
use crate::auth::Permission;
use crate::state::AppState;
use crate::wire::Ref;
use crate::words;

/// Pages of facts that are read for the list; older incidents are in the audit log.
const PAGES_MAX: usize = 4;

/// The routes of this file.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(note)).routes(routes!(close))
}

/// One step of an incident.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct IncidentStep {
    /// When.
    pub at: Timestamp,
    /// `opened`, `stopped`, `noted`, `lifted` or `closed`.
    pub kind: String,
    /// By whom.
    pub by: Ref,
    /// In their words.
    pub text: String,
}

/// What became of the conversations that AI agents had when they were stopped.
#[derive(Clone, Copy, Debug, Default, Serialize, ToSchema)]
pub struct HandedOver {
    /// How many went to people because of it.
    pub count: u32,
    /// From the stop to the last of them; none: there were none.
    pub last_after_ms: Option<DurationMs>,
}

/// An incident.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Incident {
    /// Its id.
    pub id: String,
    /// How bad.
    pub severity: IncidentSeverity,
    /// What was stopped for it.
    pub scope: Option<StopScope>,
    /// The same in words.
    pub about: Option<String>,
    /// What happened.
    pub summary: String,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it was closed; none: it is open.
    pub closed_at: Option<Timestamp>,
    /// Whether AI agents are still stopped for it.
    pub stopped: bool,
    /// What became of live conversations.
    pub handed_over: HandedOver,
    /// Its story, oldest first.
    pub steps: Vec<IncidentStep>,
}

/// Incidents.
#[derive(Debug, Serialize, ToSchema)]
pub struct Incidents {
    /// Newest first.
    pub incidents: Vec<Incident>,
    /// Whether there are older ones, which are in the audit log.
    pub older: bool,
}

/// What somebody adds.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteBody {
    /// What happened, in words.
    #[schema(min_length = 1, max_length = 1000)]
    pub text: String,
}

/// How it ended.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseIncident {
    /// How it was settled and what follows.
    #[schema(min_length = 1, max_length = 1000)]
    pub resolution: String,
}

/// Facts of these kinds, oldest first, and whether there are older ones.
pub(super) async fn facts(state: &AppState, kinds: &'static [&'static str]) -> Result<(Vec<Recorded>, bool), ApiError> {
    look(state, move |views| {
        let kinds: Vec<String> = kinds.iter().map(|kind| (*kind).to_owned()).collect();
        let mut found: Vec<Recorded> = Vec::new();
        let mut is_cut = false;
        for _ in 0..PAGES_MAX {
            let before = found.last().map(|fact| fact.position);
            let page =
                views.audit(&AuditFilter { kinds: kinds.clone(), before, ..AuditFilter::default() }, PAGE_ROWS_MAX)?;
            is_cut = page.len() == PAGE_ROWS_MAX;
            found.extend(page);
            if !is_cut {
                break;
            }
        }
        found.reverse();
        Ok((found, is_cut))
    })
    .await
}

/// The incidents that facts tell of, by id in the order in which they were opened.
fn fold(facts: &[Recorded], directory: &Directory) -> Vec<Incident> {
    let mut order: Vec<IncidentId> = Vec::new();
    let mut incidents: BTreeMap<IncidentId, Incident> = BTreeMap::new();
    // Which incident a stop belongs to, and since when it holds.
    let mut stops: BTreeMap<StopScope, (IncidentId, Timestamp)> = BTreeMap::new();
    let step = |fact: &Recorded, kind: &str, by: PersonId, text: &str| IncidentStep {
        at: fact.at,
        kind: kind.to_owned(),
        by: Ref::person(directory, by),
        text: text.to_owned(),
    };
    for fact in facts {
        match &fact.event {
            Event::IncidentOpened(e) => {
                order.push(e.incident);
                incidents.insert(e.incident, opened(fact, e, directory));
            }
            Event::KillSwitchThrown(e) => {
                let newest = order.iter().rev().find(|id| incidents[id].scope.as_ref() == Some(&e.scope));
                let Some(id) = newest.copied() else { continue };
                stops.insert(e.scope.clone(), (id, fact.at));
                let incident = incidents.get_mut(&id).expect("it is in the order");
                incident.stopped = true;
                incident.steps.push(step(fact, "stopped", e.person, &words::ai::scope(&e.scope, directory)));
            }
            Event::KillSwitchLifted(e) => {
                let Some((id, _)) = stops.remove(&e.scope) else { continue };
                let incident = incidents.get_mut(&id).expect("a stop names an incident that is there");
                incident.stopped = false;
                incident.steps.push(step(fact, "lifted", e.person, &e.reason));
            }
            Event::IncidentNoted(e) => {
                let Some(incident) = incidents.get_mut(&e.incident) else { continue };
                incident.steps.push(step(fact, "noted", e.person, &e.text));
            }
            Event::IncidentClosed(e) => {
                let Some(incident) = incidents.get_mut(&e.incident) else { continue };
                incident.closed_at = Some(fact.at);
                incident.steps.push(step(fact, "closed", e.person, &e.resolution));
            }
            Event::HandoffRequested(e) if e.reason == HandoffReason::Stopped => {
                // The newest stop that fits is what took it away.
                let fits = |scope: &StopScope| !matches!(scope, StopScope::Agent { agent } if *agent != e.agent);
                let stop = stops.iter().filter(|(scope, _)| fits(scope)).max_by_key(|(_, (_, at))| *at);
                let Some((_, (id, since))) = stop else { continue };
                let handed = &mut incidents.get_mut(id).expect("a stop names an incident that is there").handed_over;
                handed.count += 1;
                handed.last_after_ms = Some(fact.at.since(*since));
            }
            _ => {}
        }
    }
    order.into_iter().filter_map(|id| incidents.remove(&id)).collect()
}

fn opened(fact: &Recorded, e: &signalbox_model::event::action::IncidentOpened, directory: &Directory) -> Incident {
    let first = IncidentStep {
        at: fact.at,
        kind: "opened".to_owned(),
        by: Ref::person(directory, e.person),
        text: e.summary.clone(),
    };
    Incident {
        id: e.incident.to_string(),
        severity: e.severity,
        scope: e.scope.clone(),
        about: e.scope.as_ref().map(|scope| words::ai::scope(scope, directory)),
        summary: e.summary.clone(),
        opened_at: fact.at,
        closed_at: None,
        stopped: false,
        handed_over: HandedOver::default(),
        steps: vec![first],
    }
}

async fn all(state: &AppState) -> Result<(Vec<Incident>, bool), ApiError> {
    const KINDS: &[&str] = &["incident.", "kill_switch.", "handoff.requested"];
    let (facts, is_cut) = facts(state, KINDS).await?;
    Ok((fold(&facts, &state.directory()), is_cut))
}

/// The open incident with this id.
async fn open_one(state: &AppState, id: &str) -> Result<IncidentId, ApiError> {
    let id: IncidentId = parse_id(id, "incident")?;
    let text = id.to_string();
    let known = all(state).await?.0.into_iter().find(|incident| incident.id == text);
    match known {
        None => Err(ApiError::not_found("incident")),
        Some(incident) if incident.closed_at.is_some() => {
            Err(ApiError::new(Code::Conflict, "The incident is closed: stop again to open another one."))
        }
        Some(_) => Ok(id),
    }
}

/// Incidents with their story, newest first
#[utoipa::path(get, path = "/api/incidents", tag = "ai_safety", operation_id = "list_incidents", security(("session" = [])),
    responses((status = 200, body = Incidents), (status = 403, body = Problem, content_type = "application/problem+json")))]
async fn list(State(state): State<AppState>, signed: Signed) -> Result<Json<Incidents>, ApiError> {
    signed.require(&state, Permission::AiRead, "GET /api/incidents").await?;
    let (mut incidents, older) = all(&state).await?;
    incidents.reverse();
    Ok(Json(Incidents { incidents, older }))
}

/// Add to the story of an incident
#[utoipa::path(post, path = "/api/incidents/{id}/notes", tag = "ai_safety", operation_id = "note_incident", security(("session" = [])),
    params(("id" = String, Path)), request_body = NoteBody,
    responses((status = 200, body = Answer), (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`conflict`: it is closed")))]
async fn note(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<String>,
    Body(body): Body<NoteBody>,
) -> Result<Answer, ApiError> {
    signed.require(&state, Permission::AiStop, "POST /api/incidents/{id}/notes").await?;
    let text = words_of("text", &body.text)?;
    let incident = open_one(&state, &id).await?;
    let noted = IncidentNoted { incident, person: signed.person, text };
    tell(&state, signed.actor(), signed.command, NewEvent::now(Event::IncidentNoted(noted))).await
}

/// Close an incident
#[utoipa::path(post, path = "/api/incidents/{id}/close", tag = "ai_safety", operation_id = "close_incident", security(("session" = [])),
    params(("id" = String, Path)), request_body = CloseIncident,
    responses((status = 200, body = Answer), (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`conflict`: it is closed already")))]
async fn close(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<String>,
    Body(body): Body<CloseIncident>,
) -> Result<Answer, ApiError> {
    signed.require(&state, Permission::AiStop, "POST /api/incidents/{id}/close").await?;
    let resolution = words_of("resolution", &body.resolution)?;
    let incident = open_one(&state, &id).await?;
    let closed = IncidentClosed { incident, person: signed.person, resolution };
    tell(&state, signed.actor(), signed.command, NewEvent::now(Event::IncidentClosed(closed))).await
}
