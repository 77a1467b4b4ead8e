//! `/api/system`, `/healthz`, `/readyz`, `/metrics`.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Serialize;
use signalbox_eventlog::EventLog;
use signalbox_model::id::Position;
use signalbox_model::time::Timestamp;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::error::ApiError;
use super::extract::Signed;
use crate::state::AppState;
use crate::telemetry;

/// Facts that the views may be behind before the server is not ready.
const BEHIND_MAX: u64 = 10_000;

/// What the program says about itself.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(system))
}

/// Addresses for machines; they are no part of the API.
pub fn machine_routes() -> axum::Router<AppState> {
    axum::Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
}

/// The store.
#[derive(Debug, Serialize, ToSchema)]
struct Store {
    /// Facts in the log.
    events: u64,
    /// Bytes of the log on disk.
    bytes: u64,
}

/// This server.
#[derive(Debug, Serialize, ToSchema)]
struct System {
    /// The version of the program.
    version: &'static str,
    /// How long it has been running.
    uptime_ms: u64,
    /// The last fact in the log.
    #[schema(value_type = u64)]
    position: Position,
    /// The store.
    store: Store,
    /// Whether this is a demonstration.
    demo: bool,
    /// The server's clock.
    clock_at: Timestamp,
}

/// What this server is
#[utoipa::path(get, path = "/api/system", tag = "system", responses((status = 200, body = System)))]
async fn system(State(state): State<AppState>, _: Signed) -> Result<Json<System>, ApiError> {
    let now = state.clock.now();
    let data = state.config.data.clone();
    let bytes = tokio::task::spawn_blocking(move || folder_bytes(&data)).await.map_err(ApiError::internal)?;
    let head = state.log.head();
    Ok(Json(System {
        version: env!("CARGO_PKG_VERSION"),
        uptime_ms: now.since(state.started_at).0,
        position: head,
        store: Store { events: head.0, bytes },
        demo: state.config.demo,
        clock_at: now,
    }))
}

fn folder_bytes(folder: &std::path::Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    entries
        .flatten()
        .filter_map(|entry| entry.metadata().ok())
        .filter(std::fs::Metadata::is_file)
        .map(|file| file.len())
        .sum()
}

/// Whether the server does its work: the log is writable, the decider and the views are not far behind.
async fn ready(State(state): State<AppState>) -> Response {
    let head = state.log.head();
    let mut problems = Vec::new();
    if let Some(trouble) = state.health.current() {
        problems.push(format!("deciding has stopped: {trouble}"));
    }
    let parts = [
        ("the decider", state.settled.through()),
        ("the floor", state.standing.position()),
        ("the views", state.views_position()),
    ];
    for (what, at) in parts {
        let behind = head.0.saturating_sub(at.0);
        if behind > BEHIND_MAX {
            problems.push(format!("{what}: {behind} facts behind, catching up"));
        }
    }
    if state.stop.is_cancelled() {
        problems.push("shutting down".to_owned());
    }
    match problems.is_empty() {
        true => (StatusCode::OK, "ready\n").into_response(),
        false => (StatusCode::SERVICE_UNAVAILABLE, problems.join("\n") + "\n").into_response(),
    }
}

async fn metrics() -> Response {
    let mut response = telemetry::render_metrics().into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; version=0.0.4"));
    response
}
