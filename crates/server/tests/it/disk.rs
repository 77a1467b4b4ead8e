//! A full disk: nothing is lost, reading goes on, and it recovers by itself.

use reqwest::Method;
use serde_json::json;

use crate::app::{ANA, SOON, TestApp, answer, assert_problem};

const PAGES_NONE: u32 = 1;
const PAGES_PLENTY: u32 = 1_000_000;

#[tokio::test]
async fn a_full_disk_refuses_changes_with_a_reason_and_recovers_by_itself() {
    let app = TestApp::start().await;
    let ana = app.visitor(ANA).await;
    let say_where = |presence: &'static str| ana.post_presence(presence);
    assert_eq!(say_where("available").await.0, 200);
    app.state().log.limit_pages(PAGES_NONE).await.unwrap();
    let mut refused = None;
    for round in 0..500 {
        let (status, body) = say_where(if round % 2 == 0 { "away" } else { "available" }).await;
        if status == 507 {
            refused = Some((status, body));
            break;
        }
    }
    assert_problem(&refused.expect("a full disk"), 507, "no_space");
    let ready = answer(app.ask(Method::GET, "/readyz")).await;
    assert_eq!(ready.0, 503);
    assert!(ready.1.as_str().unwrap().contains("disk is full"), "{}", ready.1);
    assert_eq!(ana.get("/api/desk").await.0, 200, "reading goes on");
    app.state().log.limit_pages(PAGES_PLENTY).await.unwrap();
    let recovered = tokio::time::timeout(SOON, async {
        while answer(app.ask(Method::GET, "/readyz")).await.0 != 200 {
            tokio::task::yield_now().await;
        }
    });
    recovered.await.expect("ready again");
    assert_eq!(say_where("away").await.0, 200);
    assert_eq!(say_where("available").await.0, 200);
}

impl crate::app::Visitor {
    async fn post_presence(&self, presence: &'static str) -> (reqwest::StatusCode, serde_json::Value) {
        answer(self.ask(Method::PUT, "/api/desk/presence").json(&json!({"presence": presence}))).await
    }
}
