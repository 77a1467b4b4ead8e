//! Every formula against values that other programs computed.

use super::{
    Demand,
    patience::Patience,
    staffing::{Target, agents_required},
    waiting::Waiting,
};
use serde_json::Value;
use std::path::Path;

const MINUTE_S: f64 = 60.0;
const RELATIVE: f64 = 1e-12;

fn number(record: &Value, key: &str) -> f64 {
    record[key].as_f64().unwrap_or_else(|| panic!("{key} is missing in {record}"))
}

fn check(record: &Value, key: &str, ours: f64) {
    let theirs = number(record, key);
    let is_close = (ours - theirs).abs() <= RELATIVE * theirs.abs().max(1e-3);
    assert!(is_close, "{key}: ours {ours:e}, reference {theirs:e} in {record}");
}

/// Contacts per interval and a promise: how many people.
fn check_staffing(record: &Value) {
    let minutes = |key| number(record, key) * MINUTE_S;
    let demand = Demand::new(number(record, "transactions"), minutes("interval_min"), minutes("aht_min")).unwrap();
    let target = Target {
        service_level: number(record, "sl_target"),
        within_s: minutes("asa_min"),
        occupancy_max: number(record, "max_occupancy"),
        shrinkage: number(record, "shrinkage"),
    };
    let staffing = agents_required(demand, target).unwrap();
    let result = &record["result"];
    assert_eq!(f64::from(staffing.agents), number(result, "raw_positions"), "{record}");
    assert_eq!(f64::from(staffing.scheduled), number(result, "positions"), "{record}");
    check(result, "service_level", staffing.service_level);
    check(result, "occupancy", staffing.occupancy);
    check(result, "waiting_probability", staffing.waiting_probability);
}

/// A load and a number of people: how long contacts wait.
fn check_waiting(record: &Value) {
    let handle_time_s = number(record, "aht_min") * MINUTE_S;
    let demand = Demand::new(number(record, "offered_erl"), handle_time_s, handle_time_s).unwrap();
    let line = Waiting::new(demand, number(record, "positions") as u32).unwrap();
    check(record, "p_wait", line.waiting_probability());
    check(record, "service_level", line.service_level(number(record, "asa_min") * MINUTE_S));
    check(record, "occupancy", line.occupancy());
}

/// The same with patience.
fn check_patience(record: &Value) {
    let demand = Demand::new(number(record, "lambda_per_s"), 1.0, number(record, "aht_s")).unwrap();
    let agents = number(record, "agents") as u32;
    let line = Patience::new(demand, agents, number(record, "patience_s")).unwrap();
    check(record, "p_abandon", line.abandonment_probability());
    check(record, "p_wait", line.waiting_probability());
    check(record, "mean_wait_all", line.mean_wait_s());
    check(record, "util", line.occupancy());
}

#[test]
#[expect(clippy::disallowed_methods, reason = "reads the reference values")]
fn every_reference_value_is_reproduced() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference/erlang_golden.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: ../shared/reference/erlang_golden.json is not here");
        return;
    };
    let records: Vec<Value> = serde_json::from_str(&text).unwrap();
    let (mut staffing, mut waiting, mut patience) = (0, 0, 0);
    for record in &records {
        if let Some(exact) = record.get("erlang_a_exact") {
            check_patience(exact);
            patience += 1;
        } else if record.get("transactions").is_some() {
            check_staffing(record);
            staffing += 1;
        } else {
            check_waiting(record);
            waiting += 1;
        }
    }
    assert_eq!(staffing + waiting + patience, records.len());
    assert!(staffing > 0 && waiting > 0 && patience > 0);
}
