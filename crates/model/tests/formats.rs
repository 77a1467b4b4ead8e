//! Stored formats change only by addition: what an older version wrote must still be read, and written back without a loss.

use std::collections::BTreeSet;

use serde_json::Value;
use signalbox_model::event::Event;

const WRITTEN_BY_V1: &str = include_str!("golden/events.v1.jsonl");

#[test]
fn every_event_of_version_1_is_read_and_written_back_without_a_loss() {
    for line in WRITTEN_BY_V1.lines() {
        let event: Event = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line}"));
        let written = serde_json::to_value(&event).unwrap();
        assert_holds(&serde_json::from_str(line).unwrap(), &written, line);
    }
}

/// Everything that was written is still there; a newer version may add fields.
fn assert_holds(old: &Value, new: &Value, line: &str) {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            old.iter().for_each(|(key, value)| assert_holds(value, new.get(key).unwrap_or(&Value::Null), line));
        }
        (Value::Array(old), Value::Array(new)) if old.len() == new.len() => {
            old.iter().zip(new).for_each(|(old, new)| assert_holds(old, new, line));
        }
        _ => assert_eq!(old, new, "lost in {line}"),
    }
}

#[test]
fn every_kind_of_event_has_a_line_in_the_golden_file() {
    let lines: Vec<Value> = WRITTEN_BY_V1.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let have: BTreeSet<&str> = lines.iter().filter_map(|line| line["type"].as_str()).collect();
    let all: BTreeSet<&str> = Event::NAMES.iter().map(|(name, _)| *name).collect();
    assert_eq!(have, all, "a new event needs a line in tests/golden");
}
