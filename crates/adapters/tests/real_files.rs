//! The three real files, through their mappings, counted against a count of their own.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use serde_json::Value;
use signalbox_adapters::import::{lines::Lines, mapping::Mapping, record};
use signalbox_model::event::conversation::TurnKind;
use signalbox_model::time::Timestamp;

const NOW: Timestamp = Timestamp(1_795_253_400_000);

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Conversations, turns and actions that a file gives; none where the file is not here.
fn taken_in(file: &str, mapping: &str, count: impl Fn(&Value) -> usize) -> Option<(usize, usize, usize)> {
    let Ok(opened) = File::open(root().join("../shared/data").join(file)) else {
        println!("skipped: ../shared/data is not here");
        return None;
    };
    let mapping = std::fs::read_to_string(root().join("docs/mappings").join(mapping)).unwrap();
    let mapping = Mapping::parse(&mapping).unwrap();
    let (mut conversations, mut turns, mut actions) = (0, 0, 0);
    for line in Lines::new(BufReader::new(opened)) {
        let line = line.unwrap();
        let value = line.value.unwrap();
        let mapped = mapping.apply(&value, line.number).unwrap();
        let record = record::parse(&mapped, NOW).unwrap_or_else(|error| panic!("line {}: {error}", line.number));
        assert_eq!(record.turns.len(), count(&value), "line {}", line.number);
        assert!(
            record.synthetic_times
                || record.opening.labels.iter().any(|label| label.as_str() == record::SYNTHETIC_TIMES)
        );
        conversations += 1;
        turns += record.turns.len();
        actions += record.turns.iter().filter(|turn| turn.said.kind == TurnKind::Action).count();
    }
    Some((conversations, turns, actions))
}

fn turns_of(value: &Value) -> &Vec<Value> {
    value["turns"].as_array().unwrap()
}

#[test]
fn the_airline_agents_200_conversations_come_in_with_every_tool_call() {
    let count = |value: &Value| {
        let calls = |turn: &Value| turn["tool_calls"].as_array().map_or(0, Vec::len);
        let words = |turn: &Value| {
            turn["role"] == "tool" || turn["content"].as_str().is_some_and(|text| !text.trim().is_empty())
        };
        turns_of(value).iter().map(|turn| calls(turn) + usize::from(words(turn))).sum()
    };
    let Some(taken) = taken_in("agent_trajectories_airline.jsonl", "airline.json", count) else { return };
    assert_eq!(taken, (200, 1_490 + 1_380 + 1_164 + 1_164, 2 * 1_164));
}

#[test]
fn the_2098_task_conversations_come_in_with_every_turn() {
    let Some(taken) = taken_in("conversations_tasks.jsonl", "tasks.json", |value| turns_of(value).len()) else {
        return;
    };
    assert_eq!(taken, (2_098, 38_768, 0));
}

#[test]
fn the_shops_3_conversations_come_in_with_their_actions() {
    let Some(taken) = taken_in("conversations_retail.sample.jsonl", "retail.json", |value| turns_of(value).len())
    else {
        return;
    };
    assert_eq!(taken, (3, 72, 9));
}
