//! Stopping AI agents, incidents, and AI that nobody registered.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use signalbox_eventlog::EventLog;
use signalbox_model::contact::Actor;
use signalbox_model::event::ai_agent::{VersionProposed, VersionReleased};
use signalbox_model::event::{Event, NewEvent, SetupPublished};
use signalbox_model::id::{AiAgentId, ConversationId, Position};
use signalbox_model::setup::Document;
use signalbox_model::setup::ai_agent::{AiAgent, Snapshot};

use crate::app::{ADA, ANA, QUEUE, SAM, TestApp, answer, assert_problem};

const BOT: AiAgentId = AiAgentId::from_number(1);
/// New conversations must stop and live ones be handed over within this.
const WITHIN: Duration = Duration::from_secs(5);

/// A guided AI agent with a released version that serves the queue.
async fn release_bot(app: &TestApp) {
    let agent: AiAgent = serde_json::from_value(json!({
        "id": BOT, "handle": "help-bot", "name": "Help bot", "queues": [QUEUE], "capacity": 50,
        "draft": {"briefing": {}, "engine": {"kind": "guided"}, "autonomy": "act", "budgets": {"turns_max": 20, "turn_ms": 20_000}},
    }))
    .unwrap();
    let snapshot = Snapshot { draft: agent.draft.clone(), tools: Vec::new(), knowledge: String::new() };
    let document = Document::AiAgent(Box::new(agent));
    let events = [
        Event::SetupPublished(SetupPublished { document, revision: 1 }),
        Event::VersionProposed(VersionProposed {
            agent: BOT,
            version: 1,
            hash: "00".repeat(32),
            snapshot: Box::new(snapshot),
            revision: 1,
            person: ADA,
            note: String::new(),
        }),
        Event::VersionReleased(VersionReleased { agent: BOT, version: 1, person: ADA, reason: "test".to_owned() }),
    ];
    let events = events.into_iter().map(NewEvent::now).collect();
    let appended = app.state().commands.submit(Actor::System, None, events).await.unwrap();
    app.state().floor_at(appended.last).await;
}

async fn until_ai_has(app: &TestApp, conversation: ConversationId) {
    app.until("an AI agent that has it", |floor| floor.conversation(conversation)?.ai_owner().map(|_| ())).await;
}

fn everything() -> Value {
    json!({"scope": {"kind": "everything"}, "reason": "It promised a refund that there is not."})
}

#[tokio::test]
async fn the_kill_switch_hands_live_conversations_over_in_time_and_lets_no_new_one_begin() {
    let app = TestApp::start().await;
    release_bot(&app).await;
    let live: Vec<ConversationId> = {
        let mut live = Vec::new();
        for number in 1..=20 {
            live.push(app.open_conversation(number).await);
        }
        live
    };
    for conversation in &live {
        until_ai_has(&app, *conversation).await;
    }
    let sam = app.visitor(SAM).await;
    let (_, before) = sam.get("/api/stops").await;
    assert_eq!((&before["live"], &before["agents"][0]["live"], &before["stops"]), (&json!(20), &json!(20), &json!([])));

    let began = std::time::Instant::now();
    let (status, stopped) = sam.post("/api/stops", everything()).await;
    assert_eq!((status.as_u16(), &stopped["live"]), (200, &json!(20)), "{stopped}");
    for conversation in &live {
        app.until("a handover", |floor| floor.conversation(*conversation)?.ai_owner().is_none().then_some(())).await;
    }
    let took = began.elapsed();
    println!("kill switch: 20 live conversations handed over {} ms after the click", took.as_millis());
    assert!(took < WITHIN, "{took:?}");
    let late = app.open_conversation(99).await;
    app.until("the late one in line", |floor| floor.conversation(late)?.in_line.then_some(())).await;
    assert!(app.state().floor().conversation(late).unwrap().ai_owner().is_none());

    // In the log the stop stands before every handover, and nothing was assigned to an AI agent after it.
    let facts = app.state().log.read(Position::START, 2_000).await.unwrap();
    let thrown = facts.iter().position(|fact| matches!(fact.event, Event::KillSwitchThrown(_))).unwrap();
    assert!(matches!(facts[thrown - 1].event, Event::IncidentOpened(_)), "the incident is opened with it");
    let handed = facts.iter().enumerate().filter(|(_, fact)| matches!(fact.event, Event::HandoffRequested(_)));
    let handed: Vec<usize> = handed.map(|(at, _)| at).collect();
    assert!(handed.len() == 20 && handed.iter().all(|at| *at > thrown), "{handed:?} after {thrown}");
    assert!(!facts[thrown..].iter().any(|fact| matches!(fact.event, Event::AiAssigned(_))));

    let (_, list) = sam.get("/api/incidents").await;
    let incident = &list["incidents"][0];
    assert_eq!((&incident["handed_over"]["count"], &incident["stopped"]), (&json!(20), &json!(true)), "{list}");
    let last = incident["handed_over"]["last_after_ms"].as_u64().unwrap();
    println!("by the log: the last one {last} ms after the stop");
    assert!(u128::from(last) < WITHIN.as_millis());
}

