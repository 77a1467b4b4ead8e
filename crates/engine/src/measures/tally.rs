//! Sums from which every measure is computed. The tally of a whole is the merge of the tallies of its parts.

use serde::{Deserialize, Serialize};
use signalbox_model::contact::Presence;
use signalbox_model::id::PersonId;
use signalbox_stats::QuantileSketch;

use super::contact::{Contact, ContactKind, Handled, QueueStay, StayEnd};
use super::definition::{DEFINITIONS, Measure};
use super::people::ActivitySpan;
use super::value::{CannotSay, Measured};

/// A 90th percentile of fewer values would be their largest.
const PERCENTILE_COUNT_MIN: u64 = 10;

/// Stays in queues.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct QueueTally {
    /// Answered within the threshold.
    pub answered_in_time: u64,
    /// Left by the customer below the short limit.
    pub abandoned_short: u64,
    /// Left by the customer within the threshold, the short ones included.
    pub abandoned_in_time: u64,
    /// Left by the customer, all of them.
    pub abandoned: u64,
    /// Went on in another queue.
    pub moved: u64,
    /// Not taken in.
    pub turned_away: u64,
    /// Waits of the answered.
    pub answered_waits: QuantileSketch,
    /// Waits of those whose customer left.
    pub abandoned_waits: QuantileSketch,
}

impl QueueTally {
    /// Adds a stay.
    pub fn add(&mut self, stay: &QueueStay) {
        let in_time = stay.wait_ms <= stay.within_ms;
        match stay.how {
            StayEnd::Answered | StayEnd::AnsweredElsewhere => {
                self.answered_in_time += u64::from(in_time);
                self.answered_waits.add(stay.wait_ms.0);
            }
            StayEnd::Abandoned => {
                self.abandoned += 1;
                self.abandoned_in_time += u64::from(in_time);
                self.abandoned_short += u64::from(stay.wait_ms < stay.short_ms);
                self.abandoned_waits.add(stay.wait_ms.0);
            }
            StayEnd::Overflowed | StayEnd::Moved => self.moved += 1,
            StayEnd::TurnedAway => self.turned_away += 1,
        }
    }

    /// Adds what another part counted.
    pub fn merge(&mut self, other: &QueueTally) {
        self.answered_in_time += other.answered_in_time;
        self.abandoned_short += other.abandoned_short;
        self.abandoned_in_time += other.abandoned_in_time;
        self.abandoned += other.abandoned;
        self.moved += other.moved;
        self.turned_away += other.turned_away;
        self.answered_waits.merge(&other.answered_waits);
        self.abandoned_waits.merge(&other.abandoned_waits);
    }

    /// Answered.
    pub fn answered(&self) -> u64 {
        self.answered_waits.count()
    }

    /// Ended with an answer or without one.
    pub fn offered(&self) -> u64 {
        self.answered() + self.abandoned
    }

    fn value(&self, measure: Measure) -> Option<Measured> {
        let (answered, offered) = (self.answered(), self.offered());
        Some(match measure {
            Measure::ServiceLevel => Measured::ratio(measure, self.answered_in_time, offered - self.abandoned_short),
            Measure::ServiceLevelConnect => {
                Measured::ratio(measure, self.answered_in_time + self.abandoned_in_time, offered)
            }
            Measure::ServiceLevelAnsweredOnly => Measured::ratio(measure, self.answered_in_time, answered),
            Measure::ServiceLevelAllAbandons => Measured::ratio(measure, self.answered_in_time, offered),
            Measure::AverageSpeedOfAnswer => Measured::of_sample(measure, self.answered_waits.mean(), answered, 1),
            Measure::WaitP90 => percentile(measure, &self.answered_waits, 0.9),
            Measure::AbandonmentRate => Measured::ratio(measure, self.abandoned, offered),
            Measure::ShortAbandonmentRate => Measured::ratio(measure, self.abandoned_short, offered),
            Measure::OfferedCount => Measured::count(measure, offered),
            Measure::AnsweredCount => Measured::count(measure, answered),
            Measure::AbandonedCount => Measured::count(measure, self.abandoned),
            Measure::ShortAbandonedCount => Measured::count(measure, self.abandoned_short),
            Measure::MovedCount => Measured::count(measure, self.moved),
            Measure::TurnedAwayCount => Measured::count(measure, self.turned_away),
            _ => return None,
        })
    }
}

