//! A visitor's chat from the first click to the last, through the public API alone.

use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};
use signalbox_eventlog::EventLog;
use signalbox_model::contact::{Origin, Outcome};
use signalbox_model::id::{ConversationId, Position};
use signalbox_model::setup::people::TokenScope;

use crate::app::{ANA, SAM, SOON, TestApp, answer, assert_problem};
use crate::stream::{SseEvent, Stream};

/// Somebody with a chat.
struct Guest<'a> {
    app: &'a TestApp,
    token: String,
    conversation: ConversationId,
}

impl<'a> Guest<'a> {
    async fn open(app: &'a TestApp, body: Value) -> Guest<'a> {
        let (status, begun) = answer(app.ask(Method::POST, "/api/chat/sessions").json(&body)).await;
        assert_eq!(status, 200, "{begun}");
        let token = begun["token"].as_str().unwrap().to_owned();
        Guest { app, token, conversation: begun["conversation"].as_str().unwrap().parse().unwrap() }
    }

    async fn post(&self, path: &str, body: Value) -> (StatusCode, Value) {
        answer(self.app.ask(Method::POST, &format!("/api/chat/{path}")).bearer_auth(&self.token).json(&body)).await
    }

    async fn say(&self, text: &str, key: &str) -> (StatusCode, Value) {
        self.post("turns", json!({"text": text, "key": key})).await
    }

    async fn state(&self) -> Value {
        answer(self.app.ask(Method::GET, "/api/chat/state").bearer_auth(&self.token)).await.1
    }

    async fn listen(&self, after: u64) -> Stream {
        let request = self
            .app
            .ask(Method::GET, "/api/chat/stream")
            .bearer_auth(&self.token)
            .header("last-event-id", after.to_string());
        let response = request.timeout(SOON * 60).send().await.unwrap();
        assert_eq!(response.status(), 200);
        Stream::read(response)
    }

    /// Everything that the visitor sees up to the line with this text.
    async fn lines_until(&self, stream: &mut Stream, text: &str) -> Vec<(u64, String, String)> {
        let mut lines = Vec::new();
        loop {
            let event = stream.next().await.expect("the stream has ended");
            if event.name == "item" {
                lines.push(line(&event));
                if lines.last().is_some_and(|(_, _, words)| words == text) {
                    return lines;
                }
            }
        }
    }
}

fn line(event: &SseEvent) -> (u64, String, String) {
    let text = |name: &str| event.data[name].as_str().unwrap_or_default().to_owned();
    assert_eq!(event.id, event.data["position"].as_u64());
    (event.data["position"].as_u64().unwrap(), text("by"), text("text"))
}

/// Ana accepts what she is offered.
async fn ana_takes(app: &TestApp, conversation: ConversationId) -> crate::app::Visitor {
    let (person, number) = app.until_offered(conversation).await;
    let ana = app.visitor(person).await;
    let (status, body) =
        ana.post(&format!("/api/conversations/{conversation}/offers/{number}/accept"), json!({})).await;
    assert_eq!(status, 200, "{body}");
    ana
}

#[tokio::test]
async fn a_chat_goes_from_the_line_to_an_agent_to_its_end() {
    let app = TestApp::start().await;
    let first = Guest::open(&app, json!({})).await;
    let guest =
        Guest::open(&app, json!({"name": "Mia", "email": "mia@example.com", "page": "https://shop.example/cart"}))
            .await;
    assert_eq!(first.state().await["place_in_line"], 1);
    let state = guest.state().await;
    assert_eq!((&state["status"], &state["place_in_line"]), (&json!("waiting"), &json!(2)));
    assert_eq!(first.post("end", json!({})).await.1["status"], "closed");
    let mut stream = guest.listen(0).await;
    assert_eq!(guest.say("<script>alert(1)</script>", "k1").await.0, 200);
    app.make_available(ANA).await;
    let ana = ana_takes(&app, guest.conversation).await;
    let path = |what: &str| format!("/api/conversations/{}/{what}", guest.conversation);
    assert_eq!(ana.post(&path("notes"), json!({"text": "difficult"})).await.0, 200);
    assert_eq!(ana.post(&path("turns"), json!({"text": "Hello Mia"})).await.0, 200);
    let lines = guest.lines_until(&mut stream, "Hello Mia").await;
    let told: Vec<(&str, &str)> = lines.iter().map(|(_, by, text)| (by.as_str(), text.as_str())).collect();
    assert_eq!(told, [("me", "<script>alert(1)</script>"), ("system", "Ana joined the chat."), ("agent", "Hello Mia")]);
    let state = guest.state().await;
    assert_eq!((&state["status"], &state["agent"]), (&json!("active"), &json!("Ana")));
    assert_eq!(guest.post("end", json!({})).await.1["status"], "closed");
    guest.lines_until(&mut stream, "The chat has ended.").await;
}

#[tokio::test]
async fn a_stream_that_breaks_off_goes_on_after_the_last_line_and_shows_nothing_twice() {
    let app = TestApp::start().await;
    let guest = Guest::open(&app, json!({})).await;
    let mut stream = guest.listen(0).await;
    guest.say("one", "1").await;
    let before = guest.lines_until(&mut stream, "one").await;
    drop(stream);
    guest.say("two", "2").await;
    guest.say("three", "3").await;
    let mut stream = guest.listen(before.last().unwrap().0).await;
    let after = guest.lines_until(&mut stream, "three").await;
    let words: Vec<&str> = after.iter().map(|(_, _, text)| text.as_str()).collect();
    assert_eq!(words, ["two", "three"]);
}

#[tokio::test]
async fn a_chat_outlives_the_server_and_its_token_is_kept_only_as_a_digest() {
    let app = TestApp::start().await;
    let guest = Guest::open(&app, json!({})).await;
    guest.say("before", "1").await;
    let (token, conversation) = (guest.token.clone(), guest.conversation);
    let app = app.restart().await;
    let guest = Guest { app: &app, token, conversation };
    assert_eq!(guest.state().await["status"], "waiting");
    let mut stream = guest.listen(0).await;
    guest.say("after", "2").await;
    let lines = guest.lines_until(&mut stream, "after").await;
    assert_eq!(lines.len(), 2);
}

#[tokio::test]
async fn a_turn_that_is_sent_again_is_said_once_even_when_the_chat_ended_meanwhile() {
    let app = TestApp::start().await;
    let guest = Guest::open(&app, json!({})).await;
    let first = guest.say("hello", "same").await;
    let again = guest.say("hello", "same").await;
    assert_eq!((first.0, &first.1["position"]), (StatusCode::OK, &again.1["position"]));
    guest.post("end", json!({})).await;
    let late = guest.say("hello", "same").await;
    assert_eq!(
        (late.0, &late.1["position"], &late.1["state"]["status"]),
        (StatusCode::OK, &first.1["position"], &json!("closed"))
    );
}

#[tokio::test]
async fn writing_again_after_the_end_opens_the_same_conversation_again() {
    let app = TestApp::start().await;
    app.make_available(ANA).await;
    let guest = Guest::open(&app, json!({})).await;
    ana_takes(&app, guest.conversation).await;
    guest.post("end", json!({})).await;
    let (status, said) = guest.say("one more thing", "2").await;
    assert_eq!(status, 200, "{said}");
    assert_eq!(said["conversation"], guest.conversation.to_string());
    assert_ne!(said["state"]["status"], "closed");
    app.until("it is open", |floor| {
        floor.conversation(guest.conversation).filter(|there| !there.is_closed()).map(|_| ())
    })
    .await;
}

#[tokio::test]
async fn who_closes_the_browser_is_away_and_who_comes_back_is_back() {
    let app = TestApp::start().await;
    let guest = Guest::open(&app, json!({})).await;
    let mut stream = guest.listen(0).await;
    stream.next().await;
    drop(stream);
    let left = |floor: &signalbox_engine::Floor| floor.conversation(guest.conversation)?.customer_left_at;
    app.until("the visitor is away", left).await;
    let _stream = guest.listen(0).await;
    app.until("the visitor is back", |floor| left(floor).is_none().then_some(())).await;
}

#[tokio::test]
async fn one_address_that_opens_too_many_chats_is_stopped_and_others_are_not() {
    let folder = tempfile::TempDir::new().unwrap();
    let mut config =
        signalbox_server::config::Config::new("127.0.0.1:0".parse().unwrap(), folder.path().to_owned(), false);
    config.behind_proxy = true;
    let app = TestApp::start().await;
    let running = signalbox_server::app::open(config).await.unwrap().start().await.unwrap();
    let queue = signalbox_model::setup::Document::Queue(
        serde_json::from_value(json!({"id": crate::app::QUEUE, "name": "Help"})).unwrap(),
    );
    let published = signalbox_model::event::NewEvent::now(signalbox_model::event::Event::SetupPublished(
        signalbox_model::event::SetupPublished { document: queue, revision: 1 },
    ));
    let at =
        running.state.commands.submit(signalbox_model::contact::Actor::System, None, vec![published]).await.unwrap();
    running.state.floor_at(at.last).await;
    let url = format!("http://{}/api/chat/sessions", running.address);
    let open = |address: &'static str| {
        app.http.post(&url).header("x-forwarded-for", format!("10.9.9.9, {address}")).json(&json!({})).send()
    };
    for _ in 0..20 {
        assert_eq!(open("203.0.113.7").await.unwrap().status(), 200);
    }
    let refused = open("203.0.113.7").await.unwrap();
    assert_eq!(refused.status(), 429);
    assert!(refused.headers().contains_key(header::RETRY_AFTER));
    assert_eq!(refused.headers()[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");
    assert_eq!(refused.json::<Value>().await.unwrap()["code"], "too_often");
    assert_eq!(open("203.0.113.8").await.unwrap().status(), 200);
    running.shutdown().await;
}

#[tokio::test]
async fn one_chat_that_says_too_much_is_stopped_and_another_is_not() {
    let app = TestApp::start().await;
    let (loud, calm) = (Guest::open(&app, json!({})).await, Guest::open(&app, json!({})).await);
    let mut refused = None;
    for index in 0..40 {
        let said = loud.say("again", &index.to_string()).await;
        if said.0 != 200 {
            refused = Some((index, said));
            break;
        }
    }
    let (index, refused) = refused.expect("forty turns in a row");
    assert!(index >= 20, "{index}");
    assert_problem(&refused, 429, "too_often");
    assert_eq!(calm.say("hello", "1").await.0, 200);
}

#[tokio::test]
async fn bad_input_gets_a_sentence() {
    let app = TestApp::start().await;
    let guest = Guest::open(&app, json!({})).await;
    assert_problem(&guest.say("   ", "1").await, 422, "invalid");
    assert_problem(&guest.say(&"x".repeat(8_001), "1").await, 422, "invalid");
    assert_problem(&guest.say("x", "").await, 422, "invalid");
    assert_problem(&guest.post("turns", json!({"text": "x", "key": "1", "by": "agent"})).await, 422, "unknown_field");
    let open = |body: Value| answer(app.ask(Method::POST, "/api/chat/sessions").json(&body));
    assert_problem(&open(json!({"email": "nobody"})).await, 422, "invalid");
    assert_problem(&open(json!({"queue": "No such queue"})).await, 422, "invalid");
    assert_problem(&open(json!({"origin": "replayed"})).await, 403, "forbidden");
    let unknown = answer(app.ask(Method::GET, "/api/chat/state").bearer_auth("guessed")).await;
    assert_problem(&unknown, 401, "unknown_token");
    assert_problem(&answer(app.ask(Method::GET, "/api/chat/state")).await, 401, "unknown_token");
}

#[tokio::test]
async fn a_mail_address_is_a_claim_and_shows_nothing_of_the_one_who_has_it() {
    let app = TestApp::start().await;
    let victim = Guest::open(&app, json!({"name": "Vera", "email": "vera@example.com"})).await;
    victim.say("my secret order", "1").await;
    let other = Guest::open(&app, json!({"name": "Mallory", "email": "VERA@example.com"})).await;
    other.say("hello", "1").await;
    let mut stream = other.listen(0).await;
    let lines = other.lines_until(&mut stream, "hello").await;
    assert_eq!(lines.len(), 1, "only their own words");
    let customer = |id| app.state().floor().conversation(id).map(|there| there.customer);
    assert_ne!(customer(victim.conversation), customer(other.conversation), "agents see two customers");
    let found = app.state().log.find_identity("proved email:vera@example.com").await.unwrap();
    assert_eq!(found.len(), 0, "nobody is found by a claim");
    let facts = app.state().log.read(Position::START, 1_000).await.unwrap();
    let text = serde_json::to_string(&facts).unwrap();
    assert!(
        !text.contains("\"verified\":true") && !text.contains("vera@") && !text.contains("secret"),
        "events hold no words"
    );
}

#[tokio::test]
async fn files_are_judged_by_their_bytes_and_only_their_chat_may_read_them() {
    let app = TestApp::start().await;
    let (guest, stranger) = (Guest::open(&app, json!({})).await, Guest::open(&app, json!({})).await);
    let send = |name: &'static str, bytes: Vec<u8>| {
        let form = reqwest::multipart::Form::new().part("file", reqwest::multipart::Part::bytes(bytes).file_name(name));
        answer(app.ask(Method::POST, "/api/chat/attachments").bearer_auth(&guest.token).multipart(form))
    };
    let png = b"\x89PNG\r\n\x1a\nrest".to_vec();
    assert_eq!(send("<img src=x onerror=1>.png", png.clone()).await.0, 200);
    assert_problem(&send("page.png", b"<html><script>1</script>".to_vec()).await, 422, "invalid");
    assert_problem(&send("empty.txt", Vec::new()).await, 422, "invalid");
    let huge = send("huge.txt", vec![b'x'; 6 * 1024 * 1024]).await;
    assert!(huge.0 == 413 || huge.0 == 422, "{huge:?}");
    let mut stream = guest.listen(0).await;
    let file = loop {
        let event = stream.next().await.unwrap();
        if event.name == "item" {
            break event.data["file"].clone();
        }
    };
    let path = format!("/api/chat/contents/{}", file["content"].as_str().unwrap());
    let read = app.ask(Method::GET, &path).bearer_auth(&guest.token).send().await.unwrap();
    assert_eq!(
        (
            read.headers()[header::CONTENT_DISPOSITION].to_str().unwrap(),
            read.headers()[header::X_CONTENT_TYPE_OPTIONS].to_str().unwrap()
        ),
        ("attachment", "nosniff")
    );
    assert_eq!(read.bytes().await.unwrap(), png);
    assert_problem(&answer(app.ask(Method::GET, &path).bearer_auth(&stranger.token)).await, 404, "not_found");
}

#[tokio::test]
async fn a_supervisor_who_whispers_is_not_seen_by_the_visitor() {
    let app = TestApp::start().await;
    app.make_available(ANA).await;
    let guest = Guest::open(&app, json!({})).await;
    let ana = ana_takes(&app, guest.conversation).await;
    let sam = app.visitor(SAM).await;
    let path = |what: &str| format!("/api/conversations/{}/{what}", guest.conversation);
    assert_eq!(sam.post(&path("monitor"), json!({"on": true})).await.0, 200);
    assert_eq!(sam.post(&path("whispers"), json!({"text": "offer a refund"})).await.0, 200);
    assert_eq!(ana.post(&path("turns"), json!({"text": "One moment"})).await.0, 200);
    let mut stream = guest.listen(0).await;
    let lines = guest.lines_until(&mut stream, "One moment").await;
    assert!(lines.iter().all(|(_, _, text)| !text.contains("refund") && !text.contains("Sam")), "{lines:?}");
}

#[tokio::test]
async fn every_page_may_use_the_chat_and_a_token_opens_replayed_ones() {
    let app = TestApp::start().await;
    let preflight = app
        .ask(Method::OPTIONS, "/api/chat/turns")
        .header("origin", "https://shop.example")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization,content-type");
    let preflight = preflight.send().await.unwrap();
    assert_eq!(preflight.headers()[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");
    assert!(!preflight.headers().contains_key(header::ACCESS_CONTROL_ALLOW_CREDENTIALS));
    let secret = app.token(7, vec![TokenScope::Channel], false).await;
    let body = json!({"origin": "replayed", "channel": "messaging", "intent": "refund"});
    let (status, begun) =
        answer(app.ask(Method::POST, "/api/chat/sessions").header("x-signalbox-token", secret).json(&body)).await;
    assert_eq!(status, 200, "{begun}");
    let id: ConversationId = begun["conversation"].as_str().unwrap().parse().unwrap();
    assert_eq!(app.state().floor().conversation(id).map(|there| there.origin), Some(Origin::Replayed));
    let other = app.token(8, vec![TokenScope::Ingest], false).await;
    let refused =
        answer(app.ask(Method::POST, "/api/chat/sessions").header("x-signalbox-token", other).json(&body)).await;
    assert_problem(&refused, 403, "forbidden");
}

#[tokio::test]
async fn outside_opening_hours_the_visitor_is_told_when_it_opens() {
    let app = TestApp::start().await;
    let now = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC);
    let tomorrow = now.tomorrow().unwrap().date().to_string();
    let hours = json!({"kind": "hours", "id": signalbox_model::id::HoursId::from_number(1), "name": "Never today", "time_zone": "UTC",
        "weekly": [], "exceptions": [{"date": tomorrow, "label": "Once", "intervals": [{"from_minute": 540, "to_minute": 600}]}]});
    let queue = json!({"kind": "queue", "id": signalbox_model::id::QueueId::from_number(2), "name": "Night", "hours": signalbox_model::id::HoursId::from_number(1)});
    for document in [hours, queue] {
        let document = serde_json::from_value(document).unwrap();
        let event = signalbox_model::event::Event::SetupPublished(signalbox_model::event::SetupPublished {
            document,
            revision: 1,
        });
        let at = app
            .state()
            .commands
            .submit(signalbox_model::contact::Actor::System, None, vec![signalbox_model::event::NewEvent::now(event)])
            .await
            .unwrap();
        app.state().floor_at(at.last).await;
    }
    let config = answer(app.ask(Method::GET, "/api/chat/config?queue=night")).await.1;
    assert_eq!(config["open"], false);
    assert!(config["opens_at"].as_i64().is_some());
    let guest = Guest::open(&app, json!({"queue": "Night"})).await;
    let state = guest.state().await;
    assert_eq!((&state["status"], &state["opens_at"]), (&json!("turned_away"), &config["opens_at"]));
    assert_problem(&guest.say("hello?", "1").await, 409, "conflict");
    let outcome = app.state().floor().conversation(guest.conversation).map(|there| there.outcome);
    assert!(outcome.is_none_or(|outcome| outcome == Some(Outcome::TurnedAway)));
}
