//! Are the views what the log makes of them? Compares a file with one that was made anew, and says what differs and where,
//! never with which words.

use std::fmt;
use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, Row};
use signalbox_model::id::{ContentId, ConversationId, CustomerId, PersonId, Position, QueueId};

use crate::column::{Blob, Key as _};
use crate::error::ViewsError;
use crate::schema;

/// Rows of one table that are named; the others are counted.
const ROWS_NAMED_MAX: usize = 3;

/// What became of taking a copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copied {
    /// It holds the views as they were at this fact.
    At(Position),
    /// They are of another form: this program makes them anew when it starts.
    OtherForm {
        /// The form of the file.
        found: i64,
        /// The form of this program.
        ours: i64,
    },
}

/// How rows of a table differ from what the log makes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum How {
    /// The log makes them, and they are not there.
    Missing,
    /// They are there, and the log does not make them.
    TooMany,
    /// They are there with other values in these columns.
    Other {
        /// The columns.
        columns: Vec<String>,
    },
}

/// Rows of a table that are not what the log makes of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The table.
    pub table: String,
    /// In what they differ.
    pub how: How,
    /// How many.
    pub rows: u64,
    /// The keys of the first of them.
    pub first: Vec<String>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = if self.rows == 1 { "row" } else { "rows" };
        write!(f, "views.db: {}: {} {rows} ", self.table, self.rows)?;
        match &self.how {
            How::Missing => write!(f, "missing")?,
            How::TooMany => write!(f, "too many")?,
            How::Other { columns } => write!(f, "with another {}", columns.join(", "))?,
        }
        let more = if self.rows > self.first.len() as u64 { ", …" } else { "" };
        write!(f, ": {}{more}", self.first.join(", "))
    }
}

/// Copies the views as they are at one instant; the file may be in use. `to` must be empty or not there.
///
/// # Errors
/// When a file cannot be read or written.
pub fn copy(views: &Path, to: &Path) -> Result<Copied, ViewsError> {
    let connection = schema::open_reader(views)?;
    let found: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if found != schema::VERSION {
        return Ok(Copied::OtherForm { found, ours: schema::VERSION });
    }
    connection.execute_batch("PRAGMA query_only = OFF")?;
    connection.execute("VACUUM INTO ?1", [to.to_string_lossy()])?;
    Ok(Copied::At(schema::position(&schema::open_reader(to)?)?))
}

/// What differs between the views and those that were made anew from the log, both through the same fact.
///
/// # Errors
/// When a file cannot be read.
pub fn compare(views: &Path, anew: &Path) -> Result<Vec<Difference>, ViewsError> {
    let connection = schema::open_reader(views)?;
    connection.execute("ATTACH ?1 AS anew", [anew.to_string_lossy()])?;
    let mut differences = Vec::new();
    for table in tables(&connection)? {
        differences.extend(table.compare(&connection)?);
    }
    Ok(differences)
}

struct Table {
    name: String,
    keys: Vec<String>,
    columns: Vec<String>,
}

/// Tables of ours; those beneath the full-text indexes are laid out as the order of writing wants.
fn tables(connection: &Connection) -> Result<Vec<Table>, ViewsError> {
    let mut statement = connection.prepare(
        "SELECT name FROM anew.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
         AND name NOT LIKE 'said\\_%' ESCAPE '\\' AND name NOT LIKE 'known\\_as\\_%' ESCAPE '\\' ORDER BY name",
    )?;
    let names: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    names.into_iter().map(|name| table(connection, name)).collect()
}

fn table(connection: &Connection, name: String) -> Result<Table, ViewsError> {
    let mut statement = connection.prepare("SELECT name, pk FROM pragma_table_info(?1, 'anew') ORDER BY cid")?;
    let described = statement.query_map([&name], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)? > 0)))?;
    let described: Vec<(String, bool)> = described.collect::<Result<_, _>>()?;
    let part = |is_key: bool| -> Vec<String> {
        described.iter().filter(|(_, key)| *key == is_key).map(|(column, _)| column.clone()).collect()
    };
    let keys = part(true);
    Ok(Table { name, keys: if keys.is_empty() { vec!["rowid".to_owned()] } else { keys }, columns: part(false) })
}

