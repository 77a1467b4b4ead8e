//! Tools of AI agents, run within their limits: what a published tool says becomes what the network layer runs.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Map, Value, json};
use signalbox_agents::http::{AllowList, HostPort, Http, Names, Pace};
use signalbox_agents::mcp::{McpHttp, McpProcess};
use signalbox_agents::reach::{McpServer, Reach, Run};
use signalbox_agents::secret::{Secret, Secrets};
use signalbox_agents::tools::{
    self, Approval, BodyTemplate, DailyCap, Idempotency, Kept, Kind, ToolDefinition, ToolOutcome, Used, Verdict,
};
use signalbox_eventlog::Log;
use signalbox_model::contact::Actor;
use signalbox_model::event::action::{ToolFinished, ToolStarted};
use signalbox_model::event::{Event, NewEvent};
use signalbox_model::id::{ConnectorId, ConversationId};
use signalbox_model::setup::ai_agent::Autonomy;
use signalbox_model::setup::connector::{Access, ApprovalRule, ArgumentKind, Call, Connector, System, Tool};
use signalbox_model::word::Slug;
use tokio::time::Instant;

use crate::ingest::Commands;
use crate::secrets::digest;
use crate::standing::Standing;

/// Under which kind connectors' secrets are kept.
pub const CONNECTOR_SECRETS: &str = "connector";
/// Runs that are counted for daily caps at most; beyond, the oldest day is forgotten.
const COUNTS_MAX: usize = 200_000;
const MCP_TIMEOUT: Duration = Duration::from_secs(10);

/// Why a tool cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// Its connector is gone.
    #[error("its connector is gone: choose another")]
    NoConnector,
    /// Its connector is a language model.
    #[error("its connector is a language model, which has no actions")]
    NotForTools,
    /// What it says cannot work.
    #[error("{0}")]
    Definition(String),
    /// An internal host that is not one.
    #[error("internal host: {0}")]
    Host(String),
}

/// What each tool did: by customer, tool and day.
type Counts = BTreeMap<(String, String, String), Used>;

/// For which conversation a tool is run.
#[derive(Clone, Copy, Debug)]
pub struct For<'a> {
    /// Which.
    pub conversation: ConversationId,
    /// The customer, as a key for daily caps.
    pub customer: &'a str,
    /// In which turn.
    pub number: u32,
    /// The day, as a key for daily caps.
    pub day: &'a str,
}

/// Tools, with what reaches them. Clones share connections.
#[derive(Clone)]
pub struct Toolbox {
    log: Log,
    commands: Commands,
    standing: Standing,
    reaches: Arc<Mutex<HashMap<ConnectorId, (u32, Reach)>>>,
    counts: Arc<Mutex<Counts>>,
}

/// The network layer's form of a published tool.
///
/// # Errors
/// When it cannot be used.
pub fn checked(tool: &Tool, connector: &Connector) -> Result<tools::Tool, Unusable> {
    let target = match (&tool.call, &connector.system) {
        (Call::Http { method, path }, System::Http { base_url, .. }) => http_target(tool, method, base_url, path),
        (Call::Mcp { tool }, System::McpHttp { .. } | System::McpStdio { .. }) => {
            Kind::Mcp { server: connector.id.to_string(), tool: tool.clone() }
        }
        _ => return Err(Unusable::NotForTools),
    };
    let cap = tool.amount_cap.as_ref();
    let amount = |cap: &signalbox_model::setup::connector::AmountCap| cap.argument.to_string();
    let definition = ToolDefinition {
        name: tool.handle.to_string(),
        description: tool.description.clone(),
        target,
        access: match tool.access {
            Access::Read => tools::Access::Read,
            Access::Write => tools::Access::Write,
        },
        schema: schema(tool),
        kept: if tool.results.is_empty() {
            Kept::All
        } else {
            Kept::Fields(tool.results.iter().map(ToString::to_string).collect())
        },
        amount_cap: cap.map(|cap| tools::AmountCap { argument: amount(cap), max: cap.max as f64 }),
        daily_cap_per_customer: tool.daily_per_customer_max.map(DailyCap::Count),
        approval: match (tool.approval, cap) {
            (ApprovalRule::Never, _) => Approval::Never,
            (ApprovalRule::AboveAmount { amount: most }, Some(cap)) => {
                Approval::AboveAmount { argument: amount(cap), amount: most as f64 }
            }
            (ApprovalRule::Always | ApprovalRule::AboveAmount { .. }, _) => Approval::Always,
        },
        idempotency: match (tool.access, &tool.call) {
            (Access::Write, Call::Http { .. }) => Idempotency::Header("Idempotency-Key".to_owned()),
            _ => Idempotency::None,
        },
        dry_run: tools::DryRun::Unsupported,
        timeout_ms: tool.timeout_ms.0,
    };
    tools::Tool::parse(definition).map_err(|error| Unusable::Definition(error.to_string()))
}

