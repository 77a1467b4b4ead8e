//! The whole life of a conversation through HTTP, and who sees it on the way.

use reqwest::Method;
use serde_json::{Value, json};
use signalbox_model::id::ConversationId;

use crate::app::{ANA, BEN, SAM, TOM, TestApp, Visitor, answer, assert_problem};
use crate::forms::with_file;

fn at(conversation: ConversationId, what: &str) -> String {
    format!("/api/conversations/{conversation}/{what}")
}

/// Ana is available and has taken a conversation.
async fn taken(app: &TestApp, number: u128) -> (ConversationId, Visitor) {
    app.make_available(ANA).await;
    let conversation = app.open_conversation(number).await;
    let (person, offer) = app.until_offered(conversation).await;
    assert_eq!(person, ANA);
    let ana = app.visitor(ANA).await;
    let accepted = ana.post(&at(conversation, &format!("offers/{offer}/accept")), Value::Null).await;
    assert_eq!((accepted.0.as_u16(), accepted.1["outcome"].as_str()), (200, Some("done")), "{}", accepted.1);
    (conversation, ana)
}

#[tokio::test]
async fn a_conversation_is_taken_worked_closed_and_found_again() {
    let app = TestApp::start().await;
    let (conversation, ana) = taken(&app, 1).await;
    let sam = app.visitor(SAM).await;

    assert_eq!(ana.post(&at(conversation, "turns"), json!({"text": "Good morning"})).await.0, 200);
    assert_eq!(ana.post(&at(conversation, "notes"), json!({"text": "Seems patient"})).await.0, 200);
    assert_eq!(sam.post(&at(conversation, "whispers"), json!({"text": "Offer a refund"})).await.0, 200);
    assert_eq!(ana.post(&at(conversation, "labels"), json!({"label": "vip", "on": true})).await.0, 200);
    assert_eq!(ana.post(&at(conversation, "hold"), json!({"hold": true})).await.0, 200);
    assert_eq!(ana.get(&format!("/api/conversations/{conversation}")).await.1["summary"]["state"], "held");
    assert_eq!(ana.post(&at(conversation, "hold"), json!({"hold": false})).await.0, 200);
    let sent = answer(with_file(
        ana.ask(Method::POST, &at(conversation, "attachments")),
        "../a<b.png",
        b"\x89PNG\r\n\x1a\nrest",
    ))
    .await;
    assert_eq!(sent.0, 200, "{}", sent.1);

    let (_, desk) = ana.get("/api/desk").await;
    assert_eq!(desk["conversations"][0]["id"], conversation.to_string());
    assert_eq!(
        (desk["me"]["used_slots"].as_u64(), desk["me"]["activity"].as_str()),
        (Some(1), Some("on_conversation"))
    );

    let (_, transcript) = ana.get(&at(conversation, "transcript")).await;
    let said: Vec<(&str, &str)> = transcript["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|item| Some((item["kind"].as_str()?, item["text"].as_str()?)))
        .collect();
    assert_eq!(said, [("turn", "Good morning"), ("note", "Seems patient"), ("whisper", "Offer a refund")]);
    let file = transcript["items"].as_array().unwrap().iter().find(|item| item["turn_kind"] == "file").unwrap();
    assert_eq!(
        (file["file"]["name"].as_str(), file["file"]["media_type"].as_str()),
        (Some("ab.png"), Some("image/png"))
    );
    let download = ana
        .ask(Method::GET, &format!("/api/contents/{}", file["file"]["content"].as_str().unwrap()))
        .send()
        .await
        .unwrap();
    let header = |name: &str| download.headers()[name].to_str().unwrap().to_owned();
    assert!(header("content-disposition").starts_with("attachment; filename=\"ab.png\""));
    assert_eq!(
        (header("x-content-type-options"), header("content-security-policy")),
        ("nosniff".into(), "sandbox; default-src 'none'".into())
    );

    assert_eq!(ana.post(&at(conversation, "close"), json!({})).await.0, 200);
    let (_, desk) = ana.get("/api/desk").await;
    assert_eq!((desk["wrap_ups"].as_array().unwrap().len(), desk["conversations"].as_array().unwrap().len()), (1, 0));
    assert_eq!(ana.post(&at(conversation, "wrap-up/finish"), json!({})).await.0, 200);

    let (_, list) = ana.get("/api/conversations?state=closed&label=vip&q=morning").await;
    assert_eq!(
        (list["total"].as_u64(), list["rows"][0]["agents"][0]["name"].as_str()),
        (Some(1), Some("Ana")),
        "{list}"
    );
    assert_eq!(list["rows"][0]["snippet"], "Good \u{2}morning\u{3}");
    let (status, detail) = ana.get(&format!("/api/conversations/{conversation}")).await;
    assert_eq!(
        (status.as_u16(), detail["summary"]["state"].as_str(), detail["may"]["reopen"].as_bool()),
        (200, Some("closed"), Some(true)),
        "{detail}"
    );
    assert_eq!(detail["segments"].as_array().unwrap().len(), 2, "{detail}");
    assert_problem(&ana.post(&at(conversation, "turns"), json!({"text": "One more thing"})).await, 409, "refused");
    let reopened = ana.post(&at(conversation, "reopen"), Value::Null).await;
    assert_eq!(reopened.0, 200, "{}", reopened.1);
    assert_ne!(ana.get(&format!("/api/conversations/{conversation}")).await.1["summary"]["state"], "closed");
}

#[tokio::test]
async fn the_timeline_says_in_words_why_somebody_was_asked() {
    let app = TestApp::start().await;
    let (conversation, ana) = taken(&app, 1).await;
    let (_, timeline) = ana.get(&at(conversation, "timeline")).await;
    let offer = timeline["facts"].as_array().unwrap().iter().find(|fact| fact["type"] == "offer.made").unwrap();
    assert!(offer["words"].as_str().unwrap().starts_with("Offered to Ana: serves Help"), "{offer}");
    assert!(offer["because"].as_array().unwrap().iter().any(|said| said["kind"] == "serves_queue"));
    assert_eq!((offer["class"].as_str(), offer["actor"]["kind"].as_str()), (Some("decided"), Some("engine")));
    assert!(offer["cause"].is_u64());
}

#[tokio::test]
async fn another_agents_conversation_does_not_exist() {
    let app = TestApp::start().await;
    let (conversation, _) = taken(&app, 1).await;
    let ben = app.visitor(BEN).await;
    for what in ["transcript", "timeline"] {
        assert_problem(&ben.get(&at(conversation, what)).await, 404, "not_found");
    }
    let page = ben.get(&format!("/api/conversations/{conversation}")).await;
    assert_problem(&page, 404, "not_found");
    let never = ben.get(&format!("/api/conversations/{}", ConversationId::from_number(99))).await;
    assert_eq!(page.1, never.1, "an agent must not learn that it exists");
    assert_problem(&ben.post(&at(conversation, "turns"), json!({"text": "Hello"})).await, 404, "not_found");
    assert_problem(&ben.post(&at(conversation, "take-over"), Value::Null).await, 403, "forbidden");
    assert_eq!(ben.get("/api/conversations").await.1["total"], 0);
    assert_eq!(ben.get("/api/search?q=morning").await.1["conversations"], json!([]));
}

#[tokio::test]
async fn an_agent_reads_the_history_of_the_customer_they_talk_to_and_cannot_change_it() {
    let app = TestApp::start().await;
    let (earlier, ben) = {
        app.make_available(BEN).await;
        let earlier = app.open_conversation(1).await;
        let (person, offer) = app.until_offered(earlier).await;
        assert_eq!(person, BEN);
        let ben = app.visitor(BEN).await;
        ben.post(&at(earlier, &format!("offers/{offer}/accept")), Value::Null).await;
        ben.post(&at(earlier, "close"), json!({})).await;
        ben.post(&at(earlier, "wrap-up/finish"), json!({})).await;
        answer(ben.ask(Method::PUT, "/api/desk/presence").json(&json!({"presence": "away"}))).await;
        (earlier, ben)
    };
    let customer = signalbox_model::id::CustomerId::from_number(1);
    let ana = app.visitor(ANA).await;
    assert_problem(&ana.get(&at(earlier, "transcript")).await, 404, "not_found");
    assert_problem(&ana.get(&format!("/api/customers/{customer}")).await, 404, "not_found");
    // The same customer comes again under another id and is recognised by a supervisor.
    let (_, ana) = {
        drop(ana);
        taken(&app, 2).await
    };
    assert_problem(&ana.get(&at(earlier, "transcript")).await, 404, "not_found");
    let sam = app.visitor(SAM).await;
    let other = signalbox_model::id::CustomerId::from_number(2);
    assert_eq!(sam.post(&format!("/api/customers/{other}/merge"), json!({"other": customer})).await.0, 200);
    assert_eq!(ana.get(&at(earlier, "transcript")).await.0, 200);
    assert_eq!(ana.get(&format!("/api/customers/{customer}")).await.1["conversations"].as_array().unwrap().len(), 2);
    assert_problem(&ana.post(&at(earlier, "notes"), json!({"text": "Mine now"})).await, 403, "forbidden");
    assert_problem(&ana.post(&at(earlier, "reopen"), Value::Null).await, 403, "forbidden");
    assert_eq!(sam.post(&format!("/api/customers/{other}/split"), json!({"other": customer})).await.0, 200);
    assert_problem(&ana.get(&at(earlier, "transcript")).await, 404, "not_found");
    assert_eq!(ben.get(&at(earlier, "transcript")).await.0, 200);
}

#[tokio::test]
async fn a_supervisor_watches_barges_takes_over_and_hands_back_and_only_one_may() {
    let app = TestApp::start().await;
    let (conversation, ana) = taken(&app, 1).await;
    let (sam, tom) = (app.visitor(SAM).await, app.visitor(TOM).await);
    assert_eq!(sam.post(&at(conversation, "monitor"), json!({"on": true})).await.0, 200);
    assert_problem(&sam.post(&at(conversation, "turns"), json!({"text": "Hello"})).await, 409, "refused");
    assert_eq!(sam.post(&at(conversation, "barge"), Value::Null).await.0, 200);
    assert_eq!(sam.post(&at(conversation, "turns"), json!({"text": "I am Sam"})).await.0, 200);
    assert_eq!(sam.post(&at(conversation, "take-over"), Value::Null).await.0, 200);
    let refused = tom.post(&at(conversation, "take-over"), Value::Null).await;
    assert_problem(&refused, 409, "refused");
    assert_eq!(
        (refused.1["refused"]["kind"].as_str(), refused.1["detail"].as_str()),
        (Some("taken_by"), Some("Sam already has it."))
    );
    let not_owner = ana.post(&at(conversation, "turns"), json!({"text": "Still here"})).await;
    assert!(matches!(not_owner.0.as_u16(), 404 | 409), "{}", not_owner.1);
    assert_eq!(sam.post(&at(conversation, "hand-back"), Value::Null).await.0, 200);
    let (_, detail) = sam.get(&format!("/api/conversations/{conversation}")).await;
    assert_eq!(detail["summary"]["owner"], json!({"kind": "agent", "person": {"id": ANA, "name": "Ana"}}), "{detail}");
    assert_eq!(sam.post(&at(conversation, "reviews"), json!({"origin": "targeted"})).await.0, 200);
    let (_, detail) = sam.get(&format!("/api/conversations/{conversation}")).await;
    assert_eq!(detail["reviews"][0]["person"]["name"], "Sam");
}

#[tokio::test]
async fn a_command_that_is_sent_again_is_done_once() {
    let app = TestApp::start().await;
    let (conversation, ana) = taken(&app, 1).await;
    let send = |key: &'static str| {
        answer(
            ana.ask(Method::POST, &at(conversation, "turns"))
                .header("idempotency-key", key)
                .json(&json!({"text": "Once"})),
        )
    };
    let (first, again, another) = (send("a").await, send("a").await, send("b").await);
    assert_eq!(
        (first.0, again.0, another.0),
        (reqwest::StatusCode::OK, reqwest::StatusCode::OK, reqwest::StatusCode::OK)
    );
    assert_eq!(first.1, again.1);
    let (_, transcript) = ana.get(&at(conversation, "transcript")).await;
    let count = transcript["items"].as_array().unwrap().iter().filter(|item| item["text"] == "Once").count();
    assert_eq!(count, 2);
}

