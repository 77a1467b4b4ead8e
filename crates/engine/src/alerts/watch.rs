//! Values against thresholds: since when each rule has been broken for each subject, and when its dwell will be over.
//!
//! Values that grow with the clock alone (waits, times on hold) break their threshold at an instant that is known beforehand;
//! counts and ratios break it at a fact. Either way the instant is known without asking again and again.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};
use signalbox_model::contact::{Channel, Control, Owner};
use signalbox_model::event::alert::AlertSubject;
use signalbox_model::event::{Event, Recorded};
use signalbox_model::id::{AlertRuleId, ConversationId, QueueId};
use signalbox_model::setup::alerting::{AlertMeasure, AlertRule};
use signalbox_model::time::{DurationMs, Timestamp};

use crate::conversation::Conversation;
use crate::floor::Floor;

/// Service level is taken over this much of the past.
const SERVICE_LEVEL_WINDOW: DurationMs = DurationMs(30 * 60_000);
/// Fewer conversations than this say nothing about service level.
const SERVICE_LEVEL_MIN: usize = 10;
/// Departures remembered per queue.
const DEPARTURES_MAX: usize = 5_000;

type Key = (AlertRuleId, AlertSubject);

/// Somebody left a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Departure {
    at: Timestamp,
    in_time: bool,
}

/// Since when rules are broken.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Watch {
    /// Broken since, and ripe when, per rule and subject, where no alert is open yet. A list of pairs: the key is not a text.
    broken: Vec<(Key, (Timestamp, Timestamp))>,
    timers: BTreeSet<(Timestamp, Key)>,
    /// Open alerts, and dismissed ones whose value has not been good since.
    silent: BTreeSet<Key>,
    departures: BTreeMap<QueueId, VecDeque<Departure>>,
    entered: BTreeMap<ConversationId, (QueueId, Timestamp)>,
}

/// Whether a rule looks at this subject.
pub fn covers(rule: &AlertRule, floor: &Floor, subject: AlertSubject) -> bool {
    match subject {
        AlertSubject::Queue { queue } => {
            !rule.measure.per_conversation() && rule.queue.is_none_or(|only| only == queue)
        }
        AlertSubject::Conversation { conversation } => {
            let queue = floor.conversation(conversation).and_then(|conversation| conversation.queue);
            rule.measure.per_conversation() && rule.queue.is_none_or(|only| queue == Some(only))
        }
    }
}

/// The value of a measure now; none: it cannot be said, or what it is about is over.
pub fn value(measure: AlertMeasure, floor: &Floor, subject: AlertSubject, now: Timestamp) -> Option<f64> {
    match subject {
        AlertSubject::Queue { queue } => queue_value(measure, floor, queue, now),
        AlertSubject::Conversation { conversation } => {
            let conversation = floor.conversation(conversation).filter(|conversation| !conversation.is_closed())?;
            Some(clock_start(measure, conversation).map_or(0.0, |since| now.since(since).as_seconds()))
        }
    }
}

fn queue_value(measure: AlertMeasure, floor: &Floor, queue: QueueId, now: Timestamp) -> Option<f64> {
    // A retired queue still has those who wait in it.
    floor.directory.queues.get(&queue)?;
    match measure {
        AlertMeasure::OldestWait => {
            Some(floor.oldest_waiting(queue).map_or(0.0, |since| now.since(since).as_seconds()))
        }
        AlertMeasure::WaitingCount => Some(f64::from(floor.waiting_count(queue))),
        AlertMeasure::AgentsFree => Some(floor.ready(queue).count() as f64),
        AlertMeasure::ServiceLevel | AlertMeasure::ReplyWait | AlertMeasure::HandleTime | AlertMeasure::HoldTime => {
            None
        }
    }
}

/// From when a conversation's clock runs; none: it does not run now.
fn clock_start(measure: AlertMeasure, conversation: &Conversation) -> Option<Timestamp> {
    let owned = !matches!(conversation.owner, Owner::Queue { .. } | Owner::Closed);
    match measure {
        AlertMeasure::ReplyWait => conversation.unanswered_since.filter(|_| owned),
        AlertMeasure::HandleTime => conversation.owned_since.filter(|_| owned),
        AlertMeasure::HoldTime => conversation.held_since,
        _ => None,
    }
}

