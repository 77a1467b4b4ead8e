//! Long runs beside the exact values of a reference file. Run it with `--release` and the file's path.

use serde_json::Value;
use signalbox_engine::measures::Measure;
use signalbox_sim::plain::Plain;
use signalbox_sim::{Options, Outcome, Run, RunError};
use signalbox_stats::{Confidence, Mean};

const DAY_MS: i64 = 86_400_000;
const RUNS: u64 = 24;

/// What is compared: its name, the exact value, and how it is read off a run.
type Compared = (&'static str, Option<f64>, fn(&Outcome) -> Option<f64>);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("say where the reference file is")?;
    let rows: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    let confidence = Confidence::new(0.99)?;
    println!("{:<34}{:<10}{:>10}{:>12}{:>24}", "model", "value", "exact", "simulated", "99 % interval");
    for (number, (plain, compared)) in rows.iter().filter_map(model).enumerate() {
        let scenario = plain.scenario()?;
        // Other seeds for each row: with the same ones all rows would share their luck.
        let run = |seed| {
            let options = Options { seed, span_ms: 2 * DAY_MS, warm_up_ms: DAY_MS / 8, ..Options::default() };
            Run::new(&scenario, options)?.finish()
        };
        let outcomes =
            (1..=RUNS).map(|seed| run(1_000 * number as u64 + seed)).collect::<Result<Vec<Outcome>, RunError>>()?;
        for (name, exact, value) in compared {
            let mean: Mean = outcomes.iter().filter_map(value).collect();
            let Some(((exact, got), interval)) = exact.zip(mean.estimate()).zip(mean.interval(confidence)) else {
                continue;
            };
            let who = format!("{} agents, patience {:?}", plain.agents, plain.patience_s);
            let verdict = if interval.contains(exact) { "" } else { "  OUTSIDE" };
            println!(
                "{who:<34}{name:<10}{exact:>10.5}{got:>12.5}   [{:.5}, {:.5}]{verdict}",
                interval.low, interval.high
            );
        }
    }
    Ok(())
}

/// The model of a row, and what is known exactly about it. Rows about something else have none.
fn model(row: &Value) -> Option<(Plain, Vec<Compared>)> {
    let a = &row["erlang_a_exact"];
    if a.is_object() {
        let plain = Plain {
            contacts_per_s: a["lambda_per_s"].as_f64()?,
            handle_time_s: a["aht_s"].as_f64()?,
            patience_s: a["patience_s"].as_f64(),
            agents: a["agents"].as_f64()? as u32,
            within_s: 20,
        };
        let compared: Vec<Compared> = vec![
            ("p_wait", a["p_wait"].as_f64(), |o| o.tally.delayed.estimate()),
            ("p_abandon", a["p_abandon"].as_f64(), |o| o.tally.abandoned.estimate()),
            ("wait_s", a["mean_wait_all"].as_f64(), |o| o.tally.waits_s.estimate()),
            ("occupancy", a["util"].as_f64(), |o| Some(o.occupancy())),
        ];
        return Some((plain, compared));
    }
    let (load, positions) = (row["offered_erl"].as_f64()?, row["positions"].as_f64()?);
    let handle_time_s = row["aht_min"].as_f64()? * 60.0;
    let contacts_per_s = load / handle_time_s;
    let plain = Plain { contacts_per_s, handle_time_s, patience_s: None, agents: positions as u32, within_s: 20 };
    let compared: Vec<Compared> = vec![
        ("p_wait", row["p_wait"].as_f64(), |o| o.tally.delayed.estimate()),
        ("in 20 s", row["service_level"].as_f64(), |o| o.tally.whole().value(Measure::ServiceLevelAllAbandons).value),
        ("occupancy", row["occupancy"].as_f64(), |o| Some(o.occupancy())),
    ];
    // At a load as large as the staff nothing ever settles, and there is nothing to compare.
    (load < positions).then_some((plain, compared))
}
