//! AI agents beside people: drafts, approvals, what a person gets when they take over, looking at what was hidden.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::HeaderMap;
use axum::routing::any;
use reqwest::Method;
use serde_json::{Value, json};
use signalbox_eventlog::EventLog as _;
use signalbox_model::contact::{Actor, Participant};
use signalbox_model::content::{Body, Content};
use signalbox_model::event::ai_agent::{VersionProposed, VersionReleased};
use signalbox_model::event::conversation::{PersonAsked, TurnAdded, TurnKind};
use signalbox_model::event::reading::TurnRead;
use signalbox_model::event::{Event, NewEvent, SetupPublished};
use signalbox_model::id::{
    AiAgentId, ArticleId, CollectionId, ConnectorId, ContentId, ConversationId, CustomerId, Position, ToolId,
};
use signalbox_model::setup::Document;
use signalbox_model::setup::ai_agent::{AiAgent, Snapshot};
use signalbox_model::setup::connector::Tool;
use signalbox_server::ingest::Outcome;

use crate::app::{ADA, ANA, BEN, QUEUE, SAM, TestApp, Visitor, answer, assert_problem};

const BOT: AiAgentId = AiAgentId::from_number(1);
const REFUND: ToolId = ToolId::from_number(1);

/// A shop's system that pays money back, and counts what it did by the key of each call.
#[derive(Clone, Default)]
struct Shop(Arc<Mutex<BTreeMap<String, u32>>>);

impl Shop {
    /// Opens it; says on which address.
    async fn open(&self) -> String {
        let seen = self.clone();
        let pay = move |headers: HeaderMap| {
            let key = headers.get("idempotency-key").map(|key| key.to_str().unwrap().to_owned()).unwrap_or_default();
            *seen.0.lock().unwrap().entry(key).or_default() += 1;
            async { axum::Json(json!({"paid": "yes"})) }
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move { axum::serve(listener, Router::new().route("/refunds", any(pay))).await });
        address
    }

    fn paid(&self) -> Vec<u32> {
        self.0.lock().unwrap().values().copied().collect()
    }
}

const PROCEDURE: &str = "Procedure: Refund an order
About: getting your money back
When the customer asks: refund my order; i want my money back; refund
1. Ask for the order number (order number) as order: \"Which order is it about?\"
2. Ask for the amount (amount) as amount: \"How much was it?\"
3. Confirm \"Shall I refund {amount} for order {order}?\"
4. Do refund_order with order, amount.
5. If refund_order is refused, hand off because policy_restriction. Otherwise, say \"I have paid back {amount} for order {order}.\"
6. Ask whether anything else is needed.
";

fn tool(shop: &str) -> [Document; 2] {
    let connector = json!({"kind": "connector", "id": ConnectorId::from_number(1), "name": "Shop", "internal_hosts": [shop],
        "system": {"kind": "http", "base_url": format!("http://{shop}")}});
    let tool = json!({"kind": "tool", "id": REFUND, "handle": "refund_order", "description": "Pays money back for an order",
        "connector": ConnectorId::from_number(1), "call": {"kind": "http", "method": "POST", "path": "/refunds"}, "access": "write",
        "arguments": [{"name": "order", "value": {"kind": "text"}, "required": true}, {"name": "amount", "value": {"kind": "money"}, "required": true}],
        "amount_cap": {"argument": "amount", "max": 1_000_000}, "daily_per_customer_max": 5,
        "approval": {"kind": "above_amount", "amount": 5_000}, "timeout_ms": 5_000});
    [connector, tool].map(|document| serde_json::from_value(document).unwrap())
}

