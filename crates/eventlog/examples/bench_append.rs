//! Durable appends a second: `cargo run --release -p signalbox-eventlog --example bench_append -- FOLDER [SECONDS]`.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use signalbox_eventlog::bench::{Load, bench_append};
use signalbox_eventlog::{Embedded, EventLog as _, Options, check};
use signalbox_model::id::Position;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let dir = PathBuf::from(args.next().ok_or("name a folder that may be filled")?);
    let length = Duration::from_secs_f64(args.next().map_or(Ok(3.0), |text| text.parse())?);
    println!("load   in flight   appends/s   commits/s   p50 ms   p99 ms");
    for load in [Load::Facts, Load::Turns] {
        for in_flight in [1, 16, 64, 512] {
            let folder = dir.join(format!("{load:?}-{in_flight}"));
            let figures = bench_append(&folder, in_flight, length, load).await?;
            println!(
                "{:<6} {:>9} {:>11.0} {:>11.0} {:>8.2} {:>8.2}",
                format!("{load:?}"),
                in_flight,
                figures.per_second,
                figures.commits as f64 / figures.seconds,
                figures.latency_ms_p50,
                figures.latency_ms_p99
            );
        }
    }
    read_back(&dir.join("Turns-512")).await
}

async fn read_back(folder: &std::path::Path) -> Result<(), Box<dyn std::error::Error>> {
    let start = Instant::now();
    let log = Embedded::open(folder, Options::default())?;
    println!("opened in {:.1} ms", start.elapsed().as_secs_f64() * 1_000.0);
    let start = Instant::now();
    let (mut after, mut count) = (Position::START, 0);
    loop {
        let facts = log.read(after, 5_000).await?;
        let Some(last) = facts.last() else { break };
        (after, count) = (last.position, count + facts.len());
    }
    println!("read {count} events at {:.0} a second", count as f64 / start.elapsed().as_secs_f64());
    log.close().await;
    let start = Instant::now();
    let verified = check(folder, Options::default(), |_, _| ())?;
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "verified {} events at {:.0} a second, {} problems",
        verified.events,
        verified.events as f64 / seconds,
        verified.problem_count
    );
    Ok(())
}
