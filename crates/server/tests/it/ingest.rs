//! Another system's conversations: each event once, in any order.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use signalbox_adapters::derived::Namespace;
use signalbox_eventlog::{EventLog, Stored};
use signalbox_model::contact::{Channel, Control, Origin, Outcome, Owner};
use signalbox_model::content::Body;
use signalbox_model::event::Event;
use signalbox_model::id::{ConversationId, Position, TokenId};
use signalbox_model::setup::people::TokenScope;

use crate::app::{QUEUE, TestApp, answer, assert_problem};

const TOKEN: u128 = 7;

struct Sender<'a> {
    app: &'a TestApp,
    secret: String,
}

impl<'a> Sender<'a> {
    async fn of(app: &'a TestApp) -> Sender<'a> {
        Sender { app, secret: app.token(TOKEN, vec![TokenScope::Ingest], false).await }
    }

    async fn send(&self, events: Value) -> (StatusCode, Value) {
        answer(
            self.app.ask(Method::POST, "/api/ingest/events").bearer_auth(&self.secret).json(&json!({"events": events})),
        )
        .await
    }

    async fn counts(&self, events: Value) -> (u64, u64, usize) {
        let (status, body) = self.send(events).await;
        assert_eq!(status, 200, "{body}");
        (
            body["accepted"].as_u64().unwrap(),
            body["repeated"].as_u64().unwrap(),
            body["rejected"].as_array().unwrap().len(),
        )
    }
}

fn ours(theirs: &str) -> ConversationId {
    Namespace::of_token(TokenId::from_number(TOKEN)).conversation(theirs)
}

fn minutes_ago(minutes: i64) -> i64 {
    jiff::Timestamp::now().as_millisecond() - minutes * 60_000
}

fn turn(id: &str, conversation: &str, minutes: i64, by: &str, text: &str) -> Value {
    json!({"id": id, "type": "turn", "conversation": conversation, "at": minutes_ago(minutes), "by": by, "name": "Robot 2", "text": text})
}

async fn head(app: &TestApp) -> u64 {
    app.state().log.head().0
}

#[tokio::test]
async fn a_reported_conversation_is_on_the_floor_with_its_owner_in_words() {
    let app = TestApp::start().await;
    let sender = Sender::of(&app).await;
    let sent = json!([
        {"id": "1", "type": "open", "conversation": "A", "at": minutes_ago(5), "channel": "voice", "queue": "help", "intent": "refund",
         "customer": {"external": "C-1", "name": "<b>Mia</b>"}},
        turn("2", "A", 4, "customer", "<script>hello</script>"),
        {"id": "3", "type": "ownership", "conversation": "A", "at": minutes_ago(3), "owner": {"kind": "ai", "name": "Robot 2"}},
        turn("4", "A", 2, "ai", "hi"),
    ]);
    assert_eq!(sender.counts(sent).await, (4, 0, 0));
    let conversation =
        app.until("two turns", |floor| floor.conversation(ours("A")).filter(|there| there.turns == 2).cloned()).await;
    assert_eq!(
        (conversation.control, conversation.origin, conversation.channel),
        (Control::Observed, Origin::Ingested, Channel::Voice)
    );
    assert_eq!(conversation.queue, Some(QUEUE));
    assert!(matches!(&conversation.owner, Owner::Ai { agent } if agent.as_str() == "Robot-2"));
    let transcript = app.state().log.read_conversation(ours("A")).await.unwrap();
    let words = transcript.entries.iter().filter_map(|entry| match &entry.content {
        Some(Stored::Body(Body::Text { text })) => Some(text.clone()),
        _ => None,
    });
    assert_eq!(words.collect::<Vec<_>>(), ["<script>hello</script>", "hi"]);
    let events =
        serde_json::to_string(&transcript.entries.iter().map(|entry| &entry.recorded).collect::<Vec<_>>()).unwrap();
    assert!(!events.contains("hello"), "events hold no words");
}

#[tokio::test]
async fn the_same_events_again_add_nothing() {
    let app = TestApp::start().await;
    let sender = Sender::of(&app).await;
    let sent = json!([
        {"id": "1", "type": "open", "conversation": "A", "at": minutes_ago(5)},
        {"id": "2", "type": "open", "conversation": "B", "at": minutes_ago(5), "customer": {"email": "b@example.com"}, "labels": ["vip"]},
        turn("3", "A", 4, "customer", "hello"),
        {"id": "4", "type": "outcome", "conversation": "A", "at": minutes_ago(1), "outcome": "resolved"},
    ]);
    assert_eq!(sender.counts(sent.clone()).await, (4, 0, 0));
    let before = head(&app).await;
    assert_eq!(sender.counts(sent).await, (0, 4, 0));
    assert_eq!(head(&app).await, before);
}

#[tokio::test]
async fn events_may_come_in_any_order_and_an_open_completes_what_was_guessed() {
    let app = TestApp::start().await;
    let sender = Sender::of(&app).await;
    assert_eq!(sender.counts(json!([turn("2", "A", 4, "customer", "hello")])).await, (1, 0, 0));
    let ownership = json!({"id": "3", "type": "ownership", "conversation": "A", "at": minutes_ago(3), "owner": {"kind": "agent", "name": "Bob"}});
    let open = json!({"id": "1", "type": "open", "conversation": "A", "at": minutes_ago(9), "channel": "email", "queue": "Help", "customer": {"external": "C-1"}});
    assert_eq!(sender.counts(json!([ownership, open])).await, (2, 0, 0));
    let there = app
        .until("it is complete", |floor| {
            floor.conversation(ours("A")).filter(|there| there.channel == Channel::Email).cloned()
        })
        .await;
    assert_eq!((there.queue, there.turns), (Some(QUEUE), 1));
    assert!(there.opened_at.0 <= minutes_ago(8), "a late open corrects when it began");
    assert!(matches!(&there.owner, Owner::Elsewhere { name } if name.as_str() == "Bob"), "and not who has it");
}

#[tokio::test]
async fn a_late_open_does_not_bring_back_what_is_over() {
    let app = TestApp::start().await;
    let sender = Sender::of(&app).await;
    let closed =
        json!({"id": "3", "type": "ownership", "conversation": "A", "at": minutes_ago(1), "owner": {"kind": "closed"}});
    let outcome =
        json!({"id": "4", "type": "outcome", "conversation": "A", "at": minutes_ago(1), "outcome": "contained"});
    assert_eq!(sender.counts(json!([turn("2", "A", 4, "customer", "hello"), closed, outcome])).await, (3, 0, 0));
    app.until("it is over", |floor| floor.conversation(ours("A")).is_none().then_some(())).await;
    let open = json!({"id": "1", "type": "open", "conversation": "A", "at": minutes_ago(9), "channel": "voice"});
    assert_eq!(sender.counts(json!([open.clone()])).await, (1, 0, 0));
    assert_eq!(sender.counts(json!([open])).await, (0, 1, 0));
    let end = app.state().log.head();
    app.state().floor_at(end).await;
    assert!(app.state().floor().conversation(ours("A")).is_none());
    let transcript = app.state().log.read_conversation(ours("A")).await.unwrap();
    assert!(transcript.entries.iter().any(
        |entry| matches!(&entry.recorded.event, Event::OutcomeReported(told) if told.outcome == Outcome::Contained)
    ));
}

#[tokio::test]
async fn good_events_go_in_and_each_bad_one_is_told() {
    let app = TestApp::start().await;
    let sender = Sender::of(&app).await;
    let (_, body) = sender
        .send(json!([
            turn("1", "A", 1, "customer", "my card is 4929"),
            {"id": "2", "type": "turn", "conversation": "A", "at": minutes_ago(-25 * 60), "by": "customer", "text": "x"},
            {"id": "3", "type": "turn", "conversation": "A", "at": minutes_ago(1), "by": "customer"},
            "nonsense",
            {"id": "5", "type": "turn", "conversation": "A", "at": minutes_ago(-60), "by": "customer", "text": "ahead"},
            {"id": "6", "type": "ownership", "conversation": "A", "at": minutes_ago(1), "owner": {"kind": "queue", "name": "Elsewhere"}},
        ]))
        .await;
    assert_eq!(body["accepted"], 3);
    let told: Vec<(u64, &str)> = body["rejected"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["index"].as_u64().unwrap(), one["detail"].as_str().unwrap()))
        .collect();
    assert_eq!(told[0].0, 1);
    assert!(told[0].1.contains("hours in the future"), "{told:?}");
    assert_eq!((told[1], told[2].0), ((2, "text is missing"), 3));
    let notes: Vec<&str> = body["notes"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect();
    assert_eq!(notes, ["clock_ahead", "unknown_queue"]);
}

#[tokio::test]
async fn a_customer_known_by_a_number_is_one_customer() {
    let app = TestApp::start().await;
    let sender = Sender::of(&app).await;
    let open = |id: &str, conversation: &str| json!({"id": id, "type": "open", "conversation": conversation, "at": minutes_ago(5), "customer": {"external": "C-1", "email": "mia@example.com"}});
    assert_eq!(sender.counts(json!([open("1", "A")])).await, (1, 0, 0));
    assert_eq!(sender.counts(json!([open("2", "B")])).await, (1, 0, 0));
    let facts = app.state().log.read(Position::START, 1_000).await.unwrap();
    assert!(!facts.iter().any(|fact| matches!(fact.event, Event::CustomerMerged(_))), "nobody had to be merged");
    let with: Vec<_> = facts
        .iter()
        .filter_map(|fact| match &fact.event {
            Event::ConversationOpened(opened) => Some(opened.customer),
            _ => None,
        })
        .collect();
    let mia = Namespace::of_token(TokenId::from_number(TOKEN)).customer("A");
    assert_eq!(with, [mia, mia]);
    assert_eq!(app.state().log.find_identity("external:C-1").await.unwrap(), [mia]);
    assert_eq!(sender.counts(json!([turn("3", "B", 4, "customer", "hello")])).await, (1, 0, 0));
    let said = app.state().log.read_conversation(ours("B")).await.unwrap();
    assert!(
        said.entries
            .iter()
            .any(|entry| matches!(&entry.content, Some(Stored::Body(Body::Text { text })) if text == "hello"))
    );
}

#[tokio::test]
async fn a_turn_before_its_open_gets_a_customer_who_is_merged_into_the_one_that_is_known() {
    let app = TestApp::start().await;
    let sender = Sender::of(&app).await;
    let open = |id: &str, conversation: &str| json!({"id": id, "type": "open", "conversation": conversation, "at": minutes_ago(5), "customer": {"external": "C-1"}});
    assert_eq!(sender.counts(json!([open("1", "A")])).await, (1, 0, 0));
    assert_eq!(sender.counts(json!([turn("2", "B", 4, "customer", "hello"), open("3", "B")])).await, (2, 0, 0));
    let facts = app.state().log.read(Position::START, 1_000).await.unwrap();
    let names = Namespace::of_token(TokenId::from_number(TOKEN));
    let merged: Vec<_> = facts
        .iter()
        .filter_map(|fact| match &fact.event {
            Event::CustomerMerged(merged) => Some((merged.customer, merged.merged)),
            _ => None,
        })
        .collect();
    assert_eq!(merged, [(names.customer("A"), names.customer("B"))]);
}

#[tokio::test]
async fn requests_at_once_with_the_same_new_number_make_one_customer() {
    let app = TestApp::start().await;
    let sender = Sender::of(&app).await;
    let requests = (0..24).map(|index| {
        let open = json!({"id": format!("o{index}"), "type": "open", "conversation": format!("P{index}"), "at": minutes_ago(5),
            "customer": {"external": "C-new", "email": "new@example.com", "name": "Nell"}});
        sender.counts(json!([open, turn(&format!("t{index}"), &format!("P{index}"), 4, "customer", "hello")]))
    });
    for counts in futures_util::future::join_all(requests).await {
        assert_eq!(counts, (2, 0, 0));
    }
    let facts = app.state().log.read(Position::START, 1_000).await.unwrap();
    let seen = facts.iter().filter(|fact| matches!(fact.event, Event::CustomerSeen(_))).count();
    let known = facts.iter().filter(|fact| matches!(fact.event, Event::IdentityAdded(_))).count();
    assert_eq!((seen, known), (1, 3), "one customer, each identity once");
    app.state().views_at(app.state().log.head()).await;
    let sam = app.visitor(crate::app::SAM).await;
    let found = sam.get("/api/customers?q=nell").await.1["customers"].clone();
    assert_eq!((found.as_array().unwrap().len(), &found[0]["conversations"]), (1, &json!(24)), "{found}");
}

#[tokio::test]
async fn an_address_that_nobody_checked_joins_only_what_the_same_system_reported() {
    let app = TestApp::start().await;
    let sender = Sender::of(&app).await;
    let open = |id: &str, customer: Value| json!({"id": id, "type": "open", "conversation": id, "at": minutes_ago(5), "customer": customer});
    let customer = |id: &str| {
        let floor = app.state().floor();
        floor.conversation(ours(id)).map(|there| there.customer).unwrap()
    };
    let said = json!({"email": "mia@example.com"});
    let checked = json!({"email": "MIA@example.com", "verified": true});
    let typed = json!({"email": "mia@example.com", "verified": false});
    let all = [("A", &said), ("B", &said), ("C", &checked), ("D", &checked), ("E", &typed), ("F", &typed)];
    for (id, whom) in all {
        assert_eq!(sender.counts(json!([open(id, whom.clone())])).await, (1, 0, 0));
    }
    app.state().floor_at(app.state().log.head()).await;
    assert_eq!(customer("A"), customer("B"), "one system knows whom it means");
    assert_eq!(customer("C"), customer("D"), "what was checked joins");
    let different = std::collections::BTreeSet::from(["A", "C", "E", "F"].map(customer));
    assert_eq!(different.len(), 4, "and what was only said does not");
}

#[tokio::test]
async fn requests_that_make_no_sense_are_refused_whole() {
    let app = TestApp::start().await;
    let sender = Sender::of(&app).await;
    let many: Vec<Value> = (0..501).map(|index| turn(&index.to_string(), "A", 1, "customer", "x")).collect();
    assert_problem(&sender.send(json!(many)).await, 413, "too_large");
    let raw = |kind: &'static str, body: &'static [u8]| {
        answer(
            app.ask(Method::POST, "/api/ingest/events")
                .bearer_auth(&sender.secret)
                .header("content-type", kind)
                .body(body),
        )
    };
    assert_problem(&raw("application/json", b"{\"events\":").await, 400, "bad_json");
    assert_problem(&raw("application/json", b"{\"events\":[],\"more\":1}").await, 422, "unknown_field");
    assert_problem(&raw("application/json", b"\xff\xfe").await, 400, "not_utf8");
    assert_problem(&raw("text/plain", b"hello").await, 415, "media_type");
    let (status, body) = raw(
        "application/x-ndjson",
        b"{\"id\":1,\"type\":\"open\",\"conversation\":\"N\",\"at\":\"2026-11-01T10:00:00Z\"}\n\nbroken\n\xff\n",
    )
    .await;
    assert_eq!(
        (status.as_u16(), &body["accepted"], body["rejected"].as_array().unwrap().len()),
        (200, &json!(1), 2),
        "{body}"
    );
    let reader = app.token(9, vec![TokenScope::Read], false).await;
    let refused =
        answer(app.ask(Method::POST, "/api/ingest/events").bearer_auth(reader).json(&json!({"events": []}))).await;
    assert_problem(&refused, 403, "forbidden");
    assert_problem(
        &answer(app.ask(Method::POST, "/api/ingest/events").json(&json!({"events": []}))).await,
        401,
        "unknown_token",
    );
}
