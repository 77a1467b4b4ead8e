//! Rows that leave the system: streamed, with exactly the filters of the list.

mod columns;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use signalbox_model::event::access::ExportMade;
use signalbox_model::event::{Event, NewEvent};
use signalbox_model::limits::EXPORT_ROWS_MAX;
use signalbox_views::ViewsError;
use tokio::sync::mpsc;
use tokio_stream::StreamExt as _;
use tokio_stream::wrappers::ReceiverStream;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::error::{ApiError, Problem};
use super::extract::Params;
use super::filter::{Filter, FilterParams, Pairs, parse_filter};
use super::reader::Reader;
use super::reads::look;
use crate::auth::Permission;
use crate::state::AppState;
use crate::wire::{SegmentRow, conversation_row, segment_row};
use columns::{CONVERSATION_COLUMNS, SEGMENT_COLUMNS, conversation_cells, csv_line, segment_cells};

/// Bytes that are sent together.
const CHUNK_BYTES: usize = 64 * 1024;
/// Chunks made before the reader has taken them.
const CHUNKS_AHEAD: usize = 4;

/// Every route of exports.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(conversations)).routes(routes!(segments))
}

/// The form of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// For spreadsheets.
    Csv,
    /// One JSON object a line, the same as a row of the list.
    Jsonl,
}

/// In which form.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "names the parameter for the document; the handler reads it")]
struct FormatParams {
    /// `csv` (the default) or `jsonl`.
    format: Option<String>,
}

/// A segment with its conversation, as JSONL holds it.
#[derive(Serialize)]
struct ExportedSegment {
    conversation: String,
    #[serde(flatten)]
    segment: SegmentRow,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Conversations,
    Segments,
}

/// Conversations as a file
#[utoipa::path(get, path = "/api/export/conversations", tag = "export", operation_id = "export_conversations", security(("session" = []), ("token" = [])),
    params(FilterParams, FormatParams),
    responses((status = 200, description = "One row per conversation; `x-total-rows` says how many", content_type = "text/csv", body = String),
        (status = 403, body = Problem, content_type = "application/problem+json"), (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn conversations(
    State(state): State<AppState>,
    reader: Reader,
    Params(pairs): Params<Pairs>,
) -> Result<Response, ApiError> {
    reader.require(&state, Permission::Export, "GET /api/export/conversations").await?;
    export(state, reader, pairs, What::Conversations).await
}

/// Segments of conversations as a file
#[utoipa::path(get, path = "/api/export/segments", tag = "export", operation_id = "export_segments", security(("session" = []), ("token" = [])),
    params(FilterParams, FormatParams),
    responses((status = 200, description = "One row per segment; `x-total-rows` says how many", content_type = "text/csv", body = String),
        (status = 403, body = Problem, content_type = "application/problem+json"), (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn segments(
    State(state): State<AppState>,
    reader: Reader,
    Params(pairs): Params<Pairs>,
) -> Result<Response, ApiError> {
    reader.require(&state, Permission::Export, "GET /api/export/segments").await?;
    export(state, reader, pairs, What::Segments).await
}

async fn export(state: AppState, reader: Reader, pairs: Pairs, what: What) -> Result<Response, ApiError> {
    let mut fields = pairs.fields()?;
    let mut filter = parse_filter(&mut fields)?;
    reader.narrow(&mut filter)?;
    let format = match fields.take("format").as_deref() {
        None | Some("csv") => Format::Csv,
        Some("jsonl") => Format::Jsonl,
        Some(_) => return Err(ApiError::invalid("format", "must be csv or jsonl")),
    };
    fields.nothing_left()?;
    let counted = filter.clone();
    let rows = look(&state, move |views| count(views, &counted, what)).await?;
    // The fact comes first: rows must not leave without a trace because the browser went away.
    let name = match (what, format) {
        (What::Conversations, Format::Csv) => "conversations csv",
        (What::Conversations, Format::Jsonl) => "conversations jsonl",
        (What::Segments, Format::Csv) => "segments csv",
        (What::Segments, Format::Jsonl) => "segments jsonl",
    };
    let made =
        Event::ExportMade(ExportMade { person: reader.person(), token: reader.token(), what: name.to_owned(), rows });
    state.commands.submit(reader.actor(), None, vec![NewEvent::now(made)]).await?;
    let (chunks, taken) = mpsc::channel::<Result<Bytes, std::io::Error>>(CHUNKS_AHEAD);
    tokio::task::spawn_blocking(move || write_rows(&state, &filter, what, format, &chunks));
    Ok((headers(name, format, rows), Body::from_stream(ReceiverStream::new(taken).map(|chunk| chunk))).into_response())
}

fn count(views: &signalbox_views::Reader, filter: &Filter, what: What) -> Result<u64, ViewsError> {
    match what {
        What::Conversations => {
            Ok(views.conversations(&filter.views, filter.sort, None, 1)?.total.min(EXPORT_ROWS_MAX as u64))
        }
        What::Segments => views.export_segments(&filter.views, filter.sort, |_| true),
    }
}

fn headers(name: &str, format: Format, rows: u64) -> HeaderMap {
    let (kind, file) = match format {
        Format::Csv => ("text/csv; charset=utf-8", name.replace(' ', ".")),
        Format::Jsonl => ("application/x-ndjson", name.replace(' ', ".")),
    };
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{file}\""));
    headers.insert(header::CONTENT_DISPOSITION, disposition.unwrap_or(HeaderValue::from_static("attachment")));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert("x-total-rows", HeaderValue::from(rows));
    headers
}

/// Gathers lines into chunks; stops when nobody takes them any more.
struct Lines<'a> {
    chunks: &'a mpsc::Sender<Result<Bytes, std::io::Error>>,
    gathered: Vec<u8>,
}

impl Lines<'_> {
    fn push(&mut self, line: &[u8]) -> bool {
        self.gathered.extend_from_slice(line);
        self.gathered.len() < CHUNK_BYTES || self.flush()
    }

    fn flush(&mut self) -> bool {
        let chunk = Bytes::from(std::mem::take(&mut self.gathered));
        chunk.is_empty() || self.chunks.blocking_send(Ok(chunk)).is_ok()
    }
}

