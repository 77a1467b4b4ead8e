//! What the embedded log does about its files: locks, keys, damage, erasure, backups.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use rusqlite::Connection;
use signalbox_eventlog::conformance::{asked, batch, conversation, customer, known_as, said};
use signalbox_eventlog::{
    AppendError, BackupError, Embedded, EventLog as _, Guard, OpenError, Options, ReadError, SecretError, StoreKey,
    Stored, check,
};
use signalbox_model::contact::{Actor, Participant};
use signalbox_model::content::Body;
use signalbox_model::event::alert::AlertCleared;
use signalbox_model::event::conversation::{ReplySent, TurnKind};
use signalbox_model::event::{Event, NewEvent};
use signalbox_model::id::{ContentId, Position};
use signalbox_model::time::Timestamp;
use tempfile::TempDir;

fn folder() -> TempDir {
    TempDir::new().expect("a folder")
}

fn open(dir: &Path) -> Embedded {
    Embedded::open(dir, Options::default()).expect("it opens")
}

fn refused(dir: &Path) -> OpenError {
    Embedded::open(dir, Options::default()).err().expect("it is refused")
}

async fn append(log: &Embedded, events: Vec<NewEvent>) {
    log.append(batch(1, events), Guard::Anyone).await.expect("it is appended");
}

fn database(dir: &Path) -> Connection {
    Connection::open(dir.join("log.db")).expect("the file is there")
}

fn key(letter: u8) -> Options {
    use base64::Engine as _;
    let text = base64::engine::general_purpose::STANDARD.encode([letter; 32]);
    Options { store_key: Some(StoreKey::from_base64(&text).expect("32 bytes")) }
}

/// Whether the bytes are in any file of the folder.
fn is_on_disk(dir: &Path, bytes: &[u8]) -> bool {
    let files = std::fs::read_dir(dir).expect("a folder").map(|entry| entry.expect("an entry").path());
    files
        .map(|file| std::fs::read(file).expect("a file"))
        .any(|have| have.windows(bytes.len()).any(|window| window == bytes))
}

#[tokio::test]
async fn a_second_log_in_the_same_folder_is_refused_until_the_first_is_closed() {
    let dir = folder();
    let log = open(dir.path());
    let error = refused(dir.path());
    assert!(matches!(error, OpenError::Locked(_)));
    assert!(error.to_string().contains(&dir.path().display().to_string()), "{error}");
    log.close().await;
    let log = open(dir.path());
    append(&log, vec![asked(1)]).await;
    drop(log);
    assert_eq!(open(dir.path()).head(), Position(1));
}

#[tokio::test]
async fn the_store_key_is_made_once_for_its_owner_only_and_must_be_the_same_later() {
    let dir = folder();
    let log = open(dir.path());
    append(&log, vec![said(1, customer(1), 1, "hello")]).await;
    log.close().await;
    let path = dir.path().join("store.key");
    let mode = std::fs::metadata(&path).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let text = std::fs::read_to_string(&path).expect("it can be read");
    assert!(matches!(Embedded::open(dir.path(), key(9)), Err(OpenError::KeyWrong(_))));
    std::fs::write(&path, "nonsense").expect("it can be written");
    assert!(matches!(refused(dir.path()), OpenError::KeyUnreadable(_)));
    std::fs::remove_file(&path).expect("it can be removed");
    assert!(matches!(refused(dir.path()), OpenError::KeyMissing(_)));
    assert!(!path.exists(), "no new key is made for an old log");
    let given = Options { store_key: Some(StoreKey::from_base64(&text).expect("a key")) };
    let log = Embedded::open(dir.path(), given).expect("the key was kept elsewhere");
    assert!(matches!(log.content(ContentId::from_number(1)).await, Ok(Some(Stored::Body(_)))));
}

#[tokio::test]
async fn a_key_that_is_given_is_never_written_down() {
    let dir = folder();
    Embedded::open(dir.path(), key(7)).expect("it opens").close().await;
    assert!(!dir.path().join("store.key").exists());
    assert!(!is_on_disk(dir.path(), &[7; 32]));
}

#[tokio::test]
async fn files_that_are_not_ours_newer_or_damaged_are_refused_with_what_to_do() {
    let dir = folder();
    std::fs::write(dir.path().join("log.db"), vec![b'x'; 9_000]).expect("it can be written");
    assert!(matches!(refused(dir.path()), OpenError::Damaged { .. }));
    assert!(matches!(check(dir.path(), Options::default(), |_, _| ()), Err(OpenError::Damaged { .. })));

    let dir = folder();
    database(dir.path()).execute_batch("CREATE TABLE other (x)").expect("another program's file");
    assert!(matches!(refused(dir.path()), OpenError::NotALog(_)));

    let dir = folder();
    assert!(matches!(check(dir.path(), Options::default(), |_, _| ()), Err(OpenError::NoLog(_))));
    open(dir.path()).close().await;
    database(dir.path()).pragma_update(None, "user_version", 2).expect("it can be changed");
    let error = refused(dir.path());
    assert!(
        matches!(error, OpenError::Newer { found: 2, known: 1, .. }) && error.to_string().contains("newer version"),
        "{error}"
    );
}

