//! All engines together: one fold, one round of decisions, one look at the time.

use serde::{Deserialize, Serialize};
use signalbox_model::event::{Event, NewEvent, Recorded};
use signalbox_model::limits::BATCH_EVENTS_MAX;
use signalbox_model::time::Timestamp;

use crate::floor::{Floor, Subject};
use crate::round::{Touched, affected};
use crate::{ai, alerts, handling, routing, supervision};

/// Everything that the log says, folded.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Engines {
    /// Conversations, desks, documents.
    pub floor: Floor,
    /// Alerts.
    pub alerts: alerts::State,
}

/// What one round decided.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Round {
    /// New facts, each with the fact that caused it.
    pub decisions: Vec<NewEvent>,
    /// Facts from the start of the list that were decided.
    pub decided: usize,
}

impl Engines {
    /// Folds one fact. Replay uses only this.
    pub fn apply(&mut self, recorded: &Recorded) {
        self.floor.apply(recorded);
        alerts::apply(&mut self.alerts, &self.floor, recorded);
    }

    /// What follows from facts that were folded and not yet decided, in the order of the log.
    ///
    /// Every decision sees all facts that were folded, but not the other decisions of its round. So a round ends early, before a
    /// fact about a conversation or person that the round has decided about already; the rest is for the next round, when these
    /// decisions have come back from the log.
    pub fn decide(&self, facts: &[Recorded]) -> Round {
        let mut touched = Touched::default();
        let mut round = Round::default();
        for recorded in facts {
            if touched.concerns(recorded) {
                break;
            }
            let events = self.decide_one(recorded, &mut touched);
            if !round.decisions.is_empty() && round.decisions.len() + events.len() > BATCH_EVENTS_MAX {
                break;
            }
            for event in events {
                touched.note(&event);
                round.decisions.push(NewEvent {
                    event,
                    occurred_at: None,
                    cause: Some(recorded.position),
                    content: None,
                });
            }
            round.decided += 1;
        }
        round
    }

    fn decide_one(&self, recorded: &Recorded, touched: &mut Touched) -> Vec<Event> {
        let mut events = handling::decide(&self.floor, recorded);
        events.extend(supervision::decide(&self.floor, recorded));
        events.extend(ai::decide(&self.floor, recorded));
        // Whoever routing matches must not be touched by what was just decided either.
        events.iter().for_each(|event| touched.note(event));
        events.extend(routing::decide(&self.floor, recorded, touched));
        events.extend(alerts::decide(&self.alerts, &self.floor, recorded));
        events
    }

    /// What has become due by `now`. These facts change nothing until they have come back from the log.
    pub fn due(&self, now: Timestamp) -> Vec<NewEvent> {
        let mut events: Vec<Event> = Vec::new();
        let mut touched = Touched::default();
        for subject in self.floor.due_by(now) {
            let due = match subject {
                Subject::Conversation(id) if !touched.conversation(id) => self.due_conversation(id, now),
                Subject::Desk(person) if !touched.person(person) => {
                    self.floor.desk(person).map_or_else(Vec::new, |desk| routing::due_desk(desk, now))
                }
                Subject::Conversation(_) | Subject::Desk(_) => Vec::new(),
            };
            // A person whose slots are decided about already waits for the next look.
            if due.iter().flat_map(affected).any(|person| touched.person(person)) {
                continue;
            }
            due.iter().for_each(|event| touched.note(event));
            events.extend(due);
            if events.len() >= BATCH_EVENTS_MAX / 2 {
                break;
            }
        }
        events.extend(alerts::due(&self.alerts, &self.floor, now));
        events.truncate(BATCH_EVENTS_MAX);
        events.into_iter().map(NewEvent::now).collect()
    }

    fn due_conversation(&self, id: signalbox_model::id::ConversationId, now: Timestamp) -> Vec<Event> {
        let Some(conversation) = self.floor.conversation(id) else { return Vec::new() };
        let routed = routing::due(&self.floor, conversation, now);
        if !routed.is_empty() {
            return routed;
        }
        let handled = handling::due(&self.floor, conversation, now);
        if handled.is_empty() { ai::due(&self.floor, conversation, now) } else { handled }
    }

    /// When something is due next by time alone.
    pub fn next_due(&self) -> Option<Timestamp> {
        [self.floor.next_due(), alerts::next_due(&self.alerts, &self.floor)].into_iter().flatten().min()
    }
}
