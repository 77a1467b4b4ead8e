//! Customers are who they prove to be, and history is one: claims, signatures, possible matches.

use hmac::{Hmac, KeyInit, Mac};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::Sha256;
use signalbox_eventlog::EventLog as _;
use signalbox_model::setup::people::TokenScope;

use crate::app::{ADA, ANA, SAM, TestApp, Visitor, answer, assert_problem};

/// A site that signs who its visitors are.
struct Site<'a> {
    app: &'a TestApp,
    secret: String,
}

impl<'a> Site<'a> {
    async fn of(app: &'a TestApp) -> Site<'a> {
        let ada = app.visitor(ADA).await;
        let (status, issued) = ada.post("/api/setup/tokens", json!({"name": "Shop", "scopes": ["identify"]})).await;
        assert_eq!(status, 200, "{issued}");
        Site { app, secret: issued["secret"].as_str().unwrap().to_owned() }
    }

    fn signed(&self, external: &str, email: &str) -> Value {
        let until = self.app.state().clock.now().0 + 60_000;
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes()).unwrap();
        mac.update(format!("signalbox-chat-1\n{external}\n{email}\n{until}").as_bytes());
        let signature: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        json!({"external": external, "email": email, "until": until, "signature": signature})
    }
}

async fn open(app: &TestApp, body: &Value, earlier: Option<&str>) -> (String, String) {
    let mut request = app.ask(Method::POST, "/api/chat/sessions").json(body);
    if let Some(token) = earlier {
        request = request.bearer_auth(token);
    }
    let (status, begun) = answer(request).await;
    assert_eq!(status, 200, "{begun}");
    (begun["token"].as_str().unwrap().to_owned(), begun["conversation"].as_str().unwrap().to_owned())
}

fn customer_of(app: &TestApp, conversation: &str) -> String {
    let floor = app.state().floor();
    floor.conversation(conversation.parse().unwrap()).unwrap().customer.to_string()
}

async fn page(app: &TestApp, who: &Visitor, customer: &str) -> Value {
    app.state().views_at(app.state().log.head()).await;
    let (status, page) = who.get(&format!("/api/customers/{customer}")).await;
    assert_eq!(status, 200, "{page}");
    page
}

#[tokio::test]
async fn a_claim_is_a_possible_match_that_a_person_confirms_or_dismisses() {
    let app = TestApp::start().await;
    let sam = app.visitor(SAM).await;
    let claim = json!({"name": "Vera", "email": "vera@example.com"});
    let (_, first) = open(&app, &claim, None).await;
    let (_, second) = open(&app, &json!({"name": "Mallory", "email": "VERA@example.com"}), None).await;
    let (_, third) = open(&app, &claim, None).await;
    let [first, second, third] = [first, second, third].map(|conversation| customer_of(&app, &conversation));
    let card = page(&app, &sam, &second).await["card"].clone();
    let matches = card["possible_matches"].as_array().unwrap();
    let mut others: Vec<&str> = matches.iter().map(|one| one["customer"]["id"].as_str().unwrap()).collect();
    others.sort_unstable();
    let mut expected = [first.as_str(), third.as_str()];
    expected.sort_unstable();
    assert_eq!(others, expected, "{card}");
    let one = &matches[0];
    assert_eq!(
        (&one["kind"], &one["verified"], &one["other_verified"]),
        (&json!("email"), &json!(false), &json!(false))
    );
    let kept = sam.post(&format!("/api/customers/{second}/keep_apart"), json!({"other": first})).await;
    assert_eq!(kept.0, 200, "{}", kept.1);
    assert_eq!(sam.post(&format!("/api/customers/{first}/merge"), json!({"other": third})).await.0, 200);
    let again = page(&app, &sam, &second).await;
    assert_eq!(again["card"]["possible_matches"], json!([]), "whoever is the same as them is told apart, too");
    let merged = page(&app, &sam, &third).await["card"].clone();
    assert_eq!((&merged["conversations"], &merged["merged_count"]), (&json!(2), &json!(1)), "{merged}");
    let kinds: Vec<&Value> = merged["identities"].as_array().unwrap().iter().map(|one| &one["kind"]).collect();
    assert_eq!(kinds, [&json!("email"), &json!("name")], "each identity once");
    let refused = sam.post(&format!("/api/customers/{first}/keep_apart"), json!({"other": third})).await;
    assert_problem(&refused, 409, "conflict");
}

