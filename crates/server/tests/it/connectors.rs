//! Connectors: health, secrets, and tools that other systems offer.

use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::get;
use serde_json::{Value, json};
use signalbox_eventlog::EventLog;
use signalbox_model::event::Event;
use signalbox_model::id::Position;

use crate::app::{ADA, SAM, TestApp, Visitor, assert_problem};

/// Within this a system that stops must be shown as such.
const RED_WITHIN: Duration = Duration::from_secs(30);

/// A system that answers `/health` until it is aborted, and its address.
async fn shop() -> (tokio::task::JoinHandle<()>, String) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let router = Router::new().route("/health", get(async || "well"));
    (tokio::spawn(async move { axum::serve(listener, router).await.unwrap() }), address)
}

async fn connect(ada: &Visitor, address: &str) -> String {
    let document = json!({"name": "Shop", "system": {"kind": "http", "base_url": format!("http://{address}"), "probe_path": "/health"},
        "internal_hosts": [address], "data_classes": ["personal"]});
    let (status, made) = ada.post("/api/setup/connectors", document).await;
    assert_eq!(status, 200, "{made}");
    made["id"].as_str().unwrap().to_owned()
}

/// Follows the log until a probe says `ok`.
async fn until_probed(app: &TestApp, ok: bool) {
    let mut bell = app.state().log.advanced();
    let waited = tokio::time::timeout(RED_WITHIN, async {
        loop {
            bell.borrow_and_update();
            let facts = app.state().log.read(Position::START, 2_000).await.unwrap();
            if facts.iter().any(|fact| matches!(&fact.event, Event::ConnectorProbed(probed) if probed.ok == ok)) {
                return;
            }
            bell.changed().await.unwrap();
        }
    });
    waited.await.unwrap_or_else(|_| panic!("no probe said {ok} in time"));
}

#[tokio::test]
async fn a_system_that_stops_is_red_in_time_by_itself_and_green_again_when_asked() {
    let app = TestApp::start().await;
    let ada = app.visitor(ADA).await;
    let (serving, address) = shop().await;
    let id = connect(&ada, &address).await;
    let (status, health) = ada.post(&format!("/api/connectors/{id}/probe"), Value::Null).await;
    assert_eq!((status.as_u16(), &health["ok"]), (200, &json!(true)), "{health}");
    until_probed(&app, true).await;
    serving.abort();
    let _ended = serving.await;
    let began = Instant::now();
    until_probed(&app, false).await;
    println!("red {} ms after the system stopped", began.elapsed().as_millis());
    let (_, list) = app.visitor(SAM).await.get("/api/connectors").await;
    let row = &list["connectors"][0];
    assert_eq!((&row["health"]["ok"], &row["health"]["because"]), (&json!(false), &json!("unreachable")), "{list}");
    assert!(row["health"]["last_ok_at"].is_number(), "{list}");
}

#[tokio::test]
async fn a_secret_is_kept_and_never_shown() {
    let app = TestApp::start().await;
    let ada = app.visitor(ADA).await;
    let (serving, address) = shop().await;
    let id = connect(&ada, &address).await;
    let path = format!("/api/connectors/{id}/secret");
    assert_eq!(ada.post(&path, json!({"secret": "key-4711-secret"})).await.0, 204);
    let (_, list) = ada.get("/api/connectors").await;
    assert_eq!(list["connectors"][0]["has_secret"], json!(true));
    let facts = app.state().log.read(Position::START, 2_000).await.unwrap();
    for text in [list.to_string(), ada.get("/api/setup").await.1.to_string(), serde_json::to_string(&facts).unwrap()] {
        assert!(!text.contains("key-4711-secret"));
    }
    assert_problem(&ada.post(&path, json!({"secret": ""})).await, 422, "invalid");
    assert_problem(&app.visitor(SAM).await.post(&path, json!({"secret": "x"})).await, 403, "forbidden");
    assert_eq!(ada.post(&path, json!({"secret": null})).await.0, 204);
    assert_eq!(ada.get("/api/connectors").await.1["connectors"][0]["has_secret"], json!(false));
    serving.abort();
}

#[tokio::test]
async fn an_openapi_document_becomes_drafts_and_publishes_nothing() {
    let app = TestApp::start().await;
    let ada = app.visitor(ADA).await;
    let id = connect(&ada, "127.0.0.1:9").await;
    let document = json!({"openapi": "3.1.0", "paths": {
        "/orders/{id}": {"get": {"operationId": "get_order", "summary": "Looks an order up",
            "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}]}},
        "/upload": {"put": {"requestBody": {"required": true, "content": {"image/png": {}}}}}}});
    let (status, found) = ada.post(&format!("/api/connectors/{id}/openapi"), document).await;
    assert_eq!(status, 200, "{found}");
    let drafts = found["drafts"].as_array().unwrap();
    let order = drafts.iter().find(|draft| draft["operation"] == "GET /orders/{id}").unwrap();
    assert_eq!(
        (&order["tool"]["handle"], &order["tool"]["call"]["path"]),
        (&json!("get_order"), &json!("/orders/{id}"))
    );
    let upload = drafts.iter().find(|draft| draft["operation"] == "PUT /upload").unwrap();
    assert!(upload["tool"].is_null() && upload["notes"][0].as_str().unwrap().contains("not JSON"), "{upload}");
    assert_eq!(ada.get("/api/setup").await.1["tools"], json!([]));
    let mut tool = order["tool"].clone();
    tool.as_object_mut().unwrap().remove("id");
    let (status, published) = ada.post("/api/setup/tools", tool).await;
    assert_eq!(status, 200, "what is offered can be published as it is: {published}");
    assert_problem(&ada.post(&format!("/api/connectors/{id}/mcp-tools"), Value::Null).await, 409, "conflict");
    assert_problem(
        &ada.post(&format!("/api/connectors/{id}/openapi"), json!({"swagger": "2.0"})).await,
        422,
        "invalid",
    );
}
