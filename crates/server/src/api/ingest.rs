//! Events of the stack that a centre already has. Each event is judged by itself: good ones go in, bad ones are told.

use std::collections::HashMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, header};
use futures_util::{StreamExt, stream};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use signalbox_adapters::derived::Namespace;
use signalbox_adapters::fields::Reject;
use signalbox_adapters::import::{lines, record};
use signalbox_adapters::{ingest, words};
use signalbox_model::contact::{Actor, Origin};
use signalbox_model::limits::{BODY_BYTES_MAX, INGEST_EVENTS_MAX};
use signalbox_model::setup::people::TokenScope;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::error::{ApiError, Code, Problem};
use super::extract::{Params, TokenAuth, body_error, parse_json};
use super::stops::unregistered::refused_writer;
use crate::channels::reports::{ReportError, Reporter, Taken, queue_named};
use crate::state::AppState;

/// Conversations of one request that are worked on at once; the log writes them together.
const AT_ONCE: usize = 32;
/// Where the records of an import go that names no source.
const SOURCE: &str = "import";
/// Bytes of one import request: a record may be as long as a line of a file.
pub const IMPORT_BODY_BYTES_MAX: usize = signalbox_model::limits::IMPORT_LINE_BYTES_MAX + BODY_BYTES_MAX;

/// Every route of ingest.
pub fn routes() -> OpenApiRouter<AppState> {
    let records = OpenApiRouter::new()
        .routes(routes!(conversations))
        .layer(axum::extract::DefaultBodyLimit::max(IMPORT_BODY_BYTES_MAX));
    OpenApiRouter::new().routes(routes!(events)).merge(records)
}

/// One thing that was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Rejected {
    /// Its place in the request, from 0.
    pub index: usize,
    /// One word for programs.
    pub code: String,
    /// What is wrong and what would be right.
    pub detail: String,
}

/// What became of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IngestAnswer {
    /// New and taken.
    pub accepted: usize,
    /// Taken before; nothing was added.
    pub repeated: usize,
    /// Not taken, each with its reason. Correct them and send them again.
    pub rejected: Vec<Rejected>,
    /// Taken, and something about them was changed.
    pub notes: Vec<Rejected>,
}

/// Events as JSON. As `application/x-ndjson`: one event a line.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Envelope {
    /// Events, at most 500. Which fields each has: docs/ingest.md.
    #[schema(value_type = Vec<Object>, max_items = 500)]
    events: Vec<Value>,
}

/// What one request brings: values, or why there is none.
type Pieces = Vec<Result<Value, Reject>>;

fn pieces(headers: &HeaderMap, body: &Bytes) -> Result<Pieces, ApiError> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let pieces: Pieces = match kind {
        "application/x-ndjson" => body
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.iter().all(u8::is_ascii_whitespace))
            .map(lines::parse)
            .collect(),
        "application/json" if body.trim_ascii_start().starts_with(b"[") => {
            parse_json::<Vec<Value>>(body)?.into_iter().map(Ok).collect()
        }
        "application/json" => parse_json::<Envelope>(body)?.events.into_iter().map(Ok).collect(),
        _ => {
            return Err(ApiError::new(
                Code::MediaType,
                "Send `content-type: application/json`, or application/x-ndjson with one object a line.",
            ));
        }
    };
    if pieces.len() > INGEST_EVENTS_MAX {
        return Err(ApiError::new(
            Code::TooLarge,
            format!("{} objects came and {INGEST_EVENTS_MAX} are taken at once: send them in parts.", pieces.len()),
        ));
    }
    Ok(pieces)
}

/// Takes events of another system's conversations: idempotent by their ids, in any order.
#[utoipa::path(post, path = "/api/ingest/events", tag = "ingest", operation_id = "ingest_events", request_body = Envelope,
    responses((status = 200, description = "Each event apart: look at `rejected`.", body = IngestAnswer), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 413, body = Problem), (status = 415, body = Problem)))]
