//! `check` says what is wrong with a store, and where.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::app::{ADA, ANA, TestApp};

/// The exit code and everything that was said.
fn check(data: &Path) -> (i32, String) {
    check_with(data, &[])
}

fn check_with(data: &Path, more: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_signalbox"));
    let done = command.arg("check").arg("--data").arg(data).args(more).output().unwrap();
    let said = [done.stdout, done.stderr].concat();
    (done.status.code().unwrap(), String::from_utf8(said).unwrap())
}

#[tokio::test]
async fn a_good_store_is_good_also_while_it_is_in_use() {
    let app = TestApp::start().await;
    app.make_available(ANA).await;
    app.open_conversation(10).await;
    let (code, said) = check(app.folder.path());
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("1 conversations, each with exactly one owner"), "{said}");
}

#[tokio::test]
async fn a_changed_fact_is_found_and_named() {
    let app = TestApp::start().await;
    app.make_available(ANA).await;
    app.running.shutdown().await;
    let log = rusqlite::Connection::open(app.folder.path().join("log.db")).unwrap();
    log.execute("UPDATE event SET at = at + 1 WHERE position = 3", []).unwrap();
    drop(log);
    let (code, said) = check(app.folder.path());
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("event 3"), "{said}");
}

#[test]
fn what_is_no_store_cannot_be_opened() {
    let folder = tempfile::TempDir::new().unwrap();
    let (code, said) = check(folder.path());
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("there is no log"), "{said}");
}

#[tokio::test]
async fn a_store_that_is_in_use_is_not_served_twice() {
    let app = TestApp::start().await;
    let second = Command::new(env!("CARGO_BIN_EXE_signalbox"))
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(app.folder.path())
        .output()
        .unwrap();
    assert!(!second.status.success());
    assert!(String::from_utf8(second.stderr).unwrap().contains("is in use by another signalbox"));
}

/// A store with an answered conversation, what was said in it, and a customer who was erased.
async fn with_history() -> TestApp {
    let app = TestApp::start().await;
    app.make_available(ANA).await;
    let (ana, ada) = (app.visitor(ANA).await, app.visitor(ADA).await);
    for number in [10, 11] {
        let conversation = app.open_conversation(number).await;
        let (_, offer) = app.until_offered(conversation).await;
        let accepted = ana.post(&format!("/api/conversations/{conversation}/offers/{offer}/accept"), Value::Null).await;
        assert_eq!(accepted.0, 200, "{}", accepted.1);
        let said =
            ana.post(&format!("/api/conversations/{conversation}/turns"), json!({"text": "about a parcel"})).await;
        assert_eq!(said.0, 200, "{}", said.1);
        let customer = app.state().floor().conversation(conversation).unwrap().customer;
        let known = json!({"kind": "email", "value": format!("kim{number}@example.com")});
        assert_eq!(ada.post(&format!("/api/customers/{customer}/identities"), known).await.0, 200);
        if number == 10 {
            let erased = ada.post(&format!("/api/customers/{customer}/erase"), json!({"confirm": "erase"})).await;
            assert_eq!(erased.0, 200, "{}", erased.1);
        }
    }
    let position = app.state().standing.position();
    app.state().views_at(position).await;
    app
}

#[tokio::test]
async fn views_are_compared_with_what_the_log_makes_of_them_while_the_store_is_in_use() {
    let app = with_history().await;
    let (code, said) = check_with(app.folder.path(), &["--views"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("views.db is what the log makes of it"), "{said}");
    let left: Vec<_> = std::fs::read_dir(app.folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().starts_with("check-")), "{left:?}");
}

#[tokio::test]
async fn views_that_differ_are_found_and_named_without_words() {
    let app = with_history().await;
    app.running.shutdown().await;
    let views = rusqlite::Connection::open(app.folder.path().join("views.db")).unwrap();
    let changed = "UPDATE conversation SET turns = 9, state = 'held'; \
                   UPDATE said SET text = 'about a present'; DELETE FROM fact WHERE position = 3; \
                   INSERT INTO conversation_label (label, conversation) SELECT 'planted', id FROM conversation LIMIT 1;";
    views.execute_batch(changed).unwrap();
    drop(views);
    let (code, said) = check_with(app.folder.path(), &["--views"]);
    assert_eq!(code, 1, "{said}");
    for problem in [
        "conversation: 2 rows with another state, turns: conv_",
        "said: 1 row with another text: rowid ",
        "fact: 1 row missing: position 3",
        "conversation_label: 1 row too many: planted conv_",
        "delete views.db",
    ] {
        assert!(said.contains(problem), "{problem} is not in\n{said}");
    }
    assert!(!said.contains("present") && !said.contains("parcel"), "{said}");
    std::fs::remove_file(app.folder.path().join("views.db")).unwrap();
    let (code, said) = check_with(app.folder.path(), &["--views"]);
    assert_eq!((code, said.contains("nothing to compare")), (0, true), "{said}");
}