#[tokio::test]
async fn an_agent_sees_nothing_of_the_one_whose_address_a_visitor_claims() {
    let app = TestApp::start().await;
    let (token, victim) = open(&app, &json!({"name": "Vera", "email": "vera@example.com"}), None).await;
    let victim = customer_of(&app, &victim);
    let ended = app.ask(Method::POST, "/api/chat/end").bearer_auth(&token).json(&json!({}));
    assert_eq!(answer(ended).await.0, 200);
    app.make_available(ANA).await;
    let (_, conversation) = open(&app, &json!({"name": "Mallory", "email": "vera@example.com"}), None).await;
    let (person, number) = app.until_offered(conversation.parse().unwrap()).await;
    let ana = app.visitor(person).await;
    ana.post(&format!("/api/conversations/{conversation}/offers/{number}/accept"), json!({})).await;
    app.state().views_at(app.state().log.head()).await;
    let (_, detail) = ana.get(&format!("/api/conversations/{conversation}")).await;
    let card = &detail["customer"];
    assert_eq!(
        (&card["name"], &card["conversations"], &detail["previous"]),
        (&json!("Mallory"), &json!(1), &json!([]))
    );
    assert_eq!(card["possible_matches"][0]["customer"], Value::Null, "that there is somebody, and not who: {card}");
    assert_problem(&ana.get(&format!("/api/customers/{victim}")).await, 404, "not_found");
    let merge = format!("/api/customers/{}/merge", card["id"].as_str().unwrap());
    assert_problem(&ana.post(&merge, json!({"other": victim})).await, 403, "forbidden");
}

#[tokio::test]
async fn a_chat_and_then_a_call_of_who_proved_it_are_one_history() {
    let app = TestApp::start().await;
    let site = Site::of(&app).await;
    let sam = app.visitor(SAM).await;
    let (_, chat) = open(&app, &site.signed("C-9", "mia@example.com"), None).await;
    let customer = customer_of(&app, &chat);
    let secret = app.token(7, vec![TokenScope::Ingest], false).await;
    let call = json!({"events": [
        {"id": "1", "type": "open", "conversation": "call-1", "at": app.state().clock.now().0, "channel": "voice",
            "customer": {"external": "C-9", "phone": "+49 30 123456"}},
        {"id": "2", "type": "turn", "conversation": "call-1", "at": app.state().clock.now().0, "by": "customer", "text": "It is me again"},
    ]});
    let sent = answer(app.ask(Method::POST, "/api/ingest/events").bearer_auth(&secret).json(&call)).await;
    assert_eq!((sent.0.as_u16(), &sent.1["accepted"]), (200, &json!(2)), "{}", sent.1);
    let (_, again) = open(&app, &site.signed("", "MIA@example.com"), None).await;
    assert_eq!(customer_of(&app, &again), customer, "the address was proved, too");
    let page = page(&app, &sam, &customer).await;
    let channels: Vec<&Value> = page["conversations"].as_array().unwrap().iter().map(|row| &row["channel"]).collect();
    assert_eq!(channels, [&json!("webchat"), &json!("voice"), &json!("webchat")]);
    assert_eq!((&page["card"]["merged_count"], &page["card"]["possible_matches"]), (&json!(0), &json!([])));
    let verified: Vec<&Value> = page["card"]["identities"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["verified"] == true)
        .map(|one| &one["kind"])
        .collect();
    assert_eq!(verified, [&json!("external"), &json!("email")], "nobody checked the phone number");
    let older = sam.get(&format!("/api/customers/{customer}?limit=2")).await.1;
    let cursor = older["next_cursor"].as_str().unwrap();
    let rest = sam.get(&format!("/api/customers/{customer}?limit=2&cursor={cursor}")).await.1;
    assert_eq!((rest["conversations"][0]["id"].as_str(), &rest["next_cursor"]), (Some(chat.as_str()), &Value::Null));
}

#[tokio::test]
async fn who_signs_in_keeps_what_they_said_before_in_the_same_browser() {
    let app = TestApp::start().await;
    let site = Site::of(&app).await;
    let sam = app.visitor(SAM).await;
    let (_, known) = open(&app, &site.signed("C-9", ""), None).await;
    let known = customer_of(&app, &known);
    let (anonymous, before) = open(&app, &json!({}), None).await;
    let before = customer_of(&app, &before);
    assert_ne!(before, known);
    let (token, signed) = open(&app, &site.signed("C-9", ""), Some(&anonymous)).await;
    assert_eq!(customer_of(&app, &signed), known);
    let card = page(&app, &sam, &before).await["card"].clone();
    assert_eq!((&card["conversations"], &card["merged_count"]), (&json!(3), &json!(1)), "{card}");
    let (_, other) = open(&app, &site.signed("C-10", ""), Some(&token)).await;
    let other = customer_of(&app, &other);
    assert_ne!(other, known, "somebody else signed in with the same browser");
    assert_eq!(page(&app, &sam, &other).await["card"]["conversations"], 1);
}