fn write_rows(
    state: &AppState,
    filter: &Filter,
    what: What,
    format: Format,
    chunks: &mpsc::Sender<Result<Bytes, std::io::Error>>,
) {
    let mut lines = Lines { chunks, gathered: Vec::with_capacity(CHUNK_BYTES) };
    let directory = state.directory().clone();
    let header = match what {
        What::Conversations => CONVERSATION_COLUMNS,
        What::Segments => SEGMENT_COLUMNS,
    };
    if format == Format::Csv {
        lines.push(&csv_line(header.iter().map(|name| (*name).to_owned()).collect()));
    }
    let json = |value: serde_json::Result<String>| value.map(|text| text + "\n").unwrap_or_default().into_bytes();
    let done = match what {
        What::Conversations => state.views.export_conversations(&filter.views, filter.sort, |row| {
            let row = conversation_row(&row, &directory);
            lines.push(&match format {
                Format::Csv => csv_line(conversation_cells(&row)),
                Format::Jsonl => json(serde_json::to_string(&row)),
            })
        }),
        What::Segments => state.views.export_segments(&filter.views, filter.sort, |row| {
            let exported =
                ExportedSegment { conversation: row.conversation.to_string(), segment: segment_row(&row, &directory) };
            lines.push(&match format {
                Format::Csv => csv_line(segment_cells(&exported.conversation, &exported.segment)),
                Format::Jsonl => json(serde_json::to_string(&exported)),
            })
        }),
    };
    match done {
        Ok(_) => drop(lines.flush()),
        Err(error) => {
            tracing::error!(%error, "an export broke off");
            // The reader must see a broken transfer, not a short file that looks whole.
            let _nobody_reads = lines.chunks.blocking_send(Err(std::io::Error::other("the export broke off")));
        }
    }
}
