//! A run as people read it, and as programs do.

use serde::Serialize;
use signalbox_engine::measures::{Measure, Measured, Unit};
use signalbox_model::id::QueueId;
use signalbox_model::setup::Document;
use signalbox_stats::QuantileSketch;

use crate::plot::columns;
use crate::run::Outcome;
use crate::scenario::{SLOTS_PER_DAY, Scenario};

/// Measures of the table, in its order.
const SHOWN: [Measure; 10] = [
    Measure::OfferedCount,
    Measure::AnsweredCount,
    Measure::AbandonmentRate,
    Measure::ServiceLevel,
    Measure::ServiceLevelConnect,
    Measure::AverageSpeedOfAnswer,
    Measure::WaitP90,
    Measure::AverageContactTime,
    Measure::Occupancy,
    Measure::TurnedAwayCount,
];
const WIDTH: usize = 78;

/// Everything that a run says, for programs. Times in milliseconds, shares in [0, 1].
#[derive(Debug, Serialize)]
pub struct Report {
    /// The scenario.
    pub scenario: String,
    /// The seed.
    pub seed: u64,
    /// Days that were run.
    pub days: f64,
    /// Contacts that came.
    pub arrivals: u64,
    /// Most contacts in one hour, per day on average at that hour.
    pub peak_hour: f64,
    /// Facts in the log.
    pub facts: u64,
    /// Measures of everything.
    pub measures: Vec<Row>,
    /// By queue.
    pub queues: Vec<QueueRows>,
    /// Waits of the answered.
    pub waits_ms: Percentiles,
    /// Waits of those who left.
    pub abandoned_waits_ms: Percentiles,
    /// Times in hand, wrap-up included.
    pub handle_times_ms: Percentiles,
    /// By half hour of the day.
    pub half_hours: Vec<HalfHour>,
}

/// A measure with its value or why there is none.
#[derive(Debug, Serialize)]
pub struct Row {
    /// Its key.
    pub key: &'static str,
    /// All of it.
    #[serde(flatten)]
    pub measured: Measured,
}

/// Measures of a queue.
#[derive(Debug, Serialize)]
pub struct QueueRows {
    /// Its name.
    pub queue: String,
    /// The measures.
    pub measures: Vec<Row>,
}

/// Percentiles; none where nothing was seen.
#[derive(Debug, Serialize)]
pub struct Percentiles {
    /// Seen.
    pub n: u64,
    /// Mean.
    pub mean: Option<f64>,
    /// Half were below.
    pub p50: Option<u64>,
    /// Nine in ten.
    pub p90: Option<u64>,
    /// Nineteen in twenty.
    pub p95: Option<u64>,
    /// 99 in 100.
    pub p99: Option<u64>,
}

/// One half hour of the day.
#[derive(Debug, Serialize)]
pub struct HalfHour {
    /// Its beginning, in minutes of the day.
    pub minute: usize,
    /// Contacts that came, per day.
    pub arrivals: f64,
    /// Mean wait of the answered.
    pub wait_ms: Option<f64>,
    /// Answered in time.
    pub service_level: Option<f64>,
    /// Left.
    pub abandonment: Option<f64>,
}

impl Report {
    /// Of a run of so many days.
    pub fn new(scenario: &Scenario, outcome: &Outcome, seed: u64, days: f64) -> Report {
        let name = |id: QueueId| {
            let found = scenario.documents.iter().find_map(|document| match document {
                Document::Queue(queue) if queue.id == id => Some(queue.name.to_string()),
                _ => None,
            });
            found.unwrap_or_else(|| id.to_string())
        };
        let tally = &outcome.tally;
        let whole = outcome.whole();
        let queues = tally.queues().into_iter().map(|(id, sums)| QueueRows {
            queue: name(id),
            measures: SHOWN
                .iter()
                .filter(|measure| **measure != Measure::Occupancy)
                .map(|measure| row(sums.value(*measure)))
                .collect(),
        });
        let half_hours: Vec<HalfHour> = (0..SLOTS_PER_DAY).map(|slot| half_hour(outcome, slot, days)).collect();
        let hour = |pair: &[HalfHour]| pair.iter().map(|half| half.arrivals).sum::<f64>();
        Report {
            scenario: scenario.name.clone(),
            seed,
            days,
            arrivals: tally.arrivals,
            peak_hour: half_hours.chunks(2).map(hour).fold(0.0, f64::max),
            facts: tally.facts,
            measures: SHOWN.iter().map(|measure| row(whole.value(*measure))).collect(),
            queues: queues.collect(),
            waits_ms: percentiles(&tally.answered_waits),
            abandoned_waits_ms: percentiles(&tally.abandoned_waits),
            handle_times_ms: percentiles(&tally.handle_times),
            half_hours,
        }
    }

