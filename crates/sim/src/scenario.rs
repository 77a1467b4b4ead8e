//! What a simulated contact centre is made of: the documents that its people would publish, who calls, and who works when.

use serde::{Deserialize, Serialize};
use signalbox_model::contact::{Channel, SkillNeed};
use signalbox_model::id::{PersonId, QueueId};
use signalbox_model::setup::people::Role;
use signalbox_model::setup::{Document, DocumentId};
use signalbox_model::time::Timestamp;
use signalbox_stats::Rng;
use signalbox_stats::sample::{Exponential, LogNormal, QuantileTable, SampleError};

/// Half hours of a day: the grain of arrivals and staffing.
pub const SLOTS_PER_DAY: usize = 48;
/// Milliseconds of one half hour.
pub const SLOT_MS: i64 = 1_800_000;
/// Milliseconds of a day.
pub const DAY_MS: i64 = 86_400_000;
/// Longest time that any draw gives: a day.
const DRAW_MS_MAX: f64 = 86_400_000.0;

/// A scenario that cannot be run, and what to change.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ScenarioError {
    /// A distribution cannot be drawn from.
    #[error("{place}: {problem}")]
    Spread {
        /// Where in the scenario.
        place: String,
        /// What is wrong.
        problem: SampleError,
    },
    /// A document is not valid.
    #[error("document {index}: {problem}")]
    Document {
        /// Its place in the list.
        index: usize,
        /// What is wrong.
        problem: String,
    },
    /// A week must have seven days of 48 half hours.
    #[error("{0}: a week needs 7 days (Monday first) of 48 half hours, each zero or more")]
    Week(String),
    /// Something is named that is not among the documents.
    #[error("{place}: {what} is not among the documents; add it there")]
    Unknown {
        /// Where in the scenario.
        place: String,
        /// What is missing.
        what: String,
    },
    /// A table of weights has none.
    #[error("{0}: needs at least one row with a weight above zero")]
    Empty(String),
    /// A share is outside [0, 1].
    #[error("{0}: must be between 0 and 1")]
    Share(String),
}

/// How a length of time varies. Seconds throughout.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Spread {
    /// Always the same.
    Fixed {
        /// Seconds.
        seconds: f64,
    },
    /// Memoryless.
    Exponential {
        /// Its mean.
        mean_s: f64,
    },
    /// Skewed to the right, as handle times are.
    Lognormal {
        /// Half of the draws lie below.
        median_s: f64,
        /// Standard deviation of the logarithm.
        log_spread: f64,
    },
    /// Measured quantiles, straight lines between them, and an exponential tail after the last.
    Quantiles {
        /// Rising pairs of probability and seconds, from probability 0.
        points: Vec<(f64, f64)>,
        /// Mean length beyond the last point of those that go beyond it.
        tail_mean_s: f64,
    },
    /// It never happens.
    Never,
}

impl Spread {
    /// Checks it and makes it ready to draw from.
    ///
    /// # Errors
    /// When a parameter is not positive or points do not rise.
    pub fn ready(&self, place: &str) -> Result<Draw, ScenarioError> {
        let wrong = |problem| ScenarioError::Spread { place: place.to_owned(), problem };
        match self {
            Spread::Fixed { seconds } if *seconds >= 0.0 && seconds.is_finite() => {
                Ok(Draw::Fixed((seconds * 1_000.0) as u64))
            }
            Spread::Fixed { seconds } => Err(wrong(SampleError::NotPositive { what: "a fixed time", value: *seconds })),
            Spread::Exponential { mean_s } => {
                Exponential::with_mean(mean_s * 1_000.0).map(Draw::Exponential).map_err(wrong)
            }
            Spread::Lognormal { median_s, log_spread } => {
                LogNormal::with_median(median_s * 1_000.0, *log_spread).map(Draw::Lognormal).map_err(wrong)
            }
            Spread::Quantiles { points, tail_mean_s } => ready_table(points, *tail_mean_s).map_err(wrong),
            Spread::Never => Ok(Draw::Never),
        }
    }
}

