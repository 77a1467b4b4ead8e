//! Some days of history, so that reports, search and customer pages are not empty: simulated, then told as reports of the past.

use std::collections::HashMap;

use signalbox_adapters::identity;
use signalbox_model::contact::{Channel, Control, Origin, Outcome, Owner, Participant};
use signalbox_model::content::{Body, Content};
use signalbox_model::event::conversation::{
    ConversationOpened, DispositionSet, LabelChanged, OutcomeReported, OwnershipReported, TurnAdded, TurnKind,
};
use signalbox_model::event::customer::{CustomerSeen, IdentityAdded, IdentityKind};
use signalbox_model::event::{Event, NewEvent};
use signalbox_model::id::{ContentId, ConversationId, CustomerId, PersonId};
use signalbox_model::setup::Document;
use signalbox_model::time::Timestamp;
use signalbox_model::word::Slug;
use signalbox_sim::scenario::{Crew, DAY_MS, Faults, Habits, Kind, SLOT_MS, SLOTS_PER_DAY, Spread, Stream};
use signalbox_sim::{Finished, Options, Run, RunError, Scenario};
use signalbox_stats::Rng;

use super::names::Fill;
use super::script::{Leaves, Line, Script};
use super::seed;
use crate::clock::fresh;

/// Days of history.
const DAYS: i64 = 3;
/// The last simulated conversation begins so long before now that all have ended.
const GAP_MS: i64 = 3_600_000;
/// Contacts per half hour and queue at the height of the day.
const PEAK: [f64; 4] = [3.0, 3.2, 2.8, 0.7];
/// The day by hour of UTC, from nothing to the height.
const HOURS: [f64; 24] = [
    0.05, 0.03, 0.02, 0.02, 0.05, 0.15, 0.35, 0.6, 0.85, 1.0, 1.0, 0.9, 0.75, 0.7, 0.8, 0.9, 0.95, 0.8, 0.6, 0.45,
    0.35, 0.25, 0.15, 0.1,
];

/// The facts of the days before `now`, one list for each conversation.
///
/// # Errors
/// When the simulation cannot be run.
pub fn facts(
    now: Timestamp,
    documents: &[Document],
    scripts: &[std::sync::Arc<Script>],
    rng: &Rng,
) -> Result<Vec<Vec<NewEvent>>, RunError> {
    let began = now.0 - DAYS * DAY_MS;
    // 1970 began on a Thursday: the fourth day from Monday.
    let days = began.div_euclid(DAY_MS);
    let monday = (days - (days + 3).rem_euclid(7)) * DAY_MS;
    let from_ms = (began - monday).div_euclid(SLOT_MS) * SLOT_MS;
    let scenario = scenario(Timestamp(monday), documents);
    let options =
        Options { seed: 7, from_ms, span_ms: DAYS * DAY_MS - GAP_MS, keeps_contacts: true, ..Options::default() };
    let mut contacts = Run::new(&scenario, options)?.finish()?.contacts;
    contacts.sort_by_key(|finished| finished.contact.arrived_at);
    let mut teller = Teller { scripts, rng: rng.fork("history"), known: HashMap::new() };
    let latest = now.0 - 60_000;
    Ok(contacts
        .iter()
        .filter(|finished| ended_at(finished) < latest)
        .filter_map(|finished| teller.tell(&scenario, finished))
        .collect())
}

fn ended_at(finished: &Finished) -> i64 {
    finished.contact.owned_at
}

