//! `serve` is killed again and again under load: what was acknowledged is there, the chain is whole, everybody has one owner.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::{Client, Method};
use serde_json::{Value, json};
use signalbox_eventlog::{Options, Stored};
use signalbox_model::content::Body;
use signalbox_model::event::Event;
use signalbox_model::id::PersonId;
use signalbox_model::setup::people::TokenScope;
use tokio::sync::watch;

use crate::app::{ANA, BEN, TestApp};

const KILLS: u64 = 50;
const CUSTOMERS: usize = 6;

/// Longest life of one server, should nothing be acknowledged.
const LIFE_MAX: Duration = Duration::from_secs(5);

/// A turn as the answer to it names it: the conversation that it went into, and its words, which no other turn has.
type Turn = (String, String);

/// What the server said that it had taken: conversations, turns, and how many answers there were to anything.
#[derive(Clone)]
struct Acknowledged {
    conversations: Arc<Mutex<BTreeSet<String>>>,
    turns: Arc<Mutex<BTreeSet<Turn>>>,
    answers: watch::Sender<u64>,
}

struct Served {
    child: Child,
    base: String,
}

fn serve(data: &Path) -> Served {
    let mut child = Command::new(env!("CARGO_BIN_EXE_signalbox"))
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(data)
        .env("SIGNALBOX_LOG", "error")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let base = loop {
        let line = lines.next().expect("the server says where it listens").unwrap();
        if let Some(base) = line.strip_prefix("listening on ") {
            break base.to_owned();
        }
    };
    Served { child, base }
}

/// Opens chats and writes in them until the server is gone.
async fn customer(base: String, token: String, acknowledged: Acknowledged) {
    let http = Client::new();
    loop {
        let opened = http
            .post(format!("{base}/api/chat/sessions"))
            .header("x-signalbox-token", &token)
            .json(&json!({"name": "Kim"}));
        let Ok(response) = opened.send().await else { return };
        let Ok(begun) = response.json::<Value>().await else { return };
        let (Some(conversation), Some(secret)) = (begun["conversation"].as_str(), begun["token"].as_str()) else {
            continue;
        };
        acknowledged.conversations.lock().unwrap().insert(conversation.to_owned());
        acknowledged.answers.send_modify(|answers| *answers += 1);
        for turn in 0..3 {
            let words = format!("line {turn}");
            let body = json!({"text": words, "key": format!("{conversation}-{turn}")});
            let said = http.post(format!("{base}/api/chat/turns")).bearer_auth(secret).json(&body).send().await;
            let Ok(response) = said else { return };
            let taken = response.status().is_success();
            // An answer that is cut off acknowledges nothing.
            let Ok(answer) = response.json::<Value>().await else { return };
            if taken {
                let went_into = answer["conversation"].as_str().expect("an answer names the conversation").to_owned();
                acknowledged.turns.lock().unwrap().insert((went_into, words));
            }
            acknowledged.answers.send_modify(|answers| *answers += 1);
        }
    }
}

/// Takes whatever is offered and ends it, until the server is gone.
async fn agent(base: String, session: String) {
    let http = Client::new();
    let ask = |method: Method, path: String, body: Value| {
        let request =
            http.request(method, format!("{base}{path}")).header("cookie", format!("signalbox_session={session}"));
        request.header("x-signalbox-csrf", "1").json(&body).send()
    };
    if ask(Method::PUT, "/api/desk/presence".to_owned(), json!({"presence": "available"})).await.is_err() {
        return;
    }
    loop {
        let Ok(response) = ask(Method::GET, "/api/desk".to_owned(), json!({})).await else { return };
        let Ok(desk) = response.json::<Value>().await else { return };
        for offered in desk["offers"].as_array().into_iter().flatten() {
            let (id, number) = (offered["id"].as_str().unwrap_or_default(), &offered["offer"]["number"]);
            if ask(Method::POST, format!("/api/conversations/{id}/offers/{number}/accept"), json!({})).await.is_err() {
                return;
            }
        }
        for held in desk["conversations"].as_array().into_iter().flatten() {
            let id = held["id"].as_str().unwrap_or_default();
            if ask(Method::POST, format!("/api/conversations/{id}/close"), json!({})).await.is_err() {
                return;
            }
        }
    }
}

