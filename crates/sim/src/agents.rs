//! People at desks: when they are there, how they answer offers, what they do with a conversation.
//!
//! Workers only plan; what they want is reported at its time by the run, and the engine settles it.

use signalbox_model::event::presence::PresenceBecause;
use signalbox_model::event::routing::OfferPurpose;
use signalbox_model::event::{Event, Recorded};
use signalbox_model::id::{ConversationId, PersonId};
use signalbox_stats::Rng;

use crate::agenda::{Agenda, Happening};
use crate::customers::{Customers, number_of};
use crate::scenario::{Crew, DAY_MS, Draw, SLOT_MS, SLOTS_PER_DAY, Scenario, ScenarioError};

/// Steps of this fraction fill the unit interval more evenly than any other.
const GOLDEN_RATIO: f64 = 0.618_033_988_749_894_9;

/// Habits that were checked.
struct Manner {
    accept: Draw,
    wrap_up: Draw,
    decline_ratio: f64,
    miss_ratio: f64,
    back_after_miss: Draw,
    break_every: Draw,
    break_length: Draw,
    transfer_ratio: f64,
    warm_ratio: f64,
    hold_ratio: f64,
    turn_every: Draw,
}

/// Somebody of a crew, or a supervisor.
#[derive(Clone, Debug)]
pub struct Worker {
    /// Who.
    pub person: PersonId,
    /// Of which crew; a supervisor of none.
    pub crew: Option<u16>,
    /// Within their hours.
    pub on_duty: bool,
    /// On a break.
    pub on_break: bool,
    /// Their browser is gone.
    pub is_lost: bool,
    /// Conversations in their hands or in wrap-up.
    pub holding: u32,
    /// Since when they hold something.
    pub busy_since: i64,
    /// Whether they are available.
    pub is_available: bool,
    /// Since when they are available with nothing in hand.
    pub idle_since: Option<i64>,
    /// Time with something in hand.
    pub busy_ms: u64,
    /// Time available with nothing in hand.
    pub idle_ms: u64,
}

impl Worker {
    /// Books time up to now after something changed.
    fn settle(&mut self, was_busy: bool, now: i64) {
        let is_busy = self.holding > 0;
        match (was_busy, is_busy) {
            (false, true) => self.busy_since = now,
            (true, false) => self.busy_ms += (now - self.busy_since).max(0) as u64,
            _ => {}
        }
        let is_idle = self.is_available && !is_busy;
        match (self.idle_since, is_idle) {
            (None, true) => self.idle_since = Some(now),
            (Some(since), false) => {
                self.idle_ms += (now - since).max(0) as u64;
                self.idle_since = None;
            }
            _ => {}
        }
    }

    /// Time with something in hand and time available without, up to an instant.
    pub fn time_until(&self, at: i64) -> (u64, u64) {
        let busy = if self.holding > 0 { (at - self.busy_since).max(0) as u64 } else { 0 };
        let idle = self.idle_since.map_or(0, |since| (at - since).max(0) as u64);
        (self.busy_ms + busy, self.idle_ms + idle)
    }
}

struct CrewState {
    workers: Vec<u32>,
    on_duty: Vec<f64>,
    manner: Manner,
    rng: Rng,
    /// Decides for a day whether the fraction of a person is there.
    fraction: f64,
    /// That of the first day.
    first_fraction: f64,
}

/// Everybody who works.
pub struct Agents {
    begins_at: i64,
    workers: Vec<Worker>,
    /// Person to worker, sorted.
    index: Vec<(PersonId, u32)>,
    crews: Vec<CrewState>,
    supervisors: Vec<u32>,
    late_click_ratio: f64,
}

/// Who comes and who goes at the beginning of a half hour.
#[derive(Debug, Default)]
pub struct Roster {
    /// Workers who sign in.
    pub come: Vec<u32>,
    /// Workers whose hours are over.
    pub go: Vec<u32>,
}

