//! AI agents through the whole server: chat, executor, knowledge, tools over HTTP, people, and what happens when it goes wrong. The centre
//! is the demo's own.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::any;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use signalbox_engine::Floor;
use signalbox_eventlog::{Entry, EventLog, Stored};
use signalbox_model::contact::{Actor, Participant, Presence};
use signalbox_model::content::Body;
use signalbox_model::event::action::{ApprovalDecideAsked, ApprovalVerdict};
use signalbox_model::event::ai_agent::HandoffReason;
use signalbox_model::event::presence::PresenceAsked;
use signalbox_model::event::stop::{KillSwitchThrown, StopScope};
use signalbox_model::event::{Event, NewEvent, SetupPublished};
use signalbox_model::id::{ConversationId, PersonId};
use signalbox_model::setup::Document;
use signalbox_model::time::DurationMs;
use signalbox_server::ai::trace::Trace;
use signalbox_server::demo::script::Script;
use signalbox_server::demo::{assistants, script, seed, shop};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use crate::app::{TestApp, answer};

/// How long a customer may wait for an answer or a person, with room for a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A customer with a chat.
pub struct Guest<'a> {
    app: &'a TestApp,
    token: String,
    pub conversation: ConversationId,
}

impl<'a> Guest<'a> {
    /// Opens a chat, and waits until the AI agent has said hello.
    pub async fn open(app: &'a TestApp, queue: &str) -> Guest<'a> {
        let body = json!({ "queue": seed::queue_id(queue).map(|id| id.to_string()) });
        let (status, begun) = answer(app.ask(Method::POST, "/api/chat/sessions").json(&body)).await;
        assert_eq!(status, 200, "{begun}");
        let conversation = begun["conversation"].as_str().unwrap().parse().unwrap();
        let guest = Guest { app, token: begun["token"].as_str().unwrap().to_owned(), conversation };
        until(app, conversation, "a greeting", |facts| (!words_of_ai(facts).is_empty()).then_some(())).await;
        guest
    }

    pub async fn post(&self, path: &str, body: Value) -> (StatusCode, Value) {
        answer(self.app.ask(Method::POST, &format!("/api/chat/{path}")).bearer_auth(&self.token).json(&body)).await
    }

    /// Says something without waiting.
    pub async fn say(&self, text: &str) {
        let (status, body) =
            self.post("turns", json!({ "text": text, "key": signalbox_server::secrets::random_token() })).await;
        assert_eq!(status, 200, "{body}");
    }

    /// Says something and gives back what the AI agent says to it.
    pub async fn ask(&self, text: &str) -> String {
        let before = words_of_ai(&facts(self.app, self.conversation).await).len();
        self.say(text).await;
        let answer = |facts: &[Entry]| words_of_ai(facts).get(before).cloned();
        until(self.app, self.conversation, &format!("an answer to “{text}”"), answer).await
    }

    /// Waits until a person is to have it, and says why.
    pub async fn until_handed_over(&self) -> HandoffReason {
        until(self.app, self.conversation, "a handoff", handed_over).await
    }
}

/// All facts of a conversation with their words.
pub async fn facts(app: &TestApp, conversation: ConversationId) -> Vec<Entry> {
    app.state().log.read_conversation(conversation).await.unwrap().entries
}

/// Waits until the facts of a conversation say so.
pub async fn until<T>(
    app: &TestApp,
    conversation: ConversationId,
    what: &str,
    mut look: impl FnMut(&[Entry]) -> Option<T>,
) -> T {
    let mut bell = app.state().log.advanced();
    let waited = tokio::time::timeout(PATIENCE, async {
        loop {
            bell.borrow_and_update();
            if let Some(found) = look(&facts(app, conversation).await) {
                return found;
            }
            bell.changed().await.unwrap();
        }
    });
    let waited = waited.await;
    match waited {
        Ok(found) => found,
        Err(_) => {
            let told: Vec<String> = facts(app, conversation).await.iter().map(told).collect();
            panic!("{what} did not come:\n{}", told.join("\n"));
        }
    }
}

fn told(entry: &Entry) -> String {
    format!("{} {}", entry.recorded.event.name(), words(entry).unwrap_or_default())
}

/// The words of a fact.
pub fn words(entry: &Entry) -> Option<&str> {
    match &entry.content {
        Some(Stored::Body(Body::Text { text })) => Some(text),
        _ => None,
    }
}

/// What the AI agent has said to the customer.
pub fn words_of_ai(facts: &[Entry]) -> Vec<String> {
    let said = facts.iter().filter_map(|entry| match &entry.recorded.event {
        Event::AiTurnCompleted(turn) if turn.task.speaks() && turn.says.is_some() => Some(turn.says?),
        _ => None,
    });
    let said: Vec<_> = said.collect();
    let sent = facts.iter().filter_map(|entry| match &entry.recorded.event {
        Event::ReplySent(reply) if matches!(reply.by, Participant::AiAgent { .. }) => Some(reply.content),
        _ => None,
    });
    sent.filter(|content| said.contains(content))
        .filter_map(|content| facts.iter().find(|entry| entry.recorded.event.content() == Some(content)))
        .map(|entry| words(entry).unwrap_or_default().to_owned())
        .collect()
}

fn handed_over(facts: &[Entry]) -> Option<HandoffReason> {
    facts.iter().find_map(|entry| match &entry.recorded.event {
        Event::HandoffRequested(handoff) => Some(handoff.reason),
        _ => None,
    })
}

/// How turns came about, oldest first.
pub fn traces(facts: &[Entry]) -> Vec<Trace> {
    let traced = facts.iter().filter(|entry| matches!(entry.recorded.event, Event::AiTurnTraced(_)));
    traced.filter_map(|entry| Trace::from_json(words(entry)?)).collect()
}

/// The demo's centre with its shop, or another at that address; the versions may be changed before they are released.
pub async fn centre(shop: SocketAddr, change: impl Fn(&mut NewEvent)) -> TestApp {
    let app = TestApp::start_in(TempDir::new().unwrap(), false).await;
    let scripts: Vec<Arc<Script>> = script::all().unwrap().into_iter().map(Arc::new).collect();
    let documents = seed::documents().unwrap().into_iter().chain(assistants::documents(shop, &scripts).unwrap());
    let publish = |document: Document| NewEvent::now(Event::SetupPublished(SetupPublished { document, revision: 1 }));
    let mut events: Vec<NewEvent> = documents.map(publish).collect();
    events.extend(assistants::releases(&scripts).unwrap());
    events.iter_mut().for_each(change);
    let published = app.state().commands.submit(Actor::System, None, events).await.unwrap();
    app.state().floor_at(published.last).await;
    until_shelved(&app).await;
    app
}

/// Articles are put on the shelves beside everything else.
async fn until_shelved(app: &TestApp) {
    let shelved = tokio::time::timeout(PATIENCE, async {
        while app.state().brain.shelves.articles() == 0 {
            tokio::task::yield_now().await;
        }
    });
    shelved.await.expect("articles are shelved");
}

/// Every turn must be over after so long.
pub fn in_a_hurry(event: &mut NewEvent) {
    if let Event::VersionProposed(proposed) = &mut event.event {
        proposed.snapshot.draft.budgets.turn_ms = DurationMs::seconds(3);
    }
}

async fn demo() -> (TestApp, shop::Open) {
    let open = shop::open(CancellationToken::new()).await.unwrap();
    (centre(open.address, |_| {}).await, open)
}

/// A shop in which nobody answers.
async fn hanging() -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let never = Router::new().fallback(any(|| async { std::future::pending::<()>().await }));
    tokio::spawn(async move { axum::serve(listener, never).await });
    address
}