impl Watch {
    /// An alert is open: nothing more to wait for.
    pub fn raised(&mut self, rule: AlertRuleId, subject: AlertSubject) {
        self.set((rule, subject), None, DurationMs::ZERO);
        self.silent.insert((rule, subject));
    }

    /// An alert is over: it may come again.
    pub fn released(&mut self, floor: &Floor, rule: AlertRuleId, subject: AlertSubject) {
        self.silent.remove(&(rule, subject));
        if let Some(rule) = floor.directory.alert_rules.get(&rule) {
            self.look_at(floor, &rule.clone(), subject);
        }
    }

    /// A fact was folded: whatever it may have changed is looked at again.
    pub fn look(&mut self, floor: &Floor, recorded: &Recorded) {
        if let Event::SetupPublished(_) = &recorded.event {
            self.look_at_everything(floor);
            return;
        }
        if floor.directory.alert_rules.is_empty() {
            return;
        }
        let mut queues: Vec<QueueId> = Vec::new();
        if let Some(id) = recorded.event.conversation() {
            queues.extend(self.follow(floor, id, recorded.at));
            self.look_at_subject(floor, AlertSubject::Conversation { conversation: id });
        }
        for person in crate::round::affected(&recorded.event) {
            let profile = floor.directory.profile_of(person);
            queues.extend(profile.iter().flat_map(|profile| profile.queues.iter().map(|row| row.queue)));
        }
        queues.sort_unstable();
        queues.dedup();
        for queue in queues {
            self.look_at_subject(floor, AlertSubject::Queue { queue });
        }
    }

    /// Notes who enters and leaves queues, for service level; says which queues a fact about the conversation may have changed.
    fn follow(&mut self, floor: &Floor, id: ConversationId, at: Timestamp) -> Vec<QueueId> {
        let conversation = floor.conversation(id);
        // What another system routes, or what is told of the past, says nothing about our service now.
        let ours = conversation.filter(|conversation| conversation.control == Control::Routed);
        let here = ours.and_then(|conversation| match conversation.owner {
            Owner::Queue { queue } => Some((queue, conversation.waiting_since?)),
            _ => None,
        });
        let before = self.entered.get(&id).copied();
        match (before, here) {
            (Some((queue, since)), _) if here.map(|(queue, _)| queue) != Some(queue) => {
                self.depart(floor, queue, since, at, conversation)
            }
            _ => {}
        }
        match here {
            Some(here) => drop(self.entered.insert(id, here)),
            None => drop(self.entered.remove(&id)),
        }
        [before, here].into_iter().flatten().map(|(queue, _)| queue).collect()
    }

    fn depart(
        &mut self,
        floor: &Floor,
        queue: QueueId,
        since: Timestamp,
        at: Timestamp,
        conversation: Option<&Conversation>,
    ) {
        let Some(document) = floor.directory.queues.get(&queue) else { return };
        let channel = conversation.map_or(Channel::Webchat, |conversation| conversation.channel);
        let answered = conversation.is_some_and(|conversation| conversation.owner.person().is_some());
        let waited = at.since(since);
        if !answered && waited < document.target.short_abandon_ms {
            return;
        }
        let departures = self.departures.entry(queue).or_default();
        departures.push_back(Departure { at, in_time: answered && waited <= document.target.within(channel) });
        while departures.front().is_some_and(|first| first.at < at.minus(SERVICE_LEVEL_WINDOW))
            || departures.len() > DEPARTURES_MAX
        {
            departures.pop_front();
        }
    }

    fn service_level(&self, queue: QueueId, now: Timestamp) -> Option<f64> {
        let recent =
            self.departures.get(&queue)?.iter().filter(|departure| departure.at >= now.minus(SERVICE_LEVEL_WINDOW));
        let (count, in_time) =
            recent.fold((0usize, 0usize), |(count, in_time), d| (count + 1, in_time + usize::from(d.in_time)));
        (count >= SERVICE_LEVEL_MIN).then(|| in_time as f64 / count as f64)
    }

