//! Bodies that are not what they should be.

use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use crate::app::{ANA, TestApp, answer, assert_problem};

async fn put(request: RequestBuilder, body: impl Into<reqwest::Body>) -> (reqwest::StatusCode, Value) {
    answer(request.header("content-type", "application/json").body(body)).await
}

#[tokio::test]
async fn bad_bodies_get_a_clear_answer_and_the_server_goes_on() {
    let app = TestApp::start().await;
    let ana = app.visitor(ANA).await;
    let presence = || ana.ask(Method::PUT, "/api/desk/presence");
    assert_problem(&put(presence(), "{\"presence\":").await, 400, "bad_json");
    assert_problem(&put(presence(), b"{\"presence\":\"\xff\xfe\"}".to_vec()).await, 400, "not_utf8");
    assert_problem(&put(presence(), "[".repeat(100_000)).await, 400, "too_deep");
    let huge = format!("{{\"presence\":\"{}\"}}", "a".repeat(3 * 1024 * 1024));
    assert_problem(&put(presence(), huge).await, 413, "too_large");
    let unknown = put(presence(), "{\"presence\":\"away\",\"colour\":\"red\"}").await;
    assert_problem(&unknown, 422, "unknown_field");
    assert_eq!(unknown.1["fields"][0]["field"], "colour");
    assert_problem(&put(presence(), "{}").await, 422, "invalid");
    assert_problem(&put(presence(), "{\"presence\":\"dancing\"}").await, 422, "invalid");
    assert_problem(&answer(presence().body("presence=away")).await, 415, "media_type");
    let long_key = presence().header("idempotency-key", "k".repeat(101));
    assert_problem(&put(long_key, "{\"presence\":\"away\"}").await, 422, "invalid");
    assert_eq!(put(presence(), "{\"presence\":\"away\"}").await.0, 200);
}