impl Agents {
    /// Gets everybody ready.
    ///
    /// # Errors
    /// When the habits cannot be drawn from.
    pub fn new(
        scenario: &Scenario,
        first_slot_at: i64,
        rng: &Rng,
        agenda: &mut Agenda,
    ) -> Result<Agents, ScenarioError> {
        let mut agents = Agents {
            begins_at: scenario.begins_at.0,
            workers: Vec::new(),
            index: Vec::new(),
            crews: Vec::new(),
            supervisors: Vec::new(),
            late_click_ratio: scenario.faults.late_click_ratio,
        };
        for (number, crew) in scenario.crews.iter().enumerate() {
            let workers = crew.people.iter().map(|person| agents.hire(*person, Some(number as u16))).collect();
            let mut crew_rng = rng.fork_numbered("crew", number as u64);
            agents.crews.push(CrewState {
                first_fraction: crew_rng.uniform(),
                workers,
                on_duty: crew.on_duty.iter().flatten().copied().collect(),
                manner: manner(crew)?,
                rng: crew_rng,
                fraction: 0.0,
            });
        }
        agents.supervisors = scenario.supervisors().into_iter().map(|person| agents.hire(person, None)).collect();
        agents.index.sort_unstable();
        agenda.plan(first_slot_at, Happening::Slot);
        Ok(agents)
    }

    fn hire(&mut self, person: PersonId, crew: Option<u16>) -> u32 {
        let number = self.workers.len() as u32;
        self.index.push((person, number));
        self.workers.push(Worker {
            person,
            crew,
            on_duty: false,
            on_break: false,
            is_lost: false,
            holding: 0,
            busy_since: 0,
            is_available: false,
            idle_since: None,
            busy_ms: 0,
            idle_ms: 0,
        });
        number
    }

    /// A worker by number.
    pub fn worker(&self, number: u32) -> &Worker {
        &self.workers[number as usize]
    }

    /// A worker by number, to change.
    pub fn worker_mut(&mut self, number: u32) -> &mut Worker {
        &mut self.workers[number as usize]
    }

    /// The number of a person who works here.
    pub fn number(&self, person: PersonId) -> Option<u32> {
        self.index.binary_search_by_key(&person, |row| row.0).ok().map(|at| self.index[at].1)
    }

    /// Everybody.
    pub fn all(&self) -> &[Worker] {
        &self.workers
    }

    /// Supervisors by number.
    pub fn supervisors(&self) -> &[u32] {
        &self.supervisors
    }

    /// Who comes and goes at this half hour; plans the next one.
    pub fn roster(&mut self, now: i64, agenda: &mut Agenda) -> Roster {
        agenda.plan(now + SLOT_MS, Happening::Slot);
        let slot = ((now - self.begins_at) / SLOT_MS) as usize;
        let mut roster = Roster::default();
        for crew in &mut self.crews {
            // Days are spread evenly over the fraction: by chance alone, a month of them would differ much from its mean.
            let days = (slot / SLOTS_PER_DAY) as f64;
            crew.fraction = (crew.first_fraction + days * GOLDEN_RATIO).fract();
            let heads = crew.on_duty[slot % crew.on_duty.len()];
            let wanted = heads.floor() as usize + usize::from(crew.fraction < heads.fract());
            let day = ((now - self.begins_at) / DAY_MS) as usize;
            let count = crew.workers.len().max(1);
            for place in 0..crew.workers.len() {
                // A new first person every day, so that nobody always has the longest hours.
                let number = crew.workers[(place + day) % count];
                let is_wanted = place < wanted;
                let worker = &mut self.workers[number as usize];
                if is_wanted == worker.on_duty {
                    continue;
                }
                worker.on_duty = is_wanted;
                match is_wanted {
                    true => roster.come.push(number),
                    false => roster.go.push(number),
                }
                if is_wanted && let Some(millis) = crew.manner.break_every.draw(&mut crew.rng) {
                    agenda.plan(now + millis as i64, Happening::BreakBegins { worker: number });
                }
            }
        }
        roster
    }

