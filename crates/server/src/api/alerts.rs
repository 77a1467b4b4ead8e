//! Alerts: what is wrong, who has it, what was done.

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use signalbox_model::event::Event;
use signalbox_model::event::alert::{AlertAct, AlertActAsked};
use signalbox_model::id::PersonId;
use signalbox_model::limits::{ALERTS_OPEN_MAX, PAGE_ROWS_MAX};
use signalbox_model::time::DurationMs;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::{Answer, ask, wish};
use super::error::{ApiError, Problem};
use super::extract::{Body, Params, Signed};
use super::page::page_rows;
use super::reader::Reader;
use super::reads::look;
use crate::auth::Permission;
use crate::state::AppState;
use crate::wire::{AlertRow, alert_row};

/// Longest time that an alert is put off.
const SNOOZE_MINUTES_MAX: u32 = 24 * 60;

/// Every route of alerts.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(read))
        .routes(routes!(acknowledge))
        .routes(routes!(snooze))
        .routes(routes!(own))
        .routes(routes!(dismiss))
}

/// Which alerts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlertsState {
    /// Those that are not over.
    #[default]
    Open,
    /// All there were.
    All,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct AlertParams {
    /// `open` (the default) or `all`.
    #[serde(default)]
    #[param(inline)]
    state: AlertsState,
    /// Only those with a smaller number, for the next page.
    before: Option<u64>,
    /// Rows of a page, 1 to 500.
    limit: Option<usize>,
}

/// Alerts, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct AlertList {
    /// The rows.
    pub alerts: Vec<AlertRow>,
    /// Ask again with it as `before` for the next page; none: this was the last.
    pub next: Option<u64>,
}

/// For how long.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SnoozeBody {
    /// 1 to 1,440.
    #[schema(minimum = 1, maximum = 1440)]
    pub minutes: u32,
}

/// To whom.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnBody {
    /// The person.
    pub person: PersonId,
}

/// Alerts, newest first
#[utoipa::path(get, path = "/api/alerts", tag = "alerts", operation_id = "list_alerts", security(("session" = []), ("token" = [])), params(AlertParams),
    responses((status = 200, body = AlertList), (status = 403, body = Problem, content_type = "application/problem+json")))]
async fn list(
    State(state): State<AppState>,
    reader: Reader,
    Params(query): Params<AlertParams>,
) -> Result<Json<AlertList>, ApiError> {
    reader.require(&state, Permission::Alerts, "GET /api/alerts").await?;
    let only_open = query.state == AlertsState::Open;
    let limit = match (query.limit, only_open) {
        (None, true) => ALERTS_OPEN_MAX,
        (limit, _) => page_rows(limit)?,
    };
    let rows = look(&state, move |views| views.alerts(only_open, query.before, limit)).await?;
    let next = (rows.len() == limit.min(PAGE_ROWS_MAX)).then(|| rows.last().map(|row| row.number)).flatten();
    let directory = state.directory();
    let now = state.clock.now();
    Ok(Json(AlertList { alerts: rows.iter().map(|row| alert_row(row, &directory, now)).collect(), next }))
}

fn parse_number(text: &str) -> Result<u64, ApiError> {
    text.parse().map_err(|_| ApiError::not_found("alert"))
}

/// One alert with its history
#[utoipa::path(get, path = "/api/alerts/{number}", tag = "alerts", operation_id = "read_alert", security(("session" = []), ("token" = [])),
    params(("number" = u64, Path)),
    responses((status = 200, body = AlertRow), (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn read(
    State(state): State<AppState>,
    reader: Reader,
    Path(number): Path<String>,
) -> Result<Json<AlertRow>, ApiError> {
    reader.require(&state, Permission::Alerts, "GET /api/alerts/{number}").await?;
    let number = parse_number(&number)?;
    let row = look(&state, move |views| views.alert(number)).await?.ok_or_else(|| ApiError::not_found("alert"))?;
    Ok(Json(alert_row(&row, &state.directory(), state.clock.now())))
}

async fn act(state: &AppState, signed: &Signed, number: &str, act: AlertAct, route: &str) -> Result<Answer, ApiError> {
    signed.require(state, Permission::Alerts, route).await?;
    let alert = parse_number(number)?;
    let event = Event::AlertActAsked(AlertActAsked { alert, person: signed.person, act });
    ask(state, signed.actor(), signed.command, wish(event)).await
}

/// Say that you have seen it and are on it
#[utoipa::path(post, path = "/api/alerts/{number}/acknowledge", tag = "alerts", operation_id = "acknowledge_alert", security(("session" = [])),
    params(("number" = u64, Path)),
    responses((status = 200, body = Answer), (status = 202, body = Answer),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`refused`: it is over")))]
async fn acknowledge(
    State(state): State<AppState>,
    signed: Signed,
    Path(number): Path<String>,
) -> Result<Answer, ApiError> {
    act(&state, &signed, &number, AlertAct::Acknowledge, "POST /api/alerts/{number}/acknowledge").await
}

/// Put it off
#[utoipa::path(post, path = "/api/alerts/{number}/snooze", tag = "alerts", operation_id = "snooze_alert", security(("session" = [])),
    params(("number" = u64, Path)), request_body = SnoozeBody,
    responses((status = 200, body = Answer), (status = 202, body = Answer),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`refused`: it is over"),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn snooze(
    State(state): State<AppState>,
    signed: Signed,
    Path(number): Path<String>,
    Body(body): Body<SnoozeBody>,
) -> Result<Answer, ApiError> {
    if !(1..=SNOOZE_MINUTES_MAX).contains(&body.minutes) {
        return Err(ApiError::invalid("minutes", format!("must be 1 to {SNOOZE_MINUTES_MAX}")));
    }
    let until = state.clock.now().plus(DurationMs::seconds(u64::from(body.minutes) * 60));
    act(&state, &signed, &number, AlertAct::Snooze { until }, "POST /api/alerts/{number}/snooze").await
}

/// Give it to a person
#[utoipa::path(post, path = "/api/alerts/{number}/own", tag = "alerts", operation_id = "own_alert", security(("session" = [])),
    params(("number" = u64, Path)), request_body = OwnBody,
    responses((status = 200, body = Answer), (status = 202, body = Answer),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`refused`")))]
async fn own(
    State(state): State<AppState>,
    signed: Signed,
    Path(number): Path<String>,
    Body(body): Body<OwnBody>,
) -> Result<Answer, ApiError> {
    act(&state, &signed, &number, AlertAct::Own { owner: body.person }, "POST /api/alerts/{number}/own").await
}

/// Close it by hand: it was not worth an alert
#[utoipa::path(post, path = "/api/alerts/{number}/dismiss", tag = "alerts", operation_id = "dismiss_alert", security(("session" = [])),
    params(("number" = u64, Path)),
    responses((status = 200, body = Answer), (status = 202, body = Answer),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`refused`: it is over")))]
async fn dismiss(
    State(state): State<AppState>,
    signed: Signed,
    Path(number): Path<String>,
) -> Result<Answer, ApiError> {
    act(&state, &signed, &number, AlertAct::Dismiss, "POST /api/alerts/{number}/dismiss").await
}
