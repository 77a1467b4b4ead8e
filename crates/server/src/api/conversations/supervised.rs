//! Supervisors who watch and step in.

use axum::extract::{Path, State};
use serde::Deserialize;
use signalbox_model::event::Event;
use signalbox_model::event::routing::AssignAsked;
use signalbox_model::event::supervision::{BargeAsked, HandBackAsked, MonitorAsked, TakeOverAsked};
use signalbox_model::id::{ConversationId, PersonId};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::access;
use crate::api::answer::{Answer, ask, wish};
use crate::api::error::{ApiError, Problem};
use crate::api::extract::{Body, Signed};
use crate::auth::Permission;
use crate::state::AppState;

/// The routes of this file.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(monitor))
        .routes(routes!(barge))
        .routes(routes!(take_over))
        .routes(routes!(hand_back))
        .routes(routes!(assign))
}

/// Watch or stop.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MonitorBody {
    /// True: watch.
    pub on: bool,
}

/// To whom.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignBody {
    /// The person.
    pub to: PersonId,
}

async fn found(state: &AppState, signed: &Signed, id: &str, route: &str) -> Result<ConversationId, ApiError> {
    signed.require(state, Permission::StepIn, route).await?;
    Ok(access::find(state, signed, id).await?.id)
}

/// Watch a conversation, or stop
#[utoipa::path(post, path = "/api/conversations/{id}/monitor", tag = "supervision", operation_id = "monitor", security(("session" = [])),
    params(("id" = String, Path)), request_body = MonitorBody,
    responses((status = 200, body = Answer), (status = 202, body = Answer), (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`refused`")))]
async fn monitor(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<String>,
    Body(body): Body<MonitorBody>,
) -> Result<Answer, ApiError> {
    let conversation = found(&state, &signed, &id, "POST /api/conversations/{id}/monitor").await?;
    let event = Event::MonitorAsked(MonitorAsked { conversation, person: signed.person, on: body.on });
    ask(&state, signed.actor(), signed.command, wish(event)).await
}

/// Speak in a conversation; its owner stays
#[utoipa::path(post, path = "/api/conversations/{id}/barge", tag = "supervision", operation_id = "barge", security(("session" = [])),
    params(("id" = String, Path)),
    responses((status = 200, body = Answer), (status = 202, body = Answer), (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`refused`")))]
async fn barge(State(state): State<AppState>, signed: Signed, Path(id): Path<String>) -> Result<Answer, ApiError> {
    let conversation = found(&state, &signed, &id, "POST /api/conversations/{id}/barge").await?;
    let event = Event::BargeAsked(BargeAsked { conversation, person: signed.person });
    ask(&state, signed.actor(), signed.command, wish(event)).await
}

/// Own a conversation
#[utoipa::path(post, path = "/api/conversations/{id}/take-over", tag = "supervision", operation_id = "take_over", security(("session" = [])),
    params(("id" = String, Path)),
    responses((status = 200, body = Answer), (status = 202, body = Answer), (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`refused`: another supervisor was faster")))]
async fn take_over(State(state): State<AppState>, signed: Signed, Path(id): Path<String>) -> Result<Answer, ApiError> {
    let conversation = found(&state, &signed, &id, "POST /api/conversations/{id}/take-over").await?;
    let event = Event::TakeOverAsked(TakeOverAsked { conversation, person: signed.person });
    ask(&state, signed.actor(), signed.command, wish(event)).await
}

/// Give a conversation back that you took over
#[utoipa::path(post, path = "/api/conversations/{id}/hand-back", tag = "supervision", operation_id = "hand_back", security(("session" = [])),
    params(("id" = String, Path)),
    responses((status = 200, body = Answer), (status = 202, body = Answer), (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`refused`")))]
async fn hand_back(State(state): State<AppState>, signed: Signed, Path(id): Path<String>) -> Result<Answer, ApiError> {
    let conversation = found(&state, &signed, &id, "POST /api/conversations/{id}/hand-back").await?;
    let event = Event::HandBackAsked(HandBackAsked { conversation, person: signed.person });
    ask(&state, signed.actor(), signed.command, wish(event)).await
}

/// Give a waiting conversation to a person
#[utoipa::path(post, path = "/api/conversations/{id}/assign", tag = "supervision", operation_id = "assign", security(("session" = [])),
    params(("id" = String, Path)), request_body = AssignBody,
    responses((status = 200, body = Answer), (status = 202, body = Answer), (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`refused`")))]
async fn assign(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<String>,
    Body(body): Body<AssignBody>,
) -> Result<Answer, ApiError> {
    let conversation = found(&state, &signed, &id, "POST /api/conversations/{id}/assign").await?;
    let event = Event::AssignAsked(AssignAsked { conversation, person: signed.person, to: body.to });
    ask(&state, signed.actor(), signed.command, wish(event)).await
}