fn approver() -> PersonId {
    seed::APPROVER
}

#[tokio::test]
async fn it_says_that_it_is_an_ai_and_answers_from_knowledge_with_the_source() {
    let (app, _shop) = demo().await;
    let guest = Guest::open(&app, "general").await;
    let greeting = words_of_ai(&facts(&app, guest.conversation).await);
    assert!(greeting[0].contains("AI assistant"), "{greeting:?}");
    let answer = guest.ask("how long is the warranty?").await;
    assert!(answer.contains("two years"), "{answer}");
    let sources =
        facts(&app, guest.conversation).await.into_iter().rev().find_map(|entry| match entry.recorded.event {
            Event::AiTurnCompleted(turn) => Some(turn.figures.sources.len()),
            _ => None,
        });
    assert_eq!(sources, Some(1));
}

#[tokio::test]
async fn an_order_is_looked_up_in_the_shop_through_the_procedure() {
    let (app, _shop) = demo().await;
    let guest = Guest::open(&app, "orders").await;
    let answer = guest.ask("where is my order SB-48211?").await;
    assert!(answer.contains("SB-48211 is packed"), "{answer}");
    let facts = facts(&app, guest.conversation).await;
    let ran = facts.iter().find_map(|entry| match &entry.recorded.event {
        Event::AiTurnCompleted(turn) => turn.figures.tools.first().map(|tool| tool.status.to_string()),
        _ => None,
    });
    assert_eq!(ran.as_deref(), Some("ok"));
}