fn http_target(tool: &Tool, method: &str, base_url: &str, path: &str) -> Kind {
    let mut url = format!("{}{path}", base_url.trim_end_matches('/'));
    let in_query = matches!(method, "GET" | "DELETE");
    if in_query {
        // What must be there and does not stand in the path goes into the query.
        let named = |name: &Slug| url.contains(&format!("{{{name}}}"));
        let rest: Vec<String> = tool
            .arguments
            .iter()
            .filter(|argument| argument.required && !named(&argument.name))
            .map(|argument| format!("{0}={{{0}}}", argument.name))
            .collect();
        if !rest.is_empty() {
            let sign = if url.contains('?') { '&' } else { '?' };
            url = format!("{url}{sign}{}", rest.join("&"));
        }
    }
    let body = if in_query { BodyTemplate::None } else { BodyTemplate::Arguments };
    let headers = vec![("authorization".to_owned(), "Bearer {secret:key}".to_owned())];
    Kind::Http { method: method.to_owned(), url, headers, body }
}

/// JSON Schema of a tool's arguments.
pub fn schema(tool: &Tool) -> Value {
    let mut properties = Map::new();
    for argument in &tool.arguments {
        let mut property = match &argument.value {
            ArgumentKind::Text => json!({ "type": "string", "minLength": 1 }),
            ArgumentKind::Number => json!({ "type": "number" }),
            ArgumentKind::Money => json!({ "type": "integer", "minimum": 0 }),
            ArgumentKind::Date => json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" }),
            ArgumentKind::YesNo => json!({ "type": "boolean" }),
            ArgumentKind::Choice { of } => json!({ "type": "string", "enum": of }),
            ArgumentKind::Json => json!({}),
        };
        if !argument.description.is_empty() {
            property["description"] = json!(argument.description);
        }
        properties.insert(argument.name.to_string(), property);
    }
    let required: Vec<&str> =
        tool.arguments.iter().filter(|argument| argument.required).map(|argument| argument.name.as_str()).collect();
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

impl Toolbox {
    /// Tools as `standing` has them published.
    pub fn new(log: Log, commands: Commands, standing: Standing) -> Toolbox {
        Toolbox { log, commands, standing, reaches: Arc::default(), counts: Arc::default() }
    }

    /// The published connector and how often it was published.
    fn connector(&self, id: ConnectorId) -> Option<(Arc<Connector>, u32)> {
        let directory = self.standing.directory();
        let connector = directory.connectors.get(&id).filter(|connector| !connector.retired)?.clone();
        let revision = directory.revision(signalbox_model::setup::DocumentId::Connector(id))?.revision;
        Some((connector, revision))
    }

    /// The secret of a connector; none: it has none.
    pub async fn secret(&self, id: ConnectorId) -> Option<Secret> {
        let bytes = self.log.secret_get(CONNECTOR_SECRETS, &id.to_string()).await.ok().flatten()?;
        String::from_utf8(bytes).ok().map(Secret::new)
    }

    /// Forgets the connections of a connector: its secret has changed.
    pub fn forget(&self, id: ConnectorId) {
        self.reaches.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
    }

    /// What reaches a connector.
    ///
    /// # Errors
    /// When it is gone or its hosts are none.
    pub async fn reach(&self, id: ConnectorId) -> Result<Reach, Unusable> {
        let (connector, revision) = self.connector(id).ok_or(Unusable::NoConnector)?;
        let known = self.reaches.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned();
        if let Some((_, reach)) = known.filter(|(made_from, _)| *made_from == revision) {
            return Ok(reach);
        }
        let secret = self.secret(id).await;
        let http = http_of(&connector)?;
        let servers = match &connector.system {
            System::McpHttp { url } => vec![(
                id.to_string(),
                McpServer::Http(McpHttp { url: url.clone(), key: secret.clone(), timeout: MCP_TIMEOUT }),
            )],
            System::McpStdio { command, arguments } => {
                let environment = secret.iter().map(|secret| ("MCP_KEY".to_owned(), secret.clone())).collect();
                let process = McpProcess { program: command.clone(), arguments: arguments.clone(), environment };
                vec![(id.to_string(), McpServer::Process(process))]
            }
            _ => Vec::new(),
        };
        // A template that names a secret which is not there would not be sent: an empty one is what an open system wants.
        let secrets = Secrets::default().with("key", secret.unwrap_or_else(|| Secret::new("")));
        let reach = Reach::new(http, secrets, servers, Pace::default());
        self.reaches.lock().unwrap_or_else(PoisonError::into_inner).insert(id, (revision, reach.clone()));
        Ok(reach)
    }

    /// Whether a call may be made.
    pub fn judge(&self, tool: &tools::Tool, arguments: &Value, wanted: For<'_>, autonomy: Autonomy) -> Verdict {
        let key = (wanted.customer.to_owned(), tool.definition().name.clone(), wanted.day.to_owned());
        let used = self.counts.lock().unwrap_or_else(PoisonError::into_inner).get(&key).copied().unwrap_or_default();
        tools::check(tool, arguments, used, level(autonomy))
    }

    /// Makes a call for real. What changes something is written down before and after, so that it is never done twice.
    pub async fn run(
        &self,
        tool: &Tool,
        checked: tools::Tool,
        arguments: Value,
        key: &str,
        wanted: For<'_>,
        until: Instant,
    ) -> (ToolOutcome, u64) {
        let began = Instant::now();
        let outcome = self.run_once(tool, checked, arguments, key, wanted, until).await;
        (outcome, u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX))
    }

    async fn run_once(
        &self,
        tool: &Tool,
        checked: tools::Tool,
        arguments: Value,
        key: &str,
        wanted: For<'_>,
        until: Instant,
    ) -> ToolOutcome {
        let reach = match self.reach(tool.connector).await {
            Ok(reach) => reach,
            Err(why) => return ToolOutcome::NotSent { why: why.to_string() },
        };
        let Value::Object(arguments) = arguments else {
            return ToolOutcome::NotSent { why: "the arguments are no object".to_owned() };
        };
        let writes = tool.access == Access::Write;
        if writes {
            let started = ToolStarted {
                conversation: wanted.conversation,
                number: wanted.number,
                tool: tool.id,
                key: digest(key),
            };
            let command = crate::secrets::command_id(&["tool", key]);
            match self
                .commands
                .submit(Actor::System, Some(command), vec![NewEvent::now(Event::ToolStarted(started))])
                .await
            {
                Ok(appended) if appended.repeated => {
                    // It was begun before and its end is not known: doing it again might do it twice.
                    return ToolOutcome::Failed { is_retryable: false, may_have_happened: true };
                }
                Ok(_) => {}
                Err(error) => return ToolOutcome::NotSent { why: error.to_string() },
            }
        }
        let name = checked.definition().name.clone();
        let ran = reach
            .run(Run { tool: Arc::new(checked), arguments, key: key.to_owned(), dry_run: false, until })
            .await
            .outcome;
        if writes {
            let status = Slug::parse(ran.word()).expect("a word");
            let finished = ToolFinished { conversation: wanted.conversation, tool: tool.id, key: digest(key), status };
            let kept =
                self.commands.submit(Actor::System, None, vec![NewEvent::now(Event::ToolFinished(finished))]).await;
            if let Err(error) = kept {
                tracing::error!(%error, "the end of a tool's run could not be written down");
            }
        }
        if matches!(ran, ToolOutcome::Ok(_)) {
            self.count(wanted, &name);
        }
        ran
    }

    /// What each tool did for a customer on a day.
    pub fn used(&self, customer: &str, day: &str) -> BTreeMap<String, Used> {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let of = |((who, _, when), _): &(&(String, String, String), &Used)| who == customer && when == day;
        counts.iter().filter(of).map(|((_, tool, _), used)| (tool.clone(), *used)).collect()
    }

    fn count(&self, wanted: For<'_>, tool: &str) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= COUNTS_MAX {
            counts.retain(|(_, _, day), _| day == wanted.day);
        }
        let key = (wanted.customer.to_owned(), tool.to_owned(), wanted.day.to_owned());
        counts.entry(key).or_default().count += 1;
    }
}

/// What an AI agent may do alone, in the network layer's words.
pub fn level(autonomy: Autonomy) -> tools::Autonomy {
    match autonomy {
        Autonomy::Observe => tools::Autonomy::Observe,
        Autonomy::Suggest => tools::Autonomy::Suggest,
        Autonomy::Draft => tools::Autonomy::Draft,
        Autonomy::ActWithApproval => tools::Autonomy::ActWithApproval,
        Autonomy::Act | Autonomy::Outbound => tools::Autonomy::ActAlone,
    }
}

/// A client that reaches what a connector may reach.
///
/// # Errors
/// When a host that it names is none.
pub fn http_of(connector: &Connector) -> Result<Http, Unusable> {
    let hosts: Result<Vec<HostPort>, _> = connector.internal_hosts.iter().map(|host| HostPort::parse(host)).collect();
    let hosts = hosts.map_err(|error| Unusable::Host(error.to_string()))?;
    // Pauses between attempts are drawn by chance; which chance does not matter.
    let seed = connector.id.uuid().as_u128() as u64;
    Ok(Http::new(AllowList::new(hosts), Names::System, seed))
}
