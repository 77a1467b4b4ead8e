//! Connectors: what is reached, whether it answers, its secret, and tools that it offers.

pub mod drafts;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use signalbox_engine::directory::Directory;
use signalbox_model::id::ConnectorId;
use signalbox_model::setup::DocumentId;
use signalbox_model::setup::connector::Connector;
use signalbox_model::time::{DurationMs, Timestamp};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::parse_id;
use super::error::{ApiError, Problem};
use super::extract::{AdminOnly, Body, Signed};
use crate::ai::toolbox::CONNECTOR_SECRETS;
use crate::auth::Permission;
use crate::probes;
use crate::state::AppState;
use crate::wire::Ref;

/// Bytes of a secret.
const SECRET_BYTES_MAX: usize = 8 * 1024;

/// Every route of this file and the file below it.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(set_secret))
        .routes(routes!(probe))
        .merge(drafts::routes())
}

/// Whether a connector answers.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConnectorHealth {
    /// Whether it answered when it was asked last.
    pub ok: bool,
    /// Since when it is so.
    pub since: Timestamp,
    /// When it was asked last.
    pub probed_at: Timestamp,
    /// When it answered last; none: not since the server began.
    pub last_ok_at: Option<Timestamp>,
    /// How long the last probe took.
    pub took_ms: DurationMs,
    /// One word on why it is not well, as in `timed_out`.
    pub because: Option<String>,
}

impl From<probes::State> for ConnectorHealth {
    fn from(state: probes::State) -> ConnectorHealth {
        ConnectorHealth {
            ok: state.ok,
            since: state.since,
            probed_at: state.probed_at,
            last_ok_at: state.last_ok_at,
            took_ms: state.took_ms,
            because: state.because.map(|because| because.to_string()),
        }
    }
}

/// A connector, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConnectorRow {
    /// The document.
    pub connector: Connector,
    /// Counts up from 1.
    pub revision: u32,
    /// Who answers for it.
    pub owner: Option<Ref>,
    /// Tools that use it, by their handles.
    pub tools: Vec<Ref>,
    /// Whether it has a secret. The secret itself is never shown.
    pub has_secret: bool,
    /// Whether it answers; none: it was not asked yet. Language models are asked only by hand.
    pub health: Option<ConnectorHealth>,
}

/// Connectors.
#[derive(Debug, Serialize, ToSchema)]
pub struct Connectors {
    /// By name.
    pub connectors: Vec<ConnectorRow>,
}

/// A secret.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SecretBody {
    /// The key; none: it has none any more.
    pub secret: Option<String>,
}

/// A connector that is there and not retired.
///
/// # Errors
/// When there is none with this id.
pub(super) fn connector(directory: &Directory, text: &str) -> Result<Connector, ApiError> {
    let id: ConnectorId = parse_id(text, "connector")?;
    let found = directory.connectors.get(&id).filter(|connector| !connector.retired);
    found.map(|connector| Connector::clone(connector)).ok_or_else(|| ApiError::not_found("connector"))
}

/// Connectors with their health
#[utoipa::path(get, path = "/api/connectors", tag = "connectors", operation_id = "list_connectors", security(("session" = [])),
    responses((status = 200, body = Connectors), (status = 403, body = Problem, content_type = "application/problem+json")))]
async fn list(State(state): State<AppState>, signed: Signed) -> Result<Json<Connectors>, ApiError> {
    signed.require(&state, Permission::AiRead, "GET /api/connectors").await?;
    let secrets = state.log.secret_list_prefix(CONNECTOR_SECRETS, "").await.map_err(ApiError::internal)?;
    let secrets: Vec<String> = secrets.into_iter().map(|(id, _)| id).collect();
    let directory = state.directory();
    let row = |connector: &Connector| ConnectorRow {
        connector: connector.clone(),
        revision: directory.revision(DocumentId::Connector(connector.id)).map_or(0, |known| known.revision),
        owner: connector.owner.map(|owner| Ref::person(&directory, owner)),
        tools: directory
            .tools
            .values()
            .filter(|tool| tool.connector == connector.id && !tool.retired)
            .map(|tool| Ref { id: tool.id.to_string(), name: tool.handle.to_string() })
            .collect(),
        has_secret: secrets.contains(&connector.id.to_string()),
        health: state.probes.state(connector.id).map(ConnectorHealth::from),
    };
    let known = directory.connectors.values().filter(|connector| !connector.retired);
    let mut connectors: Vec<ConnectorRow> = known.map(|connector| row(connector)).collect();
    connectors.sort_by_key(|row| row.connector.name.to_string().to_lowercase());
    Ok(Json(Connectors { connectors }))
}

/// Set or remove the secret of a connector; it is never shown again
#[utoipa::path(post, path = "/api/connectors/{id}/secret", tag = "connectors", operation_id = "set_connector_secret", security(("session" = [])),
    params(("id" = String, Path)), request_body = SecretBody,
    responses((status = 204), (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn set_secret(
    State(state): State<AppState>,
    AdminOnly(_signed): AdminOnly,
    Path(id): Path<String>,
    Body(body): Body<SecretBody>,
) -> Result<StatusCode, ApiError> {
    let connector = connector(&state.directory(), &id)?;
    let key = connector.id.to_string();
    match body.secret.as_deref().map(str::trim) {
        Some(secret) if secret.is_empty() || secret.len() > SECRET_BYTES_MAX => {
            return Err(ApiError::invalid("secret", format!("must have 1 to {SECRET_BYTES_MAX} bytes, or be null")));
        }
        Some(secret) if secret.chars().any(|letter| letter.is_control()) => {
            return Err(ApiError::invalid("secret", "holds a line end or another character that cannot be sent"));
        }
        Some(secret) => state.log.secret_put(CONNECTOR_SECRETS, &key, secret.as_bytes()).await?,
        None => drop(state.log.secret_delete(CONNECTOR_SECRETS, &key).await?),
    }
    state.brain.tools.forget(connector.id);
    Ok(StatusCode::NO_CONTENT)
}

/// Ask a connector now whether it answers
#[utoipa::path(post, path = "/api/connectors/{id}/probe", tag = "connectors", operation_id = "probe_connector", security(("session" = [])),
    params(("id" = String, Path)),
    responses((status = 200, body = ConnectorHealth), (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn probe(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<Json<ConnectorHealth>, ApiError> {
    signed.require(&state, Permission::AiRead, "POST /api/connectors/{id}/probe").await?;
    let connector = connector(&state.directory(), &id)?;
    Ok(Json(state.probes.probe(&connector).await.into()))
}
