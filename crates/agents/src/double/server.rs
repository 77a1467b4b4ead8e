//! The server behind the double.

use std::collections::{BTreeMap, VecDeque};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, post};
use futures_util::stream::{self, StreamExt};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::script::{Act, ToolAct};
use super::wires::{self, End, Wire};
use crate::http::{AllowList, HostPort, Http, Names};

#[derive(Default)]
struct Seen {
    models: BTreeMap<String, VecDeque<Act>>,
    tools: BTreeMap<String, VecDeque<ToolAct>>,
    prompts: BTreeMap<String, Vec<Value>>,
    calls: Vec<Value>,
    by_key: BTreeMap<String, u32>,
    without_key: u32,
}

/// A local server that misbehaves as it is told. Dropped, it ends.
pub struct Double {
    address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
    task: JoinHandle<()>,
}

impl Drop for Double {
    fn drop(&mut self) {
        self.task.abort();
    }
}

type Shared = Arc<Mutex<Seen>>;

impl Double {
    /// Starts on a free port of this machine.
    pub async fn start() -> Double {
        let seen = Shared::default();
        let router = Router::new()
            .route("/models/{lane}/chat/completions", post(open_ai))
            .route("/models/{lane}/messages", post(anthropic))
            .route("/tools/{lane}", any(tool))
            .route("/mcp", any(mcp))
            .with_state(seen.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("this machine has a free port");
        let address = listener.local_addr().expect("a listener has an address");
        let task = tokio::spawn(async move { axum::serve(listener, router).await.expect("serving does not fail") });
        Double { address, seen, task }
    }

    /// An HTTP client that may reach the double and nothing else of this machine.
    pub fn http(&self) -> Http {
        let place = HostPort::parse(&self.address.to_string()).expect("an address is host and port");
        Http::new(AllowList::new(vec![place]), Names::System, 1)
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}/{path}", self.address)
    }

    /// What the model of a lane does, request by request; the last act goes on for ever.
    pub fn model(&self, lane: &str, acts: Vec<Act>) {
        self.lock().models.insert(lane.to_owned(), acts.into());
    }

    /// What the tool of a lane does, request by request; the last act goes on for ever.
    pub fn tool(&self, lane: &str, acts: Vec<ToolAct>) {
        self.lock().tools.insert(lane.to_owned(), acts.into());
    }

    /// The bodies that the model of a lane was sent.
    pub fn prompts(&self, lane: &str) -> Vec<Value> {
        self.lock().prompts.get(lane).cloned().unwrap_or_default()
    }

    /// The bodies that all tools were sent.
    pub fn calls(&self) -> Vec<Value> {
        self.lock().calls.clone()
    }

    /// How many things were done: a key counts once, a write without key each time.
    pub fn effects(&self) -> u32 {
        let seen = self.lock();
        seen.by_key.len() as u32 + seen.without_key
    }

    /// How many writes came in that were carried out or would have been, but for their key.
    pub fn writes(&self) -> u32 {
        let seen = self.lock();
        seen.by_key.values().sum::<u32>() + seen.without_key
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.seen.lock().expect("nothing panics while it holds this")
    }
}

fn next<A: Clone>(acts: Option<&mut VecDeque<A>>) -> Option<A> {
    let acts = acts?;
    if acts.len() > 1 { acts.pop_front() } else { acts.front().cloned() }
}

async fn open_ai(State(seen): State<Shared>, Path(lane): Path<String>, body: Bytes) -> Response {
    model(&seen, &lane, &body, Wire::OpenAi).await
}

async fn anthropic(State(seen): State<Shared>, Path(lane): Path<String>, body: Bytes) -> Response {
    model(&seen, &lane, &body, Wire::Anthropic).await
}

async fn model(seen: &Shared, lane: &str, body: &[u8], wire: Wire) -> Response {
    let act = {
        let mut seen = seen.lock().expect("nothing panics while it holds this");
        let prompt = serde_json::from_slice(body).unwrap_or_default();
        seen.prompts.entry(lane.to_owned()).or_default().push(prompt);
        next(seen.models.get_mut(lane))
    };
    let Some(act) = act else { return StatusCode::NOT_FOUND.into_response() };
    let begin = wires::begin(wire);
    match act {
        Act::Say(text) => said(wire, &text, End::Finished, true),
        Act::SayUncounted(text) => said(wire, &text, End::Finished, false),
        Act::SayUnfinished(text) => said(wire, &text, End::Length, true),
        Act::Refuse => said(wire, "", End::Refused, true),
        Act::Call(calls) => {
            let calls = calls.iter().zip(1..).map(|((name, arguments), n)| wires::call(wire, n, name, arguments));
            stream_of(begin + &calls.collect::<String>() + &wires::end(wire, End::Tools, true))
        }
        Act::CallNumberedHigh(name, arguments) => {
            let call = wires::call(wire, u64::MAX, &name, &arguments);
            stream_of(begin + &call + &wires::end(wire, End::Tools, true))
        }
        Act::Status(status, headers) => refused(status, &headers, Body::empty()),
        Act::Code(status, body) => refused(status, &[], Body::from(body.to_string())),
        Act::Hang => std::future::pending().await,
        Act::Drip(text, pause) => drip(wire, begin, text, pause),
        Act::Cut(text) => cut(begin + &wires::words(wire, &text), "text/event-stream"),
        Act::EndEarly(text) => stream_of(begin + &wires::words(wire, &text)),
        Act::Flood(bytes) => {
            let piece = wires::words(wire, &"x".repeat(1_000));
            stream_of(begin + &piece.repeat(bytes / 1_000))
        }
        Act::Garbage => stream_of(begin + "data: {\"choices\": [\n\n"),
        Act::Page => ([("content-type", "text/html")], "<html>Sign in</html>").into_response(),
        Act::OverloadedInside => stream_of(begin + &wires::overloaded(wire)),
    }
}

