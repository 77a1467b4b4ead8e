//! Alerts: what is wrong, how bad, what people did.

use signalbox_engine::directory::Directory;
use signalbox_model::event::alert::{
    AlertAct, AlertActAsked, AlertActed, AlertCleared, AlertRaised, AlertSubject, ClearedBecause,
};
use signalbox_model::setup::alerting::AlertMeasure;

use super::names;

/// A value of a measure, in its unit.
pub fn value(measure: AlertMeasure, value: f64) -> String {
    match measure {
        AlertMeasure::OldestWait | AlertMeasure::ReplyWait | AlertMeasure::HandleTime | AlertMeasure::HoldTime => {
            names::seconds(value)
        }
        AlertMeasure::WaitingCount | AlertMeasure::AgentsFree => format!("{value:.0}"),
        AlertMeasure::ServiceLevel => format!("{:.0} %", value * 100.0),
    }
}

fn what(measure: AlertMeasure) -> &'static str {
    match measure {
        AlertMeasure::OldestWait => "the oldest conversation has waited",
        AlertMeasure::WaitingCount => "conversations waiting:",
        AlertMeasure::ServiceLevel => "service level of the last 30 minutes is",
        AlertMeasure::AgentsFree => "people free:",
        AlertMeasure::ReplyWait => "the customer has waited for a reply for",
        AlertMeasure::HandleTime => "it has been worked on for",
        AlertMeasure::HoldTime => "it has been on hold for",
    }
}

/// What is wrong, as in "Billing: the oldest conversation has waited 4:10 (limit 3:00)".
pub fn wrong(
    measure: Option<AlertMeasure>,
    subject: &AlertSubject,
    now: f64,
    fire_at: f64,
    directory: &Directory,
) -> String {
    let about = match subject {
        AlertSubject::Queue { queue } => names::queue(directory, *queue),
        AlertSubject::Conversation { .. } => "A conversation".to_owned(),
    };
    match measure {
        Some(measure) => {
            format!("{about}: {} {} (limit {})", what(measure), value(measure, now), value(measure, fire_at))
        }
        None => format!("{about}: {now} (limit {fire_at})"),
    }
}

pub fn raised(e: &AlertRaised, directory: &Directory) -> String {
    let rule = directory.alert_rules.get(&e.rule);
    let words = wrong(rule.map(|rule| rule.measure), &e.subject, e.value, e.fire_at, directory);
    let owner = e.owner.map_or_else(String::new, |person| format!(" {} has it.", names::person(directory, person)));
    format!("Alert {} “{}”: {words}.{owner}", e.alert, names::rule(directory, e.rule))
}

/// What somebody does about an alert, after "wants to".
fn act(act: &AlertAct, directory: &Directory) -> String {
    match act {
        AlertAct::Acknowledge => "acknowledge it".to_owned(),
        AlertAct::Snooze { until } => format!("snooze it until {}", names::instant(*until)),
        AlertAct::Own { owner } => format!("give it to {}", names::person(directory, *owner)),
        AlertAct::Dismiss => "close it by hand".to_owned(),
    }
}

pub fn act_asked(e: &AlertActAsked, directory: &Directory) -> String {
    format!("{} wants to {} (alert {}).", names::person(directory, e.person), act(&e.act, directory), e.alert)
}

pub fn acted(e: &AlertActed, directory: &Directory) -> String {
    let person = names::person(directory, e.person);
    match &e.act {
        AlertAct::Acknowledge => format!("{person} acknowledged alert {}.", e.alert),
        AlertAct::Snooze { until } => format!("{person} snoozed alert {} until {}.", e.alert, names::instant(*until)),
        AlertAct::Own { owner } if *owner == e.person => format!("{person} took alert {}.", e.alert),
        AlertAct::Own { owner } => format!("{person} gave alert {} to {}.", e.alert, names::person(directory, *owner)),
        AlertAct::Dismiss => format!("{person} closed alert {} by hand.", e.alert),
    }
}

pub fn cleared(e: &AlertCleared) -> String {
    format!("Alert {} is over: {}.", e.alert, cleared_because(e.because))
}

pub fn cleared_because(because: ClearedBecause) -> &'static str {
    match because {
        ClearedBecause::Cleared => "the value is good again",
        ClearedBecause::SubjectGone => "what it was about is over",
        ClearedBecause::RuleChanged => "its rule was changed or switched off",
    }
}