#[tokio::test]
async fn a_signature_that_does_not_fit_or_has_ended_is_refused_with_what_to_do() {
    let app = TestApp::start().await;
    let site = Site::of(&app).await;
    let ada = app.visitor(ADA).await;
    let ask = async |body: &Value| answer(app.ask(Method::POST, "/api/chat/sessions").json(body)).await;
    let good = site.signed("C-9", "mia@example.com");
    let with = |field: &str, value: Value| {
        let mut body = good.clone();
        body[field] = value;
        body
    };
    let broken = [
        with("external", json!("C-8")),
        with("email", json!("eve@example.com")),
        with("until", json!(1_000)),
        with("until", json!(good["until"].as_i64().unwrap() + 1)),
        with("signature", json!("00")),
        json!({"external": "C-9"}),
        json!({"until": good["until"], "signature": good["signature"]}),
    ];
    for body in broken {
        assert_problem(&ask(&body).await, 422, "invalid");
    }
    assert_eq!(ask(&good).await.0, 200);
    let mixed = json!({"name": "Both", "scopes": ["identify", "ingest"]});
    assert_problem(&ada.post("/api/setup/tokens", mixed).await, 422, "invalid");
    let used =
        answer(app.ask(Method::POST, "/api/ingest/events").bearer_auth(&site.secret).json(&json!({"events": []})))
            .await;
    assert_problem(&used, 403, "forbidden");
    assert_problem(&ask(&json!({"email": "mia@example.com", "verified": true})).await, 403, "forbidden");
}

#[tokio::test]
async fn pages_that_open_at_once_for_one_new_visitor_make_one_customer() {
    let app = TestApp::start().await;
    let site = Site::of(&app).await;
    let body = site.signed("C-77", "nell@example.com");
    let opened = futures_util::future::join_all((0..12).map(|_| open(&app, &body, None))).await;
    let customers: std::collections::BTreeSet<String> =
        opened.iter().map(|(_, conversation)| customer_of(&app, conversation)).collect();
    assert_eq!(customers.len(), 1);
}

#[tokio::test]
async fn imported_and_native_conversations_are_in_one_number_with_a_filter() {
    let app = TestApp::start().await;
    let sam = app.visitor(SAM).await;
    app.make_available(ANA).await;
    let (_, native) = open(&app, &json!({}), None).await;
    let (person, number) = app.until_offered(native.parse().unwrap()).await;
    let ana = app.visitor(person).await;
    ana.post(&format!("/api/conversations/{native}/offers/{number}/accept"), json!({})).await;
    ana.post(&format!("/api/conversations/{native}/turns"), json!({"text": "Hello"})).await;
    let secret = app.token(7, vec![TokenScope::Ingest], false).await;
    let records = (0..3).map(|id| {
        json!({"id": id, "queue": "Help", "outcome": "resolved", "turns": [{"by": "customer", "text": "hello"}, {"by": "agent", "name": "Bo", "text": "hi"}]}).to_string()
    });
    let file = records.collect::<Vec<_>>().join("\n");
    let sent = app
        .ask(Method::POST, "/api/ingest/conversations?source=old")
        .bearer_auth(&secret)
        .header("content-type", "application/x-ndjson")
        .body(file);
    assert_eq!(answer(sent).await.1["accepted"], 3);
    app.state().views_at(app.state().log.head()).await;
    let count = async |path: &str| {
        let (status, body) = sam.get(path).await;
        assert_eq!(status, 200, "{body}");
        body["rows"][0]["values"]["time_to_first_response"]["n"].as_u64()
    };
    for (origin, number) in [
        ("", 4),
        ("&origin=native", 1),
        ("&origin=imported", 3),
        ("&origin=native,imported", 4),
        ("&origin=ingested", 0),
    ] {
        assert_eq!(count(&format!("/api/measures/live?by=all{origin}")).await, Some(number), "{origin}");
        assert_eq!(
            count(&format!("/api/measures/history?by=all&interval=all{origin}")).await,
            Some(number),
            "{origin}"
        );
    }
    assert_problem(&sam.get("/api/measures/live?origin=elsewhere").await, 422, "invalid");
}
