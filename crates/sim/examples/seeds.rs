//! Many seeds of the bank in trouble, every fact checked. Run it with `--release`; the number of seeds is the argument.

use signalbox_sim::builtin::troubled_bank;
use signalbox_sim::{Options, Run};

const HOUR_MS: i64 = 3_600_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let count: u64 = std::env::args().nth(1).map_or(Ok(100), |text| text.parse())?;
    let scenario = troubled_bank()?;
    let (mut facts, mut broken) = (0, 0);
    for seed in 0..count {
        let options = Options {
            seed,
            from_ms: (7 + (seed % 13) as i64) * HOUR_MS,
            span_ms: 2 * HOUR_MS,
            arrivals_factor: 0.8 + 0.2 * (seed % 5) as f64,
            is_checked: true,
            ..Options::default()
        };
        match Run::new(&scenario, options).and_then(Run::finish) {
            Ok(outcome) => facts += outcome.tally.facts,
            Err(error) => {
                broken += 1;
                println!("{error}\n");
            }
        }
    }
    println!("{count} seeds, {facts} facts, {broken} broken");
    Ok(())
}
