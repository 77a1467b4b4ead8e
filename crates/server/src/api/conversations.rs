//! Conversations: lists, pages, transcripts, timelines, and everything that people do to them.

mod said;
mod owned;
mod supervised;
mod filed;
mod detail;
mod ai;
mod handoff;

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use signalbox_eventlog::EventLog as _;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::access;
use super::error::{ApiError, Problem};
use super::extract::{Params, Signed};
use super::filter::{FilterParams, PageParams, Pairs, parse_filter, parse_page};
use super::reader::Reader;
use super::reads::look;
use crate::follower::lookup;
use crate::state::AppState;
use crate::wire::{ConversationRow, Fact, TranscriptItem, conversation_row};

/// Every route of conversations.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(read_transcript))
        .routes(routes!(read_timeline))
        .merge(detail::routes())
        .merge(said::routes())
        .merge(owned::routes())
        .merge(supervised::routes())
        .merge(filed::routes())
        .merge(ai::routes())
        .merge(handoff::routes())
}

/// A page of conversations.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConversationList {
    /// The rows of this page.
    pub rows: Vec<ConversationRow>,
    /// Ask again with it for the next page; none: this was the last.
    pub next_cursor: Option<String>,
    /// Rows over all pages.
    pub total: u64,
}

/// What was said.
#[derive(Debug, Serialize, ToSchema)]
pub struct TranscriptPage {
    /// Its lines, in order.
    pub items: Vec<TranscriptItem>,
    /// There is more than a transcript may hold; the last lines are left out.
    pub truncated: bool,
}

/// What happened.
#[derive(Debug, Serialize, ToSchema)]
pub struct Timeline {
    /// Its facts, in order.
    pub facts: Vec<Fact>,
    /// There are more facts than a timeline may hold; the last are left out.
    pub truncated: bool,
}

/// From where on.
#[derive(Debug, serde::Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct AfterParams {
    /// Only what comes after this position.
    #[serde(default)]
    after: Option<u64>,
}

/// Conversations
///
/// An agent gets those that they had or have; a supervisor gets all, and so does a token of scope `read`, which cannot search with `q`.
#[utoipa::path(get, path = "/api/conversations", tag = "conversations", operation_id = "list_conversations", security(("session" = []), ("token" = [])),
    params(FilterParams, PageParams),
    responses((status = 200, body = ConversationList), (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn list(
    State(state): State<AppState>,
    reader: Reader,
    Params(pairs): Params<Pairs>,
) -> Result<Json<ConversationList>, ApiError> {
    let mut fields = pairs.fields()?;
    let mut filter = parse_filter(&mut fields)?;
    let page = parse_page(&mut fields)?;
    fields.nothing_left()?;
    reader.narrow(&mut filter)?;
    let found =
        look(&state, move |views| views.conversations(&filter.views, filter.sort, page.cursor.as_deref(), page.rows))
            .await?;
    let directory = state.directory();
    Ok(Json(ConversationList {
        rows: found.rows.iter().map(|row| conversation_row(row, &directory)).collect(),
        next_cursor: found.next_cursor,
        total: found.total,
    }))
}

/// What was said in a conversation
#[utoipa::path(get, path = "/api/conversations/{id}/transcript", tag = "conversations", operation_id = "read_transcript",
    security(("session" = [])), params(("id" = String, Path), AfterParams),
    responses((status = 200, body = TranscriptPage), (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn read_transcript(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<String>,
    Params(query): Params<AfterParams>,
) -> Result<Json<TranscriptPage>, ApiError> {
    let known = access::find(&state, &signed, &id).await?;
    let (mut items, truncated) = lookup::transcript(&state, known.id).await?;
    items.retain(|item| item.position > query.after.unwrap_or(0));
    Ok(Json(TranscriptPage { items, truncated }))
}

/// What happened to a conversation, and why
#[utoipa::path(get, path = "/api/conversations/{id}/timeline", tag = "conversations", operation_id = "read_timeline",
    security(("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = Timeline), (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn read_timeline(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<Json<Timeline>, ApiError> {
    let known = access::find(&state, &signed, &id).await?;
    let stored = state.log.read_conversation(known.id).await?;
    let directory = state.directory();
    let facts = stored.entries.iter().map(|entry| Fact::named(&entry.recorded, &directory)).collect();
    Ok(Json(Timeline { facts, truncated: stored.truncated }))
}
