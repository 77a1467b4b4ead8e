//! Personal data that a customer types is nowhere in clear: not in the files of the store, not in numbers, prompts, traces or logs.

use std::io::Write;
use std::sync::{Arc, Mutex};

use reqwest::Method;
use signalbox_agents::double::{Act, Double};
use signalbox_eventlog::EventLog;
use signalbox_model::event::{Event, NewEvent};
use signalbox_model::setup::Document;
use signalbox_model::setup::ai_agent::{EngineChoice, ModelChoice};
use signalbox_model::setup::connector::System;
use signalbox_server::demo::assistants;

use crate::ai_floor::{Guest, centre, facts, traces, words};

/// A number that card makers give for tests, as people type it.
const CARD: &str = "4111 1111 1111 1111";
const CARD_PLAIN: &str = "4111111111111111";
const ADDRESS: &str = "anna.schmidt77@example.org";

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[track_caller]
fn assert_clean(bytes: &[u8], place: &str) {
    for secret in [CARD, CARD_PLAIN, ADDRESS] {
        assert!(!holds(bytes, secret), "{secret} is in {place}");
    }
}

/// Turns the shop's connector into a model and the AI agent into one that asks it.
pub fn with_model(double: &Double, lane: &str) -> impl Fn(&mut NewEvent) + use<> {
    let base_url = double.url(&format!("models/{lane}"));
    move |event| match &mut event.event {
        Event::SetupPublished(published) => {
            if let Document::Connector(connector) = &mut published.document {
                connector.system = System::OpenAiCompatible { base_url: base_url.clone(), price: None };
            }
        }
        Event::VersionProposed(proposed) => {
            let first = ModelChoice {
                connector: assistants::SHOP,
                model: "small".to_owned(),
                temperature_milli: 0,
                answer_tokens_max: 300,
            };
            proposed.snapshot.draft.engine =
                EngineChoice::Model { first, second: None, guided_after: false, grounded: false };
            proposed.snapshot.draft.tools.clear();
            proposed.snapshot.tools.clear();
        }
        _ => {}
    }
}

#[tokio::test]
async fn a_card_number_and_an_address_are_nowhere_in_clear() {
    let kept = Kept::default();
    let writer = kept.clone();
    let logs = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::DEBUG)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::set_global_default(logs).expect("no other test listens to logs");

    let double = Double::start().await;
    double.model("a", vec![Act::say("Thank you, I have noted it.")]);
    let place = double.url("").trim_start_matches("http://").trim_end_matches('/').parse().unwrap();
    let app = centre(place, with_model(&double, "a")).await;
    let guest = Guest::open(&app, "orders").await;
    guest.ask(&format!("my card is {CARD} and you can reach me at {ADDRESS}, is my payment there?")).await;
    guest.ask(&format!("again without blanks: {CARD_PLAIN}")).await;

    let facts = facts(&app, guest.conversation).await;
    let turn = facts.iter().find(|entry| matches!(entry.recorded.event, Event::TurnAdded(_))).and_then(words).unwrap();
    assert!(turn.starts_with("my card is [") && turn.contains("is my payment there?"), "{turn}");
    // The original is there for whoever may see it, and only there.
    let hidden = facts.iter().find(|entry| matches!(entry.recorded.event, Event::PersonalDataHidden(_)));
    let hidden = hidden.and_then(words).unwrap();
    assert!(hidden.contains(CARD) && hidden.contains(ADDRESS), "the sealed original can be opened");
    for trace in traces(&facts) {
        assert_clean(trace.to_json().as_bytes(), "a trace");
    }
    let prompts = double.prompts("a");
    assert!(!prompts.is_empty());
    assert_clean(serde_json::to_string(&prompts).unwrap().as_bytes(), "a prompt");
    let metrics = app.ask(Method::GET, "/metrics").send().await.unwrap().bytes().await.unwrap();
    assert_clean(&metrics, "the metrics");
    let (position, folder) = (app.state().log.head(), app.folder.path().to_owned());
    app.state().views_at(position).await;
    let crate::app::TestApp { running, folder: _folder, .. } = app;
    running.shutdown().await;
    let mut scanned = Vec::new();
    for entry in walk(&folder) {
        let bytes = std::fs::read(&entry).unwrap();
        assert_clean(&bytes, &entry.display().to_string());
        scanned.push(entry.file_name().unwrap().to_string_lossy().into_owned());
    }
    assert!(
        scanned.iter().any(|name| name == "log.db") && scanned.iter().any(|name| name == "views.db"),
        "{scanned:?}"
    );
    let logged = kept.0.lock().unwrap();
    assert!(!logged.is_empty(), "logs were listened to");
    assert_clean(&logged, "the logs");
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(walk(&path)) } else { found.push(path) }
    }
    found
}