#[tokio::test]
async fn an_erased_customers_words_are_gone_everywhere_and_the_facts_remain() {
    let app = TestApp::start().await;
    let (conversation, ana) = taken(&app, 1).await;
    ana.post(&at(conversation, "turns"), json!({"text": "Zwetschgenkuchen"})).await;
    let (sam, ada) = (app.visitor(SAM).await, app.visitor(crate::app::ADA).await);
    let customer = signalbox_model::id::CustomerId::from_number(1);
    let erase = format!("/api/customers/{customer}/erase");
    assert_problem(&sam.post(&erase, json!({"confirm": "erase"})).await, 403, "forbidden");
    assert_problem(&ada.post(&erase, json!({"confirm": "yes"})).await, 422, "invalid");
    let erased = ada.post(&erase, json!({"confirm": "erase"})).await;
    assert_eq!((erased.0.as_u16(), erased.1["conversations"].as_u64()), (200, Some(1)), "{}", erased.1);
    let (_, transcript) = sam.get(&at(conversation, "transcript")).await;
    let turn = transcript["items"].as_array().unwrap().iter().find(|item| item["kind"] == "turn").unwrap();
    assert_eq!((turn["erased"].as_bool(), turn["text"].as_str()), (Some(true), None));
    assert_eq!(sam.get("/api/search?q=Zwetschgenkuchen").await.1["conversations"], json!([]));
    assert_problem(&ana.post(&at(conversation, "turns"), json!({"text": "Hello?"})).await, 410, "erased");
}

#[tokio::test]
async fn a_merged_customer_is_erased_with_all_who_are_the_same() {
    let app = TestApp::start().await;
    let (conversation, ana) = taken(&app, 1).await;
    ana.post(&at(conversation, "turns"), json!({"text": "Zwetschgenkuchen"})).await;
    app.open_conversation(2).await;
    let (sam, ada) = (app.visitor(SAM).await, app.visitor(crate::app::ADA).await);
    let customer = signalbox_model::id::CustomerId::from_number;
    assert_eq!(sam.post(&format!("/api/customers/{}/merge", customer(2)), json!({"other": customer(1)})).await.0, 200);
    let erased = ada.post(&format!("/api/customers/{}/erase", customer(2)), json!({"confirm": "erase"})).await;
    assert_eq!((erased.0.as_u16(), erased.1["customers"].as_u64()), (200, Some(2)), "{}", erased.1);
    let (_, transcript) = sam.get(&at(conversation, "transcript")).await;
    assert!(!transcript.to_string().contains("Zwetschgenkuchen"));
}
