//! The textbook's model: one line, so many agents, exponential times. What formulas say of it exactly, a run must give back.

use std::collections::BTreeMap;

use signalbox_model::contact::Channel;
use signalbox_model::id::{PersonId, ProfileId, QueueId};
use signalbox_model::limits::WRAP_UP_MS_MAX;
use signalbox_model::setup::Document;
use signalbox_model::setup::people::{Capacity, Person, ProfileQueue, Role, RoutingProfile};
use signalbox_model::setup::queue::{Queue, ServiceTarget};
use signalbox_model::time::{DurationMs, Timestamp};
use signalbox_model::word::{Name, WordError};

use crate::scenario::{Crew, Faults, Habits, Kind, SLOTS_PER_DAY, Scenario, Spread, Stream};

const QUEUE: QueueId = QueueId::from_number(1);
const PROFILE: ProfileId = ProfileId::from_number(1);

/// M/M/n, or M/M/n+M where customers have a patience.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plain {
    /// Arrivals.
    pub contacts_per_s: f64,
    /// Mean time of service.
    pub handle_time_s: f64,
    /// Mean patience; none: nobody ever leaves.
    pub patience_s: Option<f64>,
    /// Agents, always there.
    pub agents: u32,
    /// Threshold of the service level.
    pub within_s: u64,
}

impl Plain {
    /// The scenario: agents answer at once and have no work afterwards.
    ///
    /// # Errors
    /// Never; the words in it are checked like anybody's.
    pub fn scenario(&self) -> Result<Scenario, WordError> {
        let mut queue = Queue::named(QUEUE, Name::parse("Line")?);
        queue.wrap_up_ms = DurationMs::ZERO;
        queue.waiting_max = 10_000;
        let within = DurationMs::seconds(self.within_s);
        queue.target = ServiceTarget {
            percent: 80,
            within_ms: within,
            voice_within_ms: within,
            short_abandon_ms: DurationMs::ZERO,
        };
        let capacity = Capacity { per_channel: BTreeMap::from([(Channel::Voice, 1)]), total: 1, exclusive: Vec::new() };
        let queues = vec![ProfileQueue { queue: QUEUE, priority: 1, delay_ms: DurationMs::ZERO }];
        let profile = RoutingProfile { id: PROFILE, name: Name::parse("Everybody")?, queues, capacity };
        let mut documents = vec![Document::Queue(queue), Document::RoutingProfile(profile)];
        let mut people = Vec::new();
        for number in 1..=self.agents {
            let person = agent(number)?;
            people.push(person.id);
            documents.push(Document::Person(person));
        }
        let always = |value: f64| vec![vec![value; SLOTS_PER_DAY]; 7];
        let patience = self.patience_s.map_or(Spread::Never, |mean_s| Spread::Exponential { mean_s });
        Ok(Scenario {
            name: format!("M/M/{}", self.agents),
            begins_at: Timestamp(0),
            documents,
            streams: vec![Stream {
                name: "Callers".to_owned(),
                queue: QUEUE,
                channel: Channel::Voice,
                week: always(self.contacts_per_s * 1_800.0),
                kinds: vec![Kind {
                    name: "call".to_owned(),
                    weight: 1.0,
                    service: Spread::Exponential { mean_s: self.handle_time_s },
                }],
                priorities: vec![(0, 1.0)],
                needs: Vec::new(),
                patience,
            }],
            crews: vec![Crew {
                name: "Agents".to_owned(),
                people,
                on_duty: always(f64::from(self.agents)),
                habits: Habits::prompt(),
            }],
            faults: Faults::default(),
        })
    }
}

/// What a contact is made of besides talk, where that shall be played too.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stages {
    /// From being asked to the click on "accept", always the same.
    pub accept_s: f64,
    /// Mean work after the contact.
    pub wrap_up_s: f64,
}

impl Plain {
    /// The same floor with stages: agents are asked, accept, talk for the handle time, and work after it. Customers may leave until
    /// the agent has accepted.
    ///
    /// # Errors
    /// Never; the words in it are checked like anybody's.
    pub fn staged(&self, stages: Stages) -> Result<Scenario, WordError> {
        let mut scenario = self.scenario()?;
        for document in &mut scenario.documents {
            if let Document::Queue(queue) = document {
                queue.wrap_up_ms = DurationMs(WRAP_UP_MS_MAX);
            }
        }
        for crew in &mut scenario.crews {
            crew.habits.accept = Spread::Fixed { seconds: stages.accept_s };
            crew.habits.wrap_up = Spread::Exponential { mean_s: stages.wrap_up_s };
        }
        Ok(scenario)
    }
}

fn agent(number: u32) -> Result<Person, WordError> {
    Ok(Person {
        id: PersonId::from_number(u128::from(number)),
        name: Name::parse(&format!("Agent {number}"))?,
        email: format!("agent{number}@example.com"),
        role: Role::Agent,
        skills: BTreeMap::new(),
        profile: Some(PROFILE),
        team: None,
        retired: false,
    })
}
