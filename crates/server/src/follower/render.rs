//! From what is dirty to new versions on the board.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::{Duration, Instant};

use serde::Serialize;
use signalbox_engine::Floor;
use signalbox_engine::conversation::Conversation;
use signalbox_engine::need::need;
use signalbox_model::id::{ConversationId, PersonId, Position};
use signalbox_model::time::Timestamp;

use super::dirty::Dirty;
use super::lookup;
use super::names::Names;
use crate::figures::Figures;
use crate::live::{Item, Key, Kind, Link};
use crate::state::AppState;
use crate::wire::{self, AiAgentLive};

/// Rows of queues and people are rendered at most this often: their numbers change with every fact.
pub const ROW_EVERY: Duration = Duration::from_secs(1);
/// Points of need that make a difference to the eye.
const NEED_BUCKET: u32 = 5;

/// What was rendered, as far as it decides what must be rendered next.
#[derive(Default)]
pub struct Rendered {
    needs: HashMap<ConversationId, u32>,
    people_at: HashMap<PersonId, Instant>,
    queues_at: Option<Instant>,
    ai_agents: BTreeMap<String, AiAgentLive>,
}

fn item(
    kind: Kind,
    id: String,
    position: Position,
    data: Option<&impl Serialize>,
    links: Vec<(PersonId, Link)>,
) -> Option<Item> {
    let data = match data {
        Some(data) => Some(serde_json::to_string(data).ok()?.into()),
        None => None,
    };
    Some(Item { key: Key { kind, id: id.into() }, position, data, links })
}

/// Nothing to show.
const GONE: Option<&()> = None;

/// On whose desks a conversation is.
fn links(conversation: &Conversation, floor: &Floor) -> Vec<(PersonId, Link)> {
    let offered = conversation.offer.as_ref().map(|offer| offer.person);
    let mut links: Vec<(PersonId, Link)> = Vec::new();
    for person in conversation.holders() {
        let owns = conversation.owner.person() == Some(person);
        let link = if offered == Some(person) && !owns { Link::Offer } else { Link::Conversation };
        if !links.iter().any(|(there, _)| *there == person) {
            links.push((person, link));
        }
    }
    // Whoever serves its queue may agree to what an AI agent wants to do there.
    if let (Some(_), Some(queue)) = (conversation.ai.approval, conversation.queue) {
        links.extend(floor.directory.people_serving(queue).iter().map(|person| (*person, Link::Approval)));
    }
    links
}

/// Numbers about the floor for `/metrics`.
pub fn count(floor: &Floor) {
    let open = floor.conversations.values().filter(|conversation| !conversation.is_closed()).count();
    metrics::gauge!("signalbox_conversations_open").set(open as f64);
    for queue in floor.directory.queues.values() {
        let waiting = floor.waiting_count(queue.id);
        metrics::gauge!("signalbox_waiting", "queue" => queue.name.to_string()).set(f64::from(waiting));
    }
}

impl Rendered {
    /// Numbers of today for the rows that will be rendered; none when no row is due.
    pub async fn figures(&self, state: &AppState, dirty: &Dirty) -> Figures {
        let rows_due = dirty.everything || !dirty.people.is_empty() || (!dirty.queues.is_empty() && self.queues_due());
        if rows_due { lookup::figures(state).await } else { Figures::default() }
    }

    fn queues_due(&self) -> bool {
        self.queues_at.is_none_or(|at| at.elapsed() >= ROW_EVERY)
    }

    /// Marks conversations whose need has grown into another bucket since they were rendered.
    pub fn needs_changed(&self, floor: &Floor, now: Timestamp, dirty: &mut Dirty) {
        for conversation in floor.conversations.values() {
            let bucket = need(conversation, &floor.directory, now).points / NEED_BUCKET;
            if self.needs.get(&conversation.id).is_some_and(|before| *before != bucket) {
                dirty.conversations.insert(conversation.id);
            }
        }
    }

