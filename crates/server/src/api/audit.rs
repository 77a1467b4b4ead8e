//! The audit log: every fact, newest first.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use signalbox_model::event::Event;
use signalbox_model::id::Position;
use signalbox_views::AuditFilter;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::error::{ApiError, Problem};
use super::extract::{Params, Signed};
use super::filter::Pairs;
use super::page::page_rows;
use super::reads::look;
use crate::auth::Permission;
use crate::state::AppState;
use crate::wire::Fact;

/// The route of the audit log.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(read))
}

/// Which facts; all that is given must hold.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "names the parameters for the document; the handler reads them")]
struct AuditParams {
    /// Names, as in `supervisor.barged`, or what they start with, as in `supervisor.`; several with commas.
    r#type: Option<String>,
    /// Id of the person by or about whom it is.
    person: Option<String>,
    /// Id of the conversation that it is about.
    conversation: Option<String>,
    /// Before this position, for the next page.
    before: Option<u64>,
    /// Rows of a page, 1 to 500.
    limit: Option<usize>,
}

/// Facts, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct Audit {
    /// The facts.
    pub facts: Vec<Fact>,
    /// Ask again with it as `before` for the next page; none: this was the last.
    pub next: Option<u64>,
}

/// Every fact, newest first
#[utoipa::path(get, path = "/api/audit", tag = "audit", operation_id = "read_audit", security(("session" = [])), params(AuditParams),
    responses((status = 200, body = Audit), (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn read(
    State(state): State<AppState>,
    signed: Signed,
    Params(pairs): Params<Pairs>,
) -> Result<Json<Audit>, ApiError> {
    signed.require(&state, Permission::Audit, "GET /api/audit").await?;
    let mut fields = pairs.fields()?;
    let one = |field: &str, text: Option<String>| -> Result<Option<u64>, ApiError> {
        text.map(|text| text.parse().map_err(|_| ApiError::invalid(field, "must be a whole number"))).transpose()
    };
    let before = one("before", fields.take("before"))?;
    let limit =
        page_rows(one("limit", fields.take("limit"))?.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX)))?;
    let filter = AuditFilter {
        kinds: parse_kinds(fields.take("type"))?,
        person: fields.ids("person")?.pop(),
        conversation: fields.ids("conversation")?.pop(),
        before: before.map(Position),
    };
    fields.nothing_left()?;
    let found = look(&state, move |views| views.audit(&filter, limit)).await?;
    let next = (found.len() == limit).then(|| found.last().map(|fact| fact.position.0)).flatten();
    let directory = state.directory();
    Ok(Json(Audit { facts: found.iter().map(|fact| Fact::named(fact, &directory)).collect(), next }))
}

fn parse_kinds(text: Option<String>) -> Result<Vec<String>, ApiError> {
    let kinds: Vec<String> = text
        .iter()
        .flat_map(|text| text.split(','))
        .map(|kind| kind.trim().to_owned())
        .filter(|kind| !kind.is_empty())
        .collect();
    let is_known = |kind: &String| {
        Event::NAMES.iter().any(|(name, _)| name == kind || kind.ends_with('.') && name.starts_with(kind.as_str()))
    };
    match kinds.iter().find(|kind| !is_known(kind)) {
        Some(_) => Err(ApiError::invalid("type", "must be a name of docs/events.md, or its beginning up to the dot")),
        None => Ok(kinds),
    }
}
