//! The writer.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, TransactionBehavior};
use signalbox_model::event::Event;
use signalbox_model::id::Position;
use signalbox_model::setup::Document;

use crate::error::ViewsError;
use crate::fold;
use crate::query::Reader;
use crate::rows::Applied;
use crate::schema;
use crate::working::Working;
use crate::write;

/// Facts that one transaction takes in at most.
pub const TRANSACTION_FACTS_MAX: usize = 5_000;

/// The writer of the views. There is one; it belongs to the one task that follows the log.
pub struct Views {
    path: PathBuf,
    connection: Connection,
    /// None after a batch failed: what is in memory may then be ahead of the tables.
    working: Option<Working>,
}

impl Views {
    /// Opens the file, or makes it. One of another form, or one that is ahead of the log, is dropped and made anew:
    /// apply the log from [`Views::position`] on.
    ///
    /// # Errors
    /// When the file cannot be made or read.
    pub fn open(path: &Path, log_head: Position) -> Result<Views, ViewsError> {
        let connection = schema::open(path, log_head)?;
        let working = fold::load(&connection)?;
        Ok(Views { path: path.to_owned(), connection, working: Some(working) })
    }

    /// The last fact that is in the views.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn position(&self) -> Result<Position, ViewsError> {
        match &self.working {
            Some(working) => Ok(working.position),
            None => schema::position(&self.connection),
        }
    }

    /// Takes in facts in log order, each transaction with the position that it reaches. Facts that are in already are
    /// skipped. After an error the facts of the failed transaction are not in; send them again.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn apply(&mut self, batch: &[Applied]) -> Result<Position, ViewsError> {
        for part in batch.chunks(TRANSACTION_FACTS_MAX) {
            self.apply_part(part)?;
        }
        self.position()
    }

    fn apply_part(&mut self, part: &[Applied]) -> Result<(), ViewsError> {
        let mut working = match self.working.take() {
            Some(working) => working,
            None => fold::load(&self.connection)?,
        };
        let before = working.position;
        let tx = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for applied in part {
            if applied.recorded.position > working.position {
                // A promise that changes must not change what came before it, wherever a batch begins.
                if matches!(&applied.recorded.event, Event::SetupPublished(p) if matches!(p.document, Document::Queue(_)))
                {
                    write::pending(&tx, &mut working)?;
                }
                working.position = applied.recorded.position;
                fold::fact(&tx, &mut working, applied)?;
            }
        }
        if working.position > before {
            write::pending(&tx, &mut working)?;
        }
        let has_erasure = part.iter().any(|applied| matches!(applied.recorded.event, Event::CustomerErased(_)));
        tx.commit()?;
        if has_erasure {
            // Erased words must not stay behind in old pages of the write-ahead file.
            self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        }
        self.working = Some(working);
        Ok(())
    }

    /// Somebody who may ask.
    pub fn reader(&self) -> Reader {
        Reader::new(&self.path)
    }
}