#[tokio::test]
async fn a_change_is_made_once_and_only_after_a_yes() {
    let (app, open) = demo().await;
    let guest = Guest::open(&app, "orders").await;
    guest.ask("please cancel my order SB-48212").await;
    let confirm = guest.ask("ordered by mistake").await;
    assert!(confirm.contains("Shall I cancel order SB-48212?"), "{confirm}");
    assert_eq!(open.shop.changes(), 0);
    let done = guest.ask("yes").await;
    assert!(done.contains("is cancelled"), "{done}");
    assert_eq!(open.shop.changes(), 1);
}

#[tokio::test]
async fn whoever_wants_a_person_gets_one_with_a_note_and_the_ai_is_silent_from_then_on() {
    let (app, _shop) = demo().await;
    let guest = Guest::open(&app, "general").await;
    guest.say("I want to talk to a person please").await;
    assert_eq!(guest.until_handed_over().await, HandoffReason::CustomerRequest);
    let note = traces(&facts(&app, guest.conversation).await).pop().and_then(|trace| trace.note).unwrap();
    assert!(!note.lines.is_empty() && note.lines.len() <= 3, "{note:?}");
    guest.say("are you still there?").await;
    let agent = seed::agents().find(|row| row.1.starts_with("Kemal")).unwrap().0;
    let wish = Event::PresenceAsked(PresenceAsked { person: agent, presence: Presence::Available, reason: None });
    app.wish(agent, wish).await;
    let (person, number) = app.until_offered(guest.conversation).await;
    let desk = app.visitor(person).await;
    let path = |what: &str| format!("/api/conversations/{}/{what}", guest.conversation);
    assert_eq!(desk.post(&path(&format!("offers/{number}/accept")), json!({})).await.0, 200);
    assert_eq!(desk.post(&path("turns"), json!({ "text": "Hello, Kemal here." })).await.0, 200);
    guest.say("finally").await;
    let facts = facts(&app, guest.conversation).await;
    let handoff = facts.iter().position(|entry| matches!(entry.recorded.event, Event::HandoffRequested(_))).unwrap();
    let by_ai = |entry: &Entry| matches!(&entry.recorded.event, Event::ReplySent(reply) if matches!(reply.by, Participant::AiAgent { .. }));
    assert!(!facts[handoff..].iter().any(by_ai), "it spoke after the handoff");
    assert!(facts.iter().any(|entry| matches!(entry.recorded.event, Event::HandoffEnded(_))));
}

#[tokio::test]
async fn a_turn_that_comes_after_the_customer_got_a_person_is_not_said() {
    let app = centre(hanging().await, in_a_hurry).await;
    let guest = Guest::open(&app, "orders").await;
    guest.say("where is my order SB-48211?").await;
    let asked = |facts: &[Entry]| {
        let turns = facts.iter().filter(|entry| matches!(entry.recorded.event, Event::AiTurnRequested(_)));
        (turns.count() == 2).then_some(())
    };
    until(&app, guest.conversation, "the second turn", asked).await;
    let (status, body) = guest.post("person", json!({})).await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(guest.until_handed_over().await, HandoffReason::CustomerRequest);
    let came_back = |facts: &[Entry]| {
        let turns = facts.iter().filter(|entry| matches!(entry.recorded.event, Event::AiTurnCompleted(_)));
        (turns.count() == 2).then_some(())
    };
    until(&app, guest.conversation, "the late turn", came_back).await;
    assert_eq!(words_of_ai(&facts(&app, guest.conversation).await).len(), 1, "only the greeting was said");
}

