//! Files that were sent: always a download, never something that a browser runs.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use signalbox_eventlog::{EventLog as _, Stored};
use signalbox_model::content::Body;
use signalbox_model::id::ContentId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::access;
use super::answer::parse_id;
use super::error::{ApiError, Code, Problem};
use super::extract::Signed;
use crate::state::AppState;

/// The route of files.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(read))
}

/// A file that was sent
#[utoipa::path(get, path = "/api/contents/{id}", tag = "conversations", operation_id = "read_content", security(("session" = [])),
    params(("id" = String, Path)),
    responses((status = 200, description = "The bytes, as a download", content_type = "application/octet-stream", body = Vec<u8>),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 410, body = Problem, content_type = "application/problem+json", description = "`erased`")))]
async fn read(State(state): State<AppState>, signed: Signed, Path(id): Path<String>) -> Result<Response, ApiError> {
    let id: ContentId = parse_id(&id, "file")?;
    let conversation = state.log.conversation_of(id).await?.ok_or_else(|| ApiError::not_found("file"))?;
    access::find(&state, &signed, &conversation.to_string()).await.map_err(|_| ApiError::not_found("file"))?;
    match state.log.content(id).await? {
        Some(Stored::Body(Body::File { name, media_type, bytes })) => Ok(download(&name, &media_type, bytes)),
        Some(Stored::Erased) => Err(ApiError::new(Code::Erased, "The customer was erased, and their files with them.")),
        Some(Stored::Damaged) => Err(ApiError::internal("a content cannot be decrypted")),
        // Words of a turn are read with the transcript.
        Some(Stored::Body(Body::Text { .. } | Body::Identity { .. })) | None => Err(ApiError::not_found("file")),
    }
}

/// A file as an answer that no browser shows as a page of ours.
pub fn download(name: &str, media_type: &str, bytes: Vec<u8>) -> Response {
    let mut headers = HeaderMap::new();
    let text = |value: String| HeaderValue::from_str(&value).unwrap_or_else(|_| HeaderValue::from_static("attachment"));
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_str(media_type).unwrap_or(HeaderValue::from_static("application/octet-stream")),
    );
    headers.insert(header::CONTENT_DISPOSITION, text(disposition(name)));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    (headers, bytes).into_response()
}

/// The name twice: plain letters for old readers, all of it for the others.
fn disposition(name: &str) -> String {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || " ._-()".contains(c) { c } else { '_' }).collect();
    let encoded: String = name
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'_' | b'-' => (byte as char).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_cannot_leave_its_header() {
        assert_eq!(
            disposition("a\"b\r\nx: y.png"),
            "attachment; filename=\"a_b__x_ y.png\"; filename*=UTF-8''a%22b%0D%0Ax%3A%20y.png"
        );
        assert_eq!(disposition("prüf.pdf"), "attachment; filename=\"pr_f.pdf\"; filename*=UTF-8''pr%C3%BCf.pdf");
    }
}
