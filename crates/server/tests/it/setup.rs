//! Publishing documents.

use reqwest::Method;
use serde_json::{Value, json};
use signalbox_model::id::{PersonId, QueueId, SkillId};

use crate::app::{ADA, ANA, QUEUE, SAM, TestApp, Visitor, answer, assert_problem};

async fn document(ada: &Visitor, kind: &str, id: impl ToString) -> (Value, u64) {
    let (_, setup) = ada.get("/api/setup").await;
    let row =
        setup[kind].as_array().unwrap().iter().find(|row| row["document"]["id"] == id.to_string()).unwrap().clone();
    (row["document"].clone(), row["revision"].as_u64().unwrap())
}

async fn put(ada: &Visitor, path: &str, revision: u64, document: &Value) -> (reqwest::StatusCode, Value) {
    answer(ada.ask(Method::PUT, path).header("if-match", revision.to_string()).json(document)).await
}

#[tokio::test]
async fn a_document_is_changed_once_per_revision() {
    let app = TestApp::start().await;
    let ada = app.visitor(ADA).await;
    let (mut queue, revision) = document(&ada, "queues", QUEUE).await;
    queue["name"] = json!("Help and advice");
    let path = format!("/api/setup/queues/{QUEUE}");
    let published = put(&ada, &path, revision, &queue).await;
    assert_eq!((published.0.as_u16(), published.1["revision"].as_u64()), (200, Some(revision + 1)), "{}", published.1);
    assert_problem(&put(&ada, &path, revision, &queue).await, 409, "changed_meanwhile");
    assert_problem(&answer(ada.ask(Method::PUT, &path).json(&queue)).await, 422, "invalid");
    let (now, _) = document(&ada, "queues", QUEUE).await;
    assert_eq!(now["name"], "Help and advice");
}

#[tokio::test]
async fn two_admins_who_change_one_document_at_once_are_not_both_first() {
    let app = TestApp::start().await;
    let ada = app.visitor(ADA).await;
    let (queue, revision) = document(&ada, "queues", QUEUE).await;
    let path = format!("/api/setup/queues/{QUEUE}");
    let (one, other) = tokio::join!(put(&ada, &path, revision, &queue), put(&ada, &path, revision, &queue));
    let mut statuses = [one.0.as_u16(), other.0.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
}

#[tokio::test]
async fn what_a_document_names_must_exist_and_the_field_is_told() {
    let app = TestApp::start().await;
    let ada = app.visitor(ADA).await;
    let refused = [
        (
            "queues",
            json!({"name": "A", "needs": [{"skill": SkillId::from_number(9), "level_min": 3}]}),
            "needs[0].skill",
        ),
        ("queues", json!({"name": "A", "overflow": {"after_ms": 1_000, "to": QueueId::from_number(9)}}), "overflow.to"),
        ("queues", json!({"name": "A", "priority": 11}), "priority"),
        ("hours", json!({"name": "A", "time_zone": "Mars/Olympus", "weekly": []}), "time_zone"),
        ("people", json!({"name": "Ann", "email": "ANA@example.com", "role": "agent"}), "email"),
        ("people", json!({"name": "Ann", "email": "ann", "role": "agent"}), "email"),
        (
            "alert_rules",
            json!({"name": "A", "measure": "oldest_wait", "queue": QueueId::from_number(9), "fire_at": 9.0, "clear_at": 1.0, "dwell_ms": 0, "severity": "warning"}),
            "queue",
        ),
        ("skills", json!({"id": SkillId::from_number(1), "name": "A"}), "id"),
        ("queues", json!({"name": "A", "rings": [{"after_ms": 1_000}, {"after_ms": "soon"}]}), "rings[1].after_ms"),
        ("queues", json!({"name": ""}), "name"),
    ];
    for (kind, document, field) in refused {
        let answer = ada.post(&format!("/api/setup/{kind}"), document).await;
        assert_problem(&answer, 422, "invalid");
        assert_eq!(answer.1["fields"][0]["field"], field, "{}", answer.1);
    }
}

#[tokio::test]
async fn the_last_admin_stays_and_whoever_leaves_is_signed_out() {
    let app = TestApp::start().await;
    let (ada, sam) = (app.visitor(ADA).await, app.visitor(SAM).await);
    assert_problem(&answer(ada.ask(Method::DELETE, &format!("/api/setup/people/{ADA}"))).await, 409, "conflict");
    assert_eq!(sam.get("/api/session").await.0, 200);
    assert_eq!(answer(ada.ask(Method::DELETE, &format!("/api/setup/people/{SAM}"))).await.0, 200);
    assert_problem(&sam.get("/api/session").await, 401, "not_signed_in");
    assert_problem(
        &answer(ada.ask(Method::DELETE, &format!("/api/setup/people/{}", PersonId::from_number(77)))).await,
        404,
        "not_found",
    );
}

#[tokio::test]
async fn a_tokens_secret_is_shown_once_and_works_until_it_is_revoked() {
    let app = TestApp::start().await;
    let ada = app.visitor(ADA).await;
    let (status, issued) = ada.post("/api/setup/tokens", json!({"name": "Legacy", "scopes": ["ingest"]})).await;
    assert_eq!(status, 200, "{issued}");
    let secret = issued["secret"].as_str().unwrap().to_owned();
    let ingest =
        || answer(app.ask(Method::POST, "/api/ingest/events").bearer_auth(&secret).json(&json!({"events": []})));
    assert_eq!(ingest().await.0, 200);
    assert!(!ada.get("/api/setup").await.1.to_string().contains(&secret));
    assert!(!ada.get("/api/audit?limit=500").await.1.to_string().contains(&secret));
    let id = issued["token"]["id"].as_str().unwrap();
    assert_eq!(answer(ada.ask(Method::DELETE, &format!("/api/setup/tokens/{id}"))).await.0, 200);
    assert_problem(&ingest().await, 401, "token_over");
    assert_problem(&ada.post("/api/setup/tokens", json!({"name": "Legacy", "scopes": []})).await, 422, "invalid");
}

#[tokio::test]
async fn a_new_password_is_checked_and_ends_sessions() {
    let app = TestApp::start().await;
    let (ada, ana) = (app.visitor(ADA).await, app.visitor(ANA).await);
    let path = format!("/api/setup/people/{ANA}/password");
    assert_problem(&ada.post(&path, json!({"password": "short"})).await, 422, "invalid");
    assert_eq!(ada.post(&path, json!({"password": "long enough to be one"})).await.0, 204);
    assert_problem(&ana.get("/api/desk").await, 401, "not_signed_in");
}

#[tokio::test]
async fn who_waits_in_a_queue_that_is_retired_is_still_offered_and_nobody_new_comes_in() {
    let app = TestApp::start().await;
    let ada = app.visitor(ADA).await;
    let waiting = app.open_conversation(1).await;
    let retired = answer(ada.ask(Method::DELETE, &format!("/api/setup/queues/{QUEUE}"))).await;
    assert_eq!(retired.0, 200, "{}", retired.1);
    let turned_away = app.open_conversation(2).await;
    assert!(app.state().floor().conversation(turned_away).is_none_or(|conversation| conversation.is_closed()));
    app.make_available(ANA).await;
    assert_eq!(app.until_offered(waiting).await.0, ANA);
}