#[tokio::test]
async fn a_tool_that_hangs_ends_with_a_person_by_the_deadline() {
    let app = centre(hanging().await, in_a_hurry).await;
    let guest = Guest::open(&app, "orders").await;
    guest.say("where is my order SB-48211?").await;
    guest.until_handed_over().await;
    let facts = facts(&app, guest.conversation).await;
    let at = |wanted: fn(&Event) -> bool| {
        facts.iter().rev().find(|entry| wanted(&entry.recorded.event)).map(|entry| entry.recorded.at).unwrap()
    };
    let asked = at(|event| matches!(event, Event::AiTurnRequested(_)));
    let handed = at(|event| matches!(event, Event::HandoffRequested(_)));
    assert!(handed.since(asked) <= DurationMs::seconds(5), "{:?}", handed.since(asked));
    app.state().floor_at(facts.last().unwrap().recorded.position).await;
    let waits = app.state().floor().conversation(guest.conversation).is_some_and(|known| known.ai.handoff.is_some());
    assert!(waits);
}

#[tokio::test]
async fn what_a_person_approved_is_done_once_though_the_process_restarts_in_between() {
    let (app, open) = demo().await;
    let conversation = {
        let guest = Guest::open(&app, "orders").await;
        guest.ask("I want to change my delivery address for SB-48213").await;
        guest.ask("Lindenweg 8, Hamburg").await;
        let confirm = guest.ask("jo.bell@example.org").await;
        assert!(confirm.contains("Shall I send order SB-48213"), "{confirm}");
        guest.say("yes").await;
        guest.conversation
    };
    let asked = |facts: &[Entry]| {
        facts.iter().any(|entry| matches!(entry.recorded.event, Event::ApprovalAsked(_))).then_some(())
    };
    until(&app, conversation, "a question to a person", asked).await;
    assert_eq!(open.shop.changes(), 0);
    let app = app.restart().await;
    let waiting = |floor: &Floor| Some(floor.conversation(conversation)?.ai.approval?.id);
    let approval = app.until("the approval", waiting).await;
    let wish = ApprovalDecideAsked { approval, conversation, person: approver(), grant: true, reason: String::new() };
    app.wish(approver(), Event::ApprovalDecideAsked(wish)).await;
    let done = |facts: &[Entry]| words_of_ai(facts).into_iter().find(|text| text.contains("Done: order SB-48213"));
    until(&app, conversation, "the end of the change", done).await;
    assert_eq!(open.shop.changes(), 1);
    let app = app.restart().await;
    let facts = facts(&app, conversation).await;
    let count = |wanted: fn(&Event) -> bool| facts.iter().filter(|entry| wanted(&entry.recorded.event)).count();
    assert_eq!(count(|event| matches!(event, Event::ToolStarted(_))), 1);
    assert_eq!(count(|event| matches!(event, Event::ToolFinished(_))), 1);
    let granted = |event: &Event| matches!(event, Event::ApprovalDecided(it) if matches!(it.verdict, ApprovalVerdict::Granted { .. }));
    assert_eq!(count(granted), 1);
    assert_eq!(open.shop.changes(), 1);
}

#[tokio::test]
async fn the_kill_switch_hands_over_what_is_live() {
    let (app, _shop) = demo().await;
    let guest = Guest::open(&app, "orders").await;
    let thrown = KillSwitchThrown { scope: StopScope::Everything, person: approver(), reason: "a test".to_owned() };
    let event = NewEvent::now(Event::KillSwitchThrown(thrown));
    app.state().commands.submit(Actor::Person { person: approver() }, None, vec![event]).await.unwrap();
    assert_eq!(guest.until_handed_over().await, HandoffReason::Stopped);
}
