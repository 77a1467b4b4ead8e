//! All routes, and what holds for every one of them: limits, time-outs, headers, counting.

use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use signalbox_model::limits::BODY_BYTES_MAX;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};

use crate::api;
use crate::api::error::{ApiError, Code};
use crate::state::AppState;
use crate::{telemetry, ui};

/// Longest that a request may take; streams and exports are no such requests.
const REQUEST_MAX: Duration = Duration::from_secs(30);
/// Bodies smaller than this are not worth packing.
const PACK_BYTES_MIN: u64 = 1_024;
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Pages that other sites show in a frame: the chat of customers.
const FRAMED: &[&str] = &["/chat", "/widget"];

/// The API's document as JSON.
///
/// # Errors
/// When it has no JSON form.
pub fn document() -> Result<String, serde_json::Error> {
    api::split().1.to_pretty_json()
}

/// Everything that the server answers.
pub fn router(state: AppState) -> Router {
    let pack = SizeAbove::new(PACK_BYTES_MIN).and(NotForContentType::SSE).and(NotForContentType::IMAGES);
    let (api, document) = api::split();
    let document = axum::Json(document);
    Router::new()
        .merge(api)
        .merge(api::system::machine_routes())
        .route("/api/openapi.json", axum::routing::get(async move || document.clone()))
        .fallback(ui::serve)
        .layer(middleware::from_fn(method_not_allowed))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(middleware::from_fn(time_out))
        .layer(CompressionLayer::new().compress_when(pack))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn(telemetry::count_requests))
        .layer(middleware::from_fn_with_state(state.clone(), guard_headers))
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
        .with_state(state)
}

/// Says it as every other refusal. Not as a fallback: that would take preflight requests from routes that other sites may use.
async fn method_not_allowed(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    if response.status() != StatusCode::METHOD_NOT_ALLOWED || response.headers().contains_key(header::CONTENT_TYPE) {
        return response;
    }
    let mut refusal =
        ApiError::new(Code::MethodNotAllowed, "See /api/openapi.json for the methods of this address.").into_response();
    if let Some(allowed) = response.headers().get(header::ALLOW) {
        refusal.headers_mut().insert(header::ALLOW, allowed.clone());
    }
    refusal
}

/// Streams and exports may take as long as they need; their first byte may not.
async fn time_out(request: Request, next: Next) -> Response {
    match tokio::time::timeout(REQUEST_MAX, next.run(request)).await {
        Ok(response) => response,
        Err(_) => ApiError::new(Code::TimedOut, "Ask for less at once, or try again.").into_response(),
    }
}

fn panicked(_: Box<dyn std::any::Any + Send + 'static>) -> Response {
    // What the panic says may hold what the request said: it went to standard error by the default hook, not out.
    ApiError::internal("a handler panicked").into_response()
}

/// Headers that keep browsers from being used against the people in front of them.
async fn guard_headers(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let framed =
        FRAMED.iter().any(|page| path == *page || path.strip_prefix(page).is_some_and(|rest| rest.starts_with('/')));
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let policy = match framed {
        true => HeaderValue::from_static(concat!(
            "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; ",
            "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors *"
        )),
        false => HeaderValue::from_static(concat!(
            "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; ",
            "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        )),
    };
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    if !framed {
        headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert("permissions-policy", HeaderValue::from_static("camera=(), geolocation=(), payment=()"));
    // Widgets on other sites read the chat's answers: they are open to every origin, and carry no cookie.
    if !framed && !is_chat_api(&response) {
        headers_for_own_pages(&mut response);
    }
    if state.config.secure_cookies {
        response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    response
}

fn is_chat_api(response: &Response) -> bool {
    response.headers().contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN)
}

fn headers_for_own_pages(response: &mut Response) {
    response.headers_mut().insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
}
