//! Tools out of an OpenAPI document or an MCP server's list, as drafts: nothing is published until a person says so.

use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path, State};
use serde::Serialize;
use serde_json::Value;
use signalbox_agents::limits::OPENAPI_BYTES_MAX;
use signalbox_agents::tools::{self, Kind, ToolDefinition, import_openapi};
use signalbox_model::id::ToolId;
use signalbox_model::limits::{BRIEFING_SECTION_CHARS_MAX, TOOL_TIMEOUT_MS_MAX};
use signalbox_model::setup::connector::{Access, ApprovalRule, Argument, ArgumentKind, Call, Connector, System, Tool};
use signalbox_model::time::DurationMs;
use signalbox_model::word::Slug;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::connector;
use crate::api::error::{ApiError, Code, Problem};
use crate::api::extract::{Signed, body_error};
use crate::auth::Permission;
use crate::clock::fresh;
use crate::state::AppState;

/// Longest that a list of tools may take.
const LIST_MAX: Duration = Duration::from_secs(10);

/// The routes of this file.
pub fn routes() -> OpenApiRouter<AppState> {
    let documents = OpenApiRouter::new().routes(routes!(openapi)).layer(DefaultBodyLimit::max(OPENAPI_BYTES_MAX));
    OpenApiRouter::new().routes(routes!(mcp_tools)).merge(documents)
}

/// One operation of the other system.
#[derive(Debug, Serialize, ToSchema)]
pub struct ToolDraft {
    /// As the other system calls it.
    pub operation: String,
    /// A tool that can be published as it is, by `POST /api/setup/tools` without its id; none: it cannot be one.
    pub tool: Option<Tool>,
    /// Whether there is a tool with this handle already.
    pub known: bool,
    /// Why it cannot be one, and what of it was left out.
    pub notes: Vec<String>,
}

/// What the other system offers. Nothing of it is published.
#[derive(Debug, Serialize, ToSchema)]
pub struct ToolDrafts {
    /// In the order of the source.
    pub drafts: Vec<ToolDraft>,
}

/// One argument out of its schema.
fn argument(name: &str, schema: &Value, required: bool) -> Result<Argument, String> {
    let named = Slug::parse(name).map_err(|_| format!("the argument `{name}` has a name that cannot be used here"))?;
    let choices: Option<Vec<String>> = schema["enum"]
        .as_array()
        .map(|values| values.iter().filter_map(|value| value.as_str().map(str::to_owned)).collect());
    let value = match (schema["type"].as_str(), choices) {
        (_, Some(of)) if !of.is_empty() => ArgumentKind::Choice { of },
        (Some("string"), _) if schema["format"] == "date" => ArgumentKind::Date,
        (Some("string"), _) => ArgumentKind::Text,
        (Some("integer" | "number"), _) => ArgumentKind::Number,
        (Some("boolean"), _) => ArgumentKind::YesNo,
        _ => ArgumentKind::Json,
    };
    let description = schema["description"].as_str().unwrap_or_default().to_owned();
    Ok(Argument { name: named, value, required, description })
}

/// A definition of the network layer as a document of this centre, with what was left out.
fn as_tool(connector: &Connector, definition: &ToolDefinition) -> Result<(Tool, Vec<String>), String> {
    let mut notes = Vec::new();
    let call = match &definition.target {
        Kind::Mcp { tool, .. } => Call::Mcp { tool: tool.clone() },
        Kind::Http { method, url, headers, .. } => {
            let base = connector.system.address().unwrap_or_default().trim_end_matches('/');
            let path = url.strip_prefix(base).ok_or("it lies outside the connector's address")?;
            let path = path.split('?').next().unwrap_or(path);
            let path = if path.is_empty() { "/" } else { path };
            if headers.iter().any(|(_, value)| value.starts_with('{')) {
                notes.push("arguments that go into headers are left out".to_owned());
            }
            Call::Http { method: method.clone(), path: path.to_owned() }
        }
    };
    let required: Vec<&str> =
        definition.schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let headers: Vec<String> = match &definition.target {
        Kind::Http { headers, .. } => headers.iter().map(|(name, _)| name.clone()).collect(),
        Kind::Mcp { .. } => Vec::new(),
    };
    let mut arguments = Vec::new();
    for (name, schema) in definition.schema["properties"].as_object().into_iter().flatten() {
        let is_required = required.contains(&name.as_str());
        if headers.contains(name) {
            if is_required {
                return Err(format!("it needs `{name}` in a header"));
            }
            continue;
        }
        let made = argument(name, schema, is_required)?;
        if made.value == ArgumentKind::Json {
            notes.push(format!("`{name}` may be anything that JSON can say: guided procedures cannot ask for it"));
        }
        arguments.push(made);
    }
    let handle = Slug::parse(&definition.name).map_err(|_| "its name cannot be a handle".to_owned())?;
    let is_read = definition.access == tools::Access::Read;
    let described = definition.description.trim();
    let description: String = match described.is_empty() {
        true => definition.name.replace('_', " "),
        false => described.chars().take(BRIEFING_SECTION_CHARS_MAX).collect(),
    };
    let tool = Tool {
        id: ToolId::new(fresh()),
        handle,
        description,
        connector: connector.id,
        call,
        access: if is_read { Access::Read } else { Access::Write },
        arguments,
        results: Vec::new(),
        amount_cap: None,
        daily_per_customer_max: None,
        approval: if is_read { ApprovalRule::Never } else { ApprovalRule::Always },
        timeout_ms: DurationMs(definition.timeout_ms.min(TOOL_TIMEOUT_MS_MAX)),
        retired: false,
    };
    tool.validate().map_err(|error| error.to_string())?;
    crate::ai::toolbox::checked(&tool, connector).map_err(|error| error.to_string())?;
    Ok((tool, notes))
}

