//! A small client of the public API: JSON in and out, and streams of server-sent events.

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use reqwest::header::{AUTHORIZATION, COOKIE};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use crate::api::extract::{CSRF_HEADER, SESSION_COOKIE};

const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
/// A stream that grows beyond this without a line break is not one of ours.
const LINE_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Why a call did not do what it should.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// Nobody answers, or not in time.
    #[error("no answer: {0}")]
    Unreachable(#[from] reqwest::Error),
    /// The server says no: in a living centre that is normal, somebody else was faster.
    #[error("answered {0}")]
    Answered(u16),
    /// The stream is over.
    #[error("the stream has ended")]
    Ended,
}

/// As whom a call is made.
#[derive(Clone, Debug)]
pub enum As {
    /// A person with a session.
    Person(String),
    /// A visitor with a chat token.
    Visitor(String),
    /// A program that opens chats.
    Program(String),
}

/// The API of one server.
#[derive(Clone, Debug)]
pub struct Api {
    http: reqwest::Client,
    base: String,
}

impl Api {
    /// The server at this address.
    ///
    /// # Errors
    /// When the client cannot be built.
    pub fn new(base: String) -> Result<Api, CallError> {
        Ok(Api { http: reqwest::Client::builder().connect_timeout(REQUEST_TIMEOUT).build()?, base })
    }

    fn request(&self, who: &As, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base));
        match who {
            As::Person(session) => {
                request.header(COOKIE, format!("{SESSION_COOKIE}={session}")).header(CSRF_HEADER, "1")
            }
            As::Visitor(token) => request.header(AUTHORIZATION, format!("Bearer {token}")),
            As::Program(secret) => request.header(crate::api::chat::TOKEN_HEADER, secret),
        }
    }

    async fn call(&self, request: RequestBuilder) -> Result<Value, CallError> {
        let response = request.timeout(REQUEST_TIMEOUT).send().await?;
        let status = response.status();
        if !status.is_success() {
            return Err(CallError::Answered(status.as_u16()));
        }
        let bytes = response.bytes().await?;
        Ok(serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    /// Reads.
    ///
    /// # Errors
    /// When the server does not answer with success.
    pub async fn get(&self, who: &As, path: &str) -> Result<Value, CallError> {
        self.call(self.request(who, Method::GET, path)).await
    }

    /// Changes.
    ///
    /// # Errors
    /// When the server does not answer with success.
    pub async fn post(&self, who: &As, path: &str, body: &Value) -> Result<Value, CallError> {
        self.call(self.request(who, Method::POST, path).json(body)).await
    }

    /// Replaces.
    ///
    /// # Errors
    /// When the server does not answer with success.
    pub async fn put(&self, who: &As, path: &str, body: &Value) -> Result<Value, CallError> {
        self.call(self.request(who, Method::PUT, path).json(body)).await
    }

    /// Opens a live stream.
    ///
    /// # Errors
    /// When the server does not open one.
    pub async fn stream(&self, who: &As, path: &str) -> Result<Events, CallError> {
        let response = tokio::time::timeout(REQUEST_TIMEOUT, self.request(who, Method::GET, path).send()).await;
        let response = response.map_err(|_| CallError::Ended)??;
        match response.status().is_success() {
            true => Ok(Events { bytes: response.bytes_stream().boxed(), buffer: Vec::new(), ready: VecDeque::new() }),
            false => Err(CallError::Answered(response.status().as_u16())),
        }
    }
}

/// One event of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveEvent {
    /// Its name.
    pub name: String,
    /// Its data.
    pub data: String,
}

/// A stream of events.
pub struct Events {
    bytes: BoxStream<'static, reqwest::Result<bytes::Bytes>>,
    buffer: Vec<u8>,
    ready: VecDeque<LiveEvent>,
}

impl Events {
    /// The next event. Safe to drop and call again.
    ///
    /// # Errors
    /// When the stream has ended.
    pub async fn next(&mut self) -> Result<LiveEvent, CallError> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Ok(event);
            }
            let chunk = self.bytes.next().await.ok_or(CallError::Ended)??;
            self.buffer.extend_from_slice(&chunk);
            if self.buffer.len() > LINE_BYTES_MAX {
                return Err(CallError::Ended);
            }
            while let Some(end) = self.buffer.windows(2).position(|pair| pair == b"\n\n") {
                let block: Vec<u8> = self.buffer.drain(..end + 2).collect();
                self.ready.extend(parse(&String::from_utf8_lossy(&block)));
            }
        }
    }
}

fn parse(block: &str) -> Option<LiveEvent> {
    let mut event = LiveEvent { name: "message".to_owned(), data: String::new() };
    let mut has_data = false;
    for line in block.lines() {
        if let Some(name) = line.strip_prefix("event:") {
            name.trim().clone_into(&mut event.name);
        } else if let Some(data) = line.strip_prefix("data:") {
            has_data = true;
            event.data.push_str(data.trim_start());
        }
    }
    has_data.then_some(event)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_an_event_and_a_comment_is_none() {
        let event = parse("event: item\nid: 7\ndata: {\"a\":1}\n\n").unwrap();
        assert_eq!((event.name.as_str(), event.data.as_str()), ("item", "{\"a\":1}"));
        assert_eq!(parse(": keep-alive\n\n"), None);
    }
}
