//! What a run adds up to. The formulas are the product's own (`engine::measures`); here is only what they are fed with.

use std::collections::BTreeMap;

use signalbox_engine::measures::{self, Contact, ContactKind, Handled, QueueStay, StayEnd};
use signalbox_model::contact::Channel;
use signalbox_model::event::conversation::{QueuedBecause, WrapUpFinished};
use signalbox_model::event::{Event, Recorded};
use signalbox_model::id::{ConversationId, PersonId, QueueId};
use signalbox_model::setup::queue::ServiceTarget;
use signalbox_model::time::{DurationMs, Timestamp};
use signalbox_stats::{Mean, Proportion, QuantileSketch};

use crate::customers::{Passed, Worked};
use crate::scenario::{SLOT_MS, SLOTS_PER_DAY};

/// What happened in a run.
pub struct Tally {
    begins_at: i64,
    targets: BTreeMap<QueueId, ServiceTarget>,
    /// By queue and half hour of the day: tallies merge, so each fact is counted once.
    cells: Vec<(QueueId, Vec<measures::Tally>)>,
    /// Contacts that came by half hour of the day.
    pub arrivals_by_slot: Vec<u64>,
    /// Contacts by hour since the beginning, to find the peak.
    pub hours: Vec<u32>,
    /// Contacts that came.
    pub arrivals: u64,
    /// Whether somebody had to wait at all, of all who were answered or left.
    pub delayed: Proportion,
    /// Whether they left.
    pub abandoned: Proportion,
    /// Seconds waited by all, answered or not.
    pub waits_s: Mean,
    /// Milliseconds waited by those who were answered.
    pub answered_waits: QuantileSketch,
    /// Milliseconds waited by those who left.
    pub abandoned_waits: QuantileSketch,
    /// Milliseconds in hand, wrap-up included.
    pub handle_times: QuantileSketch,
    /// Facts in the log.
    pub facts: u64,
    /// Wishes that were refused.
    pub refused: u64,
    in_wrap_up: BTreeMap<(ConversationId, PersonId), (Worked, i64)>,
    counts_from: i64,
}

impl Tally {
    /// An empty one. What happens before `counts_from` is not counted.
    pub fn new(begins_at: i64, counts_from: i64, targets: BTreeMap<QueueId, ServiceTarget>) -> Tally {
        Tally {
            begins_at,
            cells: targets.keys().map(|queue| (*queue, vec![measures::Tally::default(); SLOTS_PER_DAY])).collect(),
            targets,
            arrivals_by_slot: vec![0; SLOTS_PER_DAY],
            hours: Vec::new(),
            arrivals: 0,
            delayed: Proportion::default(),
            abandoned: Proportion::default(),
            waits_s: Mean::default(),
            answered_waits: QuantileSketch::default(),
            abandoned_waits: QuantileSketch::default(),
            handle_times: QuantileSketch::default(),
            facts: 0,
            refused: 0,
            in_wrap_up: BTreeMap::new(),
            counts_from,
        }
    }

    fn slot_of(&self, at: i64) -> usize {
        ((at - self.begins_at).max(0) / SLOT_MS) as usize % SLOTS_PER_DAY
    }

    /// Measures of one half hour of the day over all queues.
    pub fn slot(&self, slot: usize) -> measures::Tally {
        let mut sum = measures::Tally::default();
        self.cells.iter().filter_map(|(_, slots)| slots.get(slot)).for_each(|cell| sum.merge(cell));
        sum
    }

    /// Measures of each queue.
    pub fn queues(&self) -> Vec<(QueueId, measures::Tally)> {
        let sums = self.cells.iter().map(|(queue, slots)| {
            let mut sum = measures::Tally::default();
            slots.iter().for_each(|cell| sum.merge(cell));
            (*queue, sum)
        });
        sums.collect()
    }

    /// Measures of everything.
    pub fn whole(&self) -> measures::Tally {
        let mut sum = measures::Tally::default();
        self.cells.iter().flat_map(|(_, slots)| slots).for_each(|cell| sum.merge(cell));
        sum
    }

    /// Share of callers whose patience lasts longer than this, by Kaplan and Meier's estimate from waits that ended with an
    /// answer and waits that ended because the caller left.
    pub fn survival_of_patience(&self, after_ms: u64) -> f64 {
        let mut ends: Vec<(u64, u64, bool)> = Vec::new();
        ends.extend(self.abandoned_waits.buckets().map(|bucket| (bucket.high, bucket.count, true)));
        ends.extend(self.answered_waits.buckets().map(|bucket| (bucket.high, bucket.count, false)));
        ends.sort_unstable_by_key(|end| end.0);
        let mut still_waiting = self.abandoned.trials() as f64;
        let mut survival = 1.0;
        for (_, count, left) in ends.into_iter().filter(|end| end.0 <= after_ms) {
            if left && still_waiting > 0.0 {
                survival *= 1.0 - count as f64 / still_waiting;
            }
            still_waiting -= count as f64;
        }
        survival
    }

