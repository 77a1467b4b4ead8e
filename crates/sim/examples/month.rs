//! Fits the staffing of a month and says how the month comes out. Run it with `--release` and the path of the month's file.

use signalbox_sim::month::{Aim, Month, Staffing, waited_within};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("say where the month's file is")?;
    let month = Month::parse(&std::fs::read_to_string(path)?, 380.0)?;
    let show = |staffing: Staffing, seed: u64| -> Result<(), Box<dyn std::error::Error>> {
        let outcome = month.run(staffing, seed)?;
        let tally = &outcome.tally;
        println!(
            "level {:.3} shape {:.3} seed {seed}: {} contacts, abandoned {:.2} %, in 20 s {:.1} %, in 60 s {:.1} %, mean wait {:.1} s, AHT {:.1} / {:.0} / {:.0} s, occupancy {:.3}",
            staffing.level,
            staffing.shape,
            tally.arrivals,
            100.0 * tally.abandoned.estimate().unwrap_or(0.0),
            100.0 * waited_within(&outcome, 20_000),
            100.0 * waited_within(&outcome, 60_000),
            tally.waits_s.estimate().unwrap_or(0.0),
            tally.handle_times.mean().unwrap_or(0.0) / 1_000.0,
            tally.handle_times.quantile(0.5).unwrap_or(0) as f64 / 1_000.0,
            tally.handle_times.quantile(0.95).unwrap_or(0) as f64 / 1_000.0,
            outcome.occupancy(),
        );
        Ok(())
    };
    let fitted = month.fit(Aim { abandonment: 0.179, within_20s: 0.490 }, &[101, 102, 103])?;
    for seed in 1..=8 {
        show(fitted, seed)?;
    }
    Ok(())
}
