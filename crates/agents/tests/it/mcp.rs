//! MCP servers: one as a process beside us, one over HTTP.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::json;
use signalbox_agents::double::Double;
use signalbox_agents::http::{AllowList, Http, Names};
use signalbox_agents::mcp::{Listed, McpClient, McpError, McpHttp, McpProcess};
use signalbox_agents::reach::{McpServer, Reach, Run};
use signalbox_agents::secret::Secrets;
use signalbox_agents::tools::{Kept, ToolDefinition, ToolOutcome};
use tokio::time::Instant;

use crate::fixture::{pace, parsed};

const SOON: Duration = Duration::from_secs(5);

/// The example server, which cargo builds beside the tests.
fn process() -> Option<McpProcess> {
    let program: PathBuf = std::env::current_exe().ok()?.parent()?.parent()?.join("examples/mcp_server");
    if !program.exists() {
        println!(
            "skipped: the example mcp_server is not built; run `cargo test -p signalbox-agents` without naming a test target"
        );
        return None;
    }
    Some(McpProcess { program: program.display().to_string(), arguments: Vec::new(), environment: Vec::new() })
}

fn lines(listed: &[Listed]) -> Vec<String> {
    let line = |listed: &Listed| match &listed.definition {
        Ok(tool) => format!("{}: {} {:?} {:?}", listed.tool, tool.name, tool.access, tool.approval),
        Err(why) => format!("{}: {why}", listed.tool),
    };
    listed.iter().map(line).collect()
}

fn definition(listed: &[Listed], tool: &str) -> ToolDefinition {
    let found = listed.iter().find(|listed| listed.tool == tool).unwrap();
    found.definition.clone().unwrap()
}

#[tokio::test]
async fn a_server_beside_us_lists_and_answers() {
    let Some(process) = process() else { return };
    let client = McpClient::start("shop", &process).await.unwrap();
    let listed = client.list(SOON).await.unwrap();
    let expected = ["find_order: shop_find_order Read Never", "misbehave: shop_misbehave Write Always"];
    assert_eq!(lines(&listed), expected);
    let mut find = definition(&listed, "find_order");
    find.kept = Kept::Fields(vec!["status".into()]);
    let arguments = json!({ "order": "AB12" }).as_object().unwrap().clone();
    let outcome = client.call(&parsed(find), arguments, Instant::now() + SOON).await.unwrap();
    assert_eq!(outcome, ToolOutcome::Ok(json!({ "status": "sent" })));
}

#[tokio::test]
async fn whatever_a_server_beside_us_does_has_a_name() {
    let Some(process) = process() else { return };
    let table = [
        ("fail", Ok(ToolOutcome::Refused { status: None })),
        ("refuse", Err(McpError::Refused { code: -32602 })),
        ("image", Ok(ToolOutcome::BadAnswer { what: "the tool answers with something that is not text" })),
        ("hang", Err(McpError::TimedOut)),
        ("flood", Err(McpError::TooLarge)),
        ("crash", Err(McpError::Gone)),
    ];
    for (how, expected) in table {
        let client = McpClient::start("shop", &process).await.unwrap();
        let mut tool = definition(&client.list(SOON).await.unwrap(), "misbehave");
        tool.timeout_ms = if how == "hang" { 200 } else { 5_000 };
        let arguments = json!({ "how": how }).as_object().unwrap().clone();
        assert_eq!(client.call(&parsed(tool), arguments, Instant::now() + SOON).await, expected, "{how}");
    }
}

#[tokio::test]
async fn a_server_that_crashed_is_started_again_with_the_next_call() {
    let Some(process) = process() else { return };
    let double = Double::start().await;
    let servers = vec![("shop".to_owned(), McpServer::Process(process))];
    let reach = Reach::new(double.http(), Secrets::default(), servers, pace());
    let listed = reach.server("shop").await.unwrap().list(SOON).await.unwrap();
    let run = |tool: &str, arguments: serde_json::Value| Run {
        tool: parsed(definition(&listed, tool)),
        arguments: arguments.as_object().unwrap().clone(),
        key: "key".into(),
        dry_run: false,
        until: Instant::now() + SOON,
    };
    let crashed = reach.run(run("misbehave", json!({ "how": "crash" }))).await;
    assert_eq!(crashed.outcome, ToolOutcome::Failed { is_retryable: true, may_have_happened: true });
    assert_eq!(crashed.attempts[0].why, "the MCP server is gone; it is started again with the next call");
    let found = reach.run(run("find_order", json!({ "order": "AB12" }))).await;
    assert!(matches!(found.outcome, ToolOutcome::Ok(_)), "{found:?}");
}

#[tokio::test]
async fn what_cannot_be_started_says_so() {
    let missing = McpProcess { program: "/nowhere/server".into(), arguments: Vec::new(), environment: Vec::new() };
    assert_eq!(McpClient::start("shop", &missing).await.map(|_| ()), Err(McpError::NotStarted));
    let mute = McpProcess { program: "/bin/false".into(), ..missing };
    assert_eq!(McpClient::start("shop", &mute).await.map(|_| ()), Err(McpError::NotStarted));
}

#[tokio::test]
async fn a_server_over_http_lists_and_answers_within_the_same_address_checks() {
    let double = Double::start().await;
    let server = McpHttp { url: double.url("mcp"), key: None, timeout: SOON };
    let client = McpClient::connect("shop", double.http(), &server).await.unwrap();
    let listed = client.list(SOON).await.unwrap();
    let expected = [
        "find order: shop_find_order Read Never".to_owned(),
        "cancel: shop_cancel Write Always".to_owned(),
        "odd: the schema of the arguments cannot be used: the keyword `not` at /properties/order is not supported; describe the arguments without it".to_owned(),
    ];
    assert_eq!(lines(&listed), expected);
    let mut find = definition(&listed, "find order");
    find.kept = Kept::Fields(vec!["status".into()]);
    let arguments = json!({ "order": "AB12" }).as_object().unwrap().clone();
    let outcome = client.call(&parsed(find), arguments, Instant::now() + SOON).await.unwrap();
    assert_eq!(outcome, ToolOutcome::Ok(json!({ "status": "sent" })));
    assert_eq!(double.calls()[0]["arguments"], json!({ "order": "AB12" }));

    let closed = Http::new(AllowList::default(), Names::System, 1);
    assert_eq!(McpClient::connect("shop", closed, &server).await.map(|_| ()), Err(McpError::NotStarted));
}
