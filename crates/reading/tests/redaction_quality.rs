//! How well redaction does on people's own turns, and that it does not get worse unseen. `docs/reading.md` has the figures.

#![expect(clippy::disallowed_methods, reason = "a test reads its data from a file")]

use serde::Deserialize;
use signalbox_reading::redact::training::kind_of_label;
use signalbox_reading::redact::{Context, PersonalKind, Policy, Redactor};
use std::path::PathBuf;

#[derive(Deserialize)]
struct Row {
    text: String,
    spans: Vec<(usize, usize, String)>,
}

fn rows(file: &str) -> Option<Vec<Row>> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(file);
    let Ok(text) = std::fs::read_to_string(path) else {
        println!("skipped: ../shared/data is not here");
        return None;
    };
    Some(text.lines().map(|line| serde_json::from_str(line).expect("a row")).collect())
}

/// For each character whether it is found and of a kind in the policy; spaces between two found ones count as found.
fn mask(text: &str, policy: &Policy) -> Vec<bool> {
    let mut mask = vec![false; text.chars().count()];
    let char_at = |byte: usize| text[..byte].chars().count();
    for found in Redactor::builtin().find(text, &Context::default()) {
        if policy.hide.contains(&found.kind) {
            mask[char_at(found.start)..char_at(found.end)].fill(true);
        }
    }
    for (at, _) in text.chars().enumerate().filter(|(_, char)| char.is_whitespace()) {
        mask[at] |= at > 0 && mask[at - 1] && mask.get(at + 1).is_some_and(|is_found| *is_found);
    }
    mask
}

#[test]
fn personal_data_in_chats_is_hidden_whole_and_clean_turns_are_left_alone() {
    let Some(rows) = rows("customer_turns.dev.jsonl") else { return };
    let policy = Policy::default();
    let (mut spans, mut hidden, mut clean, mut alarms) = (0, 0, 0, 0);
    for row in &rows {
        let mask = mask(&row.text, &policy);
        let is_meant = |label: &str| kind_of_label(label).is_some_and(|kind| policy.hide.contains(&kind));
        let personal: Vec<_> = row.spans.iter().filter(|span| is_meant(&span.2) && span.0 < span.1).collect();
        if personal.is_empty() {
            clean += 1;
            alarms += usize::from(mask.contains(&true));
        }
        spans += personal.len();
        hidden += personal.iter().filter(|span| mask[span.0..span.1].iter().all(|is_hidden| *is_hidden)).count();
    }
    let (recall, alarms) =
        (f64::from(hidden as u32) / f64::from(spans as u32), f64::from(alarms as u32) / f64::from(clean as u32));
    assert!(recall >= 0.95, "{recall}");
    assert!(alarms <= 0.03, "{alarms}");
}

#[test]
fn personal_data_in_sentences_is_found_by_character() {
    let Some(rows) = rows("personal_data.jsonl") else { return };
    let everything = Policy { hide: PersonalKind::ALL.into() };
    let (mut both, mut found, mut meant) = (0.0, 0.0, 0.0);
    for row in &rows {
        let mask = mask(&row.text, &everything);
        for (at, is_found) in mask.into_iter().enumerate() {
            let is_meant = row.spans.iter().any(|span| span.0 <= at && at < span.1);
            both += f64::from(u8::from(is_found && is_meant));
            found += f64::from(u8::from(is_found));
            meant += f64::from(u8::from(is_meant));
        }
    }
    let (precision, recall) = (both / found, both / meant);
    let f2 = 5.0 * precision * recall / (4.0 * precision + recall);
    assert!(f2 >= 0.85, "{f2}");
}
