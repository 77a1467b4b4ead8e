//! Peers that are measured in the same run: PostgreSQL by its own pgbench, simpy by Python, the disk by fdatasync.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// Transactions a second of a pgbench script.
///
/// # Errors
/// Why it could not be measured, in words for the table.
pub fn pgbench(url: &str, folder: &Path, script: &str, clients: usize, length: Duration) -> Result<f64, String> {
    let file = folder.join("pgbench.sql");
    std::fs::write(&file, script).map_err(|error| error.to_string())?;
    let clients = clients.to_string();
    let seconds = length.as_secs().to_string();
    let output = Command::new("pgbench")
        .args(["-n", "-M", "prepared", "-j", "2", "-c", &clients, "-T", &seconds, "-f"])
        .arg(&file)
        .arg(url)
        .output()
        .map_err(|_| "no pgbench here".to_owned())?;
    let text = String::from_utf8_lossy(&output.stdout);
    let tps = text.lines().find_map(|line| line.strip_prefix("tps = ")).and_then(|rest| rest.split(' ').next());
    match tps.and_then(|tps| tps.parse().ok()) {
        Some(tps) => Ok(tps),
        None => Err(last_line(&output.stderr)),
    }
}

/// Runs statements.
///
/// # Errors
/// Why they could not be run.
pub fn psql(url: &str, statements: &str) -> Result<(), String> {
    let output = Command::new("psql")
        .args(["-q", "-X", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", statements])
        .output()
        .map_err(|_| "no psql here".to_owned())?;
    if output.status.success() { Ok(()) } else { Err(last_line(&output.stderr)) }
}

fn last_line(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let line = text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it said nothing");
    format!("not measured: {}", line.trim().chars().take(100).collect::<String>())
}

/// Syncs a second of one file that grows by 512 bytes before each.
///
/// # Errors
/// When the file cannot be written.
pub fn fdatasync(folder: &Path, length: Duration) -> std::io::Result<f64> {
    let mut file = File::create(folder.join("fdatasync"))?;
    let block = [7u8; 512];
    let began = Instant::now();
    let mut syncs = 0u64;
    while began.elapsed() < length {
        file.write_all(&block)?;
        file.sync_data()?;
        syncs += 1;
    }
    Ok(syncs as f64 / began.elapsed().as_secs_f64())
}

/// The same model in simpy: one line, exponential arrivals, service and patience. Prints contacts per CPU second.
const SIMPY: &str = r#"
import random, sys, time
import simpy
agents, load, aht, patience, span = int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4]), float(sys.argv[5])
rng = random.Random(7)
count = 0
def contact(env, line):
    with line.request() as slot:
        got = yield slot | env.timeout(rng.expovariate(1 / patience))
        if slot in got:
            yield env.timeout(rng.expovariate(1 / aht))
def arrivals(env, line):
    global count
    while env.now < span:
        yield env.timeout(rng.expovariate(load / aht))
        count += 1
        env.process(contact(env, line))
env = simpy.Environment()
line = simpy.Resource(env, capacity=agents)
env.process(arrivals(env, line))
began = time.process_time()
env.run()
print(count / (time.process_time() - began))
"#;

/// Contacts per CPU second of simpy on M/M/n+M.
///
/// # Errors
/// Why it could not be measured.
pub fn simpy(agents: u32, load: f64, handle_time_s: f64, patience_s: f64, span_s: f64) -> Result<f64, String> {
    let numbers = [f64::from(agents), load, handle_time_s, patience_s, span_s].map(|number| number.to_string());
    let output =
        Command::new("python3").args(["-c", SIMPY]).args(numbers).output().map_err(|_| "no python3 here".to_owned())?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.trim().parse().map_err(|_| last_line(&output.stderr))
}
