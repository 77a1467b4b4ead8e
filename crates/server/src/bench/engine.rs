//! The engine alone, in memory: time for a fact, and simulated contacts beside simpy.
//!
//! Two models, each played by both. *Bare*: a contact comes, waits with patience, is served. *Staged*: it comes, waits with patience
//! for the agent who has been idle for longest, that agent takes a moment to accept (the customer may still leave), talks, wraps
//! up, and is idle again.

use std::time::Instant;

use signalbox_sim::plain::{Plain, Stages};
use signalbox_sim::{Options, Run, Scenario};

use super::Figure;
use super::peers::{self, Model};

/// From the beginning of a contact to the end of the work on it, in either model.
const HANDLE_TIME_S: f64 = 300.0;
const PATIENCE_S: f64 = 180.0;
const STAGES: Stages = Stages { accept_s: 3.0, wrap_up_s: 60.0 };
/// Contacts that we simulate; simpy a sixth of them, which takes it about as long.
const CONTACTS: f64 = 120_000.0;

/// Microseconds for a fact (fold it and decide what follows) and contacts per second of one core beside simpy on the same models.
pub fn decide_and_simulate() -> anyhow::Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for agents in [10u32, 100, 1_000] {
        let contacts_per_s = f64::from(agents) / HANDLE_TIME_S;
        let plain =
            Plain { contacts_per_s, handle_time_s: HANDLE_TIME_S, patience_s: Some(PATIENCE_S), agents, within_s: 20 };
        let bare = Model { agents, contacts_per_s, patience_s: PATIENCE_S, talk_s: HANDLE_TIME_S, stages: None };
        figures.extend(beside_simpy("bare", &plain.scenario()?, &bare)?);
        let talk_s = HANDLE_TIME_S - STAGES.accept_s - STAGES.wrap_up_s;
        let staged = Model { talk_s, stages: Some(STAGES), ..bare };
        figures.extend(beside_simpy("staged", &Plain { handle_time_s: talk_s, ..plain }.staged(STAGES)?, &staged)?);
    }
    Ok(figures)
}

fn beside_simpy(name: &str, scenario: &Scenario, model: &Model) -> anyhow::Result<Vec<Figure>> {
    let agents = model.agents;
    let span_s = CONTACTS / model.contacts_per_s;
    let options = Options { span_ms: (span_s * 1_000.0) as i64, ..Options::default() };
    let began = Computed::begin();
    let tally = Run::new(scenario, options)?.finish()?.tally;
    let seconds = began.seconds();
    let ours = tally.arrivals as f64 / seconds;
    let left = tally.abandoned.estimate().unwrap_or_default();
    let facts = tally.facts as f64 / tally.arrivals.max(1) as f64;
    let mut figures = vec![
        Figure::new(
            format!("apply + decide, {agents} agents, {name} model"),
            seconds * 1e6 / tally.facts as f64,
            "µs a fact",
            "limit: 50 µs; the simulator's own work included",
        ),
        Figure::new(
            format!("simulated contacts, {agents} agents, {name} model"),
            ours,
            "contacts/s",
            format!("of one core; {facts:.1} facts each; {:.1} % leave", left * 100.0),
        ),
    ];
    // simpy's time for a contact hardly depends on the number of agents.
    if agents < 1_000 {
        let what = format!("simpy, {agents} agents, {name} model");
        figures.push(match peers::simpy(model, span_s / 6.0) {
            Ok((theirs, left)) => {
                let ratio = ours / theirs;
                Figure::new(
                    what,
                    theirs,
                    "contacts/s",
                    format!("{:.1} % leave; ours is {ratio:.1} times that", left * 100.0),
                )
            }
            Err(why) => Figure::missing(what, "contacts/s", why),
        });
    }
    Ok(figures)
}

/// What this thread has computed, where the system tells it (as simpy's side is measured); elsewhere the clock on the wall.
struct Computed {
    wall: Instant,
    cpu_s: Option<f64>,
}

impl Computed {
    fn begin() -> Computed {
        Computed { wall: Instant::now(), cpu_s: cpu_s() }
    }

    fn seconds(&self) -> f64 {
        match (self.cpu_s, cpu_s()) {
            (Some(before), Some(now)) => now - before,
            _ => self.wall.elapsed().as_secs_f64(),
        }
    }
}

/// Linux tells how long the thread that asks has computed, in nanoseconds.
fn cpu_s() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(text.split(' ').next()?.parse::<f64>().ok()? / 1e9)
}