#[tokio::test]
async fn an_event_of_a_newer_version_is_named() {
    let dir = folder();
    let log = open(dir.path());
    append(&log, vec![asked(1), asked(2)]).await;
    log.close().await;
    let change = "UPDATE event SET kind = 'tea.made', event = '{\"type\":\"tea.made\",\"data\":{}}' WHERE position = 2";
    database(dir.path()).execute_batch(change).expect("it can be changed");
    let log = open(dir.path());
    let error = log.read(Position::START, 10).await.expect_err("it cannot be read");
    assert!(matches!(&error, ReadError::Newer { position: Position(2), kind } if kind == "tea.made"), "{error:?}");
    assert_eq!(log.read(Position::START, 1).await.expect("those before can be read").len(), 1);
}

#[tokio::test]
async fn an_event_that_would_not_read_back_is_refused() {
    let dir = folder();
    let log = open(dir.path());
    let raised = signalbox_model::event::alert::AlertRaised {
        alert: 1,
        rule: signalbox_model::id::AlertRuleId::from_number(1),
        subject: signalbox_model::event::alert::AlertSubject::Conversation { conversation: conversation(1) },
        value: f64::NAN,
        fire_at: 1.0,
        since: Timestamp(1),
        owner: None,
    };
    let result = log.append(batch(1, vec![NewEvent::now(Event::AlertRaised(raised))]), Guard::Anyone).await;
    assert!(matches!(result, Err(AppendError::DoesNotReadBack("alert.raised"))), "{result:?}");
    let because = signalbox_model::event::alert::ClearedBecause::Cleared;
    append(&log, vec![NewEvent::now(Event::AlertCleared(AlertCleared { alert: 1, value: None, because }))]).await;
}

#[tokio::test]
async fn words_are_nowhere_on_disk_in_the_clear() {
    let dir = folder();
    let log = open(dir.path());
    append(
        &log,
        vec![said(1, customer(1), 1, "a very private sentence"), known_as(customer(1), 2, "someone@example.test")],
    )
    .await;
    log.secret_put("password", "ana", b"not for anybody").await.expect("it is kept");
    for text in ["private sentence", "someone@", "not for anybody"] {
        assert!(!is_on_disk(dir.path(), text.as_bytes()), "{text}");
    }
    log.close().await;
    assert!(!is_on_disk(dir.path(), b"private sentence"));
    assert!(is_on_disk(dir.path(), b"turn.added"), "the search works");
}

#[tokio::test]
async fn an_erased_key_is_nowhere_on_disk_while_the_log_is_open() {
    let dir = folder();
    let log = open(dir.path());
    // Enough customers for many pages of keys, erased in the middle of them.
    for number in 0..600 {
        append(&log, vec![said(number, customer(number), number, "words")]).await;
    }
    let sealed_key = |number: u128| -> Vec<u8> {
        let id = *customer(number).uuid().as_bytes();
        let sql = "SELECT sealed FROM customer_key WHERE customer = ?1";
        database(dir.path()).query_row(sql, [id], |row| row.get(0)).expect("it is there")
    };
    let (before, erased, after) = (sealed_key(299), sealed_key(300), sealed_key(301));
    assert!(is_on_disk(dir.path(), &erased));
    log.erase(customer(300), Timestamp(2), Actor::System).await.expect("it is erased");
    assert!(!is_on_disk(dir.path(), &erased), "the key is still there");
    assert!(is_on_disk(dir.path(), &before) && is_on_disk(dir.path(), &after), "the others stay");
    assert_eq!(log.content(ContentId::from_number(300)).await.expect("it can be read"), Some(Stored::Erased));
    let verified = log.verify().await.expect("it can be verified");
    assert_eq!((verified.problem_count, verified.contents, verified.erased), (0, 599, 1));
}

#[tokio::test]
async fn secrets_are_kept_replaced_listed_and_deleted() {
    let dir = folder();
    let log = open(dir.path());
    let put = async |kind: &str, key: &str, value: &[u8]| log.secret_put(kind, key, value).await.expect("it is kept");
    put("session", "ana/1", b"one").await;
    put("session", "ana/2", b"two").await;
    put("session", "ana/2", b"three").await;
    put("session", "ben/1", b"four").await;
    put("token", "ana/1", b"five").await;
    assert_eq!(log.secret_get("session", "ana/2").await.expect("it can be read"), Some(b"three".to_vec()));
    assert_eq!(log.secret_get("session", "nobody").await.expect("it can be read"), None);
    let listed = log.secret_list_prefix("session", "ana/").await.expect("they can be listed");
    assert_eq!(listed, [("ana/1".to_owned(), b"one".to_vec()), ("ana/2".to_owned(), b"three".to_vec())]);
    assert_eq!(log.secret_list_prefix("session", "").await.expect("they can be listed").len(), 3);
    assert!(log.secret_delete("session", "ana/1").await.expect("it is deleted"));
    assert!(!log.secret_delete("session", "ana/1").await.expect("it was deleted"));
    assert_eq!(log.head(), Position::START, "secrets are no facts");
    let too_large = log.secret_put("session", "x", &[0; 70_000]).await;
    assert!(matches!(too_large, Err(SecretError::TooLarge { .. })));
    log.close().await;
    database(dir.path())
        .execute_batch("UPDATE secret SET key = 'ben/2' WHERE key = 'ben/1'")
        .expect("it can be changed");
    let log = open(dir.path());
    assert!(matches!(log.secret_get("session", "ben/2").await, Err(SecretError::Damaged(_))));
}

