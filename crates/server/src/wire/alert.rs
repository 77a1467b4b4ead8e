//! Alerts.

use serde::{Deserialize, Serialize};
use signalbox_engine::alerts;
use signalbox_engine::directory::Directory;
use signalbox_model::event::alert::{AlertActed, AlertSubject, ClearedBecause};
use signalbox_model::setup::alerting::Severity;
use signalbox_model::time::Timestamp;
use signalbox_views as views;
use utoipa::ToSchema;

use super::names::Ref;
use crate::words;

/// Where an alert stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlertState {
    /// Nobody has said that they are on it.
    Active,
    /// Somebody is on it.
    Acknowledged,
    /// Put off.
    Snoozed,
    /// Over.
    Resolved,
}

/// What an alert is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AlertAbout {
    /// A queue.
    Queue {
        /// Which.
        queue: Ref,
    },
    /// A conversation.
    Conversation {
        /// Its id.
        conversation: String,
    },
}

impl AlertAbout {
    /// With names.
    pub fn named(subject: &AlertSubject, directory: &Directory) -> AlertAbout {
        match subject {
            AlertSubject::Queue { queue } => AlertAbout::Queue { queue: Ref::queue(directory, *queue) },
            AlertSubject::Conversation { conversation } => {
                AlertAbout::Conversation { conversation: conversation.to_string() }
            }
        }
    }
}

/// One line of an alert's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AlertNote {
    /// When.
    pub at: Timestamp,
    /// Who, if a person did it.
    pub person: Option<Ref>,
    /// What happened.
    pub words: String,
}

/// One alert.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AlertRow {
    /// Its number.
    pub number: u64,
    /// Place of the last fact about it.
    pub position: u64,
    /// By which rule.
    pub rule: Ref,
    /// How bad it is.
    pub severity: Severity,
    /// About what.
    pub subject: AlertAbout,
    /// What is wrong.
    pub words: String,
    /// The value when it was raised, in the measure's unit.
    pub value: f64,
    /// It fires past this value.
    pub fire_at: f64,
    /// It clears at this value.
    pub clear_at: f64,
    /// Since when it has been so.
    pub since: Timestamp,
    /// When it was raised: after the dwell.
    pub raised_at: Timestamp,
    /// Where it stands.
    pub state: AlertState,
    /// Who has it.
    pub owner: Option<Ref>,
    /// Who acknowledged it.
    pub acknowledged_by: Option<Ref>,
    /// When.
    pub acknowledged_at: Option<Timestamp>,
    /// Put off until then.
    pub snoozed_until: Option<Timestamp>,
    /// When it was over.
    pub resolved_at: Option<Timestamp>,
    /// Why, in words.
    pub resolved_because: Option<String>,
    /// Everything that happened to it.
    pub history: Vec<AlertNote>,
}

/// An alert as the views keep it, with its whole history.
pub fn alert_row(row: &views::AlertRow, directory: &Directory, now: Timestamp) -> AlertRow {
    let rule = directory.alert_rules.get(&row.rule);
    let words = words::alerts::wrong(rule.map(|rule| rule.measure), &row.subject, row.value, row.fire_at, directory);
    let resolved_because = row.resolved_because.map(resolution);
    let mut history = vec![AlertNote { at: row.raised_at, person: None, words: format!("Raised: {words}.") }];
    history.extend(row.history.iter().map(|step| AlertNote {
        at: step.at,
        person: Some(Ref::person(directory, step.person)),
        words: words::alerts::acted(&AlertActed { alert: row.number, person: step.person, act: step.act }, directory),
    }));
    if let (Some(at), Some(because)) = (row.resolved_at, resolved_because)
        && row.resolved_because != Some(views::Resolution::Dismissed)
    {
        history.push(AlertNote { at, person: None, words: format!("Over: {because}.") });
    }
    AlertRow {
        number: row.number,
        position: row.position.0,
        rule: Ref::rule(directory, row.rule),
        severity: row.severity,
        subject: AlertAbout::named(&row.subject, directory),
        words,
        value: row.value,
        fire_at: row.fire_at,
        clear_at: row.clear_at,
        since: row.since,
        raised_at: row.raised_at,
        state: match row.state {
            views::AlertState::Snoozed if row.snoozed_until.is_none_or(|until| until <= now) => AlertState::Active,
            views::AlertState::Active => AlertState::Active,
            views::AlertState::Acknowledged => AlertState::Acknowledged,
            views::AlertState::Snoozed => AlertState::Snoozed,
            views::AlertState::Resolved => AlertState::Resolved,
        },
        owner: row.owner.map(|id| Ref::person(directory, id)),
        acknowledged_by: row.acknowledged_by.map(|id| Ref::person(directory, id)),
        acknowledged_at: row.acknowledged_at,
        snoozed_until: row.snoozed_until,
        resolved_at: row.resolved_at,
        resolved_because: resolved_because.map(str::to_owned),
        history,
    }
}

fn resolution(resolution: views::Resolution) -> &'static str {
    match resolution {
        views::Resolution::Cleared => words::alerts::cleared_because(ClearedBecause::Cleared),
        views::Resolution::SubjectGone => words::alerts::cleared_because(ClearedBecause::SubjectGone),
        views::Resolution::RuleChanged => words::alerts::cleared_because(ClearedBecause::RuleChanged),
        views::Resolution::Dismissed => "closed by hand",
    }
}

/// An open alert as the engine holds it: its history is not the engine's to know.
pub fn alert_live(alert: &alerts::Alert, directory: &Directory, now: Timestamp) -> AlertRow {
    let rule = directory.alert_rules.get(&alert.rule);
    let (fire_at, clear_at) = rule.map_or((alert.value, alert.value), |rule| (rule.fire_at, rule.clear_at));
    let words = words::alerts::wrong(rule.map(|rule| rule.measure), &alert.subject, alert.value, fire_at, directory);
    let snoozed = alert.snoozed_until.is_some_and(|until| until > now);
    AlertRow {
        number: alert.number,
        position: alert.position.0,
        rule: Ref::rule(directory, alert.rule),
        severity: rule.map_or(Severity::Warning, |rule| rule.severity),
        subject: AlertAbout::named(&alert.subject, directory),
        history: vec![AlertNote { at: alert.raised_at, person: None, words: format!("Raised: {words}.") }],
        words,
        value: alert.value,
        fire_at,
        clear_at,
        since: alert.since,
        raised_at: alert.raised_at,
        state: match (snoozed, alert.acknowledged) {
            (true, _) => AlertState::Snoozed,
            (false, Some(_)) => AlertState::Acknowledged,
            (false, None) => AlertState::Active,
        },
        owner: alert.owner.map(|id| Ref::person(directory, id)),
        acknowledged_by: alert.acknowledged.map(|(id, _)| Ref::person(directory, id)),
        acknowledged_at: alert.acknowledged.map(|(_, at)| at),
        snoozed_until: alert.snoozed_until,
        resolved_at: None,
        resolved_because: None,
    }
}
