//! Numbers and alerts through HTTP.

use reqwest::Method;
use serde_json::{Value, json};
use signalbox_model::id::PersonId;

use crate::app::{ADA, ANA, BEN, QUEUE, SAM, SOON, TestApp, answer, assert_problem};

#[tokio::test]
async fn a_number_that_cannot_be_said_is_no_zero() {
    let app = TestApp::start().await;
    let sam = app.visitor(SAM).await;
    let (_, floor) = sam.get("/api/floor").await;
    let level = &floor["queues"][0]["today"]["service_level"];
    assert_eq!((level["value"].clone(), level["n"].as_u64()), (Value::Null, Some(0)), "{level}");
    assert!(level["cannot_say"].is_string());
    let (_, live) = sam.get("/api/measures/live?by=channel&window=30m").await;
    assert_eq!(live["rows"].as_array().unwrap().len(), 4);
    let (_, definitions) = sam.get("/api/measures/definitions").await;
    let known: Vec<&str> =
        definitions["definitions"].as_array().unwrap().iter().map(|d| d["id"].as_str().unwrap()).collect();
    for (name, measured) in live["rows"][0]["values"].as_object().unwrap() {
        assert!(known.contains(&measured["formula"].as_str().unwrap()), "{name} has no definition");
        assert!(measured["value"].is_null() != measured["cannot_say"].is_null(), "{name}: {measured}");
    }
}

#[tokio::test]
async fn what_was_answered_counts_for_its_queue_and_its_agent() {
    let app = TestApp::start().await;
    app.make_available(ANA).await;
    let conversation = app.open_conversation(1).await;
    let (_, offer) = app.until_offered(conversation).await;
    let ana = app.visitor(ANA).await;
    ana.post(&format!("/api/conversations/{conversation}/offers/{offer}/accept"), Value::Null).await;
    let sam = app.visitor(SAM).await;
    let (_, all) = sam.get("/api/measures/history?by=all&interval=all").await;
    assert_eq!(
        (all["rows"][0]["key"].clone(), all["rows"][0]["values"]["answered_count"]["value"].as_f64()),
        (Value::Null, Some(1.0)),
        "{all}"
    );
    let (_, queue) = sam.get(&format!("/api/measures/history?by=queue&interval=15m&queue={QUEUE}")).await;
    assert_eq!(queue["rows"][0]["key"]["name"], "Help");
    for interval in ["1m", "1w"] {
        assert_problem(&sam.get(&format!("/api/measures/history?interval={interval}")).await, 422, "invalid");
    }
    assert_problem(&sam.get("/api/measures/history?from=5&to=5").await, 422, "invalid");
    assert_problem(
        &sam.get("/api/measures/history?interval=15m&from=1700000000000&to=1790000000000").await,
        422,
        "invalid",
    );
    let (_, activity) = ana.get(&format!("/api/people/{ANA}/activity")).await;
    assert_eq!(activity["spans"].as_array().unwrap().last().unwrap()["kind"], "on_conversation", "{activity}");
    assert_problem(&ana.get(&format!("/api/people/{BEN}/activity")).await, 404, "not_found");
    assert_problem(&sam.get(&format!("/api/people/{}/activity", PersonId::from_number(99))).await, 404, "not_found");
}

#[tokio::test]
async fn an_alert_is_raised_owned_and_closed_with_its_history() {
    let app = TestApp::start().await;
    let (ada, sam) = (app.visitor(ADA).await, app.visitor(SAM).await);
    let rule = json!({"name": "Anybody waits", "measure": "waiting_count", "fire_at": 0.0, "clear_at": 0.0, "dwell_ms": 0, "severity": "critical"});
    assert_eq!(ada.post("/api/setup/alert_rules", rule).await.0, 200);
    app.open_conversation(1).await;
    let engines = app.state().clone();
    let raised = tokio::time::timeout(SOON, async move {
        let mut advanced = engines.standing.advanced();
        while engines.engines().alerts.open.is_empty() {
            advanced.changed().await.unwrap();
        }
    });
    raised.await.expect("no alert was raised");
    let (_, alerts) = sam.get("/api/alerts").await;
    let alert = &alerts["alerts"][0];
    assert_eq!(
        (alert["state"].as_str(), alert["rule"]["name"].as_str()),
        (Some("active"), Some("Anybody waits")),
        "{alert}"
    );
    assert!(alert["words"].as_str().unwrap().starts_with("Help: conversations waiting: 1"), "{alert}");
    let path = format!("/api/alerts/{}", alert["number"]);
    assert_eq!(sam.post(&format!("{path}/acknowledge"), Value::Null).await.0, 200);
    assert_eq!(sam.post(&format!("{path}/own"), json!({"person": ADA})).await.0, 200);
    assert_problem(
        &sam.post(&format!("{path}/own"), json!({"person": PersonId::from_number(99)})).await,
        409,
        "refused",
    );
    assert_problem(&sam.post(&format!("{path}/snooze"), json!({"minutes": 0})).await, 422, "invalid");
    assert_eq!(sam.post(&format!("{path}/dismiss"), Value::Null).await.0, 200);
    let (_, alert) = sam.get(&path).await;
    assert_eq!((alert["state"].as_str(), alert["owner"]["name"].as_str()), (Some("resolved"), Some("Ada")), "{alert}");
    assert!(alert["history"].as_array().unwrap().len() >= 4, "{alert}");
    assert_problem(&sam.post(&format!("{path}/acknowledge"), Value::Null).await, 409, "refused");
    assert_eq!(sam.get("/api/alerts").await.1["alerts"], json!([]));
    assert_eq!(sam.get("/api/alerts?state=all").await.1["alerts"].as_array().unwrap().len(), 1);
    let agent = app.visitor(ANA).await;
    assert_problem(&answer(agent.ask(Method::GET, "/api/alerts")).await, 403, "forbidden");
}
