//! One run: happenings in virtual time, facts through the real engine, until everybody has been dealt with.

mod perform;

use std::collections::BTreeMap;

use signalbox_engine::Engines;
use signalbox_engine::measures;
use signalbox_engine::measures::tally::TimeTally;
use signalbox_model::contact::Actor;
use signalbox_model::event::{Event, NewEvent, Recorded, SetupPublished};
use signalbox_model::id::{PersonId, Position, QueueId};
use signalbox_model::setup::Document;
use signalbox_model::time::Timestamp;
use signalbox_stats::Rng;

use crate::agenda::{Agenda, Happening};
use crate::agents::Agents;
use crate::check::{Check, Violation};
use crate::customers::{Contact, Customers, Passed};
use crate::faults::FaultPlan;
use crate::scenario::{DAY_MS, Scenario, ScenarioError};
use crate::tally::Tally;

/// After the last arrival a run goes on for at most this long, so that what is open can end.
const DRAIN_MS_MAX: i64 = DAY_MS;
/// Rounds of deciding that one fact may need: more means that the engine goes round in circles.
const ROUNDS_MAX: u32 = 10_000;

/// How to run a scenario.
#[derive(Clone, Debug)]
pub struct Options {
    /// From which moment of the scenario's week the run begins.
    pub from_ms: i64,
    /// How long people come.
    pub span_ms: i64,
    /// The seed.
    pub seed: u64,
    /// Every patience is multiplied by this.
    pub patience_factor: f64,
    /// Every rate of arrival is multiplied by this.
    pub arrivals_factor: f64,
    /// Whether every fact is checked against the invariants. Slow.
    pub is_checked: bool,
    /// Time at the beginning that is run and not counted, so that the floor is not empty when counting begins.
    pub warm_up_ms: i64,
    /// Whether finished contacts are kept one by one.
    pub keeps_contacts: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            from_ms: 0,
            span_ms: DAY_MS,
            seed: 1,
            patience_factor: 1.0,
            arrivals_factor: 1.0,
            is_checked: false,
            warm_up_ms: 0,
            keeps_contacts: false,
        }
    }
}

/// Why a run could not be finished.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The scenario is wrong.
    #[error("the scenario cannot be run: {0}")]
    Scenario(#[from] ScenarioError),
    /// The engine broke a promise.
    #[error("seed {seed}, fact {position}: {violation}\nthe last facts about it:\n{}", story.join("\n"))]
    Violation {
        /// With which seed it can be seen again.
        seed: u64,
        /// At which fact.
        position: u64,
        /// What.
        violation: Box<Violation>,
        /// How it came to it.
        story: Vec<String>,
    },
}

/// A contact that is over.
#[derive(Clone, Debug)]
pub struct Finished {
    /// Its number.
    pub number: u64,
    /// All that is known of it.
    pub contact: Contact,
}

/// What came of a run.
pub struct Outcome {
    /// The numbers.
    pub tally: Tally,
    /// People's time.
    pub time: TimeTally,
    /// Whose.
    pub people: Vec<PersonId>,
    /// Finished contacts, where they were asked for.
    pub contacts: Vec<Finished>,
    /// What still waited when time was up.
    pub left_waiting: u64,
}

impl Outcome {
    /// Measures of everything, people's time included.
    pub fn whole(&self) -> measures::Tally {
        let mut whole = self.tally.whole();
        for (number, person) in self.people.iter().enumerate() {
            // The time is known of all together: it is booked once.
            let time = if number == 0 { self.time } else { TimeTally::default() };
            whole.add_time(*person, &time);
        }
        whole
    }

    /// Share of people's time with something in hand.
    pub fn occupancy(&self) -> f64 {
        let staffed = self.time.on_contact_ms + self.time.idle_ms;
        self.time.on_contact_ms as f64 / staffed.max(1) as f64
    }
}

/// A run under way.
pub struct Run<'s> {
    scenario: &'s Scenario,
    options: Options,
    engines: Engines,
    pending: Vec<Recorded>,
    position: u64,
    /// True virtual time.
    now: i64,
    /// What the server's clock shows is behind true time by this.
    behind_ms: i64,
    /// Time of the last fact: the log's time never runs back.
    log_at: i64,
    agenda: Agenda,
    customers: Customers,
    agents: Agents,
    faults: FaultPlan,
    check: Option<Check>,
    tally: Tally,
    contacts: Vec<Finished>,
    queues: Vec<QueueId>,
    contents: u128,
    /// Times that something was due at this very instant.
    dues_at_once: u32,
    /// People's time at the beginning and the end of counting.
    time_read: [Option<TimeTally>; 2],
}

