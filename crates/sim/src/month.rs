//! A scenario from the aggregates of a real centre's month: arrivals, service times, patience and mixes are taken as they
//! are; staffing, which the aggregates do not tell, is fitted.
//!
//! The file is read where the caller says. Nothing of it is part of this program.

use std::collections::BTreeMap;

use serde::Deserialize;
use signalbox_model::contact::Channel;
use signalbox_model::id::{PersonId, ProfileId, QueueId};
use signalbox_model::setup::Document;
use signalbox_model::setup::people::{Capacity, Person, ProfileQueue, Role, RoutingProfile};
use signalbox_model::setup::queue::{Queue, ServiceTarget};
use signalbox_model::time::{DurationMs, Timestamp};
use signalbox_model::word::{Name, WordError};

use crate::run::{Options, Outcome, Run, RunError};
use crate::scenario::{Crew, DAY_MS, Faults, Habits, Kind, SLOTS_PER_DAY, Scenario, Spread, Stream};

/// Four weeks.
pub const MONTH_MS: i64 = 28 * DAY_MS;
/// Seconds of a half hour.
const SLOT_S: f64 = 1_800.0;
/// Half hours with fewer contacts than this have nobody on duty: the centre is closed.
const OPEN_CONTACTS_MIN: f64 = 2.0;
/// Half hours on each side over which staffing is smoothed: shifts do not follow every half hour.
const SMOOTH_SLOTS: usize = 2;
const QUEUE: QueueId = QueueId::from_number(1);
const PROFILE: ProfileId = ProfileId::from_number(1);
const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// A month that cannot be made into a scenario.
#[derive(Debug, thiserror::Error)]
pub enum MonthError {
    /// Not the expected JSON.
    #[error("the month cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// Something is missing or out of order.
    #[error("the month lacks {0}")]
    Missing(String),
    /// A word of it cannot be a name.
    #[error(transparent)]
    Word(#[from] WordError),
    /// It could not be run.
    #[error(transparent)]
    Run(#[from] RunError),
}

#[derive(Clone, Debug, Deserialize)]
struct Raw {
    mean_arrivals_per_halfhour_by_weekday: BTreeMap<String, Vec<f64>>,
    service_time_quantiles_s_by_type: BTreeMap<String, BTreeMap<String, f64>>,
    patience_kaplan_meier_survival: Vec<(f64, f64)>,
    type_mix: BTreeMap<String, f64>,
    priority_mix: BTreeMap<String, f64>,
    agents_names_in_log: u32,
    max_concurrent_in_service: u32,
}

/// The aggregates, read.
#[derive(Clone, Debug)]
pub struct Month {
    /// Contacts per half hour: seven days from Monday.
    pub week: Vec<Vec<f64>>,
    /// What they are about.
    pub kinds: Vec<Kind>,
    /// Their priorities.
    pub priorities: Vec<(u8, f64)>,
    /// Points of the survival of patience: seconds, share that would still wait.
    pub survival: Vec<(f64, f64)>,
    /// Mean patience, as the log's authors give it.
    pub patience_mean_s: f64,
    /// Mean of the service times.
    pub service_mean_s: f64,
    /// Names of agents in the log.
    pub names: u32,
    /// Most agents busy at once.
    pub busy_max: u32,
}

/// How many people work when: `level × mean load × (load / mean load) ^ shape` heads in each half hour, at most as many as
/// were ever busy at once. A shape of 1 follows the load, 0 is the same all day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Staffing {
    /// Heads per unit of load.
    pub level: f64,
    /// How far they follow the load.
    pub shape: f64,
}

/// What a fit aims at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Aim {
    /// Share of callers who left.
    pub abandonment: f64,
    /// Share of all callers whose wait was over within twenty seconds.
    pub within_20s: f64,
}