fn agent(autonomy: &str) -> AiAgent {
    serde_json::from_value(json!({"id": BOT, "handle": "milo", "name": "Milo", "queues": [QUEUE], "capacity": 5, "draft": {
        "briefing": {"purpose": "Refunds", "disclosure": "I am the AI assistant of the shop.", "closing": "Goodbye.",
            "escalation": ["complaint: worst service; disgrace"]},
        "engine": {"kind": "guided"}, "procedures": [PROCEDURE], "tools": [REFUND], "collections": [CollectionId::from_number(1)],
        "autonomy": autonomy, "budgets": {"turns_max": 40, "turn_ms": 20_000}}}))
    .unwrap()
}

/// An agent with a released version, a shop that it can pay money back in, and an article.
async fn with_agent(app: &TestApp, autonomy: &str) -> Shop {
    let shop = Shop::default();
    let address = shop.open().await;
    let [connector, tool] = tool(&address);
    let collection =
        json!({"kind": "collection", "id": CollectionId::from_number(1), "name": "Help", "floor_milli": 300});
    let article = json!({"kind": "article", "id": ArticleId::from_number(1), "collection": CollectionId::from_number(1), "title": "Warranty claims",
        "body": "A warranty claim needs the receipt and a photo of the damage. The workshop decides within five working days."});
    let Document::Tool(known) = &tool else { panic!("a tool") };
    let known: Tool = known.clone();
    let agent = agent(autonomy);
    let snapshot = Snapshot { draft: agent.draft.clone(), tools: vec![known], knowledge: String::new() };
    let mut documents: Vec<Document> = [collection, article].map(|one| serde_json::from_value(one).unwrap()).into();
    documents.extend([connector, tool]);
    documents.push(
        serde_json::from_value({
            let mut document = serde_json::to_value(&agent).unwrap();
            document["kind"] = json!("ai_agent");
            document
        })
        .unwrap(),
    );
    let publish = |document| NewEvent::now(Event::SetupPublished(SetupPublished { document, revision: 1 }));
    let mut events: Vec<NewEvent> = documents.into_iter().map(publish).collect();
    let proposed = VersionProposed {
        agent: BOT,
        version: 1,
        hash: "a".repeat(64),
        snapshot: Box::new(snapshot),
        revision: 1,
        person: ADA,
        note: String::new(),
    };
    events.push(NewEvent::now(Event::VersionProposed(proposed)));
    let released = VersionReleased { agent: BOT, version: 1, person: ADA, reason: "first".to_owned() };
    events.push(NewEvent::now(Event::VersionReleased(released)));
    let appended = app.state().commands.submit(Actor::System, None, events).await.unwrap();
    app.state().floor_at(appended.last).await;
    shop
}

fn at(conversation: ConversationId, what: &str) -> String {
    format!("/api/conversations/{conversation}/{what}")
}

/// The customer says something; gives back the id of the words.
async fn says(app: &TestApp, conversation: ConversationId, number: u128, text: &str) -> ContentId {
    let customer = app.state().floor().conversation(conversation).unwrap().customer;
    let id = ContentId::from_number(number);
    let body = Body::Text { text: text.to_owned() };
    let content = Content { id, customer, conversation: Some(conversation), body, lookup: None };
    let turn = TurnAdded { conversation, by: Participant::Customer, kind: TurnKind::Text, content: id };
    let event = NewEvent { content: Some(content), ..NewEvent::now(Event::TurnAdded(turn)) };
    let appended = app.state().commands.submit(Actor::Customer { customer }, None, vec![event]).await.unwrap();
    app.state().floor_at(appended.last).await;
    id
}

/// Waits until the AI agent has nothing more to say for now, with at least this many turns behind it.
async fn spoken(app: &TestApp, conversation: ConversationId, turns: u32) {
    app.until("an answer of the AI agent", |floor| {
        let known = floor.conversation(conversation)?;
        (known.ai.spoken >= turns && known.ai.pending.is_none()).then_some(())
    })
    .await;
}

async fn accepted(app: &TestApp, conversation: ConversationId) -> Visitor {
    let (person, offer) = app.until_offered(conversation).await;
    let visitor = app.visitor(person).await;
    let (status, body) = visitor.post(&at(conversation, &format!("offers/{offer}/accept")), Value::Null).await;
    assert_eq!(status, 200, "{body}");
    visitor
}

