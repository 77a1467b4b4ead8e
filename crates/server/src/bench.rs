//! `signalbox bench`: what one machine does, side by side with a peer or a limit in the same run.
//!
//! Machines differ and are shared: the ratios are what to quote. Nothing here fails when a machine is slow.

mod peers;
mod store;
mod engine;
mod floor;
mod watchers;
mod process;

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use serde::Serialize;

/// What to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Subject {
    /// Durable appends a second, beside bare fdatasync and PostgreSQL.
    Append,
    /// Time of apply and decide for a fact, and simulated contacts beside simpy.
    Engine,
    /// Durable routing decisions a second, beside PostgreSQL's `skip locked`.
    Routing,
    /// From commit to the browser with 200 and 1,000 subscribers, and 2,000 live conversations with 200 watchers.
    Live,
    /// Start-up, memory at rest.
    Process,
    /// The views of a million events, made from nothing.
    Rebuild,
}

/// How to measure.
#[derive(Debug, Args)]
pub struct BenchArgs {
    /// Only these; everything otherwise.
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Subject>,
    /// Seconds for each figure.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=120))]
    seconds: u64,
    /// Events for `rebuild`.
    #[arg(long, default_value_t = 1_000_000)]
    events: u64,
    /// Where files are written while measuring: the disk that is measured. A folder of its own is made in it and removed.
    #[arg(long, value_name = "DIR", default_value = ".")]
    data: PathBuf,
    /// PostgreSQL to measure beside, as pgbench understands it.
    #[arg(long, value_name = "CONNINFO", env = "SIGNALBOX_TEST_POSTGRES", default_value = "postgresql:///postgres")]
    postgres: String,
    /// Writes all figures to this file as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// One measured figure.
#[derive(Debug, Serialize)]
pub struct Figure {
    /// What was measured.
    pub what: String,
    /// How much; none: it could not be measured here.
    pub value: Option<f64>,
    /// Of what.
    pub unit: &'static str,
    /// Beside what, or why there is no value.
    pub note: String,
}

impl Figure {
    /// A figure.
    pub fn new(what: impl Into<String>, value: f64, unit: &'static str, note: impl Into<String>) -> Figure {
        Figure { what: what.into(), value: Some(value), unit, note: note.into() }
    }

    /// Something that could not be measured here, and why.
    pub fn missing(what: impl Into<String>, unit: &'static str, why: impl Into<String>) -> Figure {
        Figure { what: what.into(), value: None, unit, note: why.into() }
    }

    fn line(&self) -> String {
        let value = self.value.map_or_else(|| "–".to_owned(), spoken);
        format!("  {:<58} {value:>12} {:<14} {}", self.what, self.unit, self.note)
    }
}

fn spoken(value: f64) -> String {
    match value.abs() {
        large if large >= 1_000.0 => {
            let digits = format!("{value:.0}");
            let mut out = String::new();
            for (index, digit) in digits.chars().enumerate() {
                if index > 0 && (digits.len() - index) % 3 == 0 {
                    out.push(',');
                }
                out.push(digit);
            }
            out
        }
        middle if middle >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// What every measurement needs.
pub struct Bench {
    /// For how long each figure is measured.
    pub length: Duration,
    /// Where files may be written.
    pub folder: PathBuf,
    /// PostgreSQL to measure beside.
    pub postgres: String,
    /// Events for `rebuild`.
    pub events: u64,
}

/// Measures and prints.
///
/// # Errors
/// When our own part cannot be measured; a missing peer is said in its line.
pub async fn run(args: BenchArgs) -> anyhow::Result<()> {
    let folder = args.data.join(format!(".signalbox-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let bench = Bench {
        length: Duration::from_secs(args.seconds),
        folder: folder.clone(),
        postgres: args.postgres,
        events: args.events,
    };
    let measured = measure(&bench, &args.only).await;
    std::fs::remove_dir_all(&folder)?;
    let figures = measured?;
    if let Some(file) = args.json {
        std::fs::write(&file, serde_json::to_vec_pretty(&figures)?)?;
        println!("\nwritten to {}", file.display());
    }
    Ok(())
}

async fn measure(bench: &Bench, only: &[Subject]) -> anyhow::Result<Vec<Figure>> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    println!(
        "{cores} cores, {} build, {} s a figure",
        if cfg!(debug_assertions) { "debug" } else { "release" },
        bench.length.as_secs()
    );
    let mut all = Vec::new();
    for subject in Subject::value_variants() {
        if !only.is_empty() && !only.contains(subject) {
            continue;
        }
        let figures = match subject {
            Subject::Append => store::appends(bench).await?,
            Subject::Engine => engine::decide_and_simulate()?,
            Subject::Routing => floor::routing(bench).await?,
            Subject::Live => watchers::live(bench).await?,
            Subject::Process => process::start_and_rest(bench).await?,
            Subject::Rebuild => store::rebuild(bench).await?,
        };
        println!("\n{}", subject.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned()));
        figures.iter().for_each(|figure| println!("{}", figure.line()));
        all.extend(figures);
    }
    Ok(all)
}