#[tokio::test]
async fn a_backup_is_a_whole_log_with_the_same_key() {
    let (dir, copy) = (folder(), folder());
    let log = open(dir.path());
    append(&log, vec![said(1, customer(1), 1, "hello"), asked(1)]).await;
    let path = copy.path().join("log.db");
    log.backup(&path).await.expect("it is copied");
    append(&log, vec![asked(2)]).await;
    assert!(matches!(log.backup(&path).await, Err(BackupError::Exists(_))));
    let nowhere = dir.path().join("no/such/folder/log.db");
    assert!(matches!(log.backup(&nowhere).await, Err(BackupError::Failed { .. })));
    std::fs::copy(dir.path().join("store.key"), copy.path().join("store.key")).expect("the key is copied");
    let restored = open(copy.path());
    assert_eq!(restored.head(), Position(2));
    assert!(restored.verify().await.expect("it can be verified").is_sound());
    assert!(matches!(restored.content(ContentId::from_number(1)).await, Ok(Some(Stored::Body(_)))));
    append(&restored, vec![asked(3)]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn closing_finishes_what_was_asked_for_and_refuses_the_rest() {
    let dir = folder();
    let log = open(dir.path());
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..50 {
        let log = log.clone();
        tasks.spawn(async move { log.append(batch(1, vec![asked(number)]), Guard::Anyone).await });
    }
    log.close().await;
    let mut done = 0;
    for result in tasks.join_all().await {
        match result {
            Ok(_) => done += 1,
            Err(AppendError::Closed) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
    assert!(matches!(log.append(batch(1, vec![asked(1)]), Guard::Anyone).await, Err(AppendError::Closed)));
    assert!(matches!(log.content(ContentId::from_number(1)).await, Err(ReadError::Closed)));
    drop(log);
    let log = open(dir.path());
    assert_eq!(log.head(), Position(done), "what was acknowledged is there, and nothing else");
}

#[tokio::test]
async fn a_transcript_has_words_of_replies_and_files_without_their_bytes() {
    let dir = folder();
    let log = open(dir.path());
    let mut file = said(1, customer(1), 1, "");
    let bytes = vec![3; 1_000_000];
    let body = Body::File { name: "a.png".into(), media_type: "image/png".into(), bytes: bytes.clone() };
    file.content.as_mut().expect("it has content").body = body.clone();
    let sent = ReplySent {
        conversation: conversation(1),
        by: Participant::System,
        kind: TurnKind::Text,
        content: ContentId::from_number(2),
        reply_ms: None,
    };
    append(&log, vec![file, said(1, customer(1), 2, "hello"), NewEvent::now(Event::ReplySent(sent))]).await;
    let transcript = log.read_conversation(conversation(1)).await.expect("it can be read");
    let contents: Vec<_> = transcript.entries.into_iter().map(|entry| entry.content).collect();
    let hello = Some(Stored::Body(Body::Text { text: "hello".into() }));
    let named = Body::File { name: "a.png".into(), media_type: "image/png".into(), bytes: Vec::new() };
    assert_eq!(contents, [Some(Stored::Body(named)), hello.clone(), hello]);
    assert_eq!(log.content(ContentId::from_number(1)).await.expect("it can be read"), Some(Stored::Body(body)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_in_use_can_be_verified_and_checked() {
    let dir = folder();
    let log = open(dir.path());
    let mut tasks = tokio::task::JoinSet::new();
    for writer in 0..4u128 {
        let log = log.clone();
        tasks.spawn(async move {
            for number in 0..50 {
                append(&log, vec![said(writer, customer(number), 1_000 * writer + number, "words")]).await;
                if number % 10 == 9 {
                    let whose = customer(10_000 + 1_000 * writer + number);
                    append(&log, vec![said(writer, whose, 100_000 + 1_000 * writer + number, "gone")]).await;
                    log.erase(whose, Timestamp(1), Actor::System).await.expect("it is erased");
                }
            }
        });
    }
    for _ in 0..5 {
        let verified = log.verify().await.expect("it can be verified");
        assert!(verified.is_sound(), "{:?}", verified.problems);
    }
    tasks.join_all().await;
    let mut seen = Vec::new();
    let verified = check(dir.path(), Options::default(), |at, end| seen.push((at, end))).expect("it can be checked");
    assert!(verified.is_sound(), "{:?}", verified.problems);
    assert_eq!((verified.events, verified.contents, verified.erased), (240, 200, 20));
    assert_eq!(seen, [(Position(240), Position(240))]);
    let counters = log.counters();
    assert!(counters.events == 240 && (1..=240).contains(&counters.commits) && counters.bytes > 0, "{counters:?}");
}
