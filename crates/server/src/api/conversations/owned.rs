//! What the owner does: offers, hold, close, wrap-up, transfer. The engine settles every race.

use axum::extract::{Path, State};
use serde::Deserialize;
use signalbox_model::event::Event;
use signalbox_model::event::conversation::{CloseAsked, HoldAsked, NoteAdded, WrapUpFinishAsked};
use signalbox_model::event::routing::{
    OfferAcceptAsked, OfferDeclineAsked, TransferAsked, TransferEndAsked, TransferMode, TransferTo,
};
use signalbox_model::id::{ConversationId, DispositionId, PersonId};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::said::{content, parse_text, with_content};
use crate::api::access;
use crate::api::answer::{Answer, ask, wish};
use crate::api::error::{ApiError, Problem};
use crate::api::extract::{Body, Signed};
use crate::state::AppState;

/// The routes of this file.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(accept))
        .routes(routes!(decline))
        .routes(routes!(hold))
        .routes(routes!(close))
        .routes(routes!(finish_wrap_up))
        .routes(routes!(transfer))
        .routes(routes!(end_transfer))
}

/// Hold or resume.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HoldBody {
    /// True: on hold.
    pub hold: bool,
}

/// How it is filed, if that is known already.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseBody {
    /// A disposition that is not retired.
    #[serde(default)]
    pub disposition: Option<DispositionId>,
}

/// To whom, how, and with what to know.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TransferBody {
    /// To whom.
    pub to: TransferTo,
    /// At once, or after a briefing.
    pub mode: TransferMode,
    /// A note for whoever gets it; the customer does not see it.
    #[serde(default)]
    pub note: Option<String>,
}

/// Finish or stop.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TransferEndBody {
    /// True: the other person takes it now; false: it stays.
    pub complete: bool,
}

/// That a disposition may be used.
pub fn check_disposition(state: &AppState, disposition: Option<DispositionId>) -> Result<(), ApiError> {
    let Some(id) = disposition else { return Ok(()) };
    match state.directory().dispositions.get(&id) {
        Some(disposition) if !disposition.retired => Ok(()),
        _ => Err(ApiError::invalid("disposition", "there is no such disposition, or it is retired")),
    }
}

fn parse_disposition(state: &AppState, body: &CloseBody) -> Result<Option<DispositionId>, ApiError> {
    check_disposition(state, body.disposition).map(|()| body.disposition)
}

/// A wish of the caller about a conversation that they may see: recorded, decided, answered.
async fn wish_about(
    state: &AppState,
    signed: &Signed,
    id: &str,
    asked: impl FnOnce(ConversationId, PersonId) -> Event,
) -> Result<Answer, ApiError> {
    let conversation = access::find(state, signed, id).await?.id;
    ask(state, signed.actor(), signed.command, wish(asked(conversation, signed.person))).await
}

