//! Whatever is changed in the file behind the log's back is found, and where.

use std::path::Path;

use rusqlite::Connection;
use signalbox_eventlog::conformance::{asked, batch, customer, opened, said};
use signalbox_eventlog::{Embedded, EventLog as _, Fault, Guard, Options, Verified, check};
use signalbox_model::contact::Actor;
use signalbox_model::event::NewEvent;
use signalbox_model::id::{CommandId, Position};
use signalbox_model::time::Timestamp;
use tempfile::TempDir;

/// Twelve facts: each with a command, the third one of each with words, told late and with a cause; the last one is an erasure.
async fn filled() -> TempDir {
    let dir = TempDir::new().expect("a folder");
    let log = Embedded::open(dir.path(), Options::default()).expect("it opens");
    for number in 1..=11u128 {
        let whose = customer(number % 2 + 1);
        let event = if number % 3 == 0 { said(number, whose, number, "words") } else { opened(number, whose) };
        let event = NewEvent { occurred_at: Some(Timestamp(5)), cause: Some(Position(1)), ..event };
        let mut batch = batch(10 * number as i64, vec![event]);
        batch.command = Some(CommandId::from_number(number));
        log.append(batch, Guard::Anyone).await.expect("it is appended");
    }
    log.erase(customer(1), Timestamp(200), Actor::System).await.expect("it is erased");
    log.close().await;
    dir
}

