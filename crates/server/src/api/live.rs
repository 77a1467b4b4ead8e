//! `GET /api/live`: one stream per tab, with all topics that the tab wants.

mod topic;
mod transcript;
mod stream;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use tokio_stream::StreamExt as _;
use tokio_stream::wrappers::ReceiverStream;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::error::{ApiError, Code};
use super::extract::{Params, Signed};
use crate::state::AppState;
use topic::Topic;

/// Batches on their way to a browser; more stay on the board, where they coalesce.
const BATCHES_UNDERWAY: usize = 2;

/// The live stream.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(live))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct LiveQuery {
    /// Comma-separated: `floor`, `desk`, `alerts`, `conversation:<id>`.
    topics: String,
    /// Where an earlier stream broke off. The stream begins with everything in any case, so that nothing is missed or shown twice.
    #[serde(rename = "last_event_id")]
    _last_event_id: Option<String>,
}

/// What changes, as it changes
///
/// Server-sent events. `hello` comes first; then `batch` events whose `id` is a position in the log and whose data is an array of
/// `{topic, kind, id, position, data}`. A topic begins with an item of kind `reset`: forget what you hold of it, all of it follows.
/// `data: null` says that something is gone. `bye` says that the server shuts down: connect again.
#[utoipa::path(
    get,
    path = "/api/live",
    tag = "live",
    params(LiveQuery),
    responses((status = 200, description = "The stream", body = String, content_type = "text/event-stream"))
)]
async fn live(
    State(state): State<AppState>,
    signed: Signed,
    Params(query): Params<LiveQuery>,
) -> Result<Response, ApiError> {
    let topics = Topic::parse_all(&query.topics)?;
    for topic in &topics {
        topic.check(&state, &signed).await?;
    }
    let seat = state.live.sit_down();
    let seat = seat.ok_or_else(|| {
        ApiError::new(Code::Unavailable, "All live streams are taken: close other tabs or try again later.")
    })?;
    let (batches, underway) = tokio::sync::mpsc::channel::<String>(BATCHES_UNDERWAY);
    tokio::spawn(async move {
        let _seat = seat;
        stream::Subscriber::new(state, signed, topics, batches).run().await;
    });
    let body = ReceiverStream::new(underway).map(|text| Ok::<Bytes, std::convert::Infallible>(Bytes::from(text)));
    let mut response = Body::from_stream(body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // A proxy that buffers would turn "live" into "later".
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}
