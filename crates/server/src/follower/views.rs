//! Feeds the views: facts with their words, many in one transaction.

use std::time::Duration;

use signalbox_eventlog::{Embedded, EventLog, ReadError, Stored};
use signalbox_model::content::Body;
use signalbox_model::event::Recorded;
use signalbox_views::{Applied, Views, ViewsError};
use tokio_util::sync::CancellationToken;

use crate::state::AppState;

/// Facts read and applied at once.
const READ_MAX: usize = 2_000;
const LOOK_EVERY: Duration = Duration::from_secs(1);
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Why the views stand still.
#[derive(Debug, thiserror::Error)]
enum FeedError {
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Views(#[from] ViewsError),
    #[error("the writer of the views is gone")]
    Gone,
}

/// Follows the log until `stop` rings.
pub async fn feed(state: AppState, views: Views, stop: CancellationToken) {
    let mut bell = state.log.advanced();
    let mut writer = Some(views);
    let mut failed = false;
    while !stop.is_cancelled() {
        match catch_up(&state, &mut writer, &stop).await {
            Ok(()) => failed = false,
            Err(FeedError::Read(ReadError::Closed) | FeedError::Gone) => return,
            Err(error) => {
                if !std::mem::replace(&mut failed, true) {
                    tracing::error!(%error, "the views stand still");
                }
                tokio::time::sleep(RETRY_AFTER).await;
                continue;
            }
        }
        tokio::select! {
            _ = bell.changed() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
            () = stop.cancelled() => {}
        }
    }
}

async fn catch_up(state: &AppState, writer: &mut Option<Views>, stop: &CancellationToken) -> Result<(), FeedError> {
    while !stop.is_cancelled() {
        let facts = state.log.read(state.views_position(), READ_MAX).await?;
        if facts.is_empty() {
            return Ok(());
        }
        let mut batch = Vec::with_capacity(facts.len());
        for recorded in facts {
            let body = words_of(&state.log, &recorded).await?;
            batch.push(Applied { recorded, body });
        }
        let mut views = writer.take().ok_or(FeedError::Gone)?;
        let done = tokio::task::spawn_blocking(move || {
            let applied = views.apply(&batch);
            (views, applied)
        });
        let (views, applied) = done.await.map_err(|_| FeedError::Gone)?;
        *writer = Some(views);
        state.views_through.send_replace(applied?);
    }
    Ok(())
}

/// The words that a fact brings, if they can still be read. Files are searched by name, not by content.
pub async fn words_of(log: &Embedded, recorded: &Recorded) -> Result<Option<Body>, ReadError> {
    let Some(content) = recorded.event.content() else { return Ok(None) };
    match log.content(content).await? {
        Some(Stored::Body(body)) => Ok(Some(body)),
        Some(Stored::Erased | Stored::Damaged) | None => Ok(None),
    }
}