fn scenario(begins_at: Timestamp, documents: &[Document]) -> Scenario {
    let week = |height: f64| -> Vec<Vec<f64>> {
        let day: Vec<f64> = (0..SLOTS_PER_DAY).map(|slot| height * HOURS[slot / 2]).collect();
        (0..7)
            .map(|weekday| if weekday < 5 { day.clone() } else { day.iter().map(|value| value * 0.6).collect() })
            .collect()
    };
    let mut streams = Vec::new();
    for ((key, name, _), peak) in seed::QUEUES.iter().zip(PEAK) {
        let Some(queue) = seed::queue_id(key) else { continue };
        for (channel, share, median_s) in
            [(Channel::Webchat, 0.65, 210.0), (Channel::Messaging, 0.2, 240.0), (Channel::Voice, 0.15, 180.0)]
        {
            streams.push(Stream {
                name: format!("{name}, {}", channel.as_str()),
                queue,
                channel,
                week: week(peak * share),
                kinds: vec![Kind {
                    name: "any".to_owned(),
                    weight: 1.0,
                    service: Spread::Lognormal { median_s, log_spread: 0.55 },
                }],
                priorities: vec![(0, 1.0)],
                needs: Vec::new(),
                patience: Spread::Lognormal { median_s: 200.0, log_spread: 0.9 },
            });
        }
    }
    let people: Vec<PersonId> = seed::agents().map(|row| row.0).collect();
    // Every second one, so that each profile is there: two in the night, seven at the height of the day.
    let (odd, even): (Vec<_>, Vec<_>) = people.iter().copied().enumerate().partition(|(at, _)| at % 2 == 1);
    let crew = |name: &str, rows: Vec<(usize, PersonId)>, heads: f64| Crew {
        name: name.to_owned(),
        people: rows.into_iter().map(|row| row.1).collect(),
        on_duty: week(heads)
            .into_iter()
            .map(|day| day.into_iter().map(|value| value.max(1.0).round()).collect())
            .collect(),
        habits: Habits {
            accept: Spread::Lognormal { median_s: 3.0, log_spread: 0.5 },
            wrap_up: Spread::Lognormal { median_s: 18.0, log_spread: 0.5 },
            ..Habits::prompt()
        },
    };
    Scenario {
        name: "The days before the demo".to_owned(),
        begins_at,
        documents: documents.to_vec(),
        streams,
        crews: vec![crew("Early", odd, 4.0), crew("Late", even, 4.0)],
        faults: Faults::default(),
    }
}

struct Teller<'a> {
    scripts: &'a [std::sync::Arc<Script>],
    rng: Rng,
    known: HashMap<String, CustomerId>,
}

/// One conversation being told.
struct Tale {
    conversation: ConversationId,
    customer: CustomerId,
    events: Vec<NewEvent>,
}

impl Tale {
    fn add(&mut self, at: i64, event: Event) {
        self.events.push(NewEvent { occurred_at: Some(Timestamp(at)), ..NewEvent::now(event) });
    }

    fn say(&mut self, at: i64, by: Participant, text: String) {
        let id = ContentId::new(fresh());
        let content = Content {
            id,
            customer: self.customer,
            conversation: Some(self.conversation),
            body: Body::Text { text },
            lookup: None,
        };
        let turn = TurnAdded { conversation: self.conversation, by, kind: TurnKind::Text, content: id };
        self.events.push(NewEvent {
            occurred_at: Some(Timestamp(at)),
            content: Some(content),
            ..NewEvent::now(Event::TurnAdded(turn))
        });
    }
}