async fn wants_a_person(app: &TestApp, conversation: ConversationId) {
    let customer = app.state().floor().conversation(conversation).unwrap().customer;
    let event = NewEvent::now(Event::PersonAsked(PersonAsked { conversation }));
    let asked = app.state().commands.ask(Actor::Customer { customer }, None, event).await.unwrap();
    assert!(matches!(asked.outcome, Outcome::Done(_)), "{asked:?}");
    app.state().floor_at(asked.position).await;
}

fn texts(transcript: &Value, kind: &str) -> Vec<String> {
    let items = transcript["items"].as_array().unwrap().iter().filter(|item| item["kind"] == kind);
    items.filter_map(|item| item["text"].as_str().map(str::to_owned)).collect()
}

/// Check 27.
#[tokio::test]
async fn a_draft_is_seen_by_the_person_alone_until_they_send_it() {
    let app = TestApp::start().await;
    with_agent(&app, "draft").await;
    app.make_available(ANA).await;
    let (status, begun) = answer(app.ask(Method::POST, "/api/chat/sessions").json(&json!({"queue": QUEUE}))).await;
    assert_eq!(status, 200, "{begun}");
    let conversation: ConversationId = begun["conversation"].as_str().unwrap().parse().unwrap();
    let ana = accepted(&app, conversation).await;
    let said = app
        .ask(Method::POST, "/api/chat/turns")
        .bearer_auth(begun["token"].as_str().unwrap())
        .json(&json!({"text": "I want my money back for order 1048", "key": "k1"}));
    assert_eq!(answer(said).await.0, 200);
    let draft = loop {
        let (_, transcript) = ana.get(&at(conversation, "transcript")).await;
        if let Some(draft) = texts(&transcript, "draft").pop() {
            break draft;
        }
        tokio::task::yield_now().await;
    };
    let seen = || async {
        let entries = app.state().log.read_conversation(conversation).await.unwrap().entries;
        let directory = app.state().directory();
        let items = signalbox_server::channels::webchat::view::items(&entries, &directory, 0);
        items.into_iter().filter_map(|item| item.text).collect::<Vec<_>>()
    };
    assert!(!seen().await.contains(&draft), "the customer saw the draft");
    assert_eq!(ana.post(&at(conversation, "turns"), json!({"text": draft})).await.0, 200);
    assert!(seen().await.contains(&draft));
}

