//! Columns of CSV files, and cells that no spreadsheet takes for formulas.

use signalbox_model::time::Timestamp;

use crate::wire::{ConversationRow, Owner, Ref, SegmentRow};

/// Columns of a file of conversations.
pub const CONVERSATION_COLUMNS: &[&str] = &[
    "id",
    "channel",
    "origin",
    "observed",
    "state",
    "outcome",
    "disposition",
    "queue",
    "customer",
    "customer_name",
    "owner_kind",
    "owner",
    "agents",
    "labels",
    "intent",
    "opened_at",
    "closed_at",
    "wait_ms",
    "first_reply_ms",
    "handle_ms",
    "talk_ms",
    "hold_ms",
    "wrap_up_ms",
    "turns",
    "transfers",
    "segments",
    "abandoned",
];

/// Columns of a file of segments.
pub const SEGMENT_COLUMNS: &[&str] = &[
    "conversation",
    "number",
    "owner_kind",
    "owner",
    "started_at",
    "ended_at",
    "talk_ms",
    "hold_ms",
    "wrap_up_ms",
    "wait_ms",
    "began",
    "ended",
];

/// One line; cells that a spreadsheet would compute are marked as text.
pub fn csv_line(cells: Vec<String>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    // Writing into memory does not fail.
    let _written = writer.write_record(cells.iter().map(|cell| harmless(cell)));
    writer.into_inner().unwrap_or_default()
}

/// The cell with `'` before it where it begins like a formula.
fn harmless(cell: &str) -> String {
    match cell.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r') => format!("'{cell}"),
        _ => cell.to_owned(),
    }
}

fn text<T: ToString>(value: &Option<T>) -> String {
    value.as_ref().map(ToString::to_string).unwrap_or_default()
}

fn name(value: &Option<Ref>) -> String {
    value.as_ref().map(|value| value.name.clone()).unwrap_or_default()
}

/// A word of a closed set, as it is on the wire.
fn word<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// An instant as spreadsheets read it.
fn instant(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.millis()).map(|at| at.to_string()).unwrap_or_default()
}

fn owner(owner: &Owner) -> [String; 2] {
    let (kind, name) = match owner {
        Owner::Queue { queue } => ("queue", queue.name.as_str()),
        Owner::Agent { person } => ("agent", person.name.as_str()),
        Owner::Supervisor { person } => ("supervisor", person.name.as_str()),
        Owner::Ai { agent } => ("ai", agent.as_str()),
        Owner::Elsewhere { name } => ("elsewhere", name.as_str()),
        Owner::Closed => ("closed", ""),
    };
    [kind.to_owned(), name.to_owned()]
}

/// The cells of one conversation, in the order of [`CONVERSATION_COLUMNS`].
pub fn conversation_cells(row: &ConversationRow) -> Vec<String> {
    let [owner_kind, owner] = owner(&row.owner);
    let agents: Vec<&str> = row.agents.iter().map(|agent| agent.name.as_str()).collect();
    vec![
        row.id.clone(),
        word(&row.channel),
        word(&row.origin),
        row.observed.to_string(),
        word(&row.state),
        row.outcome.as_ref().map(word).unwrap_or_default(),
        name(&row.disposition),
        name(&row.queue),
        row.customer.id.clone(),
        text(&row.customer.name),
        owner_kind,
        owner,
        agents.join("; "),
        row.labels.join("; "),
        text(&row.intent),
        instant(row.opened_at),
        row.closed_at.map(instant).unwrap_or_default(),
        text(&row.wait_ms),
        text(&row.first_reply_ms),
        text(&row.handle_ms),
        row.talk_ms.to_string(),
        row.hold_ms.to_string(),
        row.wrap_up_ms.to_string(),
        row.turns.to_string(),
        row.transfers.to_string(),
        row.segments.to_string(),
        row.abandoned.to_string(),
    ]
}

/// The cells of one segment, in the order of [`SEGMENT_COLUMNS`].
pub fn segment_cells(conversation: &str, row: &SegmentRow) -> Vec<String> {
    let [owner_kind, owner] = owner(&row.owner);
    vec![
        conversation.to_owned(),
        row.number.to_string(),
        owner_kind,
        owner,
        instant(row.started_at),
        row.ended_at.map(instant).unwrap_or_default(),
        row.talk_ms.to_string(),
        row.hold_ms.to_string(),
        row.wrap_up_ms.to_string(),
        text(&row.wait_ms),
        row.began.clone(),
        text(&row.ended),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(cells: &[&str]) -> String {
        String::from_utf8(csv_line(cells.iter().map(|cell| (*cell).to_owned()).collect())).unwrap()
    }

    #[test]
    fn a_cell_that_begins_like_a_formula_becomes_text() {
        assert_eq!(
            line(&["=HYPERLINK(\"http://evil.test\")", "+1", "-1", "@a", "\tx", "a=b"]),
            "\"'=HYPERLINK(\"\"http://evil.test\"\")\",'+1,'-1,'@a,'\tx,a=b\r\n"
        );
    }

    #[test]
    fn quotes_commas_and_line_ends_stay_in_their_cell() {
        assert_eq!(line(&["a,b", "a\"b", "a\nb"]), "\"a,b\",\"a\"\"b\",\"a\nb\"\r\n");
    }
}