fn change(dir: &Path, sql: &str) {
    let changed = Connection::open(dir.join("log.db")).expect("the file is there").execute_batch(sql);
    changed.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

fn checked(dir: &Path) -> Verified {
    check(dir, Options::default(), |_, _| ()).expect("it can be checked")
}

/// The faults, as texts.
async fn after(sql: &str) -> Vec<String> {
    let dir = filled().await;
    change(dir.path(), sql);
    let found = checked(dir.path());
    assert!(!found.is_sound(), "{sql} was not found");
    found.problems.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn an_untouched_log_is_sound() {
    let dir = filled().await;
    let verified = checked(dir.path());
    assert!(verified.is_sound(), "{:?}", verified.problems);
    assert_eq!((verified.events, verified.contents, verified.erased, verified.head), (12, 2, 1, Position(12)));
}

#[tokio::test]
async fn one_changed_byte_in_any_column_of_a_fact_is_found_at_that_fact() {
    // Fact 9 has words, a command, a cause and a time of its own.
    for column in ["at", "occurred_at", "cause"] {
        let problems = after(&format!("UPDATE event SET {column} = {column} + 1 WHERE position = 9")).await;
        assert!(problems.iter().all(|problem| problem.starts_with("event 9: ")), "{column}: {problems:?}");
    }
    for column in ["actor", "event", "kind"] {
        let flip =
            format!("substr({column}, 1, 9) || char(unicode(substr({column}, 10, 1)) + 1) || substr({column}, 11)");
        let problems = after(&format!("UPDATE event SET {column} = {flip} WHERE position = 9")).await;
        assert!(problems.iter().all(|problem| problem.starts_with("event 9: ")), "{column}: {problems:?}");
    }
    for column in ["command", "conversation", "content_digest", "hash"] {
        let flip = format!("CAST(x'7f' || substr({column}, 2) AS BLOB)");
        let problems = after(&format!("UPDATE event SET {column} = {flip} WHERE position = 9")).await;
        assert!(problems.iter().all(|problem| problem.starts_with("event 9: ")), "{column}: {problems:?}");
    }
    for column in ["occurred_at", "cause", "command", "conversation", "content_digest"] {
        let problems = after(&format!("UPDATE event SET {column} = NULL WHERE position = 9")).await;
        assert!(problems.iter().all(|problem| problem.starts_with("event 9: ")), "{column}: {problems:?}");
    }
}

#[tokio::test]
async fn one_changed_byte_in_any_column_of_content_is_found_at_its_fact() {
    for column in ["id", "customer", "conversation", "nonce", "ciphertext"] {
        let flip = format!("CAST(x'7f' || substr({column}, 2) AS BLOB)");
        let problems = after(&format!("UPDATE content SET {column} = {flip} WHERE position = 9")).await;
        assert!(problems.iter().all(|problem| problem.starts_with("event 9: ")), "{column}: {problems:?}");
    }
    let problems =
        after("UPDATE customer_key SET sealed = zeroblob(72) WHERE customer = x'00000000000000000000000000000002'")
            .await;
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(problems.iter().all(|problem| problem.contains("cannot be decrypted")), "{problems:?}");
}

#[tokio::test]
async fn content_that_is_gone_without_an_erasure_is_told_from_erased_content() {
    let missing = Fault::ContentMissing.to_string();
    assert_eq!(after("DELETE FROM content WHERE position = 9").await, [format!("event 9: {missing}")]);
    let nulled = after("UPDATE content SET nonce = NULL, ciphertext = NULL WHERE position = 9").await;
    assert_eq!(nulled, [format!("event 9: {missing}")]);
    let moved = after("UPDATE content SET position = 8 WHERE position = 9").await;
    assert_eq!(moved, [format!("event 8: {}", Fault::ContentUnexpected), format!("event 9: {missing}")]);
}

#[tokio::test]
async fn removed_and_added_facts_are_found() {
    let problems = after("DELETE FROM event WHERE position = 5").await;
    assert_eq!(problems[0], format!("event 6: {}", Fault::Gap(Position(5))));
    let problems = after("DELETE FROM event WHERE position > 10").await;
    assert!(problems[0].contains("the log ends at 10 and was written up to 12"), "{problems:?}");
    let copy = "INSERT INTO event SELECT 13, at, occurred_at, actor, NULL, cause, kind, conversation, event, NULL, hash FROM event WHERE position = 1";
    let problems = after(copy).await;
    assert!(problems.iter().all(|problem| problem.starts_with("event 13: ")), "{problems:?}");
}

#[tokio::test]
async fn a_chain_that_was_written_anew_without_the_store_key_is_found() {
    let (dir, other) = (filled().await, TempDir::new().expect("a folder"));
    // The same tables with a shorter history: sound in itself, sealed by another store.
    let log = Embedded::open(other.path(), Options::default()).expect("it opens");
    log.append(batch(1, vec![asked(1)]), Guard::Anyone).await.expect("it is appended");
    log.close().await;
    let from = other.path().join("log.db").display().to_string();
    change(
        dir.path(),
        &format!(
            "ATTACH '{from}' AS other; DELETE FROM event; DELETE FROM content; DELETE FROM erased;
             INSERT INTO event SELECT * FROM other.event; DELETE FROM anchor; INSERT INTO anchor SELECT * FROM other.anchor;"
        ),
    );
    let problems = checked(dir.path()).problems;
    assert_eq!(problems.iter().map(|problem| &problem.fault).collect::<Vec<_>>(), [&Fault::Anchor]);
}

#[tokio::test]
async fn a_command_that_points_elsewhere_is_found() {
    let problems = after("UPDATE command SET first = 1, last = 1 WHERE first = 9").await;
    assert_eq!(problems, [format!("event 9: {}", Fault::Filed("command"))]);
    let problems = after("DELETE FROM command WHERE first = 9").await;
    assert_eq!(problems, [format!("event 9: {}", Fault::Filed("command"))]);
}

#[tokio::test]
async fn a_damaged_page_is_reported_and_not_a_crash() {
    let dir = filled().await;
    let path = dir.path().join("log.db");
    let mut bytes = std::fs::read(&path).expect("it can be read");
    let page = 4_096;
    for number in 2..bytes.len() / page {
        let saved = bytes[number * page..(number + 1) * page].to_vec();
        bytes[number * page..(number + 1) * page].fill(0xa5);
        std::fs::write(&path, &bytes).expect("it can be written");
        match check(dir.path(), Options::default(), |_, _| ()) {
            Ok(verified) => assert!(!verified.is_sound(), "page {number} is damaged"),
            Err(error) => assert!(error.to_string().contains("damaged"), "page {number}: {error}"),
        }
        bytes[number * page..(number + 1) * page].copy_from_slice(&saved);
    }
}
