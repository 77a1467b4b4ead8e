//! A number with everything that is needed to read it.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use signalbox_engine::directory::Directory;
use signalbox_engine::measures::{self, Tally};
use signalbox_model::time::Timestamp;
use utoipa::ToSchema;

/// What a value counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A share, 0 to 1.
    Ratio,
    /// Milliseconds.
    Ms,
    /// A number of things.
    Count,
}

/// A number, or the reason why there is none; never a zero that means "unknown".
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Measured {
    /// The value; none when it cannot be said.
    pub value: Option<f64>,
    /// Why there is no value, in words.
    pub cannot_say: Option<String>,
    /// What it counts.
    pub unit: Unit,
    /// From how many observations.
    pub n: u64,
    /// Id of the formula; see `/api/measures/definitions`.
    #[schema(example = "service_level.v1")]
    pub formula: String,
    /// Over which time, in words.
    #[schema(example = "today")]
    pub window: String,
}

impl From<measures::Unit> for Unit {
    fn from(unit: measures::Unit) -> Unit {
        match unit {
            measures::Unit::Ratio => Unit::Ratio,
            measures::Unit::Ms => Unit::Ms,
            measures::Unit::Count => Unit::Count,
        }
    }
}

impl Measured {
    /// A number of the engine, over a window in words.
    pub fn over(measured: &measures::Measured, window: &str) -> Measured {
        Measured {
            value: measured.value,
            cannot_say: measured.why_not(),
            unit: measured.unit.into(),
            n: measured.n,
            formula: measured.formula.to_owned(),
            window: window.to_owned(),
        }
    }
}

/// What a number is, in words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Definition {
    /// Its id, with the version of the formula.
    #[schema(example = "service_level.v1")]
    pub id: String,
    /// Its key in answers.
    #[schema(example = "service_level")]
    pub key: String,
    /// What people call it.
    pub name: String,
    /// What it counts.
    pub unit: Unit,
    /// The formula in words.
    pub formula: String,
    /// What does not count.
    pub excludes: String,
    /// Where the formula comes from.
    pub source: String,
}

/// Every definition, in the order in which screens list them.
pub fn definitions() -> Vec<Definition> {
    let named = |definition: &measures::Definition| Definition {
        id: definition.id.to_owned(),
        key: definition.key.to_owned(),
        name: definition.name.to_owned(),
        unit: definition.unit.into(),
        formula: definition.formula.to_owned(),
        excludes: definition.excludes.to_owned(),
        source: definition.source.to_owned(),
    };
    measures::DEFINITIONS.iter().map(named).collect()
}

/// Every number that a tally can say, by name, over a window in words.
pub fn values(tally: &Tally, window: &str) -> BTreeMap<String, Measured> {
    tally
        .values()
        .iter()
        .map(|measured| (measured.measure.key().to_owned(), Measured::over(measured, window)))
        .collect()
}

/// The time zone of the floor: that of the opening hours most queues have; UTC if none has any.
pub fn floor_zone(directory: &Directory) -> TimeZone {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for queue in directory.queues.values().filter(|queue| !queue.retired) {
        if let Some(hours) = queue.hours.and_then(|id| directory.hours.get(&id)) {
            *counts.entry(hours.time_zone.as_str()).or_default() += 1;
        }
    }
    let most = counts.into_iter().max_by_key(|(_, count)| *count);
    most.and_then(|(name, _)| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC)
}

/// When the day of `now` began on this floor.
pub fn day_start(directory: &Directory, now: Timestamp) -> Timestamp {
    let zone = floor_zone(directory);
    let start = jiff::Timestamp::from_millisecond(now.millis())
        .ok()
        .and_then(|instant| instant.to_zoned(zone).start_of_day().ok())
        .map(|start| Timestamp(start.timestamp().as_millisecond()));
    start.unwrap_or(now)
}

/// When the days of this floor between two instants began, the one in which `from` lies first; at most one more than `most`.
pub fn day_starts(directory: &Directory, from: Timestamp, to: Timestamp, most: usize) -> Vec<Timestamp> {
    let zone = floor_zone(directory);
    let Ok(first) = jiff::Timestamp::from_millisecond(from.millis()) else { return Vec::new() };
    let first = first.to_zoned(zone).date();
    let start = |index: usize| {
        let date = first.checked_add(jiff::Span::new().try_days(i64::try_from(index).ok()?).ok()?).ok()?;
        let start = date.to_zoned(floor_zone(directory)).ok()?;
        Some(Timestamp(start.timestamp().as_millisecond()))
    };
    (0..=most).map_while(start).take_while(|at| *at < to).collect()
}
