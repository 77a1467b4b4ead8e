//! Files of conversations: every good line goes in, once, by either way.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use signalbox_adapters::derived::Namespace;
use signalbox_eventlog::{EventLog, Log, Options};
use signalbox_model::event::Event;
use signalbox_model::id::Position;
use signalbox_model::setup::people::TokenScope;
use signalbox_server::clock::Clock;
use signalbox_server::import::{ImportArgs, Tally, take_in};

use crate::app::TestApp;

fn args(file: &Path) -> ImportArgs {
    ImportArgs {
        file: file.to_owned(),
        mapping: None,
        data: None,
        url: None,
        token: None,
        source: None,
        dry_run: false,
        report: None,
    }
}

fn written(folder: &Path, lines: &[&str]) -> PathBuf {
    let path = folder.join("chats.jsonl");
    let mut file = std::fs::File::create(&path).unwrap();
    for line in lines {
        writeln!(file, "{line}").unwrap();
    }
    path
}

const LINES: &[&str] = &[
    r#"{"id":"a","customer":{"external":"C-1","name":"<b>Mia</b>"},"outcome":"resolved","turns":[{"by":"customer","text":"<script>1</script>"},{"by":"agent","name":"Bob","text":"hello"}]}"#,
    r#"{"id":"b","turns":"#,
    r#"{"id":"c","customer":{"external":"C-1"},"queue":"Help","turns":[{"by":"customer","text":"again"}]}"#,
    r#"{"id":"d","turns":[{"by":"customer"}]}"#,
];

async fn counted(log: &Log) -> (usize, usize) {
    let (mut conversations, mut turns, mut after) = (0, 0, Position::START);
    loop {
        let facts = log.read(after, 20_000).await.unwrap();
        let Some(last) = facts.last() else { return (conversations, turns) };
        after = last.position;
        conversations += facts.iter().filter(|fact| matches!(fact.event, Event::ConversationOpened(_))).count();
        turns += facts.iter().filter(|fact| matches!(fact.event, Event::TurnAdded(_))).count();
    }
}

#[tokio::test]
async fn good_lines_go_in_bad_ones_are_reported_and_the_same_file_again_adds_nothing() {
    let folder = tempfile::TempDir::new().unwrap();
    let report = folder.path().join("report.csv");
    let file = written(folder.path(), LINES);
    let args = ImportArgs { data: Some(folder.path().join("store")), report: Some(report.clone()), ..args(&file) };
    let first = take_in(&args, Clock::wall()).await.unwrap();
    assert_eq!(first, Tally { lines: 4, added: 2, repeated: 0, rejected: 2, notes: 1, turns: 3 });
    let again = take_in(&args, Clock::wall()).await.unwrap();
    assert_eq!((again.added, again.repeated, again.rejected), (0, 2, 2));
    let told = std::fs::read_to_string(report).unwrap();
    assert!(
        told.contains("2,rejected,not_json") && told.contains("4,rejected,missing_field,turns[0].text is missing"),
        "{told}"
    );
    let log = Log::open(&folder.path().join("store"), Options::default()).unwrap();
    assert_eq!(counted(&log).await, (2, 3));
    let names = Namespace::of_import("import");
    assert_eq!(
        log.find_identity("external:C-1").await.unwrap(),
        [names.customer("a")],
        "both conversations are of one customer"
    );
    log.close().await;
}

#[tokio::test]
async fn a_dry_run_reads_everything_and_stores_nothing() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = written(folder.path(), LINES);
    let tally = take_in(&ImportArgs { dry_run: true, ..args(&file) }, Clock::wall()).await.unwrap();
    assert_eq!((tally.lines, tally.added, tally.rejected), (4, 2, 2));
    let error = take_in(&args(&file), Clock::wall()).await.unwrap_err();
    assert!(error.to_string().contains("--dry-run"));
}

#[tokio::test]
async fn a_running_server_takes_the_same_file_once() {
    let app = TestApp::start().await;
    let folder = tempfile::TempDir::new().unwrap();
    let file = written(folder.path(), LINES);
    let token = app.token(7, vec![TokenScope::Ingest], false).await;
    let args = ImportArgs { url: Some(app.base()), token: Some(token), ..args(&file) };
    let first = take_in(&args, Clock::wall()).await.unwrap();
    assert_eq!((first.added, first.repeated, first.rejected), (2, 0, 2));
    let again = take_in(&args, Clock::wall()).await.unwrap();
    assert_eq!((again.added, again.repeated), (0, 2));
    let wrong = ImportArgs { token: Some("sbx_wrong".into()), ..args.clone() };
    assert!(take_in(&wrong, Clock::wall()).await.unwrap_err().to_string().starts_with("the server answered 401"));
}

#[tokio::test]
async fn the_three_real_files_go_in_whole_and_once() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let data = root.join("../shared/data");
    if !data.join("conversations_tasks.jsonl").exists() {
        println!("skipped: ../shared/data is not here");
        return;
    }
    let folder = tempfile::TempDir::new().unwrap();
    let store = folder.path().join("store");
    let mut all = (0, 0);
    for (file, mapping, conversations, turns) in [
        ("agent_trajectories_airline.jsonl", "airline.json", 200, 5_198),
        ("conversations_tasks.jsonl", "tasks.json", 2_098, 38_768),
        ("conversations_retail.sample.jsonl", "retail.json", 3, 72),
    ] {
        let args = ImportArgs {
            mapping: Some(root.join("docs/mappings").join(mapping)),
            data: Some(store.clone()),
            ..args(&data.join(file))
        };
        let tally = take_in(&args, Clock::wall()).await.unwrap();
        assert_eq!((tally.added, tally.repeated, tally.rejected, tally.turns), (conversations, 0, 0, turns), "{file}");
        all = (all.0 + conversations as usize, all.1 + turns as usize);
        let again = take_in(&args, Clock::wall()).await.unwrap();
        assert_eq!((again.added, again.repeated), (0, conversations), "{file}");
    }
    let log = Log::open(&store, Options::default()).unwrap();
    assert_eq!(counted(&log).await, all);
    log.close().await;
}
