//! Whether connectors answer: asked now and then, kept in memory, written down when it changes.
//!
//! Language models are asked only when somebody wants to know: some makers count every request.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::http::{Method, StatusCode};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use reqwest::Url;
use signalbox_agents::http::{Http, HttpError, Request, Times};
use signalbox_agents::mcp::McpError;
use signalbox_model::contact::Actor;
use signalbox_model::event::action::ConnectorProbed;
use signalbox_model::event::{Event, NewEvent};
use signalbox_model::id::ConnectorId;
use signalbox_model::setup::DocumentId;
use signalbox_model::setup::connector::{Connector, System};
use signalbox_model::time::{DurationMs, Timestamp};
use signalbox_model::word::Slug;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::ai::toolbox::{Toolbox, http_of};
use crate::clock::Clock;
use crate::ingest::Commands;
use crate::standing::Standing;

/// Between two rounds. With the longest probe, a connector that stops is red within 20 s.
const EVERY: Duration = Duration::from_secs(15);
/// Longest that one probe may take.
const PROBE_MAX: Duration = Duration::from_secs(5);
/// Probes at once.
const AT_ONCE: usize = 8;
/// Bytes of an answer that are read.
const BYTES_MAX: usize = 1024 * 1024;

/// How a connector was found last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// Whether it answered.
    pub ok: bool,
    /// Since when it is so.
    pub since: Timestamp,
    /// When it was asked last.
    pub probed_at: Timestamp,
    /// When it answered last; none: not since this process began.
    pub last_ok_at: Option<Timestamp>,
    /// How long the last probe took.
    pub took_ms: DurationMs,
    /// Why it is not well.
    pub because: Option<Slug>,
}

/// Asks connectors. Clones share what is known.
#[derive(Clone)]
pub struct Probes {
    tools: Toolbox,
    standing: Standing,
    commands: Commands,
    clock: Clock,
    known: Arc<Mutex<HashMap<ConnectorId, State>>>,
    clients: Arc<Mutex<HashMap<ConnectorId, (u32, Http)>>>,
}

impl Probes {
    /// Nothing is known yet.
    pub fn new(tools: Toolbox, standing: Standing, commands: Commands, clock: Clock) -> Probes {
        Probes { tools, standing, commands, clock, known: Arc::default(), clients: Arc::default() }
    }