pub async fn events(
    State(state): State<AppState>,
    token: Result<TokenAuth, ApiError>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<IngestAnswer>, ApiError> {
    let token = known_writer(&state, token, &body).await?;
    token.require(&state, TokenScope::Ingest, "POST /api/ingest/events").await?;
    let pieces = pieces(&headers, &body.map_err(body_error)?)?;
    let now = state.clock.now();
    let mut answer = IngestAnswer::default();
    // Events of one conversation stay in their order; conversations go side by side.
    let mut groups: HashMap<String, Vec<(usize, ingest::Report)>> = HashMap::new();
    for (index, piece) in pieces.into_iter().enumerate() {
        match piece.and_then(|value| ingest::parse(&value, now)) {
            Ok(report) => groups.entry(report.conversation.clone()).or_default().push((index, report)),
            Err(error) => answer.rejected.push(rejected(index, error.code, error.detail)),
        }
    }
    let reporter = reporter(&state, token.actor(), Namespace::of_token(token.token), Origin::Ingested);
    let results =
        stream::iter(groups.into_values()).map(|group| take_group(&state, &reporter, group)).buffer_unordered(AT_ONCE);
    let results: Vec<Vec<One>> = results.collect().await;
    for one in results.into_iter().flatten() {
        answer.count(one)?;
    }
    answer.sort();
    Ok(Json(answer))
}

/// The token, if it is known. A writer without one is refused and listed as AI that nobody registered.
async fn known_writer(
    state: &AppState,
    token: Result<TokenAuth, ApiError>,
    body: &Result<Bytes, BytesRejection>,
) -> Result<TokenAuth, ApiError> {
    if let (Err(refused), Ok(body)) = (&token, body)
        && refused.code() == Code::UnknownToken
    {
        refused_writer(state, body).await;
    }
    token
}

/// One object with what became of it.
struct One {
    index: usize,
    adjusted: bool,
    left_out: usize,
    taken: Result<Taken, ReportError>,
}

async fn take_group(state: &AppState, reporter: &Reporter<'_>, group: Vec<(usize, ingest::Report)>) -> Vec<One> {
    let mut ones = Vec::with_capacity(group.len());
    for (index, report) in group {
        let taken = reporter.take(&report, |name| queue_named(&state.directory(), name)).await;
        ones.push(One { index, adjusted: report.adjusted, left_out: 0, taken });
    }
    ones
}

impl IngestAnswer {
    /// Counts one. A failure of ours fails the request: what went in already is passed over when it is sent again.
    fn count(&mut self, one: One) -> Result<(), ApiError> {
        let taken = match one.taken {
            Ok(taken) => taken,
            Err(error) if error.is_erased() => {
                self.rejected.push(rejected(
                    one.index,
                    "erased",
                    "the customer was erased here: nothing is kept for them again",
                ));
                return Ok(());
            }
            Err(ReportError::Command(error)) => return Err(error.into()),
            Err(ReportError::Read(error)) => return Err(error.into()),
        };
        if taken.repeated {
            self.repeated += 1;
        } else {
            self.accepted += 1;
        }
        if one.adjusted {
            self.notes.push(rejected(
                one.index,
                "clock_ahead",
                "`at` lay in the future and was set to the time of arrival: set the sender's clock",
            ));
        }
        if taken.unknown_queue {
            self.notes.push(rejected(
                one.index,
                "unknown_queue",
                "the queue is not known here and was left out: make it in setup, or correct its name",
            ));
        }
        if one.left_out > 0 {
            self.notes.push(rejected(
                one.index,
                "turns_left_out",
                format!("{} turns beyond the limit of a conversation were left out", one.left_out),
            ));
        }
        Ok(())
    }

    fn sort(&mut self) {
        self.rejected.sort_by_key(|rejected| rejected.index);
        self.notes.sort_by_key(|note| note.index);
    }
}

fn rejected(index: usize, code: &str, detail: impl Into<String>) -> Rejected {
    Rejected { index, code: code.to_owned(), detail: detail.into() }
}

fn reporter(state: &AppState, actor: Actor, names: Namespace, origin: Origin) -> Reporter<'_> {
    Reporter { log: &state.log, commands: &state.commands, actor, names, origin }
}

/// From where the records are.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SourceQuery {
    /// A word; ids of two sources never meet.
    source: Option<String>,
}

/// Takes whole conversations that are over, as `signalbox import` sends them: objects of the import schema, one a line.
#[utoipa::path(post, path = "/api/ingest/conversations", tag = "ingest", operation_id = "ingest_conversations", params(SourceQuery),
    request_body(content = String, content_type = "application/x-ndjson", description = "Objects of the import schema (docs/import.md), one a line, at most 500."),
    responses((status = 200, description = "Each conversation apart: look at `rejected`.", body = IngestAnswer), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 413, body = Problem), (status = 415, body = Problem)))]
pub async fn conversations(
    State(state): State<AppState>,
    token: Result<TokenAuth, ApiError>,
    Params(query): Params<SourceQuery>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<IngestAnswer>, ApiError> {
    let token = known_writer(&state, token, &body).await?;
    token.require(&state, TokenScope::Ingest, "POST /api/ingest/conversations").await?;
    let source = query.source.as_deref().unwrap_or(SOURCE);
    let source = words::slug(source).ok_or_else(|| ApiError::invalid("source", "must be a word without blanks"))?;
    let pieces = pieces(&headers, &body.map_err(body_error)?)?;
    let now = state.clock.now();
    let mut answer = IngestAnswer::default();
    let reporter = reporter(&state, token.actor(), Namespace::of_import(source.as_str()), Origin::Imported);
    let mut records = Vec::with_capacity(pieces.len());
    for (index, piece) in pieces.into_iter().enumerate() {
        match piece.and_then(|value| record::parse(&value, now)) {
            Ok(record) => records.push((index, record)),
            Err(error) => answer.rejected.push(rejected(index, error.code, error.detail)),
        }
    }
    // Who is found by an identity may be made by the record before: those wait for one another.
    let (plain, known): (Vec<_>, Vec<_>) = records
        .into_iter()
        .partition(|(_, record)| record.opening.identities.iter().all(|identity| identity.lookup("").is_none()));
    let plain = stream::iter(plain).map(|one| take_record(&state, &reporter, one)).buffer_unordered(AT_ONCE);
    let known = stream::iter(known).then(|one| take_record(&state, &reporter, one));
    for one in stream::select(plain, known).collect::<Vec<One>>().await {
        answer.count(one)?;
    }
    answer.sort();
    Ok(Json(answer))
}

async fn take_record(state: &AppState, reporter: &Reporter<'_>, (index, record): (usize, record::Record)) -> One {
    let queue = record.opening.queue.as_deref().and_then(|name| queue_named(&state.directory(), name));
    let taken = reporter.take_record(&record, queue).await;
    One { index, adjusted: false, left_out: record.left_out, taken }
}
