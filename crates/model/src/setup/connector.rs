//! Systems that are reached over a network, and what an AI agent may do in them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{SetupError, wrong};
use crate::id::{ConnectorId, PersonId, ToolId};
use crate::limits::{BRIEFING_SECTION_CHARS_MAX, TOOL_ARGUMENTS_MAX, TOOL_TIMEOUT_MS_MAX};
use crate::time::DurationMs;
use crate::word::{Name, Slug};

/// A kind of data that passes through a connector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DataClass {
    /// What anybody may read.
    Public,
    /// Our own business.
    Internal,
    /// Who a customer is and how to reach them.
    Personal,
    /// Cards and accounts.
    Payment,
    /// Health and the like.
    Sensitive,
}

/// What a language model costs, in millionths of the centre's currency for a million tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenPrice {
    /// Tokens sent.
    pub input_micros: u64,
    /// Tokens received.
    pub output_micros: u64,
}

/// How a connector is spoken to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum System {
    /// Plain HTTP actions.
    Http {
        /// Beginning of every address.
        base_url: String,
        /// Read by the health probe; none: the base address itself.
        #[serde(default)]
        probe_path: Option<String>,
    },
    /// An MCP server over streamable HTTP.
    McpHttp {
        /// Its address.
        url: String,
    },
    /// An MCP server that is started as a process.
    McpStdio {
        /// The program.
        command: String,
        /// Its arguments.
        #[serde(default)]
        arguments: Vec<String>,
    },
    /// A language model that speaks OpenAI's chat protocol.
    OpenAiCompatible {
        /// Beginning of every address.
        base_url: String,
        /// What it costs, if that is known.
        #[serde(default)]
        price: Option<TokenPrice>,
    },
    /// Anthropic's language models.
    Anthropic {
        /// Another address than the maker's, as for a proxy.
        #[serde(default)]
        base_url: Option<String>,
        /// What it costs, if that is known.
        #[serde(default)]
        price: Option<TokenPrice>,
    },
}

impl System {
    /// Whether it is a language model.
    pub fn is_model(&self) -> bool {
        matches!(self, System::OpenAiCompatible { .. } | System::Anthropic { .. })
    }

    /// The address, if it has one.
    pub fn address(&self) -> Option<&str> {
        match self {
            System::Http { base_url, .. } | System::OpenAiCompatible { base_url, .. } => Some(base_url),
            System::McpHttp { url } => Some(url),
            System::Anthropic { base_url, .. } => base_url.as_deref(),
            System::McpStdio { .. } => None,
        }
    }
}

/// A system that is reached over a network. Its secret is kept elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Connector {
    /// Its id.
    pub id: ConnectorId,
    /// What people call it.
    pub name: Name,
    /// How it is spoken to.
    pub system: System,
    /// Who answers for it.
    #[serde(default)]
    pub owner: Option<PersonId>,
    /// What passes through it.
    #[serde(default)]
    pub data_classes: Vec<DataClass>,
    /// Hosts and ports inside our own network that it may reach, as in `crm.internal:8443`; others inside are refused.
    #[serde(default)]
    pub internal_hosts: Vec<String>,
    /// No longer used.
    #[serde(default)]
    pub retired: bool,
}

impl Connector {
    /// Checks it.
    ///
    /// # Errors
    /// An address that cannot be one, or no program.
    pub fn validate(&self) -> Result<(), SetupError> {
        if let Some(address) = self.system.address()
            && !(address.starts_with("https://") || address.starts_with("http://"))
        {
            return Err(wrong("system.base_url", "must begin with https:// or http://"));
        }
        if let System::McpStdio { command, .. } = &self.system
            && command.trim().is_empty()
        {
            return Err(wrong("system.command", "must name the program to start"));
        }
        if self.internal_hosts.iter().any(|host| !host.contains(':')) {
            return Err(wrong("internal_hosts", "must be host:port, as in crm.internal:8443"));
        }
        Ok(())
    }
}

/// Whether a tool changes anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Looks things up.
    Read,
    /// Changes things.
    Write,
}

