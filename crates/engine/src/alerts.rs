//! Rules become alerts: past the threshold for as long as the rule says, cleared at another threshold, acted on by people.

pub mod watch;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use signalbox_model::event::alert::{
    AlertAct, AlertActAsked, AlertActed, AlertCleared, AlertRaised, AlertSubject, ClearedBecause,
};
use signalbox_model::event::supervision::{Ask, RefusedBecause};
use signalbox_model::event::{Event, Recorded};
use signalbox_model::id::{AlertRuleId, PersonId, Position};
use signalbox_model::limits::ALERTS_OPEN_MAX;
use signalbox_model::setup::alerting::{AlertMeasure, AlertRule};
use signalbox_model::time::Timestamp;

use crate::floor::Floor;
use crate::round::refuse;
use watch::Watch;

/// An alert that is not over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// Counts up from 1.
    pub number: u64,
    /// By which rule.
    pub rule: AlertRuleId,
    /// About what.
    pub subject: AlertSubject,
    /// The value when it was raised.
    pub value: f64,
    /// Since when the value has been past the threshold.
    pub since: Timestamp,
    /// When it was raised.
    pub raised_at: Timestamp,
    /// Who has it.
    pub owner: Option<PersonId>,
    /// Who is on it, since when.
    pub acknowledged: Option<(PersonId, Timestamp)>,
    /// Put aside until then.
    pub snoozed_until: Option<Timestamp>,
    /// Place of the last fact about it.
    pub position: Position,
}

/// Alerts that are open, and what may become one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// Alerts that are not over, by number.
    pub open: BTreeMap<u64, Alert>,
    /// Alerts raised so far.
    pub raised: u64,
    watch: Watch,
}

/// Folds one fact. The floor has folded it already.
pub fn apply(state: &mut State, floor: &Floor, recorded: &Recorded) {
    match &recorded.event {
        Event::AlertRaised(raised) => raise(state, raised, recorded),
        Event::AlertActed(acted) => act(state, acted, recorded),
        Event::AlertCleared(cleared) => {
            if let Some(alert) = state.open.remove(&cleared.alert) {
                state.watch.released(floor, alert.rule, alert.subject);
            }
        }
        _ => {}
    }
    state.watch.look(floor, recorded);
}

fn raise(state: &mut State, raised: &AlertRaised, recorded: &Recorded) {
    state.raised = state.raised.max(raised.alert);
    state.watch.raised(raised.rule, raised.subject);
    state.open.insert(
        raised.alert,
        Alert {
            number: raised.alert,
            rule: raised.rule,
            subject: raised.subject,
            value: raised.value,
            since: raised.since,
            raised_at: recorded.at,
            owner: raised.owner,
            acknowledged: None,
            snoozed_until: None,
            position: recorded.position,
        },
    );
}

fn act(state: &mut State, acted: &AlertActed, recorded: &Recorded) {
    let Some(alert) = state.open.get_mut(&acted.alert) else { return };
    alert.position = recorded.position;
    match acted.act {
        AlertAct::Acknowledge => {
            alert.acknowledged = Some((acted.person, recorded.at));
            alert.owner = alert.owner.or(Some(acted.person));
            alert.snoozed_until = None;
        }
        AlertAct::Snooze { until } => alert.snoozed_until = Some(until),
        AlertAct::Own { owner } => alert.owner = Some(owner),
        // Closed by hand: it may fire again only after the value has been good once.
        AlertAct::Dismiss => drop(state.open.remove(&acted.alert)),
    }
}

/// What follows from a fact.
pub fn decide(state: &State, floor: &Floor, recorded: &Recorded) -> Vec<Event> {
    match &recorded.event {
        Event::AlertActAsked(asked) => answer(state, floor, asked),
        Event::SetupPublished(_) => state.open.values().filter_map(|alert| rule_gone(floor, alert)).collect(),
        _ => state.open.values().filter_map(|alert| cleared(state, floor, alert, recorded)).collect(),
    }
}