    /// The day in a terminal.
    pub fn text(&self) -> String {
        let mut text =
            format!("{}, seed {}, {} contacts in {} days\n\n", self.scenario, self.seed, self.arrivals, self.days);
        let values = |value: fn(&HalfHour) -> Option<f64>| self.half_hours.iter().map(value).collect::<Vec<_>>();
        text.push_str(&columns("Contacts per half hour, mean of the days", &values(|half| Some(half.arrivals)), |v| {
            format!("{v:.1}")
        }));
        text.push_str(&columns("Mean wait until the answer", &values(|half| half.wait_ms), millis));
        text.push_str(&columns("Answered in time", &values(|half| half.service_level), |v| {
            format!("{:.0} %", v * 100.0)
        }));
        text.push_str(&columns("Left before an answer", &values(|half| half.abandonment), |v| {
            format!("{:.0} %", v * 100.0)
        }));
        text.push('\n');
        text.push_str(&self.table());
        text.push('\n');
        text.push_str(&self.percentile_table());
        text
    }

    fn table(&self) -> String {
        let mut text = format!("{:<44}{:>12}\n{}\n", "", "everything", "─".repeat(WIDTH));
        for row in &self.measures {
            text.push_str(&format!("{:<44}{:>12}\n", row.measured.measure.definition().name, shown(&row.measured)));
        }
        if self.queues.len() > 1 {
            text.push_str(&format!(
                "\n{:<18}{:>9}{:>11}{:>11}{:>9}{:>9}{:>10}\n",
                "queue", "offered", "answered", "abandoned", "in time", "ASA", "AHT"
            ));
            text.push_str(&format!("{}\n", "─".repeat(WIDTH)));
            for queue in &self.queues {
                let find = |measure: Measure| queue.measures.iter().find(|row| row.measured.measure == measure);
                let cell = |measure| find(measure).map_or_else(String::new, |row| shown(&row.measured));
                let name: String = queue.queue.chars().take(17).collect();
                text.push_str(&format!(
                    "{name:<18}{:>9}{:>11}{:>11}{:>9}{:>9}{:>10}\n",
                    cell(Measure::OfferedCount),
                    cell(Measure::AnsweredCount),
                    cell(Measure::AbandonmentRate),
                    cell(Measure::ServiceLevel),
                    cell(Measure::AverageSpeedOfAnswer),
                    cell(Measure::AverageContactTime),
                ));
            }
        }
        text
    }

    fn percentile_table(&self) -> String {
        let mut text = format!(
            "{:<26}{:>10}{:>10}{:>10}{:>10}{:>10}\n{}\n",
            "",
            "mean",
            "half",
            "90 %",
            "95 %",
            "99 %",
            "─".repeat(WIDTH)
        );
        let rows = [
            ("wait until the answer", &self.waits_ms),
            ("wait until leaving", &self.abandoned_waits_ms),
            ("time in hand", &self.handle_times_ms),
        ];
        for (name, row) in rows {
            let cell = |value: Option<u64>| value.map_or_else(|| "–".to_owned(), |ms| millis(ms as f64));
            let mean = row.mean.map_or_else(|| "–".to_owned(), millis);
            text.push_str(&format!(
                "{name:<26}{mean:>10}{:>10}{:>10}{:>10}{:>10}\n",
                cell(row.p50),
                cell(row.p90),
                cell(row.p95),
                cell(row.p99)
            ));
        }
        text
    }

