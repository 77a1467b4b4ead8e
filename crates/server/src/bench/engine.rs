//! The engine alone, in memory: time for a fact, and simulated contacts.

use std::time::Instant;

use signalbox_sim::plain::Plain;
use signalbox_sim::{Options, Run};

use super::Figure;
use super::peers;

const HANDLE_TIME_S: f64 = 300.0;
const PATIENCE_S: f64 = 180.0;

/// Microseconds for a fact (fold it and decide what follows) and contacts per second of one core beside simpy on the same model.
pub fn decide_and_simulate() -> anyhow::Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for agents in [10u32, 100, 1_000] {
        let load = f64::from(agents);
        let contacts_per_s = load / HANDLE_TIME_S;
        let plain =
            Plain { contacts_per_s, handle_time_s: HANDLE_TIME_S, patience_s: Some(PATIENCE_S), agents, within_s: 20 };
        let span_s = 120_000.0 / contacts_per_s;
        let options = Options { span_ms: (span_s * 1_000.0) as i64, ..Options::default() };
        let scenario = plain.scenario()?;
        let began = Instant::now();
        let tally = Run::new(&scenario, options)?.finish()?.tally;
        let seconds = began.elapsed().as_secs_f64();
        let ours = tally.arrivals as f64 / seconds;
        figures.push(Figure::new(
            format!("apply + decide, {agents} agents"),
            seconds * 1e6 / tally.facts as f64,
            "µs a fact",
            "limit: 50 µs; the simulator's own work included",
        ));
        figures.push(Figure::new(format!("simulated contacts, M/M/{agents}+M"), ours, "contacts/s", "one core"));
        if agents < 1_000 {
            let what = format!("simpy, the same model, {agents} agents");
            figures.push(match peers::simpy(agents, load, HANDLE_TIME_S, PATIENCE_S, span_s / 6.0) {
                Ok(theirs) => {
                    Figure::new(what, theirs, "contacts/s", format!("ours is {:.1} times that", ours / theirs))
                }
                Err(why) => Figure::missing(what, "contacts/s", why),
            });
        }
    }
    Ok(figures)
}
