//! From a conversation of a file to facts: opened, said, who had it, how it ended, over. In parts that one append can take.

use signalbox_model::event::conversation::TurnKind;
use signalbox_model::event::customer::CustomerSeen;
use signalbox_model::event::{Event, NewEvent};
use signalbox_model::id::{CommandId, QueueId};
use signalbox_model::limits::SUBMIT_EVENTS_MAX;

use super::record::{self, Record};
use crate::derived::Namespace;
use crate::ingest::{Holder, Place, Speaker, happened};

/// Bytes of words in one part; far below what one append may have.
const PART_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Facts that go into the log together, once.
pub struct Part {
    /// Sent again, nothing is added.
    pub command: CommandId,
    /// The facts.
    pub events: Vec<NewEvent>,
}

/// All facts of a conversation. `known` says that its customer is there already.
pub fn parts(record: &Record, names: &Namespace, place: &Place, queue: Option<QueueId>, known: bool) -> Vec<Part> {
    let mut events = Vec::with_capacity(record.turns.len() + 8);
    if !known {
        let seen = CustomerSeen { customer: place.customer, channel: record.opening.channel };
        events.push(happened(Event::CustomerSeen(seen), record.opened_at));
        for identity in &record.opening.identities {
            let content = names.content(&[&record.id, "identity", identity.kind.as_str()]);
            events.push(place.identified(identity, &names.label(), content, record.opened_at));
        }
    }
    events.push(place.opened(&record.opening, queue, record.opened_at));
    let mut labels = record.opening.labels.clone();
    if let Some(label) = record::synthetic_label().filter(|label| record.synthetic_times && !labels.contains(label)) {
        labels.push(label);
    }
    events.extend(place.labelled(&labels, record.opened_at));
    let mut owner = None;
    for (index, turn) in record.turns.iter().enumerate() {
        let holder = holder(&turn.said.by).filter(|_| turn.said.kind == TurnKind::Text);
        if let Some(holder) = holder.filter(|holder| owner.as_ref() != Some(holder)) {
            events.push(place.owned(&holder, None, turn.at));
            owner = Some(holder);
        }
        events.push(place.said(&turn.said, names.content(&[&record.id, "turn", &index.to_string()]), turn.at));
    }
    if let Some(outcome) = record.outcome {
        events.push(place.ended(outcome, None, record.closed_at));
    }
    events.push(place.owned(&Holder::Closed, None, record.closed_at));
    split(record, names, events)
}

/// Whoever speaks for the house has it.
fn holder(by: &Speaker) -> Option<Holder> {
    match by {
        Speaker::Agent(name) => Some(Holder::Agent(name.clone())),
        Speaker::Ai(name) => Some(Holder::Ai(name.clone())),
        Speaker::Customer | Speaker::System => None,
    }
}

fn split(record: &Record, names: &Namespace, events: Vec<NewEvent>) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut bytes = 0;
    for event in events {
        let size = event.content.as_ref().map_or(0, |content| match &content.body {
            signalbox_model::content::Body::Text { text } => text.len(),
            _ => 0,
        });
        let full =
            parts.last().is_none_or(|part| part.events.len() >= SUBMIT_EVENTS_MAX || bytes + size > PART_BYTES_MAX);
        if full {
            let command = names.command(&["import", &record.id, &parts.len().to_string()]);
            parts.push(Part { command, events: Vec::new() });
            bytes = 0;
        }
        bytes += size;
        if let Some(part) = parts.last_mut() {
            part.events.push(event);
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use signalbox_model::contact::Origin;
    use signalbox_model::time::Timestamp;

    fn told(value: serde_json::Value) -> Vec<Vec<&'static str>> {
        let record = record::parse(&value, Timestamp(1_795_253_400_000)).unwrap();
        let names = Namespace::of_import("test");
        let place = Place {
            conversation: names.conversation(&record.id),
            customer: names.customer(&record.id),
            origin: Origin::Imported,
        };
        let parts = parts(&record, &names, &place, None, false);
        parts.iter().map(|part| part.events.iter().map(|new| new.event.name()).collect()).collect()
    }

    #[test]
    fn ownership_follows_who_speaks_and_the_end_closes_it() {
        let told = told(json!({"id": 1, "outcome": "resolved", "customer": {"name": "Mia"}, "turns": [
            {"by": "customer", "text": "a"}, {"by": "ai", "name": "m", "text": "b"}, {"by": "action", "text": "c"},
            {"by": "agent", "text": "d"}, {"by": "agent", "text": "e"}]}));
        assert_eq!(
            told,
            [[
                "customer.seen",
                "identity.added",
                "conversation.opened",
                "label.changed",
                "turn.added",
                "ownership.reported",
                "turn.added",
                "turn.added",
                "ownership.reported",
                "turn.added",
                "turn.added",
                "outcome.reported",
                "ownership.reported"
            ]]
        );
    }

    #[test]
    fn long_conversations_go_in_parts_that_one_append_takes() {
        let turns: Vec<_> = (0..2_000).map(|_| json!({"by": "customer", "text": "x".repeat(8_000)})).collect();
        let told = told(json!({"id": 1, "turns": turns}));
        assert!(told.len() > 1 && told.iter().all(|part| part.len() <= SUBMIT_EVENTS_MAX));
        assert_eq!(told.iter().flatten().filter(|name| **name == "turn.added").count(), 2_000);
    }
}