impl Teller<'_> {
    fn tell(&mut self, scenario: &Scenario, finished: &Finished) -> Option<Vec<NewEvent>> {
        let contact = &finished.contact;
        let stream = &scenario.streams[contact.stream as usize];
        let key = seed::QUEUES.iter().find(|row| seed::queue_id(row.0) == Some(stream.queue))?.0;
        let whole: Vec<_> = self
            .scripts
            .iter()
            .filter(|script| script.queue == key && script.leaves != Leaves::Waiting)
            .cloned()
            .collect();
        let script = self.rng.choose(&whole)?.clone();
        let fill = Fill::draw(&mut self.rng, script.customer.as_deref(), script.about, None);
        let mut tale =
            Tale { conversation: ConversationId::new(fresh()), customer: CustomerId::new(fresh()), events: Vec::new() };
        self.meet(&mut tale, &fill, stream.channel, contact.arrived_at);
        tale.add(
            contact.arrived_at,
            Event::ConversationOpened(ConversationOpened {
                conversation: tale.conversation,
                customer: tale.customer,
                channel: stream.channel,
                origin: Origin::Simulated,
                control: Control::Observed,
                queue: Some(stream.queue),
                priority: 0,
                needs: Vec::new(),
                intent: Slug::parse(&script.name).ok(),
                language: Slug::parse("en").ok(),
            }),
        );
        match (contact.answered_after, contact.answered_by) {
            (Some(after), Some(person)) => {
                let times = (contact.arrived_at, contact.arrived_at + after as i64, ended_at(finished));
                self.work(&mut tale, &script, &fill, stream.channel, person, times);
            }
            _ => self.leave(&mut tale, &script, &fill, stream.channel, contact.arrived_at, ended_at(finished)),
        }
        Some(tale.events)
    }

    /// Somebody known comes again, or somebody new gets a name and mostly a mail address.
    fn meet(&mut self, tale: &mut Tale, fill: &Fill, channel: Channel, at: i64) {
        if let Some(known) = self.known.get(&fill.customer) {
            tale.customer = *known;
            return;
        }
        tale.add(at, Event::CustomerSeen(CustomerSeen { customer: tale.customer, channel }));
        let mut identities = vec![(IdentityKind::Name, fill.customer.clone())];
        if self.rng.chance(0.7) {
            identities.push((IdentityKind::Email, super::names::address(&fill.customer)));
            self.known.insert(fill.customer.clone(), tale.customer);
        }
        for (kind, value) in identities {
            let Ok(parsed) = identity::parse(kind, &value, identity::Proof::Proved) else { continue };
            let id = ContentId::new(fresh());
            let (lookup, verified) = (parsed.lookup("demo"), parsed.is_verified());
            let body = Body::Identity { value: parsed.value };
            let content = Content { id, customer: tale.customer, conversation: None, body, lookup };
            let added = IdentityAdded { customer: tale.customer, identity: kind, verified, content: id };
            tale.events.push(NewEvent {
                occurred_at: Some(Timestamp(at)),
                content: Some(content),
                ..NewEvent::now(Event::IdentityAdded(added))
            });
        }
    }

    fn work(
        &mut self,
        tale: &mut Tale,
        script: &Script,
        fill: &Fill,
        channel: Channel,
        person: PersonId,
        times: (i64, i64, i64),
    ) {
        let (arrived_at, answered_at, ended_at) = times;
        let name = seed::agents().find(|row| row.0 == person).map_or("", |row| row.1);
        let said: Vec<&Line> =
            script.lines.iter().filter(|line| matches!(line, Line::Customer(_) | Line::Agent(_))).collect();
        let opening = said.iter().take_while(|line| matches!(line, Line::Customer(_))).count();
        let conversation = tale.conversation;
        let has_words = channel != Channel::Voice;
        if has_words {
            for line in &said[..opening] {
                self.line(tale, line, fill, name, person, arrived_at + 500);
            }
        }
        tale.add(
            answered_at,
            Event::OwnershipReported(OwnershipReported { conversation, owner: Owner::Agent { person } }),
        );
        if has_words {
            let rest = &said[opening..];
            let step = (ended_at - answered_at).max(1) / (rest.len() as i64 + 1);
            for (number, line) in rest.iter().enumerate() {
                self.line(tale, line, fill, name, person, answered_at + step * (number as i64 + 1));
            }
        }
        for label in script.labels.iter().filter_map(|label| Slug::parse(label).ok()) {
            tale.add(ended_at, Event::LabelChanged(LabelChanged { conversation, label, on: true }));
        }
        if let Some(disposition) = seed::disposition_id(&script.disposition) {
            tale.add(ended_at, Event::DispositionSet(DispositionSet { conversation, person, disposition }));
        }
        let is_resolved = seed::DISPOSITIONS.iter().any(|row| row.0 == script.disposition && row.1);
        let outcome = if is_resolved { Outcome::Resolved } else { Outcome::Unresolved };
        tale.add(ended_at, Event::OutcomeReported(OutcomeReported { conversation, outcome, label: None }));
        tale.add(ended_at, Event::OwnershipReported(OwnershipReported { conversation, owner: Owner::Closed }));
    }

    fn line(&self, tale: &mut Tale, line: &Line, fill: &Fill, name: &str, person: PersonId, at: i64) {
        match line {
            Line::Customer(words) => tale.say(at, Participant::Customer, fill.put_in(words, name)),
            Line::Agent(words) => tale.say(at, Participant::HumanAgent { person }, fill.put_in(words, name)),
            Line::Note(_) | Line::Hold(_) | Line::Transfer { .. } | Line::Person | Line::Wait => {}
        }
    }

    fn leave(
        &mut self,
        tale: &mut Tale,
        script: &Script,
        fill: &Fill,
        channel: Channel,
        arrived_at: i64,
        left_at: i64,
    ) {
        let conversation = tale.conversation;
        if let (true, Some(Line::Customer(words))) = (channel != Channel::Voice, script.lines.first()) {
            tale.say(arrived_at + 500, Participant::Customer, fill.put_in(words, ""));
        }
        tale.add(
            left_at,
            Event::OutcomeReported(OutcomeReported { conversation, outcome: Outcome::Abandoned, label: None }),
        );
        tale.add(left_at, Event::OwnershipReported(OwnershipReported { conversation, owner: Owner::Closed }));
    }
}