    /// This run beside another one, with what the other one changes.
    pub fn beside(&self, other: &Report, what: &str) -> String {
        let mut text = format!(
            "\nWhat if: {what}\n\n{:<38}{:>12}{:>12}{:>14}\n{}\n",
            "",
            "as it is",
            "what if",
            "difference",
            "─".repeat(WIDTH)
        );
        for (base, changed) in self.measures.iter().zip(&other.measures) {
            let difference = match (base.measured.value, changed.measured.value) {
                (Some(a), Some(b)) => signed(b - a, base.measured.unit),
                _ => "–".to_owned(),
            };
            let name = base.measured.measure.definition().name;
            let name: String = name.chars().take(37).collect();
            text.push_str(&format!(
                "{name:<38}{:>12}{:>12}{difference:>14}\n",
                shown(&base.measured),
                shown(&changed.measured)
            ));
        }
        text
    }
}

fn row(measured: Measured) -> Row {
    Row { key: measured.measure.key(), measured }
}

fn half_hour(outcome: &Outcome, slot: usize, days: f64) -> HalfHour {
    let sums = outcome.tally.slot(slot);
    let arrivals = outcome.tally.arrivals_by_slot[slot] as f64 / days.max(1.0 / 48.0);
    HalfHour {
        minute: slot * 30,
        arrivals,
        wait_ms: sums.value(Measure::AverageSpeedOfAnswer).value,
        service_level: sums.value(Measure::ServiceLevel).value,
        abandonment: sums.value(Measure::AbandonmentRate).value,
    }
}

fn percentiles(sketch: &QuantileSketch) -> Percentiles {
    Percentiles {
        n: sketch.count(),
        mean: sketch.mean(),
        p50: sketch.quantile(0.5),
        p90: sketch.quantile(0.9),
        p95: sketch.quantile(0.95),
        p99: sketch.quantile(0.99),
    }
}

/// A value in words, or a dash where none can be said.
fn shown(measured: &Measured) -> String {
    match measured.value {
        Some(value) => of_unit(value, measured.unit),
        None => "–".to_owned(),
    }
}

fn of_unit(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Ratio => format!("{:.1} %", value * 100.0),
        Unit::Ms => millis(value),
        Unit::Count => format!("{value:.0}"),
    }
}

fn signed(value: f64, unit: Unit) -> String {
    let sign = if value < 0.0 { "−" } else { "+" };
    let size = match unit {
        Unit::Ratio => format!("{:.1} points", (value * 100.0).abs()),
        Unit::Ms => millis(value.abs()),
        Unit::Count => format!("{:.0}", value.abs()),
    };
    format!("{sign}{size}")
}

fn millis(ms: f64) -> String {
    let seconds = ms / 1_000.0;
    match seconds {
        _ if seconds < 100.0 => format!("{seconds:.1} s"),
        _ => format!("{}:{:02} min", (seconds / 60.0) as u64, (seconds % 60.0) as u64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::bank;
    use crate::run::{Options, Run};

    #[test]
    fn a_day_fits_eighty_columns_and_two_more_people_shorten_the_wait() {
        let base = bank().unwrap();
        let more = base.with_more_agents(2);
        more.validate().unwrap();
        let report = |scenario: &Scenario| {
            let options = Options { span_ms: 5 * 86_400_000, ..Options::default() };
            let outcome = Run::new(scenario, options).unwrap().finish().unwrap();
            Report::new(scenario, &outcome, 1, 5.0)
        };
        let (as_it_is, what_if) = (report(&base), report(&more));
        let text = format!("{}{}", as_it_is.text(), as_it_is.beside(&what_if, "two more agents"));
        for line in text.lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
        assert!(what_if.waits_ms.mean < as_it_is.waits_ms.mean, "{text}");
    }
}
