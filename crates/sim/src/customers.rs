//! Customers: when they come, what they want, how long they wait, and what is known of each until it is over.

use std::collections::VecDeque;

use signalbox_model::contact::{Channel, Control, Origin};
use signalbox_model::event::conversation::{ConversationOpened, QueuedBecause, ReopenAsked};
use signalbox_model::event::routing::OfferPurpose;
use signalbox_model::event::{Event, Recorded};
use signalbox_model::id::{ConversationId, CustomerId, PersonId, QueueId};
use signalbox_stats::Rng;
use signalbox_stats::sample::{Weighted, next_arrival};

use crate::agenda::{Agenda, Happening};
use crate::scenario::{DAY_MS, Draw, SLOT_MS, Scenario, ScenarioError, Stream};

/// Where a contact is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Nobody has it.
    Waiting,
    /// A person has it.
    Owned(PersonId),
    /// It is over.
    Over,
}

/// What the simulation knows of one conversation.
#[derive(Clone, Debug)]
pub struct Contact {
    /// From which stream.
    pub stream: u16,
    /// Of which kind.
    pub kind: u16,
    /// Head start.
    pub priority: u8,
    /// Where it came to, or was passed on to.
    pub queue: QueueId,
    /// When it came.
    pub arrived_at: i64,
    /// When it came into the queue in which it waits.
    pub entered_at: i64,
    /// Since when it waits, through overflow.
    pub line_since: i64,
    /// When the customer leaves unless somebody answers.
    pub leaves_at: Option<i64>,
    /// Work to be done on it.
    pub service_ms: u64,
    /// Counts the stretches.
    pub stay: u32,
    /// Where it is.
    pub phase: Phase,
    /// Since when the present owner has it.
    pub owned_at: i64,
    /// How long until somebody first took it.
    pub answered_after: Option<u64>,
    /// Who took it first.
    pub answered_by: Option<PersonId>,
    /// Time in somebody's hands.
    pub handled_ms: u64,
    /// Writes again after the end, once.
    pub returns: bool,
    /// Segments so far.
    pub segments: u32,
}

/// A stretch of waiting that ended.
#[derive(Clone, Copy, Debug)]
pub struct Waited {
    /// Where.
    pub queue: QueueId,
    /// When it came into this queue.
    pub entered_at: i64,
    /// When it joined the first of several queues in a row.
    pub line_since: i64,
}

/// A stretch in a person's hands that ended.
#[derive(Clone, Copy, Debug)]
pub struct Worked {
    /// Whose.
    pub person: PersonId,
    /// From which queue it had come.
    pub queue: QueueId,
    /// Since when.
    pub since: i64,
}

/// What one fact changed about who has a conversation.
#[derive(Clone, Copy, Debug, Default)]
pub struct Passed {
    /// It waited until now.
    pub waited: Option<Waited>,
    /// A person had it until now.
    pub worked: Option<Worked>,
    /// A person has it from now on.
    pub to: Option<PersonId>,
    /// It is over.
    pub is_over: bool,
}

struct Source {
    queue: QueueId,
    channel: Channel,
    rates: Vec<f64>,
    rate_max: f64,
    kinds: Weighted,
    services: Vec<Draw>,
    priorities: Weighted,
    heads: Vec<u8>,
    patience: Draw,
    arrivals: Rng,
    traits: Rng,
    needs: Vec<signalbox_model::contact::SkillNeed>,
}

/// All customers.
pub struct Customers {
    begins_at: i64,
    ends_at: i64,
    patience_factor: f64,
    reopen_ratio: f64,
    sources: Vec<Source>,
    contacts: VecDeque<Contact>,
    /// Number of the first contact that is kept.
    first: u64,
    later: Rng,
    open: u64,
}

