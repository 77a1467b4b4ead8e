//! A process that is killed while it appends: every acknowledged fact is there, and the chain is whole.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use signalbox_eventlog::conformance::{asked, batch, customer, said};
use signalbox_eventlog::{Embedded, EventLog as _, Guard, Options, Stored};
use signalbox_model::event::Event;
use signalbox_model::id::{CommandId, ContentId, Position};
use tempfile::TempDir;

const FOLDER: &str = "SIGNALBOX_TEST_KILL_FOLDER";
const ROUND: &str = "SIGNALBOX_TEST_KILL_ROUND";
const ROUNDS: u64 = 12;
const CALLERS: u128 = 16;

/// The child: appends until it is killed, and prints `command first last` after each acknowledgement. Without a folder it is an empty test.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child_appends_until_it_is_killed() {
    let Ok(dir) = std::env::var(FOLDER) else { return };
    let round: u128 = std::env::var(ROUND).expect("a round").parse().expect("a number");
    let log = Embedded::open(Path::new(&dir), Options::default()).expect("it opens");
    let mut tasks = tokio::task::JoinSet::new();
    for caller in 0..CALLERS {
        let log = log.clone();
        tasks.spawn(async move {
            for number in 0u128.. {
                let id = round << 64 | caller << 32 | number;
                // Every other customer is new: their keys must reach the disk with their words.
                let turn = said(id, customer(id / 2), id, &format!("words {id}"));
                let mut batch = batch(1, vec![asked(id), turn]);
                batch.command = Some(CommandId::from_number(id));
                let appended = log.append(batch, Guard::Anyone).await.expect("it is appended");
                let line = format!("\nacknowledged {id} {} {}\n", appended.first, appended.last);
                std::io::stdout().lock().write_all(line.as_bytes()).expect("the parent reads");
            }
        });
    }
    tasks.join_all().await;
}

/// Starts the child, kills it after so many acknowledgements and returns them all: command → first and last position.
fn append_and_kill(dir: &Path, round: u64, after: usize) -> BTreeMap<u128, (u64, u64)> {
    let mut child = Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "child_appends_until_it_is_killed", "--nocapture"])
        .env(FOLDER, dir)
        .env(ROUND, round.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the child starts");
    let mut told = BTreeMap::new();
    let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    for line in lines.map_while(Result::ok) {
        let words: Vec<&str> = line.split(' ').collect();
        // The last line may have been cut by the kill: then nobody was told.
        if let ["acknowledged", id, first, last] = words[..]
            && let (Ok(id), Ok(first), Ok(last)) = (id.parse(), first.parse(), last.parse::<u64>())
            && last == first + 1
        {
            told.insert(id, (first, last));
        }
        if told.len() == after {
            child.kill().expect("it can be killed");
        }
    }
    child.wait().expect("it has ended");
    assert!(told.len() >= after, "the child ended by itself after {} acknowledgements", told.len());
    told
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_process_loses_nothing_that_was_acknowledged() {
    let dir = TempDir::new().expect("a folder");
    let mut head = Position::START;
    for round in 1..=ROUNDS {
        // Spread over opening, the first commits, and what follows checkpoints.
        let after = [1, 2, 17, 90, 400, 1_500][(round % 6) as usize] + (round * 7) as usize;
        let told = append_and_kill(dir.path(), round, after);
        let log = Embedded::open(dir.path(), Options::default()).expect("it opens again at once");
        let verified = log.verify().await.expect("it can be verified");
        assert!(verified.is_sound(), "round {round}: {:?}", verified.problems);
        assert!(log.head() > head, "round {round}: the log grows");
        assert_eq!(log.head().0 % 2, 0, "round {round}: no half batch");
        check_acknowledged(&log, &told).await;
        head = log.head();
        log.close().await;
    }
}

async fn check_acknowledged(log: &Embedded, told: &BTreeMap<u128, (u64, u64)>) {
    for (id, (first, last)) in told {
        let facts = log.read(Position(first - 1), 2).await.expect("they can be read");
        assert!(facts.iter().all(|fact| fact.command == Some(CommandId::from_number(*id))), "{id} is not at {first}");
        assert!(matches!((&facts[0].event, &facts[1].event), (Event::PersonAsked(_), Event::TurnAdded(_))));
        assert_eq!(facts[1].position, Position(*last));
    }
    // Reading back every word takes long in a debug build: the ends and some between.
    for id in told.keys().step_by(told.len() / 20 + 1).chain(told.keys().last()) {
        let stored = log.content(ContentId::from_number(*id)).await.expect("it can be read");
        let words = signalbox_model::content::Body::Text { text: format!("words {id}") };
        assert_eq!(stored, Some(Stored::Body(words)));
    }
}
