//! What a tool is: where it leads, what it may do, and its limits.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::template::{BodyTemplate, Template, TemplateError};
use crate::limits::{FIELDS_KEPT_MAX, TOOL_DESCRIPTION_CHARS_MAX, TOOL_NAME_CHARS_MAX, TOOL_TIMEOUT_MS_MAX};
use crate::schema::{Schema, SchemaError};

/// Whether a tool changes anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// It looks something up.
    Read,
    /// It changes something.
    Write,
}

/// Where a tool leads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Kind {
    /// A request to another system.
    Http {
        /// GET, POST, PUT, PATCH or DELETE.
        method: String,
        /// The address; `{name}` in path or query becomes the argument of that name.
        url: String,
        /// Headers; `{secret:name}` becomes the secret of that name.
        #[serde(default)]
        headers: Vec<(String, String)>,
        /// The body.
        #[serde(default)]
        body: BodyTemplate,
    },
    /// A tool of an MCP server.
    Mcp {
        /// The server, as the configuration calls it.
        server: String,
        /// The tool, as the server calls it.
        tool: String,
    },
}

/// Which part of a result a model is given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kept {
    /// Everything within the limits.
    #[default]
    All,
    /// These fields, as paths with dots: `order.status`; lists are walked through.
    Fields(Vec<String>),
}

/// The most that one call may move.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AmountCap {
    /// The argument that names the amount.
    pub argument: String,
    /// The most.
    pub max: f64,
}

/// The most that may be done for one customer in one day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DailyCap {
    /// Calls.
    Count(u32),
    /// The sum of an argument.
    Sum {
        /// The argument that names the amount.
        argument: String,
        /// The most.
        max: f64,
    },
}

/// When a person must agree first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Approval {
    /// Never.
    Never,
    /// Each time.
    #[default]
    Always,
    /// When an argument is above an amount.
    AboveAmount {
        /// The argument that names the amount.
        argument: String,
        /// Up to here nobody is asked.
        amount: f64,
    },
}

/// How a repeated call is told apart from a second one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Idempotency {
    /// It is not: a write whose result is unknown is never tried again.
    #[default]
    None,
    /// By a header, such as `Idempotency-Key`.
    Header(String),
    /// By a field of the body or an argument.
    Argument(String),
}

/// How a call is tried without effect.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DryRun {
    /// It cannot: in a rehearsal a write is not sent at all.
    #[default]
    Unsupported,
    /// By a header with this name and value.
    Header(String, String),
    /// By setting a field of the body or an argument to true.
    Argument(String),
}

/// A tool as people publish it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToolDefinition {
    /// Its name: letters, digits, `_` and `-`.
    pub name: String,
    /// What it is for; the model reads this.
    pub description: String,
    /// Where it leads.
    pub target: Kind,
    /// Whether it changes anything.
    pub access: Access,
    /// JSON Schema of its arguments: an object.
    pub schema: Value,
    /// What a model is given of the result.
    #[serde(default)]
    pub kept: Kept,
    /// The most that one call may move.
    #[serde(default)]
    pub amount_cap: Option<AmountCap>,
    /// The most for one customer in one day.
    #[serde(default)]
    pub daily_cap_per_customer: Option<DailyCap>,
    /// When a person must agree first.
    #[serde(default)]
    pub approval: Approval,
    /// How repeated calls are recognised.
    #[serde(default)]
    pub idempotency: Idempotency,
    /// How it is rehearsed.
    #[serde(default)]
    pub dry_run: DryRun,
    /// How long it may take.
    pub timeout_ms: u64,
}

/// A definition that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DefinitionError {
    /// A field with a value that it cannot have.
    #[error("`{field}` {what}")]
    Field {
        /// The field.
        field: &'static str,
        /// What it must be.
        what: String,
    },
    /// Arguments that cannot be checked.
    #[error("the schema of the arguments cannot be used: {0}")]
    Schema(#[from] SchemaError),
    /// An address, header or body that cannot be filled in.
    #[error(transparent)]
    Template(#[from] TemplateError),
}

/// A tool that was checked and is ready to be used.
#[derive(Clone, Debug)]
pub struct Tool {
    pub(super) definition: ToolDefinition,
    pub(super) schema: Schema,
    pub(super) template: Option<Template>,
}

impl Tool {
    /// Checks a definition.
    ///
    /// # Errors
    /// When something in it could not work; says what.
    pub fn parse(definition: ToolDefinition) -> Result<Tool, DefinitionError> {
        let field = |field: &'static str, what: &str| DefinitionError::Field { field, what: what.to_owned() };
        let is_name = |letter: char| letter.is_ascii_alphanumeric() || "_-".contains(letter);
        if definition.name.is_empty()
            || definition.name.len() > TOOL_NAME_CHARS_MAX
            || !definition.name.chars().all(is_name)
        {
            return Err(field("name", "must have 1 to 64 letters, digits, `_` or `-`"));
        }
        if definition.description.chars().count() > TOOL_DESCRIPTION_CHARS_MAX {
            return Err(field("description", "must have at most 1,000 characters"));
        }
        if !(1..=TOOL_TIMEOUT_MS_MAX).contains(&definition.timeout_ms) {
            return Err(field("timeout_ms", "must be between 1 and 60,000"));
        }
        if matches!(&definition.kept, Kept::Fields(fields) if fields.len() > FIELDS_KEPT_MAX) {
            return Err(field("kept", "must name at most 50 fields"));
        }
        if definition.schema["type"] != "object" {
            return Err(field("schema", "must describe an object"));
        }
        let schema = Schema::parse(&definition.schema)?;
        for (argument, what) in amounts(&definition) {
            // An amount that may be left out would pass every cap.
            if !schema.requires(argument) || !schema.has_property(argument) {
                return Err(field(what, "must name an argument that the schema has and requires"));
            }
        }
        let template = match &definition.target {
            Kind::Mcp { .. } => None,
            Kind::Http { method, url, headers, body } => Some(Template::parse(method, url, headers, body, &schema)?),
        };
        Ok(Tool { definition, schema, template })
    }

    /// The definition.
    pub fn definition(&self) -> &ToolDefinition {
        &self.definition
    }

    /// The schema of its arguments.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Whether a call whose result is unknown may be made again.
    pub fn is_repeatable(&self) -> bool {
        self.definition.access == Access::Read || self.definition.idempotency != Idempotency::None
    }
}

fn amounts(definition: &ToolDefinition) -> Vec<(&str, &'static str)> {
    let mut amounts = Vec::new();
    if let Some(cap) = &definition.amount_cap {
        amounts.push((cap.argument.as_str(), "amount_cap"));
    }
    if let Some(DailyCap::Sum { argument, .. }) = &definition.daily_cap_per_customer {
        amounts.push((argument.as_str(), "daily_cap_per_customer"));
    }
    if let Approval::AboveAmount { argument, .. } = &definition.approval {
        amounts.push((argument.as_str(), "approval"));
    }
    amounts
}