/// What may stand in an argument.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ArgumentKind {
    /// Words.
    Text,
    /// A number.
    Number,
    /// An amount in the smallest unit of the currency.
    Money,
    /// A day.
    Date,
    /// Yes or no.
    YesNo,
    /// One of a list.
    Choice {
        /// The list.
        of: Vec<String>,
    },
    /// Anything that JSON can say, as imported.
    Json,
}

/// An argument of a tool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Argument {
    /// Its name, as the other system wants it.
    pub name: Slug,
    /// What may stand in it.
    pub value: ArgumentKind,
    /// Whether it must be there.
    pub required: bool,
    /// What it is, for people and models.
    #[serde(default)]
    pub description: String,
}

/// How a tool is run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Call {
    /// One HTTP request; arguments stand in the path as `{name}`, otherwise in the query (GET, DELETE) or the JSON body.
    Http {
        /// GET, POST, PUT, PATCH or DELETE.
        method: String,
        /// After the connector's base address.
        path: String,
    },
    /// A tool of an MCP server.
    Mcp {
        /// Its name there.
        tool: String,
    },
}

/// When a person must agree before it is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ApprovalRule {
    /// Never.
    Never,
    /// Always.
    Always,
    /// Above an amount.
    AboveAmount {
        /// In the smallest unit of the currency.
        amount: u64,
    },
}

/// The largest amount that may ever be moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AmountCap {
    /// Which argument holds the amount.
    pub argument: Slug,
    /// In the smallest unit of the currency.
    pub max: u64,
}

/// Something an AI agent may do in another system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// Its id.
    pub id: ToolId,
    /// How briefings and procedures name it.
    pub handle: Slug,
    /// What it does, for people and models.
    pub description: String,
    /// Where.
    pub connector: ConnectorId,
    /// How.
    pub call: Call,
    /// Whether it changes anything.
    pub access: Access,
    /// What it needs.
    #[serde(default)]
    pub arguments: Vec<Argument>,
    /// Fields of the answer that are kept; none: all, within the limits.
    #[serde(default)]
    pub results: Vec<Slug>,
    /// The largest amount that may ever be moved.
    #[serde(default)]
    pub amount_cap: Option<AmountCap>,
    /// Runs for one customer in a day.
    #[serde(default)]
    pub daily_per_customer_max: Option<u32>,
    /// When a person must agree.
    pub approval: ApprovalRule,
    /// How long it may take.
    pub timeout_ms: DurationMs,
    /// No longer used.
    #[serde(default)]
    pub retired: bool,
}

impl Tool {
    /// Checks it.
    ///
    /// # Errors
    /// Anything that would make it unsafe or impossible to run.
    pub fn validate(&self) -> Result<(), SetupError> {
        if self.description.trim().is_empty() || self.description.chars().count() > BRIEFING_SECTION_CHARS_MAX {
            return Err(wrong("description", "must say what the tool does"));
        }
        if self.arguments.len() > TOOL_ARGUMENTS_MAX {
            return Err(wrong("arguments", format!("must have at most {TOOL_ARGUMENTS_MAX}")));
        }
        if self.timeout_ms.0 == 0 || self.timeout_ms.0 > TOOL_TIMEOUT_MS_MAX {
            return Err(wrong("timeout_ms", format!("must be 1 to {TOOL_TIMEOUT_MS_MAX}")));
        }
        if let Call::Http { method, path } = &self.call {
            if !["GET", "POST", "PUT", "PATCH", "DELETE"].contains(&method.as_str()) {
                return Err(wrong("call.method", "must be GET, POST, PUT, PATCH or DELETE"));
            }
            if method != "GET" && self.access == Access::Read && method != "POST" {
                return Err(wrong("access", format!("{method} changes things: say write")));
            }
            if !path.starts_with('/') {
                return Err(wrong("call.path", "must begin with /"));
            }
        }
        if let Some(cap) = &self.amount_cap
            && !self.arguments.iter().any(|argument| argument.name == cap.argument)
        {
            return Err(wrong("amount_cap.argument", "must be one of the arguments"));
        }
        if matches!(self.approval, ApprovalRule::AboveAmount { .. }) && self.amount_cap.is_none() {
            return Err(wrong("amount_cap", "must say which argument is the amount, since approval depends on it"));
        }
        Ok(())
    }
}