#[tokio::test]
async fn a_stop_is_lifted_by_a_reason_and_its_incident_told_and_closed() {
    let app = TestApp::start().await;
    release_bot(&app).await;
    let sam = app.visitor(SAM).await;
    assert_problem(
        &sam.post("/api/stops", json!({"scope": {"kind": "everything"}, "reason": " "})).await,
        422,
        "invalid",
    );
    let unknown = json!({"scope": {"kind": "agent", "agent": AiAgentId::from_number(9)}, "reason": "x"});
    assert_problem(&sam.post("/api/stops", unknown).await, 422, "invalid");
    assert_problem(&app.visitor(ANA).await.post("/api/stops", everything()).await, 403, "forbidden");
    let (_, stopped) = sam.post("/api/stops", everything()).await;
    assert_problem(&sam.post("/api/stops", everything()).await, 409, "conflict");
    let id = stopped["incident"].as_str().unwrap();
    let noted = sam.post(&format!("/api/incidents/{id}/notes"), json!({"text": "The article was wrong."})).await;
    assert_eq!(noted.0, 200, "{}", noted.1);
    let lift = json!({"scope": {"kind": "everything"}, "reason": "The article is right now."});
    assert_eq!(sam.post("/api/stops/lift", lift.clone()).await.0, 200);
    assert_problem(&sam.post("/api/stops/lift", lift).await, 409, "conflict");
    let close = json!({"resolution": "Articles about refunds have an owner now."});
    assert_eq!(sam.post(&format!("/api/incidents/{id}/close"), close.clone()).await.0, 200);
    assert_problem(&sam.post(&format!("/api/incidents/{id}/close"), close).await, 409, "conflict");
    let (_, list) = sam.get("/api/incidents").await;
    let kinds: Vec<&str> =
        list["incidents"][0]["steps"].as_array().unwrap().iter().map(|step| step["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["opened", "stopped", "noted", "lifted", "closed"]);
    let again = app.open_conversation(1).await;
    until_ai_has(&app, again).await;
}

#[tokio::test]
async fn a_stop_that_is_sent_twice_with_one_key_is_one_stop() {
    let app = TestApp::start().await;
    let sam = app.visitor(SAM).await;
    let send = || answer(sam.ask(Method::POST, "/api/stops").header("idempotency-key", "k1").json(&everything()));
    let (first, second) = (send().await, send().await);
    assert_eq!((first.0.as_u16(), second.0.as_u16()), (200, 200), "{} {}", first.1, second.1);
    assert_eq!((&first.1["incident"], &first.1["position"]), (&second.1["incident"], &second.1["position"]));
    assert_eq!(sam.get("/api/incidents").await.1["incidents"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_writer_with_an_unknown_token_is_refused_and_listed_under_the_name_it_gave_itself() {
    let app = TestApp::start().await;
    let body = json!({"events": [{"id": "1", "type": "turn", "conversation": "A", "at": 1, "by": "ai", "name": "Shadow Bot", "text": "hi"}]});
    let sent = answer(app.ask(Method::POST, "/api/ingest/events").bearer_auth("sbx_not_a_token").json(&body)).await;
    assert_problem(&sent, 401, "unknown_token");
    let sam = app.visitor(SAM).await;
    let (_, list) = sam.get("/api/unregistered-ai").await;
    let seen = &list["seen"][0];
    assert_eq!(
        (&seen["name"], &seen["from"], &seen["count"]),
        (&json!("Shadow-Bot"), &json!("refused"), &json!(1)),
        "{list}"
    );
    assert!(list["services"].as_array().unwrap().len() >= 30);
    let (_, audit) = app.visitor(ADA).await.get("/api/audit?type=access.").await;
    assert!(audit.to_string().contains("unknown_token"), "{audit}");
}

#[tokio::test]
async fn a_log_of_a_proxy_shows_ai_services_once_and_keeps_nobodys_name() {
    let app = TestApp::start().await;
    let sam = app.visitor(SAM).await;
    let log = "time,user,url\n2026-11-20T10:00:00Z,kim@example.com,https://chat.openai.com/c/1\n2026-11-20T11:00:00Z,lee@example.com,https://chat.openai.com/\n2026-11-20T12:00:00Z,kim@example.com,https://tool.example.ai/x\n2026-11-20T12:00:00Z,kim@example.com,https://example.com/\n";
    let send = |query: &'static str| {
        let path = format!("/api/unregistered-ai/discover?{query}");
        answer(sam.ask(Method::POST, &path).header("content-type", "text/csv").body(log))
    };
    let (status, found) = send("log=proxy&also=example.ai").await;
    assert_eq!((status.as_u16(), &found["rows"], &found["matched"]), (200, &json!(4), &json!(3)), "{found}");
    assert_eq!((&found["found"][0]["host"], &found["found"][0]["people"]), (&json!("chat.openai.com"), &json!(2)));
    assert_eq!(send("log=proxy&also=example.ai").await.1["repeated"], json!(true));
    let (_, list) = sam.get("/api/unregistered-ai").await;
    let counts: Vec<u64> = list["seen"].as_array().unwrap().iter().map(|row| row["count"].as_u64().unwrap()).collect();
    assert_eq!(counts.iter().sum::<u64>(), 3, "the same log counts once: {list}");
    let facts = app.state().log.read(Position::START, 2_000).await.unwrap();
    assert!(!serde_json::to_string(&facts).unwrap().contains("kim@example.com"));
    assert_problem(&send("log=proxy&also=https://x").await, 422, "invalid");
    let no_head = sam.ask(Method::POST, "/api/unregistered-ai/discover?log=sign_on").header("content-type", "text/csv");
    assert_problem(&answer(no_head.body("a,b\n1,2\n")).await, 422, "invalid");
}