    /// Renders what is dirty; what is throttled stays so.
    pub fn render(
        &mut self,
        state: &AppState,
        read: Position,
        dirty: &mut Dirty,
        names: &Names,
        figures: &Figures,
    ) -> Vec<Item> {
        let now = state.clock.now();
        let engines = state.engines();
        let floor = &engines.floor;
        if std::mem::take(&mut dirty.everything) {
            dirty.conversations.extend(floor.conversations.keys());
            dirty.queues.extend(floor.directory.queues.keys());
            dirty.people.extend(floor.directory.people.keys());
            dirty.urgent.extend(floor.directory.people.keys());
            dirty.alerts.extend(engines.alerts.open.keys());
            self.queues_at = None;
        }
        let mut items = self.conversations(floor, read, now, dirty, names);
        self.queues(figures, floor, read, now, dirty, &mut items);
        self.people(figures, floor, read, dirty, &mut items);
        for number in std::mem::take(&mut dirty.alerts) {
            let row = engines.alerts.open.get(&number).map(|alert| wire::alert_live(alert, &floor.directory, now));
            items.extend(item(
                Kind::Alert,
                number.to_string(),
                row.as_ref().map_or(read, |row| Position(row.position)),
                row.as_ref(),
                Vec::new(),
            ));
        }
        items
    }

    fn conversations(
        &mut self,
        floor: &Floor,
        read: Position,
        now: Timestamp,
        dirty: &mut Dirty,
        names: &Names,
    ) -> Vec<Item> {
        let ids = std::mem::take(&mut dirty.conversations);
        let mut items = Vec::with_capacity(ids.len());
        for id in ids {
            let Some(conversation) = floor.conversation(id) else {
                self.needs.remove(&id);
                items.extend(item(Kind::Conversation, id.to_string(), read, GONE, Vec::new()));
                continue;
            };
            let summary =
                wire::conversation_summary(conversation, &floor.directory, names.of(conversation.customer), now);
            self.needs.insert(id, summary.need.points / NEED_BUCKET);
            items.extend(item(
                Kind::Conversation,
                id.to_string(),
                conversation.position,
                Some(&summary),
                links(conversation, floor),
            ));
        }
        items
    }

    fn queues(
        &mut self,
        figures: &Figures,
        floor: &Floor,
        read: Position,
        now: Timestamp,
        dirty: &mut Dirty,
        items: &mut Vec<Item>,
    ) {
        if dirty.queues.is_empty() || !self.queues_due() {
            return;
        }
        self.queues_at = Some(Instant::now());
        self.ai_agents(floor, read, items);
        let rows = wire::queues_live(floor, read, now, |queue| figures.queues.get(&queue).cloned().unwrap_or_default());
        for id in std::mem::take(&mut dirty.queues) {
            let text = id.to_string();
            let row = rows.iter().find(|row| row.id == text);
            let serving = floor.directory.people_serving(id).iter().map(|person| (*person, Link::Queue)).collect();
            items.extend(item(Kind::Queue, text, read, row, serving));
        }
    }

    /// AI agents whose rows have changed. They change with the conversations of the queues that they serve.
    fn ai_agents(&mut self, floor: &Floor, read: Position, items: &mut Vec<Item>) {
        let rows = wire::ai_agents_live(floor, read);
        let mut gone = std::mem::take(&mut self.ai_agents);
        for row in rows {
            let before = gone.remove(&row.id);
            let same = before.is_some_and(|before| AiAgentLive { position: row.position, ..before } == row);
            if !same {
                items.extend(item(Kind::AiAgent, row.id.clone(), read, Some(&row), Vec::new()));
            }
            self.ai_agents.insert(row.id.clone(), row);
        }
        for id in gone.into_keys() {
            items.extend(item(Kind::AiAgent, id, read, GONE, Vec::new()));
        }
    }

    fn people(&mut self, figures: &Figures, floor: &Floor, read: Position, dirty: &mut Dirty, items: &mut Vec<Item>) {
        let fresh = |at: &Instant| at.elapsed() < ROW_EVERY;
        let (wait, go): (BTreeSet<PersonId>, BTreeSet<PersonId>) = std::mem::take(&mut dirty.people)
            .into_iter()
            .partition(|person| !dirty.urgent.contains(person) && self.people_at.get(person).is_some_and(fresh));
        dirty.people = wait;
        dirty.urgent.clear();
        for person in go {
            self.people_at.insert(person, Instant::now());
            let row = wire::person_live(person, floor, read, figures.people.get(&person).cloned().unwrap_or_default());
            items.extend(item(Kind::Person, person.to_string(), read, row.as_ref(), vec![(person, Link::Me)]));
        }
    }
}
