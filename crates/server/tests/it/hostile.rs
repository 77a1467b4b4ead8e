//! Script, markup, huge names and made-up fields: refused, or given back as the data that they are.

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{ADA, ANA, SAM, TestApp, answer, assert_problem};
use crate::forms::with_file;

const SCRIPT: &str = "<script>alert('x')</script><img src=x onerror=alert(1)>";

#[tokio::test]
async fn script_in_a_message_comes_back_as_data_in_json_only() {
    let app = TestApp::start().await;
    app.make_available(ANA).await;
    let conversation = app.open_conversation(1).await;
    let (_, offer) = app.until_offered(conversation).await;
    let ana = app.visitor(ANA).await;
    ana.post(&format!("/api/conversations/{conversation}/offers/{offer}/accept"), Value::Null).await;
    assert_eq!(ana.post(&format!("/api/conversations/{conversation}/turns"), json!({"text": SCRIPT})).await.0, 200);
    let path = format!("/api/conversations/{conversation}/transcript");
    let response = ana.ask(Method::GET, &path).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    let (_, transcript) = ana.get(&path).await;
    assert!(transcript["items"].as_array().unwrap().iter().any(|item| item["text"] == SCRIPT));
    // Facts never hold words: neither the timeline nor the audit log may repeat it.
    let timeline = ana.get(&format!("/api/conversations/{conversation}/timeline")).await.1.to_string();
    let audit = app.visitor(ADA).await.get("/api/audit?limit=500").await.1.to_string();
    assert!(!timeline.contains("alert(") && !audit.contains("alert("));
}

#[tokio::test]
async fn script_in_a_file_or_its_name_is_refused_or_cleaned() {
    let app = TestApp::start().await;
    app.make_available(ANA).await;
    let conversation = app.open_conversation(1).await;
    let (_, offer) = app.until_offered(conversation).await;
    let ana = app.visitor(ANA).await;
    ana.post(&format!("/api/conversations/{conversation}/offers/{offer}/accept"), Value::Null).await;
    let attach = |name: &'static str, bytes: &'static [u8]| {
        answer(with_file(ana.ask(Method::POST, &format!("/api/conversations/{conversation}/attachments")), name, bytes))
    };
    assert_problem(&attach("a.svg", b"<svg onload=alert(1)>").await, 415, "media_type");
    assert_problem(&attach("a.png", b"<html><script>").await, 415, "media_type");
    assert_problem(&attach("a.txt", b"").await, 422, "invalid");
    assert_eq!(attach("<script>alert(1)<..script>.txt", b"plain").await.0, 200);
    let (_, transcript) = ana.get(&format!("/api/conversations/{conversation}/transcript")).await;
    let name = transcript["items"]
        .as_array()
        .unwrap()
        .iter()
        .find_map(|item| item["file"]["name"].as_str())
        .unwrap()
        .to_owned();
    assert_eq!(name, "scriptalert(1)..script.txt");
    let huge = vec![b'a'; 6 * 1024 * 1024];
    let request =
        with_file(ana.ask(Method::POST, &format!("/api/conversations/{conversation}/attachments")), "a.txt", &huge);
    // The server may answer before it has read all; then the connection may break instead.
    if let Ok(response) = request.send().await {
        assert_eq!(response.status(), 413);
    }
}

#[tokio::test]
async fn names_with_markup_are_data_and_too_long_ones_are_refused() {
    let app = TestApp::start().await;
    let (ada, sam) = (app.visitor(ADA).await, app.visitor(SAM).await);
    assert_eq!(ada.post("/api/setup/queues", json!({"name": SCRIPT})).await.0, 200);
    let (_, floor) = sam.get("/api/floor").await;
    assert!(floor["queues"].as_array().unwrap().iter().any(|queue| queue["name"] == SCRIPT));
    assert_problem(&ada.post("/api/setup/queues", json!({"name": "x".repeat(81)})).await, 422, "invalid");
    assert_problem(&ada.post("/api/setup/queues", json!({"name": "two\nlines"})).await, 422, "invalid");
    let conversation = app.open_conversation(1).await;
    let labels = format!("/api/conversations/{conversation}/labels");
    let label = |label: &str| sam.post(&labels, json!({"label": label, "on": true}));
    assert_problem(&label(SCRIPT).await, 422, "invalid");
    assert_problem(&label(&"x".repeat(65)).await, 422, "invalid");
    assert_problem(
        &sam.post(&format!("/api/conversations/{conversation}/notes"), json!({"text": "x".repeat(8_001)})).await,
        422,
        "invalid",
    );
    assert_problem(
        &sam.post(&format!("/api/conversations/{conversation}/notes"), json!({"text": " \n "})).await,
        422,
        "invalid",
    );
    let customer = signalbox_model::id::CustomerId::from_number(1);
    assert_eq!(
        sam.post(
            &format!("/api/customers/{customer}/identities"),
            json!({"kind": "name", "value": "=cmd|' /C calc'!A0"})
        )
        .await
        .0,
        200
    );
    let csv = sam.ask(Method::GET, "/api/export/conversations?format=csv").send().await.unwrap().text().await.unwrap();
    assert!(csv.contains(",'=cmd|") && !csv.contains(",=cmd|"), "{csv}");
}

#[tokio::test]
async fn unknown_fields_are_refused_by_name_everywhere() {
    let app = TestApp::start().await;
    let (sam, ada) = (app.visitor(SAM).await, app.visitor(ADA).await);
    let conversation = app.open_conversation(1).await;
    let note =
        sam.post(&format!("/api/conversations/{conversation}/notes"), json!({"text": "a", "colour": "red"})).await;
    assert_problem(&note, 422, "unknown_field");
    assert_eq!(note.1["fields"][0]["field"], "colour");
    assert_problem(&ada.post("/api/setup/queues", json!({"name": "A", "colour": "red"})).await, 422, "unknown_field");
    assert_problem(&sam.get("/api/alerts?colour=red").await, 422, "unknown_field");
    assert_problem(&sam.get("/api/measures/live?colour=red").await, 422, "unknown_field");
    assert_problem(&ada.get("/api/audit?colour=red").await, 422, "unknown_field");
    assert_problem(&sam.get("/api/customers?colour=red").await, 422, "unknown_field");
}

#[tokio::test]
async fn ids_of_another_kind_name_nothing() {
    let app = TestApp::start().await;
    let sam = app.visitor(SAM).await;
    for path in [
        "/api/conversations/cus_00000000000000000000000001",
        "/api/conversations/1%27%20OR%201=1",
        "/api/contents/x",
        "/api/customers/x",
        "/api/alerts/x",
    ] {
        assert_problem(&sam.get(path).await, 404, "not_found");
    }
}