/// Check 44.
#[tokio::test]
async fn a_refund_above_the_cap_waits_for_a_person_and_is_done_once_however_often_it_is_granted() {
    let app = TestApp::start().await;
    let shop = with_agent(&app, "act").await;
    let conversation = app.open_conversation(1).await;
    spoken(&app, conversation, 1).await;
    for (number, text) in [(101, "refund my order 1048"), (102, "120.00 euros")] {
        let turns = app.state().floor().conversation(conversation).unwrap().ai.spoken;
        says(&app, conversation, number, text).await;
        spoken(&app, conversation, turns + 1).await;
    }
    says(&app, conversation, 103, "yes").await;
    app.until("the wish for an approval", |floor| {
        let known = floor.conversation(conversation)?;
        (known.ai.approval.is_some() && known.ai.pending.is_none()).then_some(())
    })
    .await;
    let sam = app.visitor(SAM).await;
    let ana = app.visitor(ANA).await;
    let (status, list) = ana.get("/api/approvals").await;
    let row = &list["rows"][0];
    assert_eq!((status.as_u16(), row["approval"]["agent"]["name"].as_str()), (200, Some("Milo")), "{list}");
    assert_eq!(row["approval"]["does"], "Pays money back for an order");
    assert_eq!(
        (row["approval"]["amount"].as_u64(), row["arguments"]["order"].is_string()),
        (Some(12_000), true),
        "{list}"
    );
    assert_eq!(row["conversation"]["need"]["reasons"][0]["kind"], "approval_waiting", "{list}");
    assert!(shop.paid().is_empty(), "it was paid before anybody agreed");
    let (_, told) = sam.get(&at(conversation, "transcript")).await;
    assert!(told.to_string().contains("has to approve this"), "{told}");
    let before = app.state().floor().conversation(conversation).unwrap().ai.spoken;
    let decide = at(conversation, &format!("approvals/{}", row["approval"]["id"].as_str().unwrap()));
    let (first, again) = tokio::join!(
        ana.post(&decide, json!({"grant": true})),
        sam.post(&decide, json!({"grant": true, "reason": "fine"}))
    );
    let mut statuses = [first.0.as_u16(), again.0.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "{} {}", first.1, again.1);
    app.until("the answer after the approval", |floor| {
        let known = floor.conversation(conversation)?;
        (known.ai.spoken > before && known.ai.pending.is_none()).then_some(())
    })
    .await;
    assert_eq!(shop.paid(), [1]);
    let (_, transcript) = sam.get(&at(conversation, "transcript")).await;
    assert!(transcript.to_string().contains("I have paid back"), "{transcript}");
    assert_problem(&sam.post(&decide, json!({"grant": true})).await, 409, "refused");
    assert_eq!(shop.paid(), [1]);
    assert_eq!(sam.get("/api/approvals").await.1["rows"], json!([]));
}

/// Check 47.
#[tokio::test]
async fn whoever_takes_over_gets_every_part_of_the_packet_within_two_seconds() {
    let app = TestApp::start().await;
    with_agent(&app, "act").await;
    let conversation = app.open_conversation(1).await;
    let customer = app.state().floor().conversation(conversation).unwrap().customer;
    spoken(&app, conversation, 1).await;
    let sam = app.visitor(SAM).await;
    let email = json!({"kind": "email", "value": "kim@example.com"});
    assert_eq!(sam.post(&format!("/api/customers/{customer}/identities"), email).await.0, 200);
    assert_problem(&sam.get(&at(conversation, "handoff")).await, 404, "not_found");
    let turns = [
        (101, "What does a warranty claim need?"),
        (102, "refund my order 1048"),
        (103, "20.00 euros"),
        (104, "yes"),
        (105, "This is the worst service, I am furious, terrible, awful"),
    ];
    for (number, text) in turns {
        let before = app.state().floor().conversation(conversation).unwrap().ai.spoken;
        says(&app, conversation, number, text).await;
        app.until("an answer or a handoff", |floor| {
            let known = floor.conversation(conversation)?;
            let answered = known.ai.spoken > before && known.ai.pending.is_none();
            (answered || known.ai.handoff.is_some()).then_some(())
        })
        .await;
    }
    app.make_available(ANA).await;
    let ana = accepted(&app, conversation).await;
    let began = std::time::Instant::now();
    let (status, packet) = ana.get(&at(conversation, "handoff")).await;
    let took = began.elapsed();
    println!("packet after {took:?}: {packet:#}");
    assert_eq!(status, 200, "{packet}");
    assert!(took.as_secs() < 2, "{took:?}");
    assert_eq!(packet["lines"].as_array().unwrap().len(), 3, "{packet}");
    assert_eq!(
        (packet["reason"].as_str(), packet["reason_words"].as_str()),
        (Some("complaint"), Some("the customer complains"))
    );
    assert_eq!((packet["agent"]["name"].as_str(), packet["version"].as_u64()), (Some("Milo"), Some(1)));
    assert_eq!(packet["identities"][0]["value"], "kim@example.com", "{packet}");
    assert!(packet["identities"][0]["how"].is_string());
    let fact = packet["facts"].as_array().unwrap().iter().find(|fact| fact["label"] == "order number");
    assert!(fact.is_some_and(|fact| fact["verified"] == "confirmed"), "{packet}");
    assert_eq!(packet["language"], "en", "{packet}");
    assert_eq!(
        (packet["tools"][0]["tool"].as_str(), packet["tools"][0]["status"].as_str()),
        (Some("refund_order"), Some("ok")),
        "{packet}"
    );
    assert_eq!(packet["tools"][0]["result"]["paid"], "yes", "{packet}");
    assert_eq!(packet["promises"], json!(["refund_order was done"]));
    assert!(packet["mood"]["kind"].is_string());
    assert_eq!(packet["next"]["title"], "Warranty claims", "{packet}");
    assert_eq!(packet["briefed"], false);
    // The desk's own payload says that it was handed over, why, and by whom.
    let row = &ana.get("/api/desk").await.1["conversations"][0];
    assert_eq!(
        (row["handoff"]["reason"].as_str(), row["ai"]["agent"]["name"].as_str()),
        (Some("complaint"), Some("Milo")),
        "{row}"
    );
    assert_problem(&sam.post(&at(conversation, "handoff/briefed"), Value::Null).await, 409, "refused");
    for _twice in 0..2 {
        assert_eq!(ana.post(&at(conversation, "handoff/briefed"), Value::Null).await.0, 200);
    }
    assert_eq!(ana.get(&at(conversation, "handoff")).await.1["briefed"], true);
    let (_, timeline) = ana.get(&at(conversation, "timeline")).await;
    let briefed = timeline["facts"].as_array().unwrap().iter().filter(|fact| fact["type"] == "handoff.briefed").count();
    assert_eq!(briefed, 1);
    assert_eq!(ana.post(&at(conversation, "turns"), json!({"text": "I am sorry"})).await.0, 200);
    app.until("the end of the handoff", |floor| floor.conversation(conversation)?.ai.handoff.is_none().then_some(()))
        .await;
    assert_eq!(ana.get(&at(conversation, "handoff")).await.1["is_over"], true);
}

