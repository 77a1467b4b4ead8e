//! Web chat, for anybody: no cookies, a random token per visitor, the same from every site.

mod opening;
mod saying;
mod stream;

use axum::Extension;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderMap, HeaderName, Method, header};
use signalbox_model::limits::ATTACHMENT_BYTES_MAX;
use std::time::Duration;
use tower_http::cors::{Any, CorsLayer};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::error::{ApiError, Code};
use super::extract::bearer;
use crate::channels::webchat::chats::Chats;
use crate::channels::webchat::session::{self, SessionError, Visitor};
use crate::channels::webchat::view::{self, ChatState};
use crate::state::AppState;
use signalbox_eventlog::EventLog;

/// The header with which a trusted program opens chats for others.
pub const TOKEN_HEADER: &str = "x-signalbox-token";
/// Room for the form around a file.
const FORM_BYTES: usize = 64 * 1024;

/// Every route of the chat, open to pages of all sites: no cookie is read here, so there is nothing to steal.
pub fn routes() -> OpenApiRouter<AppState> {
    let headers = [
        header::AUTHORIZATION,
        header::CONTENT_TYPE,
        HeaderName::from_static("last-event-id"),
        HeaderName::from_static(TOKEN_HEADER),
    ];
    let cors = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers(headers)
        .expose_headers([header::RETRY_AFTER])
        .max_age(Duration::from_secs(3_600));
    let files = OpenApiRouter::new()
        .routes(routes!(saying::attach))
        .layer(DefaultBodyLimit::max(ATTACHMENT_BYTES_MAX + FORM_BYTES));
    let all = OpenApiRouter::new()
        .routes(routes!(opening::config))
        .routes(routes!(opening::open))
        .routes(routes!(opening::state))
        .routes(routes!(stream::stream))
        .routes(routes!(saying::say))
        .routes(routes!(saying::typing))
        .routes(routes!(saying::person))
        .routes(routes!(saying::end))
        .routes(routes!(saying::content))
        .merge(files);
    let (router, document) = all.split_for_parts();
    // Set here, so that what the whole server answers to a wrong method does not take the place of the browser's question before a call.
    let router = router.method_not_allowed_fallback(wrong_method).layer(cors).layer(Extension(Chats::default()));
    OpenApiRouter::with_openapi(document).merge(OpenApiRouter::from(router))
}

async fn wrong_method() -> ApiError {
    ApiError::new(Code::MethodNotAllowed, "See /api/openapi.json for the methods of this address.")
}

impl From<SessionError> for ApiError {
    fn from(error: SessionError) -> ApiError {
        match error {
            SessionError::Secret(error) => error.into(),
            SessionError::Form(error) => ApiError::internal(error),
        }
    }
}

/// Who calls, by the token in the header, or in the address where a header cannot be sent.
async fn visitor(state: &AppState, headers: &HeaderMap, in_address: Option<&str>) -> Result<Visitor, ApiError> {
    let token = bearer(headers).or(in_address).unwrap_or_default();
    let found = session::find(&state.log, token).await?;
    found.ok_or_else(|| {
        ApiError::new(
            Code::UnknownToken,
            "The chat is not known here any more: start a new one with POST /api/chat/sessions.",
        )
    })
}

/// What the visitor's chat is doing now.
async fn chat_state(state: &AppState, visitor: &Visitor) -> Result<ChatState, ApiError> {
    let id = visitor.visit.conversation;
    let live = view::live_state(&state.floor(), id);
    match live {
        Some(live) => Ok(live),
        None => Ok(view::past_state(&state.log.read_conversation(id).await?.entries, id)),
    }
}