fn said(wire: Wire, text: &str, why: End, is_counted: bool) -> Response {
    let pieces = text.split_inclusive(' ').map(|piece| wires::words(wire, piece));
    stream_of(wires::begin(wire) + &pieces.collect::<String>() + &wires::end(wire, why, is_counted))
}

fn stream_of(text: String) -> Response {
    ([("content-type", "text/event-stream")], text).into_response()
}

fn refused(status: u16, headers: &[(String, String)], body: Body) -> Response {
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(name, value);
    }
    response.body(body).expect("the script names real headers")
}

fn drip(wire: Wire, begin: String, text: String, pause: Duration) -> Response {
    let letters: Vec<String> = text.chars().map(|letter| wires::words(wire, &letter.to_string())).collect();
    let slowly = stream::iter(letters).then(move |piece| async move {
        tokio::time::sleep(pause).await;
        Ok::<_, Infallible>(piece)
    });
    let all = stream::iter([Ok(begin)]).chain(slowly).chain(stream::iter([Ok(wires::end(wire, End::Finished, true))]));
    ([("content-type", "text/event-stream")], Body::from_stream(all)).into_response()
}

/// Bytes, and then an error: the connection is cut in the middle of an answer. The pause lets the bytes out first.
fn cut(text: String, kind: &'static str) -> Response {
    let cut = stream::once(async {
        tokio::time::sleep(Duration::from_millis(10)).await;
        Err::<String, _>(std::io::Error::from(std::io::ErrorKind::ConnectionReset))
    });
    ([("content-type", kind)], Body::from_stream(stream::iter([Ok(text)]).chain(cut))).into_response()
}

async fn tool(
    State(seen): State<Shared>,
    Path(lane): Path<String>,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let act = {
        let mut seen = seen.lock().expect("nothing panics while it holds this");
        seen.calls.push(serde_json::from_slice(&body).unwrap_or_default());
        let act = next(seen.tools.get_mut(&lane));
        let is_done = !matches!(act, None | Some(ToolAct::Status(..) | ToolAct::Hang | ToolAct::Redirect(_)));
        if method != Method::GET && is_done {
            match headers.get("idempotency-key").and_then(|key| key.to_str().ok()) {
                Some(key) => *seen.by_key.entry(key.to_owned()).or_default() += 1,
                None => seen.without_key += 1,
            }
        }
        act
    };
    let json = "application/json";
    match act {
        None => StatusCode::NOT_FOUND.into_response(),
        Some(ToolAct::Json(value)) => ([("content-type", json)], value.to_string()).into_response(),
        Some(ToolAct::Status(status, headers)) => refused(status, &headers, Body::empty()),
        Some(ToolAct::Hang | ToolAct::DoAndHang) => std::future::pending().await,
        Some(ToolAct::DoAndFail(status)) => refused(status, &[], Body::empty()),
        Some(ToolAct::DoAndCut) => cut("{\"status\":".to_owned(), json),
        Some(ToolAct::Flood(bytes)) => {
            ([("content-type", json)], format!("{{\"x\":\"{}\"}}", "x".repeat(bytes))).into_response()
        }
        Some(ToolAct::Latin) => {
            ([("content-type", "application/json; charset=iso-8859-1")], &b"{\"name\":\"Jos\xe9\"}"[..]).into_response()
        }
        Some(ToolAct::Page) => ([("content-type", "text/html")], "<html>Sign in</html>").into_response(),
        Some(ToolAct::Redirect(place)) => refused(302, &[("location".to_owned(), place)], Body::empty()),
    }
}

/// As much of an MCP server as a client needs: it agrees, lists and calls.
async fn mcp(State(seen): State<Shared>, method: Method, body: Bytes) -> Response {
    if method != Method::POST {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let message: Value = serde_json::from_slice(&body).unwrap_or_default();
    let result = match message["method"].as_str() {
        Some("initialize") => json!({
            "protocolVersion": message["params"]["protocolVersion"],
            "capabilities": { "tools": {} },
            "serverInfo": { "name": "double", "version": "1" }
        }),
        Some("tools/list") => json!({ "tools": mcp_tools() }),
        Some("tools/call") => {
            seen.lock().expect("nothing panics while it holds this").calls.push(message["params"].clone());
            json!({ "content": [{ "type": "text", "text": "{\"status\":\"sent\",\"margin\":0.4}" }] })
        }
        _ => return StatusCode::ACCEPTED.into_response(),
    };
    let answer = json!({ "jsonrpc": "2.0", "id": message["id"], "result": result });
    // Half of the servers answer so, half with a stream: the calls take the stream.
    match message["method"] == "tools/call" {
        true => stream_of(format!("event: message\ndata: {answer}\n\n")),
        false => ([("content-type", "application/json")], answer.to_string()).into_response(),
    }
}

fn mcp_tools() -> Value {
    let order = json!({ "type": "object", "properties": { "order": { "type": "string" } }, "required": ["order"] });
    let odd = json!({ "type": "object", "properties": { "order": { "not": {} } } });
    json!([
        { "name": "find order", "description": "Looks up.", "inputSchema": order, "annotations": { "readOnlyHint": true } },
        { "name": "cancel", "description": "Cancels.", "inputSchema": order },
        { "name": "odd", "description": "Odd.", "inputSchema": odd }
    ])
}