fn draft(
    state: &AppState,
    connector: &Connector,
    operation: String,
    definition: Result<&ToolDefinition, &String>,
) -> ToolDraft {
    match definition.map_err(String::clone).and_then(|definition| as_tool(connector, definition)) {
        Ok((tool, notes)) => {
            let directory = state.directory();
            let known = directory.tools.values().any(|other| !other.retired && other.handle == tool.handle);
            ToolDraft { operation, known, notes, tool: Some(tool) }
        }
        Err(why) => ToolDraft { operation, tool: None, known: false, notes: vec![why] },
    }
}

/// Read an OpenAPI document into drafts of tools
#[utoipa::path(post, path = "/api/connectors/{id}/openapi", tag = "connectors", operation_id = "import_openapi", security(("session" = [])),
    params(("id" = String, Path)),
    request_body(content = String, content_type = "application/json", description = "The OpenAPI 3 document as JSON, at most 8 MB"),
    responses((status = 200, body = ToolDrafts), (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"), (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn openapi(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<String>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<ToolDrafts>, ApiError> {
    signed.require(&state, Permission::AiBuild, "POST /api/connectors/{id}/openapi").await?;
    let connector = connector(&state.directory(), &id)?;
    let System::Http { base_url, .. } = &connector.system else {
        return Err(ApiError::new(Code::Conflict, "Only a connector that speaks plain HTTP has an OpenAPI document."));
    };
    let body = body.map_err(body_error)?;
    // The connector says where the system is; a document may name a server that is another one.
    let found = import_openapi(&body, Some(base_url)).map_err(|error| ApiError::invalid("body", error.to_string()))?;
    let drafts = found.iter().map(|one| draft(&state, &connector, one.operation.clone(), one.tool.as_ref()));
    Ok(Json(ToolDrafts { drafts: drafts.collect() }))
}

/// Read an MCP server's tools into drafts
#[utoipa::path(post, path = "/api/connectors/{id}/mcp-tools", tag = "connectors", operation_id = "list_mcp_tools", security(("session" = [])),
    params(("id" = String, Path)),
    responses((status = 200, body = ToolDrafts), (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "`unavailable`: the server does not answer")))]
async fn mcp_tools(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<Json<ToolDrafts>, ApiError> {
    signed.require(&state, Permission::AiBuild, "POST /api/connectors/{id}/mcp-tools").await?;
    let connector = connector(&state.directory(), &id)?;
    if !matches!(connector.system, System::McpHttp { .. } | System::McpStdio { .. }) {
        return Err(ApiError::new(Code::Conflict, "Only an MCP server has a list of tools: this connector is none."));
    }
    let unavailable = |why: String| ApiError::new(Code::Unavailable, why);
    let reach = state.brain.tools.reach(connector.id).await.map_err(|error| unavailable(error.to_string()))?;
    let server = reach.server(&connector.id.to_string()).await.map_err(|error| unavailable(error.to_string()))?;
    let listed = server.list(LIST_MAX).await.map_err(|error| unavailable(error.to_string()))?;
    let drafts = listed.iter().map(|one| draft(&state, &connector, one.tool.clone(), one.definition.as_ref()));
    Ok(Json(ToolDrafts { drafts: drafts.collect() }))
}