#[tokio::test]
async fn a_person_gives_it_back_only_with_the_customers_consent() {
    let app = TestApp::start().await;
    with_agent(&app, "act").await;
    app.make_available(ANA).await;
    let conversation = app.open_conversation(1).await;
    spoken(&app, conversation, 1).await;
    wants_a_person(&app, conversation).await;
    let ana = accepted(&app, conversation).await;
    let (_, packet) = ana.get(&at(conversation, "handoff")).await;
    assert_eq!(packet["lines"][2], "Stops here: the customer asked for a person.", "{packet}");
    assert_eq!(packet["mood"]["kind"], "cannot_say");
    let back = at(conversation, "return-to-ai");
    assert_problem(&ana.post(&back, json!({"customer_agreed": false})).await, 409, "refused");
    assert_eq!(ana.get(&format!("/api/conversations/{conversation}")).await.1["may"]["return_to_ai"], true);
    let returned = ana.post(&back, json!({"customer_agreed": true})).await;
    assert_eq!(returned.0, 200, "{}", returned.1);
    let (_, floor) = app.visitor(SAM).await.get("/api/floor").await;
    let row = &floor["conversations"][0];
    assert_eq!((row["owner"]["agent"].as_str(), row["ai"]["version"].as_u64()), (Some("Milo"), Some(1)), "{row}");
    let bot = &floor["ai_agents"][0];
    assert_eq!(
        (bot["name"].as_str(), bot["used"].as_u64(), bot["capacity"].as_u64()),
        (Some("Milo"), Some(1), Some(5))
    );
}