    /// Counts one fact and what it changed.
    pub fn see(&mut self, recorded: &Recorded, passed: &Passed, channel: Option<Channel>, now: i64) {
        self.facts += 1;
        match &recorded.event {
            Event::ConversationOpened(_) if now >= self.counts_from => self.came(now),
            Event::AskRefused(_) => self.refused += 1,
            Event::WrapUpFinished(fact) => self.wrapped_up(fact, now),
            _ => {}
        }
        if let (Some(waited), Some(channel)) = (passed.waited, channel) {
            let how = stay_end(&recorded.event, passed);
            let target = self.targets.get(&waited.queue).copied().unwrap_or_default();
            let stay = QueueStay {
                entered_at: Timestamp(waited.entered_at),
                left_at: Timestamp(now),
                how,
                wait_ms: DurationMs((now - waited.line_since).max(0) as u64),
                within_ms: target.within(channel),
                short_ms: target.short_abandon_ms,
            };
            self.stayed(waited.queue, passed.to, stay, now);
        }
        if let Some(worked) = passed.worked {
            self.worked(recorded, worked, passed.is_over, now);
        }
    }

    fn came(&mut self, now: i64) {
        self.arrivals += 1;
        let slot = self.slot_of(now);
        self.arrivals_by_slot[slot] += 1;
        let hour = ((now - self.begins_at).max(0) / (2 * SLOT_MS)) as usize;
        if self.hours.len() <= hour {
            self.hours.resize(hour + 1, 0);
        }
        self.hours[hour] += 1;
    }

    fn stayed(&mut self, queue: QueueId, person: Option<PersonId>, stay: QueueStay, now: i64) {
        if stay.entered_at.0 < self.counts_from {
            return;
        }
        if let StayEnd::Answered | StayEnd::Abandoned = stay.how {
            let is_answered = stay.how == StayEnd::Answered;
            self.delayed.add(stay.wait_ms.0 > 0);
            self.abandoned.add(!is_answered);
            self.waits_s.add(stay.wait_ms.as_seconds());
            match is_answered {
                true => self.answered_waits.add(stay.wait_ms.0),
                false => self.abandoned_waits.add(stay.wait_ms.0),
            }
        }
        let contact =
            Contact { segment: 1, at: Timestamp(now), queue: Some(queue), person, kind: ContactKind::Stay(stay) };
        self.add(contact, now);
    }

    fn worked(&mut self, recorded: &Recorded, worked: Worked, is_over: bool, now: i64) {
        if worked.since < self.counts_from {
            return;
        }
        // Whether wrap-up follows is known one fact later; a segment that is over waits for it here.
        match (&recorded.event, is_over) {
            (Event::ConversationClosed(fact), true) => {
                self.in_wrap_up.insert((fact.conversation, worked.person), (worked, now));
            }
            _ => self.handled(worked, now, 0),
        }
    }

    /// Says that the engine has settled: segments without wrap-up are complete.
    pub fn settled(&mut self, has_wrap_up: impl Fn(ConversationId) -> bool) {
        if self.in_wrap_up.is_empty() {
            return;
        }
        let done: Vec<_> = self.in_wrap_up.keys().filter(|key| !has_wrap_up(key.0)).copied().collect();
        for key in done {
            if let Some((worked, ended_at)) = self.in_wrap_up.remove(&key) {
                self.handled(worked, ended_at, 0);
            }
        }
    }

    fn wrapped_up(&mut self, fact: &WrapUpFinished, now: i64) {
        if let Some((worked, ended_at)) = self.in_wrap_up.remove(&(fact.conversation, fact.person)) {
            self.handled(worked, ended_at, (now - ended_at).max(0) as u64);
        }
    }

    fn handled(&mut self, worked: Worked, ended_at: i64, wrap_up_ms: u64) {
        let talk_ms = (ended_at - worked.since).max(0) as u64;
        self.handle_times.add(talk_ms + wrap_up_ms);
        let work = Handled {
            talk_ms: DurationMs(talk_ms),
            hold_ms: DurationMs::ZERO,
            wrap_up_ms: DurationMs(wrap_up_ms),
            review_ms: DurationMs::ZERO,
            divided_ms: DurationMs(talk_ms + wrap_up_ms),
        };
        let at = ended_at + wrap_up_ms as i64;
        let contact = Contact {
            segment: 2,
            at: Timestamp(at),
            queue: Some(worked.queue),
            person: Some(worked.person),
            kind: ContactKind::Handled(work),
        };
        self.add(contact, at);
    }

    fn add(&mut self, contact: Contact, at: i64) {
        let slot = self.slot_of(at);
        let cell = self.cells.iter_mut().find(|(queue, _)| Some(*queue) == contact.queue);
        if let Some((_, slots)) = cell {
            slots[slot].add(&contact);
        }
    }
}

fn stay_end(event: &Event, passed: &Passed) -> StayEnd {
    match event {
        Event::ConversationQueued(fact) if matches!(fact.because, QueuedBecause::Overflowed { .. }) => {
            StayEnd::Overflowed
        }
        Event::ConversationQueued(_) => StayEnd::Moved,
        Event::ConversationTurnedAway(_) => StayEnd::TurnedAway,
        _ if passed.to.is_some() => StayEnd::Answered,
        _ => StayEnd::Abandoned,
    }
}