impl Table {
    fn compare(&self, connection: &Connection) -> Result<Vec<Difference>, ViewsError> {
        let found = [
            self.unmatched(connection, "anew", "main", How::Missing)?,
            self.unmatched(connection, "main", "anew", How::TooMany)?,
            self.changed(connection)?,
        ];
        Ok(found.into_iter().flatten().collect())
    }

    fn on(&self) -> String {
        self.keys.iter().map(|key| format!("a.{key} = b.{key}")).collect::<Vec<_>>().join(" AND ")
    }

    fn of(&self, side: &str) -> String {
        self.keys.iter().map(|key| format!("{side}.{key}")).collect::<Vec<_>>().join(", ")
    }

    /// Rows of one side without a row of the same key on the other.
    fn unmatched(
        &self,
        connection: &Connection,
        there: &str,
        not_there: &str,
        how: How,
    ) -> Result<Option<Difference>, ViewsError> {
        let (name, keys, key) = (&self.name, self.of("a"), &self.keys[0]);
        let sql = format!(
            "SELECT {keys} FROM {there}.{name} a LEFT JOIN {not_there}.{name} b ON {} WHERE b.{key} IS NULL ORDER BY {keys}",
            self.on()
        );
        let mut statement = connection.prepare(&sql)?;
        let mut rows = statement.query([])?;
        let mut difference = Difference { table: name.clone(), how, rows: 0, first: Vec::new() };
        while let Some(row) = rows.next()? {
            self.count(&mut difference, row)?;
        }
        Ok((difference.rows > 0).then_some(difference))
    }

    /// Rows of the same key with other values.
    fn changed(&self, connection: &Connection) -> Result<Option<Difference>, ViewsError> {
        if self.columns.is_empty() {
            return Ok(None);
        }
        let unequal: Vec<String> = self.columns.iter().map(|column| format!("a.{column} IS NOT b.{column}")).collect();
        let (name, keys) = (&self.name, self.of("a"));
        let sql = format!(
            "SELECT {keys}, {} FROM main.{name} a JOIN anew.{name} b ON {} WHERE {} ORDER BY {keys}",
            unequal.join(", "),
            self.on(),
            unequal.join(" OR ")
        );
        let mut statement = connection.prepare(&sql)?;
        let mut rows = statement.query([])?;
        let mut differs = vec![false; self.columns.len()];
        let how = How::Other { columns: Vec::new() };
        let mut difference = Difference { table: name.clone(), how, rows: 0, first: Vec::new() };
        while let Some(row) = rows.next()? {
            self.count(&mut difference, row)?;
            for (index, differs) in differs.iter_mut().enumerate() {
                *differs |= row.get::<_, bool>(self.keys.len() + index)?;
            }
        }
        let columns = self.columns.iter().zip(differs).filter(|(_, differs)| *differs);
        difference.how = How::Other { columns: columns.map(|(column, _)| column.clone()).collect() };
        Ok((difference.rows > 0).then_some(difference))
    }

    fn count(&self, difference: &mut Difference, row: &Row) -> Result<(), ViewsError> {
        difference.rows += 1;
        if difference.first.len() < ROWS_NAMED_MAX {
            let keys: Result<Vec<String>, rusqlite::Error> =
                self.keys.iter().enumerate().map(|(index, key)| Ok(self.key_words(key, row.get(index)?))).collect();
            difference.first.push(keys?.join(" "));
        }
        Ok(())
    }

    /// A key as people find it elsewhere: keys are ids, numbers and words of closed sets, never words of customers.
    fn key_words(&self, key: &str, value: Value) -> String {
        let named = if key == "id" { self.name.as_str() } else { key };
        match value {
            Value::Integer(number) => format!("{key} {number}"),
            Value::Text(text) => text,
            Value::Blob(bytes) => match (named, Blob::try_from(bytes.as_slice())) {
                ("conversation", Ok(blob)) => ConversationId::from_blob(blob).to_string(),
                ("customer" | "one" | "other", Ok(blob)) => CustomerId::from_blob(blob).to_string(),
                ("person", Ok(blob)) => PersonId::from_blob(blob).to_string(),
                ("queue", Ok(blob)) => QueueId::from_blob(blob).to_string(),
                ("content", Ok(blob)) => ContentId::from_blob(blob).to_string(),
                _ => format!("no {key}"),
            },
            Value::Null | Value::Real(_) => format!("no {key}"),
        }
    }
}
