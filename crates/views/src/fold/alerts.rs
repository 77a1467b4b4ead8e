//! Alerts and what people did about them.

use rusqlite::{OptionalExtension, Transaction, params};
use signalbox_model::event::alert::{AlertAct, AlertActed, AlertCleared, AlertRaised};
use signalbox_model::event::{Event, Recorded};
use signalbox_model::setup::alerting::Severity;

use crate::column::{count, from_json, json};
use crate::error::ViewsError;
use crate::rows::{AlertRow, AlertState, AlertStep, Resolution};
use crate::working::Working;

/// Folds a fact about an alert.
pub fn fold(tx: &Transaction, working: &Working, recorded: &Recorded) -> Result<(), ViewsError> {
    let row = match &recorded.event {
        Event::AlertRaised(event) => Some(raised(working, recorded, event)),
        Event::AlertActed(event) => read(tx, event.alert)?.map(|row| acted(row, recorded, event)),
        Event::AlertCleared(event) => read(tx, event.alert)?.map(|row| cleared(row, recorded, event)),
        _ => None,
    };
    let Some(row) = row else { return Ok(()) };
    let is_open = row.state != AlertState::Resolved;
    tx.prepare_cached("INSERT OR REPLACE INTO alert (number, position, is_open, data) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![count(row.number), row.position.0 as i64, is_open, json(&row)?])?;
    Ok(())
}

fn read(tx: &Transaction, number: u64) -> Result<Option<AlertRow>, ViewsError> {
    let data: Option<String> = tx
        .prepare_cached("SELECT data FROM alert WHERE number = ?1")?
        .query_row([count(number)], |row| row.get(0))
        .optional()?;
    data.map(|data| from_json(&data)).transpose()
}

fn raised(working: &Working, recorded: &Recorded, raised: &AlertRaised) -> AlertRow {
    let rule = working.directory.alert_rules.get(&raised.rule);
    AlertRow {
        number: raised.alert,
        position: recorded.position,
        rule: raised.rule,
        severity: rule.map_or(Severity::Warning, |rule| rule.severity),
        subject: raised.subject,
        value: raised.value,
        fire_at: raised.fire_at,
        clear_at: rule.map_or(raised.fire_at, |rule| rule.clear_at),
        since: raised.since,
        raised_at: recorded.at,
        state: AlertState::Active,
        owner: raised.owner,
        acknowledged_by: None,
        acknowledged_at: None,
        snoozed_until: None,
        resolved_at: None,
        resolved_because: None,
        history: Vec::new(),
    }
}

fn acted(mut row: AlertRow, recorded: &Recorded, acted: &AlertActed) -> AlertRow {
    row.position = recorded.position;
    row.history.push(AlertStep { at: recorded.at, person: acted.person, act: acted.act });
    match acted.act {
        AlertAct::Acknowledge => {
            row.state = AlertState::Acknowledged;
            row.acknowledged_by = Some(acted.person);
            row.acknowledged_at = Some(recorded.at);
            row.snoozed_until = None;
        }
        AlertAct::Snooze { until } => {
            row.state = AlertState::Snoozed;
            row.snoozed_until = Some(until);
        }
        AlertAct::Own { owner } => row.owner = Some(owner),
        AlertAct::Dismiss => resolve(&mut row, recorded, Resolution::Dismissed),
    }
    row
}

fn cleared(mut row: AlertRow, recorded: &Recorded, cleared: &AlertCleared) -> AlertRow {
    row.position = recorded.position;
    resolve(&mut row, recorded, cleared.because.into());
    row
}

fn resolve(row: &mut AlertRow, recorded: &Recorded, because: Resolution) {
    row.state = AlertState::Resolved;
    row.snoozed_until = None;
    row.resolved_at = Some(recorded.at);
    row.resolved_because = Some(because);
}