/// Rescales the known part of a table to probability 1, so that the tail takes the rest.
fn ready_table(points: &[(f64, f64)], tail_mean_s: f64) -> Result<Draw, SampleError> {
    let known = points.last().map_or(0.0, |point| point.0);
    let last_ms = points.last().map_or(0.0, |point| point.1 * 1_000.0);
    if !(known > 0.0 && known <= 1.0) {
        return Err(SampleError::TableTooShort);
    }
    let body = QuantileTable::new(points.iter().map(|(p, s)| (p / known, s * 1_000.0)).collect())?;
    let tail = match known < 1.0 {
        true => Some(Exponential::with_mean(tail_mean_s * 1_000.0)?),
        false => None,
    };
    Ok(Draw::Table { body, known, last_ms, tail })
}

/// A [`Spread`] that was checked.
#[derive(Clone, Debug)]
pub enum Draw {
    /// Milliseconds, always.
    Fixed(u64),
    /// Memoryless.
    Exponential(Exponential),
    /// Skewed.
    Lognormal(LogNormal),
    /// Measured.
    Table {
        /// Up to the last point.
        body: QuantileTable,
        /// Probability of the last point.
        known: f64,
        /// Its value.
        last_ms: f64,
        /// After it.
        tail: Option<Exponential>,
    },
    /// Nothing.
    Never,
}

impl Draw {
    /// One length of time in milliseconds; none: it never happens.
    pub fn draw(&self, rng: &mut Rng) -> Option<u64> {
        let millis = match self {
            Draw::Fixed(millis) => return Some(*millis),
            Draw::Exponential(d) => d.draw(rng),
            Draw::Lognormal(d) => d.draw(rng),
            Draw::Table { body, known, last_ms, tail } => match (rng.chance(*known), tail) {
                (false, Some(tail)) => last_ms + tail.draw(rng),
                _ => body.draw(rng),
            },
            Draw::Never => return None,
        };
        Some(millis.clamp(0.0, DRAW_MS_MAX) as u64)
    }

    /// The same, times a factor.
    pub fn draw_scaled(&self, rng: &mut Rng, factor: f64) -> Option<u64> {
        self.draw(rng).map(|millis| ((millis as f64) * factor).clamp(0.0, DRAW_MS_MAX) as u64)
    }
}

/// A kind of contact within a stream, with its own length of work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// Its name, for people.
    pub name: String,
    /// How common it is, relative to the other kinds.
    pub weight: f64,
    /// Time from being taken to being closed.
    pub service: Spread,
}

/// Contacts that come to one queue on one channel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stream {
    /// Its name, for people.
    pub name: String,
    /// Where they come to.
    pub queue: QueueId,
    /// How they come.
    pub channel: Channel,
    /// Contacts per half hour: seven days from Monday, 48 half hours each.
    pub week: Vec<Vec<f64>>,
    /// What they are about.
    pub kinds: Vec<Kind>,
    /// Priorities and how common they are.
    pub priorities: Vec<(u8, f64)>,
    /// Skills needed besides the queue's.
    #[serde(default)]
    pub needs: Vec<SkillNeed>,
    /// How long they wait before they leave.
    pub patience: Spread,
}

/// What people of a crew do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Habits {
    /// From being asked to the click on "accept".
    pub accept: Spread,
    /// Work after a conversation, where the queue leaves time for it.
    pub wrap_up: Spread,
    /// Share of offers declined.
    #[serde(default)]
    pub decline_ratio: f64,
    /// Share of offers that they do not notice.
    #[serde(default)]
    pub miss_ratio: f64,
    /// Until somebody who missed an offer is back.
    #[serde(default = "never")]
    pub back_after_miss: Spread,
    /// From one break to the next.
    #[serde(default = "never")]
    pub break_every: Spread,
    /// Length of a break.
    #[serde(default = "never")]
    pub break_length: Spread,
    /// Share of conversations passed on half-way.
    #[serde(default)]
    pub transfer_ratio: f64,
    /// Share of those that are passed on warm.
    #[serde(default)]
    pub warm_ratio: f64,
    /// Share of conversations put on hold once.
    #[serde(default)]
    pub hold_ratio: f64,
    /// From one turn of customer and agent to the next; never: no turns are written.
    #[serde(default = "never")]
    pub turn_every: Spread,
}