#[tokio::test]
async fn what_was_hidden_is_shown_to_whoever_may_with_a_reason_that_is_written_down_first() {
    let app = TestApp::start().await;
    app.make_available(ANA).await;
    let conversation = app.open_conversation(1).await;
    let ana = accepted(&app, conversation).await;
    let turn = says(&app, conversation, 101, "my card is 4111 1111 1111 1111, is that right?").await;
    let (_, transcript) = ana.get(&at(conversation, "transcript")).await;
    let item = transcript["items"].as_array().unwrap().iter().find(|item| item["kind"] == "turn").unwrap();
    assert_eq!(item["hidden"], json!([{"kind": "card", "count": 1}]), "{item}");
    assert_eq!(
        (item["content"].as_str(), item["text"].as_str().unwrap().contains("4111")),
        (Some(turn.to_string().as_str()), false)
    );
    let path = at(conversation, &format!("turns/{turn}/reveal"));
    assert_problem(&ana.post(&path, json!({"reason": " "})).await, 422, "invalid");
    assert_problem(&app.visitor(BEN).await.post(&path, json!({"reason": "curious"})).await, 404, "not_found");
    let (status, shown) = ana.post(&path, json!({"reason": "the payment failed"})).await;
    assert_eq!(
        (status.as_u16(), &shown["values"]),
        (200, &json!([{"token": "[card_1]", "value": "4111 1111 1111 1111"}])),
        "{shown}"
    );
    let facts = app.state().log.read(Position::START, 10_000).await.unwrap();
    let looked: Vec<_> = facts.iter().filter(|fact| matches!(fact.event, Event::PersonalDataRevealed(_))).collect();
    assert_eq!(looked.len(), 1);
    assert!(!serde_json::to_string(&looked[0].event).unwrap().contains("4111"));
    let plain = says(&app, conversation, 102, "thank you").await;
    assert_problem(
        &ana.post(&at(conversation, &format!("turns/{plain}/reveal")), json!({"reason": "x"})).await,
        404,
        "not_found",
    );
}

/// Check 67: it is compared with one that is just as long, and one that has just begun.
#[tokio::test]
async fn an_angry_long_conversation_rises_to_the_top_and_a_whisper_reaches_its_agent_alone() {
    let app = TestApp::start().await;
    app.make_available(ANA).await;
    app.make_available(BEN).await;
    let mut taken = Vec::new();
    for number in 1..=3 {
        let conversation = app.open_conversation(number).await;
        accepted(&app, conversation).await;
        taken.push(conversation);
    }
    let angry = taken[2];
    let sam = app.visitor(SAM).await;
    let first = |floor: &Value| floor["conversations"][0]["id"].as_str().unwrap().to_owned();
    assert_ne!(first(&sam.get("/api/floor").await.1), angry.to_string());
    let customer = CustomerId::from_number(3);
    for number in 0..4 {
        let turn = ContentId::from_number(500 + number);
        let read = TurnRead {
            conversation: angry,
            turn,
            intent: None,
            intent_milli: None,
            language: None,
            sentiment: Some(-3),
        };
        let event = NewEvent::now(Event::TurnRead(read));
        let appended = app.state().commands.submit(Actor::Customer { customer }, None, vec![event]).await.unwrap();
        app.state().floor_at(appended.last).await;
    }
    let (_, floor) = sam.get("/api/floor").await;
    assert_eq!(first(&floor), angry.to_string(), "{floor}");
    assert_eq!(floor["conversations"][0]["need"]["reasons"][0]["words"], "customer is angry");
    assert_eq!(sam.post(&at(angry, "whispers"), json!({"text": "Offer a voucher"})).await.0, 200);
    let entries = app.state().log.read_conversation(angry).await.unwrap().entries;
    let seen = {
        let directory = app.state().directory();
        signalbox_server::channels::webchat::view::items(&entries, &directory, 0)
    };
    assert!(!serde_json::to_string(&seen).unwrap().contains("voucher"));
    let owner = app.state().floor().conversation(angry).unwrap().owner.person().unwrap();
    let (_, transcript) = app.visitor(owner).await.get(&at(angry, "transcript")).await;
    assert_eq!(texts(&transcript, "whisper"), ["Offer a voucher"]);
}