impl Month {
    /// Reads the aggregates. The mean patience is not among them and is given beside them.
    ///
    /// # Errors
    /// When something is missing.
    pub fn parse(text: &str, patience_mean_s: f64) -> Result<Month, MonthError> {
        let raw: Raw = serde_json::from_str(text)?;
        let day = |name: &&str| {
            let slots = raw.mean_arrivals_per_halfhour_by_weekday.get(*name).cloned();
            slots
                .filter(|slots| slots.len() == SLOTS_PER_DAY)
                .ok_or_else(|| MonthError::Missing(format!("48 half hours of {name}")))
        };
        let week = DAYS.iter().map(day).collect::<Result<Vec<_>, _>>()?;
        let mut kinds = Vec::new();
        let (mut work_s, mut count) = (0.0, 0.0);
        for (name, weight) in &raw.type_mix {
            let row = raw.service_time_quantiles_s_by_type.get(name);
            let row = row.ok_or_else(|| MonthError::Missing(format!("service times of type {name}")))?;
            let mean = *row.get("mean").ok_or_else(|| MonthError::Missing(format!("the mean of type {name}")))?;
            // Weighed by those who were served, as the log's handle times are: some types leave more often than others, and
            // one line with one patience cannot tell why.
            let served = row.get("n").copied().unwrap_or(*weight);
            work_s += served * mean;
            count += served;
            kinds.push(Kind { name: name.clone(), weight: served, service: service(row, mean) });
        }
        let priorities = raw.priority_mix.iter().filter_map(|(name, weight)| Some((name.parse().ok()?, *weight)));
        Ok(Month {
            week,
            kinds,
            priorities: priorities.collect(),
            survival: raw.patience_kaplan_meier_survival,
            patience_mean_s,
            service_mean_s: work_s / count,
            names: raw.agents_names_in_log,
            busy_max: raw.max_concurrent_in_service,
        })
    }

    /// The survival's points with an exponential tail that gives the stated mean.
    fn patience(&self) -> Spread {
        let mut points = vec![(0.0, 0.0)];
        points.extend(self.survival.iter().map(|(seconds, survival)| (1.0 - survival, *seconds)));
        with_tail(&points, self.patience_mean_s)
    }

    /// Heads in each half hour of the week.
    pub fn heads(&self, staffing: Staffing) -> Vec<Vec<f64>> {
        let loads: Vec<f64> =
            self.week.iter().flatten().map(|contacts| contacts * self.service_mean_s / SLOT_S).collect();
        let count = loads.len();
        let smooth = |at: usize| {
            let near = (0..=2 * SMOOTH_SLOTS).map(|step| loads[(at + count + step - SMOOTH_SLOTS) % count]);
            near.sum::<f64>() / (2 * SMOOTH_SLOTS + 1) as f64
        };
        let open: Vec<bool> = self.week.iter().flatten().map(|contacts| *contacts >= OPEN_CONTACTS_MIN).collect();
        let open_loads: Vec<f64> = (0..count).filter(|at| open[*at]).map(smooth).collect();
        let mean = open_loads.iter().sum::<f64>() / open_loads.len().max(1) as f64;
        let heads = |at: usize| match open[at] {
            true => {
                (staffing.level * mean * (smooth(at) / mean).powf(staffing.shape)).clamp(1.0, f64::from(self.busy_max))
            }
            false => 0.0,
        };
        let all: Vec<f64> = (0..count).map(heads).collect();
        all.chunks(SLOTS_PER_DAY).map(<[f64]>::to_vec).collect()
    }

    /// The month with this staffing.
    ///
    /// # Errors
    /// When a name in it is not one.
    pub fn scenario(&self, staffing: Staffing) -> Result<Scenario, MonthError> {
        let mut queue = Queue::named(QUEUE, Name::parse("Bank line")?);
        queue.wrap_up_ms = DurationMs::ZERO;
        let within = DurationMs::seconds(20);
        queue.target = ServiceTarget {
            percent: 80,
            within_ms: within,
            voice_within_ms: within,
            short_abandon_ms: DurationMs::ZERO,
        };
        let capacity = Capacity { per_channel: BTreeMap::from([(Channel::Voice, 1)]), total: 1, exclusive: Vec::new() };
        let queues = vec![ProfileQueue { queue: QUEUE, priority: 1, delay_ms: DurationMs::ZERO }];
        let profile = RoutingProfile { id: PROFILE, name: Name::parse("Bank agents")?, queues, capacity };
        let mut documents = vec![Document::Queue(queue), Document::RoutingProfile(profile)];
        let mut people = Vec::new();
        for number in 1..=self.names {
            let id = PersonId::from_number(u128::from(number));
            people.push(id);
            documents.push(Document::Person(Person {
                id,
                name: Name::parse(&format!("Agent {number}"))?,
                email: format!("agent{number}@example.com"),
                role: Role::Agent,
                skills: BTreeMap::new(),
                profile: Some(PROFILE),
                team: None,
                retired: false,
            }));
        }
        let stream = Stream {
            name: "Callers".to_owned(),
            queue: QUEUE,
            channel: Channel::Voice,
            week: self.week.clone(),
            kinds: self.kinds.clone(),
            priorities: self.priorities.clone(),
            needs: Vec::new(),
            patience: self.patience(),
        };
        let crew =
            Crew { name: "Bank agents".to_owned(), people, on_duty: self.heads(staffing), habits: Habits::prompt() };
        Ok(Scenario {
            name: "A bank's month".to_owned(),
            begins_at: Timestamp(0),
            documents,
            streams: vec![stream],
            crews: vec![crew],
            faults: Faults::default(),
        })
    }

