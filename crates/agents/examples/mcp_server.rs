//! A small MCP server over its input and output: it looks orders up, and misbehaves when it is asked to.

use std::time::Duration;

use rmcp::ServerHandler;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ErrorData, ListToolsResult,
    PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool, ToolAnnotations,
};
use rmcp::service::{RequestContext, RoleServer, ServiceExt};
use serde_json::{Value, json};

#[derive(Clone)]
struct Shop;

fn tool(name: &'static str, schema: &Value, is_read: bool) -> Tool {
    let schema = schema.as_object().cloned().unwrap_or_default();
    Tool::new(name, "A tool of the example.", schema).with_annotations(ToolAnnotations::new().read_only(is_read))
}

impl ServerHandler for Shop {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let named =
            |name: &str| json!({ "type": "object", "required": [name], "properties": { name: { "type": "string" } } });
        let tools = vec![tool("find_order", &named("order"), true), tool("misbehave", &named("how"), false)];
        Ok(ListToolsResult::with_all_items(tools))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let arguments = request.arguments.unwrap_or_default();
        if request.name == "find_order" {
            let order = json!({ "status": "sent", "margin": 0.4 });
            return Ok(CallToolResult::structured(order).into());
        }
        match arguments.get("how").and_then(Value::as_str) {
            Some("fail") => Ok(CallToolResult::error(vec![ContentBlock::text("no")]).into()),
            Some("image") => Ok(CallToolResult::success(vec![ContentBlock::image("AAAA", "image/png")]).into()),
            Some("flood") => Ok(CallToolResult::success(vec![ContentBlock::text("x".repeat(2_000_000))]).into()),
            Some("crash") => std::process::exit(1),
            Some("hang") => {
                tokio::time::sleep(Duration::from_secs(600)).await;
                Ok(CallToolResult::success(Vec::new()).into())
            }
            _ => Err(ErrorData::invalid_params("no such way to misbehave", None)),
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let running = Shop.serve((tokio::io::stdin(), tokio::io::stdout())).await?;
    running.waiting().await?;
    Ok(())
}
