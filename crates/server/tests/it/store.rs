//! `check` says what is wrong with a store, and where.

use std::path::Path;
use std::process::Command;

use crate::app::{ANA, TestApp};

/// The exit code and everything that was said.
fn check(data: &Path) -> (i32, String) {
    let done = Command::new(env!("CARGO_BIN_EXE_signalbox")).arg("check").arg("--data").arg(data).output().unwrap();
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