/// Work of people on conversations.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WorkTally {
    /// Connected and not on hold.
    pub talk_ms: u64,
    /// On hold.
    pub hold_ms: u64,
    /// Work after it.
    pub wrap_up_ms: u64,
    /// Judging an AI agent's work.
    pub review_ms: u64,
    /// Handle times, concurrency divided out.
    pub divided: QuantileSketch,
}

impl WorkTally {
    /// Adds a segment.
    pub fn add(&mut self, work: &Handled) {
        self.talk_ms += work.talk_ms.0;
        self.hold_ms += work.hold_ms.0;
        self.wrap_up_ms += work.wrap_up_ms.0;
        self.review_ms += work.review_ms.0;
        self.divided.add(work.divided_ms.0);
    }

    /// Adds what another part counted.
    pub fn merge(&mut self, other: &WorkTally) {
        self.talk_ms += other.talk_ms;
        self.hold_ms += other.hold_ms;
        self.wrap_up_ms += other.wrap_up_ms;
        self.review_ms += other.review_ms;
        self.divided.merge(&other.divided);
    }

    fn value(&self, measure: Measure) -> Option<Measured> {
        let handled = self.divided.count();
        Some(match measure {
            Measure::AverageHandleTime => Measured::of_sample(measure, self.divided.mean(), handled, 1),
            Measure::AverageContactTime => {
                let sum = self.talk_ms + self.hold_ms + self.wrap_up_ms + self.review_ms;
                let mean = (handled > 0).then(|| sum as f64 / handled as f64);
                Measured::of_sample(measure, mean, handled, 1)
            }
            Measure::HandledCount => Measured::count(measure, handled),
            _ => return None,
        })
    }
}

/// People's time and what they did with offers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TimeTally {
    /// With at least one conversation or wrap-up, by the clock on the wall.
    pub on_contact_ms: u64,
    /// Available without any.
    pub idle_ms: u64,
    /// Away without any.
    pub away_ms: u64,
    /// Not responding without any.
    pub not_responding_ms: u64,
    /// Slots taken times time, while available or on contact.
    pub slot_taken_ms: u64,
    /// Slots there are times time, while available or on contact.
    pub slot_ms: u64,
    /// Offers that expired.
    pub not_responding: u64,
    /// Offers declined.
    pub declined: u64,
}

impl TimeTally {
    /// Adds a stretch; clip it to the window first.
    pub fn add(&mut self, span: &ActivitySpan) {
        let length = span.length().0;
        let load = &span.load;
        let working = load.engaged() > 0 || load.presence == Presence::Available;
        match load.presence {
            _ if load.engaged() > 0 => self.on_contact_ms += length,
            Presence::Available => self.idle_ms += length,
            Presence::Away => self.away_ms += length,
            Presence::NotResponding => self.not_responding_ms += length,
            Presence::Offline => {}
        }
        if working {
            let taken = load.engaged() + load.asked;
            self.slot_taken_ms += length * u64::from(taken);
            // A supervisor takes over without having slots: what is taken is there at least.
            self.slot_ms += length * u64::from(load.slots.max(taken));
        }
    }

    /// Adds what another part counted.
    pub fn merge(&mut self, other: &TimeTally) {
        self.on_contact_ms += other.on_contact_ms;
        self.idle_ms += other.idle_ms;
        self.away_ms += other.away_ms;
        self.not_responding_ms += other.not_responding_ms;
        self.slot_taken_ms += other.slot_taken_ms;
        self.slot_ms += other.slot_ms;
        self.not_responding += other.not_responding;
        self.declined += other.declined;
    }

