//! Makes the views anew from the log, in a temporary file, and compares them with those that are there.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use signalbox_eventlog::{Entry, OpenError, Options, Stored};
use signalbox_model::event::Event;
use signalbox_model::id::Position;
use signalbox_views::compare::{Copied, Difference, compare, copy};
use signalbox_views::{Applied, Views, ViewsError};

use crate::app::views_path;

/// Facts that are applied together.
const BATCH: usize = 2_000;

/// What a comparison found.
#[derive(Debug, PartialEq, Eq)]
pub enum Compared {
    /// What differs through this fact; nothing, if the views are what the log makes of them.
    Through(Position, Vec<Difference>),
    /// There are none yet, or none of this program's form: the next start makes them anew.
    NoneToCompare(String),
    /// A customer was erased meanwhile, and with them the words that the views were made of.
    ErasedMeanwhile,
}

/// Why the views could not be compared.
#[derive(Debug, thiserror::Error)]
pub enum CompareError {
    /// The log.
    #[error(transparent)]
    Log(#[from] OpenError),
    /// The views, or the ones made anew.
    #[error(transparent)]
    Views(#[from] ViewsError),
    /// The temporary file.
    #[error("{path} cannot be made ({error}): comparing views takes room for two copies of views.db in this folder")]
    Temporary {
        /// Which.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
}

/// A file beside the views: it holds words of customers in the clear, so it stays where those are and goes at the end.
struct Temporary(PathBuf);

impl Temporary {
    fn beside(data: &Path, name: &str) -> Result<Temporary, CompareError> {
        let path = data.join(format!("check-{}-{name}.db", std::process::id()));
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
            Ok(_) => Ok(Temporary(path)),
            Err(error) => Err(CompareError::Temporary { path, error }),
        }
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        for suffix in ["", "-wal", "-shm"] {
            let mut path = self.0.clone().into_os_string();
            path.push(suffix);
            // Most of them were never made.
            let _missing = std::fs::remove_file(path);
        }
    }
}

/// Compares; the store may be in use. `on_progress` is told the position reached and the last one.
///
/// # Errors
/// When a file cannot be read or written.
pub fn compared(
    data: &Path,
    options: Options,
    mut on_progress: impl FnMut(Position, Position),
) -> Result<Compared, CompareError> {
    let path = views_path(data);
    if !path.exists() {
        return Ok(Compared::NoneToCompare("there is no views.db".to_owned()));
    }
    let there = Temporary::beside(data, "views")?;
    let through = match copy(&path, &there.0)? {
        Copied::At(position) => position,
        Copied::OtherForm { found, ours } => {
            return Ok(Compared::NoneToCompare(format!("views.db has form {found}, and this program form {ours}")));
        }
    };
    let anew = Temporary::beside(data, "anew")?;
    let mut making = Making { views: Views::open(&anew.0, through)?, batch: Vec::new(), failed: None };
    let mut erased_meanwhile = false;
    signalbox_eventlog::replay_with_content(data, options, |entry, head| {
        let at = entry.recorded.position;
        match at <= through {
            true => making.take(entry),
            false => erased_meanwhile |= matches!(entry.recorded.event, Event::CustomerErased(_)),
        }
        on_progress(at.min(through), head.min(through));
    })?;
    making.finish()?;
    if erased_meanwhile {
        return Ok(Compared::ErasedMeanwhile);
    }
    Ok(Compared::Through(through, compare(&there.0, &anew.0)?))
}

struct Making {
    views: Views,
    batch: Vec<Applied>,
    failed: Option<ViewsError>,
}

impl Making {
    fn take(&mut self, entry: Entry) {
        let body = match entry.content {
            Some(Stored::Body(body)) => Some(body),
            Some(Stored::Erased | Stored::Damaged) | None => None,
        };
        self.batch.push(Applied { recorded: entry.recorded, body });
        if self.batch.len() >= BATCH {
            self.flush();
        }
    }

    fn flush(&mut self) {
        let batch = std::mem::take(&mut self.batch);
        if self.failed.is_none() {
            self.failed = self.views.apply(&batch).err();
        }
    }

    fn finish(mut self) -> Result<(), ViewsError> {
        self.flush();
        self.failed.map_or(Ok(()), Err)
    }
}
