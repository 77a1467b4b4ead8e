//! Conversations of a file, played onto a live floor.

use std::io::Write as _;

use reqwest::Method;
use serde_json::json;
use signalbox_model::contact::Origin;
use signalbox_model::setup::people::TokenScope;
use signalbox_server::replay::{Played, ReplayArgs, play};

use crate::app::{ANA, TestApp};

#[tokio::test]
async fn a_replayed_customer_speaks_waits_for_the_answer_and_goes() {
    let app = TestApp::start().await;
    app.make_available(ANA).await;
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("chats.jsonl");
    let mut file = std::fs::File::create(&path).unwrap();
    writeln!(file, r#"{{"id":"a","turns":[{{"by":"agent","text":"hi"}},{{"by":"customer","text":"one"}},{{"by":"agent","text":"yes"}},{{"by":"customer","text":"two"}}]}}"#).unwrap();
    writeln!(file, "broken").unwrap();
    let token = app.token(7, vec![TokenScope::Channel], false).await;
    let args = ReplayArgs {
        file: Some(path),
        from_store: None,
        mapping: None,
        url: app.base(),
        token,
        speed: 1_000.0,
        limit: None,
        queue: Some("Help".into()),
        patience: 30,
    };
    let agent = async {
        let id = app
            .until("a replayed chat", |floor| {
                floor.conversations.values().find(|there| there.offer.is_some()).map(|there| there.id)
            })
            .await;
        let (person, number) = app.until_offered(id).await;
        let ana = app.visitor(person).await;
        assert_eq!(ana.post(&format!("/api/conversations/{id}/offers/{number}/accept"), json!({})).await.0, 200);
        let there = app
            .until("the first words", |floor| floor.conversation(id).filter(|there| there.turns >= 1).cloned())
            .await;
        assert_eq!(there.origin, Origin::Replayed);
        let said = ana
            .ask(Method::POST, &format!("/api/conversations/{id}/turns"))
            .json(&json!({"text": "How can I help?"}))
            .send()
            .await
            .unwrap();
        assert_eq!(said.status(), 200);
    };
    let (played, ()) = tokio::join!(play(&args), agent);
    assert_eq!(played.unwrap(), Played { finished: 1, unreadable: 1, ..Played::default() });
}
