//! How many contacts one second of one core simulates: M/M/100+M, a day, checks off. Run it with `--release`.

use std::time::Instant;

use signalbox_sim::plain::Plain;
use signalbox_sim::{Options, Run};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for agents in [10, 100] {
        let load = f64::from(agents);
        let plain =
            Plain { contacts_per_s: load / 300.0, handle_time_s: 300.0, patience_s: Some(180.0), agents, within_s: 20 };
        let days = if agents == 10 { 40 } else { 4 };
        let options = Options { span_ms: days * 86_400_000, ..Options::default() };
        let scenario = plain.scenario()?;
        let began = Instant::now();
        let tally = Run::new(&scenario, options)?.finish()?.tally;
        let seconds = began.elapsed().as_secs_f64();
        println!(
            "{agents} agents: {} contacts, {} facts, {seconds:.2} s: {:.0} contacts/s, {:.2} µs a fact",
            tally.arrivals,
            tally.facts,
            tally.arrivals as f64 / seconds,
            seconds * 1e6 / tally.facts as f64,
        );
    }
    Ok(())
}
