//! Makes the calls that were allowed, wherever the tool is.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::http::{Attempt, Http, Pace};
use crate::mcp::{McpClient, McpError, McpHttp, McpProcess};
use crate::secret::Secrets;
use crate::tools::{Access, Kind, Order, Tool, ToolOutcome, run_http};

/// A call that may be made.
#[derive(Clone, Debug)]
pub struct Run {
    /// The tool.
    pub tool: Arc<Tool>,
    /// Checked arguments.
    pub arguments: Map<String, Value>,
    /// The key under which it is done once.
    pub key: String,
    /// Whether it is only rehearsed.
    pub dry_run: bool,
    /// When it must have ended.
    pub until: Instant,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Ran {
    /// The outcome.
    pub outcome: ToolOutcome,
    /// Attempts that failed.
    pub attempts: Vec<Attempt>,
}

/// How an MCP server is reached.
#[derive(Clone, Debug)]
pub enum McpServer {
    /// As a process beside us.
    Process(McpProcess),
    /// Over HTTP.
    Http(McpHttp),
}

/// Everything that tools may lead to. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Reach {
    http: Http,
    secrets: Arc<Secrets>,
    servers: Arc<BTreeMap<String, (McpServer, Slot)>>,
    pace: Pace,
}

type Slot = Mutex<Option<Arc<McpClient>>>;

impl Reach {
    /// What these connectors reach.
    pub fn new(http: Http, secrets: Secrets, servers: Vec<(String, McpServer)>, pace: Pace) -> Reach {
        let servers = servers.into_iter().map(|(name, server)| (name, (server, Mutex::default()))).collect();
        Reach { http, secrets: Arc::new(secrets), servers: Arc::new(servers), pace }
    }

    /// Makes a call.
    pub async fn run(&self, run: Run) -> Ran {
        let mut attempts = Vec::new();
        let outcome = match &run.tool.definition().target {
            Kind::Http { .. } => {
                let order = Order {
                    tool: &run.tool,
                    arguments: &run.arguments,
                    key: Some(&run.key),
                    dry_run: run.dry_run,
                    until: run.until,
                    pace: self.pace,
                };
                run_http(&self.http, &self.secrets, order, &mut attempts).await
            }
            Kind::Mcp { server, .. } => self.run_mcp(server, &run, &mut attempts).await,
        };
        Ran { outcome, attempts }
    }

    /// A connection to an MCP server: the one that is open, or a new one.
    ///
    /// # Errors
    /// When nobody configured it, or it cannot be reached.
    pub async fn server(&self, name: &str) -> Result<Arc<McpClient>, McpError> {
        let (server, slot) = self.servers.get(name).ok_or(McpError::NotStarted)?;
        let mut open = slot.lock().await;
        if let Some(client) = open.as_ref().filter(|client| !client.is_gone()) {
            return Ok(client.clone());
        }
        let client = Arc::new(match server {
            McpServer::Process(process) => McpClient::start(name, process).await?,
            McpServer::Http(http) => McpClient::connect(name, self.http.clone(), http).await?,
        });
        *open = Some(client.clone());
        Ok(client)
    }

    async fn run_mcp(&self, server: &str, run: &Run, attempts: &mut Vec<Attempt>) -> ToolOutcome {
        let begun = Instant::now();
        let is_write = run.tool.definition().access == Access::Write;
        if run.dry_run && is_write {
            return ToolOutcome::NotSent { why: "a rehearsal, and this tool cannot be rehearsed".to_owned() };
        }
        let (error, was_sent) = match self.server(server).await {
            Err(error) => (error, false),
            Ok(client) => match client.call(&run.tool, run.arguments.clone(), run.until).await {
                Ok(outcome) => return outcome,
                Err(error) => (error, true),
            },
        };
        attempts.push(Attempt {
            whom: run.tool.definition().name.clone(),
            why: error.to_string(),
            had_begun: false,
            took_ms: (Instant::now() - begun).as_millis() as u64,
            pause_ms: None,
        });
        let may_have_happened = is_write && was_sent;
        match error {
            McpError::TimedOut => ToolOutcome::TimedOut { may_have_happened },
            McpError::TooLarge => ToolOutcome::TooLarge,
            McpError::Refused { .. } => ToolOutcome::Refused { status: None },
            McpError::NotStarted | McpError::Gone => ToolOutcome::Failed { is_retryable: true, may_have_happened },
            McpError::Protocol => ToolOutcome::Failed { is_retryable: false, may_have_happened },
        }
    }
}