    /// A break has begun: plans its end and the next one.
    pub fn plan_break(&mut self, number: u32, now: i64, agenda: &mut Agenda) {
        let Some(crew) = self.crew_of(number) else { return };
        let length = crew.manner.break_length.draw(&mut crew.rng).unwrap_or(0) as i64;
        agenda.plan(now + length, Happening::Back { worker: number });
        if let Some(millis) = crew.manner.break_every.draw(&mut crew.rng) {
            agenda.plan(now + length + millis as i64, Happening::BreakBegins { worker: number });
        }
    }

    fn crew_of(&mut self, number: u32) -> Option<&mut CrewState> {
        let crew = self.workers[number as usize].crew?;
        Some(&mut self.crews[crew as usize])
    }

    /// Folds one fact and plans what the people whom it concerns do about it.
    pub fn see(&mut self, recorded: &Recorded, now: i64, customers: &Customers, agenda: &mut Agenda) {
        match &recorded.event {
            Event::OfferMade(fact) => self.asked(fact.conversation, fact.person, fact.offer, now, agenda),
            Event::OfferExpired(fact) => self.missed(fact.conversation, fact.person, fact.offer, now, agenda),
            Event::OfferAccepted(fact) if fact.purpose == OfferPurpose::Take => {
                self.took(fact.conversation, fact.person, now, customers, agenda);
            }
            Event::TransferCompleted(fact) => self.took(fact.conversation, fact.person, now, customers, agenda),
            Event::SupervisorHandedBack(fact) => {
                if let Some(person) = fact.to {
                    self.took(fact.conversation, person, now, customers, agenda);
                }
            }
            Event::TransferBriefed(fact) => {
                let number = number_of(fact.conversation);
                if let Some(contact) = customers.get(number) {
                    agenda.plan(now + 8_000, Happening::TransferEnd { conversation: number, stay: contact.stay });
                }
            }
            Event::SupervisorTookOver(fact) => {
                if let Some(supervisor) = self.number(fact.person) {
                    let what = Happening::HandBack { conversation: number_of(fact.conversation), supervisor };
                    agenda.plan(now + 120_000, what);
                }
            }
            Event::WrapUpStarted(fact) => self.wraps_up(fact.conversation, fact.person, now, agenda),
            Event::PresenceChanged(fact) if fact.because == PresenceBecause::DeskLost => {
                if let Some(number) = self.number(fact.person) {
                    self.workers[number as usize].is_lost = true;
                }
            }
            _ => {}
        }
    }

    fn asked(&mut self, id: ConversationId, person: PersonId, offer: u32, now: i64, agenda: &mut Agenda) {
        let Some(worker) = self.number(person) else { return };
        if self.workers[worker as usize].is_lost {
            return;
        }
        let conversation = number_of(id);
        let Some(crew) = self.crew_of(worker) else {
            // Supervisors take what they are asked to take.
            agenda.plan(now + 2_000, Happening::Accept { conversation, worker, offer });
            return;
        };
        let manner = &crew.manner;
        let delay_ms = manner.accept.draw(&mut crew.rng).unwrap_or(0) as i64;
        if manner.miss_ratio > 0.0 && crew.rng.chance(manner.miss_ratio) {
            return;
        }
        let declines = manner.decline_ratio > 0.0 && crew.rng.chance(manner.decline_ratio);
        let what = match declines {
            true => Happening::Decline { conversation, worker, offer },
            false => Happening::Accept { conversation, worker, offer },
        };
        agenda.plan(now + delay_ms, what);
    }

    fn missed(&mut self, id: ConversationId, person: PersonId, offer: u32, now: i64, agenda: &mut Agenda) {
        let Some(worker) = self.number(person) else { return };
        let late_click_ratio = self.late_click_ratio;
        let Some(crew) = self.crew_of(worker) else { return };
        if late_click_ratio > 0.0 && crew.rng.chance(late_click_ratio) {
            let late_ms = 500 + crew.rng.below(20_000).unwrap_or(0) as i64;
            agenda.plan(now + late_ms, Happening::Accept { conversation: number_of(id), worker, offer });
        }
        if let Some(millis) = crew.manner.back_after_miss.draw(&mut crew.rng) {
            agenda.plan(now + millis as i64, Happening::Back { worker });
        }
    }

