//! One connection to one MCP server.

use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rmcp::model::{CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, PaginatedRequestParams};
use rmcp::service::{RoleClient, RunningService, ServiceError, ServiceExt};
use rmcp::transport::async_rw::AsyncRwTransport;
use rmcp::transport::streamable_http_client::{StreamableHttpClientTransport, StreamableHttpClientTransportConfig};
use serde_json::{Map, Value};
use tokio::process::{Child, Command};
use tokio::time::{Instant, timeout, timeout_at};

use super::process::Lines;
use super::wire::OverHttp;
use crate::http::Http;
use crate::limits::{
    MCP_LINE_BYTES_MAX, MCP_START_MS_MAX, MCP_TOOLS_MAX, RESULT_BYTES_MAX, TOOL_DESCRIPTION_CHARS_MAX,
    TOOL_NAME_CHARS_MAX, TOOL_TIMEOUT_MS_MAX,
};
use crate::secret::Secret;
use crate::tools::{Access, Approval, DryRun, Idempotency, Kept, Kind, Tool, ToolDefinition, ToolOutcome, trim};

/// What an MCP server did to us.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum McpError {
    /// It could not be started or reached.
    #[error("the MCP server did not start; check its command or address, and run it by hand")]
    NotStarted,
    /// It stopped, or the connection broke.
    #[error("the MCP server is gone; it is started again with the next call")]
    Gone,
    /// Too slow.
    #[error("the MCP server was too slow")]
    TimedOut,
    /// A message longer than the limit.
    #[error("the MCP server sent a message of more than {MCP_LINE_BYTES_MAX} bytes")]
    TooLarge,
    /// It answered with an error of the protocol.
    #[error("the MCP server refused with code {code}")]
    Refused {
        /// The protocol's code.
        code: i32,
    },
    /// Not what the protocol says.
    #[error("the MCP server does not follow the protocol")]
    Protocol,
}

/// A server that runs as a process beside us and speaks over its input and output.
#[derive(Clone, Debug)]
pub struct McpProcess {
    /// The program.
    pub program: String,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// Its whole environment: nothing of ours is handed on.
    pub environment: Vec<(String, Secret)>,
}

/// A server that is reached over streamable HTTP.
#[derive(Clone, Debug)]
pub struct McpHttp {
    /// Its address.
    pub url: String,
    /// Its key, sent as a bearer token.
    pub key: Option<Secret>,
    /// How long one request may take.
    pub timeout: Duration,
}

/// One tool of a server: a draft, or why it cannot be one.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// The tool as the server calls it.
    pub tool: String,
    /// The definition, ready to be looked at, or what is in the way.
    pub definition: Result<ToolDefinition, String>,
}

/// A connection to a server. Dropped, it ends; a process is killed with it.
pub struct McpClient {
    name: String,
    service: RunningService<RoleClient, ()>,
    is_too_long: Arc<AtomicBool>,
    process: Option<Child>,
}

impl std::fmt::Debug for McpClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "McpClient({}, process {:?})", self.name, self.process.as_ref().and_then(Child::id))
    }
}