impl<'s> Run<'s> {
    /// Gets everything ready and publishes the scenario's documents.
    ///
    /// # Errors
    /// When the scenario is wrong.
    pub fn new(scenario: &'s Scenario, options: Options) -> Result<Run<'s>, RunError> {
        scenario.validate()?;
        let rng = Rng::seeded(options.seed);
        let mut agenda = Agenda::default();
        let begins_at = scenario.begins_at.0 + options.from_ms;
        let agents = Agents::new(scenario, begins_at, &rng, &mut agenda)?;
        let factors = (options.arrivals_factor, options.patience_factor);
        let customers = Customers::new(scenario, (begins_at, begins_at + options.span_ms), factors, &rng, &mut agenda)?;
        let faults = FaultPlan::new(scenario, begins_at, &rng, &mut agenda);
        let mut targets = BTreeMap::new();
        for document in &scenario.documents {
            if let Document::Queue(queue) = document {
                targets.insert(queue.id, queue.target);
            }
        }
        let counts_from = begins_at + options.warm_up_ms;
        let mut run = Run {
            queues: targets.keys().copied().collect(),
            tally: Tally::new(scenario.begins_at.0, counts_from, targets),
            check: options.is_checked.then(Check::default),
            scenario,
            options,
            engines: Engines::default(),
            pending: Vec::new(),
            position: 0,
            now: begins_at,
            behind_ms: 0,
            log_at: begins_at,
            agenda,
            customers,
            agents,
            faults,
            contacts: Vec::new(),
            contents: 0,
            dues_at_once: 0,
            time_read: [None, None],
        };
        for document in &scenario.documents {
            run.report(
                Actor::System,
                Event::SetupPublished(SetupPublished { document: document.clone(), revision: 1 }),
            )?;
        }
        let supervisors: Vec<PersonId> = scenario.supervisors();
        for person in supervisors {
            run.desk_opens(person)?;
        }
        Ok(run)
    }

    /// Runs to the end.
    ///
    /// # Errors
    /// When the engine breaks a promise, where that is checked.
    pub fn finish(mut self) -> Result<Outcome, RunError> {
        let ends_at = self.scenario.begins_at.0 + self.options.from_ms + self.options.span_ms;
        loop {
            // What is due by the server's clock falls due when that clock, which may be behind, shows it.
            let due_at = self.engines.next_due().map(|due| due.0 + self.behind_ms);
            let (at, is_due) = match (due_at, self.agenda.next_at()) {
                (Some(due), Some(next)) if due <= next => (due, true),
                (_, Some(next)) => (next, false),
                (Some(due), None) => (due, true),
                (None, None) => break,
            };
            let is_drained = at >= ends_at && self.customers.open() == 0;
            if is_drained || at > ends_at + DRAIN_MS_MAX {
                break;
            }
            self.look_at_people(at, ends_at);
            self.now = self.now.max(at);
            match is_due {
                true => self.time_passes()?,
                false => self.next_happens()?,
            }
            self.look_back();
        }
        self.look_at_people(i64::MAX, ends_at);
        Ok(self.sum_up())
    }

    /// People's time is read off where counting begins and where arrivals end, before anything later happens.
    fn look_at_people(&mut self, next_at: i64, ends_at: i64) {
        let counts_from = self.scenario.begins_at.0 + self.options.from_ms + self.options.warm_up_ms;
        for (slot, at) in [counts_from, ends_at].into_iter().enumerate() {
            if next_at < at || self.time_read[slot].is_some() {
                continue;
            }
            let mut time = TimeTally::default();
            for worker in self.agents.all().iter().filter(|worker| worker.crew.is_some()) {
                let (busy_ms, idle_ms) = worker.time_until(at);
                time.on_contact_ms += busy_ms;
                time.idle_ms += idle_ms;
            }
            self.time_read[slot] = Some(time);
        }
    }

    fn time_passes(&mut self) -> Result<(), RunError> {
        let log_at = self.log_at.max(self.now - self.behind_ms);
        self.dues_at_once = if log_at == self.log_at { self.dues_at_once + 1 } else { 0 };
        self.log_at = log_at;
        if self.dues_at_once > ROUNDS_MAX {
            return Err(self.violated(Violation::NeverSettles));
        }
        let facts = self.engines.due(Timestamp(self.log_at));
        if facts.is_empty() {
            return Err(self.violated(Violation::DueWithoutFact { at: Timestamp(self.log_at) }));
        }
        for fact in facts {
            self.record(fact, Actor::Engine)?;
        }
        self.settle()
    }

    fn next_happens(&mut self) -> Result<(), RunError> {
        match self.agenda.take() {
            Some((_, what)) => self.perform(what),
            None => Ok(()),
        }
    }

    fn violated(&self, violation: Violation) -> RunError {
        let story = self.check.as_ref().map_or_else(Vec::new, |check| check.story(&violation));
        RunError::Violation { seed: self.options.seed, position: self.position, violation: Box::new(violation), story }
    }

    /// Reports a fact from outside and lets the engine settle it.
    fn report(&mut self, actor: Actor, event: Event) -> Result<(), RunError> {
        if let Some(delay) = self.faults.again_after()
            && is_command(&event)
        {
            self.agenda.plan(self.now + delay, Happening::Again { event: Box::new(event.clone()) });
        }
        self.record(NewEvent::now(event), actor)?;
        self.settle()
    }

    fn settle(&mut self) -> Result<(), RunError> {
        let mut rounds = 0;
        while !self.pending.is_empty() {
            rounds += 1;
            let round = self.engines.decide(&self.pending);
            if rounds > ROUNDS_MAX || round.decided == 0 {
                return Err(self.violated(Violation::NeverSettles));
            }
            self.pending.drain(..round.decided);
            for decision in round.decisions {
                self.record(decision, Actor::Engine)?;
            }
        }
        let floor = &self.engines.floor;
        self.tally.settled(|id| floor.conversation(id).is_some_and(|conversation| conversation.wrap_up.is_some()));
        let checked = self.check.as_ref().map_or(Ok(()), |check| check.settled(floor));
        checked.map_err(|violation| self.violated(violation))
    }

    fn record(&mut self, fact: NewEvent, actor: Actor) -> Result<(), RunError> {
        self.position += 1;
        self.log_at = self.log_at.max(self.now - self.behind_ms);
        let recorded = Recorded {
            position: Position(self.position),
            at: Timestamp(self.log_at),
            occurred_at: fact.occurred_at,
            actor,
            command: None,
            cause: fact.cause,
            event: fact.event,
        };
        if let Some(check) = &mut self.check {
            let seen = check.see(&recorded, &self.engines.floor);
            seen.map_err(|violation| self.violated(violation))?;
        }
        self.engines.apply(&recorded);
        self.react(&recorded);
        self.pending.push(recorded);
        Ok(())
    }

    fn react(&mut self, recorded: &Recorded) {
        let now = self.now;
        let passed = self.customers.see(recorded, now, &mut self.agenda);
        self.book(recorded, &passed);
        self.agents.see(recorded, now, &self.customers, &mut self.agenda);
        let channel = match passed.waited {
            Some(_) => recorded.event.conversation().and_then(|id| self.customers.get(crate::customers::number_of(id))),
            None => None,
        };
        let channel = channel.map(|contact| self.customers.channel(contact));
        self.tally.see(recorded, &passed, channel, now);
    }

    fn book(&mut self, recorded: &Recorded, passed: &Passed) {
        let now = self.now;
        if let Some(worked) = passed.worked {
            self.agents.book(worked.person, -1, now);
        }
        if let Some(person) = passed.to {
            self.agents.book(person, 1, now);
        }
        match &recorded.event {
            Event::WrapUpStarted(fact) => self.agents.book(fact.person, 1, now),
            Event::WrapUpFinished(fact) => self.agents.book(fact.person, -1, now),
            Event::PresenceChanged(fact) => {
                let is_present = fact.presence == signalbox_model::contact::Presence::Available;
                self.agents.book_presence(fact.person, is_present, now);
            }
            _ => {}
        }
    }

    fn look_back(&mut self) {
        let (contacts, keeps) = (&mut self.contacts, self.options.keeps_contacts);
        self.customers.forget(self.now, |number, contact| {
            if keeps {
                contacts.push(Finished { number, contact: contact.clone() });
            }
        });
    }

    fn sum_up(mut self) -> Outcome {
        self.customers.forget(i64::MAX, |number, contact| {
            if self.options.keeps_contacts {
                self.contacts.push(Finished { number, contact: contact.clone() });
            }
        });
        let [before, after] = self.time_read.map(Option::unwrap_or_default);
        let time = TimeTally {
            on_contact_ms: after.on_contact_ms.saturating_sub(before.on_contact_ms),
            idle_ms: after.idle_ms.saturating_sub(before.idle_ms),
            ..TimeTally::default()
        };
        let people =
            self.agents.all().iter().filter(|worker| worker.crew.is_some()).map(|worker| worker.person).collect();
        Outcome { tally: self.tally, time, people, contacts: self.contacts, left_waiting: self.customers.open() }
    }
}

/// Whether it is something that a browser may send twice.
fn is_command(event: &Event) -> bool {
    event.name().ends_with("asked")
}