/// Take an offered conversation
#[utoipa::path(post, path = "/api/conversations/{id}/offers/{number}/accept", tag = "desk", operation_id = "accept_offer",
    security(("session" = [])), params(("id" = String, Path), ("number" = u32, Path)),
    responses((status = 200, body = Answer), (status = 202, body = Answer), (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`refused`: the offer is over")))]
async fn accept(
    State(state): State<AppState>,
    signed: Signed,
    Path((id, number)): Path<(String, String)>,
) -> Result<Answer, ApiError> {
    let offer = parse_number(&number)?;
    let asked = |conversation, person| Event::OfferAcceptAsked(OfferAcceptAsked { conversation, person, offer });
    wish_about(&state, &signed, &id, asked).await
}

/// Decline an offered conversation
#[utoipa::path(post, path = "/api/conversations/{id}/offers/{number}/decline", tag = "desk", operation_id = "decline_offer",
    security(("session" = [])), params(("id" = String, Path), ("number" = u32, Path)),
    responses((status = 200, body = Answer), (status = 202, body = Answer), (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`refused`: the offer is over")))]
async fn decline(
    State(state): State<AppState>,
    signed: Signed,
    Path((id, number)): Path<(String, String)>,
) -> Result<Answer, ApiError> {
    let offer = parse_number(&number)?;
    let asked = |conversation, person| Event::OfferDeclineAsked(OfferDeclineAsked { conversation, person, offer });
    wish_about(&state, &signed, &id, asked).await
}

fn parse_number(text: &str) -> Result<u32, ApiError> {
    text.parse().map_err(|_| ApiError::not_found("offer"))
}

/// Put on hold, or resume
#[utoipa::path(post, path = "/api/conversations/{id}/hold", tag = "conversations", operation_id = "hold", security(("session" = [])),
    params(("id" = String, Path)), request_body = HoldBody,
    responses((status = 200, body = Answer), (status = 202, body = Answer), (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`refused`")))]
async fn hold(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<String>,
    Body(body): Body<HoldBody>,
) -> Result<Answer, ApiError> {
    let asked = |conversation, person| Event::HoldAsked(HoldAsked { conversation, person, hold: body.hold });
    wish_about(&state, &signed, &id, asked).await
}

/// End a conversation
#[utoipa::path(post, path = "/api/conversations/{id}/close", tag = "conversations", operation_id = "close", security(("session" = [])),
    params(("id" = String, Path)), request_body = CloseBody,
    responses((status = 200, body = Answer), (status = 202, body = Answer), (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`refused`"),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn close(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<String>,
    Body(body): Body<CloseBody>,
) -> Result<Answer, ApiError> {
    let disposition = parse_disposition(&state, &body)?;
    let asked = |conversation, person| Event::CloseAsked(CloseAsked { conversation, person, disposition });
    wish_about(&state, &signed, &id, asked).await
}

/// Finish the work after a conversation
#[utoipa::path(post, path = "/api/conversations/{id}/wrap-up/finish", tag = "desk", operation_id = "finish_wrap_up", security(("session" = [])),
    params(("id" = String, Path)), request_body = CloseBody,
    responses((status = 200, body = Answer), (status = 202, body = Answer), (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`refused`"),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn finish_wrap_up(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<String>,
    Body(body): Body<CloseBody>,
) -> Result<Answer, ApiError> {
    let disposition = parse_disposition(&state, &body)?;
    let asked =
        |conversation, person| Event::WrapUpFinishAsked(WrapUpFinishAsked { conversation, person, disposition });
    wish_about(&state, &signed, &id, asked).await
}

/// Pass a conversation on
#[utoipa::path(post, path = "/api/conversations/{id}/transfer", tag = "conversations", operation_id = "transfer", security(("session" = [])),
    params(("id" = String, Path)), request_body = TransferBody,
    responses((status = 200, body = Answer), (status = 202, body = Answer), (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`refused`"),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn transfer(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<String>,
    Body(body): Body<TransferBody>,
) -> Result<Answer, ApiError> {
    let known = access::find(&state, &signed, &id).await?;
    let mut events = Vec::new();
    if let Some(note) = body.note.filter(|note| !note.trim().is_empty()) {
        let content = content(&known, parse_text("note", note)?);
        let added = NoteAdded { conversation: known.id, person: signed.person, content: content.id };
        // A refused transfer must not leave a note of somebody who may not write here.
        known.require_own(&signed)?;
        events.push(with_content(Event::NoteAdded(added), content));
    }
    let asked = TransferAsked { conversation: known.id, person: signed.person, to: body.to, mode: body.mode };
    events.extend(wish(Event::TransferAsked(asked)));
    ask(&state, signed.actor(), signed.command, events).await
}

/// Finish or stop a warm transfer
#[utoipa::path(post, path = "/api/conversations/{id}/transfer/end", tag = "conversations", operation_id = "end_transfer", security(("session" = [])),
    params(("id" = String, Path)), request_body = TransferEndBody,
    responses((status = 200, body = Answer), (status = 202, body = Answer), (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`refused`")))]
async fn end_transfer(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<String>,
    Body(body): Body<TransferEndBody>,
) -> Result<Answer, ApiError> {
    let complete = body.complete;
    let asked = |conversation, person| Event::TransferEndAsked(TransferEndAsked { conversation, person, complete });
    wish_about(&state, &signed, &id, asked).await
}
