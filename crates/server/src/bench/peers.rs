//! Peers that are measured in the same run: PostgreSQL by its own pgbench, simpy by Python, the disk by fdatasync.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use signalbox_sim::plain::Stages;

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

/// What simpy plays; the same as ours.
#[derive(Clone, Copy, Debug)]
pub struct Model {
    /// Agents, always there.
    pub agents: u32,
    /// Arrivals, exponential gaps.
    pub contacts_per_s: f64,
    /// Mean patience, exponential.
    pub patience_s: f64,
    /// Mean time of service, exponential.
    pub talk_s: f64,
    /// What there is besides talk; none: the bare model.
    pub stages: Option<Stages>,
}

/// One line and so many agents whom nobody can tell apart.
const SIMPY_BARE: &str = r#"
def contact(env, line):
    global left
    with line.request() as slot:
        got = yield slot | env.timeout(rng.expovariate(1 / patience))
        if slot in got:
            yield env.timeout(rng.expovariate(1 / talk))
        else:
            left += 1
def floor(env):
    return simpy.Resource(env, capacity=agents)
"#;

/// Whoever has been idle for longest is asked, accepts after a moment, talks, wraps up.
const SIMPY_STAGED: &str = r#"
def contact(env, idle):
    global left
    leaves = env.timeout(rng.expovariate(1 / patience))
    turn = idle.get()
    yield turn | leaves
    if not turn.triggered:
        turn.cancel()
        left += 1
        return
    yield env.timeout(accept) | leaves
    if leaves.processed:
        left += 1
        idle.put(turn.value)
        return
    yield env.timeout(rng.expovariate(1 / talk))
    yield env.timeout(rng.expovariate(1 / wrap_up))
    idle.put(simpy.PriorityItem(env.now, turn.value.item))
def floor(env):
    idle = simpy.PriorityStore(env)
    for agent in range(agents):
        idle.put(simpy.PriorityItem(0, agent))
    return idle
"#;

const SIMPY_BEGIN: &str = r#"
import random, sys, time
import simpy
agents = int(sys.argv[1])
rate, patience, talk, accept, wrap_up, span = map(float, sys.argv[2:8])
rng = random.Random(7)
came = left = 0
"#;

/// Prints contacts per CPU second and the share of those who left.
const SIMPY_END: &str = r#"
def arrivals(env, there):
    global came
    while env.now < span:
        yield env.timeout(rng.expovariate(rate))
        came += 1
        env.process(contact(env, there))
env = simpy.Environment()
env.process(arrivals(env, floor(env)))
began = time.process_time()
env.run()
print(came / (time.process_time() - began), left / came)
"#;

/// Contacts per CPU second of simpy, and the share that left.
///
/// # Errors
/// Why it could not be measured.
pub fn simpy(model: &Model, span_s: f64) -> Result<(f64, f64), String> {
    let stages = model.stages.unwrap_or(Stages { accept_s: 0.0, wrap_up_s: 0.0 });
    let contact = if model.stages.is_some() { SIMPY_STAGED } else { SIMPY_BARE };
    let script = [SIMPY_BEGIN, contact, SIMPY_END].concat();
    let numbers = [model.contacts_per_s, model.patience_s, model.talk_s, stages.accept_s, stages.wrap_up_s, span_s]
        .map(|n| n.to_string());
    let output = Command::new("python3")
        .args(["-c", &script, &model.agents.to_string()])
        .args(numbers)
        .output()
        .map_err(|_| "no python3 here".to_owned())?;
    let text = String::from_utf8_lossy(&output.stdout);
    let mut printed = text.split_whitespace().map(str::parse);
    match (printed.next(), printed.next()) {
        (Some(Ok(pace)), Some(Ok(left))) => Ok((pace, left)),
        _ => Err(last_line(&output.stderr)),
    }
}
