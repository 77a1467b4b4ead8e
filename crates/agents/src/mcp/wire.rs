//! Streamable HTTP through our own HTTP client, so that its address checks, limits and circuits hold here, too.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::{BoxStream, unfold};
use hyper::Method;
use hyper::header::{HeaderName, HeaderValue};
use rmcp::model::ClientJsonRpcMessage;
use rmcp::transport::streamable_http_client::{
    SseError, StreamableHttpClient, StreamableHttpError, StreamableHttpPostResponse,
};
use sse_stream::Sse;
use tokio::time::Instant;
use url::Url;

use crate::http::{Answer, Body, Http, HttpError, Request, Times};
use crate::limits::ANSWER_BYTES_MAX;
use crate::provider::Events;

type Refused = StreamableHttpError<HttpError>;

/// Our HTTP client as the SDK wants one.
#[derive(Clone)]
pub(super) struct OverHttp {
    pub(super) http: Http,
    pub(super) patience: Duration,
}

struct Sent<'a> {
    method: Method,
    uri: &'a str,
    session: Option<Arc<str>>,
    token: Option<String>,
    headers: HashMap<HeaderName, HeaderValue>,
    body: Bytes,
}

impl OverHttp {
    async fn send(&self, sent: Sent<'_>) -> Result<Answer, Refused> {
        let url = Url::parse(sent.uri).map_err(|_| HttpError::Address(crate::http::AddressError::Form));
        let mut headers = vec![
            ("content-type".to_owned(), "application/json".to_owned()),
            ("accept".to_owned(), "application/json, text/event-stream".to_owned()),
        ];
        headers.extend(sent.session.map(|session| ("mcp-session-id".to_owned(), session.to_string())));
        headers.extend(sent.token.map(|token| ("authorization".to_owned(), format!("Bearer {token}"))));
        for (name, value) in sent.headers {
            headers.extend(value.to_str().ok().map(|value| (name.to_string(), value.to_owned())));
        }
        let times = Times {
            first_byte: self.patience,
            idle: self.patience,
            until: Instant::now() + self.patience,
            bytes_max: ANSWER_BYTES_MAX,
        };
        let url = url.map_err(StreamableHttpError::Client)?;
        let request = Request { method: sent.method, url, headers, body: sent.body, times };
        self.http.send(request).await.map_err(StreamableHttpError::Client)
    }
}

impl StreamableHttpClient for OverHttp {
    type Error = HttpError;

    async fn post_message(
        &self,
        uri: Arc<str>,
        message: ClientJsonRpcMessage,
        session_id: Option<Arc<str>>,
        auth_header: Option<String>,
        custom_headers: HashMap<HeaderName, HeaderValue>,
    ) -> Result<StreamableHttpPostResponse, Refused> {
        let had_session = session_id.is_some();
        let sent = Sent {
            method: Method::POST,
            uri: &uri,
            session: session_id,
            token: auth_header,
            headers: custom_headers,
            body: Bytes::from(serde_json::to_vec(&message)?),
        };
        let answer = self.send(sent).await?;
        match answer.status.as_u16() {
            202 | 204 => return Ok(StreamableHttpPostResponse::Accepted),
            404 if had_session => return Err(StreamableHttpError::SessionExpired),
            200..=299 => {}
            status => {
                // What stands in the body may repeat a customer's words; the status is enough.
                return Err(StreamableHttpError::UnexpectedServerResponse(format!("status {status}").into()));
            }
        }
        let session = answer.header("mcp-session-id").map(str::to_owned);
        let kind = answer.header("content-type").unwrap_or_default().to_owned();
        if kind.starts_with("text/event-stream") {
            return Ok(StreamableHttpPostResponse::Sse(events(answer.body), session));
        }
        let body = answer.body.whole().await.map_err(StreamableHttpError::Client)?;
        match kind.starts_with("application/json") {
            true => Ok(StreamableHttpPostResponse::Json(serde_json::from_slice(&body)?, session)),
            false if body.is_empty() => Ok(StreamableHttpPostResponse::Accepted),
            false => Err(StreamableHttpError::UnexpectedContentType(None)),
        }
    }

    async fn delete_session(
        &self,
        uri: Arc<str>,
        session_id: Arc<str>,
        auth_header: Option<String>,
        custom_headers: HashMap<HeaderName, HeaderValue>,
    ) -> Result<(), Refused> {
        let sent = Sent {
            method: Method::DELETE,
            uri: &uri,
            session: Some(session_id),
            token: auth_header,
            headers: custom_headers,
            body: Bytes::new(),
        };
        self.send(sent).await.map(|answer| answer.body.done())
    }

    /// Nothing that a server pushes unasked is wanted, so no stream for it is opened.
    async fn get_stream(
        &self,
        _: Arc<str>,
        _: Option<Arc<str>>,
        _: Option<String>,
        _: Option<String>,
        _: HashMap<HeaderName, HeaderValue>,
    ) -> Result<BoxStream<'static, Result<Sse, SseError>>, Refused> {
        Err(StreamableHttpError::ServerDoesNotSupportSse)
    }
}

fn events(body: Body) -> BoxStream<'static, Result<Sse, SseError>> {
    let stream = unfold(Some((body, Events::default())), |state| async {
        let (mut body, mut events) = state?;
        loop {
            match events.next_event() {
                Ok(Some(event)) => {
                    let name = (!event.name.is_empty()).then_some(event.name);
                    let sse = Sse { event: name, data: Some(event.data), id: event.id, retry: None };
                    return Some((Ok(sse), Some((body, events))));
                }
                Err(error) => return Some((Err(SseError::Body(Box::new(error))), None)),
                Ok(None) => match body.chunk().await {
                    Ok(Some(chunk)) => events.push(&chunk),
                    Ok(None) => return None,
                    Err(error) => return Some((Err(SseError::Body(Box::new(error))), None)),
                },
            }
        }
    });
    stream.boxed()
}