impl Customers {
    /// Gets everything ready and plans the first arrivals.
    ///
    /// # Errors
    /// When the scenario cannot be drawn from.
    pub fn new(
        scenario: &Scenario,
        span: (i64, i64),
        factors: (f64, f64),
        rng: &Rng,
        agenda: &mut Agenda,
    ) -> Result<Self, ScenarioError> {
        let (arrivals_factor, patience_factor) = factors;
        let sources =
            scenario.streams.iter().enumerate().map(|(index, stream)| source(stream, index, arrivals_factor, rng));
        let begins_at = scenario.begins_at.0;
        let mut customers = Customers {
            begins_at,
            ends_at: span.1,
            patience_factor,
            reopen_ratio: scenario.faults.reopen_ratio,
            sources: sources.collect::<Result<_, _>>()?,
            contacts: VecDeque::new(),
            first: 1,
            later: rng.fork("customers later"),
            open: 0,
        };
        for stream in 0..customers.sources.len() {
            customers.plan_next(stream as u16, span.0, agenda);
        }
        Ok(customers)
    }

    /// Conversations that are not over.
    pub fn open(&self) -> u64 {
        self.open
    }

    /// A contact by its number, as long as it is kept.
    pub fn get(&self, number: u64) -> Option<&Contact> {
        number.checked_sub(self.first).and_then(|at| self.contacts.get(at as usize))
    }

    fn get_mut(&mut self, number: u64) -> Option<&mut Contact> {
        number.checked_sub(self.first).and_then(|at| self.contacts.get_mut(at as usize))
    }

    /// The contact if it is still in this stretch and not over.
    pub fn in_stay(&self, number: u64, stay: u32) -> Option<&Contact> {
        self.get(number).filter(|contact| contact.stay == stay && contact.phase != Phase::Over)
    }

    /// How it came.
    pub fn channel(&self, contact: &Contact) -> Channel {
        self.sources[contact.stream as usize].channel
    }

    /// Numbers of contacts that are kept: the open ones and a few that are over.
    pub fn numbers(&self) -> std::ops::Range<u64> {
        self.first..self.first + self.contacts.len() as u64
    }

    /// Somebody comes: plans the next of the stream and returns what is to be reported.
    pub fn arrive(&mut self, stream: u16, at: i64, agenda: &mut Agenda) -> ConversationOpened {
        self.plan_next(stream, at, agenda);
        let factor = self.patience_factor;
        let returns = self.reopen_ratio > 0.0 && self.later.chance(self.reopen_ratio);
        let source = &mut self.sources[stream as usize];
        let rng = &mut source.traits;
        let kind = source.kinds.draw(rng);
        let priority = source.heads[source.priorities.draw(rng)];
        // A service time that never ends would keep its agent for ever; a scenario that says so means a day.
        let service_ms = source.services[kind].draw(rng).unwrap_or(DAY_MS as u64);
        let patience_ms = source.patience.draw_scaled(rng, factor);
        let number = self.first + self.contacts.len() as u64;
        self.open += 1;
        self.contacts.push_back(Contact {
            stream,
            kind: kind as u16,
            priority,
            queue: source.queue,
            arrived_at: at,
            entered_at: at,
            line_since: at,
            leaves_at: patience_ms.map(|millis| at + millis as i64),
            service_ms,
            stay: 0,
            phase: Phase::Waiting,
            owned_at: at,
            answered_after: None,
            answered_by: None,
            handled_ms: 0,
            returns,
            segments: 0,
        });
        ConversationOpened {
            conversation: ConversationId::from_number(u128::from(number)),
            customer: CustomerId::from_number(u128::from(number)),
            channel: source.channel,
            origin: Origin::Simulated,
            control: Control::Routed,
            queue: Some(source.queue),
            priority,
            needs: source.needs.clone(),
            intent: None,
            language: None,
        }
    }

