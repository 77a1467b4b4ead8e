//! Visitors who sit down at an agent's desk: the driver lets go of it and takes it back when they are gone.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use signalbox_eventlog::EventLog;
use signalbox_model::event::{Event, Recorded};
use signalbox_model::id::{PersonId, Position};

use super::seed;
use super::stage::Stage;
use crate::state::AppState;

/// A visitor whose browser is gone for this long has left.
const GONE_AFTER: Duration = Duration::from_secs(120);
const LOOK_EVERY: Duration = Duration::from_secs(1);
const READ_MAX: usize = 2_000;

/// Follows who signs in and out, for ever. The driver's own agents have sessions without a sign-in, so every sign-in is a visitor's.
pub async fn watch(stage: Arc<Stage>, state: AppState, mut after: Position) {
    let agents: HashSet<PersonId> = seed::agents().map(|row| row.0).collect();
    // Since when each visited desk has had no browser.
    let mut visits: HashMap<PersonId, Option<Instant>> = HashMap::new();
    let mut bell = state.log.advanced();
    loop {
        tokio::select! {
            _ = bell.changed() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
        while let Ok(facts) = state.log.read(after, READ_MAX).await {
            let Some(last) = facts.last() else { break };
            after = last.position;
            facts.iter().for_each(|fact| fold(fact, &agents, &mut visits));
        }
        for (person, gone) in &mut visits {
            let is_connected = state.floor().desk(*person).is_some_and(|desk| desk.connected);
            *gone = if is_connected { None } else { Some(gone.unwrap_or_else(Instant::now)) };
        }
        visits.retain(|_, gone| gone.is_none_or(|since| since.elapsed() < GONE_AFTER));
        let now: HashSet<PersonId> = visits.keys().copied().collect();
        stage.visited.send_if_modified(|before| {
            let is_new = *before != now;
            *before = now;
            is_new
        });
        // The log rings for every fact; looking a few times a second is enough.
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

fn fold(fact: &Recorded, agents: &HashSet<PersonId>, visits: &mut HashMap<PersonId, Option<Instant>>) {
    match &fact.event {
        Event::SignedIn(signed) if agents.contains(&signed.person) => {
            visits.insert(signed.person, None);
        }
        Event::SignedOut(signed) => {
            visits.remove(&signed.person);
        }
        _ => {}
    }
}
