//! Published documents with everything that is in them.

use rusqlite::OptionalExtension as _;
use signalbox_model::event::Recorded;
use signalbox_model::setup::DocumentId;

use super::Reader;
use crate::column::{from_json, json};
use crate::error::ViewsError;

impl Reader {
    /// The facts that published what holds now, in the order of the ids; a document that was never published is left out.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn published(&self, ids: &[DocumentId]) -> Result<Vec<Recorded>, ViewsError> {
        self.pool.ask(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT fact.data FROM document JOIN fact ON fact.position = document.position WHERE document.id = ?1",
            )?;
            let mut found = Vec::with_capacity(ids.len());
            for id in ids {
                let data: Option<String> = statement.query_row([json(id)?], |row| row.get(0)).optional()?;
                if let Some(data) = data {
                    found.push(from_json(&data)?);
                }
            }
            Ok(found)
        })
    }
}
