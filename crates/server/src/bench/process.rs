//! The program as a process: how fast it starts, how much memory it rests in.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::{Bench, Figure};

/// Runs to take the median of.
const RUNS: usize = 5;
/// How long it rests before its memory is read.
const REST: Duration = Duration::from_secs(3);

/// Start-up until it serves, and memory at rest.
pub async fn start_and_rest(bench: &Bench) -> anyhow::Result<Vec<Figure>> {
    let folder = bench.folder.join("process");
    let mut times: Vec<f64> = Vec::new();
    let mut rest = None;
    for run in 0..=RUNS {
        let (mut child, length) = start(&folder)?;
        // The first run makes the store and is not a start like the others.
        if run > 0 {
            times.push(length.as_secs_f64() * 1_000.0);
        }
        if run == RUNS {
            tokio::time::sleep(REST).await;
            rest = resident_mb(child.id());
        }
        let _ = Command::new("kill").arg("-TERM").arg(child.id().to_string()).status();
        child.wait()?;
    }
    times.sort_by(f64::total_cmp);
    let memory = "memory at rest (resident set)";
    Ok(vec![
        Figure::new("start to serving, existing store, median of 5", times[RUNS / 2], "ms", "limit 1,000 ms"),
        match rest {
            Some(mb) => Figure::new(memory, mb, "MB", "limit 150 MB"),
            None => Figure::missing(memory, "MB", "this system does not say"),
        },
    ])
}

fn start(folder: &Path) -> anyhow::Result<(Child, Duration)> {
    let began = Instant::now();
    let mut child = Command::new(std::env::current_exe()?)
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let Some(out) = child.stdout.take() else { anyhow::bail!("no output to read") };
    let mut lines = BufReader::new(out).lines();
    while let Some(line) = lines.next().transpose()? {
        if line.contains("listening on") {
            let length = began.elapsed();
            // Whatever else it says must not stop it.
            std::thread::spawn(move || lines.for_each(drop));
            return Ok((child, length));
        }
    }
    anyhow::bail!("it ended without serving")
}

fn resident_mb(process: u32) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kb: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kb / 1_024.0)
}
