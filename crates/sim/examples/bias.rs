use signalbox_sim::plain::Plain;
use signalbox_sim::{Options, Run};
use signalbox_stats::Mean;
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let p =
        Plain { contacts_per_s: 1.0 / 3.0, handle_time_s: 300.0, patience_s: Some(180.0), agents: 100, within_s: 20 };
    let s = p.scenario()?;
    let mut a = Mean::default();
    let mut h = Mean::default();
    let mut ab = Mean::default();
    let mut w = Mean::default();
    let mut occ = Mean::default();
    for seed in 1000..1040 {
        let o = Run::new(&s, Options { seed, span_ms: 2 * 86_400_000, warm_up_ms: 3_600_000, ..Options::default() })?
            .finish()?;
        a.add(o.tally.arrivals as f64 / (47.0 * 3600.0 / 3.0));
        h.add(o.tally.handle_times.mean().unwrap() / 300_000.0);
        ab.add(o.tally.abandoned.estimate().unwrap());
        w.add(o.tally.delayed.estimate().unwrap());
        occ.add(o.occupancy());
    }
    for (n, m) in [("arrivals", a), ("handle", h), ("abandon .04491", ab), ("wait .45162", w), ("occ .95509", occ)] {
        println!("{n}: {:.5} ± {:.5}", m.estimate().unwrap(), m.standard_error().unwrap());
    }
    Ok(())
}