impl McpClient {
    /// Starts a server and agrees on a protocol.
    ///
    /// # Errors
    /// When it does not start, or not in time.
    pub async fn start(name: &str, process: &McpProcess) -> Result<McpClient, McpError> {
        let mut command = Command::new(&process.program);
        // Its messages on the error output may hold customers' words; nobody reads them.
        command.args(&process.arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        command.env_clear().kill_on_drop(true);
        for (variable, value) in &process.environment {
            command.env(variable, value.expose());
        }
        let mut child = command.spawn().map_err(|_| McpError::NotStarted)?;
        let (Some(output), Some(input)) = (child.stdout.take(), child.stdin.take()) else {
            return Err(McpError::NotStarted);
        };
        let is_too_long = Arc::new(AtomicBool::new(false));
        let transport = AsyncRwTransport::new_client(Lines::new(output, is_too_long.clone()), input);
        let service = started(().serve(transport)).await?;
        Ok(McpClient { name: name.to_owned(), service, is_too_long, process: Some(child) })
    }

    /// Connects to a server over HTTP.
    ///
    /// # Errors
    /// When it does not answer, or not in time.
    pub async fn connect(name: &str, http: Http, server: &McpHttp) -> Result<McpClient, McpError> {
        let mut config = StreamableHttpClientTransportConfig::with_uri(server.url.as_str());
        config.auth_header = server.key.as_ref().map(|key| key.expose().to_owned());
        let over = OverHttp { http, patience: server.timeout };
        let transport = StreamableHttpClientTransport::with_client(over, config);
        let service = started(().serve(transport)).await?;
        Ok(McpClient { name: name.to_owned(), service, is_too_long: Arc::default(), process: None })
    }

    /// Whether the server has gone.
    pub fn is_gone(&self) -> bool {
        self.service.is_closed() || self.service.peer().is_transport_closed()
    }

    /// The server's tools as drafts. One that says that it only reads becomes a reader; every other needs approval each time.
    ///
    /// # Errors
    /// When the server is gone, too slow, or does not follow the protocol.
    pub async fn list(&self, within: Duration) -> Result<Vec<Listed>, McpError> {
        let until = Instant::now() + within;
        let (mut listed, mut cursor) = (Vec::new(), None);
        loop {
            let page = self.service.peer().list_tools(Some(PaginatedRequestParams::default().with_cursor(cursor)));
            let page = timeout_at(until, page).await.map_err(|_| self.slow())?.map_err(|error| self.why(&error))?;
            let room = MCP_TOOLS_MAX - listed.len();
            listed.extend(page.tools.iter().take(room).map(|tool| self.listed(tool)));
            cursor = page.next_cursor;
            if cursor.is_none() || listed.len() == MCP_TOOLS_MAX {
                return Ok(listed);
            }
        }
    }

    /// Calls a tool. Arguments and result are bounded like those of every tool.
    ///
    /// # Errors
    /// When the server is gone, too slow, or does not follow the protocol.
    pub async fn call(
        &self,
        tool: &Tool,
        arguments: Map<String, Value>,
        until: Instant,
    ) -> Result<ToolOutcome, McpError> {
        let definition = tool.definition();
        let Kind::Mcp { tool: theirs, .. } = &definition.target else {
            return Ok(ToolOutcome::NotSent { why: "not a tool of an MCP server".to_owned() });
        };
        let until = until.min(Instant::now() + Duration::from_millis(definition.timeout_ms));
        let parameters = CallToolRequestParams::new(theirs.clone()).with_arguments(arguments);
        let called = timeout_at(until, self.service.peer().call_tool_once(parameters)).await;
        match called.map_err(|_| self.slow())?.map_err(|error| self.why(&error))? {
            CallToolResponse::Complete(result) => Ok(outcome(result, &definition.kept)),
            // Questions back to a person in the middle of a call are not asked here.
            _ => Ok(ToolOutcome::BadAnswer { what: "the tool asks for more input" }),
        }
    }

    fn listed(&self, tool: &rmcp::model::Tool) -> Listed {
        let is_read = tool.annotations.as_ref().and_then(|hints| hints.read_only_hint) == Some(true);
        let name = format!("{}_{}", self.name, tool.name);
        let is_good = |letter: char| letter.is_ascii_alphanumeric() || "_-".contains(letter);
        let name: String = name.chars().map(|letter| if is_good(letter) { letter } else { '_' }).collect();
        let description = tool.description.as_deref().or(tool.title.as_deref()).unwrap_or_default();
        let mut schema = Value::Object((*tool.input_schema).clone());
        if schema["type"].is_null() {
            schema["type"] = Value::from("object");
        }
        let definition = ToolDefinition {
            name: name.chars().take(TOOL_NAME_CHARS_MAX).collect(),
            description: description.chars().take(TOOL_DESCRIPTION_CHARS_MAX).collect(),
            target: Kind::Mcp { server: self.name.clone(), tool: tool.name.to_string() },
            access: if is_read { Access::Read } else { Access::Write },
            schema,
            kept: Kept::All,
            amount_cap: None,
            daily_cap_per_customer: None,
            approval: if is_read { Approval::Never } else { Approval::Always },
            idempotency: Idempotency::None,
            dry_run: DryRun::Unsupported,
            timeout_ms: TOOL_TIMEOUT_MS_MAX / 6,
        };
        let definition =
            Tool::parse(definition).map(|tool| tool.definition().clone()).map_err(|error| error.to_string());
        Listed { tool: tool.name.to_string(), definition }
    }

    fn slow(&self) -> McpError {
        // A message that was too long has closed the connection before time was up.
        if self.is_too_long.load(Ordering::Relaxed) { McpError::TooLarge } else { McpError::TimedOut }
    }

    fn why(&self, error: &ServiceError) -> McpError {
        match error {
            _ if self.is_too_long.load(Ordering::Relaxed) => McpError::TooLarge,
            ServiceError::McpError(error) => McpError::Refused { code: error.code.0 },
            ServiceError::Timeout { .. } => McpError::TimedOut,
            ServiceError::TransportClosed | ServiceError::TransportSend(_) | ServiceError::Cancelled { .. } => {
                McpError::Gone
            }
            _ => McpError::Protocol,
        }
    }
}

async fn started<E>(
    serving: impl Future<Output = Result<RunningService<RoleClient, ()>, E>>,
) -> Result<RunningService<RoleClient, ()>, McpError> {
    match timeout(Duration::from_millis(MCP_START_MS_MAX), serving).await {
        Ok(Ok(service)) => Ok(service),
        Ok(Err(_)) => Err(McpError::NotStarted),
        Err(_) => Err(McpError::TimedOut),
    }
}

fn outcome(result: CallToolResult, kept: &Kept) -> ToolOutcome {
    if result.is_error == Some(true) {
        return ToolOutcome::Refused { status: None };
    }
    if let Some(structured) = result.structured_content {
        return ToolOutcome::Ok(trim(&structured, kept));
    }
    let texts: Vec<&str> = result.content.iter().filter_map(text).collect();
    if texts.is_empty() && !result.content.is_empty() {
        return ToolOutcome::BadAnswer { what: "the tool answers with something that is not text" };
    }
    let text = texts.join("\n");
    let value = match serde_json::from_str::<Value>(&text) {
        Ok(value) => value,
        Err(_) => Value::from(text.chars().take(RESULT_BYTES_MAX).collect::<String>()),
    };
    // Plain text has no fields to keep.
    let kept = if value.is_object() || value.is_array() { kept } else { &Kept::All };
    ToolOutcome::Ok(trim(&value, kept))
}

fn text(block: &ContentBlock) -> Option<&str> {
    match block {
        ContentBlock::Text(text) => Some(&text.text),
        _ => None,
    }
}