impl Habits {
    /// People who answer at once, have no work afterwards and never pause.
    pub fn prompt() -> Habits {
        Habits {
            accept: Spread::Fixed { seconds: 0.0 },
            wrap_up: Spread::Never,
            decline_ratio: 0.0,
            miss_ratio: 0.0,
            back_after_miss: Spread::Never,
            break_every: Spread::Never,
            break_length: Spread::Never,
            transfer_ratio: 0.0,
            warm_ratio: 0.0,
            hold_ratio: 0.0,
            turn_every: Spread::Never,
        }
    }
}

fn never() -> Spread {
    Spread::Never
}

/// People with the same hours and habits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Crew {
    /// Its name, for people.
    pub name: String,
    /// Who; each is among the documents.
    pub people: Vec<PersonId>,
    /// How many of them are on duty: seven days from Monday, 48 half hours each. A fraction means that
    /// the next one is there in that share of the weeks.
    pub on_duty: Vec<Vec<f64>>,
    /// What they do.
    pub habits: Habits,
}

/// What goes wrong. Rates are per hour over the whole centre; zero switches a fault off.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Faults {
    /// A browser at a desk is gone.
    pub desk_lost_per_hour: f64,
    /// Share of clicks that come long after the offer has expired.
    pub late_click_ratio: f64,
    /// Share of commands that are sent twice.
    pub duplicate_ratio: f64,
    /// The clock steps back.
    pub clock_back_per_hour: f64,
    /// A supervisor takes a random conversation over, and gives it back later.
    pub take_over_per_hour: f64,
    /// A customer's browser is gone, and mostly comes back.
    pub customer_lost_per_hour: f64,
    /// Share of customers who write again soon after the end.
    pub reopen_ratio: f64,
    /// A command comes from somebody who has no right to it.
    pub wrong_command_per_hour: f64,
}

/// A contact centre and its customers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Its name, for people.
    pub name: String,
    /// Midnight at the beginning of a Monday.
    pub begins_at: Timestamp,
    /// Queues, skills, routing profiles, hours, people: as they would be published.
    pub documents: Vec<Document>,
    /// Who comes.
    pub streams: Vec<Stream>,
    /// Who works.
    pub crews: Vec<Crew>,
    /// What goes wrong.
    #[serde(default)]
    pub faults: Faults,
}

impl Scenario {
    /// Checks everything that can be wrong before a run.
    ///
    /// # Errors
    /// The first thing that is wrong, with what to change.
    pub fn validate(&self) -> Result<(), ScenarioError> {
        for (index, document) in self.documents.iter().enumerate() {
            document.validate().map_err(|problem| ScenarioError::Document { index, problem: problem.to_string() })?;
        }
        for stream in &self.streams {
            self.validate_stream(stream)?;
        }
        for crew in &self.crews {
            self.validate_crew(crew)?;
        }
        Ok(())
    }

    fn validate_stream(&self, stream: &Stream) -> Result<(), ScenarioError> {
        let place = format!("stream `{}`", stream.name);
        if !self.documents.iter().any(|d| d.id() == DocumentId::Queue(stream.queue)) {
            return Err(ScenarioError::Unknown { place, what: format!("queue {}", stream.queue) });
        }
        validate_week(&stream.week, &place)?;
        let weights = stream.kinds.iter().map(|kind| kind.weight);
        validate_weights(weights, format!("{place}, kinds"))?;
        validate_weights(stream.priorities.iter().map(|row| row.1), format!("{place}, priorities"))?;
        for kind in &stream.kinds {
            kind.service.ready(&format!("{place}, service of `{}`", kind.name))?;
        }
        stream.patience.ready(&format!("{place}, patience")).map(|_| ())
    }

