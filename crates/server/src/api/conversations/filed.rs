//! How a conversation is filed: disposition, labels, priority, reviews; and reopening it.

use axum::extract::{Path, State};
use serde::Deserialize;
use signalbox_model::event::conversation::{DispositionSet, LabelChanged, ReopenAsked};
use signalbox_model::event::routing::PriorityChanged;
use signalbox_model::event::supervision::{ConversationReviewed, RefusedBecause, ReviewOrigin};
use signalbox_model::event::{Event, NewEvent};
use signalbox_model::id::DispositionId;
use signalbox_model::limits::{CONVERSATION_LABELS_MAX, PRIORITY_MAX};
use signalbox_model::word::Slug;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::owned::check_disposition;
use crate::api::access::{self, Known};
use crate::api::answer::{Answer, ask, refusal, tell, wish};
use crate::api::error::{ApiError, Code, Problem};
use crate::api::extract::{Body, Signed};
use crate::auth::Permission;
use crate::state::AppState;

/// The routes of this file.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(set_disposition))
        .routes(routes!(change_label))
        .routes(routes!(change_priority))
        .routes(routes!(reopen))
        .routes(routes!(review))
}

/// How it is filed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DispositionBody {
    /// A disposition that is not retired.
    pub disposition: DispositionId,
}

/// A label, put on or taken off.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LabelBody {
    /// The label.
    pub label: Slug,
    /// True: on.
    pub on: bool,
}

/// How urgent it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PriorityBody {
    /// Minutes of head start, 0 to 10.
    #[schema(maximum = 10)]
    pub priority: u8,
}

/// What made you look.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewBody {
    /// What made you look.
    pub origin: ReviewOrigin,
}

/// File a conversation
#[utoipa::path(post, path = "/api/conversations/{id}/disposition", tag = "conversations", operation_id = "set_disposition",
    security(("session" = [])), params(("id" = String, Path)), request_body = DispositionBody,
    responses((status = 200, body = Answer), (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn set_disposition(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<String>,
    Body(body): Body<DispositionBody>,
) -> Result<Answer, ApiError> {
    let known = access::find(&state, &signed, &id).await?;
    known.require_own(&signed)?;
    check_disposition(&state, Some(body.disposition))?;
    let event = Event::DispositionSet(DispositionSet {
        conversation: known.id,
        person: signed.person,
        disposition: body.disposition,
    });
    tell(&state, signed.actor(), signed.command, NewEvent::now(event)).await
}

/// Put a label on, or take it off
#[utoipa::path(post, path = "/api/conversations/{id}/labels", tag = "conversations", operation_id = "change_label", security(("session" = [])),
    params(("id" = String, Path)), request_body = LabelBody,
    responses((status = 200, body = Answer), (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`conflict`: too many labels")))]
async fn change_label(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<String>,
    Body(body): Body<LabelBody>,
) -> Result<Answer, ApiError> {
    let known = access::find(&state, &signed, &id).await?;
    known.require_own(&signed)?;
    let labels = labels(&known);
    if body.on && labels.len() >= CONVERSATION_LABELS_MAX && !labels.contains(&body.label) {
        return Err(ApiError::new(
            Code::Conflict,
            format!("It has {CONVERSATION_LABELS_MAX} labels, the limit: take one off first."),
        ));
    }
    let event = Event::LabelChanged(LabelChanged { conversation: known.id, label: body.label, on: body.on });
    tell(&state, signed.actor(), signed.command, NewEvent::now(event)).await
}

fn labels(known: &Known) -> &[Slug] {
    match (&known.live, &known.row) {
        (Some(live), _) => &live.labels,
        (None, Some(row)) => &row.labels,
        (None, None) => &[],
    }
}

/// Change the priority of a waiting conversation
#[utoipa::path(post, path = "/api/conversations/{id}/priority", tag = "supervision", operation_id = "change_priority", security(("session" = [])),
    params(("id" = String, Path)), request_body = PriorityBody,
    responses((status = 200, body = Answer), (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`refused`: it is over"),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn change_priority(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<String>,
    Body(body): Body<PriorityBody>,
) -> Result<Answer, ApiError> {
    signed.require(&state, Permission::StepIn, "POST /api/conversations/{id}/priority").await?;
    let known = access::find(&state, &signed, &id).await?;
    if body.priority > PRIORITY_MAX {
        return Err(ApiError::invalid("priority", format!("must be 0 to {PRIORITY_MAX}")));
    }
    access::require_live(&state, &known)?;
    let event = Event::PriorityChanged(PriorityChanged {
        conversation: known.id,
        person: signed.person,
        priority: body.priority,
    });
    tell(&state, signed.actor(), signed.command, NewEvent::now(event)).await
}

/// Go on with a conversation that is over
#[utoipa::path(post, path = "/api/conversations/{id}/reopen", tag = "conversations", operation_id = "reopen", security(("session" = [])),
    params(("id" = String, Path)),
    responses((status = 200, body = Answer), (status = 202, body = Answer), (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`refused`: it is still open, or lives elsewhere")))]
async fn reopen(State(state): State<AppState>, signed: Signed, Path(id): Path<String>) -> Result<Answer, ApiError> {
    let known = access::find(&state, &signed, &id).await?;
    known.require_own(&signed)?;
    // One that is open is not asked of the views: it cannot be reopened.
    let row = known.row.ok_or_else(|| refusal(&state, &RefusedBecause::StillOpen))?;
    if row.observed {
        return Err(refusal(&state, &RefusedBecause::Observed));
    }
    let queue = row.queue.ok_or_else(|| refusal(&state, &RefusedBecause::QueueUnavailable))?;
    let asked = ReopenAsked {
        conversation: known.id,
        customer: row.customer,
        channel: row.channel,
        origin: row.origin,
        queue,
        priority: row.priority,
        needs: row.needs,
        segments: row.segments,
        turns: row.turns,
        last_owner: row.agents.last().copied(),
    };
    ask(&state, signed.actor(), signed.command, wish(Event::ReopenAsked(asked))).await
}

/// Note that you looked at a conversation to judge it
#[utoipa::path(post, path = "/api/conversations/{id}/reviews", tag = "supervision", operation_id = "review", security(("session" = [])),
    params(("id" = String, Path)), request_body = ReviewBody,
    responses((status = 200, body = Answer), (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn review(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<String>,
    Body(body): Body<ReviewBody>,
) -> Result<Answer, ApiError> {
    signed.require(&state, Permission::StepIn, "POST /api/conversations/{id}/reviews").await?;
    let known = access::find(&state, &signed, &id).await?;
    let event = Event::ConversationReviewed(ConversationReviewed {
        conversation: known.id,
        person: signed.person,
        origin: body.origin,
    });
    tell(&state, signed.actor(), signed.command, NewEvent::now(event)).await
}
