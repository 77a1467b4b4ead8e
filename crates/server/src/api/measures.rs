//! Numbers: what they mean, how they are now, how they were.

use std::collections::BTreeMap;
use std::str::FromStr;

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use signalbox_engine::measures::ActivitySpan;
use signalbox_model::contact::Channel;
use signalbox_model::id::PersonId;
use signalbox_model::time::{DurationMs, Timestamp};
use signalbox_views::{MeasureBy, MeasureFilter, MeasureKey, MeasureRow};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::parse_id;
use super::error::{ApiError, Problem};
use super::extract::Params;
use super::filter::{Fields, Pairs};
use super::reader::Reader;
use super::reads::look;
use crate::auth::Permission;
use crate::state::AppState;
use crate::wire::measured::{day_start, day_starts, values};
use crate::wire::{Definition, Measured, Ref, definitions};

/// The short live window.
const WINDOW_30M: DurationMs = DurationMs::seconds(30 * 60);
/// How conversations came about.
const ORIGINS: &str = "native, ingested, imported, replayed or simulated";
/// Rows that one answer holds at most: intervals times keys.
const INTERVALS_MAX: usize = 2_000;
/// Longest time that is looked back on.
const RANGE_MAX: DurationMs = DurationMs::seconds(3 * 366 * 24 * 3_600);

/// Every route of numbers.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(read_definitions))
        .routes(routes!(live))
        .routes(routes!(history))
        .routes(routes!(activity))
}

/// Every definition.
#[derive(Debug, Serialize, ToSchema)]
pub struct Definitions {
    /// In the order in which screens list them.
    pub definitions: Vec<Definition>,
}

/// Numbers of one queue, person or channel, over one interval.
#[derive(Debug, Serialize, ToSchema)]
pub struct Numbers {
    /// Of which; none: of everything, or of conversations that never were in a queue.
    pub key: Option<Ref>,
    /// When the interval began; none for a live window.
    pub interval_start: Option<Timestamp>,
    /// The numbers by name.
    pub values: BTreeMap<String, Measured>,
}

/// Numbers.
#[derive(Debug, Serialize, ToSchema)]
pub struct NumbersList {
    /// The rows, by interval, then by key.
    pub rows: Vec<Numbers>,
}

/// Live numbers of what.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "names the parameters for the document; the handler reads them")]
struct LiveParams {
    /// `queue` (the default), `agent`, `channel`, `all`.
    by: Option<String>,
    /// `today` (the default) or `30m`.
    window: Option<String>,
    /// Only these origins.
    origin: Option<String>,
}

/// Numbers of the past of what.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "names the parameters for the document; the handler reads them")]
struct HistoryParams {
    /// `all` (the default), `queue`, `agent`, `channel`.
    by: Option<String>,
    /// `15m`, `1h`, `1d` (days of the floor's time zone), or `all` for one row over the whole time.
    interval: Option<String>,
    /// From when, milliseconds; the beginning of today if left out.
    from: Option<i64>,
    /// Until when, milliseconds; now if left out.
    to: Option<i64>,
    /// Only this queue.
    queue: Option<String>,
    /// Only this channel.
    channel: Option<String>,
    /// Only these origins.
    origin: Option<String>,
    /// Only this person.
    agent: Option<String>,
}

/// What every number means
#[utoipa::path(get, path = "/api/measures/definitions", tag = "measures", operation_id = "read_definitions", security(("session" = []), ("token" = [])),
    responses((status = 200, body = Definitions)))]
async fn read_definitions(_: Reader) -> Json<Definitions> {
    Json(Definitions { definitions: definitions() })
}

fn parse_by(text: Option<String>, default: MeasureBy) -> Result<MeasureBy, ApiError> {
    Ok(match text.as_deref() {
        None => default,
        Some("all") => MeasureBy::All,
        Some("queue") => MeasureBy::Queue,
        Some("agent") => MeasureBy::Agent,
        Some("channel") => MeasureBy::Channel,
        Some(_) => return Err(ApiError::invalid("by", "must be all, queue, agent or channel")),
    })
}