    fn value(&self, measure: Measure, people: u64) -> Option<Measured> {
        let staffed = self.on_contact_ms + self.idle_ms;
        Some(match measure {
            Measure::Occupancy => Measured::ratio_of(measure, self.on_contact_ms as f64, staffed as f64, people),
            Measure::SlotOccupancy => {
                Measured::ratio_of(measure, self.slot_taken_ms as f64, self.slot_ms as f64, people)
            }
            Measure::NotRespondingCount => Measured::count(measure, self.not_responding),
            Measure::DeclinedCount => Measured::count(measure, self.declined),
            _ => return None,
        })
    }
}

/// All of it, for one row of one interval.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tally {
    /// Stays in queues.
    #[serde(skip_serializing_if = "is_nothing")]
    pub stays: QueueTally,
    /// Work on conversations.
    #[serde(skip_serializing_if = "is_nothing")]
    pub work: WorkTally,
    /// Times to the first response.
    #[serde(skip_serializing_if = "is_nothing")]
    pub first_replies: QuantileSketch,
    /// People's time; none where a row has no people, as a channel.
    #[serde(skip_serializing_if = "is_nothing")]
    pub time: Option<TimeTally>,
    /// Whose time that is.
    #[serde(skip_serializing_if = "is_nothing")]
    pub people: Vec<PersonId>,
    /// Most waiting at once; none where a row has no line, as a person.
    #[serde(skip_serializing_if = "is_nothing")]
    pub waiting_max: Option<u64>,
}

/// Sums of few things are stored without the many zeros.
fn is_nothing<T: Default + PartialEq>(part: &T) -> bool {
    *part == T::default()
}

impl Tally {
    /// Adds what a conversation brought.
    pub fn add(&mut self, contact: &Contact) {
        match &contact.kind {
            ContactKind::Stay(stay) => self.stays.add(stay),
            ContactKind::Handled(work) => self.work.add(work),
            ContactKind::FirstReply { after_ms } => self.first_replies.add(after_ms.0),
        }
    }

    /// Adds a person's time.
    pub fn add_time(&mut self, person: PersonId, time: &TimeTally) {
        self.time.get_or_insert_default().merge(time);
        if let Err(index) = self.people.binary_search(&person) {
            self.people.insert(index, person);
        }
    }

    /// Adds what another part counted. Lengths of lines are not summed: the most of any part counts.
    pub fn merge(&mut self, other: &Tally) {
        self.stays.merge(&other.stays);
        self.work.merge(&other.work);
        self.first_replies.merge(&other.first_replies);
        if let Some(time) = &other.time {
            self.time.get_or_insert_default().merge(time);
        }
        for person in &other.people {
            if let Err(index) = self.people.binary_search(person) {
                self.people.insert(index, *person);
            }
        }
        self.waiting_max = self.waiting_max.max(other.waiting_max);
    }

    /// One measure.
    pub fn value(&self, measure: Measure) -> Measured {
        let replies = &self.first_replies;
        match measure {
            Measure::TimeToFirstResponse => {
                Measured::of_sample(measure, replies.quantile(0.5).map(|ms| ms as f64), replies.count(), 1)
            }
            Measure::TimeToFirstResponseP90 => percentile(measure, replies, 0.9),
            Measure::TimeToFirstResponseMean => Measured::of_sample(measure, replies.mean(), replies.count(), 1),
            Measure::WaitingCountMax => match self.waiting_max {
                Some(most) => Measured::count(measure, most),
                None => Measured::cannot(measure, CannotSay::NotDefinedHere, 0),
            },
            _ => self
                .stays
                .value(measure)
                .or_else(|| self.work.value(measure))
                .or_else(|| self.time.as_ref()?.value(measure, self.people.len() as u64))
                .unwrap_or(Measured::cannot(measure, CannotSay::NotDefinedHere, 0)),
        }
    }

    /// Every measure, in the order of the definitions.
    pub fn values(&self) -> Vec<Measured> {
        DEFINITIONS.iter().map(|definition| self.value(definition.measure)).collect()
    }
}

fn percentile(measure: Measure, sketch: &QuantileSketch, q: f64) -> Measured {
    Measured::of_sample(measure, sketch.quantile(q).map(|ms| ms as f64), sketch.count(), PERCENTILE_COUNT_MIN)
}
