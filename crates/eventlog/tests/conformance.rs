//! The embedded log keeps every promise of a log.

use std::path::Path;

use rusqlite::{Connection, params};
use signalbox_eventlog::conformance::{self, Fixture, Part};
use signalbox_eventlog::{Embedded, Options, Verified};
use signalbox_model::id::Position;
use tempfile::TempDir;

struct Folder(TempDir);

impl Fixture for Folder {
    type Log = Embedded;

    async fn open(&self) -> Embedded {
        Embedded::open(self.0.path(), Options::default()).expect("it opens")
    }

    async fn close(&self, log: Embedded) {
        log.close().await;
    }

    async fn verify(&self, log: &Embedded) -> Verified {
        log.verify().await.expect("it can be verified")
    }

    async fn fill_disk(&self, log: &Embedded, is_full: bool) {
        log.limit_pages(if is_full { 1 } else { u32::MAX >> 1 }).await.expect("it is open");
    }

    fn tamper(&self, position: Position, part: Part) {
        let conn = Connection::open(database(self.0.path())).expect("the file is there");
        let (table, column, sql_type) = match part {
            Part::Event => ("event", "event", "TEXT"),
            Part::Words => ("content", "ciphertext", "BLOB"),
        };
        let read = format!("SELECT CAST({column} AS BLOB) FROM {table} WHERE position = ?1");
        let mut bytes: Vec<u8> = conn.query_row(&read, [position.0 as i64], |row| row.get(0)).expect("it is there");
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        let write = format!("UPDATE {table} SET {column} = CAST(?1 AS {sql_type}) WHERE position = ?2");
        conn.execute(&write, params![bytes, position.0 as i64]).expect("it can be changed");
    }
}

fn database(dir: &Path) -> std::path::PathBuf {
    dir.join("log.db")
}

macro_rules! promises {
    ($($name:ident),* $(,)?) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                conformance::$name(&Folder(TempDir::new().expect("a folder"))).await;
            }
        )*
    };
}

promises!(
    positions_have_no_gaps_with_racing_writers,
    facts_become_visible_in_order,
    a_batch_is_all_or_nothing,
    a_bad_append_does_not_spoil_its_neighbours,
    a_repeated_command_is_done_once,
    a_lease_has_one_holder_until_it_expires,
    a_stale_decider_is_refused,
    decided_through_survives_reopen,
    a_clock_that_runs_back_is_held,
    words_come_back_with_their_conversation,
    identities_are_found_by_their_lookup,
    erasure_destroys_words_and_keeps_the_chain,
    content_of_an_erased_customer_is_refused,
    an_append_that_races_an_erasure_leaves_no_words,
    reading_obeys_limits,
    the_doorbell_rings,
    malformed_batches_are_refused,
    a_full_disk_refuses_and_recovers,
    tampering_is_found_and_located,
);
