//! The web interface: embedded files, and the page itself for the addresses of screens.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

use crate::api::error::{ApiError, Code};

/// What no route of the API answers.
pub async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path();
    if path == "/api" || path.starts_with("/api/") {
        return ApiError::new(Code::NotFound, "There is no such address in the API: see /api/openapi.json.")
            .into_response();
    }
    if !matches!(method, Method::GET | Method::HEAD) {
        return ApiError::new(Code::MethodNotAllowed, "Pages are read with GET.").into_response();
    }
    // The page on which customers chat is a page of its own: none of the staff's interface is in it.
    let path = if path == "/chat" { "/chat.html" } else { path };
    if let Some(asset) = signalbox_ui::asset(path) {
        return send(asset, &headers);
    }
    // A missing file must not look like a page: a browser would run the page as a script.
    let last = path.rsplit('/').next().unwrap_or_default();
    if path.starts_with("/assets/") || last.contains('.') {
        return (StatusCode::NOT_FOUND, "There is no such file.\n").into_response();
    }
    match signalbox_ui::asset("index.html") {
        Some(page) => send(page, &headers),
        None => (StatusCode::NOT_FOUND, "The interface is not built in.\n").into_response(),
    }
}

fn send(asset: signalbox_ui::Asset, headers: &HeaderMap) -> Response {
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let same = text(header::IF_NONE_MATCH).split(',').any(|tag| tag.trim() == asset.etag);
    let packed = asset.gzip.filter(|_| text(header::ACCEPT_ENCODING).contains("gzip"));
    let mut response = match (same, &packed) {
        (true, _) => StatusCode::NOT_MODIFIED.into_response(),
        (false, Some(bytes)) => Body::from(bytes.to_vec()).into_response(),
        (false, None) => Body::from(asset.bytes.into_owned()).into_response(),
    };
    let out = response.headers_mut();
    if packed.is_some() && !same {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.mime));
    out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    let caching = if asset.immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    if let Ok(tag) = HeaderValue::from_str(&asset.etag) {
        out.insert(header::ETAG, tag);
    }
    response
}
