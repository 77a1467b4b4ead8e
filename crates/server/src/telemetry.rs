//! Logs and metrics. Words of customers are in neither: what is logged are ids, counts and our own sentences.

use std::io::IsTerminal as _;
use std::sync::OnceLock;
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use clap::ValueEnum;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

/// How log lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// JSON unless somebody sits at a terminal.
    #[default]
    Auto,
    /// For people.
    Pretty,
    /// For machines: one JSON object a line.
    Json,
}

/// Starts logging to standard error. `SIGNALBOX_LOG` chooses what, as in `info,signalbox_server=debug`.
pub fn init(format: LogFormat) {
    let filter = EnvFilter::try_from_env("SIGNALBOX_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let pretty = match format {
        LogFormat::Auto => std::io::stderr().is_terminal(),
        LogFormat::Pretty => true,
        LogFormat::Json => false,
    };
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start in one process (tests) keeps the first one's log.
    let _already = if pretty { builder.with_target(false).try_init() } else { builder.json().try_init() };
}

static METRICS: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Seconds: from a fraction of the budget of one decision to a slow request.
const BUCKETS: &[f64] = &[
    0.000_005, 0.000_01, 0.000_025, 0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 1.0, 5.0,
];

/// Starts counting; once per process.
pub fn init_metrics() {
    METRICS.get_or_init(|| {
        let matcher = Matcher::Suffix("_seconds".to_owned());
        let handle = PrometheusBuilder::new().set_buckets_for_metric(matcher, BUCKETS).ok()?.install_recorder().ok()?;
        describe();
        Some(handle)
    });
}

fn describe() {
    metrics::describe_counter!("signalbox_events_appended_total", "Facts appended to the log since the start");
    metrics::describe_gauge!("signalbox_conversations_open", "Conversations that are open now");
    metrics::describe_gauge!("signalbox_waiting", "Conversations waiting now, by queue");
    metrics::describe_histogram!("signalbox_decide_seconds", "Time to decide one fact");
    metrics::describe_gauge!("signalbox_live_subscribers", "Open live streams");
    metrics::describe_counter!("signalbox_http_requests_total", "Requests, by method, route and status");
    metrics::describe_histogram!("signalbox_http_request_seconds", "Time to the head of the answer, by route");
    metrics::describe_counter!("signalbox_access_refused_total", "Times that somebody was kept out");
    // Known from the first scrape on, not from the first event.
    metrics::counter!("signalbox_events_appended_total").absolute(0);
    metrics::gauge!("signalbox_conversations_open").set(0.0);
    metrics::gauge!("signalbox_live_subscribers").set(0.0);
}

/// The metrics as text.
pub fn render_metrics() -> String {
    METRICS.get().and_then(Option::as_ref).map(PrometheusHandle::render).unwrap_or_default()
}

/// Counts every request by its route pattern: values of addresses are neither in logs nor in labels.
pub async fn count_requests(request: Request, next: Next) -> Response {
    let began = Instant::now();
    let method = request.method().as_str().to_owned();
    let route = request.extensions().get::<MatchedPath>().map_or("ui", MatchedPath::as_str).to_owned();
    let response = next.run(request).await;
    let status = response.status().as_u16().to_string();
    let seconds = began.elapsed().as_secs_f64();
    tracing::debug!(%method, %route, %status, seconds, "request");
    metrics::counter!("signalbox_http_requests_total", "method" => method, "route" => route.clone(), "status" => status).increment(1);
    metrics::histogram!("signalbox_http_request_seconds", "route" => route).record(seconds);
    response
}