    fn plan_next(&mut self, stream: u16, after: i64, agenda: &mut Agenda) {
        let (begins_at, ends_at) = (self.begins_at, self.ends_at);
        let source = &mut self.sources[stream as usize];
        let rates = &source.rates;
        let rate = |t: f64| rates[(t as i64 / SLOT_MS) as usize % rates.len()];
        let (from, until) = ((after - begins_at) as f64, (ends_at - begins_at) as f64);
        if let Some(at) = next_arrival(&mut source.arrivals, from, until, source.rate_max, rate) {
            agenda.plan(begins_at + at as i64, Happening::Arrival { stream });
        }
    }

    /// Folds one fact; plans what the customer does about it; says into whose hands the conversation passed.
    pub fn see(&mut self, recorded: &Recorded, now: i64, agenda: &mut Agenda) -> Passed {
        match &recorded.event {
            Event::ConversationQueued(fact) => self.queued(fact.conversation, fact.queue, &fact.because, now, agenda),
            Event::OfferAccepted(fact) if fact.purpose == OfferPurpose::Take => {
                let passed = self.pass(fact.conversation, Phase::Owned(fact.person), now);
                if let Some(contact) = self.get_mut(number_of(fact.conversation))
                    && contact.answered_after.is_none()
                {
                    contact.answered_after = Some((now - contact.arrived_at).max(0) as u64);
                    contact.answered_by = Some(fact.person);
                }
                passed
            }
            Event::TransferCompleted(fact) => self.pass(fact.conversation, Phase::Owned(fact.person), now),
            Event::SupervisorTookOver(fact) => self.pass(fact.conversation, Phase::Owned(fact.person), now),
            Event::SupervisorHandedBack(fact) => match fact.to {
                Some(person) => self.pass(fact.conversation, Phase::Owned(person), now),
                None => Passed::default(),
            },
            Event::ConversationClosed(fact) => self.over(fact.conversation, now, agenda),
            Event::ConversationTurnedAway(fact) => self.over(fact.conversation, now, agenda),
            Event::ConversationReopened(fact) => {
                self.open += 1;
                self.pass(fact.conversation, Phase::Waiting, now)
            }
            _ => Passed::default(),
        }
    }

    fn queued(
        &mut self,
        id: ConversationId,
        queue: QueueId,
        because: &QueuedBecause,
        now: i64,
        agenda: &mut Agenda,
    ) -> Passed {
        let passed = self.pass(id, Phase::Waiting, now);
        let number = number_of(id);
        let waits_anew = !matches!(
            because,
            QueuedBecause::Arrived
                | QueuedBecause::Overflowed { .. }
                | QueuedBecause::NotTaken { .. }
                | QueuedBecause::AskedForPerson
        );
        let leaves_at = match (waits_anew, self.get(number)) {
            (true, Some(contact)) => {
                let source = &self.sources[contact.stream as usize];
                source.patience.draw_scaled(&mut self.later, self.patience_factor).map(|millis| now + millis as i64)
            }
            (false, Some(contact)) => contact.leaves_at,
            (_, None) => None,
        };
        let Some(contact) = self.get_mut(number) else { return passed };
        contact.queue = queue;
        contact.entered_at = now;
        if passed.waited.is_none() {
            contact.line_since = now;
        }
        contact.leaves_at = leaves_at;
        let stay = contact.stay;
        if let Some(at) = leaves_at {
            agenda.plan(at.max(now), Happening::PatienceOver { conversation: number, stay });
        }
        passed
    }

