//! The engines' state, written down so that a start need not replay everything. Disposable: a missing, old or foreign
//! one is passed over, and the log is replayed from its first fact.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use signalbox_engine::Engines;
use signalbox_eventlog::{EventLog, Log, ReadError};
use signalbox_model::event::Recorded;
use signalbox_model::id::Position;

/// Counts up whenever the state changes its shape or its meaning.
const FORMAT: u32 = 1;
const FILE: &str = "engine.snapshot";

#[derive(Serialize)]
struct Written<'a> {
    format: u32,
    version: &'static str,
    position: Position,
    last: &'a Recorded,
    engines: &'a Engines,
}

#[derive(Deserialize)]
struct Read {
    format: u32,
    version: String,
    position: Position,
    last: Recorded,
    engines: Engines,
}

/// Why the state was not written down.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// The file could not be written.
    #[error("{path}: {error}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// The state has no text form.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// The log could not be read.
    #[error(transparent)]
    Log(#[from] ReadError),
}

/// The state and the last fact in it, if there is one that fits this log and this version.
pub async fn load(data: &Path, log: &Log) -> Option<(Engines, Position)> {
    let path = data.join(FILE);
    let text = tokio::fs::read(&path).await.ok()?;
    let parsed = tokio::task::spawn_blocking(move || serde_json::from_slice::<Read>(&text)).await.ok()?;
    let read = match parsed {
        Ok(read) if read.format == FORMAT && read.version == env!("CARGO_PKG_VERSION") => read,
        _ => {
            tracing::info!("the written-down state is of another version: replaying the log");
            return None;
        }
    };
    // A log that was restored from a backup may hold another fact at this place.
    let same = fact_at(log, read.position).await.ok()?.is_some_and(|fact| fact == read.last);
    same.then_some((read.engines, read.position))
}

async fn fact_at(log: &Log, position: Position) -> Result<Option<Recorded>, ReadError> {
    let Some(before) = position.0.checked_sub(1) else { return Ok(None) };
    Ok(log.read(Position(before), 1).await?.into_iter().next())
}

/// Writes the state down; the old file stays until the new one is whole.
///
/// # Errors
/// When the disk or the log fails.
pub async fn store(data: &Path, log: &Log, engines: &Engines, position: Position) -> Result<(), SnapshotError> {
    let Some(last) = fact_at(log, position).await? else { return Ok(()) };
    let written = Written { format: FORMAT, version: env!("CARGO_PKG_VERSION"), position, last: &last, engines };
    let text = serde_json::to_vec(&written)?;
    let (path, draft) = (data.join(FILE), data.join("engine.snapshot.new"));
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |error| SnapshotError::File { path, error }
    };
    tokio::fs::write(&draft, text).await.map_err(failed(&draft))?;
    tokio::fs::rename(&draft, &path).await.map_err(failed(&path))
}
