//! Twenty seeds of a centre in trouble, with every fact held against the promises. A failing seed is printed.

use signalbox_sim::builtin::{bank, troubled_bank};
use signalbox_sim::{Options, Run, Scenario};

const HOUR_MS: i64 = 3_600_000;

fn check(scenario: &Scenario, seed: u64, from_hour: i64, hours: i64) -> u64 {
    let options = Options {
        seed,
        from_ms: from_hour * HOUR_MS,
        span_ms: hours * HOUR_MS,
        arrivals_factor: 1.4,
        is_checked: true,
        ..Options::default()
    };
    let outcome = Run::new(scenario, options).and_then(Run::finish).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(outcome.left_waiting, 0, "seed {seed}: conversations never ended");
    outcome.tally.facts
}

#[test]
fn twenty_seeds_of_trouble_keep_every_promise() {
    let scenario = troubled_bank().unwrap();
    let facts: u64 = (0..20).map(|seed| check(&scenario, seed, 7 + (seed % 12) as i64, 1)).sum();
    // A run in which nothing happens would keep every promise too.
    assert!(facts > 20_000, "{facts}");
}

#[test]
fn a_quiet_evening_ends_with_nobody_left() {
    check(&bank().unwrap(), 7, 20, 2);
}

#[test]
fn the_same_seed_gives_the_same_day() {
    let scenario = troubled_bank().unwrap();
    let run = |seed| {
        let options = Options { seed, from_ms: 9 * HOUR_MS, span_ms: HOUR_MS / 2, ..Options::default() };
        let tally = Run::new(&scenario, options).unwrap().finish().unwrap().tally;
        (tally.facts, tally.arrivals, tally.refused, tally.handle_times.sum())
    };
    assert_eq!(run(3), run(3));
    assert_ne!(run(3), run(4));
}
