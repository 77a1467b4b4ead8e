use super::*;
use crate::import::record;
use crate::ingest::Speaker;
use proptest::prelude::*;
use signalbox_model::event::conversation::TurnKind;

const NOW: Timestamp = Timestamp(1_795_253_400_000);

const TOOLS: &str = r#"{
  "source": "tools", "id": ["t-", "/task", "-", "/trial"], "language": "en",
  "outcome": {"of": "/reward", "map": {"1": "resolved"}, "else": "unresolved"},
  "labels": [["domain:", "/domain"], "/absent"],
  "customer": {"name": "/who"},
  "turns": {"at": "/turns", "rules": [
    {"when": {"/role": "user"}, "by": "customer", "text": "/content"},
    {"when": {"/role": "assistant"}, "by": "ai", "name": "$/model", "text": "/content", "blank": "skip",
     "calls": {"at": "/tool_calls", "text": ["/name", " ", "/arguments"]}},
    {"when": {"/role": "tool"}, "by": "action", "text": ["/name", " gave ", "/content"], "long": "cut"},
    {"when": {"/role": "trace"}, "skip": true}]},
  "synthetic_times": {"start": "2026-01-05T09:00:00Z", "conversation_seconds": 60, "turn_seconds": 10}}"#;

fn line() -> Value {
    json!({"task": 3, "trial": 0, "reward": 1.0, "domain": "air", "model": "gpt-4o", "who": "<i>Mia</i>", "turns": [
        {"role": "user", "content": "hi"},
        {"role": "trace", "content": null},
        {"role": "assistant", "content": null, "tool_calls": [{"name": "look", "arguments": "{}"}]},
        {"role": "tool", "name": "look", "content": ""},
        {"role": "tool", "name": "look", "content": "x".repeat(9_000)},
        {"role": "assistant", "content": "done", "tool_calls": [{"name": "end", "arguments": "{\"a\":1}"}]}]})
}

#[test]
fn tool_calls_become_actions_and_empty_words_are_no_turn() {
    let mapping = Mapping::parse(TOOLS).unwrap();
    let record = record::parse(&mapping.apply(&line(), 2).unwrap(), NOW).unwrap();
    let told: Vec<(TurnKind, String)> =
        record.turns.iter().map(|turn| (turn.said.kind, words::cut(&turn.said.text, 40))).collect();
    assert_eq!((record.id.as_str(), record.outcome), ("t-3-0", Some(signalbox_model::contact::Outcome::Resolved)));
    assert_eq!(told[0], (TurnKind::Text, "hi".into()));
    assert_eq!(told[1], (TurnKind::Action, "look {}".into()));
    assert_eq!(told[2].1, "look gave ");
    assert_eq!((told[3].0, record.turns[3].said.text.chars().count()), (TurnKind::Action, 8_000));
    assert_eq!(told[4], (TurnKind::Text, "done".into()));
    assert_eq!(told[5], (TurnKind::Action, "end {\"a\":1}".into()));
    assert!(matches!(&record.turns[5].said.by, Speaker::Ai(name) if name.as_str() == "gpt-4o"));
    let labels: Vec<&str> = record.opening.labels.iter().map(|label| label.as_str()).collect();
    assert_eq!(labels, ["domain:air", "synthetic-times"]);
    assert_eq!(record.turns[1].at.0 - record.opened_at.0, 10_000);
    assert_eq!(record.opened_at, moment::parse(&json!("2026-01-05T09:01:00Z")).unwrap());
}

#[test]
fn a_turn_that_fits_no_rule_rejects_the_line_by_its_number() {
    let mapping = Mapping::parse(TOOLS).unwrap();
    let mut value = line();
    value["turns"][2]["role"] = json!("narrator");
    assert_eq!(mapping.apply(&value, 1).unwrap_err().detail, "turn 2 fits no rule of the mapping");
    assert_eq!(mapping.apply(&json!({"turns": 1}), 1).unwrap_err().detail, "there is no list of turns at /turns");
    value["turns"] = json!([{"role": "user", "content": null}]);
    assert_eq!(mapping.apply(&value, 1).unwrap_err().code, "blank_turn");
}

#[test]
fn a_mapping_that_cannot_work_is_refused_before_the_file_is_read() {
    for text in [
        "{",
        "{}",
        r#"{"source": "a b", "id": "/id", "turns": {"at": "/t", "rules": [{"skip": true}]}}"#,
        r#"{"source": "a", "id": "/id", "turns": {"at": "/t", "rules": []}}"#,
        r#"{"source": "a", "id": "/id", "turns": {"at": "/t", "rules": [{"by": "customer"}]}}"#,
        r#"{"source": "a", "id": "/id", "extra": 1, "turns": {"at": "/t", "rules": [{"skip": true}]}}"#,
    ] {
        assert!(Mapping::parse(text).unwrap_err().to_string().contains("docs/import.md"), "{text}");
    }
}

proptest! {
    #[test]
    fn no_line_and_no_mapping_panic(bytes: Vec<u8>, text: String, line: u64) {
        let mapping = Mapping::parse(TOOLS).unwrap();
        let _ = mapping.apply(&json!({"turns": [{"role": text, "content": text, "tool_calls": [text]}], "reward": text}), line % 1_000_000);
        if let Ok(text) = std::str::from_utf8(&bytes) {
            let _ = Mapping::parse(text);
        }
    }
}