fn answer(state: &State, floor: &Floor, asked: &AlertActAsked) -> Vec<Event> {
    let refused = |because| refuse(Ask::AlertAct, None, asked.person, because);
    if !state.open.contains_key(&asked.alert) {
        return refused(RefusedBecause::AlertOver);
    }
    if let AlertAct::Own { owner } = asked.act
        && floor.directory.person(owner).is_none()
    {
        return refused(RefusedBecause::NoSuchPerson);
    }
    vec![Event::AlertActed(AlertActed { alert: asked.alert, person: asked.person, act: asked.act })]
}

fn rule_gone(floor: &Floor, alert: &Alert) -> Option<Event> {
    let rule = floor.directory.alert_rules.get(&alert.rule);
    rule.is_none_or(|rule| rule.retired || !watch::covers(rule, floor, alert.subject)).then_some(Event::AlertCleared(
        AlertCleared { alert: alert.number, value: None, because: ClearedBecause::RuleChanged },
    ))
}

fn cleared(state: &State, floor: &Floor, alert: &Alert, recorded: &Recorded) -> Option<Event> {
    let rule = floor.directory.alert_rules.get(&alert.rule)?;
    // A conversation's alert can only change by facts about it.
    if let AlertSubject::Conversation { conversation } = alert.subject
        && recorded.event.conversation() != Some(conversation)
    {
        return None;
    }
    let value = state.watch.value(rule.measure, floor, alert.subject, floor.clock);
    let (value, because) = match value {
        Some(value) if is_clear(rule, value) => (Some(value), ClearedBecause::Cleared),
        None => (None, ClearedBecause::SubjectGone),
        Some(_) => return None,
    };
    Some(Event::AlertCleared(AlertCleared { alert: alert.number, value, because }))
}

fn is_clear(rule: &AlertRule, value: f64) -> bool {
    match rule.measure {
        AlertMeasure::ServiceLevel | AlertMeasure::AgentsFree => value >= rule.clear_at,
        AlertMeasure::WaitingCount => value <= rule.clear_at,
        // A clock fires when it reaches the value: where both thresholds are one, it would fire and clear for ever.
        AlertMeasure::OldestWait | AlertMeasure::ReplyWait | AlertMeasure::HandleTime | AlertMeasure::HoldTime => {
            value <= rule.clear_at && value < rule.fire_at
        }
    }
}

/// When something is due next.
pub fn next_due(state: &State, floor: &Floor) -> Option<Timestamp> {
    if state.open.len() >= ALERTS_OPEN_MAX {
        return None;
    }
    let mut ripening = state.watch.ripening();
    ripening
        .find(|(at, rule, subject)| value_when_ripe(state, floor, *rule, *subject, *at, *at).is_some())
        .map(|(at, ..)| at)
}

/// The value with which an alert is raised. A service level is that of the instant at which the dwell ended: those who came
/// and went leave its window without any fact, and what is due must not stop being so while nothing happens.
fn value_when_ripe(
    state: &State,
    floor: &Floor,
    rule: AlertRuleId,
    subject: AlertSubject,
    ripe_at: Timestamp,
    now: Timestamp,
) -> Option<f64> {
    let rule = floor.directory.alert_rules.get(&rule)?;
    let at = match rule.measure {
        AlertMeasure::ServiceLevel => ripe_at.max(floor.clock),
        _ => now,
    };
    state.watch.value(rule.measure, floor, subject, at)
}

/// Alerts whose dwell is over.
pub fn due(state: &State, floor: &Floor, now: Timestamp) -> Vec<Event> {
    let room = ALERTS_OPEN_MAX.saturating_sub(state.open.len());
    let ripe = state.watch.ripe(now).take(room);
    ripe.enumerate()
        .filter_map(|(index, (rule_id, subject, since, ripe_at))| {
            let rule = floor.directory.alert_rules.get(&rule_id)?;
            let value = value_when_ripe(state, floor, rule_id, subject, ripe_at, now)?;
            Some(Event::AlertRaised(AlertRaised {
                alert: state.raised + 1 + index as u64,
                rule: rule_id,
                subject,
                value,
                fire_at: rule.fire_at,
                since,
                owner: rule.owner,
            }))
        })
        .collect()
}
