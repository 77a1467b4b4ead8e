//! How many contacts one second of one core simulates: M/M/n+M bare and with stages, checks off. Run it with `--release`.
//!
//! Time is what this process computed, where the system tells it: on a busy machine the clock on the wall says little.

use std::time::Instant;

use signalbox_sim::plain::{Plain, Stages};
use signalbox_sim::{Options, Run, RunError, Scenario};

const STAGES: Stages = Stages { accept_s: 3.0, wrap_up_s: 60.0 };

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for agents in [10, 100] {
        let load = f64::from(agents);
        let plain =
            Plain { contacts_per_s: load / 300.0, handle_time_s: 300.0, patience_s: Some(180.0), agents, within_s: 20 };
        pace("bare", agents, &plain.scenario()?)?;
        pace("staged", agents, &Plain { handle_time_s: 237.0, ..plain }.staged(STAGES)?)?;
    }
    Ok(())
}

fn pace(name: &str, agents: u32, scenario: &Scenario) -> Result<(), RunError> {
    let days = if agents == 10 { 40 } else { 4 };
    let options = Options { span_ms: days * 86_400_000, ..Options::default() };
    let began = Clock::start();
    let tally = Run::new(scenario, options)?.finish()?.tally;
    let seconds = began.seconds();
    println!(
        "{agents} agents, {name}: {} contacts, {:.3} left, {} facts, {seconds:.2} s: {:.0} contacts/s, {:.2} µs a fact",
        tally.arrivals,
        tally.abandoned.estimate().unwrap_or_default(),
        tally.facts,
        tally.arrivals as f64 / seconds,
        seconds * 1e6 / tally.facts as f64,
    );
    Ok(())
}

struct Clock {
    wall: Instant,
    cpu_s: Option<f64>,
}

impl Clock {
    fn start() -> Clock {
        Clock { wall: Instant::now(), cpu_s: cpu_s() }
    }

    fn seconds(&self) -> f64 {
        match (self.cpu_s, cpu_s()) {
            (Some(before), Some(now)) => now - before,
            _ => self.wall.elapsed().as_secs_f64(),
        }
    }
}

/// Linux tells how long the only thread of this process has computed, in nanoseconds.
fn cpu_s() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/schedstat").ok()?;
    Some(text.split(' ').next()?.parse::<f64>().ok()? / 1e9)
}
