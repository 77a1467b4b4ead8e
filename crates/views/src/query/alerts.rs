//! Alerts, open ones and all there were.

use rusqlite::{OptionalExtension, params};

use super::Reader;
use crate::column::{count, from_json};
use crate::error::ViewsError;
use crate::rows::AlertRow;

impl Reader {
    /// Alerts, newest first: only the open ones, or all; before a number, for the next page.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn alerts(&self, only_open: bool, before: Option<u64>, limit: usize) -> Result<Vec<AlertRow>, ViewsError> {
        self.pool.ask(|connection| {
            let sql = match only_open {
                true => "SELECT data FROM alert WHERE is_open = 1 AND number < ?1 ORDER BY number DESC LIMIT ?2",
                false => "SELECT data FROM alert WHERE number < ?1 ORDER BY number DESC LIMIT ?2",
            };
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query(params![before.map_or(i64::MAX, count), limit as i64])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push(from_json(&row.get::<_, String>(0)?)?);
            }
            Ok(found)
        })
    }

    /// One alert.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn alert(&self, number: u64) -> Result<Option<AlertRow>, ViewsError> {
        self.pool.ask(|connection| {
            let data: Option<String> = connection
                .prepare_cached("SELECT data FROM alert WHERE number = ?1")?
                .query_row([count(number)], |row| row.get(0))
                .optional()?;
            data.map(|data| from_json(&data)).transpose()
        })
    }
}