    fn took(&mut self, id: ConversationId, person: PersonId, now: i64, customers: &Customers, agenda: &mut Agenda) {
        let conversation = number_of(id);
        let Some(contact) = customers.get(conversation) else { return };
        let (stay, service_ms) = (contact.stay, contact.service_ms as i64);
        agenda.plan(now + service_ms, Happening::ServiceOver { conversation, stay });
        let Some(worker) = self.number(person) else { return };
        let Some(crew) = self.crew_of(worker) else { return };
        let (manner, rng) = (&crew.manner, &mut crew.rng);
        if manner.transfer_ratio > 0.0 && contact.segments < 6 && rng.chance(manner.transfer_ratio) {
            let is_warm = rng.chance(manner.warm_ratio);
            agenda.plan(now + service_ms / 2, Happening::Transfer { conversation, stay, is_warm });
        } else if manner.hold_ratio > 0.0 && rng.chance(manner.hold_ratio) {
            agenda.plan(now + service_ms / 4, Happening::Hold { conversation, stay, hold: true });
            agenda.plan(now + service_ms / 3, Happening::Hold { conversation, stay, hold: false });
        }
        if let Some(millis) = manner.turn_every.draw(rng) {
            agenda.plan(now + millis as i64, Happening::Turn { conversation, stay, by_customer: false });
        }
    }

    /// The pause before the next turn of a conversation, if this crew's conversations have turns.
    pub fn turn_pause(&mut self, worker: u32) -> Option<i64> {
        let crew = self.crew_of(worker)?;
        crew.manner.turn_every.draw(&mut crew.rng).map(|millis| millis.max(500) as i64)
    }

    fn wraps_up(&mut self, id: ConversationId, person: PersonId, now: i64, agenda: &mut Agenda) {
        let Some(worker) = self.number(person) else { return };
        let conversation = number_of(id);
        let millis = match self.crew_of(worker) {
            Some(crew) => crew.manner.wrap_up.draw(&mut crew.rng),
            None => Some(1_000),
        };
        // Who never says so is done when the queue's time for it runs out.
        if let Some(millis) = millis {
            agenda.plan(now + millis as i64, Happening::WrapUpOver { conversation, worker });
        }
    }

    /// Books that something came into a person's hands or left them.
    pub fn book(&mut self, person: PersonId, change: i32, now: i64) {
        let Some(number) = self.number(person) else { return };
        let worker = &mut self.workers[number as usize];
        let was_busy = worker.holding > 0;
        worker.holding = worker.holding.saturating_add_signed(change);
        worker.settle(was_busy, now);
    }

    /// Books that a person is available from now on, or no longer.
    pub fn book_presence(&mut self, person: PersonId, is_available: bool, now: i64) {
        let Some(number) = self.number(person) else { return };
        let worker = &mut self.workers[number as usize];
        let was_busy = worker.holding > 0;
        worker.is_available = is_available;
        worker.settle(was_busy, now);
    }
}

fn manner(crew: &Crew) -> Result<Manner, ScenarioError> {
    let place = format!("crew `{}`", crew.name);
    let habits = &crew.habits;
    Ok(Manner {
        accept: habits.accept.ready(&place)?,
        wrap_up: habits.wrap_up.ready(&place)?,
        decline_ratio: habits.decline_ratio,
        miss_ratio: habits.miss_ratio,
        back_after_miss: habits.back_after_miss.ready(&place)?,
        break_every: habits.break_every.ready(&place)?,
        break_length: habits.break_length.ready(&place)?,
        transfer_ratio: habits.transfer_ratio,
        warm_ratio: habits.warm_ratio,
        hold_ratio: habits.hold_ratio,
        turn_every: habits.turn_every.ready(&place)?,
    })
}
