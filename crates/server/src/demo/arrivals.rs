//! Who comes when: a rush at the start so that the floor is alive at once, then waves that differ from queue to queue.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use signalbox_sim::scenario::{Draw, Spread};
use signalbox_stats::Rng;
use signalbox_stats::sample::next_arrival;
use tokio::task::JoinSet;

use super::customer;
use super::script::Script;
use super::seed::QUEUES;
use super::stage::Stage;

/// Customers of the first seconds.
const RUSH: usize = 36;
const RUSH_EVERY: Duration = Duration::from_millis(110);
/// Customers at once; more are turned round at the door.
const OPEN_MAX: usize = 72;
/// Streams of customers: one for each queue, and those who come to the AI agent.
const STREAMS: usize = QUEUES.len() + 1;
const ASSISTANT: usize = QUEUES.len();
/// Customers per second of the demo's time, between waves. A third of all come to the AI agent.
const PER_SECOND: [f64; STREAMS] = [0.055, 0.063, 0.063, 0.015, 0.1];
/// Length of a wave for each stream in seconds, so that lines come and go in turn.
const WAVES_S: [f64; STREAMS] = [210.0, 260.0, 320.0, 400.0, 240.0];
/// How high a wave is above the mean, and how deep between two.
const SWING: f64 = 0.75;
/// Scripts that were just played are not drawn again at once.
const RECENT: usize = 4;
/// How long people wait, in seconds of the demo's time.
const PATIENCE: Spread = Spread::Lognormal { median_s: 130.0, log_spread: 0.7 };

/// Sends customers for ever. All of them go when this is dropped.
pub async fn keep_coming(stage: Arc<Stage>) {
    let Ok(patience) = PATIENCE.ready("patience") else { return };
    let mut door = Door {
        rng: stage.rng.fork("customers"),
        patience,
        recent: HashMap::new(),
        inside: JoinSet::new(),
        count: 0,
        stage,
    };
    for number in 0..RUSH {
        door.let_in(match number % 4 {
            3 => ASSISTANT,
            queue => queue,
        });
        tokio::time::sleep(RUSH_EVERY).await;
    }
    let began = Instant::now();
    let mut streams: Vec<(Rng, f64)> =
        (0..STREAMS).map(|queue| (door.stage.rng.fork_numbered("waves", queue as u64), 0.0)).collect();
    for (queue, (rng, at)) in streams.iter_mut().enumerate() {
        *at = next(rng, queue, 0.0);
    }
    loop {
        let Some(queue) = (0..streams.len()).min_by(|a, b| streams[*a].1.total_cmp(&streams[*b].1)) else { return };
        let at = streams[queue].1;
        let until = began + door.stage.seconds(at);
        tokio::time::sleep(until.saturating_duration_since(Instant::now())).await;
        door.let_in(queue);
        let rng = &mut streams[queue].0;
        streams[queue].1 = next(rng, queue, at);
        while door.inside.try_join_next().is_some() {}
    }
}

/// When the next customer of a stream comes, in seconds of the demo's time.
fn next(rng: &mut Rng, queue: usize, after: f64) -> f64 {
    let mean = PER_SECOND[queue];
    let wave =
        |t: f64| mean * (1.0 + SWING * (std::f64::consts::TAU * (t / WAVES_S[queue] + queue as f64 * 0.3)).sin());
    next_arrival(rng, after, f64::MAX, mean * (1.0 + SWING), wave).unwrap_or(after + 60.0)
}

struct Door {
    stage: Arc<Stage>,
    rng: Rng,
    patience: Draw,
    recent: HashMap<usize, Vec<String>>,
    inside: JoinSet<()>,
    count: u64,
}

impl Door {
    fn let_in(&mut self, queue: usize) {
        if self.stage.open() >= OPEN_MAX {
            return;
        }
        let Some(script) = self.choose(queue) else { return };
        self.count += 1;
        let rng = self.rng.fork_numbered("customer", self.count);
        let visit = customer::visit(self.stage.clone(), script, self.patience.clone(), rng);
        self.inside.spawn(async move {
            if let Err(error) = visit.await {
                tracing::debug!(%error, "a simulated customer went early");
            }
        });
    }

    fn choose(&mut self, queue: usize) -> Option<Arc<Script>> {
        let recent = self.recent.entry(queue).or_default();
        let is_of = |script: &Script| match QUEUES.get(queue) {
            Some((key, _, _)) => !script.is_ai && script.queue == *key,
            None => script.is_ai,
        };
        let fitting = |script: &&Arc<Script>| is_of(script) && !recent.contains(&script.name);
        let choice: Vec<Arc<Script>> = self.stage.scripts.iter().filter(fitting).cloned().collect();
        let script = self.rng.choose(&choice)?.clone();
        recent.push(script.name.clone());
        if recent.len() > RECENT {
            recent.remove(0);
        }
        Some(script)
    }
}