    /// The value of a measure now; none: it cannot be said, or what it is about is over.
    pub fn value(&self, measure: AlertMeasure, floor: &Floor, subject: AlertSubject, now: Timestamp) -> Option<f64> {
        match (measure, subject) {
            (AlertMeasure::ServiceLevel, AlertSubject::Queue { queue }) => self.service_level(queue, now),
            _ => value(measure, floor, subject, now),
        }
    }

    fn look_at_everything(&mut self, floor: &Floor) {
        self.broken.clear();
        self.timers.clear();
        for queue in floor.directory.queues.keys() {
            self.look_at_subject(floor, AlertSubject::Queue { queue: *queue });
        }
        for conversation in floor.conversations.keys() {
            self.look_at_subject(floor, AlertSubject::Conversation { conversation: *conversation });
        }
    }

    fn look_at_subject(&mut self, floor: &Floor, subject: AlertSubject) {
        for rule in floor.directory.alert_rules.values() {
            self.look_at(floor, rule, subject);
        }
    }

    fn look_at(&mut self, floor: &Floor, rule: &AlertRule, subject: AlertSubject) {
        let key = (rule.id, subject);
        let of_kind = matches!(subject, AlertSubject::Conversation { .. }) == rule.measure.per_conversation();
        if !of_kind {
            return;
        }
        let watched = !rule.retired && covers(rule, floor, subject);
        let since = if watched { self.breaks_at(rule, floor, subject) } else { None };
        if since.is_none() {
            self.silent.remove(&key);
        }
        let since = since.filter(|_| !self.silent.contains(&key));
        self.set(key, since, rule.dwell_ms);
    }

    /// From when the rule is broken: in the past, now, or at an instant that will come if nothing happens.
    fn breaks_at(&self, rule: &AlertRule, floor: &Floor, subject: AlertSubject) -> Option<Timestamp> {
        let threshold = DurationMs((rule.fire_at * 1_000.0) as u64);
        match (rule.measure, subject) {
            (AlertMeasure::OldestWait, AlertSubject::Queue { queue }) => {
                floor.oldest_waiting(queue).map(|since| since.plus(threshold))
            }
            (measure, AlertSubject::Conversation { conversation }) => {
                let conversation = floor.conversation(conversation).filter(|conversation| !conversation.is_closed())?;
                clock_start(measure, conversation).map(|since| since.plus(threshold))
            }
            (measure, subject) => {
                let value = self.value(measure, floor, subject, floor.clock)?;
                let broken = if measure.fires_below() { value < rule.fire_at } else { value > rule.fire_at };
                // Kept from when it first was so.
                broken.then(|| self.broken_since((rule.id, subject)).unwrap_or(floor.clock))
            }
        }
    }

    fn broken_since(&self, key: Key) -> Option<Timestamp> {
        self.broken.binary_search_by_key(&key, |(key, _)| *key).ok().map(|index| self.broken[index].1.0)
    }

    fn set(&mut self, key: Key, since: Option<Timestamp>, dwell: DurationMs) {
        let found = self.broken.binary_search_by_key(&key, |(key, _)| *key);
        let next = since.map(|since| (since, since.plus(dwell)));
        if let Ok(index) = found {
            let before = self.broken[index].1;
            if next == Some(before) {
                return;
            }
            self.timers.remove(&(before.1, key));
        }
        if let Some((_, ripe)) = next {
            self.timers.insert((ripe, key));
        }
        match (found, next) {
            (Ok(index), Some(next)) => self.broken[index].1 = next,
            (Ok(index), None) => drop(self.broken.remove(index)),
            (Err(index), Some(next)) => self.broken.insert(index, (key, next)),
            (Err(_), None) => {}
        }
    }

    /// When each dwell is over, in this order.
    pub fn ripening(&self) -> impl Iterator<Item = (Timestamp, AlertRuleId, AlertSubject)> {
        self.timers.iter().map(|(at, key)| (*at, key.0, key.1))
    }

    /// Whose dwell is over.
    pub fn ripe(&self, now: Timestamp) -> impl Iterator<Item = (AlertRuleId, AlertSubject, Timestamp, Timestamp)> {
        self.timers
            .iter()
            .take_while(move |(at, _)| *at <= now)
            .filter_map(|(at, key)| Some((key.0, key.1, self.broken_since(*key)?, *at)))
    }
}