/// Numbers of now
#[utoipa::path(get, path = "/api/measures/live", tag = "measures", operation_id = "read_live_measures", security(("session" = []), ("token" = [])), params(LiveParams),
    responses((status = 200, body = NumbersList), (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn live(
    State(state): State<AppState>,
    reader: Reader,
    Params(pairs): Params<Pairs>,
) -> Result<Json<NumbersList>, ApiError> {
    reader.require(&state, Permission::Measures, "GET /api/measures/live").await?;
    let mut fields = pairs.fields()?;
    let by = parse_by(fields.take("by"), MeasureBy::Queue)?;
    let now = state.clock.now();
    let (from, window) = match fields.take("window").as_deref() {
        None | Some("today") => (day_start(&state.directory(), now), "today"),
        Some("30m") => (now.minus(WINDOW_30M), "last 30 minutes"),
        Some(_) => return Err(ApiError::invalid("window", "must be today or 30m")),
    };
    let filter = MeasureFilter { origins: fields.words("origin", ORIGINS)?, ..MeasureFilter::default() };
    fields.nothing_left()?;
    let found = look(&state, move |views| views.measures(by, &[from, now], &filter, now)).await?;
    let live = found.into_iter().map(|row| (row.key, None, row.tally));
    Ok(Json(NumbersList { rows: filled(&state, by, live, window) }))
}

/// Rows with names; every queue or channel has one, also where nothing happened.
fn filled(
    state: &AppState,
    by: MeasureBy,
    found: impl Iterator<Item = (MeasureKey, Option<Timestamp>, signalbox_engine::measures::Tally)>,
    window: &str,
) -> Vec<Numbers> {
    let directory = state.directory();
    let mut by_key: BTreeMap<MeasureKey, signalbox_engine::measures::Tally> =
        found.map(|(key, _, tally)| (key, tally)).collect();
    let always: Vec<MeasureKey> = match by {
        MeasureBy::All => vec![MeasureKey::All],
        MeasureBy::Queue => directory
            .queues
            .values()
            .filter(|queue| !queue.retired)
            .map(|queue| MeasureKey::Queue(Some(queue.id)))
            .collect(),
        MeasureBy::Channel => Channel::ALL.into_iter().map(MeasureKey::Channel).collect(),
        MeasureBy::Agent | MeasureBy::Origin => Vec::new(),
    };
    for key in always {
        by_key.entry(key).or_insert_with(|| by.nothing());
    }
    let row =
        |(key, tally)| Numbers { key: key_ref(key, &directory), interval_start: None, values: values(&tally, window) };
    let mut rows: Vec<Numbers> = by_key.into_iter().map(row).collect();
    rows.sort_by(|a, b| a.key.as_ref().map(|key| &key.name).cmp(&b.key.as_ref().map(|key| &key.name)));
    rows
}

fn key_ref(key: MeasureKey, directory: &signalbox_engine::directory::Directory) -> Option<Ref> {
    match key {
        MeasureKey::All | MeasureKey::Queue(None) => None,
        MeasureKey::Queue(Some(id)) => Some(Ref::queue(directory, id)),
        MeasureKey::Agent(id) => Some(Ref::person(directory, id)),
        MeasureKey::Channel(channel) => {
            Some(Ref { id: channel.as_str().to_owned(), name: crate::words::names::channel(channel).to_owned() })
        }
        MeasureKey::Origin(origin) => Some(Ref { id: origin.as_str().to_owned(), name: origin.as_str().to_owned() }),
    }
}

/// Numbers of the past
#[utoipa::path(get, path = "/api/measures/history", tag = "measures", operation_id = "read_measures_history", security(("session" = []), ("token" = [])),
    params(HistoryParams),
    responses((status = 200, body = NumbersList), (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn history(
    State(state): State<AppState>,
    reader: Reader,
    Params(pairs): Params<Pairs>,
) -> Result<Json<NumbersList>, ApiError> {
    reader.require(&state, Permission::Measures, "GET /api/measures/history").await?;
    let mut fields = pairs.fields()?;
    let by = parse_by(fields.take("by"), MeasureBy::All)?;
    let interval = fields.take("interval");
    let now = state.clock.now();
    let (from, to) = parse_range(&state, &mut fields, now)?;
    let filter = MeasureFilter {
        queue: fields.ids("queue")?.pop(),
        channel: fields.words("channel", "webchat, messaging, voice or email")?.pop(),
        origins: fields.words("origin", ORIGINS)?,
        person: fields.ids("agent")?.pop(),
    };
    fields.nothing_left()?;
    let bounds = bounds(&state, interval.as_deref(), from, to)?;
    let window = interval.unwrap_or_else(|| "1h".to_owned());
    let rows = look(&state, move |views| views.measures(by, &bounds, &filter, now)).await?;
    if window == "all" {
        let whole = rows.into_iter().map(|row| (row.key, Some(row.interval_start), row.tally));
        return Ok(Json(NumbersList { rows: filled(&state, by, whole, "the whole time") }));
    }
    let directory = state.directory();
    let row = |row: MeasureRow| Numbers {
        key: key_ref(row.key, &directory),
        interval_start: Some(row.interval_start),
        values: values(&row.tally, &window),
    };
    Ok(Json(NumbersList { rows: rows.into_iter().map(row).collect() }))
}

fn parse_instant(fields: &mut Fields, name: &str) -> Result<Option<Timestamp>, ApiError> {
    let Some(text) = fields.take(name) else { return Ok(None) };
    i64::from_str(&text)
        .map(|ms| Some(Timestamp(ms)))
        .map_err(|_| ApiError::invalid(name, "must be milliseconds since 1970"))
}

fn parse_range(state: &AppState, fields: &mut Fields, now: Timestamp) -> Result<(Timestamp, Timestamp), ApiError> {
    let to = parse_instant(fields, "to")?.unwrap_or(now);
    let from = match parse_instant(fields, "from")? {
        Some(from) => from,
        None => day_start(&state.directory(), to),
    };
    if from >= to {
        return Err(ApiError::invalid("from", "must be before `to`"));
    }
    if to.since(from) > RANGE_MAX {
        return Err(ApiError::invalid("from", "must be at most three years before `to`"));
    }
    Ok((from, to))
}

/// Where intervals begin, and where the last one ends.
fn bounds(
    state: &AppState,
    interval: Option<&str>,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<Timestamp>, ApiError> {
    let steps = |step: i64| -> Vec<Timestamp> {
        let first = from.0.div_euclid(step) * step;
        (0..=INTERVALS_MAX as i64)
            .map(|index| first + index * step)
            .take_while(|at| *at < to.0)
            .map(Timestamp)
            .collect()
    };
    let mut bounds = match interval {
        Some("15m") => steps(900_000),
        None | Some("1h") => steps(3_600_000),
        Some("1d") => day_starts(&state.directory(), from, to, INTERVALS_MAX),
        Some("all") => vec![from],
        Some(_) => return Err(ApiError::invalid("interval", "must be 15m, 1h, 1d or all")),
    };
    if bounds.len() > INTERVALS_MAX {
        return Err(ApiError::invalid(
            "interval",
            format!("gives more than {INTERVALS_MAX} intervals: choose a longer one or a shorter time"),
        ));
    }
    bounds.push(to);
    Ok(bounds)
}

/// A stretch of a person's time.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActivityRow {
    /// When it began.
    pub from: Timestamp,
    /// When it ended; none: it goes on.
    pub to: Option<Timestamp>,
    /// `on_conversation`, `wrap_up`, `offered`, `available`, `away`, `not_responding` or `offline`.
    pub kind: String,
    /// Conversations held at once.
    pub conversations: u32,
    /// Why away.
    pub reason: Option<String>,
}

/// What a person did with their time.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActivityTimeline {
    /// The stretches, oldest first.
    pub spans: Vec<ActivityRow>,
    /// Milliseconds by kind.
    pub totals: BTreeMap<String, u64>,
}

/// From when until when.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "names the parameters for the document; the handler reads them")]
struct RangeParams {
    /// From when, milliseconds; the beginning of today if left out.
    from: Option<i64>,
    /// Until when, milliseconds; now if left out.
    to: Option<i64>,
}

/// What a person did with their time; everybody may see their own
#[utoipa::path(get, path = "/api/people/{id}/activity", tag = "measures", operation_id = "read_activity", security(("session" = []), ("token" = [])),
    params(("id" = String, Path), RangeParams),
    responses((status = 200, body = ActivityTimeline), (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn activity(
    State(state): State<AppState>,
    reader: Reader,
    Path(id): Path<String>,
    Params(pairs): Params<Pairs>,
) -> Result<Json<ActivityTimeline>, ApiError> {
    let person: PersonId = parse_id(&id, "person")?;
    let is_known = state.directory().people.contains_key(&person);
    if !is_known || reader.person() != Some(person) && !reader.may(Permission::Measures) {
        return Err(ApiError::not_found("person"));
    }
    let mut fields = pairs.fields()?;
    let now = state.clock.now();
    let (from, to) = parse_range(&state, &mut fields, now)?;
    fields.nothing_left()?;
    let spans = look(&state, move |views| views.timeline(person, from, to, now)).await?;
    let mut totals: BTreeMap<String, u64> = BTreeMap::new();
    for span in &spans {
        *totals.entry(span.load.activity().as_str().to_owned()).or_default() += span.length().0;
    }
    Ok(Json(ActivityTimeline { spans: spans.iter().map(|span| activity_row(span, now)).collect(), totals }))
}

fn activity_row(span: &ActivitySpan, now: Timestamp) -> ActivityRow {
    ActivityRow {
        from: span.from,
        to: (span.until < now).then_some(span.until),
        kind: span.load.activity().as_str().to_owned(),
        conversations: span.load.engaged(),
        reason: span.load.reason.as_ref().map(ToString::to_string),
    }
}