    /// How it was found last; none: it was not asked yet.
    pub fn state(&self, id: ConnectorId) -> Option<State> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }

    /// Asks all of them again and again until `stop` rings.
    pub async fn run(self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let round = stream::iter(self.to_be_asked())
                .map(|connector| {
                    let probes = &self;
                    async move { probes.probe(&connector).await }
                })
                .buffer_unordered(AT_ONCE)
                .collect::<Vec<State>>();
            tokio::select! {
                _ = round => {}
                () = stop.cancelled() => return,
            }
            tokio::select! {
                () = tokio::time::sleep(EVERY) => {}
                () = stop.cancelled() => return,
            }
        }
    }

    fn to_be_asked(&self) -> Vec<Arc<Connector>> {
        let directory = self.standing.directory();
        let all = directory.connectors.values();
        all.filter(|connector| !connector.retired && !connector.system.is_model()).cloned().collect()
    }

    /// Asks one now, and writes it down if it is otherwise than before.
    pub async fn probe(&self, connector: &Connector) -> State {
        let began = Instant::now();
        let asked = tokio::time::timeout(PROBE_MAX, self.ask(connector, began + PROBE_MAX)).await;
        let because = match asked {
            Ok(Ok(())) => None,
            Ok(Err(because)) => Some(because),
            Err(_) => Some("timed_out".to_owned()),
        };
        let took_ms = DurationMs(u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX));
        let because = because.map(|word| Slug::parse(&word).expect("a word"));
        let (state, has_changed) = self.keep(connector.id, took_ms, because);
        if has_changed {
            let probed =
                ConnectorProbed { connector: connector.id, ok: state.ok, took_ms, because: state.because.clone() };
            let event = NewEvent::now(Event::ConnectorProbed(probed));
            if let Err(error) = self.commands.submit(Actor::System, None, vec![event]).await {
                tracing::warn!(%error, "the health of a connector was not written down");
            }
        }
        state
    }

    fn keep(&self, id: ConnectorId, took_ms: DurationMs, because: Option<Slug>) -> (State, bool) {
        let now = self.clock.now();
        let ok = because.is_none();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let before = known.get(&id);
        let has_changed = before.is_none_or(|before| before.ok != ok);
        let state = State {
            ok,
            since: before.filter(|before| before.ok == ok).map_or(now, |before| before.since),
            probed_at: now,
            last_ok_at: if ok { Some(now) } else { before.and_then(|before| before.last_ok_at) },
            took_ms,
            because,
        };
        known.insert(id, state.clone());
        (state, has_changed)
    }

    /// Asks it; on failure one word says why.
    async fn ask(&self, connector: &Connector, until: Instant) -> Result<(), String> {
        match &connector.system {
            System::Http { base_url, probe_path } => {
                let path = probe_path.as_deref().unwrap_or_default();
                let status = self.get(connector, base_url, path, "bearer", until).await?;
                // An address that was named must be there; the bare base address often is nothing by itself.
                well(status, probe_path.is_some())
            }
            System::OpenAiCompatible { base_url, .. } => {
                well(self.get(connector, base_url, "/models", "bearer", until).await?, true)
            }
            System::Anthropic { base_url, .. } => {
                let base = base_url.as_deref().unwrap_or("https://api.anthropic.com/v1");
                well(self.get(connector, base, "/models", "x-api-key", until).await?, true)
            }
            System::McpHttp { .. } | System::McpStdio { .. } => {
                let reach = self.tools.reach(connector.id).await.map_err(|_| "not_usable".to_owned())?;
                let server = reach.server(&connector.id.to_string()).await.map_err(|error| mcp_word(&error))?;
                server.list(PROBE_MAX).await.map(drop).map_err(|error| mcp_word(&error))
            }
        }
    }

    async fn get(
        &self,
        connector: &Connector,
        base: &str,
        path: &str,
        key_in: &str,
        until: Instant,
    ) -> Result<StatusCode, String> {
        let http = self.client(connector)?;
        let url = format!("{}{path}", base.trim_end_matches('/'));
        let url = Url::parse(&url).map_err(|_| "no_address".to_owned())?;
        let mut headers = vec![("accept".to_owned(), "*/*".to_owned())];
        if let Some(secret) = self.tools.secret(connector.id).await {
            headers.push(match key_in {
                "bearer" => ("authorization".to_owned(), format!("Bearer {}", secret.expose())),
                name => (name.to_owned(), secret.expose().to_owned()),
            });
        }
        if matches!(connector.system, System::Anthropic { .. }) {
            headers.push(("anthropic-version".to_owned(), "2023-06-01".to_owned()));
        }
        let times = Times { first_byte: PROBE_MAX, idle: PROBE_MAX, until, bytes_max: BYTES_MAX };
        let request = Request { method: Method::GET, url, headers, body: Bytes::new(), times };
        match http.send(request).await {
            Ok(answer) => {
                let status = answer.status;
                answer.body.done();
                Ok(status)
            }
            Err(HttpError::CircuitOpen { .. }) => {
                // The next round asks with a fresh circuit: a probe is there to notice that it is well again.
                self.clients.lock().unwrap_or_else(PoisonError::into_inner).remove(&connector.id);
                Err("failed_often".to_owned())
            }
            Err(error) => Err(http_word(&error).to_owned()),
        }
    }

    fn client(&self, connector: &Connector) -> Result<Http, String> {
        let revision = self.standing.directory().revision(DocumentId::Connector(connector.id));
        let revision = revision.map_or(0, |known| known.revision);
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, http)) = clients.get(&connector.id).filter(|(made_from, _)| *made_from == revision) {
            return Ok(http.clone());
        }
        let http = http_of(connector).map_err(|_| "not_usable".to_owned())?;
        clients.insert(connector.id, (revision, http.clone()));
        Ok(http)
    }
}

/// Whether an answer of this status says that the system works and lets us in.
fn well(status: StatusCode, is_named: bool) -> Result<(), String> {
    match status.as_u16() {
        401 | 403 => Err("refused".to_owned()),
        code @ 500.. => Err(format!("status_{code}")),
        code @ 400.. if is_named => Err(format!("status_{code}")),
        _ => Ok(()),
    }
}

fn http_word(error: &HttpError) -> &'static str {
    match error {
        HttpError::Address(_) => "address_not_allowed",
        HttpError::CircuitOpen { .. } => "failed_often",
        HttpError::Unreachable => "unreachable",
        HttpError::TimedOut(_) => "timed_out",
        HttpError::Cut => "cut_off",
        HttpError::TooLarge { .. } => "too_large",
        HttpError::Header { .. } => "secret_not_sendable",
    }
}

fn mcp_word(error: &McpError) -> String {
    match error {
        McpError::NotStarted => "not_started",
        McpError::Gone => "gone",
        McpError::TimedOut => "timed_out",
        McpError::TooLarge => "too_large",
        McpError::Refused { .. } => "refused",
        McpError::Protocol => "not_mcp",
    }
    .to_owned()
}
