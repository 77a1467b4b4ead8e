//! What leaves the system is what the screen shows.

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{ADA, ANA, SAM, TestApp, assert_problem};

async fn lines(app: &TestApp, query: &str) -> (u64, Vec<String>) {
    let response = app.visitor(SAM).await.ask(Method::GET, &format!("/api/export/{query}")).send().await.unwrap();
    assert_eq!(response.status(), 200);
    let total = response.headers()["x-total-rows"].to_str().unwrap().parse().unwrap();
    (total, response.text().await.unwrap().lines().map(str::to_owned).collect())
}

/// Three conversations: one answered by Ana, one labelled, one waiting.
async fn with_conversations() -> TestApp {
    let app = TestApp::start().await;
    app.make_available(ANA).await;
    let first = app.open_conversation(1).await;
    let (_, offer) = app.until_offered(first).await;
    let ana = app.visitor(ANA).await;
    assert_eq!(ana.post(&format!("/api/conversations/{first}/offers/{offer}/accept"), Value::Null).await.0, 200);
    let sam = app.visitor(SAM).await;
    let second = app.open_conversation(2).await;
    assert_eq!(
        sam.post(&format!("/api/conversations/{second}/labels"), json!({"label": "vip", "on": true})).await.0,
        200
    );
    app.open_conversation(3).await;
    app
}

#[tokio::test]
async fn an_export_holds_exactly_the_rows_of_the_list() {
    let app = with_conversations().await;
    let sam = app.visitor(SAM).await;
    for filter in
        ["", "label=vip", "state=active", "sort=opened_at", "agent=per_00000000000000000000000001", "channel=voice"]
    {
        let (_, list) = sam.get(&format!("/api/conversations?{filter}")).await;
        let (total, exported) = lines(&app, &format!("conversations?format=jsonl&{filter}")).await;
        let exported: Vec<Value> = exported.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(&Value::Array(exported), &list["rows"], "{filter}");
        assert_eq!(Some(total), list["total"].as_u64(), "{filter}");
        let (total, csv) = lines(&app, &format!("conversations?format=csv&{filter}")).await;
        assert_eq!(csv.len() as u64, total + 1, "{filter}");
    }
}

#[tokio::test]
async fn segments_have_a_row_each_and_the_header_says_how_many() {
    let app = with_conversations().await;
    let (total, rows) = lines(&app, "segments?format=jsonl&state=active").await;
    let rows: Vec<Value> = rows.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let owners: Vec<&str> = rows.iter().map(|row| row["owner"]["kind"].as_str().unwrap()).collect();
    assert_eq!((total, owners), (2, vec!["queue", "agent"]));
}

#[tokio::test]
async fn every_export_is_on_record() {
    let app = with_conversations().await;
    lines(&app, "conversations?format=csv").await;
    let (_, audit) = app.visitor(ADA).await.get("/api/audit?type=export.made").await;
    assert_eq!(audit["facts"][0]["words"], "Sam exported 3 rows (conversations csv).");
}

#[tokio::test]
async fn wrong_filters_are_named_in_lists_and_exports_alike() {
    let app = TestApp::start().await;
    let sam = app.visitor(SAM).await;
    for path in ["/api/conversations", "/api/export/conversations", "/api/export/segments"] {
        assert_problem(&sam.get(&format!("{path}?chanel=voice")).await, 422, "unknown_field");
        assert_problem(&sam.get(&format!("{path}?channel=fax")).await, 422, "invalid");
    }
    assert_problem(&sam.get("/api/conversations?cursor=garbage").await, 422, "invalid");
    assert_problem(&sam.get("/api/conversations?limit=100000").await, 422, "invalid");
    assert_problem(&sam.get("/api/export/conversations?format=xlsx").await, 422, "invalid");
}

#[tokio::test]
async fn pages_follow_one_another_without_gap_or_repetition() {
    let app = with_conversations().await;
    let sam = app.visitor(SAM).await;
    let mut seen = Vec::new();
    let mut path = "/api/conversations?limit=1".to_owned();
    loop {
        let (_, page) = sam.get(&path).await;
        seen.extend(page["rows"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/api/conversations?limit=1&cursor={cursor}");
    }
    let distinct: std::collections::BTreeSet<&String> = seen.iter().collect();
    assert_eq!((seen.len(), distinct.len()), (3, 3));
}