    /// Runs the month once.
    ///
    /// # Errors
    /// When it cannot be run.
    pub fn run(&self, staffing: Staffing, seed: u64) -> Result<Outcome, MonthError> {
        let scenario = self.scenario(staffing)?;
        let options = Options { seed, span_ms: MONTH_MS, ..Options::default() };
        Ok(Run::new(&scenario, options)?.finish()?)
    }

    /// Abandonment and the share whose wait was over within twenty seconds, over several seeds.
    fn measured(&self, staffing: Staffing, seeds: &[u64]) -> Result<Aim, MonthError> {
        let mut sum = Aim { abandonment: 0.0, within_20s: 0.0 };
        for seed in seeds {
            let outcome = self.run(staffing, *seed)?;
            sum.abandonment += outcome.tally.abandoned.estimate().unwrap_or(0.0) / seeds.len() as f64;
            sum.within_20s += waited_within(&outcome, 20_000) / seeds.len() as f64;
        }
        Ok(sum)
    }

    /// Finds the staffing whose months have on average the abandonment and the share whose wait was over within twenty seconds of the
    /// log. Only these two are aimed at; whatever else fits is a check.
    ///
    /// # Errors
    /// When the month cannot be run.
    pub fn fit(&self, aim: Aim, seeds: &[u64]) -> Result<Staffing, MonthError> {
        let mut best = (f64::MAX, Staffing { level: 1.0, shape: 1.0 });
        for shape in (0..=7).map(|step| 0.5 + 0.1 * f64::from(step)) {
            let (staffing, reached) = self.level_for(aim.abandonment, shape, seeds)?;
            let miss = (reached.within_20s - aim.within_20s).abs();
            if miss < best.0 {
                best = (miss, staffing);
            }
        }
        Ok(best.1)
    }

    /// More people, fewer who leave: the level is found by halving.
    fn level_for(&self, abandonment: f64, shape: f64, seeds: &[u64]) -> Result<(Staffing, Aim), MonthError> {
        let (mut low, mut high) = (0.85, 1.35);
        let mut last = (Staffing { level: low, shape }, Aim { abandonment, within_20s: 0.0 });
        for _ in 0..7 {
            let staffing = Staffing { level: 0.5 * (low + high), shape };
            let reached = self.measured(staffing, seeds)?;
            match reached.abandonment > abandonment {
                true => low = staffing.level,
                false => high = staffing.level,
            }
            last = (staffing, reached);
        }
        Ok(last)
    }
}

/// Share of all callers whose wait was over within so many milliseconds, by an answer or because they left: the convention
/// under which the log's two shares fit together (Amazon Connect's).
pub fn waited_within(outcome: &Outcome, within_ms: u64) -> f64 {
    let tally = &outcome.tally;
    let buckets = tally.answered_waits.buckets().chain(tally.abandoned_waits.buckets());
    let within: u64 = buckets.filter(|bucket| bucket.high <= within_ms).map(|bucket| bucket.count).sum();
    within as f64 / tally.abandoned.trials().max(1) as f64
}

/// Quantiles of one type, with a tail that gives its mean.
fn service(row: &BTreeMap<String, f64>, mean: f64) -> Spread {
    let mut points: Vec<(f64, f64)> = row.iter().filter_map(|(key, value)| Some((key.parse().ok()?, *value))).collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    points.insert(0, (0.0, 0.0));
    with_tail(&points, mean)
}

/// Points of a distribution with a constant hazard between two of them, and after the last an exponential tail that gives
/// the mean. Straight lines would put too much weight above each point: times of service and patience thin out upwards.
fn with_tail(points: &[(f64, f64)], mean: f64) -> Spread {
    const STEPS: u32 = 8;
    let mut fine = points.first().copied().into_iter().collect::<Vec<_>>();
    for pair in points.windows(2) {
        let ((p0, v0), (p1, v1)) = (pair[0], pair[1]);
        for step in 1..=STEPS {
            let share = f64::from(step) / f64::from(STEPS);
            let survival = (1.0 - p0) * ((1.0 - p1) / (1.0 - p0)).powf(share);
            fine.push((1.0 - survival, v0 + (v1 - v0) * share));
        }
    }
    let body: f64 = fine.windows(2).map(|pair| (pair[1].0 - pair[0].0) * 0.5 * (pair[0].1 + pair[1].1)).sum();
    let last = fine.last().copied().unwrap_or((0.0, 0.0));
    let tail_mean_s = ((mean - body) / (1.0 - last.0) - last.1).max(1.0);
    Spread::Quantiles { points: fine, tail_mean_s }
}
