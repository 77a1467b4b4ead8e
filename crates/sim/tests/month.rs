//! A real centre's month from its aggregates, with the fitted staffing: what was not fitted must come out all the same.

use std::path::PathBuf;

use signalbox_sim::month::{Month, Staffing, waited_within};
use signalbox_sim::{Outcome, scenario::SLOTS_PER_DAY};

/// As `signalbox simulate --data` has it; found on seeds 101 to 103, checked on others.
const FITTED: Staffing = Staffing { level: 1.065, shape: 0.7 };
const SEEDS: [u64; 3] = [1, 2, 3];

fn month() -> Option<Month> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/call_centre_month.json");
    match std::fs::read_to_string(path) {
        Ok(text) => Some(Month::parse(&text, 380.0).unwrap()),
        Err(_) => {
            println!("skipped: ../shared/data is not here");
            None
        }
    }
}

/// The mean over the seeds lies within so much of what the log says. Reasons for each tolerance: docs/simulation.md.
fn check(what: &str, log: f64, tolerance: f64, outcomes: &[Outcome], value: impl Fn(&Outcome) -> f64) {
    let mean = outcomes.iter().map(value).sum::<f64>() / outcomes.len() as f64;
    assert!(
        (mean - log).abs() <= tolerance,
        "{what}: the log says {log}, the simulation {mean:.4}, tolerance {tolerance}"
    );
}

#[test]
fn a_month_comes_back_from_its_aggregates() {
    let Some(month) = month() else { return };
    let outcomes: Vec<Outcome> = SEEDS.iter().map(|seed| month.run(FITTED, *seed).unwrap()).collect();
    // Fitted.
    check("abandonment", 0.179, 0.012, &outcomes, |o| o.tally.abandoned.estimate().unwrap());
    check("within 20 s", 0.490, 0.025, &outcomes, |o| waited_within(o, 20_000));
    // Checked.
    check("within 60 s", 0.633, 0.045, &outcomes, |o| waited_within(o, 60_000));
    check("calls", 33_344.0, 400.0, &outcomes, |o| o.tally.arrivals as f64);
    check("AHT, mean", 176.9, 4.0, &outcomes, |o| o.tally.handle_times.mean().unwrap() / 1_000.0);
    check("AHT, median", 107.0, 4.0, &outcomes, |o| o.tally.handle_times.quantile(0.5).unwrap() as f64 / 1_000.0);
    check("AHT, 95 %", 583.0, 18.0, &outcomes, |o| o.tally.handle_times.quantile(0.95).unwrap() as f64 / 1_000.0);
    check("peak hour", 100.0, 3.0, &outcomes, peak_hour);
}

/// The busiest hour of the day, as the mean of all days of the month.
fn peak_hour(outcome: &Outcome) -> f64 {
    let slots = &outcome.tally.arrivals_by_slot;
    let hours = (0..SLOTS_PER_DAY / 2).map(|hour| (slots[2 * hour] + slots[2 * hour + 1]) as f64 / 28.0);
    hours.fold(0.0, f64::max)
}

/// The patience that went in can be read off what came out, as the log's authors read it off their log: by Kaplan and
/// Meier's estimate, in which an answer hides how long a caller would still have waited.
#[test]
fn patience_can_be_read_off_the_waits_again() {
    let Some(month) = month() else { return };
    let outcome = month.run(FITTED, 4).unwrap();
    for (seconds, survival) in [(20.0, 0.9261), (60.0, 0.8214), (120.0, 0.7107), (300.0, 0.487)] {
        let estimate = outcome.tally.survival_of_patience((seconds * 1_000.0) as u64);
        assert!((estimate - survival).abs() < 0.03, "after {seconds} s: {estimate} instead of {survival}");
    }
}
