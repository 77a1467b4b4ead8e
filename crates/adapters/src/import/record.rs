//! Our own import schema: one conversation as one JSON object. Times that nobody noted are made up evenly and said to be so.

use serde_json::Value;
use signalbox_model::contact::Outcome;
use signalbox_model::event::conversation::TurnKind;
use signalbox_model::limits::CONVERSATION_TURNS_MAX;
use signalbox_model::time::{DurationMs, Timestamp};
use signalbox_model::word::Slug;

use crate::fields::{Fields, Reject, reject};
use crate::ingest::{self, FOREIGN_ID_BYTES_MAX, Opening, Said, Speaker};
use crate::{moment, words};

/// Turns that a line may have before it is refused rather than shortened.
const TURNS_READ_MAX: usize = 100_000;
/// Between turns whose time nobody noted.
const TURN_GAP: DurationMs = DurationMs::seconds(20);
/// The label of a conversation whose times are made up, wholly or in part.
pub const SYNTHETIC_TIMES: &str = "synthetic-times";

/// A turn with its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedTurn {
    /// When.
    pub at: Timestamp,
    /// What.
    pub said: Said,
}

/// One conversation of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its id in the file.
    pub id: String,
    /// How it began.
    pub opening: Opening,
    /// When it began.
    pub opened_at: Timestamp,
    /// When it was over.
    pub closed_at: Timestamp,
    /// How it ended, if that is known.
    pub outcome: Option<Outcome>,
    /// What was said, at most as much as one conversation may hold.
    pub turns: Vec<RecordedTurn>,
    /// Turns beyond that limit, which were left out.
    pub left_out: usize,
    /// Times are made up, wholly or in part.
    pub synthetic_times: bool,
}

/// Reads one conversation. `now` is where conversations without any time end.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn parse(value: &Value, now: Timestamp) -> Result<Record, Reject> {
    let mut fields = Fields::of(value, "")?;
    let id = fields.key("id", FOREIGN_ID_BYTES_MAX)?;
    let opened_at = checked(&mut fields, "opened_at", now)?;
    let closed_at = checked(&mut fields, "closed_at", now)?;
    let outcome = ingest::outcome(&mut fields)?;
    let opening = ingest::opening(&mut fields)?;
    if fields.get("turns").is_none() {
        return Err(fields.missing("turns"));
    }
    let list = fields.list("turns", TURNS_READ_MAX)?;
    fields.finish()?;
    let kept = &list[..list.len().min(CONVERSATION_TURNS_MAX)];
    let mut turns = Vec::with_capacity(kept.len());
    let mut last = None;
    for (index, value) in kept.iter().enumerate() {
        let (at, said) = turn(value, &format!("turns[{index}]"), last.as_ref(), now)?;
        if said.kind == TurnKind::Text && matches!(said.by, Speaker::Agent(_) | Speaker::Ai(_)) {
            last = Some(said.by.clone());
        }
        turns.push((at, said));
    }
    if turns.is_empty() {
        return Err(reject("no_turns", "turns is empty: a conversation has at least one"));
    }
    let left_out = list.len() - kept.len();
    let times = Times { opened_at, closed_at, now };
    let record = times.fill(turns);
    Ok(Record { id, opening, outcome, left_out, ..record })
}

fn checked(fields: &mut Fields<'_>, name: &'static str, now: Timestamp) -> Result<Option<Timestamp>, Reject> {
    match fields.moment(name)? {
        None => Ok(None),
        Some(at) => moment::check(at, now).map(|checked| Some(checked.at)).map_err(|error| fields.wrong(name, error)),
    }
}

/// An action belongs to whoever spoke last for the house.
fn turn(
    value: &Value,
    path: &str,
    last: Option<&Speaker>,
    now: Timestamp,
) -> Result<(Option<Timestamp>, Said), Reject> {
    let mut fields = Fields::of(value, path)?;
    let at = checked(&mut fields, "at", now)?;
    let named = ingest::word(&mut fields, "name")?;
    let name = || named.clone().or_else(|| words::slug("unnamed"));
    let by = fields.text("by")?.ok_or_else(|| fields.missing("by"))?;
    let (by, kind) = match by {
        "customer" => (Some(Speaker::Customer), TurnKind::Text),
        "agent" => (name().map(Speaker::Agent), TurnKind::Text),
        "ai" => (name().map(Speaker::Ai), TurnKind::Text),
        "system" => (Some(Speaker::System), TurnKind::Text),
        "action" => (Some(last.cloned().unwrap_or(Speaker::System)), TurnKind::Action),
        _ => return Err(fields.wrong("by", "must be customer, agent, ai, system or action")),
    };
    let by = by.ok_or_else(|| fields.wrong("name", "must be a name"))?;
    let text = ingest::said_words(&mut fields)?;
    fields.finish()?;
    Ok((at, Said { by, kind, text }))
}

struct Times {
    opened_at: Option<Timestamp>,
    closed_at: Option<Timestamp>,
    now: Timestamp,
}

