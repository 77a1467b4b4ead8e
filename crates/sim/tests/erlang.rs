//! Long runs of the textbook's models against its exact values.
//!
//! What one run gives varies, and its contacts depend on one another, so no formula for independent samples bounds it.
//! Therefore several runs with other seeds, each long and after a warm-up, are averaged, and the exact value must lie in
//! Student's interval of their mean at 99.9 %: a right simulator fails one of the twenty-odd comparisons below in 2 % of
//! all sets of seeds, and the seeds are fixed.

use std::path::PathBuf;

use signalbox_sim::plain::Plain;
use signalbox_sim::{Options, Outcome, Run};
use signalbox_stats::erlang::patience::Patience;
use signalbox_stats::erlang::waiting::Waiting;
use signalbox_stats::{Confidence, Demand, Mean};

const HOUR_MS: i64 = 3_600_000;
const RUNS: u64 = 8;

fn run(plain: &Plain, seed: u64, hours: i64) -> Outcome {
    let scenario = plain.scenario().unwrap();
    let options = Options { seed, span_ms: hours * HOUR_MS, warm_up_ms: 2 * HOUR_MS, ..Options::default() };
    Run::new(&scenario, options).unwrap().finish().unwrap()
}

fn check(what: &str, exact: f64, width_max: f64, runs: &[f64]) {
    let mean: Mean = runs.iter().copied().collect();
    let interval = mean.interval(Confidence::new(0.999).unwrap()).unwrap();
    assert!(interval.contains(exact), "{what}: exact {exact}, simulated {:?} in {interval:?}", mean.estimate());
    // A wide interval contains everything: it must also be narrow, relative to the value.
    assert!(interval.width() < width_max * exact, "{what}: the interval {interval:?} says too little");
}

/// A tenth of the reference's size, which keeps a debug build quick.
fn small() -> Plain {
    Plain { contacts_per_s: 1.0 / 30.0, handle_time_s: 300.0, patience_s: Some(180.0), agents: 10, within_s: 20 }
}

#[test]
fn impatient_customers_wait_and_leave_as_erlang_a_says() {
    let plain = small();
    let demand = Demand::new(plain.contacts_per_s * 1_800.0, 1_800.0, plain.handle_time_s).unwrap();
    let exact = Patience::new(demand, plain.agents, 180.0).unwrap();
    let outcomes: Vec<Outcome> = (1..=RUNS).map(|seed| run(&plain, seed, 42)).collect();
    let of = |value: fn(&Outcome) -> f64| outcomes.iter().map(value).collect::<Vec<f64>>();
    check("waits at all", exact.waiting_probability(), 0.5, &of(|o| o.tally.delayed.estimate().unwrap()));
    check("leaves", exact.abandonment_probability(), 0.5, &of(|o| o.tally.abandoned.estimate().unwrap()));
    check("mean wait", exact.mean_wait_s(), 0.9, &of(|o| o.tally.waits_s.estimate().unwrap()));
    check("occupancy", exact.occupancy(), 0.1, &of(Outcome::occupancy));
}

#[test]
fn patient_customers_wait_as_erlang_c_says() {
    let plain = Plain { contacts_per_s: 1.0 / 48.0, patience_s: None, ..small() };
    let demand = Demand::new(plain.contacts_per_s * 1_800.0, 1_800.0, plain.handle_time_s).unwrap();
    let exact = Waiting::new(demand, plain.agents).unwrap();
    let outcomes: Vec<Outcome> = (1..=RUNS).map(|seed| run(&plain, seed, 122)).collect();
    let of = |value: fn(&Outcome) -> f64| outcomes.iter().map(value).collect::<Vec<f64>>();
    check("waits at all", exact.waiting_probability(), 0.5, &of(|o| o.tally.delayed.estimate().unwrap()));
    check("mean wait", exact.mean_wait_s().unwrap(), 0.9, &of(|o| o.tally.waits_s.estimate().unwrap()));
    check("occupancy", exact.occupancy(), 0.1, &of(Outcome::occupancy));
}

/// One of the reference's own rows, where the file is there: 100 agents, an hour's worth of the smallest useful run.
#[test]
fn the_reference_row_of_a_hundred_agents_is_met() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference/erlang_golden.json");
    let Ok(text) = std::fs::read_to_string(path) else {
        println!("skipped: ../shared/reference is not here");
        return;
    };
    let rows: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    let row = rows.iter().map(|row| &row["erlang_a_exact"]).find(|row| row["agents"] == 100).unwrap();
    let number = |key: &str| row[key].as_f64().unwrap();
    let plain = Plain {
        contacts_per_s: number("lambda_per_s"),
        handle_time_s: number("aht_s"),
        patience_s: Some(number("patience_s")),
        agents: 100,
        within_s: 20,
    };
    let outcomes: Vec<Outcome> = (1..=4).map(|seed| run(&plain, seed, 7)).collect();
    let of = |value: fn(&Outcome) -> f64| outcomes.iter().map(value).collect::<Vec<f64>>();
    let within = |what: &str, exact: f64, runs: Vec<f64>| {
        let mean: Mean = runs.into_iter().collect();
        let interval = mean.interval(Confidence::new(0.999).unwrap()).unwrap();
        assert!(interval.contains(exact), "{what}: exact {exact}, simulated {:?} in {interval:?}", mean.estimate());
    };
    within("waits at all", number("p_wait"), of(|o| o.tally.delayed.estimate().unwrap()));
    within("leaves", number("p_abandon"), of(|o| o.tally.abandoned.estimate().unwrap()));
    within("mean wait", number("mean_wait_all"), of(|o| o.tally.waits_s.estimate().unwrap()));
    within("occupancy", number("util"), of(Outcome::occupancy));
}