    fn validate_crew(&self, crew: &Crew) -> Result<(), ScenarioError> {
        let place = format!("crew `{}`", crew.name);
        for person in &crew.people {
            if !self.documents.iter().any(|d| d.id() == DocumentId::Person(*person)) {
                return Err(ScenarioError::Unknown { place, what: format!("person {person}") });
            }
        }
        validate_week(&crew.on_duty, &place)?;
        let habits = &crew.habits;
        let spreads = [
            ("accept", &habits.accept),
            ("wrap_up", &habits.wrap_up),
            ("back_after_miss", &habits.back_after_miss),
            ("break_every", &habits.break_every),
            ("break_length", &habits.break_length),
            ("turn_every", &habits.turn_every),
        ];
        for (name, spread) in spreads {
            spread.ready(&format!("{place}, {name}"))?;
        }
        let shares =
            [habits.decline_ratio, habits.miss_ratio, habits.transfer_ratio, habits.warm_ratio, habits.hold_ratio];
        match shares.iter().all(|share| (0.0..=1.0).contains(share)) {
            true => Ok(()),
            false => Err(ScenarioError::Share(format!("{place}, habits"))),
        }
    }

    /// The same centre with so many more people, spread over the crews in turn, the largest first; each is on duty
    /// whenever their crew is.
    pub fn with_more_agents(&self, count: u32) -> Scenario {
        let mut next = self.clone();
        let mut order: Vec<usize> = (0..next.crews.len()).collect();
        order.sort_by_key(|index| std::cmp::Reverse(next.crews[*index].people.len()));
        for number in 0..count as usize {
            let Some(index) = order.get(number % order.len().max(1)).copied() else { return next };
            let Some(model) = next.crews[index].people.first().and_then(|person| self.person(*person)) else {
                continue;
            };
            let mut person = model.clone();
            person.id = PersonId::from_number(0xADD0_0000 + number as u128);
            next.crews[index].people.push(person.id);
            next.documents.push(Document::Person(person));
            let slots = next.crews[index].on_duty.iter_mut().flatten();
            slots.filter(|heads| **heads > 0.0).for_each(|heads| *heads += 1.0);
        }
        next
    }

    /// A person among the documents.
    pub fn person(&self, id: PersonId) -> Option<&signalbox_model::setup::people::Person> {
        self.documents.iter().find_map(|document| match document {
            Document::Person(person) if person.id == id => Some(person),
            _ => None,
        })
    }

    /// Supervisors among the documents.
    pub fn supervisors(&self) -> Vec<PersonId> {
        let supervisors = self.documents.iter().filter_map(|document| match document {
            Document::Person(person) if person.role == Role::Supervisor => Some(person.id),
            _ => None,
        });
        supervisors.collect()
    }
}

fn validate_week(week: &[Vec<f64>], place: &str) -> Result<(), ScenarioError> {
    let is_whole = week.len() == 7 && week.iter().all(|day| day.len() == SLOTS_PER_DAY);
    match is_whole && week.iter().flatten().all(|value| value.is_finite() && *value >= 0.0) {
        true => Ok(()),
        false => Err(ScenarioError::Week(place.to_owned())),
    }
}

fn validate_weights(mut weights: impl Iterator<Item = f64> + Clone, place: String) -> Result<(), ScenarioError> {
    let is_wrong = weights.clone().any(|weight| !weight.is_finite() || weight < 0.0);
    match !is_wrong && weights.any(|weight| weight > 0.0) {
        true => Ok(()),
        false => Err(ScenarioError::Empty(place)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_with_a_tail_has_the_mean_of_both_parts() {
        let spread = Spread::Quantiles { points: vec![(0.0, 0.0), (0.8, 100.0)], tail_mean_s: 50.0 };
        let draw = spread.ready("test").unwrap();
        let mut rng = Rng::seeded(1);
        let total: u64 = (0..50_000).filter_map(|_| draw.draw(&mut rng)).sum();
        let mean_s = total as f64 / 50_000.0 / 1_000.0;
        // 0.8 × 50 + 0.2 × 150 = 70, standard error below 0.3.
        assert!((mean_s - 70.0).abs() < 1.5, "{mean_s}");
    }

    #[test]
    fn what_cannot_be_drawn_is_refused_with_its_place() {
        let problem = Spread::Exponential { mean_s: 0.0 }.ready("stream `x`, patience").unwrap_err().to_string();
        assert!(problem.starts_with("stream `x`, patience: "), "{problem}");
    }
}