impl Times {
    /// Gives every turn a time: its own, or one step after the turn before, never beyond the end.
    fn fill(&self, turns: Vec<(Option<Timestamp>, Said)>) -> Record {
        let noted = turns.iter().filter_map(|(at, _)| *at).min();
        let synthetic_times = turns.iter().any(|(at, _)| at.is_none()) || (self.opened_at.is_none() && noted.is_none());
        let length = DurationMs(TURN_GAP.0 * turns.len() as u64);
        let opened_at = self.opened_at.into_iter().chain(noted).min();
        let opened_at = opened_at.unwrap_or_else(|| self.closed_at.unwrap_or(self.now).minus(length));
        let limit = self.closed_at.unwrap_or(self.now).max(opened_at);
        let mut before = opened_at;
        let mut filled = Vec::with_capacity(turns.len());
        for (index, (at, said)) in turns.into_iter().enumerate() {
            let step = if index == 0 { DurationMs::ZERO } else { TURN_GAP };
            let at = at.unwrap_or_else(|| before.plus(step).min(limit));
            before = at;
            filled.push(RecordedTurn { at, said });
        }
        let ended = filled.iter().map(|turn| turn.at).max().unwrap_or(opened_at);
        Record {
            id: String::new(),
            opening: Opening::blank(),
            opened_at,
            closed_at: self.closed_at.unwrap_or(ended).max(opened_at),
            outcome: None,
            turns: filled,
            left_out: 0,
            synthetic_times,
        }
    }
}

/// A slug for the label of made-up times.
pub fn synthetic_label() -> Option<Slug> {
    words::slug(SYNTHETIC_TIMES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    const NOW: Timestamp = Timestamp(1_795_253_400_000);

    fn seconds(record: &Record) -> Vec<i64> {
        record.turns.iter().map(|turn| (turn.at.0 - record.opened_at.0) / 1_000).collect()
    }

    #[test]
    fn a_conversation_needs_only_an_id_and_turns() {
        let record = parse(&json!({"id": 7, "turns": [{"by": "customer", "text": "hi"}, {"by": "agent", "name": "Ana", "text": "hello"}]}), NOW).unwrap();
        assert_eq!((record.id.as_str(), record.synthetic_times), ("7", true));
        assert_eq!(seconds(&record), [0, 20]);
        assert!(record.closed_at <= NOW);
        assert_eq!(record.turns[1].said.by, Speaker::Agent(Slug::parse("Ana").unwrap()));
    }

    #[test]
    fn noted_times_are_kept_and_gaps_are_filled_and_said() {
        let value = json!({"id": "a", "opened_at": "2026-01-05T09:00:00Z", "turns": [
            {"by": "customer", "at": "2026-01-05T09:00:10Z", "text": "hi"},
            {"by": "action", "text": "lookup"},
            {"by": "ai", "name": "m", "at": "2026-01-05T09:01:00Z", "text": "hello"}]});
        let record = parse(&value, NOW).unwrap();
        assert_eq!((seconds(&record), record.synthetic_times), (vec![10, 30, 60], true));
        assert_eq!(record.turns[1].said.by, Speaker::System);
        assert_eq!(record.closed_at, record.turns[2].at);
    }

    #[test]
    fn what_is_wrong_is_said_with_the_turn() {
        let fault = |value: Value| parse(&value, NOW).unwrap_err().detail;
        assert_eq!(fault(json!({"turns": []})), "id is missing");
        assert_eq!(fault(json!({"id": "a"})), "turns is missing");
        assert_eq!(fault(json!({"id": "a", "turns": []})), "turns is empty: a conversation has at least one");
        assert_eq!(
            fault(json!({"id": "a", "turns": [{"by": "customer", "text": "x"}, {"by": "customer", "text": null}]})),
            "turns[1].text is missing"
        );
        assert_eq!(
            fault(json!({"id": "a", "turns": [{"by": "user", "text": "x"}]})),
            "turns[0].by must be customer, agent, ai, system or action"
        );
        assert!(
            fault(json!({"id": "a", "turns": [{"by": "customer", "text": "x".repeat(8_001)}]}))
                .starts_with("turns[0].text must have at most 8000")
        );
    }

    #[test]
    fn more_turns_than_a_conversation_holds_are_counted_and_left_out() {
        let turns: Vec<Value> = (0..2_100).map(|_| json!({"by": "customer", "text": "x"})).collect();
        let record = parse(&json!({"id": "a", "turns": turns}), NOW).unwrap();
        assert_eq!((record.turns.len(), record.left_out), (2_000, 100));
    }

    proptest! {
        #[test]
        fn turns_never_lie_before_the_opening_or_after_now(ats in proptest::collection::vec(proptest::option::of(0i64..2_000_000), 1..20), opened in proptest::option::of(0i64..2_000_000)) {
            let turns: Vec<Value> = ats.iter().map(|at| json!({"by": "customer", "text": "x", "at": at.map(|at| NOW.0 - at)})).collect();
            let record = parse(&json!({"id": "a", "opened_at": opened.map(|at| NOW.0 - at), "turns": turns}), NOW).unwrap();
            prop_assert!(record.turns.iter().all(|turn| turn.at >= record.opened_at && turn.at <= NOW));
            prop_assert!(record.closed_at >= record.opened_at && record.closed_at <= NOW);
        }
    }
}
