//! What rows show and the floor does not know: names of customers, numbers of today.

use std::collections::HashMap;
use std::time::Duration;

use signalbox_eventlog::{EventLog as _, ReadError, Stored};
use signalbox_model::content::Body;
use signalbox_model::id::{ConversationId, CustomerId};
use signalbox_views::{MeasureBy, MeasureFilter, MeasureKey, ViewsError};

use crate::figures::Figures;
use crate::state::AppState;
use crate::wire::measured::{day_start, values};
use crate::wire::{self, TranscriptItem};

/// How long a name is waited for that came in this instant.
const NAMES_WAIT: Duration = Duration::from_millis(150);

/// Names of these customers, where they are known.
pub async fn customer_names(state: &AppState, customers: Vec<CustomerId>) -> HashMap<CustomerId, String> {
    if customers.is_empty() {
        return HashMap::new();
    }
    // Whoever has just come is on the floor before the views know their name.
    let _late_is_fine = tokio::time::timeout(NAMES_WAIT, state.views_at(state.standing.position())).await;
    let views = state.views.clone();
    let read = tokio::task::spawn_blocking(move || views.customer_names(&customers)).await;
    settled(read).unwrap_or_default()
}

/// The transcript of a conversation, with the size of every file; and whether there is more than it may hold.
///
/// # Errors
/// When the log cannot be read.
pub async fn transcript(
    state: &AppState,
    conversation: ConversationId,
) -> Result<(Vec<TranscriptItem>, bool), ReadError> {
    let stored = state.log.read_conversation(conversation).await?;
    let mut items = wire::transcript(&stored.entries, &state.directory());
    // A transcript comes without the bytes of its files, so their sizes are asked for one by one: there are few.
    for file in items.iter_mut().filter_map(|item| item.file.as_mut()) {
        let Ok(content) = file.content.parse() else { continue };
        if let Some(Stored::Body(Body::File { bytes, .. })) = state.log.content(content).await? {
            file.bytes = Some(bytes.len() as u64);
        }
    }
    Ok((items, stored.truncated))
}

/// Numbers of today: read again when the last reading is older than this.
const FIGURES_AGE: Duration = Duration::from_secs(1);

/// Numbers of today.
pub async fn figures(state: &AppState) -> Figures {
    match state.figures.younger_than(FIGURES_AGE) {
        Some(figures) => figures,
        None => {
            let figures = read_figures(state).await;
            state.figures.put(figures.clone());
            figures
        }
    }
}

async fn read_figures(state: &AppState) -> Figures {
    let (views, now) = (state.views.clone(), state.clock.now());
    let bounds = [day_start(&state.directory(), now), now];
    let read = tokio::task::spawn_blocking(move || {
        let all = MeasureFilter::default();
        Ok((
            views.measures(MeasureBy::Queue, &bounds, &all, now)?,
            views.measures(MeasureBy::Agent, &bounds, &all, now)?,
        ))
    })
    .await;
    let Some((queues, people)) = settled(read) else { return Figures::default() };
    let mut figures = Figures::default();
    for id in state.directory().queues.keys() {
        figures.queues.insert(*id, values(&MeasureBy::Queue.nothing(), "today"));
    }
    for id in state.directory().people.keys() {
        figures.people.insert(*id, values(&MeasureBy::Agent.nothing(), "today"));
    }
    for row in queues.into_iter().chain(people) {
        match row.key {
            MeasureKey::Queue(Some(queue)) => drop(figures.queues.insert(queue, values(&row.tally, "today"))),
            MeasureKey::Agent(person) => drop(figures.people.insert(person, values(&row.tally, "today"))),
            MeasureKey::Queue(None) | MeasureKey::All | MeasureKey::Channel(_) | MeasureKey::Origin(_) => {}
        }
    }
    figures
}

/// The answer; without one the rows are shown without it, which beats showing nothing.
fn settled<T>(read: Result<Result<T, ViewsError>, tokio::task::JoinError>) -> Option<T> {
    match read {
        Ok(Ok(found)) => Some(found),
        Ok(Err(error)) => {
            tracing::warn!(%error, "names or numbers could not be read");
            None
        }
        Err(_) => None,
    }
}