    fn pass(&mut self, id: ConversationId, phase: Phase, now: i64) -> Passed {
        let Some(contact) = self.get_mut(number_of(id)) else { return Passed::default() };
        let mut passed = Passed { is_over: phase == Phase::Over, ..Passed::default() };
        match contact.phase {
            Phase::Owned(person) => {
                let held = (now - contact.owned_at).max(0) as u64;
                contact.handled_ms += held;
                // Somebody who takes over goes on where the other stopped.
                contact.service_ms = contact.service_ms.saturating_sub(held);
                passed.worked = Some(Worked { person, queue: contact.queue, since: contact.owned_at });
            }
            // The engine's first `queued` only confirms the place that the arrival took.
            Phase::Waiting if contact.stay > 0 || phase != Phase::Waiting => {
                passed.waited = Some(Waited {
                    queue: contact.queue,
                    entered_at: contact.entered_at,
                    line_since: contact.line_since,
                });
            }
            Phase::Waiting | Phase::Over => {}
        }
        contact.stay += 1;
        contact.segments += 1;
        contact.phase = phase;
        contact.owned_at = now;
        if let Phase::Owned(person) = phase {
            passed.to = Some(person);
        }
        passed
    }

    fn over(&mut self, id: ConversationId, now: i64, agenda: &mut Agenda) -> Passed {
        let passed = self.pass(id, Phase::Over, now);
        let number = number_of(id);
        let pause_ms = (self.reopen_ratio > 0.0).then(|| self.later.below(600_000).unwrap_or(0) as i64);
        let Some(contact) = self.get_mut(number) else { return passed };
        let returns = contact.returns && contact.answered_after.is_some();
        if let (true, Some(pause_ms)) = (returns, pause_ms) {
            contact.returns = false;
            contact.service_ms = 60_000;
            agenda.plan(now + 1_000 + pause_ms, Happening::Reopen { conversation: number });
        } else {
            contact.returns = false;
        }
        self.open -= 1;
        passed
    }

    /// What a customer's wish to go on says.
    pub fn reopen(&self, number: u64) -> Option<ReopenAsked> {
        let contact = self.get(number)?;
        Some(ReopenAsked {
            conversation: ConversationId::from_number(u128::from(number)),
            customer: CustomerId::from_number(u128::from(number)),
            channel: self.channel(contact),
            origin: Origin::Simulated,
            queue: contact.queue,
            priority: contact.priority,
            needs: Vec::new(),
            segments: contact.segments,
            turns: 0,
            last_owner: contact.answered_by,
        })
    }

    /// Forgets what is over, from the oldest on, a while after its end: late clicks still find it.
    pub fn forget(&mut self, now: i64, mut last_look: impl FnMut(u64, &Contact)) {
        const KEPT_MS: i64 = 1_800_000;
        while let Some(contact) = self.contacts.front() {
            if contact.phase != Phase::Over || contact.returns || now < contact.owned_at.saturating_add(KEPT_MS) {
                return;
            }
            last_look(self.first, contact);
            self.contacts.pop_front();
            self.first += 1;
        }
    }
}

/// The number inside a simulated conversation's id.
pub fn number_of(id: ConversationId) -> u64 {
    id.uuid().as_u128() as u64
}

fn source(stream: &Stream, index: usize, arrivals_factor: f64, rng: &Rng) -> Result<Source, ScenarioError> {
    let place = format!("stream `{}`", stream.name);
    let per_ms = |contacts: &f64| contacts * arrivals_factor / SLOT_MS as f64;
    let rates: Vec<f64> = stream.week.iter().flatten().map(per_ms).collect();
    let weights = |rows: Vec<f64>| Weighted::new(&rows).map_err(|_| ScenarioError::Empty(place.clone()));
    let services = stream.kinds.iter().map(|kind| kind.service.ready(&place));
    Ok(Source {
        queue: stream.queue,
        channel: stream.channel,
        rate_max: rates.iter().copied().fold(0.0, f64::max),
        rates,
        kinds: weights(stream.kinds.iter().map(|kind| kind.weight).collect())?,
        services: services.collect::<Result<_, _>>()?,
        priorities: weights(stream.priorities.iter().map(|row| row.1).collect())?,
        heads: stream.priorities.iter().map(|row| row.0).collect(),
        patience: stream.patience.ready(&place)?,
        arrivals: rng.fork_numbered("arrivals", index as u64),
        traits: rng.fork_numbered("traits", index as u64),
        needs: stream.needs.clone(),
    })
}