async fn round(data: &Path, token: &str, sessions: &[String], acknowledged: &Acknowledged, lives: u64) {
    let mut served = serve(data);
    let mut load = tokio::task::JoinSet::new();
    for _ in 0..CUSTOMERS {
        load.spawn(customer(served.base.clone(), token.to_owned(), acknowledged.clone()));
    }
    for session in sessions {
        load.spawn(agent(served.base.clone(), session.clone()));
    }
    let mut answers = acknowledged.answers.subscribe();
    let last = *answers.borrow() + lives;
    // The answer borrows the count: it must be gone before the load ends.
    drop(tokio::time::timeout(LIFE_MAX, answers.wait_for(|answers| *answers >= last)).await);
    // SIGKILL: no handler runs, nothing is flushed.
    served.child.kill().unwrap();
    served.child.wait().unwrap();
    load.join_all().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_killed_fifty_times_under_load_loses_nothing_that_it_acknowledged() {
    let app = TestApp::start().await;
    let token = app.token(1, vec![TokenScope::Channel], false).await;
    let people: [PersonId; 2] = [ANA, BEN];
    let mut sessions = Vec::new();
    for person in people {
        sessions.push(app.visitor(person).await.session);
    }
    app.running.shutdown().await;
    let data = app.folder.path();
    let acknowledged =
        Acknowledged { conversations: Arc::default(), turns: Arc::default(), answers: watch::Sender::new(0) };
    for kill in 0..KILLS {
        // From before the first request is answered to well under way: so many answers, then death.
        round(data, &token, &sessions, &acknowledged, kill % 13).await;
    }
    let verified = signalbox_eventlog::check(data, Options::default(), |_, _| {}).unwrap();
    assert!(verified.is_sound(), "{:?}", verified.problems);
    let ownership = signalbox_server::check::Ownership::replayed(data, Options::default(), |_, _| {}).unwrap();
    assert_eq!(ownership.problem_count, 0, "{:?}", ownership.problems);
    let mut there = BTreeSet::new();
    let mut said: BTreeMap<Turn, u32> = BTreeMap::new();
    signalbox_eventlog::replay_with_content(data, Options::default(), |entry, _| {
        let conversation = entry.recorded.event.conversation().map(|id| id.to_string());
        if let (Event::TurnAdded(_), Some(id), Some(Stored::Body(Body::Text { text }))) =
            (&entry.recorded.event, &conversation, entry.content)
        {
            *said.entry((id.clone(), text)).or_default() += 1;
        }
        there.extend(conversation);
    })
    .unwrap();
    let turns = acknowledged.turns.lock().unwrap();
    let not_once: Vec<_> = turns.iter().map(|turn| (turn, said.get(turn))).filter(|(_, n)| *n != Some(&1)).collect();
    assert!(not_once.is_empty(), "acknowledged and not there exactly once: {not_once:?}");
    let twice: Vec<_> = said.iter().filter(|(_, times)| **times > 1).collect();
    assert!(twice.is_empty(), "there more than once: {twice:?}");
    let acknowledged = acknowledged.conversations.lock().unwrap();
    let lost: Vec<&String> = acknowledged.difference(&there).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    assert!(acknowledged.len() as u64 > KILLS, "there was load: {} conversations", acknowledged.len());
    assert!(turns.len() as u64 > KILLS, "there was load: {} turns", turns.len());
    let (conversations, facts) = (acknowledged.len(), verified.events);
    println!("{KILLS} kills, {conversations} conversations and {} turns acknowledged, {facts} facts", turns.len());
}
